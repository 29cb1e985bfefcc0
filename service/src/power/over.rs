//! Finds who has power over the results of people.

use super::{
    Basis,
    account::hands,
    gain::{add_above, appraised, days, lasts, unknown},
    record::recorded_raters,
    second::who_can,
    unit,
};
use crate::{
    db::{Connection, Noted, Tx, Way},
    error::Result,
    store,
};
use domain::{
    Key, Message, Refusal,
    assignment::{Assignment, Post, powers},
    id::{AssignmentId, StaffId},
    scheduled::{ScheduledChange, ScheduledStatus},
    time::Date,
};
use std::collections::{BTreeSet, HashMap};

type People = BTreeSet<StaffId>;

/// Finds the people who have power over the results of those of these people who are appraised, today or on a later
/// day. These are raters, raters' superiors and the people who act for them, also those recorded in results that can
/// still change, the assigned deciders of objections, and those who set the predicate of a unit that one of these people
/// heads.
pub(super) async fn over_results_of<C: Connection>(basis: Basis<'_, C>, people: &People) -> Result<People> {
    let mut found = raters_of(basis, people).await?;
    if basis.separation.closes(Way::ControlledPredicate) {
        found.extend(unit::setters_of(basis, &appraised(basis, people).await?).await?);
    }
    Ok(found)
}

async fn raters_of<C: Connection>(basis: Basis<'_, C>, people: &People) -> Result<People> {
    let people = appraised(basis, people).await?;
    let today = basis.today;
    let later = basis.separation.closes(Way::LaterRater);
    let results = store::control::open_results(basis.source, &people).await?;
    let unfinished: BTreeSet<AssignmentId> = results.iter().map(|one| one.assignment).collect();
    let mut own = store::assignment::of_people(basis.source, &Vec::from_iter(people.iter().copied())).await?;
    own.retain(|one| match later {
        true => lasts(one.valid_to, today) || unfinished.contains(&one.id),
        false => one.open_on(today),
    });
    let mut posts = HashMap::new();
    let above = own.iter().flat_map(|one| one.superiors.iter().map(|dated| dated.superior)).collect();
    add_above(basis, &mut posts, above).await?;
    let mut raters = store::objection::deciders_of(basis.source, &people).await?;
    if basis.separation.closes(Way::RecordedRater) {
        raters.extend(recorded_raters(basis, &results).await?);
    }
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
    let basis = Basis::of(tx);
    let hands = hands(basis, &over.iter().map(|(person, _)| *person).collect()).await?;
    let controlled = |(person, ratee): &&(StaffId, StaffId)| {
        person != ratee && hands.get(person).is_some_and(|of| of.contains(ratee))
    };
    let found: Vec<(StaffId, StaffId)> = over.iter().filter(controlled).copied().collect();
    if found.is_empty() {
        return Ok(None);
    }
    let appraised = appraised(basis, &found.iter().map(|(_, ratee)| *ratee).collect()).await?;
    Ok(found.into_iter().find(|(_, ratee)| appraised.contains(ratee)))
}

/// Returns the person and, with four eyes, the people who can act through their account.
pub(crate) async fn selves<C: Connection>(basis: Basis<'_, C>, person: StaffId) -> Result<People> {
    match basis.separation.accounts() {
        true => Ok(hands(basis, &[person].into()).await?.remove(&person).unwrap_or_default()),
        false => Ok([person].into()),
    }
}

/// The refusal to cancel a change that another person scheduled, if it concerns the post of the actor, a person whom the
/// actor rates, or a person with power over the actor's own result. Otherwise the actor could keep power or choose a
/// rater against the decision of the other person.
pub(crate) async fn cancel_of_another<C: Connection>(
    basis: Basis<'_, C>,
    actor: Option<StaffId>,
    change: &ScheduledChange,
) -> Result<Option<Refusal>> {
    let Some(actor) = actor.filter(|_| basis.separation.closes(Way::Cancel)) else { return Ok(None) };
    let selves = selves(basis, actor).await?;
    let own = change.scheduled_by.is_some_and(|by| selves.contains(&by));
    if own || change.status != ScheduledStatus::Scheduled {
        return Ok(None);
    }
    let concerned = selves.contains(&change.staff)
        || !raters_of(basis, &[change.staff].into()).await?.is_disjoint(&selves)
        || over_results_of(basis, &selves).await?.contains(&change.staff);
    if !concerned {
        return Ok(None);
    }
    let concerned: Vec<StaffId> = selves.into_iter().collect();
    let who_can = who_can(basis, &[change.unit].into(), actor, &concerned).await?;
    Ok(Some(Refusal::another_person(Message::new(Key::OwnScheduledChange), who_can)))
}

/// Whether the changes end an assignment before the day of a change that waits for it and that the actor may not cancel.
/// On its day, that change would fail.
pub(super) async fn defeats_change<'a>(
    tx: &Tx,
    noted: &Noted,
    actor: StaffId,
    after: impl Fn(AssignmentId) -> Option<&'a Post>,
) -> Result<bool> {
    let ended = |(id, before): (&AssignmentId, &Option<Assignment>)| {
        let (before, now) = (before.as_ref()?, after(*id)?);
        let end = now.valid_to.filter(|_| now.valid_to != before.valid_to)?;
        Some((*id, (before.staff, end)))
    };
    let ended: HashMap<AssignmentId, (StaffId, Date)> = noted.assignments.iter().filter_map(ended).collect();
    if ended.is_empty() || !tx.separation().closes(Way::Defeat) {
        return Ok(false);
    }
    let people: Vec<StaffId> = ended.values().map(|(staff, _)| *staff).collect();
    let waiting = store::scheduled_change::of_staff(tx.source(), tx.actor().agency, &people).await?;
    for change in waiting.into_values().flatten() {
        let end = change.change.assignment().and_then(|of| ended.get(&of)).map(|(_, end)| *end);
        if end.is_some_and(|end| end <= change.effective_on)
            && cancel_of_another(Basis::of(tx), Some(actor), &change).await?.is_some()
        {
            return Ok(true);
        }
    }
    Ok(false)
}
