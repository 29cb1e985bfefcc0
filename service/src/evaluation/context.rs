//! What the state of an evaluation hangs on, and how a verb changes it.

use crate::{
    db::{Sending, Source, Tx},
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    Refusal,
    action::EvaluationAction,
    actor::Actor,
    evaluation::{Evaluation, EvaluationContext, EvaluationKind, EvaluationStatus, OrgUnitPredicate, PeriodicState},
    event::EventKind,
    id::{CriterionId, EvaluationId},
    period::Period,
    plan::Plan,
    policy::{self, Standing},
    time::{Calendar, Instant},
};
use sea_orm::{ConnectionTrait, Condition, ColumnTrait};
use serde::Serialize;
use std::collections::BTreeSet;

/// What stands around an evaluation.
pub(crate) struct Surroundings {
    /// The plan.
    pub plan: Plan,
    /// The year or part.
    pub period: Period,
    criteria: BTreeSet<CriterionId>,
    unit_predicate: Option<OrgUnitPredicate>,
    periodic: Vec<PeriodicState>,
    annual: Option<EvaluationStatus>,
    at: Instant,
}

impl Surroundings {
    /// Loads it.
    pub async fn of<C: ConnectionTrait>(source: Source<'_, C>, evaluation: &Evaluation, at: Instant) -> Result<Self> {
        let missing = || Error::internal("an evaluation without its plan or period");
        let which = Condition::all().add(entity::plan::Column::Id.eq(evaluation.plan.0));
        let plan = store::plan::load(source, which).await?.pop().ok_or_else(missing)?;
        let period =
            store::period::find(source, evaluation.agency, evaluation.period).await?.ok_or_else(missing)?;
        let sets = store::criteria_set::in_force(source, evaluation.agency, period.ends_on).await?;
        let unit_predicate = store::unit_predicate::find(source, evaluation.unit, evaluation.period).await?;
        let siblings = store::evaluation::of_plan(source, evaluation.plan).await?;
        Ok(Self {
            plan,
            period,
            criteria: sets.into_iter().flat_map(|set| set.criteria).map(|criterion| criterion.id).collect(),
            unit_predicate: unit_predicate.map(|set| set.predicate),
            periodic: siblings
                .iter()
                .filter(|sibling| sibling.kind == EvaluationKind::Periodic)
                .map(|sibling| PeriodicState { period: sibling.period, status: sibling.status })
                .collect(),
            annual: siblings
                .iter()
                .find(|sibling| sibling.kind == EvaluationKind::Annual)
                .map(|sibling| sibling.status),
            at,
        })
    }

    /// As the domain takes it.
    pub fn context(&self) -> EvaluationContext<'_> {
        EvaluationContext {
            plan: &self.plan,
            period: &self.period,
            calendar: Calendar::JAKARTA,
            at: self.at,
            criteria: &self.criteria,
            unit_predicate: self.unit_predicate,
            periodic: &self.periodic,
            annual: self.annual,
        }
    }
}

/// What a verb does to an evaluation.
pub(super) struct Change {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// The version that the client has seen.
    pub expected: i32,
    /// The verb.
    pub action: EvaluationAction,
    /// What it is called in the journal.
    pub event: EventKind,
    /// Why, for the journal.
    pub reason: Option<String>,
}

/// Changes an evaluation by a method of the domain, at most once for a sending.
pub(super) async fn change<I, M>(
    env: &Env,
    actor: &Actor,
    sending: Sending,
    input: &I,
    change: Change,
    method: M,
) -> Result<EvaluationId>
where
    I: Serialize,
    M: FnOnce(&Evaluation, &EvaluationContext<'_>, &Tx) -> std::result::Result<Evaluation, Vec<Refusal>>
        + Send
        + 'static,
{
    env.write_once(actor, sending, input, move |tx| async move {
        let before = store::evaluation::find(tx.source(), tx.actor(), change.evaluation)
            .await?
            .ok_or(Error::NotFound)?;
        let around = Surroundings::of(tx.source(), &before, tx.now()).await?;
        let standing = Standing::of(tx.actor(), before.staff, before.unit, &before.rater);
        policy::evaluation::decide(change.action, &standing, around.period.is_open())?;
        if before.version != change.expected {
            return Err(Refusal::conflict(before.version).into());
        }
        let after = method(&before, &around.context(), &tx)?;
        Ok(tx.change(&before, after, change.event, change.reason.as_deref()).await?.id)
    })
    .await
}
