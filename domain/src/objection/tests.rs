//! First and last days in both ways of counting, every actor in every state, and the effect of a decision on the
//! result.

use super::*;
use crate::{
    Key, Refusal,
    action::{EvaluationAction, ObjectionAction},
    actor::Actor,
    assignment::{Acting, Capacity},
    calendar::{DayOff, DaysOff, WorkCalendar, YearOfDaysOff},
    evaluation::{Evaluation, EvaluationKind, EvaluationStatus, Finalisation, OtherPart},
    id::CalendarId,
    policy::{self, Relations},
    rating::OrgUnitPredicate,
    regulation::{DayCounting, Parameter, RegulationDocument, shipped_documents},
    scoring::{Results, ScoreInput},
    testing::*,
    time::{Calendar, Instant},
};
use strum::IntoEnumIterator;

/// Delivered on Monday, 4 January 2027.
const DELIVERED: &str = "2027-01-04 10:00";

fn document(counting: DayCounting) -> RegulationDocument {
    let mut document = shipped_documents()[0].clone();
    document.objection.counting.value = Some(counting);
    document
}

/// The final result of the year with both ratings as expected, and the fixture of its context.
fn rated(counting: DayCounting, days_off: &[&str]) -> (Evaluation, EvaluationFixture) {
    let annual = evaluations().pop().expect("the year");
    let mut fixture = EvaluationFixture::of(&annual);
    fixture.document = Some(document(counting));
    fixture.days_off = off(days_off);
    let draft = Evaluation {
        status: EvaluationStatus::RatedDraft,
        result_rating: Some(Expectation::AsExpected),
        behaviour_rating: Some(Expectation::AsExpected),
        ..annual
    };
    let last = draft.finalise(Finalisation::default(), &fixture.at(at("2027-01-03 10:00"))).expect("final");
    (last, fixture)
}

/// Days off of 2027.
fn off(dates: &[&str]) -> DaysOff {
    let off = |date: &&str| DayOff { date: day(date), name: "Libur".to_owned(), joint_leave: false };
    let year = YearOfDaysOff { year: 2027, days: dates.iter().map(off).collect() };
    DaysOff::of(&[WorkCalendar::create(CalendarId(uuid(900)), AGENCY, year).expect("a calendar")])
}

fn delivered(counting: DayCounting, days_off: &[&str]) -> (Evaluation, EvaluationFixture) {
    let (last, fixture) = rated(counting, days_off);
    let delivered = last.deliver(&fixture.at(at(DELIVERED))).expect("delivered");
    (delivered, fixture)
}

fn ground(text: &str) -> GroundInput {
    GroundInput { about: None, text: text.to_owned(), evidence: Vec::new() }
}

fn chief() -> Acting {
    Acting { post: CHIEFS_POST, staff: CHIEF, capacity: Capacity::Definitive }
}

fn file_with(
    evaluation: &Evaluation,
    fixture: &EvaluationFixture,
    now: Instant,
    grounds: Vec<GroundInput>,
    decider: Option<Acting>,
) -> Result<(Objection, Evaluation), Vec<Refusal>> {
    let mut next = 700;
    let mut ids = || {
        next += 1;
        EvidenceId(uuid(next))
    };
    let context = fixture.at(now);
    let filing = Filing { id: ObjectionId(uuid(600)), barred: vec![HEAD], decider, ids: &mut ids };
    let filed = Objection::file(grounds, evaluation, &context, filing)?;
    let objected = evaluation.object(&filed, &context)?;
    Ok((filed, objected))
}

fn file(evaluation: &Evaluation, fixture: &EvaluationFixture, now: &str) -> (Objection, Evaluation) {
    let grounds = vec![ground("Target sudah tercapai")];
    file_with(evaluation, fixture, at(now), grounds, Some(chief())).expect("filed")
}

fn moment(text: &str) -> (Instant, Date) {
    (at(text), Calendar::JAKARTA.day(at(text)))
}

