//! Why a request gets no data, as an HTTP answer and as a GraphQL error.

use crate::http::guard::Refusal;
use crate::http::negotiate::Media;
use async_graphql::{ErrorExtensionValues, Pos, ServerError, Value};
use axum::body::Body;
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, VARY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use domain::Locale;
use serde::Serialize;
use std::collections::BTreeMap;

/// A request that is not executed, or whose execution did not come to an end.
///
/// The status is sent to clients that take `application/graphql-response+json`. Those that take
/// `application/json` only get 200, as GraphQL over HTTP asks, unless the request was not even
/// well-formed HTTP.
#[derive(Debug)]
pub struct Failure {
    code: &'static str,
    status: StatusCode,
    malformed: bool,
    message: String,
    extensions: BTreeMap<&'static str, Value>,
    at: Option<Pos>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Failure {
    /// A failure with one of the API's error codes, whose HTTP status follows from the code, and a
    /// sentence for a person that names nothing internal.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            status: status_of(code),
            malformed: false,
            message: message.into(),
            extensions: BTreeMap::new(),
            at: None,
            headers: Vec::new(),
        }
    }

    /// What the document guard refused.
    #[must_use]
    pub fn refused(refusal: &Refusal, locale: Locale) -> Self {
        use crate::http::guard::Reason::TooMuch;
        let mut failure = Self::new(refusal.code().as_str(), refusal.message(locale));
        failure.at = refusal.at;
        if let TooMuch { limit, requested, available } = &refusal.reason {
            failure = failure
                .with("limit", limit.as_str())
                // A count without end is no number that a script could hold.
                .with("requested", (*requested).min(u32::MAX.into()))
                .with("available", *available);
        }
        failure
    }

    /// A fault of the HTTP request itself: the status is sent whatever the client takes.
    pub(in crate::http) fn malformed(status: StatusCode, complaint: Complaint, locale: Locale) -> Self {
        let code = match complaint {
            Complaint::TooLarge { .. } => "LIMIT_EXCEEDED",
            Complaint::BodyTooSlow => "TIMEOUT",
            _ => "BAD_REQUEST",
        };
        let mut failure = Self::new(code, complaint.message(locale));
        failure.status = status;
        failure.malformed = true;
        failure
    }

    /// A request by a method that it can't be made by.
    pub(super) fn method(allow: &'static str, complaint: Complaint, locale: Locale) -> Self {
        Self::malformed(StatusCode::METHOD_NOT_ALLOWED, complaint, locale)
            .header(ALLOW, HeaderValue::from_static(allow))
    }

    /// Adds an entry to the error's `extensions`.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<Value>) -> Self {
        self.extensions.insert(key, value.into());
        self
    }

    /// Adds the place in the document.
    #[must_use]
    pub const fn at(mut self, at: Pos) -> Self {
        self.at = Some(at);
        self
    }

    /// Adds a header to the answer, such as `Retry-After`.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The error code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The failure as a GraphQL error, for transports that have no statuses.
    #[must_use]
    pub fn error(&self) -> ServerError {
        let mut error = ServerError::new(&self.message, self.at);
        let mut extensions = ErrorExtensionValues::default();
        for (key, value) in &self.extensions {
            extensions.set(key, value.clone());
        }
        extensions.set("code", self.code);
        error.extensions = Some(extensions);
        error
    }

    /// The failure as an answer.
    #[must_use]
    pub fn into_response(self, media: Media) -> Response {
        let errors = [self.error()];
        let status =
            if self.malformed || media == Media::GraphqlResponse { self.status } else { StatusCode::OK };
        let mut response = request_errors(&errors, status, media);
        response.headers_mut().extend(self.headers);
        response
    }
}

/// The status of a request error with this code.
pub(in crate::http) fn status_of(code: &str) -> StatusCode {
    match code {
        "UNAUTHENTICATED" => StatusCode::UNAUTHORIZED,
        "FORBIDDEN" | "OPERATION_NOT_ALLOWED" => StatusCode::FORBIDDEN,
        "RATE_LIMITED" => StatusCode::TOO_MANY_REQUESTS,
        "INTERNAL_SERVER_ERROR" => StatusCode::INTERNAL_SERVER_ERROR,
        "STORAGE_FULL" => StatusCode::INSUFFICIENT_STORAGE,
        "TIMEOUT" => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// An answer without `data`: an entry `data`, even null, would say that execution had begun.
pub(in crate::http) fn request_errors(errors: &[ServerError], status: StatusCode, media: Media) -> Response {
    #[derive(Serialize)]
    struct Envelope<'a> {
        errors: &'a [ServerError],
    }
    // Strings and numbers only: writing them does not fail.
    let body = serde_json::to_vec(&Envelope { errors }).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    finish(&mut response, status, media);
    response
}

/// The status and the headers that every answer has.
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

/// What the front itself has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Complaint {
    NotAcceptable,
    MethodUnknown,
    MutationByGet,
    SubscriptionHere,
    ContentType,
    TooLarge { bytes: usize },
    BodyTooSlow,
    BodyBroken,
    Batch,
    NoQuery,
    TooLong,
    Internal,
    NoEvents,
    NoSocket,
    Protocol,
    Origin,
    DocumentUnknown,
    DocumentUntrusted,
    SubscriptionsOnly,
    RootFragment,
    RootMeta,
    TooManyStreams { most: usize },
    Displaced,
    SessionEnded,
}

