//! Journal entries in the schema: updates for people, events for auditors, the history of an object.

mod query;

pub use query::JournalQuery;

use super::{
    activity::Activity,
    context::ContextExt,
    correction::Correction,
    criteria::CriteriaSet,
    cursor,
    dialogue::Dialogue,
    enums::{EventKind, SubjectKind, SubjectStatus},
    error::{self, OrFail},
    evaluation::Evaluation,
    feedback::Feedback,
    id::{self, Kind},
    labels::{Locale, label},
    objection::Objection,
    organisation::{Assignment, OrgUnit, Staff, one_staff},
    page,
    period::Period,
    plan::{self, Plan},
    scalars::{DateTime, Json},
    subject_status,
    training::Training,
};
use crate::connection;
use async_graphql::{Context, ID, Lookahead, Object, Union};
use domain::{Key, Message, event, id::StaffId};
use futures_util::FutureExt;
use service::{
    db::{Cursor, LARGEST_PAGE, Page},
    journal::{self, Entry, Retention, Subject, Topic},
};
use std::{collections::BTreeSet, sync::Arc};

/// A journal entry that the reader can see, with its subject.
#[derive(Clone)]
pub struct VisibleEntry {
    /// The entry.
    pub entry: Arc<Entry>,
    /// The current state of the object.
    pub subject: Arc<Subject>,
}

/// Which fields of an entry the document selects; only fields whose data is loaded for many entries at once.
#[derive(Clone, Copy, Default)]
pub struct Selected {
    actor: bool,
    subject: bool,
    change: bool,
    receipt: bool,
}

impl Selected {
    /// Returns the selection of the items of a stream.
    pub fn of_stream(ctx: &Context<'_>) -> Self {
        Self::of(&[ctx.look_ahead()])
    }

