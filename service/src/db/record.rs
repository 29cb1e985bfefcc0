//! Journalled objects and how to write their rows.

use super::{Backend, Tx};
use crate::error::Result;
use domain::event::SubjectKind;
use sea_orm::{
    ActiveModelTrait, Condition, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, IntoColumnRef, LockType, extension::postgres::PgFunc},
};
use serde::Serialize;
use uuid::Uuid;

/// An object with journalled changes. Each journal entry has the object's JSON before and after the change.
pub(crate) trait Record: Serialize + Send + Sync + 'static {
    /// The kind of object.
    const SUBJECT: SubjectKind;

    /// Its id.
    fn id(&self) -> Uuid;
    /// The agency that owns it.
    fn agency(&self) -> Uuid;
    /// Its version, from 1.
    fn version(&self) -> i32;
    /// The person, unit and plan that it concerns, for finding its journal entries.
    fn concerns(&self) -> Concerns {
        Concerns::default()
    }
    /// Sets its version; only the unit of work calls this.
    fn set_version(&mut self, version: i32);
    /// Inserts its rows.
    fn insert(&self, tx: &Tx) -> impl Future<Output = Result<()>> + Send;
    /// Inserts the rows of many records in few statements.
    fn insert_all(records: &[Self], tx: &Tx) -> impl Future<Output = Result<()>> + Send
    where
        Self: Sized,
    {
        async move {
            for record in records {
                record.insert(tx).await?;
            }
            Ok(())
        }
    }
    /// Updates its rows; returns 0 if the stored version differs from that of `before`.
    fn update(&self, before: &Self, tx: &Tx) -> impl Future<Output = Result<u64>> + Send;
}

/// The person, unit and plan that an object concerns; `None` if it concerns none or several of that kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Concerns {
    /// The person.
    pub staff: Option<Uuid>,
    /// The unit.
    pub unit: Option<Uuid>,
    /// The plan.
    pub plan: Option<Uuid>,
}

impl Concerns {
    /// Sets the person.
    pub const fn staff(self, id: Uuid) -> Self {
        Self { staff: Some(id), ..self }
    }

    /// Sets the unit.
    pub const fn unit(self, id: Uuid) -> Self {
        Self { unit: Some(id), ..self }
    }

    /// Sets the plan.
    pub const fn plan(self, id: Uuid) -> Self {
        Self { plan: Some(id), ..self }
    }
}

/// The connection to read with: that of a unit of work, or the read pool.
pub(crate) struct Source<'a, C> {
    /// The connection.
    pub connection: &'a C,
    /// The kind of database.
    pub backend: Backend,
}

impl<C> Clone for Source<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C> Copy for Source<'_, C> {}

/// Inserts a row.
pub(crate) async fn insert<A: ActiveModelTrait>(tx: &Tx, row: A) -> Result<()> {
    <A::Entity as EntityTrait>::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Maximum number of rows in one statement: SQLite binds at most 32,766 values.
pub(crate) const BATCH: usize = 1_000;

/// Inserts many rows.
pub(crate) async fn insert_many<A: ActiveModelTrait + Send>(tx: &Tx, rows: Vec<A>) -> Result<()> {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let batch: Vec<A> = rows.by_ref().take(BATCH).collect();
        <A::Entity as EntityTrait>::insert_many(batch).exec_without_returning(tx.connection()).await?;
    }
    Ok(())
}

/// Updates the row that `which` matches (id and version); returns the number of matched rows.
pub(crate) async fn update<A: ActiveModelTrait>(tx: &Tx, row: A, which: Condition) -> Result<u64> {
    let done = <A::Entity as EntityTrait>::update_many().set(row).filter(which).exec(tx.connection()).await?;
    Ok(done.rows_affected)
}

/// Locks a row until the unit of work ends. A second unit of work that locks the same row waits and then reads what
/// the first has written. Needed for rules over several rows, such as one plan a year, which versions cannot guard.
/// SQLite has only one writer and needs no row locks.
pub(crate) async fn lock_row<E: EntityTrait>(tx: &Tx, row: Condition) -> Result<()> {
    E::find().filter(row).lock(LockType::NoKeyUpdate).one(tx.connection()).await?;
    Ok(())
}

/// The condition that `column` is one of `ids`. On PostgreSQL this is one bound array, so that one prepared statement
/// serves any number of ids; on SQLite it is a list.
pub(crate) fn any_of(
    backend: Backend,
    column: impl IntoColumnRef,
    ids: impl IntoIterator<Item = Uuid>,
) -> Expr {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let column = Expr::col(column);
    match backend {
        Backend::Postgres => column.eq(PgFunc::any(Expr::val(ids))),
        Backend::Sqlite => column.is_in(ids),
    }
}
