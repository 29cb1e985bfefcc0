//! How ratings become a predicate, with the tree that explains it.
//!
//! A scheme takes the inputs of an evaluation and gives a predicate and a tree; the evaluation stores
//! both, so that old results never move. A tree is built of named rules (`rule`), which compute it, verify it
//! and put it into sentences. The figures of the rules stand in the regulation's document, not here. What may
//! not be put here: floats, and who may rate.

mod achievement;
mod credit;
mod distribution;
mod exact;
mod facts;
mod input;
mod numeric;
mod ratings;
mod reach;
mod rule;
mod sentence;
mod split_year;
#[cfg(test)]
mod tests;
mod text;
mod training;
mod tree;
mod verify;

pub use achievement::IndicatorFigures;
pub use credit::{CreditSegment, Credited, months_by_level, simulate_credit_points};
pub use distribution::{Counts, DistributionCheck, LimitFinding, check_distribution};
pub use exact::{Exact, Inexact, Rounding, RoundingMode, round};
pub use facts::Facts;
pub use input::{Behaviour, BehaviourScore, ITEMS_MAX, ResultRow, Results, ScoreInput, Scored, score};
pub use ratings::head_result;
pub use reach::{Change, Reach, what_would_reach};
pub use rule::Rule;
pub use split_year::{YearDecision, YearSegment, proposal, split_year};
pub use training::{CountsFor, RecognisedTraining};
pub use tree::{Label, NodeEvidence, ScoreNode, ScoreTree};
pub use verify::{DEPTH_MAX, Mismatch};

/// The code of the node of a predicate.
const PREDICATE: &str = "PREDICATE";

use crate::{
    evaluation::{Expectation, Predicate},
    message::Locale,
    regulation::{RegulationRef, predicate_label},
};

/// The matrix of PermenPANRB 6/2022: the results (hasil kerja) down, the behaviour (perilaku kerja) across.
///
/// Behaviour below what is expected dominates: it gives Kurang even with results above it. The axes are
/// easily transposed, which swaps Kurang and Butuh Perbaikan.
#[must_use]
pub const fn matrix(result: Expectation, behaviour: Expectation) -> Predicate {
    use Expectation::{Above, AsExpected, Below};
    match (result, behaviour) {
        (Above, Above) => Predicate::VeryGood,
        (Above, AsExpected) | (AsExpected, Above | AsExpected) => Predicate::Good,
        (Below, Above | AsExpected) => Predicate::NeedsImprovement,
        (Above | AsExpected, Below) => Predicate::Poor,
        (Below, Below) => Predicate::VeryPoor,
    }
}

/// The matrix of PermenPANRB 6/2022 with the tree that explains what came out.
#[must_use]
pub fn explain_matrix(
    regulation: RegulationRef,
    result: Expectation,
    behaviour: Expectation,
) -> (Predicate, ScoreTree) {
    let predicate = matrix(result, behaviour);
    let rating = |id: &str, code: &str, label: Label, rating: Expectation| ScoreNode {
        parent: Some("1".to_owned()),
        input: Some(rating.to_string()),
        rule: "RATING".to_owned(),
        exact: rating.to_string(),
        ..ScoreNode::new(id, code, label)
    };
    let root = ScoreNode {
        input: Some(format!("RESULT={result} BEHAVIOUR={behaviour}")),
        rule: "MATRIX".to_owned(),
        exact: predicate.to_string(),
        source: Some(regulation.code.clone()),
        children: vec![
            rating("1.1", "RESULT_RATING", Label::new("Rating hasil kerja", "Rating of results"), result),
            rating(
                "1.2",
                "BEHAVIOUR_RATING",
                Label::new("Rating perilaku kerja", "Rating of behaviour"),
                behaviour,
            ),
        ],
        ..ScoreNode::new(
            "1",
            "PREDICATE",
            Label::new(
                &format!("Predikat kinerja: {}", predicate_label(predicate, Locale::Id)),
                &format!("Predicate: {}", predicate_label(predicate, Locale::En)),
            ),
        )
    };
    (predicate, ScoreTree { regulation, root })
}