    fn of(items: &[Lookahead<'_>]) -> Self {
        let selects = |name| items.iter().any(|item| item.field(name).exists());
        Self {
            actor: selects("actor"),
            subject: selects("subject"),
            change: selects("change"),
            receipt: selects("receipt"),
        }
    }

    /// Prefetches the selected data for these entries.
    pub async fn prefetch(self, ctx: &Context<'_>, entries: &[&VisibleEntry]) -> async_graphql::Result<()> {
        let loaders = ctx.loaders()?;
        let entries = || entries.iter().map(|item| &item.entry);
        if self.actor {
            loaders.staff.prefetch(entries().filter_map(|entry| entry.actor).collect()).await;
        }
        if self.subject {
            let plans = entries().filter(|entry| entry.subject == event::SubjectKind::Feedback);
            let plans: Vec<_> = plans.filter_map(|entry| entry.plan).collect();
            loaders.plans.prefetch(plans.clone()).await;
            loaders.feedback_of_plans.prefetch(plans).await;
        }
        if self.change {
            loaders.changes.prefetch(entries().cloned().collect()).await;
        }
        if self.receipt {
            loaders.receipts.prefetch(entries().map(|entry| entry.id).collect()).await;
        }
        Ok(())
    }

    /// Returns whether any selected field needs loaders.
    pub const fn is_any(self) -> bool {
        self.actor || self.subject || self.change || self.receipt
    }
}

/// Topic of `reviewUpdates` and `updates`: changes that others make to the person's own objects, and changes of the
/// person's access by anyone.
pub fn personal_topic(actor: &domain::actor::Actor, me: StaffId, kinds: Option<Vec<EventKind>>) -> Topic {
    use event::EventKind as E;
    let reviews = [
        E::PlanReviewed,
        E::PlanCancelled,
        E::PlanClosed,
        E::RaterRenewed,
        E::EvaluationCancelled,
        E::ActivityReviewed,
        E::ActivityReopened,
        E::FeedbackGiven,
        E::FeedbackReleased,
        E::EvaluationFinalised,
        E::EvaluationDelivered,
        E::ObjectionExtended,
        E::EvaluationDeemedAccepted,
        E::EvaluationSigned,
        E::EvaluationClosed,
        E::EvaluationReopened,
        E::DialogueHeld,
        E::AgreementCompleted,
        E::RecommendationMade,
        E::RecommendationFollowedUp,
        E::RecommendationDeclined,
        E::ObjectionDeciderAssigned,
        E::ObjectionAnswered,
        E::ObjectionSilenceRecorded,
        E::ObjectionDecided,
        E::TrainingVerified,
        E::TrainingRefused,
        E::CorrectionFixed,
        E::CorrectionDeclined,
    ];
    let reviews = reviews.into_iter().chain(event::OF_ACCESS);
    let asked: Option<BTreeSet<E>> = kinds.map(|kinds| kinds.into_iter().map(Into::into).collect());
    let kinds = reviews.filter(|kind| asked.as_ref().is_none_or(|asked| asked.contains(kind)));
    Topic { concerns: Some(me), kinds: Some(kinds.collect()), ..Topic::all(actor.agency) }
}

/// An update on an object that the reader can see. The object is read at delivery.
pub struct Update(pub VisibleEntry);

connection!(UpdateConnection, UpdateEdge, Update, "updates");

/// An event: its kind, its object and the person who caused it. `subject` is read at delivery and may have changed
/// since the event.
#[Object]
impl Update {
    /// Position in the journal; any stream can resume after it.
    async fn cursor(&self) -> String {
        cursor::encode(self.0.entry.position())
    }
    /// Kind of event.
    async fn kind(&self) -> EventKind {
        self.0.entry.kind.into()
    }
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.entry.kind)
    }
    /// Time of the event.
    async fn at(&self) -> DateTime {
        DateTime(self.0.entry.at)
    }
    /// The person who did it; null for the system.
    async fn actor(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        actor(ctx, &self.0.entry).await
    }
    /// The object in its current state; null if you can no longer see it or its type can't be read on its own.
    async fn subject(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<UpdateSubject>> {
        subject(ctx, &self.0).await
    }
    /// Status of the object, for any type, so that you can select it without aliases. Null for a type without statuses,
    /// or if `subject` is null.
    async fn subject_status(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<SubjectStatus>> {
        Ok(subject(ctx, &self.0).await?.as_ref().and_then(subject_status::of_update))
    }
    /// Version of the object after the event.
    async fn subject_version(&self) -> i32 {
        self.0.entry.subject_version
    }
}

/// The object of an update or event.
#[derive(Union)]
pub enum UpdateSubject {
    /// A plan.
    Plan(Plan),
    /// An activity.
    Activity(Activity),
    /// An evaluation.
    Evaluation(Evaluation),
    /// An objection.
    Objection(Objection),
    /// A training.
    Training(Training),
    /// A request to correct a record.
    Correction(Correction),
    /// A dialogue of a superior with an employee.
    Dialogue(Dialogue),
    /// Feedback.
    Feedback(Feedback),
    /// A person.
    Staff(Staff),
    /// An assignment.
    Assignment(Assignment),
    /// A unit.
    OrgUnit(OrgUnit),
    /// A set of criteria.
    CriteriaSet(CriteriaSet),
    /// A year or a part of a year.
    Period(Period),
}

/// One journal entry, with the content that the reader can see.
pub struct Event(pub VisibleEntry);

connection!(EventConnection, EventEdge, Event, "journal entries");

/// One journal entry (jejak audit). Entries are never changed or deleted.
#[Object]
impl Event {
    /// Position in the journal; any stream can resume after it.
    async fn cursor(&self) -> String {
        cursor::encode(self.0.entry.position())
    }
    /// Number of the entry, from 1 without gaps.
    async fn number(&self) -> i32 {
        i32::try_from(self.0.entry.number).unwrap_or(i32::MAX)
    }
    /// Kind of event.
    async fn kind(&self) -> EventKind {
        self.0.entry.kind.into()
    }
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.entry.kind)
    }
    /// Time of the event.
    async fn at(&self) -> DateTime {
        DateTime(self.0.entry.at)
    }
    /// The person who did it; null for the system and for API keys.
    async fn actor(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        actor(ctx, &self.0.entry).await
    }
    /// Kind of object.
    async fn subject_kind(&self) -> SubjectKind {
        self.0.entry.subject.into()
    }
    /// Label of `subjectKind` in the requested language.
    async fn subject_kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.entry.subject)
    }
    /// Global id of the object; null for kinds without one.
    async fn subject_id(&self) -> Option<ID> {
        Kind::of_subject(self.0.entry.subject).map(|kind| id::encode(kind, self.0.entry.subject_id))
    }
    /// Status of the object, for any type, so that you can select it without aliases. Null for a type without statuses,
    /// or if `subject` is null.
    async fn subject_status(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<SubjectStatus>> {
        Ok(subject(ctx, &self.0).await?.as_ref().and_then(subject_status::of_update))
    }
    /// Version of the object after the event.
    async fn subject_version(&self) -> i32 {
        self.0.entry.subject_version
    }
    /// The object in its current state; null if you can't see it or its type can't be read on its own.
    async fn subject(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<UpdateSubject>> {
        subject(ctx, &self.0).await
    }
    /// The recorded change. Its fields are null if you can't see them or if they were erased by law.
    async fn change(&self, ctx: &Context<'_>) -> async_graphql::Result<Change> {
        let change = ctx.loaders()?.changes.find(ctx, self.0.entry.clone()).await?;
        Ok(Change(change.unwrap_or_default()))
    }
    /// A receipt, as JSON text: proof that this entry is in the journal. Save it as a file and verify it at any later
    /// time with `kinerja-verify receipt FILE --key KEY`, which needs no server (key: `GET /journal/key`). It
    /// contains the entry's content only if you can see all of it. Null until a checkpoint covers the entry, which
    /// takes about a minute.
    async fn receipt(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<String>> {
        ctx.loaders()?.receipts.find(ctx, self.0.entry.id).await
    }
}

/// The images of an object before and after a change.
pub struct Change(Arc<journal::Change>);

/// The change that a journal entry records. Drafts of ratings are visible to the rater only.
#[Object]
impl Change {
    /// The reason; null if none was given.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }
    /// The object before the change; null if it was created.
    async fn before(&self) -> Option<Json> {
        Json::of(self.0.before.as_deref())
    }
    /// The object after the change.
    async fn after(&self) -> Option<Json> {
        Json::of(self.0.after.as_deref())
    }
}

/// Returns whether the actor can read `events`.
pub fn may_read(actor: &domain::actor::Actor) -> bool {
    actor.auditor || actor.performance_team.is_any() || actor.admin.is_any()
}

/// Topic of `events`: the agency's whole journal. FORBIDDEN for other roles.
pub fn auditor_topic(ctx: &Context<'_>, kinds: Option<Vec<EventKind>>) -> async_graphql::Result<Topic> {
    let actor = ctx.actor()?;
    if !may_read(actor) {
        return Err(error::to_graphql_error(ctx, service::Error::Forbidden));
    }
    let kinds = kinds.map(|kinds| kinds.into_iter().map(Into::into).collect());
    Ok(Topic { kinds, ..Topic::all(actor.agency) })
}

/// Loads a page of an object's journal entries, oldest first, for its field `history`.
pub async fn history(
    ctx: &Context<'_>,
    subject: impl Into<uuid::Uuid>,
    after: Option<String>,
    first: Option<i32>,
) -> async_graphql::Result<EventConnection> {
    let topic = Topic { subject: Some(subject.into()), ..Topic::all(ctx.actor()?.agency) };
    let after = after.as_deref().unwrap_or("start");
    let (page, _) = read(ctx, &topic, Some(after), first, Retention::Forever).await?;
    Ok(EventConnection::new(page, None, Event))
}

/// Loads a page of the entries of a topic that the actor can see, and the cursor to continue with.
async fn read(
    ctx: &Context<'_>,
    topic: &Topic,
    after: Option<&str>,
    first: Option<i32>,
    retention: Retention,
) -> async_graphql::Result<(Page<VisibleEntry>, Cursor)> {
    let size = page_size(ctx, first)?;
    let start = cursor::start(after).or_fail(ctx)?;
    let found = journal::page(ctx.env()?, topic, start, retention, size as u64).boxed().await.or_fail(ctx)?;
    shown(ctx, found, size).await
}

fn page_size(ctx: &Context<'_>, first: Option<i32>) -> async_graphql::Result<usize> {
    page::first_size(first).filter(|size| *size > 0).ok_or_else(|| {
        let message =
            Message::new(Key::OutOfRange).with("field", "first").with("min", 1).with("max", LARGEST_PAGE);
        error::to_graphql_error(ctx, service::Error::input(["first"], message))
    })
}

/// Keeps the entries of a page that the actor can see, and prefetches the data that the document selects.
async fn shown(
    ctx: &Context<'_>,
    (entries, end): (Vec<Entry>, journal::Position),
    size: usize,
) -> async_graphql::Result<(Page<VisibleEntry>, Cursor)> {
    let (env, actor) = (ctx.env()?, ctx.actor()?);
    let has_next = entries.len() == size;
    let entries: Vec<_> = entries.into_iter().map(Arc::new).collect();
    let subjects = journal::visible(env, actor, &entries).boxed().await.or_fail(ctx)?;
    let items = entries.into_iter().zip(subjects).filter_map(|(entry, subject)| {
        let item = VisibleEntry { entry, subject: subject? };
        Some((Cursor::from_text(cursor::encode(item.entry.position())), item))
    });
    let items: Vec<_> = items.collect();
    let selected = Selected::of(page::Items::of(&ctx.look_ahead()).selections());
    selected.prefetch(ctx, &items.iter().map(|(_, item)| item).collect::<Vec<_>>()).await?;
    Ok((Page { items, has_next, has_previous: false }, Cursor::from_text(cursor::encode(end))))
}

async fn actor(ctx: &Context<'_>, entry: &Entry) -> async_graphql::Result<Option<Staff>> {
    match entry.actor {
        Some(staff) => one_staff(ctx, staff).await,
        None => Ok(None),
    }
}

/// Loads the subject. Objects that look the same to all readers were already loaded with the visibility check.
async fn subject(ctx: &Context<'_>, item: &VisibleEntry) -> async_graphql::Result<Option<UpdateSubject>> {
    use event::SubjectKind as S;
    let VisibleEntry { entry, subject } = item;
    if let Some(object) = subject.object(entry) {
        return Ok(Some(object.clone().into()));
    }
    let (loaders, id) = (ctx.loaders()?, entry.subject_id);
    Ok(match entry.subject {
        S::Staff => one_staff(ctx, id.into()).await?.map(UpdateSubject::Staff),
        S::Assignment => {
            let found = loaders.assignments.find(ctx, id.into()).await?;
            found.map(|assignment| UpdateSubject::Assignment(Assignment(assignment)))
        }
        S::Feedback => match entry.plan {
            Some(of) if plan::one(ctx, of).await?.is_some() => {
                let all = loaders.feedback_of_plans.find(ctx, of).await?.unwrap_or_default();
                let found = all.iter().find(|feedback| feedback.id.0 == id).cloned();
                found.map(|feedback| UpdateSubject::Feedback(Feedback(feedback)))
            }
            _ => None,
        },
        // The other kinds can't be read on their own, or the object no longer exists.
        _ => None,
    })
}

impl From<journal::Object> for UpdateSubject {
    fn from(object: journal::Object) -> Self {
        use journal::Object as O;
        match object {
            O::OrgUnit(unit) => Self::OrgUnit(OrgUnit(unit)),
            O::Staff(person) => Self::Staff(Staff(person)),
            O::Assignment(assignment) => Self::Assignment(Assignment(assignment)),
            O::CriteriaSet(set) => Self::CriteriaSet(CriteriaSet(set)),
            O::Period(period) => Self::Period(Period(period)),
            O::Plan(plan) => Self::Plan(Plan(plan)),
            O::Activity(activity) => Self::Activity(Activity(activity)),
            O::Evaluation(evaluation) => Self::Evaluation(Evaluation(evaluation)),
            O::Objection(objection) => Self::Objection(Objection(objection)),
            O::Training(training) => Self::Training(Training(training)),
            O::Correction(correction) => Self::Correction(Correction(correction)),
            O::Dialogue(dialogue, _) => Self::Dialogue(Dialogue(dialogue)),
        }
    }
}
