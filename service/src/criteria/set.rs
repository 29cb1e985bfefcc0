//! Publishes criteria: from its first day, a new set replaces the set with the same code.

use crate::{
    db::{IdempotencyKey, Tx},
    env::{Env, fresh_id},
    error::Result,
    store,
};
use domain::{
    Key, Message, Refusal,
    action::OrganisationAction,
    actor::Actor,
    criteria::{CriteriaSet, CriterionSeed, NewCriteriaSet},
    event::EventKind,
    id::{CriteriaSetId, CriterionId, UnitId},
    policy::organisation::{Scope, decide},
    time::Date,
};
use serde::Serialize;

/// A set to publish.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of CriteriaSet")]
pub struct SetCriteria {
    pub code: String,
    pub name_id: String,
    pub name_en: String,
    pub regulation: String,
    pub valid_from: Date,
    pub criteria: Vec<SeedInput>,
    /// The version that the client read of the set with this code and first day.
    pub expected_version: Option<i32>,
}

/// A criterion of the set.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of Criterion")]
pub struct SeedInput {
    pub code: String,
    pub name_id: String,
    pub name_en: String,
    pub behaviours: Vec<String>,
    pub behaviours_en: Vec<String>,
    pub weight: Option<domain::Decimal>,
}

/// Publishes a set, or mends one that nothing uses yet; for admins of the agency.
pub async fn set_criteria(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: SetCriteria,
) -> Result<CriteriaSetId> {
    env.write_once(actor, key, &input.clone(), move |tx| async move {
        decide(OrganisationAction::SetCriteria, tx.actor(), Scope::default())?;
        store::org_unit::lock(&tx, UnitId(tx.actor().agency.0)).await?;
        let agency = tx.actor().agency;
        let known = tx.regulations().all(tx.source(), agency).await?;
        if !known.iter().any(|regulation| regulation.head().code == input.regulation) {
            let message =
                Message::new(Key::Unknown).with("field", "regulationCode").with("value", &input.regulation);
            return Err(Refusal::input(["regulationCode"], message).into());
        }
        let new = NewCriteriaSet {
            id: CriteriaSetId(fresh_id()),
            agency,
            code: input.code,
            name_id: input.name_id,
            name_en: input.name_en,
            regulation: input.regulation,
            valid_from: input.valid_from,
            valid_to: None,
            criteria: input
                .criteria
                .into_iter()
                .map(|seed| CriterionSeed {
                    code: seed.code,
                    name_id: seed.name_id,
                    name_en: seed.name_en,
                    behaviours: seed.behaviours,
                    behaviours_en: seed.behaviours_en,
                    weight: seed.weight,
                })
                .collect(),
        };
        let known = store::criteria_set::with_code(tx.source(), agency, new.code.trim()).await?;
        let fresh = || CriterionId(fresh_id());
        if let Some(before) = known.iter().find(|before| before.valid_from == new.valid_from) {
            return mend(&tx, before, new, input.expected_version).await;
        }
        if input.expected_version.is_some() {
            return Err(Refusal::not_found(["code"]).into());
        }
        let set = CriteriaSet::create(new, fresh)?;
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
async fn mend(
    tx: &Tx,
    before: &CriteriaSet,
    contents: NewCriteriaSet,
    expected: Option<i32>,
) -> Result<CriteriaSetId> {
    if expected.is_some_and(|expected| expected != before.version) {
        return Err(Refusal::conflict(before.version).into());
    }
    let after = before.mend(contents, || CriterionId(fresh_id()))?;
    if after == *before {
        return Ok(before.id);
    }
    if store::criteria_set::is_used(tx, before).await? {
        let message = Message::new(Key::CriteriaInUse).with("day", before.valid_from);
        return Err(Refusal::input(["validFrom"], message).into());
    }
    Ok(tx.change(before, after, EventKind::CriteriaSet, None).await?.id)
}
