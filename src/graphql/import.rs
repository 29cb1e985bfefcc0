//! Fetcher a whole organisation in: uploads, runs and their rows.

use super::{
    context::ContextExt,
    error::{self, ErrorCode, OrFail, UserError},
    id::{self, Kind},
    page,
    scalars::{DateTime, Uuid},
};
use crate::connection;
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use domain::{id::ImportRunId, import::Finding};
use service::{IdempotencyKey, import as use_case};

/// Mutations that read files in. For admins of the whole agency.
#[derive(Default)]
pub struct ImportMutation;

/// A file to send.
#[derive(InputObject)]
struct CreateUploadInput {
    /// Its name, as the journal will tell it.
    name: String,
    /// Its size in bytes, at most 67,108,864.
    size: i32,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// Where to send a file.
#[derive(SimpleObject)]
struct CreateUploadPayload {
    /// The upload's global id, for `importOrganisation`; null when `errors` tells why.
    upload_id: Option<ID>,
    /// Where to send the bytes with PUT, once; relative to the server. Null on a replay: it is told once.
    url: Option<String>,
    /// Until when the address works.
    expires_at: Option<DateTime>,
    /// What you can act on; nothing was written then.
    errors: Vec<UserError>,
}

/// What to import.
#[derive(InputObject)]
struct ImportOrganisationInput {
    /// The file that was sent: CSV (UTF-8) or XLSX with the columns of the templates.
    upload_id: ID,
    /// Only check; nothing is written.
    dry_run: bool,
    /// Makes it safe to send again.
    idempotency_key: Option<Uuid>,
}

/// The outcome of `importOrganisation`.
#[derive(SimpleObject)]
struct ImportOrganisationPayload {
    /// The run, which goes on in the background: ask `node` for it again. Null when `errors` tells why.
    import_run: Option<ImportRun>,
    /// What you can act on; nothing was written then.
    errors: Vec<UserError>,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::import::RunStatus")]
pub enum ImportStatus {
    /// The file is being read and checked.
    Checking,
    /// Checked without an error; a dry run ends here.
    Ready,
    /// Being written.
    Applying,
    /// Written.
    Applied,
    /// A row has an error, or the file can't be read; nothing was written.
    Refused,
    /// It could not be finished; nothing was written.
    Failed,
}

/// What an import does with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::import::RowAction")]
pub enum ImportAction {
    /// It makes something new.
    Create,
    /// It changes something.
    Update,
    /// All is so already.
    Unchanged,
    /// The row has an error.
    Refused,
}

/// The sheet of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::import::RowKind")]
pub enum ImportSheet {
    /// Units (unit kerja).
    Unit,
    /// Positions (jabatan).
    Position,
    /// People with their assignment (pegawai).
    Staff,
    /// Who is whose superior (atasan).
    Superior,
}

/// Who can put a problem right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::import::Fixer")]
pub enum ImportFixer {
    /// Who made the file: a typing error.
    Importer,
    /// The admin of the unit: a wrong unit, position or superior.
    UnitAdmin,
    /// The personnel agency (BKPSDM, BKN): a wrong NIP or rank.
    PersonnelAgency,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::import::Severity")]
pub enum ImportSeverity {
    /// The import is refused.
    Error,
    /// Worth a look; the import goes on.
    Warning,
}

/// What is wrong with a row.
#[derive(Clone, SimpleObject)]
pub struct ImportProblem {
    /// What kind of problem it is.
    code: ErrorCode,
    /// A sentence for a person, in the request's language.
    message: String,
    /// The field; null: the whole row.
    field: Option<String>,
    /// Who can put it right.
    who_can: ImportFixer,
    /// How bad it is.
    severity: ImportSeverity,
}

/// What an import does, counted by row.
#[derive(Clone, SimpleObject)]
pub struct ImportChanges {
    /// Rows that make something new.
    created: i32,
    /// Rows that change something.
    updated: i32,
    /// Rows that change nothing.
    unchanged: i32,
    /// Rows with an error.
    refused: i32,
    /// Warnings.
    warnings: i32,
}

#[derive(Clone)]
pub struct ImportRow(use_case::ImportRow);

connection!(ImportRowConnection, ImportRowEdge, ImportRow, "an import's rows");

/// A row of an import.
#[Object]
impl ImportRow {
    /// The sheet.
    async fn sheet(&self) -> ImportSheet {
        self.0.sheet.into()
    }
    /// The row of the file; its header is row 1.
    async fn number(&self) -> i32 {
        self.0.number
    }
    /// What the import does with it.
    async fn action(&self) -> ImportAction {
        self.0.action.into()
    }
    /// What it is about: code and name, a name, or two people.
    async fn label(&self) -> &str {
        &self.0.label
    }
    /// What is wrong with it.
    async fn problems(&self, ctx: &Context<'_>) -> Vec<ImportProblem> {
        self.0.findings.iter().map(|found| problem(ctx, found)).collect()
    }
}

fn problem(ctx: &Context<'_>, problem: &Finding) -> ImportProblem {
    let error = UserError::new(problem.refusal.clone(), ctx.locale());
    ImportProblem {
        code: *error.code_value(),
        message: problem.refusal.message.render(ctx.locale()),
        field: problem.refusal.path.last().cloned(),
        who_can: problem.fixer.into(),
        severity: problem.severity.into(),
    }
}

#[derive(Clone)]
pub struct ImportRun(use_case::ImportRun);

/// A run of an import, all or nothing.
#[Object]
impl ImportRun {
    /// The global id.
    pub async fn id(&self) -> ID {
        id::encode(Kind::ImportRun, self.0.id)
    }
    /// How far it is.
    async fn status(&self) -> ImportStatus {
        self.0.status.into()
    }
    /// Whether it only checks.
    async fn dry_run(&self) -> bool {
        self.0.dry_run
    }
    /// Steps done: rows while checking, objects while writing.
    async fn done(&self) -> i32 {
        self.0.done
    }
    /// Steps in all; 0 until the file is read.
    async fn total(&self) -> i32 {
        self.0.total
    }
    /// What it does or has done, counted by row; known when it has ended.
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
    /// Why the file as a whole was refused, or the run failed.
    async fn failure(&self, ctx: &Context<'_>) -> Option<String> {
        self.0.failure.as_ref().map(|why| why.render(ctx.locale()))
    }
    /// The rows by sheet and number; known when it has ended.
    async fn rows(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those with problems.", default)] only_problems: bool,
        #[graphql(desc = "At most so many from the start; 20 by default, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to start.")] after: Option<String>,
    ) -> async_graphql::Result<ImportRowConnection> {
        let (request, total) = (page::request(first, after, None, None), page::wants_total(ctx));
        let (env, actor) = (ctx.env()?, ctx.actor()?);
        let found = use_case::import_rows(env, actor, self.0.id, only_problems, &request, total).await;
        let (rows, total) = found.or_fail(ctx)?;
        Ok(ImportRowConnection::new(rows, total, ImportRow))
    }
    /// When it began.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
    /// When it ended; null while it goes on.
    async fn finished_at(&self) -> Option<DateTime> {
        self.0.finished_at.map(DateTime)
    }
}

/// A run; null if there is none, or if you may not see it.
pub(super) async fn one(ctx: &Context<'_>, id: ImportRunId) -> async_graphql::Result<Option<ImportRun>> {
    match use_case::import_run(ctx.env()?, ctx.actor()?, id).await {
        Ok(run) => Ok(Some(ImportRun(run))),
        Err(service::Error::NotFound) => Ok(None),
        Err(failure) => Err(error::to_graphql_error(ctx, failure)),
    }
}

#[Object]
impl ImportMutation {
    /// Prepares the place for a file. Send its bytes with PUT to `url`, once, within 15 minutes.
    async fn create_upload(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: CreateUploadInput,
    ) -> async_graphql::Result<CreateUploadPayload> {
        let key = IdempotencyKey { operation: "createUpload", key: input.idempotency_key.map(|key| key.0) };
        let create = use_case::CreateUpload { name: input.name, size: input.size.into() };
        let result = use_case::create_upload(ctx.env()?, ctx.actor()?, key, create).await;
        let (upload, errors) = error::outcome(ctx, result)?;
        let upload_id = upload.as_ref().map(|upload| id::encode(Kind::Upload, upload.id));
        let url = upload.as_ref().zip(upload_id.as_ref()).and_then(|(upload, id)| {
            let token = upload.token.as_ref()?;
            Some(format!("/uploads/{}?token={token}", id.as_str()))
        });
        let expires_at = upload.map(|upload| DateTime(upload.expires_at));
        Ok(CreateUploadPayload { upload_id, url, expires_at, errors })
    }

    /// Reads units, positions, people and superiors from a file: all or nothing, and a second time it changes
    /// nothing. Templates: `GET /exports/import-template-{units,positions,staff,superiors}.csv`.
    async fn import_organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do, and what makes it safe to send.")] input: ImportOrganisationInput,
    ) -> async_graphql::Result<ImportOrganisationPayload> {
        let key =
            IdempotencyKey { operation: "importOrganisation", key: input.idempotency_key.map(|key| key.0) };
        let import = use_case::ImportOrganisation {
            upload: id::argument(ctx, Kind::Upload, &input.upload_id, "uploadId")?,
            dry_run: input.dry_run,
        };
        let result = use_case::import_organisation(ctx.env()?, ctx.actor()?, key, import).await;
        let (run, errors) = error::outcome(ctx, result)?;
        let import_run = match run {
            Some(run) => one(ctx, run).await?,
            None => None,
        };
        Ok(ImportOrganisationPayload { import_run, errors })
    }
}