/// Both sides have explained themselves.
fn heard(objection: &Objection, now: &str) -> Objection {
    let one = objection.answer(Party::Employee, TEACHER, "Sudah", moment(now)).expect("the employee");
    one.answer(Party::Rater, HEAD, "Belum", moment(now)).expect("the rater")
}

#[test]
fn the_last_day_is_in_time_and_the_next_day_is_late_in_both_ways_of_counting() {
    let holidays = ["2027-01-14", "2027-01-18"];
    for (counting, days_off, last, next) in [
        (DayCounting::Calendar, &holidays[..0], "2027-01-18", "2027-01-19"),
        (DayCounting::Calendar, &holidays[..], "2027-01-18", "2027-01-19"),
        (DayCounting::Working, &holidays[..0], "2027-01-22", "2027-01-23"),
        (DayCounting::Working, &holidays[..], "2027-01-26", "2027-01-27"),
    ] {
        let (delivered, fixture) = delivered(counting, days_off);
        assert_eq!(delivered.objection_until, Some(day(last)), "{counting} {days_off:?}");
        let (filed, objected) = file(&delivered, &fixture, &format!("{last} 23:59"));
        assert_eq!(
            (filed.status, objected.status),
            (ObjectionStatus::Explanations, EvaluationStatus::Objected)
        );
        // 00:00 in Jakarta is still the day before in UTC.
        let (late, same) = file(&delivered, &fixture, &format!("{next} 00:00"));
        assert_eq!(late.status, ObjectionStatus::Inadmissible);
        assert_eq!((late.filed_on, late.objection_until), (day(next), day(last)));
        assert_eq!((late.decider, late.answer_until, late.decide_until), (None, None, None));
        assert_eq!(same, delivered, "a late objection changes nothing and does not use the right up");
    }
}

#[test]
fn the_terms_count_in_the_same_days_from_filing_or_from_the_assignment() {
    for (counting, answer, decide) in [
        (DayCounting::Calendar, "2027-01-10", "2027-01-26"),
        // Without the weekends and 14 and 18 January.
        (DayCounting::Working, "2027-01-12", "2027-02-05"),
    ] {
        let (delivered, fixture) = delivered(counting, &["2027-01-14", "2027-01-18"]);
        let (filed, _) = file(&delivered, &fixture, "2027-01-05 09:00");
        assert_eq!(
            (filed.answer_until, filed.decide_until),
            (Some(day(answer)), Some(day(decide))),
            "{counting}"
        );
        let grounds = vec![ground("Tidak adil")];
        let (waiting, _) =
            file_with(&delivered, &fixture, at("2027-01-05 09:00"), grounds, None).expect("filed");
        assert_eq!(waiting.status, ObjectionStatus::Filed);
        assert_eq!((waiting.answer_until, waiting.decide_until), (None, None));
        let (rules, now) = (document(counting), moment("2027-03-01 08:00"));
        let assigned =
            waiting.assign(CHIEF, STRANGER, "Netral", now, (&rules, &fixture.days_off)).expect("assigned");
        let (until, decision) = match counting {
            DayCounting::Calendar => ("2027-03-06", "2027-03-22"),
            DayCounting::Working => ("2027-03-08", "2027-03-30"),
        };
        assert_eq!(assigned.status, ObjectionStatus::Explanations);
        assert_eq!((assigned.answer_until, assigned.decide_until), (Some(day(until)), Some(day(decision))));
    }
    let mut own = document(DayCounting::Calendar);
    let stated = |days| Some(Parameter { value: Some(days), ..own.objection.days.clone() });
    (own.objection.answer_days, own.objection.decision_days) = (stated(2), stated(3));
    let terms = own.objection_terms(day("2027-01-05"), &DaysOff::default()).expect("terms");
    assert_eq!(terms, (day("2027-01-07"), day("2027-01-08")));
}

