//! Reports that count a unit's subtree in a period, each with one SQL statement.
//!
//! The denominator is the number of assignments that are active on the period's last day, without people who are not
//! civil servants (NON_ASN). API keys see no figures about few people, see `closed`.

mod closed;
mod development;
mod drafts;
mod figures;
mod named;
mod year_end;

pub(crate) use closed::{keep_figures, keep_missing_figures};
pub use development::{Development, IndicatorYear, LinkedIndicator, development_outcome};
pub use drafts::{Drafts, FEWEST as FEWEST_DRAFTS};
pub use figures::{
    About, DevelopmentOutcome, EvaluationCompletion, Figure, Figures, PlanCompletion, PredicateDistribution,
};
pub use named::{period_by_name, period_name, unit_by_code};
pub use year_end::{MissingEvaluation, YearEnd, YearEndFigures, missing_evaluations, year_end};

use crate::{
    directory::visible_unit,
    env::Env,
    error::{Error, Result},
    journal,
    position::Position,
    store::{
        self,
        figures::{Counted, Line, grouped},
    },
};
use domain::{
    Message,
    actor::Actor,
    disclosure::HiddenReason,
    evaluation::{EvaluationStatus, Predicate},
    id::{PeriodId, UnitId},
    plan::PlanStatus,
    policy,
    time::Instant,
};

/// Maximum depth of a report.
pub const MAX_DEPTH: i32 = 10;

/// The unit, period and depth of a report.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// The root of the subtree to count.
    pub unit: UnitId,
    /// The year or part.
    pub period: PeriodId,
    /// Number of levels below the unit whose units get their own rows; 0 to [`MAX_DEPTH`].
    pub depth: i32,
}

/// A report: one row for the unit and one for each unit down to the depth. Each row counts its own subtree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report<T> {
    /// The unit first, then by level and code.
    pub rows: Vec<Row<T>>,
    /// When it was computed. For figures that were kept when the period was closed: the time of the closing.
    pub computed_at: Instant,
    /// The entry of the journal up to which the figures include all changes. `None` for figures that were kept when the
    /// period was closed, and before the first entry has a number.
    pub position: Option<Position>,
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
    /// Number of levels below the requested unit.
    pub level: i32,
    /// The denominator: the assignments that are active on the period's last day.
    pub staff: Figure,
    /// The counts.
    pub figures: T,
    /// Why some of these figures are hidden from the reader; `None` if all are shown.
    pub hidden: Option<HiddenReason>,
}

/// Counts people by predicate.
pub async fn predicate_distribution(
    env: &Env,
    actor: &Actor,
    request: Request,
) -> Result<Report<PredicateDistribution>> {
    run(env, actor, request, Counted::Predicates, |key| {
        Ok(match key.map(|key| key.parse::<Predicate>()).transpose().map_err(Error::internal)? {
            Some(Predicate::VeryGood) => 0,
            Some(Predicate::Good) => 1,
            Some(Predicate::NeedsImprovement) => 2,
            Some(Predicate::Poor) => 3,
            Some(Predicate::VeryPoor) => 4,
            None => 5,
        })
    })
    .await
}

/// Counts plans by status.
pub async fn plan_completion(env: &Env, actor: &Actor, request: Request) -> Result<Report<PlanCompletion>> {
    run(env, actor, request, Counted::Plans, |key| {
        Ok(match key.map(|key| key.parse::<PlanStatus>()).transpose().map_err(Error::internal)? {
            Some(PlanStatus::Cancelled) | None => 0,
            Some(PlanStatus::Draft) => 1,
            Some(PlanStatus::Submitted) => 2,
            Some(PlanStatus::Returned) => 3,
            Some(PlanStatus::Approved | PlanStatus::Closed) => 4,
        })
    })
    .await
}

/// Counts evaluations by progress.
pub async fn evaluation_completion(
    env: &Env,
    actor: &Actor,
    request: Request,
) -> Result<Report<EvaluationCompletion>> {
    run(env, actor, request, Counted::Evaluations, |key| {
        Ok(match key.map(|key| key.parse::<EvaluationStatus>()).transpose().map_err(Error::internal)? {
            // The query leaves out cancelled evaluations.
            Some(EvaluationStatus::Cancelled) | None => 0,
            Some(EvaluationStatus::Open) => 1,
            Some(EvaluationStatus::SelfReported) => 2,
            Some(EvaluationStatus::RatedDraft) => 3,
            Some(_) => 4,
        })
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

/// Authorises, counts, and groups the counts by unit. `place` returns the index of the figure that counts a predicate
/// or status.
async fn run<T: Figures>(
    env: &Env,
    actor: &Actor,
    request: Request,
    counted: Counted,
    place: impl Fn(Option<&str>) -> Result<usize>,
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
    if !policy::report::sees_exact_figures(actor, unit.id) {
        return closed::report(env, actor, request, &period).await;
    }
    // The position is read before the figures, so that the figures include its entry.
    let position = Some(journal::newest(env).await?).filter(|position| position.number > 0);
    let mut found: Vec<(Line, i64, Vec<i64>)> = Vec::new();
    for line in grouped(env.db.source(), unit.id, request.depth, &period, counted).await? {
        if found.last().is_none_or(|(known, ..)| known.unit != line.unit) {
            found.push((line.clone(), 0, vec![0; T::NAMES.len()]));
        }
        if let Some((_, staff, counts)) = found.last_mut()
            && line.count > 0
        {
            *staff += line.count;
            let place = place(line.key.as_deref())?;
            counts
                .get_mut(place)
                .map(|count| *count += line.count)
                .ok_or_else(|| Error::internal("column"))?;
        }
    }
    let rows = found.into_iter().map(|(Line { unit, code, name, level, .. }, staff, counts)| Row {
        unit,
        code,
        name,
        level,
        staff: Some(staff),
        figures: T::of(&counts.into_iter().map(Some).collect::<Vec<_>>()),
        hidden: None,
    });
    Ok(Report { rows: rows.collect(), computed_at: env.now(), position })
}
