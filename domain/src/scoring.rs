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
pub(crate) mod tests;
mod text;
mod training;
mod tree;
mod verify;
mod year;

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
pub use training::{CountsFor, HOURS_MAX, RecognisedTraining};
pub use tree::{Label, NodeEvidence, ScoreNode, ScoreTree};
pub use verify::{DEPTH_MAX, Mismatch};
pub use year::{PartBefore, PartResult, RATINGS, YearInput, months_of_parts};

/// The code of the node of a predicate.
const PREDICATE: &str = "PREDICATE";

use crate::evaluation::{Expectation, Predicate};

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
