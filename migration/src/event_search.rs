//! Indexes for searching the journal by actor and time.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Adds an index of entries by actor, and lets the index of times lead to the numbers.
pub struct AddEventIndexes;

impl MigrationName for AddEventIndexes {
    fn name(&self) -> &'static str {
        "m20261127_000021_event_search"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddEventIndexes {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "CREATE INDEX event_by_actor ON event (actor_id, number) WHERE actor_id IS NOT NULL;
            DROP INDEX event_by_at;
            CREATE INDEX event_by_at ON event (at, number)",
        )
        .await
    }
}
