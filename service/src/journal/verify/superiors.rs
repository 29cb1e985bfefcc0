//! Derives the superiors of assignments again and compares them with the rows: by day, today's, and the closure.
//!
//! The images contain the superiors by day, and `objects` compares them with `assignment.superiors`. Older images do
//! not contain them. For these, a migration filled the column from the history of the assignment, so this module
//! replays that history.

use super::{Audit, Finding, PAGE};
use crate::{
    db::any_of,
    error::{Error, Result},
    store::{self, meta},
};
use domain::{
    assignment::{Assignment, DatedSuperior},
    event::SubjectKind,
    id::{AgencyId, AssignmentId},
    time::{Calendar, Date, from_micros},
};
use entity::{assignment, assignment_superior, event, event_payload, superior_closure};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, BTreeSet, HashMap, hash_map::Entry};
use uuid::Uuid;

/// Days under a superior, as stored.
type Row = (Uuid, Date, Option<Date>);

/// Compares all derived rows of superiors. An agency has some ten thousand assignments, so their ids fit in memory.
pub(super) async fn verify<C: ConnectionTrait>(audit: &mut Audit<'_, C>) -> Result<()> {
    let mut agencies = HashMap::new();
    let mut superiors: BTreeMap<Uuid, Option<Uuid>> = BTreeMap::new();
    let (mut days, mut after) = (0, None);
    loop {
        let mut query = assignment::Entity::find().order_by_asc(assignment::Column::Id).limit(PAGE);
        if let Some(after) = after {
            query = query.filter(assignment::Column::Id.gt(after));
        }
        let rows = query.all(audit.source.connection).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        superiors.extend(rows.iter().map(|row| (row.id, row.superior_id)));
        // `objects` has reported the unreadable ones.
        let page = rows.into_iter().filter_map(|row| store::assignment::value(row).ok()).collect();
        days += verify_page(audit, page, &mut agencies).await?;
    }
    count(audit, "assignment_superior", days).await?;
    verify_closure(audit, &superiors).await
}

/// Compares the rows by day and today's superiors of a page; returns the number of expected rows.
async fn verify_page<C: ConnectionTrait>(
    audit: &mut Audit<'_, C>,
    page: Vec<Assignment>,
    agencies: &mut HashMap<AgencyId, Agency>,
) -> Result<u64> {
    let ids = || page.iter().map(|one| one.id.0);
    let column = (assignment_superior::Entity, assignment_superior::Column::AssignmentId);
    let which = any_of(audit.source.backend, column, ids());
    let mut stored: HashMap<Uuid, BTreeSet<Row>> = HashMap::new();
    for row in assignment_superior::Entity::find().filter(which).all(audit.source.connection).await? {
        let days = (row.superior_id, row.valid_from, row.valid_to);
        stored.entry(row.assignment_id).or_default().insert(days);
    }
    let column = (event::Entity, event::Column::SubjectId);
    let changed: HashMap<Uuid, i64> = event::Entity::find()
        .select_only()
        .column(event::Column::SubjectId)
        .column_as(event::Column::At.max(), "at")
        .filter(any_of(audit.source.backend, column, ids()))
        .group_by(event::Column::SubjectId)
        .into_tuple()
        .all(audit.source.connection)
        .await?
        .into_iter()
        .collect();
    let mut expected_rows = 0;
    for one in &page {
        let expected: BTreeSet<Row> =
            one.superiors_of_work().map(|days| (days.superior.0, days.from, days.to)).collect();
        expected_rows += expected.len() as u64;
        if stored.remove(&one.id.0).unwrap_or_default() != expected {
            differs(audit, one.id, "assignment_superior", &[]);
        }
        let agency = match agencies.entry(one.agency) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Agency::load(audit, one.agency).await?),
        };
        let Some(at) = changed.get(&one.id.0) else { continue };
        // Today's superior was set by the last change of the assignment or, later, by a tick.
        let day = agency.calendar.day(from_micros(*at));
        let day = agency.tick.map_or(day, |tick| tick.max(day));
        if one.superior != one.superior_on(day) {
            differs(audit, one.id, "assignment", &["superior_id"]);
        }
    }
    let old: Vec<&Assignment> = page.iter().filter(|one| audit.old_superiors.contains(&one.id)).collect();
    for one in old {
        let calendar = agencies.get(&one.agency).map_or(Calendar::JAKARTA, |agency| agency.calendar);
        let expected = replay(audit, one, calendar).await?;
        if expected.is_some_and(|expected| expected != one.superiors) {
            differs(audit, one.id, "assignment", &["superiors"]);
        }
    }
    Ok(expected_rows)
}

