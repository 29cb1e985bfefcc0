//! The numeric scheme: achievements, band edges, weights, caps and the new idea.

use super::*;
use crate::{
    Key,
    rating::{Expectation, Predicate},
    regulation::ResultGroup,
};
use Direction::{HigherIsBetter, LowerIsBetter};

/// The achievement node of one indicator.
fn achieved(indicator: IndicatorFigures) -> ScoreNode {
    let scored = score(numeric(), &figures(vec![row(vec![indicator])], vec![behaviour("100")]));
    let tree = scored.expect("scored").tree;
    assert_eq!(tree.verify(numeric()), []);
    tree.nodes().into_iter().find(|node| node.code == "ACHIEVEMENT").expect("an achievement").clone()
}

fn indicator_score(indicator: IndicatorFigures) -> Exact {
    let scored = score(numeric(), &figures(vec![row(vec![indicator])], vec![behaviour("100")]));
    figure(&scored.expect("scored").tree, "INDICATOR")
}

#[test]
fn achievement_is_relative_to_the_nearest_end_of_the_target() {
    for (min, max, reached, direction, percent, counted) in [
        // A single target value.
        ("12", "12", "9", HigherIsBetter, "75", "75"),
        ("12", "12", "12", HigherIsBetter, "100", "100"),
        ("9", "9", "10.10", HigherIsBetter, "1010/9", "112"),
        ("3", "3", "0", HigherIsBetter, "0", "0"),
        ("10", "10", "12", LowerIsBetter, "80", "80"),
        ("10", "10", "8", LowerIsBetter, "120", "120"),
        ("10", "10", "0", LowerIsBetter, "200", "120"),
        ("10", "10", "25", LowerIsBetter, "-50", "0"),
        ("0", "0", "0", LowerIsBetter, "100", "100"),
        // A target range: a figure below it is divided by the lower end, and a figure above it by the upper end. A
        // figure inside it reaches the target.
        ("80", "90", "70", HigherIsBetter, "175/2", "88"),
        ("80", "90", "80", HigherIsBetter, "100", "100"),
        ("80", "90", "85", HigherIsBetter, "100", "100"),
        ("80", "90", "90", HigherIsBetter, "100", "100"),
        ("80", "90", "99", HigherIsBetter, "110", "110"),
        ("80", "90", "79.99", HigherIsBetter, "7999/80", "100"),
        ("3", "5", "6", LowerIsBetter, "80", "80"),
        ("3", "5", "4", LowerIsBetter, "100", "100"),
        ("4", "5", "3", LowerIsBetter, "125", "120"),
    ] {
        let node = achieved(indicator(min, max, reached, direction));
        assert_eq!(node.exact, percent, "{min}-{max} {reached} {direction}");
        assert_eq!(node.value, Some(decimal(counted)), "{min}-{max} {reached} {direction}");
        assert_eq!(node.rounding.as_deref(), Some("HALF_UP 0"));
    }
}

/// One published example of a target range contradicts the formula printed beside it. It is a known misprint, so we
/// apply the formula at both ends.
#[test]
fn formula_is_applied_instead_of_the_misprinted_example() {
    for (reached, by_formula) in [("72", "90"), ("72.90", "729/8"), ("94.50", "105")] {
        let node = achieved(indicator("80", "90", reached, HigherIsBetter));
        assert_eq!(node.exact, exact(by_formula).to_string(), "{reached}");
    }
}

#[test]
fn scores_at_every_band_edge() {
    for (percent, expected) in [
        ("0", "0"),
        ("1", "49/59"),
        ("30", "1470/59"),
        ("58", "2842/59"),
        ("59", "49"),
        ("59.49", "49"),
        ("59.50", "50"),
        ("60", "50"),
        ("70", "60"),
        ("79", "69"),
        ("79.50", "70"),
        ("80", "70"),
        ("99", "89"),
        ("99.49", "89"),
        ("99.50", "109"),
        ("100", "109"),
        ("100.49", "109"),
        ("100.50", "110"),
        ("101", "110"),
        ("105", "1030/9"),
        ("110", "120"),
        ("110.50", "120"),
        ("111", "120"),
        ("500", "120"),
    ] {
        assert_eq!(indicator_score(reached(percent)), exact(expected), "{percent} %");
    }
}

#[test]
fn reaching_a_maximum_target_gives_the_full_score() {
    for (percent, expected) in
        [("99.49", "89"), ("99.50", "120"), ("100", "120"), ("101", "120"), ("120", "120")]
    {
        let most = IndicatorFigures { target_is_maximum: true, ..reached(percent) };
        assert_eq!(indicator_score(most), exact(expected), "{percent} %");
    }
}

/// The predicate of a total score.
fn predicate_of_total(total: &str, new_idea: bool) -> Predicate {
    let document = numeric();
    let rules = document.numeric.as_ref().expect("numeric rules");
    rules.predicate(exact(total), new_idea).expect("a predicate").predicate
}

