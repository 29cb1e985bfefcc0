//! Records the explanations of both sides or their silence, and withdraws objections.

use super::read::relations;
use crate::{
    db::{Command, IdempotencyKey, Tx},
    env::Env,
    error::{Error, Result},
    power, store,
};
use domain::{
    Refusal, action::ObjectionAction, actor::Actor, evaluation::Evaluation, event::EventKind,
    id::ObjectionId, objection::Objection, policy,
};
use serde::Serialize;

/// An explanation of a side.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerObjection {
    /// The objection.
    pub objection: ObjectionId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The explanation, 1 to 2,000 characters.
    pub text: String,
}

impl Command for AnswerObjection {
    const OPERATION: &'static str = "answerObjection";
}

/// Records the explanation of the actor's side: the employee or the rater.
pub async fn answer_objection(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: AnswerObjection,
) -> Result<ObjectionId> {
    env.write_once(actor, key, input, |tx, input| async move {
        let before =
            locked(&tx, input.objection, input.expected_version, ObjectionAction::AnswerObjection).await?;
        let by = tx.actor().staff().ok_or(Error::Forbidden)?;
        let side = policy::objection::side(&relations(tx.actor(), &before)).ok_or_else(Refusal::forbidden)?;
        let after = before.answer(side, by, &input.text, (tx.now(), tx.today()))?;
        Ok(tx.change(&before, after, EventKind::ObjectionAnswered, None).await?.id)
    })
    .await
}

/// An objection to withdraw.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct WithdrawObjection {
    /// The objection.
    pub objection: ObjectionId,
    /// The version that the client read.
    pub expected_version: i32,
}

impl Command for WithdrawObjection {
    const OPERATION: &'static str = "withdrawObjection";
}

/// Withdraws the objection; the evaluation gets its earlier status back.
pub async fn withdraw_objection(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: WithdrawObjection,
) -> Result<ObjectionId> {
    env.write_once(actor, key, input, |tx, input| async move {
        let action = ObjectionAction::WithdrawObjection;
        let before = locked(&tx, input.objection, input.expected_version, action).await?;
        let after = before.withdraw(tx.today())?;
        let evaluation = evaluation_of(&tx, &before).await?;
        let restored = evaluation.take_objection_back()?;
        tx.change(&before, after, EventKind::ObjectionWithdrawn, None).await?;
        tx.change(&evaluation, restored, EventKind::EvaluationObjectionWithdrawn, None).await?;
        Ok(before.id)
    })
    .await
}

/// Loads an objection that the actor can see, locks the plan of its evaluation, and checks the permission and the version.
pub(super) async fn locked(
    tx: &Tx,
    id: ObjectionId,
    expected_version: i32,
    action: ObjectionAction,
) -> Result<Objection> {
    let found = store::objection::find(tx.source(), tx.actor(), id).await?.ok_or(Error::NotFound)?;
    let plans = match action {
        // A decision on a part of the year can reopen the evaluation of the year.
        ObjectionAction::DecideObjection => {
            store::plan::of_same_year(tx.source(), found.staff, found.plan).await?
        }
        _ => vec![found.plan],
    };
    store::lock_plans(tx, plans).await?;
    let found = store::objection::find(tx.source(), tx.actor(), id).await?.ok_or(Error::NotFound)?;
    policy::objection::decide(action, &relations(tx.actor(), &found))?;
    power::must_be_of_another(tx, action, (found.staff, found.unit)).await?;
    if found.version != expected_version {
        return Err(Refusal::conflict(found.version).into());
    }
    Ok(found)
}

/// Loads the evaluation of an objection, even if the actor can't see it.
pub(super) async fn evaluation_of(tx: &Tx, objection: &Objection) -> Result<Evaluation> {
    let mut found = store::evaluation::of_plan(tx.source(), objection.plan).await?.into_iter();
    let found = found.find(|one| one.id == objection.evaluation);
    found.ok_or_else(|| Error::internal("an objection without its evaluation"))
}

/// Records which sides gave no explanation in time; returns the number of changed objections. For the tick.
pub(crate) async fn record_silence(tx: Tx, most: u64) -> Result<u64> {
    let due = store::objection::unanswered(&tx, most).await?;
    store::lock_plans(&tx, due.iter().map(|one| one.plan)).await?;
    let mut done = 0;
    for before in store::objection::unanswered(&tx, most).await? {
        let Some(after) = before.with_silence(tx.today()) else { continue };
        match tx.change(&before, after, EventKind::ObjectionSilenceRecorded, None).await {
            Ok(_) => done += 1,
            // Somebody else has changed the objection since it was read; the next tick reads it again.
            Err(Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}
