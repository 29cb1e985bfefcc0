//! Known devices.

use crate::{db::Tx, error::Result};
use domain::time::{Instant, to_micros};
use entity::{
    known_device::{ActiveModel, Column, Entity, Model},
    session,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Set, sea_query::Expr,
};
use uuid::Uuid;

/// Finds a device by the hash of its token, if it has logged in after a time.
pub(crate) async fn with_token<C: ConnectionTrait>(
    connection: &C,
    hash: String,
    since: Instant,
) -> Result<Option<Model>> {
    let found = Entity::find().filter(Column::TokenHash.eq(hash)).filter(Column::UsedAt.gt(to_micros(since)));
    Ok(found.one(connection).await?)
}

/// Records a login of a device. Returns false if it is no longer known.
pub(crate) async fn used(tx: &Tx, device: Uuid, at: Instant) -> Result<bool> {
    let updated = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(to_micros(at)))
        .filter(Column::Id.eq(device))
        .exec(tx.connection())
        .await?;
    Ok(updated.rows_affected > 0)
}

/// Stores a device of an account that logged in now.
pub(crate) async fn insert(
    tx: &Tx,
    (device, account): (Uuid, Uuid),
    token_hash: String,
    at: Instant,
) -> Result<()> {
    let row = ActiveModel {
        id: Set(device),
        account_id: Set(account),
        token_hash: Set(token_hash),
        created_at: Set(to_micros(at)),
        used_at: Set(to_micros(at)),
    };
    Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

async fn delete(tx: &Tx, which: Condition) -> Result<u64> {
    Ok(Entity::delete_many().filter(which).exec(tx.connection()).await?.rows_affected)
}

/// Forgets the devices of an account, except the `most` that logged in last.
pub(crate) async fn keep_newest(tx: &Tx, account: Uuid, most: u64) -> Result<u64> {
    let newest = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AccountId.eq(account))
        .order_by_desc(Column::UsedAt)
        .limit(most)
        .into_query();
    let which = Condition::all().add(Column::AccountId.eq(account)).add(Column::Id.not_in_subquery(newest));
    delete(tx, which).await
}

/// Forgets all devices of an account.
pub(crate) async fn forget_of(tx: &Tx, account: Uuid) -> Result<u64> {
    delete(tx, Condition::all().add(Column::AccountId.eq(account))).await
}

/// Forgets the device of a session of an account.
pub(crate) async fn forget_of_session(tx: &Tx, session: Uuid, account: Uuid) -> Result<u64> {
    let device = session::Entity::find()
        .select_only()
        .column(session::Column::DeviceId)
        .filter(session::Column::Id.eq(session))
        .filter(session::Column::AccountId.eq(account))
        .filter(session::Column::DeviceId.is_not_null());
    delete(tx, Condition::all().add(Column::Id.in_subquery(device.into_query()))).await
}

/// Forgets the devices that have not logged in since a time; returns their number.
pub(crate) async fn forget_unused(tx: &Tx, since: Instant) -> Result<u64> {
    delete(tx, Condition::all().add(Column::UsedAt.lt(to_micros(since)))).await
}
