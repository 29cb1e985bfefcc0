//! Reads the activities that are visible to the actor.

use super::facts::ActivityFacts;
use crate::{
    db::{Keyset, Order, Page, PageRequest, SortKey, any_of, first_pages},
    env::Env,
    error::Result,
    store,
};
use domain::{
    activity::{Activity, ActivityStatus},
    actor::Actor,
    id::{ActivityId, PeriodId, PlanId, ResultId, StaffId},
    policy::{self, Allowed, Relations},
    time::{Instant, to_micros},
};
use entity::activity::{Column, Entity};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoSimpleExpr, PaginatorTrait, QueryFilter, sea_query::SimpleExpr,
};
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

/// Loads the activities with these ids that are visible to the actor.
pub async fn by_ids(env: &Env, actor: &Actor, ids: &[ActivityId]) -> Result<HashMap<ActivityId, Activity>> {
    store::activity::by_ids(env.db.source(), actor, ids).await
}

/// Loads a page of the activities that are visible to the actor, ordered by start time.
pub async fn list(
    env: &Env,
    actor: &Actor,
    filter: &ActivityFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Activity>, Option<u64>)> {
    domain::error::in_order(filter.from, filter.until)?;
    let source = env.db.source();
    let select = Entity::find().filter(condition(env, actor, filter));
    let total = if count { Some(select.clone().count(source.connection).await?) } else { None };
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

/// Loads the first page of visible activities of each plan, oldest first. Each page equals that of [`list`]
/// filtered by the plan.
pub async fn of_plans(
    env: &Env,
    actor: &Actor,
    plans: &[PlanId],
    first: usize,
    order: Order,
) -> Result<HashMap<PlanId, Page<Activity>>> {
    let source = env.db.source();
    let ids = plans.iter().map(|plan| plan.0);
    let under = any_of(source.backend, (Entity, Column::PlanId), ids);
    let which = store::activity::OWNED.personal(source.backend, actor).add(under).add(is_kept());
    let of_plan = |plan| {
        let filter = ActivityFilter { plan: Some(PlanId(plan)), ..ActivityFilter::default() };
        keyset(&filter, order)
    };
    let plan = Column::PlanId.into_simple_expr();
    let pages = first_pages(source, Entity::find().filter(which), plan, first, of_plan).await?;
    pages.into_iter().map(|(plan, page)| Ok((PlanId(plan), page.try_map(store::activity::value)?))).collect()
}

/// What is not a discarded draft.
fn is_kept() -> SimpleExpr {
    Column::Status.ne(ActivityStatus::Discarded.to_string())
}

fn condition(env: &Env, actor: &Actor, filter: &ActivityFilter) -> Condition {
    let ActivityFilter { staff, plan, result, period, status, from, until, rated_by_me } = filter;
    let backend = env.db.backend();
    let mut which = store::activity::OWNED
        .personal(backend, actor)
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
        let rated = Condition::any()
            .add(any_of(backend, (Entity, Column::RaterAssignmentId), powers))
            .add(Column::RaterStaffId.eq(me));
        which = which.add(if *mine { rated } else { rated.not() });
    }
    which
}

/// Lists what the actor can do to each visible activity.
pub async fn actions(
    env: &Env,
    actor: &Actor,
    ids: &[ActivityId],
) -> Result<HashMap<ActivityId, Vec<Allowed>>> {
    let source = env.db.source();
    let activities = store::activity::by_ids(source, actor, ids).await?;
    let plans: Vec<PlanId> = activities.values().map(|activity| activity.plan).collect();
    let plans = store::plan::by_ids(source, actor, &plans).await?;
    let facts = ActivityFacts::load_many(source, plans.into_values().collect()).await?;
    Ok(activities
        .into_iter()
        .filter_map(|(id, activity)| {
            let facts = facts.get(&activity.plan)?;
            let relations = Relations::of(actor, activity.staff, activity.unit, &facts.plan.rater);
            Some((
                id,
                policy::activity::allowed_actions(&activity, &relations, &facts.context(actor.calendar)),
            ))
        })
        .collect())
}
