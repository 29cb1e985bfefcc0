//! Years with several plans: what the last rater sees, decides and explains.

use super::*;
use crate::{Locale, scoring::YearDecision};
use std::collections::BTreeSet;

fn other(number: u128, days: (&str, &str), status: EvaluationStatus) -> OtherPart {
    OtherPart {
        evaluation: crate::id::EvaluationId(uuid::Uuid::from_u128(number)),
        label: "Analis, Bidang Lama".to_owned(),
        starts_on: day(days.0),
        ends_on: day(days.1),
        status,
        predicate: status.is_final().then_some(Predicate::NeedsImprovement),
        score: None,
        rater: "Penilai Lama".to_owned(),
        objection_until: None,
        counts: BTreeSet::new(),
    }
}

/// The annual evaluation of a plan from July on, and these other parts of the year.
fn second_half(others: Vec<OtherPart>) -> (Evaluation, crate::testing::EvaluationFixture) {
    let draft = in_status(annual(), EvaluationStatus::RatedDraft);
    let mut fixture = crate::testing::EvaluationFixture::of(&draft);
    fixture.plan.starts_on = day("2026-07-01");
    fixture.year.others = others;
    (draft, fixture)
}

fn decided(predicate: Predicate) -> Finalisation {
    let reason = "Target tahunan tercapai.".to_owned();
    Finalisation { year_decision: Some(YearDecision { predicate, reason }), ..Finalisation::default() }
}

const FIRST_HALF: (&str, &str) = ("2026-01-01", "2026-06-30");

#[test]
fn the_last_rater_decides_and_sees_the_parts() {
    let (draft, fixture) = second_half(vec![other(1, FIRST_HALF, EvaluationStatus::Closed)]);
    let context = fixture.at(at(LATE));
    let view = draft.year_view(&context);
    let shown: Vec<_> = view.parts.iter().map(|part| (part.months, part.predicate, part.is_own)).collect();
    assert_eq!(shown, [(6, Some(Predicate::NeedsImprovement), false), (6, Some(Predicate::Good), true)]);
    assert_eq!(view.proposal, Some(Predicate::Good));

    let refused = draft.finalise(Finalisation::default(), &context).expect_err("undecided");
    assert_eq!(paths(&refused), ["yearDecision"]);
    assert_eq!(
        refused[0].message.render(Locale::En),
        "The year has several parts (Analis, Bidang Lama, 6 months: Needs improvement; Guru, 6 months: Good); \
         proposal: Good. Decide the predicate of the year and give a reason."
    );
    assert!(refused[0].message.render(Locale::Id).contains("6 bulan: Butuh Perbaikan"));
    let mut no_reason = decided(Predicate::Good);
    no_reason.year_decision.as_mut().expect("a decision").reason = " ".to_owned();
    let refused = draft.finalise(no_reason, &context).expect_err("no reason");
    assert_eq!(paths(&refused), ["yearDecision.reason"]);

    let last = draft.finalise(decided(Predicate::NeedsImprovement), &context).expect("final");
    assert_eq!(last.predicate, Some(Predicate::NeedsImprovement));
    let tree = last.detail.score.as_ref().expect("a tree");
    assert_eq!(tree.verify(context.document), []);
    assert_eq!(last.counted().len(), 1);
    let frozen = last.year_view(&context);
    assert_eq!(frozen.parts.len(), 2);
    assert_eq!(frozen.proposal, Some(Predicate::Good));
    assert_eq!(frozen.decision.map(|decision| decision.predicate), Some(Predicate::NeedsImprovement));
    // Later changes of other parts have no effect.
    let (_, empty) = second_half(Vec::new());
    assert_eq!(last.year_view(&empty.at(at(LATE))).parts.len(), 2);
    let again = last.reopen("Salah baca", HEAD, &context).expect("reopened");
    assert!(again.detail.inputs.is_none() && again.counted().is_empty());
}

