//! Plans with their revisions. Each row of a plan also has an anchor: a database row that other tables can refer to.

use super::lock_plans;
use crate::{
    db::{self, Concerns, Reading, Record, Source, Tx, any_of, in_part},
    error::{Error, Result},
    scope::Owned,
};
use domain::{
    actor::Actor,
    assignment::Capacity,
    evaluation::{EvaluationKind, EvaluationStatus},
    event::SubjectKind,
    id::{AgencyId, AssignmentId, PeriodId, PlanId, ResultId, RevisionId, StaffId, UnitId},
    period::PeriodStatus,
    plan::{Plan, PlanRevision, PlanStatus, RaterSnapshot},
    time::{Date, from_micros, to_micros},
};
use entity::{evaluation, period, plan, plan_result, plan_revision};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Set,
    sea_query::{OnConflict, SimpleExpr},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use strum::IntoEnumIterator;
use uuid::Uuid;

/// The columns that decide who can see plans.
pub(crate) const OWNED: Owned<plan::Column> = Owned {
    agency: plan::Column::AgencyId,
    staff: plan::Column::StaffId,
    unit: plan::Column::UnitId,
    assignment: plan::Column::AssignmentId,
    rater: Some((plan::Column::RaterAssignmentId, plan::Column::RaterStaffId)),
};

/// Loads a plan if the actor can see it.
pub(crate) async fn find<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    id: PlanId,
) -> Result<Option<Plan>> {
    let which = OWNED.personal(source.backend, actor).add(plan::Column::Id.eq(id.0));
    Ok(load(source, which).await?.pop())
}

/// Loads the plans with these ids that the actor can see.
pub(crate) async fn by_ids<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    ids: &[PlanId],
) -> Result<HashMap<PlanId, Plan>> {
    let ids = ids.iter().map(|id| id.0);
    let which = OWNED.personal(source.backend, actor).add(any_of(
        source.backend,
        (plan::Entity, plan::Column::Id),
        ids,
    ));
    Ok(load(source, which).await?.into_iter().map(|plan| (plan.id, plan)).collect())
}

/// Loads the plans that match a condition, oldest first. The condition must include the scope.
pub(crate) async fn load<C: ConnectionTrait>(source: Source<'_, C>, which: Condition) -> Result<Vec<Plan>> {
    let rows =
        plan::Entity::find().filter(which).order_by_asc(plan::Column::Id).all(source.connection).await?;
    with_revisions(source, rows).await
}

/// Loads all revisions of plan rows, in one statement; keeps the order of the rows.
pub(crate) async fn with_revisions<C: ConnectionTrait>(
    source: Source<'_, C>,
    rows: Vec<plan::Model>,
) -> Result<Vec<Plan>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut of_plan = revisions(source, rows.iter().map(|row| row.id)).await?;
    rows.into_iter()
        .map(|row| {
            let revisions = of_plan.remove(&row.id).unwrap_or_default();
            assemble(row, revisions)
        })
        .collect()
}

