//! Known devices: a login returns a device token, which the client sends with its next login.
//!
//! The token proves only that this device has logged in to this account before. Failures of a known device are counted
//! separately, so that failures of others can't keep its owner out.

use super::token;
use crate::{
    db::Tx,
    env::{Env, fresh_id, machine_now},
    error::Result,
};
use chrono::Duration;
use domain::time::to_micros;
use entity::known_device;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set,
    sea_query::Expr,
};
use uuid::Uuid;

/// Days after its last login for which a device stays known.
pub const DEVICE_DAYS: i64 = 90;
/// Maximum number of known devices of an account; a new one replaces the one that logged in longest ago. This limits
/// how many passwords the holder of all tokens can guess.
pub const DEVICES_OF_ACCOUNT: u64 = 10;

/// A known device with its token.
#[derive(Clone, Debug)]
pub(super) struct Device {
    pub id: Uuid,
    pub token: String,
}

/// Finds the device with this token, whatever its account; `None` if there is no token.
pub(super) async fn find(env: &Env, token: Option<String>) -> Result<Option<(Device, Uuid)>> {
    let Some(token) = token else { return Ok(None) };
    let oldest = to_micros(machine_now() - Duration::days(DEVICE_DAYS));
    let found = known_device::Entity::find()
        .filter(known_device::Column::TokenHash.eq(token::hash(&token)))
        .filter(known_device::Column::UsedAt.gt(oldest))
        .one(env.db.reader())
        .await?;
    Ok(found.map(|found| (Device { id: found.id, token }, found.account_id)))
}

/// Records a login of a device, or makes it known. Returns the device; its token stays the same, so that a lost
/// response does no harm.
pub(super) async fn logged_in(tx: &Tx, account: Uuid, device: Option<Device>) -> Result<Device> {
    let now = to_micros(machine_now());
    if let Some(device) = device {
        let updated = known_device::Entity::update_many()
            .col_expr(known_device::Column::UsedAt, Expr::value(now))
            .filter(known_device::Column::Id.eq(device.id))
            .exec(tx.connection())
            .await?;
        // No row: the device was revoked while the password was verified.
        if updated.rows_affected > 0 {
            return Ok(device);
        }
    }
    let device = Device { id: fresh_id(), token: token::issue(token::Purpose::Device) };
    let row = known_device::ActiveModel {
        id: Set(device.id),
        account_id: Set(account),
        token_hash: Set(token::hash(&device.token)),
        created_at: Set(now),
        used_at: Set(now),
    };
    known_device::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    let newest = known_device::Entity::find()
        .select_only()
        .column(known_device::Column::Id)
        .filter(known_device::Column::AccountId.eq(account))
        .order_by_desc(known_device::Column::UsedAt)
        .limit(DEVICES_OF_ACCOUNT)
        .into_query();
    forget(
        tx,
        Condition::all()
            .add(known_device::Column::AccountId.eq(account))
            .add(known_device::Column::Id.not_in_subquery(newest)),
    )
    .await?;
    Ok(device)
}

/// Forgets the matching devices: their tokens no longer count.
pub(super) async fn forget(tx: &Tx, which: Condition) -> Result<u64> {
    Ok(known_device::Entity::delete_many().filter(which).exec(tx.connection()).await?.rows_affected)
}

/// Removes devices that have not logged in for long; returns their number.
pub(super) async fn expire(tx: &Tx) -> Result<u64> {
    let oldest = to_micros(machine_now() - Duration::days(DEVICE_DAYS));
    forget(tx, Condition::all().add(known_device::Column::UsedAt.lt(oldest))).await
}
