//! Subscriptions: missed entries first, then live ones. Visibility is checked when an item is delivered.

use super::{
    context::{ContextExt, Request},
    cursor,
    enums::EventKind,
    error::{self, OrFail},
    id::{self, Kind},
    journal::{Event, Selected, Update, VisibleEntry, auditor_topic, personal_topic},
    live::{Live, Progress},
    right::Right,
};
use async_graphql::{Context, ID, Subscription as Root};
use domain::{
    Key, Message,
    actor::Actor,
    event::SubjectKind,
    id::{PlanId, UnitId},
};
use futures_util::FutureExt;
use futures_util::{Stream, stream};
use service::{
    Env,
    journal::{self, Basis, Entry, Follow, Retention, Subject, Topic},
    organisation, plan,
};
use std::{
    collections::{BTreeSet, VecDeque},
    future::pending,
    sync::Arc,
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// A stream ends with its last cursor if the client does not take an item within this time while more are waiting.
const LAG_TIMEOUT: Duration = Duration::from_secs(10);
/// Maximum age of a visibility decision, if the reader's rights don't change.
const DECISION_MAX_AGE: Duration = Duration::from_secs(2);
/// Maximum age of the last check of a right that depends on other objects, once an entry was hidden from the reader.
const RIGHT_MAX_AGE: Duration = Duration::from_secs(5);
/// Maximum of `first`.
pub(super) const MAX_FIRST: i32 = 1_000_000;

/// Root of the subscriptions. Futures that only start a stream are boxed so that open streams don't store them
/// inline.
pub struct Subscription;

/// Subscriptions. With `after`, a stream first delivers the entries since that cursor and then continues live, without
/// gap or repeat. With `start` it begins at the oldest entry kept, and without `after` it delivers only new entries.
/// Personal streams go back 30 days. An older cursor gives CURSOR_EXPIRED; a cursor of an entry that is not in this
/// journal gives CURSOR_UNKNOWN. Access is checked when an item is delivered. A stream whose reader has lost every
/// right to its items ends with FORBIDDEN or NOT_FOUND.
#[Root]
impl Subscription {
    /// Changes that others make to your own objects, such as a reviewed plan or activity, feedback, or a final
    /// evaluation, and changes of your access by anyone: roles, codes, password, API keys. The query `updates` returns
    /// the same items for apps that poll in the background.
    async fn review_updates<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(
            desc = "Resume after this cursor, which may come from any stream; `start` begins at the oldest \
                    entry kept. By default only new entries are delivered."
        )]
        after: Option<String>,
        #[graphql(desc = "Complete the stream after this many items, 1 to 1,000,000.")] first: Option<i32>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Update>> + use<'a>> {
        let actor = ctx.actor()?;
        let me = actor.staff().ok_or(service::Error::Forbidden).or_fail(ctx)?;
        let topic = personal_topic(actor, me, None);
        updates(ctx, topic, Right::Session, None, after, first).await
    }

    /// Changes of a plan, its activities, its evaluations and its feedback. For those who can see the plan.
    async fn plan_updates<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The plan.")] plan_id: ID,
        #[graphql(
            desc = "Resume after this cursor, which may come from any stream; `start` begins at the oldest \
                    entry kept. By default only new entries are delivered."
        )]
        after: Option<String>,
        #[graphql(desc = "Complete the stream after this many items, 1 to 1,000,000.")] first: Option<i32>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Update>> + use<'a>> {
        let id: PlanId = id::argument(ctx, Kind::Plan, &plan_id, "planId")?;
        Box::pin(plan::plan(ctx.env()?, ctx.actor()?, id)).await.or_fail(ctx)?;
        let topic = Topic { plan: Some(id), ..Topic::all(ctx.actor()?.agency) };
        updates(ctx, topic, Right::Plan(id), None, after, first).await
    }

    /// Changes of activities in a unit and its subunits, of the people whose activities you can see. Meant for
    /// superiors.
    async fn activity_updates<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The unit.")] org_unit_id: ID,
        #[graphql(
            desc = "Resume after this cursor, which may come from any stream; `start` begins at the oldest \
                    entry kept. By default only new entries are delivered."
        )]
        after: Option<String>,
        #[graphql(desc = "Complete the stream after this many items, 1 to 1,000,000.")] first: Option<i32>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Update>> + use<'a>> {
        let units = Box::pin(below(ctx, &org_unit_id)).await?;
        let subjects = Some([SubjectKind::Activity].into());
        let topic = Topic { subjects, units: Some(units), ..Topic::all(ctx.actor()?.agency) };
        updates(ctx, topic, Right::Activities, None, after, first).await
    }

    /// Changes of all evaluations that you can see.
    async fn evaluation_updates<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(
            desc = "Resume after this cursor, which may come from any stream; `start` begins at the oldest \
                    entry kept. By default only new entries are delivered."
        )]
        after: Option<String>,
        #[graphql(desc = "Complete the stream after this many items, 1 to 1,000,000.")] first: Option<i32>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Update>> + use<'a>> {
        let subjects = Some([SubjectKind::Evaluation].into());
        let topic = Topic { subjects, ..Topic::all(ctx.actor()?.agency) };
        updates(ctx, topic, Right::Session, None, after, first).await
    }

    /// Changes of the objections that you can see: filed, explained, decided, withdrawn.
    async fn objection_updates<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(
            desc = "Resume after this cursor, which may come from any stream; `start` begins at the oldest \
                    entry kept. By default only new entries are delivered."
        )]
        after: Option<String>,
        #[graphql(desc = "Complete the stream after this many items, 1 to 1,000,000.")] first: Option<i32>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Update>> + use<'a>> {
        let subjects = Some([SubjectKind::Objection].into());
        let topic = Topic { subjects, ..Topic::all(ctx.actor()?.agency) };
        updates(ctx, topic, Right::Session, None, after, first).await
    }

    /// Changes of people in a unit and its subunits: arrivals, departures, transfers and delegations.
    async fn staff_updates<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The unit.")] org_unit_id: ID,
        #[graphql(
            desc = "Resume after this cursor, which may come from any stream; `start` begins at the oldest \
                    entry kept. By default only new entries are delivered."
        )]
        after: Option<String>,
        #[graphql(desc = "Complete the stream after this many items, 1 to 1,000,000.")] first: Option<i32>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Update>> + use<'a>> {
        let units = Box::pin(below(ctx, &org_unit_id)).await?;
        let subjects = [SubjectKind::Staff, SubjectKind::Assignment, SubjectKind::Delegation];
        let topic = Topic { subjects: Some(subjects.into()), ..Topic::all(ctx.actor()?.agency) };
        updates(ctx, topic, Right::Session, Some(units), after, first).await
    }

    /// New and changed criteria sets of the agency.
    async fn criteria_updates<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(
            desc = "Resume after this cursor, which may come from any stream; `start` begins at the oldest \
                    entry kept. By default only new entries are delivered."
        )]
        after: Option<String>,
        #[graphql(desc = "Complete the stream after this many items, 1 to 1,000,000.")] first: Option<i32>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Update>> + use<'a>> {
        let subjects = Some([SubjectKind::CriteriaSet].into());
        let topic = Topic { subjects, ..Topic::all(ctx.actor()?.agency) };
        updates(ctx, topic, Right::Session, None, after, first).await
    }

    /// New journal entries. For auditors, the performance team and admins. Cursors never expire.
    async fn events<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(
            desc = "Resume after this cursor, which may come from any stream; `start` begins at the oldest \
                    entry kept. By default only new entries are delivered."
        )]
        after: Option<String>,
        #[graphql(desc = "Complete the stream after this many items, 1 to 1,000,000.")] first: Option<i32>,
        #[graphql(desc = "Only entries of these kinds.")] kinds: Option<Vec<EventKind>>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Event>> + use<'a>> {
        let topic = auditor_topic(ctx, kinds)?;
        let reader = reader(ctx, topic, Right::Journal, None, (after, first), Retention::Forever);
        Ok(Box::pin(reader).await?.items(Event))
    }
}

