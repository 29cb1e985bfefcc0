//! Reports, drafts and finalisation.

use super::*;
use crate::{id::CriterionId, id::ResultId, scoring::matrix};
use proptest::prelude::*;

fn reported() -> Evaluation {
    in_status(periodic(), EvaluationStatus::SelfReported)
}

fn refused_paths(rating: Rating) -> Vec<String> {
    let evaluation = reported();
    let fixture = EvaluationFixture::of(&evaluation);
    paths(&evaluation.rate(rating, &fixture.at(at("2026-04-10 10:00"))).map(drop).err().unwrap_or_default())
}

#[test]
fn without_a_report_the_rater_needs_a_reason_and_a_passed_deadline() {
    let evaluation = periodic();
    let fixture = EvaluationFixture::of(&evaluation);
    let rate = |when: &str, why: Option<&str>| {
        let rating = Rating { unrated_report_reason: why.map(str::to_owned), ..as_expected() };
        evaluation.rate(rating, &fixture.at(at(when)))
    };
    let refusals = rate("2026-04-07 23:59", Some("Tidak melapor")).expect_err("too early");
    assert_eq!(refusals[0].message.key(), Key::ReportAwaited);
    let refusals = rate("2026-04-08 00:00", None).expect_err("no reason");
    assert_eq!(paths(&refusals), ["unratedReportReason"]);
    let rated = rate("2026-04-08 00:00", Some("Tidak melapor")).expect("rated");
    let again = rated.rate(Rating { unrated_report_reason: None, ..as_expected() }, &fixture.at(at(LATE)));
    assert_eq!(again.expect("rated").detail.unrated_report_reason.as_deref(), Some("Tidak melapor"));
}

#[test]
fn a_rating_other_than_as_expected_needs_a_reason() {
    for rating in Expectation::iter() {
        let off = rating != Expectation::AsExpected;
        let results = Rating { result_rating: Some(rating), ..as_expected() };
        assert_eq!(!refused_paths(results.clone()).is_empty(), off, "{rating}");
        let behaviour = Rating { behaviour_rating: Some(rating), ..as_expected() };
        assert_eq!(!refused_paths(behaviour).is_empty(), off, "{rating}");
        let reasoned = Rating { result_reason: Some("Melampaui target".to_owned()), ..results };
        assert!(refused_paths(reasoned).is_empty(), "{rating}");
    }
    let both = Rating {
        result_rating: Some(Expectation::Above),
        behaviour_rating: Some(Expectation::Below),
        result_reason: Some("  ".to_owned()),
        ..as_expected()
    };
    assert_eq!(refused_paths(both), ["resultReason", "behaviourReason"]);
}

#[test]
fn ratings_of_rows_and_values_must_exist_in_the_plan_once() {
    let row = |id: u128| RowRating { result: ResultId(uuid(id)), rating: Expectation::Above, note: None };
    let value =
        |id: u128| ValueRating { criterion: CriterionId(uuid(id)), rating: Expectation::Below, note: None };
    let good = Rating {
        result_ratings: vec![row(100)],
        behaviour_ratings: vec![value(61), value(62)],
        ..as_expected()
    };
    assert!(refused_paths(good).is_empty(), "they need no reason");
    let bad = Rating {
        result_ratings: vec![row(100), row(100), row(999)],
        behaviour_ratings: vec![ValueRating { note: Some("x".repeat(2_001)), ..value(61) }, value(999)],
        ..as_expected()
    };
    assert_eq!(
        refused_paths(bad),
        [
            "resultRatings.1.planResultId",
            "resultRatings.2.planResultId",
            "behaviourRatings.0.note",
            "behaviourRatings.1.criterionId"
        ]
    );
}

