//! The state table, and the effect of each verb.

mod annual;
mod ending;
mod opening;
mod rating;
mod scores;
mod year;

use super::*;
use crate::{
    Code, Key, Refusal,
    action::EvaluationAction::{self, *},
    plan::{Plan, PlanStatus},
    testing::*,
};
use strum::IntoEnumIterator;

/// A time after every deadline of the first quarter and before those of the year.
const LATE: &str = "2027-01-20 10:00";

fn periodic() -> Evaluation {
    evaluations().into_iter().next().expect("the first quarter")
}

fn annual() -> Evaluation {
    evaluations().into_iter().last().expect("the year")
}

/// An evaluation in a status, with the data that earlier transitions would have set.
fn in_status(evaluation: Evaluation, status: EvaluationStatus) -> Evaluation {
    let mut evaluation = Evaluation { status, ..evaluation };
    if status != EvaluationStatus::Open {
        evaluation.detail.reported_at = Some(at("2026-04-02 10:00"));
    }
    if status == EvaluationStatus::RatedDraft || status.is_final() {
        evaluation.result_rating = Some(Expectation::AsExpected);
        evaluation.behaviour_rating = Some(Expectation::AsExpected);
    }
    if status.is_final() {
        evaluation.predicate = Some(Predicate::Good);
    }
    if evaluation.kind == EvaluationKind::Annual && status.is_final() && status != EvaluationStatus::Final {
        evaluation.delivered_at = Some(at("2027-01-04 10:00"));
        evaluation.objection_until = Some(day("2027-01-18"));
    }
    evaluation
}

fn sign_all(evaluation: &mut Evaluation) {
    for party in evaluation.missing_signatures() {
        evaluation.detail.signatures.push(Signature { party, staff: HEAD, at: at(LATE) });
    }
}

fn report() -> Report {
    Report {
        realisations: vec![Realisation {
            result: crate::testing::RESULT,
            indicator: Some(INDICATOR),
            value: Some(crate::Decimal::whole(240)),
            text: "240 jam terlaksana".to_owned(),
            evidence: Vec::new(),
        }],
        self_note: None,
    }
}

fn as_expected() -> Rating {
    Rating {
        result_rating: Some(Expectation::AsExpected),
        behaviour_rating: Some(Expectation::AsExpected),
        unrated_report_reason: Some("Tidak melapor".to_owned()),
        ..Rating::default()
    }
}

/// Runs the action with valid input.
fn perform(
    evaluation: &Evaluation,
    action: EvaluationAction,
    context: &EvaluationContext<'_>,
) -> Result<Option<Evaluation>, Vec<Refusal>> {
    let next = match action {
        ReportRealisation => evaluation.report_realisation(report(), context)?,
        RateEvaluation => evaluation.rate(as_expected(), context)?,
        FinaliseEvaluation => evaluation.finalise(Finalisation::default(), context)?,
        DeliverEvaluation => evaluation.deliver(context)?,
        AcknowledgeEvaluation => evaluation.acknowledge(context)?,
        SignEvaluation => evaluation.sign(Party::Rater, HEAD, context)?,
        CloseEvaluation => {
            let mut signed = evaluation.clone();
            sign_all(&mut signed);
            signed.close(context)?
        }
        ReopenEvaluation => evaluation.reopen("Salah baca", HEAD, context)?,
        MakeRecommendation | FileObjection => {
            return Ok(evaluation.permits(action, context).map(|()| None)?);
        }
    };
    Ok(Some(next))
}

type Row = (EvaluationStatus, &'static [EvaluationAction], &'static [EvaluationAction]);

/// A time at which an action is possible in every status that allows it: a delivered result is reopened within the
/// objection period, and closes after it.
fn time_for(action: EvaluationAction) -> crate::time::Instant {
    at(if action == ReopenEvaluation { "2027-01-10 10:00" } else { "2027-02-20 10:00" })
}

/// The allowed actions in each status of a periodic and of an annual evaluation after the reporting deadline, written
/// by hand.
const TABLE: [Row; 11] = [
    (EvaluationStatus::Open, &[ReportRealisation, RateEvaluation], &[ReportRealisation, RateEvaluation]),
    (
        EvaluationStatus::SelfReported,
        &[ReportRealisation, RateEvaluation],
        &[ReportRealisation, RateEvaluation],
    ),
    (
        EvaluationStatus::RatedDraft,
        &[RateEvaluation, FinaliseEvaluation],
        &[RateEvaluation, FinaliseEvaluation],
    ),
    (
        EvaluationStatus::Final,
        &[CloseEvaluation, ReopenEvaluation],
        &[DeliverEvaluation, SignEvaluation, ReopenEvaluation, MakeRecommendation],
    ),
    (
        EvaluationStatus::Delivered,
        &[],
        &[AcknowledgeEvaluation, SignEvaluation, ReopenEvaluation, MakeRecommendation, FileObjection],
    ),
    (
        EvaluationStatus::Acknowledged,
        &[],
        &[SignEvaluation, CloseEvaluation, ReopenEvaluation, MakeRecommendation, FileObjection],
    ),
    (
        EvaluationStatus::DeemedAccepted,
        &[],
        &[SignEvaluation, CloseEvaluation, MakeRecommendation, FileObjection],
    ),
    (EvaluationStatus::Objected, &[], &[MakeRecommendation]),
    (EvaluationStatus::Decided, &[CloseEvaluation], &[SignEvaluation, CloseEvaluation, MakeRecommendation]),
    (EvaluationStatus::Closed, &[], &[MakeRecommendation, FileObjection]),
    (EvaluationStatus::Cancelled, &[], &[]),
];

