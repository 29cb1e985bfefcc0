//! Ends the plans of an assignment when the assignment ends, and decides about their evaluations.

use super::{
    context::{PlanFacts, form_now},
    parts::PersonsYear,
};
use crate::{
    db::Tx,
    error::{Error, Result},
    store,
};
use domain::{
    Key, Message, Refusal,
    assignment::Assignment,
    consequence::{Consequence, ConsequenceKind, period_name},
    evaluation::{AfterEnding, Evaluation},
    event::{EventKind, SubjectKind},
    id::PeriodId,
    period::Period,
    plan::{Plan, PlanStatus},
    time::Date,
};

/// When and why the plans of an assignment end.
#[derive(Clone, Copy)]
pub(crate) struct PlanEnding<'a> {
    /// The end date (exclusive) of the assignment.
    pub on: Date,
    /// The reason.
    pub why: &'a str,
    /// The person's new assignment, after a transfer.
    pub next: Option<&'a Assignment>,
    /// The input field with the date, as the path of refusals.
    pub field: &'a [&'a str],
}

/// Ends the plans of an assignment. An approved plan closes. Its evaluations of the parts of the year in which it no
/// longer has a month are cancelled. A plan that is not approved or has not begun is cancelled with its evaluations.
/// Delivered and closed evaluations stay, and the plan records the ids of their periods.
///
/// Refused if an evaluation is FINAL and its part reaches the end date. The refusals name each such evaluation.
pub(crate) async fn end_with_assignment(
    tx: &Tx,
    assignment: &Assignment,
    ending: PlanEnding<'_>,
) -> Result<()> {
    let plans = store::plan::touched_by_end(tx.source(), assignment.id, ending.on).await?;
    if plans.is_empty() {
        return Ok(());
    }
    store::lock_plans(tx, plans.iter().map(|plan| plan.id)).await?;
    let person = store::staff::by_ids(tx.source(), assignment.agency, &[assignment.staff]).await?;
    let person = person.get(&assignment.staff).map(|person| person.name.clone()).unwrap_or_default();
    let mut refusals = Vec::new();
    let mut decided = Vec::new();
    for plan in plans {
        let (after, more) = after_ending(tx, &plan, ending, &person).await?;
        refusals.extend(more);
        decided.push((plan, after));
    }
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    for (plan, after) in decided {
        end_plan(tx, plan, after, ending, &person).await?;
    }
    Ok(())
}

/// The evaluations of a plan that its ending changes or keeps.
#[derive(Default)]
struct Decided {
    cancelled: Vec<(Evaluation, Evaluation)>,
    kept: Vec<(Evaluation, Period)>,
}

/// Decides which evaluations of a plan change; returns a refusal for each one that must be reopened first.
async fn after_ending(
    tx: &Tx,
    plan: &Plan,
    ending: PlanEnding<'_>,
    person: &str,
) -> Result<(Decided, Vec<Refusal>)> {
    let (mut decided, mut refusals) = (Decided::default(), Vec::new());
    let last = ending.on.pred_opt().unwrap_or(ending.on);
    let in_force = matches!(plan.status, PlanStatus::Approved | PlanStatus::Closed);
    if !in_force || plan.ends_on <= last {
        return Ok((decided, refusals));
    }
    let year = store::period::year(tx.source(), plan.period).await?;
    let persons_year = PersonsYear::load(tx, plan, year.clone()).await?;
    let held = persons_year.periods_of(plan, (plan.starts_on, last), ending.next);
    for evaluation in store::evaluation::of_plan(tx.source(), plan.id).await? {
        let period = year
            .iter()
            .find(|period| period.id == evaluation.period)
            .ok_or_else(|| Error::internal("an evaluation without its period"))?;
        match evaluation.after_ending(ending.on, period, &held, person) {
            Ok(AfterEnding::Unchanged) => {}
            Ok(AfterEnding::Cancelled(after)) => decided.cancelled.push((evaluation, *after)),
            Ok(AfterEnding::Kept) => decided.kept.push((evaluation, period.clone())),
            Err(refusal) => refusals.push(refusal.under(ending.field)),
        }
    }
    Ok((decided, refusals))
}

async fn end_plan(
    tx: &Tx,
    before: Plan,
    decided: Decided,
    ending: PlanEnding<'_>,
    person: &str,
) -> Result<()> {
    let why = ending.why;
    let stays = before.starts_on < ending.on || !decided.kept.is_empty();
    if before.status == PlanStatus::Closed || before.status == PlanStatus::Approved && stays {
        let form = match &before.form {
            Some(form) => Some(form.clone()),
            None => form_now(tx, &before).await?,
        };
        let mut kept: Vec<PeriodId> = decided.kept.iter().map(|(_, period)| period.id).collect();
        kept.extend(before.kept.iter().filter(|period| !kept.contains(period)).copied().collect::<Vec<_>>());
        let after = before.close_with_assignment(ending.on, form.as_ref(), kept)?;
        tx.change(&before, after, EventKind::PlanClosed, Some(why)).await?;
    } else {
        let facts = PlanFacts::load_to_end(tx, &before).await?;
        let after = before.cancel(why, &facts.context(tx.actor().calendar))?;
        tx.change(&before, after, EventKind::PlanCancelled, Some(why)).await?;
    }
    for (before, after) in decided.cancelled {
        tx.change(&before, after, EventKind::EvaluationCancelled, Some(why)).await?;
    }
    for (evaluation, period) in decided.kept {
        note_kept(tx, &evaluation, &period, person);
    }
    Ok(())
}

/// Adds the consequence that an evaluation stays as it is.
pub(super) fn note_kept(tx: &Tx, evaluation: &Evaluation, period: &Period, person: &str) {
    let sentence = Message::new(Key::ConsequenceEvaluationKept)
        .with("person", person)
        .with_words("part", &period_name(period))
        .with_label("state", evaluation.status);
    tx.effects().note(Consequence {
        kind: ConsequenceKind::EvaluationKept,
        subject: Some((SubjectKind::Evaluation, evaluation.id.0)),
        staff: Some(evaluation.staff),
        sentence,
        columns: Vec::new(),
    });
}

/// Cancels the unfinished evaluations of a plan that is cancelled.
pub(super) async fn cancel_evaluations(tx: &Tx, evaluations: &[Evaluation], why: &str) -> Result<()> {
    for before in evaluations.iter().filter(|evaluation| evaluation.status.is_unfinished()) {
        tx.change(before, before.cancel()?, EventKind::EvaluationCancelled, Some(why)).await?;
    }
    Ok(())
}

/// Reopens the plans that closed with an assignment, because the end of the assignment is undone. Plans of closed years
/// stay closed. The caller then calls [`super::fit_evaluations`].
pub(crate) async fn continue_with_assignment(tx: &Tx, assignment: &Assignment, why: &str) -> Result<()> {
    let mut plans = store::plan::of_assignment(tx.source(), assignment.id).await?;
    plans.retain(|plan| plan.status == PlanStatus::Closed);
    store::lock_plans(tx, plans.iter().map(|plan| plan.id)).await?;
    for before in plans {
        let year = store::period::year(tx.source(), before.period).await?;
        let Some(period) = year.iter().find(|period| period.id == before.period) else { continue };
        let Ok(after) = before.reopen(period) else { continue };
        tx.change(&before, after, EventKind::PlanReopened, Some(why)).await?;
    }
    Ok(())
}
