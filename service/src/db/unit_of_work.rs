//! An open unit of work: its transaction, and a record of what it changed. The module `work` begins and ends it. A unit
//! of work refuses to commit a change without a journal entry.

use super::{
    Backend, Changes, Db, Effects, Record, Separation, Source,
    append::{append, append_all},
    connect::OpenUnit,
};
use crate::{
    error::{Error, Result},
    kept::Kept,
};
use domain::{
    Refusal,
    actor::Actor,
    event::EventKind,
    event::SubjectKind,
    time::{Date, Instant},
};
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, IsolationLevel, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};
use uuid::Uuid;

/// An open unit of work. Cheap to clone; all clones must be dropped before the commit.
#[derive(Clone)]
pub struct Tx {
    inner: Arc<Inner>,
}

struct Inner {
    transaction: DatabaseTransaction,
    backend: Backend,
    actor: Actor,
    now: Instant,
    request: Option<Uuid>,
    kept: Kept,
    check: Mutex<JournalCheck>,
    effects: Effects,
    powers: Changes,
    separation: Separation,
    /// Counts the unit of work as open. `None` in a savepoint, which is not counted separately.
    _open: Option<OpenUnit>,
}

/// How a unit of work ends after its work has succeeded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Commit,
    RollBack,
}

/// The changed objects and the objects with a journal entry, compared before the commit.
#[derive(Default)]
pub(crate) struct JournalCheck {
    changed: BTreeSet<(SubjectKind, Uuid)>,
    journaled: BTreeSet<(SubjectKind, Uuid)>,
}

/// The data with which a unit of work begins, besides its transaction.
pub(crate) struct Beginning {
    /// The acting person, key or system.
    pub actor: Actor,
    /// The time of all its changes.
    pub now: Instant,
    /// The id of the request that it is part of.
    pub request: Option<Uuid>,
    /// Values that modules keep between requests.
    pub kept: Kept,
    /// Whether two different people must give power and control the account.
    pub separation: Separation,
}

impl Tx {
    /// Begins a unit of work on a write connection.
    #[expect(clippy::disallowed_methods, reason = "transactions start only here")]
    pub(crate) async fn begin(db: &Db, beginning: Beginning) -> Result<Self> {
        let options = TransactionOptions {
            sqlite_transaction_mode: (db.backend() == Backend::Sqlite)
                .then_some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let transaction = db.writer().begin_with_options(options).await?;
        let Beginning { actor, now, request, kept, separation } = beginning;
        Ok(Self {
            inner: Arc::new(Inner {
                transaction,
                backend: db.backend(),
                actor,
                now,
                request,
                kept,
                check: Mutex::default(),
                effects: Effects::default(),
                powers: Changes::default(),
                separation,
                _open: Some(db.unit()),
            }),
        })
    }

    /// Returns the connection, for the stores.
    pub(crate) fn connection(&self) -> &DatabaseTransaction {
        &self.inner.transaction
    }

    /// Returns this unit of work as a [`Source`].
    pub(crate) fn source(&self) -> Source<'_, DatabaseTransaction> {
        Source { connection: self.connection(), backend: self.backend() }
    }

    /// Returns the kind of database.
    pub(crate) fn backend(&self) -> Backend {
        self.inner.backend
    }

