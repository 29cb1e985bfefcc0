//! Marks: what the server noticed about an activity and its evidence. A mark is not a verdict: it refuses nothing, and
//! no rule depends on it. The reviewer and the person see it, and the person can answer.

use super::{Activity, ActivityStatus, EvidenceKind, RULES};
use crate::{
    Key, Message, Refusal,
    action::ActivityAction,
    error::reason,
    id::{ActivityId, EvidenceId},
    time::Instant,
};
use chrono::Duration;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

/// A mark names at most this many other activities.
pub const MARKED_MAX: usize = 20;
/// Descriptions with fewer letters and digits are not compared: short ones, such as those of daily routine, are often
/// the same for good reasons.
pub const COMPARED_FROM: usize = 40;
/// An activity is marked if the server received it more than this many hours after its entry by the client's clock.
pub const CLAIM_HOURS: i64 = 24;

/// Kind of mark.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum MarkKind {
    /// Another activity has a file with the same bytes.
    SameFile,
    /// Another activity has the same description, apart from case, spaces and punctuation.
    SameText,
    /// Other activities of the person take place at the same time.
    Overlap,
    /// It was received late.
    Late,
    /// By the client's clock it was entered long before it was received.
    ClaimedTime,
    /// The evidence is a link, and its content can change.
    LinkCanChange,
}

/// A mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its kind.
    pub kind: MarkKind,
    /// The marked evidence; `None` if the activity itself is marked.
    pub evidence: Option<EvidenceId>,
    /// Other activities that it is about and that the reader can see, at most [`MARKED_MAX`].
    pub others: Vec<ActivityId>,
    /// Whether the mark is also about activities that the reader can't see.
    pub elsewhere: bool,
}

/// Other activities that have one thing in common with an activity, such as the description.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alike {
    /// Those that the reader can see, at most [`MARKED_MAX`].
    pub others: Vec<ActivityId>,
    /// Whether there are some that the reader can't see.
    pub elsewhere: bool,
}

impl Alike {
    const fn is_empty(&self) -> bool {
        self.others.is_empty() && !self.elsewhere
    }
}

/// Other activities that have something in common with an activity. Discarded ones are left out.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Activities with the same file, by its hash.
    pub files: HashMap<String, Alike>,
    /// Activities with the same description.
    pub text: Alike,
    /// Activities of the person at the same time.
    pub times: Alike,
}

/// The answer of a person to the marks of their activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkAnswer {
    /// The answer, at most 2,000 characters.
    pub text: String,
    /// When it was given.
    pub at: Instant,
}

/// The letters and digits of a description, which are compared with those of other descriptions; `None` for a short
/// description. Their hash is stored with each activity, so a change of this function needs a migration.
#[must_use]
pub fn compared_text(description: &str) -> Option<String> {
    let letters: String =
        description.nfkc().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()).collect();
    (letters.chars().count() >= COMPARED_FROM).then_some(letters)
}

impl Activity {
    /// The marks of the activity. A discarded one has none.
    #[must_use]
    pub fn marks(&self, found: &Found) -> Vec<Mark> {
        if self.status == ActivityStatus::Discarded {
            return Vec::new();
        }
        let mark = |kind, evidence, alike: Alike| Mark {
            kind,
            evidence,
            others: alike.others,
            elsewhere: alike.elsewhere,
        };
        let mut marks = Vec::new();
        for evidence in &self.evidence {
            let alike = evidence.hash.as_ref().and_then(|hash| found.files.get(hash));
            if let Some(alike) = alike.filter(|alike| !alike.is_empty()) {
                marks.push(mark(MarkKind::SameFile, Some(evidence.id), alike.clone()));
            }
        }
        for (kind, alike) in [(MarkKind::SameText, &found.text), (MarkKind::Overlap, &found.times)] {
            if !alike.is_empty() {
                marks.push(mark(kind, None, alike.clone()));
            }
        }
        if self.late {
            marks.push(mark(MarkKind::Late, None, Alike::default()));
        }
        if self.claimed_at.is_some_and(|claimed| self.received_at - claimed > Duration::hours(CLAIM_HOURS)) {
            marks.push(mark(MarkKind::ClaimedTime, None, Alike::default()));
        }
        let links = self.evidence.iter().filter(|evidence| evidence.kind == EvidenceKind::Link);
        marks.extend(links.map(|link| mark(MarkKind::LinkCanChange, Some(link.id), Alike::default())));
        marks
    }

    /// Records the person's answer to the marks. It replaces an earlier answer.
    ///
    /// # Errors
    /// As [`Self::permits`]; `BAD_USER_INPUT` for an answer that is blank or too long.
    pub fn answer_marks(
        &self,
        text: &str,
        context: &super::ActivityContext<'_>,
        at: Instant,
    ) -> Result<Self, Refusal> {
        self.permits(ActivityAction::AnswerMarks, context)?;
        let text = reason("text", text)?;
        Ok(Self { mark_answer: Some(MarkAnswer { text, at }), ..self.clone() })
    }
}

