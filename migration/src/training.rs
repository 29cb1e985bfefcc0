//! Trainings that people record, and the files of their certificates.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Adds the tables of trainings.
pub struct AddTrainings;

impl MigrationName for AddTrainings {
    fn name(&self) -> &'static str {
        "m20261128_000053_training"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddTrainings {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "CREATE TABLE training (
                id {uuid} NOT NULL PRIMARY KEY,
                agency_id {uuid} NOT NULL,
                staff_id {uuid} NOT NULL,
                assignment_id {uuid} NOT NULL,
                unit_id {uuid} NOT NULL,
                kind TEXT NOT NULL,
                kind_label TEXT NOT NULL,
                title TEXT NOT NULL,
                organiser TEXT NOT NULL,
                hours INTEGER NOT NULL,
                starts_on {date} NOT NULL,
                ends_on {date} NOT NULL,
                certificate_number TEXT,
                evidence TEXT NOT NULL,
                supports TEXT,
                recommendation_id {uuid},
                client_key {uuid} NOT NULL,
                recorded_at BIGINT NOT NULL,
                status TEXT NOT NULL,
                decision TEXT,
                version INTEGER NOT NULL
            ){strict};
            CREATE UNIQUE INDEX training_by_key ON training (staff_id, client_key);
            CREATE INDEX training_by_unit ON training (unit_id);
            CREATE INDEX training_by_assignment ON training (assignment_id);
            CREATE INDEX training_by_time ON training (agency_id, recorded_at, id);
            CREATE INDEX training_waiting ON training (unit_id) WHERE status = 'RECORDED';
            CREATE TABLE training_file (
                id {uuid} NOT NULL PRIMARY KEY,
                training_id {uuid} NOT NULL REFERENCES training (id),
                file_id {uuid} NOT NULL REFERENCES evidence_file (id),
                sha256 TEXT NOT NULL
            ){strict};
            CREATE INDEX training_file_by_training ON training_file (training_id);
            CREATE INDEX training_file_by_file ON training_file (file_id)",
        )
        .await
    }
}
