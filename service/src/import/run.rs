//! Import runs. A run continues in the background after a person has started it, and clients can query its progress.

mod read;

pub use read::{ImportRow, import_consequences, import_rows, import_run};

use super::{
    apply::{Counts, Progress, Report, apply, check, rehearse},
    budget::above,
    file::ImportFile,
};
use crate::{
    capacity::ImportPlace,
    db::{Backend, Command, IdempotencyKey},
    env::{Env, fresh_id},
    error::{Error, Result},
    store::{
        self,
        import_run::{self as runs, Ended, NewRow, NewRun},
    },
    upload,
};
use domain::{
    Key, Message,
    action::OrganisationAction,
    actor::Actor,
    id::{ImportRunId, UploadId},
    policy::organisation::{Scope, decide},
    time::{Instant, to_micros},
};
use read::StoredFindings;
use serde::Serialize;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use uuid::Uuid;

/// Status of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum RunStatus {
    /// The file is being read and checked.
    Checking,
    /// Checked without errors; a dry run ends here.
    Ready,
    /// The changes are being written.
    Applying,
    /// The changes were written.
    Applied,
    /// A row has an error; nothing was written.
    Refused,
    /// The run could not finish; nothing was written.
    Failed,
}

/// An import run.
#[derive(Clone, Debug)]
pub struct ImportRun {
    /// The run's id.
    pub id: ImportRunId,
    /// The status.
    pub status: RunStatus,
    /// Whether the run only checks.
    pub dry_run: bool,
    /// Steps done.
    pub done: i32,
    /// All steps.
    pub total: i32,
    /// The number of rows by effect.
    pub counts: Counts,
    /// Why the whole run failed or was refused.
    pub failure: Option<Message>,
    /// When it began.
    pub created_at: Instant,
    /// When it ended.
    pub finished_at: Option<Instant>,
}

/// Input for starting an import.
#[derive(Clone, Debug, Serialize)]
pub struct ImportOrganisation {
    /// The uploaded file.
    pub upload: UploadId,
    /// Further files that are read together with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<UploadId>,
    /// Whether to check the files only.
    pub dry_run: bool,
}

impl Command for ImportOrganisation {
    const OPERATION: &'static str = "importOrganisation";
}

/// Progress of the runs in this process, as steps done and steps in total. It is in memory, because a run writes
/// everything in one transaction.
static RUNNING: Mutex<BTreeMap<Uuid, (usize, usize)>> = Mutex::new(BTreeMap::new());

/// After this time, a run of another server counts as crashed.
const LONGEST_RUN_MINUTES: i64 = 30;
/// The longest time that a run waits for earlier runs. It leaves enough time to finish before the run counts as
/// crashed.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// Maximum number of a person's runs that have not ended.
pub const MAX_WAITING: u64 = 3;
/// Maximum number of files that a run reads together with the first one.
const MAX_FURTHER: usize = 5;

/// Starts a run; for admins of the agency.
pub async fn import_organisation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: ImportOrganisation,
) -> Result<ImportRunId> {
    decide(OrganisationAction::ImportOrganisation, actor, Scope::default())?;
    let staff = actor.staff().ok_or(Error::Forbidden)?;
    let upload = upload::received(env, actor, input.upload, "uploadId").await?;
    let mut names = vec![upload.name];
    if input.further.len() > MAX_FURTHER {
        let message = Message::new(Key::TooMany).with("field", "furtherUploadIds").with("max", MAX_FURTHER);
        return Err(Error::input(["furtherUploadIds"], message));
    }
    for further in &input.further {
        let upload = upload::received(env, actor, *further, "furtherUploadIds").await?;
        names.push(upload.name);
    }
    let mine = ImportRunId(fresh_id());
    let new = NewRun {
        id: mine,
        agency: actor.agency,
        upload: input.upload,
        dry_run: input.dry_run,
        status: RunStatus::Checking.to_string(),
        counts: serde_json::to_string(&Counts::default())?,
        by: staff,
        at: env.now(),
    };
    let place = env.imports.place()?;
    let started = env
        .write_once(actor, key, input.clone(), move |tx, _| async move {
            store::staff::lock(&tx, staff).await?;
            let waiting = runs::count_open_of(&tx, staff).await?;
            if waiting >= MAX_WAITING {
                return Err(above(Key::ImportsWaiting, waiting, MAX_WAITING));
            }
            runs::insert(&tx, new).await?;
            Ok(mine)
        })
        .await?;
    if started == mine {
        let (env, actor) = (env.clone(), actor.clone());
        tokio::spawn(async move { work(env, actor, mine, input, names, place).await });
    }
    Ok(started)
}

