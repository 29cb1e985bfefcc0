//! Trainings (pengembangan kompetensi) that people record with their certificate: workshops, certifications, awards.
//!
//! The performance team or an admin of the unit verifies a training. A verified training counts towards the lesson
//! hours of its year, and as evidence for the result row or behaviour value that it supports. `recognised` decides
//! which trainings an evaluation shows, and `scoring` how much of them counts. Rights are in `policy::training`.

mod recognised;
#[cfg(test)]
mod tests;

pub use recognised::{hours, recognised};

use crate::{
    Key, Message, Refusal,
    action::TrainingAction,
    activity::{EVIDENCE_MAX, Evidence, GivenEvidence},
    error::{TEXT_MAX, optional_text, text, unless_refused},
    id::{
        AgencyId, AssignmentId, CriterionId, PlanId, RecommendationId, ResultId, StaffId, TrainingId, UnitId,
    },
    period::FIRST_YEAR,
    plan::{Plan, PlanStatus},
    regulation::TrainingKind,
    scoring::{CountsFor, Label},
    time::{Date, Instant},
};
use chrono::{Datelike, Duration};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Maximum lesson hours (JP) of one training.
pub const HOURS_MAX: u32 = 1_000;
/// Maximum number of days from the first to the last day of a training.
const DAYS_MAX: i64 = 1_100;
/// Maximum number of trainings of a person that end in the same year, without withdrawn ones.
pub const YEAR_MAX: usize = 100;
const TITLE_MAX: usize = 300;
const NUMBER_MAX: usize = 100;

/// Status of a training.
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
pub enum TrainingStatus {
    /// Recorded by the person; waits for the performance team.
    Recorded,
    /// Verified: it counts.
    Verified,
    /// Refused, with a reason. The person may record it again.
    Refused,
    /// Withdrawn by the person before it was verified.
    Withdrawn,
}

/// A training of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Training {
    /// Its id.
    pub id: TrainingId,
    /// The agency.
    pub agency: AgencyId,
    /// The person.
    pub staff: StaffId,
    /// The assignment of the plan that it supports; otherwise the person's assignment when it was recorded.
    pub assignment: AssignmentId,
    /// The unit of this assignment.
    pub unit: UnitId,
    /// The code of its kind.
    pub kind: String,
    /// The name of its kind when it was recorded.
    pub kind_label: Label,
    /// Its name, 1 to 300 characters.
    pub title: String,
    /// Who organised or awarded it, 1 to 300 characters.
    pub organiser: String,
    /// Lesson hours (JP); 0 for a kind without hours.
    pub hours: u32,
    /// The first day.
    pub starts_on: Date,
    /// The last day. It counts in the year of this day.
    pub ends_on: Date,
    /// The number of the certificate, at most 100 characters.
    pub certificate_number: Option<String>,
    /// The certificate: files and links, at least one.
    pub evidence: Vec<Evidence>,
    /// What it supports; `None` if it only counts towards the hours of the year.
    pub supports: Option<Support>,
    /// The recommendation that the training follows.
    pub recommendation: Option<RecommendationId>,
    /// A key that the client chose; never reused by the same person.
    pub client_key: Uuid,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Its status.
    pub status: TrainingStatus,
    /// The decision of the performance team.
    pub decision: Option<TrainingDecision>,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// The part of an evaluation that a training supports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Support {
    /// The plan.
    pub plan: PlanId,
    /// The row or value.
    pub about: SupportAbout,
    /// The text of the row, or the name of the value, when it was recorded.
    pub title: String,
}

/// A result row or a behaviour value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SupportAbout {
    /// A result row.
    Result(ResultId),
    /// A behaviour value.
    Behaviour(CriterionId),
}

impl SupportAbout {
    /// The part of the evaluation that it belongs to.
    #[must_use]
    pub const fn counts_for(self) -> CountsFor {
        match self {
            Self::Result(_) => CountsFor::Results,
            Self::Behaviour(_) => CountsFor::Behaviour,
        }
    }
}

/// Who verified or refused a training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingDecision {
    /// The person.
    pub by: StaffId,
    /// When.
    pub at: Instant,
    /// Why it was refused, 1 to 2,000 characters; `None` if it was verified.
    pub reason: Option<String>,
}

/// Input for a training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrainingInput<E = GivenEvidence> {
    /// The code of the kind.
    pub kind: String,
    /// The name.
    pub title: String,
    /// Who organised or awarded it.
    pub organiser: String,
    /// Lesson hours (JP), 1 to 1,000; none for a kind without hours.
    pub hours: Option<i64>,
    /// The first day.
    pub starts_on: Date,
    /// The last day.
    pub ends_on: Date,
    /// The number of the certificate.
    pub certificate_number: Option<String>,
    /// The certificate.
    pub evidence: Vec<E>,
    /// The plan and the part of it that it supports.
    pub supports: Option<(PlanId, SupportAbout)>,
    /// The recommendation that the training follows.
    pub recommendation: Option<RecommendationId>,
}

