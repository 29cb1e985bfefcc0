//! Credit points (angka kredit) of functional positions: months / 12 x percentage of the predicate x coefficient of
//! the level. The segments are summed, and the sum is rounded once.
//!
//! Only PNS in functional positions have credit points. This module does not check who they are.

use super::{
    Exact, Facts, Label, ScoreNode, ScoreTree, apply, input, ratings,
    rule::{Rule, RuleOutput, figures, malformed},
};
use crate::{
    Decimal, Key, Message, Refusal,
    rating::Predicate,
    regulation::{CreditPoints, RegulationDocument},
    time::Date,
};
use chrono::{Datelike, Months};
use serde::{Deserialize, Serialize};

/// A number of months at one level with one predicate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditSegment {
    /// The code or name of the level; none if it is the level of the whole calculation.
    pub level: Option<String>,
    /// Whole months, 1 to 12.
    pub months: u32,
    /// The predicate of these months.
    pub predicate: Predicate,
}

/// Computed credit points with their explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditResult {
    /// The points, rounded once.
    pub points: Decimal,
    /// The tree that explains the points.
    pub tree: ScoreTree,
    /// The points required at this level for the next rank.
    pub for_rank: Option<Decimal>,
    /// The points required at this level for the next level.
    pub for_level: Option<Decimal>,
}

/// The maximum number of months in one calculation: ten years.
const MONTHS_MAX: u32 = 120;
/// The maximum number of segments: each has at least one month.
const SEGMENTS_MAX: usize = MONTHS_MAX as usize;

/// Computes the credit points of these segments. `level` applies to segments that name none.
///
/// # Errors
/// Every refusal of the input, or the section or parameter missing in the regulation.
pub fn simulate_credit_points(
    document: &RegulationDocument,
    level: &str,
    segments: &[CreditSegment],
) -> Result<CreditResult, Vec<Refusal>> {
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
    if segments.len() > SEGMENTS_MAX {
        let message = Message::new(Key::TooMany).with("field", "segments").with("max", SEGMENTS_MAX);
        refusals.push(Refusal::input(["segments"], message));
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
    for (index, segment) in segments.iter().enumerate().take(SEGMENTS_MAX) {
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
                .with_source(found.coefficient.source.as_deref()),
        );
    }
    let own = own.filter(|_| refusals.is_empty()).ok_or(refusals)?;
    let label = Label::new("Angka kredit", "Credit points");
    let root = ScoreNode::of(Rule::CreditSum, "CREDIT_POINTS", label, Facts::default())
        .with_source(Some(&document.code))
        .with_children(nodes);
    let tree = input::finish(document, apply::compute(root, document)?);
    Ok(CreditResult {
        points: tree.root.value.ok_or_else(malformed)?,
        tree,
        for_rank: own.for_rank.value,
        for_level: own.for_level.as_ref().and_then(|parameter| parameter.value),
    })
}

fn rules(document: &RegulationDocument) -> Result<&CreditPoints, Vec<Refusal>> {
    document.credit_points.as_ref().ok_or_else(|| ratings::section_missing(document, "credit_points").into())
}

/// Computes the exact points of one segment.
pub(super) fn segment(facts: &Facts, document: &RegulationDocument) -> Result<RuleOutput, Vec<Refusal>> {
    let rules = rules(document)?;
    let level = facts.get("LEVEL").and_then(|level| rules.level(level)).ok_or_else(malformed)?;
    let months = facts.get("MONTHS").and_then(|months| months.parse::<u32>().ok()).ok_or_else(malformed)?;
    let predicate: Predicate =
        facts.get("PREDICATE").and_then(|word| word.parse().ok()).ok_or_else(malformed)?;
    let path = format!("credit_points.levels.{}.coefficient", level.code);
    let coefficient = *level.coefficient.require(&path)?;
    let percents = rules.percents.require("credit_points.percents")?;
    let percent = *percents
        .get(&predicate)
        .ok_or_else(|| crate::regulation::parameter_missing("credit_points.percents"))?;
    let year = Exact::from(coefficient).percent(Exact::whole(percent.into()))?;
    let points = year.times(Exact::ratio(months.into(), 12)?)?;
    RuleOutput::figure(points, Facts::default().with("COEFFICIENT", coefficient).with("PERCENT", percent))
}

/// Sums the segments and rounds once.
pub(super) fn sum(node: &ScoreNode, document: &RegulationDocument) -> Result<RuleOutput, Vec<Refusal>> {
    let rounding = *rules(document)?.rounding.require("credit_points.rounding")?;
    let sum = Exact::sum(figures(&node.children)?)?;
    RuleOutput::rounded(sum, rounding.apply(sum)?, rounding, Facts::default())
}

/// Counts the months of each level from `from` to `to`. A month counts for the level that is current on its first day.
///
/// `levels` lists each level with its first day. A month counts for no level if its first day is before `from` or
/// before all levels.
#[must_use]
pub fn months_by_level<'a>(from: Date, to: Date, levels: &[(Date, &'a str)]) -> Vec<(&'a str, u32)> {
    let mut counted: Vec<(&str, u32)> = Vec::new();
    let mut first = from.with_day(1);
    if first.is_some_and(|first| first < from) {
        first = first.and_then(|first| first.checked_add_months(Months::new(1)));
    }
    while let Some(day) = first.filter(|day| *day <= to) {
        let current = levels.iter().filter(|(since, _)| *since <= day).max_by_key(|(since, _)| *since);
        if let Some((_, level)) = current {
            match counted.last_mut() {
                Some((last, months)) if last == level => *months += 1,
                _ => counted.push((level, 1)),
            }
        }
        first = day.checked_add_months(Months::new(1));
    }
    counted
}
