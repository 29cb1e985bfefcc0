//! Databases with synthetic data: they are marked, and only they may have a settable clock.

use crate::{
    env::{Env, machine_now},
    error::{Error, Result},
};
use domain::{
    actor::Actor,
    id::AgencyId,
    time::{Instant, from_micros, to_micros},
};
use entity::{meta, org_unit};
use sea_orm::{EntityTrait, PaginatorTrait, Set, sea_query::OnConflict};

/// The mark.
const MARK: &str = "synthetic";
/// How far the clock is ahead of the machine's, in microseconds.
const SHIFT: &str = "clock_shift";

/// Whether the database is marked synthetic.
pub async fn is_marked(env: &Env) -> Result<bool> {
    Ok(meta::Entity::find_by_id(MARK).one(env.db.reader()).await?.is_some())
}

/// Whether it holds no agency yet.
pub async fn is_empty(env: &Env) -> Result<bool> {
    Ok(org_unit::Entity::find().count(env.db.reader()).await? == 0)
}

/// Marks the database.
pub(crate) async fn mark(env: &Env) -> Result<()> {
    put(env, MARK, "yes".to_owned()).await
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

/// Sets the clock of an empty or synthetic database and goes on with it on later starts; never back.
pub async fn set_clock(env: &Env, wanted: Option<Instant>) -> Result<()> {
    let known = meta::Entity::find_by_id(SHIFT).one(env.db.reader()).await?;
    let shift: i64 = known.map(|row| row.value.parse()).transpose().map_err(Error::internal)?.unwrap_or(0);
    let going_on = from_micros(to_micros(machine_now()) + shift);
    let Some(wanted) = wanted else {
        env.clock.set(going_on);
        return Ok(());
    };
    if !is_empty(env).await? {
        if !is_marked(env).await? {
            return Err(Error::internal("only a synthetic database has a settable clock"));
        }
        if wanted < going_on {
            return Err(Error::internal(format!(
                "the clock of this city is at {} already and never goes back",
                going_on.date_naive()
            )));
        }
    }
    put(env, SHIFT, (to_micros(wanted) - to_micros(machine_now())).to_string()).await?;
    env.clock.set(wanted);
    Ok(())
}