#[test]
fn a_report_names_rows_and_indicators_of_the_plan() {
    let evaluation = periodic();
    let fixture = EvaluationFixture::of(&evaluation);
    let refused = |change: &dyn Fn(&mut Report)| {
        let mut report = report();
        change(&mut report);
        let result = evaluation.report_realisation(report, &fixture.at(at("2026-04-02 10:00")));
        paths(&result.map(drop).err().unwrap_or_default())
    };
    assert!(refused(&|_| ()).is_empty());
    assert_eq!(refused(&|report| report.realisations.clear()), ["realisations"]);
    assert_eq!(
        refused(&|report| report.realisations[0].result = ResultId(uuid(999))),
        ["realisations.0.planResultId"]
    );
    assert_eq!(
        refused(&|report| report.realisations[0].indicator = Some(crate::id::IndicatorId(uuid(999)))),
        ["realisations.0.indicatorId"]
    );
    assert_eq!(
        refused(&|report| {
            report.realisations[0].text.clear();
            report.realisations[0].value = None;
        }),
        ["realisations.0.text"]
    );
    assert_eq!(
        refused(&|report| {
            let one = report.realisations[0].clone();
            report.realisations.push(one);
        }),
        ["realisations.1.planResultId"]
    );
    assert_eq!(refused(&|report| report.self_note = Some("x".repeat(2_001))), ["selfNote"]);
}

#[test]
fn final_needs_both_ratings_and_the_units_predicate_or_a_reason() {
    let draft = in_status(periodic(), EvaluationStatus::RatedDraft);
    let fixture = EvaluationFixture::of(&draft);
    let context = fixture.at(at("2026-04-10 10:00"));
    let bare = Evaluation { result_rating: None, behaviour_rating: None, ..draft.clone() };
    let refusals = bare.finalise(Finalisation::default(), &context).expect_err("refused");
    assert_eq!(paths(&refusals), ["resultRating", "behaviourRating"]);
    let missing = EvaluationContext { unit_predicate: None, ..context.clone() };
    let refusals = draft.finalise(Finalisation::default(), &missing).expect_err("refused");
    assert_eq!(paths(&refusals), ["missingUnitPredicateReason"]);
    let reason = Finalisation {
        missing_unit_predicate_reason: Some("Belum ditetapkan".to_owned()),
        ..Finalisation::default()
    };
    let flagged = draft.finalise(reason.clone(), &missing).expect("final");
    assert_eq!(flagged.unit_predicate, None);
    assert_eq!(flagged.detail.missing_unit_predicate_reason.as_deref(), Some("Belum ditetapkan"));
    let set = draft.finalise(reason, &context).expect("final");
    assert_eq!(set.unit_predicate, Some(OrgUnitPredicate::Good));
    assert_eq!(set.detail.missing_unit_predicate_reason, None, "there is nothing to explain");
    assert_eq!(set.detail.revision, fixture.plan.effective().map(|revision| revision.id));
    assert_eq!(set.finalised_at, Some(context.at));
}

#[test]
fn the_year_needs_its_parts_finished_or_each_gap_explained() {
    let draft = in_status(annual(), EvaluationStatus::RatedDraft);
    let mut fixture = EvaluationFixture::of(&draft);
    fixture.periodic[1].status = EvaluationStatus::RatedDraft;
    fixture.periodic[3].status = EvaluationStatus::Open;
    let context = fixture.at(at(LATE));
    let gap =
        |index: usize| Gap { period: fixture.periodic[index].period, reason: "Cuti melahirkan".to_owned() };
    let finalise = |gap_reasons: Vec<Gap>| {
        paths(
            &draft
                .finalise(Finalisation { gap_reasons, ..Finalisation::default() }, &context)
                .map(drop)
                .err()
                .unwrap_or_default(),
        )
    };
    assert_eq!(finalise(vec![]), ["gapReasons"]);
    assert_eq!(finalise(vec![gap(1)]), ["gapReasons"]);
    assert!(finalise(vec![gap(1), gap(3)]).is_empty());
    assert_eq!(finalise(vec![gap(1), gap(3), gap(0)]), ["gapReasons.2.periodId"], "that part is finished");
    assert_eq!(finalise(vec![gap(1), gap(3), gap(3)]), ["gapReasons.2.periodId"], "twice");
    assert_eq!(finalise(vec![gap(1), Gap { reason: " ".to_owned(), ..gap(3) }]), ["gapReasons.1.reason"]);
}

