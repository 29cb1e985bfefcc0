//! Requests for feedback, and who may know of an answer.

use super::*;
use crate::{
    Code, ErrorCode, action::Action, id::FeedbackRequestId, policy::feedback::request_actions, time::Date,
};
use FeedbackDirection::{Own, Peer, Subordinate, Superior};

const TODAY: &str = "2026-03-02";

fn today() -> Date {
    day(TODAY)
}

fn request_with(
    (from, to): (StaffId, StaffId),
    directions: &[FeedbackDirection],
    earlier: &[FeedbackRequest],
    change: impl FnOnce(&mut RequestInput),
) -> Result<FeedbackRequest, Vec<Refusal>> {
    let plan = approved();
    let mut input =
        RequestInput { to, about: FeedbackAbout::General, message: None, due_on: day("2026-03-31") };
    change(&mut input);
    let at = at("2026-03-02 10:00");
    let facts = RequestFacts { plan: &plan, directions, earlier, at, today: today() };
    FeedbackRequest::request(FeedbackRequestId(uuid(700)), from, input, &facts)
}

/// The teacher asks the head.
fn of_head(change: impl FnOnce(&mut RequestInput)) -> Result<FeedbackRequest, Vec<Refusal>> {
    request_with((TEACHER, HEAD), &[Superior], &[], change)
}

fn of_colleague(change: impl FnOnce(&mut RequestInput)) -> Result<FeedbackRequest, Vec<Refusal>> {
    request_with((TEACHER, STRANGER), &[Peer], &[], change)
}

#[test]
fn every_broken_rule_is_named_at_its_field() {
    type Change = fn(&mut RequestInput);
    let cases: [(&str, Change); 5] = [
        ("dueOn", |new| new.due_on = day("2026-03-01")),
        ("dueOn", |new| new.due_on = day("2027-03-04")),
        ("message", |new| new.message = Some("x".repeat(2_001))),
        ("about.planResultId", |new| new.about = FeedbackAbout::Result(SUPERIORS_RESULT)),
        ("toId", |new| new.to = TEACHER),
    ];
    for (path, change) in cases {
        assert_eq!(paths(&of_head(change).expect_err("refused")), [path]);
    }
    let nobody = request_with((TEACHER, STRANGER), &[], &[], |_| ());
    assert_eq!(paths(&nobody.expect_err("no relation")), ["toId"]);
    for due_on in [TODAY, "2027-03-03"] {
        assert!(of_head(|new| new.due_on = day(due_on)).is_ok(), "{due_on}");
    }
    let asked = of_head(|new| {
        new.message = Some(" Apa yang kurang? ".to_owned());
        new.about = FeedbackAbout::Result(RESULT);
    });
    assert_eq!(asked.expect("asked").message.as_deref(), Some("Apa yang kurang?"));
}

#[test]
fn colleagues_and_subordinates_get_neither_a_subject_nor_a_message() {
    for directions in [&[Peer][..], &[Subordinate], &[Superior, Peer]] {
        let ask = |change: fn(&mut RequestInput)| request_with((TEACHER, STRANGER), directions, &[], change);
        assert!(ask(|_| ()).expect("a general request").in_confidence, "{directions:?}");
        let with_message = ask(|new| new.message = Some("Bagaimana rapat kemarin?".to_owned()));
        assert_eq!(paths(&with_message.expect_err("a message")), ["message"]);
        let about = ask(|new| new.about = FeedbackAbout::Behaviour(CriterionId(uuid(61))));
        assert_eq!(paths(&about.expect_err("a subject")), ["about"]);
    }
    for (who, directions) in [((TEACHER, HEAD), [Superior]), ((HEAD, TEACHER), [Own])] {
        assert!(!request_with(who, &directions, &[], |_| ()).expect("open").in_confidence);
    }
}

