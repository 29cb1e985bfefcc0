//! Loads the facts about a person's other plans in the same year, which an annual evaluation needs.

use super::context::EvaluationFacts;
use crate::{
    db::{Connection, Source},
    env::Env,
    error::Result,
    regulation::Library,
    store,
};
use domain::{
    actor::Actor,
    assignment::Assignment,
    evaluation::{Evaluation, EvaluationKind, EvaluationStatus, OtherPart, YearContext, YearView},
    id::{AssignmentId, EvaluationId, PeriodId, PlanId, StaffId},
    period::Period,
    plan::{Plan, PlanStatus},
    scoring::{holder_of_month, months_between},
    time::Date,
};
use std::collections::{BTreeSet, HashMap};

/// Data about the year that an annual evaluation needs.
pub(super) struct YearFacts {
    /// The year in the domain's form.
    pub context: YearContext,
    /// Whether the ratee heads the unit of the plan.
    pub heads_unit: bool,
}

/// Loads the facts for annual evaluations of ratees with another plan in the same year. Needs no statement for other
/// evaluations. `known` contains the annual evaluations of the same people and years, and the periods.
pub(super) async fn load_many<C: Connection>(
    source: Source<'_, C>,
    regulations: &Library,
    evaluations: &[Evaluation],
    known: (&[Evaluation], &HashMap<PeriodId, Period>),
) -> Result<HashMap<EvaluationId, YearFacts>> {
    let (siblings, periods) = known;
    let of_same_year = |one: &Evaluation, other: &Evaluation| {
        other.kind == EvaluationKind::Annual
            && other.status != EvaluationStatus::Cancelled
            && (one.staff, one.period) == (other.staff, other.period)
            && one.plan != other.plan
    };
    let of_split_years: Vec<&Evaluation> = evaluations
        .iter()
        .filter(|one| one.kind == EvaluationKind::Annual)
        .filter(|one| siblings.iter().any(|other| of_same_year(one, other)))
        .collect();
    let Some(first) = of_split_years.first() else { return Ok(HashMap::new()) };
    let agency = first.agency;
    let people: Vec<StaffId> =
        of_split_years.iter().map(|one| one.staff).collect::<BTreeSet<_>>().into_iter().collect();
    let of_people: Vec<&Evaluation> = siblings
        .iter()
        .filter(|other| other.kind == EvaluationKind::Annual && people.contains(&other.staff))
        .collect();
    let plans = store::plan::without_revisions_unscoped(source, of_people.iter().map(|one| one.plan)).await?;
    let assignments = store::assignment::of_staff(source, agency, &people).await?;
    let labels = labels(source, agency, &assignments, &plans).await?;
    let label = |one: &Evaluation| labels.get(&one.assignment).cloned().unwrap_or_default();
    let mut found = HashMap::new();
    for one in of_split_years {
        let Some(own) = plans.get(&one.plan) else { continue };
        let posts = assignments.get(&one.staff).map(Vec::as_slice).unwrap_or_default();
        let mut others = Vec::new();
        for other in of_people.iter().filter(|other| of_same_year(one, other)) {
            let Some(plan) = plans.get(&other.plan).filter(|plan| plan.status != PlanStatus::Cancelled)
            else {
                continue;
            };
            let rules = regulations.pinned(source, agency, &other.regulation).await?;
            let days = (plan.starts_on, plan.ends_on);
            others.push(OtherPart::of(other, label(other), days, &rules.document));
        }
        let year_ends = periods.get(&one.period).map_or(own.ends_on, |period| period.ends_on);
        let is_last = !has_later_month(posts, one.assignment, (own.starts_on, own.ends_on), year_ends);
        let context = YearContext { label: label(one), is_last, others };
        let heads_unit = posts.iter().any(|post| post.id == one.assignment && post.leads);
        found.insert(one.id, YearFacts { context, heads_unit });
    }
    Ok(found)
}

/// Whether a month of the year belongs to an assignment that begins after these days. If so, the plan of that
/// assignment has the evaluation of the year.
pub(super) fn has_later_month(
    posts: &[Assignment],
    own: AssignmentId,
    days: (Date, Date),
    year_ends: Date,
) -> bool {
    let last = |post: &Assignment| post.last_day().map_or(year_ends, |last| last.min(year_ends));
    let others = posts.iter().filter(|post| post.id != own).map(|post| (post.valid_from, last(post)));
    let apart = others.filter(|post| post.0 <= post.1 && (post.1 < days.0 || days.1 < post.0));
    let parts: Vec<(Date, Date)> = std::iter::once(days).chain(apart).collect();
    months_between(days.0, year_ends)
        .filter_map(|month| holder_of_month(&parts, month))
        .any(|holder| parts[holder].0 > days.1)
}

/// Builds a label for each assignment from its position and unit, to distinguish the parts of a year.
async fn labels<C: Connection>(
    source: Source<'_, C>,
    agency: domain::id::AgencyId,
    assignments: &HashMap<StaffId, Vec<Assignment>>,
    plans: &HashMap<PlanId, Plan>,
) -> Result<HashMap<AssignmentId, String>> {
    let posts: Vec<&Assignment> = assignments.values().flatten().collect();
    let positions: Vec<_> = posts.iter().map(|post| post.position).collect();
    let positions = store::position::by_ids(source, agency, &positions).await?;
    let units: Vec<_> = posts.iter().map(|post| post.unit).collect();
    let on = plans.values().map(|plan| plan.ends_on).max().unwrap_or_default();
    let units = store::org_unit::by_ids(source, agency, &units, on).await?;
    Ok(posts
        .into_iter()
        .map(|post| {
            let position = positions.get(&post.position).map(|position| position.name.as_str());
            let unit = units.get(&post.unit).map(|unit| unit.name.as_str());
            let label = position.into_iter().chain(unit).collect::<Vec<_>>().join(", ");
            (post.id, label)
        })
        .collect())
}

/// Loads the current view of the year for annual evaluations with ratings that are visible to the actor.
pub async fn years(
    env: &Env,
    actor: &Actor,
    ids: &[EvaluationId],
) -> Result<HashMap<EvaluationId, YearView>> {
    let source = env.db.source();
    let found = store::evaluation::by_ids(source, actor, ids, store::evaluation::Projection::FULL).await?;
    let evaluations: Vec<Evaluation> = found
        .into_values()
        .filter(|one| one.kind == EvaluationKind::Annual && super::see_and_record_ratings(env, actor, one))
        .collect();
    let facts = EvaluationFacts::load_many(source, &env.regulations(), &evaluations, env.now()).await?;
    let view = |one: &Evaluation| Some((one.id, one.year_view(&facts.get(&one.id)?.context(actor.calendar))));
    Ok(evaluations.iter().filter_map(view).collect())
}

/// The view of the year that was stored when the evaluation became final.
pub async fn frozen_year(env: &Env, evaluation: &Evaluation) -> Result<YearView> {
    let rules = env.regulations().pinned(env.db.source(), evaluation.agency, &evaluation.regulation).await?;
    Ok(evaluation.frozen_year(&rules.document))
}
