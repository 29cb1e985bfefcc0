//! Generates a realistic synthetic city for the demo, tests and benchmarks, and lets its people act. The same seed
//! gives the same city.
//!
//! People and units stay in memory; plans and their dependent objects are written in batches. Every object has one
//! journal entry, with its final image. On some days of a year, about thirty people also have stories, which run
//! through the use cases.

/// Runs a test on both databases.
#[cfg(test)]
macro_rules! both {
    ($name:ident) => {
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(service::testing::TestDb::sqlite().await.expect("a database")).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(db) = service::testing::TestDb::postgres().await.expect("a database") {
                    super::$name(db).await;
                }
            }
        }
    };
}

pub mod colleagues;
mod days_off;
mod dice;
mod names;
mod people;
mod planted;
mod stories;
#[cfg(test)]
mod tests;
mod tree;
mod work;
mod year;

use chrono::Datelike;
use dice::Dice;
use domain::{
    actor::{Role, RoleGrant},
    calendar::{DaysOff, WorkCalendar},
    criteria::{CriteriaSet, NewCriteriaSet, berakhlak},
    id::{AgencyId, CriteriaSetId, CriterionId, PeriodId, RoleGrantId},
    period::{Cycle, NewYear, Period, PeriodStatus, open_year},
    regulation,
    time::Date,
};
use people::{City, Persona};
use service::{
    Env, Error, Result, access,
    synthetic::{self, Batch},
};
use stories::Cast;
use tokio::task::JoinHandle;
use work::{activity_of, is_level};

/// Size and seed of a city.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Number of people, 50 to 50,000.
    pub staff: u32,
    /// Number of years including the current one, 1 to 6.
    pub years: u32,
    /// The same seed gives the same city, except for the ids in its stories.
    pub seed: u64,
    /// Today's date in the city; it decides how far the current year has advanced.
    pub today: Date,
}

/// Progress of the generator.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The current step.
    pub what: &'static str,
    /// Finished person-years; their total is people times years.
    pub done: u64,
}

/// The `service` crate that this crate uses. The tests of `service` need this name, because it is another build than
/// the crate under test.
pub use service;
pub use service::synthetic::CALENDAR;
/// The seed of the demo's city.
pub const SEED: u64 = 1375;
/// The password of the demo's logins, which exist only in a synthetic database.
pub const PASSWORD: &str = "bukittinggi-2026";
/// The demo's API key for a reporting tool, which exists only in a synthetic database.
pub const API_KEY: &str = "knk_kunci-contoh-untuk-dasbor-bukittinggi";

/// A login of the demo.
#[derive(Clone, Debug)]
pub struct Login {
    /// The user name.
    pub user: &'static str,
    /// The role in the demo.
    pub who: &'static str,
}

/// Number of people per transaction.
const PEOPLE_AT_ONCE: usize = 100;

/// Generates a city in an empty database and marks the database as synthetic. Returns the names of the stories that
/// ended early.
pub async fn city(env: &Env, plan: &Plan, progress: impl Fn(Progress)) -> Result<Vec<&'static str>> {
    if !(50..=50_000).contains(&plan.staff) || !(1..=6).contains(&plan.years) {
        return Err(Error::internal("a city has 50 to 50,000 people and 1 to 6 years"));
    }
    synthetic::begin(env).await?;
    let dice = Dice::new(plan.seed);
    let first_year = plan.today.year() - i32::try_from(plan.years).unwrap_or(1) + 1;
    progress(Progress { what: "units and people", done: 0 });
    let city = City::new(&dice, plan, first_year)?;
    let years = (first_year..=plan.today.year())
        .map(|year| periods(&dice, city.agency, year, plan.today))
        .collect::<Result<Vec<_>>>()?;
    let rules = regulation::in_force_on(regulation::shipped_documents(), plan.today)
        .ok_or_else(|| Error::internal("no shipped regulation is in force"))?;
    let calendars = days_off::calendars(&dice, city.agency, rules)?;
    organisation(env, &dice, &city, (&years, &calendars)).await?;
    let days_off = DaysOff::of(&calendars);
    let cast = years.last().and_then(|periods| Cast::of(&city, periods, plan.today));
    let mut done = 0;
    // While a batch is written, the next one is made.
    let mut writing = None;
    for (number, periods) in years.iter().enumerate() {
        for people in (0..city.people.len()).collect::<Vec<_>>().chunks(PEOPLE_AT_ONCE) {
            let year = year::Year {
                city: &city,
                dice: &dice,
                periods,
                rules,
                days_off: &days_off,
                today: plan.today,
                continues: number > 0,
                cast: cast.as_ref(),
            };
            let mut batch = Batch::new(city.agency);
            for person in people {
                year.add(*person, &mut batch)?;
            }
            written(writing.take()).await?;
            writing = Some(tokio::spawn(synthetic::write(env.clone(), batch)));
            done += people.len() as u64;
            progress(Progress { what: "plans and evaluations", done });
        }
    }
    written(writing).await?;
    let mut early = Vec::new();
    if let Some(cast) = &cast {
        progress(Progress { what: "stories", done });
        early = stories::play(env, &city, &years, cast).await?;
        access::flush(env).await?;
    }
    synthetic::finish(env, city.agency).await?;
    Ok(early)
}

