//! Import of an organisation: uploads, runs and their rows.

use super::{
    consequence::ConsequenceConnection,
    context::ContextExt,
    enums::ErrorCode,
    error::{self, OrFail, UserError},
    given::Given,
    id::{self, Kind},
    labels::{Locale, label},
    page,
    reader::Reader,
    scalars::DateTime,
};
use crate::connection;
use async_graphql::{ComplexObject, Context, Enum, ID, InputObject, Object, SimpleObject};
use domain::{
    id::{ImportRunId, UploadId},
    import::Finding,
};
use futures_util::FutureExt;
use service::{evidence, import as use_case};
use uuid::Uuid;

/// Mutations of uploads and imports. For admins of the whole agency.
#[derive(Default)]
pub struct ImportMutation;

/// Purpose of an uploaded file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum UploadPurpose {
    /// For `importOrganisation` or `addRegulation`. Removed within a day.
    Import,
    /// Evidence of your activities, trainings and corrections. Kept once one of them uses it.
    Evidence,
}

domain::labels! {
    UploadPurpose {
        Import: "Impor", "Import";
        Evidence: "Bukti dukung", "Evidence";
    }
}

/// Input of `createUpload`: a file to upload.
#[derive(InputObject)]
struct CreateUploadInput {
    /// Purpose of the file.
    #[graphql(default_with = "UploadPurpose::Import")]
    purpose: UploadPurpose,
    /// File name. Its extension gives the type. For EVIDENCE: pdf, jpg, jpeg, png, webp, heic, heif, docx, xlsx, pptx,
    /// txt or csv, and a name of at most 120 characters without a path.
    name: String,
    /// File size in bytes, at most `serviceConfig.limits.uploadBytes` or, for EVIDENCE, `evidenceBytes`.
    size: i32,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of `createUpload`: the URL to send the file to.
#[derive(SimpleObject)]
struct CreateUploadPayload {
    /// Global id of the upload, for `importOrganisation` or `addRegulation`, or for `evidence` of an activity; null if
    /// `errors` is not empty.
    upload_id: Option<ID>,
    /// URL for the PUT of the file's bytes, relative to the server. For IMPORT it works once and is returned only once: null
    /// on a replay of the same idempotency key. For EVIDENCE a replay returns it again, and the same bytes may be sent again
    /// until it expires.
    url: Option<String>,
    /// Expiry time of `url`.
    expires_at: Option<DateTime>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

/// Input of `importOrganisation`: an uploaded file to import.
#[derive(InputObject)]
struct ImportOrganisationInput {
    /// The uploaded file: CSV (UTF-8) or XLSX with the columns of the templates.
    upload_id: Given<UploadId>,
    /// Further uploaded files, at most 5. All files are read together as one import.
    further_upload_ids: Option<Vec<Given<UploadId>>>,
    /// True: only check, write nothing.
    dry_run: bool,
    /// Idempotency key, a new UUID for each change. Sending the same input again with the same key does not repeat
    /// the change.
    idempotency_key: Option<Given<Uuid>>,
}

/// Outcome of `importOrganisation`.
#[derive(SimpleObject)]
struct ImportOrganisationPayload {
    /// The import run, which continues in the background: poll it with `node`. Null if `errors` is not empty.
    import_run: Option<ImportRun>,
    /// Errors that the client can act on; if there are any, nothing was written.
    errors: Vec<UserError>,
}

/// Status of an import run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::import::RunStatus")]
pub enum ImportStatus {
    /// The file is being read and checked.
    Checking,
    /// Checked without errors. A dry run ends here.
    Ready,
    /// The rows are being written.
    Applying,
    /// All rows are written.
    Applied,
    /// A row has an error or the file can't be read; nothing was written.
    Refused,
    /// The run could not be finished; nothing was written.
    Failed,
}

domain::labels! {
    ImportStatus {
        Checking: "Diperiksa", "Being checked";
        Ready: "Siap", "Ready";
        Applying: "Disimpan", "Being written";
        Applied: "Selesai", "Applied";
        Refused: "Ditolak", "Refused";
        Failed: "Gagal", "Failed";
    }
}

/// Effect of a row of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::import::RowAction")]
pub enum ImportAction {
    /// Creates an object.
    Create,
    /// Changes an object.
    Update,
    /// Changes nothing: the stored data is the same.
    Unchanged,
    /// The row has an error.
    Refused,
}

domain::labels! {
    ImportAction {
        Create: "Dibuat", "Created";
        Update: "Diubah", "Changed";
        Unchanged: "Tetap", "Unchanged";
        Refused: "Ditolak", "Refused";
    }
}

/// Kind of sheet in an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::import::RowKind")]
pub enum ImportSheet {
    /// Units (unit kerja).
    Unit,
    /// Positions (jabatan).
    Position,
    /// People with their assignment (pegawai).
    Staff,
    /// Superiors of assignments (atasan).
    Superior,
    /// A sheet that is not imported, because it is hidden or its headers match no template.
    Other,
}

/// Who can fix a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::import::Fixer")]
pub enum ImportFixer {
    /// The author of the file: a typing error.
    Importer,
    /// The admin of the unit: a wrong unit, position or superior.
    UnitAdmin,
    /// The personnel agency (BKPSDM, BKN): a wrong NIP or rank.
    PersonnelAgency,
}

/// Severity of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::import::Severity")]
pub enum ImportSeverity {
    /// The import is refused.
    Error,
    /// Should be checked; the import continues.
    Warning,
}

/// A problem with a row.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub struct ImportProblem {
    /// Error code.
    code: ErrorCode,
    /// Message for the user, in the request's language.
    message: String,
    /// Name of the field that the column sets; null if the problem concerns the whole row.
    field: Option<String>,
    /// Place of the cell as spreadsheets show it, such as `C7`; null if the problem concerns the whole row or an absent
    /// column.
    cell: Option<String>,
    /// Header of the cell's column as in the file; null whenever `cell` is null.
    column: Option<String>,
    /// Global id of the person who has left and can be reinstated instead; null for other problems.
    staff_id: Option<ID>,
    /// Who can fix it.
    who_can: ImportFixer,
    /// Severity.
    severity: ImportSeverity,
}

#[ComplexObject]
impl ImportProblem {
    /// Label of `whoCan` in the requested language.
    async fn who_can_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, domain::import::Fixer::from(self.who_can))
    }
    /// Label of `severity` in the requested language.
    async fn severity_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, domain::import::Severity::from(self.severity))
    }
}

