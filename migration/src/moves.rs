//! Adds the consequences of imports, and the periods that an ended plan has rated completely.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Creates the table of consequences of imports.
pub struct AddImportConsequences;

impl MigrationName for AddImportConsequences {
    fn name(&self) -> &'static str {
        "m20261127_000010_import_consequences"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddImportConsequences {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "CREATE TABLE import_consequence (
                id {uuid} NOT NULL PRIMARY KEY,
                run_id {uuid} NOT NULL REFERENCES import_run (id),
                number INTEGER NOT NULL,
                content TEXT NOT NULL,
                UNIQUE (run_id, number)
            ){strict}",
        )
        .await
    }
}

/// Adds `plan.kept`.
pub struct AddKeptPeriods;

impl MigrationName for AddKeptPeriods {
    fn name(&self) -> &'static str {
        "m20261127_000011_kept_periods"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddKeptPeriods {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, "ALTER TABLE plan ADD COLUMN kept TEXT").await
    }
}
