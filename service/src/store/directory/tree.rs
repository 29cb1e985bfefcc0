//! Heads, children and people of many units at once.

use super::{
    people::{StaffFilter, staff_keyset},
    units::{UnitFilter, units_keyset},
};
use crate::{
    db::{Order, Page, Source, any_of, first_pages},
    error::Result,
    store,
};
use domain::{
    actor::Actor,
    assignment::{Assignment, Capacity},
    id::UnitId,
    staff::{Staff, StaffStatus},
    time::Date,
    unit::OrgUnit,
};
use entity::{
    assignment::{Column, Entity},
    org_unit, org_unit_parent, staff,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoSimpleExpr, JoinType, QueryFilter, QuerySelect,
};
use std::collections::HashMap;

/// Loads the current head of each unit: a definitive head before an acting one, then the earliest.
pub(crate) async fn heads<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    today: Date,
    units: &[UnitId],
) -> Result<HashMap<UnitId, Assignment>> {
    let which = store::assignment::open_on(today)
        .add(Column::AgencyId.eq(actor.agency.0))
        .add(Column::Leads.eq(true))
        .add(any_of(source.backend, (Entity, Column::UnitId), units.iter().map(|unit| unit.0)));
    let mut heads: HashMap<UnitId, Assignment> = HashMap::new();
    for found in store::assignment::load(source, which).await? {
        let acts = |assignment: &Assignment| assignment.capacity != Capacity::Definitive;
        let head = heads.entry(found.unit).or_insert_with(|| found.clone());
        if acts(head) && !acts(&found) {
            *head = found;
        }
    }
    Ok(heads)
}

/// Loads the first page of the units directly below each unit today, ordered by name.
pub(crate) async fn children<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    today: Date,
    units: &[UnitId],
    first: usize,
) -> Result<HashMap<UnitId, Page<OrgUnit>>> {
    let above = (org_unit_parent::Entity, org_unit_parent::Column::ParentId);
    let select = org_unit::Entity::find()
        .join(JoinType::InnerJoin, store::org_unit::with_parent())
        .filter(org_unit::Column::AgencyId.eq(actor.agency.0))
        .filter(store::org_unit::open_on(today))
        .filter(store::org_unit::placed_on(today))
        .filter(any_of(source.backend, above, units.iter().map(|unit| unit.0)));
    let of_parent = |parent| {
        let filter = UnitFilter { parent: Some(UnitId(parent)), ..UnitFilter::default() };
        units_keyset(&filter, Order::Ascending)
    };
    let parent = org_unit_parent::Column::ParentId.into_simple_expr();
    let pages = first_pages(source, select, parent, first, of_parent).await?;
    pages
        .into_iter()
        .map(|(parent, page)| {
            let below = |row| store::org_unit::value(row, Some(UnitId(parent)));
            Ok((UnitId(parent), page.try_map(below)?))
        })
        .collect()
}

/// Loads the first page of the active people assigned today to each unit or to units below it, ordered by name.
pub(crate) async fn staff_of_units<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    today: Date,
    units: &[UnitId],
    first: usize,
) -> Result<HashMap<UnitId, Page<Staff>>> {
    let select = store::below::staff_below(source.backend, actor.agency, units, today)
        .filter(staff::Column::AgencyId.eq(actor.agency.0))
        .filter(staff::Column::Status.eq(StaffStatus::Active.to_string()));
    let of_unit = |unit| {
        let filter = StaffFilter { unit: Some(UnitId(unit)), ..StaffFilter::default() };
        staff_keyset(&filter, Order::Ascending)
    };
    let pages = first_pages(source, select, store::below::top(), first, of_unit).await?;
    pages.into_iter().map(|(unit, page)| Ok((UnitId(unit), page.try_map(store::staff::value)?))).collect()
}
