//! Runs units of work: every change goes through here.
//!
//! A unit of work runs in an explicit transaction and in its own task, which the request only awaits: a client that
//! disconnects can't interrupt it between two statements. Before it ends, the module `power` checks who gained power.

#[cfg(test)]
mod cancellation;
#[cfg(test)]
mod refusal;
#[cfg(test)]
mod stored_form;

use crate::{
    db::{Beginning, Command, Ending, IdempotencyKey, Separation, Tail, Tx, inherit, is_check_only},
    env::Env,
    error::{Error, Result},
    power, request, store,
};
use domain::{
    actor::{Actor, Identity},
    time::Instant,
};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use uuid::Uuid;

impl Tx {
    /// Runs work in a savepoint as if the time were `now`, and rolls it back. If somebody gains power in it, the check
    /// of this unit of work counts that power too.
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
        // A new task does not inherit these values.
        let (check_only, request) = (is_check_only(), request::current());
        let done: Result<T> = tokio::spawn(async move {
            let tx = env.begin(actor, request).await?;
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
                        env.kept.of::<Tail>().notify_appended();
                    }
                    Ok(value)
                }
                // Dropping the last handle rolls the transaction back.
                Err(error) => Err(error),
            }
        })
        .await
        .map_err(Error::internal)?;
        if done.is_ok() && ending == Ending::Commit {
            request::set_committed();
        }
        done
    }

    /// Like [`Env::write`], but runs a command at most once for a key: a replay returns the stored outcome.
    ///
    /// The outcome contains ids, never objects: the caller reads the objects by id, so a replay is authorised by the
    /// current rights. The outcome is stored in the same transaction as the change.
    pub(crate) async fn write_once<C, T, F, W>(
        &self,
        actor: &Actor,
        idempotency: IdempotencyKey,
        command: C,
        work: W,
    ) -> Result<T>
    where
        C: Command,
        T: Serialize + DeserializeOwned + Send + 'static,
        F: Future<Output = Result<T>> + Send,
        W: FnOnce(Tx, C) -> F + Send + 'static,
    {
        let owner = match actor.identity {
            Identity::Staff(staff) => Some(staff.0),
            Identity::ApiKey(api_key) => Some(api_key.0),
            Identity::System => None,
        };
        let (Some(key), Some(owner)) = (idempotency.0, owner) else {
            return self.write(actor, move |tx| work(tx, command)).await;
        };
        let hash = fingerprint(&command)?;
        self.write(actor, move |tx| async move {
            // Taking the key first makes a replay wait until the first request ends.
            if !store::idempotency::take(&tx, (owner, key), C::OPERATION, &hash).await? {
                return replay(&tx, owner, key, &hash).await;
            }
            let outcome = work(tx.clone(), command).await?;
            store::idempotency::keep(&tx, (owner, key), serde_json::to_string(&outcome)?).await?;
            Ok(outcome)
        })
        .await
    }

    async fn begin(&self, actor: Actor, request: Option<Uuid>) -> Result<Tx> {
        let now = self.kept.of::<Tail>().not_before_last(self.now());
        let separation = Separation { token_login: self.issuer.is_some(), ..self.separation };
        let beginning = Beginning { actor, now, request, kept: self.kept.clone(), separation };
        Tx::begin(&self.db, beginning).await
    }
}

async fn replay<T: DeserializeOwned>(tx: &Tx, owner: Uuid, key: Uuid, hash: &str) -> Result<T> {
    let (known, outcome) = store::idempotency::find(tx, (owner, key)).await?.ok_or(Error::InProgress)?;
    if known != hash {
        return Err(Error::KeyReused);
    }
    Ok(serde_json::from_str(&outcome)?)
}

/// Hashes a command with the name of its operation; a key may not be reused with another hash.
fn fingerprint<C: Command>(command: &C) -> Result<String> {
    let mut hasher = Sha256::new();
    hasher.update(C::OPERATION);
    hasher.update([0]);
    hasher.update(serde_json::to_vec(command)?);
    Ok(format!("{:x}", hasher.finalize()))
}
