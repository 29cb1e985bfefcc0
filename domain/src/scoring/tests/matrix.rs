//! The matrix: every cell, and the order of its axes.

use super::ratings as document;
use crate::{
    Labelled, Locale,
    rating::{Expectation, OrgUnitPredicate, Predicate},
    regulation::{Matrix, MatrixRow},
    scoring::{Results, ScoreInput, head_result, matrix, score},
};
use Expectation::{Above, AsExpected, Below};
use strum::IntoEnumIterator;

/// The printed table, one row for each result rating. The columns are behaviour below, as and above expectation.
const PRINTED: [(Expectation, [&str; 3]); 3] = [
    (Above, ["Kurang", "Baik", "Sangat Baik"]),
    (AsExpected, ["Kurang", "Baik", "Baik"]),
    (Below, ["Sangat Kurang", "Butuh Perbaikan", "Butuh Perbaikan"]),
];

#[test]
fn matrix_matches_the_printed_table() {
    for (result, row) in PRINTED {
        for (behaviour, label) in [Below, AsExpected, Above].into_iter().zip(row) {
            let predicate = matrix(result, behaviour);
            assert_eq!(predicate.label(Locale::Id), label, "{result} {behaviour}");
        }
    }
}

#[test]
fn axes_are_not_transposed() {
    assert_eq!(matrix(Above, Below), Predicate::Poor);
    assert_eq!(matrix(Below, Above), Predicate::NeedsImprovement);
}

#[test]
fn better_result_rating_never_gives_a_worse_predicate() {
    for behaviour in Expectation::iter() {
        // Predicates are ordered best first, so a better one is smaller.
        assert!(matrix(Above, behaviour) <= matrix(AsExpected, behaviour));
        assert!(matrix(AsExpected, behaviour) <= matrix(Below, behaviour));
    }
}

#[test]
fn document_has_the_same_matrix_and_its_tree_shows_ratings_and_predicate() {
    for result in Expectation::iter() {
        for behaviour in Expectation::iter() {
            let scored = score(document(), &ScoreInput::ratings(result, behaviour)).expect("scored");
            assert_eq!(scored.predicate, matrix(result, behaviour), "{result} {behaviour}");
            let nodes = scored.tree.nodes();
            let found: Vec<_> = nodes.iter().map(|node| (node.id.as_str(), node.exact.as_str())).collect();
            let expected = [scored.predicate.to_string(), result.to_string(), behaviour.to_string()];
            assert_eq!(found, [("1", &*expected[0]), ("1.1", &*expected[1]), ("1.2", &*expected[2])]);
            assert_eq!(scored.tree.verify(document()), []);
        }
    }
}

/// The document has the mistake that swaps the axes of the printed table.
#[test]
fn verification_finds_swapped_axes() {
    let mut swapped = document().clone();
    let table = |result| MatrixRow {
        behaviour_below: matrix(Below, result),
        behaviour_as_expected: matrix(AsExpected, result),
        behaviour_above: matrix(Above, result),
    };
    let axes = Matrix {
        result_above: table(Above),
        result_as_expected: table(AsExpected),
        result_below: table(Below),
    };
    swapped.matrix.as_mut().expect("a matrix").value = Some(axes);
    let mut differing = Vec::new();
    for result in Expectation::iter() {
        for behaviour in Expectation::iter() {
            let scored = score(&swapped, &ScoreInput::ratings(result, behaviour)).expect("scored");
            let found = scored.tree.verify(document());
            assert_eq!(scored.predicate != matrix(result, behaviour), !found.is_empty());
            if !found.is_empty() {
                differing.push((result, behaviour));
            }
        }
    }
    assert_eq!(differing, [(Above, Below), (AsExpected, Below), (Below, Above), (Below, AsExpected)]);
}

#[test]
fn unit_predicate_determines_the_result_rating_of_its_head() {
    for (unit, rating) in [
        (OrgUnitPredicate::Outstanding, Above),
        (OrgUnitPredicate::Good, AsExpected),
        (OrgUnitPredicate::NeedsImprovement, Below),
        (OrgUnitPredicate::Poor, Below),
        (OrgUnitPredicate::VeryPoor, Below),
    ] {
        assert_eq!(head_result(document(), unit), Ok(rating), "{unit}");
        let input = ScoreInput { results: Results::Unit(unit), ..ScoreInput::ratings(Above, AsExpected) };
        let scored = score(document(), &input).expect("scored");
        assert_eq!(scored.predicate, matrix(rating, AsExpected), "{unit}");
        assert_eq!(scored.tree.verify(document()), []);
        let node = &scored.tree.root.children[0];
        assert_eq!((node.rule.as_str(), node.exact.as_str()), ("UNIT_HEAD", rating.to_string().as_str()));
    }
}

#[test]
fn document_has_the_standard_labels() {
    for predicate in Predicate::iter() {
        for locale in [Locale::Id, Locale::En] {
            let name = document().labels.predicate(predicate, locale);
            assert_eq!(name, predicate.label(locale));
        }
    }
    for rating in Expectation::iter() {
        for locale in [Locale::Id, Locale::En] {
            let name = document().labels.rating(rating, locale);
            assert_eq!(name, rating.label(locale));
        }
    }
    for unit in OrgUnitPredicate::iter() {
        for locale in [Locale::Id, Locale::En] {
            let name = document().labels.unit_predicate(unit, locale);
            assert_eq!(name, unit.label(locale));
        }
    }
}
