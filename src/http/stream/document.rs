//! Changes to the document of a subscription before it runs.

use async_graphql::{
    Name, Pos, Positioned, Request, Value,
    parser::types::{
        DocumentOperations::{Multiple, Single},
        ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
    },
};
use std::collections::{HashMap, HashSet};

/// The alias under which each item returns its cursor, whatever the client selects; it is removed before delivery.
const CURSOR: &str = "kinerja_cursor";

/// The selected operation, which exists because the guard has found it.
fn selected<'a>(
    document: &'a mut ExecutableDocument,
    name: Option<&str>,
) -> Option<&'a mut Positioned<OperationDefinition>> {
    let named = |given: Option<&Name>| name.is_none() || given.map(Name::as_str) == name;
    let found = document.operations.iter().find(|(given, _)| named(*given)).map(|(given, _)| given.cloned());
    match (&mut document.operations, found?) {
        (Single(operation), _) => Some(operation),
        (Multiple(operations), Some(name)) => operations.get_mut(&name),
        (Multiple(_), None) => None,
    }
}

/// Inlines fragments at the root: async-graphql 7.2 ignores them there, and the stream would end without an error.
///
/// # Errors
/// The position of a fragment with directives, which the specification forbids there.
pub(super) fn inline_root_fragments(
    document: &mut ExecutableDocument,
    name: Option<&str>,
) -> Result<(), Pos> {
    let fragments = std::mem::take(&mut document.fragments);
    let mut used = HashSet::new();
    let outcome = match selected(document, name) {
        Some(operation) => {
            let mut fields = Vec::new();
            let set = &mut operation.node.selection_set.node;
            let done = flatten(set, &fragments, &mut fields, &mut used);
            if done.is_ok() {
                set.items = fields;
            }
            done
        }
        None => Ok(()),
    };
    document.fragments = fragments;
    if !used.is_empty() {
        let needed = spread_anywhere(document, &used);
        document.fragments.retain(|name, _| needed.contains(name) || !used.contains(name));
    }
    outcome
}

fn flatten(
    set: &SelectionSet,
    fragments: &HashMap<Name, Positioned<FragmentDefinition>>,
    fields: &mut Vec<Positioned<Selection>>,
    used: &mut HashSet<Name>,
) -> Result<(), Pos> {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(_) => fields.push(selection.clone()),
            Selection::InlineFragment(inline) if inline.node.directives.is_empty() => {
                flatten(&inline.node.selection_set.node, fragments, fields, used)?;
            }
            Selection::FragmentSpread(spread) if spread.node.directives.is_empty() => {
                let name = &spread.node.fragment_name.node;
                match fragments.get(name) {
                    Some(fragment) => {
                        used.insert(name.clone());
                        flatten(&fragment.node.selection_set.node, fragments, fields, used)?;
                    }
                    // Validation reports the missing fragment.
                    None => fields.push(selection.clone()),
                }
            }
            Selection::InlineFragment(_) | Selection::FragmentSpread(_) => return Err(selection.pos),
        }
    }
    Ok(())
}

/// The fragments spread by operations, or by fragments other than the inlined ones.
fn spread_anywhere(document: &ExecutableDocument, inlined: &HashSet<Name>) -> HashSet<Name> {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let others = document.fragments.iter().filter(|(name, _)| !inlined.contains(*name));
    let mut sets: Vec<&SelectionSet> =
        operations.chain(others.map(|(_, fragment)| &fragment.node.selection_set.node)).collect();
    let mut names = HashSet::new();
    while let Some(set) = sets.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => sets.push(&field.node.selection_set.node),
                Selection::InlineFragment(inline) => sets.push(&inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if names.insert(name.clone())
                        && let Some(fragment) = document.fragments.get(name)
                    {
                        sets.push(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }
    names
}

/// The root field; the guard has checked that there is one.
fn root_field<'a>(
    document: &'a mut ExecutableDocument,
    name: Option<&str>,
) -> Option<&'a mut Positioned<Field>> {
    let operation = selected(document, name)?;
    operation.node.selection_set.node.items.iter_mut().find_map(|selection| match &mut selection.node {
        Selection::Field(field) => Some(field),
        _ => None,
    })
}

