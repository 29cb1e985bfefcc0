//! Reads stored results as text, for their recalculation. A conversion to values could hide errors that the
//! recalculation must find.

use crate::{
    db::{Source, any_of},
    error::Result,
};
use domain::evaluation::EvaluationStatus;
use entity::{
    evaluation::{Column, Entity},
    period,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use strum::IntoEnumIterator;
use uuid::Uuid;

/// Id, agency, regulation code and version, document, result and behaviour rating, predicate.
pub(crate) type StoredRow = (Uuid, Uuid, String, i32, String, Option<String>, Option<String>, Option<String>);

/// The ids of the final evaluations of a calendar year and its parts, of all agencies, in order.
pub(crate) async fn final_ids<C: ConnectionTrait>(source: Source<'_, C>, year: i32) -> Result<Vec<Uuid>> {
    let periods = period::Entity::find()
        .select_only()
        .column(period::Column::Id)
        .filter(period::Column::Year.eq(year))
        .into_query();
    let finished =
        EvaluationStatus::iter().filter(|status| status.is_final()).map(|status| status.to_string());
    Ok(Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::PeriodId.in_subquery(periods))
        .filter(Column::Status.is_in(finished))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(source.connection)
        .await?)
}

/// Loads the results with these ids, in the order of the ids.
pub(crate) async fn load<C: ConnectionTrait>(source: Source<'_, C>, ids: &[Uuid]) -> Result<Vec<StoredRow>> {
    Ok(Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::AgencyId,
            Column::RegulationCode,
            Column::RegulationVersion,
            Column::Detail,
            Column::ResultRating,
            Column::BehaviourRating,
            Column::Predicate,
        ])
        .filter(any_of(source.backend, (Entity, Column::Id), ids.iter().copied()))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(source.connection)
        .await?)
}
