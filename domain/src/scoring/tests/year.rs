//! Scoring a year with several plans.

use super::*;
use crate::{
    Locale,
    id::EvaluationId,
    rating::{Expectation, Predicate},
    regulation::SplitYear,
    time::Date,
};
use Expectation::{Above, AsExpected, Below};
use Predicate::{Good, NeedsImprovement, VeryGood};
use proptest::prelude::*;
use strum::IntoEnumIterator;

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn before(months: u32, predicate: Predicate, score: Option<&str>) -> EarlierPart {
    EarlierPart {
        evaluation: EvaluationId(uuid::Uuid::from_u128(7)),
        label: "Analis, Bidang Lama".to_owned(),
        months,
        result: PartResult::Rated { predicate, score: score.map(decimal) },
    }
}

fn year(months: u32, before: Vec<EarlierPart>, decision: Option<Predicate>) -> Option<YearInput> {
    let reason = "Target tahunan tercapai.".to_owned();
    Some(YearInput {
        label: "Kepala Seksi, Bidang Baru".to_owned(),
        months,
        before,
        decision: decision.map(|predicate| YearDecision { predicate, reason }),
    })
}

#[test]
fn month_counts_for_the_part_with_most_of_its_days() {
    for (parts, expected) in [
        (vec![("2026-01-01", "2026-06-30"), ("2026-07-01", "2026-12-31")], vec![6, 6]),
        // 15 of 31 days of July, then 16.
        (vec![("2026-01-01", "2026-07-15"), ("2026-07-16", "2026-12-31")], vec![6, 6]),
        (vec![("2026-01-01", "2026-07-16"), ("2026-07-17", "2026-12-31")], vec![7, 5]),
        // On a tie, it counts for the later part: 15 of 30 days of June each.
        (vec![("2026-01-01", "2026-06-15"), ("2026-06-16", "2026-12-31")], vec![5, 7]),
        // A gap of whole months, such as leave without a plan, counts for no part.
        (vec![("2026-01-01", "2026-03-31"), ("2026-06-01", "2026-12-31")], vec![3, 7]),
        // A month counts for a part with only a few days of it, unless another part has more.
        (
            vec![("2026-01-01", "2026-11-30"), ("2026-12-01", "2026-12-03"), ("2026-12-04", "2026-12-31")],
            vec![11, 0, 1],
        ),
        (vec![("2026-02-25", "2026-12-19"), ("2026-12-20", "2026-12-31")], vec![11, 0]),
        (vec![], vec![]),
    ] {
        let days: Vec<(Date, Date)> = parts.iter().map(|(from, to)| (day(from), day(to))).collect();
        assert_eq!(months_of_parts(&days), expected, "{parts:?}");
    }
}

