//! Reads import runs, their rows and their consequences.

use super::{ImportRun, RUNNING};
use crate::{
    db::{Page, PageRequest},
    env::Env,
    error::{Error, Result},
    import::apply::{RowAction, further},
    store::import_run as runs,
};
use domain::{
    action::OrganisationAction,
    actor::Actor,
    consequence::Consequence,
    id::ImportRunId,
    import::{Finding, RowKind},
    policy::organisation::{Scope, decide},
    time::from_micros,
};
use serde::{Deserialize, Serialize};

/// A row of a run.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// The sheet.
    pub sheet: RowKind,
    /// The row number in the file.
    pub number: i32,
    /// The effect of the row.
    pub action: RowAction,
    /// A short name for the row's subject.
    pub label: String,
    /// Errors and warnings that are listed.
    pub findings: Vec<Finding>,
    /// The number of findings that are not listed.
    pub unlisted: u32,
}

impl ImportRow {
    /// A finding that says how many findings of the row are not listed; `None` if all are listed.
    #[must_use]
    pub fn further(&self) -> Option<Finding> {
        further(self.sheet, self.number.unsigned_abs(), self.action, self.unlisted)
    }
}

/// The findings of a row, as stored.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum StoredFindings {
    /// All findings of the row.
    All(Vec<Finding>),
    /// The listed findings, and the number of all others.
    Some(Vec<Finding>, u32),
}

/// Loads a run; for admins of the agency.
pub async fn import_run(env: &Env, actor: &Actor, id: ImportRunId) -> Result<ImportRun> {
    decide(OrganisationAction::ImportOrganisation, actor, Scope::default()).map_err(|_| Error::NotFound)?;
    let row = runs::find(env.db.source(), actor.agency, id).await?.ok_or(Error::NotFound)?;
    let live = RUNNING.lock().ok().and_then(|running| running.get(&row.id).copied());
    let (done, total) = match live.filter(|_| row.finished_at.is_none()) {
        Some((done, total)) => {
            (i32::try_from(done).unwrap_or(i32::MAX), i32::try_from(total).unwrap_or(i32::MAX))
        }
        None => (row.done, row.total),
    };
    Ok(ImportRun {
        id,
        status: row.status.parse().map_err(Error::internal)?,
        dry_run: row.dry_run,
        done,
        total,
        counts: serde_json::from_str(&row.changes)?,
        failure: row.failure.as_deref().map(serde_json::from_str).transpose()?,
        created_at: from_micros(row.created_at),
        finished_at: row.finished_at.map(from_micros),
    })
}

/// Loads a page of a run's rows, ordered by sheet and number; on request only those with findings.
pub async fn import_rows(
    env: &Env,
    actor: &Actor,
    run: ImportRunId,
    only_findings: bool,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<ImportRow>, Option<u64>)> {
    import_run(env, actor, run).await?;
    let (page, total) = runs::rows(env.db.source(), run, only_findings, request, count).await?;
    let page = page.try_map(|row| {
        let (findings, unlisted) = match serde_json::from_str(&row.problems)? {
            StoredFindings::All(findings) => (findings, 0),
            StoredFindings::Some(findings, more) => (findings, more),
        };
        Ok(ImportRow {
            sheet: row.sheet.parse().map_err(Error::internal)?,
            number: row.number,
            action: row.action.parse().map_err(Error::internal)?,
            label: row.label,
            findings,
            unlisted,
        })
    })?;
    Ok((page, total))
}

/// Loads a page of a run's consequences, in the order in which they happen.
pub async fn import_consequences(
    env: &Env,
    actor: &Actor,
    run: ImportRunId,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Consequence>, Option<u64>)> {
    import_run(env, actor, run).await?;
    let (page, total) = runs::consequences(env.db.source(), run, request, count).await?;
    Ok((page.try_map(|row| Ok(serde_json::from_str(&row.content)?))?, total))
}
