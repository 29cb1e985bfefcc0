//! Every row against the image of the last entry of its object: the rows that the image makes are compared with the
//! rows that are there, column by column.

use super::{Audit, Fault, PAGE, Progress, Step};
use crate::{
    db::{Concerns, Record, Source, any_of},
    error::{Error, Result},
    identity::RoleGrant,
    journal::Erasure,
    regulation::StoredRegulation,
    store,
};
use domain::{
    activity::Activity,
    assignment::{Assignment, Delegation},
    criteria::CriteriaSet,
    evaluation::Evaluation,
    event::SubjectKind,
    feedback::Feedback,
    period::Period,
    plan::Plan,
    recommendation::Recommendation,
    staff::{Position, Staff},
    unit::OrgUnit,
    unit_predicate::UnitPredicate,
};
use entity::{criterion, event, event_payload, plan_result, plan_revision};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter,
    QueryOrder, QuerySelect, TryIntoModel,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The rows of an object, by table and id.
type Rows = BTreeMap<(&'static str, Uuid), Value>;

/// An object as its rows stand in the database.
struct Stored {
    id: Uuid,
    version: i32,
    rows: Rows,
}

/// A kind of object whose rows can be made from its image.
trait Audited: Record + DeserializeOwned {
    /// Its table, and the tables of its parts.
    const TABLES: &'static [&'static str];

    /// The rows that the image makes.
    fn rows(&self) -> Result<Rows>;

    /// The ids of a page of its table.
    async fn ids<C: ConnectionTrait>(source: Source<'_, C>, after: Option<Uuid>) -> Result<Vec<Uuid>>;

    /// The rows that are there of these objects.
    async fn stored<C: ConnectionTrait>(source: Source<'_, C>, ids: &[Uuid]) -> Result<Vec<Stored>>;
}

/// The row that an image makes.
fn made<A>(rows: &mut Rows, table: &'static str, id: Uuid, row: A) -> Result<()>
where
    A: ActiveModelTrait + TryIntoModel<<A::Entity as EntityTrait>::Model>,
    <A::Entity as EntityTrait>::Model: Serialize + IntoActiveModel<A>,
{
    let row: <A::Entity as EntityTrait>::Model = row.try_into_model()?;
    rows.insert((table, id), serde_json::to_value(row)?);
    Ok(())
}

/// The row that is there.
fn there<M: ModelTrait + Serialize>(rows: &mut Rows, table: &'static str, id: Uuid, row: &M) -> Result<()> {
    rows.insert((table, id), serde_json::to_value(row)?);
    Ok(())
}

/// Kinds whose table has the name of their store; `$part` are tables whose rows belong to an object, `$version` is that of
/// a kind that never changes.
macro_rules! audited {
    (@version $row:ident) => { $row.version };
    (@version $row:ident $version:expr) => { $version };
    ($($value:ty = $module:ident($row:expr) $([$version:expr])? {$($part:ident.$of:ident: $parts:expr),*};)*) => {$(
        impl Audited for $value {
            const TABLES: &'static [&'static str] = &[stringify!($module), $(stringify!($part)),*];

            fn rows(&self) -> Result<Rows> {
                let mut rows = Rows::new();
                made(&mut rows, stringify!($module), self.id.0, $row(self)?)?;
                $(for row in $parts(self)? {
                    let id = row.id.try_as_ref().copied().unwrap_or_default();
                    made(&mut rows, stringify!($part), id, row)?;
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
                    there(&mut rows, stringify!($module), row.id, &row)?;
                    found.insert(row.id, Stored { id: row.id, version: audited!(@version row $($version)?), rows });
                }
                $(
                    let which = any_of(source.backend, ($part::Entity, $part::Column::$of), ids.iter().copied());
                    for row in $part::Entity::find().filter(which).all(source.connection).await? {
                        if let Some(of) = found.get_mut(&owner::$part(&row)) {
                            there(&mut of.rows, stringify!($part), row.id, &row)?;
                        }
                    }
                )*
                Ok(found.into_values().collect())
            }
        }
    )*};
}

/// Which object a part belongs to.
mod owner {
    use uuid::Uuid;

    pub(super) const fn plan_revision(row: &entity::plan_revision::Model) -> Uuid {
        row.plan_id
    }

    pub(super) const fn plan_result(row: &entity::plan_result::Model) -> Uuid {
        row.plan_id
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

audited! {
    RoleGrant = role_grant(store::role_grant::row) {};
    OrgUnit = org_unit(unit_row) {};
    UnitPredicate = unit_predicate(store::unit_predicate::row) {};
    Position = position(store::position::row) {};
    Staff = staff(store::staff::row) {};
    Assignment = assignment(store::assignment::row) {};
    Delegation = delegation(store::delegation::row) {};
    CriteriaSet = criteria_set(set_row) {criterion.SetId: store::criteria_set::criterion_rows};
    Period = period(store::period::row) {};
    Plan = plan(store::plan::row) {plan_revision.PlanId: revisions, plan_result.PlanId: anchors};
    Activity = activity(store::activity::row) {};
    Evaluation = evaluation(store::evaluation::row) {};
    Feedback = feedback(store::feedback::row) {};
    Recommendation = recommendation(store::recommendation::row) {};
    StoredRegulation = regulation(regulation_row) [1] {};
}

/// Runs over the kind of object of a subject; that of an entry has no rows.
macro_rules! by_subject {
    ($subject:expr, $Kind:ident => $body:expr, entry => $entry:expr) => {
        match $subject {
            SubjectKind::RoleGrant => {
                type $Kind = crate::identity::RoleGrant;
                $body
            }
            SubjectKind::OrgUnit => {
                type $Kind = domain::unit::OrgUnit;
                $body
            }
            SubjectKind::UnitPredicate => {
                type $Kind = domain::unit_predicate::UnitPredicate;
                $body
            }
            SubjectKind::Position => {
                type $Kind = domain::staff::Position;
                $body
            }
            SubjectKind::Staff => {
                type $Kind = domain::staff::Staff;
                $body
            }
            SubjectKind::Assignment => {
                type $Kind = domain::assignment::Assignment;
                $body
            }
            SubjectKind::Delegation => {
                type $Kind = domain::assignment::Delegation;
                $body
            }
            SubjectKind::CriteriaSet => {
                type $Kind = domain::criteria::CriteriaSet;
                $body
            }
            SubjectKind::Period => {
                type $Kind = domain::period::Period;
                $body
            }
            SubjectKind::Plan => {
                type $Kind = domain::plan::Plan;
                $body
            }
            SubjectKind::Activity => {
                type $Kind = domain::activity::Activity;
                $body
            }
            SubjectKind::Evaluation => {
                type $Kind = domain::evaluation::Evaluation;
                $body
            }
            SubjectKind::Feedback => {
                type $Kind = domain::feedback::Feedback;
                $body
            }
            SubjectKind::Recommendation => {
                type $Kind = domain::recommendation::Recommendation;
                $body
            }
            SubjectKind::Regulation => {
                type $Kind = crate::regulation::StoredRegulation;
                $body
            }
            SubjectKind::Entry => $entry,
        }
    };
}

#[cfg(test)]
pub(super) use by_subject;

/// Whom and what an image concerns.
pub(super) fn concerns(subject: SubjectKind, image: &str) -> Result<Concerns> {
    by_subject!(subject, Kind => Ok(serde_json::from_str::<Kind>(image)?.concerns()), entry => {
        Ok(serde_json::from_str::<Erasure>(image)?.concerns())
    })
}

/// Holds the rows of every object against its last entry.
pub(super) async fn hold<C: ConnectionTrait>(audit: &mut Audit<'_, C>) -> Result<()> {
    let mut total = 0;
    for subject in <SubjectKind as strum::IntoEnumIterator>::iter() {
        if let Some(table) = by_subject!(subject, Kind => Kind::TABLES.first(), entry => None) {
            total += audit.rows(table).await?;
        }
    }
    for subject in <SubjectKind as strum::IntoEnumIterator>::iter() {
        by_subject!(subject, Kind => kind::<Kind, C>(audit, total).await?, entry => ());
    }
    Ok(())
}

async fn kind<R: Audited, C: ConnectionTrait>(audit: &mut Audit<'_, C>, total: u64) -> Result<()> {
    let mut seen: BTreeMap<&'static str, u64> = R::TABLES.iter().map(|table| (*table, 0)).collect();
    let mut after = None;
    loop {
        let ids = R::ids(audit.source, after).await?;
        let Some(last) = ids.last() else { break };
        after = Some(*last);
        let stored = match R::stored(audit.source, &ids).await {
            Ok(stored) => stored,
            // One that can't be read must not hide the others.
            Err(_) => one_by_one::<R, C>(audit, &ids).await?,
        };
        for object in &stored {
            for (table, _) in object.rows.keys() {
                *seen.entry(table).or_default() += 1;
            }
        }
        page::<R, C>(audit, stored).await?;
        audit.report.objects += ids.len() as u64;
        (audit.progress)(Progress { step: Step::Rows, done: audit.report.objects, total });
    }
    // Parts that belong to no object.
    for (table, expected) in seen {
        let rows = audit.rows(table).await?;
        if rows != expected {
            audit.find(Fault::Surplus { table, rows, expected });
        }
    }
    gone::<R, C>(audit).await
}

async fn one_by_one<R: Audited, C: ConnectionTrait>(
    audit: &mut Audit<'_, C>,
    ids: &[Uuid],
) -> Result<Vec<Stored>> {
    let mut found = Vec::new();
    for id in ids {
        match R::stored(audit.source, &[*id]).await {
            Ok(stored) => found.extend(stored),
            Err(_) => audit.find(Fault::Unreadable { subject: R::SUBJECT, id: *id }),
        }
    }
    Ok(found)
}

/// The last entry of each object, and how many it has.
struct Told {
    entries: usize,
    /// Its versions are 1, 2, 3, …
    complete: bool,
    last: Uuid,
}

async fn page<R: Audited, C: ConnectionTrait>(audit: &mut Audit<'_, C>, stored: Vec<Stored>) -> Result<()> {
    let told = told::<R, C>(audit, stored.iter().map(|object| object.id)).await?;
    let ids = told.values().map(|told| told.last);
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
        let Some(told) = told.get(&id) else {
            audit.find(Fault::Untold { subject, id });
            continue;
        };
        if !told.complete || usize::try_from(version) != Ok(told.entries) {
            audit.find(Fault::Versions { subject, id, version, entries: told.entries });
        }
        match images.get(&told.last) {
            None => audit.find(Fault::WithoutImage { subject, id }),
            Some(image) => compare::<R, C>(audit, id, image.as_deref(), &rows),
        }
    }
    Ok(())
}

async fn told<R: Audited, C: ConnectionTrait>(
    audit: &Audit<'_, C>,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Told>> {
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
    let mut told: HashMap<Uuid, Told> = HashMap::new();
    for (subject, version, id) in entries {
        let of = told.entry(subject).or_insert(Told { entries: 0, complete: true, last: id });
        of.entries += 1;
        of.complete &= usize::try_from(version) == Ok(of.entries);
        of.last = id;
    }
    Ok(told)
}

/// Compares the rows that the image makes with those that are there.
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
        audit.find(Fault::Unreadable { subject, id });
        return;
    };
    let places: BTreeSet<_> = expected.keys().chain(rows.keys()).copied().collect();
    for place in places {
        let (one, other) = (expected.get(&place), rows.get(&place));
        if one != other {
            let columns = match (one, other) {
                (Some(Value::Object(one)), Some(Value::Object(other))) => one
                    .iter()
                    .filter(|(name, value)| other.get(*name) != Some(value))
                    .map(|(name, _)| name)
                    .cloned()
                    .collect(),
                _ => Vec::new(),
            };
            audit.find(Fault::Differs { subject, id, table: place.0, columns });
        }
    }
}

/// Objects that entries tell of, and that have no row.
async fn gone<R: Audited, C: ConnectionTrait>(audit: &mut Audit<'_, C>) -> Result<()> {
    let Some(table) = R::TABLES.first() else { return Ok(()) };
    let subject = R::SUBJECT;
    let text = format!(
        "SELECT DISTINCT subject_id FROM event WHERE subject_kind = '{subject}' \
         AND NOT EXISTS (SELECT 1 FROM {table} WHERE {table}.id = event.subject_id) LIMIT {}",
        super::MOST
    );
    let backend = audit.source.connection.get_database_backend();
    let statement = sea_orm::Statement::from_string(backend, text);
    for row in audit.source.connection.query_all_raw(statement).await? {
        audit.find(Fault::Gone { subject, id: row.try_get_by_index(0)? });
    }
    Ok(())
}
