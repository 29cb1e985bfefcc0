//! `Regulation` and the query on all of them.

use crate::graphql::{
    context::ContextExt,
    error::{self, OrFail},
    id::{self, Kind},
    scalars::{Date, DateTime},
};
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use domain::{
    id::{AgencyId, RegulationId},
    time::Calendar,
};
use service::{
    Env, criteria,
    regulation::{self as use_case, LoadedRegulation},
};
use std::sync::Arc;

/// How a predicate comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::regulation::Scheme")]
enum RegulationScheme {
    /// Two ratings of three levels, read in a matrix.
    RatingMatrix,
    /// A score up to 120, read in bands.
    Numeric,
}

/// How the text of a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::regulation::Format")]
enum RegulationFormat {
    /// TOML.
    Toml,
    /// JSON.
    Json,
}

/// How sure a value of a regulation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::regulation::Confidence")]
enum RegulationConfidence {
    /// Read in the text, or printed alike by several who applied it.
    Certain,
    /// Our choice where the text is silent, or sources differ.
    Uncertain,
}

/// How sure a value of a regulation is, and where it stands.
#[derive(SimpleObject)]
pub struct RegulationMark {
    /// The place in the document: `objection.counting`.
    path: String,
    /// How sure it is.
    confidence: RegulationConfidence,
    /// Where it stands.
    source: Option<String>,
    /// What is to be known about it.
    note: Option<String>,
    /// Whether an agency has still to fill it in.
    missing: bool,
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

/// A version of a rule set (peraturan). It never changes: another text is another version.
#[Object]
impl Regulation {
    /// The global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Regulation, self.0.stored.id)
    }
    /// The code.
    async fn code(&self) -> &str {
        &self.0.head().code
    }
    /// The version here, from 1.
    async fn version(&self) -> i32 {
        self.0.head().version
    }
    /// The official title, in Indonesian.
    async fn title(&self) -> &str {
        &self.0.head().title
    }
    /// How a predicate comes about.
    async fn scheme(&self) -> RegulationScheme {
        self.0.head().scheme.into()
    }
    /// Where it can be read.
    async fn source(&self) -> &str {
        &self.0.head().source
    }
    /// The first day on which it is in force.
    async fn effective_from(&self) -> Date {
        Date(self.0.head().effective_from)
    }
    /// The first day on which it is no more; null: it still is.
    async fn effective_to(&self) -> Option<Date> {
        self.0.head().effective_to.map(Date)
    }
    /// The rule set, exactly as it was given: to read, and to begin a version of your own from.
    async fn document(&self) -> &str {
        &self.0.stored.text
    }
    /// How `document` is written.
    async fn format(&self) -> RegulationFormat {
        self.0.stored.format.into()
    }
    /// The SHA-256 of `document`, in hexadecimal.
    async fn sha256(&self) -> &str {
        &self.0.stored.sha256
    }
    /// When it was stored.
    async fn loaded_at(&self) -> DateTime {
        DateTime(self.0.stored.loaded_at)
    }
    /// Whether it ships with the server; else the agency added it.
    async fn ships(&self) -> bool {
        self.0.ships()
    }
    /// How sure each value is on which texts differ or are silent.
    async fn marks(&self) -> Vec<RegulationMark> {
        self.0.document.marks().into_iter().map(Into::into).collect()
    }
    /// Whether nothing is left to fill in.
    async fn is_complete(&self) -> bool {
        self.0.document.is_complete()
    }
    /// The places that an agency has still to fill in; until then it serves for simulation.
    async fn missing(&self) -> Vec<String> {
        self.0.document.missing()
    }
    /// Whether evaluations can be made with it: whether nothing is left to fill in. Those of plans that begin while it is
    /// in force are, if no newer one is.
    async fn serves_evaluations(&self) -> bool {
        self.0.serves_evaluations()
    }
}

/// Of which agency and day is asked: without a login those of the server's first agency, by the national
/// calendar; a server without an agency tells what ships with it.
pub async fn asked_from(
    ctx: &Context<'_>,
    env: &Env,
) -> Result<(AgencyId, domain::time::Date), service::Error> {
    if let Ok(actor) = ctx.actor() {
        return Ok((actor.agency, env.today(actor)));
    }
    let agency = match criteria::agency(env).await {
        Err(service::Error::NotFound) => AgencyId(uuid::Uuid::nil()),
        found => found?,
    };
    Ok((agency, Calendar::JAKARTA.day(env.now())))
}

/// A regulation by id; null if there is none, or if it is another agency's.
pub async fn one(ctx: &Context<'_>, id: RegulationId) -> async_graphql::Result<Option<Regulation>> {
    let env = ctx.env()?;
    let (agency, _) = asked_from(ctx, env).await.or_fail(ctx)?;
    match use_case::regulation(env, agency, id).await {
        Ok(found) => Ok(Some(Regulation(found))),
        Err(service::Error::NotFound) => Ok(None),
        Err(failure) => Err(error::failure(ctx, failure)),
    }
}

/// Queries on regulations.
#[derive(Default)]
pub struct RegulationQuery;

#[Object]
impl RegulationQuery {
    /// The regulations that results are computed with, in all their versions, the newest first. Needs no login.
    async fn regulations(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Regulation>> {
        let env = ctx.env()?;
        let (agency, _) = asked_from(ctx, env).await.or_fail(ctx)?;
        let found = use_case::all(env, agency).await.or_fail(ctx)?;
        Ok(found.into_iter().map(Regulation).collect())
    }
}
