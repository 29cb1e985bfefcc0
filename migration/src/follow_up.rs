//! What became of recommendations.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Adds the status of recommendations and what was done. All stored ones are open.
pub struct AddFollowUps;

impl MigrationName for AddFollowUps {
    fn name(&self) -> &'static str {
        "m20261129_000059_follow_up"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddFollowUps {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "ALTER TABLE recommendation ADD COLUMN status TEXT NOT NULL DEFAULT 'OPEN';
            ALTER TABLE recommendation ADD COLUMN follow_up TEXT;
            CREATE INDEX recommendation_by_status ON recommendation (agency_id, status, evaluation_id)",
        )
        .await
    }
}
