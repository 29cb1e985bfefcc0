//! Who is behind an HTTP request: a bearer token, never a cookie.

use axum::http::{HeaderMap, header};
use service::{Env, Error, identity};

/// Who asks; none without a token. A token that is unknown, expired or revoked is UNAUTHENTICATED.
pub async fn authenticate(env: &Env, headers: &HeaderMap) -> Result<Option<identity::Authenticated>, Error> {
    match bearer(headers)? {
        Some(token) => identity::authenticate(env, plausible(token)?).await.map(Some),
        None => Ok(None),
    }
}

/// Who is behind the token of somebody who is going to stay connected.
pub async fn connecting(env: &Env, token: &str) -> Result<identity::Authenticated, Error> {
    identity::authenticate_uncached(env, plausible(token)?).await
}

/// The token of a request; none without the header.
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
