//! Evaluations that are visible to an actor.

use crate::{
    db::{Backend, Keyset, Order, Page, PageRequest, SortKey, Source, any_of, first_pages_of},
    error::Result,
    store::{
        self,
        evaluation::{OWNED, Projection, load_in_part, value},
    },
};
use domain::{
    actor::Actor,
    evaluation::{Evaluation, EvaluationKind, EvaluationStatus},
    id::{EvaluationId, PeriodId, PlanId, StaffId, UnitId},
    time::Date,
};
use entity::evaluation::{Column, Entity};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

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

/// Loads a page of the evaluations that are visible to the actor, in order of creation.
pub(crate) async fn list<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    today: Date,
    filter: &EvaluationFilter,
    order: Order,
    request: &PageRequest,
    projection: Projection,
    count: bool,
) -> Result<(Page<Evaluation>, Option<u64>)> {
    let which = condition(source, actor, today, filter).await?;
    let (select, total) = OWNED.list(source, actor, which, count).await?;
    let reading = projection.reading();
    let page = keyset(filter, order)?.load_in_part(source.connection, select, &reading, request).await?;
    Ok((page.try_map(value)?, total))
}

fn keyset(filter: &EvaluationFilter, order: Order) -> Result<Keyset<Entity>> {
    Ok(Keyset {
        columns: vec![Column::Id],
        order,
        key: |row| vec![SortKey::Id(row.id)],
        binding: format!("evaluations {}", serde_json::to_string(filter)?),
    })
}

/// The condition of a filter, without the scope.
async fn condition<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    today: Date,
    filter: &EvaluationFilter,
) -> Result<Condition> {
    let EvaluationFilter { staff, plan, unit, period, kind, status, rated_by_me } = filter;
    let backend = source.backend;
    let mut which = Condition::all()
        .add_option(staff.map(|staff| Column::StaffId.eq(staff.0)))
        .add_option(plan.map(|plan| Column::PlanId.eq(plan.0)))
        .add_option(period.map(|period| Column::PeriodId.eq(period.0)))
        .add_option(kind.map(|kind| Column::Kind.eq(kind.to_string())));
    if let Some(unit) = unit {
        let tree = store::org_unit::tree(source.connection, actor.agency, today).await?;
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
        let me = actor.staff().map_or(Uuid::nil(), |staff| staff.0);
        let rater = Condition::any()
            .add(any_of(backend, (Entity, Column::RaterAssignmentId), powers))
            .add(Column::RaterStaffId.eq(me));
        // An official who acts for their own superior is not their own rater.
        let rated = Condition::all().add(Column::StaffId.ne(me)).add(rater);
        which = which.add(if *mine { rated } else { rated.not() });
    }
    Ok(which)
}

/// Loads the visible evaluations of these plans, oldest first.
pub(crate) async fn of_plans<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    plans: &[PlanId],
    projection: Projection,
) -> Result<HashMap<PlanId, Vec<Evaluation>>> {
    let mut found: HashMap<PlanId, Vec<Evaluation>> = HashMap::new();
    let which = visible(source.backend, actor, Column::PlanId, plans.iter().map(|plan| plan.0));
    // The result is grouped by plan, so the plan is always read.
    for evaluation in load_in_part(source, which, projection.and(Projection::PLAN)).await? {
        found.entry(evaluation.plan).or_default().push(evaluation);
    }
    Ok(found)
}

/// Loads the first page of visible evaluations of each person, newest first. Each page equals that of [`list`]
/// filtered by the person.
pub(crate) async fn of_staff<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    people: &[StaffId],
    first: usize,
    projection: Projection,
) -> Result<HashMap<StaffId, Page<Evaluation>>> {
    let visible = Entity::find().filter(OWNED.personal(source.backend, actor));
    let people: Vec<Uuid> = people.iter().map(|staff| staff.0).collect();
    let of_person = |staff| {
        let filter = EvaluationFilter { staff: Some(StaffId(staff)), ..EvaluationFilter::default() };
        keyset(&filter, Order::Descending)
    };
    let (reading, of_staff) = (projection.reading(), (Column::StaffId, &*people));
    let pages = first_pages_of(source, visible, &reading, of_staff, first, of_person).await?;
    pages.into_iter().map(|(staff, page)| Ok((StaffId(staff), page.try_map(value)?))).collect()
}

/// Loads the visible evaluations with these ids, without their documents.
pub(crate) async fn without_documents<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    ids: &[EvaluationId],
) -> Result<Vec<Evaluation>> {
    let which = visible(source.backend, actor, Column::Id, ids.iter().map(|id| id.0));
    load_in_part(source, which, Projection::WITHOUT_DETAIL).await
}

fn visible(backend: Backend, actor: &Actor, column: Column, ids: impl Iterator<Item = Uuid>) -> Condition {
    OWNED.personal(backend, actor).add(any_of(backend, (Entity, column), ids))
}
