//! Continuous feedback (umpan balik berkelanjutan) on a result row, an activity, a behaviour value or the work as a
//! whole. It comes from superiors, colleagues, subordinates and the person themselves.
//!
//! Feedback of superiors and of the person is open: it has an author and a time. Colleagues and subordinates write in
//! confidence: their texts wait ([`WaitingFeedback`]) and are released together, without author and time. Who may give
//! feedback in which direction is in `policy::feedback`.

mod request;
mod summary;
#[cfg(test)]
mod tests;
mod waiting;

pub use request::{
    FeedbackRequest, REQUEST_DAYS_MAX, RequestAnswer, RequestFacts, RequestInput, RequestStatus,
};
pub use summary::{SummaryLine, summary};
pub use waiting::{Candidate, MIN_AUTHORS, Terms, WaitingFeedback, due, plan_from};

use crate::{
    Refusal,
    error::{TEXT_MAX, text, unless_refused},
    id::{ActivityId, AgencyId, CriterionId, EvaluationId, FeedbackId, PlanId, ResultId, StaffId, UnitId},
    plan::{Plan, PlanStatus},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Kind of object that feedback is about.
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
pub enum FeedbackKind {
    /// A result row of the plan.
    Result,
    /// An activity reported on the plan.
    Activity,
    /// A behaviour value.
    Behaviour,
    /// The work as a whole.
    General,
}

/// The relation of the author of feedback to the person who receives it.
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
pub enum FeedbackDirection {
    /// From the rater or a higher superior.
    Superior,
    /// From a colleague: under the same superior or in the same unit.
    Peer,
    /// From a direct subordinate, of today or of this year.
    Subordinate,
    /// From the person themselves.
    #[strum(serialize = "SELF")]
    #[serde(rename = "SELF")]
    Own,
}

impl FeedbackDirection {
    /// Whether the person must never learn who wrote.
    #[must_use]
    pub const fn is_confidential(self) -> bool {
        matches!(self, Self::Peer | Self::Subordinate)
    }
}

/// The direction of stored feedback without one: before directions existed, feedback came from superiors only.
const fn from_superior() -> FeedbackDirection {
    FeedbackDirection::Superior
}

/// The object that feedback is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FeedbackAbout {
    /// A result row of the plan.
    Result(ResultId),
    /// An activity reported on the plan.
    Activity(ActivityId),
    /// A behaviour value.
    Behaviour(CriterionId),
    /// The work as a whole.
    General,
}

impl FeedbackAbout {
    /// Converts from a stored kind and id.
    #[must_use]
    pub const fn new(kind: FeedbackKind, id: Uuid) -> Self {
        match kind {
            FeedbackKind::Result => Self::Result(ResultId(id)),
            FeedbackKind::Activity => Self::Activity(ActivityId(id)),
            FeedbackKind::Behaviour => Self::Behaviour(CriterionId(id)),
            FeedbackKind::General => Self::General,
        }
    }

    /// The kind.
    #[must_use]
    pub const fn kind(self) -> FeedbackKind {
        match self {
            Self::Result(_) => FeedbackKind::Result,
            Self::Activity(_) => FeedbackKind::Activity,
            Self::Behaviour(_) => FeedbackKind::Behaviour,
            Self::General => FeedbackKind::General,
        }
    }

    /// The id without its type; none for the work as a whole.
    #[must_use]
    pub const fn id(self) -> Option<Uuid> {
        match self {
            Self::Result(id) => Some(id.0),
            Self::Activity(id) => Some(id.0),
            Self::Behaviour(id) => Some(id.0),
            Self::General => None,
        }
    }

    /// Whether the object is a part of one plan. Then the feedback stays with this plan, even if the result of its year
    /// is final.
    #[must_use]
    pub const fn is_of_plan(self) -> bool {
        matches!(self, Self::Result(_) | Self::Activity(_))
    }
}

/// The answer of the person that feedback is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackReply {
    /// 1 to 2,000 characters.
    pub text: String,
    /// When.
    pub at: Instant,
}

/// Feedback. It never changes, except that one reply can be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Its id.
    pub id: FeedbackId,
    /// The agency.
    pub agency: AgencyId,
    /// The plan it belongs to.
    pub plan: PlanId,
    /// The object it is about.
    pub about: FeedbackAbout,
    /// The evaluation to show it with, if any.
    pub evaluation: Option<EvaluationId>,
    /// The direction: from whom it comes.
    #[serde(default = "from_superior")]
    pub direction: FeedbackDirection,
    /// The author; `None` for feedback in confidence, whose author is in another table.
    pub author: Option<StaffId>,
    /// A salted hash of the author of feedback in confidence. It proves that the author who is stored in another table
    /// is the real one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
    /// The recipient: the owner of the plan.
    pub recipient: StaffId,
    /// The unit of the plan.
    pub unit: UnitId,
    /// The text, 1 to 2,000 characters.
    pub text: String,
    /// When it was given. Feedback in confidence has the time of its release here.
    pub given_at: Instant,
    /// The reply of the recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<FeedbackReply>,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// Input for feedback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FeedbackInput {
    /// The subject of the feedback.
    pub about: FeedbackAbout,
    /// The evaluation that shows the feedback, which must not be final; none for feedback outside an evaluation.
    pub evaluation: Option<EvaluationId>,
    /// 1 to 2,000 characters.
    pub text: String,
}

impl Feedback {
    /// Creates open feedback on a plan. The caller checks that an activity or criterion belongs to the plan.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` for a cancelled plan; or a refusal for each broken rule: a row of another plan, no text.
    pub fn give(
        id: FeedbackId,
        (author, direction): (StaffId, FeedbackDirection),
        input: FeedbackInput,
        plan: &Plan,
        at: Instant,
    ) -> Result<Self, Vec<Refusal>> {
        if plan.status == PlanStatus::Cancelled {
            return Err(Refusal::transition(plan.status, &[]).into());
        }
        let mut refusals = Vec::new();
        if let FeedbackAbout::Result(result) = input.about
            && !plan.has_result(result)
        {
            refusals.push(Refusal::not_found(["about", "planResultId"]));
        }
        let text = text("text", &input.text, TEXT_MAX, &mut refusals);
        let feedback = Self {
            id,
            agency: plan.agency,
            plan: plan.id,
            about: input.about,
            evaluation: input.evaluation,
            direction,
            author: Some(author),
            seal: None,
            recipient: plan.staff,
            unit: plan.unit,
            text,
            given_at: at,
            reply: None,
            version: 1,
        };
        unless_refused(feedback, refusals)
    }

    /// Adds the recipient's reply.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` if there is one already, `BAD_USER_INPUT` without a text.
    pub fn reply(&self, input: &str, at: Instant) -> Result<Self, Vec<Refusal>> {
        self.may_be_replied_to()?;
        let mut refusals = Vec::new();
        let text = text("text", input, TEXT_MAX, &mut refusals);
        unless_refused(Self { reply: Some(FeedbackReply { text, at }), ..self.clone() }, refusals)
    }

    /// Whether there is no reply yet.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` if there is one.
    pub fn may_be_replied_to(&self) -> Result<(), Refusal> {
        match self.reply {
            None => Ok(()),
            Some(_) => Err(Refusal::replied()),
        }
    }
}
