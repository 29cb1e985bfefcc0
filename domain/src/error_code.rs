//! The error codes of the API: what each one means to every transport, in one table.

/// How an error is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// Not at all: the client can act on it.
    Off,
    /// As a warning: the server or its database is at a limit.
    Warn,
    /// As an error: the server failed.
    Error,
}

/// Whether a client should send the same request again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// No: the request itself has to change.
    Never,
    /// Yes, waiting longer each time.
    Backoff,
    /// Yes, after the seconds that `Retry-After` gives.
    After,
}

macro_rules! error_codes {
    ($($code:ident: $name:literal, $status:literal, $level:ident, $retry:ident;)*) => {
        /// A code of the API, in payloads and in `extensions.code`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode {$(
            #[doc = concat!("`", $name, "`.")]
            $code,
        )*}

        impl ErrorCode {
            /// All codes.
            pub const ALL: &'static [Self] = &[$( Self::$code, )*];

            /// The name on the wire.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {$( Self::$code => $name, )*}
            }

            /// The code with this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name {$( $name => Some(Self::$code), )* _ => None }
            }

            /// The HTTP status of a request that fails with this code.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self {$( Self::$code => $status, )*}
            }

            /// At which level the server logs it.
            #[must_use]
            pub const fn log_level(self) -> LogLevel {
                match self {$( Self::$code => LogLevel::$level, )*}
            }

            /// Whether a client should send the same request again.
            #[must_use]
            pub const fn retry(self) -> Retry {
                match self {$( Self::$code => Retry::$retry, )*}
            }
        }
    };
}

error_codes! {
// code:                    name on the wire,               status, log,   retry
    Unauthenticated:            "UNAUTHENTICATED",              401,    Off,   Never;
    Forbidden:                  "FORBIDDEN",                    403,    Off,   Never;
    NotFound:                   "NOT_FOUND",                    404,    Off,   Never;
    BadUserInput:               "BAD_USER_INPUT",               400,    Off,   Never;
    InvalidTransition:          "INVALID_TRANSITION",           409,    Off,   Never;
    Conflict:                   "CONFLICT",                     409,    Off,   Never;
    TooEarly:                   "TOO_EARLY",                    409,    Off,   Never;
    PeriodClosed:               "PERIOD_CLOSED",                409,    Off,   Never;
    KeyReused:                  "KEY_REUSED",                   409,    Off,   Never;
    InProgress:                 "IN_PROGRESS",                  409,    Off,   After;
    RateLimited:                "RATE_LIMITED",                 429,    Off,   After;
    LimitExceeded:              "LIMIT_EXCEEDED",               400,    Off,   Never;
    DocumentRefused:            "DOCUMENT_REFUSED",             400,    Off,   Never;
    OperationNotAllowed:        "OPERATION_NOT_ALLOWED",        403,    Off,   Never;
    GraphqlParseFailed:         "GRAPHQL_PARSE_FAILED",         400,    Off,   Never;
    GraphqlValidationFailed:    "GRAPHQL_VALIDATION_FAILED",    400,    Off,   Never;
    OperationResolutionFailure: "OPERATION_RESOLUTION_FAILURE", 400,    Off,   Never;
    BadRequest:                 "BAD_REQUEST",                  400,    Off,   Never;
    Overloaded:                 "OVERLOADED",                   503,    Warn,  After;
    Timeout:                    "TIMEOUT",                      504,    Warn,  Backoff;
    CursorExpired:              "CURSOR_EXPIRED",               400,    Off,   Never;
    CursorUnknown:              "CURSOR_UNKNOWN",               400,    Off,   Never;
    SubscriptionLagged:         "SUBSCRIPTION_LAGGED",          400,    Off,   Backoff;
    StorageFull:                "STORAGE_FULL",                 507,    Warn,  Backoff;
    InternalServerError:        "INTERNAL_SERVER_ERROR",        500,    Error, Backoff;
}

/// The default of `Retry-After`, in seconds, for errors that do not specify a time.
pub const RETRY_AFTER_SECONDS: i64 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_follow_from_the_variants() {
        for &code in ErrorCode::ALL {
            let mut name = String::new();
            for letter in format!("{code:?}").chars() {
                if letter.is_uppercase() && !name.is_empty() {
                    name.push('_');
                }
                name.push(letter.to_ascii_uppercase());
            }
            assert_eq!(code.name(), name);
            assert_eq!(ErrorCode::from_name(&name), Some(code));
        }
        assert_eq!(ErrorCode::from_name("OK"), None);
    }

    #[test]
    fn statuses_are_errors_and_only_failures_of_the_server_are_logged() {
        for &code in ErrorCode::ALL {
            let (status, level) = (code.status(), code.log_level());
            assert!((400..600).contains(&status), "{code:?}");
            assert_eq!(status >= 500, level != LogLevel::Off, "{code:?}");
        }
        let after: Vec<_> = ErrorCode::ALL.iter().filter(|code| code.retry() == Retry::After).collect();
        assert_eq!(after, [&ErrorCode::InProgress, &ErrorCode::RateLimited, &ErrorCode::Overloaded]);
    }
}
