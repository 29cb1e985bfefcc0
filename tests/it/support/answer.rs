//! Reading answers strictly: a mistyped key fails the test instead of reading as null.

use serde_json::{Value, json};

/// Strict access to the fields of an answer.
///
/// `answer["mistyped"]` is null, as is a field that the server answers with null. Assertions about null use this trait;
/// the test `null_is_asserted_strictly` checks that.
pub trait Fields {
    /// Returns the value at a path of keys and list positions, such as `errors.0.path`.
    ///
    /// # Panics
    /// If there is no such key or position; the message lists those that exist.
    fn field(&self, path: &str) -> &Value;
}

impl Fields for Value {
    fn field(&self, path: &str) -> &Value {
        path.split('.').fold(self, |value, key| {
            let found = match value {
                Value::Object(fields) => fields.get(key),
                Value::Array(items) => key.parse::<usize>().ok().and_then(|position| items.get(position)),
                _ => None,
            };
            found.unwrap_or_else(|| panic!("no `{key}` of `{path}` in {}", keys(value)))
        })
    }
}

/// Describes the keys or the length of a value, for a message.
fn keys(value: &Value) -> String {
    match value {
        Value::Object(fields) => format!("an object with {:?}", fields.keys().collect::<Vec<_>>()),
        Value::Array(items) => format!("a list of {}", items.len()),
        other => other.to_string(),
    }
}

/// An error of a payload. Equal to a pair of its code and its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: String,
    /// The path joined with dots; empty if the error is about the whole input.
    pub path: String,
    pub message: String,
}

impl PartialEq<(&str, &str)> for Refusal {
    fn eq(&self, (code, path): &(&str, &str)) -> bool {
        self.code == *code && self.path == *path
    }
}

/// Returns the errors of a payload, or of one row of a batch.
pub fn refusals(payload: &Value) -> Vec<Refusal> {
    let text = |error: &Value, name: &str| error.field(name).as_str().expect(name).to_owned();
    let errors = payload.field("errors").as_array().expect("errors");
    let read = |error: &Value| {
        let parts = match error.field("path") {
            Value::Null => Vec::new(),
            path => {
                path.as_array().expect("a path").iter().map(|part| part.as_str().expect("a part")).collect()
            }
        };
        Refusal { code: text(error, "code"), path: parts.join("."), message: text(error, "message") }
    };
    errors.iter().map(read).collect()
}

/// The paths of refusals.
pub fn paths(refusals: &[Refusal]) -> Vec<&str> {
    refusals.iter().map(|refusal| refusal.path.as_str()).collect()
}

/// Refusals of input at these paths, for comparing.
pub fn bad_input<const N: usize>(paths: [&str; N]) -> [(&'static str, &str); N] {
    paths.map(|path| ("BAD_USER_INPUT", path))
}

#[test]
fn a_mistyped_key_fails() {
    let answer = json!({ "plan": { "decisionNote": null }, "errors": [{ "path": ["plan"] }] });
    assert_eq!(answer.field("plan.decisionNote"), &Value::Null);
    assert_eq!(answer.field("errors.0.path.0"), "plan");
    for mistyped in ["plan.decisonNote", "plam", "errors.1", "plan.decisionNote.text"] {
        let read = std::panic::catch_unwind(|| answer.field(mistyped).clone());
        let message = read.expect_err(mistyped);
        let message = message.downcast_ref::<String>().expect("a message");
        assert!(message.starts_with("no `"), "{mistyped}: {message}");
    }
}
