//! What the journal tells: updates for people, events for auditors, the history of an object.

use super::{
    activity::{self, Activity},
    context::ContextExt,
    criteria::CriteriaSet,
    enums::{EventKind, SubjectKind},
    error::{self, OrFail},
    evaluation::{self, Evaluation, Feedback},
    id::{self, Kind},
    organisation::{Assignment, OrgUnit, Staff, one_staff},
    page,
    period::{self, Period},
    place::{cursor, start},
    plan::{self, Plan},
    scalars::DateTime,
};
use crate::connection;
use async_graphql::{Context, ID, Object, Union};
use domain::{Key, Message, event, id::StaffId};
use service::{
    db::{Cursor, LARGEST_PAGE, Page},
    journal::{self, Entry, Kept, Topic},
};
use std::{collections::BTreeSet, sync::Arc};

/// What happens to a person's own objects by the hand of others: the topic of `reviewUpdates` and `updates`.
pub fn concerning(actor: &domain::actor::Actor, me: StaffId, kinds: Option<Vec<EventKind>>) -> Topic {
    use event::EventKind as E;
    let reviews = [
        E::PlanReviewed,
        E::PlanCancelled,
        E::PlanClosed,
        E::RaterRenewed,
        E::ActivityReviewed,
        E::FeedbackGiven,
        E::EvaluationFinalised,
        E::EvaluationDelivered,
        E::EvaluationDeemedAccepted,
        E::EvaluationSigned,
        E::EvaluationClosed,
        E::EvaluationReopened,
        E::RecommendationMade,
    ];
    let asked: Option<BTreeSet<E>> = kinds.map(|kinds| kinds.into_iter().map(Into::into).collect());
    let kinds = reviews.into_iter().filter(|kind| asked.as_ref().is_none_or(|asked| asked.contains(kind)));
    Topic { concerns: Some(me), kinds: Some(kinds.collect()), ..Topic::all(actor.agency) }
}

/// Something that happened to an object that you may see. The object is read now.
pub struct Update(pub Arc<Entry>);

connection!(UpdateConnection, UpdateEdge, Update, "updates");

