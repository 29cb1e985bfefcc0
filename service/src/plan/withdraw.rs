//! Withdraws a submitted plan or revision before the rater decides.

use super::context::{Change, change};
use crate::{
    db::{Command, IdempotencyKey},
    env::Env,
    error::Result,
};
use domain::{action::PlanAction, actor::Actor, event::EventKind, id::PlanId};
use serde::Serialize;

/// A plan to withdraw.
#[derive(Clone, Debug, Serialize)]
pub struct WithdrawPlan {
    /// The plan.
    pub plan: PlanId,
    /// The version that the client read.
    pub expected_version: i32,
}

impl Command for WithdrawPlan {
    const OPERATION: &'static str = "withdrawPlan";
}

/// Withdraws a submitted plan or revision before the rater decides.
pub async fn withdraw_plan(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: WithdrawPlan,
) -> Result<PlanId> {
    let what = Change {
        plan: input.plan,
        expected: input.expected_version,
        action: PlanAction::WithdrawPlan,
        event: EventKind::PlanWithdrawn,
        reason: None,
    };
    change(env, actor, key, input, what, |plan, _, context, _| Ok(plan.withdraw(context)?)).await
}
