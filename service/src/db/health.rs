//! Checks of the database: whether a crash can lose acknowledged changes, and whether the clocks agree.

use super::{Backend, Db};
use crate::{
    clock::machine_now,
    error::{Error, Result},
};
use chrono::Duration;
use domain::time::to_micros;
use sea_orm::{ConnectionTrait, DbBackend, Statement, TryGetable};
use std::sync::atomic::Ordering;

/// How far the machine's clock may differ from the database's.
pub const CLOCK_TOLERANCE: Duration = Duration::seconds(5);

impl Db {
    /// Lists the settings of PostgreSQL that are off although a crash can then lose acknowledged changes. The list is
    /// always empty on SQLite, which the server opens with `synchronous = FULL`.
    pub async fn unsafe_settings(&self) -> Result<Vec<String>> {
        if self.backend() == Backend::Sqlite {
            return Ok(Vec::new());
        }
        let text = "SELECT name FROM pg_settings \
             WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' ORDER BY name";
        let statement = Statement::from_string(DbBackend::Postgres, text);
        // Asks a write connection, because a setting can apply to one session only.
        let rows = self.writer().query_all_raw(statement).await?;
        rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
    }

    /// Measures how far the machine's clock is ahead of the database's, negative if it is behind. [`Self::clock_ahead`]
    /// returns the last result. A difference that the duration of the query can explain counts as 0. SQLite has no
    /// clock of its own.
    pub async fn check_clock(&self) -> Result<Duration> {
        if self.backend() == Backend::Sqlite {
            return Ok(Duration::zero());
        }
        let text = "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint";
        let before = to_micros(machine_now());
        let row = self.reader().query_one_raw(Statement::from_string(DbBackend::Postgres, text)).await?;
        let after = to_micros(machine_now());
        let row = row.ok_or_else(|| Error::internal("no clock_timestamp()"))?;
        let theirs = i64::try_get_by_index(&row, 0).map_err(|_| Error::internal("no time"))?;
        // The database read its clock at an unknown time between `before` and `after`.
        let ahead = if theirs < before { before - theirs } else { (after - theirs).min(0) };
        self.clock.store(ahead, Ordering::Relaxed);
        Ok(Duration::microseconds(ahead))
    }

    /// How far the machine's clock was ahead of the database's at the last check.
    #[must_use]
    pub fn clock_ahead(&self) -> Duration {
        Duration::microseconds(self.clock.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::{Clock, Env};
    use crate::{
        db::Options,
        testing::{TestDb, sql},
    };

    /// Another session of the database, in which `clock_timestamp` is off by an hour.
    async fn with_other_clock(db: &TestDb, seconds: &'static str) -> Db {
        let env =
            Env::new(Db::connect(&db.options).await.expect("a database"), Clock::system(), db.folder.path());
        assert_eq!(env.db().check_clock().await.expect("a time").num_seconds(), 0, "the machine's own clock");
        let text = format!(
            "CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz \
                 RETURN now() + interval '{seconds} seconds'"
        );
        sql(&env, Box::leak(text.into_boxed_str())).await.expect("a function");
        let url = format!("{}?options[search_path]=public,pg_catalog", db.options.url);
        Db::connect(&Options::new(url)).await.expect("a database")
    }

    #[tokio::test]
    async fn a_clock_is_compared_with_that_of_the_database() {
        let db = TestDb::sqlite().await.expect("a database");
        let connected = Db::connect(&db.options).await.expect("a connection");
        assert_eq!(connected.check_clock().await.expect("a time"), Duration::zero());
        let Some(db) = TestDb::postgres().await.expect("a database") else { return };
        for (theirs, ours) in [("3600", -3_600), ("-7", 7), ("-3", 3)] {
            let off = with_other_clock(&db, theirs).await;
            assert_eq!(off.clock_ahead(), Duration::zero(), "not checked yet");
            let ahead = off.check_clock().await.expect("a time");
            assert!((ahead - Duration::seconds(ours)).abs() < Duration::seconds(1), "{theirs}: {ahead}");
            assert_eq!(off.clock_ahead(), ahead);
        }
    }

    #[tokio::test]
    async fn settings_that_lose_changes_are_found() {
        let db = TestDb::sqlite().await.expect("a database");
        let connected = Db::connect(&db.options).await.expect("a connection");
        assert_eq!(connected.unsafe_settings().await.expect("settings"), Vec::<String>::new());
        let Some(db) = TestDb::postgres().await.expect("a database") else { return };
        let of_session = async |value: &str| {
            let url = format!("{}?options[synchronous_commit]={value}", db.options.url);
            let connected = Db::connect(&Options::new(url)).await.expect("a connection");
            connected.unsafe_settings().await.expect("settings")
        };
        let name = "synchronous_commit".to_owned();
        assert!(of_session("off").await.contains(&name));
        for value in ["on", "local", "remote_write"] {
            assert!(!of_session(value).await.contains(&name), "{value}");
        }
    }
}
