//! Brings dated superiors and delegations into force on their day, and renews the raters that they affect.

use super::renew;
use crate::{
    db::Tx,
    error::{Error, Result},
    store::{self, meta},
};
use domain::{event::EventKind, id::AssignmentId, time::Date};
use std::collections::BTreeSet;

/// Once a day, brings superiors into force whose first day has come. Then renews the raters of all assignments whose
/// superior changed, or whose delegation began or ended, since the last run. Returns the number of affected
/// assignments. Does nothing when run again on the same day.
pub(crate) async fn renew_at_boundaries(tx: Tx) -> Result<u64> {
    let agency = tx.actor().agency;
    let today = tx.today();
    let mark = meta::changes_in_force(agency);
    let known = meta::get(tx.connection(), &mark).await?;
    let done: Option<Date> = known.map(|value| value.parse()).transpose().map_err(Error::internal)?;
    if done.is_some_and(|done| done >= today) {
        return Ok(0);
    }
    store::superior::lock(&tx, agency).await?;
    let passed = store::delegation::begun_or_ended(tx.source(), agency, done, today).await?;
    let mut changed: BTreeSet<_> = passed.into_iter().map(|found| found.assignment).collect();
    changed.extend(superiors_in_force(&tx, done).await?);
    let count = changed.len() as u64;
    if !changed.is_empty() {
        renew(&tx, changed, None).await?;
    }
    meta::put(&tx, &mark, today.to_string()).await?;
    Ok(count)
}

/// Brings superiors into force whose first day has come since the last run; returns the assignments below them.
async fn superiors_in_force(tx: &Tx, done: Option<Date>) -> Result<Vec<AssignmentId>> {
    let agency = tx.actor().agency;
    let begun = store::assignment::with_superiors_begun(tx.source(), agency, done, tx.today());
    let mut changed = Vec::new();
    for before in begun.await? {
        let after = before.clone().with_superior_of(tx.today());
        if after != before {
            changed.push(before.id);
            tx.change(&before, after, EventKind::SuperiorAssigned, None).await?;
        }
    }
    Ok(changed)
}
