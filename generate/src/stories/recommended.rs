//! The demo's employee is recommended for a reward, which waits for the performance team, and for coaching, which their
//! superior has followed up.

use super::Stage;
use crate::people::Persona;
use domain::recommendation::{RecommendationInput, RecommendationKind, RecommendationOutcome};
use service::{
    Error, IdempotencyKey, Result,
    evaluation::{FollowUpRecommendation, Recommend, follow_up_recommendation, recommend},
    synthetic,
};

impl Stage<'_> {
    /// Recommendations on the result of the year before; for a city that has one.
    pub(super) async fn recommended(&self) -> Result<()> {
        let Some(year) = self.last.first() else { return Ok(()) };
        let employee = self.city.persona(Persona::Employee);
        let reader = synthetic::reader(&self.env);
        let plans = reader.plans_of_year(self.city.people[employee].staff.id, year.id).await?;
        let plan = plans.into_iter().max_by_key(|plan| plan.starts_on).ok_or(Error::NotFound)?;
        let evaluation = reader.evaluation(plan.id, year.id).await?.id;
        let env = self.on(9, 3);
        let rater = self.actor(&env, self.superior(employee)?).await?;
        let advice = |kind, text: &str| Recommend {
            evaluation,
            recommendation: RecommendationInput { kind, text: text.to_owned() },
        };
        let reward =
            advice(RecommendationKind::Reward, "Menyederhanakan laporan bulanan menjadi satu lembar kerja.");
        recommend(&env, &rater, IdempotencyKey::NONE, reward).await?;
        let coaching = advice(RecommendationKind::Coaching, "Mengumpulkan data laporan setiap pekan.");
        let coaching = recommend(&env, &rater, IdempotencyKey::NONE, coaching).await?;
        let env = self.on(9, 11);
        let rater = self.actor(&env, self.superior(employee)?).await?;
        let done = FollowUpRecommendation {
            recommendation: coaching,
            expected_version: 1,
            outcome: RecommendationOutcome::FollowedUp,
            note: "Bimbingan sudah diadakan; kesepakatannya tercatat dalam dialog.".to_owned(),
        };
        follow_up_recommendation(&env, &rater, IdempotencyKey::NONE, done).await?;
        Ok(())
    }
}
