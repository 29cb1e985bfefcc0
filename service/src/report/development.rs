//! Reports the outcomes of the gaps of the year before: how many people had a higher result, with and without
//! recognised training. Also shows the indicators of the unit that their work contributes to. The report shows what
//! happened, not why.

use super::{DevelopmentOutcome, Figure, Figures, Report, Request, Row, closed};
use crate::{
    db::{Connection, Source},
    directory::visible_unit,
    env::Env,
    error::{Error, Result},
    journal,
    store::{
        self,
        figures::{self, Rated, Whose, YearsLine, names_of_units},
    },
};
use domain::{
    Decimal,
    actor::Actor,
    development::{AnnualResult, Followed, counts_training},
    disclosure::development as columns,
    evaluation::{Predicate, Realisation},
    id::{AssignmentId, EvaluationId, PeriodId, PlanId, ResultId, UnitId},
    period::Period,
    plan::{Direction, Indicator, Plan, PlanResult, Target},
    policy,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The report.
#[derive(Clone, Debug)]
pub struct Development {
    /// One row, for the unit with its subunits.
    pub report: Report<DevelopmentOutcome>,
    /// The year that the figures are about.
    pub year: i32,
    /// The year of the gaps; `None` if the agency does not have this year.
    pub before: Option<i32>,
    /// The indicators of the unit's heads; empty for reporting tools, which see only figures.
    pub indicators: Vec<LinkedIndicator>,
}

/// An indicator in the plan of a unit's head, to which people with a gap contribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedIndicator {
    /// The indicator.
    pub text: String,
    /// The unit of its figures.
    pub measure: String,
    /// Whether higher or lower figures are better.
    pub direction: Direction,
    /// Number of people with a gap who contribute to it, directly or through the plans of others.
    pub people: i64,
    /// Target and realisation in the year before; `None` if no plan of that year has the indicator.
    pub before: Option<IndicatorYear>,
    /// Target and realisation in the year; `None` if no plan of the year has the indicator.
    pub year: Option<IndicatorYear>,
}

/// An indicator in one year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndicatorYear {
    /// The target.
    pub target: Target,
    /// The realisation; `None` without a final result, or if it was described only in words.
    pub realisation: Option<Decimal>,
}

/// A person who was active on the last day of the year before.
pub(super) struct Person {
    pub unit: UnitId,
    pub before: Option<Predicate>,
    /// The outcome of the gap; `None` without a gap.
    pub gap: Option<Followed>,
    /// Their assignments in both years.
    assignments: BTreeSet<AssignmentId>,
}

/// Reports on a year; for a part, on its year. For the same actors as the other reports. Uses a constant number of
/// statements.
pub async fn development_outcome(
    env: &Env,
    actor: &Actor,
    unit: UnitId,
    period: PeriodId,
) -> Result<Development> {
    let unit = visible_unit(env, actor, unit).await?.id;
    if !policy::report::may_report(actor, unit) {
        return Err(Error::Forbidden);
    }
    let source = env.db.source();
    let mut year = store::period::find(source, actor.agency, period).await?.ok_or(Error::NotFound)?;
    if let Some(parent) = year.parent {
        year = store::period::find(source, actor.agency, parent).await?.ok_or(Error::NotFound)?;
    }
    let before = store::period::of_year(source, actor.agency, year.year - 1, 0).await?;
    let known = before.as_ref().map(|before| before.year);
    if !policy::report::sees_exact_figures(actor, unit) {
        let report = closed::report(env, actor, Request { unit, period: year.id, depth: 0 }, &year).await?;
        return Ok(Development { report, year: year.year, before: known, indicators: Vec::new() });
    }
    // The position is read before the figures, so that the figures include its entry.
    let position = Some(journal::newest(env).await?).filter(|position| position.number > 0);
    let (found, indicators) = match &before {
        Some(before) => {
            let found = people(source, Whose::Subtree(unit), before, &year).await?;
            let indicators = indicators(source, unit, (before, &year), &found).await?;
            (found, indicators)
        }
        None => (Vec::new(), Vec::new()),
    };
    let mut counts = vec![0_i64; columns::WIDTH];
    for person in &found {
        counts.get_mut(person.column()).map(|count| *count += 1).ok_or_else(|| Error::internal("column"))?;
    }
    let sum = |of: &&[usize]| of.iter().filter_map(|column| counts.get(*column)).sum();
    let figures: Vec<Figure> = DevelopmentOutcome::COLUMNS.iter().map(|of| Some(sum(of))).collect();
    let named = names_of_units(source, actor.agency, std::iter::once(unit)).await?.pop();
    let (_, code, name) = named.ok_or(Error::NotFound)?;
    let row = Row {
        unit,
        code,
        name,
        level: 0,
        staff: Some(counts.iter().sum()),
        figures: DevelopmentOutcome::of(&figures),
        hidden: None,
    };
    let report = Report { rows: vec![row], computed_at: env.now(), position };
    Ok(Development { report, year: year.year, before: known, indicators })
}

