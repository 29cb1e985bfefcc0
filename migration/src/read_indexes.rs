//! Indexes by which lists and worklists find the rows of few people.

use sea_orm_migration::prelude::*;

/// Adds indexes of the assignments that plans, activities and evaluations belong to, and of the raters of activities.
pub struct AddReadIndexes;

impl MigrationName for AddReadIndexes {
    fn name(&self) -> &'static str {
        "m20261128_000001_read_indexes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddReadIndexes {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for text in [
            "CREATE INDEX plan_by_assignment ON plan (assignment_id, period_id)",
            "CREATE INDEX activity_by_assignment ON activity (assignment_id, started_at, id)",
            "CREATE INDEX activity_by_rater_staff ON activity (rater_staff_id, status, started_at)",
            "CREATE INDEX evaluation_by_assignment ON evaluation (assignment_id, period_id)",
        ] {
            manager.get_connection().execute_unprepared(text).await?;
        }
        Ok(())
    }
}
