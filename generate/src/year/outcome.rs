//! Evaluations of a person's periods: ratings, feedback and recommendations.

use super::{
    CLOSED_AFTER, LATE_BY, Year,
    achievement::{behaviour_reason, result_reason},
    person_number,
};
use crate::{
    CALENDAR,
    dice::percent,
    people::Persona,
    planted::{EARLIER_TITLE, TRAINING_HOURS, TRAINING_TITLE},
};
use chrono::Duration;
use domain::{
    evaluation::{
        Evaluation, EvaluationDetail, EvaluationKind, EvaluationStatus, Expectation, OrgUnitPredicate, Party,
        Signature,
    },
    feedback::{Feedback, FeedbackAbout, FeedbackDirection},
    id::{FeedbackId, RecommendationId, TrainingId},
    period::Period,
    plan::Plan,
    recommendation::{FollowUp, Recommendation, RecommendationKind, RecommendationStatus},
    scoring::{ScoreInput, score},
    time::Instant,
    training::recognised,
};
use service::{Result, synthetic::Batch};

impl Year<'_> {
    /// Whether visitors look for a final result of the person.
    fn has_result(&self, index: usize) -> bool {
        self.is_persona(index) || self.cast().is_some_and(|cast| cast.is_mended(index))
    }

    pub(super) fn evaluation(
        &self,
        index: usize,
        opened: Evaluation,
        period: &Period,
        plan: &Plan,
    ) -> Result<Evaluation> {
        let mut rng = self.dice.roll("progress", self.number() * 100 + period.part, person_number(index));
        let delay = if self.is_late(index) { LATE_BY } else { 0 };
        let since = self.since(period) - delay;
        let status = match opened.kind {
            _ if self.until(index).is_some_and(|day| period.ends_on >= day) => EvaluationStatus::Open,
            EvaluationKind::Annual if self.objects(index) => EvaluationStatus::Delivered,
            _ if since > CLOSED_AFTER => EvaluationStatus::Closed,
            EvaluationKind::Periodic if since > 14 && (percent(&mut rng, 93) || self.has_result(index)) => {
                EvaluationStatus::Final
            }
            EvaluationKind::Periodic if since > 7 => EvaluationStatus::RatedDraft,
            EvaluationKind::Periodic if since > 0 && percent(&mut rng, 60) => EvaluationStatus::SelfReported,
            _ => EvaluationStatus::Open,
        };
        if status == EvaluationStatus::Open {
            return Ok(opened);
        }
        let reported_at = self.morning(period.ends_on + Duration::days(2 + delay));
        let finalised_at = self.morning(period.ends_on + Duration::days(9 + delay));
        let achieved = self.achieved(index, period, plan);
        let mut detail = EvaluationDetail {
            realisations: achieved.realisations,
            reported_at: Some(reported_at),
            ..EvaluationDetail::default()
        };
        if status == EvaluationStatus::SelfReported {
            return Ok(Evaluation { status, detail, ..opened });
        }
        let lenient = self.city.is_rated_leniently(&self.city.people[index]);
        let (result, behaviour) = self.rated(index, period, achieved.percent);
        detail.result_reason = result_reason(result, achieved.percent, lenient);
        detail.behaviour_reason = behaviour_reason(behaviour, opened.kind, lenient);
        if status == EvaluationStatus::RatedDraft {
            return Ok(Evaluation {
                status,
                detail,
                result_rating: Some(result),
                behaviour_rating: Some(behaviour),
                ..opened
            });
        }
        let registered = self.training(index, plan);
        detail.trainings = recognised(registered.as_slice(), plan.id, &(period.starts_on..=period.ends_on));
        let trainings = detail.trainings.clone();
        let inputs = ScoreInput { trainings, ..ScoreInput::ratings(result, behaviour) };
        let scored = score(self.rules, &inputs)?;
        detail.inputs = Some(inputs);
        detail.score = Some(scored.tree);
        detail.revision = plan.effective().map(|revision| revision.id);
        let annual = opened.kind == EvaluationKind::Annual;
        if annual {
            let parties = [
                (Party::Employee, Some(opened.staff)),
                (Party::Rater, Some(opened.rater.staff)),
                (Party::RatersSuperior, opened.rater.superior_staff),
            ];
            detail.signatures = parties
                .into_iter()
                // A person who objects has not signed.
                .filter(|(party, _)| *party != Party::Employee || status == EvaluationStatus::Closed)
                .filter_map(|(party, staff)| {
                    Some(Signature { party, staff: staff?, at: finalised_at + Duration::days(3) })
                })
                .collect();
        }
        let delivered = annual.then(|| finalised_at + Duration::days(1));
        Ok(Evaluation {
            status,
            detail,
            result_rating: Some(result),
            behaviour_rating: Some(behaviour),
            predicate: Some(scored.predicate),
            unit_predicate: Some(OrgUnitPredicate::Good),
            finalised_at: Some(finalised_at),
            form: self.city.form(&self.city.people[index]),
            delivered_at: delivered,
            objection_until: delivered
                .map(|at| self.rules.objection_until(CALENDAR.day(at), self.days_off))
                .transpose()?,
            ..opened
        })
    }

    /// Adds what the rater says about a final annual result: feedback to one person in ten and to everybody below
    /// expectation, and recommendations.
    pub(super) fn remarks(
        &self,
        index: usize,
        evaluation: &Evaluation,
        plan: &Plan,
        batch: &mut Batch,
    ) -> Result<()> {
        let Some(at) = evaluation.finalised_at.filter(|_| evaluation.kind == EvaluationKind::Annual) else {
            return Ok(());
        };
        let (year, number) = (self.number(), person_number(index));
        let mut rng = self.dice.roll("remarks", year, number);
        let below = evaluation.result_rating == Some(Expectation::Below);
        let row = plan.effective().and_then(|revision| revision.content.results.first());
        if let Some(row) = row.filter(|_| percent(&mut rng, 10) || below) {
            let text = if below {
                format!("{}: realisasi di bawah target. Mari susun langkah perbaikan bersama.", row.title)
            } else {
                format!("{}: hasil baik. Jaga ketepatan waktu dan lengkapi bukti dukung.", row.title)
            };
            batch.feedback(&Feedback {
                id: FeedbackId(self.dice.id("feedback", year, number, 0)),
                agency: plan.agency,
                plan: plan.id,
                about: FeedbackAbout::Result(row.id),
                evaluation: Some(evaluation.id),
                direction: FeedbackDirection::Superior,
                author: Some(plan.rater.staff),
                seal: None,
                recipient: plan.staff,
                unit: plan.unit,
                text,
                given_at: at,
                reply: None,
                version: 1,
            })?;
        }
        // The recommended training takes place in the next year.
        let recommended = match self.years_ago() {
            1 => Some(TRAINING_TITLE),
            2 => Some(EARLIER_TITLE),
            _ => None,
        };
        let recommended = recommended.filter(|_| self.city.was_trained(index));
        let very_good = evaluation.predicate == Some(domain::evaluation::Predicate::VeryGood);
        let (kind, text) = match recommended {
            Some(title) => (RecommendationKind::Training, format!("{title} ({TRAINING_HOURS} JP).")),
            None if very_good => (
                RecommendationKind::TalentPool,
                "Layak dipertimbangkan dalam kelompok rencana suksesi.".to_owned(),
            ),
            None if below => (
                RecommendationKind::Coaching,
                "Bimbingan kinerja setiap bulan sampai realisasi sesuai target.".to_owned(),
            ),
            None => return Ok(()),
        };
        let follow_up = self.followed_up(index, kind, plan, at);
        batch.recommendation(&Recommendation {
            id: RecommendationId(self.dice.id("recommendation", year, number, 0)),
            agency: plan.agency,
            evaluation: evaluation.id,
            staff: plan.staff,
            author: plan.rater.staff,
            kind,
            text,
            made_at: at,
            status: match follow_up {
                Some(_) => RecommendationStatus::FollowedUp,
                None => RecommendationStatus::Open,
            },
            follow_up,
            version: 1,
        })
    }

    /// What became of a recommendation within eight weeks. One place in the talent pool in ten still waits, and a training
    /// until it is verified.
    fn followed_up(
        &self,
        index: usize,
        kind: RecommendationKind,
        plan: &Plan,
        made_at: Instant,
    ) -> Option<FollowUp> {
        let (year, number) = (self.number(), person_number(index));
        let managed = |persona| self.city.people[self.city.persona(persona)].staff.id;
        let (by, at, note) = match kind {
            RecommendationKind::Training => {
                let training = TrainingId(self.dice.id("training", year + 1, number, 0));
                let at = self.morning(super::training::verified_on(year + 1)?);
                return (CALENDAR.day(at) < self.today).then_some(FollowUp {
                    by: managed(Persona::Admin),
                    at,
                    note: None,
                    training: Some(training),
                });
            }
            RecommendationKind::Coaching => {
                (plan.rater.staff, made_at + Duration::weeks(2), "Bimbingan dijadwalkan setiap bulan.")
            }
            _ if number % 10 == 0 => return None,
            _ => {
                let note = "Diusulkan dalam rapat kelompok rencana suksesi.";
                (managed(Persona::PerformanceTeam), made_at + Duration::weeks(8), note)
            }
        };
        let follow_up = FollowUp { by, at, note: Some(note.to_owned()), training: None };
        (CALENDAR.day(at) < self.today).then_some(follow_up)
    }
}
