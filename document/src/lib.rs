//! The document guard: checks GraphQL documents and prepares them for the executor.
//!
//! [`Guard::judge`] is a pure function of the schema, the text of a document and its variables. It returns a document
//! that async-graphql can execute, or errors:
//!
//! 1. `lexer` limits bytes, tokens and brackets before any parser runs.
//! 2. apollo-compiler parses the text.
//! 3. `measure` computes sizes and cost in time linear in the length of the document; each fragment is measured once.
//! 4. apollo-compiler validates the document, and `rules` adds the rules that it does not check.
//! 5. `coerce` coerces the variables to their types.
//! 6. `plan` resolves conditions and expands fragments.
//!
//! Valid documents are cached by their text, so only steps 3 and 5 are repeated.
//!
//! The measures are upper bounds: `@skip` and `@include` are ignored, and the alternatives of an interface or union are
//! added up.

mod cache;
mod canonical;
mod coerce;
mod costly;
mod error;
mod lexer;
mod limits;
mod measure;
mod plan;
mod rules;
mod schema;
mod shape;
mod syntax;
#[cfg(test)]
mod tests;
mod texts;
mod value;

pub use canonical::canonical;
pub use costly::CostlyField;
pub use error::{Code, DocumentError, Limit, Reason};
pub use limits::{Limits, NESTING};
pub use shape::{Nulls, Shape};

use apollo_compiler::ast::OperationDefinition;
use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::validation::{DiagnosticList, Valid};
use async_graphql_parser::types::{ExecutableDocument, OperationType};
use async_graphql_value::Variables;
use cache::{Cache, Checked};
use lexer::Lines;
use measure::Survey;
use plan::{Plan, Source};
use schema::Schema;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use syntax::Syntax;

/// A schema in apollo-compiler's form.
pub(crate) type ValidSchema = Valid<apollo_compiler::Schema>;

/// The custom scalars that are strings, by name, each with a function that checks the content.
///
/// In a mutation they only have to be strings, because its use case checks the content.
pub type Scalars = HashMap<&'static str, fn(&str) -> bool>;

/// The usual introspection query of graphql-js and GraphiQL, without scalars, which cost nothing. The limit of
/// introspection is a multiple of its cost.
const INTROSPECTION: &str = "{ __schema { queryType { name } mutationType { name }
    subscriptionType { name } types { ...Full } directives { args { ...Input } } } }
    fragment Full on __Type { fields { args { ...Input } type { ...Ref } } inputFields { ...Input }
    interfaces { ...Ref } enumValues { name } possibleTypes { ...Ref } }
    fragment Input on __InputValue { type { ...Ref } }
    fragment Ref on __Type { ofType { ofType { ofType { ofType { ofType { ofType { ofType {
    ofType { ofType { name } } } } } } } } } }";

/// Maximum number of errors per document.
const MAX_ERRORS: usize = 20;

/// A schema, read and validated. Guards with different limits can share it.
#[derive(Debug)]
pub struct ReadSchema {
    valid: ValidSchema,
    possible: Possible,
    costs: Schema,
}

impl ReadSchema {
    /// Reads the exported schema (`Schema::sdl`), with or without descriptions.
    ///
    /// # Errors
    /// A text that is not a valid schema, with the reasons.
    pub fn new(sdl: &str) -> Result<Self, String> {
        let valid = read_schema(sdl)?;
        Ok(Self { possible: Possible::of(&valid), costs: Schema::read(&valid), valid })
    }
}

/// Checks documents against one schema and one set of limits. Created once and shared by all requests.
#[derive(Debug)]
pub struct Guard {
    schema: Arc<ReadSchema>,
    scalars: Scalars,
    limits: Limits,
    introspection: u64,
    cache: Cache,
}

/// A document that may be executed.
#[derive(Debug)]
pub struct Judged {
    /// For the executor: one operation without a name, without fragments and directives.
    pub document: ExecutableDocument,
    /// The coerced variables.
    pub variables: Variables,
    /// The selected operation.
    pub summary: Summary,
}

