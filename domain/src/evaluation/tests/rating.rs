//! Reports, drafts and what makes them final.

use super::*;
use crate::{id::CriterionId, id::ResultId, scoring::matrix};
use proptest::prelude::*;

fn reported() -> Evaluation {
    in_status(periodic(), EvaluationStatus::SelfReported)
}

fn faults_of(rating: Rating) -> Vec<String> {
    let evaluation = reported();
    let around = Surroundings::of(&evaluation);
    paths(&evaluation.rate(rating, &around.at(at("2026-04-10 10:00"))).map(drop).err().unwrap_or_default())
}

#[test]
fn a_silent_person_is_rated_after_the_deadline_with_a_reason() {
    let evaluation = periodic();
    let around = Surroundings::of(&evaluation);
    let rate = |when: &str, why: Option<&str>| {
        let rating = Rating { unrated_report_reason: why.map(str::to_owned), ..as_expected() };
        evaluation.rate(rating, &around.at(at(when)))
    };
    let refusals = rate("2026-04-07 23:59", Some("Tidak melapor")).expect_err("too early");
    assert_eq!(refusals[0].message.key(), Key::ReportAwaited);
    let refusals = rate("2026-04-08 00:00", None).expect_err("no reason");
    assert_eq!(paths(&refusals), ["unratedReportReason"]);
    let rated = rate("2026-04-08 00:00", Some("Tidak melapor")).expect("rated");
    let again = rated.rate(Rating { unrated_report_reason: None, ..as_expected() }, &around.at(at(LATE)));
    assert_eq!(again.expect("rated").detail.unrated_report_reason.as_deref(), Some("Tidak melapor"));
}

#[test]
fn a_reason_is_required_off_what_is_expected() {
    for rating in Expectation::iter() {
        let off = rating != Expectation::AsExpected;
        let results = Rating { result_rating: Some(rating), ..as_expected() };
        assert_eq!(!faults_of(results.clone()).is_empty(), off, "{rating}");
        let behaviour = Rating { behaviour_rating: Some(rating), ..as_expected() };
        assert_eq!(!faults_of(behaviour).is_empty(), off, "{rating}");
        let reasoned = Rating { result_reason: Some("Melampaui target".to_owned()), ..results };
        assert!(faults_of(reasoned).is_empty(), "{rating}");
    }
    let both = Rating {
        result_rating: Some(Expectation::Above),
        behaviour_rating: Some(Expectation::Below),
        result_reason: Some("  ".to_owned()),
        ..as_expected()
    };
    assert_eq!(faults_of(both), ["resultReason", "behaviourReason"]);
}

#[test]
fn ratings_by_row_and_value_are_of_the_plan_and_given_once() {
    let row = |id: u128| RowRating { result: ResultId(uuid(id)), rating: Expectation::Above, note: None };
    let value =
        |id: u128| ValueRating { criterion: CriterionId(uuid(id)), rating: Expectation::Below, note: None };
    let good = Rating {
        result_ratings: vec![row(100)],
        behaviour_ratings: vec![value(61), value(62)],
        ..as_expected()
    };
    assert!(faults_of(good).is_empty(), "and they need no reason");
    let bad = Rating {
        result_ratings: vec![row(100), row(100), row(999)],
        behaviour_ratings: vec![ValueRating { note: Some("x".repeat(2_001)), ..value(61) }, value(999)],
        ..as_expected()
    };
    assert_eq!(
        faults_of(bad),
        [
            "resultRatings.1.planResultId",
            "resultRatings.2.planResultId",
            "behaviourRatings.0.note",
            "behaviourRatings.1.criterionId"
        ]
    );
}

#[test]
fn a_report_is_about_rows_and_indicators_of_the_plan() {
    let evaluation = periodic();
    let around = Surroundings::of(&evaluation);
    let faults = |change: &dyn Fn(&mut Report)| {
        let mut report = report();
        change(&mut report);
        let told = evaluation.report_realisation(report, &around.at(at("2026-04-02 10:00")));
        paths(&told.map(drop).err().unwrap_or_default())
    };
    assert!(faults(&|_| ()).is_empty());
    assert_eq!(faults(&|report| report.realisations.clear()), ["realisations"]);
    assert_eq!(
        faults(&|report| report.realisations[0].result = ResultId(uuid(999))),
        ["realisations.0.planResultId"]
    );
    assert_eq!(
        faults(&|report| report.realisations[0].indicator = Some(crate::id::IndicatorId(uuid(999)))),
        ["realisations.0.indicatorId"]
    );
    assert_eq!(
        faults(&|report| {
            report.realisations[0].text.clear();
            report.realisations[0].value = None;
        }),
        ["realisations.0.text"]
    );
    assert_eq!(
        faults(&|report| {
            let one = report.realisations[0].clone();
            report.realisations.push(one);
        }),
        ["realisations.1.planResultId"]
    );
    assert_eq!(faults(&|report| report.self_note = Some("x".repeat(2_001))), ["selfNote"]);
}

#[test]
fn final_needs_both_ratings_and_the_units_predicate_or_a_reason() {
    let draft = in_status(periodic(), EvaluationStatus::RatedDraft);
    let around = Surroundings::of(&draft);
    let context = around.at(at("2026-04-10 10:00"));
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
    assert!(flagged.detail.missing_unit_predicate_reason.is_some());
    let set = draft.finalise(reason, &context).expect("final");
    assert_eq!(set.unit_predicate, Some(OrgUnitPredicate::Good));
    assert_eq!(set.detail.missing_unit_predicate_reason, None, "there is nothing to explain");
    assert_eq!(set.detail.revision, around.plan.effective().map(|revision| revision.id));
    assert_eq!(set.finalised_at, Some(context.at));
}

