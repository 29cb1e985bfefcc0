//! Nonces of logins by token. A token contains the nonce of the login that it was issued for. So a token that was used
//! before, or was issued for another purpose, opens no session.
//!
//! The server recognises its nonces by an authentication code, so issuing one writes nothing: anyone may request any
//! number of them. Only a used one is stored, as a hash, until it expires.

use super::token;
use crate::{
    db::Tx,
    env::{Env, machine_now, random},
    error::Result,
    store::credentials::nonce as nonces,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use domain::time::{Instant, from_micros, to_micros};

/// Minutes for which a nonce is valid.
pub const NONCE_MINUTES: i64 = 10;
/// Length of the random part, in bytes.
const RANDOM: usize = 16;
/// Length of the signed part: the random part and the expiry.
const SIGNED: usize = RANDOM + size_of::<i64>();

/// Creates a nonce; returns it with its expiry.
pub(super) fn issue(env: &Env) -> (String, Instant) {
    let expires_at = machine_now() + Duration::minutes(NONCE_MINUTES);
    let mut bytes = random::<RANDOM>().to_vec();
    bytes.extend_from_slice(&to_micros(expires_at).to_be_bytes());
    let code = env.vault.sign(&bytes);
    bytes.extend_from_slice(&code);
    (URL_SAFE_NO_PAD.encode(bytes), expires_at)
}

/// The expiry of a nonce; `None` if no server with this key issued it, or if it has expired.
pub(super) fn expiry(env: &Env, nonce: &str) -> Option<Instant> {
    let bytes = URL_SAFE_NO_PAD.decode(nonce).ok()?;
    let (signed, code) = bytes.split_at_checked(SIGNED)?;
    if !env.vault.has_signed(signed, code) {
        return None;
    }
    let expires_at = from_micros(i64::from_be_bytes(signed.get(RANDOM..)?.try_into().ok()?));
    (expires_at > machine_now()).then_some(expires_at)
}

/// Marks a nonce as used; `false` if it was used before.
pub(super) async fn consume(tx: &Tx, nonce: &str, expires_at: Instant) -> Result<bool> {
    nonces::insert(tx, token::hash(nonce), expires_at).await
}

/// Removes used nonces that have expired; returns their number.
pub(super) async fn expire(tx: &Tx) -> Result<u64> {
    nonces::remove_expired(tx, machine_now()).await
}
