//! Reads the plans that are visible to the actor.

use super::content::superiors_plans;
use crate::{
    db::{Keyset, Order, Page, PageRequest, SortKey, any_of, first_pages},
    env::Env,
    error::{Error, Result},
    organisation::{self, Printed},
    store,
};
use domain::{
    actor::Actor,
    evaluation::{Evaluation, EvaluationKind},
    id::{PeriodId, PlanId, ResultId, RevisionId, StaffId, UnitId},
    plan::{Form, Plan, PlanResult, PlanRevision, PlanStatus, RevisionStatus},
    policy::{self, Allowed, Relations},
};
use entity::{
    plan::{Column, Entity},
    plan_result, plan_revision,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoSimpleExpr, PaginatorTrait, QueryFilter, QuerySelect,
    QueryTrait,
    sea_query::{SelectStatement, SimpleExpr},
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

/// A result row of a plan, in one revision of its contents.
#[derive(Clone, Debug)]
pub struct PlanRow {
    /// The plan.
    pub plan: PlanId,
    /// The revision.
    pub revision: RevisionId,
    /// The row as it is in the revision.
    pub row: PlanResult,
}

/// The rows of a revision.
fn rows_of(plan: PlanId, revision: &PlanRevision) -> Vec<PlanRow> {
    let of_revision = |row: &PlanResult| PlanRow { plan, revision: revision.id, row: row.clone() };
    revision.content.results.iter().map(of_revision).collect()
}

/// Finds a row in the contents that count: in the frozen revision, else in the one in force, else in the newest that
/// has it.
#[must_use]
pub fn row_in_force(
    plan: PlanId,
    revisions: &[PlanRevision],
    frozen: Option<RevisionId>,
    result: ResultId,
) -> Option<PlanRow> {
    let frozen = revisions.iter().filter(|revision| Some(revision.id) == frozen);
    let in_force = revisions.iter().filter(|revision| revision.status == RevisionStatus::Approved);
    frozen.chain(in_force).chain(revisions.iter().rev()).find_map(|revision| {
        let row = revision.content.result(result)?.clone();
        Some(PlanRow { plan, revision: revision.id, row })
    })
}

/// Loads the plan of a revision if the actor can see it.
pub async fn plan_of_revision(env: &Env, actor: &Actor, id: RevisionId) -> Result<Option<Plan>> {
    let source = env.db.source();
    let which = store::plan::OWNED.personal(source.backend, actor).add(of_revision(id));
    Ok(store::plan::load(source, which).await?.pop())
}

/// Loads the row of a revision: of a plan that is visible to the actor; or of a plan that a visible plan serves, if the
/// revision is or was in force.
pub async fn row_of_revision(
    env: &Env,
    actor: &Actor,
    id: RevisionId,
    of: impl Fn(&PlanResult) -> bool,
) -> Result<Option<PlanRow>> {
    let visible = plan_of_revision(env, actor, id).await?;
    let is_own = visible.is_some();
    let plan = match visible {
        Some(plan) => Some(plan),
        None => {
            let source = env.db.source();
            let visible = store::plan::OWNED.personal(source.backend, actor);
            let which = Condition::all()
                .add(Column::AgencyId.eq(actor.agency.0))
                .add(of_revision(id))
                .add(Column::Id.in_subquery(served_by(visible)));
            store::plan::load(source, which).await?.pop()
        }
    };
    let was_in_force = |status| matches!(status, RevisionStatus::Approved | RevisionStatus::Replaced);
    Ok(plan.and_then(|plan| {
        let revision = plan.revisions.iter().find(|revision| revision.id == id)?;
        let rows = (is_own || was_in_force(revision.status)).then(|| rows_of(plan.id, revision))?;
        rows.into_iter().find(|row| of(&row.row))
    }))
}

fn of_revision(id: RevisionId) -> SimpleExpr {
    let plan = plan_revision::Entity::find_by_id(id.0)
        .select_only()
        .column(plan_revision::Column::PlanId)
        .into_query();
    Column::Id.in_subquery(plan)
}

/// Loads the people on the forms of visible plans: as stored when the plan ended or with the final annual evaluation,
/// else as the directory has them.
pub async fn forms(env: &Env, actor: &Actor, ids: &[PlanId]) -> Result<HashMap<PlanId, Form>> {
    let source = env.db.source();
    let plans = by_ids(env, actor, ids).await?;
    let (ended, open): (Vec<Plan>, Vec<Plan>) =
        plans.into_values().partition(|plan| plan.form.is_some() && plan.status.is_terminal());
    let mut found: HashMap<PlanId, Form> =
        ended.into_iter().filter_map(|plan| Some((plan.id, plan.form?))).collect();
    let annual = entity::evaluation::Column::Kind.eq(EvaluationKind::Annual.to_string());
    let of_open = any_of(
        source.backend,
        (entity::evaluation::Entity, entity::evaluation::Column::PlanId),
        open.iter().map(|plan| plan.id.0),
    );
    let finals = entity::evaluation::Entity::find().filter(annual).filter(of_open);
    for row in store::evaluation::Projection::Head.of(finals).all(source.connection).await? {
        let evaluation = store::evaluation::value(row)?;
        found.extend(evaluation.form.map(|form| (evaluation.plan, form)));
    }
    let open: Vec<Plan> = open.into_iter().filter(|plan| !found.contains_key(&plan.id)).collect();
    let printed =
        |plan: &Plan| Printed { staff: plan.staff, assignment: plan.assignment, rater: plan.rater.clone() };
    let printed: Vec<Printed> = open.iter().map(printed).collect();
    let now = organisation::forms(source, actor.agency, &printed, env.today(actor)).await?;
    found.extend(open.iter().map(|plan| plan.id).zip(now));
    Ok(found)
}

/// For each visible plan, loads the rows of the superior's plan in force that its rows can serve.
pub async fn servable_results(
    env: &Env,
    actor: &Actor,
    ids: &[PlanId],
) -> Result<HashMap<PlanId, Vec<PlanRow>>> {
    let source = env.db.source();
    let plans = store::plan::by_ids(source, actor, ids).await?;
    let superiors = superiors_plans(source, plans.values()).await?;
    Ok(plans
        .into_iter()
        .filter_map(|(id, plan)| {
            let superior = superiors.get(&(plan.rater.assignment, plan.period))?;
            Some((id, rows_of(superior.id, superior.effective()?)))
        })
        .collect())
}

/// Loads the rows with these ids, as they are in force, from plans that are visible to the actor or that a visible plan
/// serves: anyone who can see a row can also see the superior's row that it serves.
pub async fn results(env: &Env, actor: &Actor, ids: &[ResultId]) -> Result<HashMap<ResultId, PlanRow>> {
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
            Some((result, row_in_force(plan.id, &plan.revisions, None, result)?))
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
        let facts =
            super::PlanFacts { period, evaluations: evaluations.remove(&id).unwrap_or_default(), form: None };
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