#[test]
fn an_explanation_is_given_once_until_the_last_day_then_silence_is_recorded() {
    let (delivered, fixture) = delivered(DayCounting::Calendar, &[]);
    let (filed, _) = file(&delivered, &fixture, "2027-01-05 09:00");
    for (now, in_time) in [("2027-01-10 23:59", true), ("2027-01-11 00:00", false)] {
        assert_eq!(filed.answer(Party::Rater, HEAD, "Ya", moment(now)).is_ok(), in_time, "{now}");
        assert_eq!(filed.with_silence(moment(now).1).is_none(), in_time, "{now}");
        let decides = filed.permits(ObjectionAction::DecideObjection, moment(now).1);
        assert_eq!(decides.is_err(), in_time, "{now}");
    }
    let one = filed.answer(Party::Employee, TEACHER, "Ya", moment("2027-01-06 09:00")).expect("answered");
    let again = one.answer(Party::Employee, TEACHER, "Lagi", moment("2027-01-06 09:01")).expect_err("once");
    assert_eq!(again[0].message.key(), Key::NoAnswerAwaited);
    assert_eq!(
        paths(&filed.answer(Party::Rater, HEAD, " ", moment("2027-01-06 09:00")).expect_err("blank")),
        ["text"]
    );
    let silent = one.with_silence(day("2027-01-11")).expect("the rater's silence");
    assert_eq!(silent.detail.silent, [Party::Rater]);
    assert_eq!(silent.with_silence(day("2027-01-12")), None, "recorded once");
    let heard = heard(&filed, "2027-01-06 09:00");
    assert!(heard.permits(ObjectionAction::DecideObjection, day("2027-01-06")).is_ok());
}

#[test]
fn grounds_are_checked_each() {
    let (delivered, fixture) = delivered(DayCounting::Calendar, &[]);
    let now = at("2027-01-05 09:00");
    let try_with = |grounds| file_with(&delivered, &fixture, now, grounds, Some(chief()));
    assert_eq!(paths(&try_with(Vec::new()).expect_err("none")), ["grounds"]);
    let link = |url: &str| EvidenceLink { url: url.to_owned(), label: None };
    let criterion = *fixture.criteria.keys().next().expect("a value");
    let about = |about, url: &str| GroundInput {
        about: Some(about),
        text: "Alasan".to_owned(),
        evidence: vec![link(url)],
    };
    let wrong = vec![
        ground(" "),
        about(GroundAbout::Result(ResultId(uuid(999))), "https://a"),
        about(GroundAbout::Behaviour(CriterionId(uuid(999))), "javascript:x"),
    ];
    let expected = [
        "grounds.0.text",
        "grounds.1.about.planResultId",
        "grounds.2.about.criterionId",
        "grounds.2.evidence.0.url",
    ];
    assert_eq!(paths(&try_with(wrong).expect_err("wrong")), expected);
    let good = vec![
        about(GroundAbout::Result(RESULT), "https://a"),
        about(GroundAbout::Behaviour(criterion), "https://b"),
    ];
    let (filed, _) = try_with(good).expect("filed");
    assert_eq!(filed.detail.grounds[0].title.as_deref(), Some(row().title.as_str()));
    assert_eq!(filed.detail.grounds[1].title.as_deref(), Some(format!("Nilai {criterion}").as_str()));
    assert_eq!(filed.detail.contested.outcome, Outcome::of(&delivered));
    assert_eq!(filed.detail.contested.rows.len(), 1);
}