#[test]
fn a_part_that_is_not_final_needs_a_reason() {
    let (draft, fixture) = second_half(vec![other(1, FIRST_HALF, EvaluationStatus::SelfReported)]);
    let context = fixture.at(at(LATE));
    assert_eq!(draft.year_view(&context).parts[0].awaits.as_deref(), Some("Penilai Lama"));
    let refused = draft.finalise(decided(Predicate::Good), &context).expect_err("awaited");
    assert_eq!(paths(&refused), ["yearGapReasons"]);
    assert_eq!(
        refused[0].message.render(Locale::En),
        "The part of the year Analis, Bidang Lama (6 months) is not final and waits for Penilai Lama; give a reason \
         to evaluate the year without it."
    );
    let evaluation = fixture.year.others[0].evaluation;
    let gap = |reason: &str| YearGap { evaluation, reason: reason.to_owned() };
    let with = |gaps: Vec<YearGap>| Finalisation { year_gap_reasons: gaps, ..decided(Predicate::Good) };
    let refused = draft.finalise(with(vec![gap(" "), gap("Dua kali")]), &context).expect_err("refused");
    assert_eq!(paths(&refused), ["yearGapReasons.0.reason", "yearGapReasons.1.evaluationId"]);
    let last = draft.finalise(with(vec![gap("Penilai lama pensiun")]), &context).expect("final");
    assert!(last.counted().is_empty(), "an omitted part may still change");
    assert_eq!(last.year_view(&context).parts[0].left_out.as_deref(), Some("Penilai lama pensiun"));
}

#[test]
fn only_the_last_of_several_parts_has_a_decision() {
    // No other part; an overlapping part; a part too short to count for a month.
    let beside = other(1, ("2026-03-01", "2026-12-31"), EvaluationStatus::Final);
    let days = other(1, ("2026-07-01", "2026-07-03"), EvaluationStatus::Final);
    for (others, starts) in [(vec![], "2026-07-01"), (vec![beside], "2026-07-01"), (vec![days], "2026-07-04")]
    {
        let (draft, mut fixture) = second_half(others);
        fixture.plan.starts_on = day(starts);
        let context = fixture.at(at(LATE));
        let refused = draft.finalise(decided(Predicate::Poor), &context).expect_err("nothing to decide");
        assert_eq!(refused[0].message.key(), Key::YearHasOnePart);
        let last = draft.finalise(Finalisation::default(), &context).expect("final");
        assert_eq!(last.predicate, Some(Predicate::Good));
        assert!(last.year_view(&context).parts.is_empty());
    }
    let (draft, mut fixture) = second_half(vec![other(1, FIRST_HALF, EvaluationStatus::Final)]);
    fixture.year.is_last = false;
    let last = draft.finalise(Finalisation::default(), &fixture.at(at(LATE))).expect("final");
    assert!(last.counted().is_empty());
    let periodic = in_status(periodic(), EvaluationStatus::RatedDraft);
    let (_, fixture) = second_half(vec![other(1, FIRST_HALF, EvaluationStatus::Final)]);
    assert!(periodic.year_view(&fixture.at(at(LATE))).parts.is_empty());
}

#[test]
fn a_part_counted_by_a_final_year_is_not_reopened() {
    let earlier = in_status(annual(), EvaluationStatus::Final);
    for (status, counted, locked) in [
        (EvaluationStatus::Final, true, true),
        (EvaluationStatus::Closed, true, true),
        (EvaluationStatus::RatedDraft, true, false),
        (EvaluationStatus::Final, false, false),
    ] {
        let mut later = other(2, ("2026-07-01", "2026-12-31"), status);
        later.counts.extend(counted.then_some(earlier.id));
        let mut fixture = crate::testing::EvaluationFixture::of(&earlier);
        fixture.plan.ends_on = day("2026-06-30");
        fixture.year = YearContext { is_last: false, others: vec![later], ..fixture.year };
        let result = earlier.reopen("Salah baca", HEAD, &fixture.at(at(LATE)));
        assert_eq!(result.is_err(), locked, "{status} {counted}");
        if let Err(refusal) = result {
            assert_eq!(refusal.message.key(), Key::LockedByYear);
        }
    }
}

#[test]
fn a_part_counts_with_its_own_result() {
    // The middle of three parts decided the year while it was the last. The third counts only its own result.
    let (draft, fixture) = second_half(vec![other(1, FIRST_HALF, EvaluationStatus::Final)]);
    let context = fixture.at(at(LATE));
    let middle = draft.finalise(decided(Predicate::Poor), &context).expect("final");
    let days = (day("2026-07-01"), day("2026-09-30"));
    let part = OtherPart::of(&middle, "Guru".to_owned(), days, context.document);
    assert_eq!((middle.predicate, part.predicate), (Some(Predicate::Poor), Some(Predicate::Good)));
    assert_eq!(part.counts, middle.counted());
}
