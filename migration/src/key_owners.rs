//! The admins who took over API keys.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Adds `api_key.taken_over_by` and `api_key.taken_over_at`.
pub struct AddKeyOwners;

impl MigrationName for AddKeyOwners {
    fn name(&self) -> &'static str {
        "m20261127_000036_key_owners"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddKeyOwners {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            "ALTER TABLE api_key ADD COLUMN taken_over_by {uuid}",
            "ALTER TABLE api_key ADD COLUMN taken_over_at BIGINT",
        ] {
            dialect::run(manager, statement).await?;
        }
        Ok(())
    }
}
