//! Units. Everyone in the agency can see them.

use super::people::named;
use crate::{
    db::{Keyset, Order, Page, PageRequest, SortKey, Source, counted},
    error::Result,
    store,
};
use domain::{
    actor::Actor,
    id::UnitId,
    time::Date,
    unit::{OrgUnit, UnitKind},
};
use entity::{org_unit, org_unit_parent};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, Func},
};
use serde::Serialize;

/// Filter for units; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct UnitFilter {
    /// The name contains each word of this text, in any order; accents and case are ignored.
    pub name: Option<String>,
    /// Has exactly this code; case and outer spaces are ignored.
    pub code: Option<String>,
    /// Is directly below this unit.
    pub parent: Option<UnitId>,
    /// Has this kind.
    pub kind: Option<UnitKind>,
}

/// Loads a page of the agency's current units, ordered by name.
pub(crate) async fn units<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    today: Date,
    filter: &UnitFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<OrgUnit>, Option<u64>)> {
    let mut select = org_unit::Entity::find()
        .filter(org_unit::Column::AgencyId.eq(actor.agency.0))
        .filter(store::org_unit::open_on(today));
    if let Some(name) = &filter.name {
        select = select.filter(named(org_unit::Column::NameKey, name));
    }
    if let Some(code) = &filter.code {
        let lower = Func::lower(Expr::col((org_unit::Entity, org_unit::Column::Code)));
        select = select.filter(Expr::expr(lower).eq(code.trim().to_lowercase()));
    }
    if let Some(kind) = filter.kind {
        select = select.filter(org_unit::Column::Kind.eq(kind.to_string()));
    }
    if let Some(parent) = filter.parent {
        let below = org_unit_parent::Entity::find()
            .select_only()
            .column(org_unit_parent::Column::UnitId)
            .filter(org_unit_parent::Column::ParentId.eq(parent.0))
            .filter(store::org_unit::placed_on(today))
            .into_query();
        select = select.filter(org_unit::Column::Id.in_subquery(below));
    }
    let total = counted(source, &select, count).await?;
    let page = units_keyset(filter, order)?.load(source.connection, select, request).await?;
    let (has_next, has_previous) = (page.has_next, page.has_previous);
    let (cursors, rows): (Vec<_>, Vec<_>) = page.items.into_iter().unzip();
    let units = store::org_unit::with_parents(source, rows, today).await?;
    Ok((Page { items: cursors.into_iter().zip(units).collect(), has_next, has_previous }, total))
}

pub(super) fn units_keyset(filter: &UnitFilter, order: Order) -> Result<Keyset<org_unit::Entity>> {
    Ok(Keyset {
        columns: vec![org_unit::Column::NameKey, org_unit::Column::Id],
        order,
        key: |row| vec![SortKey::Text(row.name_key.clone()), SortKey::Id(row.id)],
        binding: format!("orgUnits {}", serde_json::to_string(filter)?),
    })
}
