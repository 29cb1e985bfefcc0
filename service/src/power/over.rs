//! Finds who has power over the results of people, and refuses that people decide on their own result through other
//! accounts.

use super::{
    account::hands,
    gain::{add_above, appraised, days, lasts, unknown},
    second::who_can,
    unit,
};
use crate::{
    db::{Tx, Way},
    error::Result,
    store,
};
use domain::{
    Key, Message, Refusal,
    assignment::powers,
    id::{AssignmentId, StaffId, UnitId},
    scheduled::{ScheduledChange, ScheduledStatus},
};
use std::collections::{BTreeSet, HashMap};

type People = BTreeSet<StaffId>;

/// Finds the people who have power over the results of those of these people who are appraised, today or on a later
/// day. These are raters, raters' superiors, the people who act for them, the assigned deciders of objections, and
/// those who set the predicate of a unit that one of these people heads.
pub(super) async fn over_results_of(tx: &Tx, people: &People) -> Result<People> {
    let mut found = raters_of(tx, people).await?;
    if tx.separation().closes(Way::ControlledPredicate) {
        found.extend(unit::setters_of(tx, &appraised(tx, people).await?).await?);
    }
    Ok(found)
}

async fn raters_of(tx: &Tx, people: &People) -> Result<People> {
    let people = appraised(tx, people).await?;
    let today = tx.today();
    let later = tx.separation().closes(Way::LaterRater);
    let unfinished = store::control::with_unfinished_results(tx, &people).await?;
    let mut own = store::assignment::of_people(tx.source(), &Vec::from_iter(people.iter().copied())).await?;
    own.retain(|one| match later {
        true => lasts(one.valid_to, today) || unfinished.contains(&one.id),
        false => one.open_on(today),
    });
    let mut posts = HashMap::new();
    let above = own.iter().flat_map(|one| one.superiors.iter().map(|dated| dated.superior)).collect();
    add_above(tx, &mut posts, above).await?;
    let mut raters = store::objection::deciders_of(tx, &people).await?;
    for one in &own {
        let days = match later {
            true => days(one, today, |id: AssignmentId| posts.get(&id).into_iter()),
            false => [today].into(),
        };
        for day in days {
            raters.extend(powers(one, day, |id| posts.get(&id)).map_err(unknown)?.into_keys());
        }
    }
    Ok(raters)
}

/// Finds a pair in `over` in which the ratee can act through the account of the person with power. The pairs consist of
/// a person with power and the ratee. Finds none without four eyes.
pub(super) async fn controlled_by_ratee(
    tx: &Tx,
    over: &BTreeSet<(StaffId, StaffId)>,
) -> Result<Option<(StaffId, StaffId)>> {
    if !tx.separation().closes(Way::CodeFirst) {
        return Ok(None);
    }
    let hands = hands(tx, &over.iter().map(|(person, _)| *person).collect()).await?;
    let controlled = |(person, ratee): &&(StaffId, StaffId)| {
        person != ratee && hands.get(person).is_some_and(|of| of.contains(ratee))
    };
    let found: Vec<(StaffId, StaffId)> = over.iter().filter(controlled).copied().collect();
    if found.is_empty() {
        return Ok(None);
    }
    let appraised = appraised(tx, &found.iter().map(|(_, ratee)| *ratee).collect()).await?;
    Ok(found.into_iter().find(|(_, ratee)| appraised.contains(ratee)))
}

/// Returns the person and, with four eyes, the people who can act through their account.
pub(crate) async fn selves(tx: &Tx, person: StaffId) -> Result<People> {
    match tx.separation().accounts() {
        true => Ok(hands(tx, &[person].into()).await?.remove(&person).unwrap_or_default()),
        false => Ok([person].into()),
    }
}

/// With four eyes, refuses that the actor decides something about a person who can act through the actor's account.
/// `unit` is the unit of the object.
pub(crate) async fn must_be_of_another(tx: &Tx, person: StaffId, unit: UnitId) -> Result<()> {
    let Some(by) = tx.actor().staff().filter(|_| tx.separation().closes(Way::Training)) else {
        return Ok(());
    };
    if !selves(tx, by).await?.contains(&person) {
        return Ok(());
    }
    let who_can = who_can(tx, &[unit].into(), by, &[person]).await?;
    Err(Refusal::another_person(Message::new(Key::OwnResult), who_can).into())
}

/// Refuses to cancel a change that another person scheduled, if it concerns the post of the actor, a person whom the
/// actor rates, or a person with power over the actor's own result. Otherwise the actor could keep power or choose a
/// rater against the decision of the other person.
pub(crate) async fn cancel_of_another(tx: &Tx, change: &ScheduledChange) -> Result<()> {
    let Some(actor) = tx.actor().staff().filter(|_| tx.separation().closes(Way::Cancel)) else {
        return Ok(());
    };
    let selves = selves(tx, actor).await?;
    let own = change.scheduled_by.is_some_and(|by| selves.contains(&by));
    if own || change.status != ScheduledStatus::Scheduled {
        return Ok(());
    }
    let concerned = selves.contains(&change.staff)
        || !raters_of(tx, &[change.staff].into()).await?.is_disjoint(&selves)
        || over_results_of(tx, &selves).await?.contains(&change.staff);
    if !concerned {
        return Ok(());
    }
    let concerned: Vec<StaffId> = selves.into_iter().collect();
    let who_can = who_can(tx, &[change.unit].into(), actor, &concerned).await?;
    Err(Refusal::another_person(Message::new(Key::OwnScheduledChange), who_can).into())
}
