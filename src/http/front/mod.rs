//! GraphQL over HTTP: the layer between axum and the executor on `POST` and `GET /graphql`.
//!
//! The types of request and response are async-graphql-axum's `GraphQLRequest` and `GraphQLResponse`. Before execution,
//! this module checks the media type, method, content type and size, and then the document, because cheaper checks come
//! first. After execution, it sets statuses, headers and error codes.

mod complete;
mod edition;
mod error;
mod outcome;
mod read;
#[cfg(test)]
mod tests;

pub use edition::Edition;
pub use error::HttpError;
pub(in crate::http) use error::not_executed;
pub use read::read;
pub(in crate::http) use read::{checked, drain};

use super::budget::Remaining;
use super::documents::{self, Documents};
use super::guard::{Guard, Judged, Summary};
use super::metrics::Outcome;
use super::negotiate::{self, Media};
use super::places::Place;
use async_graphql::Executor;
use async_graphql::parser::types::{ExecutableDocument, OperationType};
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use domain::{ErrorCode, Key, Locale};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use uuid::Uuid;

/// Limits of HTTP requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Maximum size of a body, in bytes.
    pub body_bytes: usize,
    /// Maximum number of bytes of a refused body that are read and discarded before the answer; otherwise a client that
    /// is still sending would lose the connection. Not below `body_bytes`.
    pub drain_bytes: usize,
    /// Maximum number of errors in one answer.
    pub errors: usize,
    /// The timeout for receiving a body, and the same again for running the request.
    pub timeout: Duration,
    /// The longest pause within a body.
    pub pause: Duration,
    /// The edition of GraphQL over HTTP that the statuses follow.
    pub edition: Edition,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            body_bytes: 1024 * 1024,
            drain_bytes: 16 * 1024 * 1024,
            errors: 20,
            timeout: Duration::from_secs(30),
            pause: Duration::from_secs(10),
            edition: Edition::default(),
        }
    }
}

/// The language and the id of one request.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// The language of messages.
    pub locale: Locale,
    /// The request's id in the log; clients get it with an internal error.
    pub request_id: Uuid,
}

impl Call {
    /// A call with a fresh id.
    #[must_use]
    pub fn new(locale: Locale) -> Self {
        Self { locale, request_id: service::env::fresh_id() }
    }
}

/// An operation that may run.
#[derive(Debug)]
pub struct Admitted {
    /// The request with the data that resolvers need.
    pub request: async_graphql::Request,
    /// The remaining budget of the caller.
    pub budget: Option<Remaining>,
    /// The place that the operation occupies while it runs; none if it needs no place.
    pub place: Option<Place>,
}

/// A checked document and the remaining budget of its caller.
#[derive(Clone, Copy, Debug)]
pub struct Paid<'a> {
    /// The checked document.
    pub summary: &'a Summary,
    /// The remaining budget of the caller.
    pub budget: Option<Remaining>,
}

/// The result of serving a request.
#[derive(Debug)]
pub enum Served {
    /// The answer.
    Answer(Response),
    /// The original request of a browser that asks for the playground.
    Playground(Request),
    /// A subscription, for a client that accepts its items as a multipart answer.
    Subscription(Box<Checked>),
}

/// A checked request that has not run.
#[derive(Debug)]
pub struct Checked {
    /// The request without its document.
    pub request: async_graphql::Request,
    /// The document.
    pub document: ExecutableDocument,
    /// The selected operation.
    pub summary: Summary,
}

/// The HTTP front of one schema. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Front {
    guard: Arc<Guard>,
    settings: Settings,
    own: Arc<Documents>,
    documents: Option<Arc<Documents>>,
}

impl Front {
    /// Creates a front with this guard. `own` are the documents of the server's own page, which clients can send by
    /// their ids.
    #[must_use]
    pub const fn new(guard: Arc<Guard>, settings: Settings, own: Arc<Documents>) -> Self {
        Self { guard, settings, own, documents: None }
    }

    /// Adds trusted documents.
    #[must_use]
    pub fn trusting(self, documents: Option<Arc<Documents>>) -> Self {
        Self { documents, ..self }
    }

    /// Whether there are trusted documents. If so, people without a role may run no others.
    #[must_use]
    pub const fn trusts(&self) -> bool {
        self.documents.is_some()
    }

