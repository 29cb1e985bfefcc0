//! Gaps in the chain of command.

use super::{Assignment, OrgUnit, Staff, one_staff};
use crate::{
    connection,
    context::ContextExt,
    enums::RosterProblemKind,
    error::OrFail,
    labels::{Locale, label},
    page,
    weight::list_size,
};
use async_graphql::{Context, Object};
use domain::{id::UnitId, roster::Problem};
use futures_util::{FutureExt, future::try_join_all};
use service::db::page_of_list;
use sha2::{Digest, Sha256};
use uuid::Uuid;

#[derive(Clone)]
pub struct RosterProblem(pub Problem);

/// A gap in the chain of command (a person whom nobody can rate, or a unit with several heads), or a scheduled change
/// that failed.
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
    /// A sentence that describes the problem and its remedy.
    async fn message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> String {
        self.0.message.render(ctx.language(locale))
    }
    /// The unit.
    async fn org_unit(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<OrgUnit>> {
        Ok(ctx.loaders()?.units.find(ctx, self.0.unit).await?.map(OrgUnit))
    }
    /// The assignment of the person whom nobody can rate, the vacant post, or the assignment of one of the heads. Null
    /// for a failed change, and if the assignment has ended and you can't see it.
    async fn assignment(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Assignment>> {
        match self.0.assignment {
            Some(assignment) => Ok(ctx.loaders()?.assignments.find(ctx, assignment).await?.map(Assignment)),
            None => Ok(None),
        }
    }
    /// The holder of the assignment; for a vacant post, the last holder; for a post that nobody has held yet, the first
    /// person who acted for it; for a failed change, the person concerned. Null if the person has left and you can't see
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

connection!(RosterProblemConnection, RosterProblemEdge, RosterProblem, "gaps in the chain of command");

/// Gaps in the chain of command of a unit with its subunits on a day.
pub struct RosterReport {
    unit: UnitId,
    total: Option<usize>,
    listed: Vec<Problem>,
}

impl RosterReport {
    /// Makes the report. API keys see neither the problems nor their number.
    pub fn new(unit: UnitId, found: Vec<Problem>, lists: bool) -> Self {
        let total = lists.then_some(found.len());
        Self { unit, total, listed: if lists { found } else { Vec::new() } }
    }
}

/// Identifies a problem in cursors: problems with the same kind, place and people are the same problem.
fn key(problem: &Problem) -> Uuid {
    let Problem { kind, unit, assignment, staff, message, fixers: _ } = problem;
    let digest = Sha256::digest(format!("{kind} {unit:?} {assignment:?} {staff:?} {message:?}"));
    Uuid::from_slice(&digest[..16]).unwrap_or_default()
}

/// Gaps in the chain of command of a unit with its subunits on a day.
#[Object]
impl RosterReport {
    /// Number of all problems. Null for API keys, because it would be a figure about single people.
    async fn total_count(&self) -> Option<i32> {
        self.total.map(|total| i32::try_from(total).unwrap_or(i32::MAX))
    }

    /// Number of requests to correct a record in the unit and its subunits that wait for an answer now and that you can
    /// see; `corrections` lists them. Null unless you are an admin of the unit or an auditor.
    async fn open_corrections(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<i32>> {
        let found = service::correction::count_open(ctx.env()?, ctx.actor()?, self.unit).boxed().await;
        Ok(found.or_fail(ctx)?.map(|count| i32::try_from(count).unwrap_or(i32::MAX)))
    }

    /// The problems, by kind. Empty for API keys, which can read only figures.
    async fn problems(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "Number of items from the end of the list, at most 100; not together with `first`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<RosterProblemConnection> {
        let request = page::request(first, after, last, before);
        let found = page_of_list(&self.listed, "rosterProblems", key, &request).or_fail(ctx)?;
        Ok(RosterProblemConnection::new(found, Some(self.listed.len() as u64), RosterProblem))
    }
}
