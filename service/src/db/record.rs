//! What the journal keeps of a stored object, and how it is written.

use super::{Backend, Tx};
use crate::error::Result;
use domain::event::SubjectKind;
use sea_orm::{
    ActiveModelTrait, Condition, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, IntoColumnRef, LockType, extension::postgres::PgFunc},
};
use serde::Serialize;
use uuid::Uuid;

/// An object whose every change is told in the journal, with its image before and after.
///
/// The image is the object's JSON.
pub(crate) trait Record: Serialize + Send + Sync {
    /// What kind of object it is.
    const SUBJECT: SubjectKind;

    /// Its id.
    fn id(&self) -> Uuid;
    /// The agency that owns it.
    fn agency(&self) -> Uuid;
    /// Its version, from 1.
    fn version(&self) -> i32;
    /// Whom and what it concerns, so that what happened to it can be found again.
    fn concerns(&self) -> Concerns {
        Concerns::default()
    }
    /// Sets its version; done by the unit of work only.
    fn set_version(&mut self, version: i32);
    /// Writes its rows.
    fn insert(&self, tx: &Tx) -> impl Future<Output = Result<()>> + Send;
    /// Writes the rows of many, in as few statements as it can.
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
    /// Writes its rows over those of `before`; gives 0 when the stored version is not that of `before`.
    fn update(&self, before: &Self, tx: &Tx) -> impl Future<Output = Result<u64>> + Send;
}

/// Whom and what an object concerns; absent where it concerns no single one.
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
    /// It concerns this person.
    pub const fn staff(self, id: Uuid) -> Self {
        Self { staff: Some(id), ..self }
    }

    /// It concerns this unit.
    pub const fn unit(self, id: Uuid) -> Self {
        Self { unit: Some(id), ..self }
    }

    /// It concerns this plan.
    pub const fn plan(self, id: Uuid) -> Self {
        Self { plan: Some(id), ..self }
    }
}

/// Where to read: a unit of work, or the reading pool outside of one.
pub(crate) struct Source<'a, C> {
    /// The connection.
    pub connection: &'a C,
    /// Which database it is.
    pub backend: Backend,
}

impl<C> Clone for Source<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C> Copy for Source<'_, C> {}

/// Writes a new row.
pub(crate) async fn insert<A: ActiveModelTrait>(tx: &Tx, row: A) -> Result<()> {
    <A::Entity as EntityTrait>::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// The most rows of one statement: SQLite binds at most 32,766 values.
pub(crate) const BATCH: usize = 1_000;

/// Writes many new rows.
pub(crate) async fn insert_many<A: ActiveModelTrait + Send>(tx: &Tx, rows: Vec<A>) -> Result<()> {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let batch: Vec<A> = rows.by_ref().take(BATCH).collect();
        <A::Entity as EntityTrait>::insert_many(batch).exec_without_returning(tx.connection()).await?;
    }
    Ok(())
}

/// Writes a whole row over the one that `which` finds (id and version); gives the number of rows found.
pub(crate) async fn update<A: ActiveModelTrait>(tx: &Tx, row: A, which: Condition) -> Result<u64> {
    let done = <A::Entity as EntityTrait>::update_many().set(row).filter(which).exec(tx.connection()).await?;
    Ok(done.rows_affected)
}

/// Holds a row until the unit of work ends: a second one that holds the same row waits, and reads what the first
/// has written. For rules over several rows, such as one plan a year, where no version can tell of the other.
/// On SQLite there is one writer anyway.
pub(crate) async fn lock_row<E: EntityTrait>(tx: &Tx, row: Condition) -> Result<()> {
    E::find().filter(row).lock(LockType::NoKeyUpdate).one(tx.connection()).await?;
    Ok(())
}

/// `column` is one of `ids`: one bound array on PostgreSQL, so that one prepared statement serves every
/// size; a list on SQLite.
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
