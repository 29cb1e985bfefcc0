//! `addRegulation`: a dry run first, then a version that never changes.

use super::types::{Regulation, RegulationMark, one};
use crate::graphql::{
    context::ContextExt,
    error::{self, OrFail, UserError},
    id::{self, Kind},
    labels::Locale,
    scalars::{Date, Uuid},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use service::{IdempotencyKey, regulation as use_case};

/// Mutations of regulations.
#[derive(Default)]
pub struct RegulationMutation;

/// A regulation to add.
#[derive(InputObject)]
struct AddRegulationInput {
    /// The document that was sent: TOML or JSON, at most 1 MiB.
    upload_id: ID,
    /// Only check; nothing is written.
    dry_run: bool,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

struct RegulationFault(domain::regulation::Finding);

/// What is wrong with a document.
#[Object]
impl RegulationFault {
    /// The place in the document: `numeric.bands.1.from`; empty: the whole.
    async fn path(&self) -> &str {
        &self.0.path
    }
    /// What is wrong, as a sentence.
    async fn message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By default the request's.")] locale: Option<Locale>,
    ) -> String {
        self.0.message.render(locale.map_or_else(|| ctx.locale(), Into::into))
    }
}

/// A place in which a version differs from the one before.
#[derive(SimpleObject)]
struct RegulationDifference {
    /// The place in the document.
    path: String,
    /// What stood there; null: nothing.
    before: Option<String>,
    /// What stands there; null: nothing.
    after: Option<String>,
}

/// What a check of a document finds.
#[derive(SimpleObject)]
struct RegulationCheck {
    /// All that is wrong with it; empty: it can be added.
    faults: Vec<RegulationFault>,
    /// Its code; null if it can't be read.
    code: Option<String>,
    /// Its version; null if it can't be read.
    version: Option<i32>,
    /// The first day on which it is in force; null if it can't be read.
    effective_from: Option<Date>,
    /// The SHA-256 of its text, in hexadecimal.
    sha256: String,
    /// Whether the same text is stored already; then it is not added again.
    is_stored: bool,
    /// How sure each value is.
    marks: Vec<RegulationMark>,
    /// The places that are still to be filled in; until then it serves for simulation.
    missing: Vec<String>,
    /// Whether evaluations will be made with it: of plans that begin while it is in force. No result that exists
    /// changes.
    serves_evaluations: bool,
    /// The version that it is compared to; null: there is none before it.
    compared_to_version: Option<i32>,
    /// What it changes against that version, at most 200 places.
    differences: Vec<RegulationDifference>,
    /// How many places in all.
    difference_count: i32,
}

impl From<use_case::RegulationCheck> for RegulationCheck {
    fn from(check: use_case::RegulationCheck) -> Self {
        let head = check.head();
        let document = check.document.as_ref();
        Self {
            code: head.as_ref().map(|head| head.code.clone()),
            version: head.as_ref().map(|head| head.version),
            effective_from: head.map(|head| Date(head.effective_from)),
            marks: document
                .map(|document| document.marks().into_iter().map(Into::into).collect())
                .unwrap_or_default(),
            missing: document.map(domain::regulation::RegulationDocument::missing).unwrap_or_default(),
            faults: check.findings.into_iter().map(RegulationFault).collect(),
            sha256: check.sha256,
            is_stored: check.stored.is_some(),
            serves_evaluations: check.serves_evaluations,
            compared_to_version: check.before.map(|before| before.version),
            differences: check
                .differences
                .into_iter()
                .map(|one| RegulationDifference { path: one.path, before: one.before, after: one.after })
                .collect(),
            difference_count: i32::try_from(check.differences_in_all).unwrap_or(i32::MAX),
        }
    }
}

/// The outcome of `addRegulation`.
#[derive(SimpleObject)]
struct AddRegulationPayload {
    /// The regulation; null on a dry run, or when `errors` tells why.
    regulation: Option<Regulation>,
    /// What the check of the document found; null when `errors` tells why.
    check: Option<RegulationCheck>,
    /// What you can act on; nothing was written then.
    errors: Vec<UserError>,
}

#[Object]
impl RegulationMutation {
    /// Adds a version of a regulation, or with `dryRun` only tells what is wrong with it and what it changes. A
    /// stored version never changes, and no result that exists does. For admins of the agency.
    async fn add_regulation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: AddRegulationInput,
    ) -> async_graphql::Result<AddRegulationPayload> {
        let key = IdempotencyKey { operation: "addRegulation", key: input.idempotency_key.map(|key| key.0) };
        let upload = id::argument(ctx, Kind::Upload, &input.upload_id, "uploadId")?;
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let mut regulation = None;
        if !input.dry_run {
            let add = use_case::AddRegulation { upload };
            let (added, errors) = error::outcome(ctx, use_case::add_regulation(env, actor, key, add).await)?;
            let Some(added) = added else {
                return Ok(AddRegulationPayload { regulation, check: None, errors });
            };
            regulation = Some(one(ctx, added).await?.ok_or(service::Error::NotFound).or_fail(ctx)?);
        }
        let (check, errors) = error::outcome(ctx, use_case::check_regulation(env, actor, upload).await)?;
        Ok(AddRegulationPayload { regulation, check: check.map(Into::into), errors })
    }
}
