//! Adds the figures that API keys see of a closed period.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Creates the table of the figures that were kept when a period was closed.
pub struct AddClosedFigures;

impl MigrationName for AddClosedFigures {
    fn name(&self) -> &'static str {
        "m20261127_000037_closed_figures"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddClosedFigures {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "CREATE TABLE closed_figures (
                period_id {uuid} NOT NULL PRIMARY KEY REFERENCES period (id),
                agency_id {uuid} NOT NULL,
                minimum_group INTEGER NOT NULL,
                kept_at BIGINT NOT NULL,
                content TEXT NOT NULL
            ){strict}",
        )
        .await
    }
}
