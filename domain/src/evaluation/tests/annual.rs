//! The annual document after FINAL: delivery, deemed acceptance, signatures, closing.

use super::*;

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

#[test]
fn an_annual_document_closes_with_its_required_signatures() {
    use EvaluationStatus::{Acknowledged, Decided, DeemedAccepted};
    let (in_time, over) = ("2027-01-18 10:00", "2027-01-19 10:00");
    let all = [Party::Employee, Party::Rater, Party::RatersSuperior];
    let superiors = [Party::Rater, Party::RatersSuperior];
    let cases: [(EvaluationStatus, &[Party], &str, bool); 10] = [
        (Acknowledged, &all, in_time, true),
        (Acknowledged, &superiors, in_time, false),
        (Acknowledged, &superiors, over, true),
        (Acknowledged, &[Party::Employee, Party::Rater], over, false),
        (DeemedAccepted, &superiors, over, true),
        (DeemedAccepted, &[Party::Rater], over, false),
        (DeemedAccepted, &all, over, true),
        (Decided, &superiors, in_time, true),
        (Decided, &[Party::RatersSuperior], in_time, false),
        (Decided, &all, in_time, true),
    ];
    for (status, signed, now, closes) in cases {
        let mut evaluation = in_status(annual(), status);
        for party in signed {
            evaluation.detail.signatures.push(Signature { party: *party, staff: HEAD, at: at(in_time) });
        }
        let fixture = EvaluationFixture::of(&evaluation);
        let result = evaluation.close(&fixture.at(at(now)));
        assert_eq!(result.is_ok(), closes, "{status} {signed:?} {now}");
        match result {
            Ok(closed) => {
                let employee_signed = signed.contains(&Party::Employee);
                assert_eq!(closed.detail.closed_without.is_empty(), employee_signed, "{status} {signed:?}");
            }
            Err(refusal) => assert_eq!(refusal.message.key(), Key::SignaturesMissing),
        }
    }
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
