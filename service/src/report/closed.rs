//! Figures for API keys. Figures about few people are hidden.
//!
//! Figures about ratings are stored when a period is closed for the first time with results, and never change. If they
//! included later changes, the difference between two reports could show the result of one person. Figures about plans
//! belong to the year, and are stored when the year is closed. `domain::disclosure` decides what is shown, for the whole
//! agency at once.

use super::{
    Report, Request, Row, development,
    figures::{About, Figure, Figures},
};
use crate::{
    db::{Connection, Source, Tx},
    env::Env,
    error::{Error, Result},
    store::{
        self,
        figures::{self, Whose, counts_of_agency, names_of_units},
    },
};
use domain::{
    actor::Actor,
    disclosure::{
        HiddenReason, Pattern, Table, UnitCounts, development as development_columns, plans, ratings,
    },
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
struct UnitFigures {
    unit: UnitId,
    parent: Option<UnitId>,
    /// Number of people by column of `disclosure::ratings`.
    ratings: Vec<u32>,
    /// Number of people by column of `disclosure::plans`; only for a year.
    plans: Vec<u32>,
    /// Outcomes of the gaps of the year before; only for a year. `None` if an earlier version stored the figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    development: Option<DevelopmentFigures>,
}

/// The outcomes of the gaps that a unit's people had in the year before.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct DevelopmentFigures {
    /// The unit above it on the last day of that year.
    parent: Option<UnitId>,
    /// Number of people by column of `disclosure::development`.
    counts: Vec<u32>,
}

impl UnitFigures {
    /// The unit's place in the tree and its counts, for a table of this kind.
    fn counts(&self, about: About) -> UnitCounts {
        let development = self.development.as_ref();
        let (parent, own) = match about {
            About::Ratings => (self.parent, self.ratings.clone()),
            About::Plans => (self.parent, self.plans.clone()),
            About::Development => (
                development.and_then(|of| of.parent),
                development.map(|of| of.counts.clone()).unwrap_or_default(),
            ),
        };
        UnitCounts { unit: self.unit, parent, own }
    }
}

/// The stored figures of an agency for a period.
struct StoredFigures {
    units: Vec<UnitFigures>,
    /// The minimum group that applied when they were stored.
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
        Some(year) if T::ABOUT != About::Ratings => store::period::find(source, actor.agency, year).await?,
        _ => None,
    };
    let period = year.as_ref().unwrap_or(period);
    let has_development = |stored: &StoredFigures| stored.units.iter().any(|one| one.development.is_some());
    let stored = stored_figures(source, period).await?;
    let stored = stored.filter(|stored| T::ABOUT != About::Development || has_development(stored));
    // Before the first closing, plans can be counted but ratings are hidden.
    let hidden = (T::ABOUT != About::Plans && stored.is_none()).then_some(HiddenReason::PeriodOpen);
    let stored = match stored {
        Some(stored) => stored,
        None => {
            StoredFigures { units: count(source, period).await?, minimum: env.minimum_group, at: env.now() }
        }
    };
    let width = match T::ABOUT {
        About::Ratings => ratings::WIDTH,
        About::Plans => plans::WIDTH,
        About::Development => development_columns::WIDTH,
    };
    let units: Vec<UnitCounts> = stored.units.iter().map(|one| one.counts(T::ABOUT)).collect();
    let table = Table::new(&units, width);
    // Uses the larger of both minimum groups: if a smaller one applied later, the figures from before and after could
    // be combined.
    let pattern = Pattern::of(&table, T::steps(), stored.minimum.max(env.minimum_group));
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
    Ok(Report { rows, computed_at: stored.at, position: None })
}

/// Returns level, unit, code and name of each row of a report, ordered by level and code.
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

/// Reads the figures that were stored for a period.
async fn stored_figures<C: Connection>(
    source: Source<'_, C>,
    period: &Period,
) -> Result<Option<StoredFigures>> {
    let row = figures::kept(source, period.id).await?;
    row.map(|row| {
        Ok(StoredFigures { units: serde_json::from_str(&row.content)?, minimum: row.minimum, at: row.at })
    })
    .transpose()
}