/// Summary of the selected operation.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Query, mutation or subscription.
    pub operation: OperationType,
    /// The operation's name in the document, if it has one.
    pub name: Option<String>,
    /// The names (not aliases) of the root fields that are executed, including `__typename` and introspection: each
    /// once, in alphabetical order.
    pub root_fields: Vec<String>,
    /// The number of objects that the answer may contain: 0 to [`Limits::cost`].
    pub cost: u64,
    /// The highest accepted cost: [`Limits::cost`].
    pub available: u64,
    /// The number of selections that the guard visited: each selection of the document twice, once to sort the
    /// fragments and once to measure them.
    pub visits: u64,
    /// Whether the document is one of the trusted documents. Set by the caller.
    pub trusted: bool,
    /// The shape of the answer.
    pub shape: Arc<Shape>,
}

impl Guard {
    /// Checks documents against this schema.
    ///
    /// # Errors
    /// Limits below what the server needs for the usual introspection.
    pub fn new(schema: Arc<ReadSchema>, limits: Limits, scalars: Scalars) -> Result<Self, String> {
        let usual = Syntax::parse(INTROSPECTION, &limits).map_err(|error| format!("{error:?}"))?;
        let weight = Survey::take(&usual, &schema.costs, &limits, None, &Variables::default());
        let introspection = weight.total.introspection.saturating_mul(limits.introspection_times);
        Ok(Self { schema, scalars, limits, introspection, cache: Cache::new() })
    }

    /// The limits of documents.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Checks a document and prepares the selected operation. An empty `operation_name` counts as none.
    ///
    /// # Errors
    /// The reasons why the document must not be executed: at least one.
    pub fn judge(
        &self,
        text: &str,
        operation_name: Option<&str>,
        variables: Variables,
    ) -> Result<Judged, Vec<DocumentError>> {
        let name = operation_name.filter(|name| !name.is_empty());
        let (checked, survey) = match self.cache.get(text) {
            Some(checked) => {
                let survey = self.measure(&checked.syntax, name, &variables)?;
                (checked, survey)
            }
            None => {
                let read = lexer::check(text, &self.limits).map_err(one)?;
                let syntax = Syntax::parse(&read, &self.limits).map_err(one)?;
                let survey = self.measure(&syntax, name, &variables)?;
                let checked = Arc::new(self.validate(syntax, &read, survey.total.fields)?);
                self.cache.insert(text, checked.clone());
                (checked, survey)
            }
        };
        let index = select(&checked.syntax, name).map_err(one)?;
        let operation_name = checked.syntax.operations[index].name.as_ref().map(|name| name.as_str());
        let Ok(operation) = checked.document.operations.get(operation_name) else {
            return Err(one(DocumentError::new(Reason::NoOperation)));
        };
        let coerced =
            coerce::variables(&self.schema.valid, &self.scalars, operation, variables).map_err(one)?;
        let plan = checked.plan(index, &coerced, operation, || {
            let source = Source {
                schema: &self.schema.valid,
                possible: &self.schema.possible,
                document: &checked.document,
                lines: &checked.lines,
                variables: &coerced,
                limits: &self.limits,
            };
            Plan::new(source, operation)
        });
        let plan = plan.map_err(one)?;
        if let Some((path, at)) = texts::not_storable(&plan.document, text, &coerced) {
            return Err(one(DocumentError::at(Reason::NotStorable(path), at)));
        }
        let summary = Summary {
            operation: plan.operation,
            name: operation_name.map(str::to_owned),
            root_fields: plan.root_fields.clone(),
            cost: survey.selected.cost,
            available: self.limits.cost,
            visits: survey.visits,
            trusted: false,
            shape: plan.shape.clone(),
        };
        Ok(Judged { document: plan.document.clone(), variables: coerced, summary })
    }

    /// Measures a document and checks the limits. Skips the limits of the selected operation if no operation can be
    /// selected; `judge` then returns that error.
    fn measure(
        &self,
        syntax: &Syntax,
        name: Option<&str>,
        variables: &Variables,
    ) -> Result<Survey, Vec<DocumentError>> {
        let selected = select(syntax, name).ok().and_then(|index| syntax.operations.get(index));
        let selected: Option<&OperationDefinition> = selected.map(|operation| &**operation);
        let survey = Survey::take(syntax, &self.schema.costs, &self.limits, selected, variables);
        let operation = selected.map(|operation| operation.operation_type);
        survey.check(operation, &self.limits, self.introspection).map_err(one)?;
        Ok(survey)
    }

