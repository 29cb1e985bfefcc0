//! Computes a predicate from ratings or scores, with a tree that explains it.
//!
//! [`score`] turns the inputs of an evaluation into a predicate and a tree. The evaluation stores both, so that old
//! results never change. Each node of the tree names a rule; `rule` lists the rules, and `apply` applies them. The
//! rules compute the tree, verify it and explain it in sentences. The parameters of the rules are in the regulation
//! document, not here. This module uses no floats and does not decide who may rate.

mod achievement;
mod apply;
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
pub use credit::{CreditResult, CreditSegment, months_by_level, simulate_credit_points};
pub use distribution::{
    Counts, DistributionCheck, LimitFinding, PEOPLE_MAX, check_distribution, count_people,
};
pub use exact::{Exact, Inexact, Rounding, RoundingMode, round};
pub use facts::Facts;
pub use input::{Behaviour, BehaviourScore, ITEMS_MAX, ResultRow, Results, ScoreInput, ScoreResult, score};
pub use ratings::{by_matrix, head_result};
pub use reach::{Change, Reach, what_would_reach};
pub use rule::Rule;
pub use split_year::{YearDecision, YearSegment, proposal, split_year};
pub use training::{CountsFor, RecognisedTraining, Registered};
pub use tree::{Label, NodeEvidence, ScoreNode, ScoreTree};
pub use verify::{DEPTH_MAX, Mismatch};
pub use year::{
    EarlierPart, PartResult, RATINGS, YearInput, holder_of_month, months_between, months_of_parts,
};

/// The code of a node that gives a predicate.
const PREDICATE: &str = "PREDICATE";

use crate::rating::{Expectation, Predicate};

/// The predicate for two ratings by the matrix of PermenPANRB 6/2022: results (hasil kerja) are the rows, behaviour
/// (perilaku kerja) the columns.
///
/// Behaviour below expectation dominates: it gives Kurang even with results above expectation. Do not transpose the
/// axes: that swaps Kurang and Butuh Perbaikan.
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
