//! Work whose rater can still change: of a set of assignments.

use crate::{
    db::{Tx, any_of},
    error::Result,
    store,
};
use domain::{
    activity::{Activity, ActivityStatus},
    evaluation::{Evaluation, EvaluationStatus},
    id::AssignmentId,
    plan::{Plan, PlanStatus},
};
use entity::{activity, evaluation, plan};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use strum::IntoEnumIterator;

/// Loads the plans that are neither closed nor cancelled.
pub(crate) async fn plans(tx: &Tx, of: impl Iterator<Item = AssignmentId>) -> Result<Vec<Plan>> {
    let of = any_of(tx.backend(), (plan::Entity, plan::Column::AssignmentId), of.map(|id| id.0));
    let over = [PlanStatus::Closed, PlanStatus::Cancelled].map(|status| status.to_string());
    let which = Condition::all().add(of).add(plan::Column::Status.is_not_in(over));
    store::plan::load(tx.source(), which).await
}

/// Loads the unfinished evaluations of plans that are not cancelled.
pub(crate) async fn evaluations(tx: &Tx, of: impl Iterator<Item = AssignmentId>) -> Result<Vec<Evaluation>> {
    let ids: Vec<_> = of.map(|id| id.0).collect();
    let unfinished = EvaluationStatus::iter().filter(|status| status.is_unfinished());
    let cancelled = plan::Entity::find()
        .select_only()
        .column(plan::Column::Id)
        .filter(any_of(tx.backend(), (plan::Entity, plan::Column::AssignmentId), ids.iter().copied()))
        .filter(plan::Column::Status.eq(PlanStatus::Cancelled.to_string()));
    let which = Condition::all()
        .add(any_of(tx.backend(), (evaluation::Entity, evaluation::Column::AssignmentId), ids))
        .add(evaluation::Column::PlanId.not_in_subquery(cancelled.into_query()))
        .add(evaluation::Column::Status.is_in(unfinished.map(|status| status.to_string())));
    store::evaluation::load(tx.source(), which).await
}

/// Loads the activities that are neither approved nor discarded.
pub(crate) async fn activities(tx: &Tx, of: impl Iterator<Item = AssignmentId>) -> Result<Vec<Activity>> {
    let over = [ActivityStatus::Approved, ActivityStatus::Discarded].map(|status| status.to_string());
    let which = Condition::all()
        .add(any_of(tx.backend(), (activity::Entity, activity::Column::AssignmentId), of.map(|id| id.0)))
        .add(activity::Column::Status.is_not_in(over));
    store::activity::load(tx.source(), which).await
}
