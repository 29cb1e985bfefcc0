//! An officer at a counter hears how they deal with people: they ask the superior, three colleagues write in confidence, the
//! superior openly, and the officer answers.

use super::Stage;
use domain::{
    feedback::{FeedbackAbout, FeedbackInput, RequestInput},
    id::{PlanId, StaffId},
    time::Date,
};
use service::{
    Error, IdempotencyKey, Result, criteria,
    feedback::{
        GiveFeedback, ReplyFeedback, RequestFeedback, feedback_of_plans, give_feedback, reply_feedback,
        request_feedback,
    },
    synthetic,
};

/// What colleagues write about how the officer serves people.
const TEXTS: [&str; 3] = [
    "Sabar mendengarkan pasien lansia sampai keluhannya jelas.",
    "Saat loket penuh, sapaan kepada pasien sering terlewat.",
    "Penjelasan alur rujukan mudah dipahami; pasien jarang bertanya dua kali.",
];

impl Stage<'_> {
    /// The first of these people is the officer, the next three are colleagues.
    pub(super) async fn heard(&self, people: &[usize]) -> Result<()> {
        let [officer, colleagues @ ..] = people else { return Ok(()) };
        let plan = self.plan(*officer).await?;
        let env = self.on(8, 14);
        let found =
            criteria::in_force(&env, self.city.agency, env.today(&self.actor(&env, *officer).await?)).await?;
        // Berorientasi Pelayanan, the first of the seven values.
        let about = found.first().map(|value| FeedbackAbout::Behaviour(value.id)).ok_or(Error::NotFound)?;
        let give = |plan: Option<PlanId>, staff: Option<StaffId>, text: &str| GiveFeedback {
            plan,
            staff,
            direction: None,
            request: None,
            feedback: FeedbackInput { about, evaluation: None, text: text.to_owned() },
        };
        for ((colleague, text), day) in colleagues.iter().zip(TEXTS).zip([14, 20, 27]) {
            let env = self.on(8, day);
            let actor = self.actor(&env, *colleague).await?;
            give_feedback(&env, &actor, IdempotencyKey::NONE, give(None, Some(plan.staff), text)).await?;
        }
        let env = self.on(9, 1);
        let me = self.actor(&env, *officer).await?;
        let asked = RequestFeedback {
            plan: plan.id,
            request: RequestInput {
                to: plan.rater.staff,
                about,
                message: Some("Apakah penataan ulang loket sudah terasa?".to_owned()),
                due_on: Date::from_ymd_opt(self.periods[0].year, 9, 12).ok_or(Error::NotFound)?,
            },
        };
        let asked = request_feedback(&env, &me, IdempotencyKey::NONE, asked).await?;
        let env = self.on(9, 8);
        let rater = self.actor(&env, self.superior(*officer)?).await?;
        let text = "Antrean pagi jauh lebih tertib sejak Saudara menata ulang loket. Pertahankan.";
        let answer = GiveFeedback { request: Some(asked), ..give(Some(plan.id), None, text) };
        let open = give_feedback(&env, &rater, IdempotencyKey::NONE, answer).await?;
        // The third quarter has ended.
        let env = self.on(10, 1);
        synthetic::release_feedback(&env, self.city.agency).await?;
        let (env, id) = (self.on(10, 2), open.ok_or(Error::NotFound)?);
        let me = self.actor(&env, *officer).await?;
        let of_plan = feedback_of_plans(&env, &[plan.id]).await?.remove(&plan.id).unwrap_or_default();
        let version = of_plan.iter().find(|one| one.id == id).map(|one| one.version);
        let reply = ReplyFeedback {
            feedback: id,
            expected_version: version.ok_or(Error::NotFound)?,
            text: "Terima kasih. Bulan depan saya usulkan nomor antrean lewat ponsel.".to_owned(),
        };
        reply_feedback(&env, &me, IdempotencyKey::NONE, reply).await?;
        Ok(())
    }
}
