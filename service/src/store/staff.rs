//! People, with the units that they are assigned to.

use crate::{
    db::{Tx, any_of},
    error::Result,
};
use domain::{
    id::{StaffId, UnitId},
    staff::StaffStatus,
    time::Date,
};
use entity::{assignment, staff};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use std::collections::{BTreeSet, HashMap};

/// An active person of the actor's agency: the directory class.
pub(crate) async fn active(tx: &Tx, id: StaffId) -> Result<Option<staff::Model>> {
    Ok(staff::Entity::find_by_id(id.0)
        .filter(staff::Column::AgencyId.eq(tx.actor().agency.0))
        .filter(staff::Column::Status.eq(StaffStatus::Active.to_string()))
        .one(tx.connection())
        .await?)
}

/// The active people assigned to units on a day, by name.
pub(crate) async fn of_units(tx: &Tx, units: BTreeSet<UnitId>, on: Date) -> Result<Vec<staff::Model>> {
    let assigned = open_assignments(tx, any_of(tx.backend(), (assignment::Entity, assignment::Column::UnitId), units.iter().map(|unit| unit.0)), on).await?;
    let ids: BTreeSet<_> = assigned.into_iter().map(|assignment| assignment.staff_id).collect();
    Ok(staff::Entity::find()
        .filter(any_of(tx.backend(), (staff::Entity, staff::Column::Id), ids))
        .filter(staff::Column::Status.eq(StaffStatus::Active.to_string()))
        .order_by_asc(staff::Column::Name)
        .order_by_asc(staff::Column::Id)
        .all(tx.connection())
        .await?)
}

/// Active people of the actor's agency with their unit on a day; unknown ids are left out.
pub(crate) async fn with_units(
    tx: &Tx,
    ids: &[StaffId],
    on: Date,
) -> Result<Vec<(staff::Model, Option<UnitId>)>> {
    let people = staff::Entity::find()
        .filter(any_of(tx.backend(), (staff::Entity, staff::Column::Id), ids.iter().map(|id| id.0)))
        .filter(staff::Column::AgencyId.eq(tx.actor().agency.0))
        .filter(staff::Column::Status.eq(StaffStatus::Active.to_string()))
        .all(tx.connection())
        .await?;
    let assigned = open_assignments(
        tx,
        any_of(tx.backend(), (assignment::Entity, assignment::Column::StaffId), ids.iter().map(|id| id.0)),
        on,
    )
    .await?;
    let units: HashMap<_, _> =
        assigned.into_iter().map(|assignment| (assignment.staff_id, UnitId(assignment.unit_id))).collect();
    Ok(people.into_iter().map(|person| { let unit = units.get(&person.id).copied(); (person, unit) }).collect())
}

async fn open_assignments(tx: &Tx, which: sea_orm::sea_query::Expr, on: Date) -> Result<Vec<assignment::Model>> {
    Ok(assignment::Entity::find()
        .filter(which)
        .filter(assignment::Column::ValidFrom.lte(on))
        .filter(
            Condition::any()
                .add(assignment::Column::ValidTo.is_null())
                .add(assignment::Column::ValidTo.gt(on)),
        )
        .all(tx.connection())
        .await?)
}