#[test]
fn reopening_clears_the_result_and_records_the_reason() {
    let draft = in_status(periodic(), EvaluationStatus::RatedDraft);
    let fixture = EvaluationFixture::of(&draft);
    let context = fixture.at(at("2026-04-10 10:00"));
    let last = draft.finalise(Finalisation::default(), &context).expect("final");
    assert!(last.reopen(" ", HEAD, &context).is_err());
    let again = last.reopen("Salah baca", HEAD, &context).expect("reopened");
    assert_eq!(again.status, EvaluationStatus::RatedDraft);
    assert_eq!((again.predicate, again.unit_predicate, again.finalised_at), (None, None, None));
    assert_eq!((again.detail.score.as_ref(), again.detail.revision), (None, None));
    assert_eq!(again.result_rating, last.result_rating, "the draft is what was final");
    assert_eq!(again.detail.reopenings.len(), 1);
    let annual_is_final = EvaluationContext { annual: Some(EvaluationStatus::Final), ..context };
    let refusal =
        last.reopen("Salah baca", HEAD, &annual_is_final).expect_err("the final year depends on it");
    assert_eq!(refusal.message.key(), Key::LockedByEvaluation);
}

#[test]
fn without_ratings_keeps_the_report_and_removes_the_judgement() {
    let evaluation = periodic();
    let fixture = EvaluationFixture::of(&evaluation);
    let context = fixture.at(at("2026-04-10 10:00"));
    let secret = "RAHASIA";
    let rating = Rating {
        result_rating: Some(Expectation::Above),
        behaviour_rating: Some(Expectation::Below),
        result_reason: Some(secret.to_owned()),
        behaviour_reason: Some(secret.to_owned()),
        result_ratings: vec![RowRating {
            result: crate::testing::RESULT,
            rating: Expectation::Above,
            note: Some(secret.to_owned()),
        }],
        behaviour_ratings: vec![ValueRating {
            criterion: CriterionId(uuid(61)),
            rating: Expectation::Below,
            note: Some(secret.to_owned()),
        }],
        unrated_report_reason: Some(secret.to_owned()),
        scores: None,
    };
    let reported = evaluation.report_realisation(report(), &context).expect("reported");
    let rated = reported.rate(rating, &context).expect("rated");
    let why =
        Finalisation { missing_unit_predicate_reason: Some(secret.to_owned()), ..Finalisation::default() };
    let missing = EvaluationContext { unit_predicate: None, ..context };
    for full in [rated.finalise(why, &missing).expect("final"), rated] {
        let redacted = full.without_ratings();
        let json = serde_json::to_string(&redacted).expect("JSON");
        assert!(!json.contains(secret) && !json.contains("ABOVE") && !json.contains("BELOW"), "{json}");
        assert_eq!(redacted.detail.realisations, full.detail.realisations);
        assert_eq!(redacted.status, full.status);
    }
}

proptest! {
    #[test]
    fn only_a_final_evaluation_has_a_predicate_and_it_comes_from_the_matrix(
        steps in proptest::collection::vec((0..5_u8, 0..3_usize, 0..3_usize), 0..30),
    ) {
        let levels: Vec<Expectation> = Expectation::iter().collect();
        let mut evaluation = periodic();
        let fixture = EvaluationFixture::of(&evaluation);
        let context = fixture.at(at(LATE));
        for (verb, result, behaviour) in steps {
            let rating = Rating {
                result_rating: levels.get(result).copied(),
                behaviour_rating: levels.get(behaviour).copied(),
                result_reason: Some("a".to_owned()),
                behaviour_reason: Some("b".to_owned()),
                unrated_report_reason: Some("c".to_owned()),
                ..Rating::default()
            };
            let next = match verb {
                0 => evaluation.report_realisation(report(), &context).ok(),
                1 => evaluation.rate(rating, &context).ok(),
                2 => evaluation.finalise(Finalisation::default(), &context).ok(),
                3 => evaluation.reopen("x", HEAD, &context).ok(),
                _ if result == 0 => evaluation.close(&context).ok(),
                _ => None,
            };
            let Some(next) = next else { continue };
            evaluation = next;
            let expected = evaluation
                .result_rating
                .zip(evaluation.behaviour_rating)
                .filter(|_| evaluation.status.is_final())
                .map(|(result, behaviour)| matrix(result, behaviour));
            prop_assert_eq!(evaluation.predicate, expected);
            prop_assert_eq!(evaluation.detail.score.is_some(), expected.is_some());
            prop_assert_eq!(evaluation.status.is_final(), expected.is_some());
        }
    }
}

