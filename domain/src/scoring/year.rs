//! The year of a person with several plans, for example after a transfer. The root of its tree gives the predicate of
//! the year; below it are the evaluation of the last plan and the results of the earlier parts.
//!
//! The "own part" is the last part: that of the plan being evaluated.

use super::{
    Exact, Facts, Label, ScoreNode, ScoreTree, YearDecision, YearSegment, numeric, ratings,
    rule::{Rule, RuleOutput, malformed},
    split_year::{month_weighted, months},
};
use crate::{
    Decimal, Key, Message, Refusal,
    id::EvaluationId,
    rating::Predicate,
    regulation::{RegulationDocument, SplitYear},
    time::Date,
};
use chrono::Datelike;
use serde::{Deserialize, Serialize};

/// The input for a year with several plans. The plan being evaluated is the last one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearInput {
    /// The label of the own part, such as the name of the position.
    pub label: String,
    /// The months of the own part; zero if every month counts for another part.
    pub months: u32,
    /// The earlier parts in order, each with at least one month.
    pub before: Vec<EarlierPart>,
    /// The last rater's decision, if the regulation lets the last rater decide.
    pub decision: Option<YearDecision>,
}

/// A part of the year before the last one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierPart {
    /// The annual evaluation of that part.
    pub evaluation: EvaluationId,
    /// The label, such as the name of the position.
    pub label: String,
    /// The months, 1 to 12.
    pub months: u32,
    /// The result, or the reason why the part does not count.
    pub result: PartResult,
}

/// The result of an earlier part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PartResult {
    /// The part has a final result.
    Rated {
        /// The predicate.
        predicate: Predicate,
        /// The score, in a numeric scheme.
        score: Option<Decimal>,
    },
    /// The part has no final result and does not count.
    LeftOut {
        /// The reason for evaluating the year without this part, 1 to 2,000 characters.
        reason: String,
    },
}

impl YearInput {
    /// The parts that count, the own one last.
    #[must_use]
    pub fn segments(&self, own: Predicate, own_score: Option<Decimal>) -> Vec<YearSegment> {
        let before = self.before.iter().filter_map(|part| match part.result {
            PartResult::Rated { predicate, score } => {
                Some(YearSegment { label: part.label.clone(), months: part.months, predicate, score })
            }
            PartResult::LeftOut { .. } => None,
        });
        let own =
            YearSegment { label: self.label.clone(), months: self.months, predicate: own, score: own_score };
        before.chain([own]).collect()
    }
}

/// Counts the whole months of each part of a year. `parts` are first and last days. A month without a day in any part
/// counts for none; see [`holder_of_month`].
#[must_use]
pub fn months_of_parts(parts: &[(Date, Date)]) -> Vec<u32> {
    let mut months = vec![0; parts.len()];
    let first = parts.iter().map(|part| part.0).min();
    let last = parts.iter().map(|part| part.1).max();
    for month in first.zip(last).into_iter().flat_map(|(first, last)| months_between(first, last)) {
        if let Some(index) = holder_of_month(parts, month) {
            months[index] += 1;
        }
    }
    months
}

/// The first days of the months that these days touch.
pub fn months_between(first: Date, last: Date) -> impl Iterator<Item = Date> {
    let start = first.with_day(1).unwrap_or(first);
    std::iter::successors(Some(start), |month| month.checked_add_months(chrono::Months::new(1)))
        .take_while(move |month| *month <= last)
}

/// Finds the part to which the month that begins on a day belongs: the part with most of its days; on a tie, the later
/// part. `None` if no part has a day in the month.
#[must_use]
pub fn holder_of_month(parts: &[(Date, Date)], month: Date) -> Option<usize> {
    let ends = month.checked_add_months(chrono::Months::new(1))?.pred_opt()?;
    let days = |part: &(Date, Date)| (part.1.min(ends) - part.0.max(month)).num_days() + 1;
    let with_days = parts.iter().enumerate().filter(|(_, part)| days(part) > 0);
    with_days.max_by_key(|(index, part)| (days(part), part.0, *index)).map(|(index, _)| index)
}