/// The calendar of an agency, and how far its dated superiors are in force.
struct Agency {
    calendar: Calendar,
    /// The last day on which a tick brought superiors into force.
    tick: Option<Date>,
}

impl Agency {
    async fn load<C: ConnectionTrait>(audit: &Audit<'_, C>, agency: AgencyId) -> Result<Self> {
        let connection = audit.source.connection;
        let calendar = store::org_unit::calendar(connection, agency).await?;
        let mark = meta::get(connection, &meta::changes_in_force(agency)).await?;
        Ok(Self { calendar, tick: mark.and_then(|value| value.parse().ok()) })
    }
}

/// Replays the superiors of an assignment from its images as the migration did. None if an image is erased.
async fn replay<C: ConnectionTrait>(
    audit: &Audit<'_, C>,
    of: &Assignment,
    calendar: Calendar,
) -> Result<Option<Vec<DatedSuperior>>> {
    let connection = audit.source.connection;
    let entries = event::Entity::find()
        .filter(event::Column::SubjectId.eq(of.id.0))
        .order_by_asc(event::Column::SubjectVersion)
        .all(connection)
        .await?;
    let ids = entries.iter().map(|entry| entry.id);
    let which = any_of(audit.source.backend, (event_payload::Entity, event_payload::Column::EventId), ids);
    let mut images: HashMap<Uuid, Option<String>> = event_payload::Entity::find()
        .filter(which)
        .all(connection)
        .await?
        .into_iter()
        .map(|payload| (payload.event_id, payload.after))
        .collect();
    let mut by_day: BTreeMap<Date, AssignmentId> = BTreeMap::new();
    for entry in entries {
        let Some(image) = images.remove(&entry.id).flatten() else { return Ok(None) };
        let image: Assignment = serde_json::from_str(&image)?;
        let recorded = calendar.day(from_micros(entry.at));
        let from = if entry.subject_version == 1 { of.valid_from } else { recorded.max(of.valid_from) };
        if let Some(superior) = image.superior.filter(|_| of.valid_to.is_none_or(|end| from < end)) {
            by_day.insert(from, superior);
        }
    }
    let dated = |superior, from| DatedSuperior { superior, from, after_end: false };
    let mut superiors: Vec<DatedSuperior> =
        by_day.into_iter().map(|(from, superior)| dated(superior, from)).collect();
    superiors.dedup_by_key(|one| one.superior);
    if superiors.last().map(|last| last.superior) == of.superior {
        return Ok(Some(superiors));
    }
    Ok(Some(of.superior.map(|superior| dated(superior, of.valid_from)).into_iter().collect()))
}

/// Compares the closure with the chains of today's superiors.
async fn verify_closure<C: ConnectionTrait>(
    audit: &mut Audit<'_, C>,
    superiors: &BTreeMap<Uuid, Option<Uuid>>,
) -> Result<()> {
    let mut pairs = 0;
    let all: Vec<Uuid> = superiors.keys().copied().collect();
    for page in all.chunks(usize::try_from(PAGE).map_err(Error::internal)?) {
        let column = (superior_closure::Entity, superior_closure::Column::DescendantId);
        let which = any_of(audit.source.backend, column, page.iter().copied());
        let mut stored: HashMap<Uuid, BTreeSet<Uuid>> = HashMap::new();
        for row in superior_closure::Entity::find().filter(which).all(audit.source.connection).await? {
            stored.entry(row.descendant_id).or_default().insert(row.ancestor_id);
        }
        for id in page {
            let mut expected = BTreeSet::new();
            let mut at = superiors.get(id).copied().flatten();
            while let Some(above) = at.filter(|above| expected.insert(*above)) {
                at = superiors.get(&above).copied().flatten();
            }
            pairs += expected.len() as u64;
            if stored.remove(id).unwrap_or_default() != expected {
                differs(audit, AssignmentId(*id), "superior_closure", &[]);
            }
        }
    }
    count(audit, "superior_closure", pairs).await
}

/// Compares the number of rows. A different number means that some rows belong to no assignment.
async fn count<C: ConnectionTrait>(
    audit: &mut Audit<'_, C>,
    table: &'static str,
    expected: u64,
) -> Result<()> {
    let rows = audit.rows(table).await?;
    if rows != expected {
        audit.add(Finding::RowCount { table, rows, expected });
    }
    Ok(())
}

fn differs<C: ConnectionTrait>(
    audit: &mut Audit<'_, C>,
    id: AssignmentId,
    table: &'static str,
    columns: &[&str],
) {
    let columns = columns.iter().map(ToString::to_string).collect();
    audit.add(Finding::Differs { subject: SubjectKind::Assignment, id: id.0, table, columns });
}
