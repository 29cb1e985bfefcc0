//! The predicate of a unit in a period.

use crate::{
    db::{Command, Connection, IdempotencyKey, Source, Tx},
    env::{Env, fresh_id},
    error::{Error, Result},
    identity::load_actor_in,
    power::{self, Basis, Way},
    store,
};
use domain::{
    Key, Refusal,
    action::OrganisationAction,
    actor::{Actor, Role},
    assignment::Assignment,
    event::EventKind,
    id::{AgencyId, PeriodId, StaffId, UnitId, UnitPredicateId},
    period::Period,
    policy::organisation::{Scope, decide},
    unit::OrgUnit,
    unit_predicate::{UnitPredicate, UnitPredicateInput},
};
use serde::Serialize;
use std::collections::BTreeSet;

/// A predicate to set.
#[derive(Clone, Debug, Serialize)]
pub struct SetOrgUnitPredicate {
    /// The unit.
    pub unit: UnitId,
    /// The year or part.
    pub period: PeriodId,
    /// The predicate with its note.
    #[serde(flatten)]
    pub wanted: UnitPredicateInput,
    /// The version that the client read; required when the predicate is already set.
    pub expected_version: Option<i32>,
}

impl Command for SetOrgUnitPredicate {
    const OPERATION: &'static str = "setOrgUnitPredicate";
}

/// Sets the predicate; for the head of a unit above and for the performance team.
pub async fn set_org_unit_predicate(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: SetOrgUnitPredicate,
) -> Result<(UnitId, PeriodId)> {
    env.write_once(actor, key, input, move |tx, input| async move {
        let (source, actor) = (tx.source(), tx.actor());
        let set_by = actor.staff().ok_or(Error::Forbidden)?;
        let today = tx.today();
        let unit = store::org_unit::by_ids(source, actor.agency, &[input.unit], today)
            .await?
            .remove(&input.unit)
            .ok_or(Error::NotFound)?;
        let period = store::period::find(source, actor.agency, input.period).await?.ok_or(Error::NotFound)?;
        let own_result = is_own_result(Basis::of(&tx), actor, unit.id, &period).await?;
        let scope = Scope { units: &[unit.id], parent: unit.parent, own_result, gains: None };
        if let Err(refusal) = decide(OrganisationAction::SetOrgUnitPredicate, actor, scope) {
            let others = if own_result { who_can(&tx, &unit, &period).await? } else { Vec::new() };
            return Err(match others.is_empty() {
                true => refusal,
                false => Refusal::another_person(Key::OwnUnitPredicate, others),
            }
            .into());
        }
        store::org_unit::lock(&tx, unit.id).await?;
        let wanted = input.wanted;
        match store::unit_predicate::find(source, unit.id, period.id).await? {
            Some(before) => {
                if input.expected_version != Some(before.version) {
                    return Err(Refusal::conflict(before.version).into());
                }
                let after = before.change(&period, wanted, set_by, actor.calendar, tx.now())?;
                tx.change(&before, after, EventKind::OrgUnitPredicateSet, None).await?;
            }
            None => {
                let id = UnitPredicateId(fresh_id());
                let first =
                    UnitPredicate::set(id, unit.id, &period, wanted, set_by, actor.calendar, tx.now())?;
                tx.create(first, EventKind::OrgUnitPredicateSet, None).await?;
            }
        }
        Ok((unit.id, period.id))
    })
    .await
}

/// Whether the predicate of a unit in a period is the result of the actor, or with four eyes of a person who can act
/// through the actor's account; see [`is_result_of`].
pub(super) async fn is_own_result<C: Connection>(
    basis: Basis<'_, C>,
    actor: &Actor,
    unit: UnitId,
    period: &Period,
) -> Result<bool> {
    let Some(person) = actor.staff() else { return Ok(false) };
    let people = acting_through(basis, person).await?;
    is_result_of(basis.source, basis.agency, &people, (unit, period)).await
}

