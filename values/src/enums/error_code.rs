//! Codes of errors, which mirror the domain's.

use async_graphql::Enum;

/// Codes of errors, in payloads and in `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ErrorCode")]
pub enum ErrorCode {
    /// No one is logged in, or the session has ended.
    Unauthenticated,
    /// You can see the object, but may not do this.
    Forbidden,
    /// There is no such object, or you can't see it.
    NotFound,
    /// The input breaks a rule; `path` says where.
    BadUserInput,
    /// The object's state does not allow this.
    InvalidTransition,
    /// The object has changed since it was read; load it again.
    Conflict,
    /// The action becomes possible on a later day.
    TooEarly,
    /// The period is closed and accepts no changes.
    PeriodClosed,
    /// The idempotency key was used with another input.
    KeyReused,
    /// This request, or another change of the same data, is still running; retry in a moment.
    InProgress,
    /// Too many attempts; retry later.
    RateLimited,
    /// A limit of the API is exceeded; see `serviceConfig`.
    LimitExceeded,
    /// The server refuses to run the document.
    DocumentRefused,
    /// The operation may not be run this way.
    OperationNotAllowed,
    /// The document can't be parsed.
    GraphqlParseFailed,
    /// The document does not fit the schema.
    GraphqlValidationFailed,
    /// The document has no operation, or it has several and the request names none.
    OperationResolutionFailure,
    /// The HTTP request is malformed.
    BadRequest,
    /// The server is busy and has not begun the request; retry after the seconds in `Retry-After`.
    Overloaded,
    /// The request took too long.
    Timeout,
    /// The cursor is older than the entries that this stream delivers; load the data again.
    CursorExpired,
    /// The cursor names no entry of this server's journal, for example because the entry was lost in a restore; load
    /// the data again.
    CursorUnknown,
    /// The client reads too slowly; resume after the last cursor.
    SubscriptionLagged,
    /// The storage is full; reading still works.
    StorageFull,
    /// An internal error of the server; report it with `requestId`.
    InternalServerError,
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::error_code::Retry;
    use std::collections::BTreeSet;

    #[test]
    fn the_schema_has_the_codes_of_the_table() {
        let table: BTreeSet<&str> = domain::ErrorCode::ALL.iter().map(|code| code.name()).collect();
        let sdl = include_str!("../../../schema.graphql");
        let (_, rest) = sdl.split_once("enum ErrorCode {").expect("the enum");
        let (values, _) = rest.split_once('}').expect("its end");
        let is_name =
            |line: &&str| !line.is_empty() && line.bytes().all(|it| it == b'_' || it.is_ascii_uppercase());
        let schema: BTreeSet<&str> = values.lines().map(str::trim).filter(is_name).collect();
        assert_eq!(schema, table);
        for &code in domain::ErrorCode::ALL {
            let value = async_graphql::resolver_utils::enum_value(ErrorCode::from(code));
            assert_eq!(value.to_string(), code.name());
        }
    }

    #[test]
    fn the_example_client_retries_the_codes_of_the_table() {
        let client = include_str!("../../../examples/client/src/api.ts");
        let (_, rest) = client.split_once("TEMPORARY: ReadonlySet<string> = new Set([").expect("the codes");
        let (codes, _) = rest.split_once("])").expect("their end");
        let client: BTreeSet<&str> = codes.split('"').skip(1).step_by(2).collect();
        let retried = domain::ErrorCode::ALL.iter().filter(|code| code.retry() != Retry::Never);
        // Only streams lag; the client's stream resumes after it.
        let retried = retried.filter(|code| **code != domain::ErrorCode::SubscriptionLagged);
        assert_eq!(client, retried.map(|code| code.name()).collect());
    }
}
