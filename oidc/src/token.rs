//! The header and the claims of an ID token.

use crate::{OidcError, Settings, signature};
use jsonwebtoken::{DecodingKey, Header, Validation, jwk::Jwk};
use serde_json::{Map, Value};

/// Largest token, in bytes.
pub const LARGEST_TOKEN: usize = 16 * 1024;
/// Seconds by which the clocks of server and issuer may differ.
pub const LEEWAY_SECONDS: i64 = 60;
/// Seconds after which a token is too old to log in with, although it has not expired.
pub const OLDEST_SECONDS: i64 = 600;
/// Longest subject, in bytes (OpenID Connect Core, section 2).
const LONGEST_SUBJECT: usize = 255;

/// The identity in a verified token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The person's id at the issuer; it never changes and is never given to another person.
    pub subject: String,
    /// The nonce of the login that the token belongs to.
    pub nonce: String,
    /// The NIP, if the token has one.
    pub nip: Option<String>,
    /// The id in the personnel system, if the token has one.
    pub external_id: Option<String>,
}

fn refused(why: impl Into<String>) -> OidcError {
    OidcError::Refused(why.into())
}

/// Reads the header, before anything is verified.
pub fn header(token: &str) -> Result<Header, OidcError> {
    if token.len() > LARGEST_TOKEN {
        return Err(refused("it is too large"));
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| refused("its header can't be read"))?;
    if !signature::is_accepted(header.alg) {
        return Err(refused("its algorithm is not accepted"));
    }
    if header.crit.is_some() {
        return Err(refused("its header has extensions that must be understood"));
    }
    // An access token (RFC 9068) is not a login.
    if header.typ.as_ref().is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return Err(refused("it is of another type"));
    }
    Ok(header)
}

/// Verifies the signature and the claims.
pub fn verify(
    token: &str,
    header: &Header,
    key: &Jwk,
    settings: &Settings,
    now: i64,
) -> Result<Identity, OidcError> {
    let key = DecodingKey::from_jwk(key).map_err(|_| refused("its key can't be used"))?;
    let mut validation = Validation::new(header.alg);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[&settings.issuer]);
    validation.set_audience(&settings.client_ids);
    validation.leeway = LEEWAY_SECONDS.unsigned_abs();
    validation.validate_nbf = true;
    let decoded = jsonwebtoken::decode::<Map<String, Value>>(token, &key, &validation);
    // The error names a rule or a claim, never a value.
    let claims = decoded.map_err(|error| refused(error.to_string()))?.claims;
    authorised_party(&claims, settings)?;
    let issued_at = claims.get("iat").and_then(seconds).ok_or_else(|| refused("it has no time of issue"))?;
    if issued_at > now + LEEWAY_SECONDS {
        return Err(refused("it was issued in the future"));
    }
    if issued_at < now - OLDEST_SECONDS - LEEWAY_SECONDS {
        return Err(refused("it was issued too long ago"));
    }
    let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default();
    if subject.is_empty() || subject.len() > LONGEST_SUBJECT || subject.contains(char::is_control) {
        return Err(refused("its subject is not valid"));
    }
    let nonce = claims.get("nonce").and_then(Value::as_str).ok_or_else(|| refused("it has no nonce"))?;
    let claim = |name: &Option<String>| name.as_ref().and_then(|name| text(claims.get(name)?));
    Ok(Identity {
        subject: subject.to_owned(),
        nonce: nonce.to_owned(),
        nip: claim(&settings.nip_claim),
        external_id: claim(&settings.external_id_claim),
    })
}

/// Checks that the token was issued to one of our apps. A token with several audiences must name the app in `azp`.
fn authorised_party(claims: &Map<String, Value>, settings: &Settings) -> Result<(), OidcError> {
    let several = claims.get("aud").and_then(Value::as_array).is_some_and(|all| all.len() > 1);
    match claims.get("azp") {
        None if several => Err(refused("it has several audiences and no authorised party")),
        None => Ok(()),
        Some(Value::String(party)) if settings.client_ids.contains(party) => Ok(()),
        Some(_) => Err(refused("it was issued to another app")),
    }
}

/// A time in whole seconds; issuers may write fractions.
fn seconds(claim: &Value) -> Option<i64> {
    let whole = claim.as_i64();
    whole.or_else(|| claim.as_number()?.to_string().split('.').next()?.parse().ok())
}

fn text(claim: &Value) -> Option<String> {
    let text = match claim {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty() && !text.contains(char::is_control))
}
