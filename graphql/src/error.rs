//! Errors as clients receive them. Errors that a client can act on are data; all others are GraphQL errors with a code.
//!
//! What a code means (status, log level, retry) is in `domain::error_code`.

use super::{
    context::ContextExt,
    enums::{Action, ErrorCode},
    id::{self, Kind},
    organisation::{Staff, one_staff},
    refused,
    scalars::Date,
};
use async_graphql::{ComplexObject, Context, Error, ErrorExtensionValues, ID, Interface, SimpleObject};
use domain::{Code, Locale, Refusal, error_code::LogLevel, id::StaffId};
use futures_util::future::try_join_all;
use uuid::Uuid;

/// An error that the client can act on. Nothing was written.
#[derive(Clone, Debug, Interface)]
#[graphql(
    field(name = "code", ty = "&ErrorCode", desc = "The kind of error."),
    field(name = "message", ty = "&String", desc = "A sentence for people, in the request's language."),
    field(name = "path", ty = "&Option<Vec<String>>", desc = "Path in the input; null for the whole input.")
)]
pub enum UserError {
    /// The input breaks a rule.
    Input(InputError),
    /// The input names a person who has left and can be reinstated.
    PersonHasLeft(PersonHasLeftError),
    /// The state does not allow the action.
    Transition(TransitionError),
    /// The action becomes possible on a later day.
    TooEarly(TooEarlyError),
    /// The expected version is not the stored one.
    Conflict(ConflictError),
    /// Another person must do this.
    AnotherPerson(AnotherPersonError),
    /// An error without further fields.
    Plain(ActionError),
}

/// The input breaks a rule.
#[derive(Clone, Debug, SimpleObject)]
pub struct InputError {
    /// Always BAD_USER_INPUT.
    pub code: ErrorCode,
    /// A sentence for people, in the request's language.
    pub message: String,
    /// Path in the input: field names and list positions, outermost first.
    pub path: Option<Vec<String>>,
}

/// The input names a person who has left the agency; reinstate them with `reinstateStaff`.
#[derive(Clone, Debug, SimpleObject)]
pub struct PersonHasLeftError {
    /// Always BAD_USER_INPUT.
    pub code: ErrorCode,
    /// A sentence for people, in the request's language.
    pub message: String,
    /// Path in the input: field names and list positions, outermost first.
    pub path: Option<Vec<String>>,
    /// Global id of the person.
    pub staff_id: ID,
}

/// The object's state does not allow the action.
#[derive(Clone, Debug, SimpleObject)]
pub struct TransitionError {
    /// Always INVALID_TRANSITION.
    pub code: ErrorCode,
    /// A sentence for people, in the request's language.
    pub message: String,
    /// Path in the input; null for the whole input.
    pub path: Option<Vec<String>>,
    /// The object's state.
    pub from: String,
    /// Actions that this state allows.
    pub allowed: Vec<Action>,
}

/// The action becomes possible on a later day, such as the last day of the period.
#[derive(Clone, Debug, SimpleObject)]
pub struct TooEarlyError {
    /// Always TOO_EARLY.
    pub code: ErrorCode,
    /// A sentence for people, in the request's language; it names the day.
    pub message: String,
    /// Path in the input; null for the whole input.
    pub path: Option<Vec<String>>,
    /// First day on which it is possible, in the agency's time zone.
    pub opens_on: Date,
}

/// The object has changed since it was read.
#[derive(Clone, Debug, SimpleObject)]
pub struct ConflictError {
    /// Always CONFLICT.
    pub code: ErrorCode,
    /// A sentence for people, in the request's language.
    pub message: String,
    /// Path in the input; null for the whole input.
    pub path: Option<Vec<String>>,
    /// The stored version.
    pub current_version: i32,
}

/// You have the right, but another person must do this: it concerns your own result or powers, or those of a person
/// whose account you control.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct AnotherPersonError {
    /// Always FORBIDDEN.
    pub code: ErrorCode,
    /// A sentence for people, in the request's language; it names who can.
    pub message: String,
    /// Path in the input; null for the whole input.
    pub path: Option<Vec<String>>,
    #[graphql(skip)]
    people: Vec<StaffId>,
}

#[ComplexObject]
impl AnotherPersonError {
    /// The people who can do it; empty if only an operator of the server can, with `kinerja admin`.
    async fn who_can(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Staff>> {
        let people = self.people.iter().map(|staff| one_staff(ctx, *staff));
        Ok(try_join_all(people).await?.into_iter().flatten().collect())
    }
}

/// A refusal that needs no further fields: FORBIDDEN, NOT_FOUND (in a batch), PERIOD_CLOSED.
#[derive(Clone, Debug, SimpleObject)]
pub struct ActionError {
    /// The kind of error.
    pub code: ErrorCode,
    /// A sentence for people, in the request's language.
    pub message: String,
    /// Path in the input; null for the whole input.
    pub path: Option<Vec<String>>,
}

impl UserError {
    /// Renders a refusal in a language.
    pub fn new(refusal: Refusal, locale: Locale) -> Self {
        let message = refusal.message.render(locale);
        let path = (!refusal.path.is_empty()).then_some(refusal.path);
        let code = refusal.code.error_code().into();
        match refusal.code {
            Code::BadUserInput => Self::Input(InputError { code, message, path }),
            Code::CanBeReinstated { staff } => {
                let staff_id = id::encode(Kind::Staff, staff);
                Self::PersonHasLeft(PersonHasLeftError { code, message, path, staff_id })
            }
            Code::InvalidTransition { from, allowed } => {
                // The names come from the domain's own `Action`, so each one parses.
                let allowed = allowed.iter().filter_map(|name| name.parse::<domain::action::Action>().ok());
                let allowed = allowed.map(Into::into).collect();
                Self::Transition(TransitionError { code, message, path, from, allowed })
            }
            Code::TooEarly { opens_on } => {
                Self::TooEarly(TooEarlyError { code, message, path, opens_on: Date(opens_on) })
            }
            Code::Conflict { current_version } => {
                Self::Conflict(ConflictError { code, message, path, current_version })
            }
            Code::AnotherPerson { who_can: people } => {
                Self::AnotherPerson(AnotherPersonError { code, message, path, people })
            }
            Code::PeriodClosed | Code::Forbidden | Code::NotFound => {
                Self::Plain(ActionError { code, message, path })
            }
        }
    }

