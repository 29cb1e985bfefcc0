//! The person who is logged in.

use super::types::{Role, RoleGrant, Session};
use crate::{
    context::ContextExt,
    error::OrFail,
    feedback::{FeedbackRequest, WaitingFeedback},
    id::{self, Kind},
    labels::{Locale, label},
    organisation::{Staff, StaffConnection, one_staff},
    page,
    weight::{cost, list_size},
    worklist::{self, WorklistConnection, WorklistKind},
};
use async_graphql::{Context, ID, Object};
use domain::actor::{Actor, Identity};
use futures_util::FutureExt;
use service::{identity as identity_service, organisation};
use std::sync::Arc;
use uuid::Uuid;

/// Queries on the viewer.
#[derive(Default)]
pub struct IdentityQuery;

#[Object]
impl IdentityQuery {
    /// The person who is logged in.
    async fn viewer(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Viewer>> {
        Viewer::of(ctx).map(Some)
    }
}

#[derive(Clone)]
pub struct Viewer(Uuid);

/// Returns the id of the person who is logged in, or of the API key.
fn viewer_id(actor: &Actor) -> Uuid {
    match actor.identity {
        Identity::Staff(staff) => staff.0,
        Identity::ApiKey(key) => key.0,
        Identity::System => Uuid::nil(),
    }
}

impl Viewer {
    /// Returns the caller.
    pub fn of(ctx: &Context<'_>) -> async_graphql::Result<Self> {
        Ok(Self(viewer_id(ctx.actor()?)))
    }
}

/// Returns the viewer if the id is theirs.
pub fn viewer_by_id(ctx: &Context<'_>, id: Uuid) -> async_graphql::Result<Option<Viewer>> {
    Ok((viewer_id(ctx.actor()?) == id).then_some(Viewer(id)))
}

/// The person who is logged in.
#[Object]
impl Viewer {
    /// Global id of this object; it differs from the id of your staff record.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Viewer, self.0)
    }

    /// Your own staff record.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        match ctx.actor()?.staff() {
            Some(staff) => one_staff(ctx, staff).await,
            None => Ok(None),
        }
    }

    /// The people who today report directly to you, or to a superior for whom you act, by name.
    async fn subordinates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<StaffConnection> {
        let (request, total) = (page::request(first, after, None, None), page::wants_total(ctx));
        let found = organisation::subordinates(ctx.env()?, ctx.actor()?, &request, total).boxed().await;
        let (found, total) = found.or_fail(ctx)?;
        Ok(StaffConnection::new(found, total, Staff))
    }

    /// Your roles; everyone has EMPLOYEE.
    async fn roles(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Role>> {
        let mut roles = vec![Role::Employee];
        for grant in self.grants(ctx).await? {
            let role = grant.role.into();
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        Ok(roles)
    }
    /// Labels of `roles` in the requested language, in the same order.
    async fn role_labels(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> async_graphql::Result<Vec<&str>> {
        let roles = self.roles(ctx).await?;
        Ok(roles.into_iter().map(|role| label(ctx, locale, domain::actor::Role::from(role))).collect())
    }

    /// Your granted roles with the units that they cover.
    async fn role_grants(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<RoleGrant>> {
        Ok(self.grants(ctx).await?.into_iter().map(RoleGrant).collect())
    }

    /// Your pending tasks as employee, as rater and on behalf of people for whom you act; earliest deadline first. It
    /// lists only tasks that you can still do.
    #[graphql(directive = cost::apply(250))]
    async fn worklist(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only items of these kinds; by default all.")] kinds: Option<Vec<WorklistKind>>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<WorklistConnection> {
        worklist::of_viewer(ctx, kinds, page::request(first, after, last, before)).await
    }

    /// Your feedback that nobody else can read yet, the newest first. It has no id until others can read it.
    #[graphql(directive = list_size::apply(5))]
    async fn waiting_feedback(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<WaitingFeedback>> {
        let found = service::feedback::waiting_feedback(ctx.env()?, ctx.actor()?).boxed().await;
        Ok(found.or_fail(ctx)?.into_iter().map(WaitingFeedback).collect())
    }

    /// The requests for feedback that you made or received, newest first.
    #[graphql(directive = list_size::apply(10))]
    async fn feedback_requests(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<FeedbackRequest>> {
        let found = service::feedback::requests(ctx.env()?, ctx.actor()?).boxed().await;
        let found = found.or_fail(ctx)?.into_iter().map(Arc::new);
        Ok(found.map(FeedbackRequest).collect())
    }

    /// Your active sessions, last used first.
    async fn sessions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Session>> {
        sessions(ctx).await
    }
}

/// Loads the caller's active sessions, last used first.
pub async fn sessions(ctx: &Context<'_>) -> async_graphql::Result<Vec<Session>> {
    let current = ctx.request()?.caller.session();
    let sessions = identity_service::sessions(ctx.env()?, ctx.actor()?).boxed().await.or_fail(ctx)?;
    let own = sessions.into_iter();
    Ok(own.map(|session| Session { current: Some(session.id) == current, session }).collect())
}

impl Viewer {
    async fn grants(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<identity_service::RoleGrant>> {
        let actor = ctx.actor()?;
        match actor.staff() {
            Some(staff) => identity_service::grants_of(ctx.env()?, actor, staff).boxed().await.or_fail(ctx),
            None => Ok(Vec::new()),
        }
    }
}