#[test]
fn a_result_has_one_objection_even_if_it_was_withdrawn() {
    let (delivered, fixture) = delivered(DayCounting::Calendar, &[]);
    let now = at("2027-01-06 09:00");
    let acknowledged = delivered.acknowledge(&fixture.at(now)).expect("acknowledged");
    for (before, status) in
        [(&delivered, EvaluationStatus::Delivered), (&acknowledged, EvaluationStatus::Acknowledged)]
    {
        let (filed, objected) = file(before, &fixture, "2027-01-06 10:00");
        let withdrawn = filed.withdraw(day("2027-01-07")).expect("withdrawn");
        assert_eq!(withdrawn.status, ObjectionStatus::Withdrawn);
        let back = objected.take_objection_back().expect("restored");
        assert_eq!(back.status, status);
        let refused = back.permits(EvaluationAction::FileObjection, &fixture.at(now)).expect_err("used");
        assert_eq!(refused.message.key(), Key::ObjectionUsed);
        assert!(back.take_objection_back().is_err(), "nothing is open");
        // The rater's superior can reopen and correct the result; the new delivery can be objected to.
        let draft = back.reopen("Salah baca", CHIEF, &fixture.at(now)).expect("reopened");
        let again =
            draft.finalise(Finalisation::default(), &fixture.at(at("2027-01-08 10:00"))).expect("final");
        let again = again.deliver(&fixture.at(at("2027-01-09 10:00"))).expect("delivered");
        assert!(again.permits(EvaluationAction::FileObjection, &fixture.at(at("2027-01-10 10:00"))).is_ok());
    }
}

#[test]
fn nothing_changes_a_result_while_it_is_objected_to() {
    let (delivered, fixture) = delivered(DayCounting::Calendar, &[]);
    let (_, objected) = file(&delivered, &fixture, "2027-01-06 10:00");
    let context = fixture.at(at("2027-03-01 10:00"));
    for action in EvaluationAction::iter() {
        let moves = action != EvaluationAction::MakeRecommendation;
        assert_eq!(objected.permits(action, &context).is_err(), moves, "{action}");
    }
    assert!(objected.deem_accepted(&context).is_err());
}

#[test]
fn a_decision_computes_the_predicate_from_the_stored_inputs() {
    let (delivered, fixture) = delivered(DayCounting::Calendar, &[]);
    let signing = fixture.at(at("2027-01-05 10:00"));
    let delivered = delivered.sign(Party::Rater, HEAD, &signing).expect("signed");
    let (filed, objected) = file(&delivered, &fixture, "2027-01-06 10:00");
    let filed = heard(&filed, "2027-01-07 10:00");
    let now = moment("2027-01-08 10:00");
    let context = fixture.at(now.0);

    let upheld = objected.decide(NewRatings::default(), "Bukti cukup", &context).expect("upheld");
    assert_eq!((upheld.status, upheld.predicate), (EvaluationStatus::Decided, delivered.predicate));
    let done = filed.decide(CHIEF, "Sesuai bukti", now, (&objected, &upheld)).expect("decided");
    assert_eq!(done.status, ObjectionStatus::DecidedUpheld);
    let decision = done.detail.decision.expect("a decision");
    assert_eq!(decision.before, decision.after);

    let both = |result, behaviour| NewRatings {
        result_rating: Some(result),
        behaviour_rating: behaviour,
        ..NewRatings::default()
    };
    let above = both(Expectation::Above, Some(Expectation::Above));
    let changed = objected.decide(above, "Bukti cukup", &context).expect("changed");
    assert_eq!(changed.predicate, Some(Predicate::VeryGood));
    assert_eq!(
        changed.detail.result_reason.as_deref(),
        Some("Bukti cukup"),
        "the rater's reason explained the old rating"
    );
    let inputs = changed.detail.inputs.clone().expect("inputs");
    assert_eq!(inputs, ScoreInput::ratings(Expectation::Above, Expectation::Above));
    let again = crate::scoring::score(context.document, &inputs).expect("scored");
    assert_eq!(Some(again.tree), changed.detail.score, "recomputed in every digit");
    let done = filed.decide(CHIEF, "Bukti cukup", now, (&objected, &changed)).expect("decided");
    assert_eq!(done.status, ObjectionStatus::DecidedChanged);
    let decision = done.detail.decision.clone().expect("a decision");
    assert_eq!(
        (decision.before.predicate, decision.after.predicate),
        (Some(Predicate::Good), Some(Predicate::VeryGood))
    );
    assert_eq!(changed.unit_predicate, objected.unit_predicate);
    assert_eq!((upheld.detail.signatures.len(), changed.detail.signatures.len()), (1, 0));

    let same =
        objected.decide(both(Expectation::AsExpected, None), "Bukti cukup", &context).expect_err("the same");
    assert_eq!(same[0].message.key(), Key::NothingChanges);
    let without = filed.decide(CHIEF, "  ", now, (&objected, &changed)).expect_err("no reason");
    assert_eq!(without.path, ["reason"]);
    assert!(delivered.decide(NewRatings::default(), "Bukti cukup", &context).is_err(), "nothing to decide");
    for one in [&upheld, &changed] {
        assert!(one.decide(NewRatings::default(), "Bukti cukup", &context).is_err(), "final");
        let used = one.permits(EvaluationAction::FileObjection, &context);
        assert!(used.is_err(), "one objection for each evaluation");
    }
    assert!(done.permits(ObjectionAction::WithdrawObjection, now.1).is_err(), "final");
}

