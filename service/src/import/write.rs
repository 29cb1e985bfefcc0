//! Writes the changes of an import. Each row is written after the rows that it refers to.

use super::{apply::Progress, plan::Writes};
use crate::{
    db::Tx,
    error::Result,
    identity, organisation,
    plan::{self as plans, PlanEnding},
    store,
};
use domain::{
    assignment::{Assignment, DatedSuperior},
    event::EventKind,
    id::{AssignmentId, StaffId, UnitId},
    staff::Staff,
    time::Date,
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) async fn write(tx: &Tx, writes: Writes, why: Option<&str>, progress: &Progress) -> Result<()> {
    let total = writes.len();
    let reason = why.unwrap_or("import");
    let corrected = writes.corrected();
    let new_heads = new_heads(&writes);
    let mut done = 0;
    let mut step = |count: usize| {
        done += count;
        progress(done, total);
    };
    macro_rules! create {
        ($records:expr, $kind:ident) => {
            for batch in batches($records) {
                let count = batch.len();
                tx.create_all(batch, EventKind::$kind, why).await?;
                step(count);
            }
        };
    }
    create!(writes.new_units, OrgUnitCreated);
    for (before, after) in writes.changed_units {
        tx.change(&before, after, EventKind::OrgUnitUpdated, why).await?;
        step(1);
    }
    create!(writes.new_positions, PositionCreated);
    for (before, after) in writes.changed_positions {
        tx.change(&before, after, EventKind::PositionUpdated, why).await?;
        step(1);
    }
    // Written before new people: one of them may have the NIP that a corrected person gives up.
    for (before, after, original) in in_order(tx, writes.changed_staff, why).await? {
        let after = tx.change(&before, after, EventKind::StaffUpdated, why).await?;
        identity::follow_user_name(tx, &original, &after).await?;
        step(1);
    }
    create!(writes.new_staff, StaffCreated);
    let mut renewed = BTreeSet::new();
    for (before, instead) in &corrected {
        let ending =
            PlanEnding { on: before.valid_from, why: reason, next: Some(instead), field: &["validFrom"] };
        organisation::withdraw(tx, before, ending).await?;
        step(1);
    }
    let planned = store::unfinished::assignments_with_plans(
        tx,
        writes.ended.iter().map(|(assignment, _)| assignment.id),
    )
    .await?;
    for (before, on) in writes.ended {
        if planned.contains(&before.id) {
            let next = writes.transferred.iter().find(|next| next.staff == before.staff);
            let ending = PlanEnding { on, why: reason, next, field: &["validFrom"] };
            plans::end_with_assignment(tx, &before, ending).await?;
        }
        let after = before.close(on, tx.today())?;
        renewed.insert(before.id);
        tx.change(&before, after, EventKind::AssignmentClosed, why).await?;
        step(1);
    }
    let moved = writes.transferred.iter().chain(writes.reopened.iter().map(|(_, after)| after));
    let moved: BTreeSet<StaffId> = moved.map(|assignment| assignment.staff).collect();
    // A new assignment's superior may be opened by a transfer, or the reverse, so superiors come first.
    for (kind, batch) in by_depth(writes.opened, writes.transferred) {
        let count = batch.len();
        tx.create_all(batch, kind, why).await?;
        step(count);
    }
    for (before, after) in writes.reopened {
        let after = tx.change(&before, after, EventKind::AssignmentReopened, why).await?;
        plans::continue_with_assignment(tx, &after, reason).await?;
        renewed.insert(after.id);
        step(1);
    }
    for staff in store::unfinished::people_with_plans(tx, &moved).await? {
        plans::fit_evaluations(tx, staff, reason).await?;
    }
    for (before, after) in writes.changed_assignments {
        let moves = before.valid_from != after.valid_from;
        if moves {
            organisation::may_begin_on(tx, &before, after.valid_from).await?;
            plans::begin_with_assignment(tx, &before, after.valid_from, reason, &["validFrom"]).await?;
        }
        let superiors = |one: &Assignment| -> Vec<(AssignmentId, Option<Date>)> {
            // The first superior begins on the first day of the assignment, so only later superiors have a day of their
            // own.
            let from = |dated: &DatedSuperior| (dated.from > one.valid_from).then_some(dated.from);
            one.superiors.iter().map(|dated| (dated.superior, from(dated))).collect()
        };
        let kind = if superiors(&before) == superiors(&after) {
            EventKind::AssignmentUpdated
        } else {
            renewed.insert(before.id);
            EventKind::SuperiorAssigned
        };
        let after = tx.change(&before, after, kind, why).await?;
        if moves {
            plans::fit_evaluations(tx, after.staff, reason).await?;
        }
        step(1);
    }
    for (withdrawn, instead) in &corrected {
        renewed.insert(withdrawn.id);
        renewed.extend(organisation::release(tx, withdrawn, instead, reason).await?);
    }
    renewed.extend(writes.delegations.iter().map(|one| one.assignment));
    create!(writes.delegations, Delegated);
    renewed.extend(organisation::hand_over_to_heads(tx, &new_heads, reason).await?);
    if !renewed.is_empty() {
        organisation::renew(tx, renewed, why).await?;
    }
    Ok(())
}

