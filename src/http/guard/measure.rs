//! Measures the selection sets of a document in one pass. Each fragment is measured once.

use super::Limits;
use super::schema::{FieldInfo, Paging, Parent, Schema, Shape, as_rows};
use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Name, Pos, Value, Variables};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::convert::Infallible;

/// The measures of a selection set for one object, with all its fragments expanded. All sums saturate, so a fragment
/// bomb reaches the largest number and does not overflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Measure {
    /// Fields.
    pub(super) fields: u64,
    /// Aliases.
    pub(super) aliases: u64,
    /// Input values of arguments, counted for each object.
    pub(super) values: u64,
    /// Directives.
    pub(super) directives: u64,
    /// Levels of fields.
    pub(super) depth: u32,
    /// Levels of selection sets, including those of fragments.
    pub(super) nesting: u32,
    /// Fields at the top level, without `__typename`.
    pub(super) roots: u64,
    /// Objects that the answer may contain.
    pub(super) cost: u64,
    /// Objects that the answer may contain for each row, if the selection is on a connection.
    pub(super) rows: u64,
    /// Nested introspection lists.
    pub(super) lists: u32,
    /// Objects of introspection.
    pub(super) introspection: u64,
}

impl Measure {
    /// Adds the measures of another selection in the same selection set.
    pub(super) fn beside(&mut self, other: &Self) {
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

/// A field that accounts for much of a document's cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostlyField {
    /// The fields that lead to it, with the sizes of pages: `staff(first: 100).plans(first: 20)`.
    pub path: String,
    /// The argument that reduces the cost.
    pub argument: Option<&'static str>,
    /// Its share of the cost.
    pub cost: u64,
}

/// A field of a selection set with its share of the document's cost.
struct Share<'a> {
    field: &'a Field,
    info: FieldInfo,
    cost: u64,
    /// How many objects its selection set applies to, and to how many rows.
    times: (u64, u64),
}

/// The most fields that an error names.
const COSTLIEST: usize = 3;

/// Measures the selection sets of one document.
pub(super) struct Meter<'a> {
    /// The schema.
    pub(super) schema: &'a Schema,
    /// The limits, for the sizes of pages and lists.
    pub(super) limits: &'a Limits,
    /// The request's values of variables.
    pub(super) variables: &'a Variables,
    /// The default values of variables.
    pub(super) defaults: HashMap<&'a str, &'a Value>,
    /// The sizes of the variables found so far, so that each is measured once.
    pub(super) sizes: HashMap<Name, u64>,
    /// The measured fragments by name.
    pub(super) fragments: HashMap<&'a str, Measure>,
    /// The positions of arguments that use variables.
    pub(super) variable_arguments: Vec<Pos>,
    /// The number of visited selections, which measures the work.
    pub(super) visits: u64,
}

impl<'a> Meter<'a> {
    /// Measures a selection set. The fragments that it spreads must already be measured. A fragment that does not exist
    /// counts nothing, because validation refuses it.
    pub(super) fn selection_set(&mut self, set: &'a SelectionSet, parent: Parent) -> Measure {
        let mut total = Measure::default();
        for selection in &set.items {
            self.visits += 1;
            let part = match &selection.node {
                Selection::Field(field) => self.field(&field.node, parent),
                Selection::InlineFragment(inline) => {
                    let parent = inline
                        .node
                        .type_condition
                        .as_ref()
                        .map_or(parent, |on| self.schema.find(&on.node.on.node));
                    self.selection_set(&inline.node.selection_set.node, parent)
                }
                Selection::FragmentSpread(spread) => {
                    self.fragments.get(spread.node.fragment_name.node.as_str()).copied().unwrap_or_default()
                }
            };
            total.beside(&part);
            let directives = selection.node.directives();
            total.directives = total.directives.saturating_add(directives.len() as u64);
            let arguments = directives.iter().flat_map(|directive| &directive.node.arguments);
            self.variable_arguments.extend(
                arguments
                    .filter(|(_, value)| value.node.clone().into_const().is_none())
                    .map(|(name, _)| name.pos),
            );
        }
        total.nesting = total.nesting.saturating_add(1);
        total
    }