/// Returns a unit and its subunits.
async fn below(ctx: &Context<'_>, unit: &ID) -> async_graphql::Result<BTreeSet<UnitId>> {
    let unit = id::argument(ctx, Kind::OrgUnit, unit, "orgUnitId")?;
    organisation::subtree(ctx.env()?, ctx.actor()?, unit).boxed().await.or_fail(ctx)
}

async fn updates<'a>(
    ctx: &Context<'a>,
    topic: Topic,
    right: Right,
    units: Option<BTreeSet<UnitId>>,
    after: Option<String>,
    first: Option<i32>,
) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Update>> + use<'a>> {
    let reader = reader(ctx, topic, right, units, (after, first), Retention::ThirtyDays);
    Ok(Box::pin(reader).await?.items(Update))
}

/// One open stream.
struct Reader<'a> {
    ctx: Context<'a>,
    follow: Follow,
    /// Only entries of people who are assigned to these units now.
    units: Option<BTreeSet<UnitId>>,
    live: Live,
    /// The right that the reader needs; without it the stream ends.
    right: Right,
    /// Time of the last check of the right, the reader's rights at that time, and whether the right also depends on
    /// others.
    checked: (Instant, Arc<Actor>, Basis),
    /// Whether an entry was hidden since the last check. If so, the right must be checked again once it is too old.
    in_doubt: bool,
    /// The fields of an item that the document selects.
    selected: Selected,
    /// Number of items left until `first` is reached.
    left: Option<i32>,
    /// Time at which the last item was delivered, and its position.
    last: Option<(Instant, journal::Position)>,
    /// The next entries, each with its subject if the reader can see it.
    next: VecDeque<(Arc<Entry>, Option<Arc<Subject>>)>,
    /// Time at which the visibility of `next` was decided, and the reader's rights at that time.
    decided: Option<(Instant, Arc<Actor>)>,
    ended: bool,
}

