//! Publishes criteria: from its first day, a new set replaces the set with the same code.

use crate::{
    db::{Command, IdempotencyKey, Tx},
    env::{Env, fresh_id},
    error::Result,
    store,
};
use domain::{
    Key, Message, Refusal,
    action::OrganisationAction,
    actor::Actor,
    criteria::{CriteriaSet, NewCriteriaSet},
    event::EventKind,
    id::{CriteriaSetId, CriterionId, UnitId},
    policy::organisation::{Scope, decide},
};
use serde::Serialize;

/// A set to publish.
#[derive(Clone, Debug, Serialize)]
pub struct SetCriteria {
    /// The set.
    #[serde(flatten)]
    pub set: NewCriteriaSet,
    /// The version that the client read; required if there already is a set with this code and first day.
    pub expected_version: Option<i32>,
}

impl Command for SetCriteria {
    const OPERATION: &'static str = "setCriteria";
}

/// Publishes a set, or corrects one that nothing uses yet; for admins of the agency.
pub async fn set_criteria(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: SetCriteria,
) -> Result<CriteriaSetId> {
    env.write_once(actor, key, input, |tx, SetCriteria { set: new, expected_version }| async move {
        decide(OrganisationAction::SetCriteria, tx.actor(), Scope::default())?;
        store::org_unit::lock(&tx, UnitId(tx.actor().agency.0)).await?;
        let agency = tx.actor().agency;
        let known = tx.regulations().all(tx.source(), agency).await?;
        if !known.iter().any(|regulation| regulation.head().code == new.regulation) {
            let message =
                Message::new(Key::Unknown).with("field", "regulationCode").with("value", &new.regulation);
            return Err(Refusal::input(["regulationCode"], message).into());
        }
        let known = store::criteria_set::with_code(tx.source(), agency, new.code.trim()).await?;
        let fresh = || CriterionId(fresh_id());
        if let Some(before) = known.iter().find(|before| before.valid_from == new.valid_from) {
            return correct(&tx, before, new, expected_version).await;
        }
        if expected_version.is_some() {
            return Err(Refusal::not_found(["code"]).into());
        }
        let set = CriteriaSet::create(CriteriaSetId(fresh_id()), agency, new, fresh)?;
        for before in known {
            if before.valid_from > set.valid_from {
                let message =
                    Message::new(Key::Duplicate).with("field", "validFrom").with("value", before.valid_from);
                return Err(Refusal::input(["validFrom"], message).into());
            }
            if before.valid_to.is_none_or(|end| end > set.valid_from) {
                let after = before.end(set.valid_from)?;
                tx.change(&before, after, EventKind::CriteriaSet, None).await?;
            }
        }
        Ok(tx.create(set, EventKind::CriteriaSet, None).await?.id)
    })
    .await
}

/// Replaces the contents of a set with the same code and first day, unless it is in use.
async fn correct(
    tx: &Tx,
    before: &CriteriaSet,
    contents: NewCriteriaSet,
    expected: Option<i32>,
) -> Result<CriteriaSetId> {
    if expected.is_some_and(|expected| expected != before.version) {
        return Err(Refusal::conflict(before.version).into());
    }
    let after = before.correct(contents, || CriterionId(fresh_id()))?;
    if after == *before {
        return Ok(before.id);
    }
    if store::criteria_set::is_used(tx, before).await? {
        let message = Message::new(Key::CriteriaInUse).with("day", before.valid_from);
        return Err(Refusal::input(["validFrom"], message).into());
    }
    Ok(tx.change(before, after, EventKind::CriteriaSet, None).await?.id)
}
