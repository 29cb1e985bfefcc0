//! Reads periods. Everyone in the agency can see them.

use crate::{
    db::{Keyset, Order, Page, PageRequest, SortKey, any_of},
    env::Env,
    error::Result,
    store,
};
use domain::{
    actor::Actor,
    id::PeriodId,
    period::{Period, PeriodStatus},
};
use entity::period::{Column, Entity};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};
use serde::Serialize;
use std::collections::HashMap;

/// Filter for periods; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct PeriodFilter {
    /// Belongs to this calendar year.
    pub year: Option<i32>,
    /// True: is a year; false: is a part.
    pub years_only: Option<bool>,
    /// Has this status.
    pub status: Option<PeriodStatus>,
}

/// Loads a page of periods, ordered by year and part.
pub async fn list(
    env: &Env,
    actor: &Actor,
    filter: &PeriodFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Period>, Option<u64>)> {
    let source = env.db.source();
    let mut select = Entity::find().filter(Column::AgencyId.eq(actor.agency.0));
    if let Some(year) = filter.year {
        select = select.filter(Column::Year.eq(year));
    }
    if let Some(years_only) = filter.years_only {
        select = select.filter(if years_only { Column::Part.eq(0) } else { Column::Part.ne(0) });
    }
    if let Some(status) = filter.status {
        select = select.filter(Column::Status.eq(status.to_string()));
    }
    let total = if count { Some(select.clone().count(source.connection).await?) } else { None };
    let keyset = Keyset::<Entity> {
        columns: vec![Column::Year, Column::Part, Column::Id],
        order,
        key: |row| vec![SortKey::Int(row.year.into()), SortKey::Int(row.part.into()), SortKey::Id(row.id)],
        binding: format!("periods {}", serde_json::to_string(filter)?),
    };
    let page = keyset.load(source.connection, select, request).await?;
    Ok((page.try_map(store::period::value)?, total))
}

/// Loads the agency's periods with these ids.
pub async fn by_ids(env: &Env, actor: &Actor, ids: &[PeriodId]) -> Result<HashMap<PeriodId, Period>> {
    store::period::by_ids(env.db.source(), actor.agency, ids).await
}

/// Loads the parts of years, in order.
pub async fn parts(env: &Env, actor: &Actor, years: &[PeriodId]) -> Result<HashMap<PeriodId, Vec<Period>>> {
    let source = env.db.source();
    let ids = years.iter().map(|year| year.0);
    let which = Condition::all().add(Column::AgencyId.eq(actor.agency.0)).add(any_of(
        source.backend,
        (Entity, Column::ParentId),
        ids,
    ));
    let mut found: HashMap<PeriodId, Vec<Period>> = HashMap::new();
    for part in store::period::load(source, which).await? {
        if let Some(year) = part.parent {
            found.entry(year).or_default().push(part);
        }
    }
    Ok(found)
}
