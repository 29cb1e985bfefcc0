//! Ends an assignment, closes its plans, and moves its subordinates to a successor.
//!
//! Ended assignments below it move too if they have unfinished work, because the successor rates that work, or if they
//! are vacant posts with people below them, because the successor is above these people.

use crate::{
    db::Tx,
    error::Result,
    plan::{self, PlanEnding},
    store,
};
use domain::{
    Refusal,
    assignment::{Assignment, Post},
    event::EventKind,
    id::AssignmentId,
    time::Date,
};
use std::collections::{BTreeMap, BTreeSet};

/// How an assignment ends.
pub(super) struct Ending<'a> {
    /// End date (exclusive).
    pub on: Date,
    /// The input field with the date, as the path of refusals.
    pub field: &'a [&'a str],
    /// The reason.
    pub why: &'a str,
    /// The person's new assignment, after a transfer.
    pub next: Option<&'a Assignment>,
    /// The new superior of the direct subordinates, and of ended assignments that still depend on this one. Without one,
    /// the ended assignment remains their superior, and its powers can be delegated.
    pub successor: Option<&'a Post>,
}

/// Ends an assignment and its plans, and moves its subordinates to a successor; returns the assignments with a new
/// superior.
pub(super) async fn end(tx: &Tx, before: &Assignment, ending: Ending<'_>) -> Result<Vec<AssignmentId>> {
    let after = before.close(ending.on, tx.today()).map_err(|refusal| at(refusal, ending.field))?;
    let Ending { on, why, next, field, .. } = ending;
    plan::end_with_assignment(tx, before, PlanEnding { on, why, next, field }).await?;
    tx.change(before, after, EventKind::AssignmentClosed, Some(ending.why)).await?;
    match ending.successor {
        Some(successor) => move_subordinates(tx, before, successor, ending).await,
        None => Ok(Vec::new()),
    }
}

/// Replaces the domain's path `on` by the input field.
fn at(mut refusal: Refusal, field: &[&str]) -> Refusal {
    if !refusal.path.is_empty() {
        refusal.path = field.iter().map(ToString::to_string).collect();
    }
    refusal
}

/// Moves the subordinates of an assignment to a successor; returns their assignments.
pub(super) async fn move_subordinates(
    tx: &Tx,
    from: &Assignment,
    to: &Post,
    ending: Ending<'_>,
) -> Result<Vec<AssignmentId>> {
    let chain = chain(tx, to).await?;
    let mut moved = Vec::new();
    for before in store::unfinished::ended_below(tx, from.id).await? {
        // An assignment can't become the superior of one above it.
        if chain.contains_key(&before.id) {
            continue;
        }
        let first = ending.on.max(to.valid_from).max(before.valid_from);
        moved.push(before.id);
        let after = before.handed_over(to.id, first, tx.today());
        tx.change(&before, after, EventKind::SuperiorAssigned, Some(ending.why)).await?;
    }
    for before in store::assignment::open_below(tx.source(), from.id, tx.today()).await? {
        // Successors can't become their own superior; their superior is set by a separate mutation.
        if before.id == to.id {
            continue;
        }
        // Subordinates are under the successor from the day on which the post is vacant, or from the successor's first
        // day if that is later.
        let from = ending.on.max(to.valid_from).max(before.valid_from);
        let after = before.assign_superior(to, from, tx.today(), |id| chain.get(&id))?;
        moved.push(before.id);
        tx.change(&before, after, EventKind::SuperiorAssigned, Some(ending.why)).await?;
    }
    Ok(moved)
}

/// Loads this assignment and all that were above it on any day. One round for each level; usually about six.
pub(super) async fn chain(tx: &Tx, from: &Assignment) -> Result<BTreeMap<AssignmentId, Assignment>> {
    let mut chain = BTreeMap::from([(from.id, from.clone())]);
    let mut open = vec![from.clone()];
    while !open.is_empty() {
        let above: BTreeSet<AssignmentId> = open
            .iter()
            .flat_map(|one| one.superiors.iter().map(|dated| dated.superior))
            .filter(|id| !chain.contains_key(id))
            .collect();
        let above: Vec<AssignmentId> = above.into_iter().collect();
        let found = store::assignment::by_ids(tx.source(), from.agency, &above).await?;
        open = found.values().cloned().collect();
        chain.extend(found);
    }
    Ok(chain)
}