#[test]
fn the_year_needs_its_parts_finished_or_each_gap_explained() {
    let draft = in_status(annual(), EvaluationStatus::RatedDraft);
    let mut around = Surroundings::of(&draft);
    around.periodic[1].status = EvaluationStatus::RatedDraft;
    around.periodic[3].status = EvaluationStatus::Open;
    let context = around.at(at(LATE));
    let gap =
        |index: usize| Gap { period: around.periodic[index].period, reason: "Cuti melahirkan".to_owned() };
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
    assert_eq!(finalise(vec![gap(1), gap(3), gap(0)]), ["gapReasons.2.periodId"], "that one is finished");
    assert_eq!(finalise(vec![gap(1), gap(3), gap(3)]), ["gapReasons.2.periodId"], "twice");
    assert_eq!(finalise(vec![gap(1), Gap { reason: " ".to_owned(), ..gap(3) }]), ["gapReasons.1.reason"]);
}

#[test]
fn reopening_takes_the_result_back_and_says_why() {
    let draft = in_status(periodic(), EvaluationStatus::RatedDraft);
    let around = Surroundings::of(&draft);
    let context = around.at(at("2026-04-10 10:00"));
    let last = draft.finalise(Finalisation::default(), &context).expect("final");
    assert!(last.reopen(" ", HEAD, &context).is_err());
    let again = last.reopen("Salah baca", HEAD, &context).expect("reopened");
    assert_eq!(again.status, EvaluationStatus::RatedDraft);
    assert_eq!((again.predicate, again.unit_predicate, again.finalised_at), (None, None, None));
    assert_eq!((again.detail.score.as_ref(), again.detail.revision), (None, None));
    assert_eq!(again.result_rating, last.result_rating, "the draft is what was final");
    assert_eq!(again.detail.reopenings.len(), 1);
    let annual_stands = EvaluationContext { annual: Some(EvaluationStatus::Final), ..context };
    let refusal = last.reopen("Salah baca", HEAD, &annual_stands).expect_err("the year rests on it");
    assert_eq!(refusal.message.key(), Key::LockedByEvaluation);
}

#[test]
fn without_ratings_the_rest_is_told_but_nothing_of_the_judgement() {
    let evaluation = periodic();
    let around = Surroundings::of(&evaluation);
    let context = around.at(at("2026-04-10 10:00"));
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
        trainings: Vec::new(),
    };
    let reported = evaluation.report_realisation(report(), &context).expect("reported");
    let rated = reported.rate(rating, &context).expect("rated");
    let why =
        Finalisation { missing_unit_predicate_reason: Some(secret.to_owned()), ..Finalisation::default() };
    let missing = EvaluationContext { unit_predicate: None, ..context };
    for told in [rated.finalise(why, &missing).expect("final"), rated] {
        let seen = told.without_ratings();
        let json = serde_json::to_string(&seen).expect("JSON");
        assert!(!json.contains(secret) && !json.contains("ABOVE") && !json.contains("BELOW"), "{json}");
        assert_eq!(seen.detail.realisations, told.detail.realisations);
        assert_eq!(seen.status, told.status);
    }
}

proptest! {
    #[test]
    fn a_draft_never_has_a_result_and_a_final_one_is_read_from_the_matrix(
        steps in proptest::collection::vec((0..5_u8, 0..3_usize, 0..3_usize), 0..30),
    ) {
        let levels: Vec<Expectation> = Expectation::iter().collect();
        let mut evaluation = periodic();
        let around = Surroundings::of(&evaluation);
        let context = around.at(at(LATE));
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
    let around = Surroundings::of(&draft);
    let head = EvaluationContext { heads_unit: true, ..around.at(at("2026-04-10 10:00")) };
    for (unit, result, predicate) in [
        (OrgUnitPredicate::Outstanding, Expectation::Above, Predicate::Good),
        (OrgUnitPredicate::Good, Expectation::AsExpected, Predicate::Good),
        (OrgUnitPredicate::Poor, Expectation::Below, Predicate::NeedsImprovement),
    ] {
        let context = EvaluationContext { unit_predicate: Some(unit), ..head.clone() };
        // With or without a rating of the rater's own.
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
    // Without the unit's predicate it is the rater's own, with a reason for the lack.
    let missing = EvaluationContext { unit_predicate: None, ..head };
    let reason =
        Finalisation { missing_unit_predicate_reason: Some("Belum".to_owned()), ..Default::default() };
    let last = draft.finalise(reason, &missing).expect("final");
    assert_eq!(last.result_rating, Some(Expectation::AsExpected));
}

#[test]
fn what_is_frozen_gives_the_same_again() {
    let draft = in_status(periodic(), EvaluationStatus::RatedDraft);
    let around = Surroundings::of(&draft);
    let context = around.at(at("2026-04-10 10:00"));
    let last = draft.finalise(Finalisation::default(), &context).expect("final");
    let inputs = last.detail.inputs.expect("inputs");
    let again = crate::scoring::score(context.document, &inputs).expect("a score");
    assert_eq!((Some(again.predicate), Some(again.tree)), (last.predicate, last.detail.score));
}
