//! Sets of criteria. They are public.

use crate::{
    db::{Keyset, Order, Page, PageRequest, SortKey, Source, any_of, counted},
    error::Result,
    store,
};
use domain::{
    criteria::CriteriaSet,
    id::{AgencyId, CriteriaSetId, CriterionId},
    time::Date,
};
use entity::{
    criteria_set::{Column, Entity},
    criterion,
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use serde::Serialize;

/// Filter for sets; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct CriteriaFilter {
    /// Has this code.
    pub code: Option<String>,
    /// Is in force on this day.
    pub on: Option<Date>,
}

/// Loads a page of an agency's sets, ordered by code and first day.
pub(crate) async fn list<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    filter: &CriteriaFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<CriteriaSet>, Option<u64>)> {
    let mut select = Entity::find().filter(Column::AgencyId.eq(agency.0));
    if let Some(code) = &filter.code {
        select = select.filter(Column::Code.eq(code));
    }
    if let Some(on) = filter.on {
        select = select.filter(open_on(on));
    }
    let total = counted(source, &select, count).await?;
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

fn open_on(day: Date) -> Condition {
    Condition::all()
        .add(Column::ValidFrom.lte(day))
        .add(Condition::any().add(Column::ValidTo.is_null()).add(Column::ValidTo.gt(day)))
}

/// Loads the sets of an agency that have this criterion.
pub(crate) async fn with_criterion<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    id: CriterionId,
) -> Result<Vec<CriteriaSet>> {
    let of_criterion = criterion::Entity::find()
        .select_only()
        .column(criterion::Column::SetId)
        .filter(criterion::Column::Id.eq(id.0))
        .into_query();
    let which = Condition::all().add(Column::AgencyId.eq(agency.0)).add(Column::Id.in_subquery(of_criterion));
    store::criteria_set::load(source, which).await
}

/// Loads the sets of an agency with these ids.
pub(crate) async fn by_ids<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    ids: &[CriteriaSetId],
) -> Result<Vec<CriteriaSet>> {
    let ids = any_of(source.backend, (Entity, Column::Id), ids.iter().map(|id| id.0));
    store::criteria_set::load(source, Condition::all().add(Column::AgencyId.eq(agency.0)).add(ids)).await
}
