//! The order of the rows of imports.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Adds `import_row.place`: the place of the sheet in the order of work.
pub struct AddImportOrder;

impl MigrationName for AddImportOrder {
    fn name(&self) -> &'static str {
        "m20261127_000034_import_order"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddImportOrder {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            "ALTER TABLE import_row ADD COLUMN place INTEGER NOT NULL DEFAULT 0",
            "UPDATE import_row SET place =
                CASE sheet WHEN 'UNIT' THEN 0 WHEN 'POSITION' THEN 1 WHEN 'STAFF' THEN 2 ELSE 3 END",
            "CREATE INDEX import_row_in_order ON import_row (run_id, place, number)",
        ] {
            dialect::run(manager, statement).await?;
        }
        Ok(())
    }
}