#[test]
fn a_decision_leaves_the_result_of_a_units_head_to_the_units_predicate() {
    let (delivered, fixture) = delivered(DayCounting::Calendar, &[]);
    let (_, mut objected) = file(&delivered, &fixture, "2027-01-06 10:00");
    let unit = OrgUnitPredicate::Outstanding;
    objected.detail.inputs = Some(ScoreInput {
        results: Results::Unit(unit),
        ..ScoreInput::ratings(Expectation::Above, Expectation::AsExpected)
    });
    objected.result_rating = Some(Expectation::Above);
    let context = fixture.at(at("2027-01-08 10:00"));
    let result = NewRatings { result_rating: Some(Expectation::Below), ..NewRatings::default() };
    let refused = objected.decide(result, "Bukti cukup", &context).expect_err("refused");
    assert_eq!(paths(&refused), ["newRatings.resultRating"]);
    let behaviour = NewRatings { behaviour_rating: Some(Expectation::Above), ..NewRatings::default() };
    let changed = objected.decide(behaviour, "Bukti cukup", &context).expect("changed");
    assert_eq!(
        (changed.result_rating, changed.predicate),
        (Some(Expectation::Above), Some(Predicate::VeryGood))
    );
    assert!(matches!(changed.detail.inputs, Some(ScoreInput { results: Results::Unit(_), .. })));
}

#[test]
fn parts_of_the_year_have_objections_only_where_the_regulation_says_so() {
    let part = evaluations().remove(0);
    let mut fixture = EvaluationFixture::of(&part);
    let draft = Evaluation {
        status: EvaluationStatus::RatedDraft,
        result_rating: Some(Expectation::AsExpected),
        behaviour_rating: Some(Expectation::AsExpected),
        ..part
    };
    let finalised = at("2026-04-02 10:00");
    let closed = draft.finalise(Finalisation::default(), &fixture.at(finalised)).expect("final");
    let refused = closed.permits(EvaluationAction::FileObjection, &fixture.at(finalised)).expect_err("no");
    assert_eq!(refused.message.key(), Key::NoObjectionToParts);
    assert!(closed.close(&fixture.at(finalised)).is_ok());

    let mut document = document(DayCounting::Calendar);
    document.objection.periodic.value = Some(true);
    fixture.document = Some(document);
    let open = draft.finalise(Finalisation::default(), &fixture.at(finalised)).expect("final");
    assert_eq!((open.kind, open.objection_until), (EvaluationKind::Periodic, Some(day("2026-04-16"))));
    assert!(open.close(&fixture.at(at("2026-04-16 23:59"))).is_err(), "it waits for the objection period");
    assert!(open.close(&fixture.at(at("2026-04-17 00:00"))).is_ok());
    let (filed, objected) = file(&open, &fixture, "2026-04-16 10:00");
    assert_eq!((filed.received_at, objected.status), (finalised, EvaluationStatus::Objected));
    let decided =
        objected.decide(NewRatings::default(), "Bukti cukup", &fixture.at(finalised)).expect("upheld");
    assert!(decided.close(&fixture.at(finalised)).is_ok(), "a decision ends the wait");
}

