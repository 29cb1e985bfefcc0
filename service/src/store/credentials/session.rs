//! Sessions.

use super::factor;
use crate::{db::Tx, error::Result};
use domain::{
    actor::Role,
    time::{Instant, to_micros},
};
use entity::{
    account, role_grant,
    session::{ActiveModel, Column, Entity, Model},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Set, sea_query::Expr,
};
use uuid::Uuid;

/// The method of sessions that were opened with a password.
pub(crate) const PASSWORD: &str = "PASSWORD";
/// The method of sessions that were opened with a token of an issuer.
pub(crate) const TOKEN: &str = "TOKEN";

/// The hashes of new tokens, and until when they are valid.
pub(crate) struct NewTokens {
    pub access_hash: String,
    pub access_until: Instant,
    pub refresh_hash: String,
    pub refresh_until: Instant,
}

/// A session to open.
pub(crate) struct NewSession {
    pub id: Uuid,
    pub account: Uuid,
    pub epoch: i32,
    /// The hash of the part that all refresh tokens of the session share.
    pub family: String,
    pub tokens: NewTokens,
    pub client: Option<String>,
    pub device: Uuid,
    pub method: &'static str,
    pub at: Instant,
}

/// Stores a session.
pub(crate) async fn insert(tx: &Tx, new: NewSession) -> Result<()> {
    let row = ActiveModel {
        id: Set(new.id),
        account_id: Set(new.account),
        epoch: Set(new.epoch),
        access_hash: Set(new.tokens.access_hash),
        access_expires_at: Set(to_micros(new.tokens.access_until)),
        refresh_family: Set(new.family),
        refresh_hash: Set(new.tokens.refresh_hash),
        previous_refresh_hash: Set(None),
        repeat_until: Set(None),
        refresh_expires_at: Set(to_micros(new.tokens.refresh_until)),
        client: Set(new.client),
        device_id: Set(Some(new.device)),
        created_at: Set(to_micros(new.at)),
        refreshed_at: Set(to_micros(new.at)),
        ended_at: Set(None),
        method: Set(new.method.to_owned()),
    };
    Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Replaces the tokens of a session. `previous` is the hash of the refresh token that may be repeated until
/// `repeat_until`, in microseconds.
pub(crate) async fn renew(
    tx: &Tx,
    session: Uuid,
    tokens: NewTokens,
    (previous, repeat_until): (Option<String>, Option<i64>),
    at: Instant,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::AccessHash, Expr::value(tokens.access_hash))
        .col_expr(Column::AccessExpiresAt, Expr::value(to_micros(tokens.access_until)))
        .col_expr(Column::PreviousRefreshHash, Expr::value(previous))
        .col_expr(Column::RepeatUntil, Expr::value(repeat_until))
        .col_expr(Column::RefreshHash, Expr::value(tokens.refresh_hash))
        .col_expr(Column::RefreshExpiresAt, Expr::value(to_micros(tokens.refresh_until)))
        .col_expr(Column::RefreshedAt, Expr::value(to_micros(at)))
        .filter(Column::Id.eq(session))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Loads a session.
pub(crate) async fn find<C: ConnectionTrait>(connection: &C, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(connection).await?)
}

/// Loads the session with this hash of an access token.
pub(crate) async fn with_access_token<C: ConnectionTrait>(
    connection: &C,
    hash: &str,
) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::AccessHash.eq(hash)).one(connection).await?)
}

/// Loads the session of a family of refresh tokens, and locks it.
pub(crate) async fn of_family(tx: &Tx, family: String) -> Result<Option<Model>> {
    let found = Entity::find().filter(Column::RefreshFamily.eq(family)).lock_exclusive();
    Ok(found.one(tx.connection()).await?)
}

/// Ends the time in which the previous refresh token may be repeated, if the session still has this access token.
pub(crate) async fn end_repetition(tx: &Tx, session: Uuid, access_hash: String) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::RepeatUntil, Expr::value(None::<i64>))
        .filter(Column::Id.eq(session))
        .filter(Column::AccessHash.eq(access_hash))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Loads the active sessions of an account, the newest first.
pub(crate) async fn active_of<C: ConnectionTrait>(
    connection: &C,
    account: &account::Model,
    now: Instant,
) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::AccountId.eq(account.id))
        .filter(Column::Epoch.eq(account.epoch))
        .filter(Column::EndedAt.is_null())
        .filter(Column::RefreshExpiresAt.gt(to_micros(now)))
        .order_by_desc(Column::RefreshedAt)
        .all(connection)
        .await?)
}

/// The sessions to end.
#[derive(Clone, Copy)]
pub(crate) enum Which {
    /// This one.
    One(Uuid),
    /// This one, if it is of this account.
    Own(Uuid, Uuid),
    /// All of an account.
    OfAccount(Uuid),
    /// Those of an account that were opened with a token of an issuer.
    OpenedWithToken(Uuid),
}

/// Ends active sessions; returns their number.
pub(crate) async fn end(tx: &Tx, which: Which, at: Instant) -> Result<u64> {
    let all = Condition::all();
    let which = match which {
        Which::One(id) => all.add(Column::Id.eq(id)),
        Which::Own(id, account) => all.add(Column::Id.eq(id)).add(Column::AccountId.eq(account)),
        Which::OfAccount(account) => all.add(Column::AccountId.eq(account)),
        Which::OpenedWithToken(account) => {
            all.add(Column::AccountId.eq(account)).add(Column::Method.eq(TOKEN))
        }
    };
    let ended = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(to_micros(at)))
        .filter(which)
        .filter(Column::EndedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(ended.rows_affected)
}

/// The condition that a session lacks a second factor that it must have. An admin or auditor who logged in with a
/// password must have one.
pub(super) fn lacks_second_factor() -> Condition {
    let powers = [Role::Admin, Role::Auditor].map(|role| role.to_string());
    let people = role_grant::Entity::find()
        .select_only()
        .column(role_grant::Column::StaffId)
        .filter(role_grant::Column::RevokedAt.is_null())
        .filter(role_grant::Column::Role.is_in(powers));
    let accounts = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .filter(account::Column::StaffId.in_subquery(people.into_query()));
    Condition::all()
        .add(Column::Method.eq(PASSWORD))
        .add(Column::AccountId.in_subquery(accounts.into_query()))
        .add(Column::AccountId.not_in_subquery(factor::accounts()))
}

/// Whether a session lacks a second factor that it must have.
pub(crate) async fn is_without_second_factor<C: ConnectionTrait>(
    connection: &C,
    session: Uuid,
) -> Result<bool> {
    let found = Entity::find().filter(lacks_second_factor()).filter(Column::Id.eq(session));
    Ok(found.one(connection).await?.is_some())
}
