//! Dialogues of superiors with employees, with their agreements.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Adds the table of dialogues.
pub struct AddDialogues;

impl MigrationName for AddDialogues {
    fn name(&self) -> &'static str {
        "m20261128_000056_dialogue"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddDialogues {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "CREATE TABLE dialogue (
                id {uuid} NOT NULL PRIMARY KEY,
                agency_id {uuid} NOT NULL,
                plan_id {uuid} NOT NULL REFERENCES plan (id),
                staff_id {uuid} NOT NULL REFERENCES staff (id),
                unit_id {uuid} NOT NULL,
                superior_id {uuid} NOT NULL REFERENCES staff (id),
                kind TEXT NOT NULL,
                held_on {date} NOT NULL,
                text TEXT NOT NULL,
                agreements TEXT NOT NULL,
                employee_due_on {date},
                superior_due_on {date},
                recorded_at BIGINT NOT NULL,
                version INTEGER NOT NULL
            ){strict};
            CREATE INDEX dialogue_by_plan ON dialogue (plan_id, held_on, id);
            CREATE INDEX dialogue_by_staff ON dialogue (staff_id);
            CREATE INDEX dialogue_by_superior ON dialogue (superior_id)",
        )
        .await
    }
}
