//! Opens a year with its parts.

use crate::{
    db::IdempotencyKey,
    env::{Env, fresh_id},
    error::Result,
    store,
};
use domain::{
    Key, Message, Refusal,
    action::OrganisationAction,
    actor::Actor,
    event::EventKind,
    id::{PeriodId, UnitId},
    period::{Cycle, NewYear, open_year},
    policy::organisation::{Scope, decide},
    time::Date,
};
use serde::Serialize;

/// A year to open.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of NewYear")]
pub struct OpenPeriod {
    pub year: i32,
    pub cycle: Cycle,
    pub plan_deadline: Option<Date>,
    pub report_days: Option<u32>,
    pub rating_days: Option<u32>,
}

/// Opens a year; for admins of the agency.
pub async fn open_period(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: OpenPeriod,
) -> Result<PeriodId> {
    env.write_once(actor, key, &input.clone(), move |tx| async move {
        decide(OrganisationAction::OpenPeriod, tx.actor(), Scope::default())?;
        store::org_unit::lock(&tx, UnitId(tx.actor().agency.0)).await?;
        let new = NewYear {
            agency: tx.actor().agency,
            year: input.year,
            cycle: input.cycle,
            plan_deadline: input.plan_deadline,
            report_days: input.report_days,
            rating_days: input.rating_days,
        };
        let periods = open_year(&new, || PeriodId(fresh_id()))?;
        if !store::period::of_years(tx.source(), new.agency, [input.year]).await?.is_empty() {
            let message = Message::new(Key::Duplicate).with("field", "year").with("value", input.year);
            return Err(Refusal::input(["year"], message).into());
        }
        let mut year = None;
        for period in periods {
            let opened = tx.create(period, EventKind::PeriodOpened, None).await?;
            year.get_or_insert(opened.id);
        }
        Ok(year.unwrap_or(PeriodId(uuid::Uuid::nil())))
    })
    .await
}
