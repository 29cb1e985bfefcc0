//! The end of the journal as this process knows it: how far it is numbered, and the last entries in memory.

use super::{entry::Entry, sequencer::CHANNEL, subject};
use crate::{
    db::Backend,
    env::Env,
    error::{Error, Result},
};
use entity::event::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sqlx::postgres::PgListener};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::{Notify, watch};

/// So many entries are kept in memory for those who follow closely.
const KEPT: usize = 4_096;
/// So many are read at once.
const PAGE: u64 = 1_000;
/// Finds what a wake-up did not tell: it can be lost while the connection is made anew.
const POLL: Duration = Duration::from_secs(1);

/// A handle to it; clones share it.
#[derive(Clone, Default)]
pub struct Journal(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// Somebody has appended.
    appended: Notify,
    /// A number that is known to be given.
    numbered: watch::Sender<i64>,
    /// The number up to which the entries in memory go; followers wake by it.
    head: watch::Sender<i64>,
    last: Mutex<VecDeque<Arc<Entry>>>,
    /// What those entries tell of.
    subjects: subject::Shared,
}

impl Journal {
    /// Says that entries were appended and committed.
    pub(crate) fn has_appended(&self) {
        self.0.appended.notify_one();
    }

    /// Waits until entries are appended.
    pub(super) async fn appended(&self) {
        self.0.appended.notified().await;
    }

    /// Says that numbers are given up to here.
    pub(super) fn reached(&self, number: i64) {
        self.0.numbered.send_if_modified(|known| {
            let further = number > *known;
            *known = number.max(*known);
            further
        });
    }

    /// What the entries tell of, as it was read lately.
    pub(super) fn subjects(&self) -> &subject::Shared {
        &self.0.subjects
    }

    /// Follows the end of the journal.
    pub(super) fn head(&self) -> watch::Receiver<i64> {
        self.0.head.subscribe()
    }

    /// The entries after a number, where memory still holds all of them.
    pub(super) fn after(&self, number: i64) -> Option<Vec<Arc<Entry>>> {
        let last = self.0.last.lock().ok()?;
        let first = last.front()?.number;
        (first <= number + 1).then(|| {
            let skip = usize::try_from(number + 1 - first).unwrap_or(usize::MAX);
            last.iter().skip(skip).cloned().collect()
        })
    }

    fn keep(&self, entries: Vec<Arc<Entry>>) {
        let Some(head) = entries.last().map(|entry| entry.number) else { return };
        if let Ok(mut last) = self.0.last.lock() {
            last.extend(entries);
            let excess = last.len().saturating_sub(KEPT);
            last.drain(..excess);
        }
        self.0.head.send_replace(head);
    }
}

/// Keeps memory at the end of the journal, until the process ends. Runs beside the sequencer.
pub async fn tail(env: Env) {
    // What was there before is read by whoever asks for it.
    loop {
        match newest(&env).await {
            Ok(newest) => {
                env.journal.0.head.send_replace(newest);
                break;
            }
            Err(cause) => {
                tracing::warn!(%cause, "the journal can't be read; the next attempt follows");
                tokio::time::sleep(POLL).await;
            }
        }
    }
    if env.db.backend() == Backend::Postgres {
        tokio::spawn(listen(env.clone()));
    }
    let mut numbered = env.journal.0.numbered.subscribe();
    loop {
        if let Err(cause) = read_on(&env).await {
            tracing::warn!(%cause, "the journal can't be read; the next attempt follows");
        }
        let _ = tokio::time::timeout(POLL, numbered.changed()).await;
    }
}

async fn newest(env: &Env) -> Result<i64> {
    let newest = Entity::find()
        .filter(Column::Number.is_not_null())
        .order_by_desc(Column::Number)
        .one(env.db.reader())
        .await?;
    Ok(newest.and_then(|row| row.number).unwrap_or(0))
}

async fn read_on(env: &Env) -> Result<()> {
    loop {
        let known = *env.journal.0.head.borrow();
        let rows = Entity::find()
            .filter(Column::Number.gt(known))
            .order_by_asc(Column::Number)
            .limit(PAGE)
            .all(env.db.reader())
            .await?;
        let full = rows.len() as u64 == PAGE;
        let entries =
            rows.into_iter().map(|row| Entry::try_from(row).map(Arc::new)).collect::<Result<_>>()?;
        env.journal.keep(entries);
        if !full {
            return Ok(());
        }
    }
}

/// Hears of numbers that other servers give. Their notices may be lost while the connection is made anew: the
/// poll finds those.
async fn listen(env: Env) {
    loop {
        if let Err(cause) = hear(&env).await {
            tracing::warn!(%cause, "the other servers are not heard; the next attempt follows");
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn hear(env: &Env) -> Result<()> {
    let mut listener = PgListener::connect(env.db.url()).await.map_err(Error::internal)?;
    listener.listen(CHANNEL).await.map_err(Error::internal)?;
    loop {
        let notice = listener.recv().await.map_err(Error::internal)?;
        if let Ok(number) = notice.payload().parse() {
            env.journal.reached(number);
        }
    }
}