/// Whether the predicate of a unit in a period is the result of one of these people: an appraised person who headed the
/// unit on a day of the period. Acting heads do not count, because they are rated in their own post.
async fn is_result_of<C: Connection>(
    source: Source<'_, C>,
    agency: AgencyId,
    people: &[StaffId],
    (unit, period): (UnitId, &Period),
) -> Result<bool> {
    if people.is_empty() {
        return Ok(false);
    }
    let found = store::staff::by_ids(source, agency, people).await?;
    let appraised = found.into_values().filter(|person| person.employment_kind.is_appraised());
    let appraised: Vec<StaffId> = appraised.map(|person| person.id).collect();
    if appraised.is_empty() {
        return Ok(false);
    }
    let posts = store::assignment::of_staff(source, agency, &appraised).await?;
    let headed = |post: &Assignment| {
        let (starts, ends) = (post.valid_from <= period.ends_on, !post.has_ended_by(period.starts_on));
        post.unit == unit && post.leads && starts && ends && post.has_days()
    };
    Ok(posts.values().flatten().any(headed))
}

/// Returns a person and, with four eyes, the people who can act through that person's account.
async fn acting_through<C: Connection>(basis: Basis<'_, C>, person: StaffId) -> Result<Vec<StaffId>> {
    let separation = basis.separation;
    if !separation.closes(Way::Predicate) {
        return Ok(Vec::new());
    }
    match separation.closes(Way::ControlledPredicate) {
        true => Ok(power::selves(basis, person).await?.into_iter().collect()),
        false => Ok(vec![person]),
    }
}

/// The people who can set the predicate of a unit in a period, with their names: heads of the units above, people who
/// act for them, and the performance team.
async fn who_can(tx: &Tx, unit: &OrgUnit, period: &Period) -> Result<Vec<(StaffId, String)>> {
    let (source, agency, today) = (tx.source(), tx.actor().agency, tx.today());
    let tree = store::org_unit::tree(tx.connection(), agency, today).await?;
    let units = std::iter::successors(Some(unit.id), |unit| tree.parent(*unit)).take(100);
    let units: Vec<UnitId> = units.collect();
    let heads = store::assignment::heads_on(source, &units, today).await?;
    let acting = store::delegation::of_assignments(source, heads.iter().map(|one| one.id), today).await?;
    let team = store::role_grant::holders(source, Role::PerformanceTeam, &units).await?;
    let candidates: BTreeSet<StaffId> =
        heads.iter().map(|one| one.staff).chain(acting.iter().map(|one| one.delegate)).chain(team).collect();
    let candidates: Vec<StaffId> = candidates.into_iter().collect();
    let people = store::staff::by_ids(source, agency, &candidates).await?;
    let mut found = Vec::new();
    for staff in candidates {
        let actor = match load_actor_in(tx.connection(), tx.now(), agency, staff).await {
            Ok(actor) => actor,
            Err(Error::Unauthenticated) => continue,
            Err(cause) => return Err(cause),
        };
        let selves = acting_through(Basis::of(tx), staff).await?;
        let own_result = is_result_of(source, agency, &selves, (unit.id, period)).await?;
        let scope = Scope { units: &[unit.id], parent: unit.parent, own_result, gains: None };
        if decide(OrganisationAction::SetOrgUnitPredicate, &actor, scope).is_ok() {
            let name = people.get(&staff).map(|person| person.name.clone()).unwrap_or_default();
            found.push((staff, name));
        }
    }
    Ok(found)
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

/// Loads the predicate of a unit in a period. Everyone in the agency can see it, because it limits the distribution of
/// their own predicates.
pub async fn unit_predicate(
    env: &Env,
    actor: &Actor,
    unit: UnitId,
    period: PeriodId,
) -> Result<Option<UnitPredicate>> {
    let found = store::unit_predicate::find(env.db.source(), unit, period).await?;
    Ok(found.filter(|found| found.agency == actor.agency))
}