#[test]
fn a_year_waits_for_its_parts_and_a_changed_part_reopens_it() {
    let (part, mut fixture) = delivered(DayCounting::Calendar, &[]);
    let counted = ScoreInput {
        year: Some(crate::scoring::YearInput {
            label: "Guru".to_owned(),
            months: 6,
            before: vec![crate::scoring::EarlierPart {
                evaluation: part.id,
                label: "Staf".to_owned(),
                months: 6,
                result: crate::scoring::PartResult::Rated { predicate: Predicate::Good, score: None },
            }],
            decision: None,
        }),
        ..ScoreInput::ratings(Expectation::AsExpected, Expectation::AsExpected)
    };
    let mut year = Evaluation {
        id: EvaluationId(uuid(300)),
        status: EvaluationStatus::Acknowledged,
        objection_until: Some(day("2027-01-10")),
        ..part.clone()
    };
    year.detail.inputs = Some(counted);
    for party in year.missing_signatures() {
        let at = at("2027-01-05 10:00");
        year.detail.signatures.push(crate::evaluation::Signature { party, staff: HEAD, at });
    }
    let other = |status, until| OtherPart {
        status,
        objection_until: until,
        ..OtherPart::of(
            &part,
            "Staf".to_owned(),
            (day("2026-01-01"), day("2026-06-30")),
            &shipped_documents()[0],
        )
    };
    for (status, until, closes) in [
        (EvaluationStatus::Objected, "2027-01-18", false),
        (EvaluationStatus::Delivered, "2027-02-01", false),
        (EvaluationStatus::Acknowledged, "2027-02-01", false),
        (EvaluationStatus::Acknowledged, "2027-01-31", true),
        (EvaluationStatus::DeemedAccepted, "2027-01-18", true),
        (EvaluationStatus::Decided, "2027-01-18", true),
        (EvaluationStatus::Closed, "2027-01-18", true),
    ] {
        fixture.year.others = vec![other(status, Some(day(until)))];
        let closing = year.close(&fixture.at(at("2027-02-01 10:00")));
        assert_eq!(closing.is_ok(), closes, "{status} {until}: {closing:?}");
    }
    for status in EvaluationStatus::iter() {
        let one = Evaluation { status, ..year.clone() };
        let reopened = one.reopen_for_part(&part, "Keberatan diputus", CHIEF, (at("2027-02-01 10:00"), 1));
        let open = matches!(
            status,
            EvaluationStatus::Final
                | EvaluationStatus::Delivered
                | EvaluationStatus::Acknowledged
                | EvaluationStatus::DeemedAccepted
        );
        assert_eq!(reopened.is_some(), open, "{status}");
        assert!(
            reopened.is_none_or(|one| one.status == EvaluationStatus::RatedDraft && one.predicate.is_none())
        );
    }
}

