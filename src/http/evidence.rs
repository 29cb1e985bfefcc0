//! Downloads of evidence.
//!
//! A file is always sent as an attachment, with the type of its bytes and a content security policy that allows
//! nothing, so that no code in the file runs in the origin of the API.

use super::{
    app::App,
    auth,
    front::{Call, HttpError},
    negotiate,
};
use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{activity::EvidenceFile, actor::Actor, id::UploadId};
use graphql::global_id;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use service::{
    Env, Error,
    db::Work,
    evidence::{self, Download},
};

/// The cost of a download in the caller's budget.
const DOWNLOAD_COST: u64 = 20;

/// The secret of a signed address; without it, the request has an access token.
#[derive(Deserialize)]
pub struct Parameters {
    token: Option<String>,
}

/// `GET /evidence/{id}`: sends a file to everyone who can see an object that has it as evidence.
pub async fn download(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    let call = Call::new(negotiate::locale(&headers));
    let env = app.env.for_work(Work::Read);
    let found = async {
        let failed = |error: Error| HttpError::of(&error, call);
        let _place = app.place(Work::Read, call).await?;
        // A malformed id is reported like an unknown one.
        let id = global_id::upload(&id).map_err(|_| failed(Error::NotFound))?;
        let actor = reader(&env, id, parameters.token.as_deref(), &headers).await.map_err(failed)?;
        app.charge(Some(&actor), "", DOWNLOAD_COST, call)?;
        evidence::download(&env, &actor, id).await.map_err(failed)
    };
    match service::request::scope(call.request_id, found).await {
        Ok(Download { file, pieces }) => (attachment(&file), Body::from_stream(pieces)).into_response(),
        Err(error) => error.into_plain_response(),
    }
}

/// The person of the signed address, or of the access token.
async fn reader(env: &Env, id: UploadId, secret: Option<&str>, headers: &HeaderMap) -> Result<Actor, Error> {
    match secret {
        Some(secret) => evidence::person_of(env, id, secret).await,
        None => {
            let authenticated = auth::authenticate(env, headers).await?.ok_or(Error::Unauthenticated)?;
            Ok(Actor::clone(&auth::complete(authenticated)?.actor))
        }
    }
}

fn attachment(file: &EvidenceFile) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media_type.mime()));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(file.size));
    headers.insert(header::CONTENT_DISPOSITION, disposition(&file.name));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers
}

/// The characters of a name that are encoded. RFC 8187 would allow some more characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'-');

/// The name in ASCII for old clients, and the full name in the encoding of RFC 8187.
fn disposition(name: &str) -> HeaderValue {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || ". _-()".contains(letter);
    let plain: String = name.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    let encoded = utf8_percent_encode(name, ENCODED);
    HeaderValue::try_from(format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_breaks_no_header() {
        let of = |name| disposition(name).to_str().expect("ASCII").to_owned();
        assert_eq!(
            of("Rekap é (1).pdf"),
            "attachment; filename=\"Rekap _ (1).pdf\"; filename*=UTF-8''Rekap%20%C3%A9%20%281%29.pdf"
        );
        let tricky = of("a\"; filename=b.html\r\nX: y");
        assert!(!tricky.contains(['\r', '\n']) && tricky.matches('"').count() == 2, "{tricky}");
    }
}