/// Waits until a batch is written.
async fn written(batch: Option<JoinHandle<Result<()>>>) -> Result<()> {
    match batch {
        Some(batch) => batch.await.map_err(Error::internal)?,
        None => Ok(()),
    }
}

/// The user names of the demo's employee and superior.
const EMPLOYEE: &str = Persona::Employee.login().0;
const SUPERIOR: &str = Persona::Superior.login().0;

/// Lists the demo logins that this database has.
pub async fn logins(env: &Env) -> Result<Vec<Login>> {
    let mut found = Vec::new();
    for persona in Persona::ALL {
        let (user, who) = persona.login();
        if synthetic::reader(env).person(user).await?.is_some() {
            found.push(Login { user, who });
        }
    }
    Ok(found)
}

/// Days after the rating deadline on which a period is closed.
const OPEN_AFTER_DEADLINE: i64 = 31;

/// Creates a year with its parts; periods with a rating deadline more than a month ago are closed.
fn periods(dice: &Dice, agency: AgencyId, year: i32, today: Date) -> Result<Vec<Period>> {
    let mut number = 0;
    let ids = || {
        number += 1;
        PeriodId(dice.id("period", year, number, 0))
    };
    let new =
        NewYear { year, cycle: Cycle::Quarterly, plan_deadline: None, report_days: None, rating_days: None };
    let mut periods = open_year(agency, &new, ids)?;
    for period in &mut periods {
        if (today - period.rating_deadline).num_days() > OPEN_AFTER_DEADLINE {
            period.status = PeriodStatus::Closed;
            let day = period.rating_deadline + chrono::Duration::days(OPEN_AFTER_DEADLINE);
            period.closed_at = Some(CALENDAR.start_of(day) + chrono::Duration::hours(9));
        }
    }
    Ok(periods)
}

/// Writes units, positions, people, criteria, calendars, periods, roles and logins.
async fn organisation(
    env: &Env,
    dice: &Dice,
    city: &City,
    (years, calendars): (&[Vec<Period>], &[WorkCalendar]),
) -> Result<()> {
    let mut batch = Batch::new(city.agency);
    let founded = city.founded();
    for unit in &city.units {
        batch.unit(unit, founded)?;
    }
    for position in &city.positions {
        batch.position(position, founded)?;
    }
    for person in &city.people {
        batch.staff(&person.staff, founded)?;
    }
    // In the order of the tree: a superior comes before their reports.
    for person in &city.people {
        batch.assignment(&person.assignment, &city.above(person), founded)?;
    }
    let mut number = 0;
    let criteria = CriteriaSet::create(
        CriteriaSetId(dice.id("criteria", 0, 0, 0)),
        city.agency,
        NewCriteriaSet {
            code: "BERAKHLAK".to_owned(),
            name_id: "Perilaku kerja BerAKHLAK".to_owned(),
            name_en: "BerAKHLAK work behaviour".to_owned(),
            regulation: regulation::PERMENPANRB_6_2022.to_owned(),
            valid_from: Date::from_ymd_opt(2022, 2, 3).unwrap_or_default(),
            criteria: berakhlak(),
        },
        || {
            number += 1;
            CriterionId(dice.id("criterion", 0, number, 0))
        },
    )?;
    batch.criteria(&criteria, founded)?;
    for calendar in calendars {
        batch.calendar(calendar, founded)?;
    }
    for period in years.iter().flatten() {
        batch.period(period, founded)?;
    }
    roles_and_logins(&mut batch, dice, city)?;
    synthetic::write(env.clone(), batch).await
}

fn roles_and_logins(batch: &mut Batch, dice: &Dice, city: &City) -> Result<()> {
    let hash = synthetic::password_hash(PASSWORD)?;
    let founded = city.founded();
    for persona in Persona::ALL {
        let person = &city.people[city.persona(persona)];
        let role = match persona {
            Persona::PerformanceTeam => Some((Role::PerformanceTeam, person.department)),
            Persona::Admin => Some((Role::Admin, domain::id::UnitId(city.agency.0))),
            Persona::Auditor => Some((Role::Auditor, domain::id::UnitId(city.agency.0))),
            Persona::Employee | Persona::Superior | Persona::UnitHead | Persona::Mayor => None,
        };
        if let Some((role, unit)) = role {
            let grant = RoleGrant {
                id: RoleGrantId(dice.id("grant", 0, persona as i32, 0)),
                agency: city.agency,
                staff: person.staff.id,
                role,
                unit,
                granted_at: founded,
                revoked_at: None,
                version: 1,
            };
            batch.role(&grant)?;
        }
        let id = dice.id("account", 0, persona as i32, 0);
        batch.account(id, person.staff.id, persona.login().0, &hash, founded);
    }
    let admin = city.people[city.persona(Persona::Admin)].staff.id;
    let (id, hash) = (dice.id("key", 0, 0, 0), synthetic::key_hash(API_KEY));
    batch.api_key(id, "Dasbor contoh", hash, admin, founded);
    Ok(())
}
