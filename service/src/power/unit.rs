//! Finds who can set the predicates of units, which are the results of their heads.

use super::{Basis, gain::lasts};
use crate::{
    db::{Connection, Noted, Tx, Way},
    error::Result,
    store::{self, org_unit::Tree},
};
use domain::{
    actor::Role,
    id::{StaffId, UnitId},
};
use std::collections::BTreeSet;

type People = BTreeSet<StaffId>;
type Units = BTreeSet<UnitId>;

/// The units above a unit.
fn above(unit: UnitId, parent: impl Fn(UnitId) -> Option<UnitId>) -> Units {
    std::iter::successors(parent(unit), |unit| parent(*unit)).take(100).collect()
}

/// The units above a unit now that were not above it before the changes.
fn newly_above(unit: UnitId, noted: &Noted, tree: &Tree) -> Units {
    let before = |unit: UnitId| noted.units.get(&unit).copied().unwrap_or_else(|| tree.parent(unit));
    let (now, before) = (above(unit, |unit| tree.parent(unit)), above(unit, before));
    now.difference(&before).copied().collect()
}

/// The people who head these units today or later, and the people who act for them.
async fn heads<C: Connection>(basis: Basis<'_, C>, units: &Units) -> Result<People> {
    if units.is_empty() {
        return Ok(People::new());
    }
    let (source, today) = (basis.source, basis.today);
    let heads = store::assignment::heads_of(source, basis.agency, units).await?;
    let acting = store::delegation::of_posts(source, heads.iter().map(|one| one.id)).await?;
    let acting = acting.into_iter().filter(|one| lasts(one.valid_to, today)).map(|one| one.delegate);
    let holders = heads.iter().filter(|one| lasts(one.valid_to, today)).map(|one| one.staff);
    Ok(acting.chain(holders).collect())
}

async fn teams<C: Connection>(basis: Basis<'_, C>, units: &Units) -> Result<People> {
    if units.is_empty() {
        return Ok(People::new());
    }
    let units: Vec<UnitId> = units.iter().copied().collect();
    let holders = store::role_grant::holders(basis.source, Role::PerformanceTeam, &units).await?;
    Ok(holders.into_iter().collect())
}

/// The units that one of these people heads by their own post, today or later.
async fn headed_by<C: Connection>(basis: Basis<'_, C>, people: &People) -> Result<Units> {
    if people.is_empty() {
        return Ok(Units::new());
    }
    let people: Vec<StaffId> = people.iter().copied().collect();
    let posts = store::assignment::of_people(basis.source, &people).await?;
    let today = basis.today;
    let headed = posts.iter().filter(|one| one.leads && one.has_days() && lasts(one.valid_to, today));
    Ok(headed.map(|one| one.unit).collect())
}

/// The people who can set the predicates of the units that one of these people heads: the heads of the units above, the
/// people who act for these, and the performance teams.
pub(super) async fn setters_of<C: Connection>(basis: Basis<'_, C>, people: &People) -> Result<People> {
    let headed = headed_by(basis, people).await?;
    if headed.is_empty() {
        return Ok(People::new());
    }
    let tree = store::org_unit::tree(basis.source.connection, basis.agency, basis.today).await?;
    let above: Units = headed.iter().flat_map(|unit| above(*unit, |unit| tree.parent(unit))).collect();
    let mut found = heads(basis, &above).await?;
    found.extend(teams(basis, &above.union(&headed).copied().collect()).await?);
    Ok(found)
}

/// The people who get power over moved units: the heads and the performance teams of units that are newly above them,
/// and the people who act for these heads.
pub(super) async fn over_moved(tx: &Tx, noted: &Noted) -> Result<People> {
    if noted.units.is_empty() {
        return Ok(People::new());
    }
    let tree = store::org_unit::tree(tx.connection(), tx.actor().agency, tx.today()).await?;
    let new: Units = noted.units.keys().flat_map(|unit| newly_above(*unit, noted, &tree)).collect();
    let basis = Basis::of(tx);
    let mut found = heads(basis, &new).await?;
    found.extend(teams(basis, &new).await?);
    Ok(found)
}

/// Whether other people can now set the predicate of a unit that one of these people heads, because the unit moved or a
/// performance team got a member. Does not count new heads of units above; otherwise the admins of a city would need an
/// operator whenever it gets a new mayor.
pub(super) async fn chooses_setter(tx: &Tx, noted: &Noted, appraised: &People) -> Result<bool> {
    if noted.units.is_empty() && noted.teams.is_empty() {
        return Ok(false);
    }
    let tree = store::org_unit::tree(tx.connection(), tx.actor().agency, tx.today()).await?;
    let mut new = Units::new();
    let basis = Basis::of(tx);
    for unit in headed_by(basis, appraised).await? {
        new.extend(newly_above(unit, noted, &tree));
        let of_unit = |team: UnitId| team == unit || above(unit, |unit| tree.parent(unit)).contains(&team);
        if tx.separation().closes(Way::OwnTeam) && noted.teams.iter().any(|(_, team)| of_unit(*team)) {
            return Ok(true);
        }
    }
    if new.is_empty() || !tx.separation().closes(Way::MovedUnit) {
        return Ok(false);
    }
    Ok(!heads(basis, &new).await?.is_empty() || !teams(basis, &new).await?.is_empty())
}
