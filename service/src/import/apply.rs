//! Checks a file against what is stored, and applies it: all or nothing, in one unit of work.

use super::{
    budget::MAX_FINDINGS,
    file::{self, ImportFile},
    parse::Parsed,
    plan::{Writes, plan},
    stored::StoredOrganisation,
    write::write,
};
use crate::{
    consequence::consequences,
    db::{Connection, Source, Tx},
    directory::{Among, in_force, problems},
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    Key, Message, Refusal,
    action::OrganisationAction,
    actor::Actor,
    consequence::Consequence,
    id::StaffId,
    import::{
        ChangeKind, Finding, Findings, Fixer, RowKind, Severity, Sheets, changes, check as check_sheets,
        complete, implausible_dates,
        siasn::{Derived, derive},
        without_level,
    },
    policy::organisation::{Scope, decide},
    roster::{Problem, ProblemKind},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// Progress callback: steps done, and the total.
pub type Progress = Arc<dyn Fn(usize, usize) + Send + Sync>;

/// Effect of an import row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display, strum::EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RowAction {
    /// Creates a record.
    Create,
    /// Changes a record.
    Update,
    /// Changes nothing.
    Unchanged,
    /// The row has an error and is refused.
    Refused,
}

/// A row of the import report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    /// The sheet.
    pub sheet: RowKind,
    /// The row number in the file; the header is row 1.
    pub number: u32,
    /// The effect of the row.
    pub action: RowAction,
    /// A short name for the row's subject.
    pub label: String,
    /// Errors and warnings that are listed.
    pub findings: Vec<Finding>,
    /// The number of findings that are not listed: an import lists at most [`MAX_FINDINGS`].
    pub unlisted: u32,
}

impl ReportRow {
    /// A finding that says how many findings of the row are not listed; `None` if all are listed.
    #[must_use]
    pub fn further(&self) -> Option<Finding> {
        further(self.sheet, self.number, self.action, self.unlisted)
    }
}

/// The finding that says how many findings of a row are not listed; `None` if all are listed.
pub(super) fn further(sheet: RowKind, row: u32, action: RowAction, unlisted: u32) -> Option<Finding> {
    let message = Message::new(Key::ImportUnlisted).with("count", unlisted).with("max", MAX_FINDINGS);
    let severity = if action == RowAction::Refused { Severity::Error } else { Severity::Warning };
    let refusal = Refusal { path: Vec::new(), ..Refusal::input(["row"], message) };
    (unlisted > 0).then_some(Finding::for_importer(sheet, row, refusal, severity))
}

/// Number of rows by effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows that create a record.
    pub created: u32,
    /// Rows that change a record.
    pub updated: u32,
    /// Rows that change nothing.
    pub unchanged: u32,
    /// Rows with an error.
    pub refused: u32,
    /// Number of warnings.
    pub warnings: u32,
}

/// Report of an import, row by row.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The rows, ordered by sheet and number.
    pub rows: Vec<ReportRow>,
    /// The number of rows by effect.
    pub counts: Counts,
    /// Every consequence of applying the file; empty after [`check`], which does not compute consequences.
    pub consequences: Vec<Consequence>,
}

impl Report {
    /// Warns that nobody rates the person of a row, unless the row already has such a warning.
    fn warn_unrated(&mut self, number: u32, message: Message) {
        let place = self.rows.binary_search_by_key(&(RowKind::Staff, number), |row| (row.sheet, row.number));
        let Some(row) = place.ok().and_then(|place| self.rows.get_mut(place)) else { return };
        let is_listed = |finding: &Finding| {
            matches!(finding.refusal.message.key(), Key::ImportNoSuperior | Key::ImportNoHead)
        };
        if row.findings.iter().any(is_listed) || row.unlisted > 0 {
            return;
        }
        self.counts.warnings += 1;
        let refusal = Refusal { path: Vec::new(), ..Refusal::input(["row"], message) };
        let (fixer, severity) = (Fixer::UnitAdmin, Severity::Warning);
        row.findings.push(Finding::new(RowKind::Staff, number, refusal, fixer, severity));
    }

    /// Whether the import is refused because a row has an error.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        self.counts.refused > 0
    }
}

