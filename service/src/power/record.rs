//! Results that are final keep the rater who is recorded in them, also after their ratee has got another superior. That
//! rater can reopen them, and the post above decides on objections to them, as long as they are not closed.

use super::{
    Basis,
    gain::{is_new_or_longer, lasts},
};
use crate::{
    db::{Connection, Noted, Tx, Way},
    error::Result,
    store::{
        self,
        control::{OpenResult, open_results},
    },
};
use domain::{
    assignment::Post,
    id::{AssignmentId, PeriodId, StaffId},
};
use std::collections::BTreeSet;

type People = BTreeSet<StaffId>;

/// The recorded raters of these results and their superiors, and the people who act for them today or later.
pub(super) async fn recorded_raters<C: Connection>(
    basis: Basis<'_, C>,
    results: &[OpenResult],
) -> Result<People> {
    let of_record = |one: &OpenResult| [Some(one.rater.assignment), one.rater.superior_assignment];
    let posts: BTreeSet<AssignmentId> = results.iter().flat_map(of_record).flatten().collect();
    if posts.is_empty() {
        return Ok(People::new());
    }
    let acting = store::delegation::of_posts(basis.source, posts).await?;
    let acting = acting.into_iter().filter(|one| lasts(one.valid_to, basis.today)).map(|one| one.delegate);
    let people = results.iter().flat_map(|one| [Some(one.rater.staff), one.rater.superior_staff]).flatten();
    Ok(acting.chain(people).collect())
}

/// Whether the changes choose who acts for the recorded rater of one of these people or decides on their objection, or
/// another superior of that rater.
pub(super) async fn chooses_recorded<'a>(
    tx: &Tx,
    noted: &Noted,
    people: &People,
    after: impl Fn(AssignmentId) -> Option<&'a Post>,
) -> Result<bool> {
    let closed = tx.separation().closes(Way::RecordedRater);
    if !closed || people.is_empty() || noted.assignments.is_empty() && noted.delegations.is_empty() {
        return Ok(false);
    }
    let today = tx.today();
    let results = open_results(tx.source(), people).await?;
    let posts: BTreeSet<AssignmentId> = results.iter().map(|one| one.rater.assignment).collect();
    let deciding = store::objection::deciding_posts(tx.source(), people).await?;
    let acts = noted.delegations.values().any(|(before, after)| {
        (posts.contains(&after.assignment) || deciding.contains(&after.assignment))
            && is_new_or_longer(before.as_ref(), after, today)
    });
    let another_superior = noted.assignments.iter().any(|(id, before)| {
        let before = before.as_ref().and_then(|before| before.superior_on(today));
        let after = after(*id).and_then(|post| post.superior_on(today));
        posts.contains(id) && before.is_some() && after.is_some() && before != after
    });
    Ok(acts || another_superior)
}

/// Whether the changes cancel an evaluation of one of these people for a part of the year that is over.
pub(super) async fn cancels_due(tx: &Tx, noted: &Noted, people: &People) -> Result<bool> {
    let own = noted.cancelled.iter().filter(|(staff, _)| people.contains(staff));
    let periods: Vec<PeriodId> = own.map(|(_, period)| *period).collect();
    if periods.is_empty() || !tx.separation().closes(Way::OwnCancellation) {
        return Ok(false);
    }
    let periods = store::period::by_ids(tx.source(), tx.actor().agency, &periods).await?;
    Ok(periods.values().any(|period| period.ends_on < tx.today()))
}
