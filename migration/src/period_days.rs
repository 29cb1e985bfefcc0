//! The days of a period: from when ratings are drafted, and when it was closed.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Adds `period.rating_from`, ten days before the end, and `period.closed_at`, the time of the entry that closed it.
pub struct AddPeriodDays;

impl MigrationName for AddPeriodDays {
    fn name(&self) -> &'static str {
        "m20261127_000003_period_days"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddPeriodDays {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (date, number, ten_days_before) = match manager.get_database_backend() {
            DbBackend::Postgres => ("DATE", "BIGINT", "ends_on - 10"),
            _ => ("TEXT", "INTEGER", "date(ends_on, '-10 days')"),
        };
        // A period that was generated as closed has no entry of its closing; its last entry takes the place.
        let last =
            |more: &str| format!("(SELECT MAX(v.at) FROM event v WHERE v.subject_id = period.id{more})");
        for statement in [
            format!("ALTER TABLE period ADD COLUMN rating_from {date} NOT NULL DEFAULT '1970-01-01'"),
            format!("ALTER TABLE period ADD COLUMN closed_at {number}"),
            format!("UPDATE period SET rating_from = {ten_days_before}"),
            format!(
                "UPDATE period SET closed_at = COALESCE({}, {}) WHERE status = 'CLOSED'",
                last(" AND v.kind = 'PERIOD_CLOSED'"),
                last("")
            ),
        ] {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}
