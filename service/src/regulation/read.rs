//! Reads regulations. They are public: nobody needs a login to learn by what rules people are appraised.

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

/// The regulations that an agency knows, the newest first.
pub async fn all(env: &Env, agency: AgencyId) -> Result<Vec<Arc<LoadedRegulation>>> {
    env.regulations.all(env.db.source(), agency).await
}

/// One of them.
pub async fn regulation(env: &Env, agency: AgencyId, id: RegulationId) -> Result<Arc<LoadedRegulation>> {
    all(env, agency).await?.into_iter().find(|one| one.stored.id == id).ok_or(Error::NotFound)
}

/// The one that an evaluation of the agency pins.
pub async fn pinned(env: &Env, agency: AgencyId, reference: &RegulationRef) -> Result<Arc<LoadedRegulation>> {
    env.regulations.pinned(env.db.source(), agency, reference).await
}
