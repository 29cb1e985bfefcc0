//! Runs due time-based transitions: brings scheduled changes into force, deems results accepted, releases
//! feedback, closes annual results and plans, removes expired data.
//!
//! `serve` and `demo` run a tick every minute; `kinerja tick` runs one. A tick acts as the system actor and applies the
//! domain's rules. Running it twice changes nothing.

use crate::{
    access,
    db::{Record, Tx},
    env::{Env, machine_now},
    error::{Error, Result},
    evaluation, evidence, feedback, identity, import, objection, organisation, store, upload,
};
use chrono::Duration;
use domain::{
    Refusal,
    actor::Actor,
    evaluation::{Evaluation, EvaluationContext},
    event::EventKind,
    id::AgencyId,
};

/// Days that the outcome of a mutation is kept for a replay.
pub const OUTCOME_DAYS: i64 = 30;
/// Days that ended sessions and used codes are kept.
const ACCESS_DAYS: i64 = 90;
/// Number of objects in one unit of work. Small, so that the year's end does not block other writers.
const BATCH: u64 = 200;

/// Outcome of a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TickReport {
    /// Assignments whose superior changed, or whose delegation began or ended, because of the date.
    pub powers_moved: u64,
    /// Scheduled changes that came into force.
    pub changes_applied: u64,
    /// Scheduled changes that were refused on their day.
    pub changes_failed: u64,
    /// Annual results deemed accepted.
    pub deemed_accepted: u64,
    /// Objections for which the silence of a side was recorded.
    pub silences_recorded: u64,
    /// Signed annual results closed after the objection period.
    pub evaluations_closed: u64,
    /// Waiting feedback that was released.
    pub feedback_released: u64,
    /// Plans closed after their year was closed.
    pub plans_closed: u64,
    /// Closed periods whose figures for API keys were kept.
    pub figures_kept: u64,
    /// Expired sessions, codes, login attempts, outcomes and entries of the access log removed.
    pub expired: u64,
    /// Import runs of stopped servers marked as failed.
    pub imports_ended: u64,
    /// Uploaded files removed.
    pub files_removed: u64,
}

/// Runs one tick for every agency in the database.
pub async fn tick(env: &Env) -> Result<TickReport> {
    let mut report = TickReport::default();
    for agency in store::org_unit::agencies(env.db.source()).await? {
        let system = identity::system(env, agency).await?;
        let due = organisation::apply_due(env, &system).await?;
        report.changes_applied += due.applied;
        report.changes_failed += due.failed;
        let renewed = env.write(&system, organisation::renew_at_boundaries).await?;
        report.powers_moved += renewed;
        report.deemed_accepted += repeat(env, &system, deem_accepted).await?;
        report.silences_recorded += repeat(env, &system, |tx| objection::record_silence(tx, BATCH)).await?;
        report.evaluations_closed += repeat(env, &system, close_evaluations).await?;
        report.feedback_released += feedback::release_due(env, &system).await?;
        report.plans_closed += repeat(env, &system, close_plans).await?;
        report.figures_kept += crate::report::keep_missing_figures(env, &system).await?;
    }
    report.expired = expire(env).await? + access::expire(env).await?;
    report.imports_ended = import::end_lost_runs(env).await?;
    report.files_removed = upload::remove_old_files(env).await? + evidence::remove_unused(env).await?;
    Ok(report)
}

/// Repeats a step, each time in a unit of work, until it changes fewer than [`BATCH`] objects.
async fn repeat<F>(env: &Env, system: &Actor, step: impl Fn(Tx) -> F + Clone + Send + 'static) -> Result<u64>
where
    F: Future<Output = Result<u64>> + Send,
{
    let mut done = 0;
    loop {
        let step = step.clone();
        let batch = env.write(system, move |tx| async move { step(tx).await }).await?;
        done += batch;
        if batch < BATCH {
            return Ok(done);
        }
    }
}

/// Writes one change of a batch. Skips an object that someone else has changed since it was read.
async fn one<R: Record>(
    tx: &Tx,
    before: &R,
    after: std::result::Result<R, Refusal>,
    kind: EventKind,
) -> Result<u64> {
    let Ok(after) = after else { return Ok(0) };
    match tx.change(before, after, kind, None).await {
        Ok(_) => Ok(1),
        Err(Error::Refused(_)) => Ok(0),
        Err(error) => Err(error),
    }
}

/// Deems delivered annual results accepted when the objection period has passed.
async fn deem_accepted(tx: Tx) -> Result<u64> {
    let due = store::evaluation::unanswered(&tx, BATCH).await?;
    finish(tx, due, EventKind::EvaluationDeemedAccepted, |before, context| before.deem_accepted(context))
        .await
}

/// Closes annual results when the objection period has passed or an objection is decided, if rater and rater's superior
/// have signed.
async fn close_evaluations(tx: Tx) -> Result<u64> {
    let due = store::evaluation::signed(&tx, BATCH).await?;
    finish(tx, due, EventKind::EvaluationClosed, |before, context| before.close(context)).await
}

/// Applies a transition to evaluations and counts those that it changed.
async fn finish(
    tx: Tx,
    due: Vec<Evaluation>,
    kind: EventKind,
    transition: impl Fn(&Evaluation, &EvaluationContext<'_>) -> std::result::Result<Evaluation, Refusal>,
) -> Result<u64> {
    store::lock_plans(&tx, due.iter().map(|evaluation| evaluation.plan)).await?;
    let mut done = 0;
    for before in &due {
        let facts = evaluation::EvaluationFacts::load(&tx, before).await?;
        let after = transition(before, &facts.context(tx.actor().calendar));
        done += one(&tx, before, after, kind).await?;
    }
    Ok(done)
}

/// Closes approved plans of closed years once all their periodic evaluations are final.
async fn close_plans(tx: Tx) -> Result<u64> {
    let due = store::plan::lock_finished(&tx, BATCH).await?;
    let mut done = 0;
    for before in due {
        let facts = crate::plan::PlanFacts::load_to_end(&tx, &before).await?;
        done += one(&tx, &before, before.close(&facts.context(tx.actor().calendar)), EventKind::PlanClosed)
            .await?;
    }
    Ok(done)
}

/// Removes data after its retention period.
async fn expire(env: &Env) -> Result<u64> {
    let outcomes = machine_now() - Duration::days(OUTCOME_DAYS);
    let access = machine_now() - Duration::days(ACCESS_DAYS);
    env.write(&Actor::system(AgencyId(uuid::Uuid::nil())), move |tx| async move {
        let removed = store::expired::remove(&tx, outcomes, access).await?;
        Ok(removed + identity::expire_attempts(&tx).await?)
    })
    .await
}
