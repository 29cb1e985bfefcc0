//! Runs a use case without its writes, to find all other refusals of an input that has malformed values.

use crate::error::{Error, Result};
use domain::{Refusal, error::with_malformed};

tokio::task_local! {
    static CHECK_ONLY: ();
}

/// Whether units of work of this task end with a rollback, because a value of the input is malformed. A rule that would
/// need the real value can then accept the placeholder, so that the other rules still check the input.
pub(crate) fn is_check_only() -> bool {
    CHECK_ONLY.try_with(|()| ()).is_ok()
}

/// Runs work in another task that takes over `check_only` from the task that started it.
pub(crate) async fn inherit<T>(check_only: bool, work: impl Future<Output = T>) -> T {
    if check_only { CHECK_ONLY.scope((), work).await } else { work.await }
}

/// Runs a use case whose input has placeholders for malformed values. Its units of work never commit. Returns the
/// refusals of the malformed values, and those of the rules that do not depend on these values.
///
/// # Errors
/// Always returns the refusals as an error. Other errors of the use case are dropped, because a placeholder may have
/// caused them.
pub async fn check_only<T>(malformed: Vec<Refusal>, use_case: impl Future<Output = Result<T>>) -> Result<T> {
    let found = match CHECK_ONLY.scope((), use_case).await {
        Err(Error::Refused(found)) => found,
        Ok(_) | Err(_) => Vec::new(),
    };
    Err(Error::Refused(with_malformed(malformed, found)))
}
