//! Authenticates an HTTP request by its bearer token, never by a cookie.

use axum::http::{HeaderMap, header};
use domain::{Key, policy};
use service::{Env, Error, identity};

/// Authenticates a request; `None` without a token. An unknown, expired or revoked token is UNAUTHENTICATED.
pub async fn authenticate(env: &Env, headers: &HeaderMap) -> Result<Option<identity::Authenticated>, Error> {
    match bearer(headers)? {
        Some(token) => identity::authenticate(env, plausible(token)?).await.map(Some),
        None => Ok(None),
    }
}

/// Authenticates the token of a socket or event stream, without the cache.
pub async fn connecting(env: &Env, token: &str) -> Result<identity::Authenticated, Error> {
    identity::authenticate_uncached(env, plausible(token)?).await
}

/// Refuses a session that must add a second factor first.
pub fn complete(found: identity::Authenticated) -> Result<identity::Authenticated, Error> {
    if found.lacks_second_factor {
        Err(policy::forbidden(Key::SecondFactorMissing).into())
    } else {
        Ok(found)
    }
}

/// The bearer token of a request; `None` without the header.
pub fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    let Some(header) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    header
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| Some(token.trim()))
        .ok_or(Error::Unauthenticated)
}

fn plausible(token: &str) -> Result<&str, Error> {
    if (16..=200).contains(&token.len()) { Ok(token) } else { Err(Error::Unauthenticated) }
}
