//! Why a document is not executed, in two languages.

use async_graphql::Pos;
use domain::Locale;

/// The kind of a refusal, as in `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The text is not a GraphQL document.
    ParseFailed,
    /// The document breaks a rule that no smaller document would keep.
    DocumentRefused,
    /// The document is larger than a limit.
    LimitExceeded,
    /// Which operation is meant can't be told.
    OperationResolution,
    /// A variable that the operation requires is missing.
    BadUserInput,
}

impl Code {
    /// The code on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::DocumentRefused => "DOCUMENT_REFUSED",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::OperationResolution => "OPERATION_RESOLUTION_FAILURE",
            Self::BadUserInput => "BAD_USER_INPUT",
        }
    }
}

/// Which limit a document breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Bytes of the document.
    Bytes,
    /// Tokens of the document.
    Tokens,
    /// Open brackets at one place.
    Brackets,
    /// Levels of fields.
    Depth,
    /// Levels of selection sets, fragments included.
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
    /// Objects that can come back.
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

    const fn label(self, locale: Locale) -> &'static str {
        match (self, locale) {
            (Self::Bytes, Locale::Id) => "ukuran dokumen (byte)",
            (Self::Bytes, Locale::En) => "document size (bytes)",
            (Self::Tokens, Locale::Id) => "jumlah token",
            (Self::Tokens, Locale::En) => "number of tokens",
            (Self::Brackets, Locale::Id) => "kedalaman tanda kurung",
            (Self::Brackets, Locale::En) => "depth of brackets",
            (Self::Depth, Locale::Id) => "kedalaman kueri",
            (Self::Depth, Locale::En) => "query depth",
            (Self::Nesting, Locale::Id) => "kedalaman kueri beserta fragmennya",
            (Self::Nesting, Locale::En) => "query depth with fragments",
            (Self::Fields, Locale::Id) => "jumlah field",
            (Self::Fields, Locale::En) => "number of fields",
            (Self::Aliases, Locale::Id) => "jumlah alias",
            (Self::Aliases, Locale::En) => "number of aliases",
            (Self::Values, Locale::Id) => "jumlah nilai masukan",
            (Self::Values, Locale::En) => "number of input values",
            (Self::Directives, Locale::Id) => "jumlah direktif",
            (Self::Directives, Locale::En) => "number of directives",
            (Self::Fragments, Locale::Id) => "jumlah fragmen",
            (Self::Fragments, Locale::En) => "number of fragments",
            (Self::Operations, Locale::Id) => "jumlah operasi",
            (Self::Operations, Locale::En) => "number of operations",
            (Self::IntrospectionLists, Locale::Id) => "daftar introspeksi yang bersarang",
            (Self::IntrospectionLists, Locale::En) => "nested introspection lists",
            (Self::Introspection, Locale::Id) => "jumlah objek introspeksi",
            (Self::Introspection, Locale::En) => "number of introspection objects",
            (Self::RootFields, Locale::Id) => "jumlah field akar",
            (Self::RootFields, Locale::En) => "number of root fields",
            (Self::Cost, Locale::Id) => "biaya kueri",
            (Self::Cost, Locale::En) => "query cost",
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
    /// An operation without a name stands beside another one.
    AnonymousNotAlone,
    /// The document holds no operation.
    NoOperation,
    /// The fragment of this name contains itself.
    FragmentCycle(String),
    /// The variable of this name has a type that the schema does not know.
    UnknownVariableType(String),
    /// The variable of this name is required, and is missing or null.
    VariableRequired(String),
    /// The document holds several operations and the request names none.
    OperationNameRequired,
    /// The request names an operation that the document does not hold.
    UnknownOperation(String),
    /// A measure is above its limit. Sums stop at `u64::MAX`, which stands for "or more".
    TooMuch {
        /// The limit.
        limit: Limit,
        /// What the document has.
        requested: u64,
        /// What it may have.
        available: u64,
    },
}

/// Why a document is not executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason.
    pub reason: Reason,
    /// Where in the document, where that can be told.
    pub at: Option<Pos>,
}

impl Refusal {
    pub(super) const fn new(reason: Reason) -> Self {
        Self { reason, at: None }
    }

