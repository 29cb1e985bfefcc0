//! The predicate of a unit in a period.

use crate::{
    db::{IdempotencyKey, lock_row},
    env::{Env, fresh_id},
    error::{Error, Result},
    store,
};
use domain::{
    Refusal,
    action::OrganisationAction,
    actor::Actor,
    evaluation::OrgUnitPredicate,
    event::EventKind,
    id::{PeriodId, UnitId, UnitPredicateId},
    policy::organisation::{Scope, decide},
    unit_predicate::{UnitPredicate, UnitPredicateInput},
};
use sea_orm::{ColumnTrait, Condition};
use serde::Serialize;

/// A predicate to set.
#[derive(Clone, Debug, Serialize)]
pub struct SetOrgUnitPredicate {
    /// The unit.
    pub unit: UnitId,
    /// The year or part.
    pub period: PeriodId,
    /// The predicate.
    pub predicate: OrgUnitPredicate,
    /// A note with the reason.
    pub note: Option<String>,
    /// The version that the client read; required when the predicate is already set.
    pub expected_version: Option<i32>,
}

/// Sets the predicate; for the head of a unit above and for the performance team.
pub async fn set_org_unit_predicate(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: SetOrgUnitPredicate,
) -> Result<(UnitId, PeriodId)> {
    env.write_once(actor, key, &input.clone(), move |tx| async move {
        let (source, actor) = (tx.source(), tx.actor());
        let set_by = actor.staff().ok_or(Error::Forbidden)?;
        let today = tx.today();
        let unit = store::org_unit::by_ids(source, actor.agency, &[input.unit], today)
            .await?
            .remove(&input.unit)
            .ok_or(Error::NotFound)?;
        let period = store::period::find(source, actor.agency, input.period).await?.ok_or(Error::NotFound)?;
        decide(
            OrganisationAction::SetOrgUnitPredicate,
            actor,
            Scope { units: &[unit.id], parent: unit.parent, gains: None },
        )?;
        let row = Condition::all().add(entity::org_unit::Column::Id.eq(unit.id.0));
        lock_row::<entity::org_unit::Entity>(&tx, row).await?;
        let wanted = UnitPredicateInput { predicate: input.predicate, note: input.note, set_by };
        match store::unit_predicate::find(source, unit.id, period.id).await? {
            Some(before) => {
                if input.expected_version != Some(before.version) {
                    return Err(Refusal::conflict(before.version).into());
                }
                let after = before.change(&period, wanted, actor.calendar, tx.now())?;
                tx.change(&before, after, EventKind::OrgUnitPredicateSet, None).await?;
            }
            None => {
                let id = UnitPredicateId(fresh_id());
                let first = UnitPredicate::set(id, unit.id, &period, wanted, actor.calendar, tx.now())?;
                tx.create(first, EventKind::OrgUnitPredicateSet, None).await?;
            }
        }
        Ok((unit.id, period.id))
    })
    .await
}

/// Loads the predicate of a unit by id.
pub async fn unit_predicate_by_id(
    env: &Env,
    actor: &Actor,
    id: UnitPredicateId,
) -> Result<Option<UnitPredicate>> {
    let found = store::unit_predicate::by_id(env.db.source(), id).await?;
    Ok(found.filter(|found| found.agency == actor.agency))
}

/// Loads the predicate of a unit in a period. Everyone in the agency can see it, since it limits their own predicates.
pub async fn unit_predicate(
    env: &Env,
    actor: &Actor,
    unit: UnitId,
    period: PeriodId,
) -> Result<Option<UnitPredicate>> {
    let found = store::unit_predicate::find(env.db.source(), unit, period).await?;
    Ok(found.filter(|found| found.agency == actor.agency))
}
