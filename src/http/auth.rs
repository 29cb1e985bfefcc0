//! Who is behind an HTTP request: a bearer token, never a cookie.

use axum::http::{HeaderMap, header};
use service::{Env, Error, identity};

/// Who asks; none without a token. A token that is unknown, expired or revoked is UNAUTHENTICATED.
pub async fn authenticate(env: &Env, headers: &HeaderMap) -> Result<Option<identity::Authenticated>, Error> {
    match bearer(headers)? {
        Some(token) => by_token(env, token).await.map(Some),
        None => Ok(None),
    }
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

/// Who is behind a token, whichever way it came.
pub async fn by_token(env: &Env, token: &str) -> Result<identity::Authenticated, Error> {
    if !(16..=200).contains(&token.len()) {
        return Err(Error::Unauthenticated);
    }
    identity::authenticate(env, token).await
}
