//! Publishes criteria: from its first day, a new set replaces the set with the same code.

use crate::{
    db::{Command, IdempotencyKey, Tx, lock_row},
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
    id::{CriteriaSetId, CriterionId},
    policy::organisation::{Scope, decide},
};
use entity::{evaluation, feedback, period, plan_revision};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::SimpleExpr,
};
use serde::Serialize;
use uuid::Uuid;

/// A set to publish.
#[derive(Clone, Debug, Serialize)]
pub struct SetCriteria {
    /// The set.
    #[serde(flatten)]
    pub set: NewCriteriaSet,
    /// The version that the client read of the set with this code and first day.
    pub expected_version: Option<i32>,
}

impl Command for SetCriteria {
    const OPERATION: &'static str = "setCriteria";
}

/// Publishes a set, or mends one that nothing uses yet; for admins of the agency.
pub async fn set_criteria(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: SetCriteria,
) -> Result<CriteriaSetId> {
    env.write_once(actor, key, input, |tx, SetCriteria { set: new, expected_version }| async move {
        decide(OrganisationAction::SetCriteria, tx.actor(), Scope::default())?;
        let root = Condition::all().add(entity::org_unit::Column::Id.eq(tx.actor().agency.0));
        lock_row::<entity::org_unit::Entity>(&tx, root).await?;
        let agency = tx.actor().agency;
        let known = tx.regulations().all(tx.source(), agency).await?;
        if !known.iter().any(|regulation| regulation.head().code == new.regulation) {
            let message =
                Message::new(Key::Unknown).with("field", "regulationCode").with("value", &new.regulation);
            return Err(Refusal::input(["regulationCode"], message).into());
        }
        let which = Condition::all()
            .add(entity::criteria_set::Column::AgencyId.eq(agency.0))
            .add(entity::criteria_set::Column::Code.eq(new.code.trim()));
        let known = store::criteria_set::load(tx.source(), which).await?;
        let fresh = || CriterionId(fresh_id());
        if let Some(before) = known.iter().find(|before| before.valid_from == new.valid_from) {
            return mend(&tx, before, new, expected_version).await;
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
    if is_used(tx, before).await? {
        let message = Message::new(Key::CriteriaInUse).with("day", before.valid_from);
        return Err(Refusal::input(["validFrom"], message).into());
    }
    Ok(tx.change(before, after, EventKind::CriteriaSet, None).await?.id)
}

/// Whether an evaluation is final for which the set was in force, or a plan, an evaluation or feedback names one of its
/// criteria.
async fn is_used(tx: &Tx, set: &CriteriaSet) -> Result<bool> {
    let of_agency = set.agency.0;
    let held = period::Entity::find()
        .select_only()
        .column(period::Column::Id)
        .filter(period::Column::AgencyId.eq(of_agency))
        .filter(period::Column::EndsOn.gte(set.valid_from))
        .filter(Condition::all().add_option(set.valid_to.map(|end| period::Column::EndsOn.lt(end))));
    let finals = evaluation::Entity::find()
        .filter(evaluation::Column::AgencyId.eq(of_agency))
        .filter(evaluation::Column::FinalisedAt.is_not_null())
        .filter(evaluation::Column::PeriodId.in_subquery(held.into_query()));
    if finals.limit(1).one(tx.connection()).await?.is_some() {
        return Ok(true);
    }
    let ids: Vec<Uuid> = set.criteria.iter().map(|criterion| criterion.id.0).collect();
    let about = feedback::Entity::find().filter(feedback::Column::AboutId.is_in(ids.iter().copied()));
    if about.limit(1).one(tx.connection()).await?.is_some() {
        return Ok(true);
    }
    // The documents are texts, which name criteria by id.
    let names = |column: &dyn Fn(&str) -> SimpleExpr| {
        ids.iter().fold(Condition::any(), |any, id| any.add(column(&id.to_string())))
    };
    let plans = plan_revision::Entity::find()
        .select_only()
        .column(plan_revision::Column::Id)
        .filter(names(&|id| plan_revision::Column::Content.contains(id)))
        .limit(1);
    let rated = evaluation::Entity::find()
        .select_only()
        .column(evaluation::Column::Id)
        .filter(evaluation::Column::AgencyId.eq(of_agency))
        .filter(names(&|id| evaluation::Column::Detail.contains(id)))
        .limit(1);
    let (plans, rated) = (plans.into_tuple::<Uuid>(), rated.into_tuple::<Uuid>());
    Ok(plans.one(tx.connection()).await?.is_some() || rated.one(tx.connection()).await?.is_some())
}
