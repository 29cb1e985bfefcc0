//! Finds the assignments whose raters a change can affect.

use crate::{db::Tx, error::Result, store};
use domain::{assignment::Assignment, id::AssignmentId};
use std::collections::{BTreeSet, HashMap};

/// A rater snapshot names the rater and their superior, so a change affects two levels below.
const LEVELS: usize = 2;

/// Loads the assignments that a change affects, whether they are open or have ended.
///
/// The search for a rater passes a post without counting it if the person who acts for it is the ratee or the rater. So
/// the change affects one more level below each post that has a delegation today.
pub(crate) async fn reached(
    tx: &Tx,
    changed: BTreeSet<AssignmentId>,
) -> Result<HashMap<AssignmentId, Assignment>> {
    let changed: Vec<AssignmentId> = changed.into_iter().collect();
    let mut reached = store::assignment::by_ids(tx.source(), tx.actor().agency, &changed).await?;
    // The levels that the change still affects below each post.
    let mut levels: HashMap<AssignmentId, usize> = changed.iter().map(|id| (*id, LEVELS)).collect();
    let mut above = changed;
    while !above.is_empty() {
        let delegated = delegated(tx, &above).await?;
        let below = store::assignment::directly_below(tx.source(), &above).await?;
        above.clear();
        for one in below {
            let Some(superior) = one.superior else { continue };
            let Some(left) = levels.get(&superior).copied() else { continue };
            let left = if delegated.contains(&superior) { left } else { left - 1 };
            // A chain of command without loops reaches each post once.
            if !reached.contains_key(&one.id) {
                if left > 0 {
                    levels.insert(one.id, left);
                    above.push(one.id);
                }
                reached.insert(one.id, one);
            }
        }
    }
    Ok(reached)
}

/// Finds the posts for which somebody acts today.
async fn delegated(tx: &Tx, posts: &[AssignmentId]) -> Result<BTreeSet<AssignmentId>> {
    let found = store::delegation::of_assignments(tx.source(), posts.iter().copied(), tx.today()).await?;
    Ok(found.into_iter().map(|one| one.assignment).collect())
}
