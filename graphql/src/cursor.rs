//! Cursors of the journal, valid for every stream.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::Key;
use service::journal::Start;

/// Encodes a journal position as a cursor.
pub fn encode(number: i64) -> String {
    URL_SAFE_NO_PAD.encode(format!("j{number}"))
}

/// Parses where a reader starts; without a cursor, at the end of the journal.
pub fn start(after: Option<&str>) -> Result<Start, service::Error> {
    match after {
        None => Ok(Start::Now),
        Some("start") => Ok(Start::Oldest),
        Some(cursor) => URL_SAFE_NO_PAD
            .decode(cursor)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|text| text.strip_prefix('j')?.parse().ok())
            .filter(|number| *number >= 0)
            .map(Start::After)
            .ok_or_else(|| service::Error::input(["after"], Key::BadCursor)),
    }
}
