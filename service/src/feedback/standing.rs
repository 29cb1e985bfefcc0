//! Finds in which directions the actor may give feedback to people today.

use crate::{
    db::{Connection, Source},
    env::Env,
    error::Result,
    store,
};
use domain::{
    actor::Actor,
    assignment::Assignment,
    feedback::FeedbackDirection,
    id::{AssignmentId, StaffId},
    policy::feedback::{Posts, directions as directions_between},
    time::Date,
};
use std::collections::{BTreeSet, HashMap};

/// Finds in which directions the actor may give feedback to these people of the agency today.
pub async fn directions(
    env: &Env,
    actor: &Actor,
    people: &[StaffId],
) -> Result<HashMap<StaffId, Vec<FeedbackDirection>>> {
    of_people(env.db.source(), actor, people, env.today(actor)).await
}

/// Like [`directions`], with a given connection. Needs two statements for any number of people.
pub(super) async fn of_people<C: Connection>(
    source: Source<'_, C>,
    actor: &Actor,
    people: &[StaffId],
    today: Date,
) -> Result<HashMap<StaffId, Vec<FeedbackDirection>>> {
    let Some(me) = actor.staff() else { return Ok(HashMap::new()) };
    let all: Vec<StaffId> = people.iter().copied().chain([me]).collect();
    let assignments = store::assignment::of_staff(source, actor.agency, &all).await?;
    let open = assignments.values().flatten().filter(|one| one.open_on(today)).map(|one| one.id);
    let above = store::assignment::above(source, open.collect()).await?;
    let chain = |of: StaffId| -> BTreeSet<AssignmentId> {
        let own = assignments.get(&of).into_iter().flatten();
        own.filter_map(|one| above.get(&one.id)).flatten().copied().collect()
    };
    let posts = |of: StaffId| -> &[Assignment] { assignments.get(&of).map_or(&[], Vec::as_slice) };
    let my_chain = chain(me);
    let mine = Posts { assignments: posts(me), above: &my_chain };
    let mut found = HashMap::with_capacity(people.len());
    for person in people {
        let their_chain = chain(*person);
        let theirs = Posts { assignments: posts(*person), above: &their_chain };
        found.insert(*person, directions_between(actor, &mine, &theirs, (*person == me, today)));
    }
    Ok(found)
}