#[test]
fn root_is_the_decision_with_the_own_matrix_below() {
    let months = vec![before(8, NeedsImprovement, None)];
    let input =
        ScoreInput { year: year(4, months, Some(NeedsImprovement)), ..ScoreInput::ratings(Above, Above) };
    let scored = score(ratings(), &input).expect("scored");
    assert_eq!((scored.predicate, scored.score), (NeedsImprovement, None));
    assert_eq!(scored.tree.verify(ratings()), []);
    assert_eq!(scored.tree.own_part(ratings()), Some((VeryGood, None)));
    let shape: Vec<(&str, &str, &str)> = scored
        .tree
        .nodes()
        .into_iter()
        .map(|node| (node.id.as_str(), node.rule.as_str(), node.exact.as_str()))
        .collect();
    assert_eq!(
        shape,
        [
            ("1", "DECISION", "NEEDS_IMPROVEMENT"),
            ("1.1", "SEGMENT", "NEEDS_IMPROVEMENT"),
            ("1.2", "OWN_SEGMENT", "VERY_GOOD"),
            ("1.2.1", "MATRIX", "VERY_GOOD"),
            ("1.2.1.1", "RATING", "ABOVE"),
            ("1.2.1.2", "RATING", "ABOVE"),
        ]
    );
    let text = scored.tree.explanation_text(Locale::En);
    for line in [
        "Predicate: Needs improvement",
        "Decided by the last rater: Needs improvement, in view of Very good 4 months, Needs improvement 8 months. \
         Reason: Target tahunan tercapai.",
        "8 months: Needs improvement.",
        "4 months in this assignment: Very good.",
        "Results above expectation and behaviour above expectation: the predicate is Very good.",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn part_without_a_result_is_left_out_and_explained() {
    let silent = EarlierPart {
        result: PartResult::LeftOut { reason: "Penilai lama sudah pensiun.".to_owned() },
        ..before(3, Good, None)
    };
    let input =
        ScoreInput { year: year(9, vec![silent], Some(Good)), ..ScoreInput::ratings(AsExpected, Above) };
    let scored = score(ratings(), &input).expect("scored");
    assert_eq!(scored.tree.verify(ratings()), []);
    let text = scored.tree.explanation_text(Locale::Id);
    assert!(text.contains("Baik 9 bulan, 3 bulan tanpa hasil."), "{text}");
    assert!(text.contains("3 bulan tanpa hasil yang final, tidak dihitung. Alasan: Penilai lama"), "{text}");
}

#[test]
fn scores_are_weighted_by_their_months() {
    // 4 months of 80 and 8 months of 109 x 70 % + 100 x 30 % = 106.3: (320 + 850.4) / 12.
    let plain = figures(vec![row(vec![reached("100")])], vec![behaviour("100")]);
    let parts = vec![before(4, NeedsImprovement, Some("80"))];
    let input = ScoreInput { year: year(8, parts, None), ..plain.clone() };
    let scored = score(numeric(), &input).expect("scored");
    assert_eq!((scored.predicate, scored.score), (Good, Some(decimal("97.53"))));
    assert_eq!(scored.tree.root.facts().number("SCORE"), Some(exact("2926/30")));
    assert_eq!(scored.tree.verify(numeric()), []);
    assert_eq!(scored.tree.own_part(numeric()), Some((Good, Some(decimal("106.30")))));
    assert_eq!(scored.tree.depth(), 6);
    let sentence = scored.tree.root.sentence(Locale::Id);
    assert_eq!(
        sentence,
        "Rata-rata menurut bulan: (4 x 80 + 8 x 106,3) / 12 ≈ 97,53. Nilai ≈97,53 mencapai batas bawah 90: Baik."
    );
    let unscored = ScoreInput { year: year(8, vec![before(4, Good, None)], None), ..plain };
    let refused = score(numeric(), &unscored).expect_err("no score");
    assert_eq!(refused[0].path, ["year", "before", "0", "score"]);
}

#[test]
fn last_rater_can_decide_in_a_numeric_scheme() {
    let mut document = completed();
    document.split_year.value = Some(SplitYear::LastRaterDecides);
    let plain = figures(vec![row(vec![reached("100")])], vec![behaviour("100")]);
    let input = ScoreInput { year: year(8, vec![before(4, Good, Some("91"))], Some(Good)), ..plain };
    let scored = score(&document, &input).expect("scored");
    assert_eq!((scored.predicate, scored.score), (Good, Some(decimal("106.30"))));
    assert_eq!(scored.tree.verify(&document), []);
    assert_eq!(scored.tree.depth(), DEPTH_MAX);
}

#[test]
fn year_without_a_decision_is_refused() {
    let undecided =
        ScoreInput { year: year(6, vec![before(6, Good, None)], None), ..ScoreInput::ratings(Below, Above) };
    let refused = score(ratings(), &undecided).expect_err("no decision");
    assert_eq!(refused[0].path, ["decision"]);
    let long = ScoreInput {
        year: year(7, vec![before(6, Good, None)], Some(Good)),
        ..ScoreInput::ratings(Below, Above)
    };
    assert_eq!(score(ratings(), &long).expect_err("13 months")[0].path, ["year", "months"]);
}

fn any_predicate() -> impl Strategy<Value = Predicate> {
    (0_usize..5).prop_map(|index| Predicate::iter().nth(index).expect("a predicate"))
}

prop_compose! {
    fn any_year()(
        parts in prop::collection::vec((1_u32..4, any_predicate(), 0_i64..=12_000, any::<bool>()), 1..4),
        own in 0_u32..4,
        decided in any_predicate(),
    ) -> YearInput {
        let parts = parts.into_iter().map(|(months, predicate, score, counts)| EarlierPart {
            result: if counts {
                PartResult::Rated { predicate, score: Some(Decimal::from_hundredths(score)) }
            } else {
                PartResult::LeftOut { reason: "Tidak dinilai \"tepat waktu\"".to_owned() }
            },
            ..before(months, predicate, None)
        });
        year(own, parts.collect(), Some(decided)).expect("a year")
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn tree_of_a_year_verifies_until_a_part_is_altered(
        year in any_year(),
        reached_percent in 0_i64..15_000,
        numeric_scheme: bool,
        at in 0_usize..4,
        months in 1_u32..13,
    ) {
        let percent = Decimal::from_hundredths(reached_percent).to_string();
        let (document, input) = if numeric_scheme {
            let year = YearInput { decision: None, ..year.clone() };
            let plain = figures(vec![row(vec![reached(&percent)])], vec![behaviour("91.50")]);
            (numeric(), ScoreInput { year: Some(year), ..plain })
        } else {
            (ratings(), ScoreInput { year: Some(year.clone()), ..ScoreInput::ratings(AsExpected, Below) })
        };
        let scored = score(document, &input).expect("scored");
        prop_assert_eq!(scored.tree.verify(document), vec![]);
        prop_assert!(scored.tree.depth() <= 6);
        let decided = year.decision.map(|decision| decision.predicate);
        prop_assert!(numeric_scheme || Some(scored.predicate) == decided);
        let json = serde_json::to_string(&scored.tree).expect("JSON");
        prop_assert_eq!(&serde_json::from_str::<ScoreTree>(&json).expect("a tree"), &scored.tree);
        for node in scored.tree.nodes() {
            for locale in [Locale::Id, Locale::En] {
                prop_assert!(!node.sentence(locale).is_empty(), "{} {}", node.rule, node.id);
            }
        }
        // Someone tampers with a part's months or predicate.
        let mut altered = scored.tree.clone();
        let index = at % altered.root.children.len();
        let part = &mut altered.root.children[index];
        let facts = part.facts();
        let counted_with = facts.get("MONTHS").map(str::to_owned);
        part.input = Some(facts.and(&Facts::default().with("MONTHS", months)).to_string());
        let counts = part.code != "LEFT_OUT" || !numeric_scheme;
        if counts && counted_with != Some(months.to_string()) {
            prop_assert!(!altered.verify(document).is_empty(), "{:?}", altered.root);
        }
        let mut altered = scored.tree.clone();
        altered.root.children[index].exact = "GOOD_".to_owned();
        prop_assert!(!altered.verify(document).is_empty());
    }

    #[test]
    fn months_of_adjacent_parts_add_up_to_twelve(cuts in prop::collection::vec(1_u32..365, 0..5)) {
        let mut starts: Vec<u32> = std::iter::once(0).chain(cuts).collect();
        starts.sort_unstable();
        starts.dedup();
        let of = |number: u32| day("2026-01-01") + chrono::Days::new(number.into());
        let parts: Vec<(Date, Date)> = starts
            .iter()
            .enumerate()
            .map(|(index, from)| (of(*from), of(starts.get(index + 1).copied().unwrap_or(365) - 1)))
            .collect();
        prop_assert_eq!(months_of_parts(&parts).into_iter().sum::<u32>(), 12);
    }
}
