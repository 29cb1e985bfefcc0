//! The rating scheme: the regulation's matrix gives the predicate for the ratings of results and behaviour.

use super::{
    Exact, Facts, Label, ResultRow, Results, ScoreNode,
    rule::{Rule, RuleOutput, figures, malformed},
    training::is_training,
};
use crate::{
    Key, Message, Refusal,
    rating::{Expectation, OrgUnitPredicate, Predicate},
    regulation::RegulationDocument,
};

pub(super) const RESULT: &str = "RESULT_RATING";
pub(super) const BEHAVIOUR: &str = "BEHAVIOUR_RATING";

/// The result rating of a unit's head, derived from the unit's predicate.
///
/// # Errors
/// A refusal if the regulation has no such rule, or no value for it.
pub fn head_result(document: &RegulationDocument, unit: OrgUnitPredicate) -> Result<Expectation, Refusal> {
    let parameter = document.unit_head.as_ref().ok_or_else(|| section_missing(document, "unit_head"))?;
    let mapping = parameter.require("unit_head")?;
    mapping.get(&unit).copied().ok_or_else(|| crate::regulation::parameter_missing("unit_head"))
}

/// The refusal for a section that the regulation does not have.
pub(super) fn section_missing(document: &RegulationDocument, what: &str) -> Refusal {
    let message =
        Message::new(Key::RegulationSectionMissing).with("code", &document.code).with("field", what);
    Refusal::input(["regulation"], message)
}

/// Builds the tree of a rating scheme, with inputs and rules but without computed values.
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
            let source = document.unit_head.as_ref().and_then(|parameter| parameter.source.as_deref());
            ScoreNode::of(Rule::UnitHead, RESULT, label, Facts::default().with("UNIT_PREDICATE", unit))
                .with_source(source)
        }
        Results::Rows(rows) => {
            if document.suggestion.is_none() {
                return Err(section_missing(document, "suggestion").into());
            }
            let rows = rows.iter().map(|row| suggested_row(row, document)).collect();
            ScoreNode::of(Rule::Suggested, RESULT, label, Facts::default()).with_children(rows)
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
    .with_children(of_behaviour);
    Ok(ScoreNode::of(Rule::Matrix, super::PREDICATE, Label::same(""), Facts::default())
        .with_source(Some(&document.code))
        .with_children(vec![result, behaviour]))
}

fn suggested_row(row: &ResultRow, document: &RegulationDocument) -> ScoreNode {
    let indicators = row.indicators.iter().map(|indicator| indicator.node(document)).collect();
    ScoreNode::of(Rule::Mean, "RESULT_ROW", Label::same(&row.label), Facts::default())
        .with_children(indicators)
}

/// A rating given by the rater.
pub(super) fn rating(facts: &Facts) -> Result<RuleOutput, Vec<Refusal>> {
    let rating: Expectation = facts.get("").and_then(|word| word.parse().ok()).ok_or_else(malformed)?;
    Ok(RuleOutput::word(rating, Facts::default()))
}

pub(super) fn unit_head(facts: &Facts, document: &RegulationDocument) -> Result<RuleOutput, Vec<Refusal>> {
    let unit = facts.get("UNIT_PREDICATE").and_then(|word| word.parse().ok()).ok_or_else(malformed)?;
    Ok(RuleOutput::word(head_result(document, unit)?, Facts::default()))
}

pub(super) fn suggested(node: &ScoreNode, document: &RegulationDocument) -> Result<RuleOutput, Vec<Refusal>> {
    let parameter = document.suggestion.as_ref().ok_or_else(|| section_missing(document, "suggestion"))?;
    let limits = parameter.require("suggestion")?;
    let rows = figures(node.children.iter().filter(|node| !is_training(node)))?;
    let mean = Exact::mean(&rows)?;
    let rating = if mean >= limits.above_from.into() {
        Expectation::Above
    } else if mean >= limits.as_expected_from.into() {
        Expectation::AsExpected
    } else {
        Expectation::Below
    };
    let used = Facts::default()
        .with("MEAN", mean)
        .with("ABOVE_FROM", limits.above_from)
        .with("AS_EXPECTED_FROM", limits.as_expected_from);
    Ok(RuleOutput::word(rating, used))
}

/// The predicate that two ratings give by the matrix of a regulation; none without a matrix.
#[must_use]
pub fn by_matrix(
    document: &RegulationDocument,
    result: Expectation,
    behaviour: Expectation,
) -> Option<Predicate> {
    let matrix = document.matrix.as_ref()?.value.as_ref()?;
    Some(matrix.at(result, behaviour))
}

pub(super) fn matrix_cell(
    node: &ScoreNode,
    document: &RegulationDocument,
) -> Result<RuleOutput, Vec<Refusal>> {
    let parameter = document.matrix.as_ref().ok_or_else(|| section_missing(document, "matrix"))?;
    let matrix = parameter.require("matrix")?;
    let rating = |code: &str| {
        let child = node.children.iter().find(|child| child.code == code)?;
        child.exact.parse::<Expectation>().ok()
    };
    let (result, behaviour) = rating(RESULT).zip(rating(BEHAVIOUR)).ok_or_else(malformed)?;
    let used = Facts::default().with("RESULT", result).with("BEHAVIOUR", behaviour);
    Ok(RuleOutput::word(matrix.at(result, behaviour), used))
}
