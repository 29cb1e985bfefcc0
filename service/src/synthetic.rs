//! Marks databases with synthetic data. Only those, and empty databases, have a settable clock.

use crate::{
    env::{Env, machine_now},
    error::{Error, Result},
};
use domain::{
    actor::Actor,
    id::AgencyId,
    time::{Calendar, Instant, from_micros, to_micros},
};
use entity::{meta, org_unit};
use sea_orm::{ConnectionTrait, EntityTrait, Set, Statement, sea_query::OnConflict};

/// The calendar of a synthetic city: its root unit is in the time zone Asia/Jakarta.
pub const CALENDAR: Calendar = Calendar::JAKARTA;
/// Key of the mark.
const MARK: &str = "synthetic";
/// Value of the mark once the city is complete.
const COMPLETE: &str = "yes";
/// Key of the offset between this database's clock and the machine's, in microseconds.
const SHIFT: &str = "clock_shift";
/// Key of the last `drawn` value of the generated history; a real database has none.
pub(crate) const GENERATED: &str = "generated_entries";

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
    if !is_migrated(env).await? {
        return Ok(State::Empty);
    }
    let mark = meta::Entity::find_by_id(MARK).one(env.db.reader()).await?;
    Ok(match mark.as_ref().map(|row| row.value.as_str()) {
        Some(COMPLETE) => State::Synthetic,
        Some(_) => State::Unfinished,
        None if org_unit::Entity::find().one(env.db.reader()).await?.is_none() => State::Empty,
        None => State::Real,
    })
}

/// Whether any migration has been applied.
async fn is_migrated(env: &Env) -> Result<bool> {
    use migration::MigratorTrait;
    Ok(!migration::Migrator::get_applied_migrations_read_only(env.db.reader()).await?.is_empty())
}

/// Marks the database as synthetic, before the first row is written.
pub(crate) async fn begin(env: &Env) -> Result<()> {
    put(env, MARK, "begun".to_owned()).await
}

/// Marks the city as complete, after the last row.
pub(crate) async fn finish(env: &Env) -> Result<()> {
    let last = Statement::from_string(
        env.db.reader().get_database_backend(),
        "SELECT COALESCE(MAX(drawn), 0) FROM event",
    );
    let last = env.db.reader().query_one_raw(last).await?;
    let last: i64 = last.ok_or_else(|| Error::internal("no entries"))?.try_get_by_index(0)?;
    put(env, GENERATED, last.to_string()).await?;
    put(env, MARK, COMPLETE.to_owned()).await
}

async fn put(env: &Env, key: &'static str, value: String) -> Result<()> {
    env.write(&Actor::system(AgencyId(uuid::Uuid::nil())), move |tx| async move {
        let row = meta::ActiveModel { key: Set(key.to_owned()), value: Set(value) };
        meta::Entity::insert(row)
            .on_conflict(OnConflict::column(meta::Column::Key).update_column(meta::Column::Value).to_owned())
            .exec_without_returning(tx.connection())
            .await?;
        Ok(())
    })
    .await
}

/// Sets the clock of an empty or synthetic database. Without `wanted`, continues the stored clock. The clock never
/// goes back.
pub async fn set_clock(env: &Env, wanted: Option<Instant>) -> Result<()> {
    let known = meta::Entity::find_by_id(SHIFT).one(env.db.reader()).await?;
    let shift: i64 = known.map(|row| row.value.parse()).transpose().map_err(Error::internal)?.unwrap_or(0);
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
