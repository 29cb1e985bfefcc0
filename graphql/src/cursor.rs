//! Cursors of the journal, valid for every stream.
//!
//! A cursor is the base64url of `j`, the number of an entry, a dot and the mark of the entry. Cursors of releases
//! without marks contain only `j` and the number.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::Key;
use service::journal::{Mark, Position, Start};

/// Encodes a journal position as a cursor.
#[must_use]
pub fn encode(position: Position) -> String {
    let Position { number, mark } = position;
    let mark = mark.map(|mark| format!(".{mark}")).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(format!("j{number}{mark}"))
}

fn decode(cursor: &str) -> Option<Position> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let text = text.strip_prefix('j')?;
    let (number, mark) = match text.split_once('.') {
        Some((number, mark)) => (number, Some(Mark::parse(mark)?)),
        None => (text, None),
    };
    let number = number.parse().ok().filter(|number| *number >= 0)?;
    Some(Position { number, mark })
}

/// Chooses the later of two cursors. A malformed one wins, so that the stream is refused instead of missing entries.
#[must_use]
pub fn later<'a>(one: &'a str, other: &'a str) -> &'a str {
    match (start(Some(one)), start(Some(other))) {
        (Err(_), _) => one,
        (_, Err(_)) => other,
        (Ok(Start::After(first)), Ok(Start::After(second))) if second.number <= first.number => one,
        (_, Ok(Start::After(_))) => other,
        (Ok(_), Ok(_)) => one,
    }
}

/// Parses where a reader starts; without a cursor, at the end of the journal.
pub fn start(after: Option<&str>) -> Result<Start, service::Error> {
    match after {
        None => Ok(Start::Now),
        Some("start") => Ok(Start::Oldest),
        Some(cursor) => {
            decode(cursor).map(Start::After).ok_or_else(|| service::Error::input(["after"], Key::BadCursor))
        }
    }
}
