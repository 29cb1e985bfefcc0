//! Trainings of people, and the files of their certificates.

use crate::{
    db::{self, Backend, Concerns, Keyset, Order, Page, PageRequest, Record, SortKey, Source, Tx, any_of},
    error::{Error, Result},
    scope::{Owned, any_or_none},
    store,
};
use chrono::Datelike;
use domain::{
    actor::{Actor, Coverage},
    event::SubjectKind,
    id::{AgencyId, AssignmentId, RecommendationId, StaffId, TrainingId, UnitId},
    task::Task,
    time::{Date, from_micros, to_micros},
    training::{Training, TrainingStatus},
};
use entity::{
    training::{ActiveModel, Column, Entity, Model},
    training_file,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Set,
};
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// The columns that decide who can see trainings.
pub(crate) const OWNED: Owned<Column> = Owned {
    agency: Column::AgencyId,
    staff: Column::StaffId,
    unit: Column::UnitId,
    assignment: Column::AssignmentId,
    rater: None,
};

/// Filter for trainings; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct TrainingFilter {
    /// Of this person.
    pub staff: Option<StaffId>,
    /// Of this unit and those below it.
    pub unit: Option<UnitId>,
    /// Ended in this year.
    pub year: Option<i32>,
    /// Of this kind, by its code.
    pub kind: Option<String>,
    /// Has one of these statuses; without it, all but withdrawn ones.
    pub status: Option<Vec<TrainingStatus>>,
}

/// Loads a page of the trainings that are visible to the actor, in the order in which they were recorded.
pub(crate) async fn list<C: ConnectionTrait>(
    source: Source<'_, C>,
    (actor, today): (&Actor, Date),
    filter: &TrainingFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Training>, Option<u64>)> {
    let TrainingFilter { staff, unit, year, kind, status } = filter;
    let mut which = Condition::all()
        .add_option(staff.map(|staff| Column::StaffId.eq(staff.0)))
        .add_option(kind.as_ref().map(|kind| Column::Kind.eq(kind.as_str())));
    if let Some(year) = year {
        which = which.add(ended_in(*year));
    }
    if let Some(unit) = unit {
        let tree = store::org_unit::tree(source.connection, actor.agency, today).await?;
        let units = tree.subtree(*unit).into_iter().map(|unit| unit.0).collect::<Vec<_>>();
        which = which.add(any_of(source.backend, (Entity, Column::UnitId), units));
    }
    which = match status {
        Some(status) => which.add(Column::Status.is_in(status.iter().map(ToString::to_string))),
        None => which.add(is_kept()),
    };
    let (select, total) = OWNED.list(source, actor, which, count).await?;
    let keyset = Keyset::<Entity> {
        columns: vec![Column::RecordedAt, Column::Id],
        order,
        key: |row: &Model| vec![SortKey::Int(row.recorded_at), SortKey::Id(row.id)],
        binding: format!("trainings {}", serde_json::to_string(filter)?),
    };
    let page = keyset.load(source.connection, select, request).await?;
    Ok((page.try_map(value)?, total))
}

fn ended_in(year: i32) -> Condition {
    let day = |month, day| Date::from_ymd_opt(year, month, day).unwrap_or_default();
    Condition::all().add(Column::EndsOn.gte(day(1, 1))).add(Column::EndsOn.lte(day(12, 31)))
}

fn is_kept() -> Condition {
    Condition::all().add(Column::Status.ne(TrainingStatus::Withdrawn.to_string()))
}

/// Loads the trainings with these ids that the actor can see.
pub(crate) async fn by_ids<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    ids: &[TrainingId],
) -> Result<HashMap<TrainingId, Training>> {
    let ids = ids.iter().map(|id| id.0);
    let which = OWNED.personal(source.backend, actor).add(any_of(source.backend, (Entity, Column::Id), ids));
    Ok(load(source, which).await?.into_iter().map(|one| (one.id, one)).collect())
}

/// Loads, for each of these people, the trainings that ended in a year and that the actor can see, without withdrawn
/// ones.
pub(crate) async fn of_people<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    people: &[StaffId],
    year: i32,
) -> Result<HashMap<StaffId, Vec<Training>>> {
    let of = any_of(source.backend, (Entity, Column::StaffId), people.iter().map(|one| one.0));
    let which = OWNED.personal(source.backend, actor).add(of).add(ended_in(year)).add(is_kept());
    Ok(by_person(load(source, which).await?))
}

/// Loads the verified trainings of these people, of all years, including those that the actor can't see.
pub(crate) async fn verified_of<C: ConnectionTrait>(
    source: Source<'_, C>,
    people: impl IntoIterator<Item = StaffId>,
) -> Result<HashMap<StaffId, Vec<Training>>> {
    let of = any_of(source.backend, (Entity, Column::StaffId), people.into_iter().map(|one| one.0));
    let verified = Column::Status.eq(TrainingStatus::Verified.to_string());
    Ok(by_person(load(source, Condition::all().add(of).add(verified)).await?))
}

fn by_person(trainings: Vec<Training>) -> HashMap<StaffId, Vec<Training>> {
    let mut found: HashMap<StaffId, Vec<Training>> = HashMap::new();
    for training in trainings {
        found.entry(training.staff).or_default().push(training);
    }
    found
}

/// Loads the person's training with this client key.
pub(crate) async fn by_client_key<C: ConnectionTrait>(
    source: Source<'_, C>,
    staff: StaffId,
    key: Uuid,
) -> Result<Option<Training>> {
    let which = Condition::all().add(Column::StaffId.eq(staff.0)).add(Column::ClientKey.eq(key));
    Ok(load(source, which).await?.pop())
}

