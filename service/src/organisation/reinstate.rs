//! Reinstates a person who has left: with a new assignment if they return, or by undoing an ending that was recorded by
//! mistake.

use super::{load, renew::renew, staff::open, stays};
use crate::{
    consequence::Listed,
    db::{Command, IdempotencyKey, Tx},
    env::{Env, fresh_id},
    error::{Error, Result},
    identity, plan, store,
};
use chrono::Duration;
use domain::{
    Key, Message, Refusal,
    action::OrganisationAction,
    actor::Actor,
    assignment::{Assignment, Placement, Post, UNDO_DAYS},
    consequence::{Consequence, ConsequenceKind},
    error::reason,
    event::{EventKind, SubjectKind},
    id::{AssignmentId, StaffId, UnitId},
    policy::organisation::{Scope, decide},
    staff::Staff,
    time::Date,
};
use serde::Serialize;
use std::collections::BTreeSet;

/// A person to reinstate.
#[derive(Clone, Debug, Serialize)]
pub struct ReinstateStaff {
    /// The person.
    pub staff: StaffId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The new assignment, from the first day back. Without one, the ending is undone: the assignments that ended with
    /// it continue. Other effects of the ending stay, and are listed as consequences.
    pub placement: Option<Placement>,
    /// The reason.
    pub reason: String,
}

impl Command for ReinstateStaff {
    const OPERATION: &'static str = "reinstateStaff";
}

/// Reinstates a person; for admins who cover the last units and the new one.
pub async fn reinstate_staff(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: ReinstateStaff,
    dry_run: bool,
) -> Result<Listed<StaffId>> {
    env.write_listing(actor, key, input, dry_run, |tx, input| async move { reinstate(&tx, &input).await })
        .await
}

async fn reinstate(tx: &Tx, input: &ReinstateStaff) -> Result<StaffId> {
    let before = load::person(tx, input.staff).await?;
    let posts = store::assignment::of_staff(tx.source(), before.agency, &[before.id]).await?;
    let mut posts = posts.get(&before.id).cloned().unwrap_or_default();
    posts.retain(Assignment::has_days);
    // A person who has not left has no `ended_on`. The rule below refuses to reinstate them.
    let last_day = before.ended_on.unwrap_or_else(|| tx.today());
    let end = last_day.succ_opt().unwrap_or(last_day);
    let ended_then: Vec<Assignment> =
        posts.iter().filter(|post| post.valid_to == Some(end)).cloned().collect();
    let last: Vec<&Assignment> =
        if ended_then.is_empty() { posts.iter().take(1).collect() } else { ended_then.iter().collect() };
    let mut units: Vec<UnitId> = last.into_iter().map(|post| post.unit).collect();
    let superior = match &input.placement {
        Some(place) => {
            units.push(load::open_unit(tx, place.unit, place.from, &["assignment", "orgUnitId"]).await?.id);
            load::position(tx, place.position, &["assignment", "positionId"]).await?;
            load::superior(tx, place.superior, &["assignment", "superiorAssignmentId"]).await?
        }
        None => None,
    };
    if units.is_empty() {
        units.push(UnitId(before.agency.0));
    }
    let scope = Scope { units: &units, ..Scope::default() };
    decide(OrganisationAction::ReinstateStaff, tx.actor(), scope)?;
    load::same_version(before.version, input.expected_version)?;
    let why = reason("reason", &input.reason)?;
    let after = before.reinstate()?;
    let touched = match &input.placement {
        Some(place) => {
            let opened = placed(tx, &before, place, superior.as_ref(), last_day)?;
            tx.change(&before, after, EventKind::StaffReinstated, Some(&why)).await?;
            return_with(tx, &before, opened, end, &why).await?
        }
        None => {
            if ended_then.is_empty() || tx.today() - last_day > Duration::days(UNDO_DAYS) {
                let message = Message::new(Key::ReturnNeedsAssignment).with("day", last_day);
                return Err(Error::input(["assignment"], message.with("days", UNDO_DAYS)));
            }
            tx.change(&before, after, EventKind::StaffReinstated, Some(&why)).await?;
            let touched = undo(tx, &ended_then, &why).await?;
            stays::note(tx, &before, &ended_then, end).await?;
            touched
        }
    };
    plan::fit_evaluations(tx, before.id, &why).await?;
    renew(tx, touched, Some(&why)).await?;
    Ok(before.id)
}

/// Opens the new assignment; returns all refusals of the input together.
fn placed(
    tx: &Tx,
    person: &Staff,
    place: &Placement,
    superior: Option<&Post>,
    last_day: Date,
) -> std::result::Result<Assignment, Vec<Refusal>> {
    let mut refusals = Vec::from_iter(load::not_later_than_today(tx, place.from, "from"));
    if place.from <= last_day {
        refusals.push(Refusal::input(["from"], Message::new(Key::ReturnAfterEnd).with("day", last_day)));
    }
    let opened = open(tx, AssignmentId(fresh_id()), person.id, person.employment_kind, place, superior)
        .map_err(|more| refusals.extend(more));
    match opened {
        Ok(opened) if refusals.is_empty() => Ok(opened),
        _ => Err(refusals.into_iter().map(|refusal| refusal.under(["assignment"])).collect()),
    }
}

/// Stores the new assignment. The account needs a new activation code and the roles need new grants, because the person
/// may return to other work.
async fn return_with(
    tx: &Tx,
    person: &Staff,
    opened: Assignment,
    end: Date,
    why: &str,
) -> Result<BTreeSet<AssignmentId>> {
    let was_away = opened.valid_from > end;
    let opened = tx.create(opened, EventKind::AssignmentOpened, Some(why)).await?;
    if was_away && identity::reset_access(tx, person.id, Some(why)).await? {
        tx.effects().note(Consequence {
            kind: ConsequenceKind::AccessReset,
            subject: Some((SubjectKind::Staff, person.id.0)),
            staff: Some(person.id),
            sentence: Message::new(Key::ConsequenceAccessReset).with("person", &person.name),
            columns: Vec::new(),
        });
    }
    Ok([opened.id].into())
}

/// Continues the assignments that ended when the person left, with their plans and evaluations.
async fn undo(tx: &Tx, ended: &[Assignment], why: &str) -> Result<BTreeSet<AssignmentId>> {
    let mut touched = BTreeSet::new();
    for before in ended {
        let after =
            tx.change(before, before.reopen(tx.today()), EventKind::AssignmentReopened, Some(why)).await?;
        plan::continue_with_assignment(tx, &after, why).await?;
        touched.insert(after.id);
    }
    Ok(touched)
}
