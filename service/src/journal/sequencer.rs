//! Gives the entries their numbers: gap-free, in the order in which their changes were committed.
//!
//! Any server may do it. On PostgreSQL a lock that lives as long as the transaction lets one do it at a time, so
//! that when one dies the next goes on at once; on SQLite there is one writer anyway. What is visible when a batch
//! is taken gets the next numbers; what commits later gets later ones. Within a batch the order is that in which
//! the entries were drawn: each is drawn after its row was changed, so that of one object the order is right too.

use crate::{
    db::{Backend, Tx, insert_many},
    env::Env,
    error::{Error, Result},
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

/// How many entries one transaction numbers, so that it keeps no writer waiting.
const BATCH: usize = 500;
/// Finds what a server left behind that died between its commit and the numbering.
const POLL: Duration = Duration::from_secs(1);
/// The lock of the sequencer on PostgreSQL: an arbitrary number that nothing else takes.
pub(super) const LOCK: i64 = 0x006b_696e_6572_6a61;
/// The channel on which PostgreSQL wakes the servers, once a batch.
pub(super) const CHANNEL: &str = "kinerja_journal";

/// Numbers whatever is appended, until the process ends.
pub async fn run(env: Env) {
    loop {
        if let Err(cause) = sequence(&env).await {
            tracing::warn!(%cause, "entries could not be numbered; the next attempt follows");
        }
        // A change that commits meanwhile leaves a permit, so that none is slept through.
        let _ = tokio::time::timeout(POLL, env.journal.appended()).await;
    }
}

/// Numbers all that is appended so far; gives how many entries that were.
pub async fn sequence(env: &Env) -> Result<u64> {
    let mut done = 0;
    loop {
        let numbered = env.write(&Actor::system(AgencyId(Uuid::nil())), batch).await?;
        if let Some(head) = numbered.head {
            env.journal.reached(head);
        }
        done += numbered.count as u64;
        if numbered.count < BATCH {
            return Ok(done);
        }
    }
}

pub(super) struct Numbered {
    count: usize,
    head: Option<i64>,
}

pub(super) async fn batch(tx: Tx) -> Result<Numbered> {
    if tx.backend() == Backend::Postgres {
        // Whoever freezes with the lock in his hands loses it soon.
        let lock = format!(
            "SELECT set_config('idle_in_transaction_session_timeout', '3s', true), pg_advisory_xact_lock({LOCK})"
        );
        tx.connection().execute_raw(Statement::from_string(DbBackend::Postgres, lock)).await?;
    }
    let taken = take(&tx).await?;
    let Some(head) = taken.last().and_then(|row| row.number) else {
        return Ok(Numbered { count: 0, head: None });
    };
    grow(&tx, &taken).await?;
    if tx.backend() == Backend::Postgres {
        let wake = format!("SELECT pg_notify('{CHANNEL}', '{head}')");
        tx.connection().execute_raw(Statement::from_string(DbBackend::Postgres, wake)).await?;
    }
    Ok(Numbered { count: taken.len(), head: Some(head) })
}

/// Numbers the oldest entries that have no number, in one statement.
async fn take(tx: &Tx) -> Result<Vec<Model>> {
    let text = format!(
        "UPDATE event SET number = fresh.next FROM (\
             SELECT drawn AS place, (SELECT COALESCE(MAX(number), 0) FROM event) \
                 + ROW_NUMBER() OVER (ORDER BY drawn) AS next \
             FROM event WHERE number IS NULL ORDER BY drawn LIMIT {BATCH}) AS fresh \
         WHERE drawn = fresh.place \
         RETURNING id, number, agency_id, kind, at, actor_kind, actor_id, subject_kind, subject_id, \
             subject_version, request_id, commitment, staff_id, unit_id, plan_id"
    );
    let statement = Statement::from_string(tx.connection().get_database_backend(), text);
    let mut taken = Model::find_by_statement(statement).all(tx.connection()).await?;
    taken.sort_by_key(|row| row.number);
    Ok(taken)
}

/// Appends the leaves of these entries to the tree and stores the nodes that they complete.
async fn grow(tx: &Tx, taken: &[Model]) -> Result<()> {
    let first = taken.first().and_then(|row| row.number).unwrap_or(1);
    let size = u64::try_from(first - 1).map_err(Error::internal)?;
    let edge = nodes(tx.connection(), &nodes_for_root(size).map_err(Error::internal)?).await?;
    let mut frontier = Frontier::at(size, &edge).map_err(Error::internal)?;
    let mut made = Vec::with_capacity(2 * taken.len());
    for row in taken {
        for node in frontier.append(leaf_of(row)?.hash()) {
            made.push(journal_node::ActiveModel {
                level: Set(node.id.level.into()),
                position: Set(i64::try_from(node.id.index).map_err(Error::internal)?),
                hash: Set(node.hash.to_string()),
            });
        }
    }
    insert_many(tx, made).await
}

/// Stored nodes of the tree.
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
            let hash = Hash::parse(&row.hash).ok_or_else(|| Error::internal("a node that is no hash"))?;
            Ok((id, hash))
        })
        .collect()
}

/// What is proven of an entry.
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
