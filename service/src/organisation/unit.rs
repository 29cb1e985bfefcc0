//! Creates and changes units.

use super::load;
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
    event::EventKind,
    id::UnitId,
    policy::organisation::{Scope, decide},
    time::Date,
    unit::{NewUnit, OrgUnit, UnitChanges, UnitInput},
};
use serde::Serialize;

/// A unit to create below another.
#[derive(Clone, Debug, Serialize)]
pub struct CreateOrgUnit {
    /// The unit above it.
    pub parent: UnitId,
    /// The new unit.
    #[serde(flatten)]
    pub unit: UnitInput,
}

impl Command for CreateOrgUnit {
    const OPERATION: &'static str = "createOrgUnit";
}

/// Changes to a unit.
#[derive(Clone, Debug, Serialize)]
pub struct UpdateOrgUnit {
    /// The unit.
    pub unit: UnitId,
    /// The version that the client read.
    pub expected_version: i32,
    /// First day below the new parent; today or earlier, today when absent.
    pub parent_from: Option<Date>,
    /// The changes.
    #[serde(flatten)]
    pub changes: UnitChanges,
}

impl Command for UpdateOrgUnit {
    const OPERATION: &'static str = "updateOrgUnit";
}

/// Creates a unit; for admins who cover the parent.
pub async fn create_org_unit(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: CreateOrgUnit,
) -> Result<UnitId> {
    let made = env
        .write_once(actor, key, input, move |tx, input| async move {
            let parent = load::open_unit(&tx, input.parent, input.unit.valid_from, &["parentId"]).await?;
            decide(
                OrganisationAction::CreateOrgUnit,
                tx.actor(),
                Scope { units: &[parent.id], ..Scope::default() },
            )?;
            let unit = OrgUnit::create(NewUnit {
                id: UnitId(fresh_id()),
                agency: tx.actor().agency,
                parent: Some(parent.id),
                input: input.unit,
                time_zone: None,
                approximate: false,
                source: None,
            })?;
            refuse_taken_code(&tx, &unit).await?;
            Ok(tx.create(unit, EventKind::OrgUnitCreated, None).await?.id)
        })
        .await?;
    env.token_cache().clear();
    Ok(made)
}

/// Changes a unit, or moves it below another parent from a day on; for admins who cover both.
pub async fn update_org_unit(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: UpdateOrgUnit,
) -> Result<UnitId> {
    let changed = env
        .write_once(actor, key, input, move |tx, input| async move {
            store::superior::lock(&tx, tx.actor().agency).await?;
            let before = load::unit(&tx, input.unit).await?;
            let today = tx.today();
            let from = input.parent_from.unwrap_or(today);
            if let Some(parent) = input.changes.parent {
                load::open_unit(&tx, parent, today, &["parentId"]).await?;
            }
            let units: Vec<UnitId> = std::iter::once(before.id).chain(input.changes.parent).collect();
            decide(
                OrganisationAction::UpdateOrgUnit,
                tx.actor(),
                Scope { units: &units, ..Scope::default() },
            )?;
            load::same_version(before.version, input.expected_version)?;
            let parent = input.changes.parent.filter(|parent| before.parent != Some(*parent));
            let tree = store::org_unit::tree(tx.connection(), tx.actor().agency, today).await?;
            let changes = UnitChanges { parent, ..input.changes };
            let mut refusals = match input.parent_from {
                Some(from) => moved_since(&tx, &before, parent, from).await?,
                None => Vec::new(),
            };
            let after = before.update(changes, |unit| tree.parent(unit));
            let after = after.map_err(|more| refusals.extend(more));
            let (Ok(after), true) = (after, refusals.is_empty()) else { return Err(refusals.into()) };
            if after == before {
                return Ok(before.id);
            }
            if after.code != before.code {
                refuse_taken_code(&tx, &after).await?;
            }
            let since = (from < today).then(|| format!("parentFrom {from}"));
            let changed = tx.change(&before, after, EventKind::OrgUnitUpdated, since.as_deref()).await?;
            if parent.is_some() && from < today {
                store::org_unit::moved_since(&tx, &changed, from).await?;
            }
            Ok(changed.id)
        })
        .await?;
    env.token_cache().clear();
    Ok(changed)
}

/// Checks a backdated move: it needs a new parent, which must have been current and outside the unit's subtree then.
async fn moved_since(tx: &Tx, unit: &OrgUnit, parent: Option<UnitId>, from: Date) -> Result<Vec<Refusal>> {
    let mut refusals = Vec::from_iter(load::not_later_than_today(tx, from, "parentFrom"));
    let Some(parent) = parent else {
        let message = Message::new(Key::Required).with("field", "parentId");
        refusals.push(Refusal::input(["parentId"], message));
        return Ok(refusals);
    };
    if from < unit.valid_from {
        let message = Message::new(Key::OutOfRange)
            .with("field", "parentFrom")
            .with("min", unit.valid_from)
            .with("max", tx.today());
        refusals.push(Refusal::input(["parentFrom"], message));
    }
    if refusals.is_empty() {
        load::open_unit(tx, parent, from, &["parentId"]).await?;
        let tree = store::org_unit::tree(tx.connection(), unit.agency, from).await?;
        if tree.subtree(unit.id).contains(&parent) {
            refusals.push(Refusal::input(["parentId"], Key::UnitLoop));
        }
    }
    Ok(refusals)
}

async fn refuse_taken_code(tx: &Tx, unit: &OrgUnit) -> Result<()> {
    if store::org_unit::is_code_taken(tx.source(), unit).await? {
        return Err(Refusal::into(load::duplicate("code", &unit.code)));
    }
    Ok(())
}
