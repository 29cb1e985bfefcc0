//! One-time codes for activating an account.

use crate::{
    db::{Source, Tx, any_of},
    error::Result,
};
use domain::{
    id::StaffId,
    time::{Instant, to_micros},
};
use entity::activation_code::{ActiveModel, Column, Entity};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::Expr,
};
use uuid::Uuid;

/// The row of a code.
pub(crate) use entity::activation_code::Model as Row;

/// A code to issue.
pub(crate) struct NewCode {
    pub id: Uuid,
    pub account: Uuid,
    pub hash: String,
    pub by: Option<StaffId>,
    pub at: Instant,
    pub expires_at: Instant,
}

/// Stores a code.
pub(crate) async fn insert(tx: &Tx, new: NewCode) -> Result<()> {
    let row = ActiveModel {
        id: Set(new.id),
        account_id: Set(new.account),
        code_hash: Set(new.hash),
        issued_by: Set(new.by.map(|staff| staff.0)),
        issued_at: Set(to_micros(new.at)),
        expires_at: Set(to_micros(new.expires_at)),
        used_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Ends the unused codes of an account.
pub(crate) async fn end_unused_of(tx: &Tx, account: Uuid, at: Instant) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(to_micros(at)))
        .filter(Column::AccountId.eq(account))
        .filter(Column::UsedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Records that a code was used.
pub(crate) async fn end(tx: &Tx, code: Uuid, at: Instant) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(to_micros(at)))
        .filter(Column::Id.eq(code))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Finds an unused code by its hash, unless it has expired, and locks it.
pub(crate) async fn valid(tx: &Tx, hash: &str, now: Instant) -> Result<Option<Row>> {
    Ok(Entity::find()
        .filter(Column::CodeHash.eq(hash))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(to_micros(now)))
        .lock_exclusive()
        .one(tx.connection())
        .await?)
}

/// Loads the unused codes of accounts, also expired ones, the oldest first.
pub(crate) async fn unused_of<C: ConnectionTrait>(
    source: Source<'_, C>,
    accounts: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<Row>> {
    Ok(Entity::find()
        .filter(any_of(source.backend, (Entity, Column::AccountId), accounts))
        .filter(Column::UsedAt.is_null())
        .order_by_asc(Column::IssuedAt)
        .all(source.connection)
        .await?)
}
