//! Ends an assignment, closes its plans, and moves its subordinates to a successor.
//!
//! Ended assignments below it move too in two cases: they have unfinished work, which the successor then rates, or they
//! are vacant posts with people below them.

use crate::{
    db::Tx,
    error::Result,
    plan::{self, PlanEnding},
    store,
};
use domain::{
    Refusal,
    assignment::{Assignment, Capacity, Post},
    event::EventKind,
    id::{AssignmentId, UnitId},
    time::Date,
};
use std::collections::{BTreeMap, BTreeSet};

/// The data that ends an assignment.
pub(super) struct Ending<'a> {
    /// End date (exclusive).
    pub on: Date,
    /// The input field with the date, as the path of refusals.
    pub field: &'a [&'a str],
    /// The reason.
    pub why: &'a str,
    /// The person's new assignment, after a transfer.
    pub next: Option<&'a Assignment>,
    /// The new superior of the direct subordinates, and of ended assignments that still depend on this one. If there is
    /// none, the ended assignment remains their superior, and its powers can be delegated.
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
    let mut below = store::unfinished::ended_below(tx, from.id).await?;
    below.extend(store::assignment::open_below(tx.source(), from.id, tx.today()).await?);
    move_below(tx, below, to, ending.on, ending.why).await
}

/// Makes a successor the superior of these assignments; returns the ones that got another superior.
async fn move_below(
    tx: &Tx,
    below: Vec<Assignment>,
    to: &Post,
    vacant_on: Date,
    why: &str,
) -> Result<Vec<AssignmentId>> {
    let mut moved = Vec::new();
    if below.is_empty() {
        return Ok(moved);
    }
    let chain = chain(tx, to).await?;
    for before in below {
        let Some(after) = before.follow(to, vacant_on, tx.today(), |id| chain.get(&id))? else { continue };
        moved.push(before.id);
        tx.change(&before, after, EventKind::SuperiorAssigned, Some(why)).await?;
    }
    Ok(moved)
}

/// Makes the present heads of these units the superiors of assignments that depend on an earlier head, unless somebody
/// acts for the earlier head. This applies only to ended assignments with unfinished work and to vacant posts; current
/// subordinates of an earlier head keep their superior. Returns the assignments that got another superior.
pub(crate) async fn hand_over_to_heads(
    tx: &Tx,
    units: &BTreeSet<UnitId>,
    why: &str,
) -> Result<Vec<AssignmentId>> {
    let mut moved = Vec::new();
    if units.is_empty() {
        return Ok(moved);
    }
    let (agency, today) = (tx.actor().agency, tx.today());
    let all = store::assignment::heads_of(tx.source(), agency, units).await?;
    let earlier: Vec<AssignmentId> =
        all.iter().filter(|one| one.has_ended_by(today) && !one.is_withdrawn()).map(|one| one.id).collect();
    if earlier.is_empty() {
        return Ok(moved);
    }
    let earlier: BTreeMap<AssignmentId, Post> =
        store::assignment::posts(tx.source(), agency, &earlier).await?.into_iter().collect();
    for from in earlier.into_values().filter(|post| !post.is_filled_on(today)) {
        let heads = all.iter().filter(|one| one.unit == from.unit && one.open_on(today));
        let head = heads.min_by_key(|one| (one.capacity != Capacity::Definitive, one.valid_from, one.id));
        let Some(assignment) = head.cloned() else { continue };
        let below = store::unfinished::ended_below(tx, from.id).await?;
        let vacant_on = from.valid_to.unwrap_or(today);
        let to = Post { assignment, delegations: Vec::new() };
        moved.extend(move_below(tx, below, &to, vacant_on, why).await?);
    }
    Ok(moved)
}

/// Loads this assignment and all assignments that were above it on any day. Needs one statement for each level; there
/// are usually about six.
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
