//! What stands around many units, read at once.

use super::directory::{must_be_person, units_keyset};
use crate::{
    db::{Order, Page, SortKey, any_of},
    env::Env,
    error::Result,
    organisation::UnitFilter,
    store,
};
use domain::{
    actor::Actor,
    assignment::{Assignment, Capacity},
    id::UnitId,
    time::Date,
    unit::OrgUnit,
};
use entity::assignment::{Column, Entity};
use sea_orm::ColumnTrait;
use std::collections::{BTreeSet, HashMap};

/// Who heads each unit today: the definitive head before an acting one, then who came first.
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

/// The first page of the units directly below each unit today, by name.
pub async fn children(
    env: &Env,
    actor: &Actor,
    units: &[UnitId],
    first: usize,
) -> Result<HashMap<UnitId, Page<OrgUnit>>> {
    let (source, today) = (env.db.source(), env.today(actor));
    let tree = store::org_unit::tree(source.connection, actor.agency, today).await?;
    let below: Vec<UnitId> = units.iter().flat_map(|unit| tree.children(*unit)).copied().collect();
    let mut found = store::org_unit::by_ids(source, actor.agency, &below, today).await?;
    found.retain(|_, unit| unit.open_on(today));
    units
        .iter()
        .map(|parent| {
            let children = tree.children(*parent).iter();
            let mut children: Vec<OrgUnit> = children.filter_map(|id| found.get(id)).cloned().collect();
            children.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
            let filter = UnitFilter { parent: Some(*parent), ..UnitFilter::default() };
            let key = |unit: &OrgUnit| vec![SortKey::Text(unit.name.clone()), SortKey::Id(unit.id.0)];
            Ok((*parent, units_keyset(&filter, Order::Ascending)?.first_page(children, first, key)?))
        })
        .collect()
}

/// The unit above each unit on a day; one statement a day.
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
