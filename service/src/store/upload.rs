//! Files that people announced or that were received from them.

use crate::{
    db::{self, Source, Tx},
    error::Result,
};
use domain::{
    id::{AgencyId, StaffId, UploadId},
    time::{Instant, to_micros},
};
use entity::upload::{ActiveModel, Column, Entity};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Set,
    sea_query::Expr,
};

/// The row of a file.
pub(crate) use entity::upload::Model as Row;

/// A file that is announced.
pub(crate) struct NewUpload {
    pub id: UploadId,
    pub agency: AgencyId,
    pub staff: StaffId,
    pub name: String,
    /// In bytes.
    pub size: i64,
    pub token_hash: String,
    /// In microseconds.
    pub expires_at: i64,
    pub at: Instant,
}

/// Stores an announcement.
pub(crate) async fn insert(tx: &Tx, new: NewUpload) -> Result<()> {
    let row = ActiveModel {
        id: Set(new.id.0),
        agency_id: Set(new.agency.0),
        staff_id: Set(new.staff.0),
        name: Set(new.name),
        size: Set(new.size),
        sha256: Set(None),
        token_hash: Set(new.token_hash),
        expires_at: Set(new.expires_at),
        created_at: Set(to_micros(new.at)),
        received_at: Set(None),
    };
    db::insert(tx, row).await
}

async fn sizes(tx: &Tx, staff: StaffId, which: Condition) -> Result<Vec<i64>> {
    let all = Entity::find().select_only().column(Column::Size).filter(Column::StaffId.eq(staff.0));
    Ok(all.filter(which).into_tuple().all(tx.connection()).await?)
}

/// The sizes of a person's files that are announced, not received and not expired.
pub(crate) async fn open_sizes(tx: &Tx, staff: StaffId, now: Instant) -> Result<Vec<i64>> {
    let open = Condition::all().add(Column::ReceivedAt.is_null()).add(Column::ExpiresAt.gt(to_micros(now)));
    sizes(tx, staff, open).await
}

/// The sizes of a person's files that were received after a time.
pub(crate) async fn received_sizes(tx: &Tx, staff: StaffId, since: Instant) -> Result<Vec<i64>> {
    sizes(tx, staff, Condition::all().add(Column::ReceivedAt.gt(to_micros(since)))).await
}

/// Loads an announced file by its id and the hash of its token, unless it was received or its URL has expired.
pub(crate) async fn awaited<C: ConnectionTrait>(
    source: Source<'_, C>,
    id: UploadId,
    token_hash: String,
    now: Instant,
) -> Result<Option<Row>> {
    let found = Entity::find_by_id(id.0)
        .filter(Column::TokenHash.eq(token_hash))
        .filter(Column::ReceivedAt.is_null())
        .filter(Column::ExpiresAt.gt(to_micros(now)));
    Ok(found.one(source.connection).await?)
}

/// Records that a file was received. Returns false if it was received before.
pub(crate) async fn claim(tx: &Tx, id: UploadId, sha256: String, at: Instant) -> Result<bool> {
    let claimed = Entity::update_many()
        .col_expr(Column::ReceivedAt, Expr::value(to_micros(at)))
        .col_expr(Column::Sha256, Expr::value(sha256))
        .filter(Column::Id.eq(id.0))
        .filter(Column::ReceivedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(claimed.rows_affected > 0)
}

fn expired(before: Instant) -> Condition {
    Condition::all().add(Column::ReceivedAt.is_null()).add(Column::ExpiresAt.lt(to_micros(before)))
}

/// Whether there are announcements that expired before a time.
pub(crate) async fn has_expired<C: ConnectionTrait>(source: Source<'_, C>, before: Instant) -> Result<bool> {
    Ok(Entity::find().filter(expired(before)).count(source.connection).await? > 0)
}

/// Deletes the announcements that expired before a time.
pub(crate) async fn delete_expired(tx: &Tx, before: Instant) -> Result<()> {
    Entity::delete_many().filter(expired(before)).exec(tx.connection()).await?;
    Ok(())
}

/// Loads a file of an agency, received or not.
pub(crate) async fn find<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    id: UploadId,
) -> Result<Option<Row>> {
    let found = Entity::find_by_id(id.0).filter(Column::AgencyId.eq(agency.0));
    Ok(found.one(source.connection).await?)
}