fn rows() -> impl Iterator<Item = (Evaluation, &'static [EvaluationAction])> {
    TABLE.into_iter().flat_map(|(status, of_part, of_year)| {
        [(in_status(periodic(), status), of_part), (in_status(annual(), status), of_year)]
    })
}

#[test]
fn each_state_allows_only_the_actions_in_the_table() {
    assert_eq!(TABLE.len(), EvaluationStatus::iter().count());
    for (evaluation, allowed) in rows() {
        let fixture = EvaluationFixture::of(&evaluation);
        let name = format!("{} {}", evaluation.kind, evaluation.status);
        for action in EvaluationAction::iter() {
            let context = fixture.at(time_for(action));
            let expected = allowed.contains(&action);
            let result = perform(&evaluation, action, &context);
            assert_eq!(result.is_ok(), expected, "{name} {action} {result:?}");
            if let Err(refusals) = result {
                let Code::InvalidTransition { from, allowed: mut names } = refusals[0].code.clone() else {
                    panic!("{refusals:?}");
                };
                let mut expected: Vec<String> = allowed.iter().map(ToString::to_string).collect();
                expected.sort();
                names.sort();
                assert_eq!((from, names), (evaluation.status.to_string(), expected), "{name} {action}");
            }
            let mut signed = evaluation.clone();
            if action == CloseEvaluation {
                sign_all(&mut signed);
            }
            assert_eq!(signed.permits(action, &context).is_ok(), expected, "{name} {action}");
        }
    }
}

#[test]
fn each_verb_leads_to_its_next_status() {
    use EvaluationStatus::*;
    for (from, action, to) in [
        (Open, ReportRealisation, SelfReported),
        (SelfReported, ReportRealisation, SelfReported),
        (Open, RateEvaluation, RatedDraft),
        (SelfReported, RateEvaluation, RatedDraft),
        (RatedDraft, RateEvaluation, RatedDraft),
        (RatedDraft, FinaliseEvaluation, Final),
        (Final, DeliverEvaluation, Delivered),
        (Delivered, AcknowledgeEvaluation, Acknowledged),
        (Delivered, SignEvaluation, Delivered),
        (Acknowledged, CloseEvaluation, Closed),
        (DeemedAccepted, CloseEvaluation, Closed),
        (Decided, CloseEvaluation, Closed),
        (Final, ReopenEvaluation, RatedDraft),
        (Delivered, ReopenEvaluation, RatedDraft),
        (Acknowledged, ReopenEvaluation, RatedDraft),
    ] {
        let evaluation = in_status(annual(), from);
        let fixture = EvaluationFixture::of(&evaluation);
        let next = perform(&evaluation, action, &fixture.at(time_for(action))).expect("allowed");
        assert_eq!(next.map(|next| next.status), Some(to), "{from} {action}");
    }
}

#[test]
fn a_closed_period_stops_reports_and_ratings() {
    for (evaluation, allowed) in rows() {
        let fixture = EvaluationFixture {
            period: closed(&EvaluationFixture::of(&evaluation).period),
            ..EvaluationFixture::of(&evaluation)
        };
        for action in allowed {
            let context = fixture.at(time_for(*action));
            let stopped = matches!(action, ReportRealisation | RateEvaluation | FinaliseEvaluation);
            let result = perform(&evaluation, *action, &context);
            assert_eq!(result.is_err(), stopped, "{} {action}", evaluation.status);
            if stopped {
                assert_eq!(result, Err(vec![Refusal::period_closed()]));
            }
        }
    }
}

/// Whether the draft can be rated and made final in this period.
fn takes_ratings(draft: &Evaluation, period: &crate::period::Period) -> bool {
    let fixture = EvaluationFixture { period: period.clone(), ..EvaluationFixture::of(draft) };
    let context = fixture.at(at("2027-02-20 10:00"));
    let rates = draft.rate(as_expected(), &context);
    let finalises = draft.finalise(Finalisation::default(), &context);
    assert_eq!(rates.is_ok(), finalises.is_ok());
    if let Err(refusals) = rates {
        assert_eq!(refusals, [Refusal::period_closed()]);
    }
    finalises.is_ok()
}

