//! The unit of work: every change goes through it.
//!
//! It runs in an explicit transaction and in its own task, which the request only awaits: a client that disconnects
//! can't interrupt it between two statements. It refuses to commit a change without a journal entry.

use super::{
    Backend, Record, Source,
    check_only::{inherit, is_check_only},
    connect::OpenUnit,
};
use crate::{
    consequence::Effects,
    env::Env,
    error::{Error, Result},
    journal,
    power::{self, Changes, Separation},
    regulation::Library,
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
    regulations: Library,
    check: Mutex<JournalCheck>,
    effects: Effects,
    powers: Changes,
    separation: Separation,
    /// Absent in a savepoint, which belongs to the unit of work around it.
    _open: Option<OpenUnit>,
}

/// How a unit of work ends after its work has succeeded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Commit,
    RollBack,
}

/// The changed objects and the objects with a journal entry, compared before the commit.
#[derive(Default)]
struct JournalCheck {
    changed: BTreeSet<(SubjectKind, Uuid)>,
    journaled: BTreeSet<(SubjectKind, Uuid)>,
}

impl Tx {
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

    /// Returns the cached regulations.
    pub(crate) fn regulations(&self) -> &Library {
        &self.inner.regulations
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
        journal::append(self, kind, None, &record, reason).await?;
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
        journal::append_all(self, kind, &records, reason).await
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
        // Nothing was written, so this object needs no journal entry: a batch continues with its other rows.
        if after.update(before, self).await? == 0 {
            return Err(Refusal::conflict(before.version() + 1).into());
        }
        self.changed(R::SUBJECT, after.id());
        self.powers().note(Some(before), &after);
        journal::append(self, kind, Some(before), &after, reason).await?;
        self.effects().add(kind, Some(before), &after)?;
        Ok(after)
    }

    /// Runs work in a savepoint as if it were this time, and rolls it back. Who gains power by it gains it by this unit of
    /// work.
    pub(crate) async fn at<T, F, W>(&self, now: Instant, work: W) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send,
        W: FnOnce(Self) -> F + Send,
    {
        let tx = self.nested(now).await?;
        let done = match work(tx.clone()).await {
            Ok(done) => power::check(&tx).await.map(|gaining| (done, gaining)),
            Err(refused) => Err(refused),
        };
        let ended = tx.end(Ending::RollBack).await;
        let (done, gaining) = done?;
        ended?;
        self.powers().later(gaining);
        Ok(done)
    }

    /// Runs work in a savepoint. If it fails, what it wrote is undone, and this unit of work can go on.
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

    #[expect(clippy::disallowed_methods, reason = "transactions start only here")]
    async fn nested(&self, now: Instant) -> Result<Self> {
        Ok(Self {
            inner: Arc::new(Inner {
                transaction: self.inner.transaction.begin().await?,
                backend: self.inner.backend,
                actor: self.inner.actor.clone(),
                now,
                request: self.inner.request,
                regulations: self.inner.regulations.clone(),
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

    /// Whether who gives power and who controls the account must be different people.
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
    fn has_entries(&self) -> bool {
        self.inner.check.lock().is_ok_and(|check| !check.journaled.is_empty())
    }

    async fn end(self, ending: Ending) -> Result<JournalCheck> {
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

impl Env {
    /// Runs a unit of work to its end, even if the caller stops waiting.
    pub(crate) async fn write<T, F, W>(&self, actor: &Actor, work: W) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send,
        W: FnOnce(Tx) -> F + Send + 'static,
    {
        self.run(actor, Ending::Commit, work).await
    }

    /// Runs a unit of work to its end and rolls it back: nothing is written, and no one else sees a change.
    pub(crate) async fn dry_run<T, F, W>(&self, actor: &Actor, work: W) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send,
        W: FnOnce(Tx) -> F + Send + 'static,
    {
        self.run(actor, Ending::RollBack, work).await
    }

    async fn run<T, F, W>(&self, actor: &Actor, ending: Ending, work: W) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send,
        W: FnOnce(Tx) -> F + Send + 'static,
    {
        let (env, actor) = (self.clone(), actor.clone());
        let check_only = is_check_only();
        let done: Result<T> = tokio::spawn(async move {
            let tx = env.begin(actor).await?;
            // The work's clone is dropped with its future; this handle remains for the commit.
            let done = match inherit(check_only, work(tx.clone())).await {
                Ok(value) if !check_only => power::check(&tx).await.map(|_| value),
                done => done,
            };
            match done {
                // The caller adds the refusals of the malformed values. Dropping the last handle rolls back.
                Ok(_) if check_only => Err(Error::Refused(Vec::new())),
                Ok(value) => {
                    let has_entries = tx.has_entries();
                    tx.end(ending).await?;
                    if has_entries && ending == Ending::Commit {
                        env.journal.notify_appended();
                    }
                    Ok(value)
                }
                // Dropping the last handle rolls back.
                Err(error) => Err(error),
            }
        })
        .await
        .map_err(Error::internal)?;
        if done.is_ok() && ending == Ending::Commit {
            crate::request::set_committed();
        }
        done
    }

    /// Reads from one snapshot, independent of other writes while it lasts.
    ///
    /// Runs in its own task, like a unit of work, so that a dropped request can't interrupt its BEGIN.
    #[expect(clippy::disallowed_methods, reason = "transactions start only here")]
    pub(crate) async fn snapshot<T, F, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send,
        W: FnOnce(Arc<DatabaseTransaction>) -> F + Send + 'static,
    {
        let db = self.db.clone();
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

    #[expect(clippy::disallowed_methods, reason = "transactions start only here")]
    async fn begin(&self, actor: Actor) -> Result<Tx> {
        let options = TransactionOptions {
            sqlite_transaction_mode: (self.db.backend() == Backend::Sqlite)
                .then_some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let transaction = self.db.writer().begin_with_options(options).await?;
        Ok(Tx {
            inner: Arc::new(Inner {
                transaction,
                backend: self.db.backend(),
                actor,
                now: self.journal.not_before_last(self.now()),
                request: crate::request::current(),
                regulations: self.regulations.clone(),
                check: Mutex::default(),
                effects: Effects::default(),
                powers: Changes::default(),
                separation: self.separation,
                _open: Some(self.db.unit()),
            }),
        })
    }
}
