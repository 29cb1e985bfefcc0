//! Lists the effects of an ending that stay when the ending is undone, because later decisions may depend on them: the
//! new superiors of the subordinates, the end of delegations to the person, and cancelled plans and scheduled changes.

use crate::{db::Tx, error::Result, store};
use domain::{
    Key, Message,
    assignment::{Assignment, DatedSuperior},
    consequence::{Consequence, ConsequenceKind, period_name},
    event::SubjectKind,
    id::StaffId,
    plan::PlanStatus,
    scheduled::ScheduledStatus,
    staff::Staff,
    time::Date,
};
use uuid::Uuid;

/// Adds a consequence for each effect that stays after the ending of a person is undone. `ended` are the assignments
/// that continue, `end` is their former end date (exclusive).
pub(super) async fn note(tx: &Tx, person: &Staff, ended: &[Assignment], end: Date) -> Result<()> {
    subordinates(tx, person, ended, end).await?;
    delegations(tx, person, end).await?;
    scheduled(tx, person, end).await?;
    plans(tx, person, ended).await
}

fn add(tx: &Tx, kind: ConsequenceKind, subject: (SubjectKind, Uuid), staff: StaffId, sentence: Message) {
    let (subject, staff) = (Some(subject), Some(staff));
    tx.effects().note(Consequence { kind, subject, staff, sentence, columns: Vec::new() });
}

/// Adds the people who got a successor as their superior on the end date or later.
async fn subordinates(tx: &Tx, person: &Staff, ended: &[Assignment], end: Date) -> Result<()> {
    for post in ended {
        let mut below = store::assignment::ever_below(tx.source(), &[post.id]).await?;
        below.retain(|one| {
            let follows = |pair: &[_]| matches!(pair, [old, new] if is_moved(old, new, post, end));
            one.superior != Some(post.id) && one.superiors.windows(2).any(follows)
        });
        let superiors: Vec<_> = below.iter().filter_map(|one| one.superior).collect();
        let superiors = store::assignment::by_ids(tx.source(), person.agency, &superiors).await?;
        let people: Vec<StaffId> = below.iter().chain(superiors.values()).map(|one| one.staff).collect();
        let people = store::staff::by_ids(tx.source(), person.agency, &people).await?;
        let name = |staff: StaffId| people.get(&staff).map_or("", |one| one.name.as_str());
        for one in below {
            let Some(superior) = one.superior.and_then(|id| superiors.get(&id)) else { continue };
            let sentence = Message::new(Key::StaysUnderSuccessor)
                .with("person", name(one.staff))
                .with("after", name(superior.staff))
                .with("before", &person.name);
            let subject = (SubjectKind::Assignment, one.id.0);
            add(tx, ConsequenceKind::SuperiorAssigned, subject, one.staff, sentence);
        }
    }
    Ok(())
}

/// Whether a dated superior replaced the post of the person who left.
fn is_moved(old: &DatedSuperior, new: &DatedSuperior, post: &Assignment, end: Date) -> bool {
    old.superior == post.id && new.from >= end
}

/// Adds the delegations to the person that ended when they left.
async fn delegations(tx: &Tx, person: &Staff, end: Date) -> Result<()> {
    for acted in store::delegation::ended_to(tx.source(), person.id, end).await? {
        let post = store::assignment::find(tx.source(), person.agency, acted.assignment).await?;
        let holder = post.map_or(person.id, |post| post.staff);
        let people = store::staff::by_ids(tx.source(), person.agency, &[holder]).await?;
        let sentence = Message::new(Key::StaysNotDelegated)
            .with("person", &person.name)
            .with("holder", people.get(&holder).map_or("", |one| &one.name));
        let subject = (SubjectKind::Delegation, acted.id.0);
        add(tx, ConsequenceKind::DelegationEnded, subject, person.id, sentence);
    }
    Ok(())
}

/// Adds the scheduled changes of the person that were cancelled when or after they left.
async fn scheduled(tx: &Tx, person: &Staff, end: Date) -> Result<()> {
    let changes = store::scheduled_change::of_staff(tx.source(), person.agency, &[person.id]).await?;
    for change in changes.into_values().flatten() {
        let cancelled_on = change.ended_at.map(|at| tx.actor().calendar.day(at));
        let stays_cancelled = change.status == ScheduledStatus::Cancelled
            && change.effective_on >= end
            && cancelled_on.is_some_and(|day| day >= end);
        if stays_cancelled {
            let sentence = Message::new(Key::StaysUnscheduled)
                .with("person", &person.name)
                .with("day", change.effective_on);
            let subject = (SubjectKind::ScheduledChange, change.id.0);
            add(tx, ConsequenceKind::ScheduledChangeCancelled, subject, person.id, sentence);
        }
    }
    Ok(())
}

/// Adds the cancelled plans of open years for which the assignment has no other plan.
async fn plans(tx: &Tx, person: &Staff, ended: &[Assignment]) -> Result<()> {
    for post in ended {
        let plans = store::plan::of_assignment(tx.source(), post.id).await?;
        let replaced =
            |period| plans.iter().any(|one| one.period == period && one.status != PlanStatus::Cancelled);
        for plan in plans.iter().filter(|one| one.status == PlanStatus::Cancelled && !replaced(one.period)) {
            let year = store::period::find(tx.source(), plan.agency, plan.period).await?;
            let Some(year) = year.filter(|year| year.is_open()) else { continue };
            let sentence = Message::new(Key::StaysWithoutPlan)
                .with("person", &person.name)
                .with_words("part", &period_name(&year));
            let subject = (SubjectKind::Plan, plan.id.0);
            add(tx, ConsequenceKind::PlanCancelled, subject, person.id, sentence);
        }
    }
    Ok(())
}
