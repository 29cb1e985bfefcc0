//! Files as evidence of activities, and the data by which similar activities are found.

use crate::dialect;
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

/// Adds the tables of files, and to activities the hash of their description and the answer to their marks.
pub struct AddEvidence;

impl MigrationName for AddEvidence {
    fn name(&self) -> &'static str {
        "m20261128_000046_evidence"
    }
}

/// The number of rows that are read at once.
const BATCH: usize = 200;

#[async_trait::async_trait]
impl MigrationTrait for AddEvidence {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            "ALTER TABLE activity ADD COLUMN mark_answer TEXT",
            "ALTER TABLE activity ADD COLUMN text_hash TEXT",
        ] {
            dialect::run(manager, statement).await?;
        }
        fill(manager).await?;
        dialect::run(
            manager,
            "CREATE INDEX activity_by_text ON activity (text_hash) WHERE text_hash IS NOT NULL;
            CREATE TABLE evidence_file (
                id {uuid} NOT NULL PRIMARY KEY,
                agency_id {uuid} NOT NULL,
                staff_id {uuid} NOT NULL,
                name TEXT NOT NULL,
                size BIGINT NOT NULL,
                expires_at BIGINT NOT NULL,
                created_at BIGINT NOT NULL,
                received_at BIGINT,
                sha256 TEXT,
                media_type TEXT,
                used_at BIGINT,
                removed_at BIGINT
            ){strict};
            CREATE INDEX evidence_file_by_staff ON evidence_file (staff_id);
            CREATE INDEX evidence_file_unused ON evidence_file (created_at) WHERE used_at IS NULL;
            CREATE TABLE evidence_use (
                id {uuid} NOT NULL PRIMARY KEY,
                activity_id {uuid} NOT NULL REFERENCES activity (id),
                file_id {uuid} NOT NULL REFERENCES evidence_file (id),
                sha256 TEXT NOT NULL
            ){strict};
            CREATE INDEX evidence_use_by_activity ON evidence_use (activity_id);
            CREATE INDEX evidence_use_by_file ON evidence_use (file_id);
            CREATE INDEX evidence_use_by_hash ON evidence_use (sha256)",
        )
        .await
    }
}

/// Hashes the descriptions of all stored activities, in the order of their ids.
async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let (connection, backend) = (manager.get_connection(), manager.get_database_backend());
    let (shown, literal): (_, fn(&str) -> String) = match backend {
        DbBackend::Postgres => ("CAST(id AS TEXT)", |id| format!("CAST('{id}' AS UUID)")),
        _ => ("hex(id)", |id| format!("x'{id}'")),
    };
    let mut after = String::new();
    loop {
        let text =
            format!("SELECT {shown} AS shown, description FROM activity {after} ORDER BY id LIMIT {BATCH}");
        let rows = connection.query_all_raw(Statement::from_string(backend, text)).await?;
        let mut last = None;
        for row in rows {
            let id = literal(&row.try_get::<String>("", "shown")?);
            if let Some(hash) = hash(&row.try_get::<String>("", "description")?) {
                connection
                    .execute_unprepared(&format!("UPDATE activity SET text_hash = '{hash}' WHERE id = {id}"))
                    .await?;
            }
            last = Some(id);
        }
        let Some(last) = last else { return Ok(()) };
        after = format!("WHERE id > {last}");
    }
}

/// The hash of a description at the time of this migration; `None` for a short one.
fn hash(description: &str) -> Option<String> {
    let letters: String =
        description.nfkc().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()).collect();
    (letters.chars().count() >= 40).then(|| format!("{:x}", Sha256::digest(letters)))
}