/// Selects the cursor of each item.
pub(super) fn select_cursor(document: &mut ExecutableDocument, name: Option<&str>) {
    let Some(field) = root_field(document, name) else { return };
    let pos = field.pos;
    let named = |name: &str| Positioned::new(Name::new(name), pos);
    let set = &mut field.node.selection_set.node.items;
    // A leaf has no selection set; validation reports it.
    if !set.is_empty() {
        let cursor = Field {
            alias: Some(named(CURSOR)),
            name: named("cursor"),
            arguments: Vec::new(),
            directives: Vec::new(),
            selection_set: Positioned::new(SelectionSet::default(), pos),
        };
        set.push(Positioned::new(Selection::Field(Positioned::new(cursor, pos)), pos));
    }
}

/// Removes the cursor from an item and returns it.
pub(super) fn take_cursor(data: &mut Value) -> Option<String> {
    let Value::Object(roots) = data else { return None };
    roots.values_mut().find_map(|item| match item {
        Value::Object(fields) => match fields.shift_remove(CURSOR) {
            Some(Value::String(cursor)) => Some(cursor),
            _ => None,
        },
        _ => None,
    })
}

/// Makes the subscription begin after a cursor, whatever its own `after` says: a reconnecting client sends the same
/// document again, with its position in `Last-Event-ID`.
pub(super) fn begin_after(
    request: &mut Request,
    document: &mut ExecutableDocument,
    name: Option<&str>,
    cursor: &str,
) {
    let Some(field) = root_field(document, name) else { return };
    let pos = field.pos;
    let cursor = Value::from(cursor);
    let Some((_, given)) = field.node.arguments.iter_mut().find(|(name, _)| name.node == "after") else {
        let (name, value) = (Name::new("after"), cursor.into_value());
        field.node.arguments.push((Positioned::new(name, pos), Positioned::new(value, pos)));
        return;
    };
    let mut variable = None;
    let _ = given.node.clone().into_const_with(|name| {
        variable = Some(name);
        Ok::<_, std::convert::Infallible>(Value::Null)
    });
    match variable {
        // An unused variable would be invalid.
        Some(variable) => {
            request.variables.insert(variable, cursor);
        }
        None => given.node = cursor.into_value(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    /// The keys of the root fields and the names of the remaining fragments.
    fn inlined(query: &str, name: Option<&str>) -> Result<(Vec<String>, Vec<String>), Pos> {
        let mut document = parse_query(query).expect("a document");
        inline_root_fragments(&mut document, name)?;
        let mut fragments: Vec<_> = document.fragments.keys().map(ToString::to_string).collect();
        fragments.sort();
        let operation = selected(&mut document, name).expect("an operation");
        let keys = operation.node.selection_set.node.items.iter().map(|it| match &it.node {
            Selection::Field(field) => field.node.response_key().node.to_string(),
            other => panic!("no field: {other:?}"),
        });
        Ok((keys.collect(), fragments))
    }

    #[test]
    fn root_fragments_are_inlined() {
        let none: [&str; 0] = [];
        for (query, name, keys, fragments) in [
            ("subscription { a }", None, vec!["a"], none.to_vec()),
            ("subscription { ...F } fragment F on S { a }", None, vec!["a"], none.to_vec()),
            ("subscription { ... on S { ... { a } } }", None, vec!["a"], none.to_vec()),
            (
                "subscription { ...F } fragment F on S { ...G } fragment G on S { a { ...H } } fragment H on U { x }",
                None,
                vec!["a"],
                vec!["H"],
            ),
            // Another operation still uses it.
            (
                "subscription A { ...F } subscription B { ...F } fragment F on S { a }",
                Some("A"),
                vec!["a"],
                vec!["F"],
            ),
            // An unused fragment stays for validation to report.
            ("subscription { a } fragment F on S { a }", None, vec!["a"], vec!["F"]),
        ] {
            let (got_keys, got_fragments) = inlined(query, name).expect(query);
            assert_eq!((got_keys, got_fragments), (owned(&keys), owned(&fragments)), "{query}");
        }
        assert!(inlined("subscription { ...F @skip(if: false) } fragment F on S { a }", None).is_err());
    }

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_cursor_is_selected_and_removed_again() {
        let mut document = parse_query("subscription { a { x } }").expect("a document");
        select_cursor(&mut document, None);
        let field = root_field(&mut document, None).expect("a field");
        assert_eq!(field.node.selection_set.node.items.len(), 2);
        let mut data = async_graphql::value!({ "a": { "x": 1, "kinerja_cursor": "c1" } });
        assert_eq!(take_cursor(&mut data).as_deref(), Some("c1"));
        assert_eq!(data, async_graphql::value!({ "a": { "x": 1 } }));
        assert_eq!(take_cursor(&mut data), None);
    }
}
