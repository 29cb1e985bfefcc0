//! Reads the activities that are visible to the actor.

pub use crate::store::lists::activities::ActivityFilter;

use super::facts::ActivityFacts;
use crate::{
    db::{Order, Page, PageRequest},
    env::Env,
    error::Result,
    store::{self, lists::activities},
};
use domain::{
    activity::Activity,
    actor::Actor,
    id::{ActivityId, PlanId},
    policy::{self, Allowed, Relations},
};
use std::collections::HashMap;

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
    activities::list(env.db.source(), actor, filter, order, request, count).await
}

/// Loads the first page of visible activities of each plan. Each page equals that of [`list`] filtered by the plan, in
/// the same order.
pub async fn of_plans(
    env: &Env,
    actor: &Actor,
    plans: &[PlanId],
    first: usize,
    order: Order,
) -> Result<HashMap<PlanId, Page<Activity>>> {
    activities::of_plans(env.db.source(), actor, plans, first, order).await
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
