//! `AllowedAction`: whether the caller can run an action on an object now, the reason if not, and who can.

use super::{
    context::ContextExt,
    enums::Action,
    enums::ErrorCode,
    error::{OrFail, UserError},
    labels::{Locale, label},
    organisation::Staff,
    scalars::Date,
};
use async_graphql::{Context, Object};
use domain::{
    Code,
    id::{StaffId, UnitId},
    policy::Allowed,
    staff::StaffStatus,
};
use futures_util::{FutureExt, future::try_join_all};
use service::power;
use std::sync::Arc;

pub struct AllowedAction {
    all: Arc<Vec<Allowed>>,
    index: usize,
}

impl AllowedAction {
    /// Wraps the actions of an object.
    pub fn list(all: &Arc<Vec<Allowed>>) -> Vec<Self> {
        (0..all.len()).map(|index| Self { all: all.clone(), index }).collect()
    }

    /// Makes one for each action of an object of a person. Some of them are refused for people who can act through the
    /// caller's account; these people are loaded once for a request.
    pub async fn of_person(
        ctx: &Context<'_>,
        mut all: Vec<Allowed>,
        of: (StaffId, UnitId),
    ) -> async_graphql::Result<Vec<Self>> {
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        if power::depends_on_accounts(env, actor, &all) {
            let own = ctx.loaders()?.own_accounts.find(ctx, ()).await?.unwrap_or_default();
            power::refuse_for_own_accounts(env, actor, &own, of, &mut all).boxed().await.or_fail(ctx)?;
        }
        Ok(Self::list(&Arc::new(all)))
    }

    /// Makes one for each action of a post or a delegation. Some of them are refused where they would choose who rates the
    /// caller; the caller's raters are loaded once for a request.
    pub async fn of_post(
        ctx: &Context<'_>,
        mut all: Vec<Allowed>,
        of: (power::Changed<'_>, Option<UnitId>),
    ) -> async_graphql::Result<Vec<Self>> {
        if power::depends_on_raters(&all) {
            let own = ctx.loaders()?.own_raters.find(ctx, ()).await?.unwrap_or_default();
            let (env, actor) = (ctx.env()?, ctx.actor()?);
            power::refuse_choices(env, actor, &own, of, &mut all).boxed().await.or_fail(ctx)?;
        }
        Ok(Self::list(&Arc::new(all)))
    }

    fn one(&self) -> Option<&Allowed> {
        self.all.get(self.index)
    }
}

/// An action on an object: whether you can run it now, the reason if not, and who can.
#[Object]
impl AllowedAction {
    /// The action, named after its mutation.
    async fn action(&self, ctx: &Context<'_>) -> async_graphql::Result<Action> {
        let missing = || super::error::to_graphql_error(ctx, service::Error::internal("no such action"));
        Ok(self.one().ok_or_else(missing)?.action.into())
    }
    /// Label of `action` in the requested language.
    async fn action_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> async_graphql::Result<&str> {
        let missing = || super::error::to_graphql_error(ctx, service::Error::internal("no such action"));
        Ok(label(ctx, locale, self.one().ok_or_else(missing)?.action))
    }
    /// Whether you can run it now.
    async fn allowed(&self) -> bool {
        self.one().is_some_and(|one| one.refusal.is_none())
    }
    /// The error code that the mutation would give now: FORBIDDEN, INVALID_TRANSITION, TOO_EARLY or PERIOD_CLOSED; null
    /// if allowed.
    async fn code(&self, ctx: &Context<'_>) -> Option<ErrorCode> {
        let refusal = self.one()?.refusal.clone()?;
        Some(*UserError::new(refusal, ctx.locale()).code_value())
    }
    /// The reason as a sentence, in the request's language; null if allowed.
    async fn message(&self, ctx: &Context<'_>) -> Option<String> {
        Some(self.one()?.refusal.as_ref()?.message.render(ctx.locale()))
    }
    /// First day on which you can run it, in the agency's time zone, if only the day is missing (TOO_EARLY); null
    /// otherwise.
    async fn opens_on(&self) -> Option<Date> {
        match self.one()?.refusal.as_ref()?.code {
            Code::TooEarly { opens_on } => Some(Date(opens_on)),
            _ => None,
        }
    }
    /// The people who have the right to run it in some status. Admins, and people who have left, are not listed.
    async fn who_can(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Staff>> {
        let people = self.one().map(|one| one.who_can.clone()).unwrap_or_default();
        let people = people.into_iter().map(|staff| super::organisation::one_staff(ctx, staff));
        let found = try_join_all(people).await?.into_iter().flatten();
        Ok(found.filter(|one| one.0.status == StaffStatus::Active).collect())
    }
}
