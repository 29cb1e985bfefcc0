//! Career recommendations (rekomendasi) at the end of a year's appraisal.

#[cfg(test)]
mod tests;

use crate::{
    Key, Refusal,
    action::EvaluationAction,
    error::{TEXT_MAX, text, unless_refused},
    evaluation::{Evaluation, EvaluationContext},
    id::{AgencyId, EvaluationId, RecommendationId, StaffId},
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
    /// Anything else; the text describes it.
    Other,
}

/// A recommendation; immutable.
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
    /// Always 1.
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
            version: 1,
        };
        unless_refused(recommendation, refusals)
    }
}
