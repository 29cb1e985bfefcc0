//! Reads which assignments, delegations and roles give a person rights on a day.

use crate::{error::Result, store};
use domain::{
    actor::RoleGrant,
    id::{AssignmentId, StaffId, UnitId},
    time::Date,
};
use entity::{assignment, delegation};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::BTreeSet;

/// A person's assignments, the assignments they act for, the units that all these lead, and the person's roles.
pub(crate) struct PersonRights {
    pub assignments: BTreeSet<AssignmentId>,
    pub acting_for: BTreeSet<AssignmentId>,
    pub led: Vec<UnitId>,
    pub grants: Vec<RoleGrant>,
}

/// Loads what gives a person rights on a day.
pub(crate) async fn of_person<C: ConnectionTrait>(
    connection: &C,
    person: StaffId,
    day: Date,
) -> Result<PersonRights> {
    let assignments = assignment::Entity::find()
        .filter(assignment::Column::StaffId.eq(person.0))
        .filter(store::assignment::open_on(day))
        .all(connection)
        .await?;
    let delegations = delegation::Entity::find()
        .filter(delegation::Column::DelegateId.eq(person.0))
        .filter(store::delegation::open_on(day))
        .all(connection)
        .await?;
    let grants = store::role_grant::current_of(connection, person).await?;
    let acting_for: BTreeSet<AssignmentId> =
        delegations.iter().map(|delegation| AssignmentId(delegation.assignment_id)).collect();
    let mut led = units_led(&assignments);
    if !acting_for.is_empty() {
        let given = acting_for.iter().map(|assignment| assignment.0);
        let given =
            assignment::Entity::find().filter(assignment::Column::Id.is_in(given)).all(connection).await?;
        led.extend(units_led(&given));
    }
    let assignments = assignments.iter().map(|assignment| AssignmentId(assignment.id)).collect();
    Ok(PersonRights { assignments, acting_for, led, grants })
}

fn units_led(assignments: &[assignment::Model]) -> Vec<UnitId> {
    let led = assignments.iter().filter(|assignment| assignment.leads);
    led.map(|assignment| UnitId(assignment.unit_id)).collect()
}