/// Executes a run and stores its outcome.
async fn work(
    env: Env,
    actor: Actor,
    run: ImportRunId,
    input: ImportOrganisation,
    names: Vec<String>,
    place: ImportPlace,
) {
    let progress: Progress = Arc::new(move |done, total| {
        if let Ok(mut running) = RUNNING.lock() {
            running.insert(run.0, (done, total));
        }
    });
    progress(0, 0);
    let ended = {
        let (env, actor) = (env.clone(), actor.clone());
        // The work is a separate task, so that the outcome is stored even if it panics.
        let steps = tokio::spawn(async move {
            let turn = tokio::time::timeout(LONGEST_WAIT, place.turn());
            let _turn = turn.await.map_err(|_| Error::Overloaded)??;
            steps(&env, &actor, run, &input, &names, &progress).await
        });
        steps.await.map_err(Error::internal).flatten()
    };
    let stored = match ended {
        Ok((status, report)) => finish(&env, &actor, run, status, None, Some(report)).await,
        Err(Error::Refused(refusals)) => {
            let why = refusals.into_iter().next().map(|refusal| refusal.message);
            finish(&env, &actor, run, RunStatus::Refused, why, None).await
        }
        Err(cause) => {
            tracing::error!(run = %run, %cause, "an import failed");
            finish(&env, &actor, run, RunStatus::Failed, Some(cause.message()), None).await
        }
    };
    if let Err(cause) = stored {
        tracing::error!(run = %run, %cause, "the report of an import could not be stored");
        let why = Some(cause.message());
        if let Err(cause) = finish(&env, &actor, run, RunStatus::Failed, why, None).await {
            tracing::error!(run = %run, %cause, "the end of an import could not be stored; a tick will store it");
        }
    }
    if let Ok(mut running) = RUNNING.lock() {
        running.remove(&run.0);
    }
}

async fn steps(
    env: &Env,
    actor: &Actor,
    run: ImportRunId,
    input: &ImportOrganisation,
    names: &[String],
    progress: &Progress,
) -> Result<(RunStatus, Report)> {
    let files: Vec<UploadId> = [input.upload].into_iter().chain(input.further.iter().copied()).collect();
    let named = files.iter().zip(names);
    let paths: Vec<ImportFile> = named
        .map(|(file, name)| ImportFile { path: upload::path_of(env, *file), name: name.clone() })
        .collect();
    let report = check(env, actor, &paths, progress.clone()).await?;
    if report.is_refused() {
        return Ok((RunStatus::Refused, report));
    }
    if input.dry_run {
        let report = rehearse(env, actor, &paths, progress.clone()).await?;
        let status = if report.is_refused() { RunStatus::Refused } else { RunStatus::Ready };
        return Ok((status, report));
    }
    set_status(env, actor, run, RunStatus::Applying).await?;
    let report = apply(env, actor, &paths, Some(names.join(", ")), progress.clone()).await?;
    if report.is_refused() {
        return Ok((RunStatus::Refused, report));
    }
    upload::erase(env, &files).await?;
    Ok((RunStatus::Applied, report))
}

async fn set_status(env: &Env, actor: &Actor, run: ImportRunId, status: RunStatus) -> Result<()> {
    env.write(actor, move |tx| async move {
        // Another server has marked this run as crashed and reported that nothing was written.
        if !runs::set_status(&tx, run, status.to_string()).await? {
            Err(Error::internal("the run was ended by another server"))
        } else {
            Ok(())
        }
    })
    .await
}

async fn finish(
    env: &Env,
    actor: &Actor,
    run: ImportRunId,
    status: RunStatus,
    why: Option<Message>,
    report: Option<Report>,
) -> Result<()> {
    let report = report.unwrap_or_default();
    let total = i32::try_from(report.rows.len()).unwrap_or(i32::MAX);
    let failure = why.map(|why| serde_json::to_string(&why)).transpose()?;
    let counts = serde_json::to_string(&report.counts)?;
    let ended = Ended { status: status.to_string(), total, counts, failure, at: env.now() };
    env.write(actor, move |tx| async move {
        let rows = report.rows.into_iter().map(|row| {
            Ok(NewRow {
                number: i32::try_from(row.number).unwrap_or(i32::MAX),
                sheet: row.sheet.to_string(),
                // The order of the enum's variants is the order of work.
                place: row.sheet as i32,
                action: row.action.to_string(),
                label: row.label,
                problems: serde_json::to_string(&match row.unlisted {
                    0 => StoredFindings::All(row.findings),
                    more => StoredFindings::Some(row.findings, more),
                })?,
            })
        });
        runs::insert_rows(&tx, run, rows.collect::<Result<Vec<_>>>()?).await?;
        let consequences = report.consequences.iter().map(serde_json::to_string);
        runs::insert_consequences(&tx, run, consequences.collect::<std::result::Result<_, _>>()?).await?;
        runs::end(&tx, run, ended).await
    })
    .await
}