impl Person {
    /// The column of [`domain::disclosure`] that counts the person.
    pub(super) const fn column(&self) -> usize {
        columns::column(self.before, self.gap)
    }
}

/// Reads everyone who was active on the last day of the year before, each with the outcome of their gap.
pub(super) async fn people<C: Connection>(
    source: Source<'_, C>,
    whose: Whose,
    before: &Period,
    year: &Period,
) -> Result<Vec<Person>> {
    let mut lines: BTreeMap<AssignmentId, YearsLine> = BTreeMap::new();
    for line in figures::people_of_years(source, whose, before, year).await? {
        match lines.get(&line.assignment) {
            Some(known) if closeness(known) >= closeness(&line) => {}
            _ => {
                lines.insert(line.assignment, line);
            }
        }
    }
    // Reads the documents of both years only of people who may have a gap.
    let low = |line: &&YearsLine| line.may_have_low_values;
    let first: Vec<EvaluationId> =
        lines.values().filter(low).filter_map(|line| Some(line.first?.0)).collect();
    let mut documents = match first.is_empty() {
        true => HashMap::new(),
        false => figures::rated(source, &first).await?,
    };
    let results: BTreeMap<AssignmentId, AnnualResult> = lines
        .values()
        .filter_map(|line| {
            let (id, predicate) = line.first?;
            let document = documents.remove(&id).unwrap_or_default();
            Some((line.assignment, result(predicate, &document, line.recommended)))
        })
        .collect();
    let has_gap = |line: &YearsLine| results.get(&line.assignment).is_some_and(AnnualResult::has_gap);
    let next: Vec<EvaluationId> = lines
        .values()
        .filter(|line| has_gap(line) && line.stayed())
        .filter_map(|line| Some(line.next?.0))
        .collect();
    let documents = match next.is_empty() {
        true => HashMap::new(),
        false => figures::rated(source, &next).await?,
    };
    let person = |line: &YearsLine| {
        let first = results.get(&line.assignment);
        Person {
            unit: line.unit,
            before: first.map(|first| first.predicate),
            gap: first.filter(|first| first.has_gap()).map(|first| followed(first, line, &documents)),
            assignments: line.next_post.iter().map(|(post, _)| *post).chain([line.assignment]).collect(),
        }
    };
    Ok(lines.values().map(person).collect())
}

impl YearsLine {
    /// Whether they were in the same unit on the last day of the next year.
    fn stayed(&self) -> bool {
        self.next_post.is_some_and(|(_, unit)| unit == self.unit)
    }
}

/// How well a line continues the first year. If a person has several assignments in the next year, the same unit counts
/// most, then a result, then the same assignment.
fn closeness(line: &YearsLine) -> (bool, bool, bool) {
    let same = line.next_post.is_some_and(|(assignment, _)| assignment == line.assignment);
    (line.stayed(), line.next.is_some(), same)
}

fn result(predicate: Predicate, document: &Rated, recommended: bool) -> AnnualResult {
    let values = document.behaviour_ratings.iter().map(|value| (value.criterion, value.rating)).collect();
    AnnualResult { predicate, values, recommended }
}

fn followed(first: &AnnualResult, line: &YearsLine, documents: &HashMap<EvaluationId, Rated>) -> Followed {
    if line.next_post.is_none() {
        return Followed::Left;
    }
    if !line.stayed() {
        return Followed::Moved;
    }
    let Some((document, (_, predicate))) = line.next.and_then(|next| Some((documents.get(&next.0)?, next)))
    else {
        return Followed::NoResult;
    };
    Followed::Result {
        trained: counts_training(&document.trainings),
        change: first.followed_by(&result(predicate, document, false)),
    }
}

