//! Gaps in the chain of command.

use super::{Assignment, OrgUnit, Staff, one_staff};
use crate::{
    context::ContextExt,
    enums::RosterProblemKind,
    labels::{Locale, label},
    weight::list_size,
};
use async_graphql::{Context, Object, SimpleObject};
use domain::roster::Problem;
use futures_util::future::try_join_all;

#[derive(Clone)]
pub struct RosterProblem(pub Problem);

/// A gap in the chain of command: a person whom nobody can rate, or a unit with several heads.
#[Object]
impl RosterProblem {
    /// Kind of problem.
    async fn kind(&self) -> RosterProblemKind {
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
    /// What is wrong and what to do, as a sentence.
    async fn message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> String {
        self.0.message.render(locale.map_or_else(|| ctx.locale(), Into::into))
    }
    /// The unit.
    async fn org_unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        Ok(ctx.loaders()?.units.find(ctx, self.0.unit).await?.map(OrgUnit))
    }
    /// The assignment: of the person whom nobody can rate, the vacant post, or one of the heads. Null of a failed change,
    /// and if it has ended and you can't see it.
    async fn assignment(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Assignment>> {
        match self.0.assignment {
            Some(assignment) => Ok(ctx.loaders()?.assignments.find(ctx, assignment).await?.map(Assignment)),
            None => Ok(None),
        }
    }
    /// The holder of the assignment, for a vacant post the last one; of a failed change the person concerned. Null if the person has left and you can't see
    /// them.
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Staff>> {
        one_staff(ctx, self.0.staff).await
    }
    /// The people who can fix it: the admins of the unit.
    #[graphql(directive = list_size::apply(3))]
    async fn who_can(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Staff>> {
        let people = self.0.fixers.iter().map(|staff| one_staff(ctx, *staff));
        Ok(try_join_all(people).await?.into_iter().flatten().collect())
    }
}

/// Gaps in the chain of command of a unit with its subunits on a day.
#[derive(SimpleObject)]
pub struct RosterReport {
    /// Number of all problems.
    pub total_count: i32,
    /// The problems, by kind, at most 100. Empty for API keys, which can read only figures.
    #[graphql(directive = list_size::apply(100))]
    pub problems: Vec<RosterProblem>,
}

/// Maximum number of problems in a report.
pub const MAX_PROBLEMS: usize = 100;

impl RosterReport {
    /// Makes the report; people are listed only for people.
    pub fn new(found: Vec<Problem>, lists: bool) -> Self {
        let total_count = i32::try_from(found.len()).unwrap_or(i32::MAX);
        let listed = if lists { MAX_PROBLEMS } else { 0 };
        Self { total_count, problems: found.into_iter().take(listed).map(RosterProblem).collect() }
    }
}
