//! Files an objection, and finds who decides on it.

use crate::{
    db::{Command, IdempotencyKey, Tx},
    env::{Env, fresh_id},
    error::{Error, Result},
    evaluation::EvaluationFacts,
    power::{self, Basis},
    store,
};
use domain::{
    Refusal,
    action::EvaluationAction,
    actor::Actor,
    assignment::{Acting, Post},
    evaluation::Evaluation,
    event::EventKind,
    id::{EvaluationId, EvidenceId, ObjectionId, StaffId},
    objection::{Filing, GroundInput, Objection, ObjectionStatus},
    policy::{self, Relations},
};
use serde::Serialize;
use std::collections::BTreeSet;

/// An objection to file.
#[derive(Clone, Debug, Serialize)]
pub struct FileObjection {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// The version of it that the client read.
    pub expected_version: i32,
    /// The grounds.
    pub grounds: Vec<GroundInput>,
}

impl Command for FileObjection {
    const OPERATION: &'static str = "fileObjection";
}

/// Files an objection of the ratee. After the last day of the objection period, it is recorded as inadmissible and
/// nothing else changes.
pub async fn file_objection(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: FileObjection,
) -> Result<ObjectionId> {
    env.write_once(actor, key, input, |tx, input| async move {
        let source = tx.source();
        let found = store::evaluation::find(source, tx.actor(), input.evaluation).await?;
        let plan = found.ok_or(Error::NotFound)?.plan;
        store::lock_plans(&tx, [plan]).await?;
        let before =
            store::evaluation::find(source, tx.actor(), input.evaluation).await?.ok_or(Error::NotFound)?;
        let facts = EvaluationFacts::load(&tx, &before).await?.with_days_off(&tx, tx.today()).await?;
        let relations = Relations::of(tx.actor(), before.staff, before.unit, &before.rater);
        let reopener = policy::evaluation::Reopener::of(&before, &facts.period);
        policy::evaluation::decide(EvaluationAction::FileObjection, &relations, reopener)?;
        if before.version != input.expected_version {
            return Err(Refusal::conflict(before.version).into());
        }
        let context = facts.context(tx.actor().calendar);
        let above = post_above(&tx, &before).await?;
        let mut barred = barred(&tx, &before).await?;
        barred.extend(chosen_deputies(&tx, before.staff, above.as_ref()).await?);
        let may = |one: &Acting| one.staff != before.staff && !barred.contains(&one.staff);
        let decider = above.and_then(|post| post.acting_on(tx.today()).find(may));
        let mut ids = || EvidenceId(fresh_id());
        let filing = Filing { id: ObjectionId(fresh_id()), barred, decider, ids: &mut ids };
        let filed = Objection::file(input.grounds, &before, &context, filing)?;
        let after = before.object(&filed, &context)?;
        let late = filed.status == ObjectionStatus::Inadmissible;
        let event = if late { EventKind::ObjectionInadmissible } else { EventKind::ObjectionFiled };
        let filed = tx.create(filed, event, None).await?;
        if !late {
            tx.change(&before, after, EventKind::EvaluationObjected, None).await?;
        }
        Ok(filed.id)
    })
    .await
}

/// Finds the people who may not decide: those who rated the result or reopened it.
async fn barred(tx: &Tx, evaluation: &Evaluation) -> Result<Vec<StaffId>> {
    let rated = [EventKind::EvaluationRated, EventKind::EvaluationFinalised];
    let mut found: BTreeSet<StaffId> = store::event::actors(tx.source(), evaluation.id.0, &rated).await?;
    found.insert(evaluation.rater.staff);
    found.extend(evaluation.detail.reopenings.iter().map(|reopening| reopening.by));
    Ok(found.into_iter().collect())
}

/// Finds the post above the rater's today. The acting official may decide, otherwise the holder.
async fn post_above(tx: &Tx, evaluation: &Evaluation) -> Result<Option<Post>> {
    let (source, agency) = (tx.source(), evaluation.agency);
    let post = evaluation.rater.assignment;
    let posts = store::assignment::posts(source, agency, &[post]).await?;
    let Some(above) = posts.get(&post).and_then(|post| post.superior_on(tx.today())) else { return Ok(None) };
    Ok(store::assignment::posts(source, agency, &[above]).await?.remove(&above))
}

/// Finds the people who act for the post above because the person who objects, or with four eyes a person who can act
/// through their account, recorded it: nobody chooses who decides on their own objection.
async fn chosen_deputies(tx: &Tx, objector: StaffId, above: Option<&Post>) -> Result<Vec<StaffId>> {
    let recorded = [EventKind::Delegated, EventKind::DelegationUpdated];
    let mut found = Vec::new();
    for one in above.into_iter().flat_map(|post| &post.delegations).filter(|one| one.open_on(tx.today())) {
        let by = store::event::actors(tx.source(), one.id.0, &recorded).await?;
        if !by.is_disjoint(&power::selves(Basis::of(tx), objector).await?) {
            found.push(one.delegate);
        }
    }
    Ok(found)
}
