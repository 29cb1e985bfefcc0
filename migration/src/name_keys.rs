//! The keys by which names of people, units and positions are sorted and found.

use crate::dialect;
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory as Category, UnicodeGeneralCategory};

/// Adds `name_key` to `staff`, `org_unit` and `position`, with indexes in place of those by name.
pub struct AddNameKeys;

impl MigrationName for AddNameKeys {
    fn name(&self) -> &'static str {
        "m20261127_000035_name_keys"
    }
}

/// Rows that one statement changes.
const BATCH: usize = 200;

#[async_trait::async_trait]
impl MigrationTrait for AddNameKeys {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["staff", "org_unit", "position"] {
            let column =
                format!("ALTER TABLE {table} ADD COLUMN name_key TEXT{{binary}} NOT NULL DEFAULT ''");
            dialect::run(manager, &column).await?;
            fill(manager, table).await?;
        }
        dialect::run(
            manager,
            "DROP INDEX staff_by_name;
             DROP INDEX org_unit_by_name;
             CREATE INDEX staff_by_name ON staff (agency_id, name_key, id);
             CREATE INDEX org_unit_by_name ON org_unit (agency_id, name_key, id)",
        )
        .await
    }
}

/// Computes the keys of all rows. The database can't: it knows no accents.
async fn fill(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let (connection, backend) = (manager.get_connection(), manager.get_database_backend());
    let all = format!("SELECT DISTINCT name FROM {table}");
    let rows = connection.query_all_raw(Statement::from_string(backend, all)).await?;
    let names = rows.iter().map(|row| row.try_get::<String>("", "name")).collect::<Result<Vec<_>, _>>()?;
    for batch in names.chunks(BATCH) {
        let mut whens = String::new();
        let mark = |number: usize| match backend {
            DbBackend::Postgres => format!("${number}"),
            _ => "?".to_owned(),
        };
        let mut values: Vec<Value> = Vec::new();
        for name in batch {
            values.push(name.clone().into());
            let left = mark(values.len());
            values.push(key(name).into());
            whens.push_str(&format!(" WHEN {left} THEN {}", mark(values.len())));
        }
        let mut list = Vec::new();
        for name in batch {
            values.push(name.clone().into());
            list.push(mark(values.len()));
        }
        let text = format!(
            "UPDATE {table} SET name_key = CASE name{whens} ELSE name_key END WHERE name IN ({})",
            list.join(", ")
        );
        connection.execute_raw(Statement::from_sql_and_values(backend, text, values)).await?;
    }
    Ok(())
}

/// The key of a name at the time of this migration.
fn key(name: &str) -> String {
    let plain = name.nfkd().filter(|letter| !is_mark(*letter) && !APOSTROPHES.contains(letter));
    let lower: String = plain.flat_map(char::to_lowercase).filter(|letter| !is_mark(*letter)).collect();
    let words = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

const APOSTROPHES: [char; 7] = ['\'', '`', '’', '‘', 'ʼ', 'ʻ', '´'];

fn is_mark(letter: char) -> bool {
    let marks = [Category::NonspacingMark, Category::SpacingMark, Category::EnclosingMark, Category::Format];
    !letter.is_ascii() && marks.contains(&letter.general_category())
}
