//! Databases with synthetic data: their mark, their clock, and what the crate `generate` needs to fill them. Only
//! synthetic and empty databases have a clock that can be set.

pub use crate::store::{
    batch::Batch,
    city_reader::{CityReader, Whose},
};

use crate::{
    db::{begin_filling, end_filling, write_through},
    env::{Env, machine_now},
    error::{Error, Result},
    feedback, identity, report,
    store::meta,
};
use domain::{
    actor::Actor,
    id::{AgencyId, StaffId},
    time::{Calendar, Instant, from_micros, to_micros},
};

/// The calendar of a synthetic city: its root unit is in the time zone Asia/Jakarta.
pub const CALENDAR: Calendar = Calendar::JAKARTA;
/// Key in the table `meta` of the mark that the data is synthetic.
const MARK: &str = "synthetic";
/// Value of the mark once the city is complete.
const COMPLETE: &str = "yes";
/// Key of the offset between this database's clock and the machine's, in microseconds.
const SHIFT: &str = "clock_shift";

/// Contents of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing yet.
    Empty,
    /// Data of real people.
    Real,
    /// A synthetic city.
    Synthetic,
    /// A synthetic city that is incomplete because its generation was interrupted.
    Unfinished,
}

/// Determines the contents of the database; works before migrations have run.
pub async fn state(env: &Env) -> Result<State> {
    if !meta::is_migrated(env.db.reader()).await? {
        return Ok(State::Empty);
    }
    Ok(match meta::get(env.db.reader(), MARK).await?.as_deref() {
        Some(COMPLETE) => State::Synthetic,
        Some(_) => State::Unfinished,
        None if reader(env).has_units().await? => State::Real,
        None => State::Empty,
    })
}

/// Marks an empty database as synthetic, before the first row is written.
///
/// # Errors
/// An internal error, if the database is not empty.
pub async fn begin(env: &Env) -> Result<()> {
    if state(env).await? != State::Empty {
        return Err(Error::internal("the database is not empty"));
    }
    put(env, MARK, "begun".to_owned()).await?;
    begin_filling(&env.db).await
}

/// Writes a batch in one transaction, as the system. Only between [`begin`] and [`finish`].
///
/// # Errors
/// An internal error on any other database: real data changes only through the use cases.
pub async fn write(env: Env, batch: Batch) -> Result<()> {
    if state(&env).await? != State::Unfinished {
        return Err(Error::internal("only an unfinished synthetic city is written in batches"));
    }
    env.write(&Actor::system(batch.agency()), move |tx| async move { batch.insert(&tx).await }).await
}

/// Marks the city as complete, after the last row: stores the figures of its closed periods, and the `drawn` value of
/// the last generated journal entry.
pub async fn finish(env: &Env, agency: AgencyId) -> Result<()> {
    let system = identity::system(env, agency).await?;
    report::keep_missing_figures(env, &system).await?;
    put(env, meta::GENERATED, meta::last_drawn(env.db.reader()).await?.to_string()).await?;
    // The city must be on the disk before the mark, so that a crash can't leave a marked city that is incomplete.
    end_filling(&env.db).await?;
    write_through(&env.db).await?;
    put(env, MARK, COMPLETE.to_owned()).await
}

/// Returns the queries with which the simulated people read the city.
#[must_use]
pub fn reader(env: &Env) -> CityReader {
    CityReader::new(env.db.clone())
}

/// Returns a person of the city as the actor of a use case, with their rights now.
pub async fn actor(env: &Env, agency: AgencyId, staff: StaffId) -> Result<Actor> {
    identity::load_actor_in(env.db.reader(), env.now(), agency, staff).await
}

/// Releases the feedback of the city that is due at the environment's time, as the tick does.
pub async fn release_feedback(env: &Env, agency: AgencyId) -> Result<u64> {
    feedback::release_due(env, &identity::system(env, agency).await?).await
}

/// Hashes the password of the city's accounts, which share one hash.
pub fn password_hash(password: &str) -> Result<String> {
    identity::hash_now(password)
}

/// Hashes an API key of the city.
#[must_use]
pub fn key_hash(key: &str) -> String {
    identity::hash_of(key)
}

async fn put(env: &Env, key: &'static str, value: String) -> Result<()> {
    let system = Actor::system(AgencyId(uuid::Uuid::nil()));
    env.write(&system, move |tx| async move { meta::put(&tx, key, value).await }).await
}

/// Sets the clock of an empty or synthetic database. Without `wanted`, continues the stored clock. The clock never
/// goes back.
pub async fn set_clock(env: &Env, wanted: Option<Instant>) -> Result<()> {
    let known = meta::get(env.db.reader(), SHIFT).await?;
    let shift: i64 = known.map(|value| value.parse()).transpose().map_err(Error::internal)?.unwrap_or(0);
    let continued = from_micros(to_micros(machine_now()) + shift);
    let Some(wanted) = wanted else {
        env.clock.set(continued);
        return Ok(());
    };
    match state(env).await? {
        State::Empty => {}
        State::Real | State::Unfinished => {
            return Err(Error::internal("only a synthetic database has a settable clock"));
        }
        // The same command line on the same day continues the clock.
        State::Synthetic if CALENDAR.day(wanted) == CALENDAR.day(continued) => {
            env.clock.set(continued);
            return Ok(());
        }
        State::Synthetic if wanted < continued => {
            return Err(Error::internal(format!(
                "the clock of this city is at {} already and never goes back",
                CALENDAR.day(continued)
            )));
        }
        State::Synthetic => {}
    }
    put(env, SHIFT, (to_micros(wanted) - to_micros(machine_now())).to_string()).await?;
    env.clock.set(wanted);
    Ok(())
}
