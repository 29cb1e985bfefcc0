//! Creates a plan.

use super::content::{ContentInput, in_content, references, with_criteria_in_force};
use crate::{
    db::{Command, IdempotencyKey},
    directory::rater_of,
    env::{Env, fresh_id},
    error::{Error, Result},
    store,
};
use domain::{
    Key, Refusal,
    actor::Actor,
    event::EventKind,
    id::{AssignmentId, PeriodId, PlanId, RevisionId},
    plan::{NewPlan, Plan, PlanContent},
    policy,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A new plan.
#[derive(Clone, Debug, Serialize)]
pub struct CreatePlan {
    /// The actor's own assignment.
    pub assignment: AssignmentId,
    /// The year.
    pub period: PeriodId,
    /// Initial contents; may be empty.
    pub content: Option<ContentInput>,
    /// An earlier plan of the actor to copy the contents from; excludes `content`.
    pub copy_from: Option<PlanId>,
}

impl Command for CreatePlan {
    const OPERATION: &'static str = "createPlan";
}

/// Creates a plan as a draft.
pub async fn create_plan(env: &Env, actor: &Actor, key: IdempotencyKey, input: CreatePlan) -> Result<PlanId> {
    env.write_once(actor, key, input, move |tx, input| async move {
        let (source, actor) = (tx.source(), tx.actor());
        if input.content.is_some() && input.copy_from.is_some() {
            return Err(Error::input(["copyFrom"], Key::ContentOrCopy));
        }
        let assignment =
            store::assignment::find(source, actor.agency, input.assignment).await?.ok_or(Error::NotFound)?;
        policy::plan::decide_create(actor, &assignment)?;
        store::assignment::lock(&tx, assignment.id).await?;
        let year_and_parts = store::period::year(source, input.period).await?;
        let period = year_and_parts
            .iter()
            .find(|period| period.id == input.period && period.agency == actor.agency)
            .ok_or_else(|| Refusal::not_found(["periodId"]))?;
        let person = store::staff::by_ids(source, actor.agency, &[assignment.staff])
            .await?
            .remove(&assignment.staff)
            .ok_or(Error::NotFound)?;
        let today = tx.today();
        let rater = rater_of(source, &assignment, today).await?;
        let (content, fresh) = match (input.content, input.copy_from) {
            (_, Some(from)) => {
                let earlier = store::plan::find(source, actor, from)
                    .await?
                    .filter(|earlier| actor.is(earlier.staff))
                    .ok_or_else(|| Refusal::not_found(["copyFrom"]))?;
                let old = store::period::year(source, earlier.period).await?;
                let (content, fresh) = copy(&earlier, &old, &year_and_parts);
                (with_criteria_in_force(source, actor.agency, today, content).await?, fresh)
            }
            (content, None) => content.unwrap_or_default().with_ids(),
        };
        let references = references(source, actor.agency, period.id, rater.as_ref(), today, fresh).await?;
        let others = store::plan::of_assignment_in(source, assignment.id, period.id).await?;
        let plan = Plan::create(
            NewPlan {
                id: PlanId(fresh_id()),
                revision: RevisionId(fresh_id()),
                assignment: &assignment,
                kind: person.employment_kind,
                period,
                rater,
                content,
                copied_from: input.copy_from,
                others: &others,
                references,
            },
            tx.now(),
        )
        .map_err(in_content)?;
        Ok(tx.create(plan, EventKind::PlanCreated, None).await?.id)
    })
    .await
}

/// Copies the contents of an earlier plan with new ids; steps move to the same part of the new year.
fn copy(
    earlier: &Plan,
    old: &[domain::period::Period],
    new: &[domain::period::Period],
) -> (PlanContent, BTreeSet<Uuid>) {
    let parts: BTreeMap<PeriodId, PeriodId> = old
        .iter()
        .filter_map(|part| new.iter().find(|other| other.part == part.part).map(|other| (part.id, other.id)))
        .collect();
    let content = earlier
        .effective()
        .or_else(|| earlier.current())
        .map(|revision| revision.content.clone())
        .unwrap_or_default();
    let copied = content.copied(fresh_id, |part| parts.get(&part).copied());
    let fresh = copied.ids();
    (copied, fresh)
}
