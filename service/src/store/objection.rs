//! Objections to results.

use crate::{
    db::{Backend, Keyset, Order, Page, PageRequest, SortKey, Source, Tx, any_of, counted},
    error::{Error, Result},
    scope::{Owned, own_and_acted_for},
    store::{self, waiting::ids_of_tasks},
};
use domain::{
    actor::Actor,
    evaluation::Party,
    id::{AgencyId, AssignmentId, EvaluationId, ObjectionId, PeriodId, PlanId, StaffId, UnitId},
    objection::{Objection, ObjectionStatus},
    task::Task,
    time::{Date, from_micros, to_micros},
};
use entity::objection::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Set,
};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// The columns that decide who can see objections. The deciders of an objection can see it too.
const OWNED: Owned<Column> = Owned {
    agency: Column::AgencyId,
    staff: Column::StaffId,
    unit: Column::UnitId,
    assignment: Column::AssignmentId,
    rater: Some((Column::RaterAssignmentId, Column::RaterStaffId)),
};

/// The condition for the objections that an actor can see: objections to results that they can see, and objections on
/// which they decide.
pub(crate) fn visible(backend: Backend, actor: &Actor) -> Condition {
    Condition::any().add(OWNED.personal(backend, actor)).add(decided_by(backend, actor))
}

/// The condition for the objections on which an actor decides.
fn decided_by(backend: Backend, actor: &Actor) -> Condition {
    let posts = any_of(backend, (Entity, Column::DeciderPostId), own_and_acted_for(actor));
    let mut any = Condition::any().add(posts);
    if let Some(me) = actor.staff() {
        any = any.add(Column::DeciderId.eq(me.0));
    }
    Condition::all().add(Column::AgencyId.eq(actor.agency.0)).add(any)
}

/// Filter for objections; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct ObjectionFilter {
    /// Of this person.
    pub staff: Option<StaffId>,
    /// To this evaluation.
    pub evaluation: Option<EvaluationId>,
    /// Of this unit and those below it.
    pub unit: Option<UnitId>,
    /// To results of this year or part.
    pub period: Option<PeriodId>,
    /// Has one of these statuses.
    pub status: Option<Vec<ObjectionStatus>>,
    /// True: the actor decides on it; false: the actor does not.
    pub decided_by_me: Option<bool>,
}

/// Loads a page of the objections that are visible to the actor, in order of filing.
pub(crate) async fn list<C: ConnectionTrait>(
    source: Source<'_, C>,
    (actor, today): (&Actor, Date),
    filter: &ObjectionFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Objection>, Option<u64>)> {
    let ObjectionFilter { staff, evaluation, unit, period, status, decided_by_me } = filter;
    let mut which = Condition::all()
        .add(visible(source.backend, actor))
        .add_option(staff.map(|staff| Column::StaffId.eq(staff.0)))
        .add_option(evaluation.map(|evaluation| Column::EvaluationId.eq(evaluation.0)))
        .add_option(period.map(|period| Column::PeriodId.eq(period.0)));
    if let Some(unit) = unit {
        let tree = store::org_unit::tree(source.connection, actor.agency, today).await?;
        let units = tree.subtree(*unit).into_iter().map(|unit| unit.0).collect::<Vec<_>>();
        which = which.add(any_of(source.backend, (Entity, Column::UnitId), units));
    }
    if let Some(status) = status {
        which = which.add(Column::Status.is_in(status.iter().map(ToString::to_string)));
    }
    if let Some(mine) = decided_by_me {
        let decided = decided_by(source.backend, actor);
        // In SQL a comparison with a missing post or decider is neither true nor false, so the row would match neither
        // filter.
        let known = Condition::all().add(Column::DeciderId.is_not_null()).add(decided);
        let mine_ids =
            sea_orm::QueryTrait::into_query(Entity::find().select_only().column(Column::Id).filter(known));
        which = which.add(if *mine {
            Column::Id.in_subquery(mine_ids)
        } else {
            Column::Id.not_in_subquery(mine_ids)
        });
    }
    let select = Entity::find().filter(which);
    let total = counted(source, &select, count).await?;
    let keyset = Keyset {
        columns: vec![Column::Id],
        order,
        key: |row: &Model| vec![SortKey::Id(row.id)],
        binding: format!("objections {}", serde_json::to_string(filter)?),
    };
    let page = keyset.load(source.connection, select, request).await?;
    Ok((page.try_map(value)?, total))
}

