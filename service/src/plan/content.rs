//! The contents of a plan as a client sends them: existing rows have an id, new rows have none.

use crate::{
    db::{Connection, Source},
    env::fresh_id,
    error::Result,
    store,
};
use domain::{
    Refusal,
    id::{ActionPlanId, AgencyId, AssignmentId, CriterionId, IndicatorId, PeriodId, ResultId},
    plan::{
        ActionPlan, Approach, Aspect, BehaviourExpectation, Direction, Indicator, Perspective, Plan,
        PlanContent, PlanResult, RaterSnapshot, References, ResultKind, Target,
    },
    time::Date,
};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The contents of a plan.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the fields are those of PlanContent")]
pub struct ContentInput {
    pub approach: Approach,
    pub results: Vec<ResultInput>,
    pub behaviour_expectations: Vec<BehaviourExpectationInput>,
}

/// A result row; new when it has no id.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of PlanResult")]
pub struct ResultInput {
    pub id: Option<ResultId>,
    pub kind: ResultKind,
    pub title: String,
    pub serves: Option<ResultId>,
    pub provisional: bool,
    pub assigned_by: Option<String>,
    pub indicators: Vec<IndicatorInput>,
    pub action_plans: Vec<ActionPlanInput>,
}

/// An indicator; new when it has no id.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Indicator")]
pub struct IndicatorInput {
    pub id: Option<IndicatorId>,
    pub aspect: Option<Aspect>,
    pub perspective: Option<Perspective>,
    pub text: String,
    pub target: Target,
    pub unit: String,
    pub direction: Direction,
    pub target_is_maximum: bool,
}

/// A step; new when it has no id.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of ActionPlan")]
pub struct ActionPlanInput {
    pub id: Option<ActionPlanId>,
    pub period: PeriodId,
    pub text: String,
    pub target: Option<String>,
}

/// The leader's special expectation for a behaviour value.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of BehaviourExpectation")]
pub struct BehaviourExpectationInput {
    pub criterion: CriterionId,
    pub text: String,
}

impl ContentInput {
    /// Gives ids to all new items; returns the contents and the new ids.
    pub(super) fn with_ids(self) -> (PlanContent, BTreeSet<Uuid>) {
        let mut fresh = BTreeSet::new();
        let mut id = |known: Option<Uuid>| {
            known.unwrap_or_else(|| {
                let id = fresh_id();
                fresh.insert(id);
                id
            })
        };
        let results = self
            .results
            .into_iter()
            .map(|row| PlanResult {
                id: ResultId(id(row.id.map(|id| id.0))),
                kind: row.kind,
                title: row.title,
                serves: row.serves,
                provisional: row.provisional,
                assigned_by: row.assigned_by,
                indicators: row
                    .indicators
                    .into_iter()
                    .map(|indicator| Indicator {
                        id: IndicatorId(id(indicator.id.map(|id| id.0))),
                        aspect: indicator.aspect,
                        perspective: indicator.perspective,
                        text: indicator.text,
                        target: indicator.target,
                        unit: indicator.unit,
                        direction: indicator.direction,
                        target_is_maximum: indicator.target_is_maximum,
                    })
                    .collect(),
                action_plans: row
                    .action_plans
                    .into_iter()
                    .map(|step| ActionPlan {
                        id: ActionPlanId(id(step.id.map(|id| id.0))),
                        period: step.period,
                        text: step.text,
                        target: step.target,
                    })
                    .collect(),
            })
            .collect();
        let behaviour_expectations = self
            .behaviour_expectations
            .into_iter()
            .map(|expectation| BehaviourExpectation {
                criterion: expectation.criterion,
                text: expectation.text,
            })
            .collect();
        (PlanContent { results, behaviour_expectations, approach: self.approach }, fresh)
    }
}

/// Prefixes the paths of refusals about contents with the input field `content`.
pub(super) fn in_content(refusals: Vec<Refusal>) -> Vec<Refusal> {
    let of_content = |refusal: &Refusal| {
        refusal.path.first().is_some_and(|first| first == "results" || first == "behaviourExpectations")
    };
    refusals
        .into_iter()
        .map(|refusal| if of_content(&refusal) { refusal.under(["content"]) } else { refusal })
        .collect()
}

/// Replaces each expectation's criterion by the criterion in force with the same code; drops expectations for which
/// there is none.
pub(super) async fn with_criteria_in_force<C: Connection>(
    source: Source<'_, C>,
    agency: AgencyId,
    on: Date,
    mut content: PlanContent,
) -> Result<PlanContent> {
    if content.behaviour_expectations.is_empty() {
        return Ok(content);
    }
    let sets = store::criteria_set::of_agency(source, agency).await?;
    let code = |id: CriterionId| {
        sets.iter()
            .flat_map(|set| &set.criteria)
            .find(|known| known.id == id)
            .map(|known| known.code.as_str())
    };
    let in_force = |code: &str| {
        let open = sets.iter().filter(|set| set.open_on(on)).flat_map(|set| &set.criteria);
        open.filter(|known| known.code == code).map(|known| known.id).next()
    };
    content.behaviour_expectations.retain_mut(|expectation| {
        match code(expectation.criterion).and_then(in_force) {
            Some(criterion) => {
                expectation.criterion = criterion;
                true
            }
            None => false,
        }
    });
    Ok(content)
}

/// Loads everything that the contents of a plan may refer to.
pub(super) async fn references<C: Connection>(
    source: Source<'_, C>,
    agency: AgencyId,
    year: PeriodId,
    rater: Option<&RaterSnapshot>,
    on: Date,
    fresh: BTreeSet<Uuid>,
) -> Result<References> {
    let parts = store::period::year(source, year).await?;
    let criteria = store::criteria_set::in_force(source, agency, on).await?;
    let superior = match rater {
        Some(rater) => superiors_plan(source, rater, year).await?,
        None => None,
    };
    Ok(References {
        fresh,
        superior_results: superior.map(|plan| effective_results(&plan)).unwrap_or_default(),
        parts: parts.into_iter().filter(|part| !part.is_year()).map(|part| part.id).collect(),
        criteria: criteria.into_iter().flat_map(|set| set.criteria).map(|criterion| criterion.id).collect(),
    })
}

/// Loads the rater's own plan of the year if it is approved or closed.
pub(super) async fn superiors_plan<C: Connection>(
    source: Source<'_, C>,
    rater: &RaterSnapshot,
    year: PeriodId,
) -> Result<Option<Plan>> {
    Ok(store::plan::in_force_in(source, [rater.assignment], [year]).await?.pop())
}

/// Loads the raters' own plans for many plans, by the rater's assignment and the year.
pub(super) async fn superiors_plans<'a, C: Connection>(
    source: Source<'_, C>,
    plans: impl Iterator<Item = &'a Plan> + Clone,
) -> Result<HashMap<(AssignmentId, PeriodId), Plan>> {
    let raters: BTreeSet<AssignmentId> = plans.clone().map(|plan| plan.rater.assignment).collect();
    let years: BTreeSet<PeriodId> = plans.map(|plan| plan.period).collect();
    let found = store::plan::in_force_in(source, raters, years).await?;
    Ok(found.into_iter().map(|plan| ((plan.assignment, plan.period), plan)).collect())
}

/// The ids of the rows that are in force in a plan.
pub(super) fn effective_results(plan: &Plan) -> BTreeSet<ResultId> {
    plan.effective().into_iter().flat_map(|revision| &revision.content.results).map(|row| row.id).collect()
}
