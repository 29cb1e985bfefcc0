//! Loads a period in order to change it.

use crate::{
    db::Tx,
    error::{Error, Result},
    store,
};
use domain::{
    Refusal,
    action::OrganisationAction,
    id::PeriodId,
    period::Period,
    policy::organisation::{Scope, decide},
};

/// Loads a period. Fails if the actor may not run the action, or if the client has not read the current version.
pub(super) async fn load_to_change(
    tx: &Tx,
    id: PeriodId,
    expected_version: i32,
    action: OrganisationAction,
) -> Result<Period> {
    let before = store::period::find(tx.source(), tx.actor().agency, id).await?.ok_or(Error::NotFound)?;
    decide(action, tx.actor(), Scope::default())?;
    if before.version == expected_version {
        Ok(before)
    } else {
        Err(Refusal::conflict(before.version).into())
    }
}
