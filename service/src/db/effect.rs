//! Effects of a unit of work, gathered in memory: its journal entries, and other consequences that no entry shows.

use super::{Concerns, Record};
use crate::error::Result;
use domain::{
    consequence::{Consequence, ConsequenceKind},
    event::{EventKind, SubjectKind},
    roster::Problem,
};
use serde_json::Value;
use std::sync::Mutex;
use uuid::Uuid;

/// The fields of an image that the sentences about consequences use.
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

/// The API's name of the field with the superior.
const SUPERIOR: &str = "superiorAssignmentId";

/// A superior that a change assigns, with the days. `to` is the end date (exclusive), null without an end.
struct Assigned {
    superior: Value,
    /// The superior that this assignment had on the first of these days before the change.
    instead_of: Value,
    from: Value,
    to: Value,
}

/// Finds the superior that a change assigns: the first one of the dated superiors that was not there before. If only
/// the day of the first superior differs, the first day of the assignment was corrected and no superior was assigned.
fn assigned(before: &Value, after: &Value) -> Option<Assigned> {
    let dated = |image: &Value| image.get("superiors").and_then(Value::as_array).cloned().unwrap_or_default();
    let (before, after) = (dated(before), dated(after));
    let superior = |one: Option<&Value>| one.and_then(|one| one.get("superior")).cloned();
    let follows = |at: usize| at == 0 && superior(after.first()) == superior(before.first());
    let mut new = after.iter().enumerate().filter(|(at, one)| !before.contains(one) && !follows(*at));
    let at = new.next()?.0;
    let new = after.get(at)?;
    let from = new.get("from")?;
    // Days are ISO texts, whose order is that of the days.
    let earlier = before.iter().rev().find(|one| one.get("from").and_then(Value::as_str) <= from.as_str());
    let part =
        |one: Option<&Value>, name: &str| one.and_then(|one| one.get(name)).cloned().unwrap_or_default();
    Some(Assigned {
        superior: new.get("superior")?.clone(),
        instead_of: part(earlier, "superior"),
        from: from.clone(),
        to: part(after.get(at + 1), "from"),
    })
}

/// One effect of a unit of work.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// A journal entry.
    Entry(Entry),
    /// A consequence without a journal entry, such as an object that stays as it is.
    Note(Consequence),
    /// A gap in the chain of command that a scheduled change will open on its day.
    Gap(Problem),
}

/// The data of a journal entry that the sentence about it needs.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub kind: ConsequenceKind,
    pub subject: SubjectKind,
    pub id: Uuid,
    pub concerns: Concerns,
    /// The fields of the new image that the sentences use.
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

    /// Adds the effect of a journal entry. Leaves out entries that belong to another consequence.
    pub fn add<R: Record>(&self, event: EventKind, before: Option<&R>, after: &R) -> Result<()> {
        let Some(kind) = ConsequenceKind::of(event).filter(|_| self.gathers()) else { return Ok(()) };
        let before = before.map(serde_json::to_value).transpose()?.unwrap_or_default();
        let image = serde_json::to_value(after)?;
        let changed = |(column, field): (&str, &'static str)| {
            let (old, new) = (before.get(column)?, image.get(column)?);
            (old != new).then(|| (field, old.clone(), new.clone()))
        };
        // The assigned superior may apply on other days than today.
        let assigned =
            (kind == ConsequenceKind::SuperiorAssigned).then(|| assigned(&before, &image)).flatten();
        let lists = matches!(kind, ConsequenceKind::DataChanged | ConsequenceKind::SuperiorAssigned);
        let mut columns: Vec<_> = COLUMNS.into_iter().filter(|_| lists).filter_map(changed).collect();
        let named = NAMED.into_iter().filter_map(|part| Some((part.to_owned(), image.get(part)?.clone())));
        let mut named: serde_json::Map<String, Value> = named.collect();
        if let Some(Assigned { superior, instead_of, from, to }) = assigned {
            columns.retain(|(field, ..)| *field != SUPERIOR);
            columns.push((SUPERIOR, instead_of, superior.clone()));
            named.extend(
                [("superior", superior), ("superior_from", from), ("superior_to", to)]
                    .map(|(part, value)| (part.to_owned(), value)),
            );
        }
        self.push(Effect::Entry(Entry {
            kind,
            subject: R::SUBJECT,
            id: after.id(),
            concerns: after.concerns(),
            named: Value::Object(named),
            rater_before: before.get("rater").cloned().unwrap_or_default(),
            columns,
        }));
        Ok(())
    }

    /// Adds a consequence that no journal entry shows.
    pub fn note(&self, consequence: Consequence) {
        self.push(Effect::Note(consequence));
    }

    /// Adds a gap in the chain of command that a scheduled change will open on its day.
    pub fn gap(&self, gap: Problem) {
        self.push(Effect::Gap(gap));
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
