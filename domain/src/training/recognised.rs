//! Which verified trainings count: each certificate once, over all rows and years of a person.

use super::{Support, Training, TrainingStatus};
use crate::{
    id::{PlanId, TrainingId},
    scoring::{RecognisedTraining, Registered},
    text::sort_key,
    time::{Date, Instant},
};
use chrono::Datelike;
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

/// The trainings of a person that an evaluation of a plan shows: the verified ones that support the plan and whose last
/// day is in `days`. `all` are the person's trainings of all years.
///
/// If several trainings have the same certificate, all of them are shown, but only the one that was verified first
/// counts. So a later decision does not change a final result.
#[must_use]
pub fn recognised(all: &[Training], plan: PlanId, days: &RangeInclusive<Date>) -> Vec<RecognisedTraining> {
    let supporting = in_order(all).into_iter().filter_map(|one| Some((one, one.supports.as_ref()?)));
    let supporting: Vec<(&Training, &Support)> = supporting.collect();
    let same = same_certificates(supporting.iter().map(|(training, _)| *training));
    let of_evaluation = |(training, support): &(&Training, &Support)| {
        support.plan == plan && days.contains(&training.ends_on)
    };
    supporting
        .into_iter()
        .filter(of_evaluation)
        .map(|(training, support)| RecognisedTraining {
            reference: match &training.certificate_number {
                Some(number) => format!("{}, {number}", training.organiser),
                None => format!("{}, {}", training.organiser, training.ends_on),
            },
            title: training.title.clone(),
            hours: training.hours,
            counts_for: support.about.counts_for(),
            of: Some(support.title.clone()),
            registered: Some(Registered {
                training: training.id,
                kind: training.kind_label.clone(),
                same_as: same.get(&training.id).cloned(),
            }),
        })
        .collect()
}

/// The lesson hours (JP) of a person's verified trainings that end in a year; each certificate counts once, over all
/// years. `all` are the person's trainings of all years.
#[must_use]
pub fn hours(all: &[Training], year: i32) -> u32 {
    let verified = in_order(all);
    let same = same_certificates(verified.iter().copied());
    let counts = |one: &&&Training| one.ends_on.year() == year && !same.contains_key(&one.id);
    verified.iter().filter(counts).fold(0, |sum, training| sum.saturating_add(training.hours))
}

/// The verified trainings, in the order in which they were verified.
fn in_order(all: &[Training]) -> Vec<&Training> {
    let mut verified: Vec<(Instant, &Training)> = all
        .iter()
        .filter(|training| training.status == TrainingStatus::Verified)
        .filter_map(|training| Some((training.decision.as_ref()?.at, training)))
        .collect();
    verified.sort_by_key(|(at, training)| (*at, training.id));
    verified.into_iter().map(|(_, training)| training).collect()
}

/// Finds the trainings whose certificate an earlier training has too, with the name and the year of that earlier
/// training.
fn same_certificates<'a>(trainings: impl Iterator<Item = &'a Training>) -> BTreeMap<TrainingId, String> {
    let mut first: BTreeMap<Certificate, String> = BTreeMap::new();
    let mut same = BTreeMap::new();
    for training in trainings {
        let keys = certificates(training);
        let known = keys.iter().find_map(|key| first.get(key)).cloned();
        let name =
            known.clone().unwrap_or_else(|| format!("\"{}\" ({})", training.title, training.ends_on.year()));
        for key in keys {
            first.entry(key).or_insert_with(|| name.clone());
        }
        same.extend(known.map(|known| (training.id, known)));
    }
    same
}

/// The identity of a certificate. A link identifies none: one folder can contain several certificates.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Certificate {
    /// The SHA-256 of a file.
    File(String),
    /// The organiser and the number, without capitals, spaces and signs.
    Number(String, String),
}

fn certificates(training: &Training) -> BTreeSet<Certificate> {
    let plain = |text: &str| sort_key(text).replace(' ', "");
    let number = training.certificate_number.as_deref().map(plain).filter(|number| !number.is_empty());
    let files = training.evidence.iter().filter_map(|evidence| evidence.hash.clone());
    let numbered = number.map(|number| Certificate::Number(plain(&training.organiser), number));
    files.map(Certificate::File).chain(numbered).collect()
}
