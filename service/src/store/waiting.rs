//! Finds the plans, activities and evaluations that wait for an actor, by the statuses that [`Task`] names and by their
//! relation to the actor. The relation also decides whether the actor may see them.

mod activities;
mod recommendations;

pub(crate) use activities::{activities_by_person, activities_of, activities_of_groups};
pub(crate) use recommendations::recommendations;

use super::{assignment as assignments, period as periods};
use crate::{
    db::{Backend, Source, any_of},
    error::{Error, Result},
    scope::one_of,
};
use domain::{
    actor::Actor,
    evaluation::{EvaluationKind, EvaluationStatus},
    id::{AssignmentId, EvaluationId, PeriodId, PlanId, StaffId},
    period::{Period, PeriodStatus},
    plan::PlanStatus,
    staff::StaffStatus,
    task::{Responsible, Task},
    time::Date,
};
use entity::{assignment, evaluation, period, plan, plan_revision, staff};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, SelectStatement, SimpleExpr, UnionType},
};

use std::collections::BTreeSet;
use uuid::Uuid;

/// The actor whose tasks are searched, and the day.
#[derive(Clone, Copy)]
pub(crate) struct Waiting<'a> {
    /// The actor.
    pub actor: &'a Actor,
    /// The person who is the actor.
    pub me: StaffId,
    /// The day.
    pub today: Date,
}

