//! Errors of use cases, independent of any transport.

use crate::request;
use domain::{ErrorCode, Key, Message, Refusal, error_code::RETRY_AFTER_SECONDS};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

/// Why a use case did not succeed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// No one is logged in, or the session has ended.
    #[error("not authenticated")]
    Unauthenticated,
    /// The actor can see no such object; hidden and absent objects are indistinguishable.
    #[error("not found")]
    NotFound,
    /// The actor has no right to run this action.
    #[error("forbidden")]
    Forbidden,
    /// Rules of the domain refuse the request, and the client can act on it; nothing was written.
    #[error("refused: {0:?}")]
    Refused(Vec<Refusal>),
    /// The idempotency key was used with another input.
    #[error("idempotency key reused")]
    KeyReused,
    /// A request with the same key, or another change of the same data, is still running.
    #[error("in progress")]
    InProgress,
    /// Too many attempts.
    #[error("rate limited for {seconds} s")]
    RateLimited {
        /// Seconds until the next attempt is allowed.
        seconds: i64,
    },
    /// No connection to the database became free in time, or too many passwords wait to be hashed.
    #[error("no free connection to the database, or too many passwords wait to be hashed")]
    Overloaded,
    /// A statement ran too long and was stopped.
    #[error("statement timeout")]
    Timeout,
    /// The disk or the quota is full; reading still works.
    #[error("storage full")]
    StorageFull,
    /// The cursor is older than the entries that this stream delivers.
    #[error("cursor expired")]
    CursorExpired,
    /// The cursor names no entry of the journal.
    #[error("cursor unknown")]
    CursorUnknown,
    /// The reader of a stream is too slow; it can resume after this position.
    #[error("lagged after {}", .after.number)]
    Lagged {
        /// The position of the last delivered entry.
        after: crate::position::Position,
    },
    /// An internal error; the text is for the log and never leaves the server.
    #[error("internal: {0}")]
    Internal(String),
}

/// The result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An internal error; its cause is only logged.
    pub fn internal(cause: impl ToString) -> Self {
        Self::Internal(cause.to_string())
    }

    /// A refusal of one field of the input.
    pub fn input<P: ToString>(path: impl IntoIterator<Item = P>, message: impl Into<Message>) -> Self {
        Refusal::input(path, message).into()
    }

    /// The code of the API. [`domain::error_code`] defines its HTTP status, log level and retry advice.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Unauthenticated => ErrorCode::Unauthenticated,
            Self::NotFound => ErrorCode::NotFound,
            Self::Forbidden => ErrorCode::Forbidden,
            Self::Refused(refusals) => {
                refusals.first().map_or(ErrorCode::InternalServerError, |refusal| refusal.code.error_code())
            }
            Self::KeyReused => ErrorCode::KeyReused,
            Self::InProgress => ErrorCode::InProgress,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            // OVERLOADED means that nothing was begun, which is wrong for a request that has committed.
            Self::Overloaded if request::has_committed() => ErrorCode::Timeout,
            Self::Overloaded => ErrorCode::Overloaded,
            Self::Timeout => ErrorCode::Timeout,
            Self::StorageFull => ErrorCode::StorageFull,
            Self::CursorExpired => ErrorCode::CursorExpired,
            Self::CursorUnknown => ErrorCode::CursorUnknown,
            Self::Lagged { .. } => ErrorCode::SubscriptionLagged,
            Self::Internal(_) => ErrorCode::InternalServerError,
        }
    }

    /// The sentence for a person. The sentence of an internal error does not mention the cause.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Unauthenticated => Key::Unauthenticated.into(),
            Self::NotFound => Key::NotFound.into(),
            Self::Forbidden => Key::Forbidden.into(),
            Self::Refused(refusals) => {
                refusals.first().map_or_else(|| Key::Internal.into(), |refusal| refusal.message.clone())
            }
            Self::KeyReused => Key::KeyReused.into(),
            Self::InProgress => Key::InProgress.into(),
            Self::RateLimited { seconds } => Message::new(Key::RateLimited).with("seconds", seconds),
            Self::Overloaded if request::has_committed() => Key::RequestTimeout.into(),
            Self::Overloaded => Message::new(Key::Overloaded).with("seconds", RETRY_AFTER_SECONDS),
            Self::Timeout => Key::Timeout.into(),
            Self::StorageFull => Key::StorageFull.into(),
            Self::CursorExpired => Key::CursorExpired.into(),
            Self::CursorUnknown => Key::CursorUnknown.into(),
            Self::Lagged { .. } => Key::Lagged.into(),
            Self::Internal(_) => Key::Internal.into(),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<Vec<Refusal>> for Error {
    fn from(refusals: Vec<Refusal>) -> Self {
        Self::Refused(refusals)
    }
}

/// Another change has the lock. PostgreSQL: `lock_timeout` and deadlock; SQLite: `SQLITE_BUSY`.
const LOCK_CONFLICT: [&str; 3] = ["55P03", "40P01", "5"];
/// PostgreSQL stopped a statement that ran too long.
const STATEMENT_TIMEOUT: &str = "57014";
/// The disk or a quota is full. PostgreSQL: `disk_full` and `out_of_memory`; SQLite: `SQLITE_FULL`.
const STORAGE_FULL: [&str; 3] = ["53100", "53200", "13"];

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if matches!(error, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)) {
            return Self::Overloaded;
        }
        match database_code(&error).as_deref() {
            Some(code) if LOCK_CONFLICT.contains(&code) => Self::InProgress,
            Some(STATEMENT_TIMEOUT) => Self::Timeout,
            Some(code) if STORAGE_FULL.contains(&code) => Self::StorageFull,
            _ if is_newer(&error) => Self::internal(format!(
                "a newer version of kinerja has used this database: this program ({}) is older than it and can't open it. \
                 Install that version again, or restore a backup from before the upgrade",
                env!("CARGO_PKG_VERSION")
            )),
            _ => Self::internal(error),
        }
    }
}

/// Whether a migration was applied that this program does not have.
fn is_newer(error: &DbErr) -> bool {
    matches!(error, DbErr::Custom(text) if text.contains("Migration file of version"))
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

/// The database's own error code.
fn database_code(error: &DbErr) -> Option<String> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause))
        | DbErr::Conn(RuntimeErr::SqlxError(cause)) => {
            cause.as_database_error().and_then(|cause| cause.code()).map(std::borrow::Cow::into_owned)
        }
        _ => None,
    }
}
