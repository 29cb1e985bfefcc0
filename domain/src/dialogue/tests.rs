//! Which dialogues may be recorded, who reads them, and who completes their agreements.

use super::*;
use crate::{
    Code, ErrorCode,
    action::DialogueAction,
    actor::Actor,
    policy::dialogue::{allowed_actions, decide, decide_completion, reads_content},
    testing::*,
};
use strum::IntoEnumIterator;

const NOW: &str = "2026-03-02 09:00";

fn agreement(doer: DialogueParty, due_on: &str) -> AgreementInput {
    AgreementInput { text: " Menyusun modul ".to_owned(), doer, due_on: day(due_on) }
}

fn coaching() -> DialogueInput {
    DialogueInput {
        kind: DialogueKind::Coaching,
        held_on: day("2026-03-02"),
        text: " Cara menyusun modul ajar ".to_owned(),
        agreements: vec![
            agreement(DialogueParty::Employee, "2026-03-31"),
            agreement(DialogueParty::Superior, "2026-03-16"),
            agreement(DialogueParty::Employee, "2026-03-20"),
        ],
    }
}

fn hold_on(plan: &Plan, change: impl FnOnce(&mut DialogueInput)) -> Result<Dialogue, Vec<Refusal>> {
    let mut input = coaching();
    change(&mut input);
    Dialogue::hold(DialogueId(uuid(990)), HEAD, input, plan, (at(NOW), day("2026-03-02")))
}

fn hold(change: impl FnOnce(&mut DialogueInput)) -> Result<Dialogue, Vec<Refusal>> {
    hold_on(&approved(), change)
}

fn held(kind: DialogueKind) -> Dialogue {
    hold(|input| input.kind = kind).expect("held")
}

#[test]
fn a_dialogue_is_of_the_rater_with_the_owner_of_the_plan() {
    let held = held(DialogueKind::Coaching);
    assert_eq!((held.staff, held.superior, held.unit), (TEACHER, HEAD, SCHOOL));
    assert_eq!(
        (held.text.as_str(), held.agreements[0].text.as_str()),
        ("Cara menyusun modul ajar", "Menyusun modul")
    );
    assert_eq!(held.due_on(DialogueParty::Employee), Some(day("2026-03-20")));
    assert_eq!(held.due_on(DialogueParty::Superior), Some(day("2026-03-16")));
    let bare = hold(|input| input.agreements.clear()).expect("without agreements");
    assert_eq!(bare.due_on(DialogueParty::Employee), None);
}

#[test]
fn every_broken_rule_is_named_at_its_field() {
    type Change = fn(&mut DialogueInput);
    let cases: [(&[&str], Change); 9] = [
        (&["heldOn"], |new| new.held_on = day("2026-03-03")),
        (&["heldOn"], |new| new.held_on = day("2025-12-31")),
        (&["text"], |new| new.text = " ".to_owned()),
        (&["text"], |new| new.text = "x".repeat(2_001)),
        (&["agreements"], |new| new.agreements = vec![agreement(DialogueParty::Employee, "2026-03-31"); 21]),
        (&["agreements.1.text"], |new| new.agreements[1].text = String::new()),
        (&["agreements.0.dueOn"], |new| new.agreements[0].due_on = day("2026-03-01")),
        (&["agreements.2.dueOn"], |new| new.agreements[2].due_on = day("2027-03-04")),
        (&["text", "agreements.0.text"], |new| {
            new.text = String::new();
            new.agreements[0].text = "x".repeat(2_001);
        }),
    ];
    for (expected, change) in cases {
        assert_eq!(paths(&hold(change).expect_err("refused")), expected);
    }
}

#[test]
fn the_first_and_last_days_are_allowed() {
    let first = hold(|new| {
        new.held_on = day("2026-01-01");
        new.agreements = vec![agreement(DialogueParty::Employee, "2026-01-01")];
    });
    assert_eq!(first.expect("the first day of the plan").agreements[0].due_on, day("2026-01-01"));
    let last = hold(|new| new.agreements = vec![agreement(DialogueParty::Superior, "2027-03-03")]);
    assert_eq!(last.expect("a year later").due_on(DialogueParty::Superior), Some(day("2027-03-03")));
    let many =
        hold(|new| new.agreements = vec![agreement(DialogueParty::Employee, "2026-03-31"); AGREEMENTS_MAX]);
    assert_eq!(many.expect("the most").agreements.len(), AGREEMENTS_MAX);
}

#[test]
fn a_plan_takes_dialogues_unless_it_is_cancelled() {
    for status in PlanStatus::iter() {
        let held = hold_on(&plan_in(status, None), |_| ());
        assert_eq!(held.is_ok(), status != PlanStatus::Cancelled, "{status}");
    }
}