/// Loads the revisions of plans, oldest first.
pub(crate) async fn revisions<C: ConnectionTrait>(
    source: Source<'_, C>,
    plans: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Vec<PlanRevision>>> {
    let of_plans = any_of(source.backend, (plan_revision::Entity, plan_revision::Column::PlanId), plans);
    let rows = plan_revision::Entity::find()
        .filter(of_plans)
        .order_by_asc(plan_revision::Column::Number)
        .all(source.connection)
        .await?;
    let mut found: HashMap<Uuid, Vec<PlanRevision>> = HashMap::new();
    for row in rows {
        found.entry(row.plan_id).or_default().push(revision(row)?);
    }
    Ok(found)
}

/// Loads the plans with these ids, without any scope, for decisions inside the service.
pub(crate) async fn by_ids_unscoped<C: ConnectionTrait>(
    source: Source<'_, C>,
    plans: impl Iterator<Item = PlanId>,
) -> Result<HashMap<PlanId, Plan>> {
    let which = any_of(source.backend, (plan::Entity, plan::Column::Id), plans.map(|plan| plan.0));
    let found = load(source, Condition::all().add(which)).await?;
    Ok(found.into_iter().map(|plan| (plan.id, plan)).collect())
}

/// Loads the plans with these ids, without their contents and without any scope.
pub(crate) async fn without_revisions_unscoped<C: ConnectionTrait>(
    source: Source<'_, C>,
    plans: impl Iterator<Item = PlanId>,
) -> Result<HashMap<PlanId, Plan>> {
    let which = any_of(source.backend, (plan::Entity, plan::Column::Id), plans.map(|plan| plan.0));
    let found = without_revisions(source, Condition::all().add(which)).await?;
    Ok(found.into_iter().map(|plan| (plan.id, plan)).collect())
}

/// Loads the plans of a person in a year, without their contents.
pub(crate) async fn of_person_in<C: ConnectionTrait>(
    source: Source<'_, C>,
    staff: StaffId,
    year: PeriodId,
) -> Result<Vec<Plan>> {
    let which =
        Condition::all().add(plan::Column::StaffId.eq(staff.0)).add(plan::Column::PeriodId.eq(year.0));
    without_revisions(source, which).await
}

/// Finds the plans of a person in the year of one of them.
pub(crate) async fn of_same_year<C: ConnectionTrait>(
    source: Source<'_, C>,
    staff: StaffId,
    one: PlanId,
) -> Result<Vec<PlanId>> {
    let own_year = plan::Entity::find_by_id(one.0).select_only().column(plan::Column::PeriodId).into_query();
    let which = Condition::all()
        .add(plan::Column::StaffId.eq(staff.0))
        .add(plan::Column::PeriodId.in_subquery(own_year));
    Ok(without_revisions(source, which).await?.into_iter().map(|plan| plan.id).collect())
}

/// Loads the plans of a person that are in force or closed, of one year or of all, without their contents.
pub(crate) async fn in_force_of<C: ConnectionTrait>(
    source: Source<'_, C>,
    staff: StaffId,
    year: Option<PeriodId>,
) -> Result<Vec<Plan>> {
    let which = Condition::all()
        .add(plan::Column::StaffId.eq(staff.0))
        .add(is_in_force())
        .add_option(year.map(|year| plan::Column::PeriodId.eq(year.0)));
    without_revisions(source, which).await
}

/// Loads the plans of these assignments in these years that are in force or closed.
pub(crate) async fn in_force_in<C: ConnectionTrait>(
    source: Source<'_, C>,
    assignments: impl IntoIterator<Item = AssignmentId>,
    years: impl IntoIterator<Item = PeriodId>,
) -> Result<Vec<Plan>> {
    let assignments = assignments.into_iter().map(|assignment| assignment.0);
    let years = years.into_iter().map(|year| year.0);
    let which = Condition::all()
        .add(any_of(source.backend, (plan::Entity, plan::Column::AssignmentId), assignments))
        .add(any_of(source.backend, (plan::Entity, plan::Column::PeriodId), years))
        .add(is_in_force());
    load(source, which).await
}

fn is_in_force() -> SimpleExpr {
    plan::Column::Status.is_in([PlanStatus::Approved, PlanStatus::Closed].map(|status| status.to_string()))
}

/// Loads the plans of an assignment in a year.
pub(crate) async fn of_assignment_in<C: ConnectionTrait>(
    source: Source<'_, C>,
    assignment: AssignmentId,
    year: PeriodId,
) -> Result<Vec<Plan>> {
    let which = Condition::all()
        .add(plan::Column::AssignmentId.eq(assignment.0))
        .add(plan::Column::PeriodId.eq(year.0));
    load(source, which).await
}

/// Loads the plans of an assignment that a new end date (exclusive) of the assignment can affect. A backdated end can
/// still shorten a plan that was closed with its year.
pub(crate) async fn touched_by_end<C: ConnectionTrait>(
    source: Source<'_, C>,
    assignment: AssignmentId,
    end: Date,
) -> Result<Vec<Plan>> {
    let is_touched = Condition::any()
        .add(plan::Column::Status.ne(PlanStatus::Closed.to_string()))
        .add(plan::Column::EndsOn.gte(end));
    let which = Condition::all()
        .add(plan::Column::AssignmentId.eq(assignment.0))
        .add(plan::Column::Status.ne(PlanStatus::Cancelled.to_string()))
        .add(is_touched);
    load(source, which).await
}

/// Loads all plans of an assignment.
pub(crate) async fn of_assignment<C: ConnectionTrait>(
    source: Source<'_, C>,
    assignment: AssignmentId,
) -> Result<Vec<Plan>> {
    load(source, Condition::all().add(plan::Column::AssignmentId.eq(assignment.0))).await
}

/// A row of a plan that serves a row of the superior's plan.
pub(crate) struct Serving {
    /// The plan.
    pub plan: PlanId,
    /// The row of this plan.
    pub row: ResultId,
    /// The superior's row.
    pub serves: ResultId,
}

/// Finds the rows that serve these rows, oldest first, without any scope. Finds only rows of the revision in force and
/// of the revision being edited.
pub(crate) async fn serving<C: ConnectionTrait>(
    source: Source<'_, C>,
    ids: &[ResultId],
) -> Result<Vec<Serving>> {
    use plan_result::{Column, Entity};
    let anchors = Entity::find()
        .filter(any_of(source.backend, (Entity, Column::ServesId), ids.iter().map(|id| id.0)))
        .filter(Column::Active.eq(true))
        .order_by_asc(Column::Id)
        .all(source.connection)
        .await?;
    let serving = |anchor: plan_result::Model| {
        let serves = ResultId(anchor.serves_id?);
        Some(Serving { plan: PlanId(anchor.plan_id), row: ResultId(anchor.id), serves })
    };
    Ok(anchors.into_iter().filter_map(serving).collect())
}

/// Locks and loads approved plans of closed years whose periodic evaluations are all final, at most `most`, for the
/// tick.
pub(crate) async fn lock_finished(tx: &Tx, most: u64) -> Result<Vec<Plan>> {
    let agency = tx.actor().agency.0;
    let closed_years = period::Entity::find()
        .select_only()
        .column(period::Column::Id)
        .filter(period::Column::AgencyId.eq(agency))
        .filter(period::Column::Part.eq(0))
        .filter(period::Column::Status.eq(PeriodStatus::Closed.to_string()));
    // A plan stays open while it has an unfinished evaluation.
    let unfinished =
        EvaluationStatus::iter().filter(|status| status.is_unfinished()).map(|status| status.to_string());
    let waiting = evaluation::Entity::find()
        .select_only()
        .column(evaluation::Column::PlanId)
        .filter(evaluation::Column::AgencyId.eq(agency))
        .filter(evaluation::Column::Kind.eq(EvaluationKind::Periodic.to_string()))
        .filter(evaluation::Column::Status.is_in(unfinished));
    let rows = plan::Entity::find()
        .filter(plan::Column::AgencyId.eq(agency))
        .filter(plan::Column::Status.eq(PlanStatus::Approved.to_string()))
        .filter(plan::Column::PeriodId.in_subquery(closed_years.into_query()))
        .filter(plan::Column::Id.not_in_subquery(waiting.into_query()))
        .order_by_asc(plan::Column::Id)
        .limit(most)
        .all(tx.connection())
        .await?;
    lock_plans(tx, rows.iter().map(|row| PlanId(row.id))).await?;
    with_revisions(tx.source(), rows).await
}

/// Counts the plans of a year with one of these statuses.
pub(crate) async fn count_in<C: ConnectionTrait>(
    source: Source<'_, C>,
    year: PeriodId,
    states: &[&PlanStatus],
) -> Result<u64> {
    let plans = plan::Entity::find()
        .filter(plan::Column::PeriodId.eq(year.0))
        .filter(plan::Column::Status.is_in(states.iter().map(ToString::to_string)));
    Ok(plans.count(source.connection).await?)
}

/// Converts a row to a plan without its revisions. Most lists need no more.
pub(crate) fn value_without_revisions(row: plan::Model) -> Result<Plan> {
    assemble(row, Vec::new())
}

/// Loads the plans that match a condition without revisions.
pub(crate) async fn without_revisions<C: ConnectionTrait>(
    source: Source<'_, C>,
    which: Condition,
) -> Result<Vec<Plan>> {
    plan::Entity::find()
        .filter(which)
        .all(source.connection)
        .await?
        .into_iter()
        .map(value_without_revisions)
        .collect()
}

/// Finds the plans that these rows belong to.
pub(crate) async fn plans_of_results<C: ConnectionTrait>(
    source: Source<'_, C>,
    results: &[ResultId],
) -> Result<HashMap<ResultId, PlanId>> {
    let ids = results.iter().map(|id| id.0);
    let anchors = plan_result::Entity::find()
        .filter(any_of(source.backend, (plan_result::Entity, plan_result::Column::Id), ids))
        .all(source.connection)
        .await?;
    Ok(anchors.into_iter().map(|anchor| (ResultId(anchor.id), PlanId(anchor.plan_id))).collect())
}

fn revision(row: plan_revision::Model) -> Result<PlanRevision> {
    Ok(PlanRevision {
        id: RevisionId(row.id),
        number: row.number,
        status: row.status.parse().map_err(Error::internal)?,
        reason: row.reason,
        content: serde_json::from_str(&row.content)?,
        created_at: from_micros(row.created_at),
        decided_at: row.decided_at.map(from_micros),
    })
}

/// Parses the recorded rater. If its column was not read, returns only the ids, which have columns of their own.
pub(crate) fn rater(recorded: &str, (assignment, staff): (Uuid, Uuid)) -> Result<RaterSnapshot> {
    if !recorded.is_empty() {
        return Ok(serde_json::from_str(recorded)?);
    }
    Ok(RaterSnapshot {
        assignment: AssignmentId(assignment),
        staff: StaffId(staff),
        name: String::new(),
        nip: None,
        position: String::new(),
        unit_name: String::new(),
        capacity: Capacity::Definitive,
        superior_assignment: None,
        superior_staff: None,
    })
}

/// The columns of a plan that a list reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlanProjection {
    /// Id, person, assignment, unit, year, status and time of creation; the others are empty in the value.
    Line,
    /// All columns.
    Head,
}