impl Complaint {
    pub(in crate::http) fn message(self, locale: Locale) -> String {
        let (indonesian, english) = match self {
            Self::NotAcceptable => (
                "Jawaban hanya tersedia sebagai application/graphql-response+json atau application/json.",
                "Answers come as application/graphql-response+json or application/json only.",
            ),
            Self::MethodUnknown => ("Gunakan POST, atau GET untuk kueri.", "Use POST, or GET for queries."),
            Self::MutationByGet => (
                "GET hanya untuk kueri; kirim mutasi dengan POST.",
                "GET is for queries only; send mutations by POST.",
            ),
            Self::SubscriptionHere => (
                "Langganan berjalan lewat WebSocket atau server-sent events, bukan di sini.",
                "Subscriptions run over WebSocket or server-sent events, not here.",
            ),
            Self::ContentType => (
                "Kirim badan permintaan sebagai application/json dalam UTF-8.",
                "Send the body as application/json in UTF-8.",
            ),
            Self::TooLarge { bytes } => {
                return match locale {
                    Locale::Id => format!("Badan permintaan paling banyak {bytes} byte."),
                    Locale::En => format!("The body may have at most {bytes} bytes."),
                };
            }
            Self::BodyTooSlow => {
                ("Badan permintaan tidak tiba pada waktunya.", "The body did not arrive in time.")
            }
            Self::BodyBroken => (
                "Permintaan ini bukan permintaan GraphQL: periksa JSON dan tipe query, operationName, variables, dan extensions.",
                "This is not a GraphQL request: check the JSON and the types of query, operationName, variables and extensions.",
            ),
            Self::Batch => {
                ("Kirim satu operasi dalam satu permintaan.", "Send one operation in one request.")
            }
            Self::NoQuery => (
                "Parameter query atau documentId wajib diisi.",
                "One of the parameters query and documentId is required.",
            ),

            Self::TooLong => (
                "Permintaan ini terlalu lama; perubahan yang sudah dimulai mungkin tetap tersimpan.",
                "The request took too long; a change that had begun may still be saved.",
            ),
            Self::NoEvents => (
                "Langganan lewat HTTP hanya tersedia sebagai text/event-stream.",
                "Over HTTP, subscriptions come as text/event-stream only.",
            ),
            Self::NoSocket => (
                "Permintaan ini bukan pembukaan WebSocket yang sah.",
                "This is not a valid opening of a WebSocket.",
            ),
            Self::Protocol => (
                "Gunakan subprotokol WebSocket graphql-transport-ws.",
                "Use the WebSocket subprotocol graphql-transport-ws.",
            ),
            Self::Origin => (
                "Halaman dari situs ini tidak diizinkan tersambung.",
                "Pages of this origin may not connect.",
            ),
            Self::DocumentUnknown => (
                "Peladen ini tidak mengenal dokumen dengan documentId itu; perbarui aplikasi.",
                "This server knows no document with that documentId; update the app.",
            ),
            Self::DocumentUntrusted => (
                "Peladen ini hanya menjalankan dokumen tepercaya dari aplikasi; kirim documentId.",
                "This server runs only the trusted documents of apps; send a documentId.",
            ),
            Self::SubscriptionsOnly => (
                "Di sini hanya langganan; kirim kueri dan mutasi ke /graphql.",
                "Subscriptions only; send queries and mutations to /graphql.",
            ),
            Self::RootFragment => (
                "Fragmen di akar langganan tidak boleh memakai direktif.",
                "A fragment at the root of a subscription takes no directives.",
            ),
            Self::RootMeta => (
                "Langganan tidak dapat memilih field introspeksi di akarnya.",
                "A subscription can't select introspection fields at its root.",
            ),
            Self::TooManyStreams { most } => {
                return match locale {
                    Locale::Id => format!("Paling banyak {most} langganan sekaligus di sini."),
                    Locale::En => format!("At most {most} subscriptions at a time here."),
                };
            }
            Self::Displaced => (
                "Langganan ini ditutup karena Anda membuka yang lebih baru.",
                "This subscription was closed because you opened newer ones.",
            ),
            Self::SessionEnded => (
                "Sesi Anda telah berakhir; masuk kembali lalu lanjutkan dari kursor terakhir.",
                "Your session has ended; log in again and go on after the last cursor.",
            ),
            Self::Internal => (
                "Terjadi kesalahan di peladen. Sebutkan requestId bila melaporkannya.",
                "Something went wrong in the server. Give the requestId when you report it.",
            ),
        };
        match locale {
            Locale::Id => indonesian.to_owned(),
            Locale::En => english.to_owned(),
        }
    }
}