async fn reader<'a>(
    ctx: &Context<'a>,
    topic: Topic,
    right: Right,
    units: Option<BTreeSet<UnitId>>,
    (after, first): (Option<String>, Option<i32>),
    retention: Retention,
) -> async_graphql::Result<Reader<'a>> {
    if first.is_some_and(|first| !(1..=MAX_FIRST).contains(&first)) {
        let message =
            Message::new(Key::OutOfRange).with("field", "first").with("min", 1).with("max", MAX_FIRST);
        return Err(error::to_graphql_error(ctx, service::Error::input(["first"], message)));
    }
    let start = cursor::start(after.as_deref()).or_fail(ctx)?;
    let (env, live) = (ctx.env()?, ctx.data::<Live>()?.clone());
    let (at, actor) = (Instant::now(), live.authenticated().actor);
    let held = match right {
        // The caller has just read the plan.
        Right::Plan(_) => Ok(Basis::Others),
        right => right.check(env, &actor, &topic).boxed().await,
    };
    let (right, basis) = match held {
        Ok(basis) => (right, basis),
        // A person who can't see any activity of a unit yet may follow it; the stream delivers the entries that they
        // can see later.
        Err(service::Error::Forbidden) if right == Right::Activities => (Right::Session, Basis::Reader),
        Err(cause) => return Err(error::to_graphql_error(ctx, cause)),
    };
    let follow = journal::follow(env, topic, start, retention).boxed().await.or_fail(ctx)?;
    Ok(Reader {
        ctx: ctx.clone(),
        follow,
        units,
        live,
        right,
        checked: (at, actor, basis),
        in_doubt: false,
        selected: Selected::of_stream(ctx),
        left: first,
        last: None,
        next: VecDeque::new(),
        decided: None,
        ended: false,
    })
}

