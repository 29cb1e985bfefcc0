//! Tests of the scoring core: tables, golden cases and properties.

mod credit;
mod distribution;
mod explanation;
mod matrix;
mod numeric;
mod properties;
mod reach;
mod split_year;
mod training;
mod year;

use super::*;
use crate::{
    Decimal,
    plan::{Direction, ResultKind, Target},
    regulation::{AssignmentScope, BehaviourShares, RegulationDocument, shipped_documents},
};

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

pub(super) fn exact(text: &str) -> Exact {
    text.parse().expect("a fraction")
}

/// PermenPANRB 6/2022 as shipped.
pub(super) fn ratings() -> &'static RegulationDocument {
    &shipped_documents()[0]
}

/// PP 30/2019 as shipped, with missing parameters: for simulation only.
pub(super) fn numeric() -> &'static RegulationDocument {
    &shipped_documents()[1]
}

/// PP 30/2019 with all parameters filled in by an agency.
pub(crate) fn completed() -> RegulationDocument {
    let mut document = numeric().clone();
    let rules = document.numeric.as_mut().expect("numeric rules");
    for (scope, weight) in [
        (AssignmentScope::SameUnit, "5"),
        (AssignmentScope::BetweenUnits, "10"),
        (AssignmentScope::BetweenAgencies, "15"),
    ] {
        rules.additional.scope_weights.get_mut(&scope).expect("a scope").value = Some(decimal(weight));
    }
    rules.behaviour.shares.value =
        Some(BehaviourShares { rater: decimal("60"), peers: decimal("20"), subordinates: decimal("20") });
    document
}

pub(super) fn indicator(min: &str, max: &str, reached: &str, direction: Direction) -> IndicatorFigures {
    IndicatorFigures {
        label: "Jumlah dokumen".to_owned(),
        target: Target { min: decimal(min), max: decimal(max) },
        realisation: decimal(reached),
        unit: "dokumen".to_owned(),
        direction,
        target_is_maximum: false,
    }
}

/// An indicator that reached this percentage of its target.
pub(super) fn reached(percent: &str) -> IndicatorFigures {
    indicator("100", "100", percent, Direction::HigherIsBetter)
}

pub(super) fn row(indicators: Vec<IndicatorFigures>) -> ResultRow {
    ResultRow {
        label: "Layanan".to_owned(),
        kind: ResultKind::Main,
        group: None,
        scope: None,
        is_action: false,
        indicators,
    }
}

pub(super) fn behaviour(score: &str) -> BehaviourScore {
    BehaviourScore { label: "Kerja sama".to_owned(), rater: decimal(score), peers: None, subordinates: None }
}

pub(super) fn figures(rows: Vec<ResultRow>, behaviours: Vec<BehaviourScore>) -> ScoreInput {
    ScoreInput {
        results: Results::Rows(rows),
        behaviour: Behaviour::Scores(behaviours),
        peers: false,
        new_idea: false,
        trainings: Vec::new(),
        year: None,
    }
}

/// The exact figure of the first node with a code.
pub(super) fn figure(tree: &ScoreTree, code: &str) -> Exact {
    let nodes = tree.nodes();
    nodes.iter().find(|node| node.code == code).expect("a node").figure().expect("a figure")
}
