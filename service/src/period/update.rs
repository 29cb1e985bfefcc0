//! Changes the days of a period.

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
    period::{Period, PeriodDays},
    policy::organisation::{Scope, decide},
    time::Date,
};
use serde::Serialize;

/// New days of a period; the fields are those of [`PeriodDays`].
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of PeriodDays")]
pub struct UpdatePeriod {
    /// The year or part.
    pub period: PeriodId,
    /// The version that the client read.
    pub expected_version: i32,
    pub plan_deadline: Option<Date>,
    pub rating_from: Option<Date>,
    pub report_deadline: Option<Date>,
    pub rating_deadline: Option<Date>,
}

/// Changes the days of an open period; for admins of the agency. The deadline for plans is that of the year and of its
/// open parts.
pub async fn update_period(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: UpdatePeriod,
) -> Result<PeriodId> {
    env.write_once(actor, key, &input.clone(), move |tx| async move {
        let before = store::period::find(tx.source(), tx.actor().agency, input.period)
            .await?
            .ok_or(Error::NotFound)?;
        decide(OrganisationAction::UpdatePeriod, tx.actor(), Scope::default())?;
        if before.version != input.expected_version {
            return Err(Refusal::conflict(before.version).into());
        }
        let days = PeriodDays {
            plan_deadline: input.plan_deadline,
            rating_from: input.rating_from,
            report_deadline: input.report_deadline,
            rating_deadline: input.rating_deadline,
        };
        let after = tx.change(&before, before.update(days)?, EventKind::PeriodUpdated, None).await?;
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
