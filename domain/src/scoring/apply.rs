//! Applies the named rules.
//!
//! A tree is first built with inputs and rule names only. [`compute`] then applies the rules from the leaves up, and
//! `verify` applies the same rules to a stored tree. So the explanation always matches the calculation.

use super::{
    Exact, Facts, ScoreNode, achievement, credit, numeric, ratings,
    rule::{Rule, RuleOutput, figures, malformed},
    split_year,
    training::{self, is_training},
    year,
};
use crate::{Refusal, regulation::RegulationDocument};

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
