//! Finds the assignments whose raters a change can affect.

use crate::{db::Tx, error::Result, store};
use domain::{
    assignment::Assignment,
    id::{AssignmentId, StaffId},
};
use std::collections::{BTreeSet, HashMap};

/// A rater snapshot names the rater and their superior, so a change affects two levels below.
const LEVELS: usize = 2;

/// Loads the assignments that a change affects, whether they are open or have ended.
pub(crate) async fn reached(
    tx: &Tx,
    changed: BTreeSet<AssignmentId>,
) -> Result<HashMap<AssignmentId, Assignment>> {
    let mut above: Vec<AssignmentId> = changed.into_iter().collect();
    let mut reached = store::assignment::by_ids(tx.source(), tx.actor().agency, &above).await?;
    let mut delegates = delegates(tx, &above).await?;
    let mut level = 0;
    // The search for a rater or the rater's superior can skip a person who holds one post and acts for another. For
    // each such person, the change affects one more level.
    while level < LEVELS + both(&reached, &delegates) && !above.is_empty() {
        level += 1;
        let below = store::assignment::directly_below(tx.source(), &above).await?;
        above = below.iter().map(|one| one.id).filter(|id| !reached.contains_key(id)).collect();
        delegates.extend(self::delegates(tx, &above).await?);
        reached.extend(below.into_iter().map(|one| (one.id, one)));
    }
    Ok(reached)
}

/// Counts the people who hold a reached post and act for another.
fn both(reached: &HashMap<AssignmentId, Assignment>, delegates: &BTreeSet<StaffId>) -> usize {
    let holders: BTreeSet<StaffId> = reached.values().map(|one| one.staff).collect();
    holders.intersection(delegates).count()
}

/// Finds who acts for these posts today.
async fn delegates(tx: &Tx, posts: &[AssignmentId]) -> Result<BTreeSet<StaffId>> {
    if posts.is_empty() {
        return Ok(BTreeSet::new());
    }
    let found = store::delegation::of_assignments(tx.source(), posts.iter().copied(), tx.today()).await?;
    Ok(found.into_iter().map(|one| one.delegate).collect())
}
