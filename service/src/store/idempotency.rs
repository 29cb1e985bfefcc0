//! Idempotency keys, each with the hash of its input and the stored outcome.

use crate::{clock::machine_now, db::Tx, error::Result};
use domain::time::to_micros;
use entity::idempotency::{ActiveModel, Entity};
use sea_orm::{EntityTrait, Set, Unchanged, sea_query::OnConflict};
use uuid::Uuid;

/// Takes a key for an owner; returns false if the key is taken already. Waits while another unit of work takes it.
pub(crate) async fn take(
    tx: &Tx,
    (owner, key): (Uuid, Uuid),
    operation: &str,
    input_hash: &str,
) -> Result<bool> {
    let row = ActiveModel {
        actor_id: Set(owner),
        key: Set(key),
        operation: Set(operation.to_owned()),
        input_hash: Set(input_hash.to_owned()),
        outcome: Set(String::new()),
        created_at: Set(to_micros(machine_now())),
    };
    let taken = Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.connection())
        .await?;
    Ok(taken > 0)
}

/// Stores the outcome under a key.
pub(crate) async fn keep(tx: &Tx, (owner, key): (Uuid, Uuid), outcome: String) -> Result<()> {
    let row = ActiveModel {
        actor_id: Unchanged(owner),
        key: Unchanged(key),
        outcome: Set(outcome),
        ..Default::default()
    };
    Entity::update(row).exec(tx.connection()).await?;
    Ok(())
}

/// Reads the hash of the input and the outcome that are stored under a key.
pub(crate) async fn find(tx: &Tx, key: (Uuid, Uuid)) -> Result<Option<(String, String)>> {
    let stored = Entity::find_by_id(key).one(tx.connection()).await?;
    Ok(stored.map(|row| (row.input_hash, row.outcome)))
}
