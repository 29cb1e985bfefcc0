//! The shape of the database, one file a change, portable to SQLite and PostgreSQL.
//!
//! Each change runs in one transaction. What may not be put here: rules, rows of a demo, any import
//! of `entity` or `domain`: a migration must read the same in ten years.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod dialect;
mod first;

/// All changes, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(first::First)]
    }
}
