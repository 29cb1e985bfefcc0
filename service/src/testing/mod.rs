//! Databases for tests. Each test has its own database, copied from a template.

pub mod audit;
pub mod city;
pub mod content;
pub mod feedback;
pub mod guests;
pub mod proxy;
pub mod template;
pub mod visible;
pub mod whole;

use crate::{
    db::{Backend, Db, Options},
    env::{Clock, Env, fresh_id, machine_now},
    error::{Error, Result},
    identity, store,
};
use domain::{actor::Actor, event::EventKind, id::AgencyId, time::to_micros};
use entity::{account, event, event_payload, session};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set, Statement, sea_query::Expr};
use std::path::Path;
use template::Template;
use uuid::Uuid;

/// Environment variable with the URL of the tests' PostgreSQL maintenance database, `postgres://…/postgres`.
pub const POSTGRES_VARIABLE: &str = "TEST_PG_URL";

/// A test's database. SQLite files are removed on drop; PostgreSQL databases disappear with the temporary server.
pub struct TestDb {
    /// Settings for opening it.
    pub options: Options,
    /// The test's own folder, for uploads.
    pub folder: tempfile::TempDir,
}

static MIGRATED: Template = Template::without_tables();

impl TestDb {
    /// Creates a migrated SQLite database.
    pub async fn sqlite() -> Result<Self> {
        MIGRATED.sqlite(migrate).await
    }

    /// Reads the bytes of a SQLite database and its write-ahead log.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        let read = |name: &str| std::fs::read(self.folder.path().join(name)).map_err(Error::internal);
        Ok([read("kinerja.db")?, read("kinerja.db-wal").unwrap_or_default()].concat())
    }

    /// Creates a migrated PostgreSQL database. If [`POSTGRES_VARIABLE`] is not set, prints a note and returns `None`.
    pub async fn postgres() -> Result<Option<Self>> {
        MIGRATED.postgres(migrate).await
    }
}

async fn migrate(db: Db, _: &Path) -> Result<()> {
    db.migrate().await?;
    clear_journal(&db).await
}

/// Deletes the journal entries of shipped regulations, so that a test's journal starts with the test's own changes.
async fn clear_journal(db: &Db) -> Result<()> {
    let env = Env::new(db.clone(), Clock::system(), Path::new(""));
    env.write(&Actor::system(AgencyId(Uuid::nil())), |tx| async move {
        event::Entity::delete_many().exec(tx.connection()).await?;
        event_payload::Entity::delete_many().exec(tx.connection()).await?;
        Ok(())
    })
    .await
}

/// Appends the journal entries of shipped regulations, which are missing in the template.
pub async fn journal_shipped(env: &Env) -> Result<()> {
    env.write(&Actor::system(AgencyId(Uuid::nil())), |tx| async move {
        let rows = entity::regulation::Entity::find().all(tx.connection()).await?;
        let shipped = rows.into_iter().map(store::regulation::value).collect::<Result<Vec<_>>>()?;
        crate::db::append_all(&tx, EventKind::RegulationAdded, &shipped, None).await
    })
    .await
}

/// How far this process has read the journal, and how many streams follow it.
#[must_use]
pub fn journal_progress(env: &Env) -> (i64, usize) {
    env.journal().progress()
}

/// Runs SQL without a journal entry, as the owner of the database could.
pub async fn sql(env: &Env, text: &'static str) -> Result<()> {
    env.write(&Actor::system(AgencyId(Uuid::nil())), move |tx| async move {
        tx.connection().execute_unprepared(text).await?;
        Ok(())
    })
    .await
}

/// The configuration of a property test with this number of cases; `PROPTEST_CASES` replaces the number.
#[cfg(test)]
pub fn cases(usual: u32) -> proptest::test_runner::Config {
    let chosen = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    proptest::test_runner::Config::with_cases(chosen.unwrap_or(usual))
}

/// Finds all columns, as `table.column`, with a text that contains this word. The word becomes part of SQL, so it may
/// contain only letters and digits.
pub async fn columns_with(env: &Env, word: &str) -> Result<Vec<String>> {
    let connection = env.db.reader();
    let backend = connection.get_database_backend();
    let columns = match env.db.backend() {
        Backend::Postgres => {
            "SELECT table_name::text AS t, column_name::text AS c FROM information_schema.columns
             WHERE table_schema = current_schema() AND data_type = 'text'"
        }
        Backend::Sqlite => {
            "SELECT m.name AS t, p.name AS c FROM sqlite_master m, pragma_table_info(m.name) p
             WHERE m.type = 'table' AND p.type = 'TEXT'"
        }
    };
    let columns = connection.query_all_raw(Statement::from_string(backend, columns)).await?;
    let mut found = Vec::new();
    for row in &columns {
        let (table, column): (String, String) = (row.try_get("", "t")?, row.try_get("", "c")?);
        let text = format!("SELECT 1 FROM \"{table}\" WHERE \"{column}\" LIKE '%{word}%' LIMIT 1");
        if connection.query_one_raw(Statement::from_string(backend, text)).await?.is_some() {
            found.push(format!("{table}.{column}"));
        }
    }
    Ok(found)
}

