//! Continuous feedback (umpan balik berkelanjutan) on a result row, an activity or a behaviour value.

#[cfg(test)]
mod tests;

use crate::{
    Key, Refusal,
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
}

impl FeedbackAbout {
    /// Converts from a stored kind and id.
    #[must_use]
    pub const fn new(kind: FeedbackKind, id: Uuid) -> Self {
        match kind {
            FeedbackKind::Result => Self::Result(ResultId(id)),
            FeedbackKind::Activity => Self::Activity(ActivityId(id)),
            FeedbackKind::Behaviour => Self::Behaviour(CriterionId(id)),
        }
    }

    /// The kind.
    #[must_use]
    pub const fn kind(self) -> FeedbackKind {
        match self {
            Self::Result(_) => FeedbackKind::Result,
            Self::Activity(_) => FeedbackKind::Activity,
            Self::Behaviour(_) => FeedbackKind::Behaviour,
        }
    }

    /// The id without its type.
    #[must_use]
    pub const fn id(self) -> Uuid {
        match self {
            Self::Result(id) => id.0,
            Self::Activity(id) => id.0,
            Self::Behaviour(id) => id.0,
        }
    }
}

/// Feedback; immutable.
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
    /// The author.
    pub author: StaffId,
    /// The recipient: the owner of the plan.
    pub recipient: StaffId,
    /// The unit of the plan.
    pub unit: UnitId,
    /// The text, 1 to 2,000 characters.
    pub text: String,
    /// When it was given.
    pub given_at: Instant,
    /// Always 1.
    pub version: i32,
}

/// What people enter as feedback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FeedbackInput {
    /// What it is about.
    pub about: FeedbackAbout,
    /// The evaluation that shows the feedback, which must not be final; none for feedback outside an evaluation.
    pub evaluation: Option<EvaluationId>,
    /// 1 to 2,000 characters.
    pub text: String,
}

impl Feedback {
    /// Creates feedback on an approved or closed plan. The caller checks that an activity or criterion belongs to the
    /// plan.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` for a plan in another status; or a refusal for each broken rule: a row of another plan,
    /// feedback to oneself, no text.
    pub fn give(
        id: FeedbackId,
        author: StaffId,
        input: FeedbackInput,
        plan: &Plan,
        at: Instant,
    ) -> Result<Self, Vec<Refusal>> {
        if !matches!(plan.status, PlanStatus::Approved | PlanStatus::Closed) {
            return Err(Refusal::transition(plan.status, &[]).into());
        }
        let mut refusals = Vec::new();
        if let FeedbackAbout::Result(result) = input.about
            && !plan.has_result(result)
        {
            refusals.push(Refusal::not_found(["about", "planResultId"]));
        }
        if author == plan.staff {
            refusals.push(Refusal::input(["planId"], Key::OwnFeedback));
        }
        let text = text("text", &input.text, TEXT_MAX, &mut refusals);
        let feedback = Self {
            id,
            agency: plan.agency,
            plan: plan.id,
            about: input.about,
            evaluation: input.evaluation,
            author,
            recipient: plan.staff,
            unit: plan.unit,
            text,
            given_at: at,
            version: 1,
        };
        unless_refused(feedback, refusals)
    }
}
