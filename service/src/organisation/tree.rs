//! Reads heads, children, people and parents of many units at once.

use super::directory::{must_be_person, staff_keyset, units_keyset, visible_unit};
use crate::{
    db::{Order, Page, any_of, first_pages},
    env::Env,
    error::Result,
    organisation::{StaffFilter, UnitFilter},
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
use sea_orm::{ColumnTrait, EntityTrait, IntoSimpleExpr, JoinType, QueryFilter, QuerySelect};
use std::collections::{BTreeSet, HashMap};

/// Loads the current head of each unit: a definitive head before an acting one, then the earliest.
pub async fn heads(env: &Env, actor: &Actor, units: &[UnitId]) -> Result<HashMap<UnitId, Assignment>> {
    must_be_person(actor)?;
    let source = env.db.source();
    let which = store::assignment::open_on(env.today(actor))
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
pub async fn children(
    env: &Env,
    actor: &Actor,
    units: &[UnitId],
    first: usize,
) -> Result<HashMap<UnitId, Page<OrgUnit>>> {
    let (source, today) = (env.db.source(), env.today(actor));
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
pub async fn staff_of_units(
    env: &Env,
    actor: &Actor,
    units: &[UnitId],
    first: usize,
) -> Result<HashMap<UnitId, Page<Staff>>> {
    must_be_person(actor)?;
    let (source, today) = (env.db.source(), env.today(actor));
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

/// Loads the ids of a unit and of all units below it today.
///
/// # Errors
/// `NOT_FOUND` for an unknown unit or a unit of another agency.
pub async fn subtree(env: &Env, actor: &Actor, unit: UnitId) -> Result<BTreeSet<UnitId>> {
    let unit = visible_unit(env, actor, unit).await?.id;
    let tree = store::org_unit::tree(env.db.reader(), actor.agency, env.today(actor)).await?;
    Ok(tree.subtree(unit))
}

/// Loads the parent of each unit on a day. One statement for each day, and one for the units.
pub async fn parents_on(
    env: &Env,
    actor: &Actor,
    keys: &[(UnitId, Date)],
) -> Result<HashMap<(UnitId, Date), OrgUnit>> {
    let source = env.db.source();
    let days: BTreeSet<Date> = keys.iter().map(|(_, day)| *day).collect();
    let mut trees = HashMap::new();
    for day in days {
        trees.insert(day, store::org_unit::tree(source.connection, actor.agency, day).await?);
    }
    let parent_of = |(unit, day): &(UnitId, Date)| trees.get(day).and_then(|tree| tree.parent(*unit));
    let parents: Vec<UnitId> = keys.iter().filter_map(parent_of).collect();
    let units = store::org_unit::by_ids(source, actor.agency, &parents, env.today(actor)).await?;
    let with_unit = |key: &(UnitId, Date)| Some((*key, units.get(&parent_of(key)?)?.clone()));
    Ok(keys.iter().filter_map(with_unit).collect())
}
