//! An index of the results that the tick deems accepted or closes.

use sea_orm_migration::prelude::*;

/// Adds an index of delivered results that are not closed, by the last day to object.
pub struct AddObjectionIndex;

impl MigrationName for AddObjectionIndex {
    fn name(&self) -> &'static str {
        "m20261127_000004_objection_index"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddObjectionIndex {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let text = "CREATE INDEX evaluation_in_objection ON evaluation (objection_until) \
                    WHERE status IN ('DELIVERED', 'ACKNOWLEDGED', 'DEEMED_ACCEPTED', 'DECIDED')";
        manager.get_connection().execute_unprepared(text).await?;
        Ok(())
    }
}
