//! The part of the schema that measuring needs: for each field, the type and the number of its objects.

use super::Limits;
use apollo_compiler::ast::{OperationType, Type, Value};
use apollo_compiler::schema::{ExtendedType, FieldDefinition};
use std::collections::HashMap;

/// The argument of a mutation.
pub(crate) const INPUT: &str = "input";
/// The field of a batch's input with its rows.
pub(crate) const ROWS: &str = "rows";
/// The field of a batch's payload with one outcome for each row.
const RESULTS: &str = "results";

/// A composite type of the schema, as an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TypeId(usize);

/// The type that a selection set applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parent {
    /// A type of the schema.
    Known(TypeId),
    /// One of the `__` types, which have limits of their own.
    Introspection,
    /// Not in the schema. Its fields cost nothing, because validation refuses the document.
    Unknown,
}

/// The number of objects that a field returns for one parent object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// No object: a scalar or an enum, or a list of them.
    Leaf,
    /// One object.
    One,
    /// One object without a cost of its own: `pageInfo`, and the `node` of an edge.
    Free,
    /// A connection: the objects are the rows of its page.
    Connection(Paging),
    /// The rows of a connection: `edges` and `nodes`.
    Rows,
    /// A list with `first` or `last`.
    Paged(Paging),
    /// A list without paging, nested this many levels.
    List(Size, u32),
    /// A list with one row for each element of the argument `ids`.
    ByIds,
    /// The outcomes of a batch: one for each row of the mutation's input.
    ByRows,
}

/// The number of rows that a list without paging is assumed to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// [`Limits::list_rows`].
    Usual,
    /// The directive `@listSize` of the field.
    Assumed(u64),
}

/// The schema's default page sizes of a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Paging {
    /// The default of `first`.
    pub(crate) first: Option<u64>,
    /// The default of `last`.
    pub(crate) last: Option<u64>,
}

/// One field of a composite type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldInfo {
    /// The type of the field.
    pub(crate) target: Parent,
    /// The number of objects that it returns.
    pub(crate) shape: Shape,
    /// Its cost in addition to the cost of its objects, from the directive `@cost`.
    pub(crate) weight: u64,
    /// Whether the field is a mutation of rows. Such a mutation costs its weight for each row of its input.
    pub(crate) is_batch: bool,
}

/// The parts of the schema from which the cost of a document is computed.
#[derive(Debug)]
pub(crate) struct Schema {
    ids: HashMap<String, TypeId>,
    fields: Vec<HashMap<String, FieldInfo>>,
    types: u64,
    roots: [Parent; 3],
}

impl Schema {
    /// Reads the exported schema.
    pub(crate) fn read(schema: &apollo_compiler::Schema) -> Self {
        let mut ids = HashMap::new();
        let mut composites = Vec::new();
        let own = schema.types.iter().filter(|(name, _)| !name.starts_with("__"));
        for (name, ty) in own.clone() {
            let fields = match ty {
                ExtendedType::Object(it) => Some(&it.fields),
                ExtendedType::Interface(it) => Some(&it.fields),
                ExtendedType::Union(_) => None,
                ExtendedType::Scalar(_) | ExtendedType::Enum(_) | ExtendedType::InputObject(_) => continue,
            };
            ids.insert(name.to_string(), TypeId(composites.len()));
            composites.push((name, fields));
        }
        let mut fields: Vec<HashMap<String, FieldInfo>> = composites
            .iter()
            .map(|(owner, fields)| {
                let fields = fields.iter().flat_map(|fields| fields.iter());
                fields.map(|(name, field)| (name.to_string(), describe(owner, field, &ids))).collect()
            })
            .collect();
        let batches = batches(schema, &ids);
        let mutations = schema.root_operation(OperationType::Mutation).map(|name| find(&ids, name));
        for (mutation, payload) in batches {
            let (Some(Parent::Known(root)), Parent::Known(payload)) = (mutations, payload) else { continue };
            if let Some(field) = fields.get_mut(root.0).and_then(|fields| fields.get_mut(&mutation)) {
                field.is_batch = true;
            }
            if let Some(results) = fields.get_mut(payload.0).and_then(|fields| fields.get_mut(RESULTS)) {
                results.shape = Shape::ByRows;
            }
        }
        let roots = [OperationType::Query, OperationType::Mutation, OperationType::Subscription]
            .map(|ty| schema.root_operation(ty).map_or(Parent::Unknown, |name| find(&ids, name)));
        Self { types: own.count() as u64, ids, fields, roots }
    }

    /// The number of types, including the built-in scalars.
    pub(crate) const fn types(&self) -> u64 {
        self.types
    }

