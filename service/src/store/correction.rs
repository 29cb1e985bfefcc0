//! Requests to correct personnel data, and the files that prove them.

use crate::{
    db::{
        self, Backend, Concerns, Keyset, Order, Page, PageRequest, Record, SortKey, Source, Tx, any_of,
        counted,
    },
    error::{Error, Result},
    scope::any_or_none,
    store,
};
use domain::{
    actor::{Actor, Coverage},
    correction::{Correction, CorrectionStatus, CorrectionSubject},
    event::SubjectKind,
    id::{AgencyId, AssignmentId, CorrectionId, StaffId, UnitId},
    task::Task,
    time::{Date, from_micros, to_micros},
};
use entity::{
    correction::{ActiveModel, Column, Entity, Model},
    correction_file,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Set,
};
use serde::Serialize;
use std::{
    collections::{BTreeSet, HashMap},
    slice,
};
use uuid::Uuid;

/// The condition for the corrections that an actor can see. `domain::policy::correction::sees` decides the same for one
/// correction.
pub(crate) fn visible(backend: Backend, actor: &Actor) -> Condition {
    let agency = Condition::all().add(Column::AgencyId.eq(actor.agency.0));
    let Some(me) = actor.staff() else { return agency.add(any_or_none(Condition::any())) };
    let not_about_me = Condition::any().add(Column::SuperiorId.is_null()).add(Column::SuperiorId.ne(me.0));
    let agency = agency.add(not_about_me);
    if actor.auditor || actor.admin == Coverage::Everything {
        return agency;
    }
    let mut any = Condition::any().add(Column::StaffId.eq(me.0));
    if let Coverage::Units(units) = &actor.admin {
        any = any.add(any_of(backend, (Entity, Column::UnitId), units.iter().map(|unit| unit.0)));
    }
    agency.add(any)
}

/// Filter for corrections; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct CorrectionFilter {
    /// Of this person.
    pub staff: Option<StaffId>,
    /// Of this unit and those below it.
    pub unit: Option<UnitId>,
    /// About one of these subjects.
    pub subject: Option<Vec<CorrectionSubject>>,
    /// Has one of these statuses.
    pub status: Option<Vec<CorrectionStatus>>,
}

/// Loads a page of the corrections that are visible to the actor, in the order in which they were requested.
pub(crate) async fn list<C: ConnectionTrait>(
    source: Source<'_, C>,
    (actor, today): (&Actor, Date),
    filter: &CorrectionFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Correction>, Option<u64>)> {
    let CorrectionFilter { staff, unit, subject, status } = filter;
    let mut which = Condition::all()
        .add(visible(source.backend, actor))
        .add_option(staff.map(|staff| Column::StaffId.eq(staff.0)));
    if let Some(unit) = unit {
        let tree = store::org_unit::tree(source.connection, actor.agency, today).await?;
        which = which.add(of_units(source.backend, &tree.subtree(*unit)));
    }
    if let Some(subject) = subject {
        which = which.add(Column::Subject.is_in(subject.iter().map(ToString::to_string)));
    }
    if let Some(status) = status {
        which = which.add(Column::Status.is_in(status.iter().map(ToString::to_string)));
    }
    let select = Entity::find().filter(which);
    let total = counted(source, &select, count).await?;
    let keyset = Keyset::<Entity> {
        columns: vec![Column::RequestedAt, Column::Id],
        order,
        key: |row: &Model| vec![SortKey::Int(row.requested_at), SortKey::Id(row.id)],
        binding: format!("corrections {}", serde_json::to_string(filter)?),
    };
    let page = keyset.load(source.connection, select, request).await?;
    Ok((page.try_map(value)?, total))
}

fn of_units(backend: Backend, units: &BTreeSet<UnitId>) -> Condition {
    Condition::all().add(any_of(backend, (Entity, Column::UnitId), units.iter().map(|unit| unit.0)))
}

/// Loads the corrections with these ids that the actor can see.
pub(crate) async fn by_ids<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    ids: &[CorrectionId],
) -> Result<HashMap<CorrectionId, Correction>> {
    let ids = any_of(source.backend, (Entity, Column::Id), ids.iter().map(|id| id.0));
    let which = visible(source.backend, actor).add(ids);
    Ok(load(source, which).await?.into_iter().map(|one| (one.id, one)).collect())
}

/// Loads the corrections of each of these people that the actor can see, the newest first.
pub(crate) async fn of_people<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    people: &[StaffId],
) -> Result<HashMap<StaffId, Vec<Correction>>> {
    let of = any_of(source.backend, (Entity, Column::StaffId), people.iter().map(|one| one.0));
    let mut found: HashMap<StaffId, Vec<Correction>> = HashMap::new();
    for correction in load(source, visible(source.backend, actor).add(of)).await?.into_iter().rev() {
        found.entry(correction.staff).or_default().push(correction);
    }
    Ok(found)
}

/// Loads the person's correction with this client key.
pub(crate) async fn by_client_key<C: ConnectionTrait>(
    source: Source<'_, C>,
    staff: StaffId,
    key: Uuid,
) -> Result<Option<Correction>> {
    let which = Condition::all().add(Column::StaffId.eq(staff.0)).add(Column::ClientKey.eq(key));
    Ok(load(source, which).await?.pop())
}