#[test]
fn a_closed_period_takes_ratings_only_of_what_was_reopened_after_the_closing() {
    let last = in_status(periodic(), EvaluationStatus::Final);
    let open = EvaluationFixture::of(&last).period;
    let shut = closed(&open);
    let reopen = |evaluation: &Evaluation, period: &crate::period::Period, by| {
        let fixture = EvaluationFixture { period: period.clone(), ..EvaluationFixture::of(evaluation) };
        evaluation.reopen("Salah baca", by, &fixture.at(at("2027-02-10 09:00"))).expect("reopened")
    };
    // Both reopenings have the time of the closing: the order of the changes decides, not the clock.
    let before = reopen(&last, &open, HEAD);
    let after = reopen(&last, &shut, STRANGER);
    assert!(takes_ratings(&before, &open) && !takes_ratings(&before, &shut));
    assert!(takes_ratings(&after, &shut));
    // A draft that was never reopened.
    assert!(!takes_ratings(&in_status(periodic(), EvaluationStatus::RatedDraft), &shut));
    // Final again and reopened by the rater after the period was opened again; then it is closed again.
    let reopened = shut.reopen("Keliru", None).expect("reopened");
    let reopened = crate::period::Period { version: shut.version + 1, ..reopened };
    let again = closed(&reopened);
    assert!(takes_ratings(&after, &reopened) && !takes_ratings(&after, &again));
    assert!(takes_ratings(&reopen(&last, &again, STRANGER), &again));
    // A delivered result, reopened by the rater's superior.
    let delivered = in_status(annual(), EvaluationStatus::Delivered);
    let year = closed(&EvaluationFixture::of(&delivered).period);
    let fixture = EvaluationFixture { period: year.clone(), ..EvaluationFixture::of(&delivered) };
    let mended =
        delivered.reopen("Salah baca", CHIEF, &fixture.at(at("2027-01-10 10:00"))).expect("reopened");
    assert!(takes_ratings(&mended, &year));
}

#[test]
fn an_older_reopening_is_compared_by_time() {
    let last = in_status(periodic(), EvaluationStatus::Final);
    let shut = closed(&EvaluationFixture::of(&last).period);
    for (when, taken) in
        [("2027-02-10 08:59", false), ("2027-02-10 09:00", false), ("2027-02-10 09:01", true)]
    {
        let mut draft = in_status(periodic(), EvaluationStatus::RatedDraft);
        draft.detail.reopenings.push(Reopening {
            reason: "Salah baca".to_owned(),
            by: STRANGER,
            at: at(when),
            from: EvaluationStatus::Final,
            period_version: None,
        });
        assert_eq!(takes_ratings(&draft, &shut), taken, "{when}");
    }
}

#[test]
fn evaluations_of_a_cancelled_plan_permit_no_action() {
    for (evaluation, allowed) in rows() {
        let fixture = EvaluationFixture {
            plan: plan_in(PlanStatus::Cancelled, None),
            ..EvaluationFixture::of(&evaluation)
        };
        for action in allowed {
            let result = evaluation.permits(*action, &fixture.at(at("2027-02-20 10:00")));
            assert_eq!(result.expect_err("refused").message.key(), Key::PlanNotInForce);
        }
    }
}

#[test]
fn a_plan_has_one_evaluation_for_each_covered_part_and_one_for_the_year() {
    let all = evaluations();
    let spans: Vec<_> = all.iter().map(|one| (one.kind, one.period)).collect();
    let expected: Vec<_> = year()
        .iter()
        .skip(1)
        .map(|part| (EvaluationKind::Periodic, part.id))
        .chain([(EvaluationKind::Annual, year()[0].id)])
        .collect();
    assert_eq!(spans, expected);
    assert!(all.iter().all(|one| one.status == EvaluationStatus::Open && one.rater == rater()));
    let part = Plan { starts_on: day("2026-05-10"), ends_on: day("2026-09-30"), ..approved() };
    let mut ids = 0;
    let held = periods_held((part.starts_on, part.ends_on), &[], &std::collections::BTreeSet::new(), &year());
    let some = open_for(&part, &year(), &held, &crate::regulation::shipped()[0].reference(), || {
        ids += 1;
        EvaluationId(uuid(ids))
    });
    let spans: Vec<_> = some.iter().map(|one| one.period).collect();
    assert_eq!(spans, [year()[2].id, year()[3].id, year()[0].id]);
}

#[test]
fn final_evaluations_are_visible_and_lock_their_plan_or_activities() {
    for status in EvaluationStatus::iter() {
        let (part, whole) = (in_status(periodic(), status), in_status(annual(), status));
        let is_final = !matches!(
            status,
            EvaluationStatus::Open
                | EvaluationStatus::SelfReported
                | EvaluationStatus::RatedDraft
                | EvaluationStatus::Cancelled
        );
        assert_eq!(part.results_visible_to_employee(), is_final);
        assert_eq!((part.locks_activities(), part.locks_plan()), (is_final, false));
        assert_eq!((whole.locks_activities(), whole.locks_plan()), (false, is_final));
    }
}

#[test]
fn the_rater_can_change_until_the_ratings_are_final() {
    let other = RaterSnapshot { staff: CHIEF, ..rater() };
    for (evaluation, _) in rows() {
        let result = evaluation.renew_rater(other.clone());
        assert_eq!(result.is_ok(), evaluation.status.is_unfinished(), "{}", evaluation.status);
    }
    let own = RaterSnapshot { staff: TEACHER, ..rater() };
    assert_eq!(periodic().renew_rater(own).expect_err("refused").message.key(), Key::OwnRater);
}
