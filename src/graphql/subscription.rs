//! Subscriptions: what was missed first, then what comes. Each item is decided on when it is sent.

use super::{
    context::{ContextExt, Request},
    cursor,
    enums::EventKind,
    error::{self, OrFail},
    id::{self, Kind},
    journal::{Event, Selected, Update, VisibleEntry, auditor_topic, may_read, personal_topic},
    live::{Live, Progress},
};
use async_graphql::{Context, ID, Subscription as Root};
use domain::{
    Key, Message,
    actor::Actor,
    event::SubjectKind,
    id::{PlanId, UnitId},
};
use futures_util::{Stream, stream};
use service::{
    Env,
    journal::{self, Entry, Follow, Retention, Subject, Topic},
    organisation, plan,
};
use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
    time::Duration,
};
use tokio::time::Instant;

/// A reader that leaves an item untaken for so long while others wait is ended, with its cursor.
const LAG_TIMEOUT: Duration = Duration::from_secs(10);
/// For so long a decision on what comes next holds, if the reader's rights do not change.
const DECISION_MAX_AGE: Duration = Duration::from_secs(2);
/// The most items that `first` may ask for.
const MAX_FIRST: i32 = 1_000_000;

/// All that can be followed. What a field needs to begin is in boxes: a stream holds the place of it as long as it is
/// open.
pub struct Subscription;

/// All that can be followed. `after` resumes: what was missed comes first, then it goes live, without gap or
/// repeat; without it a stream begins now, with `start` at the oldest that is kept. Personal streams keep 30 days,
/// then CURSOR_EXPIRED. What is sent is what you may see when it is sent.
#[Root]
impl Subscription {
    /// All that concerns you and was done by others: your plan or activity reviewed, feedback given, your
    /// evaluation finalised. Its twin for a phone that wakes is the query `updates`.
    async fn review_updates<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "A cursor of any stream, or `start`; from now on by default.")] after: Option<
            String,
        >,
        #[graphql(desc = "Ends after so many items.")] first: Option<i32>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Update>> + use<'a>> {
        let actor = ctx.actor()?;
        let me = actor.staff().ok_or(service::Error::Forbidden).or_fail(ctx)?;
        let topic = personal_topic(actor, me, None);
        updates(ctx, topic, None, after, first).await
    }

    /// All that happens to a plan and what hangs on it, for who may see it.
    async fn plan_updates<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The plan.")] plan_id: ID,
        #[graphql(desc = "A cursor of any stream, or `start`; from now on by default.")] after: Option<
            String,
        >,
        #[graphql(desc = "Ends after so many items.")] first: Option<i32>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Update>> + use<'a>> {
        let id: PlanId = id::argument(ctx, Kind::Plan, &plan_id, "planId")?;
        Box::pin(plan::plan(ctx.env()?, ctx.actor()?, id)).await.or_fail(ctx)?;
        let topic = Topic { plan: Some(id), ..Topic::all(ctx.actor()?.agency) };
        updates(ctx, topic, None, after, first).await
    }

    /// Activities of a unit and those below it, of people whom you may see: for superiors.
    async fn activity_updates<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The unit.")] org_unit_id: ID,
        #[graphql(desc = "A cursor of any stream, or `start`; from now on by default.")] after: Option<
            String,
        >,
        #[graphql(desc = "Ends after so many items.")] first: Option<i32>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Update>> + use<'a>> {
        let units = Box::pin(below(ctx, &org_unit_id)).await?;
        let subjects = Some([SubjectKind::Activity].into());
        let topic = Topic { subjects, units: Some(units), ..Topic::all(ctx.actor()?.agency) };
        updates(ctx, topic, None, after, first).await
    }

    /// Evaluations of all people whom you may see.
    async fn evaluation_updates<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "A cursor of any stream, or `start`; from now on by default.")] after: Option<
            String,
        >,
        #[graphql(desc = "Ends after so many items.")] first: Option<i32>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Update>> + use<'a>> {
        let subjects = Some([SubjectKind::Evaluation].into());
        let topic = Topic { subjects, ..Topic::all(ctx.actor()?.agency) };
        updates(ctx, topic, None, after, first).await
    }

    /// People of a unit and those below it: who comes, goes, moves, acts for whom.
    async fn staff_updates<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The unit.")] org_unit_id: ID,
        #[graphql(desc = "A cursor of any stream, or `start`; from now on by default.")] after: Option<
            String,
        >,
        #[graphql(desc = "Ends after so many items.")] first: Option<i32>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Update>> + use<'a>> {
        let units = Box::pin(below(ctx, &org_unit_id)).await?;
        let subjects = [SubjectKind::Staff, SubjectKind::Assignment, SubjectKind::Delegation];
        let topic = Topic { subjects: Some(subjects.into()), ..Topic::all(ctx.actor()?.agency) };
        updates(ctx, topic, Some(units), after, first).await
    }

    /// New and changed criteria of the agency.
    async fn criteria_updates<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "A cursor of any stream, or `start`; from now on by default.")] after: Option<
            String,
        >,
        #[graphql(desc = "Ends after so many items.")] first: Option<i32>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Update>> + use<'a>> {
        let subjects = Some([SubjectKind::CriteriaSet].into());
        let topic = Topic { subjects, ..Topic::all(ctx.actor()?.agency) };
        updates(ctx, topic, None, after, first).await
    }

    /// The journal as it grows, for auditors, the performance team and admins; never expires.
    async fn events<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "A cursor of any stream, or `start`; from now on by default.")] after: Option<
            String,
        >,
        #[graphql(desc = "Ends after so many items.")] first: Option<i32>,
        #[graphql(desc = "Only these kinds.")] kinds: Option<Vec<EventKind>>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Event>> + use<'a>> {
        let topic = auditor_topic(ctx, kinds)?;
        let mut reader = Box::pin(reader(ctx, topic, None, (after, first), Retention::Forever)).await?;
        reader.may_read = may_read;
        Ok(reader.items(Event))
    }
}