    fn validate(&self, syntax: Syntax, text: &str, fields: u64) -> Result<Checked, Vec<DocumentError>> {
        if syntax.operations.is_empty() {
            return Err(one(DocumentError::new(Reason::NoOperation)));
        }
        let lines = Lines::new(text);
        let document = syntax.document.to_executable_validate(&self.schema.valid);
        let document = document.map_err(|failed| invalid(&failed.errors, &lines))?;
        let errors = rules::check(&self.schema.valid, &self.scalars, &document, &lines);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Checked::new(syntax, document, lines, fields))
    }
}

fn one(error: DocumentError) -> Vec<DocumentError> {
    vec![error]
}

/// Selects the operation to execute; returns its index.
fn select(syntax: &Syntax, name: Option<&str>) -> Result<usize, DocumentError> {
    match name {
        Some(name) => {
            let found = syntax.operations.iter().position(|it| it.name.as_ref().is_some_and(|it| it == name));
            found.ok_or_else(|| DocumentError::new(Reason::UnknownOperation(name.to_owned())))
        }
        None => match syntax.operations.len() {
            0 => Err(DocumentError::new(Reason::NoOperation)),
            1 => Ok(0),
            _ => Err(DocumentError::new(Reason::OperationNameRequired)),
        },
    }
}

/// The errors of apollo-compiler.
fn invalid(errors: &DiagnosticList, lines: &Lines) -> Vec<DocumentError> {
    let errors = errors.iter().take(MAX_ERRORS);
    errors
        .map(|error| DocumentError {
            reason: Reason::Invalid(error.error.to_string()),
            at: error.error.location().map(|span| lines.position(span.offset())),
        })
        .collect()
}

/// Reads a schema and adds the introspection fields that apollo-compiler 1.33 does not have.
fn read_schema(sdl: &str) -> Result<ValidSchema, String> {
    use apollo_compiler::schema::{ExtendedType, Schema};
    let reasons = |errors: &DiagnosticList| {
        let errors: Vec<String> = errors.iter().take(3).map(|it| it.error.to_string()).collect();
        errors.join("; ")
    };
    let mut schema = Schema::parse(sdl, "schema.graphql").map_err(|failed| reasons(&failed.errors))?;
    let later = Schema::parse("type Query { isOneOf: Boolean }", "introspection.graphql");
    let later = later.map_err(|failed| reasons(&failed.errors))?;
    if let (Some(ExtendedType::Object(later)), Some(ExtendedType::Object(known))) =
        (later.types.get("Query"), schema.types.get_mut("__Type"))
    {
        for (name, field) in &later.fields {
            known.make_mut().fields.entry(name.clone()).or_insert_with(|| field.clone());
        }
    }
    schema.validate().map_err(|failed| reasons(&failed.errors))
}

/// Which object types each composite type can be.
#[derive(Debug)]
pub(crate) struct Possible(HashMap<String, HashSet<String>>);

impl Possible {
    fn of(schema: &ValidSchema) -> Self {
        use apollo_compiler::schema::ExtendedType;
        let implementers = schema.implementers_map();
        let types = schema.types.iter().filter_map(|(name, ty)| {
            let objects: HashSet<String> = match ty {
                ExtendedType::Object(_) => HashSet::from([name.to_string()]),
                ExtendedType::Interface(_) => {
                    let objects = implementers.get(name).into_iter().flat_map(|it| &it.objects);
                    objects.map(ToString::to_string).collect()
                }
                ExtendedType::Union(ty) => ty.members.iter().map(|it| it.name.to_string()).collect(),
                _ => return None,
            };
            Some((name.to_string(), objects))
        });
        Self(types.collect())
    }

    /// Whether every object of the type `narrow` also has the type `wide`.
    pub(crate) fn covers(&self, wide: &str, narrow: &str) -> bool {
        let objects = |name| self.0.get(name);
        wide == narrow
            || objects(wide).zip(objects(narrow)).is_some_and(|(wide, narrow)| narrow.is_subset(wide))
    }

    /// The members of a union, in the order of the schema; `None` for other types.
    pub(crate) fn members<'s>(
        &self,
        name: &str,
        schema: &'s ValidSchema,
    ) -> Option<impl Iterator<Item = &'s str> + use<'s>> {
        let union = schema.get_union(name)?;
        Some(union.members.iter().map(|member| member.name.as_str()))
    }
}
