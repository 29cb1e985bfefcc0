//! Feedback in several directions, in confidence, with replies.

use crate::dialect;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds directions, seals and replies to feedback, and the tables of authors in confidence and of waiting texts.
pub struct AddFeedbackDirections;

impl MigrationName for AddFeedbackDirections {
    fn name(&self) -> &'static str {
        "m20261128_000052_feedback_directions"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddFeedbackDirections {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let alter = match manager.get_database_backend() {
            DbBackend::Postgres => POSTGRES,
            _ => SQLITE,
        };
        dialect::run(manager, alter).await?;
        dialect::run(
            manager,
            "CREATE TABLE feedback_author (
                feedback_id {uuid} NOT NULL PRIMARY KEY REFERENCES feedback (id),
                author_id {uuid} NOT NULL,
                salt TEXT NOT NULL
            ){strict};
            CREATE INDEX feedback_author_by_author ON feedback_author (author_id);
            CREATE TABLE waiting_feedback (
                id {uuid} NOT NULL PRIMARY KEY,
                agency_id {uuid} NOT NULL,
                staff_id {uuid} NOT NULL REFERENCES staff (id),
                direction TEXT NOT NULL,
                about_kind TEXT NOT NULL,
                about_id {uuid},
                author_id {uuid} NOT NULL,
                text TEXT NOT NULL,
                given_at BIGINT NOT NULL,
                given_on {date} NOT NULL
            ){strict};
            CREATE INDEX waiting_feedback_by_staff ON waiting_feedback (agency_id, staff_id, direction);
            CREATE INDEX waiting_feedback_by_author ON waiting_feedback (author_id)",
        )
        .await
    }
}

const POSTGRES: &str = "ALTER TABLE feedback ALTER COLUMN author_id DROP NOT NULL;
    ALTER TABLE feedback ADD COLUMN direction TEXT NOT NULL DEFAULT 'SUPERIOR';
    ALTER TABLE feedback ADD COLUMN seal TEXT;
    ALTER TABLE feedback ADD COLUMN reply TEXT;
    ALTER TABLE feedback ADD COLUMN replied_at BIGINT";

/// SQLite can't make a column nullable. No table refers to this one yet, so it is copied.
const SQLITE: &str = "CREATE TABLE feedback_copy (
        id {uuid} NOT NULL PRIMARY KEY,
        agency_id {uuid} NOT NULL,
        staff_id {uuid} NOT NULL REFERENCES staff (id),
        unit_id {uuid} NOT NULL,
        plan_id {uuid} NOT NULL REFERENCES plan (id),
        evaluation_id {uuid} REFERENCES evaluation (id),
        about_kind TEXT NOT NULL,
        about_id {uuid} NOT NULL,
        author_id {uuid},
        text TEXT NOT NULL,
        given_at BIGINT NOT NULL,
        version INTEGER NOT NULL,
        direction TEXT NOT NULL DEFAULT 'SUPERIOR',
        seal TEXT,
        reply TEXT,
        replied_at BIGINT
    ){strict};
    INSERT INTO feedback_copy (id, agency_id, staff_id, unit_id, plan_id, evaluation_id, about_kind, about_id, author_id,
        text, given_at, version)
        SELECT id, agency_id, staff_id, unit_id, plan_id, evaluation_id, about_kind, about_id, author_id, text, given_at,
            version FROM feedback;
    DROP TABLE feedback;
    ALTER TABLE feedback_copy RENAME TO feedback;
    CREATE INDEX feedback_by_plan ON feedback (plan_id, given_at, id);
    CREATE INDEX feedback_by_staff ON feedback (staff_id, given_at, id)";
