//! How ratings become a predicate, with the tree that explains it.
//!
//! A scheme takes the inputs of an evaluation and gives a predicate and a tree; the evaluation stores
//! both, so that old results never move. Only the rating matrix is here; a numeric scheme gets a file of
//! its own beside `tree`. What may not be put here: floats, and who may rate.

mod tree;

pub use tree::{Label, ScoreNode, ScoreTree};

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

/// The matrix with the tree that explains what came out.
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

#[cfg(test)]
mod tests {
    use super::*;
    use Expectation::{Above, AsExpected, Below};
    use strum::IntoEnumIterator;

    /// The printed table, row by row: below, as expected, above across.
    const PRINTED: [(Expectation, [&str; 3]); 3] = [
        (Above, ["Kurang", "Baik", "Sangat Baik"]),
        (AsExpected, ["Kurang", "Baik", "Baik"]),
        (Below, ["Sangat Kurang", "Butuh Perbaikan", "Butuh Perbaikan"]),
    ];

    #[test]
    fn the_matrix_is_the_printed_one() {
        for (result, row) in PRINTED {
            for (behaviour, label) in [Below, AsExpected, Above].into_iter().zip(row) {
                let predicate = matrix(result, behaviour);
                assert_eq!(predicate_label(predicate, Locale::Id), label, "{result} {behaviour}");
            }
        }
    }

    #[test]
    fn the_axes_are_not_transposed() {
        assert_eq!(matrix(Above, Below), Predicate::Poor);
        assert_eq!(matrix(Below, Above), Predicate::NeedsImprovement);
    }

    #[test]
    fn better_ratings_never_make_a_worse_predicate_along_the_results() {
        for behaviour in Expectation::iter() {
            // VERY_GOOD is the smallest of the predicates, ABOVE of the ratings.
            assert!(matrix(Above, behaviour) <= matrix(AsExpected, behaviour));
            assert!(matrix(AsExpected, behaviour) <= matrix(Below, behaviour));
        }
    }

    #[test]
    fn the_tree_tells_the_inputs_and_what_came_out() {
        let regulation = crate::regulation::shipped()[0].reference();
        for result in Expectation::iter() {
            for behaviour in Expectation::iter() {
                let (predicate, tree) = explain_matrix(regulation.clone(), result, behaviour);
                let nodes = tree.nodes();
                let told: Vec<_> = nodes.iter().map(|node| (node.id.as_str(), node.exact.as_str())).collect();
                let expected = [predicate.to_string(), result.to_string(), behaviour.to_string()];
                assert_eq!(told, [("1", &*expected[0]), ("1.1", &*expected[1]), ("1.2", &*expected[2])]);
            }
        }
    }
}