/// Loads the person's unanswered correction about a subject.
pub(crate) async fn open_of<C: ConnectionTrait>(
    source: Source<'_, C>,
    staff: StaffId,
    subject: CorrectionSubject,
) -> Result<Option<Correction>> {
    let of = Column::Subject.eq(subject.to_string());
    let which = Condition::all().add(Column::StaffId.eq(staff.0)).add(of).add(is_open());
    Ok(load(source, which).await?.pop())
}

fn is_open() -> Condition {
    Condition::all().add(Column::Status.eq(CorrectionStatus::Requested.to_string()))
}

/// Counts the unanswered corrections that the actor can see: those of these units, or of the whole agency for `None`.
pub(crate) async fn count_open<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    units: Option<&BTreeSet<UnitId>>,
) -> Result<u64> {
    let of_units = units.map(|units| of_units(source.backend, units));
    let which = visible(source.backend, actor).add(is_open()).add_option(of_units);
    Ok(Entity::find().filter(which).count(source.connection).await?)
}

/// Loads the unanswered corrections that the actor can see, except the actor's own. The caller checks who may answer.
pub(crate) async fn waiting<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    task: Task,
) -> Result<Vec<Correction>> {
    let Some(me) = actor.staff().filter(|_| actor.admin.is_any()) else { return Ok(Vec::new()) };
    let which = visible(source.backend, actor)
        .add(Column::Status.is_in(task.corrections().map(|status| status.to_string())))
        .add(Column::StaffId.ne(me.0));
    load(source, which).await
}

/// Loads the corrections that match a condition, in the order in which they were requested. The condition must include
/// the scope.
pub(crate) async fn load<C: ConnectionTrait>(
    source: Source<'_, C>,
    which: Condition,
) -> Result<Vec<Correction>> {
    let rows = Entity::find()
        .filter(which)
        .order_by_asc(Column::RequestedAt)
        .order_by_asc(Column::Id)
        .all(source.connection)
        .await?;
    rows.into_iter().map(value).collect()
}

/// The rows of a correction's files.
pub(crate) fn file_rows(correction: &Correction) -> Result<Vec<correction_file::ActiveModel>> {
    let mut rows = Vec::new();
    for evidence in &correction.evidence {
        let Some(file) = &evidence.file else { continue };
        let hash = evidence.hash.clone().ok_or_else(|| Error::internal("a file without its hash"))?;
        rows.push(correction_file::ActiveModel {
            id: Set(evidence.id.0),
            correction_id: Set(correction.id.0),
            file_id: Set(file.upload.0),
            sha256: Set(hash),
        });
    }
    Ok(rows)
}

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<Correction> {
    Ok(Correction {
        id: CorrectionId(row.id),
        agency: AgencyId(row.agency_id),
        staff: StaffId(row.staff_id),
        assignment: AssignmentId(row.assignment_id),
        unit: UnitId(row.unit_id),
        recorded: serde_json::from_str(&row.recorded)?,
        proposed: row.proposed,
        reason: row.reason,
        on: row.from_day,
        evidence: serde_json::from_str(&row.evidence)?,
        client_key: row.client_key,
        requested_at: from_micros(row.requested_at),
        due_on: row.due_on,
        status: row.status.parse().map_err(Error::internal)?,
        resolution: row.resolution.as_deref().map(serde_json::from_str).transpose()?,
        version: row.version,
    })
}

/// Converts a value to a row.
pub(crate) fn row(correction: &Correction) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(correction.id.0),
        agency_id: Set(correction.agency.0),
        staff_id: Set(correction.staff.0),
        assignment_id: Set(correction.assignment.0),
        unit_id: Set(correction.unit.0),
        subject: Set(correction.recorded.subject().to_string()),
        recorded: Set(serde_json::to_string(&correction.recorded)?),
        superior_id: Set(correction.recorded.superior().map(|superior| superior.0)),
        proposed: Set(correction.proposed.clone()),
        reason: Set(correction.reason.clone()),
        from_day: Set(correction.on),
        evidence: Set(serde_json::to_string(&correction.evidence)?),
        client_key: Set(correction.client_key),
        requested_at: Set(to_micros(correction.requested_at)),
        due_on: Set(correction.due_on),
        status: Set(correction.status.to_string()),
        resolution: Set(correction.resolution.as_ref().map(serde_json::to_string).transpose()?),
        version: Set(correction.version),
    })
}

impl Record for Correction {
    const SUBJECT: SubjectKind = SubjectKind::Correction;

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn agency(&self) -> Uuid {
        self.agency.0
    }
    fn version(&self) -> i32 {
        self.version
    }
    fn concerns(&self) -> Concerns {
        Concerns::default().staff(self.staff.0).unit(self.unit.0)
    }
    fn set_version(&mut self, version: i32) {
        self.version = version;
    }

    async fn insert(&self, tx: &Tx) -> Result<()> {
        Self::insert_all(slice::from_ref(self), tx).await
    }

    async fn insert_all(records: &[Self], tx: &Tx) -> Result<()> {
        let rows = records.iter().map(row).collect::<Result<Vec<_>>>()?;
        db::insert_many(tx, rows).await?;
        let files = records.iter().map(file_rows).collect::<Result<Vec<_>>>()?;
        db::insert_many(tx, files.concat()).await
    }

    async fn update(&self, before: &Self, tx: &Tx) -> Result<u64> {
        let which = Condition::all().add(Column::Id.eq(before.id.0)).add(Column::Version.eq(before.version));
        // The rows of files stay, because the evidence of a correction never changes.
        db::update(tx, row(self)?, which).await
    }
}