impl Mark {
    /// The sentence for people.
    #[must_use]
    pub fn message(&self) -> Message {
        let only_elsewhere = self.others.is_empty() && self.elsewhere;
        match self.kind {
            MarkKind::SameFile if only_elsewhere => Message::new(Key::MarkSameFileElsewhere),
            MarkKind::SameFile => Message::new(Key::MarkSameFile),
            MarkKind::SameText if only_elsewhere => Message::new(Key::MarkSameTextElsewhere),
            MarkKind::SameText => Message::new(Key::MarkSameText),
            MarkKind::Overlap => Message::new(Key::MarkOverlap),
            MarkKind::Late => Message::new(Key::MarkLate).with("days", RULES.late_after_days),
            MarkKind::ClaimedTime => Message::new(Key::MarkClaimedTime).with("hours", CLAIM_HOURS),
            MarkKind::LinkCanChange => Message::new(Key::MarkLinkCanChange),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        activity::{Evidence, NewActivity},
        testing::*,
    };

    fn activity() -> Activity {
        let new = NewActivity { id: ActivityId(uuid(300)), client_key: uuid(301), input: lesson() };
        Activity::create(new, &activity_context(&approved(), &parts(None)), at("2026-02-02 16:00"))
            .expect("an activity")
    }

    fn kinds(activity: &Activity, found: &Found) -> Vec<MarkKind> {
        activity.marks(found).into_iter().map(|mark| mark.kind).collect()
    }

    fn alike(others: &[u128], elsewhere: bool) -> Alike {
        Alike { others: others.iter().map(|id| ActivityId(uuid(*id))).collect(), elsewhere }
    }

    #[test]
    fn each_mark_has_its_cause() {
        let mut plain = activity();
        plain.evidence.clear();
        assert_eq!(kinds(&plain, &Found::default()), []);
        let found = Found { text: alike(&[7], false), times: alike(&[], true), ..Found::default() };
        assert_eq!(kinds(&plain, &found), [MarkKind::SameText, MarkKind::Overlap]);
        assert_eq!(kinds(&Activity { late: true, ..plain.clone() }, &Found::default()), [MarkKind::Late]);
        for (hours, marked) in [(24, false), (25, true), (-30, false)] {
            let claimed_at = Some(plain.received_at - Duration::hours(hours));
            let claimed = Activity { claimed_at, ..plain.clone() };
            assert_eq!(!kinds(&claimed, &Found::default()).is_empty(), marked, "{hours}");
        }
        let link = Evidence::link(EvidenceId(uuid(1)), "https://a", None, at("2026-02-02 16:00"));
        let mut file = link.clone().expect("a link");
        file.kind = EvidenceKind::File;
        file.hash = Some("ab".to_owned());
        let with = Activity { evidence: vec![link.expect("a link"), file], ..plain };
        assert_eq!(kinds(&with, &Found::default()), [MarkKind::LinkCanChange]);
        let files = [("ab".to_owned(), alike(&[7], true)), ("cd".to_owned(), alike(&[8], true))];
        let found = Found { files: files.into_iter().collect(), ..Found::default() };
        let marks = with.marks(&found);
        assert_eq!((marks[0].kind, marks[0].others.len()), (MarkKind::SameFile, 1));
        let discarded = Activity { status: ActivityStatus::Discarded, late: true, ..with };
        assert_eq!(kinds(&discarded, &found), []);
    }

    #[test]
    fn texts_are_compared_by_letters_and_digits() {
        let text = "Mengajar IPA kelas VII: gerak lurus, praktikum kelompok 1";
        let other = "mengajar  ipa kelas vii, gerak lurus – praktikum kelompok 1.";
        assert!(compared_text(text).is_some());
        assert_eq!(compared_text(text), compared_text(other));
        assert_ne!(compared_text(text), compared_text(&text.replace('1', "2")));
        assert_eq!(compared_text(&"a".repeat(39)), None);
        assert!(compared_text(&"a".repeat(40)).is_some());
    }

    #[test]
    fn the_person_can_replace_their_answer_while_the_part_is_open() {
        let (plan, open) = (approved(), parts(None));
        let context = activity_context(&plan, &open);
        let first = activity().answer_marks(" Tim yang sama ", &context, at("2026-02-03 08:00"));
        let first = first.expect("an answer");
        assert_eq!(first.mark_answer.as_ref().map(|answer| answer.text.as_str()), Some("Tim yang sama"));
        let second = first.answer_marks("Lain", &context, at("2026-02-03 09:00")).expect("an answer");
        assert_eq!(second.mark_answer.map(|answer| answer.text).as_deref(), Some("Lain"));
        assert!(activity().answer_marks("  ", &context, at("2026-02-03 08:00")).is_err());
        let fixed = parts(Some(crate::evaluation::EvaluationStatus::Final));
        let context = activity_context(&plan, &fixed);
        assert!(activity().answer_marks("Lain", &context, at("2026-02-03 08:00")).is_err());
    }

    #[test]
    fn sentences_name_nobody() {
        for kind in <MarkKind as strum::IntoEnumIterator>::iter() {
            for elsewhere in [false, true] {
                let mark = Mark { kind, evidence: None, others: Vec::new(), elsewhere };
                crate::message::tests::check(&mark.message());
            }
        }
    }
}
