//! Converts an HTTP request to a GraphQL request: checks the method, the content type and the size, and parses the
//! JSON.

use super::Settings;
use super::complete::RAW_JSON;
use super::error::HttpError;
use crate::http::{documents, negotiate};
use async_graphql::{ParseRequestError, Value};
use async_graphql_axum::GraphQLRequest;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Query, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use domain::{Key, Locale, Message};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

/// Reads one GraphQL request from a POST with a JSON body or from the parameters of a GET.
///
/// # Errors
/// Statuses 405, 415, 413, 408 and 400, checked in this order. The body of a refused request is read and discarded
/// first, because a client that loses the connection while it sends can't read the answer.
pub async fn read(
    request: Request,
    settings: &Settings,
    locale: Locale,
) -> Result<async_graphql::Request, HttpError> {
    let (parts, mut body) = request.into_parts();
    let json = match parts.method {
        Method::GET => from_parameters(&parts.uri, locale)?,
        Method::POST if negotiate::is_json(&parts.headers) => {
            collect(&mut body, &parts.headers, settings, locale).await?
        }
        Method::POST => {
            drain(&mut body, settings, 0).await;
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(HttpError::malformed(status, Key::ContentType, locale));
        }
        _ => {
            drain(&mut body, settings, 0).await;
            return Err(HttpError::method("GET, POST", Key::MethodUnknown, locale));
        }
    };
    parse(json, locale).await
}

/// Reads and discards a body up to [`Settings::drain_bytes`]. `read` of these bytes have already been read.
pub(in crate::http) async fn drain(body: &mut Body, settings: &Settings, mut read: usize) {
    let all = async {
        while read <= settings.drain_bytes {
            match next(body).await {
                Some(Ok(chunk)) => read = read.saturating_add(chunk.len()),
                Some(Err(_)) | None => break,
            }
        }
    };
    // The answer is the same after a timeout.
    let _ = tokio::time::timeout(settings.timeout.min(Duration::from_secs(5)), all).await;
}

async fn collect(
    body: &mut Body,
    headers: &HeaderMap,
    settings: &Settings,
    locale: Locale,
) -> Result<Vec<u8>, HttpError> {
    let bad = |status, message: Message| HttpError::malformed(status, message, locale);
    let bytes = settings.body_bytes;
    let declared = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let mut read = Vec::with_capacity(declared.unwrap_or(0).min(bytes));
    let all = async {
        let too_slow = |_| bad(StatusCode::REQUEST_TIMEOUT, Key::BodyTooSlow.into());
        while let Some(chunk) = tokio::time::timeout(settings.pause, next(body)).await.map_err(too_slow)? {
            let Ok(chunk) = chunk else {
                return Err(bad(StatusCode::BAD_REQUEST, Key::BodyBroken.into()));
            };
            if read.len() + chunk.len() > bytes {
                drain(body, settings, read.len() + chunk.len()).await;
                let message = Message::new(Key::BodyTooLarge).with("max", bytes);
                return Err(bad(StatusCode::PAYLOAD_TOO_LARGE, message));
            }
            read.extend_from_slice(&chunk);
        }
        Ok(())
    };
    match tokio::time::timeout(settings.timeout, all).await {
        Ok(outcome) => outcome.map(|()| read),
        Err(_) => Err(bad(StatusCode::REQUEST_TIMEOUT, Key::BodyTooSlow.into())),
    }
}

async fn next(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
    // A frame without data is a trailer, which is ignored.
    Some(frame.map(|frame| frame.into_data().unwrap_or_default()))
}

/// Converts the parameters of a GET to the JSON of a POST. async-graphql-axum expects the name `operation_name`, but
/// clients send `operationName`.
fn from_parameters(uri: &Uri, locale: Locale) -> Result<Vec<u8>, HttpError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Parameters {
        query: Option<String>,
        document_id: Option<String>,
        operation_name: Option<String>,
        variables: Option<String>,
        extensions: Option<String>,
    }
    let broken = || HttpError::malformed(StatusCode::BAD_REQUEST, Key::NotARequest, locale);
    let map = |text: Option<String>| match text.filter(|text| !text.is_empty()) {
        Some(text) => serde_json::from_str::<serde_json::Value>(&text).map_err(|_| broken()),
        None => Ok(serde_json::Value::Null),
    };
    let parameters = Query::<Parameters>::try_from_uri(uri);
    let Query(given) = parameters.map_err(|_| HttpError::ill_formed(Key::NotARequest, locale))?;
    let mut json = serde_json::json!({
        "operationName": given.operation_name,
        "variables": map(given.variables)?,
        "extensions": map(given.extensions)?,
    });
    // A request with both a query and a document id is refused later.
    if let Some(query) = given.query {
        json["query"] = query.into();
    }
    if let Some(id) = given.document_id {
        json["documentId"] = id.into();
    }
    serde_json::to_vec(&json).map_err(|_| broken())
}

async fn parse(json: Vec<u8>, locale: Locale) -> Result<async_graphql::Request, HttpError> {
    let json = Bytes::from(json);
    let bad = |key: Key| {
        // Only a body that is not JSON counts as a parse error.
        match serde_json::from_slice::<IgnoredAny>(&json) {
            Ok(_) => HttpError::ill_formed(key, locale),
            Err(_) => HttpError::malformed(StatusCode::BAD_REQUEST, key, locale),
        }
    };
    match json.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => {}
        Some(b'[') => return Err(bad(Key::BatchedOperations)),
        _ => return Err(bad(Key::NotARequest)),
    }
    let id = documents::document_id(&json).map_err(|()| bad(Key::NotARequest))?;
    let mut rebuilt = Request::new(Body::from(json.clone()));
    *rebuilt.method_mut() = Method::POST;
    let kind = HeaderValue::from_static("application/json");
    rebuilt.headers_mut().insert(CONTENT_TYPE, kind);
    let mut request = GraphQLRequest::<Unreadable>::from_request(rebuilt, &())
        .await
        .map_err(|_| bad(Key::NotARequest))?
        .into_inner();
    if let Some(id) = id {
        request.query = id;
    }
    checked(request, locale)
}

/// Returns the request if it has a query and no forged raw JSON. Every transport calls this.
pub(in crate::http) fn checked(
    request: async_graphql::Request,
    locale: Locale,
) -> Result<async_graphql::Request, HttpError> {
    let bad = |key: Key| HttpError::ill_formed(key, locale);
    if request.query.trim().is_empty() {
        return Err(bad(Key::QueryMissing));
    }
    if request.variables.values().any(has_raw_json) {
        return Err(bad(Key::NotARequest));
    }
    Ok(request)
}

/// Whether a value would be written into an answer as raw JSON. Only resolvers may make such values.
fn has_raw_json(value: &Value) -> bool {
    match value {
        Value::List(items) => items.iter().any(has_raw_json),
        Value::Object(fields) => fields.contains_key(RAW_JSON) || fields.values().any(has_raw_json),
        _ => false,
    }
}

/// A request that the extractor could not read. The extractor's own rejection would send Rust's debug text.
struct Unreadable;

impl From<ParseRequestError> for Unreadable {
    fn from(_: ParseRequestError) -> Self {
        Self
    }
}

impl IntoResponse for Unreadable {
    fn into_response(self) -> Response {
        StatusCode::BAD_REQUEST.into_response()
    }
}
