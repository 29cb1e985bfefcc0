//! The named rules. A rule computes the value of a node, a figure or a word, from its inputs and its children.
//!
//! A tree is first built with inputs and rule names only. [`compute`] then applies the rules from the leaves up, and
//! `verify` applies the same rules to a stored tree. So the explanation always matches the calculation.

use super::{
    Exact, Facts, Rounding, ScoreNode, achievement, credit, numeric, ratings, split_year, training,
    tree::SHOWN, year,
};
use crate::{Decimal, Key, Refusal, regulation::RegulationDocument};

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
    /// The score of a high leader's results in a part of the year: action plan steps and measured main results.
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

pub(super) fn is_training(node: &ScoreNode) -> bool {
    node.code == training::CODE
}

/// Applies the rule of a node to its inputs and its children.
pub(super) fn apply(node: &ScoreNode, document: &RegulationDocument) -> Result<RuleOutput, Vec<Refusal>> {
    let rule: Rule = node.rule.parse().map_err(|_| malformed())?;
    let facts = node.facts();
    match rule {
        Rule::Rating => ratings::rating(&facts),
        Rule::UnitHead => ratings::unit_head(&facts, document),
        Rule::Suggested => ratings::suggested(node, document),
        Rule::Matrix => ratings::matrix_cell(node, document),
        Rule::Given => RuleOutput::figure(facts.number("VALUE").ok_or_else(malformed)?, Facts::default()),
        Rule::Mean => mean(node, document),
        Rule::WeightedSum => weighted_sum(node, &facts, document),
        Rule::Results => numeric::results(node, document),
        Rule::LeaderInPart => numeric::results_in_part(node, document),
        Rule::Additional => numeric::additional(node, &facts, document),
        Rule::Band => numeric::band_score(node, &facts, document),
        Rule::Achievement => achievement::apply(&facts, document),
        Rule::PredicateBand => numeric::predicate(node, &facts, document),
        Rule::Credit => credit::segment(&facts, document),
        Rule::CreditSum => credit::sum(node, document),
        Rule::MonthWeighted => split_year::weighted_by_months(node),
        Rule::Segment => {
            let predicate = facts.get("PREDICATE").ok_or_else(malformed)?;
            Ok(RuleOutput::word(predicate, Facts::default()))
        }
        Rule::OwnSegment => year::own_segment(node),
        Rule::LeftOut => year::left_out_rule(node, &facts),
        Rule::Decision => split_year::decision(node, &facts),
        Rule::YearBand => year::year_band(node, &facts, document),
        Rule::Training => training::apply(&facts),
    }
}

/// The mean of the children. For behaviour, training points are added and the sum is capped.
fn mean(node: &ScoreNode, document: &RegulationDocument) -> Result<RuleOutput, Vec<Refusal>> {
    let (trainings, parts): (Vec<_>, Vec<_>) = node.children.iter().partition(|node| is_training(node));
    let mean = Exact::mean(&figures(parts)?)?;
    let numeric = document.numeric.as_ref().filter(|_| node.code == numeric::BEHAVIOUR);
    let Some(numeric) = numeric else { return RuleOutput::figure(mean, Facts::default()) };
    let cap = *numeric.cap.require("numeric.cap")?;
    let mut used = Facts::default();
    let points = Exact::sum(figures(trainings)?)?;
    if points != Exact::ZERO {
        used = used.with("TRAINING", points);
    }
    RuleOutput::figure(mean.plus(points)?.min(cap.into()), used.with("CAP", cap))
}

/// The weighted sum of the children. The weights must be those of the regulation, which may also round the total.
fn weighted_sum(
    node: &ScoreNode,
    facts: &Facts,
    document: &RegulationDocument,
) -> Result<RuleOutput, Vec<Refusal>> {
    let mut sum = Exact::ZERO;
    let mut weights = Vec::new();
    for child in &node.children {
        let weight = child.weight.ok_or_else(malformed)?;
        weights.push(weight);
        sum = sum.plus(child.figure().ok_or_else(malformed)?.percent(weight.into())?)?;
    }
    let numeric = document.numeric.as_ref().ok_or_else(malformed)?;
    let expected = if node.code == numeric::TOTAL {
        let (path, pair) = numeric.weights.of(facts.is("PEERS"));
        let pair = pair.require(path)?;
        vec![pair.results, pair.behaviour]
    } else {
        let shares = numeric.behaviour.shares.require("numeric.behaviour.shares")?;
        vec![shares.rater, shares.peers, shares.subordinates]
    };
    if weights != expected {
        return Err(malformed());
    }
    match numeric.total_rounding.as_ref().filter(|_| node.code == numeric::TOTAL) {
        Some(parameter) => {
            let rounding = *parameter.require("numeric.total_rounding")?;
            RuleOutput::rounded(sum, rounding.apply(sum)?, rounding, Facts::default())
        }
        None => RuleOutput::figure(sum, Facts::default()),
    }
}

/// Applies the rules from the leaves up, then numbers the nodes.
pub(super) fn compute(skeleton: ScoreNode, document: &RegulationDocument) -> Result<ScoreNode, Vec<Refusal>> {
    let mut root = compute_node(skeleton, document)?;
    number(&mut root, "1", None);
    Ok(root)
}

fn compute_node(mut node: ScoreNode, document: &RegulationDocument) -> Result<ScoreNode, Vec<Refusal>> {
    let children = std::mem::take(&mut node.children);
    for child in children {
        node.children.push(compute_node(child, document)?);
    }
    let applied = apply(&node, document)?;
    if !applied.used.is_empty() {
        node.input = Some(node.facts().and(&applied.used).to_string());
    }
    node.exact = applied.exact;
    node.value = applied.value;
    node.rounding = applied.rounding;
    Ok(node)
}

fn number(node: &mut ScoreNode, id: &str, parent: Option<&str>) {
    id.clone_into(&mut node.id);
    node.parent = parent.map(str::to_owned);
    for (index, child) in node.children.iter_mut().enumerate() {
        number(child, &format!("{id}.{}", index + 1), Some(id));
    }
}
