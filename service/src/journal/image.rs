//! What an object was when it was created.

use crate::{db::Source, error::Result};
use domain::event::SubjectKind;
use entity::{event, event_payload};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// Reads the image of an object's first journal entry; none if its personal data was erased.
pub(crate) async fn first_image<T: DeserializeOwned, C: ConnectionTrait>(
    source: Source<'_, C>,
    subject: SubjectKind,
    id: Uuid,
) -> Result<Option<T>> {
    let first = event::Entity::find()
        .select_only()
        .column(event::Column::Id)
        .filter(event::Column::SubjectId.eq(id))
        .filter(event::Column::SubjectKind.eq(subject.to_string()))
        .filter(event::Column::SubjectVersion.eq(1))
        .into_query();
    let payload = event_payload::Entity::find()
        .filter(event_payload::Column::EventId.in_subquery(first))
        .one(source.connection)
        .await?;
    let image = payload.and_then(|payload| payload.after);
    Ok(image.map(|image| serde_json::from_str(&image)).transpose()?)
}
