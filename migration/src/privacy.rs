//! Adds the figures that API keys see of a closed period, and the access log.

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

/// Creates the access log.
pub struct AddAccessLog;

impl MigrationName for AddAccessLog {
    fn name(&self) -> &'static str {
        "m20261127_000038_access_log"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddAccessLog {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "CREATE TABLE access_log (
                id {uuid} NOT NULL PRIMARY KEY,
                agency_id {uuid} NOT NULL,
                day {date} NOT NULL,
                actor_id {uuid} NOT NULL,
                by_key {boolean} NOT NULL,
                kind TEXT NOT NULL,
                operation TEXT NOT NULL,
                object_kind TEXT NOT NULL,
                object_id {uuid} NOT NULL,
                staff_id {uuid},
                count BIGINT NOT NULL,
                first_at BIGINT NOT NULL,
                last_at BIGINT NOT NULL
            ){strict};
            CREATE UNIQUE INDEX access_log_once ON access_log (day, actor_id, kind, object_id, operation);
            CREATE INDEX access_log_by_time ON access_log (agency_id, first_at, id);
            CREATE INDEX access_log_by_staff ON access_log (staff_id, first_at, id) WHERE staff_id IS NOT NULL;
            CREATE INDEX access_log_by_actor ON access_log (actor_id, first_at, id)",
        )
        .await
    }
}
