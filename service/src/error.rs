//! Why a use case did not succeed, free of any transport.

use domain::{Key, Message, Refusal};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

/// The failure of a use case.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is logged in, or the session has ended.
    #[error("not authenticated")]
    Unauthenticated,
    /// No such object for this actor; hidden and absent look the same.
    #[error("not found")]
    NotFound,
    /// The actor may never do this kind of thing.
    #[error("forbidden")]
    Forbidden,
    /// What a client can act on; nothing was written.
    #[error("refused: {0:?}")]
    Refused(Vec<Refusal>),
    /// The idempotency key was used with another input.
    #[error("idempotency key reused")]
    KeyReused,
    /// The same key, or another change of the same data, is being worked on.
    #[error("in progress")]
    InProgress,
    /// Too many attempts.
    #[error("rate limited for {seconds} s")]
    RateLimited {
        /// When a retry is welcome.
        seconds: i64,
    },
    /// No connection to the database came free in time, or a statement ran too long.
    #[error("overloaded")]
    Overloaded,
    /// The disk or the quota is full; reading goes on.
    #[error("storage full")]
    StorageFull,
    /// What came after the cursor is no longer kept for this stream.
    #[error("cursor expired")]
    CursorExpired,
    /// The reader takes what it asked for too slowly; it can go on after this number.
    #[error("lagged after {after}")]
    Lagged {
        /// The last entry that it got.
        after: i64,
    },
    /// A fault of ours; the text is for the log and never leaves the server.
    #[error("internal: {0}")]
    Internal(String),
}

/// The result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A fault of ours, told to the log only.
    pub fn internal(what: impl ToString) -> Self {
        Self::Internal(what.to_string())
    }

    /// One broken rule of the input.
    pub fn input<P: ToString>(path: impl IntoIterator<Item = P>, message: impl Into<Message>) -> Self {
        Refusal::input(path, message).into()
    }

    /// The sentence for a person; that of an internal fault says nothing of its cause.
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
            Self::Overloaded => Key::Timeout.into(),
            Self::StorageFull => Key::StorageFull.into(),
            Self::CursorExpired => Key::CursorExpired.into(),
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

/// Another change was in the way: PostgreSQL's lock that is not to be had within `lock_timeout`, its deadlock;
/// SQLite's `SQLITE_BUSY`.
const LOCK_CONFLICT: [&str; 3] = ["55P03", "40P01", "5"];
/// PostgreSQL: a statement that is stopped as it runs too long.
const STATEMENT_TIMEOUT: &str = "57014";
/// PostgreSQL's class of full disks and quotas; SQLite's `SQLITE_FULL`.
const FULL: [&str; 3] = ["53100", "53200", "13"];

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if matches!(error, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)) {
            return Self::Overloaded;
        }
        match database_code(&error).as_deref() {
            Some(code) if LOCK_CONFLICT.contains(&code) => Self::InProgress,
            Some(STATEMENT_TIMEOUT) => Self::Overloaded,
            Some(code) if FULL.contains(&code) => Self::StorageFull,
            _ => Self::internal(error),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

/// The database's own code of an error.
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
