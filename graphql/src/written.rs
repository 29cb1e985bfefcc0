//! First pages of nested lists, written as JSON text when the document selects only leaves of their items.
//!
//! The executor makes a future and a value for each field of each item. For a page of people with their evaluations,
//! that was most of the server's work. Apart from that, both ways are the same: the items were read with the caller's
//! rights, and the same functions compute the leaves and the fields of the object. A test compares both ways field by
//! field.

use async_graphql::{
    Context, ContextSelectionSet, Name, OutputType, Positioned, SelectionField, ServerResult, Value,
    async_trait::async_trait,
    indexmap::IndexMap,
    parser::types::{Field, Selection, SelectionSet},
    registry::Registry,
};
use service::db::Page;
use std::borrow::Cow;

/// An object with this key is JSON text, see `async_graphql_value::RAW_VALUE_TOKEN`.
const RAW_JSON: &str = "$serde_json::private::RawValue";

/// A connection: an object, or the JSON text of its selected fields.
pub enum Written<T> {
    /// The executor resolves the selected fields.
    Object(T),
    /// The value of all selected fields.
    Json(String),
}

#[async_trait]
impl<T: OutputType> OutputType for Written<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match self {
            Self::Object(object) => object.resolve(ctx, field).await,
            Self::Json(text) => {
                Ok(Value::Object(IndexMap::from([(Name::new(RAW_JSON), Value::String(text.clone()))])))
            }
        }
    }
}

/// A function that writes the value of one leaf field of an object as JSON.
pub type Leaf<T> = fn(&T, &Context<'_>, &mut String);

/// An object with leaf fields that can be written as JSON.
pub trait Leaves: Sized {
    /// Returns the function that writes a field without arguments; none if the executor must resolve the field.
    fn leaf(field: &str) -> Option<Leaf<Self>>;
}

/// The selected leaves of an item with their keys.
type Selected<'a, T> = Vec<(&'a str, Leaf<T>)>;

/// A selected field of a connection.
enum Part<'a, T> {
    Edges(Vec<(&'a str, Selected<'a, T>)>),
    Nodes(Selected<'a, T>),
}

/// Writes the selected fields of a connection with the items of this page. Returns `None` if the document selects more
/// than leaves; then the executor resolves the fields.
pub fn connection<T, I>(ctx: &Context<'_>, page: &Page<I>, item: impl Fn(&I) -> T) -> Option<String>
where
    T: Leaves,
{
    let selected = ctx.look_ahead().selection_fields();
    let [field] = &*selected else { return None };
    is_single(ctx, key(field)).then_some(())?;
    let mut parts: Vec<(&str, Part<'_, T>)> = Vec::new();
    for field in field.selection_set() {
        let part = match field.name() {
            "edges" => Part::Edges(
                field
                    .selection_set()
                    .map(|field| (field.name() == "node").then_some((key(&field), leaves(&field)?)))
                    .collect::<Option<_>>()?,
            ),
            "nodes" => Part::Nodes(leaves(&field)?),
            _ => return None,
        };
        parts.push((key(&field), part));
    }
    all_unique(parts.iter().map(|(key, _)| *key)).then_some(())?;
    let items: Vec<T> = page.items.iter().map(|(_, one)| item(one)).collect();
    let mut text = String::with_capacity(64 + items.len() * 96);
    object(&mut text, &parts, |text, part| match part {
        Part::Nodes(leaves) => list(text, &items, |text, item| write_leaves(ctx, text, leaves, item)),
        Part::Edges(nodes) => list(text, &items, |text, item| {
            object(text, nodes, |text, leaves| write_leaves(ctx, text, leaves, item));
        }),
    });
    Some(text)
}

/// Whether the document contains this response key only once. If two fields have the same key, for example because two
/// fragments select the same list, the executor merges their values; it can't merge text.
fn is_single(ctx: &Context<'_>, key: &str) -> bool {
    let fragments = ctx.query_env.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    let sets = fragments.chain([&ctx.query_env.operation.node.selection_set.node]);
    sets.map(|set| occurrences(set, key)).sum::<usize>() == 1
}

/// Returns the number of fields with a response key in a selection set, at any depth.
fn occurrences(set: &SelectionSet, key: &str) -> usize {
    let of_selection = |selection: &Selection| match selection {
        Selection::Field(field) => {
            let here = usize::from(field.node.response_key().node == key);
            here + occurrences(&field.node.selection_set.node, key)
        }
        Selection::InlineFragment(fragment) => occurrences(&fragment.node.selection_set.node, key),
        Selection::FragmentSpread(_) => 0,
    };
    set.items.iter().map(|item| of_selection(&item.node)).sum()
}

/// The response key of a field: its alias or its name.
fn key<'a>(field: &SelectionField<'a>) -> &'a str {
    field.alias().unwrap_or_else(|| field.name())
}

/// The selected leaves of an item; `None` if there are other fields.
fn leaves<'a, T: Leaves>(item: &SelectionField<'a>) -> Option<Selected<'a, T>> {
    let leaves: Selected<'a, T> = item
        .selection_set()
        .map(|field| {
            let has_arguments = field.arguments().is_ok_and(|given| !given.is_empty());
            Some((key(&field), T::leaf(field.name()).filter(|_| !has_arguments)?))
        })
        .collect::<Option<_>>()?;
    all_unique(leaves.iter().map(|(key, _)| *key)).then_some(leaves)
}

/// Whether each key occurs only once. The executor would merge fields with the same key.
fn all_unique<'a>(keys: impl Iterator<Item = &'a str> + Clone) -> bool {
    let mut before = keys.clone().enumerate();
    before.all(|(at, key)| keys.clone().take(at).all(|earlier| earlier != key))
}

fn write_leaves<T>(ctx: &Context<'_>, text: &mut String, leaves: &[(&str, Leaf<T>)], item: &T) {
    object(text, leaves, |text, leaf| leaf(item, ctx, text));
}

/// Writes an object. Its keys are names in the document, which need no escapes.
fn object<V>(text: &mut String, fields: &[(&str, V)], mut value: impl FnMut(&mut String, &V)) {
    text.push('{');
    for (at, (key, field)) in fields.iter().enumerate() {
        text.push_str(if at == 0 { "\"" } else { ",\"" });
        text.push_str(key);
        text.push_str("\":");
        value(text, field);
    }
    text.push('}');
}

fn list<V>(text: &mut String, items: &[V], mut item: impl FnMut(&mut String, &V)) {
    text.push('[');
    for (at, one) in items.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        item(text, one);
    }
    text.push(']');
}

/// Writes a text without characters that need escapes, such as an id or the name of an enum value.
pub fn plain(text: &mut String, value: &str) {
    text.push('"');
    text.push_str(value);
    text.push('"');
}

/// Writes the name of an enum value, or null.
pub fn name(text: &mut String, value: Option<impl Into<&'static str>>) {
    match value {
        Some(value) => plain(text, value.into()),
        None => text.push_str("null"),
    }
}
