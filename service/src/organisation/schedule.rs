//! Schedules, reads and cancels changes for a later day. A tick brings them into force on their day.

use super::{
    assign::{self, AssignSuperior},
    load,
    staff::{self, EndStaff},
    transfer::{self, TransferStaff},
};
use crate::{
    consequence::{Listed, rehearse},
    db::{Command, IdempotencyKey, Tx},
    directory,
    env::{Env, fresh_id},
    error::{Error, Result},
    power::{self, Basis},
    store,
};
use domain::{
    Code, Refusal,
    action::OrganisationAction,
    actor::Actor,
    assignment::Placement,
    event::EventKind,
    id::{AssignmentId, ScheduledChangeId, StaffId, UnitId},
    policy::{
        Allowed,
        organisation::{Scope, decide},
    },
    scheduled::{PlannedChange, ScheduledChange, ScheduledStatus},
    time::Date,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The result of a change: its object, or the scheduled change if its day is later than today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NowOrScheduled<T> {
    /// The change is scheduled.
    Scheduled {
        /// The scheduled change.
        scheduled: ScheduledChangeId,
    },
    /// The change is in force.
    Now(T),
}

/// Schedules a change for a later day. First runs the change as if that day had come, and rolls it back. If the run is
/// refused, so is the scheduling. The list of consequences contains the scheduled change, and then the consequences of
/// the run.
pub(super) async fn schedule<T, F, W>(
    tx: &Tx,
    staff: StaffId,
    unit: UnitId,
    change: PlannedChange,
    day: Date,
    why: &str,
    work: W,
) -> Result<NowOrScheduled<T>>
where
    F: Future<Output = Result<T>> + Send,
    W: FnOnce(Tx) -> F + Send,
{
    store::superior::lock(tx, tx.actor().agency).await?;
    let waiting = store::scheduled_change::waiting_for(tx.source(), tx.actor().agency, staff).await?;
    change.must_be_new(day, &waiting)?;
    let expected = rehearse(tx, tx.actor().calendar.start_of(day), work).await?;
    let scheduled = ScheduledChange {
        id: ScheduledChangeId(fresh_id()),
        agency: tx.actor().agency,
        staff,
        unit,
        change,
        effective_on: day,
        reason: why.to_owned(),
        status: ScheduledStatus::Scheduled,
        scheduled_by: tx.actor().staff(),
        scheduled_at: tx.now(),
        ended_at: None,
        refusals: Vec::new(),
        version: 1,
    };
    let scheduled = tx.create(scheduled, EventKind::ChangeScheduled, Some(why)).await?;
    expected.consequences.into_iter().for_each(|one| tx.effects().note(one));
    expected.gaps.into_iter().for_each(|gap| tx.effects().gap(gap));
    Ok(NowOrScheduled::Scheduled { scheduled: scheduled.id })
}

/// Input for cancelling a scheduled change.
#[derive(Clone, Debug, Serialize)]
pub struct CancelScheduledChange {
    /// The change.
    pub change: ScheduledChangeId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The reason.
    pub reason: String,
}

impl Command for CancelScheduledChange {
    const OPERATION: &'static str = "cancelScheduledChange";
}

/// Cancels a change that waits for its day or that failed on it; for admins who cover the unit. If another person
/// scheduled it, it must not concern the actor, the actor's raters or the people whom the actor rates.
pub async fn cancel_scheduled_change(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: CancelScheduledChange,
) -> Result<Listed<ScheduledChangeId>> {
    env.write_listing(actor, key, input, false, move |tx, input| async move {
        let before = store::scheduled_change::find(tx.source(), tx.actor().agency, input.change)
            .await?
            .ok_or(Error::NotFound)?;
        let scope = Scope { units: &[before.unit], ..Scope::default() };
        decide(OrganisationAction::CancelScheduledChange, tx.actor(), scope)?;
        load::same_version(before.version, input.expected_version)?;
        if let Some(refusal) = power::cancel_of_another(Basis::of(&tx), tx.actor().staff(), &before).await? {
            return Err(refusal.into());
        }
        let after = before.cancel(&input.reason, tx.now())?;
        let why = Some(input.reason.as_str());
        Ok(tx.change(&before, after, EventKind::ScheduledChangeCancelled, why).await?.id)
    })
    .await
}

/// Cancels the changes that wait for a person who leaves.
pub(super) async fn cancel_of(tx: &Tx, staff: StaffId, why: &str) -> Result<()> {
    for before in store::scheduled_change::waiting_for(tx.source(), tx.actor().agency, staff).await? {
        let after = before.cancel(why, tx.now())?;
        tx.change(&before, after, EventKind::ScheduledChangeCancelled, Some(why)).await?;
    }
    Ok(())
}

/// Loads the scheduled changes of people with personal data visible to the actor.
pub async fn scheduled_changes(
    env: &Env,
    actor: &Actor,
    people: &[StaffId],
) -> Result<HashMap<StaffId, Vec<ScheduledChange>>> {
    let visible: Vec<StaffId> = directory::personal(env, actor, people).await?.into_iter().collect();
    store::scheduled_change::of_staff(env.db.source(), actor.agency, &visible).await
}

/// Loads a scheduled change if the personal data of its person is visible to the actor.
pub async fn scheduled_change(
    env: &Env,
    actor: &Actor,
    id: ScheduledChangeId,
) -> Result<Option<ScheduledChange>> {
    let found = store::scheduled_change::find(env.db.source(), actor.agency, id).await?;
    let Some(found) = found else { return Ok(None) };
    Ok(directory::personal(env, actor, &[found.staff]).await?.contains(&found.staff).then_some(found))
}

/// Lists what the actor can do to a scheduled change.
pub async fn scheduled_change_actions(
    env: &Env,
    actor: &Actor,
    change: &ScheduledChange,
) -> Result<Vec<Allowed>> {
    let scope = Scope { units: &[change.unit], ..Scope::default() };
    let right = decide(OrganisationAction::CancelScheduledChange, actor, scope);
    let refusal = match right.and(change.must_be_cancellable()) {
        Ok(()) => power::cancel_of_another(Basis::of_query(env, actor), actor.staff(), change).await?,
        Err(refusal) => Some(refusal),
    };
    Ok(vec![Allowed {
        action: OrganisationAction::CancelScheduledChange.into(),
        refusal,
        who_can: Vec::new(),
    }])
}

/// The numbers of scheduled changes that came into force and that failed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Due {
    pub applied: u64,
    pub failed: u64,
}