impl PlanProjection {
    /// The columns.
    pub(crate) fn reading(self) -> Reading<plan::Entity> {
        use plan::Column::{AssignmentId, CreatedAt, Id, PeriodId, StaffId, Status, UnitId};
        match self {
            Self::Line => Reading::only([Id, StaffId, AssignmentId, UnitId, PeriodId, Status, CreatedAt]),
            Self::Head => Reading::only(plan::Column::iter()),
        }
    }
}

in_part!(plan, {
    Id: id,
    AgencyId: agency_id,
    AssignmentId: assignment_id,
    StaffId: staff_id,
    UnitId: unit_id,
    PeriodId: period_id,
    Status: status,
    StartsOn: starts_on,
    EndsOn: ends_on,
    RaterAssignmentId: rater_assignment_id,
    RaterStaffId: rater_staff_id,
    Rater: rater,
    Form: form,
    Kept: kept,
    Late: late,
    CopiedFrom: copied_from,
    DecisionNote: decision_note,
    CreatedAt: created_at,
    SubmittedAt: submitted_at,
    DecidedAt: decided_at,
    Version: version,
});

fn assemble(row: plan::Model, revisions: Vec<PlanRevision>) -> Result<Plan> {
    Ok(Plan {
        id: PlanId(row.id),
        agency: AgencyId(row.agency_id),
        assignment: AssignmentId(row.assignment_id),
        staff: StaffId(row.staff_id),
        unit: UnitId(row.unit_id),
        period: PeriodId(row.period_id),
        status: row.status.parse().map_err(Error::internal)?,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        rater: rater(&row.rater, (row.rater_assignment_id, row.rater_staff_id))?,
        form: row.form.as_deref().map(serde_json::from_str).transpose()?,
        kept: row.kept.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default(),
        late: row.late,
        copied_from: row.copied_from.map(PlanId),
        revisions,
        created_at: from_micros(row.created_at),
        submitted_at: row.submitted_at.map(from_micros),
        decided_at: row.decided_at.map(from_micros),
        decision_note: row.decision_note,
        version: row.version,
    })
}

