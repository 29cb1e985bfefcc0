//! Known devices: a login returns a device token, which the client sends with its next login.
//!
//! The token proves only that this device has logged in to this account before. Failures of a known device are counted
//! separately, so that failures of others can't lock out its owner.

use super::token;
use crate::{
    db::Tx,
    env::{Env, fresh_id, machine_now},
    error::Result,
    store::credentials::device as devices,
};
use chrono::Duration;
use uuid::Uuid;

/// Days after its last login for which a device stays known.
pub const DEVICE_DAYS: i64 = 90;
/// Maximum number of known devices of an account; a new device replaces the device with the oldest login. This limits
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
    let oldest = machine_now() - Duration::days(DEVICE_DAYS);
    let found = devices::with_token(env.db.reader(), token::hash(&token), oldest).await?;
    Ok(found.map(|found| (Device { id: found.id, token }, found.account_id)))
}

/// Records a login of a device, or makes it known. Returns the device; its token stays the same, so that a lost
/// response does no harm.
pub(super) async fn logged_in(tx: &Tx, account: Uuid, device: Option<Device>) -> Result<Device> {
    let now = machine_now();
    if let Some(device) = device {
        // A false result means that the device was revoked while the password was verified.
        if devices::used(tx, device.id, now).await? {
            return Ok(device);
        }
    }
    let device = Device { id: fresh_id(), token: token::issue(token::Purpose::Device) };
    devices::insert(tx, (device.id, account), token::hash(&device.token), now).await?;
    devices::keep_newest(tx, account, DEVICES_OF_ACCOUNT).await?;
    Ok(device)
}

/// Removes devices whose last login is older than [`DEVICE_DAYS`]; returns their number.
pub(super) async fn expire(tx: &Tx) -> Result<u64> {
    devices::forget_unused(tx, machine_now() - Duration::days(DEVICE_DAYS)).await
}
