//! The schema as the guard needs it: for each field, the type and the number of its objects.

use super::Limits;
use async_graphql::Value;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, OperationType, ServiceDocument, Type, TypeKind, TypeSystemDefinition,
};
use std::collections::{HashMap, HashSet};

/// A composite type of the schema, as an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TypeId(usize);

/// The type that a selection set applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parent {
    /// A type of the schema.
    Known(TypeId),
    /// One of the `__` types, which the exported schema does not list.
    Introspection,
    /// Not in the schema. Its fields cost nothing, because validation refuses the document.
    Unknown,
}

/// How many objects a field returns for one parent object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
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
    List(u32),
    /// A list with one row for each element of the argument `ids`.
    ByIds,
}

/// The schema's default page sizes of a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Paging {
    /// The default of `first`.
    pub(super) first: Option<u64>,
    /// The default of `last`.
    pub(super) last: Option<u64>,
}

/// One field of a composite type.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldInfo {
    /// The type of the field.
    pub(super) target: Parent,
    /// How many objects it returns.
    pub(super) shape: Shape,
    /// Where its value may be null.
    pub(super) nulls: Nulls,
}

/// Where the value of a field may be null: the value itself, and the elements of lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nulls(u32);

impl Nulls {
    /// Anywhere, for fields that are not in the schema.
    pub(super) const ANYWHERE: Self = Self(u32::MAX);

    fn of(ty: &Type) -> Self {
        let mut bits = 0;
        let (mut ty, mut level) = (Some(ty), 0);
        while let Some(Type { base, nullable }) = ty {
            bits |= u32::from(*nullable).checked_shl(level).unwrap_or(0);
            level += 1;
            ty = match base {
                BaseType::List(inner) => Some(inner),
                BaseType::Named(_) => None,
            };
        }
        Self(bits)
    }

    /// Whether the value itself (level 0), or an element of the list at this level (from 1), may be null.
    #[must_use]
    pub fn allowed(self, level: u32) -> bool {
        self.0.checked_shr(level).is_some_and(|bits| bits & 1 == 1)
    }
}

/// The schema, reduced to what a document's cost needs.
#[derive(Debug)]
pub(super) struct Schema {
    ids: HashMap<String, TypeId>,
    fields: Vec<HashMap<String, FieldInfo>>,
    names: HashSet<String>,
    roots: [Parent; 3],
}

impl Schema {
    /// Reads the exported schema. Types that are not in it are unknown.
    pub(super) fn read(document: &ServiceDocument) -> Self {
        let mut names: HashSet<String> =
            ["Int", "Float", "String", "Boolean", "ID"].into_iter().map(str::to_owned).collect();
        let mut ids = HashMap::new();
        let mut composites: Vec<(&str, &[_])> = Vec::new();
        let mut root_names = ["Query", "Mutation", "Subscription"].map(str::to_owned);
        for definition in &document.definitions {
            match definition {
                TypeSystemDefinition::Type(definition) => {
                    let name = definition.node.name.node.as_str();
                    names.insert(name.to_owned());
                    let fields: &[_] = match &definition.node.kind {
                        TypeKind::Object(object) => &object.fields,
                        TypeKind::Interface(interface) => &interface.fields,
                        TypeKind::Union(_) => &[],
                        TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_) => continue,
                    };
                    ids.entry(name.to_owned()).or_insert(TypeId(composites.len()));
                    composites.push((name, fields));
                }
                TypeSystemDefinition::Schema(schema) => {
                    let given = [&schema.node.query, &schema.node.mutation, &schema.node.subscription];
                    for (name, given) in root_names.iter_mut().zip(given) {
                        if let Some(given) = given {
                            *name = given.node.to_string();
                        }
                    }
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        let fields = composites
            .iter()
            .map(|(owner, fields)| {
                fields
                    .iter()
                    .map(|field| {
                        let field = &field.node;
                        (field.name.node.to_string(), describe(owner, field, &ids))
                    })
                    .collect()
            })
            .collect();
        let roots = root_names.map(|name| find(&ids, &name));
        Self { ids, fields, names, roots }
    }

    /// The number of types, including the built-in scalars.
    pub(super) fn types(&self) -> u64 {
        self.names.len() as u64
    }

    /// Whether a type of this name exists.
    pub(super) fn knows(&self, ty: &Type) -> bool {
        match &ty.base {
            BaseType::Named(name) => self.names.contains(name.as_str()),
            BaseType::List(inner) => self.knows(inner),
        }
    }

    /// The type that a type condition names.
    pub(super) fn find(&self, name: &str) -> Parent {
        find(&self.ids, name)
    }

    /// The root of an operation.
    pub(super) const fn root(&self, operation: OperationType) -> Parent {
        match operation {
            OperationType::Query => self.roots[0],
            OperationType::Mutation => self.roots[1],
            OperationType::Subscription => self.roots[2],
        }
    }

    /// A field of a type. An unknown field is a leaf.
    pub(super) fn field(&self, parent: Parent, name: &str) -> FieldInfo {
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
        FieldInfo { target, shape, nulls: Nulls::ANYWHERE }
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
    let (levels, name) = unwrap(&field.ty.node);
    let target = find(ids, name);
    let argument = |wanted: &str| field.arguments.iter().find(|argument| argument.node.name.node == wanted);
    let default = |wanted: &str| {
        argument(wanted)
            .and_then(|argument| argument.node.default_value.as_ref())
            .and_then(|value| as_rows(&value.node))
    };
    let paging = Paging { first: default("first"), last: default("last") };
    let shape = if target == Parent::Unknown {
        Shape::Leaf
    } else if name.ends_with("Connection") {
        Shape::Connection(paging)
    } else if owner.ends_with("Connection") && matches!(field.name.node.as_str(), "edges" | "nodes") {
        Shape::Rows
    } else if name == "PageInfo" || (owner.ends_with("Edge") && field.name.node == "node") {
        Shape::Free
    } else if levels == 0 {
        Shape::One
    } else if argument("first").is_some() || argument("last").is_some() {
        Shape::Paged(paging)
    } else if argument("ids").is_some() {
        Shape::ByIds
    } else {
        Shape::List(levels)
    };
    FieldInfo { target, shape, nulls: Nulls::of(&field.ty.node) }
}

fn unwrap(ty: &Type) -> (u32, &str) {
    match &ty.base {
        BaseType::Named(name) => (0, name),
        BaseType::List(inner) => {
            let (levels, name) = unwrap(inner);
            (levels + 1, name)
        }
    }
}

/// A number of rows; `None` for null and for any other value.
pub(super) fn as_rows(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        _ => None,
    }
}

impl Paging {
    /// The rows of a page for the arguments that a document gives.
    pub(super) fn rows(self, first: Option<u64>, last: Option<u64>, limits: &Limits) -> u64 {
        let given = first.max(last).or(self.first.max(self.last));
        given.unwrap_or(limits.page_default).min(limits.page_max)
    }
}