#[test]
fn an_agreement_is_completed_once_by_its_number() {
    let dialogue = held(DialogueKind::PerformanceDialogue);
    let done = dialogue.complete_agreement(3, TEACHER, Some(" Selesai "), at(NOW)).expect("completed");
    let completion = Completion { by: TEACHER, at: at(NOW), note: Some("Selesai".to_owned()) };
    assert_eq!(done.agreements[2].completion, Some(completion));
    assert_eq!(done.due_on(DialogueParty::Employee), Some(day("2026-03-31")), "the next one is due");
    assert_eq!(
        (&done.agreements[0], &done.agreements[1]),
        (&dialogue.agreements[0], &dialogue.agreements[1])
    );
    let again = done.complete_agreement(3, HEAD, None, at(NOW)).expect_err("again");
    assert_eq!(again, [Refusal::agreement_completed()]);
    for number in [i32::MIN, -1, 0, 4, i32::MAX] {
        let unknown = dialogue.complete_agreement(number, TEACHER, None, at(NOW)).expect_err("unknown");
        assert_eq!(paths(&unknown), ["number"], "{number}");
    }
    let long = dialogue.complete_agreement(1, TEACHER, Some(&"x".repeat(2_001)), at(NOW));
    assert_eq!(paths(&long.expect_err("too long")), ["note"]);
    let blank = dialogue.complete_agreement(1, TEACHER, Some(" "), at(NOW)).expect("a blank note is none");
    assert_eq!(blank.agreements[0].completion.as_ref().and_then(|done| done.note.clone()), None);
}

/// Everyone who can see the dialogue, with the relation that they have to its plan.
fn readers() -> Vec<(&'static str, Actor)> {
    let plain = |staff| person(staff, &[]);
    vec![
        ("employee", person(TEACHER, &[TEACHERS_POST])),
        ("superior", person(HEAD, &[HEADS_POST])),
        ("former superior", plain(HEAD)),
        ("acts for the superior", Actor { acting_for: [HEADS_POST].into(), ..plain(STRANGER) }),
        ("succeeds the superior", person(STRANGER, &[HEADS_POST])),
        ("chief", person(CHIEF, &[CHIEFS_POST])),
        ("team", Actor { performance_team: units(&[SCHOOL]), ..plain(STRANGER) }),
        ("admin", Actor { admin: units(&[SCHOOL]), ..plain(STRANGER) }),
        ("auditor", Actor { auditor: true, ..plain(STRANGER) }),
        ("system", Actor::system(AGENCY)),
    ]
}

#[test]
fn the_text_of_counselling_is_for_the_two_alone() {
    for kind in DialogueKind::iter() {
        let dialogue = held(kind);
        for (name, actor) in readers() {
            let two = ["employee", "superior", "former superior"].contains(&name);
            let expected = two || kind != DialogueKind::Counselling;
            assert_eq!(reads_content(&actor, &dialogue), expected, "{kind} {name}");
        }
        let bare = dialogue.clone().without_content();
        assert_eq!((bare.text.as_str(), bare.agreements.len()), ("", 0));
        assert_eq!(
            (bare.kind, bare.held_on, bare.staff, bare.superior),
            (kind, dialogue.held_on, TEACHER, HEAD)
        );
    }
}

#[test]
fn who_has_to_act_and_the_superior_complete() {
    let dialogue = held(DialogueKind::Coaching);
    let complete = |actor: &Actor, number: i32| {
        let by = decide(DialogueAction::CompleteAgreement, actor, &dialogue)?;
        decide_completion(by, dialogue.agreement(number)?)
    };
    for (name, actor) in readers() {
        let expected = match name {
            "employee" => [true, false],
            "superior" | "former superior" => [true, true],
            _ => [false, false],
        };
        assert_eq!([1, 2].map(|number| complete(&actor, number).is_ok()), expected, "{name}");
        let allowed = allowed_actions(&actor, &dialogue);
        assert_eq!(allowed[0].refusal.is_none(), expected[0], "{name}");
        assert_eq!(allowed[0].who_can, [TEACHER, HEAD]);
    }
}

#[test]
fn the_action_is_allowed_while_an_agreement_of_the_actor_is_open() {
    let (employee, superior) = (person(TEACHER, &[TEACHERS_POST]), person(HEAD, &[HEADS_POST]));
    let code = |actor: &Actor, dialogue: &Dialogue| {
        allowed_actions(actor, dialogue).remove(0).refusal.map(|refusal| refusal.code.error_code())
    };
    let mut dialogue = held(DialogueKind::Coaching);
    for number in [1, 3] {
        dialogue = dialogue.complete_agreement(number, TEACHER, None, at(NOW)).expect("completed");
    }
    assert_eq!(code(&employee, &dialogue), Some(ErrorCode::Forbidden), "the other is the superior's");
    assert_eq!(code(&superior, &dialogue), None);
    let done = dialogue.complete_agreement(2, HEAD, None, at(NOW)).expect("completed");
    for actor in [&employee, &superior] {
        assert_eq!(code(actor, &done), Some(ErrorCode::InvalidTransition));
    }
    let Code::InvalidTransition { from, .. } = Refusal::agreement_completed().code else {
        panic!("a transition")
    };
    assert_eq!(from, "COMPLETED");
}
