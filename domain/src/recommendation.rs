//! Career recommendations (rekomendasi) at the end of a year's appraisal, and what became of them.
//!
//! A recommendation is open until somebody responsible for its kind follows it up or declines it, or until a training
//! that answers it is verified. Rights are in `policy::recommendation`.

#[cfg(test)]
mod tests;

use crate::{
    Key, Refusal,
    action::{EvaluationAction, RecommendationAction},
    error::{TEXT_MAX, text, unless_refused},
    evaluation::{Evaluation, EvaluationContext},
    id::{AgencyId, EvaluationId, RecommendationId, StaffId, TrainingId},
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// Kind of recommendation.
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
pub enum RecommendationKind {
    /// Promosi: a higher position or rank.
    Promotion,
    /// Kelompok rencana suksesi: a place in the talent pool.
    TalentPool,
    /// Pengembangan kompetensi: training.
    Training,
    /// Rotasi: another post.
    Rotation,
    /// Bimbingan kinerja: coaching.
    Coaching,
    /// Rencana perbaikan kinerja: a plan to improve by a deadline.
    ImprovementPlan,
    /// Penghargaan: a reward.
    Reward,
    /// Anything else; the text describes it.
    Other,
}

impl RecommendationKind {
    /// Who follows it up: the rater what superiors do with their people, the performance team what the agency decides.
    #[must_use]
    pub const fn responsible(self) -> RecommendationResponsible {
        match self {
            Self::Coaching | Self::ImprovementPlan => RecommendationResponsible::Rater,
            Self::Promotion
            | Self::TalentPool
            | Self::Training
            | Self::Rotation
            | Self::Reward
            | Self::Other => RecommendationResponsible::PerformanceTeam,
        }
    }
}

/// Who follows up a recommendation.
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
pub enum RecommendationResponsible {
    /// The rater of the evaluation.
    Rater,
    /// The performance team of the unit.
    PerformanceTeam,
}

/// Status of a recommendation.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
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
pub enum RecommendationStatus {
    /// Waits for the people who are responsible.
    #[default]
    Open,
    /// Followed up.
    FollowedUp,
    /// Not followed up, with a reason.
    Declined,
}

/// The answer to a recommendation.
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
pub enum RecommendationOutcome {
    /// It was followed up.
    FollowedUp,
    /// It is not followed up.
    Declined,
}

/// What became of a recommendation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// The person who recorded it.
    pub by: StaffId,
    /// When.
    pub at: Instant,
    /// What was done, or why nothing is, 1 to 2,000 characters. `None` if a training answers the recommendation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The verified training that answers the recommendation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<TrainingId>,
}

/// A recommendation. Only what became of it is ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    /// Its id.
    pub id: RecommendationId,
    /// The agency.
    pub agency: AgencyId,
    /// The annual evaluation that it is based on.
    pub evaluation: EvaluationId,
    /// The person it is about.
    pub staff: StaffId,
    /// The author.
    pub author: StaffId,
    /// The kind.
    pub kind: RecommendationKind,
    /// The details and the reason, 1 to 2,000 characters.
    pub text: String,
    /// When it was made.
    pub made_at: Instant,
    /// Its status. Entries from before recommendations had one mean that it was open.
    #[serde(default)]
    pub status: RecommendationStatus,
    /// What became of it; `None` while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<FollowUp>,
    /// Raised by the store with each change, from 1.
    pub version: i32,
}

/// Input for a recommendation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecommendationInput {
    /// The kind of recommendation.
    pub kind: RecommendationKind,
    /// 1 to 2,000 characters.
    pub text: String,
}

impl Recommendation {
    /// Creates a recommendation on an annual evaluation that is final or later.
    ///
    /// # Errors
    /// As [`Evaluation::permits`]; or a refusal for each broken rule: a recommendation for oneself,
    /// no text.
    pub fn make(
        id: RecommendationId,
        author: StaffId,
        input: RecommendationInput,
        evaluation: &Evaluation,
        context: &EvaluationContext<'_>,
    ) -> Result<Self, Vec<Refusal>> {
        evaluation.permits(EvaluationAction::MakeRecommendation, context)?;
        let mut refusals = Vec::new();
        if author == evaluation.staff {
            refusals.push(Refusal::input(["evaluationId"], Key::OwnRecommendation));
        }
        let text = text("text", &input.text, TEXT_MAX, &mut refusals);
        let recommendation = Self {
            id,
            agency: evaluation.agency,
            evaluation: evaluation.id,
            staff: evaluation.staff,
            author,
            kind: input.kind,
            text,
            made_at: context.at,
            status: RecommendationStatus::Open,
            follow_up: None,
            version: 1,
        };
        unless_refused(recommendation, refusals)
    }

    /// Checks whether the state permits an action. Does not check who may run it.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` with the actions that the state permits.
    pub fn permits(&self, action: RecommendationAction) -> Result<(), Refusal> {
        Refusal::unless_allowed(self.status, action, |action: RecommendationAction| match action {
            RecommendationAction::FollowUpRecommendation => self.status == RecommendationStatus::Open,
        })
    }

    /// Records what was done, or why nothing is.
    ///
    /// # Errors
    /// As [`Self::permits`], or no note.
    pub fn follow_up(
        &self,
        (by, at): (StaffId, Instant),
        outcome: RecommendationOutcome,
        note: &str,
    ) -> Result<Self, Vec<Refusal>> {
        self.permits(RecommendationAction::FollowUpRecommendation)?;
        let mut refusals = Vec::new();
        let note = Some(text("note", note, TEXT_MAX, &mut refusals));
        let status = match outcome {
            RecommendationOutcome::FollowedUp => RecommendationStatus::FollowedUp,
            RecommendationOutcome::Declined => RecommendationStatus::Declined,
        };
        let follow_up = Some(FollowUp { by, at, note, training: None });
        unless_refused(Self { status, follow_up, ..self.clone() }, refusals)
    }

    /// The recommendation after a training that answers it was verified; `None` if it is not open any more.
    #[must_use]
    pub fn answered_by(&self, training: TrainingId, (by, at): (StaffId, Instant)) -> Option<Self> {
        let follow_up = Some(FollowUp { by, at, note: None, training: Some(training) });
        let status = RecommendationStatus::FollowedUp;
        (self.status == RecommendationStatus::Open).then(|| Self { status, follow_up, ..self.clone() })
    }
}
