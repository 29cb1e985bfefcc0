//! Career recommendations.

use crate::{
    db::{Source, any_of},
    error::{Error, Result},
};
use domain::{
    id::{AgencyId, EvaluationId, RecommendationId, StaffId},
    recommendation::Recommendation,
    time::{from_micros, to_micros},
};
use entity::recommendation::{ActiveModel, Column, Entity, Model};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use std::collections::HashMap;

/// Loads the recommendations of evaluations, oldest first. They are visible to everyone who can see the ratings.
pub(crate) async fn of_evaluations<C: ConnectionTrait>(
    source: Source<'_, C>,
    evaluations: &[EvaluationId],
) -> Result<HashMap<EvaluationId, Vec<Recommendation>>> {
    let ids = evaluations.iter().map(|id| id.0);
    let rows = Entity::find()
        .filter(any_of(source.backend, (Entity, Column::EvaluationId), ids))
        .order_by_asc(Column::MadeAt)
        .order_by_asc(Column::Id)
        .all(source.connection)
        .await?;
    let mut found: HashMap<EvaluationId, Vec<Recommendation>> = HashMap::new();
    for row in rows {
        found.entry(EvaluationId(row.evaluation_id)).or_default().push(value(row)?);
    }
    Ok(found)
}

/// Loads a recommendation by id. It is visible to everyone who can see the ratings of its evaluation.
pub(crate) async fn find<C: ConnectionTrait>(
    source: Source<'_, C>,
    id: RecommendationId,
) -> Result<Option<Recommendation>> {
    Entity::find_by_id(id.0).one(source.connection).await?.map(value).transpose()
}

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<Recommendation> {
    Ok(Recommendation {
        id: RecommendationId(row.id),
        agency: AgencyId(row.agency_id),
        evaluation: EvaluationId(row.evaluation_id),
        staff: StaffId(row.staff_id),
        author: StaffId(row.author_id),
        kind: row.kind.parse().map_err(Error::internal)?,
        text: row.text,
        made_at: from_micros(row.made_at),
        status: row.status.parse().map_err(Error::internal)?,
        follow_up: row.follow_up.as_deref().map(serde_json::from_str).transpose()?,
        version: row.version,
    })
}

/// Converts a value to a row.
pub(crate) fn row(recommendation: &Recommendation) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(recommendation.id.0),
        agency_id: Set(recommendation.agency.0),
        evaluation_id: Set(recommendation.evaluation.0),
        staff_id: Set(recommendation.staff.0),
        author_id: Set(recommendation.author.0),
        kind: Set(recommendation.kind.to_string()),
        text: Set(recommendation.text.clone()),
        made_at: Set(to_micros(recommendation.made_at)),
        status: Set(recommendation.status.to_string()),
        follow_up: Set(recommendation.follow_up.as_ref().map(serde_json::to_string).transpose()?),
        version: Set(recommendation.version),
    })
}

record!(Recommendation, Recommendation, entity::recommendation, {staff: staff});
