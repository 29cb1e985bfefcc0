//! Corrections of personnel data (perbaikan data): a person reports a mistake in their record, and an admin of the unit
//! answers within a number of working days.
//!
//! A request changes nothing by itself. The admin changes the record with the mutations of the organisation and then
//! answers that it is fixed, or declines. Rights are in `policy::correction`.

#[cfg(test)]
mod tests;

use crate::{
    Key, Labelled, Message, Refusal,
    action::CorrectionAction,
    activity::{EVIDENCE_MAX, Evidence, GivenEvidence},
    employment::EmploymentKind,
    error::{TEXT_MAX, optional_text, text, unless_refused},
    event::{EventKind, SubjectKind},
    id::{AgencyId, AssignmentId, CorrectionId, EventId, PositionId, StaffId, UnitId},
    period::FIRST_YEAR,
    scoring::Label,
    time::{Date, Instant},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Maximum length of the proposed value, in characters.
const PROPOSED_MAX: usize = 300;

/// Status of a request to correct a record.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CorrectionStatus {
    /// Requested; waits for an admin of the unit.
    Requested,
    /// The record was changed.
    Fixed,
    /// Declined, with a reason.
    Declined,
    /// Withdrawn by the person before it was answered.
    Withdrawn,
}

/// The part of a record that is wrong.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CorrectionSubject {
    /// The direct superior (atasan langsung).
    Superior,
    /// The unit.
    Unit,
    /// The position (jabatan).
    Position,
    /// The rank (golongan).
    Rank,
    /// The employment kind (jenis kepegawaian).
    Employment,
    /// The name with titles.
    Name,
    /// The NIP.
    Nip,
}

impl CorrectionSubject {
    /// The kinds of journal entries that can change it.
    #[must_use]
    pub const fn changed_by(self) -> &'static [EventKind] {
        use EventKind as E;
        match self {
            Self::Superior => &[E::SuperiorAssigned, E::AssignmentOpened, E::AssignmentReopened],
            Self::Unit => &[E::AssignmentOpened, E::AssignmentReopened, E::OrgUnitUpdated],
            Self::Position => &[E::AssignmentOpened, E::AssignmentReopened, E::PositionUpdated],
            Self::Rank => &[E::AssignmentUpdated, E::AssignmentOpened, E::AssignmentReopened],
            Self::Employment | Self::Name | Self::Nip => &[E::StaffUpdated],
        }
    }
}

/// The answer to a request.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CorrectionOutcome {
    /// The record was changed.
    Fixed,
    /// The record stays.
    Declined,
}

/// The content of a record on one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "subject", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Recorded {
    /// The direct superior.
    Superior {
        /// The superior's assignment.
        assignment: Option<AssignmentId>,
        /// Its holder.
        staff: Option<StaffId>,
        /// The holder's name.
        name: Option<String>,
    },
    /// The unit.
    Unit {
        /// Its id.
        unit: UnitId,
        /// Its name.
        name: String,
    },
    /// The position.
    Position {
        /// Its id.
        position: PositionId,
        /// Its name.
        name: String,
    },
    /// The rank.
    Rank {
        /// In canonical spelling.
        rank: Option<String>,
    },
    /// The employment kind.
    Employment {
        /// The kind.
        employment: EmploymentKind,
    },
    /// The name with titles.
    Name {
        /// As printed.
        name: String,
    },
    /// The NIP.
    Nip {
        /// 18 digits.
        nip: Option<String>,
    },
}

impl Recorded {
    /// The kind of recorded value.
    #[must_use]
    pub const fn subject(&self) -> CorrectionSubject {
        match self {
            Self::Superior { .. } => CorrectionSubject::Superior,
            Self::Unit { .. } => CorrectionSubject::Unit,
            Self::Position { .. } => CorrectionSubject::Position,
            Self::Rank { .. } => CorrectionSubject::Rank,
            Self::Employment { .. } => CorrectionSubject::Employment,
            Self::Name { .. } => CorrectionSubject::Name,
            Self::Nip { .. } => CorrectionSubject::Nip,
        }
    }

