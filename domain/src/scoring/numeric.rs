//! The numeric scheme: indicators, rows, results and behaviour become a score, and the score a predicate.

use super::{
    BehaviourScore, Exact, Facts, Label, ResultRow, ScoreInput, ScoreNode,
    achievement::IndicatorFigures,
    rule::{Applied, Rule, figures, is_training, malformed},
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

/// The skeleton of a numeric tree.
pub(super) fn skeleton(
    document: &RegulationDocument,
    numeric: &Numeric,
    input: &ScoreInput,
    rows: &[ResultRow],
    behaviours: &[BehaviourScore],
    trainings: (Vec<ScoreNode>, Vec<ScoreNode>),
) -> Result<ScoreNode, Vec<Refusal>> {
    let (path, weights) = numeric.weights.of(input.peers);
    let pair = weights.need(path)?;
    let (of_results, of_behaviour) = trainings;
    let mut nodes = rows.iter().map(|row| row_node(row, document, numeric)).collect::<Result<Vec<_>, _>>()?;
    nodes.extend(of_results);
    let in_part = rows.iter().any(|row| row.is_action);
    if in_part {
        leader_in_part(document, numeric)?;
    }
    let rule = if in_part { Rule::LeaderInPart } else { Rule::Results };
    let label = Label::new("Nilai SKP", "Score of results");
    let results = ScoreNode::of(rule, "RESULTS", label, Facts::default()).weighing(pair.results).over(nodes);

    let mut values =
        behaviours.iter().map(|value| behaviour_node(value, numeric)).collect::<Result<Vec<_>, _>>()?;
    values.extend(of_behaviour);
    let label = Label::new("Nilai perilaku kerja", "Score of behaviour");
    let behaviour =
        ScoreNode::of(Rule::Mean, BEHAVIOUR, label, Facts::default()).weighing(pair.behaviour).over(values);

    let facts = Facts::default().with("PEERS", yes(input.peers));
    let total = ScoreNode::of(Rule::WeightedSum, TOTAL, Label::new("Nilai kinerja", "Score"), facts)
        .stated_in(weights.source.as_deref())
        .over(vec![results, behaviour]);
    let facts = Facts::default().with("NEW_IDEA", yes(input.new_idea));
    Ok(ScoreNode::of(Rule::PredicateBand, super::PREDICATE, Label::same(""), facts)
        .stated_in(Some(&document.code))
        .over(vec![total]))
}

/// A word for a condition.
pub(super) const fn yes(holds: bool) -> &'static str {
    if holds { "YES" } else { "NO" }
}

fn row_node(
    row: &ResultRow,
    document: &RegulationDocument,
    numeric: &Numeric,
) -> Result<ScoreNode, Vec<Refusal>> {
    numeric.results.need("numeric.results")?;
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
                .stated_in(numeric.additional.factors.source.as_deref())
        }
    };
    Ok(node.over(indicators))
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
        .stated_in(source)
        .over(vec![indicator.node(document)])
}

fn behaviour_node(value: &BehaviourScore, numeric: &Numeric) -> Result<ScoreNode, Vec<Refusal>> {
    let given = |code: &str, label: Label, score| {
        ScoreNode::of(Rule::Given, code, label, Facts::default().with("VALUE", score))
    };
    numeric.behaviour.method.need("numeric.behaviour.method")?;
    let label = Label::same(&value.label);
    let Some((peers, subordinates)) = value.peers.zip(value.subordinates) else {
        return Ok(given("BEHAVIOUR_VALUE", label, value.rater));
    };
    let shares = numeric.behaviour.shares.need("numeric.behaviour.shares")?;
    Ok(ScoreNode::of(Rule::WeightedSum, "BEHAVIOUR_VALUE", label, Facts::default()).over(vec![
        given("RATER", Label::new("Pejabat penilai", "Rater"), value.rater).weighing(shares.rater),
        given("PEERS", Label::new("Rekan kerja", "Peers"), peers).weighing(shares.peers),
        given("SUBORDINATES", Label::new("Bawahan langsung", "Subordinates"), subordinates)
            .weighing(shares.subordinates),
    ]))
}

