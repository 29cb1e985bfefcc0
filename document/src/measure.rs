//! Measures the selection sets of a document in one pass. Each fragment is measured once.

use super::schema::{FieldInfo, INPUT, Paging, Parent, ROWS, Schema, Shape, Size, as_rows};
use super::syntax::Syntax;
use super::{CostlyField, DocumentError, Limit, Limits, NESTING, Reason};
use apollo_compiler::ast::{Field, OperationDefinition, OperationType, Selection, Value};
use async_graphql_value::{ConstValue, Variables};
use std::collections::HashMap;

/// The measures of a selection set for one object, with all its fragments expanded. All sums saturate, so a fragment
/// bomb reaches the largest number and does not overflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Measure {
    /// Fields.
    pub(crate) fields: u64,
    /// Aliases.
    pub(crate) aliases: u64,
    /// Input values of arguments, counted for each object.
    pub(crate) values: u64,
    /// Directives.
    pub(crate) directives: u64,
    /// Levels of fields.
    pub(crate) depth: u32,
    /// Levels of selection sets, including those of fragments.
    pub(crate) nesting: u32,
    /// Fields at the top level, without `__typename`.
    pub(crate) roots: u64,
    /// Objects that the answer may contain.
    pub(crate) cost: u64,
    /// Objects that the answer may contain for each row, if the selection is on a connection.
    pub(crate) rows: u64,
    /// Nested introspection lists.
    pub(crate) lists: u32,
    /// Objects of introspection.
    pub(crate) introspection: u64,
}

impl Measure {
    /// Adds the measures of a sibling: another selection in the same selection set.
    fn add_sibling(&mut self, other: &Self) {
        self.fields = self.fields.saturating_add(other.fields);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.values = self.values.saturating_add(other.values);
        self.directives = self.directives.saturating_add(other.directives);
        self.roots = self.roots.saturating_add(other.roots);
        self.cost = self.cost.saturating_add(other.cost);
        self.rows = self.rows.saturating_add(other.rows);
        self.introspection = self.introspection.saturating_add(other.introspection);
        self.depth = self.depth.max(other.depth);
        self.nesting = self.nesting.max(other.nesting);
        self.lists = self.lists.max(other.lists);
    }
}

/// The measured document, before the limits are checked.
#[derive(Debug)]
pub(crate) struct Survey {
    /// Sums over all operations and unused fragments; depths are the greatest.
    pub(crate) total: Measure,
    /// The operation that is to be executed.
    pub(crate) selected: Measure,
    /// Selections visited: the work done.
    pub(crate) visits: u64,
    /// The fields that cost most, if the cost is above its limit.
    pub(crate) costliest: Vec<CostlyField>,
}

impl Survey {
    /// Measures each fragment once, then the operations. Uses the limits only for page sizes.
    pub(crate) fn take(
        syntax: &Syntax,
        schema: &Schema,
        limits: &Limits,
        selected: Option<&OperationDefinition>,
        variables: &Variables,
    ) -> Self {
        let defaults = selected.into_iter().flat_map(|operation| &operation.variables);
        let defaults = defaults.filter_map(|it| Some((it.name.as_str(), &**it.default_value.as_ref()?)));
        let mut meter = Meter {
            schema,
            limits,
            variables,
            defaults: defaults.collect(),
            batch_rows: None,
            sizes: HashMap::new(),
            fragments: HashMap::with_capacity(syntax.fragments.len()),
            visits: syntax.visits,
        };
        // The rows are counted before the fragments, because a fragment may select the outcomes of the rows.
        let sets = selected.map(|operation| &*operation.selection_set).into_iter();
        let sets = sets.chain(syntax.fragments.iter().map(|fragment| &*fragment.selection_set));
        meter.batch_rows = sets.filter_map(|set| meter.rows_in(set)).max();
        for fragment in &syntax.fragments {
            let on = schema.find(&fragment.type_condition);
            let mut measure = meter.selection_set(&fragment.selection_set, on);
            let own = fragment.directives.len() as u64;
            measure.directives = measure.directives.saturating_add(own);
            meter.fragments.insert(&fragment.name, measure);
        }
        let mut total = Measure::default();
        // Validation also visits fragments that nothing spreads.
        for fragment in syntax.unused.iter().filter_map(|at| syntax.fragments.get(*at)) {
            if let Some(measure) = meter.fragments.get(fragment.name.as_str()) {
                total.add_sibling(measure);
            }
        }
        let mut measured = Measure::default();
        for operation in &syntax.operations {
            let root = schema.root(operation.operation_type);
            let mut measure = meter.selection_set(&operation.selection_set, root);
            let on_variables: usize = operation.variables.iter().map(|it| it.directives.len()).sum();
            let own = (operation.directives.len() + on_variables) as u64;
            measure.directives = measure.directives.saturating_add(own);
            total.add_sibling(&measure);
            if selected.is_some_and(|selected| std::ptr::eq(selected, &raw const **operation)) {
                measured = measure;
            }
        }
        let (visits, mut costliest) = (meter.visits, Vec::new());
        if let Some(operation) = selected
            && measured.cost > limits.cost
            && total.fields <= limits.fields
            && total.nesting <= NESTING
        {
            let root = schema.root(operation.operation_type);
            costliest = meter.costliest(syntax, &operation.selection_set, root, measured.cost);
        }
        Self { total, selected: measured, visits, costliest }
    }