    /// The value as a label for people; `None` if the record has no value.
    #[must_use]
    pub fn words(&self) -> Option<Label> {
        let text = match self {
            Self::Employment { employment } => return Some(employment.words()),
            Self::Superior { name, .. } => name.as_ref(),
            Self::Rank { rank } => rank.as_ref(),
            Self::Nip { nip } => nip.as_ref(),
            Self::Unit { name, .. } | Self::Position { name, .. } | Self::Name { name } => Some(name),
        };
        text.map(|text| Label::same(text.as_str()))
    }

    /// The superior whom the record names.
    #[must_use]
    pub const fn superior(&self) -> Option<StaffId> {
        match self {
            Self::Superior { staff, .. } => *staff,
            _ => None,
        }
    }

    /// Whether the record has another value now. The superior is compared as a person, not by the spelling of the name.
    #[must_use]
    pub fn differs(&self, now: &Self) -> bool {
        match (self, now) {
            (Self::Superior { assignment: then, .. }, Self::Superior { assignment: now, .. }) => then != now,
            (then, now) => then != now,
        }
    }
}

/// A request of a person to correct their record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Its id.
    pub id: CorrectionId,
    /// The agency.
    pub agency: AgencyId,
    /// The person.
    pub staff: StaffId,
    /// The person's assignment when it was requested.
    pub assignment: AssignmentId,
    /// The unit of this assignment. Its admins answer.
    pub unit: UnitId,
    /// The content of the record when the correction was requested.
    pub recorded: Recorded,
    /// The value that the record should have, 1 to 300 characters.
    pub proposed: String,
    /// Why, 1 to 2,000 characters.
    pub reason: String,
    /// The first day on which the proposed value applies.
    pub on: Option<Date>,
    /// Proof, such as a decree: files and links.
    pub evidence: Vec<Evidence>,
    /// A key that the client chose; never reused by the same person.
    pub client_key: Uuid,
    /// When it was requested.
    pub requested_at: Instant,
    /// The last day for an answer in time.
    pub due_on: Date,
    /// Its status.
    pub status: CorrectionStatus,
    /// The answer of the admin.
    pub resolution: Option<Resolution>,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// The answer of an admin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// The admin.
    pub by: StaffId,
    /// When.
    pub at: Instant,
    /// The answer, at most 2,000 characters; the reason if they declined.
    pub answer: Option<String>,
    /// The change of the record, if it is fixed and the change is in the journal.
    pub change: Option<RecordChange>,
}

/// The journal entry that changed a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordChange {
    /// Its id.
    pub entry: EventId,
    /// What happened.
    pub kind: EventKind,
    /// The kind of the changed object.
    pub object: SubjectKind,
    /// The id of the changed object.
    pub object_id: Uuid,
    /// The version of the object after the change.
    pub object_version: i32,
    /// When.
    pub at: Instant,
}

/// Input for a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CorrectionInput<E = GivenEvidence> {
    /// The part of the record that is wrong.
    pub subject: CorrectionSubject,
    /// The value that the record should have.
    pub proposed: String,
    /// Why.
    pub reason: String,
    /// The first day on which the proposed value applies.
    pub on: Option<Date>,
    /// Proof.
    pub evidence: Vec<E>,
}

impl CorrectionInput {
    /// The same input with stored evidence instead of the links and uploads that the client gave.
    #[must_use]
    pub fn with_evidence(self, evidence: Vec<Evidence>) -> CorrectionInput<Evidence> {
        CorrectionInput {
            subject: self.subject,
            proposed: self.proposed,
            reason: self.reason,
            on: self.on,
            evidence,
        }
    }
}

/// Data that a request needs. The store finds it.
pub struct CorrectionFacts<'a> {
    /// The agency.
    pub agency: AgencyId,
    /// The person.
    pub staff: StaffId,
    /// The person's assignment today, with its unit.
    pub post: (AssignmentId, UnitId),
    /// The content of the record now.
    pub recorded: Recorded,
    /// The person's request about the same subject that waits for an answer, with the day on which it was made.
    pub open: Option<(&'a Correction, Date)>,
    /// The last day for an answer in time.
    pub due_on: Date,
    /// Now.
    pub at: Instant,
    /// Today, in the time zone of the agency.
    pub today: Date,
}

