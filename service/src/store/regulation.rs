//! Regulations. A stored regulation never changes.

use crate::{
    db::{Record, Source, Tx, insert},
    error::{Error, Result},
    store::StoredRegulation,
};
use domain::{
    event::SubjectKind,
    id::{AgencyId, RegulationId},
    regulation::Regulation,
    time::{from_micros, to_micros},
};
use entity::regulation::{ActiveModel, Column, Entity, Model};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

/// Loads the regulations that an agency has added; for the nil agency, those that ship with the server.
pub(crate) async fn of_agency<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
) -> Result<Vec<StoredRegulation>> {
    let rows = Entity::find().filter(Column::AgencyId.eq(agency.0)).all(source.connection).await?;
    rows.into_iter().map(value).collect()
}

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<StoredRegulation> {
    Ok(StoredRegulation {
        id: RegulationId(row.id),
        agency: AgencyId(row.agency_id),
        head: Regulation {
            code: row.code,
            version: row.version,
            title: row.title,
            scheme: row.scheme.parse().map_err(Error::internal)?,
            source: row.source,
            effective_from: row.effective_from,
            effective_to: row.effective_to,
        },
        format: row.format.parse().map_err(Error::internal)?,
        text: row.document,
        sha256: row.sha256,
        loaded_at: from_micros(row.loaded_at),
    })
}

/// Converts a value to a row.
pub(crate) fn row(regulation: &StoredRegulation) -> ActiveModel {
    let head = &regulation.head;
    ActiveModel {
        id: Set(regulation.id.0),
        agency_id: Set(regulation.agency.0),
        code: Set(head.code.clone()),
        version: Set(head.version),
        title: Set(head.title.clone()),
        scheme: Set(head.scheme.to_string()),
        source: Set(head.source.clone()),
        effective_from: Set(head.effective_from),
        effective_to: Set(head.effective_to),
        format: Set(regulation.format.to_string()),
        document: Set(regulation.text.clone()),
        sha256: Set(regulation.sha256.clone()),
        loaded_at: Set(to_micros(regulation.loaded_at)),
    }
}

impl Record for StoredRegulation {
    const SUBJECT: SubjectKind = SubjectKind::Regulation;

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn agency(&self) -> Uuid {
        self.agency.0
    }
    /// Always 1, because a regulation never changes; an amendment is another regulation.
    fn version(&self) -> i32 {
        1
    }
    fn set_version(&mut self, _: i32) {}

    async fn insert(&self, tx: &Tx) -> Result<()> {
        insert(tx, row(self)).await
    }

    async fn update(&self, _: &Self, _: &Tx) -> Result<u64> {
        Err(Error::internal("a stored regulation never changes"))
    }
}
