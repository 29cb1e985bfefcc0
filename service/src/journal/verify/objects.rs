//! Compares every row with the last image of its object: derives the expected rows from the image and compares them
//! with the stored rows, column by column.

use super::{Audit, Finding, PAGE, Progress, Step};
use crate::{
    db::{Concerns, Record, Source, any_of},
    error::{Error, Result},
    journal::Erasure,
    regulation::StoredRegulation,
    store,
};
use domain::{criteria::CriteriaSet, event::SubjectKind, id::AssignmentId, plan::Plan, unit::OrgUnit};
use entity::{
    correction_file, criterion, event, event_payload, evidence_use, plan_result, plan_revision, training_file,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter,
    QueryOrder, QuerySelect, TryIntoModel,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The rows of an object, as JSON, by table and id.
type Rows = BTreeMap<(&'static str, Uuid), Value>;

/// The stored rows of an object.
struct Stored {
    id: Uuid,
    version: i32,
    rows: Rows,
}

/// A kind of object that the audit can compare with its images.
trait Audited: Record + DeserializeOwned {
    /// The table of the object, then the tables of its parts.
    const TABLES: &'static [&'static str];

    /// Derives the expected rows from the image.
    fn rows(&self) -> Result<Rows>;

    /// Loads one page of ids from the object's table.
    async fn ids<C: ConnectionTrait>(source: Source<'_, C>, after: Option<Uuid>) -> Result<Vec<Uuid>>;

    /// Loads the stored rows of these objects.
    async fn stored<C: ConnectionTrait>(source: Source<'_, C>, ids: &[Uuid]) -> Result<Vec<Stored>>;
}

/// Adds an expected row.
fn add_expected<A>(rows: &mut Rows, table: &'static str, id: Uuid, row: A) -> Result<()>
where
    A: ActiveModelTrait + TryIntoModel<<A::Entity as EntityTrait>::Model>,
    <A::Entity as EntityTrait>::Model: Serialize + IntoActiveModel<A>,
{
    let row: <A::Entity as EntityTrait>::Model = row.try_into_model()?;
    rows.insert((table, id), serde_json::to_value(row)?);
    Ok(())
}

/// Adds a stored row.
fn add_stored<M: ModelTrait + Serialize>(
    rows: &mut Rows,
    table: &'static str,
    id: Uuid,
    row: &M,
) -> Result<()> {
    rows.insert((table, id), serde_json::to_value(row)?);
    Ok(())
}

/// Implements [`Audited`] for each kind, and makes `by_subject`, which needs all of them. Each line names the kind, its
/// Rust type and its table, then the row of an object. A line may also give the version, for a kind that never changes,
/// and the tables of the parts.
macro_rules! audited {
    (@version $row:ident) => { $row.version };
    (@version $row:ident $version:expr) => { $version };
    ($d:tt $($Kind:ident: $value:ty = $module:ident($row:expr) $([$version:expr])? {$($part:ident.$of:ident: $parts:expr),*};)*) => {
        $(
        impl Audited for $value {
            const TABLES: &'static [&'static str] = &[stringify!($module), $(stringify!($part)),*];

            fn rows(&self) -> Result<Rows> {
                let mut rows = Rows::new();
                add_expected(&mut rows, stringify!($module), self.id.0, $row(self)?)?;
                $(for row in $parts(self)? {
                    let id = row.id.try_as_ref().copied().unwrap_or_default();
                    add_expected(&mut rows, stringify!($part), id, row)?;
                })*
                Ok(rows)
            }

            async fn ids<C: ConnectionTrait>(source: Source<'_, C>, after: Option<Uuid>) -> Result<Vec<Uuid>> {
                use entity::$module::{Column, Entity};
                let mut query = Entity::find().select_only().column(Column::Id);
                if let Some(after) = after {
                    query = query.filter(Column::Id.gt(after));
                }
                Ok(query.order_by_asc(Column::Id).limit(PAGE).into_tuple().all(source.connection).await?)
            }

            async fn stored<C: ConnectionTrait>(source: Source<'_, C>, ids: &[Uuid]) -> Result<Vec<Stored>> {
                use entity::$module::{Column, Entity};
                let which = any_of(source.backend, (Entity, Column::Id), ids.iter().copied());
                let mut found = HashMap::new();
                for row in Entity::find().filter(which).all(source.connection).await? {
                    let mut rows = Rows::new();
                    add_stored(&mut rows, stringify!($module), row.id, &row)?;
                    found.insert(row.id, Stored { id: row.id, version: audited!(@version row $($version)?), rows });
                }
                $(
                    let which = any_of(source.backend, ($part::Entity, $part::Column::$of), ids.iter().copied());
                    for row in $part::Entity::find().filter(which).all(source.connection).await? {
                        if let Some(of) = found.get_mut(&owner::$part(&row)) {
                            add_stored(&mut of.rows, stringify!($part), row.id, &row)?;
                        }
                    }
                )*
                Ok(found.into_values().collect())
            }
        }
        )*

        /// Evaluates `$body` with `$Type` set to the type of the subject. For entries about other entries (erasures),
        /// accounts and API keys, the audit compares no rows, and the macro evaluates `$entry`.
        macro_rules! by_subject {
            ($d subject:expr, $d Type:ident => $d body:expr, entry => $d entry:expr) => {
                match $d subject {
                    $(
                        SubjectKind::$Kind => {
                            type $d Type = $value;
                            $d body
                        }
                    )*
                    SubjectKind::Entry | SubjectKind::Account | SubjectKind::ApiKey => $d entry,
                }
            };
        }
    };
}

/// For each table of parts, the id of the object that owns a row.
mod owner {
    use uuid::Uuid;

    pub(super) const fn plan_revision(row: &entity::plan_revision::Model) -> Uuid {
        row.plan_id
    }

    pub(super) const fn plan_result(row: &entity::plan_result::Model) -> Uuid {
        row.plan_id
    }

    pub(super) const fn evidence_use(row: &entity::evidence_use::Model) -> Uuid {
        row.activity_id
    }

    pub(super) const fn training_file(row: &entity::training_file::Model) -> Uuid {
        row.training_id
    }

    pub(super) const fn correction_file(row: &entity::correction_file::Model) -> Uuid {
        row.correction_id
    }

    pub(super) const fn criterion(row: &entity::criterion::Model) -> Uuid {
        row.set_id
    }
}

fn unit_row(unit: &OrgUnit) -> Result<entity::org_unit::ActiveModel> {
    Ok(store::org_unit::row(unit))
}

fn set_row(set: &CriteriaSet) -> Result<entity::criteria_set::ActiveModel> {
    Ok(store::criteria_set::row(set))
}

fn regulation_row(regulation: &StoredRegulation) -> Result<entity::regulation::ActiveModel> {
    Ok(store::regulation::row(regulation))
}

fn revisions(plan: &Plan) -> Result<Vec<plan_revision::ActiveModel>> {
    plan.revisions.iter().map(|revision| store::plan::revision_row(plan.id, revision)).collect()
}

fn anchors(plan: &Plan) -> Result<Vec<plan_result::ActiveModel>> {
    Ok(store::plan::anchors(plan))
}

audited! { $
    RoleGrant: crate::identity::RoleGrant = role_grant(store::role_grant::row) {};
    OrgUnit: domain::unit::OrgUnit = org_unit(unit_row) {};
    UnitPredicate: domain::unit_predicate::UnitPredicate = unit_predicate(store::unit_predicate::row) {};
    Position: domain::staff::Position = position(store::position::row) {};
    Staff: domain::staff::Staff = staff(store::staff::row) {};
    Assignment: domain::assignment::Assignment = assignment(store::assignment::row) {};
    Delegation: domain::assignment::Delegation = delegation(store::delegation::row) {};
    ScheduledChange: domain::scheduled::ScheduledChange = scheduled_change(store::scheduled_change::row) {};
    CriteriaSet: domain::criteria::CriteriaSet = criteria_set(set_row) {
        criterion.SetId: store::criteria_set::criterion_rows
    };
    Calendar: domain::calendar::WorkCalendar = calendar(store::calendar::row) {};
    Period: domain::period::Period = period(store::period::row) {};
    Plan: domain::plan::Plan = plan(store::plan::row) {
        plan_revision.PlanId: revisions, plan_result.PlanId: anchors
    };
    Activity: domain::activity::Activity = activity(store::activity::row) {
        evidence_use.ActivityId: store::evidence::use_rows
    };
    Evaluation: domain::evaluation::Evaluation = evaluation(store::evaluation::row) {};
    Objection: domain::objection::Objection = objection(store::objection::row) {};
    Dialogue: domain::dialogue::Dialogue = dialogue(store::dialogue::row) {};
    Training: domain::training::Training = training(store::training::row) {
        training_file.TrainingId: store::training::file_rows
    };
    Correction: domain::correction::Correction = correction(store::correction::row) {
        correction_file.CorrectionId: store::correction::file_rows
    };
    Feedback: domain::feedback::Feedback = feedback(store::feedback::row) {};
    Recommendation: domain::recommendation::Recommendation = recommendation(store::recommendation::row) {};
    Regulation: crate::regulation::StoredRegulation = regulation(regulation_row) [1] {};
}

#[cfg(test)]
pub(super) use by_subject;

/// Reads from an image which person, unit and plan it concerns.
pub(super) fn concerns(subject: SubjectKind, image: &str) -> Result<Concerns> {
    by_subject!(subject, Kind => Ok(serde_json::from_str::<Kind>(image)?.concerns()), entry => {
        Ok(serde_json::from_str::<Erasure>(image)?.concerns())
    })
}

/// Compares the rows of every object with its last entry.
pub(super) async fn verify<C: ConnectionTrait>(audit: &mut Audit<'_, C>) -> Result<()> {
    let mut total = 0;
    for subject in <SubjectKind as strum::IntoEnumIterator>::iter() {
        if let Some(table) = by_subject!(subject, Kind => Kind::TABLES.first(), entry => None) {
            total += audit.rows(table).await?;
        }
    }
    for subject in <SubjectKind as strum::IntoEnumIterator>::iter() {
        by_subject!(subject, Kind => verify_kind::<Kind, C>(audit, total).await?, entry => ());
    }
    Ok(())
}

async fn verify_kind<R: Audited, C: ConnectionTrait>(audit: &mut Audit<'_, C>, total: u64) -> Result<()> {
    let mut counts: BTreeMap<&'static str, u64> = R::TABLES.iter().map(|table| (*table, 0)).collect();
    let mut after = None;
    loop {
        let ids = R::ids(audit.source, after).await?;
        let Some(last) = ids.last() else { break };
        after = Some(*last);
        let stored = match R::stored(audit.source, &ids).await {
            Ok(stored) => stored,
            // If one object can't be read, the others are still compared.
            Err(_) => stored_one_by_one::<R, C>(audit, &ids).await?,
        };
        for object in &stored {
            for (table, _) in object.rows.keys() {
                *counts.entry(table).or_default() += 1;
            }
        }
        verify_page::<R, C>(audit, stored).await?;
        audit.report.objects += ids.len() as u64;
        (audit.progress)(Progress { step: Step::Rows, done: audit.report.objects, total });
    }
    // A different count means that some parts belong to no object.
    for (table, expected) in counts {
        let rows = audit.rows(table).await?;
        if rows != expected {
            audit.add(Finding::RowCount { table, rows, expected });
        }
    }
    find_missing_rows::<R, C>(audit).await
}

async fn stored_one_by_one<R: Audited, C: ConnectionTrait>(
    audit: &mut Audit<'_, C>,
    ids: &[Uuid],
) -> Result<Vec<Stored>> {
    let mut found = Vec::new();
    for id in ids {
        match R::stored(audit.source, &[*id]).await {
            Ok(stored) => found.extend(stored),
            Err(_) => audit.add(Finding::Unreadable { subject: R::SUBJECT, id: *id }),
        }
    }
    Ok(found)
}

/// A summary of the entries of one object.
struct EntrySummary {
    /// The number of entries of the object.
    entries: usize,
    /// Whether the versions are 1, 2, 3, …
    complete: bool,
    /// The id of the last entry.
    last: Uuid,
}

async fn verify_page<R: Audited, C: ConnectionTrait>(
    audit: &mut Audit<'_, C>,
    stored: Vec<Stored>,
) -> Result<()> {
    let summaries = summarise_entries::<R, C>(audit, stored.iter().map(|object| object.id)).await?;
    let ids = summaries.values().map(|summary| summary.last);
    let which = any_of(audit.source.backend, (event_payload::Entity, event_payload::Column::EventId), ids);
    let images: HashMap<Uuid, Option<String>> = event_payload::Entity::find()
        .filter(which)
        .all(audit.source.connection)
        .await?
        .into_iter()
        .map(|payload| (payload.event_id, payload.after))
        .collect();
    for Stored { id, version, rows } in stored {
        let subject = R::SUBJECT;
        let Some(summary) = summaries.get(&id) else {
            audit.add(Finding::WithoutEntry { subject, id });
            continue;
        };
        if !summary.complete || usize::try_from(version) != Ok(summary.entries) {
            audit.add(Finding::VersionMismatch { subject, id, version, entries: summary.entries });
        }
        match images.get(&summary.last) {
            None => audit.add(Finding::MissingPayload { subject, id }),
            Some(image) => compare::<R, C>(audit, id, image.as_deref(), &rows),
        }
    }
    Ok(())
}

async fn summarise_entries<R: Audited, C: ConnectionTrait>(
    audit: &Audit<'_, C>,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, EntrySummary>> {
    let which = any_of(audit.source.backend, (event::Entity, event::Column::SubjectId), ids);
    let entries: Vec<(Uuid, i32, Uuid)> = event::Entity::find()
        .select_only()
        .columns([event::Column::SubjectId, event::Column::SubjectVersion, event::Column::Id])
        .filter(which)
        .filter(event::Column::SubjectKind.eq(R::SUBJECT.to_string()))
        .order_by_asc(event::Column::SubjectVersion)
        .into_tuple()
        .all(audit.source.connection)
        .await?;
    let mut summaries: HashMap<Uuid, EntrySummary> = HashMap::new();
    for (subject, version, id) in entries {
        let summary =
            summaries.entry(subject).or_insert(EntrySummary { entries: 0, complete: true, last: id });
        summary.entries += 1;
        summary.complete &= usize::try_from(version) == Ok(summary.entries);
        summary.last = id;
    }
    Ok(summaries)
}

/// Accepts the stored value of a column that the image is too old to contain. These columns contain the people on a
/// finished form, and the time when an object was closed. Migrations filled them from other images and entries.
fn with_filled_columns(mut expected: Value, stored: Option<&Value>) -> Value {
    let ended = matches!(expected.get("status").and_then(Value::as_str), Some("CLOSED" | "CANCELLED"));
    let is_finished = ended || expected.get("finalised_at").is_some_and(Value::is_i64);
    for (column, may_be_filled) in [("form", is_finished), ("closed_at", ended)] {
        let stored = stored.and_then(|stored| stored.get(column)).filter(|_| may_be_filled);
        if let (Some(filled @ Value::Null), Some(stored)) = (expected.get_mut(column), stored) {
            filled.clone_from(stored);
        }
    }
    expected
}

/// Accepts the stored superiors by day if the image is older than their column; then returns true, and the module
/// `superiors` replays them.
fn with_superiors(expected: &mut Value, stored: Option<&Value>) -> bool {
    let is_old = expected.get("superiors").and_then(Value::as_str) == Some("[]")
        && expected.get("superior_id").is_some_and(|superior| !superior.is_null());
    if is_old
        && let (Some(days), Some(stored)) =
            (expected.get_mut("superiors"), stored.and_then(|stored| stored.get("superiors")))
    {
        days.clone_from(stored);
    }
    is_old
}

/// Compares the expected rows with the stored rows of one object.
fn compare<R: Audited, C: ConnectionTrait>(
    audit: &mut Audit<'_, C>,
    id: Uuid,
    image: Option<&str>,
    rows: &Rows,
) {
    let subject = R::SUBJECT;
    let expected = image
        .ok_or(Error::NotFound)
        .and_then(|image| Ok(serde_json::from_str::<R>(image)?))
        .and_then(|image| if image.id() == id { image.rows() } else { Err(Error::NotFound) });
    let Ok(expected) = expected else {
        audit.add(Finding::Unreadable { subject, id });
        return;
    };
    let keys: BTreeSet<_> = expected.keys().chain(rows.keys()).copied().collect();
    for key in keys {
        let stored = rows.get(&key);
        let mut expected = expected.get(&key).map(|row| with_filled_columns(row.clone(), stored));
        if subject == SubjectKind::Assignment
            && let Some(expected) = &mut expected
            && with_superiors(expected, stored)
        {
            audit.old_superiors.insert(AssignmentId(id));
        }
        if expected.as_ref() != stored {
            let columns = match (&expected, stored) {
                (Some(Value::Object(expected)), Some(Value::Object(stored))) => expected
                    .iter()
                    .filter(|(name, value)| stored.get(*name) != Some(value))
                    .map(|(name, _)| name)
                    .cloned()
                    .collect(),
                _ => Vec::new(),
            };
            audit.add(Finding::Differs { subject, id, table: key.0, columns });
        }
    }
}

/// Finds objects that have entries but no row.
async fn find_missing_rows<R: Audited, C: ConnectionTrait>(audit: &mut Audit<'_, C>) -> Result<()> {
    let Some(table) = R::TABLES.first() else { return Ok(()) };
    let subject = R::SUBJECT;
    let text = format!(
        "SELECT DISTINCT subject_id FROM event WHERE subject_kind = '{subject}' \
         AND NOT EXISTS (SELECT 1 FROM {table} WHERE {table}.id = event.subject_id) LIMIT {}",
        super::MAX_FINDINGS + 1
    );
    let backend = audit.source.connection.get_database_backend();
    let statement = sea_orm::Statement::from_string(backend, text);
    for row in audit.source.connection.query_all_raw(statement).await? {
        audit.add(Finding::MissingRow { subject, id: row.try_get_by_index(0)? });
    }
    Ok(())
}