impl Correction {
    /// Requests a correction of the person's own record.
    ///
    /// # Errors
    /// A refusal for each broken rule: an open request about the same subject, missing or long texts, a day in the
    /// future, too much evidence.
    pub fn request(
        id: CorrectionId,
        client_key: Uuid,
        input: CorrectionInput<Evidence>,
        facts: CorrectionFacts<'_>,
    ) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        if let Some((open, day)) = facts.open {
            let message = Message::new(Key::CorrectionOpen)
                .with_label("part", input.subject)
                .with("day", day)
                .with("deadline", open.due_on);
            refusals.push(Refusal::input(["subject"], message));
        }
        let proposed = text("proposed", &input.proposed, PROPOSED_MAX, &mut refusals);
        let reason = text("reason", &input.reason, TEXT_MAX, &mut refusals);
        let first = Date::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap_or_default();
        if input.on.is_some_and(|on| on < first || on > facts.today) {
            let message = Message::new(Key::CorrectionDay).with("from", first).with("to", facts.today);
            refusals.push(Refusal::input(["on"], message));
        }
        if input.evidence.len() > EVIDENCE_MAX {
            let message = Message::new(Key::TooMany).with("field", "evidence").with("max", EVIDENCE_MAX);
            refusals.push(Refusal::input(["evidence"], message));
        }
        let (assignment, unit) = facts.post;
        let requested = Self {
            id,
            agency: facts.agency,
            staff: facts.staff,
            assignment,
            unit,
            recorded: facts.recorded,
            proposed,
            reason,
            on: input.on,
            evidence: input.evidence,
            client_key,
            requested_at: facts.at,
            due_on: facts.due_on,
            status: CorrectionStatus::Requested,
            resolution: None,
            version: 1,
        };
        unless_refused(requested, refusals)
    }

    /// Whether the request has this content, answered or not.
    #[must_use]
    pub fn is_of(&self, input: &CorrectionInput<Evidence>) -> bool {
        self.recorded.subject() == input.subject
            && self.proposed == input.proposed.trim()
            && self.reason == input.reason.trim()
            && self.on == input.on
            && self.evidence.len() == input.evidence.len()
            && self.evidence.iter().zip(&input.evidence).all(|(one, given)| one.is_of(given))
    }

    /// Checks whether the state permits an action. Does not check who may run it.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` with the actions that the state permits.
    pub fn permits(&self, action: CorrectionAction) -> Result<(), Refusal> {
        Refusal::unless_allowed(self.status, action, |action: CorrectionAction| match action {
            CorrectionAction::ResolveCorrection | CorrectionAction::WithdrawCorrection => {
                self.status == CorrectionStatus::Requested
            }
        })
    }

    /// Answers that the record is fixed, which needs a journalled change of the record, or declines, which needs a
    /// reason.
    ///
    /// # Errors
    /// As [`Self::permits`]; a refusal if the change or the reason is missing.
    pub fn resolve(
        &self,
        (by, at): (StaffId, Instant),
        (outcome, answer): (CorrectionOutcome, Option<&str>),
        now: &Recorded,
        change: Option<RecordChange>,
    ) -> Result<Self, Vec<Refusal>> {
        self.permits(CorrectionAction::ResolveCorrection)?;
        let mut refusals = Vec::new();
        let (status, answer, change) = match outcome {
            CorrectionOutcome::Fixed => {
                if !self.recorded.differs(now) {
                    let message =
                        Message::new(Key::CorrectionUnchanged).with_label("part", self.recorded.subject());
                    refusals.push(Refusal::input(["outcome"], message));
                }
                let answer = optional_text("answer", answer, TEXT_MAX, &mut refusals);
                (CorrectionStatus::Fixed, answer, change)
            }
            CorrectionOutcome::Declined => {
                let answer = text("answer", answer.unwrap_or_default(), TEXT_MAX, &mut refusals);
                (CorrectionStatus::Declined, Some(answer), None)
            }
        };
        let resolution = Some(Resolution { by, at, answer, change });
        unless_refused(Self { status, resolution, ..self.clone() }, refusals)
    }

    /// Withdraws the request, as the person who made it.
    ///
    /// # Errors
    /// As [`Self::permits`].
    pub fn withdraw(&self) -> Result<Self, Refusal> {
        self.permits(CorrectionAction::WithdrawCorrection)?;
        Ok(Self { status: CorrectionStatus::Withdrawn, ..self.clone() })
    }
}