/// Checks the parts of the year and returns every refusal.
pub(super) fn check(document: &RegulationDocument, year: &YearInput) -> Vec<Refusal> {
    let weighted = document.split_year.value == Some(SplitYear::MonthWeightedScore);
    let path = |fields: &[&str]| -> Vec<String> {
        std::iter::once("year").chain(fields.iter().copied()).map(str::to_owned).collect()
    };
    let mut refusals = Vec::new();
    let total = year.before.iter().fold(year.months, |sum, part| sum.saturating_add(part.months));
    if year.before.is_empty() {
        refusals.push(Refusal::input(path(&["before"]), Key::NoSegments));
    }
    if year.before.len() > 12 || total > 12 {
        let message = Message::new(Key::OutOfRange).with("field", "months").with("min", 0).with("max", 12);
        refusals.push(Refusal::input(path(&["months"]), message));
    }
    for (index, part) in year.before.iter().enumerate().take(12) {
        if weighted && matches!(part.result, PartResult::Rated { score: None, .. }) {
            let message = Message::new(Key::Required).with("field", "score");
            refusals.push(Refusal::input(path(&["before", &index.to_string(), "score"]), message));
        }
    }
    refusals
}

/// Builds the tree of the year around the tree of the own part, without computed values.
pub(super) fn over(
    document: &RegulationDocument,
    year: &YearInput,
    own: ScoreNode,
) -> Result<ScoreNode, Vec<Refusal>> {
    let root = |rule, facts| {
        ScoreNode::of(rule, super::PREDICATE, Label::same(""), facts).with_source(Some(&document.code))
    };
    match document.split_year.require("split_year")? {
        SplitYear::LastRaterDecides => {
            let decision = year.decision.as_ref().ok_or_else(|| Refusal::required("decision"))?;
            let reason = crate::error::reason("reason", &decision.reason)?;
            let own_facts = Facts::default().with("MONTHS", year.months);
            let own = ScoreNode::of(Rule::OwnSegment, "SEGMENT", Label::same(&year.label), own_facts)
                .with_children(vec![own]);
            let facts = Facts::default().with("DECISION", decision.predicate).with("REASON", reason);
            let parts = year.before.iter().map(before).chain([own]).collect();
            Ok(root(Rule::Decision, facts).with_children(parts))
        }
        SplitYear::MonthWeightedScore => {
            // Only the total of the own part is used, so that the tree stays within six levels.
            let facts = own.facts();
            let [mut total] = <[ScoreNode; 1]>::try_from(own.children)
                .map_err(|_| super::ratings::section_missing(document, "numeric"))?;
            total.label = Label::same(&year.label);
            total.input = Some(total.facts().with("MONTHS", year.months).to_string());
            let parts = year.before.iter().map(scored_before).chain([total]).collect();
            Ok(root(Rule::YearBand, facts).with_children(parts))
        }
    }
}

fn before(part: &EarlierPart) -> ScoreNode {
    match &part.result {
        PartResult::Rated { predicate, .. } => {
            let facts = Facts::default().with("PREDICATE", predicate).with("MONTHS", part.months);
            ScoreNode::of(Rule::Segment, "SEGMENT", Label::same(&part.label), facts)
        }
        PartResult::LeftOut { reason } => left_out(part, reason),
    }
}

fn scored_before(part: &EarlierPart) -> ScoreNode {
    match &part.result {
        PartResult::Rated { score, .. } => {
            let facts = Facts::default().with("VALUE", score.unwrap_or_default()).with("MONTHS", part.months);
            ScoreNode::of(Rule::Given, "SEGMENT", Label::same(&part.label), facts)
        }
        PartResult::LeftOut { reason } => left_out(part, reason),
    }
}

