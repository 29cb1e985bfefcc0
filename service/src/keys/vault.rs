//! Encrypts the secrets that the server itself must read again, with a key in a file outside the database. So nobody
//! can use the secrets in the database, or in a copy of it, without that file.

use crate::{
    clock::random,
    error::{Error, Result},
    keys::file,
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac,
};
use std::path::Path;
use uuid::Uuid;

/// Length of the key, in bytes.
const KEY_BYTES: usize = 32;

/// The key.
pub struct Vault([u8; KEY_BYTES]);

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// Opens a key file, or creates it. Several servers of a database share one.
    ///
    /// # Errors
    /// An internal error that names the file, if it can't be read or contains no key.
    pub fn open(file: &Path) -> Result<Self> {
        match Self::read(file)? {
            Some(vault) => Ok(vault),
            None => Self::parse(file, &file::create(file, &STANDARD_NO_PAD.encode(random::<KEY_BYTES>()))?),
        }
    }

    /// Opens a key file; `None` if there is none.
    ///
    /// # Errors
    /// An internal error that names the file, if it can't be read or contains no key.
    pub fn read(file: &Path) -> Result<Option<Self>> {
        file::read(file)?.map(|text| Self::parse(file, &text)).transpose()
    }

    fn parse(file: &Path, text: &str) -> Result<Self> {
        let bytes = STANDARD_NO_PAD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
        let bytes = bytes.ok_or_else(|| Error::internal(format!("{} contains no key", file.display())))?;
        Ok(Self(bytes))
    }

    /// A key that exists only in this process, for commands and tests that store no secrets.
    pub(crate) fn temporary() -> Self {
        Self(random())
    }

    fn cipher(&self) -> Result<LessSafeKey> {
        Ok(LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &self.0).map_err(Error::internal)?))
    }

    /// Computes an authentication code. With it, this server and others with the same key recognise a text that one of
    /// them made.
    pub(crate) fn sign(&self, text: &[u8]) -> Vec<u8> {
        hmac::sign(&self.for_codes(), text).as_ref().to_vec()
    }

    /// Whether an authentication code is that of a text. Takes the same time for all wrong codes.
    pub(crate) fn has_signed(&self, text: &[u8], code: &[u8]) -> bool {
        hmac::verify(&self.for_codes(), text, code).is_ok()
    }

    /// The separate key for authentication codes.
    fn for_codes(&self) -> hmac::Key {
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.0), b"codes of nonces");
        hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref())
    }

    /// Encrypts a secret of an owner. The text can't be decrypted in the row of another owner.
    pub(crate) fn seal(&self, owner: Uuid, secret: &[u8]) -> Result<String> {
        let nonce = random::<NONCE_LEN>();
        let mut text = secret.to_vec();
        let sealed = self.cipher()?.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(owner.as_bytes()),
            &mut text,
        );
        sealed.map_err(Error::internal)?;
        Ok(STANDARD_NO_PAD.encode([nonce.as_slice(), &text].concat()))
    }

    /// Decrypts a secret of an owner; `None` if it was encrypted with another key or for another owner.
    pub(crate) fn unseal(&self, owner: Uuid, sealed: &str) -> Option<Vec<u8>> {
        let bytes = STANDARD_NO_PAD.decode(sealed).ok()?;
        let (nonce, text) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let secret = self.cipher().ok()?.open_in_place(nonce, Aad::from(owner.as_bytes()), &mut text);
        Some(secret.ok()?.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_secret_is_readable_with_its_key_for_its_owner_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("keys").join("secrets");
        let (owner, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let vault = Vault::open(&file).expect("a new key");
        let sealed = vault.seal(owner, b"rahasia").expect("a text");
        assert_ne!(
            sealed,
            vault.seal(owner, b"rahasia").expect("a text"),
            "each text is encrypted differently"
        );
        let again = Vault::open(&file).expect("the same key");
        assert_eq!(again.unseal(owner, &sealed).expect("the secret"), b"rahasia");
        assert!(again.unseal(other, &sealed).is_none(), "the row of another account");
        assert!(Vault::temporary().unseal(owner, &sealed).is_none(), "another key");
        for broken in ["", "AAAA", &sealed[1..], &sealed[..sealed.len() - 2]] {
            assert!(again.unseal(owner, broken).is_none(), "{broken}");
        }
        let code = vault.sign(b"text");
        assert!(again.has_signed(b"text", &code) && !again.has_signed(b"texts", &code));
        assert!(!again.has_signed(b"text", &code[1..]) && !Vault::temporary().has_signed(b"text", &code));
        let mode = std::fs::metadata(&file).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "only the owner reads the key");
        std::fs::write(&file, "not a key\n").expect("a file");
        assert!(Vault::open(&file).is_err(), "a damaged key is refused, not replaced");
    }
}
