//! Allowed actions on periods and on predicates of units.

use crate::{env::Env, error::Result, store};
use domain::{
    action::OrganisationAction,
    actor::Actor,
    id::PeriodId,
    period::Period,
    policy::{
        Allowed,
        organisation::{Scope, decide},
    },
    unit_predicate::UnitPredicate,
};
use sea_orm::{ColumnTrait, Condition};
use std::collections::{BTreeSet, HashMap};

/// Lists what the actor can do to these periods.
pub async fn actions(env: &Env, actor: &Actor, ids: &[PeriodId]) -> Result<HashMap<PeriodId, Vec<Allowed>>> {
    let source = env.db.source();
    let periods = store::period::by_ids(source, actor.agency, ids).await?;
    let years: BTreeSet<i32> =
        periods.values().filter(|period| period.is_year()).map(|period| period.year).collect();
    let parts = if years.is_empty() {
        Vec::new()
    } else {
        let which = Condition::all()
            .add(entity::period::Column::AgencyId.eq(actor.agency.0))
            .add(entity::period::Column::Year.is_in(years))
            .add(entity::period::Column::Part.ne(0));
        store::period::load(source, which).await?
    };
    let close = |period: &Period| {
        let open = parts.iter().filter(|part| part.parent == Some(period.id) && part.is_open()).count();
        decide(OrganisationAction::ClosePeriod, actor, Scope::default())
            .and_then(|()| period.close(open, actor.calendar, env.now()))
    };
    Ok(periods
        .into_iter()
        .map(|(id, period)| {
            let refusal = close(&period).err();
            (
                id,
                vec![Allowed {
                    action: OrganisationAction::ClosePeriod.into(),
                    refusal,
                    who_can: Vec::new(),
                }],
            )
        })
        .collect())
}

/// Lists what the actor can do to the predicate of a unit.
pub async fn predicate_actions(env: &Env, actor: &Actor, predicate: &UnitPredicate) -> Result<Vec<Allowed>> {
    let source = env.db.source();
    let today = env.today(actor);
    let units = store::org_unit::by_ids(source, actor.agency, &[predicate.unit], today).await?;
    let parent = units.get(&predicate.unit).and_then(|unit| unit.parent);
    let scope = Scope { units: &[predicate.unit], parent, gains: None };
    let period = store::period::find(source, actor.agency, predicate.period).await?;
    let refusal = decide(OrganisationAction::SetOrgUnitPredicate, actor, scope)
        .and_then(|()| {
            period.map_or(Ok(()), |period| UnitPredicate::permits(&period, actor.calendar, env.now()))
        })
        .err();
    Ok(vec![Allowed { action: OrganisationAction::SetOrgUnitPredicate.into(), refusal, who_can: Vec::new() }])
}
