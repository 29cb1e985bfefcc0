//! The document guard: checks a GraphQL document before it is executed.
//!
//! async-graphql's own limits run too late: after a walk that expands every fragment, so a document of a kilobyte keeps
//! a core busy for hours. The guard takes time linear in the size of the document. It checks the bytes; then tokens and
//! brackets with its own lexer; then it parses the document once and passes the result on for execution; then it
//! measures each fragment and each operation once.
//!
//! The measures are upper bounds: `@skip` and `@include` are ignored, and the alternatives of an interface or union are
//! added up.

mod lexer;
mod limits;
mod measure;
mod nulls;
mod order;
mod refusal;
mod schema;
#[cfg(test)]
mod tests;

pub use limits::{Limits, NESTING};
pub use measure::CostlyField;
pub use refusal::{Limit, Reason, Refusal};
pub use schema::Nulls;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection,
};
use async_graphql::parser::{self, parse_query, parse_schema};
use async_graphql::{Pos, Positioned, Value, Variables};
use measure::{Measure, Meter};
use schema::Schema;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The usual introspection query of graphql-js and GraphiQL, without scalars, which cost nothing. The limit of
/// introspection is a multiple of its cost.
const INTROSPECTION: &str = "{ __schema { queryType { name } mutationType { name }
    subscriptionType { name } types { ...Full } directives { args { ...Input } } } }
    fragment Full on __Type { fields { args { ...Input } type { ...Ref } } inputFields { ...Input }
    interfaces { ...Ref } enumValues { name } possibleTypes { ...Ref } }
    fragment Input on __InputValue { type { ...Ref } }
    fragment Ref on __Type { ofType { ofType { ofType { ofType { ofType { ofType { ofType {
    ofType { ofType { name } } } } } } } } } }";

/// Checks documents against one schema and one set of limits. Created once and shared by all requests.
#[derive(Debug)]
pub struct Guard {
    schema: Schema,
    limits: Limits,
    introspection: u64,
}

/// A document that may be executed.
#[derive(Debug)]
pub struct Judged {
    /// The parsed document, for [`async_graphql::Request::set_parsed_query`].
    pub document: ExecutableDocument,
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
    /// The names (not aliases) of its root fields, including `__typename`, introspection and those in fragments: each
    /// once, in alphabetical order.
    pub root_fields: Vec<String>,
    /// The number of objects that the answer may contain: 0 to [`Limits::cost`].
    pub cost: u64,
    /// The highest accepted cost: [`Limits::cost`].
    pub available: u64,
    /// The number of selections that the guard visited: each selection of the document twice, once to sort the
    /// fragments and once to measure them.
    pub visits: u64,
    /// Whether it is one of the trusted documents.
    pub trusted: bool,
    /// The text of the document.
    pub(in crate::http) text: Arc<str>,
    /// The positions of arguments that use variables.
    pub(in crate::http) variable_arguments: Vec<Pos>,
}

/// The measures of a document, before they are compared with the limits.
struct Survey {
    /// Over all operations and unused fragments: sums, and the greatest depths.
    total: Measure,
    /// The selected operation.
    selected: Measure,
    variable_arguments: Vec<Pos>,
    /// The number of visited selections, which measures the work.
    visits: u64,
    /// The fields that cost most, if the cost is above its limit.
    costliest: Vec<CostlyField>,
}

impl Guard {
    /// Reads the exported schema (`Schema::sdl`), with or without descriptions.
    ///
    /// # Errors
    /// A text that is not an SDL document.
    pub fn new(sdl: &str, limits: Limits) -> Result<Self, parser::Error> {
        let schema = Schema::read(&parse_schema(sdl)?);
        let mut guard = Self { schema, limits, introspection: 0 };
        let usual = parse_query(INTROSPECTION)?;
        let weight = select(&usual, None)
            .and_then(|(_, operation)| guard.survey(&usual, operation, &Variables::default()))
            .map_or(0, |survey| survey.total.introspection);
        guard.introspection = weight.saturating_mul(guard.limits.introspection_times);
        Ok(guard)
    }

    /// The limits of documents.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Parses and checks a document, in time linear in its length. An empty `operation_name` counts as none.
    ///
    /// # Errors
    /// The reason why the document must not be executed. async-graphql's validation finds the other errors (unknown
    /// fields, wrong types) later.
    pub fn judge(
        &self,
        query: &str,
        operation_name: Option<&str>,
        variables: &Variables,
    ) -> Result<Judged, Refusal> {
        lexer::check(query, &self.limits)?;
        let document = parse_query(query).map_err(unparsed)?;
        self.judge_document(document, query.into(), operation_name, variables)
    }

