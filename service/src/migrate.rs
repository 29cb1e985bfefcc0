//! Brings a database up to date.

use crate::{
    calendar,
    clock::Clock,
    criteria,
    db::Db,
    env::Env,
    error::Result,
    regulation,
    store::{
        meta,
        org_unit::{self, Shipped},
    },
};
use domain::{actor::Actor, id::UnitId};
use std::path::Path;

impl Db {
    /// Whether any migration was applied to the database. Only reads.
    pub async fn is_migrated(&self) -> Result<bool> {
        meta::is_migrated(self.reader()).await
    }

    /// Runs pending migrations and stores the regulations, criteria and calendars that ship with the server.
    pub async fn migrate(&self) -> Result<()> {
        self.run_migrations().await?;
        let env = Env::new(self.clone(), Clock::system(), Path::new(""));
        regulation::load_shipped(&env).await?;
        ship_missing(&env).await
    }
}

/// Stores the first criteria and calendars of agencies that have none, such as agencies of an earlier version of the
/// server.
pub(crate) async fn ship_missing(env: &Env) -> Result<()> {
    for what in [Shipped::Criteria, Shipped::Calendars] {
        for agency in org_unit::agencies_without(env.db.source(), what).await? {
            env.write(&Actor::system(agency), move |tx| async move {
                // Another server on the same database may do the same.
                org_unit::lock(&tx, UnitId(agency.0)).await?;
                if !org_unit::agencies_without(tx.source(), what).await?.contains(&agency) {
                    return Ok(());
                }
                match what {
                    Shipped::Criteria => criteria::ship(&tx, agency).await,
                    Shipped::Calendars => calendar::ship(&tx, agency).await,
                }
            })
            .await?;
        }
    }
    Ok(())
}
