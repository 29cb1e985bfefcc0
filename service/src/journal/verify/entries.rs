//! Compares the entries with the checkpoints: recomputes each leaf from its row, and checks the stored hashes.

use super::{Audit, Finding, PAGE, Progress, Step, objects::concerns};
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

/// Compares every numbered entry with the kept checkpoints.
pub(super) async fn verify<C: ConnectionTrait>(audit: &mut Audit<'_, C>, kept: &[Checkpoint]) -> Result<()> {
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
        let mut found = stored_payloads(audit, &rows).await?;
        payloads += found.len() as u64;
        let nodes = stored_nodes(audit, &rows).await?;
        for row in &rows {
            let payload = found.remove(&row.id);
            if let Some(number) = misfiled(row, payload.as_ref()) {
                audit.add(Finding::Misfiled { number });
            }
            match leaf_of(row) {
                Ok(leaf) => {
                    let ids = nodes_completed_by(leaf.number);
                    let stored = Some(ids.iter().map_while(|id| nodes.get(id)).copied().collect());
                    checker.add(Entry { leaf, payload: payload.map(payload_of), stored });
                }
                Err(_) => audit.add(Finding::UnreadableEntry { id: row.id }),
            }
        }
        done += rows.len() as u64;
        (audit.progress)(Progress { step: Step::Entries, done, total });
    }
    let result = checker.finish();
    audit.report.entries = result.entries;
    audit.report.root = result.root;
    audit.report.proven = result.proven;
    audit.report.erased = result.erased;
    for finding in result.findings {
        audit.add(Finding::Journal(finding));
    }
    // A tree of n leaves has 2n - popcount(n) complete nodes.
    let nodes = 2 * result.entries - u64::from(result.entries.count_ones());
    for (table, expected) in [("event_payload", payloads), ("journal_node", nodes)] {
        let rows = audit.rows(table).await?;
        if rows != expected {
            audit.add(Finding::RowCount { table, rows, expected });
        }
    }
    Ok(())
}

/// Loads a page of entries by number, then by id: without the unique index, two entries can have the same number.
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

/// Loads the payloads of entries.
async fn stored_payloads<C: ConnectionTrait>(
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

/// Loads the stored nodes that the appends of these entries completed.
async fn stored_nodes<C: ConnectionTrait>(audit: &Audit<'_, C>, rows: &[event::Model]) -> Result<Nodes> {
    let number = |row: Option<&event::Model>| row.and_then(|row| row.number).unwrap_or(1).max(1);
    let (first, last) = (number(rows.first()), number(rows.last()));
    let mut which = Condition::any();
    for level in 0..63 {
        // The entry (position + 1) * 2^level completes the node at `position` of a level.
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
        // An invalid hash counts as missing.
        if let Some(hash) = Hash::parse(&row.hash) {
            nodes.insert(id, hash);
        }
    }
    Ok(nodes)
}

/// The number of the entry, if its person, unit or plan columns differ from its image. The leaf does not cover these
/// columns: they only serve queries, and follow from the image.
fn misfiled(row: &event::Model, payload: Option<&event_payload::Model>) -> Option<u64> {
    let image = payload?.after.as_deref()?;
    let filed = Concerns { staff: row.staff_id, unit: row.unit_id, plan: row.plan_id };
    // If the image can't be parsed, the commitment check reports it.
    let expected = concerns(row.subject_kind.parse().ok()?, image).ok()?;
    (filed != expected).then(|| u64::try_from(row.number.unwrap_or(0)).unwrap_or(0))
}
