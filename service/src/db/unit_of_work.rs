//! The unit of work: the only door to a change.
//!
//! It runs in a task of its own that the request only awaits, so that a client who hangs up can't
//! interrupt it between two statements; in an explicit transaction; and it refuses to commit a
//! change that the journal does not tell.

use super::{Backend, Record, Source, connect::OpenUnit};
use crate::{
    env::Env,
    error::{Error, Result},
    journal,
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
    AccessMode, ConnectionTrait, DatabaseTransaction, EntityTrait, IsolationLevel, SqliteTransactionMode,
    TransactionOptions, TransactionTrait, sea_query::OnConflict,
};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};
use uuid::Uuid;

/// An open unit of work. A cheap handle: the last one alive must be given back to commit.
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
    _open: OpenUnit,
}

/// What was changed, and what of it the journal tells.
#[derive(Default)]
struct JournalCheck {
    changed: BTreeSet<(SubjectKind, Uuid)>,
    journaled: BTreeSet<(SubjectKind, Uuid)>,
}

impl Tx {
    /// The connection, for the stores.
    pub(crate) fn connection(&self) -> &DatabaseTransaction {
        &self.inner.transaction
    }

    /// Where to read inside this unit of work.
    pub(crate) fn source(&self) -> Source<'_, DatabaseTransaction> {
        Source { connection: self.connection(), backend: self.backend() }
    }

    /// Which database it is.
    pub(crate) fn backend(&self) -> Backend {
        self.inner.backend
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.inner.actor
    }

    /// The one time of this unit of work.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.inner.now
    }

    /// The day of this unit of work, by the calendar of the actor's agency.
    #[must_use]
    pub fn today(&self) -> Date {
        self.actor().calendar.day(self.now())
    }

    /// The regulations that were read already.
    pub(crate) fn regulations(&self) -> &Library {
        &self.inner.regulations
    }

    /// The request's number, for the journal.
    #[must_use]
    pub fn request(&self) -> Option<Uuid> {
        self.inner.request
    }

    /// Writes a new record and tells it in the journal; gives it with its version.
    pub(crate) async fn create<R: Record>(
        &self,
        mut record: R,
        kind: EventKind,
        reason: Option<&str>,
    ) -> Result<R> {
        record.set_version(1);
        self.changed(R::SUBJECT, record.id());
        record.insert(self).await?;
        journal::append(self, kind, None, &record, reason).await?;
        Ok(record)
    }

    /// Writes many new records and tells each in the journal, in few statements.
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
        journal::append_all(self, kind, &records, reason).await
    }

    /// Writes a changed record over the version that `before` has and tells it in the journal.
    ///
    /// Refuses with a conflict when somebody else was faster.
    pub(crate) async fn change<R: Record>(
        &self,
        before: &R,
        mut after: R,
        kind: EventKind,
        reason: Option<&str>,
    ) -> Result<R> {
        after.set_version(before.version() + 1);
        // Where nothing was written there is nothing to tell: a batch goes on with its other rows.
        if after.update(before, self).await? == 0 {
            return Err(Refusal::conflict(before.version() + 1).into());
        }
        self.changed(R::SUBJECT, after.id());
        journal::append(self, kind, Some(before), &after, reason).await?;
        Ok(after)
    }

    pub(crate) fn changed(&self, subject: SubjectKind, id: Uuid) {
        if let Ok(mut check) = self.inner.check.lock() {
            check.changed.insert((subject, id));
        }
    }

    pub(crate) fn journaled(&self, subject: SubjectKind, id: Uuid) {
        if let Ok(mut check) = self.inner.check.lock() {
            check.journaled.insert((subject, id));
        }
    }

    /// Whether the journal has entries of it.
    fn has_entries(&self) -> bool {
        self.inner.check.lock().is_ok_and(|check| !check.journaled.is_empty())
    }

    async fn commit(self) -> Result<()> {
        let inner = Arc::try_unwrap(self.inner)
            .map_err(|_| Error::internal("a unit of work was still in use when it ended"))?;
        let check = inner.check.into_inner().map_err(Error::internal)?;
        if let Some((subject, id)) = check.changed.difference(&check.journaled).next() {
            inner.transaction.rollback().await?;
            return Err(Error::internal(format!("a change of {subject} {id} is not told in the journal")));
        }
        inner.transaction.commit().await.map_err(Error::from)
    }
}

/// The name of a mutation with what identifies one idempotency of it.
#[derive(Clone, Copy, Debug)]
pub struct IdempotencyKey {
    /// The mutation's name.
    pub operation: &'static str,
    /// The client's key, where it sent one.
    pub key: Option<Uuid>,
}