impl TrainingInput {
    /// The same input with stored evidence instead of the links and uploads that the client gave.
    #[must_use]
    pub fn with_evidence(self, evidence: Vec<Evidence>) -> TrainingInput<Evidence> {
        TrainingInput {
            kind: self.kind,
            title: self.title,
            organiser: self.organiser,
            hours: self.hours,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            certificate_number: self.certificate_number,
            evidence,
            supports: self.supports,
            recommendation: self.recommendation,
        }
    }
}

/// Data for recording a training, loaded by the store.
pub struct TrainingFacts<'a> {
    /// The agency.
    pub agency: AgencyId,
    /// The person.
    pub staff: StaffId,
    /// The person's assignment today, with its unit.
    pub post: (AssignmentId, UnitId),
    /// The kinds of the regulation that the agency follows on the last day.
    pub kinds: &'a [TrainingKind],
    /// The plan that it supports, if it is the person's own, with the first and last day of its year.
    pub plan: Option<(&'a Plan, Date, Date)>,
    /// The behaviour values in force on the last day.
    pub criteria: &'a BTreeMap<CriterionId, String>,
    /// Whether the recommendation exists and is about the person.
    pub recommended: bool,
    /// The number of the person's trainings that end in the same year, without withdrawn ones.
    pub in_year: usize,
    /// Now.
    pub at: Instant,
    /// Today, in the time zone of the agency.
    pub today: Date,
}

impl Training {
    /// Records a training of the person.
    ///
    /// # Errors
    /// A refusal for each broken rule: an unknown kind, hours out of range, days in the future or in another year than
    /// the plan, a row or value that does not exist or that the kind does not support, no certificate.
    pub fn record(
        id: TrainingId,
        client_key: Uuid,
        input: TrainingInput<Evidence>,
        facts: &TrainingFacts<'_>,
    ) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let kind = facts.kinds.iter().find(|kind| kind.code == input.kind);
        if kind.is_none() {
            refusals.push(Refusal::input(["kind"], Key::TrainingKindUnknown));
        }
        let title = text("title", &input.title, TITLE_MAX, &mut refusals);
        let organiser = text("organiser", &input.organiser, TITLE_MAX, &mut refusals);
        let certificate_number = optional_text(
            "certificateNumber",
            input.certificate_number.as_deref(),
            NUMBER_MAX,
            &mut refusals,
        );
        let hours = checked_hours(input.hours, kind, &mut refusals);
        check_days(&input, facts, &mut refusals);
        if input.evidence.is_empty() {
            refusals.push(Refusal::required("evidence"));
        } else if input.evidence.len() > EVIDENCE_MAX {
            let message = Message::new(Key::TooMany).with("field", "evidence").with("max", EVIDENCE_MAX);
            refusals.push(Refusal::input(["evidence"], message));
        }
        let supports = input
            .supports
            .and_then(|(plan, about)| support(plan, about, kind, (input.ends_on, facts), &mut refusals));
        if input.recommendation.is_some() && !facts.recommended {
            refusals.push(Refusal::not_found(["recommendationId"]));
        }
        if facts.in_year >= YEAR_MAX {
            let message = Message::new(Key::TooMany).with("field", "trainings").with("max", YEAR_MAX);
            refusals.push(Refusal::input(["endsOn"], message));
        }
        let (assignment, unit) = match (&supports, facts.plan) {
            (Some(_), Some((plan, ..))) => (plan.assignment, plan.unit),
            _ => facts.post,
        };
        let recorded = Self {
            id,
            agency: facts.agency,
            staff: facts.staff,
            assignment,
            unit,
            kind: input.kind,
            kind_label: kind.map_or_else(|| Label::same(""), |kind| kind.label.clone()),
            title,
            organiser,
            hours,
            starts_on: input.starts_on,
            ends_on: input.ends_on,
            certificate_number,
            evidence: input.evidence,
            supports,
            recommendation: input.recommendation,
            client_key,
            recorded_at: facts.at,
            status: TrainingStatus::Recorded,
            decision: None,
            version: 1,
        };
        unless_refused(recorded, refusals)
    }

    /// Whether the training has this content, with or without a decision.
    #[must_use]
    pub fn is_of(&self, input: &TrainingInput<Evidence>) -> bool {
        let number = input.certificate_number.as_deref().map(str::trim).filter(|number| !number.is_empty());
        self.kind == input.kind
            && self.title == input.title.trim()
            && self.organiser == input.organiser.trim()
            && i64::from(self.hours) == input.hours.unwrap_or_default()
            && (self.starts_on, self.ends_on) == (input.starts_on, input.ends_on)
            && self.certificate_number.as_deref() == number
            && self.supports.as_ref().map(|of| (of.plan, of.about)) == input.supports
            && self.recommendation == input.recommendation
            && self.evidence.len() == input.evidence.len()
            && self.evidence.iter().zip(&input.evidence).all(|(one, given)| one.is_of(given))
    }

    /// Checks whether the state permits an action. Does not check who may run it.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` with the actions that the state permits.
    pub fn permits(&self, action: TrainingAction) -> Result<(), Refusal> {
        Refusal::unless_allowed(self.status, action, |action: TrainingAction| match action {
            TrainingAction::VerifyTraining | TrainingAction::WithdrawTraining => {
                self.status == TrainingStatus::Recorded
            }
        })
    }

    /// Verifies the training, or refuses it with a reason.
    ///
    /// # Errors
    /// As [`Self::permits`]; `BAD_USER_INPUT` without a reason for refusing the training.
    pub fn verify(
        &self,
        by: StaffId,
        verified: bool,
        reason: Option<&str>,
        at: Instant,
    ) -> Result<Self, Vec<Refusal>> {
        self.permits(TrainingAction::VerifyTraining)?;
        let mut refusals = Vec::new();
        let reason = match verified {
            true => None,
            false => Some(text("reason", reason.unwrap_or_default(), TEXT_MAX, &mut refusals)),
        };
        let status = if verified { TrainingStatus::Verified } else { TrainingStatus::Refused };
        let decision = Some(TrainingDecision { by, at, reason });
        unless_refused(Self { status, decision, ..self.clone() }, refusals)
    }

    /// Withdraws the training, as the person who recorded it.
    ///
    /// # Errors
    /// As [`Self::permits`].
    pub fn withdraw(&self) -> Result<Self, Refusal> {
        self.permits(TrainingAction::WithdrawTraining)?;
        Ok(Self { status: TrainingStatus::Withdrawn, ..self.clone() })
    }
}

