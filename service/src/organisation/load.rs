//! Loads objects of the actor's agency for organisation mutations. Everyone in the agency can see them.

use crate::{
    db::{Tx, is_check_only},
    error::{Error, Result},
    store,
};
use domain::{
    Key, Message, Refusal,
    assignment::{Assignment, Post},
    id::{AssignmentId, PositionId, StaffId, UnitId},
    staff::Staff,
    time::Date,
    unit::OrgUnit,
};

pub(super) async fn unit(tx: &Tx, id: UnitId) -> Result<OrgUnit> {
    let found = store::org_unit::by_ids(tx.source(), tx.actor().agency, &[id], tx.today()).await?.remove(&id);
    found.ok_or(Error::NotFound)
}

pub(super) async fn person(tx: &Tx, id: StaffId) -> Result<Staff> {
    let found = store::staff::by_ids(tx.source(), tx.actor().agency, &[id]).await?.remove(&id);
    found.ok_or(Error::NotFound)
}

pub(super) async fn assignment(tx: &Tx, id: AssignmentId) -> Result<Assignment> {
    store::assignment::find(tx.source(), tx.actor().agency, id).await?.ok_or(Error::NotFound)
}

/// Loads an assignment with the people who act for it.
pub(super) async fn post(tx: &Tx, id: AssignmentId) -> Result<Post> {
    let found = store::assignment::posts(tx.source(), tx.actor().agency, &[id]).await?.remove(&id);
    found.ok_or(Error::NotFound)
}

/// Loads the assignment that the input names as the superior, with the people who act for it.
pub(super) async fn superior(tx: &Tx, id: Option<AssignmentId>, path: &[&str]) -> Result<Option<Post>> {
    let Some(id) = id else { return Ok(None) };
    let found = store::assignment::posts(tx.source(), tx.actor().agency, &[id]).await?.remove(&id);
    found.map(Some).ok_or_else(|| Refusal::not_found(path).into())
}

/// Checks that the position named in the input exists.
pub(super) async fn position(tx: &Tx, id: PositionId, path: &[&str]) -> Result<()> {
    let found = store::position::by_ids(tx.source(), tx.actor().agency, &[id]).await?;
    if found.contains_key(&id) { Ok(()) } else { Err(Refusal::not_found(path).into()) }
}

/// Loads the unit named in the input, which must be current on a day.
pub(super) async fn open_unit(tx: &Tx, id: UnitId, on: Date, path: &[&str]) -> Result<OrgUnit> {
    let found = store::org_unit::by_ids(tx.source(), tx.actor().agency, &[id], on).await?.remove(&id);
    // If the unit of work only checks the input, the day may be a placeholder.
    found.filter(|unit| unit.open_on(on) || is_check_only()).ok_or_else(|| Refusal::not_found(path).into())
}

/// Loads the assignments of a person that have not ended by a day.
pub(super) async fn unended(tx: &Tx, staff: StaffId, by: Date) -> Result<Vec<Assignment>> {
    store::assignment::unended(tx.source(), tx.actor().agency, staff, by).await
}

/// The units of a person's current and future assignments; the root unit for a person without any.
pub(super) async fn units_of(tx: &Tx, staff: StaffId) -> Result<Vec<UnitId>> {
    let units: Vec<UnitId> =
        unended(tx, staff, tx.today()).await?.into_iter().map(|found| found.unit).collect();
    Ok(if units.is_empty() { vec![UnitId(tx.actor().agency.0)] } else { units })
}

/// Refuses a future date, because the change and its new raters apply immediately.
pub(super) fn not_later_than_today(tx: &Tx, day: Date, field: &str) -> Option<Refusal> {
    let message = Message::new(Key::InTheFuture).with("today", tx.today());
    (day > tx.today()).then(|| Refusal::input([field], message))
}

pub(super) fn same_version(stored: i32, expected: i32) -> Result<()> {
    if stored == expected { Ok(()) } else { Err(Refusal::conflict(stored).into()) }
}

/// The refusal of a value that is already used.
pub(super) fn duplicate(field: &str, value: &str) -> Refusal {
    Refusal::input([field], Message::new(Key::Duplicate).with("field", field).with("value", value))
}
