//! Figures for API keys. Figures about few people are hidden.
//!
//! Figures about ratings are kept when a period is closed for the first time with results, and never change. If they
//! followed later changes, the difference between two reports could be one person. Figures about plans are those of the
//! year, and are kept when it is closed. `domain::disclosure` decides what is shown, for the whole agency at once.

use super::{
    Report, Request, Row,
    figures::{Figure, Figures},
};
use crate::{
    db::{Connection, Source, Tx},
    env::Env,
    error::{Error, Result},
    store::{
        self,
        figures::{self, counts_of_agency, names_of_units},
    },
};
use domain::{
    actor::Actor,
    disclosure::{HiddenReason, Pattern, Table, UnitCounts, plans, ratings},
    evaluation::{EvaluationStatus, Predicate},
    id::UnitId,
    period::Period,
    plan::PlanStatus,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// The counts of one unit without its subunits.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct KeptUnit {
    unit: UnitId,
    parent: Option<UnitId>,
    /// By column of `disclosure::ratings`.
    ratings: Vec<u32>,
    /// By column of `disclosure::plans`; only for a year.
    plans: Vec<u32>,
}

/// The figures of an agency at a time.
struct Kept {
    units: Vec<KeptUnit>,
    /// The minimum group when they were kept.
    minimum: u32,
    at: Instant,
}

/// Counts for a reader who sees no exact figures. The caller has checked that they can see reports on the unit.
pub(super) async fn report<T: Figures>(
    env: &Env,
    actor: &Actor,
    request: Request,
    period: &Period,
) -> Result<Report<T>> {
    let source = env.db.source();
    let year = match period.parent {
        Some(year) if !T::ABOUT_RATINGS => store::period::find(source, actor.agency, year).await?,
        _ => None,
    };
    let period = year.as_ref().unwrap_or(period);
    let kept = kept(source, period).await?;
    // Before the first closing there are plans to count, and no ratings.
    let hidden = (T::ABOUT_RATINGS && kept.is_none()).then_some(HiddenReason::PeriodOpen);
    let kept = match kept {
        Some(kept) => kept,
        None => Kept { units: count(source, period).await?, minimum: env.minimum_group, at: env.now() },
    };
    let (width, of): (usize, fn(&KeptUnit) -> Vec<u32>) = match T::ABOUT_RATINGS {
        true => (ratings::WIDTH, |one| one.ratings.clone()),
        false => (plans::WIDTH, |one| one.plans.clone()),
    };
    let counts = |one: &KeptUnit| UnitCounts { unit: one.unit, parent: one.parent, own: of(one) };
    let units: Vec<UnitCounts> = kept.units.iter().map(counts).collect();
    let table = Table::new(&units, width);
    // If the minimum group became smaller than when they were kept, the old and the new figures could be combined.
    let pattern = Pattern::of(&table, T::steps(), kept.minimum.max(env.minimum_group));
    let mut rows = Vec::new();
    for (level, unit, code, name) in place(env, actor, request, &table).await? {
        let counts = table.counts(unit);
        let sum = |columns: &[usize]| {
            columns.iter().filter_map(|column| counts.get(*column)).map(|n| i64::from(*n)).sum()
        };
        let show = |shown: bool, columns: &[usize]| (shown && hidden.is_none()).then(|| sum(columns));
        let everybody: Vec<usize> = (0..width).collect();
        let staff = show(pattern.shows_people(unit), &everybody);
        let figures: Vec<Figure> =
            T::COLUMNS.iter().map(|columns| show(pattern.shows(unit, columns), columns)).collect();
        let is_any_hidden = staff.is_none() || figures.contains(&None);
        let hidden = hidden.or_else(|| is_any_hidden.then_some(HiddenReason::FewPeople));
        rows.push(Row { unit, code, name, level, staff, figures: T::of(&figures), hidden });
    }
    Ok(Report { rows, computed_at: kept.at, position: None })
}

/// The rows of a report: level, unit, code and name, by level and code.
async fn place(
    env: &Env,
    actor: &Actor,
    request: Request,
    table: &Table,
) -> Result<Vec<(i32, UnitId, String, String)>> {
    let mut levels = BTreeMap::from([(request.unit, 0)]);
    let mut open = vec![request.unit];
    while let Some(unit) = open.pop() {
        let below = levels.get(&unit).copied().unwrap_or_default() + 1;
        for child in table.children(unit).iter().filter(|_| below <= request.depth) {
            levels.insert(*child, below);
            open.push(*child);
        }
    }
    let names = names_of_units(env.db.source(), actor.agency, levels.keys().copied()).await?;
    let level = |unit: UnitId| levels.get(&unit).copied().unwrap_or_default();
    let mut rows: Vec<_> =
        names.into_iter().map(|(unit, code, name)| (level(unit), unit, code, name)).collect();
    rows.sort_by(|a, b| (a.0, &a.2, a.1).cmp(&(b.0, &b.2, b.1)));
    Ok(rows)
}

