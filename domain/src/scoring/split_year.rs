//! The predicate of a year with several plans, for example after a transfer or a promotion.
//!
//! Credit points need no merging: each part is converted with its own months and level.

use super::{
    Exact, Facts, Label, ScoreNode, ScoreResult, apply, input,
    rule::{Rule, RuleOutput, malformed},
    year::LEFT_OUT,
};
use crate::{
    Decimal, Key, Message, Refusal,
    error::unless_refused,
    rating::Predicate,
    regulation::{RegulationDocument, SplitYear},
};
use serde::{Deserialize, Serialize};
use strum::IntoEnumIterator;

/// A part of the year with its result. Months without a rating, such as leave, belong to no part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearSegment {
    /// The label, such as the name of the position.
    pub label: String,
    /// Whole months, 1 to 12.
    pub months: u32,
    /// The predicate.
    pub predicate: Predicate,
    /// The score, in a numeric scheme.
    pub score: Option<Decimal>,
}

/// The last rater's decision on the year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearDecision {
    /// The predicate of the year.
    pub predicate: Predicate,
    /// The reason, 1 to 2,000 characters.
    pub reason: String,
}

/// The proposal shown to the last rater: the best predicate that at least half of the months reach. It is not binding.
#[must_use]
pub fn proposal(segments: &[YearSegment]) -> Option<Predicate> {
    let months = |segment: &YearSegment| u64::from(segment.months);
    let all: u64 = segments.iter().map(months).sum();
    // Predicates are ordered best first, so this finds the best one.
    Predicate::iter().find(|predicate| {
        let reached: u64 =
            segments.iter().filter(|segment| segment.predicate <= *predicate).map(months).sum();
        all > 0 && 2 * reached >= all
    })
}

/// Determines the predicate of the year. If the regulation lets the last rater decide, `decision` is required. If it
/// weights scores by months, `new_idea` says whether the condition of the best predicate is met.
///
/// # Errors
/// Every refusal of the input, or the parameter missing in the regulation.
pub fn split_year(
    document: &RegulationDocument,
    segments: &[YearSegment],
    decision: Option<&YearDecision>,
    new_idea: bool,
) -> Result<ScoreResult, Vec<Refusal>> {
    let method = *document.split_year.require("split_year")?;
    unless_refused((), check(segments, method))?;
    let skeleton = match method {
        SplitYear::LastRaterDecides => decided(segments, decision)?,
        SplitYear::MonthWeightedScore => weighted(segments, new_idea),
    };
    let skeleton = skeleton.with_source(Some(&document.code));
    let tree = input::finish(document, apply::compute(skeleton, document)?);
    let predicate = tree.root.exact.parse().map_err(|_| malformed())?;
    Ok(ScoreResult { predicate, score: tree.score(), tree })
}

fn check(segments: &[YearSegment], method: SplitYear) -> Vec<Refusal> {
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
    Ok(ScoreNode::of(Rule::Decision, super::PREDICATE, Label::same(""), facts).with_children(children))
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
    let total = ScoreNode::of(Rule::MonthWeighted, super::numeric::TOTAL, label, Facts::default())
        .with_children(children);
    let facts = Facts::default().with("NEW_IDEA", if new_idea { "YES" } else { "NO" });
    ScoreNode::of(Rule::PredicateBand, super::PREDICATE, Label::same(""), facts).with_children(vec![total])
}

pub(super) fn months(node: &ScoreNode) -> Result<Exact, Vec<Refusal>> {
    node.facts().number("MONTHS").ok_or_else(malformed)
}

/// The mean of the children's scores, weighted by months.
pub(super) fn weighted_by_months(node: &ScoreNode) -> Result<RuleOutput, Vec<Refusal>> {
    let children: Vec<&ScoreNode> = node.children.iter().collect();
    let (mean, all) = month_weighted(&children)?.ok_or_else(malformed)?;
    RuleOutput::figure(mean, Facts::default().with("ALL_MONTHS", all))
}

/// The mean of the parts' scores weighted by months, and the total months; none if the total is zero.
pub(super) fn month_weighted(parts: &[&ScoreNode]) -> Result<Option<(Exact, Exact)>, Vec<Refusal>> {
    let (mut sum, mut all) = (Exact::ZERO, Exact::ZERO);
    for part in parts {
        let months = months(part)?;
        sum = sum.plus(part.figure().ok_or_else(malformed)?.times(months)?)?;
        all = all.plus(months)?;
    }
    Ok(if all == Exact::ZERO { None } else { Some((sum.over(all)?, all)) })
}

/// The decision, with the months of each predicate that the last rater considered.
pub(super) fn decision(node: &ScoreNode, facts: &Facts) -> Result<RuleOutput, Vec<Refusal>> {
    let decided: Predicate =
        facts.get("DECISION").and_then(|word| word.parse().ok()).ok_or_else(malformed)?;
    facts.get("REASON").filter(|reason| !reason.trim().is_empty()).ok_or_else(malformed)?;
    let mut used = Facts::default();
    for word in Predicate::iter().map(|predicate| predicate.to_string()).chain([LEFT_OUT.to_owned()]) {
        let parts = node.children.iter().filter(|child| child.exact == word);
        let sum = Exact::sum(parts.map(months).collect::<Result<Vec<_>, _>>()?)?;
        if sum != Exact::ZERO {
            used = used.with(&word, sum);
        }
    }
    Ok(RuleOutput::word(decided, used))
}