/// Counts the person's trainings that end in the year of a day, without withdrawn ones.
pub(crate) async fn count_in_year<C: ConnectionTrait>(
    source: Source<'_, C>,
    staff: StaffId,
    day: Date,
) -> Result<usize> {
    let which = ended_in(day.year()).add(Column::StaffId.eq(staff.0)).add(is_kept());
    let found = Entity::find().filter(which).count(source.connection).await?;
    Ok(usize::try_from(found).unwrap_or(usize::MAX))
}

/// Loads the trainings that wait for the actor: trainings of the units that the actor manages, except the actor's own.
pub(crate) async fn waiting<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    task: Task,
) -> Result<Vec<Training>> {
    let covered = actor.performance_team.union(&actor.admin);
    let of_units = match covered {
        Coverage::Everything => Condition::all(),
        Coverage::Units(units) => {
            let units = units.iter().map(|unit| unit.0);
            any_or_none(Condition::any().add(any_of(source.backend, (Entity, Column::UnitId), units)))
        }
        Coverage::Nothing => return Ok(Vec::new()),
    };
    let which = Condition::all()
        .add(Column::AgencyId.eq(actor.agency.0))
        .add(Column::Status.is_in(task.trainings().map(|status| status.to_string())))
        .add(of_units)
        .add_option(actor.staff().map(|me| Column::StaffId.ne(me.0)));
    load(source, which).await
}

/// Loads the trainings that match a condition, in the order in which they were recorded. The condition must include the
/// scope.
pub(crate) async fn load<C: ConnectionTrait>(
    source: Source<'_, C>,
    which: Condition,
) -> Result<Vec<Training>> {
    let rows = Entity::find()
        .filter(which)
        .order_by_asc(Column::RecordedAt)
        .order_by_asc(Column::Id)
        .all(source.connection)
        .await?;
    rows.into_iter().map(value).collect()
}

/// The condition for the ids of trainings that the actor can see.
pub(crate) fn visible(backend: Backend, actor: &Actor) -> Condition {
    OWNED.personal(backend, actor)
}

/// The rows of a training's files.
pub(crate) fn file_rows(training: &Training) -> Result<Vec<training_file::ActiveModel>> {
    file_rows_of(std::slice::from_ref(training))
}

fn file_rows_of(trainings: &[Training]) -> Result<Vec<training_file::ActiveModel>> {
    let mut rows = Vec::new();
    for training in trainings {
        for evidence in &training.evidence {
            let Some(file) = &evidence.file else { continue };
            let hash = evidence.hash.clone().ok_or_else(|| Error::internal("a file without its hash"))?;
            rows.push(training_file::ActiveModel {
                id: Set(evidence.id.0),
                training_id: Set(training.id.0),
                file_id: Set(file.upload.0),
                sha256: Set(hash),
            });
        }
    }
    Ok(rows)
}

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<Training> {
    Ok(Training {
        id: TrainingId(row.id),
        agency: AgencyId(row.agency_id),
        staff: StaffId(row.staff_id),
        assignment: AssignmentId(row.assignment_id),
        unit: UnitId(row.unit_id),
        kind: row.kind,
        kind_label: serde_json::from_str(&row.kind_label)?,
        title: row.title,
        organiser: row.organiser,
        hours: u32::try_from(row.hours).map_err(Error::internal)?,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        certificate_number: row.certificate_number,
        evidence: serde_json::from_str(&row.evidence)?,
        supports: row.supports.as_deref().map(serde_json::from_str).transpose()?,
        recommendation: row.recommendation_id.map(RecommendationId),
        client_key: row.client_key,
        recorded_at: from_micros(row.recorded_at),
        status: row.status.parse().map_err(Error::internal)?,
        decision: row.decision.as_deref().map(serde_json::from_str).transpose()?,
        version: row.version,
    })
}

/// Converts a value to a row.
pub(crate) fn row(training: &Training) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(training.id.0),
        agency_id: Set(training.agency.0),
        staff_id: Set(training.staff.0),
        assignment_id: Set(training.assignment.0),
        unit_id: Set(training.unit.0),
        kind: Set(training.kind.clone()),
        kind_label: Set(serde_json::to_string(&training.kind_label)?),
        title: Set(training.title.clone()),
        organiser: Set(training.organiser.clone()),
        hours: Set(i32::try_from(training.hours).map_err(Error::internal)?),
        starts_on: Set(training.starts_on),
        ends_on: Set(training.ends_on),
        certificate_number: Set(training.certificate_number.clone()),
        evidence: Set(serde_json::to_string(&training.evidence)?),
        supports: Set(training.supports.as_ref().map(serde_json::to_string).transpose()?),
        recommendation_id: Set(training.recommendation.map(|made| made.0)),
        client_key: Set(training.client_key),
        recorded_at: Set(to_micros(training.recorded_at)),
        status: Set(training.status.to_string()),
        decision: Set(training.decision.as_ref().map(serde_json::to_string).transpose()?),
        version: Set(training.version),
    })
}

impl Record for Training {
    const SUBJECT: SubjectKind = SubjectKind::Training;

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
        Self::insert_all(std::slice::from_ref(self), tx).await
    }

    async fn insert_all(records: &[Self], tx: &Tx) -> Result<()> {
        let rows = records.iter().map(row).collect::<Result<Vec<_>>>()?;
        db::insert_many(tx, rows).await?;
        db::insert_many(tx, file_rows_of(records)?).await
    }

    async fn update(&self, before: &Self, tx: &Tx) -> Result<u64> {
        let which = Condition::all().add(Column::Id.eq(before.id.0)).add(Column::Version.eq(before.version));
        // The rows of files stay, because the certificate of a training never changes.
        db::update(tx, row(self)?, which).await
    }
}
