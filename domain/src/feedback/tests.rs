//! Feedback rules.

mod requests;

use super::*;
use crate::testing::*;
use std::collections::BTreeSet;
use strum::IntoEnumIterator;

fn give_by(
    author: StaffId,
    plan: &Plan,
    change: impl FnOnce(&mut FeedbackInput),
) -> Result<Feedback, Vec<Refusal>> {
    let mut input = FeedbackInput {
        about: FeedbackAbout::Result(RESULT),
        evaluation: None,
        text: " Pembelajaran sudah baik ".to_owned(),
    };
    change(&mut input);
    let direction = if author == plan.staff { FeedbackDirection::Own } else { FeedbackDirection::Superior };
    Feedback::give(FeedbackId(uuid(600)), (author, direction), input, plan, at("2026-03-01 10:00"))
}

fn give(plan: &Plan, change: impl FnOnce(&mut FeedbackInput)) -> Result<Feedback, Vec<Refusal>> {
    give_by(HEAD, plan, change)
}

#[test]
fn feedback_goes_to_the_owner_of_the_plan() {
    let given = give(&approved(), |_| ()).expect("given");
    assert_eq!(
        (given.recipient, given.unit, given.text.as_str()),
        (TEACHER, SCHOOL, "Pembelajaran sudah baik")
    );
}

#[test]
fn invalid_feedback_is_refused() {
    type Change = fn(&mut FeedbackInput);
    let cases: [(&str, Change); 3] = [
        ("about.planResultId", |new| new.about = FeedbackAbout::Result(SUPERIORS_RESULT)),
        ("text", |new| new.text = " ".to_owned()),
        ("text", |new| new.text = "x".repeat(2_001)),
    ];
    for (path, change) in cases {
        assert_eq!(paths(&give(&approved(), change).expect_err("refused")), [path]);
    }
}

#[test]
fn a_plan_takes_feedback_unless_it_is_cancelled() {
    for status in PlanStatus::iter() {
        for author in [HEAD, TEACHER] {
            let given = give_by(author, &plan_in(status, None), |_| ());
            assert_eq!(given.is_ok(), status != PlanStatus::Cancelled, "{status}");
        }
    }
}

#[test]
fn the_object_converts_to_kind_and_id_and_back() {
    for kind in FeedbackKind::iter() {
        let about = FeedbackAbout::new(kind, uuid(5));
        let id = (kind != FeedbackKind::General).then_some(uuid(5));
        assert_eq!((about.kind(), about.id()), (kind, id));
    }
}

#[test]
fn only_the_recipient_replies_and_once() {
    use crate::{
        action::FeedbackAction,
        policy::feedback::{allowed_actions, decide},
    };
    let given = give(&approved(), |_| ()).expect("given");
    let replied = given.reply("Terima kasih", at("2026-03-02 10:00")).expect("a reply");
    for (staff, may) in [(TEACHER, true), (HEAD, false), (STRANGER, false)] {
        let actor = person(staff, &[]);
        assert_eq!(decide(FeedbackAction::ReplyFeedback, &actor, &given).is_ok(), may);
        for (feedback, open) in [(&given, may), (&replied, false)] {
            let allowed = allowed_actions(&actor, feedback);
            let found: Vec<_> =
                allowed.iter().map(|one| (one.refusal.is_none(), one.who_can.clone())).collect();
            assert_eq!(found, [(open, vec![TEACHER])]);
        }
    }
}

#[test]
fn feedback_takes_one_reply() {
    let given = give(&approved(), |_| ()).expect("given");
    let replied = given.reply(" Terima kasih ", at("2026-03-02 10:00")).expect("a reply");
    assert_eq!(replied.reply.as_ref().map(|reply| reply.text.as_str()), Some("Terima kasih"));
    assert_eq!(paths(&given.reply(" ", at("2026-03-02 10:00")).expect_err("no text")), ["text"]);
    let again = replied.reply("Lagi", at("2026-03-03 10:00")).expect_err("a second reply");
    assert_eq!(again, [Refusal::replied()]);
}