/// The score of results: main rows by mean, or each group's mean by its weight among the groups there are;
/// what additional rows add, cut at their cap; points of training; all cut at the cap.
pub(super) fn results(node: &ScoreNode, document: &RegulationDocument) -> Result<Applied, Vec<Refusal>> {
    let numeric = document.numeric.as_ref().ok_or_else(malformed)?;
    let (main_score, mut told) = main_score(node, numeric)?;
    let sum = |code: &str| -> Result<Exact, Vec<Refusal>> {
        Ok(Exact::sum(figures(node.children.iter().filter(|node| node.code == code))?)?)
    };
    let mut total = main_score;
    if node.children.iter().any(|node| node.code == ADDITIONAL) {
        let cap = *numeric.additional.cap.need("numeric.additional.cap")?;
        let added = sum(ADDITIONAL)?;
        let counted = added.min(cap.into());
        total = total.plus(counted)?;
        told = told.with("ADDITIONAL", added).with("ADDITIONAL_CAP", cap).with("ADDITIONAL_COUNTED", counted);
    }
    let trained = Exact::sum(figures(node.children.iter().filter(|node| is_training(node)))?)?;
    if trained != Exact::ZERO {
        told = told.with("TRAINING", trained);
        total = total.plus(trained)?;
    }
    let cap = *numeric.cap.need("numeric.cap")?;
    Applied::figure(total.min(cap.into()), told.with("CAP", cap))
}

/// How steps and measured results weigh, where the regulation says so.
fn leader_in_part<'a>(
    document: &RegulationDocument,
    numeric: &'a Numeric,
) -> Result<&'a LeaderInPart, Vec<Refusal>> {
    let path = "numeric.leader_in_part";
    let stated = numeric.leader_in_part.as_ref().ok_or_else(|| super::ratings::lacks(document, path))?;
    Ok(stated.need(path)?)
}

/// The results of a high leader in a part of the year: the mean of the steps of the action plan and the mean of the
/// main results that can be measured, each by its weight; points of training; cut at the cap.
pub(super) fn results_in_part(
    node: &ScoreNode,
    document: &RegulationDocument,
) -> Result<Applied, Vec<Refusal>> {
    let numeric = document.numeric.as_ref().ok_or_else(malformed)?;
    let shares = leader_in_part(document, numeric)?;
    let mean = |is_action: bool| -> Result<Option<Exact>, Vec<Refusal>> {
        let main = node.children.iter().filter(|row| row.code == MAIN);
        let rows = figures(main.filter(|row| row.facts().is("ACTION") == is_action))?;
        Ok(if rows.is_empty() { None } else { Some(Exact::mean(&rows)?) })
    };
    let actions = mean(true)?.ok_or_else(malformed)?;
    let mut told = Facts::default().with("ACTIONS", actions);
    let mut score = match mean(false)? {
        Some(measured) => {
            let (own, other) =
                (actions.percent(shares.actions.into())?, measured.percent(shares.measured.into())?);
            told = told
                .with("ACTIONS_SHARE", shares.actions)
                .with("MEASURED", measured)
                .with("MEASURED_SHARE", shares.measured);
            own.plus(other)?
        }
        // Nothing else could be measured yet.
        None => actions,
    };
    let trained = Exact::sum(figures(node.children.iter().filter(|node| is_training(node)))?)?;
    if trained != Exact::ZERO {
        told = told.with("TRAINING", trained);
        score = score.plus(trained)?;
    }
    let cap = *numeric.cap.need("numeric.cap")?;
    Applied::figure(score.min(cap.into()), told.with("CAP", cap))
}

/// The mean of the main rows; where they come in groups, of each group by its weight among those there are.
fn main_score(node: &ScoreNode, numeric: &Numeric) -> Result<(Exact, Facts), Vec<Refusal>> {
    let main: Vec<&ScoreNode> = node.children.iter().filter(|node| node.code == MAIN).collect();
    let mut told = Facts::default();
    if main.iter().all(|row| row.facts().get("GROUP").is_none()) {
        let score = Exact::mean(&figures(main)?)?;
        return Ok((score, told.with("MAIN", score)));
    }
    let groups = numeric.groups.need("numeric.groups")?;
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
        told = told.with(&word, weight);
    }
    let score = weighted.over(weights)?;
    Ok((score, told.with("MAIN", score)))
}