#[test]
fn predicates_at_every_edge() {
    use Predicate::{Good, NeedsImprovement, Poor, VeryGood, VeryPoor};
    for (total, with_idea, without) in [
        ("120", VeryGood, Good),
        ("110", VeryGood, Good),
        ("10999/100", Good, Good),
        ("90", Good, Good),
        ("8999/100", NeedsImprovement, NeedsImprovement),
        ("70", NeedsImprovement, NeedsImprovement),
        ("6999/100", Poor, Poor),
        ("50", Poor, Poor),
        ("4999/100", VeryPoor, VeryPoor),
        ("0", VeryPoor, VeryPoor),
    ] {
        assert_eq!(predicate_of_total(total, true), with_idea, "{total}");
        assert_eq!(predicate_of_total(total, false), without, "{total}");
    }
}

#[test]
fn new_idea_is_a_condition_and_adds_no_points() {
    let plain = figures(vec![row(vec![reached("110")])], vec![behaviour("100")]);
    let with_idea = ScoreInput { new_idea: true, ..plain.clone() };
    let (plain, with_idea) =
        (score(numeric(), &plain).expect("scored"), score(numeric(), &with_idea).expect("scored"));
    assert_eq!((plain.predicate, plain.score), (Predicate::Good, Some(decimal("114"))));
    assert_eq!((with_idea.predicate, with_idea.score), (Predicate::VeryGood, Some(decimal("114"))));
    let sentence = plain.tree.root.sentence(crate::Locale::Id);
    assert_eq!(sentence, "Nilai 114 mencapai 110, tetapi tanpa ide baru tidak menjadi Sangat Baik: Baik.");
}

#[test]
fn results_weigh_70_without_peers_and_60_with_them() {
    let document = completed();
    let rows = || vec![row(vec![reached("100")])];
    let alone = figures(rows(), vec![behaviour("90"), behaviour("80")]);
    let scored = score(&document, &alone).expect("scored");
    // 70 % of 109 and 30 % of 85.
    assert_eq!(figure(&scored.tree, "TOTAL"), exact("1018/10"));
    let asked =
        BehaviourScore { peers: Some(decimal("80")), subordinates: Some(decimal("70")), ..behaviour("90") };
    let with_peers = ScoreInput { peers: true, ..figures(rows(), vec![asked]) };
    let scored = score(&document, &with_peers).expect("scored");
    // 60 % of 109 and 40 % of (54 + 16 + 14).
    assert_eq!(figure(&scored.tree, "TOTAL"), exact("99"));
    assert_eq!(scored.tree.verify(&document), []);
}

#[test]
fn groups_of_high_leaders_weigh_60_and_40() {
    let of = |group, percent| ResultRow { group: Some(group), ..row(vec![reached(percent)]) };
    let rows = vec![
        of(ResultGroup::Agreement, "100"),
        of(ResultGroup::Agreement, "80"),
        of(ResultGroup::Initiative, "60"),
    ];
    let scored = score(numeric(), &figures(rows, vec![behaviour("100")])).expect("scored");
    // 60 % of (109 + 70) / 2 and 40 % of 50.
    assert_eq!(figure(&scored.tree, "RESULTS"), exact("737/10"));
    assert_eq!(scored.tree.verify(numeric()), []);
    let alone = vec![of(ResultGroup::Initiative, "60")];
    let scored = score(numeric(), &figures(alone, vec![behaviour("100")])).expect("scored");
    assert_eq!(figure(&scored.tree, "RESULTS"), exact("50"), "one group alone has all the weight");
}

fn additional(percent: &str, scope: AssignmentScope) -> ResultRow {
    ResultRow { kind: ResultKind::Additional, scope: Some(scope), ..row(vec![reached(percent)]) }
}

#[test]
fn additional_results_add_up_to_ten_points_by_category_and_scope() {
    let document = completed();
    let main = row(vec![reached("80")]);
    for (extra, expected) in [
        // 70 + 80 % x 10 % x 109.
        (vec![additional("100", AssignmentScope::BetweenUnits)], "1968/25"),
        // 70 + 60 % x 5 % x 70.
        (vec![additional("80", AssignmentScope::SameUnit)], "721/10"),
        // 70 + 100 % x 15 % x 120 = 18, cut to 10.
        (vec![additional("120", AssignmentScope::BetweenAgencies)], "80"),
        (
            vec![
                additional("100", AssignmentScope::BetweenUnits),
                additional("100", AssignmentScope::SameUnit),
            ],
            "80",
        ),
    ] {
        let rows = std::iter::once(main.clone()).chain(extra).collect();
        let scored = score(&document, &figures(rows, vec![behaviour("100")])).expect("scored");
        assert_eq!(figure(&scored.tree, "RESULTS"), exact(expected));
        assert_eq!(scored.tree.verify(&document), []);
    }
    let rows = vec![row(vec![reached("120")]), additional("120", AssignmentScope::BetweenAgencies)];
    let scored = score(&document, &figures(rows, vec![behaviour("120")])).expect("scored");
    assert_eq!(figure(&scored.tree, "RESULTS"), exact("120"), "never above the cap");
    assert_eq!(scored.score, Some(decimal("120")));
}

