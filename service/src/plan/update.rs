//! Changes the contents of a plan that is being written.

use super::{
    content::{ContentInput, in_content, references},
    context::load,
};
use crate::{db::IdempotencyKey, env::Env, error::Result};
use domain::{action::PlanAction, actor::Actor, event::EventKind, id::PlanId};
use serde::Serialize;

/// The new contents of a plan.
#[derive(Clone, Debug, Serialize)]
pub struct UpdatePlan {
    /// The plan.
    pub plan: PlanId,
    /// The version that the client has seen.
    pub expected_version: i32,
    /// The whole contents: what is left out is gone.
    pub content: ContentInput,
}

/// Writes the contents of the draft, or of the revision that is being written.
pub async fn update_plan(env: &Env, actor: &Actor, key: IdempotencyKey, input: UpdatePlan) -> Result<PlanId> {
    env.write_once(actor, key, &input.clone(), move |tx| async move {
        let (before, facts) =
            load(&tx, input.plan, input.expected_version, PlanAction::UpdatePlan).await?;
        let (content, fresh) = input.content.with_ids();
        let today = tx.today();
        let references =
            references(tx.source(), before.agency, before.period, Some(&before.rater), today, fresh).await?;
        let after = before
            .update(content, &references, &facts.context(tx.actor().calendar))
            .map_err(in_content)?;
        Ok(tx.change(&before, after, EventKind::PlanUpdated, None).await?.id)
    })
    .await
}
