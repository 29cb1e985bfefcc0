//! Cancels a plan, with its unfinished evaluations.

use super::{context::load, transfer::cancel_evaluations};
use crate::{
    db::{Command, IdempotencyKey},
    env::Env,
    error::Result,
};
use domain::{action::PlanAction, actor::Actor, event::EventKind, id::PlanId};
use serde::Serialize;

/// A plan to cancel.
#[derive(Clone, Debug, Serialize)]
pub struct CancelPlan {
    /// The plan.
    pub plan: PlanId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The reason.
    pub reason: String,
}

impl Command for CancelPlan {
    const OPERATION: &'static str = "cancelPlan";
}

/// Cancels a plan.
pub async fn cancel_plan(env: &Env, actor: &Actor, key: IdempotencyKey, input: CancelPlan) -> Result<PlanId> {
    env.write_once(actor, key, input, move |tx, input| async move {
        let (before, facts) = load(&tx, input.plan, input.expected_version, PlanAction::CancelPlan).await?;
        let after = before.cancel(&input.reason, &facts.context(tx.actor().calendar))?;
        let plan = tx.change(&before, after, EventKind::PlanCancelled, Some(&input.reason)).await?;
        cancel_evaluations(&tx, &facts.evaluations, &input.reason).await?;
        Ok(plan.id)
    })
    .await
}
