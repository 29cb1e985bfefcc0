//! Logins with tokens of an agency's issuer.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// Adds `login_link`, which connects a subject of an issuer with an account, and `used_nonce`.
pub struct AddLoginLinks;

impl MigrationName for AddLoginLinks {
    fn name(&self) -> &'static str {
        "m20261127_000040_login_links"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AddLoginLinks {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "CREATE TABLE login_link (
                issuer TEXT{binary} NOT NULL,
                subject TEXT{binary} NOT NULL,
                account_id {uuid} NOT NULL REFERENCES account (id),
                linked_at BIGINT NOT NULL,
                PRIMARY KEY (issuer, subject)
            ){strict};
            CREATE UNIQUE INDEX login_link_once ON login_link (account_id, issuer);
            CREATE TABLE used_nonce (
                nonce_hash TEXT NOT NULL PRIMARY KEY,
                expires_at BIGINT NOT NULL
            ){strict}",
        )
        .await
    }
}
