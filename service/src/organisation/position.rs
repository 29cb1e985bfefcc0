//! Reads and changes positions.

use super::load;
use crate::{
    db::{Command, IdempotencyKey, Keyset, Order, Page, PageRequest, SortKey},
    directory::named,
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
    staff::{Position, PositionChanges, PositionKind},
};
use entity::position::{Column, Entity};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};
use serde::Serialize;
use std::collections::HashMap;

/// Filter for positions; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct PositionFilter {
    /// The name contains each word of this text, in any order; accents and case are ignored.
    pub name: Option<String>,
    /// Has exactly this code.
    pub code: Option<String>,
    /// Has this kind.
    pub kind: Option<PositionKind>,
}

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
    let connection = env.db.reader();
    let mut select = Entity::find().filter(Column::AgencyId.eq(actor.agency.0));
    if let Some(name) = &filter.name {
        select = select.filter(named(Column::NameKey, name));
    }
    if let Some(code) = &filter.code {
        select = select.filter(Column::Code.eq(code.trim()));
    }
    if let Some(kind) = filter.kind {
        select = select.filter(Column::Kind.eq(kind.to_string()));
    }
    let total = if count { Some(select.clone().count(connection).await?) } else { None };
    let keyset = Keyset::<Entity> {
        columns: vec![Column::NameKey, Column::Id],
        order,
        key: |row| vec![SortKey::Text(row.name_key.clone()), SortKey::Id(row.id)],
        binding: format!("positions {}", serde_json::to_string(filter)?),
    };
    let page = keyset.load(connection, select, request).await?;
    Ok((page.try_map(store::position::value)?, total))
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

/// Changes a position; for admins of the agency. People keep it; what is final keeps the name that it was made with.
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
        let same_code = Condition::all()
            .add(Column::AgencyId.eq(agency.0))
            .add(Column::Code.eq(after.code.clone()))
            .add(Column::Id.ne(after.id.0));
        if !store::position::load(tx.source(), same_code).await?.is_empty() {
            return Err(Refusal::into(load::duplicate("code", &after.code)));
        }
        if after == *before {
            return Ok(before.id);
        }
        Ok(tx.change(before, after, EventKind::PositionUpdated, None).await?.id)
    })
    .await
}
