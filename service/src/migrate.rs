//! Brings a database up to date.

use crate::{calendar, clock::Clock, criteria, db::Db, env::Env, error::Result, regulation};
use std::path::Path;

impl Db {
    /// Runs pending migrations and stores the regulations, criteria and calendars that ship with the server.
    pub async fn migrate(&self) -> Result<()> {
        self.run_migrations().await?;
        let env = Env::new(self.clone(), Clock::system(), Path::new(""));
        regulation::load_shipped(&env).await?;
        criteria::ship_missing(&env).await?;
        calendar::ship_missing(&env).await
    }
}
