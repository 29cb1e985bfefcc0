//! Letters such as ß, Ø and Ł in the keys by which names are sorted and found.

use any_ascii::any_ascii_char;
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement, prelude::Uuid},
};
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory as Category, UnicodeGeneralCategory};

/// Computes all keys again; those of names with letters that the keyboard lacks change.
pub struct PlainKeys;

impl MigrationName for PlainKeys {
    fn name(&self) -> &'static str {
        "m20261129_000002_plain_keys"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for PlainKeys {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (connection, backend) = (manager.get_connection(), manager.get_database_backend());
        let (key_mark, id_mark) = match backend {
            DbBackend::Postgres => ("$1", "$2"),
            _ => ("?", "?"),
        };
        for table in ["staff", "org_unit", "position"] {
            let all = format!("SELECT id, name, name_key FROM {table}");
            let update = format!("UPDATE {table} SET name_key = {key_mark} WHERE id = {id_mark}");
            for row in connection.query_all_raw(Statement::from_string(backend, all)).await? {
                let name: String = row.try_get("", "name")?;
                let plain = key(&name);
                if plain != row.try_get::<String>("", "name_key")? {
                    let values = [plain.into(), row.try_get::<Uuid>("", "id")?.into()];
                    let statement = Statement::from_sql_and_values(backend, &update, values);
                    connection.execute_raw(statement).await?;
                }
            }
        }
        Ok(())
    }
}

/// The key of a name at the time of this migration.
fn key(name: &str) -> String {
    let plain: String = name.nfkd().filter(|letter| !is_mark(*letter)).collect();
    let mut typed = String::with_capacity(plain.len());
    for letter in plain.chars() {
        match any_ascii_char(letter) {
            ascii if letter.is_alphanumeric() && !ascii.is_empty() => typed.push_str(ascii),
            _ => typed.push(letter),
        }
    }
    let plain = typed.chars().filter(|letter| !APOSTROPHES.contains(letter));
    let lower: String = plain.flat_map(char::to_lowercase).collect();
    let words = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

const APOSTROPHES: [char; 7] = ['\'', '`', '’', '‘', 'ʼ', 'ʻ', '´'];

fn is_mark(letter: char) -> bool {
    let marks = [Category::NonspacingMark, Category::SpacingMark, Category::EnclosingMark, Category::Format];
    !letter.is_ascii() && marks.contains(&letter.general_category())
}
