//! Cancels a plan.

use super::context::{Change, change};
use crate::{db::IdempotencyKey, env::Env, error::Result};
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

/// Cancels a plan.
pub async fn cancel_plan(env: &Env, actor: &Actor, key: IdempotencyKey, input: CancelPlan) -> Result<PlanId> {
    let what = Change {
        plan: input.plan,
        expected: input.expected_version,
        action: PlanAction::CancelPlan,
        event: EventKind::PlanCancelled,
        reason: Some(input.reason.clone()),
    };
    change(env, actor, key, &input.clone(), what, move |plan, context, _| {
        Ok(plan.cancel(&input.reason, context)?)
    })
    .await
}
