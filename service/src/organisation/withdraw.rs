//! Withdraws an assignment that a transfer opened by mistake: what it brought about is undone, its history stays in the
//! journal.

use super::ending::chain;
use crate::{
    db::Tx,
    error::Result,
    plan::{self, PlanEnding},
    store,
};
use domain::{
    assignment::{Assignment, NewAssignment},
    event::EventKind,
    id::AssignmentId,
};
use entity::{assignment, assignment_superior, delegation};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

/// Finds the ended assignment that continues when a withdrawn one is corrected to a new one.
pub(super) async fn continued(
    tx: &Tx,
    withdrawn: &Assignment,
    new: &NewAssignment,
) -> Result<Option<Assignment>> {
    let posts = store::assignment::of_staff(tx.source(), withdrawn.agency, &[withdrawn.staff]).await?;
    Ok(posts.into_values().flatten().find(|post| post.continues_as(new, withdrawn)))
}

/// Withdraws an assignment: its plans and its delegations end. The caller stores the assignment in its place, and then
/// calls [`release`].
pub(crate) async fn withdraw(tx: &Tx, before: &Assignment, ending: PlanEnding<'_>) -> Result<()> {
    plan::end_with_assignment(tx, before, ending).await?;
    tx.change(before, before.withdraw(), EventKind::AssignmentClosed, Some(ending.why)).await?;
    let which = Condition::all().add(delegation::Column::AssignmentId.eq(before.id.0)).add(
        Condition::any()
            .add(delegation::Column::ValidTo.is_null())
            .add(delegation::Column::ValidTo.gt(ending.on)),
    );
    for acts in store::delegation::load(tx.source(), which).await? {
        let ended = acts.end(ending.on)?;
        tx.change(&acts, ended, EventKind::DelegationEnded, Some(ending.why)).await?;
    }
    Ok(())
}

/// Releases the people below a withdrawn assignment; returns their assignments. In the same unit, the assignment in its
/// place becomes their superior; elsewhere, their superior from before applies again.
pub(crate) async fn release(
    tx: &Tx,
    withdrawn: &Assignment,
    instead: &Assignment,
    why: &str,
) -> Result<Vec<AssignmentId>> {
    let by_day = assignment_superior::Entity::find()
        .select_only()
        .column(assignment_superior::Column::AssignmentId)
        .filter(assignment_superior::Column::SuperiorId.eq(withdrawn.id.0));
    let which = Condition::any()
        .add(assignment::Column::SuperiorId.eq(withdrawn.id.0))
        .add(assignment::Column::Id.in_subquery(by_day.into_query()));
    let above = chain(tx, instead).await?;
    let mut released = Vec::new();
    for before in store::assignment::load(tx.source(), which).await? {
        // Nobody comes under an assignment that is below their own.
        let follows = withdrawn.unit == instead.unit && !above.contains_key(&before.id);
        let after = before.released_from(withdrawn.id, follows.then_some(instead.id), tx.today());
        released.push(before.id);
        tx.change(&before, after, EventKind::SuperiorAssigned, Some(why)).await?;
    }
    Ok(released)
}