    /// The type that a type condition names.
    pub(crate) fn find(&self, name: &str) -> Parent {
        find(&self.ids, name)
    }

    /// The root of an operation.
    pub(crate) const fn root(&self, operation: OperationType) -> Parent {
        match operation {
            OperationType::Query => self.roots[0],
            OperationType::Mutation => self.roots[1],
            OperationType::Subscription => self.roots[2],
        }
    }

    /// A field of a type. An unknown field is a leaf.
    pub(crate) fn field(&self, parent: Parent, name: &str) -> FieldInfo {
        let (target, shape) = match parent {
            _ if name == "__schema" || name == "__type" => (Parent::Introspection, Shape::One),
            Parent::Introspection => (Parent::Introspection, Shape::Leaf),
            Parent::Unknown => (Parent::Unknown, Shape::Leaf),
            Parent::Known(TypeId(id)) => {
                let known = self.fields.get(id).and_then(|fields| fields.get(name));
                match known {
                    Some(info) => return *info,
                    None => (Parent::Unknown, Shape::Leaf),
                }
            }
        };
        FieldInfo { target, shape, weight: 0, is_batch: false }
    }
}

fn find(ids: &HashMap<String, TypeId>, name: &str) -> Parent {
    match ids.get(name) {
        Some(id) => Parent::Known(*id),
        None if name.starts_with("__") => Parent::Introspection,
        None => Parent::Unknown,
    }
}

fn describe(owner: &str, field: &FieldDefinition, ids: &HashMap<String, TypeId>) -> FieldInfo {
    let (levels, name) = (levels(&field.ty), field.ty.inner_named_type().as_str());
    let target = find(ids, name);
    let default = |wanted: &str| as_rows(field.argument_by_name(wanted)?.default_value.as_ref()?);
    let paging = Paging { first: default("first"), last: default("last") };
    let has = |name| field.argument_by_name(name).is_some();
    let shape = if target == Parent::Unknown {
        Shape::Leaf
    } else if name.ends_with("Connection") {
        Shape::Connection(paging)
    } else if owner.ends_with("Connection") && matches!(field.name.as_str(), "edges" | "nodes") {
        Shape::Rows
    } else if name == "PageInfo" || (owner.ends_with("Edge") && field.name == "node") {
        Shape::Free
    } else if levels == 0 {
        Shape::One
    } else if has("first") || has("last") {
        Shape::Paged(paging)
    } else if has("ids") {
        Shape::ByIds
    } else {
        let assumed = argument(field, "listSize", "assumedSize");
        Shape::List(assumed.map_or(Size::Usual, Size::Assumed), levels)
    };
    let weight = argument(field, "cost", "weight").unwrap_or_default();
    FieldInfo { target, shape, weight, is_batch: false }
}

/// The mutations whose input has rows, with the types of their payloads.
fn batches(schema: &apollo_compiler::Schema, ids: &HashMap<String, TypeId>) -> Vec<(String, Parent)> {
    let root = schema.root_operation(OperationType::Mutation).and_then(|name| schema.types.get(name));
    let Some(ExtendedType::Object(root)) = root else { return Vec::new() };
    let has_rows = |field: &FieldDefinition| {
        let input = field.argument_by_name(INPUT).map(|input| input.ty.inner_named_type());
        match input.and_then(|name| schema.types.get(name)) {
            Some(ExtendedType::InputObject(input)) => {
                input.fields.get(ROWS).is_some_and(|rows| levels(&rows.ty) == 1)
            }
            _ => false,
        }
    };
    let batches = root.fields.iter().filter(|(_, field)| has_rows(field));
    batches.map(|(name, field)| (name.to_string(), find(ids, field.ty.inner_named_type()))).collect()
}

/// A number that a directive of a field gives.
fn argument(field: &FieldDefinition, directive: &str, name: &str) -> Option<u64> {
    as_rows(field.directives.get(directive)?.specified_argument_by_name(name)?)
}

fn levels(ty: &Type) -> u32 {
    match ty {
        Type::Named(_) | Type::NonNullNamed(_) => 0,
        Type::List(inner) | Type::NonNullList(inner) => levels(inner) + 1,
    }
}

/// A number of rows; `None` for null and for any other value.
pub(crate) fn as_rows(value: &Value) -> Option<u64> {
    match value {
        Value::Int(number) => number.as_str().parse().ok(),
        _ => None,
    }
}

impl Paging {
    /// The rows of a page for the arguments that a document gives.
    pub(crate) fn rows(self, first: Option<u64>, last: Option<u64>, limits: &Limits) -> u64 {
        let given = first.max(last).or(self.first.max(self.last));
        given.unwrap_or(limits.page_default).min(limits.page_max)
    }
}