/// Reads files, or folders of files, as one import and reports its effect on each row. Writes nothing.
pub async fn check(env: &Env, actor: &Actor, files: &[ImportFile], progress: Progress) -> Result<Report> {
    decide(OrganisationAction::ImportOrganisation, actor, Scope::default())?;
    let parsed = read(env, files, &progress).await?;
    let today = env.today(actor);
    Ok(check_against(env.db.source(), actor, today, &parsed).await?.0)
}

/// Like [`check`], and then writes everything unless a row has an error. Applying the same files again changes nothing.
pub async fn apply(
    env: &Env,
    actor: &Actor,
    files: &[ImportFile],
    reason: Option<String>,
    progress: Progress,
) -> Result<Report> {
    decide(OrganisationAction::ImportOrganisation, actor, Scope::default())?;
    let parsed = read(env, files, &progress).await?;
    let work = move |tx| async move { write_all(&tx, &parsed, reason.as_deref(), &progress).await };
    let report = env.write(actor, work).await?;
    env.token_cache().clear();
    Ok(report)
}

/// Like [`apply`], but rolls everything back: reports the effects and consequences that the import would have.
pub async fn rehearse(env: &Env, actor: &Actor, files: &[ImportFile], progress: Progress) -> Result<Report> {
    decide(OrganisationAction::ImportOrganisation, actor, Scope::default())?;
    let parsed = read(env, files, &progress).await?;
    env.dry_run(actor, move |tx| async move { write_all(&tx, &parsed, None, &progress).await }).await
}

/// Checks the file in the unit of work, and writes it unless a row has an error.
async fn write_all(tx: &Tx, parsed: &Parsed, reason: Option<&str>, progress: &Progress) -> Result<Report> {
    store::superior::lock(tx, tx.actor().agency).await?;
    tx.effects().gather();
    let (mut report, writes) = check_against(tx.source(), tx.actor(), tx.today(), parsed).await?;
    if !report.is_refused() {
        let rows = writes.rows.clone();
        write(tx, writes, reason, progress).await?;
        report.consequences = consequences(tx).await?.consequences;
        warn_of_gaps(tx, &rows, &mut report).await?;
    }
    Ok(report)
}

/// Warns of people of the file whom nobody rates after the import although they have a superior, for example because
/// the superior moves.
async fn warn_of_gaps(tx: &Tx, rows: &HashMap<StaffId, u32>, report: &mut Report) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let today = tx.today();
    let found = problems(tx.source(), tx.actor().agency, &Among::Agency, in_force(today), today).await?;
    for problem in found.into_iter().filter(concerns_ratee) {
        if let Some(row) = rows.get(&problem.staff) {
            report.warn_unrated(*row, problem.message);
        }
    }
    Ok(())
}

/// Whether a gap in the chain of command means that nobody rates the person whom it names.
fn concerns_ratee(problem: &Problem) -> bool {
    let kinds = [
        ProblemKind::SuperiorGone,
        ProblemKind::NobodyCanAct,
        ProblemKind::NoSuperior,
        ProblemKind::SuperiorLoop,
    ];
    let is_of_post =
        problem.kind == ProblemKind::NobodyCanAct && problem.message.key() != Key::RosterNobodyAbove;
    kinds.contains(&problem.kind) && !is_of_post
}

async fn read(env: &Env, files: &[ImportFile], progress: &Progress) -> Result<Parsed> {
    let (files, memory_bytes) = (files.to_owned(), env.imports.memory_bytes);
    let parsed = tokio::task::spawn_blocking(move || file::read(&files, memory_bytes))
        .await
        .map_err(Error::internal)??;
    progress(0, parsed.all.len());
    Ok(parsed)
}

