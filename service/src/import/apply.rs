//! Checks a file against what is stored, and applies it: all or nothing, in one unit of work.

use super::{
    budget::MAX_FINDINGS,
    file::{self, ImportFile},
    parse::Parsed,
    plan::{Writes, plan},
    stored::StoredOrganisation,
};
use crate::{
    consequence::consequences,
    db::{Source, Tx, any_of},
    env::Env,
    error::{Error, Result},
    identity, organisation,
    plan::{self as plans, PlanEnding},
    store,
};
use domain::{
    Key, Message, Refusal,
    action::OrganisationAction,
    actor::Actor,
    consequence::Consequence,
    event::EventKind,
    id::{AssignmentId, StaffId},
    import::{
        ChangeKind, Finding, Findings, RowKind, Severity, Sheets, changes, check as check_sheets, complete,
        implausible_dates,
        siasn::{Derived, derive},
        without_level,
    },
    plan::PlanStatus,
    policy::organisation::{Scope, decide},
    staff::Staff,
};
use entity::plan as plan_table;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
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
    /// A finding that says how many further ones the row has; none if all are listed.
    #[must_use]
    pub fn further(&self) -> Option<Finding> {
        further(self.sheet, self.number, self.action, self.unlisted)
    }
}

/// The finding that replaces the findings of a row that are not listed.
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
    /// Every consequence of applying the file; empty after [`check`], which does not look for any.
    pub consequences: Vec<Consequence>,
    /// Whether a file of SIASN was read. It has personal data that an appraisal does not need, so it is not kept.
    pub is_of_siasn: bool,
}

impl Report {
    /// Whether the import is refused because a row has an error.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        self.counts.refused > 0
    }
}

/// Reads files, or folders of files, as one import and reports what it would do. Writes nothing.
pub async fn check(env: &Env, actor: &Actor, files: &[ImportFile], progress: Progress) -> Result<Report> {
    decide(OrganisationAction::ImportOrganisation, actor, Scope::default())?;
    let parsed = read(env, files, &progress).await?;
    let today = env.today(actor);
    Ok(check_against(env.db.source(), actor, today, &parsed).await?.0)
}

/// Like [`check`], and writes everything unless a row has an error. Applying the same files again changes nothing.
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
    env.token_cache.clear();
    Ok(report)
}

/// Like [`apply`], but rolls everything back: reports what the import would do, with its consequences.
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
        write(tx, writes, reason, progress).await?;
        report.consequences = consequences(tx).await?;
    }
    Ok(report)
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
async fn check_against<C: ConnectionTrait>(
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
    // While a sheet is not understood, rows that refer to its rows can't be judged.
    if !parsed.is_unclear {
        check_sheets(&file, &stored.sheets, &refused, &mut findings);
    }
    findings.extend(implausible_dates(&file, &refused, today));
    findings.extend(without_level(&parsed.sheets, &stored.sheets));
    let sound = !findings.has_errors();
    let mut writes = Writes::default();
    if sound {
        writes = plan(&file, &stored);
        // A person without a head of the unit has no superior for this reason.
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
        let (sheet, number, label, unlisted) = (*sheet, *number, label.clone(), more.count());
        rows.push(ReportRow { sheet, number, action, label, findings, unlisted });
    }
    rows.sort_by_key(|row| (row.sheet, row.number));
    Report { rows, counts, consequences: Vec::new(), is_of_siasn: !parsed.siasn.is_empty() }
}

async fn write(tx: &Tx, writes: Writes, why: Option<&str>, progress: &Progress) -> Result<()> {
    let total = writes.len();
    let mut done = 0;
    let mut step = |count: usize| {
        done += count;
        progress(done, total);
    };
    macro_rules! create {
        ($records:expr, $kind:ident) => {
            for batch in batches($records) {
                let count = batch.len();
                tx.create_all(batch, EventKind::$kind, why).await?;
                step(count);
            }
        };
    }
    create!(writes.new_units, OrgUnitCreated);
    for (before, after) in writes.changed_units {
        tx.change(&before, after, EventKind::OrgUnitUpdated, why).await?;
        step(1);
    }
    create!(writes.new_positions, PositionCreated);
    for (before, after) in writes.changed_positions {
        tx.change(&before, after, EventKind::PositionUpdated, why).await?;
        step(1);
    }
    // A corrected NIP is free for a new person of the same file.
    for (before, after, original) in in_order(tx, writes.changed_staff, why).await? {
        let after = tx.change(&before, after, EventKind::StaffUpdated, why).await?;
        identity::follow_user_name(tx, &original, &after).await?;
        step(1);
    }
    create!(writes.new_staff, StaffCreated);
    let mut renewed = BTreeSet::new();
    let planned = with_plans(tx, writes.ended.iter().map(|(assignment, _)| assignment.id.0)).await?;
    for (before, on) in writes.ended {
        if planned.contains(&before.id.0) {
            let next = writes.transferred.iter().find(|next| next.staff == before.staff);
            let ending = PlanEnding { on, why: why.unwrap_or("import"), next, field: &["validFrom"] };
            plans::end_with_assignment(tx, &before, ending).await?;
        }
        let after = before.close(on, tx.today())?;
        renewed.insert(before.id);
        tx.change(&before, after, EventKind::AssignmentClosed, why).await?;
        step(1);
    }
    let moved: BTreeSet<StaffId> = writes.transferred.iter().map(|assignment| assignment.staff).collect();
    // A new assignment's superior may be opened by a transfer, or the reverse, so superiors come first.
    for (kind, batch) in by_depth(writes.opened, writes.transferred) {
        let count = batch.len();
        tx.create_all(batch, kind, why).await?;
        step(count);
    }
    for staff in with_plans_in_force(tx, &moved).await? {
        plans::fit_evaluations(tx, staff, why.unwrap_or("import")).await?;
    }
    for (before, after) in writes.changed_assignments {
        let kind = if before.superiors == after.superiors {
            EventKind::AssignmentUpdated
        } else {
            renewed.insert(before.id);
            EventKind::SuperiorAssigned
        };
        tx.change(&before, after, kind, why).await?;
        step(1);
    }
    renewed.extend(writes.delegations.iter().map(|one| one.assignment));
    create!(writes.delegations, Delegated);
    if !renewed.is_empty() {
        organisation::renew(tx, renewed, why).await?;
    }
    Ok(())
}

