//! Lets the rater approve or return a plan. The first approval creates the plan's evaluations: one for each open part
//! of the year in which at least one month belongs to the plan.

use super::{context::load, parts};
use crate::{
    batch::{self, Change, InBatches, Row, RowOutcome},
    db::{Command, IdempotencyKey, Tx},
    env::Env,
    error::Result,
    store,
};
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

impl Command for ReviewPlan {
    const OPERATION: &'static str = "reviewPlan";
}

/// Decides on a submitted plan, or on a submitted revision of it.
pub async fn review_plan(env: &Env, actor: &Actor, key: IdempotencyKey, input: ReviewPlan) -> Result<PlanId> {
    batch::one(env, actor, key, input).await
}

/// Decides on several plans; returns one outcome for each row, in the same order.
pub async fn review_plans(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    rows: Vec<Row<ReviewPlan>>,
) -> Result<Vec<RowOutcome<PlanId>>> {
    batch::each(env, actor, key, rows).await
}

impl Change for ReviewPlan {
    type Id = PlanId;

    async fn run(self, tx: Tx) -> Result<PlanId> {
        let (before, facts) = load(&tx, self.plan, self.expected_version, PlanAction::ReviewPlan).await?;
        let after = before.review(&self.decision, &facts.context(tx.actor().calendar), tx.now())?;
        let plan = tx.change(&before, after, EventKind::PlanReviewed, reason(&self.decision)).await?;
        if before.status == PlanStatus::Submitted && plan.status == PlanStatus::Approved {
            parts::open_evaluations(&tx, &plan).await?;
        }
        Ok(plan.id)
    }
}

impl InBatches for ReviewPlan {
    const BATCH: &'static str = "reviewPlans";
    const OBJECT: &'static str = "planId";

    fn object(&self) -> PlanId {
        self.plan
    }

    async fn lock(tx: &Tx, rows: &[&Self]) -> Result<()> {
        store::lock_plans(tx, rows.iter().map(|row| row.plan)).await
    }
}

fn reason(decision: &Decision) -> Option<&str> {
    match decision {
        Decision::Approve => None,
        Decision::Return { reason } => Some(reason),
    }
}
