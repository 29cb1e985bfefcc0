//! Journal entries, as use cases read them.

use crate::{
    db::{Source, any_of},
    error::{Error, Result},
    position::Position,
};
use domain::{
    correction::RecordChange,
    event::{EventKind, SubjectKind},
    id::{EventId, StaffId},
    time::from_micros,
};
use entity::{
    event::{Column, Entity, Model},
    event_payload,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The position of the newest numbered entry.
pub(crate) async fn newest<C: ConnectionTrait>(source: Source<'_, C>) -> Result<Position> {
    let newest: Option<(i64, Uuid)> = Entity::find()
        .select_only()
        .columns([Column::Number, Column::Id])
        .filter(Column::Number.is_not_null())
        .order_by_desc(Column::Number)
        .limit(1)
        .into_tuple()
        .one(source.connection)
        .await?;
    Ok(newest.map_or_else(Position::default, |(number, id)| Position::after(number, id)))
}

/// Finds the people who made entries of these kinds about an object.
pub(crate) async fn actors<C: ConnectionTrait>(
    source: Source<'_, C>,
    subject: Uuid,
    kinds: &[EventKind],
) -> Result<BTreeSet<StaffId>> {
    let found: Vec<Option<Uuid>> = Entity::find()
        .select_only()
        .column(Column::ActorId)
        .filter(Column::SubjectId.eq(subject))
        .filter(Column::Kind.is_in(kinds.iter().map(ToString::to_string)))
        .filter(Column::ActorKind.eq("STAFF"))
        .into_tuple()
        .all(source.connection)
        .await?;
    Ok(found.into_iter().flatten().map(StaffId).collect())
}

/// Finds the newest entry of these kinds about one of these objects.
pub(crate) async fn newest_change<C: ConnectionTrait>(
    source: Source<'_, C>,
    objects: impl IntoIterator<Item = Uuid>,
    kinds: &[EventKind],
) -> Result<Option<RecordChange>> {
    let entry = Entity::find()
        .filter(any_of(source.backend, (Entity, Column::SubjectId), objects))
        .filter(Column::Kind.is_in(kinds.iter().map(ToString::to_string)))
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
        .one(source.connection)
        .await?;
    let change = |entry: Model| {
        Ok(RecordChange {
            entry: EventId(entry.id),
            kind: entry.kind.parse().map_err(Error::internal)?,
            object: entry.subject_kind.parse().map_err(Error::internal)?,
            object_id: entry.subject_id,
            object_version: entry.subject_version,
            at: from_micros(entry.at),
        })
    };
    entry.map(change).transpose()
}

/// Reads the image of an object's first journal entry; `None` if its personal data was erased.
pub(crate) async fn first_image<T: DeserializeOwned, C: ConnectionTrait>(
    source: Source<'_, C>,
    subject: SubjectKind,
    id: Uuid,
) -> Result<Option<T>> {
    let first = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::SubjectId.eq(id))
        .filter(Column::SubjectKind.eq(subject.to_string()))
        .filter(Column::SubjectVersion.eq(1))
        .into_query();
    let payload = event_payload::Entity::find()
        .filter(event_payload::Column::EventId.in_subquery(first))
        .one(source.connection)
        .await?;
    let image = payload.and_then(|payload| payload.after);
    Ok(image.map(|image| serde_json::from_str(&image)).transpose()?)
}