#[test]
fn the_result_of_a_units_head_follows_the_units_predicate() {
    let draft = in_status(periodic(), EvaluationStatus::RatedDraft);
    let fixture = EvaluationFixture::of(&draft);
    let head = EvaluationContext { heads_unit: true, ..fixture.at(at("2026-04-10 10:00")) };
    for (unit, result, predicate) in [
        (OrgUnitPredicate::Outstanding, Expectation::Above, Predicate::Good),
        (OrgUnitPredicate::Good, Expectation::AsExpected, Predicate::Good),
        (OrgUnitPredicate::Poor, Expectation::Below, Predicate::NeedsImprovement),
    ] {
        let context = EvaluationContext { unit_predicate: Some(unit), ..head.clone() };
        // With and without the rater's own rating.
        for own in [Some(Expectation::AsExpected), None] {
            let draft = Evaluation { result_rating: own, ..draft.clone() };
            let last = draft.finalise(Finalisation::default(), &context).expect("final");
            assert_eq!((last.result_rating, last.predicate), (Some(result), Some(predicate)), "{unit}");
            assert_eq!(last.detail.own_result_rating, own);
            let inputs = last.detail.inputs.as_ref().map(|inputs| &inputs.results);
            assert_eq!(inputs, Some(&crate::scoring::Results::Unit(unit)));
            let again = last.reopen("Salah baca", HEAD, &context).expect("reopened");
            assert_eq!((again.result_rating, again.detail.own_result_rating), (own, None));
        }
    }
    // Without the unit's predicate the rater's own rating counts, and a reason is required.
    let missing = EvaluationContext { unit_predicate: None, ..head };
    let reason =
        Finalisation { missing_unit_predicate_reason: Some("Belum".to_owned()), ..Default::default() };
    let last = draft.finalise(reason, &missing).expect("final");
    assert_eq!(last.result_rating, Some(Expectation::AsExpected));
}

#[test]
fn the_stored_inputs_give_the_same_score_again() {
    let draft = in_status(periodic(), EvaluationStatus::RatedDraft);
    let fixture = EvaluationFixture::of(&draft);
    let context = fixture.at(at("2026-04-10 10:00"));
    let last = draft.finalise(Finalisation::default(), &context).expect("final");
    let inputs = last.detail.inputs.expect("inputs");
    let again = crate::scoring::score(context.document, &inputs).expect("a score");
    assert_eq!((Some(again.predicate), Some(again.tree)), (last.predicate, last.detail.score));
}

#[test]
fn a_reported_count_is_not_negative() {
    use crate::plan::{Aspect, Perspective};
    type Kind = (Option<Aspect>, Option<Perspective>);
    let count: Kind = (Some(Aspect::Quantity), None);
    for ((aspect, perspective), whole_row, value, accepted) in [
        (count, false, "-1", false),
        (count, false, "-0.01", false),
        (count, false, "-9999999999999.99", false),
        (count, false, "0", true),
        (count, false, "12.50", true),
        (count, true, "-1", false),
        (count, true, "0", true),
        ((Some(Aspect::Quality), None), false, "-1", true),
        ((Some(Aspect::Quality), None), true, "-1", true),
        ((Some(Aspect::Time), None), false, "-1", true),
        ((Some(Aspect::Cost), None), false, "-2.50", true),
        ((None, Some(Perspective::Budget)), false, "-2.50", true),
        ((None, None), false, "-1", true),
    ] {
        let mut fixture = crate::testing::EvaluationFixture::of(&periodic());
        let indicator = &mut fixture.plan.revisions[0].content.results[0].indicators[0];
        (indicator.aspect, indicator.perspective) = (aspect, perspective);
        let mut given = report();
        given.realisations[0].value = Some(value.parse().expect("a decimal"));
        given.realisations[0].indicator = (!whole_row).then_some(INDICATOR);
        let found = periodic().report_realisation(given, &fixture.at(at("2026-03-20 10:00")));
        let expected = if accepted { vec![] } else { vec!["realisations.0.value".to_owned()] };
        assert_eq!(
            found.err().map(|refused| paths(&refused)).unwrap_or_default(),
            expected,
            "{aspect:?} {value}"
        );
    }
}