    /// Checks the measures against the limits.
    pub(crate) fn check(
        &self,
        operation: Option<OperationType>,
        limits: &Limits,
        introspection: u64,
    ) -> Result<(), DocumentError> {
        let total = &self.total;
        let lists = u64::from(limits.introspection_lists);
        DocumentError::check(Limit::Fields, total.fields, limits.fields)?;
        DocumentError::check(Limit::Depth, total.depth.into(), limits.depth.into())?;
        DocumentError::check(Limit::Nesting, total.nesting.into(), NESTING.into())?;
        DocumentError::check(Limit::Aliases, total.aliases, limits.aliases)?;
        DocumentError::check(Limit::Values, total.values, limits.values)?;
        DocumentError::check(Limit::Directives, total.directives, limits.directives)?;
        DocumentError::check(Limit::IntrospectionLists, total.lists.into(), lists)?;
        DocumentError::check(Limit::Introspection, total.introspection, introspection)?;
        if operation.is_some_and(|operation| operation != OperationType::Query) {
            // A mutation is one change with one outcome; a subscription is one stream.
            DocumentError::check(Limit::RootFields, self.selected.roots, limits.root_fields)?;
        }
        DocumentError::check(Limit::Cost, self.selected.cost, limits.cost).map_err(|mut error| {
            if let Reason::TooMuch { costliest, .. } = &mut error.reason {
                costliest.clone_from(&self.costliest);
            }
            error
        })
    }
}

/// Measures the selection sets of one document.
pub(crate) struct Meter<'a> {
    pub(crate) schema: &'a Schema,
    /// Used for the sizes of pages and lists.
    limits: &'a Limits,
    variables: &'a Variables,
    /// The default values of variables.
    defaults: HashMap<&'a str, &'a Value>,
    /// The number of rows in the input of a mutation; none if the document has no such input.
    batch_rows: Option<u64>,
    /// The sizes of the variables found so far, so that each is measured once.
    sizes: HashMap<&'a str, u64>,
    /// The measured fragments by name.
    fragments: HashMap<&'a str, Measure>,
    visits: u64,
}

