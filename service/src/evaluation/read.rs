//! Reads the evaluations that are visible to the actor. Visibility of fields is decided when they are resolved.

use super::context::EvaluationFacts;
use crate::{
    access::Read,
    db::{Keyset, Order, Page, PageRequest, SortKey, any_of, first_pages},
    directory::{self, Printed},
    env::Env,
    error::{Error, Result},
    store::{
        self,
        evaluation::{Frozen, Projection},
    },
};
use domain::{
    actor::Actor,
    evaluation::{Evaluation, EvaluationKind, EvaluationStatus},
    id::{EvaluationId, PeriodId, PlanId, StaffId, UnitId},
    plan::Form,
    policy::{self, Allowed, Relations},
};
use entity::evaluation::{Column, Entity};
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoSimpleExpr, PaginatorTrait, QueryFilter, QueryOrder};
use serde::Serialize;
use std::collections::HashMap;

/// Filter for evaluations; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct EvaluationFilter {
    /// Belongs to this person.
    pub staff: Option<StaffId>,
    /// Belongs to this plan.
    pub plan: Option<PlanId>,
    /// Belongs to this unit and those below it.
    pub unit: Option<UnitId>,
    /// Belongs to this year or part.
    pub period: Option<PeriodId>,
    /// Is periodic or annual.
    pub kind: Option<EvaluationKind>,
    /// Has one of these statuses.
    pub status: Option<Vec<EvaluationStatus>>,
    /// True: the actor is the rater; false: the actor is not.
    pub rated_by_me: Option<bool>,
}

/// Loads an evaluation that is visible to the actor.
pub async fn evaluation(env: &Env, actor: &Actor, id: EvaluationId) -> Result<Evaluation> {
    store::evaluation::find(env.db.source(), actor, id).await?.ok_or(Error::NotFound)
}

/// Loads the evaluations with these ids that are visible to the actor.
pub async fn by_ids(
    env: &Env,
    actor: &Actor,
    ids: &[EvaluationId],
) -> Result<HashMap<EvaluationId, Evaluation>> {
    store::evaluation::by_ids(env.db.source(), actor, ids).await
}

/// Loads a page of the evaluations that are visible to the actor, in order of creation.
pub async fn list(
    env: &Env,
    actor: &Actor,
    filter: &EvaluationFilter,
    order: Order,
    request: &PageRequest,
    projection: Projection,
    count: bool,
) -> Result<(Page<Evaluation>, Option<u64>)> {
    let source = env.db.source();
    let select = Entity::find().filter(condition(env, actor, filter).await?);
    let total = if count { Some(select.clone().count(source.connection).await?) } else { None };
    let page = keyset(filter, order)?.load(source.connection, projection.of(select), request).await?;
    Ok((page.try_map(store::evaluation::value)?, total))
}

fn keyset(filter: &EvaluationFilter, order: Order) -> Result<Keyset<Entity>> {
    Ok(Keyset {
        columns: vec![Column::Id],
        order,
        key: |row| vec![SortKey::Id(row.id)],
        binding: format!("evaluations {}", serde_json::to_string(filter)?),
    })
}

