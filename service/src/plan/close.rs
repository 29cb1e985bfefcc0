//! Closes an approved plan at the end of its year.

use super::context::{Change, change};
use crate::{
    db::{Command, IdempotencyKey},
    env::Env,
    error::Result,
};
use domain::{action::PlanAction, actor::Actor, event::EventKind, id::PlanId};
use serde::Serialize;

/// A plan to close.
#[derive(Clone, Debug, Serialize)]
pub struct ClosePlan {
    /// The plan.
    pub plan: PlanId,
    /// The version that the client read.
    pub expected_version: i32,
}

impl Command for ClosePlan {
    const OPERATION: &'static str = "closePlan";
}

/// Closes an approved plan at the end of its year.
pub async fn close_plan(env: &Env, actor: &Actor, key: IdempotencyKey, input: ClosePlan) -> Result<PlanId> {
    let what = Change {
        plan: input.plan,
        expected: input.expected_version,
        action: PlanAction::ClosePlan,
        event: EventKind::PlanClosed,
        reason: None,
    };
    change(env, actor, key, input, what, |plan, _, context, _| Ok(plan.close(context)?)).await
}
