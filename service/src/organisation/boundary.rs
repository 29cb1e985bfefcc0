//! Renews raters on the day on which a delegation begins or ends.

use super::renew;
use crate::{
    db::Tx,
    error::{Error, Result},
    store,
};
use domain::{id::AgencyId, time::Date};
use entity::{delegation::Column, meta};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Set, sea_query::OnConflict};
use std::collections::BTreeSet;

/// Key of the last day up to which an agency's delegations have been processed.
fn mark(agency: AgencyId) -> String {
    format!("raters_renewed.{agency}")
}

/// Renews raters once a day, for all delegations that have begun or ended since the last run. Returns the number of
/// affected assignments. Does nothing when run again on the same day.
pub(crate) async fn renew_at_boundaries(tx: Tx) -> Result<u64> {
    let agency = tx.actor().agency;
    let today = tx.today();
    let known = meta::Entity::find_by_id(mark(agency)).one(tx.connection()).await?;
    let done: Option<Date> = known.map(|row| row.value.parse()).transpose().map_err(Error::internal)?;
    if done.is_some_and(|done| done >= today) {
        return Ok(0);
    }
    let passed =
        |column: Column| Condition::all().add(column.lte(today)).add_option(done.map(|done| column.gt(done)));
    let which = Condition::all()
        .add(Column::AgencyId.eq(agency.0))
        .add(Condition::any().add(passed(Column::ValidFrom)).add(passed(Column::ValidTo)));
    let changed: BTreeSet<_> = store::delegation::load(tx.source(), which)
        .await?
        .into_iter()
        .map(|found| found.assignment)
        .collect();
    let count = changed.len() as u64;
    if !changed.is_empty() {
        renew(&tx, changed, None).await?;
    }
    let row = meta::ActiveModel { key: Set(mark(agency)), value: Set(today.to_string()) };
    meta::Entity::insert(row)
        .on_conflict(OnConflict::column(meta::Column::Key).update_column(meta::Column::Value).to_owned())
        .exec_without_returning(tx.connection())
        .await?;
    Ok(count)
}
