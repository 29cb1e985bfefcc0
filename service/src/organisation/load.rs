//! What the verbs of the organisation load: objects of the actor's agency, which all of it may see.

use crate::{
    db::Tx,
    error::{Error, Result},
    store,
};
use domain::{
    Key, Message, Refusal,
    assignment::Assignment,
    id::{AssignmentId, PositionId, StaffId, UnitId},
    staff::Staff,
    time::Date,
    unit::OrgUnit,
};
use entity::assignment;
use sea_orm::{ColumnTrait, Condition};

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

/// A superior's assignment that the input names.
pub(super) async fn superior(tx: &Tx, id: Option<AssignmentId>, path: &[&str]) -> Result<Option<Assignment>> {
    let Some(id) = id else { return Ok(None) };
    let found = store::assignment::find(tx.source(), tx.actor().agency, id).await?;
    found.map(Some).ok_or_else(|| Refusal::not_found(path).into())
}

/// That a position that the input names exists.
pub(super) async fn position(tx: &Tx, id: PositionId, path: &[&str]) -> Result<()> {
    let found = store::position::by_ids(tx.source(), tx.actor().agency, &[id]).await?;
    if found.contains_key(&id) { Ok(()) } else { Err(Refusal::not_found(path).into()) }
}

/// A unit that the input names, in being on a day.
pub(super) async fn open_unit(tx: &Tx, id: UnitId, on: Date, path: &[&str]) -> Result<OrgUnit> {
    let found = store::org_unit::by_ids(tx.source(), tx.actor().agency, &[id], on).await?.remove(&id);
    found.filter(|unit| unit.open_on(on)).ok_or_else(|| Refusal::not_found(path).into())
}

/// The assignments of a person that have not ended by a day.
pub(super) async fn unended(tx: &Tx, staff: StaffId, by: Date) -> Result<Vec<Assignment>> {
    let which = Condition::all()
        .add(assignment::Column::AgencyId.eq(tx.actor().agency.0))
        .add(assignment::Column::StaffId.eq(staff.0))
        .add(
            Condition::any()
                .add(assignment::Column::ValidTo.is_null())
                .add(assignment::Column::ValidTo.gt(by)),
        );
    store::assignment::load(tx.source(), which).await
}

/// The units that a person belongs to today; of somebody without an assignment the whole agency.
pub(super) async fn units_of(tx: &Tx, staff: StaffId) -> Result<Vec<UnitId>> {
    let units: Vec<UnitId> =
        unended(tx, staff, tx.today()).await?.into_iter().map(|found| found.unit).collect();
    Ok(if units.is_empty() { vec![UnitId(tx.actor().agency.0)] } else { units })
}

/// Refuses a day that has not come: who is whose rater changes at once.
pub(super) fn not_later_than_today(tx: &Tx, day: Date, field: &str) -> Option<Refusal> {
    let message = Message::new(Key::InTheFuture).with("today", tx.today());
    (day > tx.today()).then(|| Refusal::input([field], message))
}

pub(super) fn same_version(stored: i32, expected: i32) -> Result<()> {
    if stored == expected { Ok(()) } else { Err(Refusal::conflict(stored).into()) }
}

/// A value that must be unique stands somewhere already.
pub(super) fn duplicate(field: &str, value: &str) -> Refusal {
    Refusal::input([field], Message::new(Key::Duplicate).with("field", field).with("value", value))
}
