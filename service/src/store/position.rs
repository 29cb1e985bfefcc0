//! Positions.

use crate::{
    db::{Source, any_of},
    error::{Error, Result},
};
use domain::{
    id::{AgencyId, PositionId},
    staff::Position,
};
use entity::position::{ActiveModel, Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use std::collections::HashMap;

/// Loads the positions with these ids.
pub(crate) async fn by_ids<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    ids: &[PositionId],
) -> Result<HashMap<PositionId, Position>> {
    let which = Condition::all().add(Column::AgencyId.eq(agency.0)).add(any_of(
        source.backend,
        (Entity, Column::Id),
        ids.iter().map(|id| id.0),
    ));
    Ok(load(source, which).await?.into_iter().map(|position| (position.id, position)).collect())
}

/// Loads the positions that match a condition, ordered by code.
pub(crate) async fn load<C: ConnectionTrait>(
    source: Source<'_, C>,
    which: Condition,
) -> Result<Vec<Position>> {
    let rows = Entity::find().filter(which).order_by_asc(Column::Code).all(source.connection).await?;
    rows.into_iter().map(value).collect()
}

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<Position> {
    Ok(Position {
        id: PositionId(row.id),
        agency: AgencyId(row.agency_id),
        code: row.code,
        name: row.name,
        kind: row.kind.parse().map_err(Error::internal)?,
        level: row.level,
        version: row.version,
    })
}

/// Converts a value to a row.
pub(crate) fn row(position: &Position) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(position.id.0),
        agency_id: Set(position.agency.0),
        code: Set(position.code.clone()),
        name: Set(position.name.clone()),
        name_key: Set(domain::text::sort_key(&position.name)),
        kind: Set(position.kind.to_string()),
        level: Set(position.level.clone()),
        version: Set(position.version),
    })
}

record!(Position, Position, entity::position, {});

/// Whether another position of the agency has this code.
pub(crate) async fn is_code_taken<C: ConnectionTrait>(source: Source<'_, C>, by: &Position) -> Result<bool> {
    let which = Condition::all()
        .add(Column::AgencyId.eq(by.agency.0))
        .add(super::org_unit::is_code(Column::Code, &by.code))
        .add(Column::Id.ne(by.id.0));
    Ok(!load(source, which).await?.is_empty())
}

/// Loads all positions of an agency.
pub(crate) async fn of_agency<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
) -> Result<Vec<Position>> {
    load(source, Condition::all().add(Column::AgencyId.eq(agency.0))).await
}
