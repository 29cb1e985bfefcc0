//! From an executed request to an HTTP answer: codes, hidden texts, caps, the cost.

use super::complete::complete;
use super::failure::{Complaint, finish, request_errors, status_of};
use super::{Call, Front};
use crate::http::guard::Summary;
use crate::http::metrics::Outcome;
use crate::http::negotiate::Media;
use async_graphql::parser::types::OperationType;
use async_graphql::{ErrorExtensionValues, ServerError, Value, value};
use async_graphql_axum::GraphQLResponse;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::Locale;

/// The characters of a message that a client may have written parts of.
const MESSAGE_CHARACTERS: usize = 300;

/// Makes the answer of what the executor gave.
pub(super) fn respond(
    mut response: async_graphql::Response,
    front: &Front,
    summary: &Summary,
    media: Media,
    call: &Call,
) -> Response {
    let executed = front.settle(&mut response, summary, call);
    let code = response.errors.first().map_or("OK", code).to_owned();
    let mut answer = if executed {
        let mut answer = GraphQLResponse::from(response).into_response();
        finish(&mut answer, StatusCode::OK, media);
        answer
    } else {
        let status = match media {
            Media::GraphqlResponse => status_of(&code),
            Media::Json => StatusCode::OK,
        };
        request_errors(&response.errors, status, media)
    };
    answer.extensions_mut().insert(Outcome { operation: operation(summary), code });
    answer
}

/// What sort of operation it is, for the figures.
pub(super) const fn operation(summary: &Summary) -> &'static str {
    match summary.operation {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}

impl Front {
    /// Makes what the executor gave fit for a client, on any transport: a code on every error,
    /// nothing internal in any, no more errors than the settings allow, null where a field failed,
    /// and the cost.
    ///
    /// Gives whether the operation was executed. If not, the answer has no `data`, not even null,
    /// and only its errors are to be sent.
    pub fn settle(&self, response: &mut async_graphql::Response, summary: &Summary, call: &Call) -> bool {
        // Before execution begins there is neither data nor a path.
        let executed = response.data != Value::Null
            || response.errors.is_empty()
            || response.errors.iter().any(|error| !error.path.is_empty());
        if executed {
            let name = summary.name.as_deref();
            complete(response, &self.guard, &summary.text, name);
            response.extensions.insert("cost".to_owned(), cost(summary));
        }
        response.errors.truncate(self.settings.errors);
        for error in &mut response.errors {
            if executed {
                settle_field_error(error, call);
            } else {
                settle_request_error(error, summary, call);
            }
        }
        executed
    }
}

/// `extensions.cost`: what the document could bring back, and what it might have.
fn cost(summary: &Summary) -> Value {
    value!({ "requested": summary.cost, "available": summary.available })
}

/// An error of parsing, validation or coercion. The executor gives no codes for these.
fn settle_request_error(error: &mut ServerError, summary: &Summary, call: &Call) {
    if code(error) == "INTERNAL_SERVER_ERROR" {
        return hide(error, call);
    }
    if code(error).is_empty() {
        let from_variable = error.locations.iter().any(|at| summary.variable_arguments.contains(at));
        let (code, sentence) = if error.message.starts_with("Invalid value for argument") && from_variable {
            ("BAD_USER_INPUT", "Nilai variabel tidak sah")
        } else {
            ("GRAPHQL_VALIDATION_FAILED", "Dokumen tidak sesuai dengan skema")
        };
        if call.locale == Locale::Id {
            // The executor tells the place in English only.
            error.message = format!("{sentence}: {}", error.message);
        }
        set_code(error, code);
    }
    shorten(&mut error.message);
}

/// An error of a field. One that carries no code was not meant for clients, unless it is the
/// executor's own about an argument.
fn settle_field_error(error: &mut ServerError, call: &Call) {
    match code(error) {
        "INTERNAL_SERVER_ERROR" => return hide(error, call),
        "" => {}
        _ => return shorten(&mut error.message),
    }
    let input = ["Failed to parse \"", "Expected input type \""]
        .iter()
        .find_map(|start| error.message.strip_prefix(start)?.split('"').next())
        .filter(|_| error.source.is_none());
    let Some(name) = input else {
        return hide(error, call);
    };
    // What follows the type's name is the text of whatever library parsed the value.
    let name: String = name.chars().take(60).collect();
    error.message = match call.locale {
        Locale::Id => format!("Nilai argumen ini tidak sah untuk tipe \"{name}\"."),
        Locale::En => format!("The value of this argument is not valid for the type \"{name}\"."),
    };
    set_code(error, "BAD_USER_INPUT");
}

/// Takes everything out of an error but its place, and leaves it in the log under the request.
fn hide(error: &mut ServerError, call: &Call) {
    tracing::error!(request_id = %call.request_id, path = ?error.path, "{}", error.message);
    *error = ServerError {
        locations: std::mem::take(&mut error.locations),
        path: std::mem::take(&mut error.path),
        ..internal(call)
    };
}

/// The one error that says nothing but where to ask.
fn internal(call: &Call) -> ServerError {
    let mut error = ServerError::new(Complaint::Internal.message(call.locale), None);
    set_code(&mut error, "INTERNAL_SERVER_ERROR");
    if let Some(extensions) = &mut error.extensions {
        extensions.set("requestId", call.request_id.to_string());
    }
    error
}

fn code(error: &ServerError) -> &str {
    match error.extensions.as_ref().and_then(|all| all.get("code")) {
        Some(Value::String(code)) => code,
        Some(Value::Enum(code)) => code,
        _ => "",
    }
}

fn set_code(error: &mut ServerError, code: &str) {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code);
}

fn shorten(message: &mut String) {
    if let Some((end, _)) = message.char_indices().nth(MESSAGE_CHARACTERS) {
        message.truncate(end);
        message.push('…');
    }
}
