//! Decisions about a person that no account makes for somebody who can act through it. The mutations and the lists of
//! allowed actions ask the same functions, so that both say the same.

use super::{Basis, over::selves, second::who_can};
use crate::{
    db::{Connection, Tx, Way},
    env::Env,
    error::Result,
};
use domain::{
    Key, Message, Refusal,
    action::{Action, CorrectionAction, EvaluationAction, ObjectionAction, PlanAction, TrainingAction},
    actor::Actor,
    id::{StaffId, UnitId},
    policy::Allowed,
};
use std::{collections::BTreeSet, sync::Arc};

type People = BTreeSet<StaffId>;

/// The actions on an object of a person that admins, the performance team, the decider of an objection or a reopening
/// superior decide. Nobody runs them for themselves.
fn is_of_another(action: Action) -> bool {
    [
        PlanAction::CancelPlan.into(),
        PlanAction::ClosePlan.into(),
        EvaluationAction::CloseEvaluation.into(),
        EvaluationAction::ReopenEvaluation.into(),
        ObjectionAction::AssignObjectionDecider.into(),
        ObjectionAction::DecideObjection.into(),
        TrainingAction::VerifyTraining.into(),
        CorrectionAction::ResolveCorrection.into(),
    ]
    .contains(&action)
}

/// With four eyes, refuses such an action on an object of a person who can act through the actor's account. `unit` is the
/// unit of the object.
pub(crate) async fn must_be_of_another(
    tx: &Tx,
    action: impl Into<Action>,
    (person, unit): (StaffId, UnitId),
) -> Result<()> {
    let Some(by) = tx.actor().staff().filter(|_| tx.separation().closes(Way::Training)) else {
        return Ok(());
    };
    let basis = Basis::of(tx);
    if !is_of_another(action.into()) || !selves(basis, by).await?.contains(&person) {
        return Ok(());
    }
    Err(own_result(basis, by, (person, unit)).await?.into())
}

async fn own_result<C: Connection>(
    basis: Basis<'_, C>,
    by: StaffId,
    (person, unit): (StaffId, UnitId),
) -> Result<Refusal> {
    let who_can = who_can(basis, &[unit].into(), by, &[person]).await?;
    Ok(Refusal::another_person(Message::new(Key::OwnResult), who_can))
}

/// The actor's person and, with four eyes, the people who can act through the account of that person. Nobody for API keys.
pub async fn own_accounts(env: &Env, actor: &Actor) -> Result<Arc<People>> {
    Ok(Arc::new(match actor.staff() {
        Some(person) => selves(Basis::of_query(env, actor), person).await?,
        None => People::new(),
    }))
}

/// Whether one of these actions is allowed only while no account is concerned; see [`refuse_for_own_accounts`].
#[must_use]
pub fn depends_on_accounts(env: &Env, actor: &Actor, allowed: &[Allowed]) -> bool {
    let undecided = |one: &Allowed| one.refusal.is_none() && is_of_another(one.action);
    env.separation.accounts() && actor.staff().is_some() && allowed.iter().any(undecided)
}

/// Refuses the allowed actions that the mutations refuse, because the person concerned can act through the actor's account.
/// `own` are the people of [`own_accounts`], `unit` is the unit of the object.
pub async fn refuse_for_own_accounts(
    env: &Env,
    actor: &Actor,
    own: &People,
    (person, unit): (StaffId, UnitId),
    allowed: &mut [Allowed],
) -> Result<()> {
    let Some(by) = actor.staff().filter(|_| own.contains(&person)) else { return Ok(()) };
    if !depends_on_accounts(env, actor, allowed) {
        return Ok(());
    }
    let refusal = own_result(Basis::of_query(env, actor), by, (person, unit)).await?;
    for one in allowed.iter_mut().filter(|one| one.refusal.is_none() && is_of_another(one.action)) {
        one.refusal = Some(refusal.clone());
    }
    Ok(())
}

/// Does the same for the actions on several objects. Reads accounts at most once, and only if an action depends on them.
pub(crate) async fn refuse_in_list<'a>(
    env: &Env,
    actor: &Actor,
    objects: impl Iterator<Item = ((StaffId, UnitId), &'a mut Vec<Allowed>)>,
) -> Result<()> {
    let mut objects: Vec<_> =
        objects.filter(|(_, allowed)| depends_on_accounts(env, actor, allowed)).collect();
    if objects.is_empty() {
        return Ok(());
    }
    let own = own_accounts(env, actor).await?;
    for (of, allowed) in &mut objects {
        refuse_for_own_accounts(env, actor, &own, *of, allowed).await?;
    }
    Ok(())
}
