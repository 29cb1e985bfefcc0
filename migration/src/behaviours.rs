//! Adds the guiding behaviours of criteria in English.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Adds `criterion.behaviours_en`, empty for stored criteria: their journalled images have no translation.
pub struct AddBehavioursInEnglish;

impl MigrationName for AddBehavioursInEnglish {
    fn name(&self) -> &'static str {
        "m20261127_000020_behaviours_in_english"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddBehavioursInEnglish {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, "ALTER TABLE criterion ADD COLUMN behaviours_en TEXT NOT NULL DEFAULT '[]'")
            .await
    }
}