#[test]
fn a_request_can_be_repeated_after_its_due_day_whatever_the_answer() {
    let asked = of_colleague(|_| ()).expect("asked");
    let answers = [
        asked.clone(),
        asked.give(true).expect("given"),
        asked.decline(Some("Belum sempat"), true).expect("declined"),
    ];
    let again = |earlier: &FeedbackRequest| {
        request_with((TEACHER, STRANGER), &[Peer], std::slice::from_ref(earlier), |_| ())
    };
    for earlier in &answers {
        assert_eq!(again(earlier), again(&asked), "{earlier:?}");
        assert_eq!(paths(&again(earlier).expect_err("again")), ["toId"]);
        assert!(again(&FeedbackRequest { due_on: day("2026-03-01"), ..earlier.clone() }).is_ok());
    }
}

#[test]
fn only_the_person_who_was_asked_knows_of_an_answer_in_confidence() {
    let asked = of_colleague(|_| ()).expect("asked");
    let given = asked.give(true).expect("given");
    let declined = asked.decline(Some("Belum sempat"), true).expect("declined");
    for (answered, status) in [(&given, RequestStatus::Given), (&declined, RequestStatus::Declined)] {
        assert_eq!(answered.status_for(STRANGER), status);
        for reader in [TEACHER, HEAD, CHIEF] {
            assert_eq!(answered.status_for(reader), RequestStatus::Requested);
            assert_eq!(answered.answer_for(reader), None);
            // Their allowed actions, and the reasons why others are not allowed, do not show the answer either.
            let actor = person(reader, &[]);
            assert_eq!(request_actions(&actor, answered), request_actions(&actor, &asked));
        }
        let own = request_actions(&person(STRANGER, &[]), answered);
        let codes = own.iter().map(|one| one.refusal.as_ref().map(|refusal| refusal.code.error_code()));
        assert!(codes.eq([Some(ErrorCode::InvalidTransition); 2]));
    }
    // A person who was asked as a superior, but is a colleague when they answer, also answers in confidence.
    let open = of_head(|_| ()).expect("asked");
    assert_eq!(open.give(true).expect("given").status_for(TEACHER), RequestStatus::Requested);
    assert_eq!(open.decline(None, true).expect("declined").status_for(TEACHER), RequestStatus::Requested);
    assert_eq!(open.give(false).expect("given").status_for(TEACHER), RequestStatus::Given);
}

#[test]
fn a_request_is_answered_once_by_the_person_who_was_asked() {
    let asked = of_head(|_| ()).expect("asked");
    let allowed = request_actions(&person(HEAD, &[]), &asked);
    let actions: Vec<Action> = allowed.iter().map(|one| one.action).collect();
    assert_eq!(actions, [Action::GiveFeedback, Action::DeclineFeedback]);
    assert!(allowed.iter().all(|one| one.refusal.is_none() && one.who_can == [HEAD]));
    let declined = asked.decline(Some(" Belum melihat "), false).expect("declined");
    let reason = declined.answer_for(TEACHER).and_then(|answer| answer.reason.as_deref());
    assert_eq!(reason, Some("Belum melihat"));
    for again in [declined.give(false).err(), declined.decline(None, false).expect_err("again").pop()] {
        let Some(Code::InvalidTransition { from, .. }) = again.map(|refusal| refusal.code) else {
            panic!("a transition")
        };
        assert_eq!(from, "ANSWERED");
    }
    let long = asked.decline(Some(&"x".repeat(2_001)), false).expect_err("too long");
    assert_eq!(paths(&long), ["reason"]);
}

#[test]
fn a_plan_takes_requests_unless_it_is_cancelled() {
    for status in PlanStatus::iter() {
        let plan = plan_in(status, None);
        let facts = RequestFacts {
            plan: &plan,
            directions: &[Superior],
            earlier: &[],
            at: at("2026-03-02 10:00"),
            today: today(),
        };
        let input = RequestInput { to: HEAD, about: FeedbackAbout::General, message: None, due_on: today() };
        let asked = FeedbackRequest::request(FeedbackRequestId(uuid(700)), TEACHER, input, &facts);
        assert_eq!(asked.is_ok(), status != PlanStatus::Cancelled, "{status}");
    }
}
