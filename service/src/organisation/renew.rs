//! Renews the rater of unfinished work after a transfer, a change of superior or a delegation. Finished work keeps its
//! rater.

use crate::{
    db::Tx,
    directory::{Raters, reached},
    error::Result,
    store::{self, unfinished},
};
use domain::{event::EventKind, id::AssignmentId};
use std::collections::BTreeSet;

/// Renews the rater for these assignments and for those below them. Appends one journal entry for each changed object.
///
/// Includes ended assignments, because evaluations stay open after a transfer. Their rater is the superior of the last
/// day, or a person who acts for that superior.
pub(crate) async fn renew(tx: &Tx, changed: BTreeSet<AssignmentId>, why: Option<&str>) -> Result<()> {
    let reached = reached(tx, changed).await?;
    let ids = || reached.keys().copied();
    let plans = unfinished::plans(tx.source(), ids()).await?;
    store::lock_plans(tx, plans.iter().map(|plan| plan.id)).await?;
    let evaluations = unfinished::evaluations(tx.source(), ids()).await?;
    let activities = unfinished::activities(tx.source(), ids()).await?;

    let mut raters = Raters::on(tx.actor().agency, tx.today());
    for before in plans {
        let Some(assignment) = reached.get(&before.assignment) else { continue };
        let Some(rater) = raters.snapshot(tx.source(), assignment).await? else { continue };
        if rater != before.rater {
            let after = before.renew_rater(rater)?;
            tx.change(&before, after, EventKind::RaterRenewed, why).await?;
        }
    }
    for before in evaluations {
        let Some(assignment) = reached.get(&before.assignment) else { continue };
        let Some(rater) = raters.snapshot(tx.source(), assignment).await? else { continue };
        if rater != before.rater {
            let after = before.renew_rater(rater)?;
            tx.change(&before, after, EventKind::RaterRenewed, why).await?;
        }
    }
    for before in activities {
        let Some(assignment) = reached.get(&before.assignment) else { continue };
        let Some(rater) = raters.snapshot(tx.source(), assignment).await? else { continue };
        let after = before.renew_rater(&rater);
        if after != before {
            tx.change(&before, after, EventKind::RaterRenewed, why).await?;
        }
    }
    Ok(())
}
