//! API keys.

use crate::{
    db::{Source, Tx, any_of},
    error::Result,
};
use domain::{
    actor::Role,
    id::{AgencyId, ApiKeyId, StaffId, UnitId},
    staff::StaffStatus,
    time::{Instant, to_micros},
};
use entity::{
    api_key::{ActiveModel, Column, Entity},
    role_grant, staff,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set, TryIntoModel,
    sea_query::Expr,
};
use std::collections::HashMap;
use uuid::Uuid;

/// The row of a key.
pub(crate) use entity::api_key::Model as Row;

/// A key to create.
#[derive(Clone)]
pub(crate) struct NewKey {
    pub id: ApiKeyId,
    pub agency: AgencyId,
    pub name: String,
    pub hash: String,
    pub unit: UnitId,
    /// Who creates it; `None`: the system.
    pub by: Option<StaffId>,
    pub at: Instant,
    pub expires_at: Option<Instant>,
}

/// Stores a key; returns its row.
pub(crate) async fn insert(tx: &Tx, new: NewKey) -> Result<Row> {
    let row = ActiveModel {
        id: Set(new.id.0),
        agency_id: Set(new.agency.0),
        name: Set(new.name),
        key_hash: Set(new.hash),
        unit_id: Set(new.unit.0),
        created_by: Set(new.by.map_or(Uuid::nil(), |staff| staff.0)),
        created_at: Set(to_micros(new.at)),
        expires_at: Set(new.expires_at.map(to_micros)),
        revoked_at: Set(None),
        taken_over_by: Set(None),
        taken_over_at: Set(None),
    };
    let key = row.clone().try_into_model()?;
    Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(key)
}

/// Loads a key.
pub(crate) async fn find<C: ConnectionTrait>(connection: &C, id: ApiKeyId) -> Result<Option<Row>> {
    Ok(Entity::find_by_id(id.0).one(connection).await?)
}

/// Loads the key with this hash.
pub(crate) async fn with_hash<C: ConnectionTrait>(connection: &C, hash: &str) -> Result<Option<Row>> {
    Ok(Entity::find().filter(Column::KeyHash.eq(hash)).one(connection).await?)
}

/// Loads these keys, without revoked and expired ones.
pub(crate) async fn living<C: ConnectionTrait>(
    source: Source<'_, C>,
    ids: &[Uuid],
    now: Instant,
) -> Result<Vec<Row>> {
    let lasts = Condition::any().add(Column::ExpiresAt.is_null()).add(Column::ExpiresAt.gt(to_micros(now)));
    Ok(Entity::find()
        .filter(any_of(source.backend, (Entity, Column::Id), ids.iter().copied()))
        .filter(Column::RevokedAt.is_null())
        .filter(lasts)
        .all(source.connection)
        .await?)
}

/// Revokes a key. Returns false if it is revoked already.
pub(crate) async fn revoke(tx: &Tx, key: Uuid, at: Instant) -> Result<bool> {
    let revoked = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(to_micros(at)))
        .filter(Column::Id.eq(key))
        .filter(Column::RevokedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(revoked.rows_affected > 0)
}

/// Records that a person took over a key.
pub(crate) async fn take_over(tx: &Tx, key: Uuid, by: StaffId, at: Instant) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::TakenOverBy, Expr::value(by.0))
        .col_expr(Column::TakenOverAt, Expr::value(to_micros(at)))
        .filter(Column::Id.eq(key))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Loads the units that these people administer. Leaves out people who no longer work for the agency.
pub(crate) async fn administered<C: ConnectionTrait>(
    source: Source<'_, C>,
    people: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Vec<UnitId>>> {
    let active: Vec<Uuid> = staff::Entity::find()
        .select_only()
        .column(staff::Column::Id)
        .filter(any_of(source.backend, (staff::Entity, staff::Column::Id), people))
        .filter(staff::Column::Status.eq(StaffStatus::Active.to_string()))
        .into_tuple()
        .all(source.connection)
        .await?;
    let grants = role_grant::Entity::find()
        .filter(any_of(source.backend, (role_grant::Entity, role_grant::Column::StaffId), active))
        .filter(role_grant::Column::Role.eq(Role::Admin.to_string()))
        .filter(role_grant::Column::RevokedAt.is_null())
        .all(source.connection)
        .await?;
    let mut units: HashMap<Uuid, Vec<UnitId>> = HashMap::new();
    for grant in grants {
        units.entry(grant.staff_id).or_default().push(UnitId(grant.unit_id));
    }
    Ok(units)
}
