//! Finds the assignments whose raters a change can affect.

use crate::{db::Tx, error::Result, store};
use domain::{assignment::Assignment, id::AssignmentId};
use std::collections::{BTreeSet, HashMap};

/// Loads the assignments that a change affects, whether they are open or have ended.
///
/// A rater snapshot names the rater and their superior. So a change of a post affects the assignments directly below
/// it, and the assignments below those. It also affects assignments further below if the search for their rater skips
/// the posts between, because only the ratee or the rater has the powers of these posts.
pub(crate) async fn reached(
    tx: &Tx,
    changed: BTreeSet<AssignmentId>,
) -> Result<HashMap<AssignmentId, Assignment>> {
    let mut above: Vec<AssignmentId> = changed.into_iter().collect();
    let mut reached = store::assignment::by_ids(tx.source(), tx.actor().agency, &above).await?;
    // For each visited post: how many posts that the search does not skip may still lie between a changed post and an
    // affected assignment.
    let mut left: HashMap<AssignmentId, usize> = above.iter().map(|id| (*id, 1)).collect();
    while !above.is_empty() {
        let below = store::assignment::directly_below(tx.source(), &above).await?;
        let ids: Vec<AssignmentId> = below.iter().map(|one| one.id).collect();
        let passed = store::assignment::passed(tx.source(), &ids, tx.today()).await?;
        above.clear();
        for one in below {
            let Some(of_superior) = one.superior.and_then(|superior| left.get(&superior)).copied() else {
                continue;
            };
            let counted = usize::from(!passed.contains(&one.id));
            // A chain of command without loops reaches each post once.
            reached.entry(one.id).or_insert_with(|| {
                if let Some(of_one) = of_superior.checked_sub(counted) {
                    left.insert(one.id, of_one);
                    above.push(one.id);
                }
                one
            });
        }
    }
    Ok(reached)
}