/// The indicators in the plans of the unit's heads to which people with a gap contribute. Rows have new ids each year,
/// so indicators of two years are the same if text and unit of measure are equal.
async fn indicators<C: Connection>(
    source: Source<'_, C>,
    unit: UnitId,
    (before, year): (&Period, &Period),
    people: &[Person],
) -> Result<Vec<LinkedIndicator>> {
    let plans = figures::plans_of_heads(source, unit, before, year).await?;
    if plans.is_empty() {
        return Ok(Vec::new());
    }
    let contents = store::plan::by_ids_unscoped(source, plans.iter().map(|head| head.plan)).await?;
    // The contributors to each row, as indexes into the list of people.
    let mut places: HashMap<AssignmentId, usize> = HashMap::new();
    for (place, person) in people.iter().enumerate().filter(|(_, person)| person.gap.is_some()) {
        places.extend(person.assignments.iter().map(|assignment| (*assignment, place)));
    }
    let mut linked: HashMap<ResultId, BTreeSet<usize>> = HashMap::new();
    for contribution in figures::contributions(source, unit, before, year).await? {
        if let Some(place) = places.get(&contribution.assignment) {
            linked.entry(contribution.row).or_default().insert(*place);
        }
    }
    let mut found: Vec<(LinkedIndicator, BTreeSet<usize>)> = Vec::new();
    // Starts with the year itself, so that its indicators come first.
    let of_year = plans.iter().filter(|head| head.year == year.id);
    for head in of_year.chain(plans.iter().filter(|head| head.year != year.id)) {
        for (row, people) in rows(&contents, head.plan, &linked) {
            for indicator in &row.indicators {
                let one = IndicatorYear {
                    target: indicator.target,
                    realisation: realised(&head.realisations, row, indicator),
                };
                let place = found.iter().position(|(known, _)| is_same(known, indicator));
                let place = place.unwrap_or_else(|| {
                    found.push((new(indicator), BTreeSet::new()));
                    found.len() - 1
                });
                let Some((known, of)) = found.get_mut(place) else { continue };
                of.extend(people);
                let of_year = if head.year == year.id { &mut known.year } else { &mut known.before };
                of_year.get_or_insert(one);
            }
        }
    }
    let with_people = |(one, people): (LinkedIndicator, BTreeSet<usize>)| LinkedIndicator {
        people: i64::try_from(people.len()).unwrap_or(i64::MAX),
        ..one
    };
    Ok(found.into_iter().map(with_people).collect())
}

/// The rows of a plan in force to which people contribute.
fn rows<'a>(
    contents: &'a HashMap<PlanId, Plan>,
    plan: PlanId,
    linked: &'a HashMap<ResultId, BTreeSet<usize>>,
) -> impl Iterator<Item = (&'a PlanResult, &'a BTreeSet<usize>)> {
    let revision = contents.get(&plan).and_then(Plan::effective);
    let rows = revision.into_iter().flat_map(|revision| &revision.content.results);
    rows.filter_map(|row| Some((row, linked.get(&row.id)?)))
}

fn is_same(known: &LinkedIndicator, indicator: &Indicator) -> bool {
    let plain = |text: &str| text.trim().to_lowercase();
    plain(&known.text) == plain(&indicator.text) && plain(&known.measure) == plain(&indicator.unit)
}

fn new(indicator: &Indicator) -> LinkedIndicator {
    LinkedIndicator {
        text: indicator.text.clone(),
        measure: indicator.unit.clone(),
        direction: indicator.direction,
        people: 0,
        before: None,
        year: None,
    }
}

/// The realisation of an indicator, or that of its row if the row has no other indicator.
fn realised(reported: &[Realisation], row: &PlanResult, indicator: &Indicator) -> Option<Decimal> {
    let of_row = |one: &&Realisation| one.result == row.id;
    let own = reported.iter().filter(of_row).find(|one| one.indicator == Some(indicator.id));
    let whole = || reported.iter().filter(of_row).find(|one| one.indicator.is_none());
    own.or_else(|| whole().filter(|_| row.indicators.len() == 1))?.value
}
