//! Publishes criteria: from its first day, a new set replaces the set with the same code.

use crate::{
    db::{IdempotencyKey, lock_row},
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
    id::{CriteriaSetId, CriterionId},
    policy::organisation::{Scope, decide},
    time::Date,
};
use sea_orm::{ColumnTrait, Condition};
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

/// Publishes a set; for admins of the agency.
pub async fn set_criteria(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: SetCriteria,
) -> Result<CriteriaSetId> {
    env.write_once(actor, key, &input.clone(), move |tx| async move {
        decide(OrganisationAction::SetCriteria, tx.actor(), Scope::default())?;
        let root = Condition::all().add(entity::org_unit::Column::Id.eq(tx.actor().agency.0));
        lock_row::<entity::org_unit::Entity>(&tx, root).await?;
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
        let set = CriteriaSet::create(new, || CriterionId(fresh_id()))?;
        let which = Condition::all()
            .add(entity::criteria_set::Column::AgencyId.eq(agency.0))
            .add(entity::criteria_set::Column::Code.eq(&set.code));
        for before in store::criteria_set::load(tx.source(), which).await? {
            if before.valid_from >= set.valid_from {
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