/// Loads the objections with these ids that the actor can see.
pub(crate) async fn by_ids<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    ids: &[ObjectionId],
) -> Result<HashMap<ObjectionId, Objection>> {
    let ids = ids.iter().map(|id| id.0);
    let which = visible(source.backend, actor);
    let which = Condition::all().add(which).add(any_of(source.backend, (Entity, Column::Id), ids));
    Ok(load(source, which).await?.into_iter().map(|one| (one.id, one)).collect())
}

/// Loads an objection if the actor can see it.
pub(crate) async fn find<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    id: ObjectionId,
) -> Result<Option<Objection>> {
    Ok(by_ids(source, actor, &[id]).await?.remove(&id))
}

/// Loads, for each of these evaluations, the objections to it that the actor can see: the last one first.
pub(crate) async fn of_evaluations<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    evaluations: &[EvaluationId],
) -> Result<HashMap<EvaluationId, Vec<Objection>>> {
    let ids = evaluations.iter().map(|id| id.0);
    let of_these = any_of(source.backend, (Entity, Column::EvaluationId), ids);
    let which = Condition::all().add(visible(source.backend, actor)).add(of_these);
    let mut found: HashMap<EvaluationId, Vec<Objection>> = HashMap::new();
    for objection in load(source, which).await? {
        found.entry(objection.evaluation).or_default().insert(0, objection);
    }
    Ok(found)
}

/// Loads the objections that match a condition, in order of filing. The condition must include the scope.
pub(crate) async fn load<C: ConnectionTrait>(
    source: Source<'_, C>,
    which: Condition,
) -> Result<Vec<Objection>> {
    let rows = Entity::find().filter(which).order_by_asc(Column::Id).all(source.connection).await?;
    rows.into_iter().map(value).collect()
}

/// Loads open objections that still miss an explanation although the last day for explanations is over, at most `most`,
/// for the tick.
pub(crate) async fn unanswered(tx: &Tx, most: u64) -> Result<Vec<Objection>> {
    let rows = Entity::find()
        .filter(Column::AgencyId.eq(tx.actor().agency.0))
        .filter(Column::AwaitsUntil.lt(tx.today()))
        .order_by_asc(Column::PlanId)
        .limit(most)
        .all(tx.connection())
        .await?;
    rows.into_iter().map(value).collect()
}

/// Finds the people whom the performance team assigned to decide on open objections of these people.
pub(crate) async fn deciders_of<C: ConnectionTrait>(
    source: Source<'_, C>,
    people: &BTreeSet<StaffId>,
) -> Result<BTreeSet<StaffId>> {
    let of = any_of(source.backend, (Entity, Column::StaffId), people.iter().map(|one| one.0));
    assigned(source, of.into()).await
}

/// Finds the posts whose powers decide on the open objections of these people.
pub(crate) async fn deciding_posts<C: ConnectionTrait>(
    source: Source<'_, C>,
    people: &BTreeSet<StaffId>,
) -> Result<BTreeSet<AssignmentId>> {
    let found: Vec<Option<uuid::Uuid>> = Entity::find()
        .select_only()
        .column(Column::DeciderPostId)
        .filter(any_of(source.backend, (Entity, Column::StaffId), people.iter().map(|one| one.0)))
        .filter(Column::Status.eq(ObjectionStatus::Explanations.to_string()))
        .into_tuple()
        .all(source.connection)
        .await?;
    Ok(found.into_iter().flatten().map(AssignmentId).collect())
}

/// Selects the people, among these, who were assigned to decide on open objections.
pub(crate) async fn assigned_among(tx: &Tx, people: &[&StaffId]) -> Result<BTreeSet<StaffId>> {
    let among = any_of(tx.backend(), (Entity, Column::DeciderId), people.iter().map(|one| one.0));
    assigned(tx.source(), among.into()).await
}

async fn assigned<C: ConnectionTrait>(
    source: Source<'_, C>,
    which: sea_orm::sea_query::Condition,
) -> Result<BTreeSet<StaffId>> {
    let found: Vec<uuid::Uuid> = Entity::find()
        .select_only()
        .column(Column::DeciderId)
        .filter(Column::DeciderId.is_not_null())
        .filter(Column::DeciderPostId.is_null())
        .filter(Column::Status.eq(ObjectionStatus::Explanations.to_string()))
        .filter(which)
        .into_tuple()
        .all(source.connection)
        .await?;
    Ok(found.into_iter().map(StaffId).collect())
}

