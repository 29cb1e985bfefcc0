//! The access log.

use super::types::ApiKey;
use crate::{
    connection,
    context::ContextExt,
    enums::AccessKind,
    error::OrFail,
    id::{self, Kind},
    labels::{Locale, label},
    organisation::{Staff, one_staff},
    page::{self, OrderDirection},
    scalars::{Date, DateTime},
};
use async_graphql::{Context, ID, InputObject, Object};
use domain::{access, actor::Identity};
use futures_util::FutureExt;
use service::access as access_service;

/// Queries on the access log.
#[derive(Default)]
pub struct AccessLogQuery;

#[derive(Clone)]
pub struct AccessEntry(access_service::AccessEntry);

connection!(AccessEntryConnection, AccessEntryEdge, AccessEntry, "entries of the access log");

/// A read by a person, or a refusal of a person or API key, on one day.
#[Object]
impl AccessEntry {
    /// Kind of access.
    async fn kind(&self) -> AccessKind {
        self.0.kind.into()
    }
    /// Label of `kind` in the requested language.
    async fn kind_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.kind)
    }
    /// The day, in the agency's time zone.
    async fn day(&self) -> Date {
        Date(self.0.day)
    }
    /// Number of times on that day. Always 1 for a read, because only the first read of each day is recorded.
    async fn count(&self) -> i32 {
        i32::try_from(self.0.count).unwrap_or(i32::MAX)
    }
    /// Time of the first read or refusal of the day.
    async fn first_at(&self) -> DateTime {
        DateTime(self.0.first_at)
    }
    /// Time of the last refusal of the day; for a read the same as `firstAt`.
    async fn last_at(&self) -> DateTime {
        DateTime(self.0.last_at)
    }
    /// The person who read it or was refused; null if it was an API key, or if they have left and you can't see them.
    async fn actor(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        match self.0.actor {
            Identity::Staff(staff) => one_staff(ctx, staff).await,
            Identity::ApiKey(_) | Identity::System => Ok(None),
        }
    }
    /// The API key that was refused; null if it was a person, or if you can't see the key.
    async fn api_key(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<ApiKey>> {
        match self.0.actor {
            Identity::ApiKey(key) => super::api_key(ctx, key.0).await,
            Identity::Staff(_) | Identity::System => Ok(None),
        }
    }
    /// The field of the API or the export that was refused; null for a read.
    async fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }
    /// Global id of the evaluation, feedback, objection or dialogue that was read, or of the first object that the refused
    /// request named; null if it named none.
    async fn object_id(&self) -> Option<ID> {
        let (kind, object) = self.0.object.as_ref()?;
        Some(id::encode(Kind::named(kind)?, *object))
    }
    /// The person whose ratings or feedback was read; null for a refusal, and if they have left and you can't see them.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        match self.0.staff {
            Some(staff) => one_staff(ctx, staff).await,
            None => Ok(None),
        }
    }
}

/// Filter of the access log; all conditions must match.
#[derive(InputObject, Default)]
struct AccessFilter {
    /// Only reads of data about this person.
    staff_id: Option<ID>,
    /// Only entries by this person or API key.
    actor_id: Option<ID>,
    /// Only entries of this kind.
    kind: Option<AccessKind>,
    /// Only entries on this day or later.
    from: Option<Date>,
    /// Only entries on this day or earlier.
    until: Option<Date>,
}

/// Sort order of the access log.
#[derive(InputObject)]
struct AccessOrder {
    /// By `firstAt`.
    first_at: OrderDirection,
}

#[Object]
impl AccessLogQuery {
    /// Reads of another person's ratings or feedback, and refusals; by default the latest first. Auditors see the
    /// entries of the whole agency; everyone else sees the reads of data about themselves. An entry appears within
    /// seconds and is kept for a limited time, see `serviceConfig.limits.accessLogDays`.
    async fn access_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filter of the access log; all conditions must match.")] filter: Option<
            AccessFilter,
        >,
        #[graphql(desc = "Sort order.")] order_by: Option<AccessOrder>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Option<AccessEntryConnection>> {
        let filter = filter.unwrap_or_default();
        let staff = filter.staff_id.map(|staff| id::argument(ctx, Kind::Staff, &staff, "staffId"));
        let by = filter.actor_id.map(|by| {
            let kind = id::decode(&by).map(|found| found.kind).filter(|kind| *kind == Kind::ApiKey);
            id::argument(ctx, kind.unwrap_or(Kind::Staff), &by, "actorId")
        });
        let filter = access_service::AccessFilter {
            staff: staff.transpose()?,
            actor: by.transpose()?,
            kind: filter.kind.map(|kind| access::AccessKind::from(kind).to_string()),
            from: filter.from.map(|from| from.0),
            until: filter.until.map(|until| until.0),
        };
        let order = order_by.map_or(OrderDirection::Descending, |by| by.first_at).into();
        let (request, total) = (page::request(first, after, last, before), page::wants_total(ctx));
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let found = access_service::list(env, actor, &filter, order, &request, total).boxed().await;
        let (found, total) = found.or_fail(ctx)?;
        Ok(Some(AccessEntryConnection::new(found, total, AccessEntry)))
    }
}
