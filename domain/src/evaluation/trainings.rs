//! Recognised training (pengembangan kompetensi) that the rater names: it stands in the explanation as evidence, within
//! the caps of the regulation, and counts once in a year for each kind of evaluation.

use super::EvaluationContext;
use crate::{
    Key, Message, Refusal,
    error::{optional_text, text},
    scoring::{HOURS_MAX, ITEMS_MAX, RecognisedTraining},
};
use std::collections::BTreeSet;

const REFERENCE_MAX: usize = 200;
const TITLE_MAX: usize = 500;

/// The trainings with their texts trimmed; every fault is told.
pub(super) fn checked(
    trainings: Vec<RecognisedTraining>,
    refusals: &mut Vec<Refusal>,
) -> Vec<RecognisedTraining> {
    if trainings.len() > ITEMS_MAX {
        let message = Message::new(Key::TooMany).with("field", "trainings").with("max", ITEMS_MAX);
        refusals.push(Refusal::input(["trainings"], message));
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let check = |(index, training): (usize, RecognisedTraining)| {
        let mut faults = Vec::new();
        let reference = text("reference", &training.reference, REFERENCE_MAX, &mut faults);
        let title = text("title", &training.title, TITLE_MAX, &mut faults);
        let of = optional_text("of", training.of.as_deref(), TITLE_MAX, &mut faults);
        if !(1..=HOURS_MAX).contains(&training.hours) {
            let message =
                Message::new(Key::OutOfRange).with("field", "hours").with("min", 1).with("max", HOURS_MAX);
            faults.push(Refusal::input(["hours"], message));
        }
        if !reference.is_empty() && !seen.insert(reference.clone()) {
            let message = Message::new(Key::Duplicate).with("field", "reference").with("value", &reference);
            faults.push(Refusal::input(["reference"], message));
        }
        refusals
            .extend(faults.into_iter().map(|fault| fault.under(["trainings".to_owned(), index.to_string()])));
        RecognisedTraining { reference, title, of, ..training }
    };
    trainings.into_iter().enumerate().map(check).collect()
}

/// The refusal of each training that counts in another evaluation already.
pub(super) fn counted_already(
    trainings: &[RecognisedTraining],
    context: &EvaluationContext<'_>,
) -> Vec<Refusal> {
    let counted = trainings
        .iter()
        .enumerate()
        .filter(|(_, training)| context.counted_trainings.contains(&training.reference));
    counted
        .map(|(index, training)| {
            let message = Message::new(Key::TrainingCounted).with("reference", &training.reference);
            Refusal::input(["trainings", &index.to_string(), "reference"], message)
        })
        .collect()
}
