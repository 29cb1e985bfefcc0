//! Changes the days of a period.

use super::load::load_to_change;
use crate::{
    db::{Command, IdempotencyKey},
    env::Env,
    error::Result,
    store,
};
use domain::{
    action::OrganisationAction,
    actor::Actor,
    event::EventKind,
    id::PeriodId,
    period::{Period, PeriodDays},
};
use serde::Serialize;

/// New days of a period.
#[derive(Clone, Debug, Serialize)]
pub struct UpdatePeriod {
    /// The year or part.
    pub period: PeriodId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The new days.
    pub days: PeriodDays,
}

impl Command for UpdatePeriod {
    const OPERATION: &'static str = "updatePeriod";
}

/// Changes the days of an open period; for admins of the agency. A new deadline for the plans of a year also applies to
/// its open parts.
pub async fn update_period(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: UpdatePeriod,
) -> Result<PeriodId> {
    env.write_once(actor, key, input, move |tx, input| async move {
        let action = OrganisationAction::UpdatePeriod;
        let before = load_to_change(&tx, input.period, input.expected_version, action).await?;
        let after = tx.change(&before, before.update(input.days)?, EventKind::PeriodUpdated, None).await?;
        if after.is_year() && after.plan_deadline != before.plan_deadline {
            for part in store::period::year(tx.source(), after.id).await? {
                if part.id != after.id && part.is_open() {
                    let next = Period { plan_deadline: after.plan_deadline, ..part.clone() };
                    tx.change(&part, next, EventKind::PeriodUpdated, None).await?;
                }
            }
        }
        Ok(after.id)
    })
    .await
}
