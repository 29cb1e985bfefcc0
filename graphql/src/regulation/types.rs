//! `Regulation` and the query `regulations`.

use crate::{
    context::ContextExt,
    error::{self, OrFail},
    id::{self, Kind},
    labels::{Locale, label},
    scalars::{Date, DateTime},
};
use async_graphql::{ComplexObject, Context, Enum, ID, Object, SimpleObject};
use domain::{
    id::{AgencyId, RegulationId},
    time::Calendar,
};
use futures_util::FutureExt;
use service::{
    Env, criteria,
    regulation::{self as use_case, LoadedRegulation},
};
use std::sync::Arc;

/// How a regulation determines a predicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::regulation::Scheme")]
pub enum RegulationScheme {
    /// A matrix of two ratings with three levels each.
    RatingMatrix,
    /// A score from 0 to 120, divided into bands.
    Numeric,
}

/// Format of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::regulation::Format")]
pub enum RegulationFormat {
    /// TOML.
    Toml,
    /// JSON.
    Json,
}

domain::labels! {
    RegulationFormat {
        Toml: "TOML", "TOML";
        Json: "JSON", "JSON";
    }
}

/// Confidence in a value of a regulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::regulation::Confidence")]
pub enum RegulationConfidence {
    /// Stated in the regulation's text, or published identically by several agencies.
    Certain,
    /// Chosen by this server's authors because the text does not state it or sources differ.
    Uncertain,
}

/// A confidence mark: how certain a value of a regulation is, and its source.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct RegulationMark {
    /// Path in the document, such as `objection.counting`.
    path: String,
    /// Confidence in the value.
    confidence: RegulationConfidence,
    /// Source of the value; null if none.
    source: Option<String>,
    /// A note; null if none.
    note: Option<String>,
    /// Whether an agency still has to fill in the value.
    missing: bool,
}

#[ComplexObject]
impl RegulationMark {
    /// Label of `confidence` in the requested language.
    async fn confidence_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, domain::regulation::Confidence::from(self.confidence))
    }
}

impl From<domain::regulation::Mark> for RegulationMark {
    fn from(mark: domain::regulation::Mark) -> Self {
        Self {
            path: mark.path,
            confidence: mark.confidence.into(),
            source: mark.source,
            note: mark.note,
            missing: mark.missing,
        }
    }
}

#[derive(Clone)]
pub struct Regulation(pub Arc<LoadedRegulation>);

/// A version of a regulation (peraturan). Versions never change: a different text is a new version.
#[Object]
impl Regulation {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Regulation, self.0.stored.id)
    }
    /// The code.
    async fn code(&self) -> &str {
        &self.0.head().code
    }
    /// Version number on this server, from 1.
    async fn version(&self) -> i32 {
        self.0.head().version
    }
    /// The official title, in Indonesian.
    async fn title(&self) -> &str {
        &self.0.head().title
    }
    /// How a regulation determines a predicate.
    async fn scheme(&self) -> RegulationScheme {
        self.0.head().scheme.into()
    }
    /// Label of `scheme` in the requested language.
    async fn scheme_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.head().scheme)
    }
    /// Where the official text is published.
    async fn source(&self) -> &str {
        &self.0.head().source
    }
    /// First day in force.
    async fn effective_from(&self) -> Date {
        Date(self.0.head().effective_from)
    }
    /// End date (exclusive); null while current.
    async fn effective_to(&self) -> Option<Date> {
        self.0.head().effective_to.map(Date)
    }
    /// The document with its rules, exactly as submitted. You can use it as the starting point for your own version.
    async fn document(&self) -> &str {
        &self.0.stored.text
    }
    /// Format of `document`.
    async fn format(&self) -> RegulationFormat {
        self.0.stored.format.into()
    }
    /// Hexadecimal SHA-256 of `document`.
    async fn sha256(&self) -> &str {
        &self.0.stored.sha256
    }
    /// Time at which it was stored.
    async fn loaded_at(&self) -> DateTime {
        DateTime(self.0.stored.loaded_at)
    }
    /// Whether it ships with the server; false if the agency added it.
    async fn ships(&self) -> bool {
        self.0.ships()
    }
    /// Confidence marks of all parameters, certain and uncertain.
    async fn marks(&self) -> Vec<RegulationMark> {
        self.0.document.marks().into_iter().map(Into::into).collect()
    }
    /// Whether all values are filled in.
    async fn is_complete(&self) -> bool {
        self.0.document.is_complete()
    }
    /// Paths of the values that an agency still has to fill in. Until then the regulation can only be used for
    /// simulations.
    async fn missing(&self) -> Vec<String> {
        self.0.document.missing()
    }
    /// Whether evaluations can be made with it: true if all values are filled in. It applies to plans that start
    /// while it is in force, unless a newer regulation is in force too.
    async fn serves_evaluations(&self) -> bool {
        self.0.serves_evaluations()
    }
}

/// Returns the agency of a query about regulations, and today in its time zone. Without a login: the server's first
/// agency. Without any agency: the nil id, under which only shipped regulations are found, and today in Jakarta.
pub async fn agency_and_day(
    ctx: &Context<'_>,
    env: &Env,
) -> Result<(AgencyId, domain::time::Date), service::Error> {
    if let Ok(actor) = ctx.actor() {
        return Ok((actor.agency, env.today(actor)));
    }
    let (agency, calendar) = match criteria::agency_and_calendar(env).boxed().await {
        Err(service::Error::NotFound) => (AgencyId(uuid::Uuid::nil()), Calendar::JAKARTA),
        found => found?,
    };
    Ok((agency, calendar.day(env.now())))
}

/// Loads a regulation by id; none if it does not exist or belongs to another agency.
pub async fn one(ctx: &Context<'_>, id: RegulationId) -> async_graphql::Result<Option<Regulation>> {
    let env = ctx.env()?;
    let (agency, _) = agency_and_day(ctx, env).await.or_fail(ctx)?;
    match use_case::regulation(env, agency, id).boxed().await {
        Ok(found) => Ok(Some(Regulation(found))),
        Err(service::Error::NotFound) => Ok(None),
        Err(cause) => Err(error::to_graphql_error(ctx, cause)),
    }
}

/// Queries on regulations.
#[derive(Default)]
pub struct RegulationQuery;

#[Object]
impl RegulationQuery {
    /// All versions of the regulations that results are computed with, newest first. Needs no login.
    async fn regulations(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Vec<Regulation>>> {
        let env = ctx.env()?;
        let (agency, _) = agency_and_day(ctx, env).await.or_fail(ctx)?;
        let found = use_case::all(env, agency).boxed().await.or_fail(ctx)?;
        Ok(Some(found.into_iter().map(Regulation).collect()))
    }
}