async fn condition(env: &Env, actor: &Actor, filter: &EvaluationFilter) -> Result<Condition> {
    let EvaluationFilter { staff, plan, unit, period, kind, status, rated_by_me } = filter;
    let backend = env.db.backend();
    let mut which = store::evaluation::OWNED
        .personal(backend, actor)
        .add_option(staff.map(|staff| Column::StaffId.eq(staff.0)))
        .add_option(plan.map(|plan| Column::PlanId.eq(plan.0)))
        .add_option(period.map(|period| Column::PeriodId.eq(period.0)))
        .add_option(kind.map(|kind| Column::Kind.eq(kind.to_string())));
    if let Some(unit) = unit {
        let today = env.today(actor);
        let tree = store::org_unit::tree(env.db.reader(), actor.agency, today).await?;
        which = which.add(any_of(
            backend,
            (Entity, Column::UnitId),
            tree.subtree(*unit).iter().map(|unit| unit.0),
        ));
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

/// Loads the visible evaluations of these plans, oldest first.
pub async fn of_plans(
    env: &Env,
    actor: &Actor,
    plans: &[PlanId],
    projection: Projection,
) -> Result<HashMap<PlanId, Vec<Evaluation>>> {
    let mut found: HashMap<PlanId, Vec<Evaluation>> = HashMap::new();
    let which = visible(env, actor, Column::PlanId, plans.iter().map(|plan| plan.0));
    let rows =
        projection.of(Entity::find().filter(which)).order_by_asc(Column::Id).all(env.db.reader()).await?;
    for row in rows {
        let evaluation = store::evaluation::value(row)?;
        found.entry(evaluation.plan).or_default().push(evaluation);
    }
    Ok(found)
}

/// Loads the first page of visible evaluations of each person, newest first. Each page equals that of [`list`]
/// filtered by the person.
pub async fn of_staff(
    env: &Env,
    actor: &Actor,
    people: &[StaffId],
    first: usize,
    projection: Projection,
) -> Result<HashMap<StaffId, Page<Evaluation>>> {
    let source = env.db.source();
    let which = visible(env, actor, Column::StaffId, people.iter().map(|staff| staff.0));
    let of_person = |staff| {
        let filter = EvaluationFilter { staff: Some(StaffId(staff)), ..EvaluationFilter::default() };
        keyset(&filter, Order::Descending)
    };
    let of_staff = Column::StaffId.into_simple_expr();
    let pages =
        first_pages(source, projection.of(Entity::find().filter(which)), of_staff, first, of_person).await?;
    pages
        .into_iter()
        .map(|(staff, page)| Ok((StaffId(staff), page.try_map(store::evaluation::value)?)))
        .collect()
}

fn visible(env: &Env, actor: &Actor, column: Column, ids: impl Iterator<Item = uuid::Uuid>) -> Condition {
    let backend = env.db.backend();
    store::evaluation::OWNED.personal(backend, actor).add(any_of(backend, (Entity, column), ids))
}

/// Lists what the actor can do to each visible evaluation.
pub async fn actions(
    env: &Env,
    actor: &Actor,
    ids: &[EvaluationId],
) -> Result<HashMap<EvaluationId, Vec<Allowed>>> {
    let source = env.db.source();
    let evaluations: Vec<Evaluation> =
        store::evaluation::by_ids(source, actor, ids).await?.into_values().collect();
    let facts = EvaluationFacts::load_many(source, &env.regulations(), &evaluations, env.now()).await?;
    Ok(evaluations
        .iter()
        .filter_map(|evaluation| {
            let context = facts.get(&evaluation.id)?.context(actor.calendar);
            let relations = Relations::of(actor, evaluation.staff, evaluation.unit, &evaluation.rater);
            Some((evaluation.id, policy::evaluation::allowed_actions(evaluation, &relations, &context)))
        })
        .collect())
}

/// Finds the revisions that final evaluations of these plans rated. The caller has checked that the actor can see the
/// plans.
pub async fn frozen(env: &Env, plans: &[PlanId]) -> Result<HashMap<PlanId, Vec<Frozen>>> {
    store::evaluation::frozen(env.db.source(), plans).await
}

/// Loads the people on the forms of visible evaluations: as stored with final ratings, else as the directory has them.
pub async fn forms(env: &Env, actor: &Actor, ids: &[EvaluationId]) -> Result<HashMap<EvaluationId, Form>> {
    let source = env.db.source();
    let which = visible(env, actor, Column::Id, ids.iter().map(|id| id.0));
    let rows = Projection::Head.of(Entity::find().filter(which)).all(source.connection).await?;
    let (mut found, mut open) = (HashMap::new(), Vec::new());
    for row in rows {
        let Evaluation { id, staff, assignment, rater, form, status, .. } = store::evaluation::value(row)?;
        match form.filter(|_| status.is_final()) {
            Some(form) => {
                found.insert(id, form);
            }
            None => open.push((id, Printed { staff, assignment, rater })),
        }
    }
    let (ids, printed): (Vec<_>, Vec<_>) = open.into_iter().unzip();
    let now = directory::forms(source, actor.agency, &printed, env.today(actor)).await?;
    found.extend(ids.into_iter().zip(now));
    Ok(found)
}

/// Whether the actor can see the ratings of an evaluation that is visible to them: the rater always, everyone else
/// from FINAL on.
fn sees_ratings(actor: &Actor, evaluation: &Evaluation) -> bool {
    let relations =
        Relations::of(actor, evaluation.staff, evaluation.unit, &evaluation.rater).with_chain(true);
    policy::sees_ratings(&relations, evaluation.status)
}

/// Whether the actor can see the ratings of an evaluation that is visible to them. If there are any, records in the
/// access log that the actor read them; so ask only for what is then returned.
#[must_use]
pub fn reads_ratings(env: &Env, actor: &Actor, evaluation: &Evaluation) -> bool {
    let sees = sees_ratings(actor, evaluation);
    if sees {
        record_ratings_read(env, actor, evaluation);
    }
    sees
}

/// Records in the access log that the actor reads an evaluation with its ratings, if it has any.
pub(crate) fn record_ratings_read(env: &Env, actor: &Actor, evaluation: &Evaluation) {
    if evaluation.status.is_final() || evaluation.status == EvaluationStatus::RatedDraft {
        env.access().read(env, actor, Read::Ratings(evaluation.id), evaluation.staff);
    }
}
