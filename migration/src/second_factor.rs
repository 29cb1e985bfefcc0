//! Second factors of accounts.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Adds `second_factor` and `recovery_code`, and how the person of a session logged in.
pub struct AddSecondFactors;

impl MigrationName for AddSecondFactors {
    fn name(&self) -> &'static str {
        "m20261127_000039_second_factor"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddSecondFactors {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "CREATE TABLE second_factor (
                account_id {uuid} NOT NULL PRIMARY KEY REFERENCES account (id),
                secret TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                confirmed_at BIGINT,
                last_step BIGINT NOT NULL
            ){strict};
            CREATE TABLE recovery_code (
                account_id {uuid} NOT NULL REFERENCES account (id),
                code_hash TEXT NOT NULL,
                used_at BIGINT,
                PRIMARY KEY (account_id, code_hash)
            ){strict};
            ALTER TABLE session ADD COLUMN method TEXT NOT NULL DEFAULT 'PASSWORD'",
        )
        .await
    }
}
