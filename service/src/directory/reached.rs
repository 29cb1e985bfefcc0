//! Finds the assignments whose raters a change can affect.

use crate::{db::Tx, error::Result, store};
use domain::{assignment::Assignment, id::AssignmentId};
use std::collections::{BTreeSet, HashMap};

/// Loads the assignments that a change affects, whether they are open or have ended.
///
/// A rater snapshot names the rater and their superior. So a change at a post affects the assignments directly below
/// it, and those below one more post, the rater's. The search for a rater passes further posts without counting them if
/// only the ratee or the rater has their powers.
pub(crate) async fn reached(
    tx: &Tx,
    changed: BTreeSet<AssignmentId>,
) -> Result<HashMap<AssignmentId, Assignment>> {
    let mut above: Vec<AssignmentId> = changed.into_iter().collect();
    let mut reached = store::assignment::by_ids(tx.source(), tx.actor().agency, &above).await?;
    // How many posts the search may still count on the way from the assignments below each post to a changed one.
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
