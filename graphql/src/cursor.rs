//! Cursors of the journal, valid for every stream.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::Key;
use service::journal::Start;

/// Encodes a journal position as a cursor.
pub fn encode(number: i64) -> String {
    URL_SAFE_NO_PAD.encode(format!("j{number}"))
}

/// Chooses the later of two cursors. A malformed one wins, so that the stream is refused instead of missing entries.
#[must_use]
pub fn later<'a>(one: &'a str, other: &'a str) -> &'a str {
    match (start(Some(one)), start(Some(other))) {
        (Err(_), _) => one,
        (_, Err(_)) => other,
        (Ok(Start::After(one_number)), Ok(Start::After(number))) if number <= one_number => one,
        (_, Ok(Start::After(_))) => other,
        (Ok(_), Ok(_)) => one,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_cursor_counts() {
        let (early, late) = (encode(9), encode(10));
        for (one, other, expected) in [
            (early.as_str(), late.as_str(), late.as_str()),
            (&late, &early, &late),
            (&late, &late, &late),
            ("start", &early, &early),
            (&early, "start", &early),
            ("start", "start", "start"),
            ("nonsense", &late, "nonsense"),
            (&late, "nonsense", "nonsense"),
        ] {
            assert_eq!(later(one, other), expected, "{one} {other}");
        }
    }
}
