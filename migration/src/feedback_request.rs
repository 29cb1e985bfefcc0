//! Requests for feedback.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Adds the table of requests for feedback.
pub struct AddFeedbackRequests;

impl MigrationName for AddFeedbackRequests {
    fn name(&self) -> &'static str {
        "m20261128_000057_feedback_request"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddFeedbackRequests {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "CREATE TABLE feedback_request (
                id {uuid} NOT NULL PRIMARY KEY,
                agency_id {uuid} NOT NULL,
                plan_id {uuid} NOT NULL REFERENCES plan (id),
                staff_id {uuid} NOT NULL REFERENCES staff (id),
                from_id {uuid} NOT NULL REFERENCES staff (id),
                to_id {uuid} NOT NULL REFERENCES staff (id),
                in_confidence {boolean} NOT NULL,
                about_kind TEXT NOT NULL,
                about_id {uuid},
                message TEXT,
                due_on {date} NOT NULL,
                requested_at BIGINT NOT NULL,
                answer TEXT,
                answer_hidden {boolean} NOT NULL,
                decline_reason TEXT
            ){strict};
            CREATE INDEX feedback_request_by_from ON feedback_request (from_id, plan_id, to_id);
            CREATE INDEX feedback_request_by_to ON feedback_request (to_id)",
        )
        .await
    }
}
