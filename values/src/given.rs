//! Custom scalars and ids in the inputs of mutations: the schema checks their shape, the use case their content.
//!
//! A malformed value of a [`Given`] becomes a refusal with its path in the payload, together with all other refusals of
//! the input; in a batch, only the row with this value is refused. Arguments of queries use the scalars themselves.

use super::scalars;
use async_graphql::{InputType, InputValueError, InputValueResult, Value, registry::Registry};
use domain::{Key, Message, time::Instant};
use std::{borrow::Cow, marker::PhantomData};
use uuid::Uuid;

/// Maximum number of characters of a malformed value that its refusal quotes.
const QUOTED: usize = 40;

/// A value of a custom scalar or an id as the client sent it, not yet parsed to `T`.
#[derive(Clone, Debug)]
pub struct Given<T> {
    text: String,
    of: PhantomData<fn() -> T>,
}

impl<T: Content> Given<T> {
    /// Parses the text, or says what was expected.
    pub fn parse(&self) -> Result<T, Message> {
        T::parse(&self.text)
    }
}

/// A type that the text of a [`Given`] can be parsed to.
pub trait Content: Sized {
    /// The scalar of the schema.
    type Scalar: InputType;
    /// Whether the rules can run with a placeholder. They can't run without an id, because it names the object that
    /// they check.
    const HAS_PLACEHOLDER: bool;

    /// Parses the text, or says what was expected.
    fn parse(text: &str) -> Result<Self, Message>;

    /// A value in place of a malformed one; it is never stored.
    fn placeholder() -> Self;
}

/// The refusal of a malformed value, which it quotes.
pub fn malformed(key: Key, text: &str) -> Message {
    let shown = text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter });
    let mut value: String = shown.take(QUOTED).collect();
    if text.chars().nth(QUOTED).is_some() {
        value.push('…');
    }
    Message::new(key).with("value", value)
}

impl Content for domain::time::Date {
    type Scalar = scalars::Date;
    const HAS_PLACEHOLDER: bool = true;

    fn parse(text: &str) -> Result<Self, Message> {
        scalars::parse_day(text).ok_or_else(|| malformed(Key::NotADay, text))
    }

    fn placeholder() -> Self {
        Self::default()
    }
}

impl Content for Instant {
    type Scalar = scalars::DateTime;
    const HAS_PLACEHOLDER: bool = true;

    fn parse(text: &str) -> Result<Self, Message> {
        scalars::parse_instant(text).ok_or_else(|| malformed(Key::NotAnInstant, text))
    }

    fn placeholder() -> Self {
        Self::default()
    }
}

impl Content for domain::Decimal {
    type Scalar = scalars::Decimal;
    const HAS_PLACEHOLDER: bool = true;

    fn parse(text: &str) -> Result<Self, Message> {
        text.parse().map_err(|_| malformed(Key::NotADecimal, text))
    }

    fn placeholder() -> Self {
        Self::ZERO
    }
}

impl Content for Uuid {
    type Scalar = scalars::Uuid;
    const HAS_PLACEHOLDER: bool = true;

    fn parse(text: &str) -> Result<Self, Message> {
        Self::parse_str(text).map_err(|_| malformed(Key::NotAUuid, text))
    }

    fn placeholder() -> Self {
        Self::nil()
    }
}

impl<T: Content> InputType for Given<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        T::Scalar::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::Scalar::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let text = match value.unwrap_or_default() {
            Value::String(text) => text,
            // The GraphQL specification allows integers for ids. The ids of this server are not integers, so parsing
            // refuses it.
            Value::Number(number) if Self::type_name() == "ID" && number.is_i64() => number.to_string(),
            other => return Err(InputValueError::expected_type(other)),
        };
        Ok(Self { text, of: PhantomData })
    }

    fn to_value(&self) -> Value {
        Value::String(self.text.clone())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}
