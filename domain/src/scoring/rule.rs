//! The names of the rules, and the output of a rule. A rule computes the value of a node, a figure or a word, from its
//! inputs and its children; `apply` calls the function of each.

use super::{Exact, Facts, Rounding, ScoreNode, tree::SHOWN};
use crate::{Decimal, Key, Refusal};

/// The name of a rule, stored in each node.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Rule {
    /// A rating given by the rater.
    Rating,
    /// The result rating of a unit's head, derived from the unit's predicate.
    UnitHead,
    /// A rating suggested from the mean achievement of the children.
    Suggested,
    /// The predicate for two ratings by the matrix.
    Matrix,
    /// A figure given as input.
    Given,
    /// The mean of the children. For behaviour, training points are added and the sum is capped.
    Mean,
    /// The weighted sum of the children.
    WeightedSum,
    /// The score of results: main results, additional results and training points.
    Results,
    /// The score of a senior executive's results in a part of the year: action plan steps and measured main results.
    LeaderInPart,
    /// The points of an additional result: score x factor of its category x weight of its scope.
    Additional,
    /// The score of an achievement by its band.
    Band,
    /// The achievement of an indicator against its target, in percent.
    Achievement,
    /// The predicate of a score.
    PredicateBand,
    /// The credit points of one segment: one predicate over a number of months.
    Credit,
    /// The sum of credit points, rounded once.
    CreditSum,
    /// The mean of scores weighted by months.
    MonthWeighted,
    /// The predicate of a part of the year.
    Segment,
    /// The predicate of the last part of the year. Its child explains it.
    OwnSegment,
    /// A part of the year that does not count.
    LeftOut,
    /// The last rater's decision on a year with several predicates.
    Decision,
    /// The predicate of the mean of a year's scores, weighted by months.
    YearBand,
    /// Recognised training.
    Training,
}

/// The output of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RuleOutput {
    pub exact: String,
    pub value: Option<Decimal>,
    pub rounding: Option<String>,
    /// Parameters and intermediate figures that the rule used. They are appended to the inputs of the node.
    pub used: Facts,
}

impl RuleOutput {
    /// Outputs a word.
    pub fn word(word: impl ToString, used: Facts) -> Self {
        Self { exact: word.to_string(), value: None, rounding: None, used }
    }

    /// Outputs a figure that no rule rounds. It is rounded to two digits only for display.
    pub fn figure(exact: Exact, used: Facts) -> Result<Self, Vec<Refusal>> {
        let (value, rounding) = match exact.decimal() {
            Some(value) => (value, None),
            None => {
                let shown = Rounding::SHOWN;
                let value = shown.apply(exact)?.decimal().ok_or_else(too_large)?;
                (value, Some(format!("{SHOWN} {shown}")))
            }
        };
        Ok(Self { exact: exact.to_string(), value: Some(value), rounding, used })
    }

    /// Outputs a figure that the rule rounds.
    pub fn rounded(
        exact: Exact,
        rounded: Exact,
        rounding: Rounding,
        used: Facts,
    ) -> Result<Self, Vec<Refusal>> {
        let value = rounded.decimal().ok_or_else(too_large)?;
        Ok(Self { exact: exact.to_string(), value: Some(value), rounding: Some(rounding.to_string()), used })
    }
}

pub(super) fn too_large() -> Vec<Refusal> {
    super::exact::Inexact.into()
}

/// The refusal for a node without an input that its rule needs. Only a tampered tree has such a node.
pub(super) fn malformed() -> Vec<Refusal> {
    Refusal::input(["explanation"], Key::TreeMalformed).into()
}

/// The figures of these nodes.
pub(super) fn figures<'a>(
    nodes: impl IntoIterator<Item = &'a ScoreNode>,
) -> Result<Vec<Exact>, Vec<Refusal>> {
    nodes.into_iter().map(|node| node.figure().ok_or_else(malformed)).collect()
}
