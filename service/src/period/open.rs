//! Opens a year with its parts.

use crate::{
    db::{Command, IdempotencyKey},
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
    period::{NewYear, open_year},
    policy::organisation::{Scope, decide},
};
use serde::Serialize;

/// A year to open.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct OpenPeriod(pub NewYear);

impl Command for OpenPeriod {
    const OPERATION: &'static str = "openPeriod";
}

/// Opens a year; for admins of the agency.
pub async fn open_period(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: OpenPeriod,
) -> Result<PeriodId> {
    env.write_once(actor, key, input, |tx, OpenPeriod(new)| async move {
        decide(OrganisationAction::OpenPeriod, tx.actor(), Scope::default())?;
        let agency = tx.actor().agency;
        store::org_unit::lock(&tx, UnitId(agency.0)).await?;
        let periods = open_year(agency, &new, || PeriodId(fresh_id()))?;
        if !store::period::of_years(tx.source(), agency, [new.year]).await?.is_empty() {
            let message = Message::new(Key::Duplicate).with("field", "year").with("value", new.year);
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
