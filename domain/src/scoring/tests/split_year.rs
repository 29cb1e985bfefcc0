//! Years with several plans.

use super::{decimal, exact, figure, numeric, ratings};
use crate::{
    Key, Locale,
    rating::Predicate,
    scoring::{YearDecision, YearSegment, proposal, split_year},
};
use Predicate::{Good, NeedsImprovement, VeryGood};

fn part(months: u32, predicate: Predicate, score: Option<&str>) -> YearSegment {
    YearSegment { label: "Kepala Seksi".to_owned(), months, predicate, score: score.map(decimal) }
}

#[test]
fn halves_of_a_year_have_equal_weight() {
    let halves = [part(6, Good, Some("95")), part(6, Good, Some("88.50"))];
    let scored = split_year(numeric(), &halves, None, false).expect("scored");
    assert_eq!((scored.predicate, scored.score), (Good, Some(decimal("91.75"))));
    assert_eq!(scored.tree.verify(numeric()), []);
}

#[test]
fn parts_are_weighted_by_months() {
    let parts = [part(4, NeedsImprovement, Some("80")), part(7, VeryGood, Some("115"))];
    let scored = split_year(numeric(), &parts, None, true).expect("scored");
    assert_eq!(figure(&scored.tree, "TOTAL"), exact("1125/11"));
    assert_eq!(scored.predicate, Good);
    assert_eq!(scored.tree.verify(numeric()), []);
}

#[test]
fn last_rater_must_decide_with_a_reason() {
    let parts = [part(8, Good, None), part(4, NeedsImprovement, None)];
    let decision = YearDecision { predicate: Good, reason: "Target tahunan tercapai.".to_owned() };
    let scored = split_year(ratings(), &parts, Some(&decision), false).expect("decided");
    assert_eq!((scored.predicate, scored.score), (Good, None));
    assert_eq!(scored.tree.verify(ratings()), []);
    let sentence = scored.tree.root.sentence(Locale::Id);
    assert_eq!(
        sentence,
        "Diputuskan penilai terakhir: Baik, dengan melihat Baik 8 bulan, Butuh Perbaikan 4 bulan. Alasan: \
         Target tahunan tercapai."
    );
    let refused = split_year(ratings(), &parts, None, false).expect_err("no decision");
    assert_eq!(refused[0].path, ["decision"]);
    let silent = YearDecision { reason: " ".to_owned(), ..decision };
    let refused = split_year(ratings(), &parts, Some(&silent), false).expect_err("no reason");
    assert_eq!(refused[0].message.key(), Key::ReasonRequired);
}

#[test]
fn proposal_is_the_predicate_that_half_of_the_months_reach() {
    assert_eq!(proposal(&[part(6, Good, None), part(6, NeedsImprovement, None)]), Some(Good));
    assert_eq!(proposal(&[part(5, Good, None), part(7, NeedsImprovement, None)]), Some(NeedsImprovement));
    assert_eq!(proposal(&[]), None);
}

#[test]
fn invalid_parts_are_refused() {
    let paths = |parts: &[YearSegment]| {
        let refused = split_year(numeric(), parts, None, false).expect_err("refusals");
        refused.iter().map(|refusal| refusal.path.join(".")).collect::<Vec<_>>()
    };
    assert_eq!(paths(&[]), ["segments"]);
    assert_eq!(paths(&[part(0, Good, None)]), ["segments.0.months", "segments.0.score"]);
    assert_eq!(paths(&[part(7, Good, Some("1")), part(6, Good, Some("1"))]), ["segments"]);
    assert_eq!(
        paths(&[part(u32::MAX, Good, Some("-1"))]),
        ["segments", "segments.0.months", "segments.0.score"]
    );
}
