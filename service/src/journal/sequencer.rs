//! Numbers the entries: gap-free, in the order in which their changes were committed.
//!
//! Every server runs a sequencer. On PostgreSQL a transaction-level lock admits one at a time, so that another server
//! continues at once if one dies; SQLite has a single writer anyway. Each batch numbers the entries that are committed
//! when it begins; entries that commit later get later numbers. Within a batch the order is that of the column `drawn`,
//! a sequence value taken after the entry's row was changed. So the entries of one object also get their numbers in the
//! order of the changes.
//!
//! Times never run backwards in the order of the numbers: an entry that is numbered after one with a later time gets
//! that time. This happens if the clock of a server was set back or is behind, and if a change began before another one
//! and committed after it. Only the entries of a generated city keep their times, because they are written person by
//! person.

use crate::{
    db::{Backend, Tail, Tx, insert_many},
    env::Env,
    error::{Error, Result},
    store::meta::GENERATED,
};
use domain::{actor::Actor, id::AgencyId};
use entity::{event::Model, journal_node};
use proof::{
    Hash,
    leaf::{self, Leaf},
    tree::{Frontier, NodeId, Nodes, nodes_for_root},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, Set,
    Statement,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use uuid::Uuid;

/// Maximum number of entries that one transaction numbers, so that writers don't wait long.
const BATCH: usize = 500;
/// How often to look for entries of a server that stopped between commit and numbering.
const POLL: Duration = Duration::from_secs(1);
/// The key of the sequencer's advisory lock on PostgreSQL: an arbitrary number that nothing else uses.
pub(super) const LOCK: i64 = 0x006b_696e_6572_6a61;
/// The channel on which PostgreSQL notifies the servers, once per batch.
pub(super) const CHANNEL: &str = "kinerja_journal";

/// Numbers new entries until the process ends.
pub async fn run_sequencer(env: Env) {
    let tail = env.kept.of::<Tail>();
    loop {
        if let Err(cause) = sequence(&env).await {
            tracing::warn!(%cause, "could not number entries; will retry");
        }
        // A commit before this point leaves a permit, so no notification is missed.
        let _ = tokio::time::timeout(POLL, tail.appended()).await;
    }
}

/// Numbers all entries appended so far. Returns how many.
pub async fn sequence(env: &Env) -> Result<u64> {
    let mut done = 0;
    loop {
        let numbered = env.write(&Actor::system(AgencyId(Uuid::nil())), batch).await?;
        if let Some((head, at)) = numbered.head {
            env.kept.of::<Tail>().reached(at);
            env.journal().notify_numbered(head);
        }
        done += numbered.count as u64;
        if numbered.count < BATCH {
            return Ok(done);
        }
    }
}

pub(super) struct Numbered {
    count: usize,
    /// Number and time of the last numbered entry.
    head: Option<(i64, i64)>,
}

pub(super) async fn batch(tx: Tx) -> Result<Numbered> {
    if tx.backend() == Backend::Postgres {
        // A stalled lock holder is terminated after 3 s.
        let lock = format!(
            "SELECT set_config('idle_in_transaction_session_timeout', '3s', true), pg_advisory_xact_lock({LOCK})"
        );
        tx.connection().execute_raw(Statement::from_string(DbBackend::Postgres, lock)).await?;
    }
    let rows = number_oldest(&tx).await?;
    let Some((head, at)) = rows.last().and_then(|row| Some((row.number?, row.at))) else {
        return Ok(Numbered { count: 0, head: None });
    };
    append_to_tree(&tx, &rows).await?;
    if tx.backend() == Backend::Postgres {
        let wake = format!("SELECT pg_notify('{CHANNEL}', '{head}')");
        tx.connection().execute_raw(Statement::from_string(DbBackend::Postgres, wake)).await?;
    }
    Ok(Numbered { count: rows.len(), head: Some((head, at)) })
}

/// Numbers the oldest unnumbered entries, in one statement.
async fn number_oldest(tx: &Tx) -> Result<Vec<Model>> {
    let text = format!(
        "UPDATE event SET number = fresh.next, at = fresh.time FROM (\
             SELECT drawn AS place, \
                 (SELECT COALESCE(MAX(number), 0) FROM event) + ROW_NUMBER() OVER (ORDER BY drawn) AS next, \
                 CASE WHEN drawn <= known.generated THEN at \
                     ELSE MAX(CASE WHEN drawn <= known.generated THEN 0 \
                         WHEN at < known.last THEN known.last ELSE at END) OVER (ORDER BY drawn) END AS time \
             FROM event, (SELECT \
                 COALESCE((SELECT at FROM event WHERE number = (SELECT MAX(number) FROM event)), 0) AS last, \
                 COALESCE((SELECT CAST(value AS BIGINT) FROM meta WHERE key = '{GENERATED}'), 0) AS generated \
             ) AS known \
             WHERE number IS NULL ORDER BY drawn LIMIT {BATCH}) AS fresh \
         WHERE drawn = fresh.place \
         RETURNING id, number, agency_id, kind, at, actor_kind, actor_id, subject_kind, subject_id, \
             subject_version, request_id, commitment, staff_id, unit_id, plan_id"
    );
    let statement = Statement::from_string(tx.connection().get_database_backend(), text);
    let mut rows = Model::find_by_statement(statement).all(tx.connection()).await?;
    rows.sort_by_key(|row| row.number);
    Ok(rows)
}

/// Appends the leaves of these entries to the tree and stores the nodes that they complete.
async fn append_to_tree(tx: &Tx, rows: &[Model]) -> Result<()> {
    let first = rows.first().and_then(|row| row.number).unwrap_or(1);
    let size = u64::try_from(first - 1).map_err(Error::internal)?;
    let edge = nodes(tx.connection(), &nodes_for_root(size).map_err(Error::internal)?).await?;
    let mut frontier = Frontier::at(size, &edge).map_err(Error::internal)?;
    let mut completed = Vec::with_capacity(2 * rows.len());
    for row in rows {
        for node in frontier.append(leaf_of(row)?.hash()) {
            completed.push(journal_node::ActiveModel {
                level: Set(node.id.level.into()),
                position: Set(i64::try_from(node.id.index).map_err(Error::internal)?),
                hash: Set(node.hash.to_string()),
            });
        }
    }
    insert_many(tx, completed).await
}

/// Loads stored nodes of the tree.
pub(super) async fn nodes<C: ConnectionTrait>(connection: &C, ids: &[NodeId]) -> Result<Nodes> {
    if ids.is_empty() {
        return Ok(Nodes::new());
    }
    let mut levels: BTreeMap<u8, BTreeSet<i64>> = BTreeMap::new();
    for id in ids {
        let position = i64::try_from(id.index).map_err(Error::internal)?;
        levels.entry(id.level).or_default().insert(position);
    }
    let any = levels.into_iter().fold(Condition::any(), |any, (level, positions)| {
        any.add(
            Condition::all()
                .add(journal_node::Column::Level.eq(i32::from(level)))
                .add(journal_node::Column::Position.is_in(positions)),
        )
    });
    journal_node::Entity::find()
        .filter(any)
        .all(connection)
        .await?
        .into_iter()
        .map(|row| {
            let id = NodeId {
                level: u8::try_from(row.level).map_err(Error::internal)?,
                index: u64::try_from(row.position).map_err(Error::internal)?,
            };
            let hash =
                Hash::parse(&row.hash).ok_or_else(|| Error::internal("a stored node is not a hash"))?;
            Ok((id, hash))
        })
        .collect()
}

/// The leaf of an entry: the part that the tree proves.
pub(super) fn leaf_of(row: &Model) -> Result<Leaf> {
    let number = row.number.ok_or_else(|| Error::internal("an entry without a number"))?;
    Ok(Leaf {
        number: u64::try_from(number).map_err(Error::internal)?,
        event_id: row.id,
        agency_id: row.agency_id,
        kind: row.kind.clone(),
        at: row.at,
        actor: leaf::Actor { kind: row.actor_kind.clone(), id: row.actor_id },
        subject: leaf::Subject {
            kind: row.subject_kind.clone(),
            id: row.subject_id,
            version: row.subject_version,
        },
        request_id: row.request_id,
        commitment: row.commitment.clone(),
    })
}
