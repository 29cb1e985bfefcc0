//! Converts an executed request to an HTTP answer: adds codes and the cost, hides internal texts, and limits the number
//! of errors.

use super::complete::complete;
use super::error::{HttpError, code_of, finish, not_executed};
use super::{Call, Front, Paid};
use crate::http::budget::Remaining;
use crate::http::guard::Summary;
use crate::http::metrics::Outcome;
use crate::http::negotiate::Media;
use async_graphql::parser::types::OperationType;
use async_graphql::{ErrorExtensionValues, ServerError, Value, value};
use async_graphql_axum::GraphQLResponse;
use axum::response::{IntoResponse, Response};
use domain::{ErrorCode, Key, Message};

/// Maximum number of characters of a message.
const MESSAGE_CHARACTERS: usize = 300;

/// Makes the HTTP answer from the executor's response.
pub(super) fn respond(
    mut response: async_graphql::Response,
    front: &Front,
    paid: &Paid<'_>,
    media: Media,
    call: &Call,
) -> Response {
    let executed = front.settle(&mut response, paid, call);
    let code = response.errors.first().map_or("OK", |error| code_of(error).map_or("", ErrorCode::name));
    let outcome = Outcome { operation: operation(paid.summary), code: code.to_owned() };
    let edition = front.settings.edition;
    let mut answer = if executed {
        let status = edition.executed(&response.errors, media);
        let mut answer = GraphQLResponse::from(response).into_response();
        finish(&mut answer, status, media);
        answer
    } else {
        not_executed(&response.errors, media, edition)
    };
    answer.extensions_mut().insert(outcome);
    answer
}

/// The kind of operation, for the metrics.
pub(super) const fn operation(summary: &Summary) -> &'static str {
    match summary.operation {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}

impl Front {
    /// Prepares the executor's response for clients, on every transport. Gives every error a code, hides internal
    /// texts, limits the number of errors, puts null where a field failed, and adds the cost.
    ///
    /// Returns whether the operation was executed. If it was not, the answer must contain only errors and no `data`,
    /// not even null.
    pub fn settle(&self, response: &mut async_graphql::Response, paid: &Paid<'_>, call: &Call) -> bool {
        let summary = paid.summary;
        // Before execution begins there is neither data nor a path.
        let executed = response.data != Value::Null
            || response.errors.is_empty()
            || response.errors.iter().any(|error| !error.path.is_empty());
        if !executed {
            self.cut_errors(response);
            for error in &mut response.errors {
                settle_request_error(error, call);
            }
            return false;
        }
        complete(response, &summary.shape);
        summary.shape.arrange(&mut response.data);
        if let Some(error) = overloaded(response) {
            response.data = Value::Null;
            response.errors = vec![error];
            return false;
        }
        response.extensions.insert("cost".to_owned(), cost(paid));
        self.cut_errors(response);
        for error in &mut response.errors {
            settle_field_error(error, call);
        }
        true
    }
}

impl Front {
    /// Limits the number of errors in a response. `extensions.omittedErrors` is the number of errors that are not
    /// listed.
    fn cut_errors(&self, response: &mut async_graphql::Response) {
        let omitted = response.errors.len().saturating_sub(self.settings.errors);
        if omitted > 0 {
            response.errors.truncate(self.settings.errors);
            response.extensions.insert("omittedErrors".to_owned(), omitted.into());
        }
    }
}

/// The OVERLOADED error of a response in which nothing succeeded. The server has not begun such a request, so the
/// client should send it again.
fn overloaded(response: &async_graphql::Response) -> Option<ServerError> {
    let nothing = match &response.data {
        Value::Null => true,
        Value::Object(fields) => fields.values().all(|value| *value == Value::Null),
        _ => false,
    };
    let error = response.errors.iter().find(|error| code_of(error) == Some(ErrorCode::Overloaded))?;
    nothing.then(|| ServerError { path: Vec::new(), locations: Vec::new(), ..error.clone() })
}

/// `extensions.cost`: the cost of the document, the highest accepted cost, and the remaining budget of the caller.
fn cost(paid: &Paid<'_>) -> Value {
    let Paid { summary, budget } = paid;
    let budget = budget.map_or(Value::Null, Remaining::value);
    value!({ "requested": summary.cost, "available": summary.available, "budget": budget })
}

/// Completes an error that occurred before execution. These are rare, because the guard has accepted the document.
fn settle_request_error(error: &mut ServerError, call: &Call) {
    match code_of(error) {
        Some(ErrorCode::InternalServerError) => return hide(error, call),
        Some(_) => {}
        None => {
            let message = Message::new(Key::InvalidDocument).with("error", &error.message);
            error.message = message.render(call.locale);
            set_code(error, ErrorCode::GraphqlValidationFailed);
        }
    }
    shorten(&mut error.message);
}

/// Completes an error of a field. An error without a code is internal, unless it is the executor's own error about an
/// argument.
fn settle_field_error(error: &mut ServerError, call: &Call) {
    match code_of(error) {
        Some(ErrorCode::InternalServerError) => return hide(error, call),
        Some(_) => return shorten(&mut error.message),
        None => {}
    }
    let input = ["Failed to parse \"", "Expected input type \""]
        .iter()
        .find_map(|start| error.message.strip_prefix(start)?.split('"').next())
        .filter(|_| error.source.is_none());
    let Some(name) = input else {
        return hide(error, call);
    };
    // The text after the type's name comes from the library that parsed the value.
    let name: String = name.chars().take(60).collect();
    error.message = Message::new(Key::InvalidArgument).with("type", name).render(call.locale);
    set_code(error, ErrorCode::BadUserInput);
}

/// Logs an error under the request's id, and removes everything from it except its position.
fn hide(error: &mut ServerError, call: &Call) {
    tracing::error!(request_id = %call.request_id, path = ?error.path, "{}", error.message);
    *error = ServerError {
        locations: std::mem::take(&mut error.locations),
        path: std::mem::take(&mut error.path),
        ..HttpError::internal(*call).error()
    };
}

fn set_code(error: &mut ServerError, code: ErrorCode) {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code.name());
}

fn shorten(message: &mut String) {
    if let Some((end, _)) = message.char_indices().nth(MESSAGE_CHARACTERS) {
        message.truncate(end);
        message.push('…');
    }
}