/// Everyone who can be involved in the teacher's objection. The chief decides; the head rated.
fn cast() -> Vec<(&'static str, Actor)> {
    let plain = |staff| person(staff, &[]);
    vec![
        ("employee", person(TEACHER, &[TEACHERS_POST])),
        ("rater", person(HEAD, &[HEADS_POST])),
        ("rater's deputy", Actor { acting_for: [HEADS_POST].into(), ..plain(STRANGER) }),
        ("decider", person(CHIEF, &[CHIEFS_POST])),
        ("decider's deputy", Actor { acting_for: [CHIEFS_POST].into(), ..plain(STRANGER) }),
        ("rater who acts for the decider", Actor { acting_for: [CHIEFS_POST].into(), ..plain(HEAD) }),
        ("employee who acts for the decider", Actor { acting_for: [CHIEFS_POST].into(), ..plain(TEACHER) }),
        ("team", Actor { performance_team: units(&[SCHOOL]), ..plain(STRANGER) }),
        ("team, also the rater", Actor { performance_team: units(&[SCHOOL]), ..person(HEAD, &[HEADS_POST]) }),
        ("team, also the employee", Actor { performance_team: units(&[SCHOOL]), ..plain(TEACHER) }),
        ("team elsewhere", Actor { performance_team: units(&[DEPARTMENT]), ..plain(STRANGER) }),
        ("admin", Actor { admin: units(&[SCHOOL]), ..plain(STRANGER) }),
        ("auditor", Actor { auditor: true, ..plain(STRANGER) }),
        ("stranger", plain(STRANGER)),
        ("system", Actor::system(AGENCY)),
    ]
}

#[test]
fn every_actor_in_every_state() {
    use ObjectionAction::{AnswerObjection, AssignObjectionDecider, DecideObjection, WithdrawObjection};
    let (delivered, fixture) = delivered(DayCounting::Calendar, &[]);
    let (filed, _) = file(&delivered, &fixture, "2027-01-05 09:00");
    for status in ObjectionStatus::iter() {
        for (now, over) in [("2027-01-06", false), ("2027-01-20", true)] {
            let one = Objection { status, ..filed.clone() };
            for (name, actor) in cast() {
                let relations =
                    Relations::of(&actor, one.staff, one.unit, &one.rater).with_decider(&actor, &one);
                let allowed = policy::objection::allowed_actions(&one, &relations, day(now));
                let found: Vec<_> =
                    allowed.iter().filter(|one| one.refusal.is_none()).map(|one| one.action).collect();
                let mut expected: Vec<ObjectionAction> = Vec::new();
                let explains = status == ObjectionStatus::Explanations;
                match name {
                    "employee" | "employee who acts for the decider" | "team, also the employee" => {
                        expected.extend((explains && !over).then_some(AnswerObjection));
                        expected.extend(status.is_open().then_some(WithdrawObjection));
                    }
                    "rater"
                    | "rater's deputy"
                    | "rater who acts for the decider"
                    | "team, also the rater" => {
                        expected.extend((explains && !over).then_some(AnswerObjection));
                    }
                    "decider" | "decider's deputy" => {
                        expected.extend((explains && over).then_some(DecideObjection));
                    }
                    "team" => {
                        expected.extend((status == ObjectionStatus::Filed).then_some(AssignObjectionDecider));
                    }
                    _ => {}
                }
                let expected: Vec<crate::action::Action> = expected.into_iter().map(Into::into).collect();
                assert_eq!(found, expected, "{name} in {status} on {now}");
            }
        }
    }
}

#[test]
fn who_explains_which_side() {
    let (delivered, fixture) = delivered(DayCounting::Calendar, &[]);
    let (filed, _) = file(&delivered, &fixture, "2027-01-05 09:00");
    let both = Actor { acting_for: [HEADS_POST, CHIEFS_POST].into(), ..person(STRANGER, &[]) };
    for (name, actor) in cast().into_iter().chain([("deputy of the rater and the decider", both)]) {
        let relations = Relations::of(&actor, filed.staff, filed.unit, &filed.rater);
        let relations = relations.with_decider(&actor, &filed);
        let expected = match name {
            "employee" | "employee who acts for the decider" | "team, also the employee" => {
                Some(Party::Employee)
            }
            "rater" | "rater's deputy" | "rater who acts for the decider" | "team, also the rater" => {
                Some(Party::Rater)
            }
            _ => None,
        };
        assert_eq!(policy::objection::side(&relations), expected, "{name}");
    }
}

