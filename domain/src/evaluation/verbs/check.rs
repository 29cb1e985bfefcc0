//! Checks what people enter about rows and values: a refusal for each broken rule.

use crate::{
    Decimal, Key, Message, Refusal,
    activity::EVIDENCE_MAX,
    error::{TEXT_MAX, optional_text},
    evaluation::Realisation,
    plan::{Indicator, PlanContent},
};
use std::collections::BTreeSet;

pub(super) fn check_realisation(realisation: &Realisation, content: Option<&PlanContent>) -> Vec<Refusal> {
    let mut found = Vec::new();
    match content.and_then(|content| content.result(realisation.result)) {
        None => found.push(Refusal::not_found(["planResultId"])),
        Some(row) => {
            let known = |indicator| row.indicators.iter().any(|one| one.id == indicator);
            if realisation.indicator.is_some_and(|indicator| !known(indicator)) {
                found.push(Refusal::not_found(["indicatorId"]));
            }
            // A figure for the whole row covers all its indicators.
            let is_meant =
                |one: &&Indicator| realisation.indicator.is_none_or(|indicator| indicator == one.id);
            let mut meant = row.indicators.iter().filter(is_meant).peekable();
            let is_count = meant.peek().is_some() && meant.all(Indicator::is_count);
            if is_count && realisation.value.is_some_and(|value| value < Decimal::ZERO) {
                let message = Message::new(Key::OutOfRange).with("field", "value").with("min", 0);
                found.push(Refusal::input(["value"], message.with("max", Decimal::MAX)));
            }
        }
    }
    if crate::text::is_blank(&realisation.text) && realisation.value.is_none() {
        found.push(Refusal::required("text"));
    } else if realisation.text.chars().count() > TEXT_MAX {
        found.push(Refusal::input(
            ["text"],
            Message::new(Key::TooLong).with("field", "text").with("max", TEXT_MAX),
        ));
    }
    if realisation.evidence.len() > EVIDENCE_MAX {
        let message = Message::new(Key::TooMany).with("field", "evidence").with("max", EVIDENCE_MAX);
        found.push(Refusal::input(["evidence"], message));
    }
    found
}

/// Checks ratings of rows or values: unknown, duplicate, or with too long a note.
pub(super) fn check_notes<'a, T: Copy + Ord + ToString>(
    list: &str,
    field: &str,
    rows: impl Iterator<Item = (T, bool, Option<&'a str>)>,
) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut used = BTreeSet::new();
    for (index, (id, known, note)) in rows.enumerate() {
        let mut found = Vec::new();
        if !known {
            found.push(Refusal::not_found([field]));
        } else if !used.insert(id) {
            found.push(duplicate(field, id));
        }
        optional_text("note", note, TEXT_MAX, &mut found);
        refusals.extend(found.into_iter().map(|refusal| refusal.under([list.to_owned(), index.to_string()])));
    }
    refusals
}

pub(super) fn unknown(field: &str, value: impl ToString) -> Refusal {
    Refusal::input([field], Message::new(Key::Unknown).with("field", field).with("value", value))
}

pub(super) fn duplicate(field: &str, value: impl ToString) -> Refusal {
    Refusal::input([field], Message::new(Key::Duplicate).with("field", field).with("value", value))
}
