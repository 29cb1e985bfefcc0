//! The keys of an issuer: discovered, cached by their max age, and read again if a token names an unknown key.

use crate::{
    OidcError,
    fetch::{Address, Answer, Fetcher},
    signature,
};
use arc_swap::ArcSwapOption;
use jsonwebtoken::{Algorithm, jwk::Jwk};
use serde::Deserialize;
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::Instant};

/// Shortest time between two reads of the keys. Without it, each token with an invented key would cause a read.
pub const REFRESH_PAUSE: Duration = Duration::from_secs(30);
/// Maximum number of keys that are kept for an issuer.
const MAX_KEYS: usize = 100;

/// The keys of an issuer.
#[derive(Debug)]
pub struct Keys {
    issuer: String,
    discovery: Address,
    fetcher: Fetcher,
    pause: Duration,
    known: ArcSwapOption<Known>,
    /// When the keys were last requested. Its lock is held while the keys are read, so that several logins at once
    /// cause only one read. Logins with a known key don't wait for the lock.
    asked: Mutex<Option<Instant>>,
}

#[derive(Debug)]
struct Known {
    keys: Vec<Jwk>,
    until: Instant,
}

/// The fields of the discovery document that are used.
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl Keys {
    pub fn new(issuer: &str, fetcher: Fetcher, pause: Duration) -> Result<Self, OidcError> {
        let discovery = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let discovery = Address::parse(&discovery).map_err(OidcError::Settings)?;
        Ok(Self {
            issuer: issuer.to_owned(),
            discovery,
            fetcher,
            pause,
            known: ArcSwapOption::empty(),
            asked: Mutex::default(),
        })
    }

    /// Finds the key that signed a token. If the token names no key, exactly one key must fit.
    pub async fn find(&self, name: Option<&str>, algorithm: Algorithm) -> Result<Jwk, OidcError> {
        if let Some(key) = self.cached(name, algorithm) {
            return Ok(key);
        }
        let mut asked = self.asked.lock().await;
        // Another login may have read the keys while this one waited.
        if let Some(key) = self.cached(name, algorithm) {
            return Ok(key);
        }
        let now = Instant::now();
        if asked.is_some_and(|asked| now - asked < self.pause) {
            return Err(match self.fresh() {
                Some(_) => unknown(),
                None => OidcError::Unavailable("its keys could not be read a moment ago".to_owned()),
            });
        }
        *asked = Some(now);
        self.known.store(Some(Arc::new(self.read().await?)));
        self.cached(name, algorithm).ok_or_else(unknown)
    }

    fn fresh(&self) -> Option<Arc<Known>> {
        self.known.load_full().filter(|known| known.until > Instant::now())
    }

    fn cached(&self, name: Option<&str>, algorithm: Algorithm) -> Option<Jwk> {
        let known = self.fresh()?;
        let mut fitting = known.keys.iter().filter(|key| signature::fits(key, algorithm));
        match name {
            Some(name) => fitting.find(|key| key.common.key_id.as_deref() == Some(name)).cloned(),
            None => {
                let only = fitting.next()?;
                fitting.next().is_none().then(|| only.clone())
            }
        }
    }

    async fn read(&self) -> Result<Known, OidcError> {
        let discovery: Discovery = parse(&self.fetcher.get(&self.discovery).await?)?;
        if discovery.issuer != self.issuer {
            return Err(OidcError::Unavailable(format!("it calls itself {:?}", discovery.issuer)));
        }
        let address = Address::parse(&discovery.jwks_uri).map_err(OidcError::Unavailable)?;
        let answer = self.fetcher.get(&address).await?;
        let set: KeySet = parse(&answer)?;
        // Keys of unknown kinds are skipped.
        let keys = set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).take(MAX_KEYS);
        Ok(Known { keys: keys.collect(), until: Instant::now() + answer.max_age })
    }
}

fn unknown() -> OidcError {
    OidcError::Refused("its key is unknown".to_owned())
}

fn parse<T: for<'a> Deserialize<'a>>(answer: &Answer) -> Result<T, OidcError> {
    serde_json::from_slice(&answer.body)
        .map_err(|error| OidcError::Unavailable(format!("its answer can't be read: {error}")))
}
