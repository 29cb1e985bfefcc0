//! How far signing and numbering of the journal have come, for metrics.

use super::checkpoint::{last_row, size};
use crate::{
    env::{Env, machine_now},
    error::Result,
};
use chrono::Duration;
use domain::time::{from_micros, to_micros};
use entity::event;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

/// How far signing and numbering had come at the last check. Cheap to clone; all clones share it.
#[derive(Clone, Debug, Default)]
pub struct JournalHealth(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// When the last checkpoint was signed, in microseconds; 0: never.
    signed_at: AtomicI64,
    unsigned: AtomicU64,
    /// When the oldest entry without a number was made, in microseconds; 0: there is none.
    unnumbered_since: AtomicI64,
}

impl JournalHealth {
    /// The age of the last signed checkpoint; `None` if nothing was signed.
    #[must_use]
    pub fn checkpoint_age(&self) -> Option<Duration> {
        let at = self.0.signed_at.load(Ordering::Relaxed);
        (at > 0).then(|| machine_now() - from_micros(at))
    }

    /// The number of entries that the last checkpoint does not cover.
    #[must_use]
    pub fn unsigned(&self) -> u64 {
        self.0.unsigned.load(Ordering::Relaxed)
    }

    /// The age of the oldest entry without a number; zero if there is none.
    #[must_use]
    pub fn unnumbered_age(&self, env: &Env) -> Duration {
        match self.0.unnumbered_since.load(Ordering::Relaxed) {
            0 => Duration::zero(),
            at => env.now() - from_micros(at),
        }
    }
}

impl Env {
    /// Returns how far signing and numbering have come.
    #[must_use]
    pub fn journal_health(&self) -> JournalHealth {
        self.kept.of()
    }
}

/// Checks how far signing and numbering have come, and stores the result.
pub(super) async fn update_health(env: &Env) -> Result<()> {
    let health = env.journal_health();
    let last = last_row(env).await?;
    let signed = last.as_ref().map_or(0, |row| u64::try_from(row.size).unwrap_or_default());
    health.0.signed_at.store(last.map_or(0, |row| row.at), Ordering::Relaxed);
    let size = size(env.db.reader()).await?;
    health.0.unsigned.store(size.saturating_sub(signed), Ordering::Relaxed);
    let oldest: Option<Option<i64>> = event::Entity::find()
        .select_only()
        .column_as(event::Column::At.min(), "oldest")
        .filter(event::Column::Number.is_null())
        .into_tuple()
        .one(env.db.reader())
        .await?;
    // Ignores entries of the last second: the sequencer is about to number them.
    let oldest = oldest.flatten().filter(|at| *at < to_micros(env.now() - Duration::seconds(1)));
    health.0.unnumbered_since.store(oldest.unwrap_or(0), Ordering::Relaxed);
    Ok(())
}
