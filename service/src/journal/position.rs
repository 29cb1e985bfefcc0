//! A position in the journal, which names the entry that it stands after.
//!
//! A number alone is ambiguous: a database that was restored from a backup, or a standby that was promoted before it had
//! received everything, uses the numbers of lost entries again. So a position also has a mark of its entry, which is different
//! in another history. ADR 38 explains it.

use crate::{
    env::Env,
    error::{Error, Result},
};
use entity::{
    event::{Column, Entity},
    meta,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};
use std::fmt;
use uuid::Uuid;

/// The key in `meta` of the last number that was given to clients without a mark. A migration writes it.
const UNMARKED: &str = "last_cursor_without_mark";

/// A position in the journal: after this entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Position {
    /// The number of the entry; 0 before the first one.
    pub number: i64,
    /// The mark of the entry. None before the first entry, and in a cursor of a release that knew no marks.
    pub mark: Option<Mark>,
}

/// Six bytes of a hash of an entry's id. The id is random, so the entry that has the same number in another history has
/// another mark.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark([u8; 6]);

impl Mark {
    /// The mark of an entry.
    #[must_use]
    pub fn of(entry: Uuid) -> Self {
        let hash = Sha256::digest(entry.as_bytes());
        let mut mark = [0; 6];
        mark.copy_from_slice(&hash[..6]);
        Self(mark)
    }

    /// Parses twelve lower-case hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 12 || !text.bytes().all(is_digit) {
            return None;
        }
        let bytes = u64::from_str_radix(text, 16).ok()?.to_be_bytes();
        bytes[2..].try_into().ok().map(Self)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Position {
    /// After this entry.
    #[must_use]
    pub fn after(number: i64, entry: Uuid) -> Self {
        Self { number, mark: Some(Mark::of(entry)) }
    }
}

/// The position of the newest numbered entry.
pub async fn newest(env: &Env) -> Result<Position> {
    let newest: Option<(i64, Uuid)> = Entity::find()
        .select_only()
        .columns([Column::Number, Column::Id])
        .filter(Column::Number.is_not_null())
        .order_by_desc(Column::Number)
        .limit(1)
        .into_tuple()
        .one(env.db.reader())
        .await?;
    Ok(newest.map_or_else(Position::default, |(number, id)| Position::after(number, id)))
}

/// The position after the entry with this number; none if there is no such entry.
pub async fn position(env: &Env, number: i64) -> Result<Option<Position>> {
    if number == 0 {
        return Ok(Some(Position::default()));
    }
    if let Some(entry) = env.journal.cached(number) {
        return Ok(Some(entry.position()));
    }
    let id: Option<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Number.eq(number))
        .into_tuple()
        .one(env.db.reader())
        .await?;
    Ok(id.map(|id| Position::after(number, id)))
}

/// Checks that a position that a client sent is one of this journal, and completes it.
///
/// # Errors
/// `CURSOR_UNKNOWN` if it is beyond the newest entry, or comes from another history.
pub(super) async fn known(env: &Env, claimed: Position) -> Result<Position> {
    let stored = position(env, claimed.number).await?.ok_or(Error::CursorUnknown)?;
    let is_known = match claimed.mark {
        Some(_) => claimed.mark == stored.mark,
        None => claimed.number == 0 || claimed.number <= last_without_mark(env).await?,
    };
    if is_known { Ok(stored) } else { Err(Error::CursorUnknown) }
}

/// The newest number that a release without marks can have given to clients of this journal.
async fn last_without_mark(env: &Env) -> Result<i64> {
    let row = meta::Entity::find_by_id(UNMARKED).one(env.db.reader()).await?;
    row.map_or(Ok(0), |row| row.value.parse()).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_has_one_text() {
        let mark = Mark::of(Uuid::from_u128(7));
        let text = mark.to_string();
        assert_eq!((text.len(), Mark::parse(&text)), (12, Some(mark)));
        for other in ["", "+00000000000", "00000000000", "0000000000000", "ABCDEFABCDEF", "00000000000ä"] {
            assert_eq!(Mark::parse(other), None, "{other}");
        }
    }
}
