//! The year of a person with several plans, as after a transfer: its predicate stands over the evaluation of the
//! last plan and the results of the parts before it.

use super::{
    Exact, Facts, Label, ScoreNode, ScoreTree, YearDecision, YearSegment, numeric, ratings,
    rule::{Applied, Rule, malformed},
    split_year::{month_weighted, months},
};
use crate::{
    Decimal, Key, Message, Refusal,
    evaluation::Predicate,
    id::EvaluationId,
    regulation::{RegulationDocument, SplitYear},
    time::Date,
};
use chrono::Datelike;
use serde::{Deserialize, Serialize};

/// What the year held beside the plan that is evaluated, which is the last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearInput {
    /// What the own part is, such as the position held.
    pub label: String,
    /// The months of the own part; none where each of its months was mostly another part's.
    pub months: u32,
    /// The parts before it in their order, each with at least a month.
    pub before: Vec<PartBefore>,
    /// What the last rater decides, where the regulation leaves it to him.
    pub decision: Option<YearDecision>,
}

/// A part of the year before the last one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartBefore {
    /// Its own annual evaluation.
    pub evaluation: EvaluationId,
    /// What it is, such as the position held.
    pub label: String,
    /// Its months, 1 to 12.
    pub months: u32,
    /// What it counts with.
    pub result: PartResult,
}

