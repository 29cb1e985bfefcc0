//! The calendar of working days: holidays and joint leave of an agency, a year at a time.

use crate::{
    db::{Command, IdempotencyKey, Tx},
    env::{Env, fresh_id},
    error::Result,
    store,
};
use domain::{
    Refusal,
    action::OrganisationAction,
    actor::Actor,
    calendar::{WorkCalendar, YearOfDaysOff, first_years},
    event::EventKind,
    id::{AgencyId, CalendarId, UnitId},
    policy::{
        Allowed,
        organisation::{Scope, decide},
    },
};
use serde::Serialize;

/// The days off of a year.
#[derive(Clone, Debug, Serialize)]
pub struct SetCalendar {
    /// All days off of the year; they replace those that are stored.
    #[serde(flatten)]
    pub days_off: YearOfDaysOff,
    /// The version that the client read; required if the year has a calendar.
    pub expected_version: Option<i32>,
}

impl Command for SetCalendar {
    const OPERATION: &'static str = "setCalendar";
}

/// Sets the days off in a year; for admins and the performance team of the agency. If the change makes a running
/// objection period longer, the period gets its new last day. No period gets shorter.
pub async fn set_calendar(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: SetCalendar,
) -> Result<CalendarId> {
    env.write_once(actor, key, input, |tx, SetCalendar { days_off, expected_version }| async move {
        decide(OrganisationAction::SetCalendar, tx.actor(), Scope::default())?;
        let agency = tx.actor().agency;
        store::org_unit::lock(&tx, UnitId(agency.0)).await?;
        let stored = store::calendar::of_year(tx.source(), agency, days_off.year).await?;
        let set = match stored {
            None if expected_version.is_some() => return Err(Refusal::not_found(["year"]).into()),
            None => {
                let first = WorkCalendar::create(CalendarId(fresh_id()), agency, days_off)?;
                tx.create(first, EventKind::CalendarSet, None).await?
            }
            Some(before) => {
                if expected_version != Some(before.version) {
                    return Err(Refusal::conflict(before.version).into());
                }
                let after = before.change(days_off.days)?;
                if after == before {
                    return Ok(before.id);
                }
                tx.change(&before, after, EventKind::CalendarSet, None).await?
            }
        };
        lengthen_objections(&tx).await?;
        Ok(set.id)
    })
    .await
}

/// Makes the objection period of results longer, if it is still running and the new days off give a later last day.
async fn lengthen_objections(tx: &Tx) -> Result<()> {
    let (source, agency, today) = (tx.source(), tx.actor().agency, tx.today());
    let found = store::evaluation::open_to_objection(source, agency, today).await?;
    store::lock_plans(tx, found.iter().map(|one| one.plan)).await?;
    let waiting = store::evaluation::open_to_objection(source, agency, today).await?;
    let calendar = tx.actor().calendar;
    let Some(first) = waiting.iter().filter_map(|one| one.received_on(calendar)).min() else { return Ok(()) };
    let days_off = store::calendar::days_off(source, agency, first).await?;
    for before in waiting {
        let rules = tx.regulations().pinned(source, agency, &before.regulation).await?;
        if let Some(after) = before.with_longer_objection(&rules.document, &days_off, (calendar, today))? {
            tx.change(&before, after, EventKind::ObjectionExtended, None).await?;
        }
    }
    Ok(())
}

/// Loads a calendar by id. Everyone in the agency can see it.
pub async fn calendar(env: &Env, actor: &Actor, id: CalendarId) -> Result<Option<WorkCalendar>> {
    store::calendar::find(env.db.source(), actor.agency, id).await
}

/// Loads the calendar of a year. Everyone in the agency can see it.
pub async fn of_year(env: &Env, actor: &Actor, year: i32) -> Result<Option<WorkCalendar>> {
    store::calendar::of_year(env.db.source(), actor.agency, year).await
}

/// Lists what the actor can do to a calendar.
#[must_use]
pub fn actions(actor: &Actor) -> Vec<Allowed> {
    let action = OrganisationAction::SetCalendar;
    let refusal = decide(action, actor, Scope::default()).err();
    vec![Allowed { action: action.into(), refusal, who_can: Vec::new() }]
}

/// Gives an agency its first calendars: the holidays of the regulation that it follows today.
pub(crate) async fn ship(tx: &Tx, agency: AgencyId) -> Result<()> {
    let Some(followed) = tx.regulations().in_force(tx.source(), agency, tx.today()).await? else {
        return Ok(());
    };
    let years = first_years(&followed.document).into_iter();
    let calendars = years.map(|year| WorkCalendar::create(CalendarId(fresh_id()), agency, year));
    tx.create_all(calendars.collect::<std::result::Result<_, _>>()?, EventKind::CalendarSet, None).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        db::Db,
        env::Clock,
        identity::{CreateAgency, create_agency},
        migrate::ship_missing,
        testing::{TestDb, audit},
    };
    use entity::calendar;
    use sea_orm::EntityTrait;

    #[tokio::test(flavor = "multi_thread")]
    async fn an_agency_without_calendars_gets_the_holidays_of_its_regulation_once() {
        let sqlite = TestDb::sqlite().await.expect("a database");
        let postgres = TestDb::postgres().await.expect("a database");
        for db in std::iter::once(sqlite).chain(postgres) {
            let connected = Db::connect(&db.options).await.expect("a connection");
            let now = "2026-10-15T02:00:00Z".parse().expect("an instant");
            let env = Env::new(connected, Clock::fixed(now), db.folder.path());
            ship_missing(&env).await.expect("no agency yet");
            let rows = async || calendar::Entity::find().all(env.db.reader()).await.expect("rows");
            assert_eq!(rows().await, []);
            let text = |text: &str| text.to_owned();
            let input = CreateAgency {
                code: text("KOTA"),
                agency: text("Kota Contoh"),
                name: text("Admin"),
                user: text("admin"),
                password: text("kata sandi yang panjang"),
            };
            let agency = create_agency(&env, input).await.expect("an agency");
            let shipped = rows().await;
            let years: std::collections::BTreeSet<_> =
                shipped.iter().map(|row| (row.agency_id, row.year)).collect();
            assert_eq!(years, [(agency.0, 2026), (agency.0, 2027)].into());
            assert!(shipped.iter().all(|row| row.days.contains("Proklamasi Kemerdekaan")), "{shipped:?}");
            ship_missing(&env).await.expect("nothing to do");
            assert_eq!(rows().await, shipped);
            assert_eq!(audit::findings(&env).await.expect("entries"), Vec::<String>::new());

            // An agency of an earlier version has no calendars.
            crate::testing::sql(&env, "DELETE FROM calendar").await.expect("deleted");
            ship_missing(&env).await.expect("stored");
            assert_eq!(rows().await.len(), 2);
        }
    }
}
