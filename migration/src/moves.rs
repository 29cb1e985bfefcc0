//! Adds the consequences of imports, the periods that an ended plan has rated completely, and scheduled changes.

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

/// Creates the table of scheduled changes.
pub struct AddScheduledChanges;

impl MigrationName for AddScheduledChanges {
    fn name(&self) -> &'static str {
        "m20261127_000012_scheduled_changes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddScheduledChanges {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "CREATE TABLE scheduled_change (
                id {uuid} NOT NULL PRIMARY KEY,
                agency_id {uuid} NOT NULL,
                staff_id {uuid} NOT NULL REFERENCES staff (id),
                unit_id {uuid} NOT NULL REFERENCES org_unit (id),
                change TEXT NOT NULL,
                effective_on {date} NOT NULL,
                reason TEXT NOT NULL,
                status TEXT NOT NULL,
                scheduled_by {uuid},
                scheduled_at BIGINT NOT NULL,
                ended_at BIGINT,
                refusals TEXT NOT NULL,
                version INTEGER NOT NULL
            ){strict};
            CREATE INDEX scheduled_change_by_staff ON scheduled_change (staff_id);
            CREATE INDEX scheduled_change_by_day ON scheduled_change (agency_id, status, effective_on)",
        )
        .await
    }
}
