//! Password hashing: argon2id, a limited number at once, on blocking threads.

use crate::{
    env::{Env, random},
    error::{Error, Result},
};
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier, password_hash::SaltString};
use domain::{Key, Message, Refusal};

/// Minimum length of a password, in characters.
pub const SHORTEST: usize = 12;
/// Maximum length of a password, in characters; limits the cost of the hash.
pub const LONGEST: usize = 200;

/// Hash that an unknown user's password is compared with, so that the response takes as long.
const UNKNOWN_USER_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$a2luZXJqYS1ub2JvZHk$qW3Zx1o6mJm3m0F2m8lqQm3Vqk0Zr5oZp4jJm4w1m0E";

/// Checks the length of a new password; there are no other rules.
pub(super) fn check(field: &str, password: &str) -> Result<()> {
    let length = password.chars().count();
    if (SHORTEST..=LONGEST).contains(&length) {
        return Ok(());
    }
    let message = Message::new(Key::PasswordLength).with("min", SHORTEST).with("max", LONGEST);
    Err(Refusal::input([field], message).into())
}

/// Hashes a password with the library's defaults, which OWASP recommends (19 MiB, 2 passes, 1 lane).
pub(super) async fn hash(env: &Env, password: String) -> Result<String> {
    run(env, move || hash_now(&password)).await?
}

/// Hashes a password on the current thread, for the generator; its accounts share one hash.
pub(crate) fn hash_now(password: &str) -> Result<String> {
    let salt = SaltString::encode_b64(&random::<16>()).map_err(Error::internal)?;
    Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(Error::internal)?.to_string())
}

/// Whether the password matches the hash. Without a hash it takes as long and returns false.
pub(super) async fn verify(env: &Env, password: String, hash: Option<String>) -> Result<bool> {
    run(env, move || {
        let stored = hash.as_deref().unwrap_or(UNKNOWN_USER_HASH);
        PasswordHash::new(stored)
            .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
            && hash.is_some()
    })
    .await
}

async fn run<T: Send + 'static>(env: &Env, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _permit = env.hashing.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_for_unknown_users_is_well_formed() {
        let parsed = PasswordHash::new(UNKNOWN_USER_HASH).expect("a well-formed hash");
        assert!(parsed.hash.is_some());
    }
}