/// A change of a person: the stored state, the state after the change, and the state before the import.
type PersonChange = (Staff, Staff, Staff);

/// Orders the changes of people so that a NIP is given up before another person gets it. Where people exchange their
/// NIPs, one of them first gives up the own NIP.
async fn in_order(tx: &Tx, changes: Vec<(Staff, Staff)>, why: Option<&str>) -> Result<Vec<PersonChange>> {
    let nip =
        |(before, after, _): &PersonChange| (before.nip != after.nip).then(|| after.nip.clone()).flatten();
    let changes = changes.into_iter().map(|(before, after)| (before.clone(), after, before));
    let (mut waiting, mut ordered): (Vec<_>, Vec<_>) = changes.partition(|change| nip(change).is_some());
    while !waiting.is_empty() {
        let held: BTreeSet<String> = waiting.iter().filter_map(|(before, ..)| before.nip.clone()).collect();
        let is_free = |change: &PersonChange| nip(change).is_none_or(|nip| !held.contains(&nip));
        let (ready, blocked): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_free);
        waiting = blocked;
        if ready.is_empty()
            && let Some((before, after, original)) = waiting.pop()
        {
            let without = Staff { nip: None, ..before.clone() };
            let without = tx.change(&before, without, EventKind::StaffUpdated, why).await?;
            waiting.push((without, after, original));
        }
        ordered.extend(ready);
    }
    Ok(ordered)
}

fn batches<T>(records: Vec<T>) -> Vec<Vec<T>> {
    let mut records = records.into_iter().peekable();
    let mut batches = Vec::new();
    while records.peek().is_some() {
        batches.push(records.by_ref().take(crate::db::BATCH).collect());
    }
    batches
}

type Assignments = Vec<domain::assignment::Assignment>;

/// Orders new assignments in batches of one kind, superiors first.
fn by_depth(opened: Assignments, transferred: Assignments) -> Vec<(EventKind, Assignments)> {
    let opened = opened.into_iter().map(|assignment| (EventKind::AssignmentOpened, assignment));
    let transferred = transferred.into_iter().map(|assignment| (EventKind::StaffTransferred, assignment));
    let all: Vec<(EventKind, domain::assignment::Assignment)> = opened.chain(transferred).collect();
    let new: BTreeSet<AssignmentId> = all.iter().map(|(_, assignment)| assignment.id).collect();
    let mut waiting: BTreeMap<AssignmentId, Vec<(EventKind, domain::assignment::Assignment)>> =
        BTreeMap::new();
    let mut ready = Vec::new();
    for (kind, assignment) in all {
        // The last superior of a new assignment may begin later than today.
        let superior = assignment.superiors.last().map(|last| last.superior);
        match superior.filter(|superior| new.contains(superior)) {
            Some(superior) => waiting.entry(superior).or_default().push((kind, assignment)),
            None => ready.push((kind, assignment)),
        }
    }
    let mut batches = Vec::new();
    while !ready.is_empty() || !waiting.is_empty() {
        if ready.is_empty() {
            // Only a loop leaves nothing ready. The check refuses loops; if one gets here, the database refuses it.
            ready = std::mem::take(&mut waiting).into_values().flatten().collect();
        }
        let below: Vec<_> =
            ready.iter().filter_map(|(_, assignment)| waiting.remove(&assignment.id)).flatten().collect();
        for kind in [EventKind::AssignmentOpened, EventKind::StaffTransferred] {
            let of_kind = ready.iter().filter(|(found, _)| *found == kind);
            let of_kind: Assignments = of_kind.map(|(_, assignment)| assignment.clone()).collect();
            batches.extend(self::batches(of_kind).into_iter().map(|batch| (kind, batch)));
        }
        ready = below;
    }
    batches
}

/// Finds which of these people have a plan.
async fn with_plans_in_force(tx: &Tx, people: &BTreeSet<StaffId>) -> Result<BTreeSet<StaffId>> {
    let of_people = any_of(
        tx.backend(),
        (plan_table::Entity, plan_table::Column::StaffId),
        people.iter().map(|staff| staff.0),
    );
    let found: Vec<uuid::Uuid> = plan_table::Entity::find()
        .select_only()
        .column(plan_table::Column::StaffId)
        .filter(of_people)
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(found.into_iter().map(StaffId).collect())
}

/// Finds which of these assignments have a plan that is neither closed nor cancelled.
async fn with_plans(
    tx: &Tx,
    assignments: impl IntoIterator<Item = uuid::Uuid>,
) -> Result<BTreeSet<uuid::Uuid>> {
    let found: Vec<uuid::Uuid> = plan_table::Entity::find()
        .select_only()
        .column(plan_table::Column::AssignmentId)
        .filter(any_of(tx.backend(), (plan_table::Entity, plan_table::Column::AssignmentId), assignments))
        .filter(
            plan_table::Column::Status
                .is_not_in([PlanStatus::Closed, PlanStatus::Cancelled].map(|status| status.to_string())),
        )
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(found.into_iter().collect())
}
