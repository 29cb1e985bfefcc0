//! Opens a year with its parts.

use crate::{
    db::{Command, IdempotencyKey, lock_row},
    env::{Env, fresh_id},
    error::Result,
    store,
};
use domain::{
    Key, Message, Refusal,
    action::OrganisationAction,
    actor::Actor,
    event::EventKind,
    id::PeriodId,
    period::{NewYear, open_year},
    policy::organisation::{Scope, decide},
};
use sea_orm::{ColumnTrait, Condition};
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
        let root = Condition::all().add(entity::org_unit::Column::Id.eq(agency.0));
        lock_row::<entity::org_unit::Entity>(&tx, root).await?;
        let periods = open_year(agency, &new, || PeriodId(fresh_id()))?;
        let which = Condition::all()
            .add(entity::period::Column::AgencyId.eq(agency.0))
            .add(entity::period::Column::Year.eq(new.year));
        if !store::period::load(tx.source(), which).await?.is_empty() {
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
