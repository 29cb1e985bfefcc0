//! The number of the request that is being served, for the journal and the log.

use uuid::Uuid;

tokio::task_local! {
    static REQUEST: Uuid;
}

/// Runs a future under a request's number.
pub async fn scope<F: Future>(request: Uuid, future: F) -> F::Output {
    REQUEST.scope(request, future).await
}

/// The number of the request being served, if one is.
#[must_use]
pub fn current() -> Option<Uuid> {
    REQUEST.try_with(|request| *request).ok()
}
