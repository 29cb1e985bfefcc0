//! Values about the database itself: its marks and counters.

use crate::{
    db::Tx,
    error::{Error, Result},
};
use domain::id::AgencyId;
use entity::meta::{ActiveModel, Column, Entity};
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, Set, Statement, sea_query::OnConflict};

/// Key of the last `drawn` value of the generated history; a real database has none.
pub(crate) const GENERATED: &str = "generated_entries";

/// Reads a value.
pub(crate) async fn get<C: ConnectionTrait>(connection: &C, key: &str) -> Result<Option<String>> {
    Ok(Entity::find_by_id(key).one(connection).await?.map(|row| row.value))
}

/// Writes a value.
pub(crate) async fn put(tx: &Tx, key: &str, value: String) -> Result<()> {
    let row = ActiveModel { key: Set(key.to_owned()), value: Set(value) };
    Entity::insert(row)
        .on_conflict(OnConflict::column(Column::Key).update_column(Column::Value).to_owned())
        .exec_without_returning(tx.connection())
        .await?;
    Ok(())
}

/// Whether any migration has been applied; works on an empty database.
pub(crate) async fn is_migrated(connection: &DatabaseConnection) -> Result<bool> {
    use migration::MigratorTrait;
    Ok(!migration::Migrator::get_applied_migrations_read_only(connection).await?.is_empty())
}

/// The last `drawn` value of the journal's entries; 0 if there are none.
pub(crate) async fn last_drawn<C: ConnectionTrait>(connection: &C) -> Result<i64> {
    let text = "SELECT COALESCE(MAX(drawn), 0) FROM event";
    let last = Statement::from_string(connection.get_database_backend(), text);
    let last = connection.query_one_raw(last).await?.ok_or_else(|| Error::internal("no entries"))?;
    Ok(last.try_get_by_index(0)?)
}

/// Key of the last day up to which an agency's dated changes have come into force.
pub(crate) fn changes_in_force(agency: AgencyId) -> String {
    format!("raters_renewed.{agency}")
}
