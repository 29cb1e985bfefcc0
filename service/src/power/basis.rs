//! Where the rules about power read from.

use crate::{
    db::{DatabaseConnection, DatabaseTransaction, Separation, Source, Tx},
    env::Env,
};
use domain::{actor::Actor, id::AgencyId, time::Date};

/// What the rules about power are decided from: a unit of work, or the read pool.
pub(crate) struct Basis<'a, C> {
    pub source: Source<'a, C>,
    pub separation: Separation,
    pub agency: AgencyId,
    pub today: Date,
}

impl<C> Clone for Basis<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C> Copy for Basis<'_, C> {}

impl<'a> Basis<'a, DatabaseTransaction> {
    /// The state within a unit of work.
    pub fn of(tx: &'a Tx) -> Self {
        let (source, separation) = (tx.source(), tx.separation());
        Self { source, separation, agency: tx.actor().agency, today: tx.today() }
    }
}

impl<'a> Basis<'a, DatabaseConnection> {
    /// The state that a query of the actor reads.
    pub fn of_query(env: &'a Env, actor: &Actor) -> Self {
        let (source, separation) = (env.db.source(), env.separation);
        Self { source, separation, agency: actor.agency, today: env.today(actor) }
    }
}
