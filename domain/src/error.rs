//! Refusals: why a rule does not allow a request, in a form that a client can act on.

use crate::{ErrorCode, Key, Labelled, Message, id::StaffId, text::is_blank, time::Date};
use serde::{Deserialize, Serialize};

/// Kind of refusal, with the data that a client needs to continue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Code {
    /// The input breaks a rule; the path names the field.
    BadUserInput,
    /// The input names a person who has left; they can be reinstated instead.
    CanBeReinstated {
        /// The person.
        staff: StaffId,
    },
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
    /// The action becomes possible on a later day.
    TooEarly {
        /// The first day on which it is possible.
        opens_on: Date,
    },
    /// The period is closed.
    PeriodClosed,
    /// The actor can see the object but may not do this.
    Forbidden,
    /// The actor has the right, but another person must do this: it concerns the actor's own result or powers.
    AnotherPerson {
        /// The people who can do it; empty if only an operator of the server can.
        who_can: Vec<StaffId>,
    },
    /// The object does not exist or is not visible to the actor; the answer is the same for both.
    NotFound,
}

impl Code {
    /// The code of the API.
    #[must_use]
    pub const fn error_code(&self) -> ErrorCode {
        match self {
            Self::BadUserInput | Self::CanBeReinstated { .. } => ErrorCode::BadUserInput,
            Self::InvalidTransition { .. } => ErrorCode::InvalidTransition,
            Self::Conflict { .. } => ErrorCode::Conflict,
            Self::TooEarly { .. } => ErrorCode::TooEarly,
            Self::PeriodClosed => ErrorCode::PeriodClosed,
            Self::Forbidden | Self::AnotherPerson { .. } => ErrorCode::Forbidden,
            Self::NotFound => ErrorCode::NotFound,
        }
    }
}

/// One reason why a rule refuses a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code:?}: {message:?}")]
pub struct Refusal {
    /// The kind.
    pub code: Code,
    /// The sentence for a person.
    pub message: Message,
    /// The input field, in API names: `["results", "0", "indicators"]`. Empty for the whole input.
    pub path: Vec<String>,
}

impl Refusal {
    fn new(code: Code, message: impl Into<Message>, path: Vec<String>) -> Self {
        let message = message.into();
        #[cfg(test)]
        crate::message::tests::check(&message);
        Self { code, message, path }
    }

    /// The input at a path breaks a rule.
    #[must_use]
    pub fn input<P: ToString>(path: impl IntoIterator<Item = P>, message: impl Into<Message>) -> Self {
        Self::new(Code::BadUserInput, message, texts(path))
    }

    /// A required field is missing.
    #[must_use]
    pub fn required(field: &str) -> Self {
        Self::input([field], Message::new(Key::Required).with("field", field))
    }

    /// A field that must have a value was set to null.
    #[must_use]
    pub fn cant_be_cleared(field: &str) -> Self {
        Self::input([field], Message::new(Key::CantBeCleared).with("field", field))
    }

    /// The state does not allow the action.
    #[must_use]
    pub fn transition(from: impl Labelled + Into<&'static str>, allowed: &[&str]) -> Self {
        Self::transition_because(from, allowed, Key::InvalidTransition)
    }

