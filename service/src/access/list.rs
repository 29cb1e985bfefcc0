//! Lists the access log. Auditors see all of it; everyone else sees the reads of data about themselves.

pub use crate::store::lists::access_log::{AccessEntry, AccessFilter};

use crate::{
    db::{Order, Page, PageRequest},
    directory::must_be_person,
    env::Env,
    error::Result,
    store::lists::access_log,
};
use domain::actor::Actor;

/// Loads a page of the access log, ordered by the time of the first read or refusal.
pub async fn list(
    env: &Env,
    actor: &Actor,
    filter: &AccessFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<AccessEntry>, Option<u64>)> {
    must_be_person(actor)?;
    access_log::list(env.db.source(), actor, filter, order, request, count).await
}