/// Creates a session of an account without hashing a password; returns its access token.
pub async fn session_of(env: &Env, account: Uuid) -> Result<String> {
    session_lasting(env, account, chrono::Duration::hours(1)).await
}

/// Like [`session_of`], with this lifetime of the access token.
pub async fn session_lasting(env: &Env, account: Uuid, lasting: chrono::Duration) -> Result<String> {
    let now = machine_now();
    let (token, refresh) = (identity::token_for_test(), identity::hash_of(&identity::token_for_test()));
    let found = entity::account::Entity::find_by_id(account).one(env.db.reader()).await?;
    let row = session::ActiveModel {
        id: Set(fresh_id()),
        account_id: Set(account),
        epoch: Set(found.map_or(0, |account| account.epoch)),
        access_hash: Set(identity::hash_of(&token)),
        access_expires_at: Set(to_micros(now + lasting)),
        refresh_family: Set(refresh.clone()),
        refresh_hash: Set(refresh),
        previous_refresh_hash: Set(None),
        repeat_until: Set(None),
        refresh_expires_at: Set(to_micros(now + chrono::Duration::hours(1))),
        client: Set(None),
        device_id: Set(None),
        created_at: Set(to_micros(now)),
        refreshed_at: Set(to_micros(now)),
        ended_at: Set(None),
        method: Set("PASSWORD".to_owned()),
    };
    env.write(&Actor::system(AgencyId(Uuid::nil())), move |tx| async move {
        session::Entity::insert(row).exec_without_returning(tx.connection()).await?;
        Ok(())
    })
    .await?;
    Ok(token)
}

/// Replaces the access token of a session, as a refresh does. Returns the new token.
pub async fn refresh_access_token(env: &Env, token: &str, lasting: chrono::Duration) -> Result<String> {
    let (old, new) = (identity::hash_of(token), identity::token_for_test());
    let (hash, until) = (identity::hash_of(&new), to_micros(machine_now() + lasting));
    env.write(&Actor::system(AgencyId(Uuid::nil())), move |tx| async move {
        session::Entity::update_many()
            .col_expr(session::Column::AccessHash, Expr::value(hash))
            .col_expr(session::Column::AccessExpiresAt, Expr::value(until))
            .filter(session::Column::AccessHash.eq(old))
            .exec(tx.connection())
            .await?;
        Ok(())
    })
    .await?;
    Ok(new)
}

/// Like [`session_of`], by user name.
pub async fn session_of_user(env: &Env, user: &str) -> Result<String> {
    let account = account::Entity::find()
        .filter(account::Column::UserName.eq(user))
        .one(env.db.reader())
        .await?
        .ok_or(Error::NotFound)?;
    session_of(env, account.id).await
}

/// Forgets which codes of second factors were used, so that a test can use the same code again.
pub async fn forget_used_codes(env: &Env) -> Result<()> {
    env.write(&Actor::system(AgencyId(Uuid::nil())), |tx| async move {
        entity::second_factor::Entity::update_many()
            .col_expr(entity::second_factor::Column::LastStep, Expr::value(0_i64))
            .exec(tx.connection())
            .await?;
        Ok(())
    })
    .await
}

/// Forgets failed logins, so that a test need not wait.
pub async fn forget_attempts(env: &Env) -> Result<()> {
    env.write(&Actor::system(AgencyId(Uuid::nil())), |tx| async move {
        entity::login_attempt::Entity::delete_many().exec(tx.connection()).await?;
        Ok(())
    })
    .await
}

/// Exchanges the stored secrets of the two second factors of a database.
pub async fn swap_second_factors(env: &Env) -> Result<()> {
    use entity::second_factor::{Column, Entity};
    env.write(&Actor::system(AgencyId(Uuid::nil())), |tx| async move {
        let rows = Entity::find().all(tx.connection()).await?;
        for (row, other) in rows.iter().zip(rows.iter().rev()) {
            Entity::update_many()
                .col_expr(Column::Secret, Expr::value(other.secret.clone()))
                .filter(Column::AccountId.eq(row.account_id))
                .exec(tx.connection())
                .await?;
        }
        Ok(())
    })
    .await
}

/// Removes the login and roles of a person, as a reinstatement does.
pub async fn reset_access_of(env: &Env, person: domain::id::StaffId) -> Result<bool> {
    let system = identity::system(env, city::AGENCY).await?;
    env.write(&system, move |tx| async move { identity::reset_access(&tx, person, None).await }).await
}

/// Returns a predictable id.
#[must_use]
pub const fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}
