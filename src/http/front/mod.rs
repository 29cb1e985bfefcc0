//! GraphQL over HTTP: what stands between axum and the executor on `POST` and `GET /graphql`.
//!
//! The request and the response travel in async-graphql-axum's `GraphQLRequest` and
//! `GraphQLResponse`; what is ours is around them: media types, methods, content types and sizes
//! before, the document guard, then statuses, headers and error codes after. The order of checks
//! is that of what they cost.

mod complete;
mod failure;
mod outcome;
mod read;
#[cfg(test)]
mod tests;

pub use failure::Failure;
pub(in crate::http) use failure::{Complaint, request_errors, status_of};
pub use read::read;
pub(in crate::http) use read::{checked, drain};

use super::documents::{self, Documents};
use super::guard::{Guard, Judged, Summary};
use super::metrics::Outcome;
use super::negotiate::{self, Media};
use async_graphql::Executor;
use async_graphql::parser::types::OperationType;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use domain::Locale;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use uuid::Uuid;

/// What the front is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The largest body that is read, in bytes.
    pub body_bytes: usize,
    /// How many bytes of a refused body are thrown away before the answer, instead of cutting off
    /// a client that is still sending. Not below `body_bytes`.
    pub drain_bytes: usize,
    /// Errors in one answer at most.
    pub errors: usize,
    /// How long a body may take to arrive, and then how long the request may take to run.
    pub timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            body_bytes: 1024 * 1024,
            drain_bytes: 16 * 1024 * 1024,
            errors: 20,
            timeout: Duration::from_secs(30),
        }
    }
}

/// What the caller knows of one request.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// The language of messages.
    pub locale: Locale,
    /// The request's id in the log, told to the client with an internal error.
    pub request_id: Uuid,
}

/// What a request came to.
#[derive(Debug)]
pub enum Served {
    /// The answer.
    Answer(Response),
    /// A browser asks for the playground; the request as it came.
    Playground(Request),
}

/// The HTTP front of one schema. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Front {
    guard: Arc<Guard>,
    settings: Settings,
    documents: Option<Arc<Documents>>,
}

impl Front {
    /// A front with this guard.
    #[must_use]
    pub const fn new(guard: Arc<Guard>, settings: Settings) -> Self {
        Self { guard, settings, documents: None }
    }

    /// The same with trusted documents.
    #[must_use]
    pub fn trusting(self, documents: Option<Arc<Documents>>) -> Self {
        Self { documents, ..self }
    }

    /// Whether there are trusted documents, so that not everybody may send others.
    #[must_use]
    pub const fn trusts(&self) -> bool {
        self.documents.is_some()
    }

    /// The document guard, for the transports beside this one.
    #[must_use]
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// What the front is set to.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Answers one HTTP request.
    ///
    /// `decorate` is called once the document is judged and before it is executed: it adds what
    /// resolvers need, or refuses (who is asking, what they may, trusted documents only). It runs
    /// under the same time limit as the execution. Panics, in it or in resolvers, end in
    /// `INTERNAL_SERVER_ERROR`.
    pub async fn serve<E, D, F>(&self, executor: &E, request: Request, call: Call, decorate: D) -> Served
    where
        E: Executor,
        D: FnOnce(async_graphql::Request, Summary) -> F,
        F: Future<Output = Result<async_graphql::Request, Failure>>,
    {
        if negotiate::wants_playground(request.method(), request.headers()) {
            return Served::Playground(request);
        }
        let Some(media) = negotiate::media(request.headers()) else {
            read::drain(&mut request.into_body(), &self.settings, 0).await;
            let status = StatusCode::NOT_ACCEPTABLE;
            let failure = Failure::malformed(status, Complaint::NotAcceptable, call.locale);
            return Served::Answer(failure.into_response(Media::Json));
        };
        let mut operation = "none";
        let answer = self.answer(executor, request, media, &call, &mut operation, decorate).await;
        Served::Answer(answer.unwrap_or_else(|failure| {
            let outcome = Outcome { operation, code: failure.code().to_owned() };
            let mut response = failure.into_response(media);
            response.extensions_mut().insert(outcome);
            response
        }))
    }