/// Checks the file against the stored organisation; returns the report and the writes to make.
async fn check_against<C: Connection>(
    source: Source<'_, C>,
    actor: &Actor,
    today: domain::time::Date,
    parsed: &Parsed,
) -> Result<(Report, Writes)> {
    let stored = StoredOrganisation::load(source, actor.agency, today, &parsed.given()).await?;
    let Derived { sheets: mut file, findings: derived, labels, refused: more } =
        derive(&parsed.siasn, &stored.sheets, &parsed.refused);
    let mut refused = parsed.refused.clone();
    refused.extend(more);
    refused.left = stored.left.iter().map(|(key, person)| (key.clone(), person.clone())).collect();
    file.units.extend_from_slice(&parsed.sheets.units);
    file.positions.extend_from_slice(&parsed.sheets.positions);
    file.staff.extend_from_slice(&parsed.sheets.staff);
    file.superiors.extend_from_slice(&parsed.sheets.superiors);
    let file = complete(&file, &stored.sheets);
    let mut findings = parsed.findings.clone();
    let without_head: BTreeSet<u32> = derived
        .iter()
        .filter(|finding| finding.refusal.message.key() == Key::ImportNoHead)
        .map(|finding| finding.row)
        .collect();
    findings.extend(derived);
    // If a sheet was not understood, other sheets can't be checked, because their rows may refer to it.
    if !parsed.is_unclear {
        check_sheets(&file, &stored.sheets, &refused, &mut findings);
    }
    findings.extend(implausible_dates(&file, &refused, today));
    findings.extend(without_level(&parsed.sheets, &stored.sheets));
    let sound = !findings.has_errors();
    let mut writes = Writes::default();
    if sound {
        writes = plan(&file, &stored);
        // A person without a superior is not reported if the report already says that the unit has no head.
        let is_new = |finding: &Finding| {
            finding.refusal.message.key() != Key::ImportNoSuperior || !without_head.contains(&finding.row)
        };
        findings.extend(std::mem::take(&mut writes.findings).into_iter().filter(is_new));
    }
    let kinds = kinds(&file, &stored.sheets, sound.then_some(&writes.touched));
    Ok((report(parsed, labels, findings, &kinds), writes))
}

type Kinds = BTreeMap<(RowKind, u32), ChangeKind>;

/// The effect of each row. Once the writes are planned, a row that writes nothing is unchanged.
fn kinds(file: &Sheets, stored: &Sheets, touched: Option<&BTreeSet<(RowKind, u32)>>) -> Kinds {
    changes(file, stored)
        .into_iter()
        .map(|change| {
            let key = (change.sheet, change.row);
            let kind = match (change.kind, touched.map(|touched| touched.contains(&key))) {
                (_, Some(false)) => ChangeKind::Unchanged,
                (ChangeKind::Unchanged, Some(true)) => ChangeKind::Update,
                (kind, _) => kind,
            };
            (key, kind)
        })
        .collect()
}

fn report(
    parsed: &Parsed,
    derived: Vec<(RowKind, u32, String)>,
    findings: Findings,
    kinds: &Kinds,
) -> Report {
    let mut by_row: BTreeMap<(RowKind, u32), Vec<Finding>> = BTreeMap::new();
    let mut counts = Counts::default();
    let (listed, mut unlisted) = findings.into_parts();
    for finding in listed {
        counts.warnings += u32::from(finding.severity == Severity::Warning);
        by_row.entry((finding.sheet, finding.row)).or_default().push(parsed.named(finding));
    }
    let mut rows = Vec::with_capacity(parsed.all.len() + derived.len());
    let mut seen = BTreeSet::new();
    let all = parsed.all.iter().chain(&derived);
    for (sheet, number, label) in all.filter(|(sheet, number, _)| seen.insert((*sheet, *number))) {
        let findings = by_row.remove(&(*sheet, *number)).unwrap_or_default();
        let more = unlisted.remove(&(*sheet, *number)).unwrap_or_default();
        counts.warnings += more.warnings;
        let listed_error = findings.iter().any(|finding| finding.severity == Severity::Error);
        let action = if listed_error || more.errors > 0 {
            counts.refused += 1;
            RowAction::Refused
        } else {
            match kinds.get(&(*sheet, *number)) {
                Some(ChangeKind::Create) => {
                    counts.created += 1;
                    RowAction::Create
                }
                Some(ChangeKind::Update) => {
                    counts.updated += 1;
                    RowAction::Update
                }
                Some(ChangeKind::Unchanged) => {
                    counts.unchanged += 1;
                    RowAction::Unchanged
                }
                None => RowAction::Unchanged,
            }
        };
        // The cells of a refused row of SIASN may be shifted. Then the cell of the name may contain data that an
        // appraisal must not store.
        let is_concealed = action == RowAction::Refused && parsed.concealed.contains(sheet);
        let label = if is_concealed { String::new() } else { label.clone() };
        let (sheet, number, unlisted) = (*sheet, *number, more.count());
        rows.push(ReportRow { sheet, number, action, label, findings, unlisted });
    }
    rows.sort_by_key(|row| (row.sheet, row.number));
    Report { rows, counts, consequences: Vec::new() }
}
