//! Used nonces.

use crate::{
    db::Tx,
    error::{Error, Result},
};
use domain::time::{Instant, to_micros};
use entity::used_nonce::{ActiveModel, Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, sea_query::OnConflict};

/// Stores the hash of a used nonce until it expires. Returns false if it was used before.
pub(crate) async fn insert(tx: &Tx, hash: String, expires_at: Instant) -> Result<bool> {
    let row = ActiveModel { nonce_hash: Set(hash), expires_at: Set(to_micros(expires_at)) };
    let mut once = OnConflict::column(Column::NonceHash);
    once.do_nothing();
    let inserted = Entity::insert(row).on_conflict(once).exec_without_returning(tx.connection());
    Ok(inserted.await.map_err(Error::from)? > 0)
}

/// Removes used nonces that have expired; returns their number.
pub(crate) async fn remove_expired(tx: &Tx, now: Instant) -> Result<u64> {
    let expired = Column::ExpiresAt.lt(to_micros(now));
    Ok(Entity::delete_many().filter(expired).exec(tx.connection()).await?.rows_affected)
}