impl<'a> Reader<'a> {
    fn items<T>(
        self,
        wrap: fn(VisibleEntry) -> T,
    ) -> impl Stream<Item = async_graphql::Result<T>> + use<'a, T> {
        // Boxed so that the stream is cheap to move and idle streams don't store the reader inline.
        stream::unfold((Box::new(self), wrap), async |(mut reader, wrap)| {
            if reader.ended || reader.left == Some(0) {
                return None;
            }
            let item = match reader.next().await {
                Ok(entry) => Ok(wrap(entry)),
                Err(cause) => {
                    reader.ended = true;
                    Err(error::to_graphql_error(&reader.ctx, cause))
                }
            };
            Some((item, (reader, wrap)))
        })
    }

    /// Returns the next entry that the reader can see with their current rights.
    async fn next(&mut self) -> service::Result<VisibleEntry> {
        if let Some((at, after)) = self.last
            && at.elapsed() > LAG_TIMEOUT
            && (!self.next.is_empty() || self.follow.is_behind())
        {
            return Err(service::Error::Lagged { after });
        }
        loop {
            if self.next.is_empty() {
                self.pause()?;
                let Some(entries) = self.wait().await? else {
                    // Boxed so idle streams don't store this future inline.
                    Box::pin(self.check_right()).await?;
                    continue;
                };
                self.next = entries.into_iter().map(|entry| (entry, None)).collect();
                self.decided = None;
            }
            if !self.is_decided() {
                // Boxed so idle streams don't store this future inline.
                Box::pin(self.decide()).await?;
            }
            if let Some((entry, Some(subject))) = self.next.pop_front() {
                self.left = self.left.map(|left| left - 1);
                self.last = Some((Instant::now(), entry.position()));
                self.ctx.data::<Progress>().map_err(internal)?.delivered(entry.number);
                return Ok(VisibleEntry { entry, subject });
            }
        }
    }

    /// Waits for the next entries; none if the right must be checked first.
    async fn wait(&mut self) -> service::Result<Option<VecDeque<Arc<Entry>>>> {
        let Self { follow, live, checked: (at, actor, _), in_doubt, .. } = self;
        // Boxed so that only streams in doubt have a timer.
        let doubt = in_doubt.then(|| Box::pin(sleep_until(*at + RIGHT_MAX_AGE)));
        tokio::select! {
            entries = follow.next() => entries.map(Some),
            () = live.changed(actor) => Ok(None),
            () = async { match doubt { Some(until) => until.await, None => pending().await } } => Ok(None),
        }
    }

    /// Checks the right that the stream needs, with the reader's current rights.
    async fn check_right(&mut self) -> service::Result<()> {
        let (at, actor) = (Instant::now(), self.live.authenticated().actor);
        let env = self.context_data()?.0;
        let basis = self.right.check(env, &actor, self.follow.topic()).boxed().await?;
        (self.checked, self.in_doubt) = ((at, actor, basis), false);
        Ok(())
    }

    /// Before the stream waits for new entries: drops cached data and records the progress.
    fn pause(&self) -> service::Result<()> {
        self.context_data()?.1.drop_loaders();
        if let Some(position) = self.follow.cursor() {
            self.ctx.data::<Progress>().map_err(internal)?.scanned(position);
        }
        Ok(())
    }

    /// Returns whether the visibility decision is still valid.
    fn is_decided(&self) -> bool {
        self.decided
            .as_ref()
            .is_some_and(|(at, actor)| at.elapsed() < DECISION_MAX_AGE && self.live.is_current(actor))
    }

    /// Decides the visibility of all next entries at once, and prefetches the data that the document selects for them.
    async fn decide(&mut self) -> service::Result<()> {
        if !self.live.is_current(&self.checked.1) {
            self.check_right().await?;
        }
        let (env, request) = self.context_data()?;
        let (at, found) = (Instant::now(), self.live.authenticated());
        let actor = found.actor.clone();
        request.renew(found);
        let entries: Vec<_> = self.next.iter().map(|(entry, _)| entry.clone()).collect();
        let subjects = journal::visible_cached(env, &actor, &entries).boxed().await?;
        let is_in_units = |entry: &Entry, subject: &Subject| {
            self.units.as_ref().is_none_or(|units| {
                entry.unit.is_some_and(|unit| units.contains(&unit)) || subject.works_in(units)
            })
        };
        self.next = entries
            .into_iter()
            .zip(subjects)
            .map(|(entry, subject)| {
                let subject = subject.filter(|subject| is_in_units(&entry, subject));
                (entry, subject)
            })
            .collect();
        let is_hidden = self.next.iter().any(|(_, subject)| subject.is_none());
        self.in_doubt |= is_hidden && self.checked.2 == Basis::Others;
        self.decided = Some((at, actor));
        Box::pin(self.prefetch()).await
    }

    async fn prefetch(&self) -> service::Result<()> {
        // A single entry gains nothing from prefetching.
        if self.next.len() < 2 || !self.selected.is_any() {
            return Ok(());
        }
        let entries = self.next.iter().filter_map(|(entry, subject)| {
            Some(VisibleEntry { entry: entry.clone(), subject: subject.clone()? })
        });
        let entries: Vec<_> = entries.collect();
        self.selected.prefetch(&self.ctx, &entries.iter().collect::<Vec<_>>()).await.map_err(internal)
    }

    fn context_data(&self) -> service::Result<(&'a Env, &'a Request)> {
        Ok((self.ctx.data().map_err(internal)?, self.ctx.data().map_err(internal)?))
    }
}

fn internal(error: async_graphql::Error) -> service::Error {
    service::Error::internal(error.message)
}