/// Converts a plan to a row, without its revisions.
pub(crate) fn row(plan: &Plan) -> Result<plan::ActiveModel> {
    Ok(plan::ActiveModel {
        id: Set(plan.id.0),
        agency_id: Set(plan.agency.0),
        assignment_id: Set(plan.assignment.0),
        staff_id: Set(plan.staff.0),
        unit_id: Set(plan.unit.0),
        period_id: Set(plan.period.0),
        status: Set(plan.status.to_string()),
        starts_on: Set(plan.starts_on),
        ends_on: Set(plan.ends_on),
        rater_assignment_id: Set(plan.rater.assignment.0),
        rater_staff_id: Set(plan.rater.staff.0),
        rater: Set(serde_json::to_string(&plan.rater)?),
        form: Set(plan.form.as_ref().map(serde_json::to_string).transpose()?),
        kept: Set((!plan.kept.is_empty()).then(|| serde_json::to_string(&plan.kept)).transpose()?),
        late: Set(plan.late),
        copied_from: Set(plan.copied_from.map(|id| id.0)),
        decision_note: Set(plan.decision_note.clone()),
        created_at: Set(to_micros(plan.created_at)),
        submitted_at: Set(plan.submitted_at.map(to_micros)),
        decided_at: Set(plan.decided_at.map(to_micros)),
        version: Set(plan.version),
    })
}

