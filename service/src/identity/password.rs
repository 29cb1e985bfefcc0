//! Passwords: the rules for new ones, and argon2id hashes.

use crate::{
    capacity::Place,
    env::random,
    error::{Error, Result},
};
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier, password_hash::SaltString};
use domain::{Key, Message, Refusal};
use zxcvbn::{Score, zxcvbn};

/// Minimum length of a password, in characters.
pub const SHORTEST: usize = 12;
/// Maximum length of a password, in characters; limits the cost of the hash.
pub const LONGEST: usize = 200;
/// Number of characters of a password that the estimate of its strength reads. The time of the estimate grows with the
/// square of this number.
const COMPARED: usize = 40;
/// The highest score that is refused. Fewer than a hundred million guesses find a password with this score.
const COMMON: Score = Score::Two;

/// The hash that a password is compared with if the user is unknown, so that the response takes as long as for a known
/// user.
const UNKNOWN_USER_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$a2luZXJqYS1ub2JvZHk$qW3Zx1o6mJm3m0F2m8lqQm3Vqk0Zr5oZp4jJm4w1m0E";

/// Checks the length of a new password. [`hash_new`] checks whether it is easy to guess.
pub(super) fn check(field: &str, password: &str) -> Result<()> {
    let length = password.chars().count();
    if (SHORTEST..=LONGEST).contains(&length) {
        return Ok(());
    }
    let message = Message::new(Key::PasswordLength).with("min", SHORTEST).with("max", LONGEST);
    Err(Refusal::input([field], message).into())
}

/// Hashes a new password. Refuses common ones, and those that are close to what others know about the person: `known`
/// has their user name, NIP and name.
pub(super) async fn hash_new(
    place: &Place,
    field: &'static str,
    password: String,
    known: Vec<String>,
) -> Result<String> {
    let hashed = place.run(move || {
        if is_common(&password, &known) {
            return Err(Refusal::input([field], Key::PasswordCommon).into());
        }
        hash_now(&password)
    });
    hashed.await?
}

/// Whether a password is too easy to guess. It is easy to guess if it is in the lists of common passwords, words, names
/// and keyboard patterns, consists of a few of these, or resembles data about the person.
fn is_common(password: &str, known: &[String]) -> bool {
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let (whole, compared) = (plain(password), password.chars().take(COMPARED).collect::<String>());
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    known.iter().any(|known| plain(known) == whole) || zxcvbn(&compared, &known).score() <= COMMON
}

/// Hashes a password on the current thread, for the generator; its accounts share one hash. The library's defaults
/// (19 MiB, 2 passes, 1 lane) are those that OWASP recommends.
pub(crate) fn hash_now(password: &str) -> Result<String> {
    let salt = SaltString::encode_b64(&random::<16>()).map_err(Error::internal)?;
    Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(Error::internal)?.to_string())
}

/// Whether the password matches the hash. Without a hash, takes as long and returns false.
pub(super) async fn verify(place: &Place, password: String, hash: Option<String>) -> Result<bool> {
    let verified = place.run(move || {
        let stored = hash.as_deref().unwrap_or(UNKNOWN_USER_HASH);
        PasswordHash::new(stored)
            .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
            && hash.is_some()
    });
    verified.await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_for_unknown_users_is_well_formed() {
        let parsed = PasswordHash::new(UNKNOWN_USER_HASH).expect("a well-formed hash");
        assert!(parsed.hash.is_some());
    }

    #[test]
    fn common_passwords_and_known_personal_data_are_refused() {
        let nip = "198503102010011001";
        let known = [nip, "siti.rahmawati", "Siti Rahmawati"].map(str::to_owned);
        for common in [
            "password1234",
            "Password123!",
            "P@ssw0rd1234",
            "123456789012",
            "qwertyuiop12",
            "aaaaaaaaaaaa",
            "indonesia123",
            "administrator",
            nip,
            "19850310 201001 1 001",
            "siti.rahmawati",
            "Siti Rahmawati",
            &"password1".repeat(20),
        ] {
            assert!(is_common(common, &known), "{common}");
        }
        for good in ["kata sandi yang panjang", "correct horse battery staple", "sandi-untuk-uji-hak"] {
            assert!(!is_common(good, &known), "{good}");
        }
        // A NIP that is not in `known` is accepted like any other number.
        assert!(!is_common(nip, &[]));
    }
}
