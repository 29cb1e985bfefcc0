//! Aggregates of a unit's subtree in a period: one SQL statement each, small exact integers.
//!
//! The denominator is the assignments that are active on the period's last day, without people from
//! outside (NON_ASN).

mod grouped;
mod year_end;

pub use year_end::{MISSING_AT_MOST, MissingEvaluation, YearEnd, YearEndFigures, year_end};

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

/// The most levels below a unit that a report is grouped by.
pub const DEPTH_AT_MOST: i32 = 10;

/// Which report of which unit and period.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// The unit whose subtree is counted.
    pub unit: UnitId,
    /// The year or part.
    pub period: PeriodId,
    /// So many levels below the unit have a row of their own; 0 to [`DEPTH_AT_MOST`].
    pub depth: i32,
}

/// A report: a row for the unit, and one for each unit down to the depth, each counting its own subtree.
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
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Levels below the unit asked for.
    pub level: i32,
    /// The denominator: assignments active on the period's last day.
    pub staff: i64,
    /// What was counted.
    pub figures: T,
}

/// How many have which predicate; the rest has no final evaluation.
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

/// How far plans are. A part of a year counts the plans of its year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after its state")]
pub struct PlanCompletion {
    pub missing: i64,
    pub draft: i64,
    pub submitted: i64,
    pub returned: i64,
    pub approved: i64,
}

/// How far evaluations are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EvaluationCompletion {
    /// No evaluation: the plan is not approved.
    pub missing: i64,
    /// Nothing reported.
    pub open: i64,
    /// Reported, not rated.
    pub self_reported: i64,
    /// A draft of the ratings.
    pub rated_draft: i64,
    /// The ratings stand, at any state from FINAL on.
    pub finished: i64,
}

/// The distribution of predicates.
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

/// How far plans are.
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

/// How far evaluations are.
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
                Some(_) => &mut figures.finished,
                None => &mut figures.missing,
            };
        *slot += count;
        Ok(())
    })
    .await
}

/// The refusal of a depth that no report has.
#[must_use]
pub fn depth_out_of_range() -> Error {
    let message = Message::new(domain::Key::OutOfRange)
        .with("field", "depth")
        .with("min", 0)
        .with("max", DEPTH_AT_MOST);
    Error::input(["depth"], message)
}

/// Authorizes, counts, and folds what was counted by unit.
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
    if !(0..=DEPTH_AT_MOST).contains(&request.depth) {
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
