//! The named rules: what a node's figure or word is, given its inputs and the nodes below it.
//!
//! A tree is built as inputs and rule names only; [`grow`] applies each rule from the leaves up, and
//! `verify` applies them again to a stored tree. So what is explained is what was computed.

use super::{
    Exact, Facts, Rounding, ScoreNode, achievement, credit, numeric, ratings, split_year, training,
    tree::SHOWN, year,
};
use crate::{Decimal, Key, Refusal, regulation::RegulationDocument};

/// A rule by name.
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
    /// A rating as the rater gave it.
    Rating,
    /// The rating of a unit's head follows from the unit's predicate.
    UnitHead,
    /// A rating suggested by the mean of the achievements below.
    Suggested,
    /// The matrix of two ratings.
    Matrix,
    /// A figure as it was given.
    Given,
    /// The mean of the nodes below, with the points of training, cut at the cap.
    Mean,
    /// The sum of the nodes below, each by its weight.
    WeightedSum,
    /// The score of results: main ones by mean or by groups, what additional ones add, points of training.
    Results,
    /// The score of a high leader's results in a part of the year: steps of the action plan and measured main results.
    LeaderInPart,
    /// What an additional result adds: factor of its category by weight of its scope by its score.
    Additional,
    /// The score of an achievement by its band.
    Band,
    /// The achievement of an indicator against its target, in percent.
    Achievement,
    /// The predicate of a score.
    PredicateBand,
    /// Credit points of one predicate over some months.
    Credit,
    /// The sum of credit points, rounded once.
    CreditSum,
    /// The mean of scores by months.
    MonthWeighted,
    /// A predicate that held for some months.
    Segment,
    /// The predicate of the last part of a year, which is evaluated below.
    OwnSegment,
    /// A part of a year that does not count.
    LeftOut,
    /// The decision of the last rater on several predicates in a year.
    Decision,
    /// The predicate of the mean of several scores in a year by their months.
    YearBand,
    /// Recognised training.
    Training,
}

/// What a rule gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Applied {
    pub exact: String,
    pub value: Option<Decimal>,
    pub rounding: Option<String>,
    /// What the rule looked up on the way; told with the inputs.
    pub told: Facts,
}

impl Applied {
    /// A word.
    pub fn word(word: impl ToString, told: Facts) -> Self {
        Self { exact: word.to_string(), value: None, rounding: None, told }
    }

    /// A figure that no rule rounds; it is shown with two digits.
    pub fn figure(exact: Exact, told: Facts) -> Result<Self, Vec<Refusal>> {
        let (value, rounding) = match exact.decimal() {
            Some(value) => (value, None),
            None => {
                let shown = Rounding::SHOWN;
                let value = shown.apply(exact)?.decimal().ok_or_else(too_large)?;
                (value, Some(format!("{SHOWN} {shown}")))
            }
        };
        Ok(Self { exact: exact.to_string(), value: Some(value), rounding, told })
    }

    /// A figure that the rule rounds.
    pub fn rounded(
        exact: Exact,
        rounded: Exact,
        rounding: Rounding,
        told: Facts,
    ) -> Result<Self, Vec<Refusal>> {
        let value = rounded.decimal().ok_or_else(too_large)?;
        Ok(Self { exact: exact.to_string(), value: Some(value), rounding: Some(rounding.to_string()), told })
    }
}

pub(super) fn too_large() -> Vec<Refusal> {
    super::exact::Inexact.into()
}

/// A node that lacks what its rule needs: only a tree that was altered has one.
pub(super) fn malformed() -> Vec<Refusal> {
    Refusal::input(["explanation"], Key::TreeMalformed).into()
}

/// The figures of some of the nodes below.
pub(super) fn figures<'a>(
    nodes: impl IntoIterator<Item = &'a ScoreNode>,
) -> Result<Vec<Exact>, Vec<Refusal>> {
    nodes.into_iter().map(|node| node.figure().ok_or_else(malformed)).collect()
}

pub(super) fn is_training(node: &ScoreNode) -> bool {
    node.code == training::CODE
}

/// The rule of a node applied to its inputs and the nodes below it.
pub(super) fn apply(node: &ScoreNode, document: &RegulationDocument) -> Result<Applied, Vec<Refusal>> {
    let rule: Rule = node.rule.parse().map_err(|_| malformed())?;
    let facts = node.facts();
    match rule {
        Rule::Rating => ratings::rating(&facts),
        Rule::UnitHead => ratings::unit_head(&facts, document),
        Rule::Suggested => ratings::suggested(node, document),
        Rule::Matrix => ratings::matrix_cell(node, document),
        Rule::Given => Applied::figure(facts.number("VALUE").ok_or_else(malformed)?, Facts::default()),
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
            Ok(Applied::word(predicate, Facts::default()))
        }
        Rule::OwnSegment => year::own_segment(node),
        Rule::LeftOut => year::left_out_rule(node, &facts),
        Rule::Decision => split_year::decision(node, &facts),
        Rule::YearBand => year::year_band(node, &facts, document),
        Rule::Training => training::apply(&facts),
    }
}

/// The mean; of behaviour with the points of training, cut at the cap.
fn mean(node: &ScoreNode, document: &RegulationDocument) -> Result<Applied, Vec<Refusal>> {
    let (trainings, parts): (Vec<_>, Vec<_>) = node.children.iter().partition(|node| is_training(node));
    let mean = Exact::mean(&figures(parts)?)?;
    let numeric = document.numeric.as_ref().filter(|_| node.code == numeric::BEHAVIOUR);
    let Some(numeric) = numeric else { return Applied::figure(mean, Facts::default()) };
    let cap = *numeric.cap.need("numeric.cap")?;
    let mut told = Facts::default();
    let points = Exact::sum(figures(trainings)?)?;
    if points != Exact::ZERO {
        told = told.with("TRAINING", points);
    }
    Applied::figure(mean.plus(points)?.min(cap.into()), told.with("CAP", cap))
}

/// The sum by weights; those of a total are the regulation's, and the regulation may round it.
fn weighted_sum(
    node: &ScoreNode,
    facts: &Facts,
    document: &RegulationDocument,
) -> Result<Applied, Vec<Refusal>> {
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
        let pair = pair.need(path)?;
        vec![pair.results, pair.behaviour]
    } else {
        let shares = numeric.behaviour.shares.need("numeric.behaviour.shares")?;
        vec![shares.rater, shares.peers, shares.subordinates]
    };
    if weights != expected {
        return Err(malformed());
    }
    match numeric.total_rounding.as_ref().filter(|_| node.code == numeric::TOTAL) {
        Some(stated) => {
            let rounding = *stated.need("numeric.total_rounding")?;
            Applied::rounded(sum, rounding.apply(sum)?, rounding, Facts::default())
        }
        None => Applied::figure(sum, Facts::default()),
    }
}

/// Applies the rules from the leaves up and numbers the nodes.
pub(super) fn grow(skeleton: ScoreNode, document: &RegulationDocument) -> Result<ScoreNode, Vec<Refusal>> {
    let mut root = applied(skeleton, document)?;
    number(&mut root, "1", None);
    Ok(root)
}

fn applied(mut node: ScoreNode, document: &RegulationDocument) -> Result<ScoreNode, Vec<Refusal>> {
    let children = std::mem::take(&mut node.children);
    for child in children {
        node.children.push(applied(child, document)?);
    }
    let applied = apply(&node, document)?;
    if !applied.told.is_empty() {
        node.input = Some(node.facts().and(&applied.told).to_string());
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