/// Marks the runs of a stopped server as failed. Called at start-up before any other write. On PostgreSQL, where
/// several servers can share the database, a run is marked only after half an hour.
pub async fn recover(env: &Env) -> Result<u64> {
    let before = match env.db.backend() {
        Backend::Sqlite => i64::MAX,
        Backend::Postgres => long_ago(env),
    };
    fail_runs(env, before).await
}

/// Marks runs as failed that began half an hour ago and are not running here: their server stopped, or could not store
/// how they ended.
pub async fn end_lost_runs(env: &Env) -> Result<u64> {
    fail_runs(env, long_ago(env)).await
}

fn long_ago(env: &Env) -> i64 {
    to_micros(env.now() - chrono::Duration::minutes(LONGEST_RUN_MINUTES))
}

async fn fail_runs(env: &Env, before: i64) -> Result<u64> {
    let failure = serde_json::to_string(&Message::new(Key::ImportCrashed))?;
    let now = env.now();
    let running: Vec<Uuid> =
        RUNNING.lock().map(|running| running.keys().copied().collect()).unwrap_or_default();
    if !runs::has_lost(env.db.source(), before, running.clone()).await? {
        return Ok(0);
    }
    let agency = domain::id::AgencyId(Uuid::nil());
    env.write(&Actor::system(agency), move |tx| async move {
        let ended = (RunStatus::Failed.to_string(), failure);
        runs::end_lost(&tx, (before, running), ended, now).await
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        db::Db,
        env::Clock,
        testing::{TestDb, city},
    };

    use entity::import_run;
    use sea_orm::Set;

    /// Stores a run that began some minutes ago, as a server leaves it when it is killed during the check of the file.
    async fn interrupted_run(env: &Env, minutes: i64) -> ImportRunId {
        let (id, upload) = (fresh_id(), fresh_id());
        let at = to_micros(env.now() - chrono::Duration::minutes(minutes));
        let by = city::Person::Admin.staff().0;
        let file = entity::upload::ActiveModel {
            id: Set(upload),
            agency_id: Set(city::AGENCY.0),
            staff_id: Set(by),
            name: Set("berkas.csv".to_owned()),
            size: Set(1),
            sha256: Set(None),
            token_hash: Set(String::new()),
            expires_at: Set(at),
            created_at: Set(at),
            received_at: Set(Some(at)),
        };
        let run = import_run::ActiveModel {
            id: Set(id),
            agency_id: Set(city::AGENCY.0),
            upload_id: Set(upload),
            kind: Set("ORGANISATION".to_owned()),
            status: Set(RunStatus::Checking.to_string()),
            dry_run: Set(false),
            done: Set(0),
            total: Set(9),
            changes: Set(serde_json::to_string(&Counts::default()).expect("JSON")),
            failure: Set(None),
            created_by: Set(by),
            created_at: Set(at),
            finished_at: Set(None),
        };
        env.write(&Actor::system(city::AGENCY), move |tx| async move {
            crate::db::insert(&tx, file).await?;
            crate::db::insert(&tx, run).await
        })
        .await
        .expect("a run");
        ImportRunId(id)
    }

    async fn recovery_marks_interrupted_runs(db: TestDb) {
        let connected = Db::connect(&db.options).await.expect("a connection");
        let env = Env::new(connected, Clock::system(), db.folder.path());
        city::found(&env).await.expect("the small city");
        let (long_ago, just_now) =
            (interrupted_run(&env, LONGEST_RUN_MINUTES + 1).await, interrupted_run(&env, 1).await);
        // On PostgreSQL another server may still be working on the newer run.
        let alone = env.db.backend() == Backend::Sqlite;
        assert_eq!(recover(&env).await.expect("a recovery"), if alone { 2 } else { 1 });
        assert_eq!(recover(&env).await.expect("a second one"), 0);
        let mut admin = Actor::system(city::AGENCY);
        admin.admin = domain::actor::Coverage::Everything;
        let ended = super::import_run(&env, &admin, long_ago).await.expect("the run");
        assert_eq!(
            (ended.status, ended.failure),
            (RunStatus::Failed, Some(Message::new(Key::ImportCrashed)))
        );
        let other = super::import_run(&env, &admin, just_now).await.expect("the run");
        assert_eq!(other.status == RunStatus::Failed, alone);
    }

    #[tokio::test]
    async fn an_interrupted_run_is_marked_failed_sqlite() {
        recovery_marks_interrupted_runs(TestDb::sqlite().await.expect("a database")).await;
    }

    #[tokio::test]
    async fn an_interrupted_run_is_marked_failed_postgres() {
        if let Some(db) = TestDb::postgres().await.expect("a database") {
            recovery_marks_interrupted_runs(db).await;
        }
    }
}
