//! Reads the journal from a position on: first the missed entries, then new ones. No entry is left out or repeated.

use super::{
    entry::{Entry, Topic},
    position::{checked, newest, position},
    tail::{Head, Journal},
};
use crate::{
    env::Env,
    error::{Error, Result},
    position::Position,
};
use domain::time::to_micros;
use entity::event::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::{collections::VecDeque, sync::Arc};
use tokio::sync::watch;

/// The number of past days whose entries a personal stream can still deliver.
pub const REPLAY_DAYS: i64 = 30;
/// The number of entries read at once.
const PAGE: usize = 200;
/// The maximum time between the append of an entry and its commit, in microseconds.
const LONGEST_CHANGE: i64 = 600_000_000;

/// Where a reader starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With the next new entry.
    Now,
    /// With the oldest entry that its retention still allows.
    Oldest,
    /// After this position, as a client sent it.
    After(Position),
}

/// How far back a reader can start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// Thirty days: personal streams.
    ThirtyDays,
    /// No limit: the whole journal, for auditors.
    Forever,
}

/// A reader that never reaches an end: it waits for new entries.
pub struct Follow {
    env: Env,
    topic: Topic,
    /// The position of the last entry read from the journal, whether it matched the topic or not.
    cursor: Position,
    head: watch::Receiver<Option<Head>>,
    /// The history that the cursor belongs to, see [`Head::history`].
    history: u64,
    found: VecDeque<Arc<Entry>>,
}

/// Starts to follow a topic.
///
/// # Errors
/// `CURSOR_EXPIRED` if the start is older than the retention allows, `CURSOR_UNKNOWN` if it names no entry of this
/// journal.
pub async fn follow(env: &Env, topic: Topic, start: Start, retention: Retention) -> Result<Follow> {
    let head = env.journal().head();
    let known = *head.borrow();
    let cursor = match (start, known) {
        (Start::Now, Some(head)) => head.position,
        // This process has not read the end of the journal yet, so the database gives it.
        (Start::Now, None) => newest(env).await?,
        (other, _) => {
            let newest = newest(env).await?;
            position_before(env, other, retention, newest).await?
        }
    };
    let history = known.map_or(0, |head| head.history);
    Ok(Follow { env: env.clone(), topic, cursor, head, history, found: VecDeque::new() })
}

impl Follow {
    /// Waits for the next entries of the topic: at least one, at most a page.
    ///
    /// # Errors
    /// `CURSOR_UNKNOWN` if the journal has lost entries while the reader followed it.
    pub async fn next(&mut self) -> Result<VecDeque<Arc<Entry>>> {
        loop {
            if !self.found.is_empty() {
                let remaining = self.found.split_off(self.found.len().min(PAGE));
                return Ok(std::mem::replace(&mut self.found, remaining));
            }
            let head = self.head.borrow_and_update().unwrap_or_default();
            if head.history != self.history {
                return Err(Error::CursorUnknown);
            }
            if head.position.number > self.cursor.number {
                // Boxed so idle readers don't store this future inline.
                Box::pin(self.read(head.position)).await?;
            } else if self.head.changed().await.is_err() {
                return Err(Error::internal("the task that reads the journal has ended"));
            }
        }
    }

    /// The topic.
    #[must_use]
    pub const fn topic(&self) -> &Topic {
        &self.topic
    }

    /// The position of the last entry read. None while entries wait to be taken.
    #[must_use]
    pub fn cursor(&self) -> Option<Position> {
        self.found.is_empty().then_some(self.cursor)
    }

    /// Whether there are entries that were not read or not taken yet.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        !self.found.is_empty() || self.head.borrow().unwrap_or_default().position.number > self.cursor.number
    }

    async fn read(&mut self, head: Position) -> Result<()> {
        if let Some(entries) = self.env.journal().after(self.cursor.number) {
            if let Some(last) = entries.last() {
                self.cursor = last.position();
            }
            self.found.extend(entries.into_iter().filter(|entry| self.topic.matches(entry)));
            return Ok(());
        }
        let found = stored(&self.env, &self.topic, (self.cursor.number, head.number), PAGE as u64).await?;
        self.cursor = match found.last() {
            Some(last) if found.len() == PAGE => last.position(),
            _ => head,
        };
        self.found.extend(found.into_iter().map(Arc::new));
        Ok(())
    }
}

/// Reads one page of a topic and the position of the last entry read. It serves clients that poll instead of streaming.
///
/// # Errors
/// The same as [`follow`].
pub async fn page(
    env: &Env,
    topic: &Topic,
    start: Start,
    retention: Retention,
    limit: u64,
) -> Result<(Vec<Entry>, Position)> {
    let head = newest(env).await?;
    let after = match start {
        Start::Now => head,
        other => position_before(env, other, retention, head).await?,
    };
    let found = stored(env, topic, (after.number, head.number), limit).await?;
    let cursor = match found.last() {
        Some(last) if found.len() as u64 == limit => last.position(),
        _ if after.number > head.number => after,
        _ => head,
    };
    Ok((found, cursor))
}

/// Reads the first entries of a topic with a number greater than `after` and at most `up_to`.
async fn stored(env: &Env, topic: &Topic, (after, up_to): (i64, i64), limit: u64) -> Result<Vec<Entry>> {
    Entity::find()
        .filter(topic.condition(env.db.backend()))
        .filter(Column::Number.gt(after))
        .filter(Column::Number.lte(up_to))
        .order_by_asc(Column::Number)
        .limit(limit)
        .all(env.db.reader())
        .await?
        .into_iter()
        .map(Entry::try_from)
        .collect()
}

/// The smallest number of any entry since an instant.
async fn oldest_since(env: &Env, since: i64) -> Result<Option<i64>> {
    let oldest = Entity::find()
        .filter(Column::At.gte(since))
        .filter(Column::Number.is_not_null())
        .order_by_asc(Column::At)
        .one(env.db.reader())
        .await?;
    let Some(oldest) = oldest else { return Ok(None) };
    // If two changes run at the same time, the change that started first may commit last and get the larger number. So
    // an entry with a somewhat later time may have a smaller number than the oldest one.
    let least: Option<Option<i64>> = Entity::find()
        .select_only()
        .column_as(Column::Number.min(), "least")
        .filter(Column::At.between(oldest.at, oldest.at + LONGEST_CHANGE))
        .into_tuple()
        .one(env.db.reader())
        .await?;
    Ok(least.flatten())
}

/// Returns the position after which a reader starts. The caller has read `newest` before, so an entry that is numbered
/// later is not older than `newest`.
async fn position_before(
    env: &Env,
    start: Start,
    retention: Retention,
    newest: Position,
) -> Result<Position> {
    let oldest = match retention {
        Retention::Forever => 0,
        Retention::ThirtyDays => {
            let since = to_micros(env.now() - chrono::Duration::days(REPLAY_DAYS));
            oldest_since(env, since).await?.map_or(newest.number, |number| number - 1)
        }
    };
    match start {
        Start::After(claimed) if claimed.number < oldest => Err(Error::CursorExpired),
        // A journal that was restored from a backup has lost its last entries. Without this error, a reader would wait
        // for lost numbers.
        Start::After(claimed) if claimed.number > newest.number => Err(Error::CursorUnknown),
        Start::After(claimed) => checked(env, claimed).await,
        Start::Now | Start::Oldest => Ok(position(env, oldest).await?.unwrap_or(newest)),
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Journal({})", self.progress().0)
    }
}
