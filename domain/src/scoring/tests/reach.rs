//! What would lift a predicate: the least that does, and no less.

use super::*;
use crate::evaluation::{Expectation, OrgUnitPredicate, Predicate};
use Expectation::{Above, AsExpected, Below};
use Predicate::{Good, NeedsImprovement, VeryGood};

fn reach(input: &ScoreInput, wanted: Predicate) -> Reach {
    let document = if matches!(input.behaviour, Behaviour::Rating(_)) { ratings() } else { numeric() };
    what_would_reach(document, input, wanted).expect("an answer")
}

#[test]
fn the_fewest_steps_of_rating() {
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
    let there = reach(&ScoreInput::ratings(Above, Above), Good);
    assert!(there.reached && there.alternatives.is_empty());
}

#[test]
fn the_head_of_a_unit_can_change_behaviour_only() {
    let input = |unit| ScoreInput { results: Results::Unit(unit), ..ScoreInput::ratings(Above, AsExpected) };
    assert!(reach(&input(OrgUnitPredicate::Poor), Good).alternatives.is_empty());
    let outstanding = reach(&input(OrgUnitPredicate::Outstanding), VeryGood);
    assert_eq!(outstanding.alternatives, [vec![Change::BehaviourRating { from: AsExpected, to: Above }]]);
}

#[test]
fn each_single_figure_that_would_do() {
    // 70 % of (89 + 109) / 2 and 30 % of 60 = 87.3; wanted 90. The second row would need a score of 116.71,
    // which 108 % gives, and 107.50 is rounded to 108.
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
fn a_new_idea_alone_or_with_a_figure() {
    let input = figures(vec![row(vec![reached("110")])], vec![behaviour("90")]);
    assert_eq!(reach(&input, VeryGood).alternatives, [vec![Change::NewIdea]]);
    let input = figures(vec![row(vec![reached("100")])], vec![behaviour("100")]);
    let answer = reach(&input, VeryGood);
    assert!(answer.alternatives.iter().all(|changes| changes.contains(&Change::NewIdea)));
    assert!(!answer.alternatives.is_empty());
}

#[test]
fn all_together_where_no_single_one_does() {
    let input = figures(vec![row(vec![reached("10")]), row(vec![reached("10")])], vec![behaviour("10")]);
    let answer = reach(&input, Good);
    assert_eq!(answer.alternatives.len(), 1);
    let after = answer.alternatives[0].iter().fold(input, |input, change| input.changed(change));
    assert_eq!(score(numeric(), &after).expect("scored").predicate, Good);
}
