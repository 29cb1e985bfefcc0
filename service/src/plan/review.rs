//! Lets the rater approve or return a plan. The first approval creates the plan's evaluations: of the open parts in
//! which its assignment holds a month.

use super::{context::load, parts};
use crate::{db::IdempotencyKey, env::Env, error::Result};
use domain::{
    action::PlanAction, actor::Actor, decision::Decision, event::EventKind, id::PlanId, plan::PlanStatus,
};
use serde::Serialize;

/// A decision on a plan.
#[derive(Clone, Debug, Serialize)]
pub struct ReviewPlan {
    /// The plan.
    pub plan: PlanId,
    /// The version that the client read.
    pub expected_version: i32,
    /// Approve, or return with a reason.
    pub decision: Decision,
}

/// Decides on a submitted plan, or on a submitted revision of it.
pub async fn review_plan(env: &Env, actor: &Actor, key: IdempotencyKey, input: ReviewPlan) -> Result<PlanId> {
    env.write_once(actor, key, &input.clone(), move |tx| async move {
        let (before, facts) = load(&tx, input.plan, input.expected_version, PlanAction::ReviewPlan).await?;
        let after = before.review(&input.decision, &facts.context(tx.actor().calendar), tx.now())?;
        let plan = tx.change(&before, after, EventKind::PlanReviewed, reason(&input.decision)).await?;
        if before.status == PlanStatus::Submitted && plan.status == PlanStatus::Approved {
            parts::open_evaluations(&tx, &plan).await?;
        }
        Ok(plan.id)
    })
    .await
}

fn reason(decision: &Decision) -> Option<&str> {
    match decision {
        Decision::Approve => None,
        Decision::Return { reason } => Some(reason),
    }
}
