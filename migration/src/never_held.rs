//! Posts that nobody has held yet: an acting official has their powers, and they have no days.

use sea_orm_migration::prelude::*;

/// Adds the mark of a post that nobody has held yet. Posts that earlier imports recorded with one day keep it.
pub struct AddNeverHeld;

impl MigrationName for AddNeverHeld {
    fn name(&self) -> &'static str {
        "m20261129_000001_never_held"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddNeverHeld {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let text = "ALTER TABLE assignment ADD COLUMN never_held {boolean} NOT NULL DEFAULT FALSE";
        super::dialect::run(manager, text).await
    }
}
