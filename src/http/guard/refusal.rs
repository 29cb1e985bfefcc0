//! Why the guard refuses a document, with the error code and the message of the catalogue.

use super::measure::CostlyField;
use async_graphql::Pos;
use domain::{ErrorCode, Key, Locale, Message, scoring::Label};

/// The limit that a document exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Bytes of the document.
    Bytes,
    /// Tokens of the document.
    Tokens,
    /// Nested brackets.
    Brackets,
    /// Levels of fields.
    Depth,
    /// Levels of selection sets, including fragments.
    Nesting,
    /// Fields.
    Fields,
    /// Aliases.
    Aliases,
    /// Input values.
    Values,
    /// Directives.
    Directives,
    /// Fragment definitions.
    Fragments,
    /// Operations.
    Operations,
    /// Nested introspection lists.
    IntrospectionLists,
    /// Objects of introspection.
    Introspection,
    /// Root fields of a mutation or subscription.
    RootFields,
    /// Objects that the answer may contain.
    Cost,
}

impl Limit {
    /// The limit's name in `extensions.limit`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Tokens => "tokens",
            Self::Brackets => "brackets",
            Self::Depth => "depth",
            Self::Nesting => "nesting",
            Self::Fields => "fields",
            Self::Aliases => "aliases",
            Self::Values => "values",
            Self::Directives => "directives",
            Self::Fragments => "fragments",
            Self::Operations => "operations",
            Self::IntrospectionLists => "introspectionLists",
            Self::Introspection => "introspection",
            Self::RootFields => "rootFields",
            Self::Cost => "cost",
        }
    }

    /// The catalogue's words for the limit.
    const fn words(self) -> Key {
        match self {
            Self::Bytes => Key::LimitBytes,
            Self::Tokens => Key::LimitTokens,
            Self::Brackets => Key::LimitBrackets,
            Self::Depth => Key::LimitDepth,
            Self::Nesting => Key::LimitNesting,
            Self::Fields => Key::LimitFields,
            Self::Aliases => Key::LimitAliases,
            Self::Values => Key::LimitValues,
            Self::Directives => Key::LimitDirectives,
            Self::Fragments => Key::LimitFragments,
            Self::Operations => Key::LimitOperations,
            Self::IntrospectionLists => Key::LimitIntrospectionLists,
            Self::Introspection => Key::LimitIntrospection,
            Self::RootFields => Key::LimitRootFields,
            Self::Cost => Key::LimitCost,
        }
    }
}

/// The reason of a refusal with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Not GraphQL at the refusal's position.
    Syntax,
    /// Two operations have this name.
    DuplicateOperation(String),
    /// Two fragments have this name.
    DuplicateFragment(String),
    /// An operation without a name is not the only operation.
    AnonymousNotAlone,
    /// The document contains no operation.
    NoOperation,
    /// The fragment of this name contains itself.
    FragmentCycle(String),
    /// The variable of this name has a type that the schema does not know.
    UnknownVariableType(String),
    /// The variable of this name is required, and is missing or null.
    VariableRequired(String),
    /// The document contains several operations, and the request names none.
    OperationNameRequired,
    /// The request names an operation that the document does not contain.
    UnknownOperation(String),
    /// A measure exceeds its limit. Sums saturate at `u64::MAX`, which means "or more".
    TooMuch {
        /// The limit.
        limit: Limit,
        /// The measure of the document.
        requested: u64,
        /// The limit.
        available: u64,
    },
}

/// Why the guard refuses a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason.
    pub reason: Reason,
    /// The position in the document, if there is one.
    pub at: Option<Pos>,
    /// The fields that cost most, if the cost exceeds its limit.
    pub costliest: Vec<CostlyField>,
}

impl Refusal {
    pub(super) const fn new(reason: Reason) -> Self {
        Self { reason, at: None, costliest: Vec::new() }
    }

    pub(super) const fn at(reason: Reason, pos: Pos) -> Self {
        Self { reason, at: Some(pos), costliest: Vec::new() }
    }

    /// Refuses if `requested` exceeds `available`.
    pub(super) fn check(limit: Limit, requested: u64, available: u64) -> Result<(), Self> {
        if requested <= available {
            return Ok(());
        }
        Err(Self::new(Reason::TooMuch { limit, requested, available }))
    }

    /// The error code.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self.reason {
            Reason::Syntax
            | Reason::DuplicateOperation(_)
            | Reason::DuplicateFragment(_)
            | Reason::AnonymousNotAlone
            | Reason::NoOperation => ErrorCode::GraphqlParseFailed,
            Reason::FragmentCycle(_) | Reason::UnknownVariableType(_) => ErrorCode::DocumentRefused,
            Reason::VariableRequired(_) => ErrorCode::BadUserInput,
            Reason::OperationNameRequired | Reason::UnknownOperation(_) => {
                ErrorCode::OperationResolutionFailure
            }
            Reason::TooMuch { .. } => ErrorCode::LimitExceeded,
        }
    }

    /// The message for people.
    #[must_use]
    pub fn message(&self) -> Message {
        let named = |key, name: &str| Message::new(key).with("name", short(name));
        match &self.reason {
            Reason::Syntax => Key::DocumentSyntax.into(),
            Reason::DuplicateOperation(name) => named(Key::DuplicateOperation, name),
            Reason::DuplicateFragment(name) => named(Key::DuplicateFragment, name),
            Reason::AnonymousNotAlone => Key::AnonymousNotAlone.into(),
            Reason::NoOperation => Key::NoOperation.into(),
            Reason::FragmentCycle(name) => named(Key::FragmentCycle, name),
            Reason::UnknownVariableType(name) => named(Key::UnknownVariableType, name),
            Reason::VariableRequired(name) => named(Key::VariableRequired, name),
            Reason::OperationNameRequired => Key::OperationNameRequired.into(),
            Reason::UnknownOperation(name) => named(Key::UnknownOperation, name),
            Reason::TooMuch { limit, requested, available } => {
                let message = if self.costliest.is_empty() {
                    Message::new(Key::LimitExceeded).with_words("limit", &words(&limit.words().into()))
                } else {
                    Message::new(Key::CostExceeded).with_words("advice", &self.advice())
                };
                // A saturated sum is not an exact number.
                let requested = if *requested >= u64::from(u32::MAX) {
                    format!(">{available}")
                } else {
                    requested.to_string()
                };
                message.with("requested", requested).with("available", available)
            }
        }
    }

    /// Advice on which fields or rows to request less of.
    fn advice(&self) -> Label {
        let sentences: Vec<Label> = self.costliest.iter().map(|field| words(&field.advice())).collect();
        let join = |locale| sentences.iter().map(|label| label.text(locale)).collect::<Vec<_>>().join(" ");
        Label { id: join(Locale::Id), en: join(Locale::En) }
    }
}

impl CostlyField {
    fn advice(&self) -> Message {
        let message = match self.argument {
            Some(argument) => Message::new(Key::CostOfPage).with("argument", argument),
            None => Message::new(Key::CostOfField),
        };
        message.with("field", &self.path).with("cost", self.cost)
    }
}

/// A sentence in both languages, to insert into another one.
fn words(message: &Message) -> Label {
    Label { id: message.render(Locale::Id), en: message.render(Locale::En) }
}

/// The first 60 characters of a name, so that a client can't inflate the answer.
fn short(name: &str) -> String {
    let mut text: String = name.chars().take(60).collect();
    if text.len() < name.len() {
        text.push('…');
    }
    text
}