    async fn answer<E, D, F>(
        &self,
        executor: &E,
        request: Request,
        media: Media,
        call: &Call,
        operation: &mut &'static str,
        decorate: D,
    ) -> Result<Response, Failure>
    where
        E: Executor,
        D: FnOnce(async_graphql::Request, Summary) -> F,
        F: Future<Output = Result<async_graphql::Request, Failure>>,
    {
        let by_get = request.method() == Method::GET;
        let mut request = read(request, &self.settings, call.locale).await?;
        let summary = self.prepare(&mut request, call.locale)?;
        *operation = outcome::operation(&summary);
        match summary.operation {
            OperationType::Query => {}
            OperationType::Mutation if by_get => {
                let complaint = Complaint::MutationByGet;
                return Err(Failure::method("POST", complaint, call.locale));
            }
            OperationType::Mutation => {}
            OperationType::Subscription => {
                let message = Complaint::SubscriptionHere.message(call.locale);
                return Err(Failure::new("BAD_REQUEST", message));
            }
        }
        let run = async {
            let request = decorate(request, summary.clone()).await?;
            Ok(executor.execute(request).await)
        };
        match tokio::time::timeout(self.settings.timeout, unwound(run)).await {
            Ok(Some(Ok(response))) => Ok(outcome::respond(response, self, &summary, media, call)),
            Ok(Some(Err(failure))) => Err(failure),
            // The panic hook has logged what it was; this line tells for which request.
            Ok(None) => {
                tracing::error!(request_id = %call.request_id, "the request panicked");
                let message = Complaint::Internal.message(call.locale);
                Err(Failure::new("INTERNAL_SERVER_ERROR", message)
                    .with("requestId", call.request_id.to_string()))
            }
            Err(_) => {
                tracing::warn!(request_id = %call.request_id, "the request took too long");
                let message = Complaint::TooLong.message(call.locale);
                Err(Failure::new("TIMEOUT", message))
            }
        }
    }

    /// Judges the document of a request and hands the parsed document on in it, so that it is
    /// parsed once. For every transport: whatever is executed must have come through here.
    ///
    /// # Errors
    /// What the guard refuses.
    pub fn prepare(&self, request: &mut async_graphql::Request, locale: Locale) -> Result<Summary, Failure> {
        let Judged { document, summary } = self.judge(request, locale)?;
        request.set_parsed_query(document);
        Ok(summary)
    }

    /// Judges the document of a request and leaves it to the caller to hand it on.
    ///
    /// # Errors
    /// What the guard refuses.
    pub(in crate::http) fn judge(
        &self,
        request: &mut async_graphql::Request,
        locale: Locale,
    ) -> Result<Judged, Failure> {
        // The executor would look for an operation that is named "".
        request.operation_name = request.operation_name.take().filter(|name| !name.is_empty());
        let known = self.documents.as_deref();
        let (query, variables) = (request.query.as_str(), &request.variables);
        let name = request.operation_name.as_deref();
        let (judged, trusted) = match documents::id(query) {
            Some(id) => {
                let document = known.and_then(|known| known.get(id)).cloned().ok_or_else(|| {
                    Failure::new("DOCUMENT_REFUSED", Complaint::DocumentUnknown.message(locale))
                })?;
                (self.guard.judge_document(document.parsed, document.text, name, variables), true)
            }
            None => {
                let trusted = known.is_some_and(|known| known.holds(query));
                (self.guard.judge(query, name, variables), trusted)
            }
        };
        let mut judged = judged.map_err(|refusal| Failure::refused(&refusal, locale))?;
        judged.summary.trusted = trusted;
        Ok(judged)
    }
}

/// The output of a future, or nothing if it panicked. A panic must cost its own request only, and
/// must still be answered.
async fn unwound<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Some(output)),
        Err(_) => Poll::Ready(None),
    })
    .await
}
