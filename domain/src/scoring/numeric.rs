//! The numeric scheme: scores indicators, rows, results and behaviour, and derives the predicate from the total score.

use super::{
    BehaviourScore, Exact, Facts, Label, ResultRow, ScoreInput, ScoreNode,
    achievement::IndicatorFigures,
    rule::{Rule, RuleOutput, figures, malformed},
    training::is_training,
};
use crate::{
    Refusal,
    plan::ResultKind,
    regulation::{LeaderInPart, Numeric, RegulationDocument, ResultGroup},
};
use strum::IntoEnumIterator;

pub(super) const TOTAL: &str = "TOTAL";
pub(super) const BEHAVIOUR: &str = "BEHAVIOUR";
const MAIN: &str = "MAIN_RESULT";
const ADDITIONAL: &str = "ADDITIONAL_RESULT";
const MAXIMUM_SCORE: &str = "MAXIMUM_SCORE";
pub(super) const CATEGORY: &str = "CATEGORY";

/// Builds the tree of a numeric scheme, with inputs and rules but without computed values.
pub(super) fn skeleton(
    document: &RegulationDocument,
    numeric: &Numeric,
    input: &ScoreInput,
    rows: &[ResultRow],
    behaviours: &[BehaviourScore],
    trainings: (Vec<ScoreNode>, Vec<ScoreNode>),
) -> Result<ScoreNode, Vec<Refusal>> {
    let (path, weights) = numeric.weights.of(input.peers);
    let pair = weights.require(path)?;
    let (of_results, of_behaviour) = trainings;
    let mut nodes = rows.iter().map(|row| row_node(row, document, numeric)).collect::<Result<Vec<_>, _>>()?;
    nodes.extend(of_results);
    let in_part = rows.iter().any(|row| row.is_action);
    if in_part {
        leader_in_part(document, numeric)?;
    }
    let rule = if in_part { Rule::LeaderInPart } else { Rule::Results };
    let label = Label::new("Nilai SKP", "Score of results");
    let results = ScoreNode::of(rule, "RESULTS", label, Facts::default())
        .with_weight(pair.results)
        .with_children(nodes);

    let mut values =
        behaviours.iter().map(|value| behaviour_node(value, numeric)).collect::<Result<Vec<_>, _>>()?;
    values.extend(of_behaviour);
    let label = Label::new("Nilai perilaku kerja", "Score of behaviour");
    let behaviour = ScoreNode::of(Rule::Mean, BEHAVIOUR, label, Facts::default())
        .with_weight(pair.behaviour)
        .with_children(values);

    let facts = Facts::default().with("PEERS", yes(input.peers));
    let total = ScoreNode::of(Rule::WeightedSum, TOTAL, Label::new("Nilai kinerja", "Score"), facts)
        .with_source(weights.source.as_deref())
        .with_children(vec![results, behaviour]);
    let facts = Facts::default().with("NEW_IDEA", yes(input.new_idea));
    Ok(ScoreNode::of(Rule::PredicateBand, super::PREDICATE, Label::same(""), facts)
        .with_source(Some(&document.code))
        .with_children(vec![total]))
}

/// `YES` or `NO`: the word for a condition in facts.
pub(super) const fn yes(condition: bool) -> &'static str {
    if condition { "YES" } else { "NO" }
}

fn row_node(
    row: &ResultRow,
    document: &RegulationDocument,
    numeric: &Numeric,
) -> Result<ScoreNode, Vec<Refusal>> {
    numeric.results.require("numeric.results")?;
    let indicators =
        row.indicators.iter().map(|indicator| indicator_node(indicator, document, numeric)).collect();
    let node = match row.kind {
        ResultKind::Main => {
            let mut facts = Facts::default();
            if let Some(group) = row.group {
                facts = facts.with("GROUP", group);
            }
            if row.is_action {
                facts = facts.with("ACTION", "YES");
            }
            ScoreNode::of(Rule::Mean, MAIN, Label::same(&row.label), facts)
        }
        ResultKind::Additional => {
            let scope = row.scope.ok_or_else(|| Refusal::required("scope"))?;
            let facts = Facts::default().with("SCOPE", scope);
            ScoreNode::of(Rule::Additional, ADDITIONAL, Label::same(&row.label), facts)
                .with_source(numeric.additional.factors.source.as_deref())
        }
    };
    Ok(node.with_children(indicators))
}