/// Stores the figures of a period that is being closed, unless figures with results are stored from an earlier closing.
pub(crate) async fn keep_figures(tx: &Tx, period: &Period, minimum: u32) -> Result<()> {
    let has_results =
        |one: &UnitFigures| ratings::FINISHED.iter().any(|column| one.ratings.get(*column) > Some(&0));
    if let Some(stored) = stored_figures(tx.source(), period).await? {
        if stored.units.iter().any(has_results) {
            return Ok(());
        }
        figures::remove_kept(tx, period.id).await?;
    }
    let mut units = count(tx.source(), period).await?;
    add_development(tx.source(), period, &mut units).await?;
    figures::keep(tx, period, minimum, serde_json::to_string(&units)?).await
}

/// Adds the outcomes of the gaps of the year before to the counts of a year.
async fn add_development<C: Connection>(
    source: Source<'_, C>,
    year: &Period,
    units: &mut Vec<UnitFigures>,
) -> Result<()> {
    if year.parent.is_some() {
        return Ok(());
    }
    let before = store::period::of_year(source, year.agency, year.year - 1, 0).await?;
    let on = before.as_ref().map_or(year.ends_on, |before| before.ends_on);
    let tree = store::org_unit::tree(source.connection, year.agency, on).await?;
    let new = |unit: UnitId| DevelopmentFigures {
        parent: tree.parent(unit),
        counts: vec![0; development_columns::WIDTH],
    };
    let root = UnitId(year.agency.0);
    let mut found: HashMap<UnitId, DevelopmentFigures> =
        tree.subtree(root).into_iter().map(|unit| (unit, new(unit))).collect();
    let people = match &before {
        Some(before) => development::people(source, Whose::Agency, before, year).await?,
        None => Vec::new(),
    };
    for person in people {
        let of_unit = found.entry(person.unit).or_insert_with(|| new(person.unit));
        let count = of_unit.counts.get_mut(person.column()).ok_or_else(|| Error::internal("column"))?;
        *count += 1;
    }
    for one in units.iter_mut() {
        one.development = found.remove(&one.unit);
    }
    // The remaining units ended between the two years.
    units.extend(found.into_iter().map(|(unit, of)| UnitFigures {
        unit,
        parent: None,
        ratings: vec![0; ratings::WIDTH],
        plans: vec![0; plans::WIDTH],
        development: Some(of),
    }));
    units.sort_by_key(|one| one.unit);
    Ok(())
}

/// Stores the missing figures of closed periods, which an earlier version closed or which were generated.
pub(crate) async fn keep_missing_figures(env: &Env, system: &Actor) -> Result<u64> {
    let closed = figures::closed_without(env.db.source(), system.agency).await?;
    let mut done = 0;
    let minimum = env.minimum_group;
    for period in closed {
        env.write(system, move |tx| async move { keep_figures(&tx, &period, minimum).await }).await?;
        done += 1;
    }
    for year in figures::years_without_development(env.db.source(), system.agency).await? {
        let add = move |tx: Tx| async move {
            let Some(stored) = stored_figures(tx.source(), &year).await? else { return Ok(()) };
            let mut units = stored.units;
            add_development(tx.source(), &year, &mut units).await?;
            figures::complete(&tx, year.id, serde_json::to_string(&units)?).await
        };
        env.write(system, add).await?;
        done += 1;
    }
    Ok(done)
}

/// Counts the people of each unit of the agency, as the reports do. A person whose evaluation is cancelled counts in no
/// figure, so that a difference of figures does not show them.
async fn count<C: Connection>(source: Source<'_, C>, period: &Period) -> Result<Vec<UnitFigures>> {
    let tree = store::org_unit::tree(source.connection, period.agency, period.ends_on).await?;
    let root = UnitId(period.agency.0);
    let new = |unit: UnitId| UnitFigures {
        unit,
        parent: tree.parent(unit),
        ratings: vec![0; ratings::WIDTH],
        plans: vec![0; plans::WIDTH],
        development: None,
    };
    let mut units: HashMap<UnitId, UnitFigures> =
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
    let mut units: Vec<UnitFigures> = units.into_values().collect();
    units.sort_by_key(|one| one.unit);
    Ok(units)
}

/// The column of `disclosure::ratings` that counts an evaluation.
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

/// The column of `disclosure::plans` that counts a plan.
const fn plan(status: Option<PlanStatus>) -> usize {
    match status {
        Some(PlanStatus::Approved | PlanStatus::Closed) => plans::APPROVED,
        Some(PlanStatus::Draft) => plans::DRAFT,
        Some(PlanStatus::Submitted) => plans::SUBMITTED,
        Some(PlanStatus::Returned) => plans::RETURNED,
        Some(PlanStatus::Cancelled) | None => plans::MISSING,
    }
}
