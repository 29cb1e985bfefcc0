//! Replaces the contents of a draft plan or revision.

use super::{
    content::{ContentInput, in_content, references},
    context::load,
};
use crate::{
    db::{Command, IdempotencyKey},
    env::Env,
    error::Result,
};
use domain::{action::PlanAction, actor::Actor, event::EventKind, id::PlanId};
use serde::Serialize;

/// The new contents of a plan.
#[derive(Clone, Debug, Serialize)]
pub struct UpdatePlan {
    /// The plan.
    pub plan: PlanId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The complete contents: rows that are left out are removed.
    pub content: ContentInput,
}

impl Command for UpdatePlan {
    const OPERATION: &'static str = "updatePlan";
}

/// Replaces the contents of a draft plan or revision.
pub async fn update_plan(env: &Env, actor: &Actor, key: IdempotencyKey, input: UpdatePlan) -> Result<PlanId> {
    env.write_once(actor, key, input, move |tx, input| async move {
        let (before, facts) = load(&tx, input.plan, input.expected_version, PlanAction::UpdatePlan).await?;
        let (content, fresh) = input.content.with_ids();
        let today = tx.today();
        let references =
            references(tx.source(), before.agency, before.period, Some(&before.rater), today, fresh).await?;
        let after =
            before.update(content, &references, &facts.context(tx.actor().calendar)).map_err(in_content)?;
        Ok(tx.change(&before, after, EventKind::PlanUpdated, None).await?.id)
    })
    .await
}
