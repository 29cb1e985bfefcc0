//! Withdraws an assignment that a transfer opened by mistake: undoes its effects; its history stays in the journal.

use super::ending::chain;
use crate::{
    db::Tx,
    error::Result,
    plan::{self, PlanEnding},
    store,
};
use domain::{
    assignment::{Assignment, Placement},
    event::EventKind,
    id::AssignmentId,
};

/// Finds the ended assignment that continues when this assignment is withdrawn and the person belongs to the place
/// `to`.
pub(super) async fn continued(tx: &Tx, withdrawn: &Assignment, to: &Placement) -> Result<Option<Assignment>> {
    let posts = store::assignment::of_staff(tx.source(), withdrawn.agency, &[withdrawn.staff]).await?;
    Ok(posts.into_values().flatten().find(|post| post.continues_as(to, withdrawn)))
}

/// Withdraws an assignment, and ends its plans and its delegations. The caller then stores the assignment that replaces
/// it, and calls [`release`].
pub(crate) async fn withdraw(tx: &Tx, before: &Assignment, ending: PlanEnding<'_>) -> Result<()> {
    plan::end_with_assignment(tx, before, ending).await?;
    tx.change(before, before.withdraw(), EventKind::AssignmentClosed, Some(ending.why)).await?;
    for acts in store::delegation::unended_of(tx.source(), before.id, ending.on).await? {
        let ended = acts.end(ending.on)?;
        tx.change(&acts, ended, EventKind::DelegationEnded, Some(ending.why)).await?;
    }
    Ok(())
}

/// Gives the people below a withdrawn assignment another superior; returns their assignments. If `instead`, the
/// assignment that replaces it, is in the same unit, it becomes their superior; otherwise their earlier superior
/// applies again.
pub(crate) async fn release(
    tx: &Tx,
    withdrawn: &Assignment,
    instead: &Assignment,
    why: &str,
) -> Result<Vec<AssignmentId>> {
    let above = chain(tx, instead).await?;
    let mut released = Vec::new();
    for before in store::assignment::ever_below(tx.source(), &[withdrawn.id]).await? {
        // An assignment can't become the superior of an assignment that is above it.
        let follows = withdrawn.unit == instead.unit && !above.contains_key(&before.id);
        let after = before.released_from(withdrawn.id, follows.then_some(instead.id), tx.today());
        released.push(before.id);
        tx.change(&before, after, EventKind::SuperiorAssigned, Some(why)).await?;
    }
    Ok(released)
}
