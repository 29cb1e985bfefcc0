//! Indexes that contain every column that lists show, so that the database need not read the long rows.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds indexes of a person's evaluations and plans, with the columns that decide who sees them and that lists show.
/// Adds indexes of all plans by time of creation, of heads of units, and of assignments that are above themselves.
pub struct AddListIndexes;

impl MigrationName for AddListIndexes {
    fn name(&self) -> &'static str {
        "m20261128_000051_list_indexes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddListIndexes {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite has no INCLUDE, so the columns are further keys there. They do not affect the order, because the id is
        // unique.
        let (with, leads) = match manager.get_database_backend() {
            DbBackend::Postgres => (") INCLUDE (", "leads"),
            _ => (", ", "leads = 1"),
        };
        for text in [
            format!(
                "CREATE INDEX evaluation_of_person ON evaluation (staff_id, id{with}agency_id, unit_id, assignment_id, \
                 rater_assignment_id, rater_staff_id, status, predicate, kind, plan_id, period_id)"
            ),
            format!(
                "CREATE INDEX plan_of_person ON plan (staff_id, created_at, id{with}agency_id, unit_id, assignment_id, \
                 rater_assignment_id, rater_staff_id, status, period_id)"
            ),
            "CREATE INDEX plan_by_creation ON plan (agency_id, created_at, id)".to_owned(),
            "CREATE INDEX superior_closure_loops ON superior_closure (descendant_id) \
             WHERE ancestor_id = descendant_id"
                .to_owned(),
            format!(
                "CREATE INDEX assignment_of_heads ON assignment (agency_id, unit_id, staff_id) WHERE {leads}"
            ),
        ] {
            manager.get_connection().execute_unprepared(&text).await?;
        }
        Ok(())
    }
}
