//! Counted attempts to log in, and the address blocks that are familiar to accounts.

use crate::{
    db::{Backend, Tx},
    error::Result,
};
use domain::time::{Instant, to_micros};
use entity::{
    login_attempt::{ActiveModel, Column, Entity},
    login_block,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Set,
    sea_query::{Expr, ExprTrait, OnConflict, SelectStatement},
};
use uuid::Uuid;

/// The row of an attempt.
pub(crate) use entity::login_attempt::Model as Row;

/// An attempt to count.
pub(crate) struct NewAttempt {
    pub id: Uuid,
    pub kind: &'static str,
    pub user_key: String,
    pub block: String,
    pub device: Option<Uuid>,
    pub at: Instant,
}

/// Counts an attempt that has no result yet.
pub(crate) async fn insert(tx: &Tx, new: NewAttempt) -> Result<()> {
    let row = ActiveModel {
        id: Set(new.id),
        kind: Set(new.kind.to_owned()),
        user_key: Set(new.user_key),
        block: Set(new.block),
        device_id: Set(new.device),
        is_pending: Set(true),
        at: Set(to_micros(new.at)),
    };
    Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// The attempts that a limit counts. `Device` counts attempts with a known device; all others count attempts without
/// one.
pub(crate) enum Of<'a> {
    /// Of a known device.
    Device(Uuid),
    /// Of a kind, from an address block.
    Block(&'a str, &'a str),
    /// Of a kind and a user name, from an address block.
    UserInBlock(&'a str, &'a str, &'a str),
    /// Of a kind and a user name, from blocks that are not familiar to the account. Counts nothing if the checked
    /// attempt comes from a familiar block.
    UserElsewhere {
        kind: &'a str,
        user_key: &'a str,
        /// The block of the attempt that is checked.
        block: &'a str,
        account: Uuid,
        /// Logins after this time make a block familiar.
        familiar_since: Instant,
    },
}

fn condition(of: Of<'_>) -> Condition {
    let unknown = |kind: &str| Condition::all().add(Column::Kind.eq(kind)).add(Column::DeviceId.is_null());
    match of {
        Of::Device(device) => Condition::all().add(Column::DeviceId.eq(device)),
        Of::Block(kind, block) => unknown(kind).add(Column::Block.eq(block)),
        Of::UserInBlock(kind, user_key, block) => {
            unknown(kind).add(Column::UserKey.eq(user_key)).add(Column::Block.eq(block))
        }
        Of::UserElsewhere { kind, user_key, block, account, familiar_since } => {
            let familiar = familiar_blocks(account, familiar_since);
            unknown(kind)
                .add(Column::UserKey.eq(user_key))
                .add(Column::Block.not_in_subquery(familiar.clone()))
                .add(Expr::val(block).not_in_subquery(familiar))
        }
    }
}

/// Loads the newest attempts after a time, the newest first; at most `most`.
pub(crate) async fn newest<C: ConnectionTrait>(
    connection: &C,
    of: Of<'_>,
    after: Instant,
    most: u64,
) -> Result<Vec<Row>> {
    Ok(Entity::find()
        .filter(condition(of))
        .filter(Column::At.gt(to_micros(after)))
        .order_by_desc(Column::At)
        .limit(most)
        .all(connection)
        .await?)
}

/// Selects the blocks from which an account has logged in after a time.
fn familiar_blocks(account: Uuid, after: Instant) -> SelectStatement {
    login_block::Entity::find()
        .select_only()
        .column(login_block::Column::Block)
        .filter(login_block::Column::AccountId.eq(account))
        .filter(login_block::Column::At.gt(to_micros(after)))
        .into_query()
}

/// Makes units of work with the same number wait for each other until they end. SQLite has one writer and needs no
/// locks.
pub(crate) async fn wait_for(tx: &Tx, number: i64) -> Result<()> {
    if tx.backend() == Backend::Postgres {
        tx.connection().execute_unprepared(&format!("SELECT pg_advisory_xact_lock({number})")).await?;
    }
    Ok(())
}

/// Removes an attempt, so that it no longer counts.
pub(crate) async fn delete(tx: &Tx, attempt: Uuid) -> Result<()> {
    Entity::delete_by_id(attempt).exec(tx.connection()).await?;
    Ok(())
}

/// Records that an attempt failed.
pub(crate) async fn fail(tx: &Tx, attempt: Uuid) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::IsPending, Expr::value(false))
        .filter(Column::Id.eq(attempt))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Makes an address block familiar to an account. Only the newest blocks stay familiar.
pub(crate) async fn make_familiar(
    tx: &Tx,
    account: Uuid,
    block: String,
    at: Instant,
    most: u64,
) -> Result<()> {
    use login_block::Column as Known;
    let row =
        login_block::ActiveModel { account_id: Set(account), block: Set(block), at: Set(to_micros(at)) };
    let mut known = OnConflict::columns([Known::AccountId, Known::Block]);
    known.update_column(Known::At);
    login_block::Entity::insert(row).on_conflict(known).exec_without_returning(tx.connection()).await?;
    let newest = login_block::Entity::find()
        .select_only()
        .column(Known::Block)
        .filter(Known::AccountId.eq(account))
        .order_by_desc(Known::At)
        .limit(most)
        .into_query();
    login_block::Entity::delete_many()
        .filter(Known::AccountId.eq(account))
        .filter(Known::Block.not_in_subquery(newest))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Removes the attempts from before one time and the familiar blocks from before another; returns their number.
pub(crate) async fn remove_before(tx: &Tx, attempts: Instant, blocks: Instant) -> Result<u64> {
    let attempts =
        Entity::delete_many().filter(Column::At.lt(to_micros(attempts))).exec(tx.connection()).await?;
    let blocks = login_block::Entity::delete_many()
        .filter(login_block::Column::At.lt(to_micros(blocks)))
        .exec(tx.connection())
        .await?;
    Ok(attempts.rows_affected + blocks.rows_affected)
}
