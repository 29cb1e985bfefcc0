//! Why a document is not executed.

use super::CostlyField;
use async_graphql_parser::Pos;

/// The kind of an error, as in `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The text is not a GraphQL document.
    ParseFailed,
    /// The document breaks a rule of the specification or the schema.
    ValidationFailed,
    /// A fragment of the document contains itself.
    DocumentRefused,
    /// The document is larger than a limit.
    LimitExceeded,
    /// The request does not say which operation to execute.
    OperationResolution,
    /// A variable's value does not fit its type.
    BadUserInput,
}

impl Code {
    /// The code on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::DocumentRefused => "DOCUMENT_REFUSED",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::OperationResolution => "OPERATION_RESOLUTION_FAILURE",
            Self::BadUserInput => "BAD_USER_INPUT",
        }
    }
}

/// Which limit a document exceeds.
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
    /// Nested lists of introspection.
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
}

/// The reason of an error with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The text at the error's position is not GraphQL.
    Syntax,
    /// The document contains no operation.
    NoOperation,
    /// The document breaks a rule of validation; the sentence says which, in English.
    Invalid(String),
    /// The fragment of this name contains itself.
    FragmentCycle(String),
    /// The variable of this name is required, and is missing or null.
    VariableRequired(String),
    /// A value in a variable does not fit its type.
    VariableInvalid {
        /// The variable's name, then input fields and list indices: `filter.periodId`.
        path: String,
        /// The type, as the schema writes it.
        expected: String,
    },
    /// The document contains several operations, and the request names none.
    OperationNameRequired,
    /// The request names an operation that the document does not contain.
    UnknownOperation(String),
    /// A text in an argument can't be stored. Names the argument and the input fields that lead to the text.
    NotStorable(Vec<String>),
    /// A measure exceeds its limit. Sums saturate at `u64::MAX`, which means "or more".
    TooMuch {
        /// The limit.
        limit: Limit,
        /// The measure of the document.
        requested: u64,
        /// The limit.
        available: u64,
        /// The fields that cost most, if the cost exceeds its limit.
        costliest: Vec<CostlyField>,
    },
}

/// Why a document is not executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    /// The reason.
    pub reason: Reason,
    /// The position in the document, if there is one.
    pub at: Option<Pos>,
}

impl DocumentError {
    pub(crate) const fn new(reason: Reason) -> Self {
        Self { reason, at: None }
    }

    pub(crate) const fn at(reason: Reason, pos: Pos) -> Self {
        Self { reason, at: Some(pos) }
    }

    /// Fails if `requested` exceeds `available`.
    pub(crate) fn check(limit: Limit, requested: u64, available: u64) -> Result<(), Self> {
        if requested <= available {
            return Ok(());
        }
        Err(Self::new(Reason::TooMuch { limit, requested, available, costliest: Vec::new() }))
    }

    /// The kind of the error.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self.reason {
            Reason::Syntax => Code::ParseFailed,
            Reason::Invalid(_) => Code::ValidationFailed,
            Reason::FragmentCycle(_) => Code::DocumentRefused,
            Reason::VariableRequired(_) | Reason::VariableInvalid { .. } | Reason::NotStorable(_) => {
                Code::BadUserInput
            }
            Reason::NoOperation | Reason::OperationNameRequired | Reason::UnknownOperation(_) => {
                Code::OperationResolution
            }
            Reason::TooMuch { .. } => Code::LimitExceeded,
        }
    }
}
