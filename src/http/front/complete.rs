//! Puts null where a field failed, as the specification requires (section 6.4.4).
//!
//! async-graphql 7.2 omits a failed field from its object, even a nullable one, and gives null for an object without
//! remaining fields. But clients with generated types rely on the specification: each selected key is present, null
//! occurs only where the schema allows it, and a failed non-null field makes its parent null.

use crate::http::guard::{Nulls, Shape};
use async_graphql::{Name, PathSegment, Response, Value};
use std::collections::{BTreeMap, HashMap};

/// An object with this key is JSON text that a resolver wrote (see `async_graphql_value::RAW_VALUE_TOKEN`): it is
/// complete and must keep this one key.
pub(super) const RAW_JSON: &str = "$serde_json::private::RawValue";

/// Puts null into the data of an executed operation at the paths of its errors. Does nothing if no error has a path.
pub(super) fn complete(response: &mut Response, shape: &Shape) {
    let paths = response.errors.iter().map(|error| error.path.as_slice());
    let mut paths = paths.filter(|path| !path.is_empty()).peekable();
    if paths.peek().is_none() {
        return;
    }
    // Elements of a list share the same keys.
    let mut types: HashMap<Vec<&str>, Option<Vec<Nulls>>> = HashMap::new();
    // Deepest paths first: once a value becomes null, nothing below it needs completion.
    let mut targets: BTreeMap<usize, Vec<Failed>> = BTreeMap::new();
    for path in paths {
        let keys: Vec<&str> = path.iter().filter_map(key).collect();
        let nulls = types.entry(keys).or_insert_with_key(|keys| shape.nulls_along(keys));
        let Some(nulls) = nulls else {
            continue;
        };
        let allowed = allowed(path, nulls);
        let length = nullable(&allowed, path.len());
        targets.entry(length).or_default().push(Failed { path, allowed });
    }
    while let Some((length, entries)) = targets.pop_last() {
        for failed in entries {
            if let Some(missing) = place(&mut response.data, &failed.path[..length]) {
                let length = nullable(&failed.allowed, missing);
                targets.entry(length).or_default().push(failed);
            }
        }
    }
}

/// A field that failed.
struct Failed<'a> {
    path: &'a [PathSegment],
    /// Whether null is allowed at each segment.
    allowed: Vec<bool>,
}

fn key(segment: &PathSegment) -> Option<&str> {
    match segment {
        PathSegment::Field(name) => Some(name),
        PathSegment::Index(_) => None,
    }
}

/// Whether null is allowed at each segment of a path.
fn allowed(path: &[PathSegment], nulls: &[Nulls]) -> Vec<bool> {
    let (mut fields, mut level) = (0, 0);
    path.iter()
        .map(|segment| {
            match segment {
                PathSegment::Field(_) => (fields, level) = (fields + 1, 0),
                PathSegment::Index(_) => level += 1,
            }
            let field = usize::checked_sub(fields, 1).and_then(|field| nulls.get(field));
            field.is_none_or(|nulls| nulls.allowed(level))
        })
        .collect()
}

/// Finds the longest prefix of a path, up to `length`, that may be null, and returns its length. 0 means the whole data.
fn nullable(allowed: &[bool], length: usize) -> usize {
    let found = allowed.iter().take(length).rposition(|allowed| *allowed);
    found.map_or(0, |at| at + 1)
}

