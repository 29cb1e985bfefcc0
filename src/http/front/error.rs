//! Errors of HTTP requests. Each becomes an HTTP answer; on transports without statuses, a GraphQL error.

use super::{Call, Edition};
use crate::http::guard;
use crate::http::negotiate::Media;
use async_graphql::{ErrorExtensionValues, Pos, ServerError, Value, value};
use axum::body::Body;
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, VARY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use domain::error_code::{RETRY_AFTER_SECONDS, Retry};
use domain::{ErrorCode, Key, Locale, Message};
use serde::Serialize;

/// The error of a request that is not executed or does not finish.
#[derive(Debug)]
pub struct HttpError {
    code: ErrorCode,
    status: StatusCode,
    malformed: bool,
    message: String,
    extensions: ErrorExtensionValues,
    at: Option<Pos>,
    allow: Option<&'static str>,
    /// Further errors of the same document.
    further: Vec<ServerError>,
}

impl HttpError {
    /// An error with the status of its code.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<Message>, locale: Locale) -> Self {
        Self {
            code,
            status: status(code),
            malformed: false,
            message: message.into().render(locale),
            extensions: ErrorExtensionValues::default(),
            at: None,
            allow: None,
            further: Vec::new(),
        }
    }

    /// Makes the error of a use case's error, and logs it at the level of its code.
    #[must_use]
    pub fn of(error: &service::Error, call: Call) -> Self {
        graphql::error::log(error, call.request_id);
        let extensions = graphql::error::extensions(error, call.request_id);
        Self { extensions, ..Self::new(error.code(), error.message(), call.locale) }
    }

    /// An internal error. The log has the cause under the request's id.
    #[must_use]
    pub fn internal(call: Call) -> Self {
        Self::new(ErrorCode::InternalServerError, Key::Internal, call.locale)
            .with("requestId", call.request_id.to_string())
    }

    /// A document that the guard refuses, with its errors; there is at least one.
    #[must_use]
    pub fn document(errors: &[guard::DocumentError], locale: Locale) -> Self {
        let mut errors = errors.iter().map(|error| Self::of_document(error, locale));
        let first =
            errors.next().unwrap_or_else(|| Self::new(ErrorCode::BadRequest, Key::NotARequest, locale));
        Self { further: errors.map(|error| error.error()).collect(), ..first }
    }

    fn of_document(error: &guard::DocumentError, locale: Locale) -> Self {
        let mut answer = Self::new(guard::code(error), guard::message(error), locale);
        answer.at = error.at;
        if let guard::Reason::NotStorable(path) = &error.reason {
            answer = answer.with("path", path.clone());
        }
        if let guard::Reason::TooMuch { limit, requested, available, costliest } = &error.reason {
            answer = answer
                .with("limit", limit.as_str())
                // Capped at a number that JavaScript reads as an integer.
                .with("requested", (*requested).min(u32::MAX.into()))
                .with("available", *available);
            if !costliest.is_empty() {
                let fields = costliest.iter();
                let fields = fields.map(|field| value!({ "path": field.path.clone(), "cost": field.cost }));
                answer = answer.with("costliest", Value::List(fields.collect()));
            }
        }
        answer
    }

    /// A malformed HTTP request. All clients get this status, also those that only accept `application/json`.
    pub(in crate::http) fn malformed(
        status: StatusCode,
        message: impl Into<Message>,
        locale: Locale,
    ) -> Self {
        let code = match status {
            StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::LimitExceeded,
            StatusCode::REQUEST_TIMEOUT => ErrorCode::Timeout,
            _ => ErrorCode::BadRequest,
        };
        Self { status, malformed: true, ..Self::new(code, message, locale) }
    }

    /// JSON that is not a GraphQL request.
    pub(in crate::http) fn ill_formed(message: impl Into<Message>, locale: Locale) -> Self {
        Self::malformed(StatusCode::UNPROCESSABLE_ENTITY, message, locale)
    }

    /// A request with a method that is not allowed.
    pub(super) fn method(allow: &'static str, message: impl Into<Message>, locale: Locale) -> Self {
        Self { allow: Some(allow), ..Self::malformed(StatusCode::METHOD_NOT_ALLOWED, message, locale) }
    }

    /// Adds an entry to the error's `extensions`.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        self.extensions.set(key, value.into());
        self
    }

    /// The error code.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// The GraphQL error.
    #[must_use]
    pub fn error(&self) -> ServerError {
        let mut error = ServerError::new(&self.message, self.at);
        let mut extensions = self.extensions.clone();
        extensions.set("code", self.code.name());
        error.extensions = Some(extensions);
        error
    }

    /// All GraphQL errors of the request.
    #[must_use]
    pub fn errors(&self) -> Vec<ServerError> {
        std::iter::once(self.error()).chain(self.further.iter().cloned()).collect()
    }

    /// The answer on `/graphql`.
    #[must_use]
    pub fn into_response(self, media: Media, edition: Edition) -> Response {
        let (status, media) = match edition {
            Edition::Draft if self.malformed && self.status == StatusCode::UNPROCESSABLE_ENTITY => {
                (StatusCode::BAD_REQUEST, media)
            }
            Edition::Draft if self.malformed => (self.status, media),
            Edition::Release if self.malformed => (self.status, Media::GraphqlResponse),
            _ => edition.not_executed(self.code, self.status, media),
        };
        self.answer(status, media)
    }

    /// The answer of a request outside GraphQL, where the status always gives the outcome.
    pub(in crate::http) fn into_plain_response(self) -> Response {
        let status = self.status;
        self.answer(status, Media::Json)
    }

    fn answer(self, status: StatusCode, media: Media) -> Response {
        let mut response = request_errors(&self.errors(), status, media);
        if let Some(allow) = self.allow {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
        }
        response
    }
}

