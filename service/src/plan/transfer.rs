//! Ends the plans of an assignment when the assignment ends.

use super::context::{PlanFacts, form_now};
use crate::{db::Tx, error::Result, store};
use domain::{event::EventKind, id::AssignmentId, plan::PlanStatus, time::Date};
use entity::plan;
use sea_orm::{ColumnTrait, Condition};

/// Closes the approved plan of an assignment and cancels plans that are not approved. `on` is the end date (exclusive)
/// of the assignment.
pub(crate) async fn end_with_assignment(
    tx: &Tx,
    assignment: AssignmentId,
    on: Date,
    why: &str,
) -> Result<()> {
    let which = Condition::all().add(plan::Column::AssignmentId.eq(assignment.0)).add(
        plan::Column::Status.is_not_in([PlanStatus::Closed, PlanStatus::Cancelled].map(|is| is.to_string())),
    );
    for before in store::plan::load(tx.source(), which).await? {
        if before.status == PlanStatus::Approved && before.starts_on < on {
            let form = form_now(tx, &before).await?;
            let after = before.close_by_transfer(on, form.as_ref())?;
            tx.change(&before, after, EventKind::PlanClosed, Some(why)).await?;
        } else {
            store::lock_plans(tx, [before.id]).await?;
            let facts = PlanFacts::load_to_end(tx, &before).await?;
            let after = before.cancel(why, &facts.context(tx.actor().calendar))?;
            tx.change(&before, after, EventKind::PlanCancelled, Some(why)).await?;
        }
    }
    Ok(())
}
