//! The canonical form of a document, which is the same however a client prints the document.

use super::lexer;
use super::limits::Limits;
use super::syntax::Syntax;
use apollo_compiler::ast::{Definition, Selection};

/// Writes a document without layout and comments, with its definitions sorted, and without the `__typename` that
/// clients add to selection sets. The document can have any size and need not be valid. Two texts with the same
/// canonical form read the same data. `None` for a text that is not a GraphQL document.
#[must_use]
pub fn canonical(text: &str) -> Option<String> {
    let limits = Limits {
        document_bytes: usize::MAX,
        tokens: usize::MAX,
        operations: usize::MAX,
        fragments: usize::MAX,
        ..Limits::default()
    };
    let read = lexer::check(text, &limits).ok()?;
    let document = Syntax::parse(&read, &limits).ok()?.document;
    let definitions = document.definitions.into_iter().map(|mut definition| {
        match &mut definition {
            Definition::OperationDefinition(operation) => strip(&mut operation.make_mut().selection_set),
            Definition::FragmentDefinition(fragment) => strip(&mut fragment.make_mut().selection_set),
            _ => {}
        }
        definition.serialize().no_indent().to_string()
    });
    let mut definitions: Vec<String> = definitions.collect();
    definitions.sort_unstable();
    Some(definitions.join(" "))
}

/// Removes each plain `__typename`, unless nothing else is selected. The recursion is safe, because the lexer has
/// limited the depth.
fn strip(set: &mut Vec<Selection>) {
    for selection in set.iter_mut() {
        match selection {
            Selection::Field(field) => strip(&mut field.make_mut().selection_set),
            Selection::InlineFragment(inline) => strip(&mut inline.make_mut().selection_set),
            Selection::FragmentSpread(_) => {}
        }
    }
    if set.iter().all(is_typename) {
        set.truncate(1);
    } else {
        set.retain(|selection| !is_typename(selection));
    }
}

fn is_typename(selection: &Selection) -> bool {
    match selection {
        Selection::Field(field) => {
            field.name == "__typename"
                && field.alias.is_none()
                && field.arguments.is_empty()
                && field.directives.is_empty()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "query A($id: ID!) { node(id: $id) { id ...F ... on Plan { status } } } fragment F on Node { id }";

    #[test]
    fn layout_order_and_added_typenames_do_not_matter() {
        let form = canonical(TEXT).expect("a document");
        for same in [
            "fragment F on Node{id}query A($id:ID!){node(id:$id){id...F...on Plan{status}}}",
            "query A($id: ID!) {\n  # A comment\n  node(id: $id) {\n    id,\n    ...F\n    ... on Plan {\n      status\n      __typename\n    }\n    __typename\n  }\n}\n\nfragment F on Node {\n  __typename\n  id\n}",
        ] {
            assert_eq!(canonical(same).as_ref(), Some(&form), "{same}");
        }
        for other in [
            &TEXT.replace("status", "status version"),
            &TEXT.replace("status", "kind: __typename status"),
            &TEXT.replace("status", "status __typename @include(if: true)"),
            &TEXT.replace("query A", "query B"),
            &TEXT.replace("id ...F", "...F id"),
            &TEXT.replace("fragment F on Node { id }", "fragment F on Node { __typename }"),
        ] {
            assert_ne!(canonical(other).as_ref(), Some(&form), "{other}");
        }
        assert_eq!(canonical("{ __typename }"), canonical("query { __typename __typename }"));
        assert_eq!(canonical("{ a { __typename } }"), canonical("{ __typename a { __typename } }"));
        for wrong in ["{", "{ a(b: ) }", "", "sha256:00"] {
            assert_eq!(canonical(wrong), None, "{wrong}");
        }
    }
}