/// A unit and those below it.
async fn below(ctx: &Context<'_>, unit: &ID) -> async_graphql::Result<BTreeSet<UnitId>> {
    let unit = id::argument(ctx, Kind::OrgUnit, unit, "orgUnitId")?;
    organisation::subtree(ctx.env()?, ctx.actor()?, unit).await.or_fail(ctx)
}

async fn updates<'a>(
    ctx: &Context<'a>,
    topic: Topic,
    units: Option<BTreeSet<UnitId>>,
    after: Option<String>,
    first: Option<i32>,
) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Update>> + use<'a>> {
    Ok(Box::pin(reader(ctx, topic, units, (after, first), Retention::ThirtyDays)).await?.items(Update))
}

/// One open stream.
struct Reader<'a> {
    ctx: Context<'a>,
    follow: Follow,
    /// Only of people who are assigned to these units now.
    units: Option<BTreeSet<UnitId>>,
    /// Who may read it at all; asked with each decision.
    may_read: fn(&Actor) -> bool,
    /// What the document asks for of each item.
    selected: Selected,
    /// How many more items were asked for.
    left: Option<i32>,
    /// When the last item was handed over, and its number.
    last: Option<(Instant, i64)>,
    /// What comes next: what it tells of, where it may be sent.
    next: VecDeque<(Arc<Entry>, Option<Arc<Subject>>)>,
    /// When it was decided what of it may be sent, and by whose rights.
    decided: Option<(Instant, Arc<Actor>)>,
    ended: bool,
}

