//! Facts that decisions on activities need: the plan, and the evaluation status of each part of the year.

use crate::{
    db::{Connection, Source},
    error::{Error, Result},
    store,
};
use domain::{
    activity::{ActivityContext, PartState},
    evaluation::EvaluationKind,
    id::{PeriodId, PlanId},
    period::Period,
    plan::Plan,
    time::Calendar,
};
use std::collections::{BTreeSet, HashMap};

/// Data that decisions on the activities of a plan need.
pub(crate) struct ActivityFacts {
    /// The plan.
    pub plan: Plan,
    /// The parts of the plan's year.
    pub parts: Vec<PartState>,
}

impl ActivityFacts {
    /// Loads the facts for one plan.
    pub async fn load<C: Connection>(source: Source<'_, C>, plan: Plan) -> Result<Self> {
        let missing = || Error::internal("a plan without its year");
        Self::load_many(source, vec![plan]).await?.into_values().next().ok_or_else(missing)
    }

    /// Loads the facts for several plans, in the same number of statements as for one.
    pub async fn load_many<C: Connection>(
        source: Source<'_, C>,
        plans: Vec<Plan>,
    ) -> Result<HashMap<PlanId, Self>> {
        let evaluations = store::evaluation::of_plans(source, plans.iter().map(|plan| plan.id)).await?;
        let years: BTreeSet<PeriodId> = plans.iter().map(|plan| plan.period).collect();
        let parts = store::period::parts_of(source, years).await?;
        let state = |plan: &Plan, part: &Period| PartState {
            evaluation: evaluations
                .iter()
                .find(|of| (of.plan, of.period, of.kind) == (plan.id, part.id, EvaluationKind::Periodic))
                .map(|evaluation| evaluation.status),
            period: part.clone(),
        };
        Ok(plans
            .into_iter()
            .map(|plan| {
                let of_year = parts.iter().filter(|part| part.parent == Some(plan.period));
                let parts = of_year.map(|part| state(&plan, part)).collect();
                (plan.id, Self { plan, parts })
            })
            .collect())
    }

    /// Borrows the facts as the domain's context.
    pub fn context(&self, calendar: Calendar) -> ActivityContext<'_> {
        ActivityContext { plan: &self.plan, parts: &self.parts, calendar }
    }
}
