//! Signs the size and the root of the tree from time to time, for others to keep.

use super::{
    notary::Notary,
    sequencer::{LOCK, nodes},
};
use crate::{
    db::{Backend, Tx},
    env::{Env, machine_now},
    error::{Error, Result},
};
use domain::{
    actor::Actor,
    id::AgencyId,
    time::{Instant, to_micros},
};
use entity::{event, journal_checkpoint};
use proof::{
    checkpoint::{Consistency, Split},
    tree::{self, nodes_for_consistency, nodes_for_root},
};
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, QueryOrder, QuerySelect, Set, Statement, sea_query::OnConflict,
};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// Between two checkpoints.
const PACE: Duration = Duration::from_secs(60);

/// Signs a checkpoint every minute while the journal grows, until the process ends. Runs beside the sequencer, on
/// every server: whoever finds that the last one is old enough signs.
pub async fn checkpoints(env: Env) {
    loop {
        tokio::time::sleep(PACE / 2).await;
        match due(&env).await {
            // Another server is at it.
            Ok(_) | Err(Error::InProgress) => {}
            Err(cause) => tracing::error!(
                %cause,
                "no checkpoint of the journal could be signed; the next attempt follows"
            ),
        }
    }
}

async fn due(env: &Env) -> Result<Option<u64>> {
    let last = last_row(env).await?.map_or(0, |row| row.at);
    let old = machine_now() - Duration::from_secs(45);
    if last > to_micros(old) { Ok(None) } else { seal(env).await }
}

/// Signs a checkpoint of all that is numbered, if the journal has grown; gives its size.
///
/// It must follow the last one that is kept outside the database: a journal that was rewritten, or restored from
/// an old copy, gets no signature.
pub async fn seal(env: &Env) -> Result<Option<u64>> {
    let Some(notary) = env.notary.clone() else { return Ok(None) };
    let at = machine_now();
    env.write(&Actor::system(AgencyId(Uuid::nil())), move |tx| sign(tx, notary, at)).await
}

async fn sign(tx: Tx, notary: Arc<Notary>, at: Instant) -> Result<Option<u64>> {
    if tx.backend() == Backend::Postgres {
        // Beside that of the sequencer, which goes on meanwhile.
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
    let known = journal_checkpoint::Entity::find_by_id(stored_size(size)?).one(tx.connection()).await?;
    let note = match last {
        Some((last, text)) if last.size == size => {
            if last.root != root {
                return Err(Error::internal(Split::Forked { size }));
            }
            if known.is_some() {
                return Ok(None);
            }
            // Signed by a server that was stopped before it could say so here.
            text
        }
        last => {
            let last = last.map(|(last, _)| last);
            let signed =
                notary.signer().sign_following(last.as_ref(), (size, root), Some(to_micros(at)), &stored);
            let text = signed.map_err(Error::internal)?;
            let kept = text.clone();
            tokio::task::spawn_blocking(move || notary.keep(size, at, &kept))
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

/// How many entries are numbered.
pub(super) async fn size<C: ConnectionTrait>(connection: &C) -> Result<u64> {
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

/// A signed checkpoint: that of a size, or the last one.
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

pub(super) async fn last_row(env: &Env) -> Result<Option<journal_checkpoint::Model>> {
    Ok(journal_checkpoint::Entity::find()
        .order_by_desc(journal_checkpoint::Column::Size)
        .one(env.db.reader())
        .await?)
}

/// The proof that the journal of one size goes on from that of a smaller one; none beyond the last checkpoint.
pub async fn consistency(env: &Env, from: u64, to: u64) -> Result<Option<Consistency>> {
    let last = last_row(env).await?.map_or(0, |row| row.size);
    if from > to || stored_size(to).map_or(true, |to| to > last) {
        return Ok(None);
    }
    let ids = nodes_for_consistency(from, to).map_err(Error::internal)?;
    let stored = nodes(env.db.reader(), &ids).await?;
    Consistency::new(from, to, &stored).map(Some).map_err(Error::internal)
}
