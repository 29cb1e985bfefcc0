//! Assignments can be withdrawn: they end on their first day and have no days.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Lets the end of an assignment be its first day.
pub struct AllowWithdrawn;

impl MigrationName for AllowWithdrawn {
    fn name(&self) -> &'static str {
        "m20261127_000041_withdrawn"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AllowWithdrawn {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &POSTGRES,
            _ => &SQLITE,
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// The second check of the table that names two columns; PostgreSQL has given it this name.
const POSTGRES: [&str; 2] = [
    "ALTER TABLE assignment DROP CONSTRAINT assignment_check1",
    "ALTER TABLE assignment ADD CONSTRAINT assignment_days CHECK (valid_to IS NULL OR valid_to >= valid_from)",
];

/// SQLite can't alter a check. Its documentation of ALTER TABLE describes this way for changes that no stored row can
/// break. Other tables refer to this one, so it can't be copied in a transaction.
const SQLITE: [&str; 5] = [
    "PRAGMA writable_schema = ON",
    "UPDATE sqlite_schema SET sql = replace(sql, 'valid_to > valid_from', 'valid_to >= valid_from')
        WHERE type = 'table' AND name = 'assignment'",
    "PRAGMA writable_schema = RESET",
    // A change of the schema by ordinary statements, so that other connections read it again.
    "CREATE TABLE assignment_was_altered (id INTEGER)",
    "DROP TABLE assignment_was_altered",
];
