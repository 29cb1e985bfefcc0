//! The scheme of two ratings: results and behaviour, read in the matrix of the regulation.

use super::{
    Exact, Facts, Label, ResultRow, Results, ScoreNode,
    rule::{Applied, Rule, figures, is_training, malformed},
};
use crate::{
    Key, Message, Refusal,
    evaluation::{Expectation, OrgUnitPredicate},
    regulation::RegulationDocument,
};

pub(super) const RESULT: &str = "RESULT_RATING";
pub(super) const BEHAVIOUR: &str = "BEHAVIOUR_RATING";

/// The rating of the results of a unit's head, which follows from the unit's predicate.
///
/// # Errors
/// A regulation without such a rule, or without a value for it.
pub fn head_result(document: &RegulationDocument, unit: OrgUnitPredicate) -> Result<Expectation, Refusal> {
    let stated = document.unit_head.as_ref().ok_or_else(|| lacks(document, "unit_head"))?;
    let mapping = stated.need("unit_head")?;
    mapping.get(&unit).copied().ok_or_else(|| crate::regulation::missing("unit_head"))
}

/// A regulation that has no such section.
pub(super) fn lacks(document: &RegulationDocument, what: &str) -> Refusal {
    let message = Message::new(Key::RegulationLacks).with("code", &document.code).with("what", what);
    Refusal::input(["regulation"], message)
}

/// The skeleton of a matrix tree.
pub(super) fn skeleton(
    document: &RegulationDocument,
    results: &Results,
    behaviour: Expectation,
    trainings: (Vec<ScoreNode>, Vec<ScoreNode>),
) -> Result<ScoreNode, Vec<Refusal>> {
    let label = Label::new("Rating hasil kerja", "Rating of results");
    let mut result = match results {
        Results::Rating(rating) => {
            ScoreNode::of(Rule::Rating, RESULT, label, Facts::default().with("", rating))
        }
        Results::Unit(unit) => {
            let source = document.unit_head.as_ref().and_then(|stated| stated.source.as_deref());
            ScoreNode::of(Rule::UnitHead, RESULT, label, Facts::default().with("UNIT_PREDICATE", unit))
                .stated_in(source)
        }
        Results::Rows(rows) => {
            if document.suggestion.is_none() {
                return Err(lacks(document, "suggestion").into());
            }
            let rows = rows.iter().map(|row| suggested_row(row, document)).collect();
            ScoreNode::of(Rule::Suggested, RESULT, label, Facts::default()).over(rows)
        }
    };
    let (of_results, of_behaviour) = trainings;
    result.children.extend(of_results);
    let behaviour = ScoreNode::of(
        Rule::Rating,
        BEHAVIOUR,
        Label::new("Rating perilaku kerja", "Rating of behaviour"),
        Facts::default().with("", behaviour),
    )
    .over(of_behaviour);
    Ok(ScoreNode::of(Rule::Matrix, super::PREDICATE, Label::same(""), Facts::default())
        .stated_in(Some(&document.code))
        .over(vec![result, behaviour]))
}

fn suggested_row(row: &ResultRow, document: &RegulationDocument) -> ScoreNode {
    let indicators = row.indicators.iter().map(|indicator| indicator.node(document)).collect();
    ScoreNode::of(Rule::Mean, "RESULT_ROW", Label::same(&row.label), Facts::default()).over(indicators)
}

/// A rating as it was given.
pub(super) fn rating(facts: &Facts) -> Result<Applied, Vec<Refusal>> {
    let rating: Expectation = facts.get("").and_then(|word| word.parse().ok()).ok_or_else(malformed)?;
    Ok(Applied::word(rating, Facts::default()))
}

pub(super) fn unit_head(facts: &Facts, document: &RegulationDocument) -> Result<Applied, Vec<Refusal>> {
    let unit = facts.get("UNIT_PREDICATE").and_then(|word| word.parse().ok()).ok_or_else(malformed)?;
    Ok(Applied::word(head_result(document, unit)?, Facts::default()))
}

pub(super) fn suggested(node: &ScoreNode, document: &RegulationDocument) -> Result<Applied, Vec<Refusal>> {
    let stated = document.suggestion.as_ref().ok_or_else(|| lacks(document, "suggestion"))?;
    let limits = stated.need("suggestion")?;
    let rows = figures(node.children.iter().filter(|node| !is_training(node)))?;
    let mean = Exact::mean(&rows)?;
    let rating = if mean >= limits.above_from.into() {
        Expectation::Above
    } else if mean >= limits.as_expected_from.into() {
        Expectation::AsExpected
    } else {
        Expectation::Below
    };
    let told = Facts::default()
        .with("MEAN", mean)
        .with("ABOVE_FROM", limits.above_from)
        .with("AS_EXPECTED_FROM", limits.as_expected_from);
    Ok(Applied::word(rating, told))
}

pub(super) fn matrix_cell(node: &ScoreNode, document: &RegulationDocument) -> Result<Applied, Vec<Refusal>> {
    let stated = document.matrix.as_ref().ok_or_else(|| lacks(document, "matrix"))?;
    let matrix = stated.need("matrix")?;
    let rating = |code: &str| {
        let child = node.children.iter().find(|child| child.code == code)?;
        child.exact.parse::<Expectation>().ok()
    };
    let (result, behaviour) = rating(RESULT).zip(rating(BEHAVIOUR)).ok_or_else(malformed)?;
    let told = Facts::default().with("RESULT", result).with("BEHAVIOUR", behaviour);
    Ok(Applied::word(matrix.at(result, behaviour), told))
}
