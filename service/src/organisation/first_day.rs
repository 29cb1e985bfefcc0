//! Checks the corrected first day of an assignment against the other assignments of the person.

use crate::{db::Tx, error::Result, store};
use domain::{assignment::Assignment, time::Date};

/// Refuses a first day that lies within an earlier assignment of the person, or that leaves days without an assignment
/// after an earlier one.
pub(crate) async fn may_begin_on(tx: &Tx, assignment: &Assignment, from: Date) -> Result<()> {
    let (source, agency, staff) = (tx.source(), assignment.agency, assignment.staff);
    let posts = store::assignment::of_staff(source, agency, &[staff]).await?;
    let people = store::staff::by_ids(source, agency, &[staff]).await?;
    let name = people.get(&staff).map_or("", |person| &person.name);
    let posts = posts.get(&staff).map(Vec::as_slice).unwrap_or_default();
    Ok(assignment.may_begin_on(from, posts, name)?)
}
