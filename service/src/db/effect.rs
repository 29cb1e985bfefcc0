//! Effects: what the journal entries of a unit of work say about their objects, gathered in memory.

use super::{Concerns, Record};
use crate::error::Result;
use domain::{
    consequence::{Consequence, ConsequenceKind},
    event::{EventKind, SubjectKind},
};
use serde_json::Value;
use std::sync::Mutex;
use uuid::Uuid;

/// The small parts of an image that sentences name.
const NAMED: [&str; 18] = [
    "name",
    "code",
    "period",
    "starts_on",
    "ends_on",
    "ended_on",
    "valid_from",
    "valid_to",
    "unit",
    "position",
    "superior",
    "assignment",
    "delegate",
    "staff",
    "capacity",
    "rater",
    "rater_staff",
    "effective_on",
];

/// The stored columns that a consequence lists, each with the API's name of the field that sets it.
const COLUMNS: [(&str, &str); 13] = [
    ("nip", "nip"),
    ("name", "name"),
    ("employment_kind", "employmentKind"),
    ("external_id", "externalId"),
    ("rank", "rank"),
    ("leads", "leads"),
    ("superior", "superiorAssignmentId"),
    ("valid_from", "validFrom"),
    ("code", "code"),
    ("kind", "kind"),
    ("level", "level"),
    ("parent", "parentId"),
    ("time_zone", "timeZone"),
];

/// One effect of a unit of work.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// A journal entry.
    Entry(Entry),
    /// A consequence that no entry shows, such as an object that stays.
    Note(Consequence),
}

/// What a journal entry says about its object.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub kind: ConsequenceKind,
    pub subject: SubjectKind,
    pub id: Uuid,
    pub concerns: Concerns,
    /// The parts of the new image that sentences name.
    pub named: Value,
    /// The rater before the change.
    pub rater_before: Value,
    /// The changed columns: field, value before, value after.
    pub columns: Vec<(&'static str, Value, Value)>,
}

/// The effects of a unit of work. Gathers nothing until [`Effects::gather`].
#[derive(Default)]
pub(crate) struct Effects(Mutex<Option<Vec<Effect>>>);

impl Effects {
    /// Starts to gather.
    pub fn gather(&self) {
        if let Ok(mut effects) = self.0.lock() {
            effects.get_or_insert_default();
        }
    }

    /// Adds what a journal entry shows. Entries that are part of another consequence are left out.
    pub fn add<R: Record>(&self, event: EventKind, before: Option<&R>, after: &R) -> Result<()> {
        let Some(kind) = ConsequenceKind::of(event).filter(|_| self.gathers()) else { return Ok(()) };
        let before = before.map(serde_json::to_value).transpose()?.unwrap_or_default();
        let image = serde_json::to_value(after)?;
        let changed = |(column, field): (&str, &'static str)| {
            let (old, new) = (before.get(column)?, image.get(column)?);
            (old != new).then(|| (field, old.clone(), new.clone()))
        };
        let lists = matches!(kind, ConsequenceKind::DataChanged | ConsequenceKind::SuperiorAssigned);
        let columns: Vec<_> = COLUMNS.into_iter().filter(|_| lists).filter_map(changed).collect();
        let named = NAMED.into_iter().filter_map(|part| Some((part.to_owned(), image.get(part)?.clone())));
        self.push(Effect::Entry(Entry {
            kind,
            subject: R::SUBJECT,
            id: after.id(),
            concerns: after.concerns(),
            named: Value::Object(named.collect()),
            rater_before: before.get("rater").cloned().unwrap_or_default(),
            columns,
        }));
        Ok(())
    }

    /// Adds a consequence that no journal entry shows.
    pub fn note(&self, consequence: Consequence) {
        self.push(Effect::Note(consequence));
    }

    /// Takes the effects gathered so far.
    pub(crate) fn take(&self) -> Vec<Effect> {
        self.0.lock().ok().and_then(|mut effects| effects.as_mut().map(std::mem::take)).unwrap_or_default()
    }

    fn gathers(&self) -> bool {
        self.0.lock().is_ok_and(|effects| effects.is_some())
    }

    fn push(&self, effect: Effect) {
        if let Ok(mut effects) = self.0.lock()
            && let Some(effects) = effects.as_mut()
        {
            effects.push(effect);
        }
    }
}
