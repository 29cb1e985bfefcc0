//! Reads heads, children, people and parents of many units at once.

use super::find::{must_be_person, visible_unit};
use crate::{db::Page, env::Env, error::Result, store};
use domain::{actor::Actor, assignment::Assignment, id::UnitId, staff::Staff, time::Date, unit::OrgUnit};
use std::collections::{BTreeSet, HashMap};

/// Loads the current head of each unit: a definitive head before an acting one, then the earliest.
pub async fn heads(env: &Env, actor: &Actor, units: &[UnitId]) -> Result<HashMap<UnitId, Assignment>> {
    must_be_person(actor)?;
    store::directory::heads(env.db.source(), actor, env.today(actor), units).await
}

/// Loads the first page of the units directly below each unit today, ordered by name.
pub async fn children(
    env: &Env,
    actor: &Actor,
    units: &[UnitId],
    first: usize,
) -> Result<HashMap<UnitId, Page<OrgUnit>>> {
    store::directory::children(env.db.source(), actor, env.today(actor), units, first).await
}

/// Loads the first page of the active people assigned today to each unit or to units below it, ordered by name.
pub async fn staff_of_units(
    env: &Env,
    actor: &Actor,
    units: &[UnitId],
    first: usize,
) -> Result<HashMap<UnitId, Page<Staff>>> {
    must_be_person(actor)?;
    store::directory::staff_of_units(env.db.source(), actor, env.today(actor), units, first).await
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

/// Loads the parent of each unit on a day. Needs one statement for each day, and one for the units.
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
