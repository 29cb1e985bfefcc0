//! Requests to correct personnel data, and the files that prove them.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Adds the tables of corrections.
pub struct AddCorrections;

impl MigrationName for AddCorrections {
    fn name(&self) -> &'static str {
        "m20261128_000055_correction"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddCorrections {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "CREATE TABLE correction (
                id {uuid} NOT NULL PRIMARY KEY,
                agency_id {uuid} NOT NULL,
                staff_id {uuid} NOT NULL,
                assignment_id {uuid} NOT NULL,
                unit_id {uuid} NOT NULL,
                subject TEXT NOT NULL,
                recorded TEXT NOT NULL,
                superior_id {uuid},
                proposed TEXT NOT NULL,
                reason TEXT NOT NULL,
                from_day {date},
                evidence TEXT NOT NULL,
                client_key {uuid} NOT NULL,
                requested_at BIGINT NOT NULL,
                due_on {date} NOT NULL,
                status TEXT NOT NULL,
                resolution TEXT,
                version INTEGER NOT NULL
            ){strict};
            CREATE UNIQUE INDEX correction_by_key ON correction (staff_id, client_key);
            CREATE UNIQUE INDEX correction_open ON correction (staff_id, subject) WHERE status = 'REQUESTED';
            CREATE INDEX correction_by_unit ON correction (unit_id);
            CREATE INDEX correction_by_time ON correction (agency_id, requested_at, id);
            CREATE INDEX correction_waiting ON correction (unit_id) WHERE status = 'REQUESTED';
            CREATE TABLE correction_file (
                id {uuid} NOT NULL PRIMARY KEY,
                correction_id {uuid} NOT NULL REFERENCES correction (id),
                file_id {uuid} NOT NULL REFERENCES evidence_file (id),
                sha256 TEXT NOT NULL
            ){strict};
            CREATE INDEX correction_file_by_correction ON correction_file (correction_id);
            CREATE INDEX correction_file_by_file ON correction_file (file_id)",
        )
        .await
    }
}
