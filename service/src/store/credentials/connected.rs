//! Finds what ends open connections: ended sessions, and journal entries that change rights.

use super::session as sessions;
use crate::{
    db::{Source, any_of},
    error::Result,
};
use domain::{
    event::EventKind,
    staff::StaffStatus,
    time::{Instant, to_micros},
};
use entity::{account, event, session, staff};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

/// Loads those of these sessions that have not ended, each with the expiry of its newest access token. If a second
/// factor is required, leaves out sessions that lack it.
pub(crate) async fn living_sessions<C: ConnectionTrait>(
    source: Source<'_, C>,
    ids: &[Uuid],
    second_factor_required: bool,
) -> Result<Vec<(Uuid, i64)>> {
    let owner = Query::select()
        .expr(Expr::val(1))
        .from(account::Entity)
        .inner_join(
            staff::Entity,
            Expr::col((staff::Entity, staff::Column::Id)).equals((account::Entity, account::Column::StaffId)),
        )
        .and_where(
            Expr::col((account::Entity, account::Column::Id))
                .equals((session::Entity, session::Column::AccountId)),
        )
        .and_where(
            Expr::col((account::Entity, account::Column::Epoch))
                .equals((session::Entity, session::Column::Epoch)),
        )
        .and_where(Expr::col((staff::Entity, staff::Column::Status)).eq(StaffStatus::Active.to_string()))
        .to_owned();
    // If admins must have a second factor, a person who becomes an admin while connected must add one before they
    // continue.
    let lacks = second_factor_required.then(|| sessions::lacks_second_factor().not());
    Ok(session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .column(session::Column::AccessExpiresAt)
        .filter(Condition::all().add_option(lacks))
        .filter(any_of(source.backend, (session::Entity, session::Column::Id), ids.iter().copied()))
        .filter(session::Column::EndedAt.is_null())
        .filter(Expr::exists(owner))
        .into_tuple()
        .all(source.connection)
        .await?)
}

/// Finds the people whom entries of these kinds in a range of the journal concern; `None` for an entry that concerns no
/// person.
pub(crate) async fn people_of<C: ConnectionTrait>(
    source: Source<'_, C>,
    kinds: impl Iterator<Item = EventKind>,
    (after, up_to): (i64, i64),
) -> Result<Vec<Option<Uuid>>> {
    Ok(event::Entity::find()
        .select_only()
        .column(event::Column::StaffId)
        .filter(event::Column::Number.gt(after))
        .filter(event::Column::Number.lte(up_to))
        .filter(event::Column::Kind.is_in(kinds.map(|kind| kind.to_string())))
        .distinct()
        .into_tuple()
        .all(source.connection)
        .await?)
}

/// Finds the number of the first entry since a time.
pub(crate) async fn first_since<C: ConnectionTrait>(
    source: Source<'_, C>,
    since: Instant,
) -> Result<Option<i64>> {
    let first: Option<Option<i64>> = event::Entity::find()
        .select_only()
        .column_as(event::Column::Number.min(), "first")
        .filter(event::Column::At.gte(to_micros(since)))
        .into_tuple()
        .one(source.connection)
        .await?;
    Ok(first.flatten())
}