    pub(super) const fn at(reason: Reason, pos: Pos) -> Self {
        Self { reason, at: Some(pos) }
    }

    /// Refuses when `requested` is above `available`.
    pub(super) fn check(limit: Limit, requested: u64, available: u64) -> Result<(), Self> {
        if requested <= available {
            return Ok(());
        }
        Err(Self::new(Reason::TooMuch { limit, requested, available }))
    }

    /// The kind of the refusal.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self.reason {
            Reason::Syntax
            | Reason::DuplicateOperation(_)
            | Reason::DuplicateFragment(_)
            | Reason::AnonymousNotAlone
            | Reason::NoOperation => Code::ParseFailed,
            Reason::FragmentCycle(_) | Reason::UnknownVariableType(_) => Code::DocumentRefused,
            Reason::VariableRequired(_) => Code::BadUserInput,
            Reason::OperationNameRequired | Reason::UnknownOperation(_) => Code::OperationResolution,
            Reason::TooMuch { .. } => Code::LimitExceeded,
        }
    }

    /// The sentence for a person.
    #[must_use]
    pub fn message(&self, locale: Locale) -> String {
        let id = locale == Locale::Id;
        match &self.reason {
            Reason::Syntax if id => "Dokumen ini bukan GraphQL yang sah.".to_owned(),
            Reason::Syntax => "The document is not valid GraphQL.".to_owned(),
            Reason::DuplicateOperation(name) if id => {
                format!("Ada dua operasi bernama \"{}\".", short(name))
            }
            Reason::DuplicateOperation(name) => {
                format!("Two operations are named \"{}\".", short(name))
            }
            Reason::DuplicateFragment(name) if id => {
                format!("Ada dua fragmen bernama \"{}\".", short(name))
            }
            Reason::DuplicateFragment(name) => {
                format!("Two fragments are named \"{}\".", short(name))
            }
            Reason::AnonymousNotAlone if id => {
                "Operasi tanpa nama harus menjadi satu-satunya operasi.".to_owned()
            }
            Reason::AnonymousNotAlone => "An operation without a name must be the only one.".to_owned(),
            Reason::NoOperation if id => "Dokumen ini tidak berisi operasi.".to_owned(),
            Reason::NoOperation => "The document holds no operation.".to_owned(),
            Reason::FragmentCycle(name) if id => {
                format!("Fragmen \"{}\" memuat dirinya sendiri.", short(name))
            }
            Reason::FragmentCycle(name) => {
                format!("The fragment \"{}\" contains itself.", short(name))
            }
            Reason::UnknownVariableType(name) if id => {
                format!("Tipe variabel \"${}\" tidak dikenal.", short(name))
            }
            Reason::UnknownVariableType(name) => {
                format!("The type of the variable \"${}\" is not known.", short(name))
            }
            Reason::VariableRequired(name) if id => {
                format!("Variabel \"${}\" wajib diisi.", short(name))
            }
            Reason::VariableRequired(name) => {
                format!("The variable \"${}\" is required.", short(name))
            }
            Reason::OperationNameRequired if id => {
                "Dokumen ini berisi beberapa operasi; sebutkan operationName.".to_owned()
            }
            Reason::OperationNameRequired => {
                "The document holds several operations; give operationName.".to_owned()
            }
            Reason::UnknownOperation(name) if id => {
                format!("Tidak ada operasi bernama \"{}\".", short(name))
            }
            Reason::UnknownOperation(name) => {
                format!("No operation is named \"{}\".", short(name))
            }
            Reason::TooMuch { limit, requested, available } => {
                let label = limit.label(locale);
                // Such a count is beyond any use, and may have met the end of the numbers.
                let requested = if *requested >= u64::from(u32::MAX) {
                    ">".to_owned() + &available.to_string()
                } else {
                    requested.to_string()
                };
                if id {
                    format!("Batas terlampaui: {label} {requested}, paling banyak {available}.")
                } else {
                    format!("Limit exceeded: {label} is {requested}, at most {available}.")
                }
            }
        }
    }
}

/// A name as the client sent it, at most 60 characters of it, so that an answer can't be inflated.
fn short(name: &str) -> String {
    let mut text: String = name.chars().take(60).collect();
    if text.len() < name.len() {
        text.push('…');
    }
    text
}
