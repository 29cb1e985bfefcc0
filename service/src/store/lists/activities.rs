//! Activities that are visible to an actor.

use crate::{
    db::{Backend, Keyset, Order, Page, PageRequest, Reading, SortKey, Source, any_of, first_pages_of},
    error::Result,
    store::{self, activity::is_kept},
};
use domain::{
    activity::{Activity, ActivityStatus},
    actor::Actor,
    id::{PeriodId, PlanId, ResultId, StaffId},
    time::{Instant, to_micros},
};
use entity::activity::{Column, Entity};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use std::collections::HashMap;

/// Filter for activities; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct ActivityFilter {
    /// Belongs to this person.
    pub staff: Option<StaffId>,
    /// Belongs to this plan.
    pub plan: Option<PlanId>,
    /// Contributes to this result row.
    pub result: Option<ResultId>,
    /// Belongs to this part of the year.
    pub period: Option<PeriodId>,
    /// Has one of these statuses. Without them, discarded drafts are left out.
    pub status: Option<Vec<ActivityStatus>>,
    /// Began at or after this instant.
    pub from: Option<Instant>,
    /// Began before this instant.
    pub until: Option<Instant>,
    /// True: the actor is the rater; false: the actor is not.
    pub rated_by_me: Option<bool>,
}

/// Loads a page of the activities that are visible to the actor, ordered by start time.
pub(crate) async fn list<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    filter: &ActivityFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Activity>, Option<u64>)> {
    let which = condition(source.backend, actor, filter);
    let (select, total) = store::activity::OWNED.list(source, actor, which, count).await?;
    let page = keyset(filter, order)?.load(source.connection, select, request).await?;
    Ok((page.try_map(store::activity::value)?, total))
}

fn keyset(filter: &ActivityFilter, order: Order) -> Result<Keyset<Entity>> {
    Ok(Keyset {
        columns: vec![Column::StartedAt, Column::Id],
        order,
        key: |row| vec![SortKey::Int(row.started_at), SortKey::Id(row.id)],
        binding: format!("activities {}", serde_json::to_string(filter)?),
    })
}

/// Loads the first page of visible activities of each plan. Each page equals that of [`list`] filtered by the plan, in
/// the same order.
pub(crate) async fn of_plans<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    plans: &[PlanId],
    first: usize,
    order: Order,
) -> Result<HashMap<PlanId, Page<Activity>>> {
    let plans: Vec<_> = plans.iter().map(|plan| plan.0).collect();
    let which = store::activity::OWNED.personal(source.backend, actor).add(is_kept());
    let of_plan = |plan| {
        let filter = ActivityFilter { plan: Some(PlanId(plan)), ..ActivityFilter::default() };
        keyset(&filter, order)
    };
    let (select, of_plans) = (Entity::find().filter(which), (Column::PlanId, &*plans));
    let pages = first_pages_of(source, select, &Reading::all(), of_plans, first, of_plan).await?;
    pages.into_iter().map(|(plan, page)| Ok((PlanId(plan), page.try_map(store::activity::value)?))).collect()
}

/// The condition of a filter, without the scope.
fn condition(backend: Backend, actor: &Actor, filter: &ActivityFilter) -> Condition {
    let ActivityFilter { staff, plan, result, period, status, from, until, rated_by_me } = filter;
    let mut which = Condition::all()
        .add_option(staff.map(|staff| Column::StaffId.eq(staff.0)))
        .add_option(plan.map(|plan| Column::PlanId.eq(plan.0)))
        .add_option(result.map(|result| Column::ResultId.eq(result.0)))
        .add_option(period.map(|period| Column::PeriodId.eq(period.0)))
        .add_option(from.map(|from| Column::StartedAt.gte(to_micros(from))))
        .add_option(until.map(|until| Column::StartedAt.lt(to_micros(until))));
    which = match status {
        Some(status) => which.add(Column::Status.is_in(status.iter().map(ToString::to_string))),
        None => which.add(is_kept()),
    };
    if let Some(mine) = rated_by_me {
        let powers = actor.assignments.union(&actor.acting_for).map(|assignment| assignment.0);
        let me = actor.staff().map_or(uuid::Uuid::nil(), |staff| staff.0);
        let rater = Condition::any()
            .add(any_of(backend, (Entity, Column::RaterAssignmentId), powers))
            .add(Column::RaterStaffId.eq(me));
        // An official who acts for their own superior is not their own rater.
        let rated = Condition::all().add(Column::StaffId.ne(me)).add(rater);
        which = which.add(if *mine { rated } else { rated.not() });
    }
    which
}