    /// Checks that a state allows an action. `allows` is asked for each action of the kind.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` with the actions that the state allows.
    pub fn unless_allowed<A: Copy + strum::IntoEnumIterator + Into<&'static str>>(
        from: impl Labelled + Into<&'static str>,
        action: A,
        allows: impl Fn(A) -> bool,
    ) -> Result<(), Self> {
        if allows(action) {
            return Ok(());
        }
        let allowed: Vec<&str> = A::iter().filter(|one| allows(*one)).map(Into::into).collect();
        Err(Self::transition(from, &allowed))
    }

    /// The state does not allow the action, with a sentence that explains why. Fills in its `{from}`.
    #[must_use]
    pub fn transition_because(
        from: impl Labelled + Into<&'static str>,
        allowed: &[&str],
        why: impl Into<Message>,
    ) -> Self {
        let code = Code::InvalidTransition { from: from.into().to_owned(), allowed: texts(allowed) };
        Self::new(code, why.into().with_label("from", from), Vec::new())
    }

    /// Feedback has a reply already.
    #[must_use]
    pub fn replied() -> Self {
        let code = Code::InvalidTransition { from: "REPLIED".to_owned(), allowed: Vec::new() };
        Self::new(code, Key::AlreadyReplied, Vec::new())
    }

    /// The agreement is completed already, or all agreements of the dialogue are.
    #[must_use]
    pub fn agreement_completed() -> Self {
        let code = Code::InvalidTransition { from: "COMPLETED".to_owned(), allowed: Vec::new() };
        Self::new(code, Key::AgreementCompleted, Vec::new())
    }

    /// The request for feedback has an answer already.
    #[must_use]
    pub fn request_answered() -> Self {
        let code = Code::InvalidTransition { from: "ANSWERED".to_owned(), allowed: Vec::new() };
        Self::new(code, Key::RequestAnswered, Vec::new())
    }

    /// The assignment or delegation has ended.
    #[must_use]
    pub fn ended() -> Self {
        let code = Code::InvalidTransition { from: "ENDED".to_owned(), allowed: Vec::new() };
        Self::new(code, Key::Ended, Vec::new())
    }

    /// The actor may not run the action.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(Code::Forbidden, Key::Forbidden, Vec::new())
    }

    /// Another person must do this: one of `who_can`, or an operator of the server if that is empty. The names of these
    /// people fill in the parameter `{who}` of the message.
    #[must_use]
    pub fn another_person(message: impl Into<Message>, who_can: Vec<(StaffId, String)>) -> Self {
        let (who_can, names): (Vec<_>, Vec<_>) = who_can.into_iter().unzip();
        let who = match who_can.is_empty() {
            true => Message::new(Key::OnlyOperatorCan),
            false => Message::new(Key::TheseCan).with("people", names.join(", ")),
        };
        Self::new(Code::AnotherPerson { who_can }, message.into().with_words("who", &who.words()), Vec::new())
    }

    /// The object does not exist or is not visible to the actor.
    #[must_use]
    pub fn not_found<P: ToString>(path: impl IntoIterator<Item = P>) -> Self {
        Self::new(Code::NotFound, Key::NotFound, texts(path))
    }

    /// The object is there, but the server has lost its file.
    #[must_use]
    pub fn lost_file() -> Self {
        Self::new(Code::NotFound, Key::FileLost, Vec::new())
    }

    /// The expected version is not the stored one.
    #[must_use]
    pub fn conflict(current_version: i32) -> Self {
        Self::new(Code::Conflict { current_version }, Key::Conflict, Vec::new())
    }

    /// Changes the message of a conflict: an earlier row of the same request made the change, not another person.
    pub fn changed_in_request(&mut self) {
        if matches!(self.code, Code::Conflict { .. }) && self.message.key() == Key::Conflict {
            self.message = Key::ChangedInRequest.into();
        }
    }

    /// A stored row with other content has this client key.
    #[must_use]
    pub fn client_key_taken(current_version: i32) -> Self {
        let path = texts(["target", "clientKey"]);
        Self::new(Code::Conflict { current_version }, Key::ClientKeyTaken, path)
    }

    /// The client key is that of a stored request for a correction with another content.
    #[must_use]
    pub fn correction_key_taken(current_version: i32) -> Self {
        Self::new(Code::Conflict { current_version }, Key::CorrectionKeyTaken, texts(["clientKey"]))
    }

    /// The action becomes possible on this day.
    #[must_use]
    pub fn too_early(opens_on: Date) -> Self {
        let message = Message::new(Key::TooEarly).with("day", opens_on);
        Self::new(Code::TooEarly { opens_on }, message, Vec::new())
    }

    /// The period is closed.
    #[must_use]
    pub fn period_closed() -> Self {
        Self::new(Code::PeriodClosed, Key::PeriodClosed, Vec::new())
    }

    /// Whether this refusal is independent of the other values of the input: it concerns one field, the state of the
    /// object, or the rights of the actor.
    #[must_use]
    pub fn is_independent(&self) -> bool {
        match &self.code {
            Code::BadUserInput => judges_one_field(self.message.key()),
            Code::InvalidTransition { .. } => self.message.key() == Key::InvalidTransition,
            Code::Conflict { .. }
            | Code::Forbidden
            | Code::AnotherPerson { .. }
            | Code::CanBeReinstated { .. } => true,
            // A malformed day can select a wrong part of the year, and so a wrong period.
            Code::TooEarly { .. } | Code::PeriodClosed => false,
            // A lookup can depend on a malformed day.
            Code::NotFound => false,
        }
    }

    /// Prefixes the path, for example with `["rows", "3"]`.
    #[must_use]
    pub fn under<P: ToString>(mut self, prefix: impl IntoIterator<Item = P>) -> Self {
        let mut path = texts(prefix);
        path.append(&mut self.path);
        self.path = path;
        self
    }
}

