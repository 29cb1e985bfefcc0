//! The annual document after FINAL: delivery, deemed acceptance, signatures, closing.

use super::*;
use crate::{calendar::DaysOff, regulation};

#[test]
fn delivery_sets_the_objection_deadline_in_the_agencys_calendar() {
    let last = in_status(annual(), EvaluationStatus::Final);
    let fixture = EvaluationFixture::of(&last);
    // 00:30 on 5 January in Jakarta is 4 January in UTC.
    let delivered = last.deliver(&fixture.at(at("2027-01-05 00:30"))).expect("delivered");
    assert_eq!(delivered.objection_until, Some(day("2027-01-19")));
    for (now, over) in [("2027-01-05 01:00", false), ("2027-01-19 23:59", false), ("2027-01-20 00:00", true)]
    {
        assert_eq!(delivered.deem_accepted(&fixture.at(at(now))).is_ok(), over, "{now}");
    }
}

#[test]
fn the_days_to_object_start_when_the_person_can_read_the_result() {
    let last = Evaluation {
        finalised_at: Some(at("2027-01-02 10:00")),
        ..in_status(annual(), EvaluationStatus::Final)
    };
    let fixture = EvaluationFixture::of(&last);
    for (reads_online, handed_over, until) in [
        (true, None, Ok("2027-01-19")),
        (true, Some("2027-01-05"), Err(Key::ReadsOnline)),
        (false, None, Err(Key::HandOverOnPaper)),
        (false, Some("2027-01-01"), Err(Key::HandedOverOutside)),
        (false, Some("2027-01-02"), Ok("2027-01-16")),
        (false, Some("2027-01-05"), Ok("2027-01-19")),
        (false, Some("2027-01-06"), Err(Key::HandedOverOutside)),
    ] {
        let handed_over = handed_over.map(day);
        let context = EvaluationContext { reads_online, handed_over, ..fixture.at(at("2027-01-05 09:00")) };
        let delivered = last.deliver(&context);
        let found = delivered.as_ref().map(|one| one.objection_until).map_err(|no| no.message.key());
        assert_eq!(found, until.map(|until| Some(day(until))), "{reads_online} {handed_over:?}");
        if let (Ok(one), Some(received)) = (delivered, handed_over) {
            assert_eq!(one.received_on(crate::time::Calendar::JAKARTA), Some(received));
        }
    }
}

#[test]
fn only_a_delivered_evaluation_is_deemed_accepted() {
    for (evaluation, _) in rows() {
        let fixture = EvaluationFixture::of(&evaluation);
        let result = evaluation.deem_accepted(&fixture.at(at("2027-02-20 10:00")));
        let delivered =
            evaluation.kind == EvaluationKind::Annual && evaluation.status == EvaluationStatus::Delivered;
        assert_eq!(result.is_ok(), delivered, "{} {}", evaluation.kind, evaluation.status);
    }
}

#[test]
fn each_party_signs_once_and_the_employee_only_after_delivery() {
    for (evaluation, allowed) in rows() {
        for party in Party::iter() {
            let early = party == Party::Employee && evaluation.status == EvaluationStatus::Final;
            let expected = allowed.contains(&SignEvaluation) && !early;
            assert_eq!(
                evaluation.permits_signature(party).is_ok(),
                expected,
                "{} {party}",
                evaluation.status
            );
        }
    }
    let mut delivered = in_status(annual(), EvaluationStatus::Delivered);
    let fixture = EvaluationFixture::of(&delivered);
    let context = fixture.at(at("2027-01-05 10:00"));
    delivered = delivered.sign(Party::Rater, HEAD, &context).expect("signed");
    assert!(delivered.sign(Party::Rater, HEAD, &context).is_err());
    assert_eq!(delivered.missing_signatures(), [Party::Employee, Party::RatersSuperior]);
    sign_all(&mut delivered);
    assert_eq!(delivered.permits(SignEvaluation, &context).expect_err("all").message.key(), Key::AllSigned);
}

#[test]
fn a_rater_without_a_superior_leaves_two_parties() {
    let rater = RaterSnapshot { superior_staff: None, superior_assignment: None, ..rater() };
    let top = Evaluation { rater, ..in_status(annual(), EvaluationStatus::Acknowledged) };
    assert_eq!(top.parties(), [Party::Employee, Party::Rater]);
    assert!(top.permits_signature(Party::RatersSuperior).is_err());
}

/// A delivered result in a status, with these signatures; the objection period ends on 18 January.
fn signed_by(status: EvaluationStatus, parties: &[Party]) -> Evaluation {
    let mut evaluation = in_status(annual(), status);
    for party in parties {
        let signature = Signature { party: *party, staff: HEAD, at: at("2027-01-05 10:00") };
        evaluation.detail.signatures.push(signature);
    }
    evaluation
}

