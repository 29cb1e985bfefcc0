//! Requests for feedback: the person, or their rater, asks someone for feedback about the person.
//!
//! Colleagues and subordinates answer in confidence: whether they wrote, declined or did nothing is shown to nobody but
//! themselves, not even after the release of their texts. So a request to them has neither a subject nor a message: an
//! answer to a particular question would show who wrote it.

use super::{FeedbackAbout, FeedbackDirection};
use crate::{
    Key, Message, Refusal,
    error::{TEXT_MAX, optional_text, unless_refused},
    id::{AgencyId, FeedbackRequestId, PlanId, StaffId},
    plan::{Plan, PlanStatus},
    time::{Date, Instant},
};
use chrono::Duration;
use serde::{Deserialize, Serialize};

/// Maximum number of days until a request is due: a year.
pub const REQUEST_DAYS_MAX: i64 = 366;

/// Status of a request.
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
pub enum RequestStatus {
    /// Waits for an answer. If the answer is given in confidence, everyone but the person who was asked keeps seeing
    /// this status.
    Requested,
    /// Feedback was given.
    Given,
    /// The person who was asked declined.
    Declined,
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestAnswer {
    /// `Given` or `Declined`.
    pub status: RequestStatus,
    /// Whether the answer was given in confidence, so that nobody but the person who was asked may learn of it.
    pub hidden: bool,
    /// Why it was declined, 1 to 2,000 characters.
    pub reason: Option<String>,
}

/// A request for feedback. It has no journal entries, because texts in confidence have none before their release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedbackRequest {
    /// Its id.
    pub id: FeedbackRequestId,
    /// The agency.
    pub agency: AgencyId,
    /// The plan of the person.
    pub plan: PlanId,
    /// The person whom the feedback is about.
    pub staff: StaffId,
    /// Who asks: the person or their rater.
    pub from: StaffId,
    /// Who is asked.
    pub to: StaffId,
    /// Whether the answer is given in confidence, as decided when the request was made.
    pub in_confidence: bool,
    /// The object that the feedback is about.
    pub about: FeedbackAbout,
    /// What the person wants to know, 1 to 2,000 characters.
    pub message: Option<String>,
    /// The last day on which an answer is on time.
    pub due_on: Date,
    /// When it was made.
    pub requested_at: Instant,
    /// The answer; `None` while there is none.
    pub answer: Option<RequestAnswer>,
}

/// Input for a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestInput {
    /// Who is asked.
    pub to: StaffId,
    /// The object that the feedback is about; in confidence, only the work as a whole.
    pub about: FeedbackAbout,
    /// 1 to 2,000 characters; none in confidence.
    pub message: Option<String>,
    /// The last day on which an answer is on time: from today to a year later.
    pub due_on: Date,
}

/// Data that a request needs. The store finds it.
#[derive(Clone, Copy, Debug)]
pub struct RequestFacts<'a> {
    /// The plan of the person.
    pub plan: &'a Plan,
    /// The directions in which the person who is asked may give feedback about the person.
    pub directions: &'a [FeedbackDirection],
    /// The earlier requests by the same person to the same person on this plan.
    pub earlier: &'a [FeedbackRequest],
    /// Now.
    pub at: Instant,
    /// Today, in the time zone of the agency.
    pub today: Date,
}

impl FeedbackRequest {
    /// Asks for feedback. The caller checks that an activity or criterion belongs to the plan.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` for a cancelled plan; or a refusal for each broken rule: a request to oneself or to someone
    /// who may not give feedback, a row of another plan, a subject or a message in confidence, a day out of range, a
    /// request that was made already. None of them depends on the answer to an earlier request.
    pub fn request(
        id: FeedbackRequestId,
        from: StaffId,
        input: RequestInput,
        facts: &RequestFacts<'_>,
    ) -> Result<Self, Vec<Refusal>> {
        let plan = facts.plan;
        if plan.status == PlanStatus::Cancelled {
            return Err(Refusal::transition(plan.status, &[]).into());
        }
        let mut refusals = Vec::new();
        if input.to == from {
            refusals.push(Refusal::input(["toId"], Key::RequestOfOneself));
        } else if facts.directions.is_empty() {
            refusals.push(Refusal::input(["toId"], Key::OnlyColleagues));
        }
        let in_confidence = facts.directions.iter().any(|direction| direction.is_confidential());
        let message = optional_text("message", input.message.as_deref(), TEXT_MAX, &mut refusals);
        if in_confidence && input.about != FeedbackAbout::General {
            refusals.push(Refusal::input(["about"], Key::RequestInConfidence));
        }
        if in_confidence && message.is_some() {
            refusals.push(Refusal::input(["message"], Key::RequestInConfidence));
        }
        if let FeedbackAbout::Result(result) = input.about
            && !plan.has_result(result)
        {
            refusals.push(Refusal::not_found(["about", "planResultId"]));
        }
        let last = facts.today + Duration::days(REQUEST_DAYS_MAX);
        if input.due_on < facts.today || input.due_on > last {
            let message = Message::new(Key::OutOfRange).with("field", "dueOn");
            refusals.push(Refusal::input(["dueOn"], message.with("min", facts.today).with("max", last)));
        }
        let is_same = |one: &&FeedbackRequest| one.about == input.about && one.due_on >= facts.today;
        if let Some(same) = facts.earlier.iter().find(is_same) {
            let message = Message::new(Key::AlreadyRequested).with("day", same.due_on);
            refusals.push(Refusal::input(["toId"], message));
        }
        let request = Self {
            id,
            agency: plan.agency,
            plan: plan.id,
            staff: plan.staff,
            from,
            to: input.to,
            in_confidence,
            about: input.about,
            message,
            due_on: input.due_on,
            requested_at: facts.at,
            answer: None,
        };
        unless_refused(request, refusals)
    }

    /// Records that the person who was asked gave feedback. `hidden`: they gave it in confidence.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` if it was answered already.
    pub fn give(&self, hidden: bool) -> Result<Self, Refusal> {
        self.must_be_unanswered()?;
        let answer = RequestAnswer { status: RequestStatus::Given, hidden, reason: None };
        Ok(Self { answer: Some(answer), ..self.clone() })
    }

    /// Declines the request. `hidden`: the person who was asked would have answered in confidence.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` if it was answered already; `BAD_USER_INPUT` for a reason that is too long.
    pub fn decline(&self, reason: Option<&str>, hidden: bool) -> Result<Self, Vec<Refusal>> {
        self.must_be_unanswered()?;
        let mut refusals = Vec::new();
        let reason = optional_text("reason", reason, TEXT_MAX, &mut refusals);
        let answer = RequestAnswer { status: RequestStatus::Declined, hidden, reason };
        unless_refused(Self { answer: Some(answer), ..self.clone() }, refusals)
    }

    /// Refuses a request that has an answer.
    ///
    /// # Errors
    /// `INVALID_TRANSITION`.
    pub fn must_be_unanswered(&self) -> Result<(), Refusal> {
        if self.answer.is_some() { Err(Refusal::request_answered()) } else { Ok(()) }
    }

    /// The answer, if the reader may know of it. Only the person who was asked may know of an answer in confidence.
    #[must_use]
    pub fn answer_for(&self, reader: StaffId) -> Option<&RequestAnswer> {
        self.answer.as_ref().filter(|answer| reader == self.to || !(self.in_confidence || answer.hidden))
    }

    /// The status that the reader may know, see [`Self::answer_for`].
    #[must_use]
    pub fn status_for(&self, reader: StaffId) -> RequestStatus {
        self.answer_for(reader).map_or(RequestStatus::Requested, |answer| answer.status)
    }
}
