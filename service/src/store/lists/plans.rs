//! Plans that are visible to an actor, and the superiors' plans that these plans serve.

use crate::{
    db::{Keyset, Order, Page, PageRequest, SortKey, Source, any_of, first_pages_of},
    error::Result,
    store::{
        self,
        plan::{OWNED, PlanProjection, load, value_without_revisions},
    },
};
use domain::{
    actor::Actor,
    id::{PeriodId, PlanId, RevisionId, StaffId, UnitId},
    plan::{Plan, PlanStatus},
    time::Date,
};
use entity::{
    plan::{Column, Entity},
    plan_result, plan_revision,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
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

/// Loads the plans with these ids, without their contents.
pub(crate) async fn by_ids<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    ids: &[PlanId],
) -> Result<HashMap<PlanId, Plan>> {
    let ids = any_of(source.backend, (Entity, Column::Id), ids.iter().map(|id| id.0));
    let which = OWNED.personal(source.backend, actor).add(ids);
    let rows = Entity::find().filter(which).all(source.connection).await?;
    rows.into_iter().map(|row| Ok((PlanId(row.id), value_without_revisions(row)?))).collect()
}

/// Loads a page of the plans that are visible to the actor, without their contents, in order of creation. Counts all of
/// them on request.
pub(crate) async fn list<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    today: Date,
    filter: &PlanFilter,
    order: Order,
    request: &PageRequest,
    projection: PlanProjection,
    count: bool,
) -> Result<(Page<Plan>, Option<u64>)> {
    let which = condition(source, actor, today, filter).await?;
    let (select, total) = OWNED.list(source, actor, which, count).await?;
    let reading = projection.reading();
    let page = keyset(filter, order)?.load_in_part(source.connection, select, &reading, request).await?;
    Ok((page.try_map(value_without_revisions)?, total))
}

fn keyset(filter: &PlanFilter, order: Order) -> Result<Keyset<Entity>> {
    Ok(Keyset {
        columns: vec![Column::CreatedAt, Column::Id],
        order,
        key: |row| vec![SortKey::Int(row.created_at), SortKey::Id(row.id)],
        binding: format!("plans {}", serde_json::to_string(filter)?),
    })
}

/// The condition of a filter, without the scope.
async fn condition<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    today: Date,
    filter: &PlanFilter,
) -> Result<Condition> {
    let PlanFilter { staff, unit, period, status, rated_by_me } = filter;
    let backend = source.backend;
    let mut which = Condition::all();
    if let Some(staff) = staff {
        which = which.add(Column::StaffId.eq(staff.0));
    }
    if let Some(unit) = unit {
        let tree = store::org_unit::tree(source.connection, actor.agency, today).await?;
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
        let rater = Condition::any()
            .add(any_of(backend, (Entity, Column::RaterAssignmentId), powers))
            .add(Column::RaterStaffId.eq(me));
        // An official who acts for their own superior is not their own rater.
        let rated = Condition::all().add(Column::StaffId.ne(me)).add(rater);
        which = which.add(if *mine { rated } else { rated.not() });
    }
    Ok(which)
}

/// Loads the first page of visible plans of each person, without their contents, newest first. Each page equals that
/// of [`list`] filtered by the person.
pub(crate) async fn of_staff<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    people: &[StaffId],
    first: usize,
    projection: PlanProjection,
) -> Result<HashMap<StaffId, Page<Plan>>> {
    let visible = Entity::find().filter(OWNED.personal(source.backend, actor));
    let people: Vec<_> = people.iter().map(|staff| staff.0).collect();
    let of_person = |staff| {
        let filter = PlanFilter { staff: Some(StaffId(staff)), ..PlanFilter::default() };
        keyset(&filter, Order::Descending)
    };
    let (reading, of_staff) = (projection.reading(), (Column::StaffId, &*people));
    let pages = first_pages_of(source, visible, &reading, of_staff, first, of_person).await?;
    pages
        .into_iter()
        .map(|(staff, page)| Ok((StaffId(staff), page.try_map(value_without_revisions)?)))
        .collect()
}

/// Loads the plan of a revision.
pub(crate) async fn of_revision<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    id: RevisionId,
) -> Result<Option<Plan>> {
    let which = OWNED.personal(source.backend, actor).add(has_revision(id));
    Ok(load(source, which).await?.pop())
}

/// Loads the plan of a revision if a visible plan serves it.
pub(crate) async fn served_of_revision<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    id: RevisionId,
) -> Result<Option<Plan>> {
    let visible = OWNED.personal(source.backend, actor);
    let which = Condition::all()
        .add(Column::AgencyId.eq(actor.agency.0))
        .add(has_revision(id))
        .add(Column::Id.in_subquery(served_by(visible)));
    Ok(load(source, which).await?.pop())
}

/// Loads the plans with these ids that are visible or that a visible plan serves.
pub(crate) async fn visible_or_served<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    plans: impl Iterator<Item = PlanId>,
) -> Result<HashMap<PlanId, Plan>> {
    let visible = OWNED.personal(source.backend, actor);
    let which = Condition::all()
        .add(any_of(source.backend, (Entity, Column::Id), plans.map(|plan| plan.0)))
        .add(Column::AgencyId.eq(actor.agency.0))
        .add(Condition::any().add(visible.clone()).add(Column::Id.in_subquery(served_by(visible))));
    Ok(load(source, which).await?.into_iter().map(|plan| (plan.id, plan)).collect())
}

fn has_revision(id: RevisionId) -> SimpleExpr {
    let plan = plan_revision::Entity::find_by_id(id.0)
        .select_only()
        .column(plan_revision::Column::PlanId)
        .into_query();
    Column::Id.in_subquery(plan)
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