/// Brings due changes into force, each in its own unit of work, as the system on behalf of the person who scheduled it.
/// A refused change is marked FAILED with its refusals; after any other error the next tick tries again.
pub(crate) async fn apply_due(env: &Env, system: &Actor) -> Result<Due> {
    let mut done = Due::default();
    let due = store::scheduled_change::due(env.db.source(), system.agency, env.today(system)).await?;
    for change in due {
        let (id, before) = (change.id, change.clone());
        let applied = env.write(system, move |tx| async move {
            let applied = before.apply(tx.now())?;
            tx.powers().scheduled_by(before.scheduled_by);
            tx.change(&before, applied, EventKind::ScheduledChangeApplied, Some(&before.reason)).await?;
            perform(&tx, &before).await
        });
        match applied.await {
            Ok(()) => done.applied += 1,
            Err(Error::Refused(refusals)) if !is_transient(&refusals) => {
                let failed = env.write(system, move |tx| async move {
                    let failed = change.fail(refusals, tx.now())?;
                    tx.change(&change, failed, EventKind::ScheduledChangeFailed, None).await
                });
                failed.await?;
                done.failed += 1;
            }
            Err(Error::NotFound) => {
                let failed = env.write(system, move |tx| async move {
                    let failed = change.fail(vec![Refusal::not_found([""; 0])], tx.now())?;
                    tx.change(&change, failed, EventKind::ScheduledChangeFailed, None).await
                });
                failed.await?;
                done.failed += 1;
            }
            Err(cause) => tracing::error!(change = %id, %cause, "a scheduled change is tried again later"),
        }
    }
    if done.applied > 0 {
        env.token_cache().clear();
    }
    Ok(done)
}

/// Whether the change was refused only because someone else changed the same rows at the same time.
fn is_transient(refusals: &[Refusal]) -> bool {
    refusals.iter().any(|refusal| matches!(refusal.code, Code::Conflict { .. }))
}

/// Performs a change on the present versions of its objects, because they may have changed since it was scheduled.
async fn perform(tx: &Tx, scheduled: &ScheduledChange) -> Result<()> {
    let reason = scheduled.reason.clone();
    let version_of =
        async |assignment: AssignmentId| Ok::<_, Error>(load::assignment(tx, assignment).await?.version);
    match scheduled.change.clone() {
        PlannedChange::Transfer {
            assignment,
            unit,
            position,
            rank,
            superior,
            capacity,
            leads,
            successor,
            opens,
        } => {
            let from = scheduled.effective_on;
            let placement = Placement { unit, position, rank, superior, capacity, leads, from };
            let expected_version = version_of(assignment).await?;
            let input = TransferStaff { assignment, expected_version, placement, reason, successor };
            let opens = opens.unwrap_or_else(|| AssignmentId(fresh_id()));
            transfer::transfer(tx, &input, opens).await?;
        }
        PlannedChange::Superior { assignment, superior } => {
            let (from, expected_version) = (scheduled.effective_on, version_of(assignment).await?);
            assign::assign(tx, &AssignSuperior { assignment, expected_version, superior, from, reason })
                .await?;
        }
        PlannedChange::Ending { last_day, successor } => {
            let expected_version = load::person(tx, scheduled.staff).await?.version;
            let staff = scheduled.staff;
            staff::end(tx, &EndStaff { staff, expected_version, last_day, reason, successor }).await?;
        }
    }
    Ok(())
}
