//! Submits a plan or its revision to the rater.

use super::context::{Change, change};
use crate::{
    db::{Command, IdempotencyKey},
    env::Env,
    error::Result,
};
use domain::{action::PlanAction, actor::Actor, event::EventKind, id::PlanId};
use serde::Serialize;

/// A plan to submit.
#[derive(Clone, Debug, Serialize)]
pub struct SubmitPlan {
    /// The plan.
    pub plan: PlanId,
    /// The version that the client read.
    pub expected_version: i32,
}

impl Command for SubmitPlan {
    const OPERATION: &'static str = "submitPlan";
}

/// Submits a plan or its revision to the rater.
pub async fn submit_plan(env: &Env, actor: &Actor, key: IdempotencyKey, input: SubmitPlan) -> Result<PlanId> {
    let what = Change {
        plan: input.plan,
        expected: input.expected_version,
        action: PlanAction::SubmitPlan,
        event: EventKind::PlanSubmitted,
        reason: None,
    };
    change(env, actor, key, input, what, |plan, _, context, tx| plan.submit(context, tx.now())).await
}
