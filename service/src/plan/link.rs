//! Links a provisional row to a row of the superior's plan, without a revision.

use super::{
    content::{effective_results, superiors_plan},
    context::load,
};
use crate::{
    db::{Command, IdempotencyKey},
    env::Env,
    error::Result,
};
use domain::{
    action::PlanAction,
    actor::Actor,
    event::EventKind,
    id::{PlanId, ResultId},
};
use serde::Serialize;

/// A link from a row to the row that it serves.
#[derive(Clone, Debug, Serialize)]
pub struct LinkPlanResult {
    /// The plan.
    pub plan: PlanId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The provisional row of the plan.
    pub result: ResultId,
    /// The row of the superior's plan that it serves.
    pub serves: ResultId,
}

impl Command for LinkPlanResult {
    const OPERATION: &'static str = "linkPlanResult";
}

/// Links the rows.
pub async fn link_plan_result(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: LinkPlanResult,
) -> Result<PlanId> {
    env.write_once(actor, key, input, move |tx, input| async move {
        let (before, facts) =
            load(&tx, input.plan, input.expected_version, PlanAction::LinkPlanResult).await?;
        let superior = superiors_plan(tx.source(), &before.rater, before.period).await?;
        let rows = superior.map(|plan| effective_results(&plan)).unwrap_or_default();
        let after =
            before.link_result(input.result, input.serves, &rows, &facts.context(tx.actor().calendar))?;
        Ok(tx.change(&before, after, EventKind::PlanResultLinked, None).await?.id)
    })
    .await
}
