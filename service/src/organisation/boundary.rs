//! Brings dated changes into force on their day: superiors, and delegations that begin or end. Raters follow.

use super::renew;
use crate::{
    db::Tx,
    error::{Error, Result},
    store,
};
use domain::{
    event::EventKind,
    id::{AgencyId, AssignmentId},
    time::Date,
};
use entity::{delegation::Column, meta};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Set, sea_query::OnConflict,
};
use std::collections::BTreeSet;

/// Key of the last day up to which an agency's dated changes have come into force.
pub(crate) fn mark(agency: AgencyId) -> String {
    format!("raters_renewed.{agency}")
}

/// Once a day, brings superiors into force whose first day has come, and renews the raters of all assignments whose
/// superior changed or whose delegation began or ended since the last run. Returns the number of affected assignments.
/// Does nothing when run again on the same day.
pub(crate) async fn renew_at_boundaries(tx: Tx) -> Result<u64> {
    let agency = tx.actor().agency;
    let today = tx.today();
    let known = meta::Entity::find_by_id(mark(agency)).one(tx.connection()).await?;
    let done: Option<Date> = known.map(|row| row.value.parse()).transpose().map_err(Error::internal)?;
    if done.is_some_and(|done| done >= today) {
        return Ok(0);
    }
    store::superior::lock(&tx, agency).await?;
    let passed =
        |column: Column| Condition::all().add(column.lte(today)).add_option(done.map(|done| column.gt(done)));
    let which = Condition::all()
        .add(Column::AgencyId.eq(agency.0))
        .add(Condition::any().add(passed(Column::ValidFrom)).add(passed(Column::ValidTo)));
    let mut changed: BTreeSet<_> = store::delegation::load(tx.source(), which)
        .await?
        .into_iter()
        .map(|found| found.assignment)
        .collect();
    changed.extend(superiors_in_force(&tx, done).await?);
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

/// Brings superiors into force whose first day has come since the last run; returns the assignments below them.
async fn superiors_in_force(tx: &Tx, done: Option<Date>) -> Result<Vec<AssignmentId>> {
    use entity::assignment_superior::{Column, Entity};
    let begun = Entity::find()
        .select_only()
        .column(Column::AssignmentId)
        .filter(Column::ValidFrom.lte(tx.today()))
        .filter(Condition::all().add_option(done.map(|done| Column::ValidFrom.gt(done))));
    let which = Condition::all()
        .add(entity::assignment::Column::AgencyId.eq(tx.actor().agency.0))
        .add(entity::assignment::Column::Id.in_subquery(begun.into_query()));
    let mut changed = Vec::new();
    for before in store::assignment::load(tx.source(), which).await? {
        let after = before.clone().with_superior_of(tx.today());
        if after != before {
            changed.push(before.id);
            tx.change(&before, after, EventKind::SuperiorAssigned, None).await?;
        }
    }
    Ok(changed)
}
