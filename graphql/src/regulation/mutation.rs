//! `addRegulation`: checks a document and adds it as an immutable version.

use super::types::{Regulation, RegulationMark, one};
use crate::{
    context::ContextExt,
    error::{self, OrFail, UserError},
    given::Given,
    labels::Locale,
    reader::Reader,
    scalars::Date,
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use domain::id::UploadId;
use futures_util::FutureExt;
use service::regulation as use_case;
use uuid::Uuid;

/// Mutations of regulations.
#[derive(Default)]
pub struct RegulationMutation;

/// Input of `addRegulation`: an uploaded document of a regulation.
#[derive(InputObject)]
struct AddRegulationInput {
    /// The uploaded document: TOML or JSON, at most 1 MiB.
    upload_id: Given<UploadId>,
    /// True: only check, write nothing.
    dry_run: bool,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

struct RegulationFault(domain::regulation::Finding);

/// A finding of the check of a document.
#[Object]
impl RegulationFault {
    /// Path in the document, such as `numeric.bands.1.from`; empty for the whole document.
    async fn path(&self) -> &str {
        &self.0.path
    }
    /// Message for the user.
    async fn message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> String {
        self.0.message.render(ctx.language(locale))
    }
}

/// A difference from the previous version.
#[derive(SimpleObject)]
struct RegulationDifference {
    /// Path in the document.
    path: String,
    /// Value in the previous version; null if none.
    before: Option<String>,
    /// Value in the new version; null if none.
    after: Option<String>,
}

/// Result of checking the document of a regulation.
#[derive(SimpleObject)]
struct RegulationCheck {
    /// Everything that is wrong with the document; empty if it can be added.
    faults: Vec<RegulationFault>,
    /// Its code; null if the document can't be read.
    code: Option<String>,
    /// Its version; null if the document can't be read.
    version: Option<i32>,
    /// First day in force; null if the document can't be read.
    effective_from: Option<Date>,
    /// Hexadecimal SHA-256 of its text.
    sha256: String,
    /// Whether the same text is already stored. If so, it is not added again.
    is_stored: bool,
    /// Confidence marks of its values.
    marks: Vec<RegulationMark>,
    /// Paths of the values that are still missing. Until they are filled in, the regulation can only be used for
    /// simulations.
    missing: Vec<String>,
    /// Whether evaluations will be made with it, for plans that start while it is in force. Existing results don't
    /// change.
    serves_evaluations: bool,
    /// The version that it is compared to; null if there is no earlier one.
    compared_to_version: Option<i32>,
    /// Differences from that version, at most 200.
    differences: Vec<RegulationDifference>,
    /// Total number of differences.
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
            difference_count: i32::try_from(check.total_differences).unwrap_or(i32::MAX),
        }
    }
}

/// Outcome of `addRegulation`.
#[derive(SimpleObject)]
struct AddRegulationPayload {
    /// The regulation; null on a dry run, or if `errors` is not empty.
    regulation: Option<Regulation>,
    /// Result of the check; null if `errors` is not empty.
    check: Option<RegulationCheck>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

#[Object]
impl RegulationMutation {
    /// Adds a version of a regulation; with `dryRun`, only checks it and lists its differences. Stored versions and
    /// existing results never change. For admins of the agency.
    async fn add_regulation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The upload, whether it is a dry run, and an optional idempotency key.")]
        input: AddRegulationInput,
    ) -> async_graphql::Result<AddRegulationPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let upload = read.get("uploadId", input.upload_id);
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let (_, errors) = error::outcome(ctx, read.well_formed())?;
        if !errors.is_empty() {
            return Ok(AddRegulationPayload { regulation: None, check: None, errors });
        }
        let mut regulation = None;
        if !input.dry_run {
            let add = use_case::AddRegulation { upload };
            let (added, errors) =
                error::outcome(ctx, use_case::add_regulation(env, actor, key, add).boxed().await)?;
            let Some(added) = added else {
                return Ok(AddRegulationPayload { regulation, check: None, errors });
            };
            regulation = Some(one(ctx, added).await?.ok_or(service::Error::NotFound).or_fail(ctx)?);
        }
        let (check, errors) =
            error::outcome(ctx, use_case::check_regulation(env, actor, upload).boxed().await)?;
        Ok(AddRegulationPayload { regulation, check: check.map(Into::into), errors })
    }
}