/// Number of rows for each outcome.
#[derive(Clone, SimpleObject)]
pub struct ImportChanges {
    /// Rows that create an object.
    created: i32,
    /// Rows that change an object.
    updated: i32,
    /// Rows that change nothing.
    unchanged: i32,
    /// Rows with an error.
    refused: i32,
    /// Number of warnings.
    warnings: i32,
}

#[derive(Clone)]
pub struct ImportRow(use_case::ImportRow);

connection!(ImportRowConnection, ImportRowEdge, ImportRow, "rows of an import");

/// A row of an import.
#[Object]
impl ImportRow {
    /// The sheet.
    async fn sheet(&self) -> ImportSheet {
        self.0.sheet.into()
    }
    /// Label of `sheet` in the requested language.
    async fn sheet_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, self.0.sheet)
    }
    /// Row number in the file. For a sheet that is not imported: its place among the sheets, from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }
    /// Effect of the row.
    async fn action(&self) -> ImportAction {
        self.0.action.into()
    }
    /// Label of `action` in the requested language.
    async fn action_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, ImportAction::from(self.0.action))
    }
    /// Short description of the row: code and name, a name, two people, headers, or the name of a sheet.
    async fn label(&self) -> &str {
        &self.0.label
    }
    /// Its problems. An import lists at most `serviceConfig.limits.importProblems` problems over all rows. If some
    /// problems of a row are not listed, its last problem gives their number.
    async fn problems(&self, ctx: &Context<'_>) -> Vec<ImportProblem> {
        let listed = self.0.findings.iter().map(|found| problem(ctx, found));
        let further = self.0.further().into_iter().map(|found| problem(ctx, &found));
        listed.chain(further).collect()
    }
}

fn problem(ctx: &Context<'_>, problem: &Finding) -> ImportProblem {
    let error = UserError::new(problem.refusal.clone(), ctx.locale());
    let staff_id = match &error {
        UserError::PersonHasLeft(left) => Some(left.staff_id.clone()),
        _ => None,
    };
    ImportProblem {
        staff_id,
        code: *error.code_value(),
        message: problem.refusal.message.render(ctx.locale()),
        field: problem.refusal.path.last().cloned(),
        cell: problem.cell.as_ref().map(|cell| cell.place.clone()),
        column: problem.cell.as_ref().map(|cell| cell.column.clone()),
        who_can: problem.fixer.into(),
        severity: problem.severity.into(),
    }
}

#[derive(Clone)]
pub struct ImportRun(use_case::ImportRun);

