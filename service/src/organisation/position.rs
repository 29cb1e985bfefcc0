//! Reads and changes positions.

pub use crate::store::lists::positions::PositionFilter;

use super::load;
use crate::{
    db::{Command, IdempotencyKey, Order, Page, PageRequest},
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    Refusal,
    action::OrganisationAction,
    actor::Actor,
    event::EventKind,
    id::PositionId,
    policy::organisation::{Scope, decide},
    staff::{Position, PositionChanges},
};
use serde::Serialize;
use std::collections::HashMap;

/// Loads positions by id.
pub async fn positions_by_ids(
    env: &Env,
    actor: &Actor,
    ids: &[PositionId],
) -> Result<HashMap<PositionId, Position>> {
    store::position::by_ids(env.db.source(), actor.agency, ids).await
}

/// Loads a page of the agency's positions, ordered by name.
pub async fn positions(
    env: &Env,
    actor: &Actor,
    filter: &PositionFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Position>, Option<u64>)> {
    store::lists::positions::list(env.db.source(), actor.agency, filter, order, request, count).await
}

/// Changes to a position.
#[derive(Clone, Debug, Serialize)]
pub struct UpdatePosition {
    /// The position.
    pub position: PositionId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The changes.
    pub changes: PositionChanges,
}

impl Command for UpdatePosition {
    const OPERATION: &'static str = "updatePosition";
}

/// Changes a position; for admins of the agency. The people in the position stay in it. Documents that are already
/// final keep the earlier name.
pub async fn update_position(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: UpdatePosition,
) -> Result<PositionId> {
    env.write_once(actor, key, input, move |tx, input| async move {
        let agency = tx.actor().agency;
        let found = store::position::by_ids(tx.source(), agency, &[input.position]).await?;
        let before = found.get(&input.position).ok_or(Error::NotFound)?;
        decide(OrganisationAction::UpdatePosition, tx.actor(), Scope::default())?;
        load::same_version(before.version, input.expected_version)?;
        let after = before.edit(input.changes)?;
        if after.code != before.code && store::position::is_code_taken(tx.source(), &after).await? {
            return Err(Refusal::into(load::duplicate("code", &after.code)));
        }
        if after == *before {
            return Ok(before.id);
        }
        Ok(tx.change(before, after, EventKind::PositionUpdated, None).await?.id)
    })
    .await
}
