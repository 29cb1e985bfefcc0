//! The entries against the checkpoints: each leaf is computed anew from its row, with the stored hashes beside it.

use super::{Audit, Fault, PAGE, Progress, Step, objects::concerns};
use crate::{
    db::{Concerns, any_of},
    error::{Error, Result},
    journal::{receipt::payload_of, sequencer::leaf_of},
};
use entity::{event, event_payload, journal_node};
use proof::{
    Hash,
    audit::{self, Entry},
    checkpoint::Checkpoint,
    tree::{NodeId, Nodes, nodes_completed_by},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// Holds every numbered entry against the kept checkpoints.
pub(super) async fn hold<C: ConnectionTrait>(audit: &mut Audit<'_, C>, kept: &[Checkpoint]) -> Result<()> {
    let total = audit.count("SELECT COUNT(*) FROM event WHERE number IS NOT NULL").await?;
    let all = audit.rows("event").await?;
    audit.report.unnumbered = all - total;
    let mut checker = audit::Audit::new(kept);
    let mut payloads = audit
        .count(
            "SELECT COUNT(*) FROM event_payload WHERE event_id IN (SELECT id FROM event WHERE number IS NULL)",
        )
        .await?;
    let mut after: Option<(i64, Uuid)> = None;
    let mut done = 0;
    loop {
        let rows = page(audit, after).await?;
        let Some(last) = rows.last() else { break };
        after = last.number.map(|number| (number, last.id));
        let mut told = told(audit, &rows).await?;
        payloads += told.len() as u64;
        let nodes = stored(audit, &rows).await?;
        for row in &rows {
            let payload = told.remove(&row.id);
            if let Some(number) = misfiled(row, payload.as_ref()) {
                audit.find(Fault::Misfiled { number });
            }
            match leaf_of(row) {
                Ok(leaf) => {
                    let ids = nodes_completed_by(leaf.number);
                    let stored = Some(ids.iter().map_while(|id| nodes.get(id)).copied().collect());
                    checker.entry(Entry { leaf, payload: payload.map(payload_of), stored });
                }
                Err(_) => audit.find(Fault::UnreadableEntry { id: row.id }),
            }
        }
        done += rows.len() as u64;
        (audit.progress)(Progress { step: Step::Entries, done, total });
    }
    let found = checker.finish();
    audit.report.entries = found.entries;
    audit.report.proven = found.proven;
    audit.report.erased = found.erased;
    for finding in found.findings {
        audit.find(Fault::Journal(finding));
    }
    // A tree of n leaves has 2n - (ones of n) complete nodes.
    let nodes = 2 * found.entries - u64::from(found.entries.count_ones());
    for (table, expected) in [("event_payload", payloads), ("journal_node", nodes)] {
        let rows = audit.rows(table).await?;
        if rows != expected {
            audit.find(Fault::Surplus { table, rows, expected });
        }
    }
    Ok(())
}

/// Entries by number; two of one number, if the owner took the index away, one after the other.
async fn page<C: ConnectionTrait>(
    audit: &Audit<'_, C>,
    after: Option<(i64, Uuid)>,
) -> Result<Vec<event::Model>> {
    let which = after.map(|(number, id)| {
        Condition::any()
            .add(event::Column::Number.gt(number))
            .add(Condition::all().add(event::Column::Number.eq(number)).add(event::Column::Id.gt(id)))
    });
    Ok(event::Entity::find()
        .filter(Condition::all().add(event::Column::Number.is_not_null()).add_option(which))
        .order_by_asc(event::Column::Number)
        .order_by_asc(event::Column::Id)
        .limit(PAGE)
        .all(audit.source.connection)
        .await?)
}

/// What entries say.
async fn told<C: ConnectionTrait>(
    audit: &Audit<'_, C>,
    rows: &[event::Model],
) -> Result<HashMap<Uuid, event_payload::Model>> {
    let ids = rows.iter().map(|row| row.id);
    let which = any_of(audit.source.backend, (event_payload::Entity, event_payload::Column::EventId), ids);
    Ok(event_payload::Entity::find()
        .filter(which)
        .all(audit.source.connection)
        .await?
        .into_iter()
        .map(|payload| (payload.event_id, payload))
        .collect())
}

/// The stored hashes that the appends of these entries completed.
async fn stored<C: ConnectionTrait>(audit: &Audit<'_, C>, rows: &[event::Model]) -> Result<Nodes> {
    let number = |row: Option<&event::Model>| row.and_then(|row| row.number).unwrap_or(1).max(1);
    let (first, last) = (number(rows.first()), number(rows.last()));
    let mut which = Condition::any();
    for level in 0..63 {
        // The node `position` of a level is completed by the entry (position + 1) * 2^level.
        let from = (first - 1) >> level;
        let to = (last >> level) - 1;
        if from > to {
            continue;
        }
        which = which.add(
            Condition::all()
                .add(journal_node::Column::Level.eq(level))
                .add(journal_node::Column::Position.between(from, to)),
        );
    }
    let mut nodes = Nodes::new();
    for row in journal_node::Entity::find().filter(which).all(audit.source.connection).await? {
        let id = NodeId {
            level: u8::try_from(row.level).map_err(Error::internal)?,
            index: u64::try_from(row.position).map_err(Error::internal)?,
        };
        // What is no hash is a missing one.
        if let Some(hash) = Hash::parse(&row.hash) {
            nodes.insert(id, hash);
        }
    }
    Ok(nodes)
}

/// The number of an entry that stands under another person, unit or plan than its image says. Whom an entry
/// concerns is no part of what is proven: it serves for finding it, and follows from the image.
fn misfiled(row: &event::Model, payload: Option<&event_payload::Model>) -> Option<u64> {
    let image = payload?.after.as_deref()?;
    let filed = Concerns { staff: row.staff_id, unit: row.unit_id, plan: row.plan_id };
    // What can't be read here is told by its commitment.
    let expected = concerns(row.subject_kind.parse().ok()?, image).ok()?;
    (filed != expected).then(|| u64::try_from(row.number.unwrap_or(0)).unwrap_or(0))
}
