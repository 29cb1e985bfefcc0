//! Reads the plans that are visible to the actor.

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

/// Filter for plans; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct PlanFilter {
    /// Belongs to this person.
    pub staff: Option<StaffId>,
    /// Belongs to this unit and those below it.
    pub unit: Option<UnitId>,
    /// Belongs to this year.
    pub period: Option<PeriodId>,
    /// Has one of these statuses.
    pub status: Option<Vec<PlanStatus>>,
    /// True: the actor is the rater; false: the actor is not.
    pub rated_by_me: Option<bool>,
}

/// Loads a plan that is visible to the actor.
pub async fn plan(env: &Env, actor: &Actor, id: PlanId) -> Result<Plan> {
    store::plan::find(env.db.source(), actor, id).await?.ok_or(Error::NotFound)
}

/// Loads the plans with these ids that are visible to the actor, without their contents.
pub async fn by_ids(env: &Env, actor: &Actor, ids: &[PlanId]) -> Result<HashMap<PlanId, Plan>> {
    let source = env.db.source();
    let ids = any_of(source.backend, (Entity, Column::Id), ids.iter().map(|id| id.0));
    let which = store::plan::OWNED.personal(source.backend, actor).add(ids);
    let rows = Entity::find().filter(which).all(source.connection).await?;
    rows.into_iter().map(|row| Ok((PlanId(row.id), store::plan::head(row)?))).collect()
}

/// Loads the revisions of these plans, oldest first. The caller has checked that the actor can see the plans.
pub async fn revisions(env: &Env, plans: &[PlanId]) -> Result<HashMap<PlanId, Vec<PlanRevision>>> {
    let found = store::plan::revisions(env.db.source(), plans.iter().map(|plan| plan.0)).await?;
    Ok(found.into_iter().map(|(plan, revisions)| (PlanId(plan), revisions)).collect())
}

/// Loads a page of the plans that are visible to the actor, without their contents, in order of creation; with the
/// total count on request.
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

/// Loads the first page of visible plans of each person, without their contents, newest first. Each page equals that
/// of [`list`] filtered by the person.
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

/// For each visible plan, loads the rows of the superior's plan in force that its rows can serve.
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

/// Loads the rows with these ids and their plans, from plans that are visible to the actor or that a visible plan
/// serves: anyone who can see a row can also see the superior's row that it serves.
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

/// Selects the ids of plans with a row that is served by a row of the given plans.
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

/// Lists what the actor can do to each visible plan.
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

/// Loads the evaluations of these plans. The caller has checked that the actor can see the plans.
pub async fn evaluations_of_plans(env: &Env, plans: &[PlanId]) -> Result<HashMap<PlanId, Vec<Evaluation>>> {
    let mut found: HashMap<PlanId, Vec<Evaluation>> = HashMap::new();
    for evaluation in store::evaluation::of_plans(env.db.source(), plans.iter().copied()).await? {
        found.entry(evaluation.plan).or_default().push(evaluation);
    }
    Ok(found)
}
