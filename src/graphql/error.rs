//! Errors on the wire: what a client can act on is data, everything else is a GraphQL error with a code.

use super::context::ContextExt;
use async_graphql::{Context, Enum, Error, ErrorExtensions, Interface, SimpleObject, Value};
use domain::{Code, Locale, Refusal};

/// Codes of errors, in payloads and in `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ErrorCode {
    /// Nobody is logged in, or the session has ended.
    Unauthenticated,
    /// You may see the object, but not do this.
    Forbidden,
    /// There is no such object, or you may not see it.
    NotFound,
    /// The input breaks a rule; `path` tells where.
    BadUserInput,
    /// The object's state does not allow this.
    InvalidTransition,
    /// Somebody else has changed the object; load it again.
    Conflict,
    /// The period does not take changes any more.
    PeriodClosed,
    /// The idempotency key was used with another input.
    KeyReused,
    /// This request, or another change of the same data, is still running; retry in a moment.
    InProgress,
    /// Too many attempts; retry later.
    RateLimited,
    /// A limit of the API is exceeded; see `serviceConfig`.
    LimitExceeded,
    /// The document is refused.
    DocumentRefused,
    /// The operation may not be run this way.
    OperationNotAllowed,
    /// The document can't be read.
    GraphqlParseFailed,
    /// The document does not fit the schema.
    GraphqlValidationFailed,
    /// No operation, or several without a name.
    OperationResolutionFailure,
    /// The HTTP request is malformed.
    BadRequest,
    /// It took too long.
    Timeout,
    /// The cursor is older than what is kept; load anew.
    CursorExpired,
    /// The client reads too slowly; resume after the last cursor.
    SubscriptionLagged,
    /// The storage is full; reading goes on.
    StorageFull,
    /// A fault of the server; report it with `requestId`.
    InternalServerError,
}

/// Something that the client can act on. Nothing was written.
#[derive(Clone, Debug, Interface)]
#[graphql(
    field(name = "code", ty = "&ErrorCode", desc = "What kind of error it is."),
    field(name = "message", ty = "&String", desc = "A sentence for a person, in the request's language."),
    field(name = "path", ty = "&Option<Vec<String>>", desc = "Where in the input; null: the whole.")
)]
pub enum UserError {
    /// A broken rule of the input.
    Input(InputError),
    /// A state that does not allow the action.
    Transition(TransitionError),
    /// A version that is not the stored one.
    Conflict(ConflictError),
    /// Anything without further facts.
    Plain(ActionError),
}

/// The input breaks a rule.
#[derive(Clone, Debug, SimpleObject)]
pub struct InputError {
    /// Always BAD_USER_INPUT.
    pub code: ErrorCode,
    /// A sentence for a person, in the request's language.
    pub message: String,
    /// Where in the input: field names and list positions, outermost first.
    pub path: Option<Vec<String>>,
}

/// The object's state does not allow the action.
#[derive(Clone, Debug, SimpleObject)]
pub struct TransitionError {
    /// Always INVALID_TRANSITION.
    pub code: ErrorCode,
    /// A sentence for a person, in the request's language.
    pub message: String,
    /// Where in the input; null: the whole.
    pub path: Option<Vec<String>>,
    /// The state that the object is in.
    pub from: String,
    /// The actions that this state allows.
    pub allowed: Vec<String>,
}

/// Somebody else has changed the object since it was read.
#[derive(Clone, Debug, SimpleObject)]
pub struct ConflictError {
    /// Always CONFLICT.
    pub code: ErrorCode,
    /// A sentence for a person, in the request's language.
    pub message: String,
    /// Where in the input; null: the whole.
    pub path: Option<Vec<String>>,
    /// The version that is stored now.
    pub current_version: i32,
}

/// An action that is refused, without further facts: FORBIDDEN, NOT_FOUND (in a batch), PERIOD_CLOSED.
#[derive(Clone, Debug, SimpleObject)]
pub struct ActionError {
    /// What kind of error it is.
    pub code: ErrorCode,
    /// A sentence for a person, in the request's language.
    pub message: String,
    /// Where in the input; null: the whole.
    pub path: Option<Vec<String>>,
}

