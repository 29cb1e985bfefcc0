//! Periods. Everyone in the agency can see them.

use crate::{
    db::{Keyset, Order, Page, PageRequest, SortKey, Source, counted},
    error::Result,
    store,
};
use domain::{
    actor::Actor,
    period::{Period, PeriodStatus},
};
use entity::period::{Column, Entity};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::Serialize;

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
pub(crate) async fn list<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    filter: &PeriodFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Period>, Option<u64>)> {
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
    let total = counted(source, &select, count).await?;
    let keyset = Keyset::<Entity> {
        columns: vec![Column::Year, Column::Part, Column::Id],
        order,
        key: |row| vec![SortKey::Int(row.year.into()), SortKey::Int(row.part.into()), SortKey::Id(row.id)],
        binding: format!("periods {}", serde_json::to_string(filter)?),
    };
    let page = keyset.load(source.connection, select, request).await?;
    Ok((page.try_map(store::period::value)?, total))
}