async fn reader<'a>(
    ctx: &Context<'a>,
    topic: Topic,
    units: Option<BTreeSet<UnitId>>,
    (after, first): (Option<String>, Option<i32>),
    retention: Retention,
) -> async_graphql::Result<Reader<'a>> {
    if first.is_some_and(|first| !(1..=MAX_FIRST).contains(&first)) {
        let message =
            Message::new(Key::OutOfRange).with("field", "first").with("min", 1).with("max", MAX_FIRST);
        return Err(error::failure(ctx, service::Error::input(["first"], message)));
    }
    let start = cursor::start(after.as_deref()).or_fail(ctx)?;
    let follow = journal::follow(ctx.env()?, topic, start, retention).await.or_fail(ctx)?;
    Ok(Reader {
        ctx: ctx.clone(),
        follow,
        units,
        may_read: |_| true,
        selected: Selected::below(ctx, &[]),
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
        // Moved about as a whole by what carries it; and most of them wait most of the time.
        stream::unfold((Box::new(self), wrap), async |(mut reader, wrap)| {
            if reader.ended || reader.left == Some(0) {
                return None;
            }
            let item = match reader.next().await {
                Ok(entry) => Ok(wrap(entry)),
                Err(cause) => {
                    reader.ended = true;
                    Err(error::failure(&reader.ctx, cause))
                }
            };
            Some((item, (reader, wrap)))
        })
    }

    /// The next entry that the caller may see, by his rights of this moment.
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
                self.next = self.follow.next().await?.into_iter().map(|entry| (entry, None)).collect();
                self.decided = None;
            }
            if !self.is_decided()? {
                // In a box, as what it needs would else be held by each stream that waits.
                Box::pin(self.decide()).await?;
            }
            if let Some((entry, Some(subject))) = self.next.pop_front() {
                self.left = self.left.map(|left| left - 1);
                self.last = Some((Instant::now(), entry.number));
                self.ctx.data::<Progress>().map_err(internal)?.delivered(entry.number);
                return Ok(VisibleEntry { entry, subject });
            }
        }
    }

    /// All that is known was told: the stream waits, and keeps nothing meanwhile.
    fn pause(&self) -> service::Result<()> {
        self.context_data()?.1.drop_loaders();
        if let Some(number) = self.follow.cursor() {
            self.ctx.data::<Progress>().map_err(internal)?.scanned(number);
        }
        Ok(())
    }

    /// Whether the decision on what comes next still holds.
    fn is_decided(&self) -> service::Result<bool> {
        let (_, _, live) = self.context_data()?;
        Ok(self
            .decided
            .as_ref()
            .is_some_and(|(at, actor)| at.elapsed() < DECISION_MAX_AGE && live.is_current(actor)))
    }

    /// Decides on all that comes next at once, and reads what the document asks for of it.
    async fn decide(&mut self) -> service::Result<()> {
        let (env, request, live) = self.context_data()?;
        let (at, found) = (Instant::now(), live.authenticated());
        let actor = found.actor.clone();
        if !(self.may_read)(&actor) {
            return Err(service::Error::Forbidden);
        }
        request.renew(found);
        let entries: Vec<_> = self.next.iter().map(|(entry, _)| entry.clone()).collect();
        let subjects = journal::visible_cached(env, &actor, &entries).await?;
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
        self.decided = Some((at, actor));
        Box::pin(self.prefetch()).await
    }

    async fn prefetch(&self) -> service::Result<()> {
        // One alone is read by what it selects.
        if self.next.len() < 2 || !self.selected.is_any() {
            return Ok(());
        }
        let entries = self.next.iter().filter_map(|(entry, subject)| {
            Some(VisibleEntry { entry: entry.clone(), subject: subject.clone()? })
        });
        let entries: Vec<_> = entries.collect();
        self.selected.prefetch(&self.ctx, &entries.iter().collect::<Vec<_>>()).await.map_err(internal)
    }

    fn context_data(&self) -> service::Result<(&'a Env, &'a Request, &'a Live)> {
        Ok((
            self.ctx.data().map_err(internal)?,
            self.ctx.data().map_err(internal)?,
            self.ctx.data().map_err(internal)?,
        ))
    }
}

fn internal(error: async_graphql::Error) -> service::Error {
    service::Error::internal(error.message)
}
