//! Finds the end of the journal, and checks that a position from a client belongs to this journal.

use crate::{
    env::Env,
    error::{Error, Result},
    position::Position,
    store,
};
use entity::{
    event::{Column, Entity},
    meta,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

/// The key of a row in `meta`, which a migration writes: the highest entry number that clients may have received in a
/// cursor without a mark.
const UNMARKED: &str = "last_cursor_without_mark";

/// The position of the newest numbered entry.
pub async fn newest(env: &Env) -> Result<Position> {
    store::event::newest(env.db.source()).await
}

/// The position after the entry with this number; `None` if there is no such entry.
pub async fn position(env: &Env, number: i64) -> Result<Option<Position>> {
    if number == 0 {
        return Ok(Some(Position::default()));
    }
    if let Some(entry) = env.journal().cached(number) {
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

/// Checks that a position from a client belongs to this journal, and returns it with its mark.
///
/// # Errors
/// `CURSOR_UNKNOWN` if it names no entry of this journal.
pub(super) async fn checked(env: &Env, claimed: Position) -> Result<Position> {
    let stored = position(env, claimed.number).await?.ok_or(Error::CursorUnknown)?;
    let is_known = match claimed.mark {
        Some(_) => claimed.mark == stored.mark,
        None => claimed.number == 0 || claimed.number <= last_without_mark(env).await?,
    };
    if is_known { Ok(stored) } else { Err(Error::CursorUnknown) }
}

/// The highest entry number that clients of this journal may have in a cursor without a mark, from an old release.
async fn last_without_mark(env: &Env) -> Result<i64> {
    let row = meta::Entity::find_by_id(UNMARKED).one(env.db.reader()).await?;
    row.map_or(Ok(0), |row| row.value.parse()).map_err(Error::internal)
}
