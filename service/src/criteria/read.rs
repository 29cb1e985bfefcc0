//! Reads sets of criteria. They are public and need no login.

use crate::{
    db::{Keyset, Order, Page, PageRequest, SortKey, any_of},
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    criteria::{CriteriaSet, Criterion},
    id::{AgencyId, CriteriaSetId, CriterionId},
    time::{Calendar, Date},
};
use entity::{
    criteria_set::{Column, Entity},
    criterion, org_unit,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};
use serde::Serialize;
use std::collections::HashMap;

/// Filter for sets; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct CriteriaFilter {
    /// Has this code.
    pub code: Option<String>,
    /// Is in force on this day.
    pub on: Option<Date>,
}

/// Finds the agency that public queries without a login are about: the oldest root unit in the database.
pub async fn agency(env: &Env) -> Result<AgencyId> {
    Ok(agency_and_calendar(env).await?.0)
}

/// Like [`agency`], with the calendar of its days.
pub async fn agency_and_calendar(env: &Env) -> Result<(AgencyId, Calendar)> {
    use sea_orm::QueryOrder;
    org_unit::Entity::find()
        .filter(Expr::col(org_unit::Column::Id).eq(Expr::col(org_unit::Column::AgencyId)))
        .order_by_asc(org_unit::Column::ValidFrom)
        .order_by_asc(org_unit::Column::Id)
        .one(env.db.reader())
        .await?
        .map(|root| {
            let calendar = root.time_zone.as_deref().and_then(Calendar::of_zone);
            (AgencyId(root.id), calendar.unwrap_or(Calendar::JAKARTA))
        })
        .ok_or(Error::NotFound)
}

/// Loads a page of an agency's sets, ordered by code and first day.
pub async fn list(
    env: &Env,
    agency: AgencyId,
    filter: &CriteriaFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<CriteriaSet>, Option<u64>)> {
    let source = env.db.source();
    let mut select = Entity::find().filter(Column::AgencyId.eq(agency.0));
    if let Some(code) = &filter.code {
        select = select.filter(Column::Code.eq(code));
    }
    if let Some(on) = filter.on {
        select = select.filter(open_on(on));
    }
    let total = if count { Some(select.clone().count(source.connection).await?) } else { None };
    let keyset = Keyset::<Entity> {
        columns: vec![Column::Code, Column::ValidFrom, Column::Id],
        order,
        key: |row| vec![SortKey::Text(row.code.clone()), SortKey::Day(row.valid_from), SortKey::Id(row.id)],
        binding: format!("criteriaSets {}", serde_json::to_string(filter)?),
    };
    let page = keyset.load(source.connection, select, request).await?;
    let (has_next, has_previous) = (page.has_next, page.has_previous);
    let (cursors, rows): (Vec<_>, Vec<_>) = page.items.into_iter().unzip();
    let sets = store::criteria_set::with_criteria(source, rows).await?;
    Ok((Page { items: cursors.into_iter().zip(sets).collect(), has_next, has_previous }, total))
}

/// Loads all criteria in force on a day, by code of their set and position.
pub async fn in_force(env: &Env, agency: AgencyId, on: Date) -> Result<Vec<Criterion>> {
    let which = Condition::all().add(Column::AgencyId.eq(agency.0)).add(open_on(on));
    let sets = store::criteria_set::load(env.db.source(), which).await?;
    Ok(sets.into_iter().flat_map(|set| set.criteria).collect())
}

fn open_on(day: Date) -> Condition {
    Condition::all()
        .add(Column::ValidFrom.lte(day))
        .add(Condition::any().add(Column::ValidTo.is_null()).add(Column::ValidTo.gt(day)))
}

/// Loads a criterion of the agency.
pub async fn criterion(env: &Env, agency: AgencyId, id: CriterionId) -> Result<Option<Criterion>> {
    let source = env.db.source();
    let of_criterion = criterion::Entity::find()
        .select_only()
        .column(criterion::Column::SetId)
        .filter(criterion::Column::Id.eq(id.0))
        .into_query();
    let which = Condition::all().add(Column::AgencyId.eq(agency.0)).add(Column::Id.in_subquery(of_criterion));
    let sets = store::criteria_set::load(source, which).await?;
    Ok(sets.into_iter().flat_map(|set| set.criteria).find(|criterion| criterion.id == id))
}

/// Loads the agency's sets with these ids.
pub async fn by_ids(
    env: &Env,
    agency: AgencyId,
    ids: &[CriteriaSetId],
) -> Result<HashMap<CriteriaSetId, CriteriaSet>> {
    let source = env.db.source();
    let which = Condition::all().add(Column::AgencyId.eq(agency.0)).add(any_of(
        source.backend,
        (Entity, Column::Id),
        ids.iter().map(|id| id.0),
    ));
    Ok(store::criteria_set::load(source, which).await?.into_iter().map(|set| (set.id, set)).collect())
}