/// What a part before the last one counts with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PartResult {
    /// Its result stood.
    Rated {
        /// Its predicate.
        predicate: Predicate,
        /// Its score, in a numeric scheme.
        score: Option<Decimal>,
    },
    /// It had none that could count: its months are in no part.
    LeftOut {
        /// Why the year was evaluated without it, 1 to 2,000 characters.
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

/// The whole months of each part of a year, given as first and last days: a month belongs to the part that holds
/// most of its days, of equals to the later one. A month of which no part holds a day belongs to none.
#[must_use]
pub fn months_of_parts(parts: &[(Date, Date)]) -> Vec<u32> {
    let mut months = vec![0; parts.len()];
    let Some((first, last)) =
        parts.iter().map(|part| part.0).min().zip(parts.iter().map(|part| part.1).max())
    else {
        return months;
    };
    let mut starts = first.with_day(1).unwrap_or(first);
    while starts <= last {
        let Some(next) = starts.checked_add_months(chrono::Months::new(1)) else { break };
        let Some(ends) = next.pred_opt() else { break };
        let days = |part: &(Date, Date)| (part.1.min(ends) - part.0.max(starts)).num_days() + 1;
        let holder = parts
            .iter()
            .enumerate()
            .filter(|(_, part)| days(part) > 0)
            .max_by_key(|(index, part)| (days(part), part.0, *index));
        if let Some((index, _)) = holder {
            months[index] += 1;
        }
        starts = next;
    }
    months
}

/// Every fault of the year's parts.
pub(super) fn faults(document: &RegulationDocument, year: &YearInput) -> Vec<Refusal> {
    let weighted = document.split_year.value == Some(SplitYear::MonthWeightedScore);
    let path = |rest: &[&str]| -> Vec<String> {
        std::iter::once("year").chain(rest.iter().copied()).map(str::to_owned).collect()
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

/// The skeleton of the year over that of the own part.
pub(super) fn over(
    document: &RegulationDocument,
    year: &YearInput,
    own: ScoreNode,
) -> Result<ScoreNode, Vec<Refusal>> {
    let root = |rule, facts| {
        ScoreNode::of(rule, super::PREDICATE, Label::same(""), facts).stated_in(Some(&document.code))
    };
    match document.split_year.need("split_year")? {
        SplitYear::LastRaterDecides => {
            let decision = year.decision.as_ref().ok_or_else(|| Refusal::required("decision"))?;
            let reason = crate::error::reason("reason", &decision.reason)?;
            let own_facts = Facts::default().with("MONTHS", year.months);
            let own = ScoreNode::of(Rule::OwnSegment, "SEGMENT", Label::same(&year.label), own_facts)
                .over(vec![own]);
            let facts = Facts::default().with("DECISION", decision.predicate).with("REASON", reason);
            let parts = year.before.iter().map(before).chain([own]).collect();
            Ok(root(Rule::Decision, facts).over(parts))
        }
        SplitYear::MonthWeightedScore => {
            // The own part stands in the tree as its total, so that no tree grows deeper than six levels.
            let facts = own.facts();
            let [mut total] = <[ScoreNode; 1]>::try_from(own.children)
                .map_err(|_| super::ratings::lacks(document, "numeric"))?;
            total.label = Label::same(&year.label);
            total.input = Some(total.facts().with("MONTHS", year.months).to_string());
            let parts = year.before.iter().map(scored_before).chain([total]).collect();
            Ok(root(Rule::YearBand, facts).over(parts))
        }
    }
}

fn before(part: &PartBefore) -> ScoreNode {
    match &part.result {
        PartResult::Rated { predicate, .. } => {
            let facts = Facts::default().with("PREDICATE", predicate).with("MONTHS", part.months);
            ScoreNode::of(Rule::Segment, "SEGMENT", Label::same(&part.label), facts)
        }
        PartResult::LeftOut { reason } => left_out(part, reason),
    }
}

fn scored_before(part: &PartBefore) -> ScoreNode {
    match &part.result {
        PartResult::Rated { score, .. } => {
            let facts = Facts::default().with("VALUE", score.unwrap_or_default()).with("MONTHS", part.months);
            ScoreNode::of(Rule::Given, "SEGMENT", Label::same(&part.label), facts)
        }
        PartResult::LeftOut { reason } => left_out(part, reason),
    }
}

fn left_out(part: &PartBefore, reason: &str) -> ScoreNode {
    let facts = Facts::default().with("MONTHS", part.months).with("REASON", reason);
    ScoreNode::of(Rule::LeftOut, LEFT_OUT, Label::same(&part.label), facts)
}

/// The code of a part that does not count, and the word that comes out of it.
pub(super) const LEFT_OUT: &str = "LEFT_OUT";

/// The predicate of the own part, which is that of the node below.
pub(super) fn own_segment(node: &ScoreNode) -> Result<Applied, Vec<Refusal>> {
    months(node)?;
    let [child] = node.children.as_slice() else { return Err(malformed()) };
    let predicate: Predicate = child.exact.parse().map_err(|_| malformed())?;
    if child.code != super::PREDICATE {
        return Err(malformed());
    }
    Ok(Applied::word(predicate, Facts::default()))
}

/// A part that does not count, with the reason.
pub(super) fn left_out_rule(node: &ScoreNode, facts: &Facts) -> Result<Applied, Vec<Refusal>> {
    months(node)?;
    facts.get("REASON").filter(|reason| !reason.trim().is_empty()).ok_or_else(malformed)?;
    Ok(Applied::word(LEFT_OUT, Facts::default()))
}

/// The predicate of the mean of the parts' scores by their months.
pub(super) fn year_band(
    node: &ScoreNode,
    facts: &Facts,
    document: &RegulationDocument,
) -> Result<Applied, Vec<Refusal>> {
    let counted: Vec<&ScoreNode> = node.children.iter().filter(|child| child.code != LEFT_OUT).collect();
    let (score, all) = match month_weighted(&counted)? {
        Some(mean) => mean,
        // Nothing but an own part that holds most of no month.
        None => (counted.last().and_then(|own| own.figure()).ok_or_else(malformed)?, Exact::ZERO),
    };
    numeric::banded(score, facts, document, Facts::default().with("ALL_MONTHS", all))
}

impl ScoreTree {
    /// The score, in a numeric scheme; shown with two digits.
    #[must_use]
    pub fn score(&self) -> Option<Decimal> {
        if self.root.rule.parse() == Ok(Rule::YearBand) {
            return self.root.facts().number("SCORE").and_then(shown);
        }
        self.part().and_then(|part| part.1)
    }

    /// Predicate and score of the plan alone: of a year of several plans those of the last one, whatever the
    /// year came to.
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

    /// Predicate and score of the node that is the plan's own.
    fn part(&self) -> Option<(Predicate, Option<Decimal>)> {
        let own = self.root.children.iter().find(|node| node.rule.parse() == Ok(Rule::OwnSegment));
        let node = own.and_then(|own| own.children.first()).unwrap_or(&self.root);
        let total = node.children.iter().find(|node| node.code == numeric::TOTAL);
        Some((node.exact.parse().ok()?, total.and_then(|total| total.value)))
    }

    /// A rating by its code, wherever it stands.
    #[must_use]
    pub fn rating(&self, code: &str) -> Option<&str> {
        let mut nodes = self.nodes().into_iter();
        nodes.find(|node| node.code == code).map(|node| node.exact.as_str())
    }
}

/// A figure with two digits.
fn shown(value: Exact) -> Option<Decimal> {
    super::Rounding::SHOWN.apply(value).ok().and_then(Exact::decimal)
}

/// The codes of the two ratings.
pub const RATINGS: [&str; 2] = [ratings::RESULT, ratings::BEHAVIOUR];
