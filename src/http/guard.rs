//! The document guard of this server: the crate `document` with this server's custom scalars and sentences.

pub use document::{
    CostlyField, DocumentError, Guard, Judged, Limit, Limits, NESTING, Nulls, ReadSchema, Reason, Scalars,
    Shape, Summary,
};

use document::Code;
use domain::scoring::Label;
use domain::{ErrorCode, Key, Locale, Message};
use graphql::{Api, scalars};
use std::sync::{Arc, OnceLock};

/// Maximum number of characters of the client's text in a message.
const QUOTED: usize = 60;

/// Maximum number of characters of a sentence about a document, which may quote it.
const SENTENCE: usize = 250;

/// Creates the guard of a schema with this server's custom scalars.
///
/// # Errors
/// An SDL that is not a valid schema.
pub fn guard(sdl: &str, limits: Limits) -> Result<Guard, String> {
    Guard::new(Arc::new(ReadSchema::new(sdl)?), limits, scalars::texts())
}

/// Creates the guard of the API. The schema is the same for all servers in a process, so it is parsed only once.
///
/// # Errors
/// An SDL that is not a valid schema.
pub fn guard_of(api: &Api, limits: Limits) -> Result<Guard, String> {
    static SCHEMA: OnceLock<Arc<ReadSchema>> = OnceLock::new();
    let schema = match SCHEMA.get() {
        Some(schema) => schema,
        None => {
            let schema = Arc::new(ReadSchema::new(api.sdl())?);
            SCHEMA.get_or_init(|| schema)
        }
    };
    Guard::new(schema.clone(), limits, scalars::texts())
}

/// The API's code of an error.
#[must_use]
pub const fn code(error: &DocumentError) -> ErrorCode {
    match error.code() {
        Code::ParseFailed => ErrorCode::GraphqlParseFailed,
        Code::ValidationFailed => ErrorCode::GraphqlValidationFailed,
        Code::DocumentRefused => ErrorCode::DocumentRefused,
        Code::LimitExceeded => ErrorCode::LimitExceeded,
        Code::OperationResolution => ErrorCode::OperationResolutionFailure,
        Code::BadUserInput => ErrorCode::BadUserInput,
    }
}

/// The sentence of an error.
#[must_use]
pub fn message(error: &DocumentError) -> Message {
    match &error.reason {
        Reason::Syntax => Key::DocumentSyntax.into(),
        Reason::NoOperation => Key::NoOperation.into(),
        Reason::Invalid(text) => Message::new(Key::InvalidDocument).with("error", cut(text, SENTENCE)),
        Reason::FragmentCycle(name) => Message::new(Key::FragmentCycle).with("name", shortened(name)),
        Reason::VariableRequired(name) => Message::new(Key::VariableRequired).with("name", shortened(name)),
        Reason::VariableInvalid { path, expected } => {
            Message::new(Key::InvalidVariable).with("name", shortened(path)).with("type", shortened(expected))
        }
        Reason::OperationNameRequired => Key::OperationNameRequired.into(),
        Reason::NotStorable(_) => Key::NotStorable.into(),
        Reason::UnknownOperation(name) => Message::new(Key::UnknownOperation).with("name", shortened(name)),
        Reason::TooMuch { limit, requested, available, costliest } => {
            let message = if costliest.is_empty() {
                Message::new(Key::LimitExceeded).with_words("limit", &to_label(&label(*limit).into()))
            } else {
                Message::new(Key::CostExceeded).with_words("advice", &advice(costliest))
            };
            // The sentence does not show a number above this range; it only says that the cost is larger than the
            // limit.
            let requested = match u32::try_from(*requested) {
                Ok(requested) => requested.to_string(),
                Err(_) => format!(">{available}"),
            };
            message.with("requested", requested).with("available", available)
        }
    }
}

/// The name of a limit.
const fn label(limit: Limit) -> Key {
    match limit {
        Limit::Bytes => Key::LimitBytes,
        Limit::Tokens => Key::LimitTokens,
        Limit::Brackets => Key::LimitBrackets,
        Limit::Depth => Key::LimitDepth,
        Limit::Nesting => Key::LimitNesting,
        Limit::Fields => Key::LimitFields,
        Limit::Aliases => Key::LimitAliases,
        Limit::Values => Key::LimitValues,
        Limit::Directives => Key::LimitDirectives,
        Limit::Fragments => Key::LimitFragments,
        Limit::Operations => Key::LimitOperations,
        Limit::IntrospectionLists => Key::LimitIntrospectionLists,
        Limit::Introspection => Key::LimitIntrospection,
        Limit::RootFields => Key::LimitRootFields,
        Limit::Cost => Key::LimitCost,
    }
}

/// Advice on the fields of which the client should request less.
fn advice(costliest: &[CostlyField]) -> Label {
    let sentences = costliest.iter().map(|field| {
        let message = match field.argument {
            Some(argument) => Message::new(Key::CostOfPage).with("argument", argument),
            None => Message::new(Key::CostOfField),
        };
        to_label(&message.with("place", &field.path).with("cost", field.cost))
    });
    let sentences: Vec<Label> = sentences.collect();
    let join = |locale| sentences.iter().map(|label| label.text(locale)).collect::<Vec<_>>().join(" ");
    Label { id: join(Locale::Id), en: join(Locale::En) }
}

/// Converts a sentence in both languages to a label, for use inside another sentence.
fn to_label(message: &Message) -> Label {
    Label { id: message.render(Locale::Id), en: message.render(Locale::En) }
}

/// The first characters of a text that the client sent, so that a client can't inflate an answer.
fn shortened(text: &str) -> String {
    cut(text, QUOTED)
}

fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
