//! Reads sets of criteria. They are public and need no login.

pub use crate::store::lists::criteria::CriteriaFilter;

use crate::{
    db::{Order, Page, PageRequest},
    env::Env,
    error::{Error, Result},
    store::{self, lists::criteria},
};
use domain::{
    criteria::{CriteriaSet, Criterion},
    id::{AgencyId, CriteriaSetId, CriterionId},
    time::{Calendar, Date},
};
use std::collections::HashMap;

/// Finds the agency whose data public queries without a login return: the oldest agency in the database.
pub async fn agency(env: &Env) -> Result<AgencyId> {
    Ok(agency_and_calendar(env).await?.0)
}

/// Like [`agency`], with the calendar of its days.
pub async fn agency_and_calendar(env: &Env) -> Result<(AgencyId, Calendar)> {
    store::org_unit::oldest_agency(env.db.source()).await?.ok_or(Error::NotFound)
}

/// Loads a page of an agency's sets, ordered by code and first day.
pub async fn list(
    env: &Env,
    agency: AgencyId,
    filter: &CriteriaFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<CriteriaSet>, Option<u64>)> {
    criteria::list(env.db.source(), agency, filter, order, request, count).await
}

/// Loads all criteria in force on a day, ordered by the code of their set and their position.
pub async fn in_force(env: &Env, agency: AgencyId, on: Date) -> Result<Vec<Criterion>> {
    let sets = store::criteria_set::in_force(env.db.source(), agency, on).await?;
    Ok(sets.into_iter().flat_map(|set| set.criteria).collect())
}

/// Loads a criterion of the agency.
pub async fn criterion(env: &Env, agency: AgencyId, id: CriterionId) -> Result<Option<Criterion>> {
    let sets = criteria::with_criterion(env.db.source(), agency, id).await?;
    Ok(sets.into_iter().flat_map(|set| set.criteria).find(|criterion| criterion.id == id))
}

/// Loads the agency's sets with these ids.
pub async fn by_ids(
    env: &Env,
    agency: AgencyId,
    ids: &[CriteriaSetId],
) -> Result<HashMap<CriteriaSetId, CriteriaSet>> {
    let sets = criteria::by_ids(env.db.source(), agency, ids).await?;
    Ok(sets.into_iter().map(|set| (set.id, set)).collect())
}