/// Each side explains itself once, and the persons of record are named whatever the state.
#[test]
fn a_side_that_has_explained_itself_waits() {
    let (delivered, fixture) = delivered(DayCounting::Calendar, &[]);
    let (filed, _) = file(&delivered, &fixture, "2027-01-05 09:00");
    let half = filed.answer(Party::Employee, TEACHER, "Sudah", moment("2027-01-06 09:00")).expect("answered");
    for (actor, may) in [(person(TEACHER, &[TEACHERS_POST]), false), (person(HEAD, &[HEADS_POST]), true)] {
        let relations = Relations::of(&actor, half.staff, half.unit, &half.rater);
        let allowed = policy::objection::allowed_actions(&half, &relations, day("2027-01-06"));
        let of =
            |action: ObjectionAction| allowed.iter().find(|one| one.action == action.into()).expect("one");
        assert_eq!(of(ObjectionAction::AnswerObjection).refusal.is_none(), may);
        assert_eq!(of(ObjectionAction::AnswerObjection).who_can, [TEACHER, HEAD]);
        assert_eq!(of(ObjectionAction::DecideObjection).who_can, [CHIEF]);
    }
}

#[test]
fn the_employee_the_rater_and_the_assigning_person_never_decide() {
    let (delivered, fixture) = delivered(DayCounting::Calendar, &[]);
    let (filed, _) =
        file_with(&delivered, &fixture, at("2027-01-05 09:00"), vec![ground("Ya")], None).expect("filed");
    let waiting =
        Objection { detail: ObjectionDetail { barred: vec![HEAD, CHIEF], ..filed.detail.clone() }, ..filed };
    let (rules, now) = (document(DayCounting::Calendar), moment("2027-01-06 08:00"));
    let assign = |decider, by, why| waiting.assign(decider, by, why, now, (&rules, &fixture.days_off));
    for (decider, key) in
        [(TEACHER, Key::DeciderBarred), (HEAD, Key::DeciderBarred), (CHIEF, Key::DeciderBarred)]
    {
        assert_eq!(assign(decider, STRANGER, "Ya").expect_err("refused")[0].message.key(), key);
    }
    let own = assign(STRANGER, STRANGER, "Ya").expect_err("oneself");
    assert_eq!(own[0].message.key(), Key::DeciderOneself);
    assert_eq!(paths(&assign(STRANGER, TEACHER, " ").expect_err("no reason")), ["reason"]);
    let assigned = assign(STRANGER, CriterionId(uuid(1)).0.into(), "Netral").expect("assigned");
    assert!(
        assigned.permits(ObjectionAction::AssignObjectionDecider, now.1).is_err(),
        "only while nobody may"
    );
    let barred = person(CHIEF, &[CHIEFS_POST]);
    let named = Objection { decider: Some(CHIEF), decider_post: Some(CHIEFS_POST), ..assigned };
    let relations =
        Relations::of(&barred, named.staff, named.unit, &named.rater).with_decider(&barred, &named);
    assert!(!relations.decider, "who reopened the result never decides, whatever post they hold");
    assert!(policy::objection::names_decider(&barred, &named));
}

#[test]
fn stored_objections_read_back_the_same() {
    let (delivered, fixture) = delivered(DayCounting::Calendar, &[]);
    let (filed, objected) = file(&delivered, &fixture, "2027-01-05 09:00");
    for one in [filed.clone(), heard(&filed, "2027-01-06 09:00")] {
        let json = serde_json::to_string(&one).expect("JSON");
        let back: Objection = serde_json::from_str(&json).expect("the same");
        assert_eq!(back, one);
        assert_eq!(serde_json::to_string(&back).expect("JSON"), json);
    }
    let json = serde_json::to_string(&objected).expect("JSON");
    assert_eq!(serde_json::from_str::<Evaluation>(&json).expect("the same"), objected);
}
