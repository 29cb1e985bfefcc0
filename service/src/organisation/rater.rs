//! Finds the rater of an assignment on a day: the holder of the superior's assignment, or their delegate.

use super::form::{Printed, forms};
use crate::{
    db::Source,
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    actor::Actor,
    assignment::{Assignment, Capacity},
    id::{AssignmentId, StaffId},
    plan::{Form, RaterSnapshot},
    time::Date,
};
use sea_orm::{ColumnTrait, ConnectionTrait};

/// Finds who has the powers of an assignment on a day: the newest delegate other than the ratee, else the holder.
async fn holder<C: ConnectionTrait>(
    source: Source<'_, C>,
    assignment: &Assignment,
    ratee: StaffId,
    on: Date,
) -> Result<(StaffId, Capacity)> {
    let delegations = store::delegation::of_assignments(source, [assignment.id], on).await?;
    let acting = delegations.into_iter().rev().find(|delegation| delegation.delegate != ratee);
    Ok(acting.map_or((assignment.staff, assignment.capacity), |delegation| {
        (delegation.delegate, delegation.capacity)
    }))
}

/// Finds the rater of an assignment on a day, as the snapshot that plans store; none for the top of the hierarchy.
pub(crate) async fn rater_of<C: ConnectionTrait>(
    source: Source<'_, C>,
    assignment: &Assignment,
    on: Date,
) -> Result<Option<RaterSnapshot>> {
    let agency = assignment.agency;
    let Some(superior) = find(source, assignment, assignment.superior).await? else { return Ok(None) };
    let (staff, capacity) = holder(source, &superior, assignment.staff, on).await?;
    let above = find(source, assignment, superior.superior).await?;
    let superior_staff = match &above {
        Some(above) => Some(holder(source, above, assignment.staff, on).await?.0),
        None => None,
    };
    let person = store::staff::by_ids(source, agency, &[staff])
        .await?
        .remove(&staff)
        .ok_or_else(|| Error::internal("a rater who is no staff"))?;
    let position =
        store::position::by_ids(source, agency, &[superior.position]).await?.remove(&superior.position);
    let unit = store::org_unit::by_ids(source, agency, &[superior.unit], on).await?.remove(&superior.unit);
    Ok(Some(RaterSnapshot {
        assignment: superior.id,
        staff,
        name: person.name,
        nip: person.nip,
        position: position.map(|position| position.name).unwrap_or_default(),
        unit_name: unit.map(|unit| unit.name).unwrap_or_default(),
        capacity,
        superior_assignment: above.as_ref().map(|above| above.id),
        superior_staff,
    }))
}

async fn find<C: ConnectionTrait>(
    source: Source<'_, C>,
    of: &Assignment,
    id: Option<AssignmentId>,
) -> Result<Option<Assignment>> {
    match id {
        Some(id) => store::assignment::find(source, of.agency, id).await,
        None => Ok(None),
    }
}

/// Finds the rater for each visible assignment of a person that is open on a day, by default today, with the people on
/// its form.
pub async fn who_rates(
    env: &Env,
    actor: &Actor,
    staff: StaffId,
    on: Option<Date>,
) -> Result<Vec<(Assignment, Option<(RaterSnapshot, Form)>)>> {
    let on = on.unwrap_or_else(|| env.today(actor));
    let source = env.db.source();
    let which = store::assignment::open_on(on)
        .add(entity::assignment::Column::AgencyId.eq(actor.agency.0))
        .add(entity::assignment::Column::StaffId.eq(staff.0));
    let assignments = store::assignment::load(source, which).await?;
    let hidden = super::directory::hidden(env, actor, assignments.iter()).await?;
    let mut found = Vec::new();
    for assignment in assignments.into_iter().filter(|assignment| !hidden.contains(&assignment.id)) {
        let rated = match rater_of(source, &assignment, on).await? {
            Some(rater) => {
                let printed =
                    Printed { staff: assignment.staff, assignment: assignment.id, rater: rater.clone() };
                forms(source, actor.agency, &[printed], on).await?.pop().map(|form| (rater, form))
            }
            None => None,
        };
        found.push((assignment, rated));
    }
    Ok(found)
}