/// Puts null at the end of a path. If an object on the path has no such key, returns the length of the path up to that
/// key and changes nothing.
fn place(data: &mut Value, path: &[PathSegment]) -> Option<usize> {
    let mut at = data;
    for (depth, segment) in path.iter().enumerate() {
        match (segment, at) {
            (PathSegment::Field(name), object @ (Value::Null | Value::Object(_))) => {
                if *object == Value::Null {
                    // async-graphql has replaced an object without remaining fields by null. Restore the object,
                    // because one of its fields may be nullable. If none is, a shorter path makes the object null
                    // again.
                    *object = Value::Object(Default::default());
                }
                let Value::Object(fields) = object else {
                    return None;
                };
                if fields.contains_key(RAW_JSON) {
                    return None;
                }
                if !fields.contains_key(name.as_str()) {
                    if depth + 1 < path.len() {
                        return Some(depth + 1);
                    }
                    fields.insert(Name::new(name), Value::Null);
                }
                at = fields.get_mut(name.as_str())?;
            }
            (PathSegment::Index(index), Value::List(items)) => at = items.get_mut(*index)?,
            _ => return None,
        }
    }
    *at = Value::Null;
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::guard::{Judged, Limits, guard};
    use async_graphql::{EmptyMutation, EmptySubscription, Object, Result, Schema, Union};
    use serde_json::json;

    struct Thing(i32);

    #[Object]
    impl Thing {
        async fn ok(&self) -> i32 {
            self.0
        }
        async fn bad(&self) -> Result<i32> {
            Err("bad".into())
        }
        async fn maybe(&self) -> Result<Option<i32>> {
            Err("maybe".into())
        }
        async fn odd(&self) -> Result<i32> {
            if self.0 % 2 == 1 { Err("odd".into()) } else { Ok(self.0) }
        }
        async fn numbers(&self) -> Vec<Result<i32>> {
            vec![Ok(1), Err("number".into())]
        }
        async fn holes(&self) -> Vec<Result<Option<i32>>> {
            vec![Ok(Some(1)), Err("hole".into())]
        }
        async fn things(&self) -> Vec<Thing> {
            vec![Thing(1), Thing(2)]
        }
        async fn gaps(&self) -> Vec<Option<Thing>> {
            vec![Some(Thing(1)), None, Some(Thing(2))]
        }
        async fn inner(&self) -> Option<Thing> {
            Some(Thing(5))
        }
        async fn either(&self) -> Either {
            Either::Thing(Thing(4))
        }
    }

    #[derive(Union)]
    enum Either {
        Thing(Thing),
    }

    struct Query;

    #[Object]
    impl Query {
        async fn sure(&self) -> Thing {
            Thing(0)
        }
        async fn maybe(&self) -> Option<Thing> {
            Some(Thing(0))
        }
    }

    async fn run(query: &str) -> serde_json::Value {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        let guard = guard(&schema.sdl(), Limits::default()).expect("an SDL");
        let judged = guard.judge(query, None, Default::default());
        let Judged { document, summary, .. } = judged.expect("a valid document");
        let mut request = async_graphql::Request::new("");
        request.set_parsed_query(document);
        let mut response = schema.execute(request).await;
        complete(&mut response, &summary.shape);
        // Removes the placeholders of selections that a type condition may leave empty.
        summary.shape.arrange(&mut response.data);
        serde_json::to_value(response.data).expect("JSON")
    }

    #[tokio::test]
    async fn null_occurs_only_where_the_schema_allows_it() {
        for (query, data) in [
            ("{sure{ok}}", json!({"sure": {"ok": 0}})),
            // A nullable field is null, even if it is the only field.
            ("{sure{ok maybe}}", json!({"sure": {"ok": 0, "maybe": null}})),
            ("{sure{maybe}}", json!({"sure": {"maybe": null}})),
            ("{maybe{x:maybe y:maybe}}", json!({"maybe": {"x": null, "y": null}})),
            // A non-null field makes its nearest nullable parent null.
            ("{maybe{ok bad}}", json!({"maybe": null})),
            ("{maybe{bad maybe}}", json!({"maybe": null})),
            ("{maybe{maybe bad}}", json!({"maybe": null})),
            ("{sure{ok bad}}", json!(null)),
            ("{sure{bad}}", json!(null)),
            ("{sure{ok} maybe{bad}}", json!({"sure": {"ok": 0}, "maybe": null})),
            (
                "{sure{ok inner{ok inner{bad}}}}",
                json!({"sure": {"ok": 0, "inner": {"ok": 5, "inner": null}}}),
            ),
            ("{sure{ok inner{inner{maybe} bad}}}", json!({"sure": {"ok": 0, "inner": null}})),
            // In lists: the element becomes null if it is nullable, else the list, else its parent.
            ("{maybe{gaps{odd}}}", json!({"maybe": {"gaps": [null, null, {"odd": 2}]}})),
            ("{maybe{ok things{odd}}}", json!({"maybe": null})),
            (
                "{maybe{things{ok maybe}}}",
                json!({"maybe": {"things": [{"ok": 1, "maybe": null}, {"ok": 2, "maybe": null}]}}),
            ),
            ("{maybe{ok numbers}}", json!({"maybe": null})),
            ("{maybe{ok inner{ok numbers}}}", json!({"maybe": {"ok": 0, "inner": null}})),
            // The executor has discarded the list, so the element no longer exists.
            ("{maybe{ok holes}}", json!({"maybe": null})),
            // Through fragments and type conditions.
            (
                "{...q} fragment q on Query{maybe{...t}} fragment t on Thing{ok maybe}",
                json!({"maybe": {"ok": 0, "maybe": null}}),
            ),
            (
                "{maybe{either{... on Thing{ok maybe}}}}",
                json!({"maybe": {"either": {"ok": 4, "maybe": null}}}),
            ),
            ("{maybe{either{... on Thing{bad}}}}", json!({"maybe": null})),
        ] {
            assert_eq!(run(query).await, data, "{query}");
        }
    }

    #[test]
    fn json_that_a_resolver_wrote_stays_unchanged() {
        let raw = |text: &str| Value::from_json(json!({ RAW_JSON: text })).expect("a value");
        let mut data = Value::Object([(Name::new("a"), raw("{}"))].into_iter().collect());
        let before = data.clone();
        let path = ["a", "b"].map(|name| PathSegment::Field(name.to_owned()));
        assert_eq!(place(&mut data, &path), None);
        assert_eq!(data, before);
    }
}
