//! Batches: one change for each row, in one transaction, with one outcome for each row.
//!
//! A [`Change`] changes one object and applies the rules for it. The mutation for one object runs it once; the batch
//! mutation ([`InBatches`]) runs it for each row. So both mutations apply the same rules. Each row has its own
//! savepoint: a refused row writes nothing and does not stop the others.

use crate::{
    db::{Command, IdempotencyKey, Tx},
    env::Env,
    error::{Error, Result},
};
use domain::{Key, Message, Refusal, actor::Actor, error::with_malformed};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeSet;

/// Maximum number of rows in a batch.
pub const MAX_BATCH: usize = 100;

/// A row of a batch. The hash that is stored with the idempotency key includes the malformed values, because the stored
/// refusals quote them.
#[derive(Clone, Debug, Serialize)]
pub struct Row<T> {
    /// The row, with placeholders for malformed values.
    #[serde(flatten)]
    pub input: T,
    /// The refusals of malformed values, with paths relative to the row. If there are any, nothing of the row is
    /// written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub malformed: Vec<Refusal>,
    /// Whether the rules can check the row despite its placeholders.
    #[serde(skip)]
    pub can_be_checked: bool,
}

impl<T> Row<T> {
    /// A row without malformed values.
    #[must_use]
    pub const fn well_formed(input: T) -> Self {
        Self { input, malformed: Vec::new(), can_be_checked: true }
    }

    /// Whether the row may be written.
    pub(crate) const fn is_well_formed(&self) -> bool {
        self.malformed.is_empty()
    }
}

/// Outcome of one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowOutcome<T> {
    /// The id of the changed object; `None` if the row was refused.
    pub done: Option<T>,
    /// Why the row was refused, with paths relative to the row.
    pub refusals: Vec<Refusal>,
}

impl<T> RowOutcome<T> {
    pub(crate) const fn done(done: T) -> Self {
        Self { done: Some(done), refusals: Vec::new() }
    }

    /// The outcome of a refused row; nothing was written for it.
    #[must_use]
    pub const fn refused(refusals: Vec<Refusal>) -> Self {
        Self { done: None, refusals }
    }

    /// The outcome of a row with malformed values, for which the rules found these further refusals.
    pub(crate) fn malformed(malformed: Vec<Refusal>, found: Vec<Refusal>) -> Self {
        Self::refused(with_malformed(malformed, found))
    }
}

/// A change of one object.
pub(crate) trait Change: Command {
    /// The id of the changed object.
    type Id: Serialize + DeserializeOwned + Copy + Ord + Send + 'static;

    /// Decides and writes.
    fn run(self, tx: Tx) -> impl Future<Output = Result<Self::Id>> + Send;
}

/// A change that a batch mutation can run for many objects.
pub(crate) trait InBatches: Change + Sync {
    /// The name of the batch mutation.
    const BATCH: &'static str;
    /// The name of the field of a row that contains the object's id.
    const OBJECT: &'static str;

    /// The id of the object that this row changes.
    fn object(&self) -> Self::Id;

    /// Takes the locks of all rows at once, in the same order in each batch, so that two batches never wait for each
    /// other.
    fn lock(tx: &Tx, rows: &[&Self]) -> impl Future<Output = Result<()>> + Send;
}

/// The rows of a batch.
#[derive(Serialize)]
#[serde(transparent)]
struct Rows<C>(Vec<Row<C>>);

impl<C: InBatches> Command for Rows<C> {
    const OPERATION: &'static str = C::BATCH;
}

/// Runs a change of one object, at most once for an idempotency key.
pub(crate) async fn one<C: Change>(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    change: C,
) -> Result<C::Id> {
    env.write_once(actor, key, change, |tx, change| change.run(tx)).await
}

/// Runs a change for each row, at most once for an idempotency key; returns one outcome for each row, in the same
/// order.
pub(crate) async fn each<C: InBatches>(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    rows: Vec<Row<C>>,
) -> Result<Vec<RowOutcome<C::Id>>> {
    check_batch("rows", rows.len())?;
    // A batch in which each row is malformed writes nothing, so it does not use up its key.
    let key = IdempotencyKey(key.0.filter(|_| rows.iter().any(Row::is_well_formed)));
    env.write_once(actor, key, Rows(rows), |tx, Rows(rows)| async move {
        let named: Vec<&C> = rows.iter().filter(|row| row.is_well_formed()).map(|row| &row.input).collect();
        C::lock(&tx, &named).await?;
        let mut outcomes = Vec::with_capacity(rows.len());
        let mut changed = BTreeSet::new();
        for row in rows {
            let object = row.is_well_formed().then(|| row.input.object());
            let mut outcome = outcome(&tx, row).await?;
            if object.is_some_and(|object| changed.contains(&object)) {
                outcome.refusals.iter_mut().for_each(Refusal::changed_in_request);
            }
            changed.extend(object.filter(|_| outcome.done.is_some()));
            outcomes.push(outcome);
        }
        Ok(outcomes)
    })
    .await
}

async fn outcome<C: InBatches>(tx: &Tx, row: Row<C>) -> Result<RowOutcome<C::Id>> {
    let Row { input, malformed, can_be_checked } = row;
    if !malformed.is_empty() {
        // The rules find further refusals. `at` rolls back all that they write.
        let found = match can_be_checked {
            true => refusals::<C>(tx.at(tx.now(), |tx| input.run(tx)).await)?.err().unwrap_or_default(),
            false => Vec::new(),
        };
        return Ok(RowOutcome::malformed(malformed, found));
    }
    Ok(match refusals::<C>(tx.savepoint(|tx| input.run(tx)).await)? {
        Ok(id) => RowOutcome::done(id),
        Err(refusals) => RowOutcome::refused(refusals),
    })
}

/// Separates the refusals of one row from the errors that end the whole batch.
fn refusals<C: InBatches>(result: Result<C::Id>) -> Result<std::result::Result<C::Id, Vec<Refusal>>> {
    match result {
        Ok(id) => Ok(Ok(id)),
        Err(Error::Refused(refusals)) => Ok(Err(refusals)),
        Err(Error::NotFound) => Ok(Err(vec![Refusal::not_found([C::OBJECT])])),
        Err(error) => Err(error),
    }
}

/// Refuses a batch that is empty or too large.
pub(crate) fn check_batch(field: &str, rows: usize) -> std::result::Result<(), Refusal> {
    match rows {
        0 => Err(Refusal::required(field)),
        1..=MAX_BATCH => Ok(()),
        _ => Err(Refusal::input(
            [field],
            Message::new(Key::TooMany).with("field", field).with("max", MAX_BATCH),
        )),
    }
}
