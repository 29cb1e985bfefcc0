//! Signs checkpoints (the size and root of the Merkle tree) at intervals, for others to keep.

use super::{
    health::update_health,
    sequencer::{LOCK, nodes},
};
use crate::{
    db::{Backend, Tx},
    env::{Env, machine_now},
    error::{Error, Result},
    keys::Notary,
};
use domain::{
    actor::Actor,
    id::AgencyId,
    time::{Instant, to_micros},
};
use entity::{event, journal_checkpoint};
use proof::{
    Hash,
    checkpoint::{Checkpoint, Consistency, Inconsistency, follows},
    tree::{self, nodes_for_consistency, nodes_for_root},
};
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, QueryOrder, QuerySelect, Set, Statement, sea_query::OnConflict,
};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// The time between two checkpoints.
const INTERVAL: Duration = Duration::from_secs(60);

/// Signs a checkpoint every minute while the journal grows, until the process ends. Every server runs this task;
/// the first server that finds the last checkpoint old enough signs the next one.
pub async fn run_checkpoints(env: Env) {
    loop {
        if let Err(cause) = update_health(&env).await {
            tracing::warn!(%cause, "the metrics of the journal could not be read; will retry");
        }
        tokio::time::sleep(INTERVAL / 2).await;
        match sign_if_due(&env).await {
            // `InProgress`: another server is signing.
            Ok(_) | Err(Error::InProgress) => {}
            Err(cause) => match lost(&env).await {
                Ok(true) => tracing::error!(
                    %cause,
                    "nothing is signed: the journal does not continue its last checkpoint. If entries were lost, declare it \
                     with: kinerja audit declare-loss --reason \"…\""
                ),
                Ok(false) | Err(_) => {
                    tracing::error!(%cause, "could not sign a checkpoint of the journal; will retry");
                }
            },
        }
    }
}

/// Whether signing fails because the journal does not continue its last checkpoint, and not for another reason such as
/// a full disk.
async fn lost(env: &Env) -> Result<bool> {
    let Some(notary) = &env.notary else { return Ok(false) };
    let last = notary.latest()?;
    Ok(continues(env, last.as_ref().map(|(last, _)| last)).await?.1.is_err())
}

async fn sign_if_due(env: &Env) -> Result<Option<u64>> {
    let last = last_row(env).await?.map_or(0, |row| row.at);
    let old = machine_now() - Duration::from_secs(45);
    if last > to_micros(old) { Ok(None) } else { sign_checkpoint(env).await }
}

/// Signs a checkpoint over all numbered entries, if the journal has grown. Returns its size.
///
/// The new checkpoint must be consistent with the last one stored outside the database. So a journal that was
/// rewritten, or restored from an old backup, gets no signature until an operator declares the loss
/// ([`super::declare_loss`]).
pub async fn sign_checkpoint(env: &Env) -> Result<Option<u64>> {
    let Some(notary) = env.notary.clone() else { return Ok(None) };
    let at = machine_now();
    env.write(&Actor::system(AgencyId(Uuid::nil())), move |tx| sign(tx, notary, at)).await
}

/// Returns the present size and root of the journal, and whether it continues a signed checkpoint.
pub(super) async fn continues(
    env: &Env,
    last: Option<&Checkpoint>,
) -> Result<((u64, Hash), std::result::Result<(), Inconsistency>)> {
    let connection = env.db.reader();
    let size = size(connection).await?;
    let mut ids = nodes_for_root(size).map_err(Error::internal)?;
    if let Some(last) = last.filter(|last| last.size < size) {
        ids.extend(nodes_for_consistency(last.size, size).map_err(Error::internal)?);
    }
    let stored = nodes(connection, &ids).await?;
    let root = tree::root(size, &stored).map_err(Error::internal)?;
    let Some(last) = last else { return Ok(((size, root), Ok(()))) };
    let now = Checkpoint { origin: last.origin.clone(), size, root, at: None };
    let proof = (last.size < size).then(|| Consistency::new(last.size, size, &stored)).transpose();
    Ok(((size, root), follows(last, &now, proof.map_err(Error::internal)?.as_ref())))
}

