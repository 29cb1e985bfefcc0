//! Credit points (angka kredit) of functional positions: months / 12 by the percentage of the predicate by the
//! coefficient of the level, summed and then rounded once.
//!
//! PNS in functional positions only; who that is, is not decided here.

use super::{
    Exact, Facts, Label, ScoreNode, ScoreTree, input, ratings,
    rule::{self, Applied, Rule, figures, malformed},
};
use crate::{
    Decimal, Key, Message, Refusal,
    evaluation::Predicate,
    regulation::{CreditPoints, RegulationDocument},
    time::Date,
};
use chrono::{Datelike, Months};
use serde::{Deserialize, Serialize};

/// Some months at one level with one predicate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditSegment {
    /// The level by code or name, where it is another than that of the whole.
    pub level: Option<String>,
    /// Whole months, 1 to 12.
    pub months: u32,
    /// The predicate of these months.
    pub predicate: Predicate,
}

/// What comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credited {
    /// The points, rounded once.
    pub points: Decimal,
    /// How they come about.
    pub tree: ScoreTree,
    /// The points that the level needs for the next rank.
    pub for_rank: Option<Decimal>,
    /// The points that the level needs for the next level.
    pub for_level: Option<Decimal>,
}

/// The most months that are summed: ten years.
const MONTHS_MAX: u32 = 120;

/// The credit points of some months.
///
/// # Errors
/// Every fault of the input; or what the regulation lacks.
pub fn simulate_credit_points(
    document: &RegulationDocument,
    level: &str,
    segments: &[CreditSegment],
) -> Result<Credited, Vec<Refusal>> {
    let rules = rules(document)?;
    let mut refusals = Vec::new();
    let unknown = |path: Vec<String>, level: &str| {
        Refusal::input(path, Message::new(Key::Unknown).with("field", "level").with("value", level))
    };
    let own = rules.level(level);
    if own.is_none() {
        refusals.push(unknown(vec!["level".to_owned()], level));
    }
    if segments.is_empty() {
        refusals.push(Refusal::input(["segments"], Key::NoSegments));
    }
    let range = |path: Vec<String>, max: u32| {
        Refusal::input(
            path,
            Message::new(Key::OutOfRange).with("field", "months").with("min", 1).with("max", max),
        )
    };
    let total = segments.iter().fold(0_u32, |sum, segment| sum.saturating_add(segment.months));
    if total > MONTHS_MAX {
        refusals.push(range(vec!["segments".to_owned()], MONTHS_MAX));
    }
    let mut nodes = Vec::new();
    for (index, segment) in segments.iter().enumerate().take(input::ITEMS_MAX) {
        let path = |field: &str| vec!["segments".to_owned(), index.to_string(), field.to_owned()];
        if !(1..=12).contains(&segment.months) {
            refusals.push(range(path("months"), 12));
        }
        let name = segment.level.as_deref().unwrap_or(level);
        let Some(found) = rules.level(name) else {
            if segment.level.is_some() {
                refusals.push(unknown(path("level"), name));
            }
            continue;
        };
        let facts = Facts::default()
            .with("LEVEL", &found.code)
            .with("MONTHS", segment.months)
            .with("PREDICATE", segment.predicate);
        nodes.push(
            ScoreNode::of(Rule::Credit, "CREDIT_SEGMENT", Label::same(&found.name), facts)
                .stated_in(found.coefficient.source.as_deref()),
        );
    }
    let own = own.filter(|_| refusals.is_empty()).ok_or(refusals)?;
    let label = Label::new("Angka kredit", "Credit points");
    let root = ScoreNode::of(Rule::CreditSum, "CREDIT_POINTS", label, Facts::default())
        .stated_in(Some(&document.code))
        .over(nodes);
    let tree = input::finish(document, rule::grow(root, document)?);
    Ok(Credited {
        points: tree.root.value.ok_or_else(malformed)?,
        tree,
        for_rank: own.for_rank.value,
        for_level: own.for_level.as_ref().and_then(|stated| stated.value),
    })
}

fn rules(document: &RegulationDocument) -> Result<&CreditPoints, Vec<Refusal>> {
    document.credit_points.as_ref().ok_or_else(|| ratings::lacks(document, "credit_points").into())
}

/// The points of one segment, exact.
pub(super) fn segment(facts: &Facts, document: &RegulationDocument) -> Result<Applied, Vec<Refusal>> {
    let rules = rules(document)?;
    let level = facts.get("LEVEL").and_then(|level| rules.level(level)).ok_or_else(malformed)?;
    let months = facts.get("MONTHS").and_then(|months| months.parse::<u32>().ok()).ok_or_else(malformed)?;
    let predicate: Predicate =
        facts.get("PREDICATE").and_then(|word| word.parse().ok()).ok_or_else(malformed)?;
    let path = format!("credit_points.levels.{}.coefficient", level.code);
    let coefficient = *level.coefficient.need(&path)?;
    let percents = rules.percents.need("credit_points.percents")?;
    let percent =
        *percents.get(&predicate).ok_or_else(|| crate::regulation::missing("credit_points.percents"))?;
    let year = Exact::from(coefficient).percent(Exact::whole(percent.into()))?;
    let points = year.times(Exact::ratio(months.into(), 12)?)?;
    Applied::figure(points, Facts::default().with("COEFFICIENT", coefficient).with("PERCENT", percent))
}

/// The sum of the segments, rounded once.
pub(super) fn sum(node: &ScoreNode, document: &RegulationDocument) -> Result<Applied, Vec<Refusal>> {
    let rounding = *rules(document)?.rounding.need("credit_points.rounding")?;
    let sum = Exact::sum(figures(&node.children)?)?;
    Applied::rounded(sum, rounding.apply(sum)?, rounding, Facts::default())
}

/// The months of each level in a span: the level that holds on a month's first day decides the month.
/// `levels` tells from which day each holds. A month whose first day comes before all of them counts for none;
/// so does the first month of a span that starts later in it.
#[must_use]
pub fn months_by_level<'a>(from: Date, to: Date, levels: &[(Date, &'a str)]) -> Vec<(&'a str, u32)> {
    let mut counted: Vec<(&str, u32)> = Vec::new();
    let mut first = from.with_day(1);
    if first.is_some_and(|first| first < from) {
        first = first.and_then(|first| first.checked_add_months(Months::new(1)));
    }
    for _ in 0..MONTHS_MAX {
        let Some(day) = first.filter(|day| *day <= to) else { break };
        let holds = levels.iter().filter(|(since, _)| *since <= day).max_by_key(|(since, _)| *since);
        if let Some((_, level)) = holds {
            match counted.last_mut() {
                Some((last, months)) if last == level => *months += 1,
                _ => counted.push((level, 1)),
            }
        }
        first = day.checked_add_months(Months::new(1));
    }
    counted
}
