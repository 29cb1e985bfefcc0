//! Finds the recommendations that wait for an actor: as the rater of the evaluation, or in the units that they manage.

use super::{Waiting, rated};
use crate::{
    db::{Source, any_of},
    error::Result,
    store,
};
use domain::{actor::Coverage, recommendation::Recommendation, task::Task};
use entity::{evaluation, recommendation};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};

/// Loads the recommendations that wait for a task and that the actor might act on, oldest first. The caller decides.
pub(crate) async fn recommendations<C: ConnectionTrait>(
    source: Source<'_, C>,
    Waiting { actor, me, .. }: Waiting<'_>,
    task: Task,
) -> Result<Vec<Recommendation>> {
    use recommendation::Column;
    let rater = (
        evaluation::Column::RaterAssignmentId,
        evaluation::Column::RaterStaffId,
        evaluation::Column::StaffId,
    );
    let related = Condition::any().add(rated(source.backend, actor, me, rater));
    let related = match actor.performance_team.union(&actor.admin) {
        Coverage::Everything => Condition::all(),
        Coverage::Units(units) => related.add(any_of(
            source.backend,
            (evaluation::Entity, evaluation::Column::UnitId),
            units.iter().map(|unit| unit.0),
        )),
        Coverage::Nothing => related,
    };
    let evaluations = evaluation::Entity::find()
        .select_only()
        .column(evaluation::Column::Id)
        .filter(
            Expr::col((evaluation::Entity, evaluation::Column::Id))
                .equals((recommendation::Entity, Column::EvaluationId)),
        )
        .filter(related)
        .into_query();
    let rows = recommendation::Entity::find()
        .filter(Column::AgencyId.eq(actor.agency.0))
        .filter(Column::Status.is_in(task.recommendations().map(|status| status.to_string())))
        .filter(Column::StaffId.ne(me.0))
        .filter(Expr::exists(evaluations))
        .order_by_asc(Column::MadeAt)
        .order_by_asc(Column::Id)
        .all(source.connection)
        .await?;
    rows.into_iter().map(store::recommendation::value).collect()
}
