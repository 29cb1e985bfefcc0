//! Three people who objected to their results of the year before: a decision that changed the predicate, one that
//! upheld it, and an objection a day late.

use super::Stage;
use chrono::Duration;
use domain::{
    evaluation::{Evaluation, Expectation},
    id::ObjectionId,
    objection::{GroundAbout, GroundInput, NewRatings, Objection},
    plan::Plan,
    time::Date,
};
use service::{
    Error, IdempotencyKey, Result,
    evaluation::{EvaluationVersion, SignEvaluation, sign_evaluation},
    objection::{
        AnswerObjection, DecideObjection, FileObjection, answer_objection, decide_objection, file_objection,
        objection,
    },
    synthetic,
};

/// The course of an objection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Course {
    Changed,
    Upheld,
    Late,
}

impl Stage<'_> {
    /// The person objects; both sides explain themselves; the rater's superior decides.
    pub(super) async fn objection(&self, who: usize, number: usize) -> Result<()> {
        let course = [Course::Changed, Course::Upheld, Course::Late][number % 3];
        let (plan, before) = self.last_year(who).await?;
        let until = before.objection_until.ok_or(Error::NotFound)?;
        let filed_on = if course == Course::Late { after(until, 1) } else { after(until, -6) };
        let rows = plan.effective().map(|revision| revision.content.results.as_slice()).unwrap_or_default();
        let about = rows.first().map(|row| GroundAbout::Result(row.id));
        let text = match course {
            Course::Changed => "Realisasi saya setahun melampaui target, tetapi dinilai sesuai ekspektasi.",
            Course::Upheld => "Menurut saya hasil kerja saya lebih baik daripada rating ini.",
            Course::Late => "Saya baru membaca hasil evaluasi ini.",
        };
        let env = self.at(filed_on);
        let me = self.actor(&env, who).await?;
        let grounds = vec![GroundInput { about, text: text.to_owned(), evidence: Vec::new() }];
        let file = FileObjection { evaluation: before.id, expected_version: before.version, grounds };
        let id = file_objection(&env, &me, IdempotencyKey::NONE, file).await?;
        if course == Course::Late {
            return Ok(());
        }
        let rater = self.superior(who)?;
        let (mine, theirs) = match course {
            Course::Changed => (
                "Angkanya ada pada laporan realisasi saya.",
                "Realisasi bulan Desember memang belum saya hitung saat menilai.",
            ),
            Course::Upheld | Course::Late => (
                "Saya sudah berusaha keras sepanjang tahun.",
                "Saya menilai menurut realisasi yang dilaporkan.",
            ),
        };
        self.explain(who, id, after(filed_on, 1), mine).await?;
        self.explain(rater, id, after(filed_on, 2), theirs).await?;
        let ratings = match course {
            Course::Changed => NewRatings {
                result_rating: Some(better(before.result_rating)),
                behaviour_rating: Some(better(before.behaviour_rating)),
                ..NewRatings::default()
            },
            Course::Upheld | Course::Late => NewRatings::default(),
        };
        let reason = match course {
            Course::Changed => "Realisasi yang dilaporkan terbukti melampaui target.",
            Course::Upheld | Course::Late => "Rating sesuai dengan realisasi yang dilaporkan.",
        };
        let env = self.at(after(filed_on, 5));
        let superior = self.superior(rater)?;
        let decider = self.actor(&env, superior).await?;
        let found = self.read(&env, superior, id).await?;
        let decide = DecideObjection {
            objection: id,
            expected_version: found.version,
            reason: reason.to_owned(),
            ratings,
        };
        decide_objection(&env, &decider, IdempotencyKey::NONE, decide, false).await?;
        if course == Course::Changed {
            // The document that changed is signed again.
            for signatory in [rater, superior] {
                let env = self.at(after(filed_on, 6));
                let actor = self.actor(&env, signatory).await?;
                let (_, now) = self.last_year(who).await?;
                let version = EvaluationVersion { evaluation: now.id, expected_version: now.version };
                sign_evaluation(&env, &actor, IdempotencyKey::NONE, SignEvaluation(version)).await?;
            }
        }
        Ok(())
    }

    async fn explain(&self, who: usize, id: ObjectionId, day: Date, text: &str) -> Result<()> {
        let env = self.at(day);
        let actor = self.actor(&env, who).await?;
        let found = self.read(&env, who, id).await?;
        let answer =
            AnswerObjection { objection: id, expected_version: found.version, text: text.to_owned() };
        answer_objection(&env, &actor, IdempotencyKey::NONE, answer).await?;
        Ok(())
    }

    async fn read(&self, env: &service::Env, who: usize, id: ObjectionId) -> Result<Objection> {
        let actor = self.actor(env, who).await?;
        objection(env, &actor, id).await?.ok_or(Error::NotFound)
    }

    /// The person's plan and delivered result of the year before.
    async fn last_year(&self, who: usize) -> Result<(Plan, Evaluation)> {
        let year = self.last.first().ok_or(Error::NotFound)?.id;
        let reader = synthetic::reader(&self.env);
        let plans = reader.plans_of_year(self.city.people[who].staff.id, year).await?;
        let plan = plans.into_iter().next().ok_or(Error::NotFound)?;
        let evaluation = reader.evaluation(plan.id, year).await?;
        Ok((plan, evaluation))
    }
}

fn after(day: Date, days: i64) -> Date {
    day + Duration::days(days)
}

/// The next better rating.
fn better(rating: Option<Expectation>) -> Expectation {
    match rating {
        Some(Expectation::Below) => Expectation::AsExpected,
        _ => Expectation::Above,
    }
}