    /// Returns the acting person, key or system.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.inner.actor
    }

    /// Returns the time of this unit of work; it does not change.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.inner.now
    }

    /// Returns the day of this unit of work in the calendar of the actor's agency.
    #[must_use]
    pub fn today(&self) -> Date {
        self.actor().calendar.day(self.now())
    }

    /// Returns the values that modules keep between requests.
    pub(crate) fn kept(&self) -> &Kept {
        &self.inner.kept
    }

    /// Returns the request's id, for the journal.
    #[must_use]
    pub fn request(&self) -> Option<Uuid> {
        self.inner.request
    }

    /// Inserts a record and journals it; returns it with its version.
    pub(crate) async fn create<R: Record>(
        &self,
        mut record: R,
        kind: EventKind,
        reason: Option<&str>,
    ) -> Result<R> {
        record.set_version(1);
        self.changed(R::SUBJECT, record.id());
        record.insert(self).await?;
        self.powers().note(None, &record);
        append(self, kind, None, &record, reason).await?;
        self.effects().add(kind, None, &record)?;
        Ok(record)
    }

    /// Inserts many records and journals each of them, in few statements.
    pub(crate) async fn create_all<R: Record>(
        &self,
        mut records: Vec<R>,
        kind: EventKind,
        reason: Option<&str>,
    ) -> Result<()> {
        for record in &mut records {
            record.set_version(1);
            self.changed(R::SUBJECT, record.id());
        }
        R::insert_all(&records, self).await?;
        for record in &records {
            self.powers().note(None, record);
            self.effects().add(kind, None, record)?;
        }
        append_all(self, kind, &records, reason).await
    }

    /// Updates a record from the version of `before` and journals the change.
    ///
    /// Fails with a conflict if the stored version is no longer that of `before`.
    pub(crate) async fn change<R: Record>(
        &self,
        before: &R,
        mut after: R,
        kind: EventKind,
        reason: Option<&str>,
    ) -> Result<R> {
        after.set_version(before.version() + 1);
        // Nothing was written, so this object needs no journal entry, and a batch can continue with its other rows.
        if after.update(before, self).await? == 0 {
            return Err(Refusal::conflict(before.version() + 1).into());
        }
        self.changed(R::SUBJECT, after.id());
        self.powers().note(Some(before), &after);
        append(self, kind, Some(before), &after, reason).await?;
        self.effects().add(kind, Some(before), &after)?;
        Ok(after)
    }

    /// Runs work in a savepoint. If the work fails, its writes are undone, and this unit of work can continue.
    pub(crate) async fn savepoint<T, F, W>(&self, work: W) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send,
        W: FnOnce(Self) -> F + Send,
    {
        let tx = self.nested(self.now()).await?;
        let done = work(tx.clone()).await;
        if done.is_ok() {
            self.powers().join(tx.powers());
        }
        let ended = tx.end(if done.is_ok() { Ending::Commit } else { Ending::RollBack }).await;
        let done = done?;
        let inner = ended?;
        let mut check = self.inner.check.lock().map_err(|_| Error::internal("a check was lost"))?;
        check.changed.extend(inner.changed);
        check.journaled.extend(inner.journaled);
        Ok(done)
    }

    /// Begins a savepoint in which the time is `now`.
    #[expect(clippy::disallowed_methods, reason = "transactions start only here")]
    pub(crate) async fn nested(&self, now: Instant) -> Result<Self> {
        Ok(Self {
            inner: Arc::new(Inner {
                transaction: self.inner.transaction.begin().await?,
                backend: self.inner.backend,
                actor: self.inner.actor.clone(),
                now,
                request: self.inner.request,
                kept: self.inner.kept.clone(),
                check: Mutex::default(),
                effects: Effects::default(),
                powers: Changes::default(),
                separation: self.inner.separation,
                _open: None,
            }),
        })
    }

    /// The effects of this unit of work, gathered to list its consequences.
    pub(crate) fn effects(&self) -> &Effects {
        &self.inner.effects
    }

    /// The changes of this unit of work that can give power over results.
    pub(crate) fn powers(&self) -> &Changes {
        &self.inner.powers
    }

    /// Whether two different people must give power and control the account.
    pub(crate) fn separation(&self) -> Separation {
        self.inner.separation
    }

    /// Marks an object as changed.
    pub(crate) fn changed(&self, subject: SubjectKind, id: Uuid) {
        if let Ok(mut check) = self.inner.check.lock() {
            check.changed.insert((subject, id));
        }
    }

    /// Marks an object as having a journal entry for its change.
    pub(crate) fn journaled(&self, subject: SubjectKind, id: Uuid) {
        if let Ok(mut check) = self.inner.check.lock() {
            check.journaled.insert((subject, id));
        }
    }

    /// Whether this unit of work has appended journal entries.
    pub(crate) fn has_entries(&self) -> bool {
        self.inner.check.lock().is_ok_and(|check| !check.journaled.is_empty())
    }

    /// Ends the unit of work. Fails if another handle is left.
    pub(crate) async fn end(self, ending: Ending) -> Result<JournalCheck> {
        let inner = Arc::try_unwrap(self.inner)
            .map_err(|_| Error::internal("a unit of work was still in use when it ended"))?;
        let check = inner.check.into_inner().map_err(Error::internal)?;
        if let Some((subject, id)) = check.changed.difference(&check.journaled).next() {
            inner.transaction.rollback().await?;
            return Err(Error::internal(format!("a change of {subject} {id} has no journal entry")));
        }
        match ending {
            Ending::Commit => inner.transaction.commit().await,
            Ending::RollBack => inner.transaction.rollback().await,
        }
        .map_err(Error::from)?;
        Ok(check)
    }
}

impl Db {
    /// Reads from one snapshot, in which writes of others do not appear.
    ///
    /// Runs in its own task, like a unit of work, so that a dropped request can't interrupt its BEGIN.
    #[expect(clippy::disallowed_methods, reason = "transactions start only here")]
    pub(crate) async fn snapshot<T, F, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send,
        W: FnOnce(Arc<DatabaseTransaction>) -> F + Send + 'static,
    {
        let db = self.clone();
        tokio::spawn(async move {
            let postgres = db.backend() == Backend::Postgres;
            let options = TransactionOptions {
                isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
                access_mode: postgres.then_some(AccessMode::ReadOnly),
                ..Default::default()
            };
            let transaction = Arc::new(db.reader().begin_with_options(options).await?);
            if postgres {
                let no_timeouts =
                    "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";
                transaction.execute_unprepared(no_timeouts).await?;
            }
            let done = work(transaction.clone()).await;
            if let Some(transaction) = Arc::into_inner(transaction) {
                transaction.rollback().await?;
            }
            done
        })
        .await
        .map_err(Error::internal)?
    }
}