/// What happened, to what, by whom. `subject` is read now: it may have moved on since.
#[Object]
impl Update {
    /// Its place in the journal: resume any stream after it.
    async fn cursor(&self) -> String {
        cursor(self.0.number)
    }
    /// What happened.
    async fn kind(&self) -> EventKind {
        self.0.kind.into()
    }
    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
    /// Who did it; null for the system.
    async fn actor(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        actor(ctx, &self.0).await
    }
    /// The object as it is now; null where you may no longer see it, or where it can't be read alone.
    async fn subject(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<UpdateSubject>> {
        subject(ctx, &self.0).await
    }
    /// The version that the object had after it.
    async fn subject_version(&self) -> i32 {
        self.0.subject_version
    }
}

/// An object that something happened to.
#[derive(Union)]
pub enum UpdateSubject {
    /// A plan.
    Plan(Plan),
    /// An activity.
    Activity(Activity),
    /// An evaluation.
    Evaluation(Evaluation),
    /// A feedback.
    Feedback(Feedback),
    /// A person.
    Staff(Staff),
    /// An assignment.
    Assignment(Assignment),
    /// A unit.
    OrgUnit(OrgUnit),
    /// A set of criteria.
    CriteriaSet(CriteriaSet),
    /// A year or a part of one.
    Period(Period),
}

/// One entry of the journal, with what it says as far as you may see it.
pub struct Event(pub Arc<Entry>);

connection!(EventConnection, EventEdge, Event, "entries of the journal");

/// One entry of the journal (jejak audit): never changed, never deleted.
#[Object]
impl Event {
    /// Its place in the journal.
    async fn cursor(&self) -> String {
        cursor(self.0.number)
    }
    /// Its number, gap-free from 1.
    async fn number(&self) -> i32 {
        i32::try_from(self.0.number).unwrap_or(i32::MAX)
    }
    /// What happened.
    async fn kind(&self) -> EventKind {
        self.0.kind.into()
    }
    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }
    /// Who did it; null for the system and for API keys.
    async fn actor(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        actor(ctx, &self.0).await
    }
    /// The kind of object.
    async fn subject_kind(&self) -> SubjectKind {
        self.0.subject.into()
    }
    /// The object's global id; null for kinds without one.
    async fn subject_id(&self) -> Option<ID> {
        kind_of(self.0.subject).map(|kind| id::encode(kind, self.0.subject_id))
    }
    /// The object's version after it.
    async fn subject_version(&self) -> i32 {
        self.0.subject_version
    }
    /// The object as it is now; null where you may not see it, or where it can't be read alone.
    async fn subject(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<UpdateSubject>> {
        subject(ctx, &self.0).await
    }
    /// The change itself: null where you may not see it, or where it was erased by law.
    async fn change(&self, ctx: &Context<'_>) -> async_graphql::Result<Change> {
        journal::change(ctx.env()?, ctx.actor()?, &self.0).await.or_fail(ctx).map(Change)
    }
    /// The proof that this entry stands in the journal, as a JSON text: save it as a file and check it, now or in
    /// years, with `kinerja-verify receipt FILE --key KEY`, which needs no server (key: `GET /journal/key`). It
    /// discloses what the entry says only where you may see all of it. Null until a checkpoint covers the entry:
    /// about a minute.
    async fn receipt(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<String>> {
        ctx.loaders()?.receipts.find(ctx, self.0.id).await
    }
}

/// The images of a change.
pub struct Change(journal::Change);

/// What an entry says of its object. A draft of ratings stands in it for the rater only.
#[Object]
impl Change {
    /// The reason given.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }
    /// The object before, as a JSON text; null where it was new.
    async fn before(&self) -> Option<&str> {
        self.0.before.as_deref()
    }
    /// The object after, as a JSON text.
    async fn after(&self) -> Option<&str> {
        self.0.after.as_deref()
    }
}

/// Queries on the journal.
#[derive(Default)]
pub struct JournalQuery;

#[Object]
impl JournalQuery {
    /// What concerns you and was done by others, oldest first: the twin of the subscription `reviewUpdates` for a
    /// phone that wakes. Go on with `pageInfo.endCursor`, also where the page is empty. Kept for 30 days, then
    /// CURSOR_EXPIRED.
    async fn updates(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "A cursor of any stream, or `start` for the oldest that is kept; by default the newest place."
        )]
        after: Option<String>,
        #[graphql(desc = "At most so many, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only these kinds.")] kinds: Option<Vec<EventKind>>,
    ) -> async_graphql::Result<UpdateConnection> {
        let actor = ctx.actor()?;
        let me = actor.staff().ok_or(service::Error::Forbidden).or_fail(ctx)?;
        let topic = concerning(actor, me, kinds);
        let (page, end) = read(ctx, &topic, after.as_deref(), first, Kept::Days).await?;
        let mut found = UpdateConnection::new(page, None, Update);
        found.page_info.end = Some(end);
        Ok(found)
    }

    /// The journal, oldest first; for auditors, the performance team and admins, of what they may see. Go on with
    /// `pageInfo.endCursor`, also where the page is empty. Never expires.
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A cursor of any stream, or `start` for the first entry; `start` by default.")]
        after: Option<String>,
        #[graphql(desc = "At most so many, 1 to 100; 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only these kinds.")] kinds: Option<Vec<EventKind>>,
    ) -> async_graphql::Result<EventConnection> {
        let topic = of_auditor(ctx, kinds)?;
        let after = after.as_deref().unwrap_or("start");
        let (page, end) = read(ctx, &topic, Some(after), first, Kept::Always).await?;
        let mut found = EventConnection::new(page, None, Event);
        found.page_info.end = Some(end);
        Ok(found)
    }
}

/// The whole journal of the agency, for those who watch over it.
pub fn of_auditor(ctx: &Context<'_>, kinds: Option<Vec<EventKind>>) -> async_graphql::Result<Topic> {
    let actor = ctx.actor()?;
    if !(actor.auditor || actor.performance_team.is_any() || actor.admin.is_any()) {
        return Err(error::failure(ctx, service::Error::Forbidden));
    }
    let kinds = kinds.map(|kinds| kinds.into_iter().map(Into::into).collect());
    Ok(Topic { kinds, ..Topic::all(actor.agency) })
}

/// The history of one object, oldest first: for its field `history`.
pub async fn history(
    ctx: &Context<'_>,
    subject: impl Into<uuid::Uuid>,
    after: Option<String>,
    first: Option<i32>,
) -> async_graphql::Result<EventConnection> {
    let topic = Topic { subject: Some(subject.into()), ..Topic::all(ctx.actor()?.agency) };
    let after = after.as_deref().unwrap_or("start");
    let (page, _) = read(ctx, &topic, Some(after), first, Kept::Always).await?;
    Ok(EventConnection::new(page, None, Event))
}