#[test]
fn feedback_from_before_directions_is_from_a_superior() {
    let given = give(&approved(), |_| ()).expect("given");
    let mut image = serde_json::to_value(&given).expect("JSON");
    image.as_object_mut().expect("an object").remove("direction");
    assert_eq!(serde_json::from_value::<Feedback>(image).expect("feedback"), given);
}

fn text_of(author: u128, direction: FeedbackDirection, on: &str) -> WaitingFeedback {
    let input =
        FeedbackInput { about: FeedbackAbout::General, evaluation: None, text: format!("Dari {author}") };
    let who = (StaffId(uuid(author)), direction, TEACHER);
    WaitingFeedback::give(uuid(author), AGENCY, who, input, (at("2026-03-01 10:00"), day(on)))
        .expect("a text")
}

#[test]
fn texts_in_confidence_name_no_part_of_a_plan() {
    let who = (HEAD, FeedbackDirection::Peer, TEACHER);
    let give = |about, evaluation| {
        let input = FeedbackInput { about, evaluation, text: "x".to_owned() };
        WaitingFeedback::give(uuid(1), AGENCY, who, input, (at("2026-03-01 10:00"), day("2026-03-01")))
    };
    assert!(give(FeedbackAbout::General, None).is_ok());
    let evaluation = Some(EvaluationId(uuid(7)));
    let refused = give(FeedbackAbout::Result(RESULT), evaluation).expect_err("refused");
    assert_eq!(paths(&refused), ["about", "evaluationId"]);
    let activity = FeedbackAbout::Activity(ActivityId(uuid(8)));
    assert_eq!(paths(&give(activity, None).expect_err("refused")), ["about"]);
}

