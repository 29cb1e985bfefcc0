//! Moves the first day of the plans of an assignment when the first day of the assignment is corrected.

use super::transfer::note_kept;
use crate::{
    db::Tx,
    error::{Error, Result},
    store,
};
use domain::{
    Refusal,
    assignment::Assignment,
    event::EventKind,
    period::Period,
    plan::{Plan, PlanStatus},
    time::Date,
};

/// Moves the first day of the plans that begin with an assignment. The caller stores the assignment with its new first
/// day, and then calls [`super::fit_evaluations`]. Annual evaluations from DELIVERED on and CLOSED evaluations of parts
/// stay as they are, and the plan records the ids of their periods.
///
/// Refused if an evaluation is FINAL and its part contains days between the old and the new first day. The refusals
/// name each such evaluation.
pub(crate) async fn begin_with_assignment(
    tx: &Tx,
    before: &Assignment,
    from: Date,
    why: &str,
    field: &[&str],
) -> Result<()> {
    let mut plans = store::plan::of_assignment(tx.source(), before.id).await?;
    plans.retain(|plan| plan.status != PlanStatus::Cancelled);
    if plans.is_empty() {
        return Ok(());
    }
    store::lock_plans(tx, plans.iter().map(|plan| plan.id)).await?;
    let person = store::staff::by_ids(tx.source(), before.agency, &[before.staff]).await?;
    let person = person.get(&before.staff).map(|person| person.name.clone()).unwrap_or_default();
    let mut refusals = Vec::new();
    for plan in plans {
        let year = store::period::year(tx.source(), plan.period).await?;
        if let Err(more) = begin(tx, plan, &year, (before.valid_from, from), why, &person).await? {
            refusals.extend(more.into_iter().map(|refusal| refusal.under(field)));
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals.into()) }
}

/// Moves the first day of one plan; returns a refusal for each evaluation that must be reopened first.
async fn begin(
    tx: &Tx,
    plan: Plan,
    year: &[Period],
    (old, new): (Date, Date),
    why: &str,
    person: &str,
) -> Result<std::result::Result<(), Vec<Refusal>>> {
    let begins = year.iter().find(|period| period.id == plan.period).map(|period| period.starts_on);
    let begins = begins.ok_or_else(|| Error::internal("a plan without its year"))?;
    let (old, new) = (old.max(begins), new.max(begins));
    if plan.starts_on != old || old == new {
        return Ok(Ok(()));
    }
    let last = old.max(new).pred_opt().unwrap_or(new);
    let (mut kept, mut refusals) = (Vec::new(), Vec::new());
    for evaluation in store::evaluation::of_plan(tx.source(), plan.id).await? {
        let period = year
            .iter()
            .find(|period| period.id == evaluation.period)
            .ok_or_else(|| Error::internal("an evaluation without its period"))?;
        match evaluation.stays_at_start((old.min(new), last), period, person) {
            Ok(true) => kept.push((evaluation, period)),
            Ok(false) => {}
            Err(refusal) => refusals.push(refusal),
        }
    }
    if !refusals.is_empty() {
        return Ok(Err(refusals));
    }
    let periods: Vec<_> = kept.iter().map(|(_, period)| period.id).collect();
    let after = plan.begin_with_assignment(new, &periods)?;
    tx.change(&plan, after, EventKind::PlanUpdated, Some(why)).await?;
    for (evaluation, period) in kept {
        note_kept(tx, &evaluation, period, person);
    }
    Ok(Ok(()))
}
