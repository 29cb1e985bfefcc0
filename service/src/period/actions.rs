//! Allowed actions on periods and on predicates of units.

use super::predicate::is_own_result;
use crate::{env::Env, error::Result, power::Basis, store};
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
use std::collections::{BTreeSet, HashMap};

/// Lists what the actor can do to these periods.
pub async fn actions(env: &Env, actor: &Actor, ids: &[PeriodId]) -> Result<HashMap<PeriodId, Vec<Allowed>>> {
    let source = env.db.source();
    let periods = store::period::by_ids(source, actor.agency, ids).await?;
    // A year is closed after its parts, and a part is reopened after its year.
    let related = periods.values().filter(|period| period.is_year() || !period.is_open());
    let years: BTreeSet<i32> = related.map(|period| period.year).collect();
    let related = if years.is_empty() {
        Vec::new()
    } else {
        store::period::of_years(source, actor.agency, years).await?
    };
    let may = |action| decide(action, actor, Scope::default());
    let close = |period: &Period| {
        let of_year = |part: &&Period| part.parent == Some(period.id) && part.is_open();
        let open = related.iter().filter(of_year).count();
        may(OrganisationAction::ClosePeriod)?;
        period.permits_closing(open, actor.calendar, env.now())
    };
    let update = |period: &Period| {
        may(OrganisationAction::UpdatePeriod)?;
        period.must_be_open()
    };
    let reopen = |period: &Period| {
        may(OrganisationAction::ReopenPeriod)?;
        period.permits_reopening(related.iter().find(|year| Some(year.id) == period.parent))
    };
    Ok(periods
        .iter()
        .map(|(id, period)| {
            let allowed = [
                (OrganisationAction::ClosePeriod, close(period)),
                (OrganisationAction::UpdatePeriod, update(period)),
                (OrganisationAction::ReopenPeriod, reopen(period)),
            ];
            let allowed = allowed.into_iter().map(|(action, result)| Allowed {
                action: action.into(),
                refusal: result.err(),
                who_can: Vec::new(),
            });
            (*id, allowed.collect())
        })
        .collect())
}

/// Lists what the actor can do to the predicate of a unit.
pub async fn predicate_actions(env: &Env, actor: &Actor, predicate: &UnitPredicate) -> Result<Vec<Allowed>> {
    let source = env.db.source();
    let today = env.today(actor);
    let units = store::org_unit::by_ids(source, actor.agency, &[predicate.unit], today).await?;
    let parent = units.get(&predicate.unit).and_then(|unit| unit.parent);
    let period = store::period::find(source, actor.agency, predicate.period).await?;
    let own_result = match &period {
        Some(period) => is_own_result(Basis::of_query(env, actor), actor, predicate.unit, period).await?,
        None => false,
    };
    let scope = Scope { units: &[predicate.unit], parent, own_result, gains: None };
    let refusal = decide(OrganisationAction::SetOrgUnitPredicate, actor, scope)
        .and_then(|()| {
            period.map_or(Ok(()), |period| UnitPredicate::permits(&period, actor.calendar, env.now()))
        })
        .err();
    Ok(vec![Allowed { action: OrganisationAction::SetOrgUnitPredicate.into(), refusal, who_can: Vec::new() }])
}