/// Who has written, in which direction, on which day.
type Written = (u128, FeedbackDirection, &'static str);

/// The table: how many people of each direction have written until the end of the part, and what is released.
#[test]
fn three_people_of_one_direction_release_their_texts() {
    use FeedbackDirection::{Own, Peer, Subordinate, Superior};
    let terms = Terms { until: Some(day("2026-03-31")), authors: MIN_AUTHORS };
    let (in_time, late) = ("2026-03-31", "2026-04-01");
    let cases: [(&[Written], usize); 8] = [
        (&[(1, Peer, in_time), (2, Peer, in_time)], 0),
        (&[(1, Peer, in_time), (2, Peer, in_time), (3, Peer, in_time)], 3),
        // Three texts of the same person count as one author.
        (&[(1, Peer, in_time), (1, Peer, in_time), (1, Peer, in_time)], 0),
        // Directions don't add up.
        (&[(1, Peer, in_time), (2, Peer, in_time), (3, Subordinate, in_time)], 0),
        // A late text is neither counted nor released.
        (&[(1, Peer, in_time), (2, Peer, in_time), (3, Peer, late)], 0),
        (&[(1, Peer, in_time), (2, Peer, in_time), (3, Peer, in_time), (4, Peer, late)], 3),
        // Both texts of one person are released.
        (&[(1, Peer, in_time), (1, Peer, in_time), (2, Peer, in_time), (3, Peer, in_time)], 4),
        // Open texts wait only for a plan.
        (&[(1, Superior, late), (2, Own, in_time), (3, Peer, in_time)], 2),
    ];
    for (texts, expected) in cases {
        let waiting: Vec<_> =
            texts.iter().map(|(author, direction, on)| text_of(*author, *direction, on)).collect();
        assert_eq!(due(&waiting, terms, &BTreeSet::new()).len(), expected, "{texts:?}");
        let before = Terms { until: None, ..terms };
        let open = texts.iter().filter(|(_, direction, _)| !direction.is_confidential()).count();
        assert_eq!(due(&waiting, before, &BTreeSet::new()).len(), open, "before a part has ended: {texts:?}");
    }
    // An author whose account the person can use does not count, but their text is released together with those of
    // three others.
    let waiting: Vec<_> = (1..=4).map(|author| text_of(author, Peer, in_time)).collect();
    let dependent = |authors: &[u128]| authors.iter().map(|author| StaffId(uuid(*author))).collect();
    assert_eq!(due(&waiting, terms, &dependent(&[1])).len(), 4);
    assert_eq!(due(&waiting, terms, &dependent(&[1, 2])).len(), 0);
    // The control: if one author is enough, a single text is released.
    let alone = [text_of(1, Peer, in_time)];
    assert_eq!(due(&alone, Terms { authors: 1, ..terms }, &BTreeSet::new()).len(), 1);
}

#[test]
fn a_released_text_has_neither_author_nor_time() {
    let plan = approved();
    let at_release = at("2026-04-01 00:01");
    for direction in FeedbackDirection::iter() {
        let text = text_of(0x4711, direction, "2026-03-31");
        let shown = text.released(FeedbackId(uuid(9)), &plan, None, (at_release, "hash".to_owned()));
        let (open, sealed) = ((Some(text.author), None, text.given_at), (None, Some("hash"), at_release));
        let found = (shown.author, shown.seal.as_deref(), shown.given_at);
        assert_eq!(found, if direction.is_confidential() { sealed } else { open }, "{direction}");
        let image = serde_json::to_string(&shown).expect("JSON");
        assert_eq!(image.contains(&text.author.0.to_string()), !direction.is_confidential(), "{image}");
    }
}

#[test]
fn feedback_goes_to_the_earliest_plan_that_takes_it() {
    let plan = |id: u128, starts: &str, ends: &str, is_open| Candidate {
        plan: PlanId(uuid(id)),
        starts_on: day(starts),
        ends_on: day(ends),
        is_open,
    };
    let this = |is_open| plan(1, "2026-01-01", "2026-12-31", is_open);
    let next = plan(2, "2027-01-01", "2027-12-31", true);
    let chosen = |plans: &[Candidate], on: &str| plan_from(plans, day(on)).map(|id| id.0);
    assert_eq!(chosen(&[next, this(true)], "2026-06-01"), Some(uuid(1)));
    // The result of this year is final.
    assert_eq!(chosen(&[next, this(false)], "2026-12-31"), Some(uuid(2)));
    assert_eq!(chosen(&[this(false)], "2026-12-31"), None, "it waits for the next plan");
    assert_eq!(chosen(&[this(true)], "2027-01-01"), None);
    let first_half = plan(3, "2026-01-01", "2026-06-30", true);
    let second_half = plan(4, "2026-07-01", "2026-12-31", true);
    assert_eq!(chosen(&[second_half, first_half], "2026-04-01"), Some(uuid(3)));
    assert_eq!(chosen(&[second_half, first_half], "2026-07-01"), Some(uuid(4)));
}

#[test]
fn the_summary_counts_texts_and_people_by_month_direction_and_value() {
    let plan = approved();
    let shown = |id: u128, direction, about, on: &str| {
        let given = text_of(1, direction, "2026-03-31").released(
            FeedbackId(uuid(id)),
            &plan,
            None,
            (at(on), "hash".to_owned()),
        );
        Feedback { about, given_at: at(on), ..given }
    };
    let value = FeedbackAbout::Behaviour(CriterionId(uuid(5)));
    let (people, released) = ([Some(StaffId(uuid(1))), Some(StaffId(uuid(2)))], "2026-04-01 00:01");
    let feedback = [
        (shown(1, FeedbackDirection::Peer, value, released), people[0]),
        (shown(2, FeedbackDirection::Peer, value, released), people[0]),
        (shown(3, FeedbackDirection::Peer, value, released), people[1]),
        (shown(4, FeedbackDirection::Peer, FeedbackAbout::General, released), people[1]),
        (shown(5, FeedbackDirection::Superior, value, "2026-03-31 23:59"), people[0]),
    ];
    let lines = summary(feedback.iter().map(|(one, author)| (one, *author)), crate::time::Calendar::JAKARTA);
    let found: Vec<_> = lines
        .iter()
        .map(|line| {
            (line.month, line.direction, line.about, line.criterion.is_some(), line.texts, line.people)
        })
        .collect();
    use FeedbackDirection::{Peer, Superior};
    let expected = [
        (day("2026-03-01"), Superior, FeedbackKind::Behaviour, true, 1, 1),
        (day("2026-04-01"), Peer, FeedbackKind::Behaviour, true, 3, 2),
        (day("2026-04-01"), Peer, FeedbackKind::General, false, 1, 1),
    ];
    assert_eq!(found, expected);
}