/// Loads the objections that may wait for each of these tasks of the actor. The caller decides who may act now.
pub(crate) async fn waiting<C: ConnectionTrait>(
    source: Source<'_, C>,
    (actor, today): (&Actor, Date),
    tasks: &[Task],
) -> Result<Vec<(Task, Objection)>> {
    let (backend, agency) = (source.backend, Column::AgencyId.eq(actor.agency.0));
    let ids = |task: Task| {
        let states = Column::Status.is_in(task.objections().map(|status| status.to_string()));
        let which = match task {
            Task::AnswerObjection => {
                let mut side = Condition::any().add(any_of(
                    backend,
                    (Entity, Column::RaterAssignmentId),
                    own_and_acted_for(actor),
                ));
                if let Some(me) = actor.staff() {
                    side = side.add(Column::StaffId.eq(me.0)).add(Column::RaterStaffId.eq(me.0));
                }
                Condition::all().add(Column::AwaitsUntil.gte(today)).add(side)
            }
            Task::DecideObjection => Condition::all().add(states).add(decided_by(backend, actor)),
            _ => Condition::all().add(states).add(visible(backend, actor)),
        };
        Entity::find().select_only().column(Column::Id).filter(which.add(agency.clone())).into_query()
    };
    let waiting = ids_of_tasks(source, tasks, ids).await?;
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    // The selections above contain the scope.
    let which = any_of(backend, (Entity, Column::Id), waiting.iter().map(|(_, id)| *id));
    let found = load(source, Condition::all().add(which)).await?;
    let found: HashMap<_, _> = found.into_iter().map(|objection| (objection.id.0, objection)).collect();
    Ok(waiting.into_iter().filter_map(|(task, id)| Some((task, found.get(&id)?.clone()))).collect())
}

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<Objection> {
    Ok(Objection {
        id: ObjectionId(row.id),
        agency: AgencyId(row.agency_id),
        evaluation: EvaluationId(row.evaluation_id),
        plan: PlanId(row.plan_id),
        assignment: AssignmentId(row.assignment_id),
        staff: StaffId(row.staff_id),
        unit: UnitId(row.unit_id),
        period: PeriodId(row.period_id),
        status: row.status.parse().map_err(Error::internal)?,
        rater: serde_json::from_str(&row.rater)?,
        decider: row.decider_id.map(StaffId),
        decider_post: row.decider_post_id.map(AssignmentId),
        received_at: from_micros(row.received_at),
        objection_until: row.objection_until,
        filed_at: from_micros(row.filed_at),
        filed_on: row.filed_on,
        answer_until: row.answer_until,
        decide_until: row.decide_until,
        decided_at: row.decided_at.map(from_micros),
        detail: serde_json::from_str(&row.detail)?,
        version: row.version,
    })
}

/// The last day for explanations; `None` if no explanation is missing.
fn awaits_until(objection: &Objection) -> Option<Date> {
    let unheard: Vec<Party> = objection.unheard();
    let waits = objection.status == ObjectionStatus::Explanations && !unheard.is_empty();
    objection.answer_until.filter(|_| waits)
}

/// Converts a value to a row.
pub(crate) fn row(objection: &Objection) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(objection.id.0),
        agency_id: Set(objection.agency.0),
        evaluation_id: Set(objection.evaluation.0),
        plan_id: Set(objection.plan.0),
        assignment_id: Set(objection.assignment.0),
        staff_id: Set(objection.staff.0),
        unit_id: Set(objection.unit.0),
        period_id: Set(objection.period.0),
        status: Set(objection.status.to_string()),
        rater_assignment_id: Set(objection.rater.assignment.0),
        rater_staff_id: Set(objection.rater.staff.0),
        rater: Set(serde_json::to_string(&objection.rater)?),
        decider_id: Set(objection.decider.map(|decider| decider.0)),
        decider_post_id: Set(objection.decider_post.map(|post| post.0)),
        received_at: Set(to_micros(objection.received_at)),
        objection_until: Set(objection.objection_until),
        filed_at: Set(to_micros(objection.filed_at)),
        filed_on: Set(objection.filed_on),
        answer_until: Set(objection.answer_until),
        awaits_until: Set(awaits_until(objection)),
        decide_until: Set(objection.decide_until),
        decided_at: Set(objection.decided_at.map(to_micros)),
        detail: Set(serde_json::to_string(&objection.detail)?),
        version: Set(objection.version),
    })
}

record!(Objection, Objection, entity::objection, {staff: staff, unit: unit, plan: plan});
