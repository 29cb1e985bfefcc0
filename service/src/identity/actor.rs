//! Loads an actor with the data that authorisation needs: assignments, delegations, and roles with their units. The
//! token cache keeps an actor for less than five seconds.

use crate::{
    db::Connection,
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    Locale,
    actor::{Actor, Coverage, Identity, Role},
    id::{AgencyId, StaffId},
    time::Instant,
};

/// Returns the system as the actor in an agency, for ticks and the command line.
pub async fn system(env: &Env, agency: AgencyId) -> Result<Actor> {
    let calendar = store::org_unit::calendar(env.db.reader(), agency).await?;
    Ok(Actor { calendar, ..Actor::system(agency) })
}

pub(super) async fn load(env: &Env, agency: AgencyId, staff: StaffId) -> Result<Actor> {
    load_in(env.db.reader(), env.now(), agency, staff).await
}

pub(crate) async fn load_in<C: Connection>(
    connection: &C,
    now: Instant,
    agency: AgencyId,
    person: StaffId,
) -> Result<Actor> {
    let calendar = store::org_unit::calendar(connection, agency).await?;
    let today = calendar.day(now);
    store::staff::row_of(connection, person)
        .await?
        .filter(|staff| staff.status == domain::staff::StaffStatus::Active.to_string())
        .ok_or(Error::Unauthenticated)?;
    let store::rights::PersonRights { assignments, acting_for, led, grants } =
        store::rights::of_person(connection, person, today).await?;
    let needs_tree = !led.is_empty() || !grants.is_empty();
    let tree =
        if needs_tree { store::org_unit::tree(connection, agency, today).await? } else { Default::default() };
    let granted =
        |role: Role| tree.coverage(grants.iter().filter(|grant| grant.role == role).map(|grant| grant.unit));
    Ok(Actor {
        identity: Identity::Staff(person),
        agency,
        assignments,
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
