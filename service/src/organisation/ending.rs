//! Ends an assignment with what hangs on it.

use crate::{db::Tx, error::Result, plan, store};
use domain::{Refusal, assignment::Assignment, event::EventKind, id::AssignmentId, time::Date};
use entity::assignment;
use sea_orm::ColumnTrait;
use std::collections::BTreeMap;

/// How an assignment ends.
pub(super) struct Ending<'a> {
    /// The first day on which it is no more.
    pub on: Date,
    /// The field of the input that tells the day.
    pub field: &'a [&'a str],
    /// Why.
    pub why: &'a str,
    /// Whose the direct subordinates become; without one they keep the ended assignment as superior, whose
    /// powers can be delegated.
    pub successor: Option<&'a Assignment>,
}

/// Ends it, its plans too, and hands its subordinates over; gives the assignments that got another superior.
pub(super) async fn end(tx: &Tx, before: &Assignment, ending: Ending<'_>) -> Result<Vec<AssignmentId>> {
    let after = before.close(ending.on).map_err(|refusal| at(refusal, ending.field))?;
    plan::end_with_assignment(tx, before.id, ending.on, ending.why).await?;
    tx.change(before, after, EventKind::AssignmentClosed, Some(ending.why)).await?;
    match ending.successor {
        Some(successor) => hand_over(tx, before, successor, ending).await,
        None => Ok(Vec::new()),
    }
}

/// The domain calls the day `on`.
fn at(mut refusal: Refusal, field: &[&str]) -> Refusal {
    if !refusal.path.is_empty() {
        refusal.path = field.iter().map(ToString::to_string).collect();
    }
    refusal
}

async fn hand_over(
    tx: &Tx,
    from: &Assignment,
    to: &Assignment,
    ending: Ending<'_>,
) -> Result<Vec<AssignmentId>> {
    let which = store::assignment::open_on(tx.today()).add(assignment::Column::SuperiorId.eq(from.id.0));
    let chain = chain(tx, to).await?;
    let mut moved = Vec::new();
    for before in store::assignment::load(tx.source(), which).await? {
        // The successor does not become the own superior; who comes above him is another decision.
        if before.id == to.id {
            continue;
        }
        let after = before.assign_superior(to, tx.today(), |id| chain.get(&id).copied())?;
        moved.push(before.id);
        tx.change(&before, after, EventKind::SuperiorAssigned, Some(ending.why)).await?;
    }
    Ok(moved)
}

/// The superiors above an assignment, each with the next: one statement a step, some six steps.
pub(super) async fn chain(tx: &Tx, from: &Assignment) -> Result<BTreeMap<AssignmentId, AssignmentId>> {
    let mut chain = BTreeMap::new();
    let mut at = from.clone();
    while let Some(superior) = at.superior {
        if chain.insert(at.id, superior).is_some() {
            break;
        }
        match store::assignment::find(tx.source(), at.agency, superior).await? {
            Some(next) => at = next,
            None => break,
        }
    }
    Ok(chain)
}