fn indicator_node(
    indicator: &IndicatorFigures,
    document: &RegulationDocument,
    numeric: &Numeric,
) -> ScoreNode {
    let mut facts = Facts::default();
    if indicator.target_is_maximum {
        facts = facts.with("TARGET_IS_MAXIMUM", "YES");
    }
    let source = numeric.bands.first().and_then(|band| band.source.as_deref());
    ScoreNode::of(Rule::Band, "INDICATOR", Label::same(&indicator.label), facts)
        .with_source(source)
        .with_children(vec![indicator.node(document)])
}

fn behaviour_node(value: &BehaviourScore, numeric: &Numeric) -> Result<ScoreNode, Vec<Refusal>> {
    let given = |code: &str, label: Label, score| {
        ScoreNode::of(Rule::Given, code, label, Facts::default().with("VALUE", score))
    };
    numeric.behaviour.method.require("numeric.behaviour.method")?;
    let label = Label::same(&value.label);
    let Some((peers, subordinates)) = value.peers.zip(value.subordinates) else {
        return Ok(given("BEHAVIOUR_VALUE", label, value.rater));
    };
    let shares = numeric.behaviour.shares.require("numeric.behaviour.shares")?;
    Ok(ScoreNode::of(Rule::WeightedSum, "BEHAVIOUR_VALUE", label, Facts::default()).with_children(vec![
        given("RATER", Label::new("Pejabat penilai", "Rater"), value.rater).with_weight(shares.rater),
        given("PEERS", Label::new("Rekan kerja", "Peers"), peers).with_weight(shares.peers),
        given("SUBORDINATES", Label::new("Bawahan langsung", "Subordinates"), subordinates)
            .with_weight(shares.subordinates),
    ]))
}

/// Scores the results: the score of the main rows, plus the capped points of additional rows, plus training points.
/// The sum is capped.
pub(super) fn results(node: &ScoreNode, document: &RegulationDocument) -> Result<RuleOutput, Vec<Refusal>> {
    let numeric = document.numeric.as_ref().ok_or_else(malformed)?;
    let (main_score, mut used) = main_score(node, numeric)?;
    let sum = |code: &str| -> Result<Exact, Vec<Refusal>> {
        Ok(Exact::sum(figures(node.children.iter().filter(|node| node.code == code))?)?)
    };
    let mut total = main_score;
    if node.children.iter().any(|node| node.code == ADDITIONAL) {
        let cap = *numeric.additional.cap.require("numeric.additional.cap")?;
        let added = sum(ADDITIONAL)?;
        let counted = added.min(cap.into());
        total = total.plus(counted)?;
        used = used.with("ADDITIONAL", added).with("ADDITIONAL_CAP", cap).with("ADDITIONAL_COUNTED", counted);
    }
    let trained = Exact::sum(figures(node.children.iter().filter(|node| is_training(node)))?)?;
    if trained != Exact::ZERO {
        used = used.with("TRAINING", trained);
        total = total.plus(trained)?;
    }
    let cap = *numeric.cap.require("numeric.cap")?;
    RuleOutput::figure(total.min(cap.into()), used.with("CAP", cap))
}

/// The weights of action plan steps and measured results.
fn leader_in_part<'a>(
    document: &RegulationDocument,
    numeric: &'a Numeric,
) -> Result<&'a LeaderInPart, Vec<Refusal>> {
    let path = "numeric.leader_in_part";
    let parameter =
        numeric.leader_in_part.as_ref().ok_or_else(|| super::ratings::section_missing(document, path))?;
    Ok(parameter.require(path)?)
}

