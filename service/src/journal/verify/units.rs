//! Compares the stored history of the units' parents with the entries of the units. An image contains only the parent
//! at its time, so this replays the whole history.

use super::{Audit, Finding, PAGE};
use crate::{
    db::any_of,
    error::{Error, Result},
};
use domain::{
    event::SubjectKind,
    time::{Calendar, Date, from_micros},
    unit::OrgUnit,
};
use entity::{event, event_payload, org_unit_parent};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// A parent of a unit with its first day and its end date (exclusive).
type Edge = (Uuid, Date, Option<Date>);

#[derive(Default)]
struct History {
    edges: BTreeSet<Edge>,
    parent: Option<Uuid>,
    /// An image was erased, so the history is unknown.
    erased: bool,
}

impl History {
    /// Applies a move in the same way as the store does.
    fn moved(&mut self, parent: Option<Uuid>, from: Date) {
        let before = std::mem::take(&mut self.edges);
        self.edges = before
            .into_iter()
            .filter(|(_, since, _)| *since < from)
            .map(|(unit, since, until)| (unit, since, Some(until.map_or(from, |until| until.min(from)))))
            .collect();
        self.edges.extend(parent.map(|parent| (parent, from, None)));
        self.parent = parent;
    }
}

/// Compares the parents of all units with the entries. An agency has some hundred units, so they fit in memory.
pub(super) async fn verify<C: ConnectionTrait>(audit: &mut Audit<'_, C>) -> Result<()> {
    let mut expected = histories(audit).await?;
    let mut stored: HashMap<Uuid, BTreeSet<Edge>> = HashMap::new();
    for row in org_unit_parent::Entity::find().all(audit.source.connection).await? {
        stored.entry(row.unit_id).or_default().insert((row.parent_id, row.valid_from, row.valid_to));
    }
    let units: BTreeSet<Uuid> = expected.keys().chain(stored.keys()).copied().collect();
    for unit in units {
        let expected = expected.remove(&unit).unwrap_or_default();
        let stored = stored.remove(&unit).unwrap_or_default();
        if !expected.erased && expected.edges != stored {
            let (subject, table) = (SubjectKind::OrgUnit, "org_unit_parent");
            audit.add(Finding::Differs { subject, id: unit, table, columns: Vec::new() });
        }
    }
    Ok(())
}

async fn histories<C: ConnectionTrait>(audit: &Audit<'_, C>) -> Result<BTreeMap<Uuid, History>> {
    let mut units: BTreeMap<Uuid, History> = BTreeMap::new();
    let mut calendars: HashMap<Uuid, Calendar> = HashMap::new();
    for entry in entries(audit).await? {
        let unit = units.entry(entry.row.subject_id).or_default();
        let Some(image) = entry.image else {
            unit.erased = true;
            continue;
        };
        let parent = image.parent.map(|parent| parent.0);
        let calendar = calendars.entry(entry.row.agency_id).or_insert(Calendar::JAKARTA);
        if entry.row.subject_version == 1 {
            unit.moved(parent, image.valid_from);
        } else if parent != unit.parent {
            let today = calendar.day(from_micros(entry.row.at));
            // The move applies from the day of the change, then again from the requested day, if there is one.
            unit.moved(parent, today);
            if let Some(from) = entry.reason.as_deref().and_then(|reason| reason.strip_prefix("parentFrom "))
            {
                unit.moved(parent, from.parse().map_err(Error::internal)?);
            }
        }
        if image.id.0 == entry.row.agency_id {
            *calendar = image.time_zone.as_deref().and_then(Calendar::of_zone).unwrap_or(Calendar::JAKARTA);
        }
    }
    Ok(units)
}

struct Entry {
    row: event::Model,
    reason: Option<String>,
    image: Option<OrgUnit>,
}

/// Loads the entries of all units in the order of the journal; unnumbered entries come last.
async fn entries<C: ConnectionTrait>(audit: &Audit<'_, C>) -> Result<Vec<Entry>> {
    let connection = audit.source.connection;
    let mut rows = event::Entity::find()
        .filter(event::Column::SubjectKind.eq(SubjectKind::OrgUnit.to_string()))
        .order_by_asc(event::Column::SubjectVersion)
        .all(connection)
        .await?;
    rows.sort_by_key(|row| (row.number.is_none(), row.number, row.subject_version));
    let mut payloads = HashMap::new();
    let size = usize::try_from(PAGE).map_err(Error::internal)?;
    for page in rows.chunks(size) {
        let ids = page.iter().map(|row| row.id);
        let which =
            any_of(audit.source.backend, (event_payload::Entity, event_payload::Column::EventId), ids);
        let found = event_payload::Entity::find().filter(which).all(connection).await?;
        payloads.extend(found.into_iter().map(|payload| (payload.event_id, payload)));
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let payload = payloads.remove(&row.id);
            let reason = payload.as_ref().and_then(|payload| payload.reason.clone());
            let image = payload.and_then(|payload| payload.after);
            let image = image.and_then(|image| serde_json::from_str(&image).ok());
            Entry { row, reason, image }
        })
        .collect())
}