#[test]
fn missing_parameters_are_named() {
    let rows = vec![row(vec![reached("100")]), additional("100", AssignmentScope::SameUnit)];
    let refused = score(numeric(), &figures(rows, vec![behaviour("100")])).expect_err("incomplete");
    assert_eq!(refused[0].message.key(), Key::RegulationParameterMissing);
    assert!(refused[0].message.render(crate::Locale::En).contains("Weights of the scopes › Within the unit"));
    let asked =
        BehaviourScore { peers: Some(Decimal::ZERO), subordinates: Some(Decimal::ZERO), ..behaviour("90") };
    let unasked = figures(vec![row(vec![reached("100")])], vec![asked]);
    let refused = score(numeric(), &unasked).expect_err("peers are not asked");
    assert_eq!(
        (refused[0].path.join("."), refused[0].message.key()),
        ("peers".to_owned(), Key::PeersNotAsked)
    );
    let refused = score(numeric(), &ScoreInput { peers: true, ..unasked });
    assert_eq!(refused.expect_err("incomplete")[0].message.key(), Key::RegulationParameterMissing);
}

#[test]
fn all_refusals_of_an_input_are_returned_with_their_paths() {
    let bad = IndicatorFigures { target: Target { min: decimal("0"), max: decimal("0") }, ..reached("5") };
    let swapped =
        IndicatorFigures { target: Target { min: decimal("9"), max: decimal("3") }, ..reached("5") };
    let negative = reached("-1");
    let input = ScoreInput {
        peers: true,
        ..figures(
            vec![row(vec![bad, swapped]), row(vec![]), row(vec![negative])],
            vec![behaviour("121"), BehaviourScore { peers: Some(Decimal::ZERO), ..behaviour("1") }],
        )
    };
    let refused = score(numeric(), &input).expect_err("refusals");
    let mut found: Vec<String> = refused.iter().map(|refusal| refusal.path.join(".")).collect();
    found.sort();
    assert_eq!(
        found,
        [
            "behaviour.0.rater",
            "behaviour.1.subordinates",
            "results.0.indicators.0.targetMax",
            "results.0.indicators.1.targetMin",
            "results.1.indicators",
            "results.2.indicators.0.realisation",
        ]
    );
    for (document, input) in [
        (numeric(), ScoreInput::ratings(Expectation::Above, Expectation::Above)),
        (ratings(), figures(vec![row(vec![reached("1")])], vec![behaviour("1")])),
    ] {
        assert_eq!(score(document, &input).expect_err("the other scheme").len(), 1);
    }
}

#[test]
fn rating_scheme_suggests_a_rating_from_achievements() {
    for (percent, rating) in
        [("101", Expectation::Above), ("100", Expectation::AsExpected), ("99.40", Expectation::Below)]
    {
        let input = ScoreInput {
            results: Results::Rows(vec![row(vec![reached(percent)])]),
            ..ScoreInput::ratings(Expectation::Above, Expectation::AsExpected)
        };
        let scored = score(ratings(), &input).expect("scored");
        assert_eq!(scored.predicate, matrix(rating, Expectation::AsExpected), "{percent}");
        assert_eq!(scored.tree.verify(ratings()), []);
    }
}

/// PermenPANRB 8/2021 annex p. 67: (mean of the action plan + mean of the measurable main results) / 2.
#[test]
fn high_leaders_results_in_a_part_of_the_year() {
    let action = |indicator| ResultRow { is_action: true, ..row(vec![indicator]) };
    let most = IndicatorFigures { target_is_maximum: true, ..reached("100") };
    let rows = vec![
        action(most),              // 120, since the target can't be exceeded
        action(reached("100")),    // 109
        action(reached("90")),     // 80
        row(vec![reached("105")]), // 1030/9
        row(vec![reached("100")]), // 109
    ];
    let input = figures(rows, vec![behaviour("100")]);
    let scored = score(numeric(), &input).expect("scored");
    // (103 + 2011/18) / 2
    assert_eq!(figure(&scored.tree, "RESULTS"), exact("3865/36"));
    assert_eq!(scored.tree.verify(numeric()), []);
    let results = &scored.tree.root.children[0].children[0];
    assert_eq!(results.rule, "LEADER_IN_PART");
    assert_eq!(
        results.sentence(crate::Locale::En),
        "50 % x action plan 103 + 50 % x main results ≈111.72 ≈ 107.36."
    );
    assert!(results.sentence(crate::Locale::Id).contains("rencana aksi 103"));
    // If no main result can be measured yet, only the action plan counts.
    let early = figures(vec![action(reached("100")), action(reached("90"))], vec![behaviour("100")]);
    let scored = score(numeric(), &early).expect("scored");
    assert_eq!(figure(&scored.tree, "RESULTS"), exact("189/2"));
    assert_eq!(scored.tree.verify(numeric()), []);

    let mut rows = vec![action(reached("100")), row(vec![reached("100")])];
    rows[1].group = Some(ResultGroup::Agreement);
    let refused = score(numeric(), &figures(rows, vec![behaviour("100")])).expect_err("groups");
    assert_eq!(refused[0].path, ["results", "1", "group"]);
    let mut silent = numeric().clone();
    silent.numeric.as_mut().expect("numeric rules").leader_in_part = None;
    let refused = score(&silent, &input).expect_err("no rule");
    assert_eq!(refused[0].message.key(), Key::RegulationSectionMissing);
}