#[test]
fn an_annual_document_closes_after_the_days_to_object_with_its_required_signatures() {
    use EvaluationStatus::{Acknowledged, Decided, DeemedAccepted};
    let (first, last, over) = ("2027-01-04 10:00", "2027-01-18 23:59", "2027-01-19 00:00");
    let all = [Party::Employee, Party::Rater, Party::RatersSuperior];
    let superiors = [Party::Rater, Party::RatersSuperior];
    let (early, unsigned) = (Some(Key::TooEarly), Some(Key::SignaturesMissing));
    let cases: [(EvaluationStatus, &[Party], &str, Option<Key>); 14] = [
        (Acknowledged, &all, first, early),
        (Acknowledged, &all, last, early),
        (Acknowledged, &all, over, None),
        (Acknowledged, &superiors, last, early),
        (Acknowledged, &superiors, over, None),
        (Acknowledged, &[Party::Employee, Party::Rater], over, unsigned),
        (DeemedAccepted, &all, last, early),
        (DeemedAccepted, &superiors, over, None),
        (DeemedAccepted, &[Party::Rater], over, unsigned),
        (DeemedAccepted, &all, over, None),
        (Decided, &superiors, first, None),
        (Decided, &[Party::RatersSuperior], first, unsigned),
        (Decided, &all, last, None),
        (Decided, &[], over, unsigned),
    ];
    for (status, signed, now, expected) in cases {
        let evaluation = signed_by(status, signed);
        let fixture = EvaluationFixture::of(&evaluation);
        let result = evaluation.close(&fixture.at(at(now)));
        let found = result.as_ref().err().map(|refusal| refusal.message.key());
        assert_eq!(found, expected, "{status} {signed:?} {now}");
        if let Some(refusal) = result.as_ref().err().filter(|_| expected == early) {
            assert_eq!(refusal.code, Code::TooEarly { opens_on: day("2027-01-19") });
        }
        if let Ok(closed) = result {
            let employee_signed = signed.contains(&Party::Employee);
            assert_eq!(closed.detail.closed_without.is_empty(), employee_signed, "{status} {signed:?}");
        }
    }
}

#[test]
fn a_delivered_result_can_be_reopened_until_the_last_day_to_object() {
    use EvaluationStatus::{Acknowledged, Closed, Decided, DeemedAccepted, Delivered, Objected};
    let superiors = [Party::Rater, Party::RatersSuperior];
    let cases: [(EvaluationStatus, &[Party], &str, Option<Key>); 15] = [
        (Delivered, &[], "2027-01-04 10:00", None),
        (Delivered, &[], "2027-01-17 10:00", None),
        (Delivered, &[], "2027-01-18 23:59", None),
        (Delivered, &[], "2027-01-19 00:00", Some(Key::DeliveredFixed)),
        (Delivered, &superiors, "2027-01-18 23:59", None),
        (Delivered, &[Party::Employee], "2027-01-05 10:00", Some(Key::EmployeeSigned)),
        (Acknowledged, &[], "2027-01-18 23:59", None),
        (Acknowledged, &superiors, "2027-01-18 23:59", None),
        (Acknowledged, &[Party::Employee], "2027-01-05 10:00", Some(Key::EmployeeSigned)),
        (Acknowledged, &[], "2027-01-19 00:00", Some(Key::DeliveredFixed)),
        (DeemedAccepted, &[], "2027-01-19 00:00", Some(Key::InvalidTransition)),
        (Objected, &[], "2027-01-10 10:00", Some(Key::InvalidTransition)),
        (Decided, &[], "2027-01-10 10:00", Some(Key::InvalidTransition)),
        (Closed, &[], "2027-01-10 10:00", Some(Key::InvalidTransition)),
        (Closed, &superiors, "2027-01-25 10:00", Some(Key::InvalidTransition)),
    ];
    for (status, signed, now, expected) in cases {
        let evaluation = signed_by(status, signed);
        let fixture = EvaluationFixture::of(&evaluation);
        let result = evaluation.reopen("Salah baca", CHIEF, &fixture.at(at(now)));
        let found = result.as_ref().err().map(|refusal| refusal.message.key());
        assert_eq!(found, expected, "{status} {signed:?} {now}");
    }
}