/// A page of a topic of what the actor may see, and the cursor to go on with.
async fn read(
    ctx: &Context<'_>,
    topic: &Topic,
    after: Option<&str>,
    first: Option<i32>,
    kept: Kept,
) -> async_graphql::Result<(Page<Arc<Entry>>, Cursor)> {
    let size = page::first_size(first).filter(|size| *size > 0).ok_or_else(|| {
        let message =
            Message::new(Key::OutOfRange).with("field", "first").with("min", 1).with("max", LARGEST_PAGE);
        error::failure(ctx, service::Error::input(["first"], message))
    })?;
    let (env, actor) = (ctx.env()?, ctx.actor()?);
    let start = start(after).or_fail(ctx)?;
    let (entries, end) = journal::page(env, topic, start, kept, size as u64).await.or_fail(ctx)?;
    let has_next = entries.len() == size;
    let mut items = Vec::with_capacity(entries.len());
    for entry in entries {
        if journal::visible(env, actor, &entry).await.or_fail(ctx)? {
            items.push((Cursor::written(cursor(entry.number)), Arc::new(entry)));
        }
    }
    Ok((Page { items, has_next, has_previous: false }, Cursor::written(cursor(end))))
}

async fn actor(ctx: &Context<'_>, entry: &Entry) -> async_graphql::Result<Option<Staff>> {
    match entry.actor {
        Some(staff) => one_staff(ctx, staff).await,
        None => Ok(None),
    }
}

fn kind_of(subject: event::SubjectKind) -> Option<Kind> {
    use event::SubjectKind as S;
    Some(match subject {
        S::RoleGrant => Kind::RoleGrant,
        S::OrgUnit => Kind::OrgUnit,
        S::UnitPredicate => Kind::UnitPredicate,
        S::Position => Kind::Position,
        S::Staff => Kind::Staff,
        S::Assignment => Kind::Assignment,
        S::Delegation => Kind::Delegation,
        S::CriteriaSet => Kind::CriteriaSet,
        S::Period => Kind::Period,
        S::Plan => Kind::Plan,
        S::Activity => Kind::Activity,
        S::Evaluation => Kind::Evaluation,
        S::Feedback => Kind::Feedback,
        S::Recommendation => Kind::Recommendation,
        S::Regulation => Kind::Regulation,
        S::Entry => return None,
    })
}

async fn subject(ctx: &Context<'_>, entry: &Entry) -> async_graphql::Result<Option<UpdateSubject>> {
    use event::SubjectKind as S;
    let (loaders, id) = (ctx.loaders()?, entry.subject_id);
    Ok(match entry.subject {
        S::Plan => plan::one(ctx, id.into()).await?.map(UpdateSubject::Plan),
        S::Activity => activity::one(ctx, id.into()).await?.map(UpdateSubject::Activity),
        S::Evaluation => evaluation::one(ctx, id.into()).await?.map(UpdateSubject::Evaluation),
        S::Staff => one_staff(ctx, id.into()).await?.map(UpdateSubject::Staff),
        S::Assignment => {
            let found = loaders.assignments.find(ctx, id.into()).await?;
            found.map(|assignment| UpdateSubject::Assignment(Assignment(assignment)))
        }
        S::OrgUnit => {
            loaders.units.find(ctx, id.into()).await?.map(|unit| UpdateSubject::OrgUnit(OrgUnit(unit)))
        }
        S::CriteriaSet => {
            let found = loaders.criteria_sets.find(ctx, id.into()).await?;
            found.map(|set| UpdateSubject::CriteriaSet(CriteriaSet(set)))
        }
        S::Period => period::one(ctx, id.into()).await?.map(UpdateSubject::Period),
        S::Feedback => match entry.plan {
            Some(of) if plan::one(ctx, of).await?.is_some() => {
                let all = loaders.feedback_of_plans.find(ctx, of).await?.unwrap_or_default();
                let found = all.iter().find(|feedback| feedback.id.0 == id).cloned();
                found.map(|feedback| UpdateSubject::Feedback(Feedback(feedback)))
            }
            _ => None,
        },
        S::RoleGrant
        | S::UnitPredicate
        | S::Position
        | S::Delegation
        | S::Recommendation
        | S::Regulation
        | S::Entry => None,
    })
}
