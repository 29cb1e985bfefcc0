//! Activities in the worklist, grouped by person.

use super::{WorklistKind, open_periods, rated};
use crate::{
    db::{Backend, Keyset, Order, Page, PageRequest, SortKey, first_pages},
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    activity::{Activity, ActivityStatus},
    actor::Actor,
    evaluation::{EvaluationKind, EvaluationStatus},
    id::StaffId,
    plan::PlanStatus,
};
use entity::{activity, evaluation, plan};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoSimpleExpr, PaginatorTrait, QueryFilter, QuerySelect,
    QueryTrait,
    sea_query::{Expr, ExprTrait},
};
use std::collections::HashMap;
use strum::IntoEnumIterator;

/// The activities that wait for the actor, as the rules permit: in an open part without final evaluation, under a plan in
/// force or closed.
pub(super) fn waiting(backend: Backend, actor: &Actor, me: StaffId, kind: WorklistKind) -> Condition {
    use activity::Column;
    let (owner, states) = match kind {
        WorklistKind::SubmitActivities => (
            Condition::all().add(Column::StaffId.eq(me.0)),
            vec![ActivityStatus::Draft, ActivityStatus::Returned],
        ),
        _ => {
            let columns = (Column::RaterAssignmentId, Column::RaterStaffId, Column::StaffId);
            (rated(backend, actor, me, columns), vec![ActivityStatus::Submitted])
        }
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
        .add(Column::Status.is_in(states.iter().map(ToString::to_string)))
        .add(Column::PeriodId.in_subquery(open_periods(actor)))
        .add(Expr::exists(plans))
        .add(Expr::exists(locked).not())
}

fn keyset(kind: WorklistKind, me: StaffId, staff: StaffId) -> Keyset<activity::Entity> {
    Keyset {
        columns: vec![activity::Column::StartedAt, activity::Column::Id],
        order: Order::Ascending,
        key: |row| vec![SortKey::Int(row.started_at), SortKey::Id(row.id)],
        binding: format!("worklist {kind:?} {me:?} {staff:?}"),
    }
}

/// Loads a page of the activities of a person that wait for the actor, oldest first.
pub async fn activities_of(
    env: &Env,
    actor: &Actor,
    (kind, staff): (WorklistKind, StaffId),
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Activity>, Option<u64>)> {
    let (source, me) = (env.db.source(), actor.staff().ok_or(Error::Forbidden)?);
    let which = waiting(source.backend, actor, me, kind).add(activity::Column::StaffId.eq(staff.0));
    let select = activity::Entity::find().filter(which);
    let total = if count { Some(select.clone().count(source.connection).await?) } else { None };
    let page = keyset(kind, me, staff).load(source.connection, select, request).await?;
    Ok((page.try_map(store::activity::value)?, total))
}

/// Loads the first page of each of these people, as [`activities_of`] does for one.
pub async fn activities_of_groups(
    env: &Env,
    actor: &Actor,
    kind: WorklistKind,
    people: &[StaffId],
    first: usize,
) -> Result<HashMap<StaffId, Page<Activity>>> {
    let (source, me) = (env.db.source(), actor.staff().ok_or(Error::Forbidden)?);
    let ids = people.iter().map(|person| person.0);
    let which = waiting(source.backend, actor, me, kind).add(crate::db::any_of(
        source.backend,
        (activity::Entity, activity::Column::StaffId),
        ids,
    ));
    let of_person = |staff| Ok(keyset(kind, me, StaffId(staff)));
    let staff = activity::Column::StaffId.into_simple_expr();
    let select = activity::Entity::find().filter(which);
    let pages = first_pages(source, select, staff, first, of_person).await?;
    pages
        .into_iter()
        .map(|(staff, page)| Ok((StaffId(staff), page.try_map(store::activity::value)?)))
        .collect()
}
