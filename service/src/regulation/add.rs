//! Adds a version of a regulation. Existing results do not change: evaluations keep the version that they pin.

use super::{
    StoredRegulation,
    check::{ReceivedDocument, exists, receive_document},
    hash,
};
use crate::{
    db::{Command, IdempotencyKey},
    env::{Env, fresh_id},
    error::{Error, Result},
    store,
};
use domain::{
    Refusal,
    action::OrganisationAction,
    actor::Actor,
    event::EventKind,
    id::{RegulationId, UnitId, UploadId},
    policy::organisation::{Scope, decide},
};
use serde::Serialize;

/// A regulation to add.
#[derive(Clone, Debug, Serialize)]
pub struct AddRegulation {
    /// The document: TOML or JSON.
    pub upload: UploadId,
}

impl Command for AddRegulation {
    const OPERATION: &'static str = "addRegulation";
}

/// Adds a regulation; for admins of the agency. Adding the same text again returns the stored one.
pub async fn add_regulation(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: AddRegulation,
) -> Result<RegulationId> {
    let ReceivedDocument { text, format, read } = receive_document(env, actor, input.upload).await?;
    let document = read.map_err(|findings| {
        let refusals = findings.into_iter().map(|finding| {
            let path = std::iter::once("document").chain(finding.path.split('.').filter(|at| !at.is_empty()));
            Refusal::input(path, finding.message)
        });
        Error::from(refusals.collect::<Vec<_>>())
    })?;
    env.write_once(actor, key, input, move |tx, _| async move {
        decide(OrganisationAction::AddRegulation, tx.actor(), Scope::default())?;
        let agency = tx.actor().agency;
        store::org_unit::lock(&tx, UnitId(agency.0)).await?;
        let known = tx.regulations().all(tx.source(), agency).await?;
        match known.iter().find(|one| one.document.reference() == document.reference()) {
            Some(one) if one.stored.sha256 == hash(&text) => return Ok(one.stored.id),
            Some(_) => return Err(Refusal::input(["document", "version"], exists(&document)).into()),
            None => {}
        }
        let id = RegulationId(fresh_id());
        let new = StoredRegulation::new(id, agency, &document, format, text, tx.now());
        Ok(tx.create(new, EventKind::RegulationAdded, None).await?.id)
    })
    .await
}
