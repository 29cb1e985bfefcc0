//! Lists the consequences of a change from the journal entries of its unit of work. A dry run is the same unit of work,
//! rolled back, so its list can't differ from that of the real run.

mod sentence;

pub(crate) use sentence::consequences;

use crate::{
    db::{Command, IdempotencyKey, Tx},
    env::Env,
    error::Result,
};
use domain::{actor::Actor, consequence::Consequence, roster::Problem, time::Instant};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The outcome of a change or of its dry run, with its consequences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// The result of the change; `None` after a dry run.
    pub done: Option<T>,
    /// Every consequence.
    pub consequences: Vec<Consequence>,
    /// The gaps in the chain of command after the change, at the changed assignments and directly below them. For a
    /// scheduled change these are the gaps on its day.
    pub gaps: Vec<Problem>,
}

/// The consequences and gaps that were found for a unit of work.
#[derive(Default)]
pub(crate) struct Found {
    /// Every consequence.
    pub consequences: Vec<Consequence>,
    /// The gaps in the chain of command afterwards; the consequences name them too.
    pub gaps: Vec<Problem>,
}

/// The outcome as stored under an idempotency key.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored<T> {
    Listed {
        value: T,
        consequences: Vec<Consequence>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        gaps: Vec<Problem>,
    },
    /// The form of outcomes that were stored before consequences existed.
    Value(T),
}

/// Runs work as if the time were `at`, and lists its consequences. Rolls back this work, but not the unit of work that
/// contains it.
pub(crate) async fn rehearse<T, F, W>(tx: &Tx, at: Instant, work: W) -> Result<Found>
where
    F: Future<Output = Result<T>> + Send,
    W: FnOnce(Tx) -> F + Send,
{
    let work = |tx: Tx| async move {
        tx.effects().gather();
        work(tx.clone()).await?;
        consequences(&tx).await
    };
    tx.at(at, work).await
}

impl Env {
    /// Runs a unit of work at most once for a key, as [`Env::write_once`] does, and lists its consequences. A dry run
    /// rolls it back: it appends nothing to the journal and stores nothing under the key.
    pub(crate) async fn write_listing<C, T, F, W>(
        &self,
        actor: &Actor,
        key: IdempotencyKey,
        command: C,
        dry_run: bool,
        work: W,
    ) -> Result<Listed<T>>
    where
        C: Command,
        T: Serialize + DeserializeOwned + Send + 'static,
        F: Future<Output = Result<T>> + Send,
        W: FnOnce(Tx, C) -> F + Send + 'static,
    {
        let work = move |tx: Tx, command: C| async move {
            tx.effects().gather();
            let value = work(tx.clone(), command).await?;
            let Found { consequences, gaps } = consequences(&tx).await?;
            Ok(Stored::Listed { value, consequences, gaps })
        };
        if dry_run {
            let (consequences, gaps) = match self.dry_run(actor, |tx| work(tx, command)).await? {
                Stored::Listed { consequences, gaps, .. } => (consequences, gaps),
                Stored::Value(_) => Default::default(),
            };
            return Ok(Listed { done: None, consequences, gaps });
        }
        let stored = self.write_once(actor, key, command, work).await?;
        self.token_cache().clear();
        Ok(match stored {
            Stored::Listed { value, consequences, gaps } => Listed { done: Some(value), consequences, gaps },
            Stored::Value(value) => Listed { done: Some(value), consequences: Vec::new(), gaps: Vec::new() },
        })
    }
}
