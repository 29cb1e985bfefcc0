//! The trainings of a teacher: recommended at the end of the year before, held in the first quarter, verified by the
//! admin.

use super::{Year, person_number};
use crate::{
    people::Persona,
    planted::{EARLIER_TITLE, TRAINING_HOURS, TRAINING_TITLE},
};
use chrono::Duration;
use domain::{
    activity::{Evidence, EvidenceKind},
    id::{EvidenceId, RecommendationId, TrainingId},
    plan::Plan,
    time::Date,
    training::{Support, SupportAbout, Training, TrainingDecision, TrainingStatus},
};

/// The day on which the trainings of a year are verified.
pub(super) fn verified_on(year: i32) -> Option<Date> {
    Date::from_ymd_opt(year, 3, 12)
}

impl Year<'_> {
    /// The title of the training that a trained teacher attends in this year; none in other years. The training in the
    /// year before the current one was recommended one year earlier, so a city without that year does not have it.
    pub(super) fn training_of_year(&self, index: usize) -> Option<&'static str> {
        let title = match self.years_ago() {
            0 => TRAINING_TITLE,
            1 if self.continues => EARLIER_TITLE,
            _ => return None,
        };
        self.city.was_trained(index).then_some(title)
    }

    /// The training of a teacher in this year; none before it is verified.
    pub(super) fn training(&self, index: usize, plan: &Plan) -> Option<Training> {
        let title = self.training_of_year(index)?;
        let (year, number) = (self.number(), person_number(index));
        let (first, last) = (Date::from_ymd_opt(year, 3, 2)?, Date::from_ymd_opt(year, 3, 6)?);
        let (recorded, decided) = (last + Duration::days(3), verified_on(year)?);
        if self.today <= decided {
            return None;
        }
        let row = plan.effective()?.content.results.first()?;
        let kind = self.rules.training_kinds().first()?;
        let key = self.dice.id("certificate", year, number, 0);
        let recommended = RecommendationId(self.dice.id("recommendation", year - 1, number, 0));
        Some(Training {
            id: TrainingId(self.dice.id("training", year, number, 0)),
            agency: plan.agency,
            staff: plan.staff,
            assignment: plan.assignment,
            unit: plan.unit,
            kind: kind.code.clone(),
            kind_label: kind.label.clone(),
            title: title.to_owned(),
            organiser: "Balai Guru Penggerak Sumatera Barat".to_owned(),
            hours: TRAINING_HOURS,
            starts_on: first,
            ends_on: last,
            certificate_number: Some(format!("{number:04}/BGP/{year}")),
            evidence: vec![Evidence {
                id: EvidenceId(key),
                kind: EvidenceKind::Link,
                url: Some(format!("https://contoh.invalid/sertifikat/{}", key.simple())),
                label: Some("Sertifikat".to_owned()),
                hash: None,
                added_at: self.morning(recorded),
                file: None,
            }],
            supports: Some(Support {
                plan: plan.id,
                about: SupportAbout::Result(row.id),
                title: row.title.clone(),
            }),
            recommendation: self.continues.then_some(recommended),
            client_key: key,
            recorded_at: self.morning(recorded),
            status: TrainingStatus::Verified,
            decision: Some(TrainingDecision {
                by: self.city.people[self.city.persona(Persona::Admin)].staff.id,
                at: self.morning(decided),
                reason: None,
            }),
            version: 1,
        })
    }
}