    /// Checks a parsed document, such as a trusted one. `text` is its source.
    ///
    /// # Errors
    /// As [`Guard::judge`], except errors of the text.
    pub fn judge_document(
        &self,
        document: ExecutableDocument,
        text: Arc<str>,
        operation_name: Option<&str>,
        variables: &Variables,
    ) -> Result<Judged, Refusal> {
        let limits = &self.limits;
        let operations = document.operations.iter().len() as u64;
        Refusal::check(Limit::Operations, operations, limits.operations as u64)?;
        let fragments = document.fragments.len() as u64;
        Refusal::check(Limit::Fragments, fragments, limits.fragments as u64)?;
        let (name, operation) = select(&document, operation_name)?;
        self.check_variables(&document, operation, variables)?;
        let survey = self.survey(&document, operation, variables)?;
        self.compare(operation.ty, &survey)?;
        let summary = Summary {
            operation: operation.ty,
            name: name.map(str::to_owned),
            root_fields: root_fields(&document, operation),
            cost: survey.selected.cost,
            available: limits.cost,
            visits: survey.visits,
            trusted: false,
            text,
            variable_arguments: survey.variable_arguments,
        };
        Ok(Judged { document, summary })
    }

    /// Measures each fragment once, then the operations. Uses the limits only for page sizes.
    fn survey(
        &self,
        document: &ExecutableDocument,
        selected: &OperationDefinition,
        variables: &Variables,
    ) -> Result<Survey, Refusal> {
        let order = order::order(document)?;
        let mut meter = Meter {
            schema: &self.schema,
            limits: &self.limits,
            variables,
            defaults: defaults(selected),
            sizes: HashMap::new(),
            fragments: HashMap::with_capacity(order.sorted.len()),
            variable_arguments: Vec::new(),
            visits: order.visits,
        };
        for name in order.sorted {
            let Some(fragment) = document.fragments.get(name) else {
                continue;
            };
            let fragment = &fragment.node;
            let on = self.schema.find(&fragment.type_condition.node.on.node);
            let mut measure = meter.selection_set(&fragment.selection_set.node, on);
            let own = fragment.directives.len() as u64;
            measure.directives = measure.directives.saturating_add(own);
            meter.fragments.insert(name, measure);
        }
        let mut total = Measure::default();
        // Validation and the executor also visit unused fragments.
        for name in order.loose {
            if let Some(measure) = meter.fragments.get(name) {
                total.beside(measure);
            }
        }
        let mut measured = Measure::default();
        for (_, operation) in document.operations.iter() {
            let operation = &operation.node;
            let root = self.schema.root(operation.ty);
            let mut measure = meter.selection_set(&operation.selection_set.node, root);
            let definitions = &operation.variable_definitions;
            let on_variables: usize = definitions.iter().map(|it| it.node.directives.len()).sum();
            let own = (operation.directives.len() + on_variables) as u64;
            measure.directives = measure.directives.saturating_add(own);
            total.beside(&measure);
            if std::ptr::eq(operation, selected) {
                measured = measure;
            }
        }
        let mut costliest = Vec::new();
        if measured.cost > self.limits.cost && total.fields <= self.limits.fields {
            let root = self.schema.root(selected.ty);
            costliest = meter.costliest(document, &selected.selection_set.node, root, measured.cost);
        }
        Ok(Survey {
            total,
            selected: measured,
            variable_arguments: meter.variable_arguments,
            visits: meter.visits,
            costliest,
        })
    }

    /// Compares the measures with the limits.
    fn compare(&self, operation: OperationType, survey: &Survey) -> Result<(), Refusal> {
        let (limits, total) = (&self.limits, &survey.total);
        let lists = u64::from(limits.introspection_lists);
        Refusal::check(Limit::Fields, total.fields, limits.fields)?;
        Refusal::check(Limit::Depth, total.depth.into(), limits.depth.into())?;
        Refusal::check(Limit::Nesting, total.nesting.into(), NESTING.into())?;
        Refusal::check(Limit::Aliases, total.aliases, limits.aliases)?;
        Refusal::check(Limit::Values, total.values, limits.values)?;
        Refusal::check(Limit::Directives, total.directives, limits.directives)?;
        Refusal::check(Limit::IntrospectionLists, total.lists.into(), lists)?;
        Refusal::check(Limit::Introspection, total.introspection, self.introspection)?;
        if operation != OperationType::Query {
            // A mutation is one change with one outcome, and a subscription is one stream.
            Refusal::check(Limit::RootFields, survey.selected.roots, limits.root_fields)?;
        }
        let cost = Refusal::check(Limit::Cost, survey.selected.cost, limits.cost);
        cost.map_err(|refusal| Refusal { costliest: survey.costliest.clone(), ..refusal })
    }

