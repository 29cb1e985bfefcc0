//! Reads plans, each as far as the actor may see it.

use super::content::superiors_plans;
use crate::{
    db::{Keyset, Order, Page, PageRequest, SortKey, any_of, first_pages},
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    actor::Actor,
    evaluation::Evaluation,
    id::{PeriodId, PlanId, ResultId, StaffId, UnitId},
    plan::{Plan, PlanResult, PlanRevision, PlanStatus},
    policy::{self, Allowed, Relations},
};
use entity::{
    plan::{Column, Entity},
    plan_result,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoSimpleExpr, PaginatorTrait, QueryFilter, QuerySelect,
    QueryTrait, sea_query::SelectStatement,
};
use serde::Serialize;
use std::collections::HashMap;

/// Which plans; all conditions must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct PlanFilter {
    /// Of this person.
    pub staff: Option<StaffId>,
    /// Of this unit and those below it.
    pub unit: Option<UnitId>,
    /// Of this year.
    pub period: Option<PeriodId>,
    /// In one of these states.
    pub status: Option<Vec<PlanStatus>>,
    /// Only those that the actor rates, or not.
    pub rated_by_me: Option<bool>,
}

/// A plan that the actor sees.
pub async fn plan(env: &Env, actor: &Actor, id: PlanId) -> Result<Plan> {
    store::plan::find(env.db.source(), actor, id).await?.ok_or(Error::NotFound)
}

/// The plans of these ids that the actor sees, without their contents.
pub async fn by_ids(env: &Env, actor: &Actor, ids: &[PlanId]) -> Result<HashMap<PlanId, Plan>> {
    let source = env.db.source();
    let ids = any_of(source.backend, (Entity, Column::Id), ids.iter().map(|id| id.0));
    let which = store::plan::OWNED.personal(source.backend, actor).add(ids);
    let rows = Entity::find().filter(which).all(source.connection).await?;
    rows.into_iter().map(|row| Ok((PlanId(row.id), store::plan::head(row)?))).collect()
}

/// The revisions of plans that the actor was found to see, the oldest first.
pub async fn revisions(env: &Env, plans: &[PlanId]) -> Result<HashMap<PlanId, Vec<PlanRevision>>> {
    let found = store::plan::revisions(env.db.source(), plans.iter().map(|plan| plan.0)).await?;
    Ok(found.into_iter().map(|(plan, revisions)| (PlanId(plan), revisions)).collect())
}

/// A page of the plans that the actor sees, without their contents, in the order in which they were begun; with
/// their number where it is asked for.
pub async fn list(
    env: &Env,
    actor: &Actor,
    filter: &PlanFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Plan>, Option<u64>)> {
    let source = env.db.source();
    let select = Entity::find().filter(condition(env, actor, filter).await?);
    let total = if count { Some(select.clone().count(source.connection).await?) } else { None };
    let page = keyset(filter, order)?.load(source.connection, select, request).await?;
    Ok((page.try_map(store::plan::head)?, total))
}

fn keyset(filter: &PlanFilter, order: Order) -> Result<Keyset<Entity>> {
    Ok(Keyset {
        columns: vec![Column::CreatedAt, Column::Id],
        order,
        key: |row| vec![SortKey::Int(row.created_at), SortKey::Id(row.id)],
        binding: format!("plans {}", serde_json::to_string(filter)?),
    })
}

async fn condition(env: &Env, actor: &Actor, filter: &PlanFilter) -> Result<Condition> {
    let PlanFilter { staff, unit, period, status, rated_by_me } = filter;
    let backend = env.db.backend();
    let mut which = store::plan::OWNED.personal(backend, actor);
    if let Some(staff) = staff {
        which = which.add(Column::StaffId.eq(staff.0));
    }
    if let Some(unit) = unit {
        let today = env.today(actor);
        let tree = store::org_unit::tree(env.db.reader(), actor.agency, today).await?;
        which = which.add(any_of(
            backend,
            (Entity, Column::UnitId),
            tree.subtree(*unit).iter().map(|unit| unit.0),
        ));
    }
    if let Some(period) = period {
        which = which.add(Column::PeriodId.eq(period.0));
    }
    if let Some(status) = status {
        which = which.add(Column::Status.is_in(status.iter().map(ToString::to_string)));
    }
    if let Some(mine) = rated_by_me {
        let powers = actor.assignments.union(&actor.acting_for).map(|assignment| assignment.0);
        let me = actor.staff().map_or(uuid::Uuid::nil(), |staff| staff.0);
        let rated = Condition::any()
            .add(any_of(backend, (Entity, Column::RaterAssignmentId), powers))
            .add(Column::RaterStaffId.eq(me));
        which = which.add(if *mine { rated } else { rated.not() });
    }
    Ok(which)
}

