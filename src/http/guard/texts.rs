//! Texts in arguments that can't be stored, and so can't be searched for either.

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Pos, Value, Variables};
use domain::text::is_storable;
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

/// Finds the first argument with a text that can't be stored: its name and the fields below it, and its position.
///
/// The arguments of a mutation itself are left to its resolver, which refuses them in the payload. Each variable and
/// each fragment is looked at once. The document must be within the limit of nesting.
pub(super) fn not_storable(
    document: &ExecutableDocument,
    text: &str,
    selected: &OperationDefinition,
    variables: &Variables,
) -> Option<(Vec<String>, Pos)> {
    let mut broken = HashMap::new();
    for definition in &selected.variable_definitions {
        let name = &definition.node.name.node;
        let default = definition.node.default_value.as_ref().map(|value| &value.node);
        if let Some(path) = variables.get(name).or(default).and_then(find) {
            broken.insert(name.as_str(), only(path));
        }
    }
    // Only these two can stand for the character in a document.
    let in_document = text.contains('\0') || text.contains("\\u0000");
    if broken.is_empty() && !in_document {
        return None;
    }
    let mut search = Search { document, broken, seen: HashSet::new() };
    search.set(&selected.selection_set.node, selected.ty == OperationType::Mutation)
}

struct Search<'a> {
    document: &'a ExecutableDocument,
    /// The variables with such a text: of their values only what leads to it, so that using one often costs little.
    broken: HashMap<&'a str, Value>,
    /// Fragments that were looked at, at the root of a mutation or elsewhere.
    seen: HashSet<(&'a str, bool)>,
}

impl<'a> Search<'a> {
    fn set(&mut self, set: &'a SelectionSet, is_mutation: bool) -> Option<(Vec<String>, Pos)> {
        set.items.iter().find_map(|selection| match &selection.node {
            Selection::Field(field) => self.field(&field.node, is_mutation),
            Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node, is_mutation),
            Selection::FragmentSpread(spread) => {
                let name = spread.node.fragment_name.node.as_str();
                let fragment = self.document.fragments.get(name)?;
                let is_new = self.seen.insert((name, is_mutation));
                is_new.then(|| self.set(&fragment.node.selection_set.node, is_mutation)).flatten()
            }
        })
    }

    fn field(&mut self, field: &'a Field, is_mutation: bool) -> Option<(Vec<String>, Pos)> {
        let arguments = field.arguments.iter().filter(|_| !is_mutation);
        let own = arguments.into_iter().find_map(|(name, value)| {
            let variable = |name: Name| self.broken.get(name.as_str()).cloned().unwrap_or_default();
            let value = value.node.clone().into_const_with(|name| Ok::<_, Infallible>(variable(name)));
            let mut path = find(&value.unwrap_or_default())?;
            path.push(name.node.to_string());
            path.reverse();
            Some((path, name.pos))
        });
        own.or_else(|| self.set(&field.selection_set.node, false))
    }
}

/// Where in a value a text is that can't be stored, innermost field first.
fn find(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) if !is_storable(text) => Some(Vec::new()),
        Value::List(items) => inside(items.iter().enumerate()),
        Value::Object(fields) => inside(fields),
        _ => None,
    }
}

fn inside<'a, K: ToString>(parts: impl IntoIterator<Item = (K, &'a Value)>) -> Option<Vec<String>> {
    parts.into_iter().find_map(|(name, value)| {
        let mut path = find(value)?;
        path.push(name.to_string());
        Some(path)
    })
}

/// A value that holds nothing but such a text at a path.
fn only(path: Vec<String>) -> Value {
    let text = Value::String("\0".to_owned());
    path.into_iter().fold(text, |value, name| Value::Object([(Name::new(name), value)].into_iter().collect()))
}