/// Whether a sentence concerns one field only, independent of the others.
const fn judges_one_field(key: Key) -> bool {
    matches!(
        key,
        Key::Required
            | Key::CantBeCleared
            | Key::ReasonRequired
            | Key::TooLong
            | Key::TooMany
            | Key::Unknown
            | Key::Duplicate
            | Key::NotAnId
            | Key::NotAWebAddress
            | Key::HiddenCharacters
            | Key::NipDigits
            | Key::NipBirthDate
            | Key::NipAppointment
            | Key::NipSex
            | Key::NipSequence
            | Key::CorrectionOpen
            | Key::CorrectionDay
            | Key::CorrectionUnchanged
    )
}

fn texts<P: ToString>(parts: impl IntoIterator<Item = P>) -> Vec<String> {
    parts.into_iter().map(|part| part.to_string()).collect()
}

/// Lets `?` return a single refusal from a function that returns several.
impl From<Refusal> for Vec<Refusal> {
    fn from(refusal: Refusal) -> Self {
        vec![refusal]
    }
}

/// Trims a required text and checks that it is not blank and has at most `max` characters.
pub fn text(field: &str, value: &str, max: usize, refusals: &mut Vec<Refusal>) -> String {
    let value = value.trim();
    if is_blank(value) {
        refusals.push(Refusal::required(field));
    } else if value.chars().count() > max {
        refusals
            .push(Refusal::input([field], Message::new(Key::TooLong).with("field", field).with("max", max)));
    }
    value.to_owned()
}

/// Checks a required name like [`text`], and returns it in the form of [`crate::text::tidy`].
pub fn name(field: &str, value: &str, max: usize, refusals: &mut Vec<Refusal>) -> String {
    text(field, &crate::text::tidy(value), max, refusals)
}

/// Trims and checks an optional text like [`text`]; a blank text counts as absent.
pub fn optional_text(
    field: &str,
    value: Option<&str>,
    max: usize,
    refusals: &mut Vec<Refusal>,
) -> Option<String> {
    let value = value.map(str::trim).filter(|value| !is_blank(value))?;
    Some(text(field, value, max, refusals))
}

/// Refuses a range of days or times that ends before it begins; the refusal is at its end. A range without start or
/// without end is valid.
///
/// # Errors
/// `BAD_USER_INPUT` at `until`.
pub fn in_order<T: PartialOrd>(from: Option<T>, until: Option<T>) -> Result<(), Refusal> {
    match (from, until) {
        (Some(from), Some(until)) if from > until => Err(Refusal::input(["until"], Key::RangeReversed)),
        _ => Ok(()),
    }
}

/// Maximum length of a reason, note or description, in characters.
pub const TEXT_MAX: usize = 2_000;

/// Trims a required reason and checks that it is not blank and has at most 2,000 characters.
///
/// # Errors
/// `BAD_USER_INPUT` at `field`.
pub fn reason(field: &str, value: &str) -> Result<String, Refusal> {
    let mut refusals = Vec::new();
    let value = text(field, value, TEXT_MAX, &mut refusals);
    match refusals.pop() {
        None => Ok(value),
        Some(_) if is_blank(&value) => Err(Refusal::input([field], Key::ReasonRequired)),
        Some(refusal) => Err(refusal),
    }
}

/// Joins the refusals of malformed values with those that the rules found while placeholders replaced these values.
/// Leaves out refusals that a placeholder may have caused.
#[must_use]
pub fn with_malformed(malformed: Vec<Refusal>, found: Vec<Refusal>) -> Vec<Refusal> {
    let own = |refusal: &Refusal| !malformed.iter().any(|one| refusal.path.starts_with(&one.path));
    let found: Vec<Refusal> =
        found.into_iter().filter(|refusal| refusal.is_independent() && own(refusal)).collect();
    malformed.into_iter().chain(found).collect()
}

/// Returns the value if there are no refusals.
///
/// # Errors
/// The refusals, if there are any.
pub fn unless_refused<T>(value: T, refusals: Vec<Refusal>) -> Result<T, Vec<Refusal>> {
    if refusals.is_empty() { Ok(value) } else { Err(refusals) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_that_may_follow_from_a_placeholder_are_left_out() {
        let malformed = Refusal::input(["startedAt"], Key::NotAnInstant);
        let blank = Refusal::required("description");
        let found = vec![
            Refusal::required("startedAt"),
            Refusal::input(["endedAt"], Key::EndBeforeStart),
            Refusal::transition_because(
                crate::evaluation::EvaluationStatus::Final,
                &[],
                Key::LockedByEvaluation,
            ),
            Refusal::period_closed(),
            Refusal::too_early(Date::default()),
            blank.clone(),
            Refusal::conflict(3),
        ];
        let all = with_malformed(vec![malformed.clone()], found);
        assert_eq!(all, [malformed, blank, Refusal::conflict(3)]);
    }
}