async fn sign(tx: Tx, notary: Arc<Notary>, at: Instant) -> Result<Option<u64>> {
    if tx.backend() == Backend::Postgres {
        // Another lock than the sequencer's, so that numbering continues during signing.
        let lock = format!("SELECT pg_advisory_xact_lock({})", LOCK + 1);
        tx.connection().execute_raw(Statement::from_string(DbBackend::Postgres, lock)).await?;
    }
    let size = size(tx.connection()).await?;
    let last = notary.latest()?;
    if size == 0 && last.is_none() {
        return Ok(None);
    }
    let mut ids = nodes_for_root(size).map_err(Error::internal)?;
    if let Some((last, _)) = last.as_ref().filter(|(last, _)| last.size < size) {
        ids.extend(nodes_for_consistency(last.size, size).map_err(Error::internal)?);
    }
    let stored = nodes(tx.connection(), &ids).await?;
    let root = tree::root(size, &stored).map_err(Error::internal)?;
    let row = journal_checkpoint::Entity::find_by_id(stored_size(size)?).one(tx.connection()).await?;
    let note = match last {
        Some((last, text)) if last.size == size => {
            if last.root != root {
                return Err(Error::internal(Inconsistency::Forked { size }));
            }
            if row.is_some_and(|row| row.note == text) {
                return Ok(None);
            }
            // A server signed this checkpoint but stopped before it could insert the row, or the row belongs to an
            // earlier origin.
            text
        }
        last => {
            let last = last.map(|(last, _)| last);
            let signed =
                notary.signer().sign_following(last.as_ref(), (size, root), Some(to_micros(at)), &stored);
            let text = signed.map_err(Error::internal)?;
            let copy = text.clone();
            tokio::task::spawn_blocking(move || notary.store(size, at, &copy))
                .await
                .map_err(Error::internal)??;
            text
        }
    };
    let row = journal_checkpoint::ActiveModel {
        size: Set(stored_size(size)?),
        at: Set(to_micros(at)),
        note: Set(note),
    };
    journal_checkpoint::Entity::insert(row)
        .on_conflict(
            OnConflict::column(journal_checkpoint::Column::Size)
                .update_columns([journal_checkpoint::Column::At, journal_checkpoint::Column::Note])
                .to_owned(),
        )
        .exec_without_returning(tx.connection())
        .await?;
    Ok(Some(size))
}

/// Counts the numbered entries.
pub(crate) async fn size<C: ConnectionTrait>(connection: &C) -> Result<u64> {
    let newest: Option<Option<i64>> = event::Entity::find()
        .select_only()
        .column_as(sea_orm::ColumnTrait::max(&event::Column::Number), "newest")
        .into_tuple()
        .one(connection)
        .await?;
    u64::try_from(newest.flatten().unwrap_or(0)).map_err(Error::internal)
}

fn stored_size(size: u64) -> Result<i64> {
    i64::try_from(size).map_err(Error::internal)
}

/// Loads the signed checkpoint of this size, or the last one.
pub async fn checkpoint(env: &Env, size: Option<u64>) -> Result<Option<String>> {
    let found = match size {
        Some(size) => {
            let Ok(size) = stored_size(size) else { return Ok(None) };
            journal_checkpoint::Entity::find_by_id(size).one(env.db.reader()).await?
        }
        None => last_row(env).await?,
    };
    Ok(found.map(|row| row.note))
}

/// Loads the last checkpoint that the database contains.
pub(crate) async fn stored_checkpoint<C: ConnectionTrait>(connection: &C) -> Result<Option<String>> {
    Ok(last_stored(connection).await?.map(|row| row.note))
}

pub(super) async fn last_row(env: &Env) -> Result<Option<journal_checkpoint::Model>> {
    last_stored(env.db.reader()).await
}

async fn last_stored<C: ConnectionTrait>(connection: &C) -> Result<Option<journal_checkpoint::Model>> {
    Ok(journal_checkpoint::Entity::find()
        .order_by_desc(journal_checkpoint::Column::Size)
        .one(connection)
        .await?)
}

/// Builds the proof that the journal of size `to` extends the journal of size `from`. None if `to` is beyond the last
/// checkpoint.
pub async fn consistency(env: &Env, from: u64, to: u64) -> Result<Option<Consistency>> {
    let last = last_row(env).await?.map_or(0, |row| row.size);
    if from > to || stored_size(to).map_or(true, |to| to > last) {
        return Ok(None);
    }
    let ids = nodes_for_consistency(from, to).map_err(Error::internal)?;
    let stored = nodes(env.db.reader(), &ids).await?;
    Consistency::new(from, to, &stored).map(Some).map_err(Error::internal)
}