impl UserError {
    /// A refusal in a language.
    pub fn new(refusal: Refusal, locale: Locale) -> Self {
        let message = refusal.message.render(locale);
        let path = (!refusal.path.is_empty()).then_some(refusal.path);
        match refusal.code {
            Code::BadUserInput => Self::Input(InputError { code: ErrorCode::BadUserInput, message, path }),
            Code::InvalidTransition { from, allowed } => Self::Transition(TransitionError {
                code: ErrorCode::InvalidTransition,
                message,
                path,
                from,
                allowed,
            }),
            Code::Conflict { current_version } => {
                Self::Conflict(ConflictError { code: ErrorCode::Conflict, message, path, current_version })
            }
            Code::PeriodClosed => Self::Plain(ActionError { code: ErrorCode::PeriodClosed, message, path }),
            Code::Forbidden => Self::Plain(ActionError { code: ErrorCode::Forbidden, message, path }),
            Code::NotFound => Self::Plain(ActionError { code: ErrorCode::NotFound, message, path }),
        }
    }
}

/// A failed use case as a GraphQL error. The cause of an internal fault goes to the log only.
pub fn failure(ctx: &Context<'_>, error: service::Error) -> Error {
    use service::Error as E;
    let request = ctx.request().map(|request| request.id).unwrap_or_default();
    let code = match &error {
        E::Unauthenticated => ErrorCode::Unauthenticated,
        E::NotFound => ErrorCode::NotFound,
        E::Forbidden => ErrorCode::Forbidden,
        E::Refused(refusals) => return refused(refusals, ctx.locale()),
        E::KeyReused => ErrorCode::KeyReused,
        E::InProgress => ErrorCode::InProgress,
        E::RateLimited { .. } => ErrorCode::RateLimited,
        E::Overloaded => {
            tracing::warn!(%request, "no connection to the database came free");
            ErrorCode::Timeout
        }
        E::StorageFull => ErrorCode::StorageFull,
        E::CursorExpired => ErrorCode::CursorExpired,
        E::Lagged { .. } => ErrorCode::SubscriptionLagged,
        E::Internal(cause) => {
            tracing::error!(%request, %cause, "a request failed by a fault of ours");
            ErrorCode::InternalServerError
        }
    };
    Error::new(error.message().render(ctx.locale())).extend_with(|_, extensions| {
        extensions.set("code", name(code));
        if code == ErrorCode::InternalServerError {
            extensions.set("requestId", request.to_string());
        }
        match error {
            E::RateLimited { seconds } => extensions.set("retryAfterSeconds", seconds),
            E::Lagged { after } => extensions.set("cursor", super::place::cursor(after)),
            _ => {}
        }
    })
}

/// A refusal where there is no payload to carry it (queries).
fn refused(refusals: &[Refusal], locale: Locale) -> Error {
    let Some(refusal) = refusals.first() else { return Error::new("") };
    let user_error = UserError::new(refusal.clone(), locale);
    Error::new(refusal.message.render(locale)).extend_with(|_, extensions| {
        extensions.set("code", name(*user_error.code_value()));
        if !refusal.path.is_empty() {
            extensions.set("path", refusal.path.clone());
        }
        if let UserError::Conflict(conflict) = &user_error {
            extensions.set("currentVersion", conflict.current_version);
        }
        if let UserError::Transition(transition) = &user_error {
            extensions.set("from", transition.from.clone());
            extensions.set("allowed", transition.allowed.clone());
        }
    })
}

impl UserError {
    /// Its code.
    pub(super) const fn code_value(&self) -> &ErrorCode {
        match self {
            Self::Input(error) => &error.code,
            Self::Transition(error) => &error.code,
            Self::Conflict(error) => &error.code,
            Self::Plain(error) => &error.code,
        }
    }
}

/// The name of a code on the wire.
fn name(code: ErrorCode) -> Value {
    async_graphql::resolver_utils::enum_value(code)
}

/// Turns what a client can act on into data, and leaves the rest as errors.
pub fn outcome<T>(
    ctx: &Context<'_>,
    result: service::Result<T>,
) -> async_graphql::Result<(Option<T>, Vec<UserError>)> {
    match result {
        Ok(value) => Ok((Some(value), Vec::new())),
        Err(service::Error::Refused(refusals)) => {
            let locale = ctx.locale();
            Ok((None, refusals.into_iter().map(|refusal| UserError::new(refusal, locale)).collect()))
        }
        Err(error) => Err(failure(ctx, error)),
    }
}

/// Gives a use case's result to a resolver.
pub trait OrFail<T> {
    /// The value, or its failure as a GraphQL error.
    fn or_fail(self, ctx: &Context<'_>) -> async_graphql::Result<T>;
}

impl<T> OrFail<T> for service::Result<T> {
    fn or_fail(self, ctx: &Context<'_>) -> async_graphql::Result<T> {
        self.map_err(|error| failure(ctx, error))
    }
}
