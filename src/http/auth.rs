//! Who is behind an HTTP request: a bearer token, never a cookie.

use axum::http::{HeaderMap, header};
use service::{Env, Error, identity};

/// Who asks; none without a token. A token that is unknown, expired or revoked is UNAUTHENTICATED.
pub async fn authenticate(env: &Env, headers: &HeaderMap) -> Result<Option<identity::Authenticated>, Error> {
    let Some(header) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let token = header
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| (16..=200).contains(&token.len()))
        .ok_or(Error::Unauthenticated)?;
    identity::authenticate(env, token).await.map(Some)
}
