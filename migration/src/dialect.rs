//! SQL differences between the two databases.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Replaces the `{words}` of portable SQL for the database and runs its statements in order.
///
/// Sorted texts use byte order on both databases, so a cursor means the same; this is the default of SQLite. Instants
/// are `BIGINT` microseconds. JSON documents are `TEXT`, so they stay byte-identical.
pub async fn run(manager: &SchemaManager<'_>, text: &str) -> Result<(), DbErr> {
    let words: [(&str, &str); 6] = match manager.get_database_backend() {
        DbBackend::Postgres => [
            ("{uuid}", "UUID"),
            ("{binary}", " COLLATE \"C\""),
            ("{boolean}", "BOOLEAN"),
            ("{date}", "DATE"),
            ("{serial}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
            ("{strict}", ""),
        ],
        DbBackend::Sqlite => [
            ("{uuid}", "BLOB"),
            ("{binary}", ""),
            ("{boolean}", "INTEGER"),
            ("{date}", "TEXT"),
            ("{serial}", "INTEGER PRIMARY KEY AUTOINCREMENT"),
            ("{strict}", " STRICT"),
        ],
        other => return Err(DbErr::Custom(format!("{other:?} is not supported"))),
    };
    let text = words.iter().fold(text.to_owned(), |text, (word, by)| text.replace(word, by));
    let text = if manager.get_database_backend() == DbBackend::Sqlite {
        text.replace("BIGINT", "INTEGER")
    } else {
        text
    };
    for statement in text.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}
