//! Reads periods. Everyone in the agency can see them.

pub use crate::store::lists::periods::PeriodFilter;

use crate::{
    db::{Order, Page, PageRequest},
    env::Env,
    error::Result,
    store::{self, lists::periods},
};
use domain::{actor::Actor, id::PeriodId, period::Period};
use std::collections::HashMap;

/// Loads a page of periods, ordered by year and part.
pub async fn list(
    env: &Env,
    actor: &Actor,
    filter: &PeriodFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Period>, Option<u64>)> {
    periods::list(env.db.source(), actor, filter, order, request, count).await
}

/// Loads the agency's periods with these ids.
pub async fn by_ids(env: &Env, actor: &Actor, ids: &[PeriodId]) -> Result<HashMap<PeriodId, Period>> {
    store::period::by_ids(env.db.source(), actor.agency, ids).await
}

/// Loads the parts of years, in order.
pub async fn parts(env: &Env, actor: &Actor, years: &[PeriodId]) -> Result<HashMap<PeriodId, Vec<Period>>> {
    let source = env.db.source();
    let mut found: HashMap<PeriodId, Vec<Period>> = HashMap::new();
    for part in store::period::parts_of_agency(source, actor.agency, years).await? {
        if let Some(year) = part.parent {
            found.entry(year).or_default().push(part);
        }
    }
    Ok(found)
}
