//! Dialogues of superiors with employees.

use crate::{
    db::{Backend, Source, any_of},
    error::{Error, Result},
    store,
};
use domain::{
    actor::Actor,
    dialogue::{Dialogue, DialogueParty},
    id::{AgencyId, DialogueId, PlanId, StaffId, UnitId},
    time::{from_micros, to_micros},
};
use entity::{
    dialogue::{ActiveModel, Column, Entity, Model},
    plan,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Set,
    sea_query::{Expr, ExprTrait},
};
use std::collections::HashMap;

/// The condition for the dialogues that an actor can see: dialogues on plans that they can see, and dialogues that they
/// held as the superior.
fn visible(backend: Backend, actor: &Actor) -> Condition {
    let of_dialogue = Expr::col((plan::Entity, plan::Column::Id)).equals((Entity, Column::PlanId));
    let plan = plan::Entity::find()
        .select_only()
        .column(plan::Column::Id)
        .filter(of_dialogue)
        .filter(store::plan::OWNED.personal(backend, actor))
        .into_query();
    let held = actor.staff().map(|me| Column::SuperiorId.eq(me.0));
    let any = Condition::any().add(Expr::exists(plan)).add_option(held);
    Condition::all().add(Column::AgencyId.eq(actor.agency.0)).add(any)
}

/// Loads the dialogues with these ids that the actor can see.
pub(crate) async fn by_ids<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    ids: &[DialogueId],
) -> Result<HashMap<DialogueId, Dialogue>> {
    let these = any_of(source.backend, (Entity, Column::Id), ids.iter().map(|id| id.0));
    let found = load(source, visible(source.backend, actor).add(these)).await?;
    Ok(found.into_iter().map(|dialogue| (dialogue.id, dialogue)).collect())
}

/// Loads the dialogues on each of these plans, in the order of their days. The caller has checked that the actor can
/// see the plans.
pub(crate) async fn of_plans<C: ConnectionTrait>(
    source: Source<'_, C>,
    plans: &[PlanId],
) -> Result<HashMap<PlanId, Vec<Dialogue>>> {
    let of = any_of(source.backend, (Entity, Column::PlanId), plans.iter().map(|plan| plan.0));
    let mut found: HashMap<PlanId, Vec<Dialogue>> = HashMap::new();
    for dialogue in load(source, Condition::all().add(of)).await? {
        found.entry(dialogue.plan).or_default().push(dialogue);
    }
    Ok(found)
}

/// Loads the dialogues with open agreements that a person has to act on.
pub(crate) async fn waiting<C: ConnectionTrait>(
    source: Source<'_, C>,
    (agency, me): (AgencyId, StaffId),
) -> Result<Vec<Dialogue>> {
    let of = |person: Column, due: Column| Condition::all().add(person.eq(me.0)).add(due.is_not_null());
    let any = Condition::any()
        .add(of(Column::StaffId, Column::EmployeeDueOn))
        .add(of(Column::SuperiorId, Column::SuperiorDueOn));
    load(source, Condition::all().add(Column::AgencyId.eq(agency.0)).add(any)).await
}

/// Loads the dialogues that match a condition, in the order of their days. The condition must include the scope.
pub(crate) async fn load<C: ConnectionTrait>(
    source: Source<'_, C>,
    which: Condition,
) -> Result<Vec<Dialogue>> {
    let rows = Entity::find()
        .filter(which)
        .order_by_asc(Column::HeldOn)
        .order_by_asc(Column::Id)
        .all(source.connection)
        .await?;
    rows.into_iter().map(value).collect()
}

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<Dialogue> {
    Ok(Dialogue {
        id: DialogueId(row.id),
        agency: AgencyId(row.agency_id),
        plan: PlanId(row.plan_id),
        staff: StaffId(row.staff_id),
        unit: UnitId(row.unit_id),
        superior: StaffId(row.superior_id),
        kind: row.kind.parse().map_err(Error::internal)?,
        held_on: row.held_on,
        text: row.text,
        agreements: serde_json::from_str(&row.agreements)?,
        recorded_at: from_micros(row.recorded_at),
        version: row.version,
    })
}

/// Converts a value to a row.
pub(crate) fn row(dialogue: &Dialogue) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(dialogue.id.0),
        agency_id: Set(dialogue.agency.0),
        plan_id: Set(dialogue.plan.0),
        staff_id: Set(dialogue.staff.0),
        unit_id: Set(dialogue.unit.0),
        superior_id: Set(dialogue.superior.0),
        kind: Set(dialogue.kind.to_string()),
        held_on: Set(dialogue.held_on),
        text: Set(dialogue.text.clone()),
        agreements: Set(serde_json::to_string(&dialogue.agreements)?),
        employee_due_on: Set(dialogue.due_on(DialogueParty::Employee)),
        superior_due_on: Set(dialogue.due_on(DialogueParty::Superior)),
        recorded_at: Set(to_micros(dialogue.recorded_at)),
        version: Set(dialogue.version),
    })
}

record!(Dialogue, Dialogue, entity::dialogue, {staff: staff, unit: unit, plan: plan});
