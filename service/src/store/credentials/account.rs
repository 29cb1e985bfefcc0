//! Accounts.

use crate::{
    db::{Source, Tx, any_of},
    error::Result,
};
use domain::{
    id::{SessionId, StaffId},
    time::{Instant, to_micros},
};
use entity::{
    account::{ActiveModel, Column, Entity},
    login_link, session,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Set,
    sea_query::{Expr, ExprTrait},
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The row of an account.
pub(crate) use entity::account::Model as Row;

/// Loads an account.
pub(crate) async fn find<C: ConnectionTrait>(connection: &C, id: Uuid) -> Result<Option<Row>> {
    Ok(Entity::find_by_id(id).one(connection).await?)
}

/// Loads the account of a person.
pub(crate) async fn of_staff<C: ConnectionTrait>(connection: &C, staff: StaffId) -> Result<Option<Row>> {
    Ok(Entity::find().filter(Column::StaffId.eq(staff.0)).one(connection).await?)
}

/// Loads the account with a user name.
pub(crate) async fn named<C: ConnectionTrait>(connection: &C, user_name: &str) -> Result<Option<Row>> {
    Ok(Entity::find().filter(Column::UserName.eq(user_name)).one(connection).await?)
}

/// Loads the account of a session, whether or not the session has ended.
pub(crate) async fn of_session<C: ConnectionTrait>(connection: &C, of: SessionId) -> Result<Option<Row>> {
    let account = session::Entity::find_by_id(of.0).select_only().column(session::Column::AccountId);
    Ok(Entity::find().filter(Column::Id.in_subquery(account.into_query())).one(connection).await?)
}

/// Loads the account of a person if it has one of these user names.
pub(crate) async fn of_staff_named(tx: &Tx, staff: StaffId, names: Vec<String>) -> Result<Option<Row>> {
    let found = Entity::find().filter(Column::StaffId.eq(staff.0)).filter(Column::UserName.is_in(names));
    Ok(found.one(tx.connection()).await?)
}

/// Loads the account of another person with this user name.
pub(crate) async fn of_another(tx: &Tx, person: Uuid, name: &str) -> Result<Option<Row>> {
    let found = Entity::find().filter(Column::UserName.eq(name)).filter(Column::StaffId.ne(person));
    Ok(found.one(tx.connection()).await?)
}

/// Loads the accounts of people.
pub(crate) async fn of_people<C: ConnectionTrait>(
    source: Source<'_, C>,
    people: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<Row>> {
    let found = Entity::find().filter(any_of(source.backend, (Entity, Column::StaffId), people));
    Ok(found.all(source.connection).await?)
}

/// Finds the people among these whose account has a password.
pub(crate) async fn with_password(tx: &Tx, people: impl Iterator<Item = Uuid>) -> Result<BTreeSet<Uuid>> {
    let found: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::StaffId)
        .filter(any_of(tx.backend(), (Entity, Column::StaffId), people))
        .filter(Column::PasswordHash.is_not_null())
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(found.into_iter().collect())
}

/// A new account.
pub(crate) struct NewAccount {
    pub id: Uuid,
    pub agency: Uuid,
    pub staff: Uuid,
    pub user_name: String,
    /// The hash of the password, and when it was set; `None` before the first code is used.
    pub password: Option<(String, Instant)>,
}

/// Stores a new account.
pub(crate) async fn insert(tx: &Tx, new: NewAccount) -> Result<()> {
    let (password_hash, activated_at) = new.password.unzip();
    let row = ActiveModel {
        id: Set(new.id),
        agency_id: Set(new.agency),
        staff_id: Set(new.staff),
        user_name: Set(new.user_name),
        password_hash: Set(password_hash),
        epoch: Set(0),
        activated_at: Set(activated_at.map(to_micros)),
    };
    Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Changes the user name.
pub(crate) async fn rename(tx: &Tx, account: Uuid, name: String) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::UserName, Expr::value(name))
        .filter(Column::Id.eq(account))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Sets the hash of the password. Tokens of earlier sessions stop working.
pub(crate) async fn set_password(tx: &Tx, account: Uuid, hash: String, at: Instant) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(hash))
        .col_expr(Column::ActivatedAt, Expr::value(to_micros(at)))
        .col_expr(Column::Epoch, Expr::col(Column::Epoch).add(1))
        .filter(Column::Id.eq(account))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Removes the password. Tokens of earlier sessions stop working.
pub(crate) async fn take_password(tx: &Tx, account: Uuid) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(None::<String>))
        .col_expr(Column::Epoch, Expr::col(Column::Epoch).add(1))
        .filter(Column::Id.eq(account))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Locks an account until the unit of work ends.
pub(crate) async fn lock(tx: &Tx, account: Uuid) -> Result<()> {
    Entity::find_by_id(account).lock_exclusive().one(tx.connection()).await?;
    Ok(())
}

/// Whether a person can use the application: they have a password, an issuer can log them in, or they are logged in.
pub(crate) async fn reads_online(tx: &Tx, staff: StaffId) -> Result<bool> {
    let Some(account) = of_staff(tx.connection(), staff).await? else { return Ok(false) };
    if account.password_hash.is_some() {
        return Ok(true);
    }
    let links = login_link::Entity::find().filter(login_link::Column::AccountId.eq(account.id));
    if links.one(tx.connection()).await?.is_some() {
        return Ok(true);
    }
    let sessions = session::Entity::find()
        .filter(session::Column::AccountId.eq(account.id))
        .filter(session::Column::Epoch.eq(account.epoch))
        .filter(session::Column::EndedAt.is_null());
    Ok(sessions.one(tx.connection()).await?.is_some())
}