impl Env {
    /// Runs a unit of work to its end, whether or not the caller still waits for it.
    pub(crate) async fn write<T, F, W>(&self, actor: &Actor, work: W) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send,
        W: FnOnce(Tx) -> F + Send + 'static,
    {
        let (env, actor) = (self.clone(), actor.clone());
        let done: Result<T> = tokio::spawn(async move {
            let tx = env.begin(actor).await?;
            // The work's handle is dropped with its future; ours stays to commit.
            let done = work(tx.clone()).await;
            match done {
                Ok(value) => {
                    let has_entries = tx.has_entries();
                    tx.commit().await?;
                    if has_entries {
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
        if done.is_ok() {
            crate::request::set_committed();
        }
        done
    }

    /// Like [`Env::write`], at most once for a key: a replay returns the stored outcome.
    ///
    /// The outcome is what the caller reads the objects by (ids), never the objects, so that a replay
    /// passes today's rights. It is stored in the same transaction as the change.
    pub(crate) async fn write_once<I, T, F, W>(
        &self,
        actor: &Actor,
        idempotency: IdempotencyKey,
        input: &I,
        work: W,
    ) -> Result<T>
    where
        I: Serialize,
        T: Serialize + DeserializeOwned + Send + 'static,
        F: Future<Output = Result<T>> + Send,
        W: FnOnce(Tx) -> F + Send + 'static,
    {
        let Some(key) = idempotency.key else { return self.write(actor, work).await };
        let owner = match actor.identity {
            domain::actor::Identity::Staff(staff) => staff.0,
            domain::actor::Identity::ApiKey(api_key) => api_key.0,
            domain::actor::Identity::System => return self.write(actor, work).await,
        };
        let hash = fingerprint(idempotency.operation, input)?;
        self.write(actor, move |tx| async move {
            // Taking the key first makes a replay wait until the first request ends.
            let row = entity::idempotency::ActiveModel {
                actor_id: sea_orm::Set(owner),
                key: sea_orm::Set(key),
                operation: sea_orm::Set(idempotency.operation.to_owned()),
                input_hash: sea_orm::Set(hash.clone()),
                outcome: sea_orm::Set(String::new()),
                created_at: sea_orm::Set(domain::time::to_micros(crate::env::machine_now())),
            };
            let taken = entity::idempotency::Entity::insert(row)
                .on_conflict(OnConflict::new().do_nothing().to_owned())
                .exec_without_returning(tx.connection())
                .await?;
            if taken == 0 {
                return replay(&tx, owner, key, &hash).await;
            }
            let outcome = work(tx.clone()).await?;
            entity::idempotency::Entity::update(entity::idempotency::ActiveModel {
                actor_id: sea_orm::Unchanged(owner),
                key: sea_orm::Unchanged(key),
                outcome: sea_orm::Set(serde_json::to_string(&outcome)?),
                ..Default::default()
            })
            .exec(tx.connection())
            .await?;
            Ok(outcome)
        })
        .await
    }

    /// Reads at one point in time, however long it takes and whatever is written meanwhile.
    ///
    /// In a task of its own, as a unit of work: nobody can interrupt its BEGIN.
    #[expect(clippy::disallowed_methods, reason = "the one home of transactions")]
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
                let patience =
                    "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";
                transaction.execute_unprepared(patience).await?;
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

    #[expect(clippy::disallowed_methods, reason = "the one home of transactions")]
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
                now: self.now(),
                request: crate::request::current(),
                regulations: self.regulations.clone(),
                check: Mutex::default(),
                _open: self.db.unit(),
            }),
        })
    }
}

async fn replay<T: DeserializeOwned>(tx: &Tx, owner: Uuid, key: Uuid, hash: &str) -> Result<T> {
    let stored = entity::idempotency::Entity::find_by_id((owner, key))
        .one(tx.connection())
        .await?
        .ok_or(Error::InProgress)?;
    if stored.input_hash != hash {
        return Err(Error::KeyReused);
    }
    Ok(serde_json::from_str(&stored.outcome)?)
}

/// What binds a key to an operation and its input.
fn fingerprint(operation: &str, input: &impl Serialize) -> Result<String> {
    let mut hasher = Sha256::new();
    hasher.update(operation);
    hasher.update([0]);
    hasher.update(serde_json::to_vec(input)?);
    Ok(format!("{:x}", hasher.finalize()))
}
