//! Queries on the journal.

use super::{
    Event, EventConnection, Update, UpdateConnection, auditor_topic, page_size, personal_topic, read, shown,
};
use crate::{
    context::ContextExt,
    cursor,
    enums::EventKind,
    error::OrFail,
    id::{self, Kind},
    scalars::DateTime,
};
use async_graphql::{Context, ID, InputObject, Object};
use domain::id::StaffId;
use futures_util::FutureExt;
use service::journal::{self, Retention};

/// Filter of journal entries; all conditions must match.
#[derive(InputObject, Default)]
struct EventFilter {
    /// Only entries of these kinds.
    kinds: Option<Vec<EventKind>>,
    /// Only entries concerning this unit, one of its subunits, or a person who was assigned there between `from` and `until`.
    org_unit_id: Option<ID>,
    /// Only entries concerning this person.
    staff_id: Option<ID>,
    /// Only changes made by this person.
    actor_id: Option<ID>,
    /// Only entries at or after this time.
    from: Option<DateTime>,
    /// Only entries before this time.
    until: Option<DateTime>,
}

impl EventFilter {
    fn read(self, ctx: &Context<'_>) -> async_graphql::Result<journal::EventFilter> {
        let person = |id: Option<ID>, name| {
            id.map(|id| id::argument::<StaffId>(ctx, Kind::Staff, &id, name)).transpose()
        };
        let unit = self.org_unit_id.map(|id| id::argument(ctx, Kind::OrgUnit, &id, "orgUnitId"));
        Ok(journal::EventFilter {
            kinds: self.kinds.map(|kinds| kinds.into_iter().map(Into::into).collect()),
            unit: unit.transpose()?,
            staff: person(self.staff_id, "staffId")?,
            actor: person(self.actor_id, "actorId")?,
            from: self.from.map(|from| from.0),
            until: self.until.map(|until| until.0),
        })
    }
}

/// Queries on the journal.
#[derive(Default)]
pub struct JournalQuery;

#[Object]
impl JournalQuery {
    /// Changes that others made to your own objects, and changes of your access by anyone (roles, codes, password, API
    /// keys), oldest first. The subscription `reviewUpdates` delivers the same items; this query is for apps that poll
    /// in the background. Continue with `pageInfo.endCursor`, even after an empty page. Entries are available for 30
    /// days; an older cursor gives CURSOR_EXPIRED.
    async fn updates(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Cursor from any stream to start after; `start` begins at the oldest entry kept. By default \
                    the end of the journal."
        )]
        after: Option<String>,
        #[graphql(desc = "Page size, 1 to 100; default 20.")] first: Option<i32>,
        #[graphql(desc = "Only entries of these kinds.")] kinds: Option<Vec<EventKind>>,
    ) -> async_graphql::Result<Option<UpdateConnection>> {
        let actor = ctx.actor()?;
        let me = actor.staff().ok_or(service::Error::Forbidden).or_fail(ctx)?;
        let topic = personal_topic(actor, me, kinds);
        let (page, end) = read(ctx, &topic, after.as_deref(), first, Retention::ThirtyDays).await?;
        let mut found = UpdateConnection::new(page, None, Update);
        found.page_info.end = Some(end);
        Ok(Some(found))
    }

    /// The journal entries that you can see, oldest first. For auditors, the performance team and admins. Continue
    /// with `pageInfo.endCursor`, even after an empty page. Cursors never expire.
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Cursor from any stream to start after; by default `start`, the first entry.")]
        after: Option<String>,
        #[graphql(desc = "Page size, 1 to 100; default 20.")] first: Option<i32>,
        #[graphql(desc = "Filter of entries; all conditions must match.")] filter: Option<EventFilter>,
    ) -> async_graphql::Result<Option<EventConnection>> {
        auditor_topic(ctx, None)?;
        let filter = filter.unwrap_or_default().read(ctx)?;
        let size = page_size(ctx, first)?;
        let start = cursor::start(Some(after.as_deref().unwrap_or("start"))).or_fail(ctx)?;
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let found = journal::search(env, actor, &filter, start, size as u64).boxed().await.or_fail(ctx)?;
        let (page, end) = shown(ctx, found, size).await?;
        let mut found = EventConnection::new(page, None, Event);
        found.page_info.end = Some(end);
        Ok(Some(found))
    }
}
