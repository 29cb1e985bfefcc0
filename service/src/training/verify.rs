//! Verifies, refuses and withdraws trainings.

use crate::{
    db::{Command, IdempotencyKey, Tx},
    env::Env,
    error::{Error, Result},
    power, store,
};
use domain::{
    Refusal,
    action::TrainingAction,
    actor::Actor,
    event::EventKind,
    id::{StaffId, TrainingId},
    policy,
    training::Training,
};
use serde::Serialize;

/// A decision on a training.
#[derive(Clone, Debug, Serialize)]
pub struct VerifyTraining {
    /// The training.
    pub training: TrainingId,
    /// The version that the client read.
    pub expected_version: i32,
    /// Whether it is verified; otherwise it is refused.
    pub verified: bool,
    /// Why it is refused, 1 to 2,000 characters.
    pub reason: Option<String>,
}

impl Command for VerifyTraining {
    const OPERATION: &'static str = "verifyTraining";
}

/// Verifies a training or refuses it. For the performance team and admins of the unit, except for their own trainings.
/// With four eyes, also except for those of a person who can act through the actor's account.
pub async fn verify_training(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: VerifyTraining,
) -> Result<TrainingId> {
    env.write_once(actor, key, input, |tx, input| async move {
        let before =
            checked(&tx, input.training, input.expected_version, TrainingAction::VerifyTraining).await?;
        let by = tx.actor().staff().ok_or(Error::Forbidden)?;
        let after = before.verify(by, input.verified, input.reason.as_deref(), tx.now())?;
        let event = if input.verified { EventKind::TrainingVerified } else { EventKind::TrainingRefused };
        let why = after.decision.as_ref().and_then(|decision| decision.reason.clone());
        let after = tx.change(&before, after, event, why.as_deref()).await?;
        if input.verified {
            answer_recommendation(&tx, &after, by).await?;
        }
        Ok(after.id)
    })
    .await
}

/// Records that a verified training answers the recommendation that it names, if this is still open.
async fn answer_recommendation(tx: &Tx, training: &Training, by: StaffId) -> Result<()> {
    let Some(made) = training.recommendation else { return Ok(()) };
    let Some(before) = store::recommendation::find(tx.source(), made).await? else { return Ok(()) };
    if let Some(after) = before.answered_by(training.id, (by, tx.now())) {
        tx.change(&before, after, EventKind::RecommendationFollowedUp, None).await?;
    }
    Ok(())
}

/// A training to withdraw.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct WithdrawTraining {
    /// The training.
    pub training: TrainingId,
    /// The version that the client read.
    pub expected_version: i32,
}

impl Command for WithdrawTraining {
    const OPERATION: &'static str = "withdrawTraining";
}

/// Withdraws a training that is not verified yet. For the person who recorded it.
pub async fn withdraw_training(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: WithdrawTraining,
) -> Result<TrainingId> {
    env.write_once(actor, key, input, |tx, input| async move {
        let before =
            checked(&tx, input.training, input.expected_version, TrainingAction::WithdrawTraining).await?;
        Ok(tx.change(&before, before.withdraw()?, EventKind::TrainingWithdrawn, None).await?.id)
    })
    .await
}

/// Loads a training that the actor can see, and checks the permission and the version. Locks its person, so that decisions
/// on their trainings run one after another, because only the first training with a certificate counts.
async fn checked(tx: &Tx, id: TrainingId, expected_version: i32, action: TrainingAction) -> Result<Training> {
    let person = find(tx, id).await?.staff;
    store::staff::lock(tx, person).await?;
    let found = find(tx, id).await?;
    policy::training::decide(action, &policy::training::relations(tx.actor(), &found))?;
    power::must_be_of_another(tx, action, (found.staff, found.unit)).await?;
    if found.version != expected_version {
        return Err(Refusal::conflict(found.version).into());
    }
    Ok(found)
}

async fn find(tx: &Tx, id: TrainingId) -> Result<Training> {
    store::training::by_ids(tx.source(), tx.actor(), &[id]).await?.remove(&id).ok_or(Error::NotFound)
}
