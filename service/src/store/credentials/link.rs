//! Links between accounts and the subjects of issuers that log in with them.

use crate::{
    db::{Source, Tx, any_of},
    error::Result,
};
use domain::time::{Instant, to_micros};
use entity::login_link::{ActiveModel, Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

/// Loads the link of a subject.
pub(crate) async fn find(tx: &Tx, issuer: &str, subject: &str) -> Result<Option<Model>> {
    Ok(Entity::find_by_id((issuer.to_owned(), subject.to_owned())).one(tx.connection()).await?)
}

/// Whether an account is linked with a subject of an issuer.
pub(crate) async fn has_one(tx: &Tx, account: Uuid, issuer: &str) -> Result<bool> {
    let of_issuer = Entity::find().filter(Column::AccountId.eq(account)).filter(Column::Issuer.eq(issuer));
    Ok(of_issuer.one(tx.connection()).await?.is_some())
}

/// Stores a link.
pub(crate) async fn insert(
    tx: &Tx,
    (issuer, subject): (&str, &str),
    account: Uuid,
    at: Instant,
) -> Result<()> {
    let row = ActiveModel {
        issuer: Set(issuer.to_owned()),
        subject: Set(subject.to_owned()),
        account_id: Set(account),
        linked_at: Set(to_micros(at)),
    };
    Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Loads the links of accounts, the oldest first.
pub(crate) async fn of_accounts<C: ConnectionTrait>(
    source: Source<'_, C>,
    accounts: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(any_of(source.backend, (Entity, Column::AccountId), accounts))
        .order_by_asc(Column::LinkedAt)
        .order_by_asc(Column::Issuer)
        .all(source.connection)
        .await?)
}

/// Removes the links of an account with an issuer, or with all issuers. Returns whether there was one.
pub(crate) async fn remove(tx: &Tx, account: Uuid, issuer: Option<String>) -> Result<bool> {
    let removed = Entity::delete_many()
        .filter(Column::AccountId.eq(account))
        .filter(Condition::all().add_option(issuer.map(|issuer| Column::Issuer.eq(issuer))))
        .exec(tx.connection())
        .await?;
    Ok(removed.rows_affected > 0)
}