fn left_out(part: &EarlierPart, reason: &str) -> ScoreNode {
    let facts = Facts::default().with("MONTHS", part.months).with("REASON", reason);
    ScoreNode::of(Rule::LeftOut, LEFT_OUT, Label::same(&part.label), facts)
}

/// The code of a part that does not count, and its exact value.
pub(super) const LEFT_OUT: &str = "LEFT_OUT";

/// The predicate of the own part, copied from its only child.
pub(super) fn own_segment(node: &ScoreNode) -> Result<RuleOutput, Vec<Refusal>> {
    months(node)?;
    let [child] = node.children.as_slice() else { return Err(malformed()) };
    let predicate: Predicate = child.exact.parse().map_err(|_| malformed())?;
    if child.code != super::PREDICATE {
        return Err(malformed());
    }
    Ok(RuleOutput::word(predicate, Facts::default()))
}

/// Applies the rule of a part that does not count. It must have a reason.
pub(super) fn left_out_rule(node: &ScoreNode, facts: &Facts) -> Result<RuleOutput, Vec<Refusal>> {
    months(node)?;
    facts.get("REASON").filter(|reason| !reason.trim().is_empty()).ok_or_else(malformed)?;
    Ok(RuleOutput::word(LEFT_OUT, Facts::default()))
}

/// The predicate of the mean of the parts' scores, weighted by months.
pub(super) fn year_band(
    node: &ScoreNode,
    facts: &Facts,
    document: &RegulationDocument,
) -> Result<RuleOutput, Vec<Refusal>> {
    let counted: Vec<&ScoreNode> = node.children.iter().filter(|child| child.code != LEFT_OUT).collect();
    let (score, all) = match month_weighted(&counted)? {
        Some(mean) => mean,
        // No counted part has a whole month, so the score of the own part counts alone.
        None => (counted.last().and_then(|own| own.figure()).ok_or_else(malformed)?, Exact::ZERO),
    };
    numeric::banded(score, facts, document, Facts::default().with("ALL_MONTHS", all))
}

impl ScoreTree {
    /// The score in a numeric scheme, rounded to two digits for display.
    #[must_use]
    pub fn score(&self) -> Option<Decimal> {
        if self.root.rule.parse() == Ok(Rule::YearBand) {
            return self.root.facts().number("SCORE").and_then(shown);
        }
        self.part().and_then(|part| part.1)
    }

    /// Predicate and score of the evaluated plan alone, even if the predicate of the whole year differs.
    #[must_use]
    pub fn own_part(&self, document: &RegulationDocument) -> Option<(Predicate, Option<Decimal>)> {
        if self.root.rule.parse() == Ok(Rule::YearBand) {
            let total = self.root.children.iter().find(|node| node.code == numeric::TOTAL)?;
            let new_idea = self.root.facts().is("NEW_IDEA");
            let band = document.numeric.as_ref()?.predicate(total.figure()?, new_idea)?;
            return Some((band.predicate, total.value));
        }
        self.part()
    }

    /// Predicate and score of the own part; of the root if the year has only one plan.
    fn part(&self) -> Option<(Predicate, Option<Decimal>)> {
        let own = self.root.children.iter().find(|node| node.rule.parse() == Ok(Rule::OwnSegment));
        let node = own.and_then(|own| own.children.first()).unwrap_or(&self.root);
        let total = node.children.iter().find(|node| node.code == numeric::TOTAL);
        Some((node.exact.parse().ok()?, total.and_then(|total| total.value)))
    }

    /// The rating with this code, anywhere in the tree.
    #[must_use]
    pub fn rating(&self, code: &str) -> Option<&str> {
        let mut nodes = self.nodes().into_iter();
        nodes.find(|node| node.code == code).map(|node| node.exact.as_str())
    }
}

/// Rounds a figure to two digits for display.
fn shown(value: Exact) -> Option<Decimal> {
    super::Rounding::SHOWN.apply(value).ok().and_then(Exact::decimal)
}

/// The codes of the two ratings.
pub const RATINGS: [&str; 2] = [ratings::RESULT, ratings::BEHAVIOUR];