fn checked_hours(given: Option<i64>, kind: Option<&TrainingKind>, refusals: &mut Vec<Refusal>) -> u32 {
    let has_hours = kind.is_none_or(|kind| kind.has_hours);
    match given {
        None if has_hours => refusals.push(Refusal::required("hours")),
        None => {}
        Some(_) if !has_hours => refusals.push(Refusal::input(["hours"], Key::TrainingWithoutHours)),
        Some(hours) => match u32::try_from(hours) {
            Ok(hours) if (1..=HOURS_MAX).contains(&hours) => return hours,
            _ => refusals.push(out_of_range("hours", &1, &HOURS_MAX)),
        },
    }
    0
}

fn check_days(input: &TrainingInput<Evidence>, facts: &TrainingFacts<'_>, refusals: &mut Vec<Refusal>) {
    let (first, last) = (input.starts_on, input.ends_on);
    if last < first {
        refusals.push(Refusal::input(["endsOn"], Key::EndBeforeStart));
    } else if last > facts.today {
        let message = Message::new(Key::InTheFuture).with("today", facts.today);
        refusals.push(Refusal::input(["endsOn"], message));
    } else if first.year() < FIRST_YEAR || last - first > Duration::days(DAYS_MAX) {
        let earliest =
            (last - Duration::days(DAYS_MAX)).max(Date::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap_or_default());
        refusals.push(out_of_range("startsOn", &earliest, &last));
    }
}

/// Finds the row or value that a training supports.
fn support(
    plan: PlanId,
    about: SupportAbout,
    kind: Option<&TrainingKind>,
    (ends_on, facts): (Date, &TrainingFacts<'_>),
    refusals: &mut Vec<Refusal>,
) -> Option<Support> {
    let Some((found, first, last)) = facts.plan else {
        refusals.push(Refusal::not_found(["supports", "planId"]));
        return None;
    };
    if kind.is_some_and(|kind| !kind.supports.contains(&about.counts_for())) {
        refusals.push(Refusal::input(["supports", "about"], Key::TrainingSupportsOther));
    }
    if ends_on < first || ends_on > last {
        refusals.push(out_of_range("endsOn", &first, &last));
    }
    let Some(revision) = found.effective().filter(|_| found.status != PlanStatus::Cancelled) else {
        refusals.push(Refusal::transition_because(found.status, &[], Key::PlanNotInForce));
        return None;
    };
    let (title, field) = match about {
        SupportAbout::Result(id) => {
            (revision.content.result(id).map(|row| row.title.clone()), "planResultId")
        }
        SupportAbout::Behaviour(id) => (facts.criteria.get(&id).cloned(), "criterionId"),
    };
    match title {
        Some(title) => Some(Support { plan, about, title }),
        None => {
            refusals.push(Refusal::not_found(["supports", "about", field]));
            None
        }
    }
}

fn out_of_range(field: &str, min: &dyn std::fmt::Display, max: &dyn std::fmt::Display) -> Refusal {
    let message = Message::new(Key::OutOfRange).with("field", field).with("min", min).with("max", max);
    Refusal::input([field], message)
}