#[test]
fn maximum_target_has_a_category() {
    let mut lower = numeric().clone();
    lower.numeric.as_mut().expect("numeric rules").maximum_target_score.value = Some(decimal("100"));
    for (document, percent, category, sentence) in [
        (
            numeric(),
            "100",
            "VERY_GOOD",
            "Capaian 100 % dari target yang sudah maksimal (Sangat Baik): nilai 120.",
        ),
        (
            numeric(),
            "99.50",
            "VERY_GOOD",
            "Capaian 100 % dari target yang sudah maksimal (Sangat Baik): nilai 120.",
        ),
        (&lower, "100", "GOOD", "Capaian 100 % dari target yang sudah maksimal (Baik): nilai 100."),
        (numeric(), "90", "NEEDS_IMPROVEMENT", "Capaian 90 % (Cukup): 80-99 % menjadi nilai 70-89, jadi 80."),
    ] {
        let most = IndicatorFigures { target_is_maximum: true, ..reached(percent) };
        let scored =
            score(document, &figures(vec![row(vec![most])], vec![behaviour("100")])).expect("scored");
        let node =
            scored.tree.nodes().into_iter().find(|node| node.code == "INDICATOR").expect("a node").clone();
        assert_eq!(node.facts().get("CATEGORY"), Some(category), "{percent} %");
        assert_eq!(node.sentence(crate::Locale::Id), sentence);
        assert_eq!(scored.tree.verify(document), []);
    }
}

/// Scopes, groups and action plans belong to the numeric scheme. PermenPANRB 6/2022 has no weights of scopes: its
/// additional results are rows like the others.
#[test]
fn only_a_numeric_scheme_asks_for_the_classification_of_rows() {
    let more = ResultRow { kind: ResultKind::Additional, ..row(vec![reached("100")]) };
    let grouped = ResultRow { group: Some(ResultGroup::Agreement), ..row(vec![reached("100")]) };
    let action = ResultRow { is_action: true, ..row(vec![reached("100")]) };
    let main = row(vec![reached("100")]);
    for (rows, missing) in [
        (vec![main.clone(), more.clone()], vec!["results.1.scope"]),
        (vec![grouped.clone(), main.clone()], vec!["results.1.group"]),
        (vec![action.clone(), more.clone()], vec!["results.1.scope", "results.1.kind"]),
        (vec![action, grouped], vec!["results.1.group"]),
    ] {
        let refused =
            score(&completed(), &figures(rows.clone(), vec![behaviour("100")])).expect_err("missing");
        assert_eq!(refused.iter().map(|one| one.path.join(".")).collect::<Vec<_>>(), missing);
        let input = ScoreInput {
            results: Results::Rows(rows),
            ..ScoreInput::ratings(Expectation::Above, Expectation::AsExpected)
        };
        let scored = score(ratings(), &input).expect("scored");
        assert_eq!(scored.predicate, matrix(Expectation::AsExpected, Expectation::AsExpected));
        assert_eq!(scored.tree.verify(ratings()), []);
    }
    // Both schemes refuse what can't be computed, such as a count below zero.
    let below = IndicatorFigures { realisation: decimal("-1"), ..reached("100") };
    for document in [ratings(), &completed()] {
        let behaviour = match document.numeric {
            Some(_) => Behaviour::Scores(vec![behaviour("100")]),
            None => Behaviour::Rating(Expectation::AsExpected),
        };
        let rows = Results::Rows(vec![row(vec![below.clone()])]);
        let input = ScoreInput { behaviour, ..figures(Vec::new(), Vec::new()) };
        let refused = score(document, &ScoreInput { results: rows, ..input }).expect_err("negative");
        assert_eq!(refused[0].path.join("."), "results.0.indicators.0.realisation");
    }
}
