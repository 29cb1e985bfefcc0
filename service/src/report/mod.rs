//! Reports that count a unit's subtree in a period, each with one SQL statement.
//!
//! The denominator is the number of assignments that are active on the period's last day, without people who are not
//! civil servants (NON_ASN).

mod drafts;
mod grouped;
mod named;
mod year_end;

pub use drafts::{Drafts, FEWEST as FEWEST_DRAFTS};
pub use named::{period_by_name, period_name, unit_by_code};
pub use year_end::{MissingEvaluation, YearEnd, YearEndFigures, missing_evaluations, year_end};

use crate::{
    env::Env,
    error::{Error, Result},
    organisation::visible_unit,
    store,
};
use domain::{
    Message,
    actor::Actor,
    evaluation::{EvaluationStatus, Predicate},
    id::{PeriodId, UnitId},
    plan::PlanStatus,
    policy,
    time::Instant,
};
use grouped::{Counted, grouped};

/// Maximum depth of a report.
pub const MAX_DEPTH: i32 = 10;

/// The unit, period and depth of a report.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// The root of the subtree to count.
    pub unit: UnitId,
    /// The year or part.
    pub period: PeriodId,
    /// Number of levels below the unit that have rows of their own; 0 to [`MAX_DEPTH`].
    pub depth: i32,
}

/// A report: one row for the unit and one for each unit down to the depth. Each row counts its own subtree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report<T> {
    /// The unit first, then by level and code.
    pub rows: Vec<Row<T>>,
    /// When it was computed.
    pub computed_at: Instant,
}

/// The figures of a unit's subtree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<T> {
    /// The unit.
    pub unit: UnitId,
    /// The unit's code.
    pub code: String,
    /// The unit's name.
    pub name: String,
    /// Levels below the requested unit.
    pub level: i32,
    /// The denominator: the assignments that are active on the period's last day.
    pub staff: i64,
    /// The counts.
    pub figures: T,
}

/// Number of people by predicate; `not_rated` counts those without a final evaluation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after its predicate")]
pub struct PredicateDistribution {
    pub very_good: i64,
    pub good: i64,
    pub needs_improvement: i64,
    pub poor: i64,
    pub very_poor: i64,
    pub not_rated: i64,
}

/// Number of plans by status. A report on a part of a year counts the plans of its year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after its state")]
pub struct PlanCompletion {
    pub missing: i64,
    pub draft: i64,
    pub submitted: i64,
    pub returned: i64,
    pub approved: i64,
}

/// Number of evaluations by progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EvaluationCompletion {
    /// No evaluation, because no plan is approved.
    pub missing: i64,
    /// Nothing is reported.
    pub open: i64,
    /// Reported but not rated.
    pub self_reported: i64,
    /// The ratings are a draft.
    pub rated_draft: i64,
    /// The ratings are final: any status from FINAL on.
    pub finished: i64,
}

/// Counts people by predicate.
pub async fn predicate_distribution(
    env: &Env,
    actor: &Actor,
    request: Request,
) -> Result<Report<PredicateDistribution>> {
    run(env, actor, request, Counted::Predicates, |figures: &mut PredicateDistribution, key, count| {
        let slot = match key.map(|key| key.parse::<Predicate>()).transpose().map_err(Error::internal)? {
            Some(Predicate::VeryGood) => &mut figures.very_good,
            Some(Predicate::Good) => &mut figures.good,
            Some(Predicate::NeedsImprovement) => &mut figures.needs_improvement,
            Some(Predicate::Poor) => &mut figures.poor,
            Some(Predicate::VeryPoor) => &mut figures.very_poor,
            None => &mut figures.not_rated,
        };
        *slot += count;
        Ok(())
    })
    .await
}

/// Counts plans by status.
pub async fn plan_completion(env: &Env, actor: &Actor, request: Request) -> Result<Report<PlanCompletion>> {
    run(env, actor, request, Counted::Plans, |figures: &mut PlanCompletion, key, count| {
        let slot = match key.map(|key| key.parse::<PlanStatus>()).transpose().map_err(Error::internal)? {
            Some(PlanStatus::Draft) => &mut figures.draft,
            Some(PlanStatus::Submitted) => &mut figures.submitted,
            Some(PlanStatus::Returned) => &mut figures.returned,
            Some(PlanStatus::Approved | PlanStatus::Closed) => &mut figures.approved,
            Some(PlanStatus::Cancelled) | None => &mut figures.missing,
        };
        *slot += count;
        Ok(())
    })
    .await
}

/// Counts evaluations by progress.
pub async fn evaluation_completion(
    env: &Env,
    actor: &Actor,
    request: Request,
) -> Result<Report<EvaluationCompletion>> {
    run(env, actor, request, Counted::Evaluations, |figures: &mut EvaluationCompletion, key, count| {
        let slot =
            match key.map(|key| key.parse::<EvaluationStatus>()).transpose().map_err(Error::internal)? {
                Some(EvaluationStatus::Open) => &mut figures.open,
                Some(EvaluationStatus::SelfReported) => &mut figures.self_reported,
                Some(EvaluationStatus::RatedDraft) => &mut figures.rated_draft,
                // The query leaves out cancelled evaluations.
                Some(EvaluationStatus::Cancelled) | None => &mut figures.missing,
                Some(_) => &mut figures.finished,
            };
        *slot += count;
        Ok(())
    })
    .await
}

/// The error for a depth outside the allowed range.
#[must_use]
pub fn depth_out_of_range() -> Error {
    let message =
        Message::new(domain::Key::OutOfRange).with("field", "depth").with("min", 0).with("max", MAX_DEPTH);
    Error::input(["depth"], message)
}

/// Authorises, counts, and groups the counts by unit.
async fn run<T: Default>(
    env: &Env,
    actor: &Actor,
    request: Request,
    counted: Counted,
    add: impl Fn(&mut T, Option<&str>, i64) -> Result<()>,
) -> Result<Report<T>> {
    let unit = visible_unit(env, actor, request.unit).await?;
    if !policy::report::may_report(actor, unit.id) {
        return Err(Error::Forbidden);
    }
    if !(0..=MAX_DEPTH).contains(&request.depth) {
        return Err(depth_out_of_range());
    }
    let period =
        store::period::find(env.db.source(), actor.agency, request.period).await?.ok_or(Error::NotFound)?;
    let mut rows: Vec<Row<T>> = Vec::new();
    for line in grouped(env, unit.id, request.depth, &period, counted).await? {
        if rows.last().is_none_or(|row| row.unit != line.unit) {
            rows.push(Row {
                unit: line.unit,
                code: line.code,
                name: line.name,
                level: line.level,
                staff: 0,
                figures: T::default(),
            });
        }
        if let Some(row) = rows.last_mut()
            && line.count > 0
        {
            row.staff += line.count;
            add(&mut row.figures, line.key.as_deref(), line.count)?;
        }
    }
    Ok(Report { rows, computed_at: env.now() })
}
