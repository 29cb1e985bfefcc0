//! Recognised training (pengembangan kompetensi) that the rater lists. It appears in the explanation as evidence,
//! within the regulation's caps, and counts once a year for each kind of evaluation.

use super::EvaluationContext;
use crate::{
    Key, Message, Refusal,
    error::{optional_text, text},
    scoring::{HOURS_MAX, ITEMS_MAX, RecognisedTraining},
};
use std::collections::BTreeSet;

const REFERENCE_MAX: usize = 200;
const TITLE_MAX: usize = 500;

/// Trims the texts of trainings and adds a refusal for each invalid field.
pub(super) fn checked(
    trainings: Vec<RecognisedTraining>,
    refusals: &mut Vec<Refusal>,
) -> Vec<RecognisedTraining> {
    if trainings.len() > ITEMS_MAX {
        let message = Message::new(Key::TooMany).with("field", "trainings").with("max", ITEMS_MAX);
        refusals.push(Refusal::input(["trainings"], message));
        return Vec::new();
    }
    let mut used = BTreeSet::new();
    let check = |(index, training): (usize, RecognisedTraining)| {
        let mut found = Vec::new();
        let reference = text("reference", &training.reference, REFERENCE_MAX, &mut found);
        let title = text("title", &training.title, TITLE_MAX, &mut found);
        let of = optional_text("of", training.of.as_deref(), TITLE_MAX, &mut found);
        if !(1..=HOURS_MAX).contains(&training.hours) {
            let message =
                Message::new(Key::OutOfRange).with("field", "hours").with("min", 1).with("max", HOURS_MAX);
            found.push(Refusal::input(["hours"], message));
        }
        if !reference.is_empty() && !used.insert(reference.clone()) {
            let message = Message::new(Key::Duplicate).with("field", "reference").with("value", &reference);
            found.push(Refusal::input(["reference"], message));
        }
        let under = |refusal: Refusal| refusal.under(["trainings".to_owned(), index.to_string()]);
        refusals.extend(found.into_iter().map(under));
        RecognisedTraining { reference, title, of, ..training }
    };
    trainings.into_iter().enumerate().map(check).collect()
}

/// Refuses each training that already counts in another evaluation.
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
