//! Adds the calendars of working days.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Creates the table of the days off of agencies. The server fills it after the migrations, because each calendar has a
/// journal entry: an agency without calendars gets the holidays of its regulation.
pub struct AddCalendars;

impl MigrationName for AddCalendars {
    fn name(&self) -> &'static str {
        "m20261127_000042_calendar"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddCalendars {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "CREATE TABLE calendar (
                id {uuid} NOT NULL PRIMARY KEY,
                agency_id {uuid} NOT NULL,
                year INTEGER NOT NULL,
                days TEXT NOT NULL,
                version INTEGER NOT NULL,
                UNIQUE (agency_id, year)
            ){strict}",
        )
        .await
    }
}
