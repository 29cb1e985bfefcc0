//! Properties over random inputs: trees verify, better inputs never give worse results, nothing panics.

use super::*;
use crate::{rating::Expectation, regulation::ResultGroup};
use proptest::prelude::*;

fn any_decimal() -> impl Strategy<Value = Decimal> {
    prop_oneof![0_i64..20_000, 0_i64..=999_999_999_999_999].prop_map(Decimal::from_hundredths)
}

fn any_indicator() -> impl Strategy<Value = IndicatorFigures> {
    (any_decimal(), any_decimal(), any_decimal(), any::<bool>(), any::<bool>()).prop_map(
        |(one, other, realisation, lower, target_is_maximum)| IndicatorFigures {
            label: "Indikator".to_owned(),
            target: Target { min: one.min(other), max: one.max(other) },
            realisation,
            unit: "dokumen \"x\"".to_owned(),
            direction: if lower { Direction::LowerIsBetter } else { Direction::HigherIsBetter },
            target_is_maximum,
        },
    )
}

fn any_row() -> impl Strategy<Value = ResultRow> {
    (prop::collection::vec(any_indicator(), 1..4), 0_usize..3, any::<bool>()).prop_map(
        |(indicators, scope, additional)| ResultRow {
            kind: if additional { ResultKind::Additional } else { ResultKind::Main },
            scope: Some(
                [AssignmentScope::SameUnit, AssignmentScope::BetweenUnits, AssignmentScope::BetweenAgencies]
                    [scope],
            ),
            ..row(indicators)
        },
    )
}

fn any_training() -> impl Strategy<Value = RecognisedTraining> {
    ("[AB]", 0_u32..40, any::<bool>()).prop_map(|(reference, hours, results)| RecognisedTraining {
        title: reference.clone(),
        reference,
        hours,
        counts_for: if results { CountsFor::Results } else { CountsFor::Behaviour },
        of: None,
        registered: None,
    })
}

prop_compose! {
    fn any_figures()(
        rows in prop::collection::vec(any_row(), 0..4),
        main in prop::collection::vec(any_indicator(), 1..3),
        grouped in any::<bool>(),
        scores in prop::collection::vec((0_i64..=12_000, prop::option::of((0_i64..=12_000, 0_i64..=12_000))), 1..5),
        peers in any::<bool>(),
        new_idea in any::<bool>(),
        trainings in prop::collection::vec(any_training(), 0..4),
    ) -> ScoreInput {
        let rows = rows.into_iter().chain([row(main)]).enumerate().map(|(index, one)| ResultRow {
            group: grouped.then_some(if index % 2 == 0 { ResultGroup::Agreement } else { ResultGroup::Initiative }),
            ..one
        });
        let behaviours = scores.into_iter().map(|(rater, others)| BehaviourScore {
            label: "Nilai".to_owned(),
            rater: Decimal::from_hundredths(rater),
            peers: others.filter(|_| peers).map(|(peers, _)| Decimal::from_hundredths(peers)),
            subordinates: others.filter(|_| peers).map(|(_, below)| Decimal::from_hundredths(below)),
        });
        ScoreInput { peers, new_idea, trainings, ..figures(rows.collect(), behaviours.collect()) }
    }
}

fn any_rating() -> impl Strategy<Value = Expectation> {
    prop_oneof![Just(Expectation::Above), Just(Expectation::AsExpected), Just(Expectation::Below)]
}

/// A document completed by an agency that also gives points for training.
fn generous() -> RegulationDocument {
    let mut document = completed();
    document.training.points_per_hour.value = Some(decimal("0.07"));
    document.training.points_cap.value = Some(decimal("2"));
    document
}

/// Improves every figure by up to `by`: raises it, or lowers it if lower is better.
fn improved(mut input: ScoreInput, by: i64) -> ScoreInput {
    if let Results::Rows(rows) = &mut input.results {
        for indicator in rows.iter_mut().flat_map(|row| &mut row.indicators) {
            let now = indicator.realisation.hundredths();
            let better = match indicator.direction {
                Direction::HigherIsBetter => now.saturating_add(by).min(Decimal::MAX.hundredths()),
                Direction::LowerIsBetter => now.saturating_sub(by).max(0),
            };
            indicator.realisation = Decimal::from_hundredths(better);
        }
    }
    if let Behaviour::Scores(values) = &mut input.behaviour {
        for value in values {
            value.rater = Decimal::from_hundredths((value.rater.hundredths() + by).min(12_000));
        }
    }
    input
}

/// Fails if the explanation contains a name of the code. The regulation's code is a proper name.
fn readable(scored: &ScoreResult) {
    for locale in [crate::Locale::Id, crate::Locale::En] {
        let page = scored.tree.explanation_text(locale).replace(&scored.tree.regulation.code, "");
        assert_eq!(crate::message::technical_words(&page), [""; 0], "{page}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn computed_trees_always_verify_within_the_depth_limit(input in any_figures()) {
        let document = generous();
        if let Ok(scored) = score(&document, &input) {
            prop_assert_eq!(scored.tree.verify(&document), vec![]);
            readable(&scored);
            prop_assert!(scored.tree.depth() <= 6);
            prop_assert!(scored.score.is_some_and(|score| score <= decimal("120")));
            let json = serde_json::to_string(&scored.tree).expect("JSON");
            let back: ScoreTree = serde_json::from_str(&json).expect("a tree");
            prop_assert_eq!(&back, &scored.tree);
            prop_assert_eq!(score(&document, &input).expect("again").tree, back, "bit for bit");
            for node in scored.tree.nodes() {
                for locale in [crate::Locale::Id, crate::Locale::En] {
                    prop_assert!(!node.sentence(locale).is_empty(), "{} {}", node.rule, node.id);
                }
            }
        }
    }

    #[test]
    fn better_figures_never_give_a_worse_result(input in any_figures(), by in 0_i64..5_000) {
        let document = generous();
        let better = improved(input.clone(), by);
        if let (Ok(before), Ok(after)) = (score(&document, &input), score(&document, &better)) {
            prop_assert!(figure(&after.tree, "TOTAL") >= figure(&before.tree, "TOTAL"));
            prop_assert!(after.predicate <= before.predicate, "the best predicate is the smallest");
        }
    }

    #[test]
    fn trees_of_ratings_always_verify(result in any_rating(), behaviour in any_rating(), trainings in prop::collection::vec(any_training(), 0..4)) {
        let input = ScoreInput { trainings, ..ScoreInput::ratings(result, behaviour) };
        let scored = score(ratings(), &input).expect("scored");
        prop_assert_eq!(scored.predicate, matrix(result, behaviour));
        prop_assert_eq!(scored.tree.verify(ratings()), vec![]);
    }
}

proptest! {
    // Fewer cases, since each one scores many times.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn alternatives_reach_the_wanted_predicate(input in any_figures(), wanted in 0_usize..4) {
        use strum::IntoEnumIterator;
        let document = generous();
        let wanted = crate::rating::Predicate::iter().nth(wanted).expect("a predicate");
        if let Ok(reach) = what_would_reach(&document, &input, wanted) {
            for changes in &reach.alternatives {
                let after = changes.iter().fold(input.clone(), |input, change| input.changed(change));
                let scored = score(&document, &after);
                prop_assert!(scored.is_ok_and(|scored| scored.predicate <= wanted), "{changes:?}");
            }
        }
    }
}