/// Converts a revision to a row.
pub(crate) fn revision_row(plan: PlanId, revision: &PlanRevision) -> Result<plan_revision::ActiveModel> {
    Ok(plan_revision::ActiveModel {
        id: Set(revision.id.0),
        plan_id: Set(plan.0),
        number: Set(revision.number),
        status: Set(revision.status.to_string()),
        reason: Set(revision.reason.clone()),
        content: Set(serde_json::to_string(&revision.content)?),
        created_at: Set(to_micros(revision.created_at)),
        decided_at: Set(revision.decided_at.map(to_micros)),
    })
}

/// Returns the anchors of the rows of all revisions. The anchors of the revision in force and of the revision being
/// edited are active.
pub(crate) fn anchors(plan: &Plan) -> Vec<plan_result::ActiveModel> {
    let live: BTreeSet<ResultId> = plan
        .effective()
        .into_iter()
        .chain(plan.current())
        .flat_map(|revision| revision.content.results.iter().map(|row| row.id))
        .collect();
    // If several revisions have the row, the latest one gives its title and link.
    let newest: BTreeMap<ResultId, _> = plan
        .revisions
        .iter()
        .flat_map(|revision| revision.content.results.iter().map(|row| (row.id, row)))
        .collect();
    newest
        .into_iter()
        .map(|(id, row)| plan_result::ActiveModel {
            id: Set(id.0),
            plan_id: Set(plan.id.0),
            serves_id: Set(row.serves.map(|served| served.0)),
            active: Set(live.contains(&id)),
            title: Set(row.title.clone()),
        })
        .collect()
}

async fn save_anchors(plan: &Plan, tx: &Tx) -> Result<()> {
    let anchors = anchors(plan);
    let current: Vec<Uuid> = anchors.iter().filter_map(|anchor| anchor.id.try_as_ref().copied()).collect();
    // Deletes rows that were removed from a draft; no other row can refer to them yet.
    plan_result::Entity::delete_many()
        .filter(plan_result::Column::PlanId.eq(plan.id.0))
        .filter(plan_result::Column::Id.is_not_in(current))
        .exec(tx.connection())
        .await?;
    if !anchors.is_empty() {
        let update = OnConflict::column(plan_result::Column::Id)
            .update_columns([
                plan_result::Column::ServesId,
                plan_result::Column::Active,
                plan_result::Column::Title,
            ])
            .to_owned();
        plan_result::Entity::insert_many(anchors)
            .on_conflict(update)
            .exec_without_returning(tx.connection())
            .await?;
    }
    Ok(())
}

impl Record for Plan {
    const SUBJECT: SubjectKind = SubjectKind::Plan;

    fn concerns(&self) -> Concerns {
        Concerns::default().staff(self.staff.0).unit(self.unit.0).plan(self.id.0)
    }

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn agency(&self) -> Uuid {
        self.agency.0
    }
    fn version(&self) -> i32 {
        self.version
    }
    fn set_version(&mut self, version: i32) {
        self.version = version;
    }

    async fn insert(&self, tx: &Tx) -> Result<()> {
        db::insert(tx, row(self)?).await?;
        for revision in &self.revisions {
            db::insert(tx, revision_row(self.id, revision)?).await?;
        }
        save_anchors(self, tx).await
    }

    async fn update(&self, before: &Self, tx: &Tx) -> Result<u64> {
        let which = Condition::all()
            .add(plan::Column::Id.eq(before.id.0))
            .add(plan::Column::Version.eq(before.version));
        let found = db::update(tx, row(self)?, which).await?;
        if found == 0 || self.revisions == before.revisions {
            return Ok(found);
        }
        for revision in &self.revisions {
            match before.revisions.iter().find(|old| old.id == revision.id) {
                Some(old) if old == revision => {}
                Some(old) => {
                    let which = Condition::all().add(plan_revision::Column::Id.eq(old.id.0));
                    db::update(tx, revision_row(self.id, revision)?, which).await?;
                }
                None => db::insert(tx, revision_row(self.id, revision)?).await?,
            }
        }
        save_anchors(self, tx).await?;
        Ok(found)
    }
}