    fn check_variables(
        &self,
        document: &ExecutableDocument,
        selected: &OperationDefinition,
        variables: &Variables,
    ) -> Result<(), Refusal> {
        for (_, operation) in document.operations.iter() {
            for definition in &operation.node.variable_definitions {
                // async-graphql panics on a list of an unknown type with a default value, so the guard refuses all
                // unknown types.
                if !self.schema.knows(&definition.node.var_type.node) {
                    let name = definition.node.name.node.to_string();
                    return Err(Refusal::at(Reason::UnknownVariableType(name), definition.pos));
                }
            }
        }
        for definition in &selected.variable_definitions {
            let given = variables.get(&definition.node.name.node);
            let missing = match given {
                Some(value) => *value == Value::Null,
                None => definition.node.default_value.is_none(),
            };
            if missing && !definition.node.var_type.node.nullable {
                let name = definition.node.name.node.to_string();
                return Err(Refusal::at(Reason::VariableRequired(name), definition.pos));
            }
        }
        Ok(())
    }
}

/// Selects the operation to execute.
fn select<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<(Option<&'a str>, &'a OperationDefinition), Refusal> {
    let unknown = |name: &str| Refusal::new(Reason::UnknownOperation(name.to_owned()));
    match (&document.operations, name.filter(|name| !name.is_empty())) {
        (DocumentOperations::Single(operation), None) => Ok((None, &operation.node)),
        (DocumentOperations::Single(_), Some(name)) => Err(unknown(name)),
        (DocumentOperations::Multiple(operations), Some(name)) => operations
            .get_key_value(name)
            .map(|(name, operation)| (Some(name.as_str()), &operation.node))
            .ok_or_else(|| unknown(name)),
        (DocumentOperations::Multiple(operations), None) => {
            let mut all = operations.iter();
            match (all.next(), all.next()) {
                (Some((name, operation)), None) => Ok((Some(name.as_str()), &operation.node)),
                _ => Err(Refusal::new(Reason::OperationNameRequired)),
            }
        }
    }
}

/// The default values of an operation's variables.
fn defaults(operation: &OperationDefinition) -> HashMap<&str, &Value> {
    let definitions = operation.variable_definitions.iter();
    definitions
        .filter_map(|definition| {
            let value = definition.node.default_value.as_ref()?;
            Some((definition.node.name.node.as_str(), &value.node))
        })
        .collect()
}

/// The names of an operation's root fields, including those in fragments.
fn root_fields(document: &ExecutableDocument, operation: &OperationDefinition) -> Vec<String> {
    let mut names = BTreeSet::new();
    let mut spread = BTreeSet::new();
    let mut sets = vec![&operation.selection_set];
    while let Some(Positioned { node: set, .. }) = sets.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    names.insert(field.node.name.node.as_str());
                }
                Selection::InlineFragment(inline) => sets.push(&inline.node.selection_set),
                Selection::FragmentSpread(it) => {
                    let name = it.node.fragment_name.node.as_str();
                    if spread.insert(name)
                        && let Some(fragment) = document.fragments.get(name)
                    {
                        sets.push(&fragment.node.selection_set);
                    }
                }
            }
        }
    }
    names.into_iter().map(str::to_owned).collect()
}

fn unparsed(error: parser::Error) -> Refusal {
    let at = error.positions().next();
    let reason = match error {
        parser::Error::OperationDuplicated { operation, .. } => {
            Reason::DuplicateOperation(operation.to_string())
        }
        parser::Error::FragmentDuplicated { fragment, .. } => Reason::DuplicateFragment(fragment.to_string()),
        parser::Error::MultipleOperations { .. } => Reason::AnonymousNotAlone,
        parser::Error::MissingOperation => Reason::NoOperation,
        // The parser's message names rules of its grammar, which do not help a client.
        _ => Reason::Syntax,
    };
    Refusal { at, ..Refusal::new(reason) }
}
