//! A table of cases: which results show a gap, and how the next year compares.

use super::{AnnualResult, Change, counts_training};
use crate::{
    id::{CriterionId, TrainingId},
    rating::{
        Expectation::{self, Above, AsExpected, Below},
        Predicate::{self, Good, NeedsImprovement, Poor, VeryGood, VeryPoor},
    },
    scoring::{CountsFor, Label, RecognisedTraining, Registered},
};
use uuid::Uuid;

fn result(predicate: Predicate, values: &[Expectation], recommended: bool) -> AnnualResult {
    let value = |(number, rating): (u128, &Expectation)| (CriterionId(Uuid::from_u128(number)), *rating);
    AnnualResult { predicate, values: (1..).zip(values).map(value).collect(), recommended }
}

#[test]
fn a_gap_is_a_low_predicate_a_low_value_or_a_recommendation() {
    for (predicate, values, recommended, gap) in [
        (VeryGood, &[][..], false, false),
        (Good, &[], false, false),
        (NeedsImprovement, &[], false, true),
        (Poor, &[], false, true),
        (VeryPoor, &[], false, true),
        (Good, &[AsExpected, Above], false, false),
        (Good, &[AsExpected, Below], false, true),
        (VeryGood, &[Below], false, true),
        (Good, &[], true, true),
        // The best predicate can't improve.
        (VeryGood, &[], true, false),
    ] {
        let one = result(predicate, values, recommended);
        assert_eq!(one.has_gap(), gap, "{one:?}");
    }
}

#[test]
fn the_predicate_is_compared_first_and_then_the_low_values() {
    for (before, values, next, next_values, change) in [
        (NeedsImprovement, &[][..], Good, &[][..], Change::Rose),
        (VeryPoor, &[], Poor, &[], Change::Rose),
        (NeedsImprovement, &[], NeedsImprovement, &[], Change::Same),
        (NeedsImprovement, &[], Poor, &[], Change::Fell),
        (Good, &[], VeryGood, &[], Change::Rose),
        // The same predicate: the values that were below expectation decide.
        (Good, &[Below], Good, &[AsExpected], Change::Rose),
        (Good, &[Below, Below], Good, &[Below, Above], Change::Rose),
        (Good, &[Below], Good, &[Below], Change::Same),
        (Good, &[Below], Good, &[], Change::Same),
        // Values that were not below expectation do not count.
        (Good, &[AsExpected, Below], Good, &[Above, Below], Change::Same),
        (Good, &[AsExpected, Below], Good, &[Below, Below], Change::Same),
        // The predicate comes first.
        (Good, &[Below], NeedsImprovement, &[Above], Change::Fell),
        (NeedsImprovement, &[Below], Good, &[Below], Change::Rose),
    ] {
        let (before, next) = (result(before, values, false), result(next, next_values, false));
        assert_eq!(before.followed_by(&next), change, "{before:?} {next:?}");
    }
}

#[test]
fn a_training_with_the_certificate_of_another_does_not_count() {
    let training = |registered: Option<Option<&str>>| RecognisedTraining {
        reference: "BPSDM, 1".to_owned(),
        title: "Pelayanan prima".to_owned(),
        hours: 12,
        counts_for: CountsFor::Results,
        of: None,
        registered: registered.map(|same_as| Registered {
            training: TrainingId(Uuid::from_u128(1)),
            kind: Label::same("Lokakarya"),
            same_as: same_as.map(str::to_owned),
        }),
    };
    assert!(!counts_training(&[]));
    assert!(!counts_training(&[training(Some(Some("Yang pertama (2025)")))]));
    assert!(counts_training(&[training(Some(None))]));
    // A training that a rater named before trainings were registered.
    assert!(counts_training(&[training(None)]));
    assert!(counts_training(&[training(Some(Some("Yang pertama (2025)"))), training(Some(None))]));
}
