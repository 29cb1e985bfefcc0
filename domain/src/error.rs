//! Why something can't be done, in a form that a client can act on.

use crate::{Key, Message};
use serde::{Deserialize, Serialize};

/// The kind of a refusal, with what the client needs to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Code {
    /// The input breaks a rule; the path tells where.
    BadUserInput,
    /// The object's state does not allow the action.
    InvalidTransition {
        /// The state that the object is in.
        from: String,
        /// The actions that this state allows.
        allowed: Vec<String>,
    },
    /// The object has changed since the client read it.
    Conflict {
        /// The version that is stored now.
        current_version: i32,
    },
    /// The period does not take changes any more.
    PeriodClosed,
    /// The actor may see the object, but not do this.
    Forbidden,
    /// The actor can't see such an object. Hidden and absent look the same.
    NotFound,
}

/// One reason why nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code:?}: {message:?}")]
pub struct Refusal {
    /// The kind.
    pub code: Code,
    /// The sentence for a person.
    pub message: Message,
    /// Where in the input, in the names of the API: `["results", "0", "indicators"]`. Empty: the whole.
    pub path: Vec<String>,
}

impl Refusal {
    /// A broken rule of the input at a path.
    #[must_use]
    pub fn input<P: ToString>(path: impl IntoIterator<Item = P>, message: impl Into<Message>) -> Self {
        Self {
            code: Code::BadUserInput,
            message: message.into(),
            path: path.into_iter().map(|part| part.to_string()).collect(),
        }
    }

    /// A missing input.
    #[must_use]
    pub fn required(field: &str) -> Self {
        Self::input([field], Message::new(Key::Required).with("field", field))
    }

    /// An action that the state does not allow.
    #[must_use]
    pub fn transition(from: &str, allowed: &[&str]) -> Self {
        Self {
            code: Code::InvalidTransition {
                from: from.to_owned(),
                allowed: allowed.iter().map(|&action| action.to_owned()).collect(),
            },
            message: Message::new(Key::InvalidTransition).with("from", from),
            path: Vec::new(),
        }
    }

    /// An action that the state does not allow, with a sentence that tells why; `{from}` of it is filled in.
    #[must_use]
    pub fn transition_because(from: &str, allowed: &[&str], why: impl Into<Message>) -> Self {
        Self { message: why.into().with("from", from), ..Self::transition(from, allowed) }
    }

    /// An action that the actor is not entitled to.
    #[must_use]
    pub fn forbidden() -> Self {
        Self { code: Code::Forbidden, message: Key::Forbidden.into(), path: Vec::new() }
    }

    /// An object that the actor can't see.
    #[must_use]
    pub fn not_found<P: ToString>(path: impl IntoIterator<Item = P>) -> Self {
        Self {
            code: Code::NotFound,
            message: Key::NotFound.into(),
            path: path.into_iter().map(|part| part.to_string()).collect(),
        }
    }

    /// A change of a version that is not the stored one.
    #[must_use]
    pub fn conflict(current_version: i32) -> Self {
        Self { code: Code::Conflict { current_version }, message: Key::Conflict.into(), path: Vec::new() }
    }

    /// A change in a period that is closed.
    #[must_use]
    pub fn period_closed() -> Self {
        Self { code: Code::PeriodClosed, message: Key::PeriodClosed.into(), path: Vec::new() }
    }

    /// The same refusal, one level further in: `["rows", "3"]` before the path.
    #[must_use]
    pub fn under<P: ToString>(mut self, prefix: impl IntoIterator<Item = P>) -> Self {
        let mut path: Vec<String> = prefix.into_iter().map(|part| part.to_string()).collect();
        path.append(&mut self.path);
        self.path = path;
        self
    }
}

/// One reason is a list of one, so that `?` carries it where several can be told.
impl From<Refusal> for Vec<Refusal> {
    fn from(refusal: Refusal) -> Self {
        vec![refusal]
    }
}

/// Checks that a required text has between 1 and `max` characters after trimming; gives it trimmed.
pub fn text(field: &str, value: &str, max: usize, refusals: &mut Vec<Refusal>) -> String {
    let value = value.trim();
    if value.is_empty() {
        refusals.push(Refusal::required(field));
    } else if value.chars().count() > max {
        refusals
            .push(Refusal::input([field], Message::new(Key::TooLong).with("field", field).with("max", max)));
    }
    value.to_owned()
}

/// Checks an optional text like [`text`]; blank counts as absent.
pub fn optional_text(
    field: &str,
    value: Option<&str>,
    max: usize,
    refusals: &mut Vec<Refusal>,
) -> Option<String> {
    let value = value.map(str::trim).filter(|value| !value.is_empty())?;
    Some(text(field, value, max, refusals))
}

/// The longest reason, note or description, in characters.
pub const TEXT_MAX: usize = 2_000;

/// Checks a required reason (1 to 2,000 characters after trimming); gives it trimmed.
///
/// # Errors
/// `BAD_USER_INPUT` at `field`.
pub fn reason(field: &str, value: &str) -> Result<String, Refusal> {
    let mut refusals = Vec::new();
    let value = text(field, value, TEXT_MAX, &mut refusals);
    match refusals.pop() {
        None => Ok(value),
        Some(_) if value.is_empty() => Err(Refusal::input([field], Key::ReasonRequired)),
        Some(refusal) => Err(refusal),
    }
}

/// The value if nothing is wrong, else all that is.
///
/// # Errors
/// The refusals, if there are any.
pub fn unless_refused<T>(value: T, refusals: Vec<Refusal>) -> Result<T, Vec<Refusal>> {
    if refusals.is_empty() { Ok(value) } else { Err(refusals) }
}
