//! The smallest changes that would improve a predicate.

use super::*;
use crate::rating::{Expectation, OrgUnitPredicate, Predicate};
use Expectation::{Above, AsExpected, Below};
use Predicate::{Good, NeedsImprovement, VeryGood};

fn reach(input: &ScoreInput, wanted: Predicate) -> Reach {
    let document = if matches!(input.behaviour, Behaviour::Rating(_)) { ratings() } else { numeric() };
    what_would_reach(document, input, wanted).expect("an answer")
}

#[test]
fn alternatives_have_the_fewest_rating_steps() {
    let result = |from, to| Change::ResultRating { from, to };
    let behaviour = |from, to| Change::BehaviourRating { from, to };
    for (now, wanted, expected) in [
        (
            (AsExpected, AsExpected),
            VeryGood,
            vec![vec![result(AsExpected, Above), behaviour(AsExpected, Above)]],
        ),
        ((Above, AsExpected), VeryGood, vec![vec![behaviour(AsExpected, Above)]]),
        ((Below, Above), Good, vec![vec![result(Below, AsExpected)]]),
        ((Above, Below), Good, vec![vec![behaviour(Below, AsExpected)]]),
        ((Below, Below), NeedsImprovement, vec![vec![behaviour(Below, AsExpected)]]),
        ((Below, Below), Good, vec![vec![result(Below, AsExpected), behaviour(Below, AsExpected)]]),
    ] {
        let answer = reach(&ScoreInput::ratings(now.0, now.1), wanted);
        assert_eq!(answer.alternatives, expected, "{now:?} {wanted}");
        assert!(!answer.reached);
    }
    let already = reach(&ScoreInput::ratings(Above, Above), Good);
    assert!(already.reached && already.alternatives.is_empty());
}

#[test]
fn head_of_a_unit_can_change_behaviour_only() {
    let input = |unit| ScoreInput { results: Results::Unit(unit), ..ScoreInput::ratings(Above, AsExpected) };
    assert!(reach(&input(OrgUnitPredicate::Poor), Good).alternatives.is_empty());
    let outstanding = reach(&input(OrgUnitPredicate::Outstanding), VeryGood);
    assert_eq!(outstanding.alternatives, [vec![Change::BehaviourRating { from: AsExpected, to: Above }]]);
}

#[test]
fn every_figure_that_is_sufficient_alone_is_an_alternative() {
    // 70 % of (89 + 109) / 2 plus 30 % of 60 is 87.3; wanted is 90. The second row needs a score of 116.71: 108 %
    // gives it, and 107.50 % is rounded to 108 %.
    let input = figures(vec![row(vec![reached("99")]), row(vec![reached("100")])], vec![behaviour("60")]);
    let answer = reach(&input, Good);
    assert_eq!(answer.now, NeedsImprovement);
    assert_eq!(
        answer.alternatives,
        [
            vec![Change::BehaviourScore { value: 0, from: decimal("60"), to: decimal("69") }],
            vec![Change::Realisation { row: 0, indicator: 0, from: decimal("99"), to: decimal("99.50") }],
            vec![Change::Realisation { row: 1, indicator: 0, from: decimal("100"), to: decimal("107.50") }],
        ]
    );
}

#[test]
fn new_idea_is_sufficient_alone_or_with_a_figure() {
    let input = figures(vec![row(vec![reached("110")])], vec![behaviour("90")]);
    assert_eq!(reach(&input, VeryGood).alternatives, [vec![Change::NewIdea]]);
    let input = figures(vec![row(vec![reached("100")])], vec![behaviour("100")]);
    let answer = reach(&input, VeryGood);
    assert!(answer.alternatives.iter().all(|changes| changes.contains(&Change::NewIdea)));
    assert!(!answer.alternatives.is_empty());
}

#[test]
fn figures_are_combined_if_none_is_sufficient_alone() {
    let input = figures(vec![row(vec![reached("10")]), row(vec![reached("10")])], vec![behaviour("10")]);
    let answer = reach(&input, Good);
    assert_eq!(answer.alternatives.len(), 1);
    let after = answer.alternatives[0].iter().fold(input, |input, change| input.changed(change));
    assert_eq!(score(numeric(), &after).expect("scored").predicate, Good);
}

