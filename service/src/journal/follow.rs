//! Reads the journal on from a number: what was missed first, then what comes, without a gap and without a repeat.

use super::{
    entry::{Entry, Topic},
    tail::Journal,
};
use crate::{
    env::Env,
    error::{Error, Result},
};
use domain::time::to_micros;
use entity::event::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::{collections::VecDeque, sync::Arc};
use tokio::sync::watch;

/// How far back a personal stream can be resumed.
const REPLAY_DAYS: i64 = 30;
/// So many entries are read at once.
const PAGE: usize = 200;
/// No change takes longer from its entry to its commit, in microseconds.
const LONGEST_CHANGE: i64 = 600_000_000;

/// Where a reader begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With what comes from now on.
    Now,
    /// With the oldest that is kept for it.
    Oldest,
    /// After this number.
    After(i64),
}

/// How long what was missed is kept for a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Personal streams.
    Days,
    /// The journal itself.
    Always,
}

/// A reader that goes on for ever.
pub struct Follow {
    env: Env,
    topic: Topic,
    /// All up to here was looked at.
    cursor: i64,
    head: watch::Receiver<i64>,
    found: VecDeque<Arc<Entry>>,
}

/// Begins to follow a topic.
///
/// # Errors
/// `CURSOR_EXPIRED` when what came after the number is no longer kept for this kind of reader.
pub async fn follow(env: &Env, topic: Topic, start: Start, kept: Kept) -> Result<Follow> {
    let head = env.journal.head();
    let cursor = match start {
        Start::Now => *head.borrow(),
        other => first(env, other, kept).await?,
    };
    Ok(Follow { env: env.clone(), topic, cursor, head, found: VecDeque::new() })
}

impl Follow {
    /// The next entries of the topic, whenever there are any: at least one, at most a page.
    pub async fn next(&mut self) -> Result<VecDeque<Arc<Entry>>> {
        loop {
            if !self.found.is_empty() {
                let rest = self.found.split_off(self.found.len().min(PAGE));
                return Ok(std::mem::replace(&mut self.found, rest));
            }
            let head = *self.head.borrow_and_update();
            if head > self.cursor {
                // In a box, as it would else be held by each of many who wait.
                Box::pin(self.read(head)).await?;
            } else if self.head.changed().await.is_err() {
                return Err(Error::internal("the journal is no longer read"));
            }
        }
    }

    /// The number up to which all that it has found was taken.
    #[must_use]
    pub fn looked(&self) -> Option<i64> {
        self.found.is_empty().then_some(self.cursor)
    }

    /// Whether something of the journal has not been looked at.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        !self.found.is_empty() || *self.head.borrow() > self.cursor
    }

    async fn read(&mut self, head: i64) -> Result<()> {
        if let Some(entries) = self.env.journal.after(self.cursor) {
            if let Some(last) = entries.last() {
                self.cursor = last.number;
            }
            self.found.extend(entries.into_iter().filter(|entry| self.topic.takes(entry)));
            return Ok(());
        }
        let found = stored(&self.env, &self.topic, self.cursor, head, PAGE as u64).await?;
        self.cursor = match found.last() {
            Some(last) if found.len() == PAGE => last.number,
            _ => head,
        };
        self.found.extend(found.into_iter().map(Arc::new));
        Ok(())
    }
}

/// The first entries of a topic after a number, and the number up to which was looked: the twin of a stream for a
/// reader that comes and goes.
///
/// # Errors
/// As of [`follow`].
pub async fn page(
    env: &Env,
    topic: &Topic,
    start: Start,
    kept: Kept,
    limit: u64,
) -> Result<(Vec<Entry>, i64)> {
    let head = newest(env).await?;
    let after = match start {
        Start::Now => head,
        other => first(env, other, kept).await?,
    };
    let found = stored(env, topic, after, head, limit).await?;
    let looked = match found.last() {
        Some(last) if found.len() as u64 == limit => last.number,
        _ => head.max(after),
    };
    Ok((found, looked))
}

/// The number that everything up to now has.
pub async fn newest(env: &Env) -> Result<i64> {
    let newest: Option<Option<i64>> = Entity::find()
        .select_only()
        .column_as(Column::Number.max(), "newest")
        .into_tuple()
        .one(env.db.reader())
        .await?;
    Ok(newest.flatten().unwrap_or(0))
}

async fn stored(env: &Env, topic: &Topic, after: i64, upto: i64, limit: u64) -> Result<Vec<Entry>> {
    Entity::find()
        .filter(topic.condition(env.db.backend()))
        .filter(Column::Number.gt(after))
        .filter(Column::Number.lte(upto))
        .order_by_asc(Column::Number)
        .limit(limit)
        .all(env.db.reader())
        .await?
        .into_iter()
        .map(Entry::try_from)
        .collect()
}

/// The least number that was given to what has happened since an instant.
async fn oldest_since(env: &Env, since: i64) -> Result<Option<i64>> {
    let oldest = Entity::find()
        .filter(Column::At.gte(since))
        .filter(Column::Number.is_not_null())
        .order_by_asc(Column::At)
        .one(env.db.reader())
        .await?;
    let Some(oldest) = oldest else { return Ok(None) };
    // Of two changes at the same time the one that began first may have the greater number, as it ended last.
    let least: Option<Option<i64>> = Entity::find()
        .select_only()
        .column_as(Column::Number.min(), "least")
        .filter(Column::At.between(oldest.at, oldest.at + LONGEST_CHANGE))
        .into_tuple()
        .one(env.db.reader())
        .await?;
    Ok(least.flatten())
}

/// The number after which a reader begins.
async fn first(env: &Env, start: Start, kept: Kept) -> Result<i64> {
    let oldest = match kept {
        Kept::Always => 0,
        Kept::Days => {
            // Read first: what gets its number after this look is no older than it.
            let newest = newest(env).await?;
            let since = to_micros(env.now() - chrono::Duration::days(REPLAY_DAYS));
            oldest_since(env, since).await?.map_or(newest, |number| number - 1)
        }
    };
    match start {
        Start::After(number) if number < oldest => Err(Error::CursorExpired),
        Start::After(number) => Ok(number),
        Start::Now | Start::Oldest => Ok(oldest),
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Journal({})", *self.head().borrow())
    }
}