/// Scores a senior executive's results in a part of the year: the weighted sum of the mean of the action plan steps and
/// the mean of the measured main results, plus training points. The sum is capped.
pub(super) fn results_in_part(
    node: &ScoreNode,
    document: &RegulationDocument,
) -> Result<RuleOutput, Vec<Refusal>> {
    let numeric = document.numeric.as_ref().ok_or_else(malformed)?;
    let shares = leader_in_part(document, numeric)?;
    let mean = |is_action: bool| -> Result<Option<Exact>, Vec<Refusal>> {
        let main = node.children.iter().filter(|row| row.code == MAIN);
        let rows = figures(main.filter(|row| row.facts().is("ACTION") == is_action))?;
        Ok(if rows.is_empty() { None } else { Some(Exact::mean(&rows)?) })
    };
    let actions = mean(true)?.ok_or_else(malformed)?;
    let mut used = Facts::default().with("ACTIONS", actions);
    let mut score = match mean(false)? {
        Some(measured) => {
            let (own, other) =
                (actions.percent(shares.actions.into())?, measured.percent(shares.measured.into())?);
            used = used
                .with("ACTIONS_SHARE", shares.actions)
                .with("MEASURED", measured)
                .with("MEASURED_SHARE", shares.measured);
            own.plus(other)?
        }
        // No main result could be measured yet.
        None => actions,
    };
    let trained = Exact::sum(figures(node.children.iter().filter(|node| is_training(node)))?)?;
    if trained != Exact::ZERO {
        used = used.with("TRAINING", trained);
        score = score.plus(trained)?;
    }
    let cap = *numeric.cap.require("numeric.cap")?;
    RuleOutput::figure(score.min(cap.into()), used.with("CAP", cap))
}

/// The mean of the main rows. If rows have groups, it is the weighted mean of the group means; a group without rows has
/// no weight.
fn main_score(node: &ScoreNode, numeric: &Numeric) -> Result<(Exact, Facts), Vec<Refusal>> {
    let main: Vec<&ScoreNode> = node.children.iter().filter(|node| node.code == MAIN).collect();
    let mut used = Facts::default();
    if main.iter().all(|row| row.facts().get("GROUP").is_none()) {
        let score = Exact::mean(&figures(main)?)?;
        return Ok((score, used.with("MAIN", score)));
    }
    let groups = numeric.groups.require("numeric.groups")?;
    let (mut weighted, mut weights) = (Exact::ZERO, Exact::ZERO);
    for group in ResultGroup::iter() {
        let word = group.to_string();
        let rows = main.iter().copied().filter(|row| row.facts().get("GROUP") == Some(word.as_str()));
        let rows = figures(rows)?;
        if rows.is_empty() {
            continue;
        }
        let weight = *groups.get(&group).ok_or_else(malformed)?;
        weighted = weighted.plus(Exact::mean(&rows)?.times(weight.into())?)?;
        weights = weights.plus(weight.into())?;
        used = used.with(&word, weight);
    }
    let score = weighted.over(weights)?;
    Ok((score, used.with("MAIN", score)))
}

/// The points of an additional row: mean score of its indicators x factor of its category x weight of its scope.
pub(super) fn additional(
    node: &ScoreNode,
    facts: &Facts,
    document: &RegulationDocument,
) -> Result<RuleOutput, Vec<Refusal>> {
    let numeric = document.numeric.as_ref().ok_or_else(malformed)?;
    let score = Exact::mean(&figures(&node.children)?)?;
    // Only a person's predicate needs a new idea; the category of a row does not.
    let category = numeric.predicate(score, true).ok_or_else(malformed)?.predicate;
    let factors = numeric.additional.factors.require("numeric.additional.factors")?;
    let factor = *factors.get(&category).ok_or_else(malformed)?;
    let scope = facts.get("SCOPE").and_then(|word| word.parse().ok()).ok_or_else(malformed)?;
    let path = format!("numeric.additional.scope_weights.{scope}");
    let weights = &numeric.additional.scope_weights;
    let weight =
        *weights.get(&scope).ok_or_else(|| crate::regulation::parameter_missing(&path))?.require(&path)?;
    let used = Facts::default()
        .with("SCOPE_WEIGHT", weight)
        .with("SCORE", score)
        .with(CATEGORY, category)
        .with("FACTOR", factor);
    RuleOutput::figure(score.percent(factor.into())?.percent(weight.into())?, used)
}

