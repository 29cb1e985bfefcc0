//! Changes to the prepared document of a subscription before it runs.

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, Field, Selection, SelectionSet},
};
use graphql::cursor;

/// The alias under which each item returns its cursor, even if the client does not select it. It is removed before
/// delivery. No client can use this alias, because it is not a valid name.
const CURSOR: &str = "#cursor";

/// The root field. There is exactly one, because the document has been validated and its fragments are expanded.
fn root_field(document: &mut ExecutableDocument) -> Option<&mut Positioned<Field>> {
    let DocumentOperations::Single(operation) = &mut document.operations else { return None };
    operation.node.selection_set.node.items.iter_mut().find_map(|selection| match &mut selection.node {
        Selection::Field(field) => Some(field),
        _ => None,
    })
}

/// Selects the cursor of each item.
pub(super) fn select_cursor(document: &mut ExecutableDocument) {
    let Some(field) = root_field(document) else { return };
    let pos = field.pos;
    let named = |name: &str| Positioned::new(Name::new(name), pos);
    let cursor = Field {
        alias: Some(named(CURSOR)),
        name: named("cursor"),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::new(SelectionSet::default(), pos),
    };
    let set = &mut field.node.selection_set.node.items;
    set.push(Positioned::new(Selection::Field(Positioned::new(cursor, pos)), pos));
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

/// Makes the subscription begin after a cursor, unless its own `after` is later. Clients with several subscriptions
/// send one cursor for the whole connection.
pub(super) fn begin_not_before(document: &mut ExecutableDocument, variables: &Variables, cursor: &str) {
    let own = root_field(document).and_then(|field| field.node.get_argument("after"));
    let own = own.and_then(|after| {
        after.node.clone().into_const_with(|name| variables.get(&name).cloned().ok_or(())).ok()
    });
    let later = match &own {
        Some(Value::String(own)) => cursor::later(own, cursor),
        _ => cursor,
    };
    let later = later.to_owned();
    begin_after(document, &later);
}

/// Makes the subscription begin after a cursor, and ignores its own `after`: a reconnecting client sends the same
/// document again, with its position in `Last-Event-ID`.
pub(super) fn begin_after(document: &mut ExecutableDocument, cursor: &str) {
    let Some(field) = root_field(document) else { return };
    let pos = field.pos;
    let cursor = Value::from(cursor).into_value();
    match field.node.arguments.iter_mut().find(|(name, _)| name.node == "after") {
        Some((_, given)) => given.node = cursor,
        None => {
            let name = Positioned::new(Name::new("after"), pos);
            field.node.arguments.push((name, Positioned::new(cursor, pos)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;
    use service::journal::Position;

    fn at(number: i64) -> String {
        cursor::encode(Position { number, mark: None })
    }

    #[test]
    fn the_cursor_is_selected_and_removed_again() {
        let mut document = parse_query("subscription { a { x } }").expect("a document");
        select_cursor(&mut document);
        let field = root_field(&mut document).expect("a field");
        assert_eq!(field.node.selection_set.node.items.len(), 2);
        let mut data = async_graphql::value!({ "a": { "x": 1, "#cursor": "c1" } });
        assert_eq!(take_cursor(&mut data).as_deref(), Some("c1"));
        assert_eq!(data, async_graphql::value!({ "a": { "x": 1 } }));
        assert_eq!(take_cursor(&mut data), None);
    }

    #[test]
    fn a_stream_begins_after_the_last_event() {
        for query in [
            "subscription { a { x } }",
            "subscription { a(after: \"c0\") { x } }",
            "subscription($a: String) { a(after: $a) { x } }",
        ] {
            let mut document = parse_query(query).expect("a document");
            begin_after(&mut document, "c1");
            let field = root_field(&mut document).expect("a field");
            let after = field.node.get_argument("after").expect("an argument");
            assert_eq!(after.node, Value::from("c1").into_value(), "{query}");
        }
    }

    #[test]
    fn the_later_of_two_cursors_counts() {
        let (early, late) = (at(3), at(20));
        let query = |after: &str| format!("subscription {{ a(after: {after}) {{ x }} }}");
        let variable = "subscription($a: String) { a(after: $a) { x } }".to_owned();
        let given = |after: &str| Variables::from_json(serde_json::json!({ "a": after }));
        for (query, variables, connection, expected) in [
            ("subscription { a { x } }".to_owned(), Variables::default(), &early, &early),
            (query("null"), Variables::default(), &early, &early),
            (query("\"start\""), Variables::default(), &early, &early),
            (query(&format!("{late:?}")), Variables::default(), &early, &late),
            (query(&format!("{early:?}")), Variables::default(), &late, &late),
            (variable.clone(), Variables::default(), &early, &early),
            (variable.clone(), given(&late), &early, &late),
            (variable, given(&early), &late, &late),
        ] {
            let mut document = parse_query(&query).expect("a document");
            begin_not_before(&mut document, &variables, connection);
            let field = root_field(&mut document).expect("a field");
            let after = field.node.get_argument("after").expect("an argument");
            assert_eq!(after.node, Value::from(expected.as_str()).into_value(), "{query}");
        }
    }
}
