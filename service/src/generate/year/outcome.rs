//! Evaluations of a person's periods: ratings, feedback and recommendations.

use super::{CLOSED_AFTER, Year, person_number};
use crate::{
    error::Result,
    generate::{CALENDAR, batch::Batch, dice::percent},
};
use chrono::Duration;
use domain::{
    Decimal,
    evaluation::{
        Evaluation, EvaluationDetail, EvaluationKind, EvaluationStatus, Expectation, OrgUnitPredicate, Party,
        Realisation, Signature,
    },
    feedback::{Feedback, FeedbackAbout},
    id::{FeedbackId, RecommendationId},
    period::Period,
    plan::Plan,
    recommendation::{Recommendation, RecommendationKind},
    scoring::{ScoreInput, score},
};
use rand::Rng;

impl Year<'_> {
    pub(super) fn evaluation(
        &self,
        index: usize,
        opened: Evaluation,
        period: &Period,
        plan: &Plan,
    ) -> Result<Evaluation> {
        let mut rng = self.dice.roll("rating", self.number() * 100 + period.part, person_number(index));
        let since = self.since(period);
        let status = match opened.kind {
            _ if since > CLOSED_AFTER => EvaluationStatus::Closed,
            EvaluationKind::Periodic if since > 14 && percent(&mut rng, 93) => EvaluationStatus::Final,
            EvaluationKind::Periodic if since > 7 => EvaluationStatus::RatedDraft,
            EvaluationKind::Periodic if since > 0 && percent(&mut rng, 60) => EvaluationStatus::SelfReported,
            _ => EvaluationStatus::Open,
        };
        if status == EvaluationStatus::Open {
            return Ok(opened);
        }
        let reported_at = self.morning(period.ends_on + Duration::days(2));
        let finalised_at = self.morning(period.ends_on + Duration::days(9));
        let mut detail = EvaluationDetail {
            realisations: realisations(&mut rng, plan),
            reported_at: Some(reported_at),
            ..EvaluationDetail::default()
        };
        if status == EvaluationStatus::SelfReported {
            return Ok(Evaluation { status, detail, ..opened });
        }
        let result = rating(&mut rng, 20, 6);
        let behaviour = rating(&mut rng, 22, 3);
        let reason = |rating: Expectation| {
            (rating != Expectation::AsExpected)
                .then(|| "Berdasarkan bukti dukung dan umpan balik.".to_owned())
        };
        detail.result_reason = reason(result);
        detail.behaviour_reason = reason(behaviour);
        if status == EvaluationStatus::RatedDraft {
            return Ok(Evaluation {
                status,
                detail,
                result_rating: Some(result),
                behaviour_rating: Some(behaviour),
                ..opened
            });
        }
        let inputs = ScoreInput::ratings(result, behaviour);
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
            objection_until: delivered.map(|at| self.rules.objection_until(CALENDAR.day(at))).transpose()?,
            ..opened
        })
    }

    /// Adds feedback for one annual evaluation in ten, and a recommendation for each with the best predicate.
    pub(super) fn remarks(
        &self,
        index: usize,
        evaluation: &Evaluation,
        plan: &Plan,
        batch: &mut Batch,
    ) -> Result<()> {
        let Some(at) = evaluation.finalised_at else { return Ok(()) };
        let (year, number) = (self.number(), person_number(index));
        let mut rng = self.dice.roll("remarks", year, number);
        let row = plan.effective().and_then(|revision| revision.content.results.first());
        if let Some(row) = row.filter(|_| evaluation.kind == EvaluationKind::Annual && percent(&mut rng, 10))
        {
            batch.feedback(&Feedback {
                id: FeedbackId(self.dice.id("feedback", year, number, 0)),
                agency: plan.agency,
                plan: plan.id,
                about: FeedbackAbout::Result(row.id),
                evaluation: Some(evaluation.id),
                author: plan.rater.staff,
                recipient: plan.staff,
                unit: plan.unit,
                text: "Hasil baik; jaga ketepatan waktu dan lengkapi bukti dukung.".to_owned(),
                given_at: at,
                version: 1,
            })?;
        }
        let very_good = evaluation.predicate == Some(domain::evaluation::Predicate::VeryGood);
        if evaluation.kind == EvaluationKind::Annual && very_good {
            batch.recommendation(&Recommendation {
                id: RecommendationId(self.dice.id("recommendation", year, number, 0)),
                agency: plan.agency,
                evaluation: evaluation.id,
                staff: plan.staff,
                author: plan.rater.staff,
                kind: RecommendationKind::TalentPool,
                text: "Layak dipertimbangkan dalam kelompok rencana suksesi.".to_owned(),
                made_at: at,
                version: 1,
            })?;
        }
        Ok(())
    }
}

fn rating(rng: &mut impl Rng, above: u32, below: u32) -> Expectation {
    let roll = rng.random_range(0..100);
    if roll < above {
        Expectation::Above
    } else if roll >= 100 - below {
        Expectation::Below
    } else {
        Expectation::AsExpected
    }
}

fn realisations(rng: &mut impl Rng, plan: &Plan) -> Vec<Realisation> {
    let results = plan.effective().map(|revision| revision.content.results.as_slice()).unwrap_or_default();
    results
        .iter()
        .map(|row| Realisation {
            result: row.id,
            indicator: row.indicators.first().map(|indicator| indicator.id),
            value: Some(Decimal::whole(rng.random_range(3..=40))),
            text: "Sesuai laporan dan bukti dukung.".to_owned(),
            evidence: Vec::new(),
        })
        .collect()
}
