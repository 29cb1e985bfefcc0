//! Releases waiting texts: texts in confidence after the end of a part of the year, open texts as soon as the person
//! has a plan.

use crate::{
    db::Tx,
    env::{Env, fresh_id, random},
    error::Result,
    store::{
        self,
        feedback::SealedAuthor,
        waiting_feedback::{Sought, last_part, people_with},
    },
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use domain::{
    actor::Actor,
    event::EventKind,
    feedback::{Feedback, FeedbackAbout, MIN_AUTHORS, Terms, WaitingFeedback, due, plan_from},
    id::{CriterionId, FeedbackId, StaffId},
    period::Period,
    plan::Plan,
    time::Date,
};
use std::collections::BTreeSet;

/// Number of people whose texts are released in one unit of work. Small, so that the end of a part of the year does not
/// block other writers.
const PEOPLE_AT_ONCE: usize = 25;

/// Releases the texts that are due. All due texts in confidence of one direction about a person are released in one
/// unit of work, with the same time and without authors. They get a random order, and their ids follow that order.
pub(crate) async fn release_due(env: &Env, system: &Actor) -> Result<u64> {
    let part = last_part(env.db.source(), system.agency, env.today(system)).await?;
    let terms = Terms { until: part.as_ref().map(|part| part.ends_on), authors: MIN_AUTHORS };
    release(env, system, terms, part).await
}

/// Releases every text as soon as it is given, regardless of its author. This is the negative control of the tests: it
/// reveals authors.
#[cfg(any(test, feature = "testing"))]
pub(crate) async fn release_at_once(env: &Env, system: &Actor) -> Result<u64> {
    let part = last_part(env.db.source(), system.agency, env.today(system)).await?;
    release(env, system, Terms { until: Some(env.today(system)), authors: 1 }, part).await
}

async fn release(env: &Env, system: &Actor, terms: Terms, part: Option<Period>) -> Result<u64> {
    let (source, today) = (env.db.source(), env.today(system));
    let open = Sought { confidential: false, until: today, authors: 1, planned: today };
    let mut people = people_with(source, system.agency, open).await?;
    if let Some(until) = terms.until {
        let planned = part.as_ref().map_or(today, |part| part.starts_on);
        let sought = Sought { confidential: true, until, authors: terms.authors, planned };
        people.extend(people_with(source, system.agency, sought).await?);
    }
    let people: Vec<StaffId> = people.into_iter().collect();
    let mut shown = 0;
    for some in people.chunks(PEOPLE_AT_ONCE) {
        let (some, part) = (some.to_vec(), part.clone());
        shown += env
            .write(system, move |tx| async move {
                let mut shown = 0;
                for person in some {
                    shown += to_person(&tx, person, terms, part.as_ref()).await?;
                }
                Ok(shown)
            })
            .await?;
    }
    Ok(shown)
}

/// Releases the due texts about one person. Locks the person and reads the texts again, because another server may have
/// released them.
async fn to_person(tx: &Tx, person: StaffId, terms: Terms, part: Option<&Period>) -> Result<u64> {
    store::staff::lock(tx, person).await?;
    let waiting = store::waiting_feedback::about(tx, tx.actor().agency, person).await?;
    let dependent = dependent_on(tx, person, &waiting).await?;
    let due = due(&waiting, terms, &dependent);
    if due.is_empty() {
        return Ok(0);
    }
    let plans = store::feedback::candidates(tx.source(), person).await?;
    let plan_on = async |day: Date| -> Result<Option<Plan>> {
        let Some(id) = plan_from(&plans, day) else { return Ok(None) };
        Ok(store::plan::without_revisions_unscoped(tx.source(), [id].into_iter()).await?.remove(&id))
    };
    let (closed, open): (Vec<_>, Vec<_>) = due.into_iter().partition(|one| one.direction.is_confidential());
    let mut shown = 0;
    if !open.is_empty()
        && let Some(plan) = plan_on(tx.today()).await?
    {
        shown += show(tx, open, &plan, None).await?;
    }
    let since = part.map_or(tx.today(), |part| part.starts_on);
    if !closed.is_empty()
        && let Some(plan) = plan_on(since).await?
    {
        shown += show(tx, closed, &plan, part).await?;
    }
    Ok(shown)
}

/// Finds the authors to whom the person that they write about issued a code for their account.
async fn dependent_on(tx: &Tx, person: StaffId, waiting: &[WaitingFeedback]) -> Result<BTreeSet<StaffId>> {
    let sealed = waiting.iter().filter(|one| one.direction.is_confidential());
    let authors = sealed.map(|one| one.author).collect();
    let codes = store::control::entries(tx.source(), &authors).await?.into_iter();
    let from_person = codes
        .filter(|(_, entry)| entry.kind == EventKind::ActivationCodeIssued && entry.actor == Some(person));
    Ok(from_person.map(|(author, _)| author).collect())
}

/// Turns texts about one person into feedback. Either all of them are open, or all are in confidence.
async fn show(tx: &Tx, mut texts: Vec<&WaitingFeedback>, plan: &Plan, part: Option<&Period>) -> Result<u64> {
    // The feedback belongs to the evaluation of the part that has just ended, if it is unfinished, because that
    // evaluation is rated next.
    let evaluations = store::evaluation::of_plan(tx.source(), plan.id).await?;
    let of_part = |part: &Period| {
        let open = evaluations.iter().filter(|one| one.status.is_unfinished());
        open.into_iter().find(|one| one.period == part.id).map(|one| one.id)
    };
    let evaluation = part.and_then(of_part);
    let sets = store::criteria_set::in_force(tx.source(), plan.agency, plan.ends_on).await?;
    let criteria: BTreeSet<CriterionId> =
        sets.iter().flat_map(|set| &set.criteria).map(|one| one.id).collect();
    texts.sort_by_cached_key(|one| {
        if one.direction.is_confidential() { random::<16>() } else { one.id.into_bytes() }
    });
    let (mut feedback, mut authors): (Vec<Feedback>, Vec<SealedAuthor>) = (Vec::new(), Vec::new());
    let kind = match texts.first() {
        Some(one) if one.direction.is_confidential() => EventKind::FeedbackReleased,
        _ => EventKind::FeedbackGiven,
    };
    for text in &texts {
        let id = FeedbackId(fresh_id());
        let sealed =
            SealedAuthor { feedback: id, author: text.author, salt: STANDARD_NO_PAD.encode(random::<16>()) };
        let mut one = text.released(id, plan, evaluation, (tx.now(), sealed.seal()));
        // The criterion may no longer exist. Waiting texts can't prevent a correction of its set, because a refusal
        // would reveal that they exist.
        if let FeedbackAbout::Behaviour(criterion) = one.about
            && !criteria.contains(&criterion)
        {
            one.about = FeedbackAbout::General;
        }
        if one.seal.is_some() {
            authors.push(sealed);
        }
        feedback.push(one);
    }
    let shown = feedback.len() as u64;
    tx.create_all(feedback, kind, None).await?;
    store::feedback::keep_authors(tx, authors).await?;
    store::waiting_feedback::remove(tx, texts.iter().map(|one| one.id)).await?;
    Ok(shown)
}
