//! The first migration: all tables, by topic.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Creates all tables.
pub struct First;

impl MigrationName for First {
    fn name(&self) -> &'static str {
        "m20261124_000001_first"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for First {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for text in [
            include_str!("system.sql"),
            include_str!("journal.sql"),
            include_str!("rules.sql"),
            include_str!("organisation.sql"),
            include_str!("identity.sql"),
            include_str!("import.sql"),
            include_str!("period.sql"),
            include_str!("plan.sql"),
            include_str!("activity.sql"),
            include_str!("evaluation.sql"),
        ] {
            dialect::run(manager, text).await?;
        }
        Ok(())
    }
}
