//! From an HTTP request to a GraphQL request: method, content type, size, JSON.

use super::Settings;
use super::complete::RAW_JSON;
use super::failure::{Complaint, Failure};
use crate::http::{documents, negotiate};
use async_graphql::{ParseRequestError, Value};
use async_graphql_axum::GraphQLRequest;
use axum::body::{Body, HttpBody};
use axum::extract::{FromRequest, Query, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use domain::Locale;
use serde::Deserialize;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

/// Reads one GraphQL request from a POST with a JSON body or from the parameters of a GET.
///
/// # Errors
/// 405, 408, 413, 415 and 400, in that order of looking. The body of a refused request is thrown
/// away first, so that the client is not cut off while it is still sending and can read why.
pub async fn read(
    request: Request,
    settings: &Settings,
    locale: Locale,
) -> Result<async_graphql::Request, Failure> {
    let (parts, mut body) = request.into_parts();
    let json = match parts.method {
        Method::GET => from_parameters(&parts.uri, locale)?,
        Method::POST if negotiate::is_json(&parts.headers) => {
            collect(&mut body, &parts.headers, settings, locale).await?
        }
        Method::POST => {
            drain(&mut body, settings, 0).await;
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Failure::malformed(status, Complaint::ContentType, locale));
        }
        _ => {
            drain(&mut body, settings, 0).await;
            return Err(Failure::method("GET, POST", Complaint::MethodUnknown, locale));
        }
    };
    parse(json, locale).await
}

/// Throws a body away, as far as [`Settings::drain_bytes`] goes, `seen` bytes of it being read.
pub(in crate::http) async fn drain(body: &mut Body, settings: &Settings, mut seen: usize) {
    let all = async {
        while seen <= settings.drain_bytes {
            match next(body).await {
                Some(Ok(chunk)) => seen = seen.saturating_add(chunk.len()),
                Some(Err(_)) | None => break,
            }
        }
    };
    // Late or not, the answer is the same.
    let _ = tokio::time::timeout(settings.timeout.min(Duration::from_secs(5)), all).await;
}

async fn collect(
    body: &mut Body,
    headers: &HeaderMap,
    settings: &Settings,
    locale: Locale,
) -> Result<Vec<u8>, Failure> {
    let bad = |status, complaint| Failure::malformed(status, complaint, locale);
    let bytes = settings.body_bytes;
    let declared = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let mut read = Vec::with_capacity(declared.unwrap_or(0).min(bytes));
    let all = async {
        while let Some(chunk) = next(body).await {
            let Ok(chunk) = chunk else {
                return Err(bad(StatusCode::BAD_REQUEST, Complaint::BodyBroken));
            };
            if read.len() + chunk.len() > bytes {
                drain(body, settings, read.len() + chunk.len()).await;
                return Err(bad(StatusCode::PAYLOAD_TOO_LARGE, Complaint::TooLarge { bytes }));
            }
            read.extend_from_slice(&chunk);
        }
        Ok(())
    };
    match tokio::time::timeout(settings.timeout, all).await {
        Ok(outcome) => outcome.map(|()| read),
        Err(_) => Err(bad(StatusCode::REQUEST_TIMEOUT, Complaint::BodyTooSlow)),
    }
}

async fn next(body: &mut Body) -> Option<Result<axum::body::Bytes, axum::Error>> {
    let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
    // A frame that is no data is a trailer, which says nothing here.
    Some(frame.map(|frame| frame.into_data().unwrap_or_default()))
}

/// The parameters of a GET as the JSON that a POST would have carried. async-graphql-axum looks
/// for `operation_name` in them, which no client sends.
fn from_parameters(uri: &Uri, locale: Locale) -> Result<Vec<u8>, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Parameters {
        query: Option<String>,
        document_id: Option<String>,
        operation_name: Option<String>,
        variables: Option<String>,
        extensions: Option<String>,
    }
    let broken = || Failure::malformed(StatusCode::BAD_REQUEST, Complaint::BodyBroken, locale);
    let map = |text: Option<String>| match text.filter(|text| !text.is_empty()) {
        Some(text) => serde_json::from_str::<serde_json::Value>(&text).map_err(|_| broken()),
        None => Ok(serde_json::Value::Null),
    };
    let Query(given) = Query::<Parameters>::try_from_uri(uri).map_err(|_| broken())?;
    let mut json = serde_json::json!({
        "operationName": given.operation_name,
        "variables": map(given.variables)?,
        "extensions": map(given.extensions)?,
    });
    // Both are put in where both are given: that is refused further on.
    if given.query.is_some() || given.document_id.is_none() {
        json["query"] = given.query.unwrap_or_default().into();
    }
    if let Some(id) = given.document_id {
        json["documentId"] = id.into();
    }
    serde_json::to_vec(&json).map_err(|_| broken())
}

async fn parse(json: Vec<u8>, locale: Locale) -> Result<async_graphql::Request, Failure> {
    let bad = |complaint| Failure::malformed(StatusCode::BAD_REQUEST, complaint, locale);
    match json.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => {}
        Some(b'[') => return Err(bad(Complaint::Batch)),
        _ => return Err(bad(Complaint::BodyBroken)),
    }
    let named = documents::named(&json).map_err(|()| bad(Complaint::BodyBroken))?;
    let mut rebuilt = Request::new(Body::from(json));
    *rebuilt.method_mut() = Method::POST;
    let kind = HeaderValue::from_static("application/json");
    rebuilt.headers_mut().insert(CONTENT_TYPE, kind);
    let mut request = GraphQLRequest::<Unreadable>::from_request(rebuilt, &())
        .await
        .map_err(|_| bad(Complaint::BodyBroken))?
        .into_inner();
    if let Some(id) = named {
        request.query = id;
    }
    checked(request, locale)
}

/// A request that was read, if it is one that may be looked at further. For every transport.
pub(in crate::http) fn checked(
    request: async_graphql::Request,
    locale: Locale,
) -> Result<async_graphql::Request, Failure> {
    let bad = |complaint| Failure::malformed(StatusCode::BAD_REQUEST, complaint, locale);
    if request.query.trim().is_empty() {
        return Err(bad(Complaint::NoQuery));
    }
    if request.variables.values().any(has_raw_json) {
        return Err(bad(Complaint::BodyBroken));
    }
    Ok(request)
}

/// Whether a value would be written into an answer as raw JSON. That is for resolvers to do, never
/// for a client.
fn has_raw_json(value: &Value) -> bool {
    match value {
        Value::List(items) => items.iter().any(has_raw_json),
        Value::Object(fields) => fields.contains_key(RAW_JSON) || fields.values().any(has_raw_json),
        _ => false,
    }
}

/// What the extractor could not read. Its own rejection answers with Rust's debug text.
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