#[test]
fn alternatives_name_only_necessary_figures() {
    // Behaviour is at its best. One row is not sufficient, and three are not needed.
    let rows = vec![row(vec![reached("10")]), row(vec![reached("40")]), row(vec![reached("40")])];
    let input = figures(rows, vec![behaviour("120")]);
    let answer = reach(&input, Good);
    let [changes] = answer.alternatives.as_slice() else { panic!("{answer:?}") };
    assert_eq!(changes.len(), 2, "two of three are sufficient: {changes:?}");
}

mod smallest {
    use super::*;
    use proptest::prelude::*;
    use strum::IntoEnumIterator;

    /// An indicator with figures in fifths of its target, so that the test can try every figure.
    fn coarse(fifths: i64, lower: bool, most: bool) -> IndicatorFigures {
        let direction = if lower { Direction::LowerIsBetter } else { Direction::HigherIsBetter };
        let realisation = Decimal::from_hundredths(fifths);
        IndicatorFigures { realisation, target_is_maximum: most, ..indicator("0.05", "0.05", "0", direction) }
    }

    prop_compose! {
        fn any_coarse()(
            rows in prop::collection::vec(
                (prop::collection::vec((0_i64..8, any::<bool>(), 0..6_usize), 1..3), any::<bool>()),
                1..3,
            ),
            main in 0_i64..8,
            new_idea: bool,
        ) -> ScoreInput {
            let rows = rows.into_iter().map(|(indicators, additional)| {
                let indicators =
                    indicators.into_iter().map(|(fifths, lower, most)| coarse(fifths, lower, most == 0));
                ResultRow {
                    kind: if additional { ResultKind::Additional } else { ResultKind::Main },
                    scope: Some(AssignmentScope::BetweenUnits),
                    ..row(indicators.collect())
                }
            });
            let rows = rows.chain([row(vec![coarse(main, false, false)])]);
            // Behaviour is at its best, so that only indicator figures can change.
            ScoreInput { new_idea, ..figures(rows.collect(), vec![behaviour("120")]) }
        }
    }

    /// The row, the indicator, and the current and new figure in hundredths of each changed realisation.
    fn figures_of(changes: &[Change]) -> Vec<(usize, usize, i64, i64)> {
        let figure = |change: &Change| match change {
            Change::Realisation { row, indicator, from, to } => {
                Some((*row, *indicator, from.hundredths(), to.hundredths()))
            }
            _ => None,
        };
        changes.iter().filter_map(figure).collect()
    }

    fn set(input: &ScoreInput, row: usize, indicator: usize, to: i64) -> ScoreInput {
        let to = Decimal::from_hundredths(to);
        input.changed(&Change::Realisation { row, indicator, from: to, to })
    }

    /// Every input with each of these figures at any value between current and new. The flag says whether at least one
    /// figure changes less than in the alternative.
    fn lesser(input: &ScoreInput, figures: &[(usize, usize, i64, i64)]) -> Vec<(bool, ScoreInput)> {
        figures.iter().fold(vec![(false, input.clone())], |inputs, (row, indicator, from, to)| {
            let range = if from <= to { *from..=*to } else { *to..=*from };
            let of = |(less, input): (bool, ScoreInput)| {
                range
                    .clone()
                    .map(move |figure| (less || figure != *to, set(&input, *row, *indicator, figure)))
            };
            inputs.into_iter().flat_map(of).collect()
        })
    }

