//! Positions. Everyone in the agency can see them.

use crate::{
    db::{Keyset, Order, Page, PageRequest, SortKey, Source, counted},
    error::Result,
    store::{self, directory::named},
};
use domain::{
    id::AgencyId,
    staff::{Position, PositionKind},
};
use entity::position::{Column, Entity};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::Serialize;

/// Filter for positions; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct PositionFilter {
    /// The name contains each word of this text, in any order; accents and case are ignored.
    pub name: Option<String>,
    /// Has exactly this code.
    pub code: Option<String>,
    /// Has this kind.
    pub kind: Option<PositionKind>,
}

/// Loads a page of an agency's positions, ordered by name.
pub(crate) async fn list<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    filter: &PositionFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Position>, Option<u64>)> {
    let mut select = Entity::find().filter(Column::AgencyId.eq(agency.0));
    if let Some(name) = &filter.name {
        select = select.filter(named(Column::NameKey, name));
    }
    if let Some(code) = &filter.code {
        select = select.filter(Column::Code.eq(code.trim()));
    }
    if let Some(kind) = filter.kind {
        select = select.filter(Column::Kind.eq(kind.to_string()));
    }
    let total = counted(source, &select, count).await?;
    let keyset = Keyset::<Entity> {
        columns: vec![Column::NameKey, Column::Id],
        order,
        key: |row| vec![SortKey::Text(row.name_key.clone()), SortKey::Id(row.id)],
        binding: format!("positions {}", serde_json::to_string(filter)?),
    };
    let page = keyset.load(source.connection, select, request).await?;
    Ok((page.try_map(store::position::value)?, total))
}