#[test]
fn a_new_delivery_restarts_the_days_to_object() {
    for status in [EvaluationStatus::Delivered, EvaluationStatus::Acknowledged] {
        let delivered = signed_by(status, &[Party::Rater]);
        let fixture = EvaluationFixture::of(&delivered);
        let mended = delivered.reopen("Angka keliru", CHIEF, &fixture.at(at("2027-01-18 10:00")));
        let mended = mended.expect("reopened");
        assert_eq!(mended.status, EvaluationStatus::RatedDraft);
        assert_eq!((mended.delivered_at, mended.objection_until), (None, None));
        assert_eq!((mended.predicate, mended.detail.signatures.len()), (None, 0));
        let reopening = mended.detail.reopenings.last().expect("a reopening");
        assert_eq!((reopening.by, reopening.from), (CHIEF, status));
        let context = fixture.at(at("2027-01-20 10:00"));
        let last = mended.finalise(Finalisation::default(), &context).expect("final");
        let again = last.deliver(&context).expect("delivered");
        assert_eq!(again.objection_until, Some(day("2027-02-03")));
    }
}

#[test]
fn a_reopening_stored_without_a_status_was_of_final_ratings() {
    let stored =
        r#"{"reason":"Salah baca","by":"00000000-0000-0000-0000-00000000000b","at":"2026-04-02T03:00:00Z"}"#;
    let reopening: Reopening = serde_json::from_str(stored).expect("a reopening");
    assert_eq!(reopening.from, EvaluationStatus::Final);
    assert_eq!(serde_json::to_string(&reopening).expect("JSON"), stored);
}

#[test]
fn reopening_removes_the_signatures() {
    let last = in_status(annual(), EvaluationStatus::Final);
    let fixture = EvaluationFixture::of(&last);
    let context = fixture.at(at("2027-01-05 10:00"));
    let signed = last.sign(Party::Rater, HEAD, &context).expect("signed");
    let again = signed.reopen("Salah baca", HEAD, &context).expect("reopened");
    assert!(again.detail.signatures.is_empty());
}

/// A moved holiday, with the day announced to the employee, and the day that counts afterwards. 14 working days from 4
/// August end on 24 August; each day off among them adds one day.
#[test]
fn a_moved_holiday_never_shortens_a_running_time_to_object() {
    let mut document = regulation::shipped_documents()[0].clone();
    document.objection.counting.value = Some(regulation::DayCounting::Working);
    let fixture = EvaluationFixture { document: Some(document.clone()), ..EvaluationFixture::of(&annual()) };
    for (before, after, told, then) in [
        (&["2026-08-17"][..], &["2026-08-17"][..], "2026-08-25", "2026-08-25"),
        (&["2026-08-17"], &["2026-08-18"], "2026-08-25", "2026-08-25"),
        (&["2026-08-17"], &["2026-08-31"], "2026-08-25", "2026-08-25"),
        (&["2026-08-17"], &[], "2026-08-25", "2026-08-25"),
        (&["2026-08-31"], &["2026-08-17"], "2026-08-24", "2026-08-25"),
        (&[], &["2026-08-17", "2026-08-18"], "2026-08-24", "2026-08-26"),
        (&["2026-08-17"], &["2026-08-22"], "2026-08-25", "2026-08-25"),
    ] {
        let given = |dates: &[&str]| DaysOff::of(&[calendar_with(dates)]);
        let (until, again) = [before, after]
            .map(|dates| document.objection_until(day("2026-08-04"), &given(dates)).expect("a day"))
            .into();
        let delivered = Evaluation {
            objection_until: Some(until),
            delivered_at: Some(at("2026-08-04 10:00")),
            ..in_status(annual(), EvaluationStatus::Delivered)
        };
        let longer = |one: &Evaluation, today: &str| {
            one.with_longer_objection(
                &document,
                &given(after),
                (fixture.at(at("2026-08-10 10:00")).calendar, day(today)),
            )
            .expect("a rule")
            .map_or(one.objection_until, |one| one.objection_until)
        };
        assert_eq!(
            (until, longer(&delivered, "2026-08-10")),
            (day(told), Some(day(then))),
            "{before:?} {after:?}"
        );
        // The negative control: a new count would move the day in both directions.
        assert_eq!(again < until, then != again.to_string(), "{before:?} {after:?}");
        let acknowledged = Evaluation { status: EvaluationStatus::Acknowledged, ..delivered.clone() };
        assert_eq!(longer(&acknowledged, "2026-08-10"), Some(day(then)));
        // An objection period that has ended stays the same, and so does that of a closed result.
        assert_eq!(longer(&delivered, "2026-08-27"), Some(until));
        let closed = Evaluation { status: EvaluationStatus::Closed, ..delivered };
        assert_eq!(longer(&closed, "2026-08-10"), Some(until));
    }
}
