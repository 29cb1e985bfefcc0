//! Finds texts in arguments that can't be stored. No stored text can match them in a search either.

use async_graphql_parser::Pos;
use async_graphql_parser::types::{ExecutableDocument, Field, OperationType, Selection, SelectionSet};
use async_graphql_value::{ConstValue, Name, Variables};
use std::collections::HashMap;
use std::convert::Infallible;

/// Finds the first argument with a text that can't be stored: its name and the fields below it, and its position.
///
/// The arguments of a mutation itself are left to its resolver, which refuses them in the payload. `plan` is the one
/// operation that is executed, without fragment definitions; `text` is the document as it was sent.
pub(super) fn not_storable(
    plan: &ExecutableDocument,
    text: &str,
    variables: &Variables,
) -> Option<(Vec<String>, Pos)> {
    let invalid: HashMap<&str, ConstValue> =
        variables.iter().filter_map(|(name, value)| Some((name.as_str(), only(find(value)?)))).collect();
    // A document can contain the character itself or an escape for it.
    if invalid.is_empty() && !text.contains('\0') && !text.contains("\\u") {
        return None;
    }
    let (_, operation) = plan.operations.iter().next()?;
    let search = Search { invalid };
    search.set(&operation.node.selection_set.node, operation.node.ty == OperationType::Mutation)
}

struct Search<'a> {
    /// The variables with such a text, reduced to the path to it, so that checking each use is cheap.
    invalid: HashMap<&'a str, ConstValue>,
}

impl Search<'_> {
    fn set(&self, set: &SelectionSet, is_mutation: bool) -> Option<(Vec<String>, Pos)> {
        set.items.iter().find_map(|selection| match &selection.node {
            Selection::Field(field) => self.field(&field.node, is_mutation),
            Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node, is_mutation),
            Selection::FragmentSpread(_) => None,
        })
    }

    fn field(&self, field: &Field, is_mutation: bool) -> Option<(Vec<String>, Pos)> {
        let arguments = field.arguments.iter().filter(|_| !is_mutation);
        let own = arguments.into_iter().find_map(|(name, value)| {
            let variable = |name: Name| self.invalid.get(name.as_str()).cloned().unwrap_or_default();
            let value = value.node.clone().into_const_with(|name| Ok::<_, Infallible>(variable(name)));
            let mut path = find(&value.unwrap_or_default())?;
            path.push(name.node.to_string());
            path.reverse();
            Some((path, name.pos))
        });
        own.or_else(|| self.set(&field.selection_set.node, false))
    }
}

/// The path in a value to a text that can't be stored, innermost field first.
fn find(value: &ConstValue) -> Option<Vec<String>> {
    match value {
        ConstValue::String(text) if text.contains('\0') => Some(Vec::new()),
        ConstValue::List(items) => inside(items.iter().enumerate()),
        ConstValue::Object(fields) => inside(fields),
        _ => None,
    }
}

fn inside<'a, K: ToString>(parts: impl IntoIterator<Item = (K, &'a ConstValue)>) -> Option<Vec<String>> {
    parts.into_iter().find_map(|(name, value)| {
        let mut path = find(value)?;
        path.push(name.to_string());
        Some(path)
    })
}

/// A value that contains only such a text, at this path.
fn only(path: Vec<String>) -> ConstValue {
    let text = ConstValue::String("\0".to_owned());
    path.into_iter()
        .fold(text, |value, name| ConstValue::Object([(Name::new(name), value)].into_iter().collect()))
}