    fn field(&mut self, field: &'a Field, parent: Parent) -> Measure {
        let mut values = 0u64;
        for (at, (name, _)) in field.arguments.iter().enumerate() {
            let (size, variable) = self.argument(field, at);
            values = values.saturating_add(size);
            if variable {
                self.variable_arguments.push(name.pos);
            }
        }
        let name = field.name.node.as_str();
        let FieldInfo { target, shape, .. } = self.schema.field(parent, name);
        let set = &field.selection_set.node;
        let mut measure =
            if set.items.is_empty() { Measure::default() } else { self.selection_set(set, target) };
        measure.fields = measure.fields.saturating_add(1);
        measure.aliases = measure.aliases.saturating_add(field.alias.is_some().into());
        measure.roots = u64::from(name != "__typename");
        if target == Parent::Introspection {
            // Introspection is deep by nature and has its own limits.
            measure.depth = 1;
            measure.values = measure.values.saturating_add(values);
            if !set.items.is_empty() {
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
            Shape::One | Shape::Paged(_) | Shape::List(_) | Shape::ByIds => {
                (inner.saturating_add(1).saturating_mul(count), 0)
            }
        };
        measure.values = measure.values.saturating_mul(count).saturating_add(values);
        measure
    }

    /// How many objects a field's selection set is applied to.
    fn count(&self, field: &Field, shape: Shape) -> u64 {
        match shape {
            Shape::Leaf | Shape::Free | Shape::One | Shape::Rows => 1,
            Shape::Connection(paging) | Shape::Paged(paging) => self.page(field, paging),
            Shape::List(levels) => self.limits.list_rows.saturating_pow(levels),
            Shape::ByIds => self.elements(field, "ids"),
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

    fn variable(&self, name: &Name) -> Option<&'a Value> {
        let given = self.variables.get(name);
        given.or_else(|| self.defaults.get(name.as_str()).copied())
    }

    /// The size of an argument with its variables expanded, and whether it uses any. Variables are never copied,
    /// because a variable of a megabyte can be used by a thousand fields.
    fn argument(&mut self, field: &Field, at: usize) -> (u64, bool) {
        let mut of_variables: Option<u64> = None;
        let Some((_, value)) = field.arguments.get(at) else {
            return (0, false);
        };
        let literal = value.node.clone().into_const_with(|name| {
            let size = match self.sizes.get(&name) {
                Some(size) => *size,
                None => {
                    let size = self.variable(&name).map_or(0, size);
                    self.sizes.insert(name, size);
                    size
                }
            };
            of_variables = Some(of_variables.unwrap_or(0).saturating_add(size));
            Ok::<_, Infallible>(Value::Null)
        });
        let Ok(literal) = literal;
        let total = size(&literal).saturating_add(of_variables.unwrap_or(0));
        (total, of_variables.is_some())
    }

    fn page(&self, field: &Field, paging: Paging) -> u64 {
        let rows = |name| {
            let value = field.get_argument(name)?.node.clone();
            let value = value.into_const_with(|name| match self.variable(&name) {
                Some(Value::Number(number)) => Ok(Value::Number(number.clone())),
                _ => Err(()),
            });
            as_rows(&value.ok()?)
        };
        paging.rows(rows("first"), rows("last"), self.limits)
    }

    /// The length of a list argument.
    fn elements(&self, field: &Field, name: &str) -> u64 {
        let Some(value) = field.get_argument(name) else {
            return self.limits.list_rows;
        };
        // GraphQL coerces a single value to a list of one element.
        let mut length = 1;
        let literal = value.node.clone().into_const_with(|name| {
            length = match self.variable(&name) {
                Some(Value::List(items)) => items.len() as u64,
                Some(_) => 1,
                None => self.limits.list_rows,
            };
            Ok::<_, Infallible>(Value::Null)
        });
        match literal {
            Ok(Value::List(items)) => items.len() as u64,
            Ok(_) => length,
        }
    }
}

impl<'a> Meter<'a> {
    /// Finds the root fields that cost most, and extends the path of each while one field below has more than half of
    /// the cost. This expands fragments, so the caller must check the limits of fields and nesting first.
    pub(super) fn costliest(
        &mut self,
        document: &'a ExecutableDocument,
        set: &'a SelectionSet,
        parent: Parent,
        total: u64,
    ) -> Vec<CostlyField> {
        let mut roots = Vec::new();
        self.shares(document, set, parent, (1, 1), &mut roots);
        roots.sort_by_key(|share| Reverse(share.cost));
        roots.retain(|share| share.cost > total / 5);
        roots.truncate(COSTLIEST);
        roots.into_iter().map(|root| self.follow(document, root)).collect()
    }

    fn follow(&mut self, document: &'a ExecutableDocument, mut share: Share<'a>) -> CostlyField {
        let mut found = CostlyField { path: String::new(), argument: None, cost: 0 };
        loop {
            self.append(&share, &mut found);
            let mut below = Vec::new();
            let set = &share.field.selection_set.node;
            self.shares(document, set, share.info.target, share.times, &mut below);
            match below.into_iter().max_by_key(|below| below.cost) {
                Some(next) if next.cost > share.cost / 2 => share = next,
                _ => return found,
            }
        }
    }

    /// Adds a field to a path, except `edges`, `nodes` and `node`.
    fn append(&self, share: &Share<'a>, found: &mut CostlyField) {
        let Share { field, info, cost, .. } = share;
        if matches!(info.shape, Shape::Rows | Shape::Free) {
            return;
        }
        found.cost = *cost;
        if !found.path.is_empty() {
            found.path.push('.');
        }
        found.path += field.name.node.as_str();
        match info.shape {
            Shape::Connection(_) | Shape::Paged(_) => {
                let by_last = field.get_argument("last").is_some() && field.get_argument("first").is_none();
                let argument = if by_last { "last" } else { "first" };
                found.path += &format!("({argument}: {})", self.count(field, info.shape));
                found.argument = Some(argument);
            }
            Shape::ByIds => found.argument = Some("ids"),
            Shape::Leaf | Shape::One | Shape::Free | Shape::Rows | Shape::List(_) => {}
        }
    }

    /// Collects the cost of each field of a selection set, with fragments expanded. `times` is as in [`Share`].
    fn shares(
        &mut self,
        document: &'a ExecutableDocument,
        set: &'a SelectionSet,
        parent: Parent,
        times: (u64, u64),
        shares: &mut Vec<Share<'a>>,
    ) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let info = self.schema.field(parent, field.name.node.as_str());
                    let measure = self.field(field, parent);
                    let count = self.count(field, info.shape);
                    let (own, rows) = times;
                    let (cost, times) = match info.shape {
                        Shape::Rows => (measure.rows.saturating_mul(rows), (rows, rows)),
                        Shape::Connection(_) => {
                            (measure.cost.saturating_mul(own), (own, own.saturating_mul(count)))
                        }
                        _ => (measure.cost.saturating_mul(own), (own.saturating_mul(count), 0)),
                    };
                    shares.push(Share { field, info, cost, times });
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref();
                    let parent = on.map_or(parent, |on| self.schema.find(&on.node.on.node));
                    self.shares(document, &inline.node.selection_set.node, parent, times, shares);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                        let parent = self.schema.find(&fragment.node.type_condition.node.on.node);
                        self.shares(document, &fragment.node.selection_set.node, parent, times, shares);
                    }
                }
            }
        }
    }
}

/// The number of values within a value. A text counts one more for each 64 bytes.
fn size(value: &Value) -> u64 {
    match value {
        Value::List(items) => 1 + items.iter().map(size).sum::<u64>(),
        Value::Object(fields) => 1 + fields.values().map(size).sum::<u64>(),
        Value::String(text) => 1 + text.len() as u64 / 64,
        _ => 1,
    }
}