/// What an additional row adds: factor of its category, weight of its scope, mean score of its indicators.
pub(super) fn additional(
    node: &ScoreNode,
    facts: &Facts,
    document: &RegulationDocument,
) -> Result<Applied, Vec<Refusal>> {
    let numeric = document.numeric.as_ref().ok_or_else(malformed)?;
    let score = Exact::mean(&figures(&node.children)?)?;
    // The condition of a new idea belongs to the predicate of a person, not to the category of a row.
    let category = numeric.predicate(score, true).ok_or_else(malformed)?.predicate;
    let factors = numeric.additional.factors.need("numeric.additional.factors")?;
    let factor = *factors.get(&category).ok_or_else(malformed)?;
    let scope = facts.get("SCOPE").and_then(|word| word.parse().ok()).ok_or_else(malformed)?;
    let path = format!("numeric.additional.scope_weights.{scope}");
    let weights = &numeric.additional.scope_weights;
    let weight = *weights.get(&scope).ok_or_else(|| crate::regulation::missing(&path))?.need(&path)?;
    let told = Facts::default()
        .with("SCOPE_WEIGHT", weight)
        .with("SCORE", score)
        .with("CATEGORY", category)
        .with("FACTOR", factor);
    Applied::figure(score.percent(factor.into())?.percent(weight.into())?, told)
}

/// The score of an achievement: on the line of its band, or the full score of a target that is reached and
/// can't be exceeded.
pub(super) fn band_score(
    node: &ScoreNode,
    facts: &Facts,
    document: &RegulationDocument,
) -> Result<Applied, Vec<Refusal>> {
    let numeric = document.numeric.as_ref().ok_or_else(malformed)?;
    let [child] = node.children.as_slice() else { return Err(malformed()) };
    let percent = child.figure().ok_or_else(malformed)?;
    if facts.is("TARGET_IS_MAXIMUM") && percent >= Exact::HUNDRED {
        let score = *numeric.maximum_target_score.need("numeric.maximum_target_score")?;
        return Applied::figure(score.into(), Facts::default().with("MAXIMUM_SCORE", score));
    }
    let (place, stated) = numeric.band(percent).ok_or_else(malformed)?;
    let band = stated.need(&format!("numeric.bands.{place}"))?;
    let (from, low, high) =
        (Exact::whole(band.from.into()), Exact::from(band.score_from), Exact::from(band.score_to));
    let mut told = Facts::default().with("CATEGORY", band.category).with("FROM", band.from);
    let score = match band.to.filter(|to| *to > band.from) {
        Some(to) => {
            let steps = Exact::whole((to - band.from).into());
            let slope = high.minus(low)?.over(steps)?;
            told = told.with("TO", to);
            low.plus(slope.times(percent.minus(from)?)?)?.min(high)
        }
        None => low,
    };
    told = told.with("SCORE_FROM", band.score_from).with("SCORE_TO", band.score_to);
    Applied::figure(score, told)
}

/// The predicate of the total.
pub(super) fn predicate(
    node: &ScoreNode,
    facts: &Facts,
    document: &RegulationDocument,
) -> Result<Applied, Vec<Refusal>> {
    let [child] = node.children.as_slice() else { return Err(malformed()) };
    banded(child.figure().ok_or_else(malformed)?, facts, document, Facts::default())
}

/// The predicate of a score, told with what it was found by.
pub(super) fn banded(
    score: Exact,
    facts: &Facts,
    document: &RegulationDocument,
    told: Facts,
) -> Result<Applied, Vec<Refusal>> {
    let numeric = document.numeric.as_ref().ok_or_else(malformed)?;
    let new_idea = facts.is("NEW_IDEA");
    let band = numeric.predicate(score, new_idea).ok_or_else(malformed)?;
    let mut told = told.with("SCORE", score).with("FROM", band.from);
    let unmet = numeric.predicate(score, true).filter(|best| best.predicate != band.predicate);
    if let Some(unmet) = unmet {
        told = told.with("IDEA_FROM", unmet.from).with("IDEA_PREDICATE", unmet.predicate);
    }
    Ok(Applied::word(band.predicate, told))
}