/// The first page of each person's plans that the actor sees, without their contents, the newest first: that of [`list`] with the
/// person as filter.
pub async fn of_staff(
    env: &Env,
    actor: &Actor,
    people: &[StaffId],
    first: usize,
) -> Result<HashMap<StaffId, Page<Plan>>> {
    let source = env.db.source();
    let ids = people.iter().map(|id| id.0);
    let which = store::plan::OWNED.personal(source.backend, actor).add(any_of(
        source.backend,
        (Entity, Column::StaffId),
        ids,
    ));
    let of_person = |staff| {
        let filter = PlanFilter { staff: Some(StaffId(staff)), ..PlanFilter::default() };
        keyset(&filter, Order::Descending)
    };
    let of_staff = Column::StaffId.into_simple_expr();
    let pages = first_pages(source, Entity::find().filter(which), of_staff, first, of_person).await?;
    pages.into_iter().map(|(staff, page)| Ok((StaffId(staff), page.try_map(store::plan::head)?))).collect()
}

/// For each plan that the actor sees, the rows of the superior's plan in force, which it may serve.
pub async fn servable_results(
    env: &Env,
    actor: &Actor,
    ids: &[PlanId],
) -> Result<HashMap<PlanId, Vec<PlanResult>>> {
    let source = env.db.source();
    let plans = store::plan::by_ids(source, actor, ids).await?;
    let superiors = superiors_plans(source, plans.values()).await?;
    Ok(plans
        .into_iter()
        .filter_map(|(id, plan)| {
            let superior = superiors.get(&(plan.rater.assignment, plan.period))?;
            Some((id, superior.effective()?.content.results.clone()))
        })
        .collect())
}

/// The rows of these ids with their plans, of plans that the actor sees or that such a plan serves: a row of
/// the superior's is told to whoever sees what serves it, since the cascade is open upwards.
pub async fn results(
    env: &Env,
    actor: &Actor,
    ids: &[ResultId],
) -> Result<HashMap<ResultId, (Plan, PlanResult)>> {
    let source = env.db.source();
    let of_plan = store::plan::plans_of_results(source, ids).await?;
    let plans = of_plan.values().map(|plan| plan.0);
    let visible = store::plan::OWNED.personal(source.backend, actor);
    let which = Condition::all()
        .add(any_of(source.backend, (Entity, Column::Id), plans))
        .add(Column::AgencyId.eq(actor.agency.0))
        .add(Condition::any().add(visible.clone()).add(Column::Id.in_subquery(served_by(visible))));
    let plans: HashMap<PlanId, Plan> =
        store::plan::load(source, which).await?.into_iter().map(|plan| (plan.id, plan)).collect();
    Ok(of_plan
        .into_iter()
        .filter_map(|(result, plan)| {
            let plan = plans.get(&plan)?;
            let row = plan
                .effective()
                .into_iter()
                .chain(plan.current())
                .chain(&plan.revisions)
                .find_map(|revision| revision.content.result(result))?;
            Some((result, (plan.clone(), row.clone())))
        })
        .collect())
}

/// The ids of plans with a row that a row of such plans serves.
fn served_by(plans: Condition) -> SelectStatement {
    let plans = Entity::find().select_only().column(Column::Id).filter(plans).into_query();
    let served = plan_result::Entity::find()
        .select_only()
        .column(plan_result::Column::ServesId)
        .filter(plan_result::Column::ServesId.is_not_null())
        .filter(plan_result::Column::PlanId.in_subquery(plans))
        .into_query();
    plan_result::Entity::find()
        .select_only()
        .column(plan_result::Column::PlanId)
        .filter(plan_result::Column::Id.in_subquery(served))
        .into_query()
}

/// What the actor can do to plans that he sees.
pub async fn actions(env: &Env, actor: &Actor, ids: &[PlanId]) -> Result<HashMap<PlanId, Vec<Allowed>>> {
    let source = env.db.source();
    let plans = store::plan::by_ids(source, actor, ids).await?;
    let years: Vec<PeriodId> = plans.values().map(|plan| plan.period).collect();
    let years = store::period::by_ids(source, actor.agency, &years).await?;
    let mut evaluations = evaluations_of_plans(env, ids).await?;
    let assignments = plans.values().map(|plan| plan.assignment);
    let below = store::assignment::below_actor(source, actor, assignments).await?;
    let mut found = HashMap::new();
    for (id, plan) in plans {
        let Some(period) = years.get(&plan.period).cloned() else { continue };
        let facts = super::PlanFacts { period, evaluations: evaluations.remove(&id).unwrap_or_default() };
        let relations = Relations::of(actor, plan.staff, plan.unit, &plan.rater)
            .with_chain(below.contains(&plan.assignment));
        found.insert(id, policy::plan::allowed_actions(&plan, &relations, &facts.context(actor.calendar)));
    }
    Ok(found)
}

/// The evaluations of plans that were already found to be visible.
pub async fn evaluations_of_plans(env: &Env, plans: &[PlanId]) -> Result<HashMap<PlanId, Vec<Evaluation>>> {
    let mut found: HashMap<PlanId, Vec<Evaluation>> = HashMap::new();
    for evaluation in store::evaluation::of_plans(env.db.source(), plans.iter().copied()).await? {
        found.entry(evaluation.plan).or_default().push(evaluation);
    }
    Ok(found)
}
