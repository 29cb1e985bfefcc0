//! Loads the state that the organisation will have on a later day because of scheduled changes.

use super::find::personal;
use crate::{
    db::{Connection, Source},
    env::Env,
    error::Result,
    store,
};
use domain::{
    actor::Actor,
    assignment::{Outlook, Post},
    id::{AgencyId, AssignmentId, StaffId},
    scheduled::{PlannedChange, ScheduledChange},
    time::Date,
};
use std::collections::{BTreeSet, HashMap};

/// Loads the outlook for a later day, from the scheduled changes that the actor can see; empty for today and past days.
pub(super) async fn outlook(env: &Env, actor: &Actor, on: Date) -> Result<Outlook> {
    let today = env.today(actor);
    if on <= today {
        return Ok(Outlook::default());
    }
    let source = env.db.source();
    let mut changes = store::scheduled_change::due(source, actor.agency, on).await?;
    if changes.is_empty() {
        return Ok(Outlook::default());
    }
    let people: BTreeSet<StaffId> = changes.iter().map(|change| change.staff).collect();
    let visible = personal(env, actor, &Vec::from_iter(people)).await?;
    changes.retain(|change| visible.contains(&change.staff));
    apply(source, actor.agency, &changes, today).await
}

/// Applies changes, the earliest first, to the posts that they can affect.
pub(crate) async fn apply<C: Connection>(
    source: Source<'_, C>,
    agency: AgencyId,
    changes: &[ScheduledChange],
    today: Date,
) -> Result<Outlook> {
    let people: BTreeSet<StaffId> = changes.iter().map(|change| change.staff).collect();
    let people = Vec::from_iter(people);
    if people.is_empty() {
        return Ok(Outlook::default());
    }
    let held = store::assignment::of_staff(source, agency, &people).await?;
    let acted_for = store::delegation::unended_to(source, &people, today).await?;
    let mut above: BTreeSet<AssignmentId> = held.into_values().flatten().map(|post| post.id).collect();
    above.extend(acted_for.into_iter().map(|one| one.assignment));
    let below = store::assignment::ever_below(source, &Vec::from_iter(above.iter().copied())).await?;
    let mut wanted = above;
    wanted.extend(below.into_iter().map(|post| post.id));
    wanted.extend(changes.iter().flat_map(named));
    let mut posts: HashMap<AssignmentId, Post> = HashMap::new();
    // Needs one statement for each level; there are usually about six.
    while !wanted.is_empty() {
        let found = store::assignment::posts(source, agency, &Vec::from_iter(wanted)).await?;
        posts.extend(found);
        let superiors = posts.values().flat_map(|post| post.superiors.iter().map(|dated| dated.superior));
        wanted = superiors.filter(|id| !posts.contains_key(id)).collect();
    }
    let kinds = store::staff::by_ids(source, agency, &people).await?;
    let kinds = kinds.into_values().map(|person| (person.id, person.employment_kind)).collect();
    let moved: Vec<AssignmentId> = changes.iter().filter_map(moves).collect();
    let work =
        if moved.is_empty() { BTreeSet::new() } else { store::unfinished::work(source, &moved).await? };
    let mut outlook = Outlook::of(posts.into_values(), kinds, work);
    changes.iter().for_each(|change| outlook.apply(change));
    Ok(outlook)
}

/// The assignment that gets another superior by this change.
const fn moves(change: &ScheduledChange) -> Option<AssignmentId> {
    match change.change {
        PlannedChange::Superior { assignment, .. } => Some(assignment),
        PlannedChange::Transfer { .. } | PlannedChange::Ending { .. } => None,
    }
}

/// The assignments that a change names.
fn named(change: &ScheduledChange) -> impl Iterator<Item = AssignmentId> {
    let ids = match &change.change {
        PlannedChange::Transfer { assignment, superior, successor, .. } => {
            [Some(*assignment), *superior, *successor]
        }
        PlannedChange::Superior { assignment, superior } => [Some(*assignment), Some(*superior), None],
        PlannedChange::Ending { successor, .. } => [*successor, None, None],
    };
    ids.into_iter().flatten()
}
