//! The sources of these tests, for tests about them.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Returns all sources of the integration tests by their paths below `tests/it`.
pub fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let mut found = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).expect("below").display().to_string();
                found.insert(name, std::fs::read_to_string(&path).expect("a source"));
            }
        }
    }
    found
}

/// A string literal of a source.
pub struct Literal<'a> {
    /// The position of its first character.
    pub at: usize,
    pub text: &'a str,
    /// Whether it is the key of an index, as in `answer["data"]`.
    pub is_key: bool,
}

/// A source without its comments and literals, and the literals.
pub struct Scan<'a> {
    /// The code, as long as the source: other characters are blanks.
    pub code: String,
    pub literals: Vec<Literal<'a>>,
}

/// Splits a source into code, comments and string literals.
pub fn scan(source: &str) -> Scan<'_> {
    let bytes = source.as_bytes();
    let (mut code, mut literals, mut at) = (vec![b' '; bytes.len()], Vec::new(), 0);
    while at < bytes.len() {
        let rest = &source[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("'\"'") {
            at += 3;
        } else if let Some((begin, length)) = string(rest) {
            let key = code[..at].trim_ascii_end().strip_suffix(b"[");
            let is_indexed = key.and_then(|before| before.last()).is_some_and(|last| is_operand(*last));
            let after = source[at + begin + length..].trim_start_matches(['"', '#']);
            let is_key = is_indexed && after.trim_start().starts_with(']');
            literals.push(Literal { at, text: &source[at + begin..at + begin + length], is_key });
            at = source.len() - after.len();
        } else {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            if length == 1 {
                code[at] = bytes[at];
            }
            at += length;
        }
    }
    Scan { code: String::from_utf8(code).expect("ASCII"), literals }
}

/// Whether an index can follow this character.
fn is_operand(last: u8) -> bool {
    last.is_ascii_alphanumeric() || b"_)]?".contains(&last)
}

/// Where the text of a string literal begins, and its length, if one is here.
fn string(rest: &str) -> Option<(usize, usize)> {
    if let Some(raw) = rest.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let begin = 2 + hashes;
            let end = format!("\"{}", "#".repeat(hashes));
            return Some((begin, rest[begin..].find(&end)?));
        }
    }
    let text = rest.strip_prefix('"')?;
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    Some((1, end))
}

/// Returns the words of a text: names as in code and in documents.
pub fn words(text: &str) -> BTreeSet<&str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').collect()
}
