//! Begins a revision of an approved plan.

use super::context::{Change, change};
use crate::{
    db::{Command, IdempotencyKey},
    env::{Env, fresh_id},
    error::Result,
};
use domain::{
    action::PlanAction,
    actor::Actor,
    event::EventKind,
    id::{PlanId, RevisionId},
};
use serde::Serialize;

/// A plan to revise.
#[derive(Clone, Debug, Serialize)]
pub struct RevisePlan {
    /// The plan.
    pub plan: PlanId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The reason.
    pub reason: String,
}

impl Command for RevisePlan {
    const OPERATION: &'static str = "revisePlan";
}

/// Begins a revision of an approved plan.
pub async fn revise_plan(env: &Env, actor: &Actor, key: IdempotencyKey, input: RevisePlan) -> Result<PlanId> {
    let what = Change {
        plan: input.plan,
        expected: input.expected_version,
        action: PlanAction::RevisePlan,
        event: EventKind::PlanRevised,
        reason: Some(input.reason.clone()),
    };
    change(env, actor, key, input, what, |plan, input, context, tx| {
        Ok(plan.revise(RevisionId(fresh_id()), &input.reason, context, tx.now())?)
    })
    .await
}
