//! Objections to results.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Adds the table of objections.
pub struct AddObjections;

impl MigrationName for AddObjections {
    fn name(&self) -> &'static str {
        "m20261128_000048_objection"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddObjections {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "CREATE TABLE objection (
                id {uuid} NOT NULL PRIMARY KEY,
                agency_id {uuid} NOT NULL,
                evaluation_id {uuid} NOT NULL REFERENCES evaluation (id),
                plan_id {uuid} NOT NULL,
                assignment_id {uuid} NOT NULL,
                staff_id {uuid} NOT NULL,
                unit_id {uuid} NOT NULL,
                period_id {uuid} NOT NULL,
                status TEXT NOT NULL,
                rater_assignment_id {uuid} NOT NULL,
                rater_staff_id {uuid} NOT NULL,
                rater TEXT NOT NULL,
                decider_id {uuid},
                decider_post_id {uuid},
                received_at BIGINT NOT NULL,
                objection_until {date} NOT NULL,
                filed_at BIGINT NOT NULL,
                filed_on {date} NOT NULL,
                answer_until {date},
                awaits_until {date},
                decide_until {date},
                decided_at BIGINT,
                detail TEXT NOT NULL,
                version INTEGER NOT NULL
            ){strict};
            CREATE UNIQUE INDEX objection_once ON objection (evaluation_id, received_at) WHERE status <> 'INADMISSIBLE';
            CREATE INDEX objection_by_evaluation ON objection (evaluation_id);
            CREATE INDEX objection_by_staff ON objection (staff_id);
            CREATE INDEX objection_by_unit ON objection (unit_id);
            CREATE INDEX objection_by_assignment ON objection (assignment_id);
            CREATE INDEX objection_by_rater ON objection (rater_assignment_id);
            CREATE INDEX objection_by_rater_staff ON objection (rater_staff_id);
            CREATE INDEX objection_by_decider ON objection (decider_id);
            CREATE INDEX objection_by_decider_post ON objection (decider_post_id);
            CREATE INDEX objection_awaited ON objection (awaits_until) WHERE awaits_until IS NOT NULL;
            CREATE INDEX objection_filed ON objection (agency_id) WHERE status = 'FILED'",
        )
        .await
    }
}
