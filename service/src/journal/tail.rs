//! The tail of the journal in this process: the newest number and a cache of the last entries.

use super::{entry::Entry, position, sequencer::CHANNEL, subject::SubjectCache};
use crate::{
    db::{Backend, Tail},
    env::Env,
    error::{Error, Result},
    position::Position,
};
use domain::time::to_micros;
use entity::event::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sqlx::postgres::PgListener};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::watch;

/// The number of cached entries, for readers close to the end.
const MAX_CACHED: usize = 4_096;
/// The number of entries read at once.
const PAGE: u64 = 1_000;
/// How often to poll. A notification can be lost while the connection is re-established.
const POLL: Duration = Duration::from_secs(1);

/// A handle to the tail; clones share it.
#[derive(Clone, Default)]
pub struct Journal(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// The greatest number assigned so far, on any server.
    numbered: watch::Sender<i64>,
    /// How far this process has read; `None` until it has read the newest entry. Changes wake the readers.
    head: watch::Sender<Option<Head>>,
    /// The last entries.
    last: Mutex<VecDeque<Arc<Entry>>>,
    subjects: SubjectCache,
}

/// How far this process has read the journal.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Head {
    /// The position of the last entry read.
    pub(super) position: Position,
    /// Counts how often the journal lost entries that this process had read: its database was restored, or a standby
    /// was promoted that had not received them.
    pub(super) history: u64,
}

impl Env {
    /// Returns the tail of the journal, as this process has read it.
    pub(crate) fn journal(&self) -> Journal {
        self.kept.of()
    }
}

impl Journal {
    /// Notifies the tail that entries up to this number are numbered.
    pub(super) fn notify_numbered(&self, number: i64) {
        self.0.numbered.send_if_modified(|known| {
            let is_greater = number > *known;
            *known = number.max(*known);
            is_greater
        });
    }

    /// The cache of subjects.
    pub(super) fn subjects(&self) -> &SubjectCache {
        &self.0.subjects
    }

    /// Subscribes to how far this process has read; `None` until it has read the newest entry.
    pub(super) fn head(&self) -> watch::Receiver<Option<Head>> {
        self.0.head.subscribe()
    }

    /// The number of the last entry that this process has read (0 before the first read), and the number of streams
    /// that follow.
    #[must_use]
    pub fn progress(&self) -> (i64, usize) {
        (self.0.head.borrow().unwrap_or_default().position.number, self.0.head.receiver_count())
    }

    /// The entries after a number, if all of them are cached.
    pub(super) fn after(&self, number: i64) -> Option<Vec<Arc<Entry>>> {
        let last = self.0.last.lock().ok()?;
        let first = last.front()?.number;
        (first <= number + 1).then(|| {
            let skip = usize::try_from(number + 1 - first).unwrap_or(usize::MAX);
            last.iter().skip(skip).cloned().collect()
        })
    }

    /// The entry with this number, if it is cached.
    pub(super) fn cached(&self, number: i64) -> Option<Arc<Entry>> {
        let last = self.0.last.lock().ok()?;
        let index = usize::try_from(number - last.front()?.number).ok()?;
        last.get(index).cloned()
    }

    fn cache(&self, entries: Vec<Arc<Entry>>) {
        let Some(last) = entries.last() else { return };
        let position = last.position();
        if let Ok(mut last) = self.0.last.lock() {
            last.extend(entries);
            let excess = last.len().saturating_sub(MAX_CACHED);
            last.drain(..excess);
        }
        self.0.head.send_modify(|head| head.get_or_insert_default().position = position);
    }

    /// Continues from another history. Ends every stream, because its reader may have received entries that no longer
    /// exist.
    fn restart(&self, newest: Position) {
        if let Ok(mut last) = self.0.last.lock() {
            last.clear();
        }
        self.0.head.send_modify(|head| {
            let history = head.unwrap_or_default().history + 1;
            *head = Some(Head { position: newest, history });
        });
    }
}

/// Reads new entries into the cache until the process ends. Runs beside the sequencer.
pub async fn run_tail(env: Env) {
    // Start at the end: readers that need older entries read them from the database.
    loop {
        match newest(&env).await {
            Ok(newest) => {
                env.journal().0.head.send_replace(Some(Head { position: newest, history: 0 }));
                break;
            }
            Err(cause) => {
                tracing::warn!(%cause, "could not read the journal; will retry");
                tokio::time::sleep(POLL).await;
            }
        }
    }
    if env.db.backend() == Backend::Postgres {
        tokio::spawn(listen(env.clone()));
    }
    let mut numbered = env.journal().0.numbered.subscribe();
    loop {
        if let Err(cause) = read_new(&env).await {
            tracing::warn!(%cause, "could not read the journal; will retry");
        }
        let _ = tokio::time::timeout(POLL, numbered.changed()).await;
    }
}

async fn newest(env: &Env) -> Result<Position> {
    let newest = Entity::find()
        .filter(Column::Number.is_not_null())
        .order_by_desc(Column::Number)
        .one(env.db.reader())
        .await?;
    let Some(newest) = newest else { return Ok(Position::default()) };
    env.kept.of::<Tail>().reached(newest.at);
    Ok(Position::after(newest.number.unwrap_or(0), newest.id))
}

async fn read_new(env: &Env) -> Result<()> {
    let journal = env.journal();
    loop {
        let known = journal.0.head.borrow().unwrap_or_default().position;
        // Reads the last known entry again, to notice if it was lost.
        let rows = Entity::find()
            .filter(Column::Number.gte(known.number))
            .order_by_asc(Column::Number)
            .limit(PAGE)
            .all(env.db.reader())
            .await?;
        let full = rows.len() as u64 == PAGE;
        let mut entries =
            rows.into_iter().map(|row| Entry::try_from(row).map(Arc::new)).collect::<Result<Vec<_>>>()?;
        if known.number > 0 {
            if entries.first().is_none_or(|entry| entry.position() != known) {
                let newest = position::newest(env).await?;
                tracing::error!(
                    known = known.number,
                    newest = newest.number,
                    "the journal has lost entries: its database is not the one that this server has read; streams end"
                );
                journal.restart(newest);
                return Ok(());
            }
            entries.remove(0);
        }
        if let Some(last) = entries.last() {
            env.kept.of::<Tail>().reached(to_micros(last.at));
        }
        journal.cache(entries);
        if !full {
            return Ok(());
        }
    }
}

/// Listens to PostgreSQL notifications about numbers that other servers assigned. The poll finds entries if a
/// notification is lost during a reconnect.
async fn listen(env: Env) {
    loop {
        if let Err(cause) = listen_until_error(&env).await {
            tracing::warn!(%cause, "lost the connection for journal notifications; will reconnect");
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn listen_until_error(env: &Env) -> Result<()> {
    let mut listener = PgListener::connect(env.db.url()).await.map_err(Error::internal)?;
    listener.listen(CHANNEL).await.map_err(Error::internal)?;
    loop {
        let notice = listener.recv().await.map_err(Error::internal)?;
        if let Ok(number) = notice.payload().parse() {
            env.journal().notify_numbered(number);
        }
    }
}
