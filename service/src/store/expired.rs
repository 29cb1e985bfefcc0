//! Removes rows after their retention period.

use crate::{db::Tx, error::Result};
use domain::time::{Instant, to_micros};
use entity::{activation_code, idempotency, session};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// Removes the outcomes of mutations from before `outcomes`, and the sessions and codes that ended before `access`.
pub(crate) async fn remove(tx: &Tx, outcomes: Instant, access: Instant) -> Result<u64> {
    let (connection, outcomes, access) = (tx.connection(), to_micros(outcomes), to_micros(access));
    let mut removed = idempotency::Entity::delete_many()
        .filter(idempotency::Column::CreatedAt.lt(outcomes))
        .exec(connection)
        .await?
        .rows_affected;
    removed += session::Entity::delete_many()
        .filter(session::Column::RefreshExpiresAt.lt(access))
        .exec(connection)
        .await?
        .rows_affected;
    removed += activation_code::Entity::delete_many()
        .filter(activation_code::Column::ExpiresAt.lt(access))
        .exec(connection)
        .await?
        .rows_affected;
    Ok(removed)
}