/// The units that get a new head by the import.
fn new_heads(writes: &Writes) -> BTreeSet<UnitId> {
    let begun = writes.opened.iter().chain(&writes.transferred);
    let begun = begun.chain(writes.reopened.iter().map(|(_, after)| after));
    let changed = writes.changed_assignments.iter().filter(|(before, _)| !before.leads);
    begun.chain(changed.map(|(_, after)| after)).filter(|one| one.leads).map(|one| one.unit).collect()
}

/// A change of a person: the stored state, the state after the change, and the state before the import.
type PersonChange = (Staff, Staff, Staff);

/// Orders the changes of people so that a person gives up a NIP before another person gets it. If people exchange NIPs,
/// the NIP of one of them is removed first.
async fn in_order(tx: &Tx, changes: Vec<(Staff, Staff)>, why: Option<&str>) -> Result<Vec<PersonChange>> {
    let nip =
        |(before, after, _): &PersonChange| (before.nip != after.nip).then(|| after.nip.clone()).flatten();
    let changes = changes.into_iter().map(|(before, after)| (before.clone(), after, before));
    let (mut waiting, mut ordered): (Vec<_>, Vec<_>) = changes.partition(|change| nip(change).is_some());
    while !waiting.is_empty() {
        let held: BTreeSet<String> = waiting.iter().filter_map(|(before, ..)| before.nip.clone()).collect();
        let is_free = |change: &PersonChange| nip(change).is_none_or(|nip| !held.contains(&nip));
        let (ready, blocked): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_free);
        waiting = blocked;
        if ready.is_empty()
            && let Some((before, after, original)) = waiting.pop()
        {
            let without = Staff { nip: None, ..before.clone() };
            let without = tx.change(&before, without, EventKind::StaffUpdated, why).await?;
            waiting.push((without, after, original));
        }
        ordered.extend(ready);
    }
    Ok(ordered)
}

fn batches<T>(records: Vec<T>) -> Vec<Vec<T>> {
    let mut records = records.into_iter().peekable();
    let mut batches = Vec::new();
    while records.peek().is_some() {
        batches.push(records.by_ref().take(crate::db::BATCH).collect());
    }
    batches
}

type Assignments = Vec<Assignment>;

/// Orders new assignments in batches of one kind, superiors first.
fn by_depth(opened: Assignments, transferred: Assignments) -> Vec<(EventKind, Assignments)> {
    let opened = opened.into_iter().map(|assignment| (EventKind::AssignmentOpened, assignment));
    let transferred = transferred.into_iter().map(|assignment| (EventKind::StaffTransferred, assignment));
    let all: Vec<(EventKind, Assignment)> = opened.chain(transferred).collect();
    let new: BTreeSet<AssignmentId> = all.iter().map(|(_, assignment)| assignment.id).collect();
    let mut waiting: BTreeMap<AssignmentId, Vec<(EventKind, Assignment)>> = BTreeMap::new();
    let mut ready = Vec::new();
    for (kind, assignment) in all {
        // The last superior of a new assignment may begin later than today.
        let superior = assignment.superiors.last().map(|last| last.superior);
        match superior.filter(|superior| new.contains(superior)) {
            Some(superior) => waiting.entry(superior).or_default().push((kind, assignment)),
            None => ready.push((kind, assignment)),
        }
    }
    let mut batches = Vec::new();
    while !ready.is_empty() || !waiting.is_empty() {
        if ready.is_empty() {
            // Nothing is ready only if there is a loop. The check refuses loops; if one still gets here, the database
            // refuses it.
            ready = std::mem::take(&mut waiting).into_values().flatten().collect();
        }
        let below: Vec<_> =
            ready.iter().filter_map(|(_, assignment)| waiting.remove(&assignment.id)).flatten().collect();
        for kind in [EventKind::AssignmentOpened, EventKind::StaffTransferred] {
            let of_kind = ready.iter().filter(|(found, _)| *found == kind);
            let of_kind: Assignments = of_kind.map(|(_, assignment)| assignment.clone()).collect();
            batches.extend(self::batches(of_kind).into_iter().map(|batch| (kind, batch)));
        }
        ready = below;
    }
    batches
}