    /// The document guard, for the other transports.
    #[must_use]
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// The limits of HTTP requests.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Answers one HTTP request.
    ///
    /// `admit` runs between the check and the execution of the document. It authenticates the caller, refuses
    /// operations that the caller may not run, charges the caller's budget, and adds the data that resolvers need.
    /// `admit` and the execution share one timeout. Panics in `admit` or in resolvers become `INTERNAL_SERVER_ERROR`.
    pub async fn serve<E, D, F>(&self, executor: &E, request: Request, call: Call, admit: D) -> Served
    where
        E: Executor,
        D: FnOnce(async_graphql::Request, Summary) -> F,
        F: Future<Output = Result<Admitted, HttpError>>,
    {
        if negotiate::wants_playground(request.method(), request.headers()) {
            return Served::Playground(request);
        }
        let media = negotiate::media(request.headers());
        let Some(media) = media.or_else(|| takes_multipart(&request).then_some(Media::GraphqlResponse))
        else {
            read::drain(&mut request.into_body(), &self.settings, 0).await;
            let error = HttpError::malformed(StatusCode::NOT_ACCEPTABLE, Key::NotAcceptable, call.locale);
            return Served::Answer(error.into_response(Media::Json, self.settings.edition));
        };
        let mut operation = "none";
        let answer = self.answer(executor, request, media, &call, &mut operation, admit).await;
        answer.unwrap_or_else(|error| {
            let outcome = Outcome { operation, code: error.code().name().to_owned() };
            let mut response = error.into_response(media, self.settings.edition);
            response.extensions_mut().insert(outcome);
            Served::Answer(response)
        })
    }

    async fn answer<E, D, F>(
        &self,
        executor: &E,
        request: Request,
        media: Media,
        call: &Call,
        operation: &mut &'static str,
        admit: D,
    ) -> Result<Served, HttpError>
    where
        E: Executor,
        D: FnOnce(async_graphql::Request, Summary) -> F,
        F: Future<Output = Result<Admitted, HttpError>>,
    {
        let (by_get, multipart) = (request.method() == Method::GET, takes_multipart(&request));
        let mut request = read(request, &self.settings, call.locale).await?;
        let (document, summary) = self.judge(&mut request, call.locale)?;
        *operation = outcome::operation(&summary);
        match summary.operation {
            OperationType::Query => {}
            OperationType::Mutation if by_get => {
                return Err(HttpError::method("POST", Key::MutationByGet, call.locale));
            }
            OperationType::Mutation => {}
            OperationType::Subscription if multipart => {
                return Ok(Served::Subscription(Box::new(Checked { request, document, summary })));
            }
            OperationType::Subscription => {
                return Err(HttpError::new(ErrorCode::BadRequest, Key::SubscriptionHere, call.locale));
            }
        }
        request.set_parsed_query(document);
        let run = async {
            let Admitted { request, budget, place: _place } = admit(request, summary.clone()).await?;
            Ok((executor.execute(request).await, budget))
        };
        match tokio::time::timeout(self.settings.timeout, catch_panic(run)).await {
            Ok(Some(Ok((response, budget)))) => {
                let paid = Paid { summary: &summary, budget };
                Ok(Served::Answer(outcome::respond(response, self, &paid, media, call)))
            }
            Ok(Some(Err(error))) => Err(error),
            // The panic hook has logged the panic; this line names the request.
            Ok(None) => {
                tracing::error!(request_id = %call.request_id, "the request panicked");
                Err(HttpError::internal(*call))
            }
            Err(_) => {
                tracing::warn!(request_id = %call.request_id, "the request took too long");
                Err(HttpError::new(ErrorCode::Timeout, Key::RequestTimeout, call.locale))
            }
        }
    }

    /// Checks the document of a request and stores the parsed document in the request, so that it is parsed once.
    /// Every transport must call this before it executes anything.
    ///
    /// # Errors
    /// A document that the guard refuses.
    pub fn prepare(
        &self,
        request: &mut async_graphql::Request,
        locale: Locale,
    ) -> Result<Summary, HttpError> {
        let (document, summary) = self.judge(request, locale)?;
        request.set_parsed_query(document);
        Ok(summary)
    }

    /// Checks the document of a request, and removes it from the request.
    ///
    /// # Errors
    /// A document that the guard refuses.
    pub(in crate::http) fn judge(
        &self,
        request: &mut async_graphql::Request,
        locale: Locale,
    ) -> Result<(ExecutableDocument, Summary), HttpError> {
        let known = self.documents.as_deref();
        let query = request.query.as_str();
        let (text, trusted) = match documents::id(query) {
            Some(id) => {
                let text = known.and_then(|known| known.get(id)).or_else(|| self.own.get(id));
                let unknown = || HttpError::new(ErrorCode::DocumentRefused, Key::DocumentUnknown, locale);
                (text.ok_or_else(unknown)?, true)
            }
            None => (query, false),
        };
        // The judged document contains only the selected operation, without its name.
        let name = request.operation_name.take();
        let variables = std::mem::take(&mut request.variables);
        let judged = self.guard.judge(text, name.as_deref(), variables);
        let Judged { document, variables, mut summary } =
            judged.map_err(|errors| HttpError::document(&errors, locale))?;
        request.variables = variables;
        // Compared only now, because here the document is known to be valid and within the limits.
        summary.trusted = trusted || known.is_some_and(|known| known.contains(text));
        Ok((document, summary))
    }
}

/// Whether the client accepts a subscription as the answer.
fn takes_multipart(request: &Request) -> bool {
    request.method() == Method::POST && negotiate::takes_multipart(request.headers())
}

/// Runs a future and returns its output, or `None` if it panicked. This way a panic fails only its own request, and the
/// client still gets an answer.
async fn catch_panic<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Some(output)),
        Err(_) => Poll::Ready(None),
    })
    .await
}
