//! The predicate of a year of several plans, as after a transfer or a promotion.
//!
//! Credit points need no such merging: each part is converted with its own months and level.

use super::{
    Exact, Facts, Label, ScoreNode, Scored, input,
    rule::{self, Applied, Rule, malformed},
    year::LEFT_OUT,
};
use crate::{
    Decimal, Key, Message, Refusal,
    error::unless_refused,
    evaluation::Predicate,
    regulation::{RegulationDocument, SplitYear},
};
use serde::{Deserialize, Serialize};
use strum::IntoEnumIterator;

/// A part of the year with its result. Months that were not rated, such as leave, are in no part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearSegment {
    /// What it is, such as the position held.
    pub label: String,
    /// Whole months, 1 to 12.
    pub months: u32,
    /// Its predicate.
    pub predicate: Predicate,
    /// Its score, in a numeric scheme.
    pub score: Option<Decimal>,
}

/// What the last rater decides on the year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearDecision {
    /// The predicate of the year.
    pub predicate: Predicate,
    /// Why, 1 to 2,000 characters.
    pub reason: String,
}

/// The predicate that at least half of the months reach: shown to the last rater, deciding nothing.
#[must_use]
pub fn proposal(segments: &[YearSegment]) -> Option<Predicate> {
    let months = |segment: &YearSegment| u64::from(segment.months);
    let all: u64 = segments.iter().map(months).sum();
    // The best predicate such that half of the months are as good as it or better.
    Predicate::iter().find(|predicate| {
        let reached: u64 =
            segments.iter().filter(|segment| segment.predicate <= *predicate).map(months).sum();
        all > 0 && 2 * reached >= all
    })
}

/// The predicate of the year. Where the regulation leaves it to the last rater, a decision with its reason is
/// required and recorded; where it weights scores, `new_idea` is the condition of the best predicate.
///
/// # Errors
/// Every fault of the input; or what the regulation lacks.
pub fn split_year(
    document: &RegulationDocument,
    segments: &[YearSegment],
    decision: Option<&YearDecision>,
    new_idea: bool,
) -> Result<Scored, Vec<Refusal>> {
    let method = *document.split_year.need("split_year")?;
    unless_refused((), faults(segments, method))?;
    let skeleton = match method {
        SplitYear::LastRaterDecides => decided(segments, decision)?,
        SplitYear::MonthWeightedScore => weighted(segments, new_idea),
    };
    let skeleton = skeleton.stated_in(Some(&document.code));
    let tree = input::finish(document, rule::grow(skeleton, document)?);
    let predicate = tree.root.exact.parse().map_err(|_| malformed())?;
    Ok(Scored { predicate, score: tree.score(), tree })
}

fn faults(segments: &[YearSegment], method: SplitYear) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let range = |path: Vec<String>, field: &str, min: u32, max: u32| {
        Refusal::input(
            path,
            Message::new(Key::OutOfRange).with("field", field).with("min", min).with("max", max),
        )
    };
    if segments.is_empty() {
        refusals.push(Refusal::input(["segments"], Key::NoSegments));
    }
    let total = segments.iter().fold(0_u32, |sum, segment| sum.saturating_add(segment.months));
    if segments.len() > 12 || total > 12 {
        refusals.push(range(vec!["segments".to_owned()], "months", 1, 12));
    }
    for (index, segment) in segments.iter().enumerate().take(12) {
        let path = |field: &str| vec!["segments".to_owned(), index.to_string(), field.to_owned()];
        if !(1..=12).contains(&segment.months) {
            refusals.push(range(path("months"), "months", 1, 12));
        }
        match (method, segment.score) {
            (SplitYear::MonthWeightedScore, None) => {
                refusals
                    .push(Refusal::input(path("score"), Message::new(Key::Required).with("field", "score")));
            }
            (SplitYear::MonthWeightedScore, Some(score))
                if score < Decimal::ZERO || score > Decimal::whole(1_000) =>
            {
                refusals.push(range(path("score"), "score", 0, 1_000));
            }
            _ => {}
        }
    }
    refusals
}

fn decided(segments: &[YearSegment], decision: Option<&YearDecision>) -> Result<ScoreNode, Vec<Refusal>> {
    let decision = decision.ok_or_else(|| Refusal::required("decision"))?;
    let reason = crate::error::reason("reason", &decision.reason)?;
    let facts = Facts::default().with("DECISION", decision.predicate).with("REASON", reason);
    let children = segments
        .iter()
        .map(|segment| {
            let facts = Facts::default().with("PREDICATE", segment.predicate).with("MONTHS", segment.months);
            ScoreNode::of(Rule::Segment, "SEGMENT", Label::same(&segment.label), facts)
        })
        .collect();
    Ok(ScoreNode::of(Rule::Decision, super::PREDICATE, Label::same(""), facts).over(children))
}

fn weighted(segments: &[YearSegment], new_idea: bool) -> ScoreNode {
    let children = segments
        .iter()
        .map(|segment| {
            let score = segment.score.unwrap_or_default();
            let facts = Facts::default().with("VALUE", score).with("MONTHS", segment.months);
            ScoreNode::of(Rule::Given, "SEGMENT", Label::same(&segment.label), facts)
        })
        .collect();
    let label = Label::new("Nilai kinerja setahun", "Score of the year");
    let total =
        ScoreNode::of(Rule::MonthWeighted, super::numeric::TOTAL, label, Facts::default()).over(children);
    let facts = Facts::default().with("NEW_IDEA", if new_idea { "YES" } else { "NO" });
    ScoreNode::of(Rule::PredicateBand, super::PREDICATE, Label::same(""), facts).over(vec![total])
}

pub(super) fn months(node: &ScoreNode) -> Result<Exact, Vec<Refusal>> {
    node.facts().number("MONTHS").ok_or_else(malformed)
}

/// The mean of the scores below by their months.
pub(super) fn weighted_by_months(node: &ScoreNode) -> Result<Applied, Vec<Refusal>> {
    let children: Vec<&ScoreNode> = node.children.iter().collect();
    let (mean, all) = month_weighted(&children)?.ok_or_else(malformed)?;
    Applied::figure(mean, Facts::default().with("ALL_MONTHS", all))
}

/// The mean of the scores of parts by their months, and the months; none without a month.
pub(super) fn month_weighted(parts: &[&ScoreNode]) -> Result<Option<(Exact, Exact)>, Vec<Refusal>> {
    let (mut sum, mut all) = (Exact::ZERO, Exact::ZERO);
    for part in parts {
        let months = months(part)?;
        sum = sum.plus(part.figure().ok_or_else(malformed)?.times(months)?)?;
        all = all.plus(months)?;
    }
    Ok(if all == Exact::ZERO { None } else { Some((sum.over(all)?, all)) })
}

/// The decision, with the months of each predicate that it was made in the light of.
pub(super) fn decision(node: &ScoreNode, facts: &Facts) -> Result<Applied, Vec<Refusal>> {
    let decided: Predicate =
        facts.get("DECISION").and_then(|word| word.parse().ok()).ok_or_else(malformed)?;
    facts.get("REASON").filter(|reason| !reason.trim().is_empty()).ok_or_else(malformed)?;
    let mut told = Facts::default();
    for word in Predicate::iter().map(|predicate| predicate.to_string()).chain([LEFT_OUT.to_owned()]) {
        let parts = node.children.iter().filter(|child| child.exact == word);
        let sum = Exact::sum(parts.map(months).collect::<Result<Vec<_>, _>>()?)?;
        if sum != Exact::ZERO {
            told = told.with(&word, sum);
        }
    }
    Ok(Applied::word(decided, told))
}
