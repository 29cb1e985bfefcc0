//! Closes and reopens periods. A year can be closed after all its parts.

use super::{load::load_to_change, unfinished::count};
use crate::{
    db::{Command, IdempotencyKey},
    env::Env,
    error::Result,
    report, store,
};
use domain::{action::OrganisationAction, actor::Actor, event::EventKind, id::PeriodId, period::Closing};
use serde::Serialize;

/// A period to close.
#[derive(Clone, Debug, Serialize)]
pub struct ClosePeriod {
    /// The year or part.
    pub period: PeriodId,
    /// The version that the client read.
    pub expected_version: i32,
    /// Whether to close the period although work is unfinished. False is left out of the JSON that is hashed, so that
    /// replays of inputs older than this field still match.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub confirm: bool,
}

impl Command for ClosePeriod {
    const OPERATION: &'static str = "closePeriod";
}

/// Closes a year or a part of it; for admins of the agency.
pub async fn close_period(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: ClosePeriod,
) -> Result<PeriodId> {
    let minimum = env.minimum_group;
    env.write_once(actor, key, input, move |tx, input| async move {
        let action = OrganisationAction::ClosePeriod;
        let before = load_to_change(&tx, input.period, input.expected_version, action).await?;
        let parts = store::period::year(tx.source(), before.id).await?;
        let open_parts = parts.iter().filter(|part| part.id != before.id && part.is_open()).count();
        let unfinished = count(tx.source(), &before).await?;
        let closing = Closing { open_parts, unfinished: &unfinished, confirm: input.confirm };
        let after = before.close(&closing, tx.actor().calendar, tx.now())?;
        let closed = tx.change(&before, after, EventKind::PeriodClosed, None).await?;
        report::keep_figures(&tx, &closed, minimum).await?;
        Ok(closed.id)
    })
    .await
}

/// A closed period to reopen.
#[derive(Clone, Debug, Serialize)]
pub struct ReopenPeriod {
    /// The year or part.
    pub period: PeriodId,
    /// The version that the client read.
    pub expected_version: i32,
    /// Why the period is reopened.
    pub reason: String,
}

impl Command for ReopenPeriod {
    const OPERATION: &'static str = "reopenPeriod";
}

/// Reopens a closed period; for admins of the agency.
pub async fn reopen_period(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: ReopenPeriod,
) -> Result<PeriodId> {
    env.write_once(actor, key, input, move |tx, input| async move {
        let action = OrganisationAction::ReopenPeriod;
        let before = load_to_change(&tx, input.period, input.expected_version, action).await?;
        let year = match before.parent {
            Some(year) => store::period::find(tx.source(), before.agency, year).await?,
            None => None,
        };
        let after = before.reopen(&input.reason, year.as_ref())?;
        Ok(tx.change(&before, after, EventKind::PeriodReopened, Some(input.reason.trim())).await?.id)
    })
    .await
}