/// Reads the figures that were kept for a period.
async fn kept<C: Connection>(source: Source<'_, C>, period: &Period) -> Result<Option<Kept>> {
    let row = figures::kept(source, period.id).await?;
    row.map(|row| Ok(Kept { units: serde_json::from_str(&row.content)?, minimum: row.minimum, at: row.at }))
        .transpose()
}

/// Keeps the figures of a period that is being closed, unless those of an earlier closing have results.
pub(crate) async fn keep_figures(tx: &Tx, period: &Period, minimum: u32) -> Result<()> {
    let has_results =
        |one: &KeptUnit| ratings::FINISHED.iter().any(|column| one.ratings.get(*column) > Some(&0));
    if let Some(kept) = kept(tx.source(), period).await? {
        if kept.units.iter().any(has_results) {
            return Ok(());
        }
        figures::remove_kept(tx, period.id).await?;
    }
    let content = serde_json::to_string(&count(tx.source(), period).await?)?;
    figures::keep(tx, period, minimum, content).await
}

/// Keeps the figures of closed periods that have none, because an earlier version closed them or they were generated.
pub(crate) async fn keep_missing_figures(env: &Env, system: &Actor) -> Result<u64> {
    let closed = figures::closed_without(env.db.source(), system.agency).await?;
    let mut done = 0;
    let minimum = env.minimum_group;
    for period in closed {
        env.write(system, move |tx| async move { keep_figures(&tx, &period, minimum).await }).await?;
        done += 1;
    }
    Ok(done)
}

/// Counts the people of each unit of the agency, as the reports do. A person whose evaluation is cancelled counts in no
/// figure, so that a difference of figures does not show them.
async fn count<C: Connection>(source: Source<'_, C>, period: &Period) -> Result<Vec<KeptUnit>> {
    let tree = store::org_unit::tree(source.connection, period.agency, period.ends_on).await?;
    let root = UnitId(period.agency.0);
    let new = |unit: UnitId| KeptUnit {
        unit,
        parent: tree.parent(unit),
        ratings: vec![0; ratings::WIDTH],
        plans: vec![0; plans::WIDTH],
    };
    let mut units: HashMap<UnitId, KeptUnit> =
        tree.subtree(root).into_iter().map(|unit| (unit, new(unit))).collect();
    for line in counts_of_agency(source, period).await? {
        let unit = units.entry(line.unit).or_insert_with(|| new(line.unit));
        let add = |counts: &mut Vec<u32>, column: usize| {
            counts.get_mut(column).map(|count| *count += line.count).ok_or_else(|| Error::internal("column"))
        };
        add(&mut unit.ratings, rating(line.predicate, line.evaluation))?;
        if period.parent.is_none() {
            add(&mut unit.plans, plan(line.plan))?;
        }
    }
    let mut units: Vec<KeptUnit> = units.into_values().collect();
    units.sort_by_key(|one| one.unit);
    Ok(units)
}

/// The column of an evaluation.
const fn rating(predicate: Option<Predicate>, status: Option<EvaluationStatus>) -> usize {
    match (predicate, status) {
        (Some(Predicate::Good), _) => ratings::GOOD,
        (Some(Predicate::VeryGood), _) => ratings::VERY_GOOD,
        (Some(Predicate::NeedsImprovement), _) => ratings::NEEDS_IMPROVEMENT,
        (Some(Predicate::Poor), _) => ratings::POOR,
        (Some(Predicate::VeryPoor), _) => ratings::VERY_POOR,
        (None, Some(EvaluationStatus::Open)) => ratings::OPEN,
        (None, Some(EvaluationStatus::SelfReported)) => ratings::SELF_REPORTED,
        (None, Some(EvaluationStatus::RatedDraft)) => ratings::RATED_DRAFT,
        (None, _) => ratings::MISSING,
    }
}

/// The column of a plan.
const fn plan(status: Option<PlanStatus>) -> usize {
    match status {
        Some(PlanStatus::Approved | PlanStatus::Closed) => plans::APPROVED,
        Some(PlanStatus::Draft) => plans::DRAFT,
        Some(PlanStatus::Submitted) => plans::SUBMITTED,
        Some(PlanStatus::Returned) => plans::RETURNED,
        Some(PlanStatus::Cancelled) | None => plans::MISSING,
    }
}
