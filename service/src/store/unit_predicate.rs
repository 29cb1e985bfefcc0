//! Predicates of units.

use crate::{
    db::{Source, any_of},
    error::{Error, Result},
};
use domain::{
    id::{AgencyId, PeriodId, StaffId, UnitId, UnitPredicateId},
    time::{from_micros, to_micros},
    unit_predicate::UnitPredicate,
};
use entity::unit_predicate::{ActiveModel, Column, Entity, Model};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};

/// Loads the predicate of a unit in a period.
pub(crate) async fn find<C: ConnectionTrait>(
    source: Source<'_, C>,
    unit: UnitId,
    period: PeriodId,
) -> Result<Option<UnitPredicate>> {
    let row = Entity::find()
        .filter(Column::UnitId.eq(unit.0))
        .filter(Column::PeriodId.eq(period.0))
        .one(source.connection)
        .await?;
    row.map(value).transpose()
}

/// Loads a predicate by id.
pub(crate) async fn by_id<C: ConnectionTrait>(
    source: Source<'_, C>,
    id: UnitPredicateId,
) -> Result<Option<UnitPredicate>> {
    Entity::find_by_id(id.0).one(source.connection).await?.map(value).transpose()
}

/// Loads the predicates of these units in these periods.
pub(crate) async fn of_units<C: ConnectionTrait>(
    source: Source<'_, C>,
    units: impl IntoIterator<Item = UnitId>,
    periods: impl IntoIterator<Item = PeriodId>,
) -> Result<Vec<UnitPredicate>> {
    let (units, periods) = (units.into_iter().map(|id| id.0), periods.into_iter().map(|id| id.0));
    let rows = Entity::find()
        .filter(any_of(source.backend, (Entity, Column::UnitId), units))
        .filter(any_of(source.backend, (Entity, Column::PeriodId), periods))
        .all(source.connection)
        .await?;
    rows.into_iter().map(value).collect()
}

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<UnitPredicate> {
    Ok(UnitPredicate {
        id: UnitPredicateId(row.id),
        agency: AgencyId(row.agency_id),
        unit: UnitId(row.unit_id),
        period: PeriodId(row.period_id),
        predicate: row.predicate.parse().map_err(Error::internal)?,
        note: row.note,
        set_by: StaffId(row.set_by),
        set_at: from_micros(row.set_at),
        version: row.version,
    })
}

/// Converts a value to a row.
pub(crate) fn row(predicate: &UnitPredicate) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(predicate.id.0),
        agency_id: Set(predicate.agency.0),
        unit_id: Set(predicate.unit.0),
        period_id: Set(predicate.period.0),
        predicate: Set(predicate.predicate.to_string()),
        note: Set(predicate.note.clone()),
        set_by: Set(predicate.set_by.0),
        set_at: Set(to_micros(predicate.set_at)),
        version: Set(predicate.version),
    })
}

record!(UnitPredicate, UnitPredicate, entity::unit_predicate, {unit: unit});
