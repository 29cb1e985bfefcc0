//! Reads regulations. They are public and need no login.

use super::LoadedRegulation;
use crate::{
    env::Env,
    error::{Error, Result},
};
use domain::{
    id::{AgencyId, RegulationId},
    regulation::RegulationRef,
};
use std::sync::Arc;

/// Loads the regulations of an agency and the shipped ones, newest first.
pub async fn all(env: &Env, agency: AgencyId) -> Result<Vec<Arc<LoadedRegulation>>> {
    env.regulations().all(env.db.source(), agency).await
}

/// Loads one regulation that is available to the agency.
pub async fn regulation(env: &Env, agency: AgencyId, id: RegulationId) -> Result<Arc<LoadedRegulation>> {
    all(env, agency).await?.into_iter().find(|one| one.stored.id == id).ok_or(Error::NotFound)
}

/// Loads the regulation that an evaluation of the agency pins.
pub async fn pinned(env: &Env, agency: AgencyId, reference: &RegulationRef) -> Result<Arc<LoadedRegulation>> {
    env.regulations().pinned(env.db.source(), agency, reference).await
}