/// An import run, which writes all rows or none.
#[Object]
impl ImportRun {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::ImportRun, self.0.id)
    }
    /// Status of the import run.
    async fn status(&self) -> ImportStatus {
        self.0.status.into()
    }
    /// Label of `status` in the requested language.
    async fn status_label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default that of the request.")] locale: Option<Locale>,
    ) -> &str {
        label(ctx, locale, ImportStatus::from(self.0.status))
    }
    /// Whether it is a dry run, which writes nothing.
    async fn dry_run(&self) -> bool {
        self.0.dry_run
    }
    /// Progress, in steps of `total`: checked rows, then written objects.
    async fn done(&self) -> i32 {
        self.0.done
    }
    /// Total number of steps; 0 until the file is read.
    async fn total(&self) -> i32 {
        self.0.total
    }
    /// Number of rows by outcome; available once the run has ended.
    async fn changes(&self) -> ImportChanges {
        let counts = self.0.counts;
        let number = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        ImportChanges {
            created: number(counts.created),
            updated: number(counts.updated),
            unchanged: number(counts.unchanged),
            refused: number(counts.refused),
            warnings: number(counts.warnings),
        }
    }
    /// Why the whole file was refused or the run failed; null otherwise.
    async fn failure(&self, ctx: &Context<'_>) -> Option<String> {
        self.0.failure.as_ref().map(|why| why.render(ctx.locale()))
    }
    /// The rows in the order in which they are processed: units, positions, people, superiors, then other sheets, each
    /// by row number. Available once the run has ended.
    async fn rows(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only rows with problems.", default)] only_problems: bool,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<ImportRowConnection> {
        let (request, total) = (page::request(first, after, None, None), page::wants_total(ctx));
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let found =
            use_case::import_rows(env, actor, self.0.id, only_problems, &request, total).boxed().await;
        let (rows, total) = found.or_fail(ctx)?;
        Ok(ImportRowConnection::new(rows, total, ImportRow))
    }
    /// Everything else that changes with the rows, or would change in a dry run: changed columns, closed plans,
    /// cancelled evaluations, other raters; available once the run has ended.
    async fn consequences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number of items from the start of the list, at most 100; default 20.")]
        first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> async_graphql::Result<ConsequenceConnection> {
        let (request, total) = (page::request(first, after, None, None), page::wants_total(ctx));
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let found = use_case::import_consequences(env, actor, self.0.id, &request, total).boxed().await;
        let (found, total) = found.or_fail(ctx)?;
        Ok(ConsequenceConnection::new(found, total, Into::into))
    }
    /// Start time.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
    /// End time; null while running.
    async fn finished_at(&self) -> Option<DateTime> {
        self.0.finished_at.map(DateTime)
    }
}

/// Loads an import run; none if it does not exist or the caller can't see it.
pub(super) async fn one(ctx: &Context<'_>, id: ImportRunId) -> async_graphql::Result<Option<ImportRun>> {
    match use_case::import_run(ctx.env()?, ctx.actor()?, id).boxed().await {
        Ok(run) => Ok(Some(ImportRun(run))),
        Err(service::Error::NotFound) => Ok(None),
        Err(cause) => Err(error::to_graphql_error(ctx, cause)),
    }
}

#[Object]
impl ImportMutation {
    /// Prepares the upload of a file. Send its bytes with one PUT to `url` within 15 minutes. IMPORT is for admins of
    /// the agency, EVIDENCE for everyone. A file of evidence that nothing uses is removed after a day.
    async fn create_upload(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The file's name and size, and an optional idempotency key.")]
        input: CreateUploadInput,
    ) -> async_graphql::Result<CreateUploadPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        if input.purpose == UploadPurpose::Evidence {
            let create = evidence::CreateUpload::new(input.name, input.size.into());
            let result = read.run(evidence::create_upload(ctx.env()?, ctx.actor()?, key, create)).await;
            let (upload, errors) = error::outcome(ctx, result)?;
            let upload_id = upload.as_ref().map(|upload| id::encode(Kind::Upload, upload.id));
            let url = upload.as_ref().zip(upload_id.as_ref());
            let url = url.map(|(upload, id)| format!("/uploads/{}?token={}", id.as_str(), upload.token));
            let expires_at = upload.map(|upload| DateTime(upload.expires_at));
            return Ok(CreateUploadPayload { upload_id, url, expires_at, errors });
        }
        let create = use_case::CreateUpload { name: input.name, size: input.size.into() };
        let result = read.run(use_case::create_upload(ctx.env()?, ctx.actor()?, key, create)).await;
        let (upload, errors) = error::outcome(ctx, result)?;
        let upload_id = upload.as_ref().map(|upload| id::encode(Kind::Upload, upload.id));
        let url = upload.as_ref().zip(upload_id.as_ref()).and_then(|(upload, id)| {
            let token = upload.token.as_ref()?;
            Some(format!("/uploads/{}?token={token}", id.as_str()))
        });
        let expires_at = upload.map(|upload| DateTime(upload.expires_at));
        Ok(CreateUploadPayload { upload_id, url, expires_at, errors })
    }

    /// Imports units, positions, people and superiors from a file, all rows or none. Importing the same file again
    /// changes nothing. Templates: `GET /exports/import-templates.xlsx`.
    async fn import_organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The upload, whether it is a dry run, and an optional idempotency key.")]
        input: ImportOrganisationInput,
    ) -> async_graphql::Result<ImportOrganisationPayload> {
        let mut read = Reader::new(ctx)?;
        let key = read.key(input.idempotency_key);
        let import = use_case::ImportOrganisation {
            upload: read.get("uploadId", input.upload_id),
            further: read.list("furtherUploadIds", input.further_upload_ids.unwrap_or_default()),
            dry_run: input.dry_run,
        };
        let result = read.run(use_case::import_organisation(ctx.env()?, ctx.actor()?, key, import)).await;
        let (run, errors) = error::outcome(ctx, result)?;
        let import_run = match run {
            Some(run) => one(ctx, run).await?,
            None => None,
        };
        Ok(ImportOrganisationPayload { import_run, errors })
    }
}