impl Waiting<'_> {
    /// Finds the open years that have not ended, and the actor's assignments with a superior today.
    pub(crate) async fn years<C: ConnectionTrait>(
        self,
        source: Source<'_, C>,
    ) -> Result<(Vec<Period>, Vec<domain::assignment::Assignment>)> {
        let years = Condition::all()
            .add(period::Column::AgencyId.eq(self.actor.agency.0))
            .add(period::Column::Part.eq(0))
            .add(period::Column::Status.eq(PeriodStatus::Open.to_string()))
            .add(period::Column::EndsOn.gte(self.today));
        let open = assignments::open_on(self.today)
            .add(assignment::Column::AgencyId.eq(self.actor.agency.0))
            .add(assignment::Column::StaffId.eq(self.me.0))
            .add(assignment::Column::SuperiorId.is_not_null());
        Ok((periods::load(source, years).await?, assignments::load(source, open).await?))
    }

    /// Finds for which assignment and year the actor has a plan.
    pub(crate) async fn planned<C: ConnectionTrait>(
        self,
        source: Source<'_, C>,
    ) -> Result<BTreeSet<(AssignmentId, PeriodId)>> {
        let found: Vec<(Uuid, Uuid)> = plan::Entity::find()
            .select_only()
            .columns([plan::Column::AssignmentId, plan::Column::PeriodId])
            .filter(plan::Column::StaffId.eq(self.me.0))
            .filter(plan::Column::Status.ne(PlanStatus::Cancelled.to_string()))
            .into_tuple()
            .all(source.connection)
            .await?;
        Ok(found
            .into_iter()
            .map(|(assignment, period)| (AssignmentId(assignment), PeriodId(period)))
            .collect())
    }

    /// Finds the plans that wait for each of these tasks, and the approved plans with a revision that waits for one of
    /// them.
    pub(crate) async fn plans<C: ConnectionTrait>(
        self,
        source: Source<'_, C>,
        tasks: &[Task],
    ) -> Result<Vec<(Task, PlanId)>> {
        let found = ids_of_tasks(source, tasks, |task| self.which_plans(source.backend, task)).await?;
        Ok(found.into_iter().map(|(task, id)| (task, PlanId(id))).collect())
    }

    fn which_plans(self, backend: Backend, task: Task) -> SelectStatement {
        let columns = (plan::Column::RaterAssignmentId, plan::Column::RaterStaffId, plan::Column::StaffId);
        let owner = match task.responsible() {
            Responsible::Ratee => plan::Column::StaffId.eq(self.me.0).into(),
            _ => rated(backend, self.actor, self.me, columns),
        };
        let revised = plan_revision::Entity::find()
            .select_only()
            .column(plan_revision::Column::PlanId)
            .filter(
                Expr::col((plan_revision::Entity, plan_revision::Column::PlanId))
                    .equals((plan::Entity, plan::Column::Id)),
            )
            .filter(plan_revision::Column::Status.is_in(task.revisions().iter().map(ToString::to_string)))
            .into_query();
        let revised = Condition::all()
            .add(plan::Column::Status.eq(PlanStatus::Approved.to_string()))
            .add(Expr::exists(revised));
        let states = plan::Column::Status.is_in(task.plans().iter().map(ToString::to_string));
        // The condition on the periods limits the plans to the agency. A condition on the agency's column too would
        // make SQLite read all plans of the agency.
        plan::Entity::find()
            .select_only()
            .column(plan::Column::Id)
            .filter(plan::Column::PeriodId.in_subquery(open_periods(self.actor)))
            .filter(owner)
            .filter(Condition::any().add(states).add(revised))
            .into_query()
    }

    /// Finds the evaluations that wait for each of these tasks. The caller decides who may sign.
    pub(crate) async fn evaluations<C: ConnectionTrait>(
        self,
        source: Source<'_, C>,
        tasks: &[Task],
    ) -> Result<Vec<(Task, EvaluationId)>> {
        let ids = |task| {
            evaluation::Entity::find()
                .select_only()
                .column(evaluation::Column::Id)
                .filter(evaluation::Column::AgencyId.eq(self.actor.agency.0))
                .filter(Expr::exists(cancelled()).not())
                .filter(self.which_evaluations(source.backend, task))
                .into_query()
        };
        let found = ids_of_tasks(source, tasks, ids).await?;
        Ok(found.into_iter().map(|(task, id)| (task, EvaluationId(id))).collect())
    }

    fn which_evaluations(self, backend: Backend, task: Task) -> Condition {
        let states = of(task.evaluations());
        let open = || open_periods_of(self.actor);
        match task {
            Task::ReportRealisation => {
                let over = open().filter(period::Column::EndsOn.lt(self.today)).into_query();
                self.own().add(states).add(in_periods(over))
            }
            Task::RateEvaluation => {
                let unreported = open().filter(period::Column::ReportDeadline.lt(self.today)).into_query();
                let unreported = Condition::any()
                    .add(in_periods(unreported))
                    .add(Condition::all().add(of_people_who_left()).add(in_periods(open().into_query())));
                let unreported =
                    Condition::all().add(of(Task::ReportRealisation.evaluations())).add(unreported);
                let begun = open().filter(period::Column::RatingFrom.lte(self.today)).into_query();
                let reported = Condition::all()
                    .add(states)
                    .add(in_periods(open().into_query()))
                    .add(Condition::any().add(in_periods(begun)).add(self.of_ended_plans()));
                self.rated(backend).add(Condition::any().add(unreported).add(reported))
            }
            Task::FinaliseEvaluation => {
                let over = period::Entity::find()
                    .select_only()
                    .column(period::Column::Id)
                    .filter(period::Column::EndsOn.lte(self.today))
                    .into_query();
                let over = Condition::any().add(in_periods(over)).add(self.of_ended_plans());
                self.rated(backend).add(states).add(over)
            }
            Task::DeliverEvaluation => self.rated(backend).add(annual()).add(states),
            Task::AcknowledgeEvaluation => self.own().add(annual()).add(states),
            _ => {
                let which = Condition::any()
                    .add(evaluation::Column::StaffId.eq(self.me.0))
                    .add(evaluation::Column::RaterStaffId.eq(self.me.0))
                    .add(any_of(
                        backend,
                        (evaluation::Entity, evaluation::Column::RaterAssignmentId),
                        powers(self.actor),
                    ))
                    .add(self.rated_below(backend));
                Condition::all().add(annual()).add(states).add(which)
            }
        }
    }

    /// Selects evaluations of plans whose last day has come; they can be rated from that day. Looks up the plan of each
    /// evaluation, because `IN` would collect all plans of earlier years.
    fn of_ended_plans(self) -> SimpleExpr {
        let ended = plan::Entity::find()
            .select_only()
            .column(plan::Column::Id)
            .filter(of_evaluation())
            .filter(plan::Column::EndsOn.lte(self.today))
            .into_query();
        Expr::exists(ended)
    }

    fn own(self) -> Condition {
        Condition::all().add(evaluation::Column::StaffId.eq(self.me.0))
    }

    fn rated(self, backend: Backend) -> Condition {
        let (assignment, person) = (evaluation::Column::RaterAssignmentId, evaluation::Column::RaterStaffId);
        rated(backend, self.actor, self.me, (assignment, person, evaluation::Column::StaffId))
    }

    /// Selects evaluations whose rater is directly below the actor today. The caller checks the recorded superior.
    fn rated_below(self, backend: Backend) -> SimpleExpr {
        let above = (assignment::Entity, assignment::Column::SuperiorId);
        let below = assignment::Entity::find()
            .select_only()
            .column(assignment::Column::Id)
            .filter(any_of(backend, above, powers(self.actor)))
            .into_query();
        one_of(backend, evaluation::Column::RaterAssignmentId, below)
    }
}

