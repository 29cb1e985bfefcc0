//! Verifies the ID tokens of an OpenID Connect issuer: discovery, keys, signature and claims. Uses no database and no
//! accounts.
//!
//! Sources: OpenID Connect Core 1.0 (section 3.1.3.7), OpenID Connect Discovery 1.0, RFC 7515 to 7519, RFC 8725.

mod fetch;
mod keys;
mod signature;
mod token;

use fetch::Fetcher;
pub use fetch::{LARGEST_ANSWER, TIMEOUT};
use keys::Keys;
pub use keys::REFRESH_PAUSE;
use std::{path::PathBuf, time::Duration};
pub use token::{Identity, LARGEST_TOKEN, LEEWAY_SECONDS, OLDEST_SECONDS};

/// An issuer and how its tokens name people.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The issuer as its tokens and its discovery document write it, such as `https://sso.example.go.id/realms/asn`.
    pub issuer: String,
    /// The client ids of our apps at the issuer: one must be the audience of each token.
    pub client_ids: Vec<String>,
    /// The claim with the NIP; `None` if tokens have none.
    pub nip_claim: Option<String>,
    /// The claim with the id in the personnel system; `None` if tokens have none.
    pub external_id_claim: Option<String>,
    /// A file with certificates (PEM) of authorities to trust besides the public ones.
    pub ca_file: Option<PathBuf>,
}

/// Why a token is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// The token is not a valid token of this issuer for our apps. The text is for the log; it contains no part of the
    /// token.
    #[error("the token is refused: {0}")]
    Refused(String),
    /// The issuer's keys can't be read now.
    #[error("the issuer is unavailable: {0}")]
    Unavailable(String),
    /// The settings are wrong.
    #[error("{0}")]
    Settings(String),
}

/// An issuer with its cached keys.
#[derive(Debug)]
pub struct Issuer {
    settings: Settings,
    keys: Keys,
}

impl Issuer {
    /// Checks the settings. Reads nothing from the issuer yet.
    ///
    /// # Errors
    /// [`OidcError::Settings`]: an address that is neither https nor on this machine, no client id, no claim, or a file of
    /// certificates that can't be read.
    pub fn new(settings: Settings) -> Result<Self, OidcError> {
        Self::with_timing(settings, TIMEOUT, REFRESH_PAUSE)
    }

    /// Like [`Issuer::new`], with this timeout of a request and this pause between two reads of the keys.
    ///
    /// # Errors
    /// Those of [`Issuer::new`].
    pub fn with_timing(
        settings: Settings,
        timeout: Duration,
        refresh_pause: Duration,
    ) -> Result<Self, OidcError> {
        if settings.client_ids.iter().all(|id| id.trim().is_empty()) {
            return Err(OidcError::Settings("no client id".to_owned()));
        }
        if settings.nip_claim.is_none() && settings.external_id_claim.is_none() {
            return Err(OidcError::Settings("no claim with a NIP or an external id".to_owned()));
        }
        signature::install();
        let fetcher = Fetcher::new(settings.ca_file.as_deref(), timeout)?;
        let keys = Keys::new(&settings.issuer, fetcher, refresh_pause)?;
        Ok(Self { settings, keys })
    }

    /// The settings.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Verifies an ID token at a time, in seconds since 1970. The caller must check the nonce.
    ///
    /// # Errors
    /// [`OidcError::Refused`] or [`OidcError::Unavailable`].
    pub async fn verify(&self, token: &str, now: i64) -> Result<Identity, OidcError> {
        let header = token::header(token)?;
        let key = self.keys.find(header.kid.as_deref(), header.alg).await?;
        token::verify(token, &header, &key, &self.settings, now)
    }
}