/// The score of an achievement, interpolated within its band. A target that can't be exceeded gets the full score once
/// it is reached.
pub(super) fn band_score(
    node: &ScoreNode,
    facts: &Facts,
    document: &RegulationDocument,
) -> Result<RuleOutput, Vec<Refusal>> {
    let numeric = document.numeric.as_ref().ok_or_else(malformed)?;
    let [child] = node.children.as_slice() else { return Err(malformed()) };
    let percent = child.figure().ok_or_else(malformed)?;
    if facts.is("TARGET_IS_MAXIMUM") && percent >= Exact::HUNDRED {
        let score = *numeric.maximum_target_score.require("numeric.maximum_target_score")?;
        let mut used = Facts::default().with(MAXIMUM_SCORE, score);
        // Trees of earlier versions have no category here, and stay as they are.
        if maximum_has_category(facts) != Some(false) {
            let best = numeric.predicate(score.into(), true).ok_or_else(malformed)?;
            used = used.with(CATEGORY, best.predicate);
        }
        return RuleOutput::figure(score.into(), used);
    }
    let (place, parameter) = numeric.band(percent).ok_or_else(malformed)?;
    let band = parameter.require(&format!("numeric.bands.{place}"))?;
    let (from, low, high) =
        (Exact::whole(band.from.into()), Exact::from(band.score_from), Exact::from(band.score_to));
    let mut used = Facts::default().with(CATEGORY, band.category).with("FROM", band.from);
    let score = match band.to.filter(|to| *to > band.from) {
        Some(to) => {
            let steps = Exact::whole((to - band.from).into());
            let slope = high.minus(low)?.over(steps)?;
            used = used.with("TO", to);
            low.plus(slope.times(percent.minus(from)?)?)?.min(high)
        }
        None => low,
    };
    used = used.with("SCORE_FROM", band.score_from).with("SCORE_TO", band.score_to);
    RuleOutput::figure(score, used)
}

/// Whether the node of an indicator that reached its maximum target has a category. Trees of earlier versions have
/// none. `None` for the facts of any other node.
pub(super) fn maximum_has_category(facts: &Facts) -> Option<bool> {
    facts.get(MAXIMUM_SCORE)?;
    Some(facts.get(CATEGORY).is_some())
}

/// The predicate of the total.
pub(super) fn predicate(
    node: &ScoreNode,
    facts: &Facts,
    document: &RegulationDocument,
) -> Result<RuleOutput, Vec<Refusal>> {
    let [child] = node.children.as_slice() else { return Err(malformed()) };
    banded(child.figure().ok_or_else(malformed)?, facts, document, Facts::default())
}

/// The predicate of a score. Adds the score and the predicate's lower limit to `used`.
pub(super) fn banded(
    score: Exact,
    facts: &Facts,
    document: &RegulationDocument,
    used: Facts,
) -> Result<RuleOutput, Vec<Refusal>> {
    let numeric = document.numeric.as_ref().ok_or_else(malformed)?;
    let new_idea = facts.is("NEW_IDEA");
    let band = numeric.predicate(score, new_idea).ok_or_else(malformed)?;
    let mut used = used.with("SCORE", score).with("FROM", band.from);
    let unmet = numeric.predicate(score, true).filter(|best| best.predicate != band.predicate);
    if let Some(unmet) = unmet {
        used = used.with("IDEA_FROM", unmet.from).with("IDEA_PREDICATE", unmet.predicate);
    }
    Ok(RuleOutput::word(band.predicate, used))
}
