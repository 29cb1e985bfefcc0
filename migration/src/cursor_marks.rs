//! Cursors of releases that did not mark the entry.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Stores the newest number that clients can have in a cursor without a mark. Up to it, those cursors stay valid.
pub struct AddCursorMarks;

impl MigrationName for AddCursorMarks {
    fn name(&self) -> &'static str {
        "m20261127_000038_cursor_marks"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddCursorMarks {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "INSERT INTO meta (key, value)
             SELECT 'last_cursor_without_mark', CAST(COALESCE(MAX(number), 0) AS TEXT) FROM event",
        )
        .await
    }
}
