//! Loads an actor with the facts that authorisation needs: assignments, delegations, and roles with their units. The
//! token cache keeps an actor for less than five seconds.

use crate::{
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    Locale,
    actor::{Actor, Coverage, Identity, Role},
    id::{AgencyId, AssignmentId, StaffId, UnitId},
    time::Instant,
};
use entity::{assignment, delegation, role_grant, staff};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::BTreeSet;

/// Returns the system as actor for an agency, for the tick and the command line.
pub async fn system(env: &Env, agency: AgencyId) -> Result<Actor> {
    let calendar = store::org_unit::calendar(env.db.reader(), agency).await?;
    Ok(Actor { calendar, ..Actor::system(agency) })
}

pub(super) async fn load(env: &Env, agency: AgencyId, staff: StaffId) -> Result<Actor> {
    load_in(env.db.reader(), env.now(), agency, staff).await
}

pub(crate) async fn load_in<C: ConnectionTrait>(
    connection: &C,
    now: Instant,
    agency: AgencyId,
    person: StaffId,
) -> Result<Actor> {
    let calendar = store::org_unit::calendar(connection, agency).await?;
    let today = calendar.day(now);
    staff::Entity::find_by_id(person.0)
        .one(connection)
        .await?
        .filter(|staff| staff.status == domain::staff::StaffStatus::Active.to_string())
        .ok_or(Error::Unauthenticated)?;
    let assignments = assignment::Entity::find()
        .filter(assignment::Column::StaffId.eq(person.0))
        .filter(assignment::Column::ValidFrom.lte(today))
        .filter(
            Condition::any()
                .add(assignment::Column::ValidTo.is_null())
                .add(assignment::Column::ValidTo.gt(today)),
        )
        .all(connection)
        .await?;
    let delegations = delegation::Entity::find()
        .filter(delegation::Column::DelegateId.eq(person.0))
        .filter(delegation::Column::ValidFrom.lte(today))
        .filter(
            Condition::any()
                .add(delegation::Column::ValidTo.is_null())
                .add(delegation::Column::ValidTo.gt(today)),
        )
        .all(connection)
        .await?;
    let grants = role_grant::Entity::find()
        .filter(role_grant::Column::StaffId.eq(person.0))
        .filter(role_grant::Column::RevokedAt.is_null())
        .all(connection)
        .await?;
    let acting_for: BTreeSet<_> =
        delegations.iter().map(|delegation| AssignmentId(delegation.assignment_id)).collect();
    let mut led = units_led(&assignments);
    if !acting_for.is_empty() {
        let given = acting_for.iter().map(|assignment| assignment.0);
        let given =
            assignment::Entity::find().filter(assignment::Column::Id.is_in(given)).all(connection).await?;
        led.extend(units_led(&given));
    }
    let needs_tree = !led.is_empty() || !grants.is_empty();
    let tree =
        if needs_tree { store::org_unit::tree(connection, agency, today).await? } else { Default::default() };
    let granted = |role: Role| {
        let name = role.to_string();
        tree.coverage(grants.iter().filter(|grant| grant.role == name).map(|grant| UnitId(grant.unit_id)))
    };
    Ok(Actor {
        identity: Identity::Staff(person),
        agency,
        assignments: assignments
            .iter()
            .map(|assignment| AssignmentId(assignment.id))
            .collect::<BTreeSet<_>>(),
        acting_for,
        headed: tree.coverage(led),
        performance_team: granted(Role::PerformanceTeam),
        admin: granted(Role::Admin),
        auditor: granted(Role::Auditor) != Coverage::Nothing,
        reporting: granted(Role::Reporting),
        calendar,
        locale: Locale::Id,
    })
}

fn units_led(assignments: &[assignment::Model]) -> Vec<UnitId> {
    assignments
        .iter()
        .filter(|assignment| assignment.leads)
        .map(|assignment| UnitId(assignment.unit_id))
        .collect()
}
