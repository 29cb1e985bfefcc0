//! Second factors with their recovery codes.

use crate::{
    db::{Source, Tx, any_of},
    error::Result,
};
use domain::time::{Instant, to_micros};
use entity::{
    recovery_code,
    second_factor::{ActiveModel, Column, Entity, Model},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Set,
    sea_query::{Expr, SelectStatement},
};
use uuid::Uuid;

/// Loads a second factor, confirmed or not.
pub(crate) async fn find(tx: &Tx, account: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(account).one(tx.connection()).await?)
}

/// Loads a confirmed second factor and locks it, so that a code can't be used twice at the same time.
pub(crate) async fn active(tx: &Tx, account: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(account)
        .filter(Column::ConfirmedAt.is_not_null())
        .lock_exclusive()
        .one(tx.connection())
        .await?)
}

/// Stores an unconfirmed second factor with its recovery codes.
pub(crate) async fn insert(
    tx: &Tx,
    account: Uuid,
    secret: String,
    code_hashes: Vec<String>,
    at: Instant,
) -> Result<()> {
    let row = ActiveModel {
        account_id: Set(account),
        secret: Set(secret),
        created_at: Set(to_micros(at)),
        confirmed_at: Set(None),
        last_step: Set(0),
    };
    Entity::insert(row).exec_without_returning(tx.connection()).await?;
    let codes = code_hashes.into_iter().map(|code_hash| recovery_code::ActiveModel {
        account_id: Set(account),
        code_hash: Set(code_hash),
        used_at: Set(None),
    });
    recovery_code::Entity::insert_many(codes).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Confirms a second factor with the time step of its first code.
pub(crate) async fn confirm(tx: &Tx, account: Uuid, step: i64, at: Instant) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::ConfirmedAt, Expr::value(to_micros(at)))
        .col_expr(Column::LastStep, Expr::value(step))
        .filter(Column::AccountId.eq(account))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Records the time step of the last used code.
pub(crate) async fn set_last_step(tx: &Tx, account: Uuid, step: i64) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::LastStep, Expr::value(step))
        .filter(Column::AccountId.eq(account))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Marks a recovery code as used. Returns false if there is no unused code with this hash.
pub(crate) async fn use_recovery_code(tx: &Tx, account: Uuid, hash: String, at: Instant) -> Result<bool> {
    use recovery_code::Column as Code;
    let used = recovery_code::Entity::update_many()
        .col_expr(Code::UsedAt, Expr::value(to_micros(at)))
        .filter(Code::AccountId.eq(account))
        .filter(Code::CodeHash.eq(hash))
        .filter(Code::UsedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(used.rows_affected > 0)
}

/// Removes a second factor with its recovery codes.
pub(crate) async fn remove(tx: &Tx, account: Uuid) -> Result<()> {
    Entity::delete_by_id(account).exec(tx.connection()).await?;
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::AccountId.eq(account))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Loads the second factors of accounts, confirmed or not.
pub(crate) async fn of_accounts<C: ConnectionTrait>(
    source: Source<'_, C>,
    accounts: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<Model>> {
    let found = Entity::find().filter(any_of(source.backend, (Entity, Column::AccountId), accounts));
    Ok(found.all(source.connection).await?)
}

/// Loads all confirmed second factors: the account of each, and the encrypted secret.
pub(crate) async fn secrets<C: ConnectionTrait>(connection: &C) -> Result<Vec<(Uuid, String)>> {
    Ok(Entity::find()
        .select_only()
        .columns([Column::AccountId, Column::Secret])
        .filter(Column::ConfirmedAt.is_not_null())
        .into_tuple()
        .all(connection)
        .await?)
}

/// Selects the accounts with a confirmed second factor.
pub(super) fn accounts() -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::AccountId)
        .filter(Column::ConfirmedAt.is_not_null())
        .into_query()
}
