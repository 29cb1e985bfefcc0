//! Credit points: rounding edges, every level and predicate, and months by level.

use super::{decimal, exact, figure, ratings};
use crate::{
    Key,
    rating::Predicate,
    scoring::{CreditSegment, Exact, months_by_level, simulate_credit_points},
    time::Date,
};
use Predicate::{Good, NeedsImprovement, Poor, VeryGood, VeryPoor};

fn segment(months: u32, predicate: Predicate) -> CreditSegment {
    CreditSegment { level: None, months, predicate }
}

#[test]
fn credit_points_are_rounded_half_up() {
    for (level, months, predicate, unrounded, points) in [
        ("TR", 9, VeryGood, "45/8", "5.63"),
        ("Ahli Pertama", 3, Good, "25/8", "3.13"),
        ("MA", 12, NeedsImprovement, "225/8", "28.13"),
        ("PM", 12, NeedsImprovement, "45/16", "2.81"),
        ("mu", 12, VeryGood, "75/2", "37.50"),
        ("MU", 1, VeryPoor, "25/48", "0.52"),
        ("UT", 12, Good, "50", "50"),
        ("PY", 6, Poor, "25/4", "6.25"),
        ("MH", 12, Good, "25/2", "12.50"),
    ] {
        let credited =
            simulate_credit_points(ratings(), level, &[segment(months, predicate)]).expect("points");
        assert_eq!(credited.points, decimal(points), "{level}");
        assert_eq!(credited.tree.root.exact, unrounded, "{level}");
        assert_eq!(credited.tree.verify(ratings()), []);
    }
}

#[test]
fn only_the_sum_is_rounded() {
    // 3.125 and 3.125: rounded separately they would give 6.26.
    let parts = [segment(3, Good), segment(3, Good)];
    let credited = simulate_credit_points(ratings(), "PT", &parts).expect("points");
    assert_eq!(credited.points, decimal("6.25"));
    let parts = [segment(1, NeedsImprovement), segment(1, NeedsImprovement), segment(1, NeedsImprovement)];
    let credited = simulate_credit_points(ratings(), "MA", &parts).expect("points");
    assert_eq!(figure(&credited.tree, "CREDIT_SEGMENT"), exact("75/32"));
    assert_eq!(credited.points, decimal("7.03"));
}

#[test]
fn segment_at_a_higher_level_uses_its_coefficient() {
    let parts = [
        segment(6, Good),
        CreditSegment { level: Some("Ahli Muda".to_owned()), months: 6, predicate: VeryGood },
    ];
    let credited = simulate_credit_points(ratings(), "Ahli Pertama", &parts).expect("points");
    // 6.25 + 18.75.
    assert_eq!(credited.points, decimal("25"));
    assert_eq!((credited.for_rank, credited.for_level), (Some(decimal("50")), Some(decimal("100"))));
}

#[test]
fn month_counts_for_the_level_on_its_first_day() {
    let day = |text: &str| text.parse::<Date>().expect("a date");
    let levels = [(day("2020-01-01"), "PT"), (day("2026-04-01"), "MU"), (day("2026-07-02"), "MA")];
    assert_eq!(
        months_by_level(day("2026-01-01"), day("2026-12-31"), &levels),
        [("PT", 3), ("MU", 4), ("MA", 5)]
    );
    assert_eq!(months_by_level(day("2026-03-02"), day("2026-04-30"), &levels), [("MU", 1)]);
    assert_eq!(months_by_level(day("2019-11-01"), day("2020-01-01"), &levels), [("PT", 1)]);
    assert_eq!(months_by_level(day("2026-05-01"), day("2026-04-01"), &levels), []);
}

#[test]
fn invalid_inputs_are_refused() {
    let level = simulate_credit_points(ratings(), "XX", &[segment(0, Good), segment(13, Good)]);
    let keys: Vec<_> = level.expect_err("refusals").iter().map(|refusal| refusal.message.key()).collect();
    assert_eq!(keys, [Key::Unknown, Key::OutOfRange, Key::OutOfRange]);
    let none = simulate_credit_points(ratings(), "PT", &[]).expect_err("no months");
    assert_eq!(none[0].message.key(), Key::NoSegments);
    let other = simulate_credit_points(super::numeric(), "PT", &[segment(1, Good)]).expect_err("no rules");
    assert_eq!(other[0].message.key(), Key::RegulationSectionMissing);
    let huge = vec![segment(u32::MAX, Good); 200];
    assert!(simulate_credit_points(ratings(), "PT", &huge).is_err());
}

#[test]
fn every_segment_counts_or_is_refused() {
    for months in [1, 99, 100, 101, 120] {
        let parts = vec![segment(1, Good); months];
        let credited = simulate_credit_points(ratings(), "PT", &parts).expect("points");
        assert_eq!(credited.tree.root.children.len(), months);
        let each = exact("25/24");
        assert_eq!(credited.tree.root.exact, Exact::sum(vec![each; months]).expect("a sum").to_string());
        assert_eq!(credited.tree.verify(ratings()), []);
    }
    // Even empty segments are not dropped: each would be refused, so the list is.
    for (segments, months) in [(121, 1), (121, 0), (5_000, 0)] {
        let parts = vec![segment(months, Good); segments];
        let refused = simulate_credit_points(ratings(), "PT", &parts).expect_err("too many");
        let at_list: Vec<_> = refused.iter().filter(|one| one.path == ["segments"]).collect();
        assert!(at_list.iter().any(|one| one.message.key() == Key::TooMany), "{segments} {months}");
    }
    let mut parts = vec![segment(1, Good); 110];
    parts[104].months = 0;
    parts[109].level = Some("XX".to_owned());
    let refused = simulate_credit_points(ratings(), "PT", &parts).expect_err("refused");
    let paths: Vec<String> = refused.iter().map(|one| one.path.join(".")).collect();
    assert_eq!(paths, ["segments.104.months", "segments.109.level"]);
}

#[test]
fn every_month_of_a_long_career_counts() {
    let day = |text: &str| text.parse::<Date>().expect("a date");
    let levels = [(day("1990-01-01"), "PT"), (day("2010-01-01"), "MU")];
    assert_eq!(months_by_level(day("1990-01-01"), day("2019-12-31"), &levels), [("PT", 240), ("MU", 120)]);
}
