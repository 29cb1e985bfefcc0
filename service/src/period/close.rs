//! Closes a part of a year, or a year once all its parts are closed.

use crate::{
    db::IdempotencyKey,
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    Refusal,
    action::OrganisationAction,
    actor::Actor,
    event::EventKind,
    id::PeriodId,
    policy::organisation::{Scope, decide},
};
use serde::Serialize;

/// A period to close.
#[derive(Clone, Debug, Serialize)]
pub struct ClosePeriod {
    /// The year or part.
    pub period: PeriodId,
    /// The version that the client read.
    pub expected_version: i32,
}

/// Closes a period; for admins of the agency.
pub async fn close_period(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: ClosePeriod,
) -> Result<PeriodId> {
    env.write_once(actor, key, &input.clone(), move |tx| async move {
        let before = store::period::find(tx.source(), tx.actor().agency, input.period)
            .await?
            .ok_or(Error::NotFound)?;
        decide(OrganisationAction::ClosePeriod, tx.actor(), Scope::default())?;
        if before.version != input.expected_version {
            return Err(Refusal::conflict(before.version).into());
        }
        let parts = store::period::year(tx.source(), before.id).await?;
        let open = parts.iter().filter(|part| part.id != before.id && part.is_open()).count();
        let after = before.close(open, tx.actor().calendar, tx.now())?;
        Ok(tx.change(&before, after, EventKind::PeriodClosed, None).await?.id)
    })
    .await
}