    /// The row and index of every indicator.
    fn places(input: &ScoreInput) -> Vec<(usize, usize)> {
        let Results::Rows(rows) = &input.results else { return Vec::new() };
        let of = |(row, one): (usize, &ResultRow)| {
            (0..one.indicators.len()).map(move |indicator| (row, indicator)).collect::<Vec<_>>()
        };
        rows.iter().enumerate().flat_map(of).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Compares with an exhaustive search: neither smaller changes nor fewer figures are sufficient. If there are
        /// no alternatives, the predicate can't be reached.
        #[test]
        fn smaller_changes_are_never_sufficient(input in any_coarse(), wanted in 0_usize..4) {
            let document = completed();
            let wanted = Predicate::iter().nth(wanted).expect("a predicate");
            let suffices = |input: &ScoreInput| score(&document, input).is_ok_and(|one| one.predicate <= wanted);
            let answer = what_would_reach(&document, &input, wanted).expect("an answer");
            let places = places(&input);
            for changes in &answer.alternatives {
                let figures = figures_of(changes);
                let idea = changes.contains(&Change::NewIdea);
                for with_idea in [false, true].into_iter().take(1 + usize::from(idea)) {
                    let base = ScoreInput { new_idea: input.new_idea || with_idea, ..input.clone() };
                    for (less, lesser) in lesser(&base, &figures) {
                        let whole = !less && with_idea == idea;
                        prop_assert_eq!(suffices(&lesser), whole, "{:?} of {:?}", lesser, changes);
                    }
                }
                // Fewer indicators are not sufficient, even at their best.
                let best = ScoreInput { new_idea: input.new_idea || idea, ..input.clone() };
                for subset in 0_u32..1 << places.len() {
                    if subset.count_ones() as usize >= figures.len() {
                        continue;
                    }
                    let chosen = places.iter().enumerate().filter(|(index, _)| subset >> index & 1 == 1);
                    let improved = chosen.fold(best.clone(), |improved, (_, (row, indicator))| {
                        let lower = match &improved.results {
                            Results::Rows(rows) => {
                                rows[*row].indicators[*indicator].direction == Direction::LowerIsBetter
                            }
                            _ => false,
                        };
                        let capped = match &improved.results {
                            Results::Rows(rows) => rows[*row].indicators[*indicator].target_is_maximum,
                            _ => false,
                        };
                        let now = match &improved.results {
                            Results::Rows(rows) => rows[*row].indicators[*indicator].realisation.hundredths(),
                            _ => 0,
                        };
                        let most = if lower { 0 } else if capped { 5.max(now) } else { 10.max(now) };
                        set(&improved, *row, *indicator, most)
                    });
                    prop_assert!(!suffices(&improved), "{subset:b} is sufficient like {changes:?}");
                }
            }
            // Without alternatives, even the best figures do not reach the predicate.
            if !answer.reached && answer.alternatives.is_empty() {
                let best = places.iter().fold(
                    ScoreInput { new_idea: true, ..input.clone() },
                    |best, (row, indicator)| {
                        let lower = matches!(&best.results, Results::Rows(rows)
                            if rows[*row].indicators[*indicator].direction == Direction::LowerIsBetter);
                        set(&best, *row, *indicator, if lower { 0 } else { 10 })
                    },
                );
                let capped = matches!(&input.results, Results::Rows(rows)
                    if rows.iter().flat_map(|row| &row.indicators).any(|one| one.target_is_maximum));
                prop_assert!(capped || !suffices(&best));
            }
        }

        #[test]
        fn ratings_change_by_the_fewest_steps(result in 0_usize..3, behaviour in 0_usize..3, wanted in 0_usize..5) {
            // Ratings are ordered best first.
            let nth = |index: usize| Expectation::iter().nth(index).expect("a rating");
            let wanted = Predicate::iter().nth(wanted).expect("a predicate");
            let input = ScoreInput::ratings(nth(result), nth(behaviour));
            let answer = what_would_reach(ratings(), &input, wanted).expect("an answer");
            let mut best: Option<usize> = None;
            for better in 0..=result {
                for other in 0..=behaviour {
                    let steps = result - better + behaviour - other;
                    if matrix(nth(better), nth(other)) <= wanted {
                        best = Some(best.map_or(steps, |best| best.min(steps)));
                    }
                }
            }
            prop_assert_eq!(answer.reached, best == Some(0));
            for changes in &answer.alternatives {
                let after = changes.iter().fold(input.clone(), |input, change| input.changed(change));
                let step = |change: &Change| match change {
                    Change::ResultRating { from, to } | Change::BehaviourRating { from, to } => {
                        Expectation::iter().position(|one| one == *from).expect("one")
                            - Expectation::iter().position(|one| one == *to).expect("one")
                    }
                    _ => 0,
                };
                prop_assert_eq!(Some(changes.iter().map(step).sum::<usize>()), best);
                prop_assert!(score(ratings(), &after).expect("scored").predicate <= wanted);
            }
        }
    }
}