/// Selects the objects that wait for each of these tasks, in one statement. The last column is the position of the task
/// in `tasks`.
fn of_tasks(tasks: &[Task], select: impl Fn(Task) -> SelectStatement) -> Option<SelectStatement> {
    let of_task = |(number, task): (usize, &Task)| {
        let mut statement = select(*task);
        statement.expr_as(Expr::cust(number.to_string()), "task");
        statement
    };
    let together = |mut all: SelectStatement, next| {
        all.union(UnionType::All, next);
        all
    };
    tasks.iter().enumerate().map(of_task).reduce(together)
}

/// Runs the selections of ids for these tasks as one statement.
pub(crate) async fn ids_of_tasks<C: ConnectionTrait>(
    source: Source<'_, C>,
    tasks: &[Task],
    ids: impl Fn(Task) -> SelectStatement,
) -> Result<Vec<(Task, Uuid)>> {
    let Some(statement) = of_tasks(tasks, ids) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for row in source.connection.query_all(&statement).await? {
        found.push((task_at(tasks, row.try_get_by_index(1)?)?, row.try_get_by_index(0)?));
    }
    Ok(found)
}

/// The task at this position of `tasks`.
fn task_at(tasks: &[Task], number: i32) -> Result<Task> {
    let task = usize::try_from(number).ok().and_then(|number| tasks.get(number));
    task.copied().ok_or_else(|| Error::internal("a row of another statement"))
}

fn powers(actor: &Actor) -> impl Iterator<Item = Uuid> {
    actor.assignments.union(&actor.acting_for).map(|assignment| assignment.0)
}

fn open_periods_of(actor: &Actor) -> sea_orm::Select<period::Entity> {
    period::Entity::find()
        .select_only()
        .column(period::Column::Id)
        .filter(period::Column::AgencyId.eq(actor.agency.0))
        .filter(period::Column::Status.eq(PeriodStatus::Open.to_string()))
}

/// Selects the ids of open years and parts.
fn open_periods(actor: &Actor) -> SelectStatement {
    open_periods_of(actor).into_query()
}

/// The condition that the actor is the recorded rater or has the rater's powers, and is not the owner: no one can rate
/// themselves. The columns are those of the rater's assignment, the rater and the owner.
fn rated<C: ColumnTrait>(
    backend: Backend,
    actor: &Actor,
    me: StaffId,
    (assignment, person, owner): (C, C, C),
) -> Condition {
    let rater =
        Condition::any().add(any_of(backend, assignment.as_column_ref(), powers(actor))).add(person.eq(me.0));
    Condition::all().add(owner.ne(me.0)).add(rater)
}

fn annual() -> SimpleExpr {
    evaluation::Column::Kind.eq(EvaluationKind::Annual.to_string())
}

fn of(states: &[EvaluationStatus]) -> SimpleExpr {
    evaluation::Column::Status.is_in(states.iter().map(ToString::to_string))
}

fn in_periods(ids: SelectStatement) -> SimpleExpr {
    evaluation::Column::PeriodId.in_subquery(ids)
}

/// Selects evaluations of people who have left: nobody reports on them any more.
fn of_people_who_left() -> SimpleExpr {
    let person = Expr::col((staff::Entity, staff::Column::Id))
        .equals((evaluation::Entity, evaluation::Column::StaffId));
    let left = staff::Entity::find()
        .select_only()
        .column(staff::Column::Id)
        .filter(person)
        .filter(staff::Column::Status.eq(StaffStatus::Ended.to_string()))
        .into_query();
    Expr::exists(left)
}

/// The condition that a plan is that of the evaluation in the outer statement.
fn of_evaluation() -> SimpleExpr {
    Expr::col((plan::Entity, plan::Column::Id)).equals((evaluation::Entity, evaluation::Column::PlanId))
}

/// Selects the plan of the evaluation in the outer statement if it is cancelled.
fn cancelled() -> SelectStatement {
    plan::Entity::find()
        .select_only()
        .column(plan::Column::Id)
        .filter(of_evaluation())
        .filter(plan::Column::Status.eq(PlanStatus::Cancelled.to_string()))
        .into_query()
}