/// The HTTP status of a code.
fn status(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The answer of an operation that the executor did not begin.
pub(in crate::http) fn not_executed(errors: &[ServerError], media: Media, edition: Edition) -> Response {
    let code = errors.first().and_then(code_of).unwrap_or(ErrorCode::BadRequest);
    let (status, media) = edition.not_executed(code, status(code), media);
    request_errors(errors, status, media)
}

/// An answer without `data`. A `data` entry, even null, would mean that execution had begun.
fn request_errors(errors: &[ServerError], status: StatusCode, media: Media) -> Response {
    #[derive(Serialize)]
    struct Envelope<'a> {
        errors: &'a [ServerError],
    }
    // Strings and numbers only: serialising them does not fail.
    let body = serde_json::to_vec(&Envelope { errors }).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    finish(&mut response, status, media);
    if let Some(seconds) = errors.first().and_then(retry_after) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The seconds of `Retry-After`, for codes that have it.
fn retry_after(error: &ServerError) -> Option<i64> {
    (code_of(error)?.retry() == Retry::After).then(|| match extension(error, "retryAfterSeconds") {
        Some(Value::Number(seconds)) => seconds.as_i64().unwrap_or(RETRY_AFTER_SECONDS),
        _ => RETRY_AFTER_SECONDS,
    })
}

/// The code in an error's extensions.
pub(in crate::http) fn code_of(error: &ServerError) -> Option<ErrorCode> {
    match extension(error, "code") {
        Some(Value::String(code)) => ErrorCode::from_name(code),
        Some(Value::Enum(code)) => ErrorCode::from_name(code),
        _ => None,
    }
}

fn extension<'a>(error: &'a ServerError, key: &str) -> Option<&'a Value> {
    error.extensions.as_ref()?.get(key)
}

/// Sets the status and the headers that every answer has.
pub(super) fn finish(response: &mut Response, status: StatusCode, media: Media) {
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, media.content_type()),
        (VARY, "accept, accept-language"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
}