/// The value of a variable.
enum Given<'a> {
    Json(&'a ConstValue),
    Default(&'a Value),
}

impl<'a> Meter<'a> {
    /// Measures a selection set. The fragments that it spreads must already be measured. An unknown fragment has no
    /// cost, because validation refuses the document.
    fn selection_set(&mut self, set: &'a [Selection], parent: Parent) -> Measure {
        let mut total = Measure::default();
        for selection in set {
            self.visits += 1;
            let (part, directives) = match selection {
                Selection::Field(field) => (self.field(field, parent), &field.directives),
                Selection::InlineFragment(inline) => {
                    let on = inline.type_condition.as_ref();
                    let parent = on.map_or(parent, |on| self.schema.find(on));
                    (self.selection_set(&inline.selection_set, parent), &inline.directives)
                }
                Selection::FragmentSpread(spread) => {
                    let known = self.fragments.get(spread.fragment_name.as_str());
                    (known.copied().unwrap_or_default(), &spread.directives)
                }
            };
            total.add_sibling(&part);
            total.directives = total.directives.saturating_add(directives.len() as u64);
        }
        total.nesting = total.nesting.saturating_add(1);
        total
    }

    pub(crate) fn field(&mut self, field: &'a Field, parent: Parent) -> Measure {
        let mut values = 0u64;
        for argument in &field.arguments {
            values = values.saturating_add(self.size(&argument.value));
        }
        let name = field.name.as_str();
        let FieldInfo { target, shape, weight, is_batch } = self.schema.field(parent, name);
        let set = &field.selection_set;
        let mut measure = if set.is_empty() { Measure::default() } else { self.selection_set(set, target) };
        measure.fields = measure.fields.saturating_add(1);
        measure.aliases = measure.aliases.saturating_add(field.alias.is_some().into());
        measure.roots = u64::from(name != "__typename");
        if target == Parent::Introspection {
            // Introspection is deep by nature and has its own limits.
            measure.depth = 1;
            measure.values = measure.values.saturating_add(values);
            if !set.is_empty() {
                self.introspect(name, &mut measure);
            }
            return measure;
        }
        measure.depth = measure.depth.saturating_add(1);
        let (inner, rows) = (measure.cost, measure.rows);
        let count = self.count(field, shape);
        (measure.cost, measure.rows) = match shape {
            Shape::Leaf | Shape::Free => (inner, 0),
            Shape::Rows => (0, inner.saturating_add(1)),
            Shape::Connection(_) => (rows.saturating_mul(count).saturating_add(inner), 0),
            Shape::One | Shape::Paged(_) | Shape::List(..) | Shape::ByIds | Shape::ByRows => {
                (inner.saturating_add(1).saturating_mul(count), 0)
            }
        };
        let times = if is_batch { self.batch_rows.unwrap_or(1) } else { 1 };
        measure.cost = measure.cost.saturating_add(weight.saturating_mul(times));
        measure.values = measure.values.saturating_mul(count).saturating_add(values);
        measure
    }

    /// The number of objects to which a field's selection set applies.
    pub(crate) fn count(&self, field: &'a Field, shape: Shape) -> u64 {
        match shape {
            Shape::Leaf | Shape::Free | Shape::One | Shape::Rows => 1,
            Shape::Connection(paging) | Shape::Paged(paging) => self.page(field, paging),
            Shape::List(Size::Usual, levels) => self.limits.list_rows.saturating_pow(levels),
            Shape::List(Size::Assumed(rows), levels) => rows.saturating_pow(levels),
            Shape::ByIds => self.elements(field, "ids"),
            Shape::ByRows => self.batch_rows.unwrap_or(self.limits.list_rows),
        }
    }

    /// The number of rows in the input of a field at the top of a selection set.
    fn rows_in(&self, set: &'a [Selection]) -> Option<u64> {
        let of_field = |selection: &'a Selection| match selection {
            Selection::Field(field) => self.rows_of(argument(field, INPUT)?),
            Selection::InlineFragment(inline) => self.rows_in(&inline.selection_set),
            Selection::FragmentSpread(_) => None,
        };
        set.iter().filter_map(of_field).max()
    }

    fn rows_of(&self, input: &'a Value) -> Option<u64> {
        let json = |input: &ConstValue| match input {
            ConstValue::Object(fields) => match fields.get(ROWS)? {
                ConstValue::List(rows) => Some(rows.len() as u64),
                // A single value becomes a list of one element.
                _ => Some(1),
            },
            _ => None,
        };
        let input = match input {
            Value::Variable(name) => match self.variable(name)? {
                Given::Json(value) => return json(value),
                Given::Default(value) => value,
            },
            value => value,
        };
        let Value::Object(fields) = input else { return None };
        let (_, rows) = fields.iter().find(|(name, _)| name == ROWS)?;
        match &**rows {
            Value::List(rows) => Some(rows.len() as u64),
            Value::Variable(name) => match self.variable(name)? {
                Given::Json(ConstValue::List(rows)) => Some(rows.len() as u64),
                Given::Default(Value::List(rows)) => Some(rows.len() as u64),
                Given::Json(_) | Given::Default(_) => Some(1),
            },
            _ => Some(1),
        }
    }

    fn introspect(&self, name: &str, measure: &mut Measure) {
        let count = match name {
            "types" => self.schema.types(),
            // Typical numbers in a schema. The limit is computed with the same numbers.
            "fields" | "inputFields" | "enumValues" | "possibleTypes" | "directives" => 10,
            "args" | "interfaces" => 3,
            _ => 1,
        };
        measure.introspection = measure.introspection.saturating_add(1).saturating_mul(count);
        if matches!(name, "fields" | "inputFields" | "interfaces" | "possibleTypes") {
            measure.lists = measure.lists.saturating_add(1);
        }
    }

    fn variable(&self, name: &str) -> Option<Given<'a>> {
        match self.variables.get(name) {
            Some(value) => Some(Given::Json(value)),
            None => self.defaults.get(name).map(|value| Given::Default(value)),
        }
    }

    /// The number of values in an argument with its variables expanded. Variables are never copied, because a variable
    /// of a megabyte can be used by a thousand fields.
    fn size(&mut self, value: &'a Value) -> u64 {
        let add = |sum: u64, size: u64| sum.saturating_add(size);
        match value {
            Value::Variable(name) => {
                if let Some(size) = self.sizes.get(name.as_str()) {
                    return *size;
                }
                let size = match self.variable(name) {
                    Some(Given::Json(value)) => json_size(value),
                    // A default value contains no variables.
                    Some(Given::Default(value)) => self.size(value),
                    None => 0,
                };
                let size = size.saturating_add(1);
                self.sizes.insert(name, size);
                size
            }
            Value::List(items) => items.iter().map(|item| self.size(item)).fold(1, add),
            Value::Object(fields) => fields.iter().map(|(_, value)| self.size(value)).fold(1, add),
            Value::String(text) => 1 + text.len() as u64 / 64,
            _ => 1,
        }
    }

    fn page(&self, field: &'a Field, paging: Paging) -> u64 {
        let rows = |name| match argument(field, name)? {
            Value::Variable(name) => match self.variable(name)? {
                Given::Json(ConstValue::Number(number)) => number.as_u64(),
                Given::Json(_) => None,
                Given::Default(value) => as_rows(value),
            },
            value => as_rows(value),
        };
        paging.rows(rows("first"), rows("last"), self.limits)
    }

    /// The length of a list argument.
    fn elements(&self, field: &'a Field, name: &str) -> u64 {
        let literal = |value: &Value| match value {
            Value::List(items) => items.len() as u64,
            // A single value becomes a list of one element.
            _ => 1,
        };
        match argument(field, name) {
            None => self.limits.list_rows,
            Some(Value::Variable(name)) => match self.variable(name) {
                Some(Given::Json(ConstValue::List(items))) => items.len() as u64,
                Some(Given::Json(_)) => 1,
                Some(Given::Default(value)) => literal(value),
                None => self.limits.list_rows,
            },
            Some(value) => literal(value),
        }
    }
}

fn argument<'a>(field: &'a Field, name: &str) -> Option<&'a Value> {
    field.arguments.iter().find(|argument| argument.name == name).map(|argument| &*argument.value)
}

/// The number of values in a JSON value. A text counts as one, and one more for each 64 bytes.
fn json_size(value: &ConstValue) -> u64 {
    match value {
        ConstValue::List(items) => 1 + items.iter().map(json_size).sum::<u64>(),
        ConstValue::Object(fields) => 1 + fields.values().map(json_size).sum::<u64>(),
        ConstValue::String(text) => 1 + text.len() as u64 / 64,
        _ => 1,
    }
}
