//! Finds people and assignments with plans, and unfinished work. The rater of unfinished work can still change.

use crate::{
    db::{Source, Tx, any_of},
    error::Result,
    store,
};
use domain::{
    activity::{Activity, ActivityStatus},
    assignment::Assignment,
    evaluation::{Evaluation, EvaluationStatus},
    id::{AssignmentId, StaffId},
    plan::{Plan, PlanStatus},
};
use entity::{activity, evaluation, plan};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use std::collections::BTreeSet;
use strum::IntoEnumIterator;
use uuid::Uuid;

/// Loads the plans that are neither closed nor cancelled.
pub(crate) async fn plans<C: ConnectionTrait>(
    source: Source<'_, C>,
    of: impl Iterator<Item = AssignmentId>,
) -> Result<Vec<Plan>> {
    let of = any_of(source.backend, (plan::Entity, plan::Column::AssignmentId), of.map(|id| id.0));
    let over = [PlanStatus::Closed, PlanStatus::Cancelled].map(|status| status.to_string());
    let which = Condition::all().add(of).add(plan::Column::Status.is_not_in(over));
    store::plan::load(source, which).await
}

/// Loads the unfinished evaluations of plans that are not cancelled.
pub(crate) async fn evaluations<C: ConnectionTrait>(
    source: Source<'_, C>,
    of: impl Iterator<Item = AssignmentId>,
) -> Result<Vec<Evaluation>> {
    let ids: Vec<_> = of.map(|id| id.0).collect();
    let unfinished = EvaluationStatus::iter().filter(|status| status.is_unfinished());
    let cancelled = plan::Entity::find()
        .select_only()
        .column(plan::Column::Id)
        .filter(any_of(source.backend, (plan::Entity, plan::Column::AssignmentId), ids.iter().copied()))
        .filter(plan::Column::Status.eq(PlanStatus::Cancelled.to_string()));
    let which = Condition::all()
        .add(any_of(source.backend, (evaluation::Entity, evaluation::Column::AssignmentId), ids))
        .add(evaluation::Column::PlanId.not_in_subquery(cancelled.into_query()))
        .add(evaluation::Column::Status.is_in(unfinished.map(|status| status.to_string())));
    store::evaluation::load(source, which).await
}

/// Loads the activities that are neither approved nor discarded.
pub(crate) async fn activities<C: ConnectionTrait>(
    source: Source<'_, C>,
    of: impl Iterator<Item = AssignmentId>,
) -> Result<Vec<Activity>> {
    let over = [ActivityStatus::Approved, ActivityStatus::Discarded].map(|status| status.to_string());
    let which = Condition::all()
        .add(any_of(source.backend, (activity::Entity, activity::Column::AssignmentId), of.map(|id| id.0)))
        .add(activity::Column::Status.is_not_in(over));
    store::activity::load(source, which).await
}

/// Finds which of these assignments have unfinished plans, evaluations or activities.
pub(crate) async fn work<C: ConnectionTrait>(
    source: Source<'_, C>,
    of: &[AssignmentId],
) -> Result<BTreeSet<AssignmentId>> {
    let plans = plans(source, of.iter().copied()).await?;
    let evaluations = evaluations(source, of.iter().copied()).await?;
    let activities = activities(source, of.iter().copied()).await?;
    let of_plans = plans.into_iter().map(|one| one.assignment);
    let of_evaluations = evaluations.into_iter().map(|one| one.assignment);
    Ok(of_plans.chain(of_evaluations).chain(activities.into_iter().map(|one| one.assignment)).collect())
}

/// Loads the ended assignments directly below another that still depend on it. They have unfinished work, or they are
/// vacant posts with people below them.
pub(crate) async fn ended_below(tx: &Tx, superior: AssignmentId) -> Result<Vec<Assignment>> {
    let mut ended = store::assignment::directly_below(tx.source(), &[superior]).await?;
    ended.retain(|one| one.has_ended_by(tx.today()) && !one.is_withdrawn());
    if ended.is_empty() {
        return Ok(ended);
    }
    let ids: Vec<AssignmentId> = ended.iter().map(|one| one.id).collect();
    let mut depend = work(tx.source(), &ids).await?;
    let below = store::assignment::directly_below(tx.source(), &ids).await?;
    depend.extend(below.into_iter().filter_map(|one| one.superior));
    ended.retain(|one| depend.contains(&one.id));
    Ok(ended)
}

/// Finds which of these people have a plan.
pub(crate) async fn people_with_plans(tx: &Tx, people: &BTreeSet<StaffId>) -> Result<BTreeSet<StaffId>> {
    let of_people =
        any_of(tx.backend(), (plan::Entity, plan::Column::StaffId), people.iter().map(|staff| staff.0));
    let found: Vec<Uuid> = plan::Entity::find()
        .select_only()
        .column(plan::Column::StaffId)
        .filter(of_people)
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(found.into_iter().map(StaffId).collect())
}

/// Finds which of these assignments have a plan that is not cancelled.
pub(crate) async fn assignments_with_plans(
    tx: &Tx,
    assignments: impl IntoIterator<Item = AssignmentId>,
) -> Result<BTreeSet<AssignmentId>> {
    let ids = assignments.into_iter().map(|id| id.0);
    let found: Vec<Uuid> = plan::Entity::find()
        .select_only()
        .column(plan::Column::AssignmentId)
        .filter(any_of(tx.backend(), (plan::Entity, plan::Column::AssignmentId), ids))
        .filter(plan::Column::Status.ne(PlanStatus::Cancelled.to_string()))
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(found.into_iter().map(AssignmentId).collect())
}