    /// Its code.
    pub(super) const fn code_value(&self) -> &ErrorCode {
        match self {
            Self::Input(error) => &error.code,
            Self::PersonHasLeft(error) => &error.code,
            Self::Transition(error) => &error.code,
            Self::TooEarly(error) => &error.code,
            Self::Conflict(error) => &error.code,
            Self::AnotherPerson(error) => &error.code,
            Self::Plain(error) => &error.code,
        }
    }
}

/// Converts the error of a use case to a GraphQL error, and logs it at the level of its code.
pub fn to_graphql_error(ctx: &Context<'_>, error: service::Error) -> Error {
    let request = ctx.request().map(|request| request.id).unwrap_or_default();
    log(&error, request);
    match &error {
        service::Error::Refused(refusals) => refused::record(ctx, refusals),
        service::Error::Forbidden | service::Error::NotFound => refused::record_field(ctx),
        _ => {}
    }
    let mut graphql = Error::new(error.message().render(ctx.locale()));
    graphql.extensions = Some(extensions(&error, request));
    graphql
}

/// Logs an error at the level of its code.
pub fn log(cause: &service::Error, request: Uuid) {
    let code = cause.code();
    match code.log_level() {
        LogLevel::Off => {}
        LogLevel::Warn => tracing::warn!(%request, code = code.name(), %cause, "a request failed"),
        LogLevel::Error => tracing::error!(%request, %cause, "internal error"),
    }
}

/// The `extensions` of an error, on every transport.
pub fn extensions(error: &service::Error, request: Uuid) -> ErrorExtensionValues {
    let code = error.code();
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code.name());
    match error {
        service::Error::RateLimited { seconds } => extensions.set("retryAfterSeconds", *seconds),
        service::Error::Lagged { after } => extensions.set("cursor", super::cursor::encode(*after)),
        service::Error::Internal(_) => extensions.set("requestId", request.to_string()),
        service::Error::Refused(refusals) => {
            if let Some(refusal) = refusals.first() {
                refusal_extensions(refusal, &mut extensions);
            }
        }
        _ => {}
    }
    extensions
}

/// Adds the details of a refusal for queries, because they have no payload that could contain them.
fn refusal_extensions(refusal: &Refusal, extensions: &mut ErrorExtensionValues) {
    if !refusal.path.is_empty() {
        extensions.set("path", refusal.path.clone());
    }
    match &refusal.code {
        Code::Conflict { current_version } => extensions.set("currentVersion", *current_version),
        Code::TooEarly { opens_on } => extensions.set("opensOn", opens_on.to_string()),
        Code::InvalidTransition { from, allowed } => {
            extensions.set("from", from.as_str());
            extensions.set("allowed", allowed.clone());
        }
        Code::BadUserInput
        | Code::CanBeReinstated { .. }
        | Code::PeriodClosed
        | Code::Forbidden
        | Code::AnotherPerson { .. }
        | Code::NotFound => {}
    }
}

/// Converts refusals to payload errors, because a client can act on them; returns every other error as a GraphQL error.
pub fn outcome<T>(
    ctx: &Context<'_>,
    result: service::Result<T>,
) -> async_graphql::Result<(Option<T>, Vec<UserError>)> {
    match result {
        Ok(value) => Ok((Some(value), Vec::new())),
        Err(service::Error::Refused(refusals)) => {
            refused::record(ctx, &refusals);
            let locale = ctx.locale();
            Ok((None, refusals.into_iter().map(|refusal| UserError::new(refusal, locale)).collect()))
        }
        Err(error) => Err(to_graphql_error(ctx, error)),
    }
}

/// The refusals of one row of a batch.
pub fn of_row(ctx: &Context<'_>, refusals: Vec<Refusal>) -> Vec<UserError> {
    refused::record(ctx, &refusals);
    refusals.into_iter().map(|refusal| UserError::new(refusal, ctx.locale())).collect()
}

/// Converts the result of a use case for a resolver.
pub trait OrFail<T> {
    /// The value, or the GraphQL error.
    fn or_fail(self, ctx: &Context<'_>) -> async_graphql::Result<T>;
}

impl<T> OrFail<T> for service::Result<T> {
    fn or_fail(self, ctx: &Context<'_>) -> async_graphql::Result<T> {
        self.map_err(|error| to_graphql_error(ctx, error))
    }
}
