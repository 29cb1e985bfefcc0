//! Activities that wait for an actor, grouped by person.

use super::{Waiting, of_tasks, open_periods, rated, task_at};
use crate::{
    db::{Backend, Keyset, Order, Page, PageRequest, Reading, SortKey, Source, counted, first_pages_of},
    error::Result,
    store,
};
use domain::{
    activity::Activity,
    evaluation::{EvaluationKind, EvaluationStatus},
    id::StaffId,
    plan::PlanStatus,
    task::{Responsible, Task},
    time::Date,
};
use entity::{activity, evaluation, plan};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};
use std::collections::HashMap;
use strum::IntoEnumIterator;

/// The condition for activities that wait for the actor. As the rules require, they are in an open part of the year
/// without a final evaluation, under a plan that is in force or closed.
fn waiting(backend: Backend, Waiting { actor, me, .. }: Waiting<'_>, task: Task) -> Condition {
    use activity::Column;
    let owner = match task.responsible() {
        Responsible::Ratee => Condition::all().add(Column::StaffId.eq(me.0)),
        _ => rated(backend, actor, me, (Column::RaterAssignmentId, Column::RaterStaffId, Column::StaffId)),
    };
    let plans = [PlanStatus::Approved, PlanStatus::Closed];
    let plans = plan::Entity::find()
        .select_only()
        .column(plan::Column::Id)
        .filter(Expr::col((plan::Entity, plan::Column::Id)).equals((activity::Entity, Column::PlanId)))
        .filter(plan::Column::Status.is_in(plans.iter().map(ToString::to_string)))
        .into_query();
    let finals = EvaluationStatus::iter().filter(|status| status.is_final());
    let of = |here, there| Expr::col((evaluation::Entity, here)).equals((activity::Entity, there));
    let locked = evaluation::Entity::find()
        .select_only()
        .column(evaluation::Column::Id)
        .filter(of(evaluation::Column::PlanId, Column::PlanId))
        .filter(of(evaluation::Column::PeriodId, Column::PeriodId))
        .filter(evaluation::Column::Kind.eq(EvaluationKind::Periodic.to_string()))
        .filter(evaluation::Column::Status.is_in(finals.map(|status| status.to_string())))
        .into_query();
    Condition::all()
        .add(Column::AgencyId.eq(actor.agency.0))
        .add(owner)
        .add(Column::Status.is_in(task.activities().iter().map(ToString::to_string)))
        .add(Column::PeriodId.in_subquery(open_periods(actor)))
        .add(Expr::exists(plans))
        .add(Expr::exists(locked).not())
}

/// People with activities that wait for a task: the task, the person, the number of activities and their earliest
/// deadline.
type Groups = Vec<(Task, StaffId, u64, Option<Date>)>;

/// Counts the activities of each person that wait for each of these tasks, with their earliest deadline.
pub(crate) async fn activities_by_person<C: ConnectionTrait>(
    source: Source<'_, C>,
    of: Waiting<'_>,
    tasks: &[Task],
) -> Result<Groups> {
    let groups = |task: Task| {
        let deadline = match task.responsible() {
            Responsible::Ratee => "report_deadline",
            _ => "rating_deadline",
        };
        let earliest = format!("MIN((SELECT p.{deadline} FROM period p WHERE p.id = activity.period_id))");
        activity::Entity::find()
            .select_only()
            .column(activity::Column::StaffId)
            .column_as(activity::Column::Id.count(), "waiting")
            .expr_as(Expr::cust(earliest), "deadline")
            .filter(waiting(source.backend, of, task))
            .group_by(activity::Column::StaffId)
            .into_query()
    };
    let Some(statement) = of_tasks(tasks, groups) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for row in source.connection.query_all(&statement).await? {
        let waiting: i64 = row.try_get_by_index(1)?;
        found.push((
            task_at(tasks, row.try_get_by_index(3)?)?,
            StaffId(row.try_get_by_index(0)?),
            u64::try_from(waiting).unwrap_or_default(),
            row.try_get_by_index(2)?,
        ));
    }
    Ok(found)
}

fn keyset(task: Task, me: StaffId, staff: StaffId) -> Keyset<activity::Entity> {
    Keyset {
        columns: vec![activity::Column::StartedAt, activity::Column::Id],
        order: Order::Ascending,
        key: |row| vec![SortKey::Int(row.started_at), SortKey::Id(row.id)],
        binding: format!("worklist {task:?} {me:?} {staff:?}"),
    }
}

/// Loads a page of the activities of a person that wait for the actor, oldest first.
pub(crate) async fn activities_of<C: ConnectionTrait>(
    source: Source<'_, C>,
    of: Waiting<'_>,
    (task, staff): (Task, StaffId),
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Activity>, Option<u64>)> {
    let which = waiting(source.backend, of, task).add(activity::Column::StaffId.eq(staff.0));
    let select = activity::Entity::find().filter(which);
    let total = counted(source, &select, count).await?;
    let page = keyset(task, of.me, staff).load(source.connection, select, request).await?;
    Ok((page.try_map(store::activity::value)?, total))
}

/// Loads the first page for each of these people, as [`activities_of`] does for one person.
pub(crate) async fn activities_of_groups<C: ConnectionTrait>(
    source: Source<'_, C>,
    of: Waiting<'_>,
    task: Task,
    people: &[StaffId],
    first: usize,
) -> Result<HashMap<StaffId, Page<Activity>>> {
    let people: Vec<_> = people.iter().map(|person| person.0).collect();
    let of_person = |staff| Ok(keyset(task, of.me, StaffId(staff)));
    let select = activity::Entity::find().filter(waiting(source.backend, of, task));
    let of_people = (activity::Column::StaffId, &*people);
    let pages = first_pages_of(source, select, &Reading::all(), of_people, first, of_person).await?;
    pages
        .into_iter()
        .map(|(staff, page)| Ok((StaffId(staff), page.try_map(store::activity::value)?)))
        .collect()
}
