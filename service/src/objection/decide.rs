//! Assigns the person who decides on an objection, and decides on objections.

use super::answer::{evaluation_of, locked};
use crate::{
    db::{Command, IdempotencyKey, Tx},
    env::Env,
    error::{Error, Result},
    evaluation::EvaluationFacts,
    store,
};
use domain::{
    Key, Refusal,
    action::ObjectionAction,
    actor::Actor,
    evaluation::{Evaluation, EvaluationKind},
    event::EventKind,
    id::{ObjectionId, StaffId},
    objection::{NewRatings, Objection, ObjectionStatus, Outcome},
    staff::StaffStatus,
};
use serde::Serialize;

/// The person to assign for the decision on an objection.
#[derive(Clone, Debug, Serialize)]
pub struct AssignObjectionDecider {
    /// The objection.
    pub objection: ObjectionId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The person.
    pub decider: StaffId,
    /// The reason why this person decides.
    pub reason: String,
}

impl Command for AssignObjectionDecider {
    const OPERATION: &'static str = "assignObjectionDecider";
}

/// Assigns the person who decides, if no one else may decide. For the performance team of the unit.
pub async fn assign_objection_decider(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: AssignObjectionDecider,
) -> Result<ObjectionId> {
    env.write_once(actor, key, input, |tx, input| async move {
        let action = ObjectionAction::AssignObjectionDecider;
        let before = locked(&tx, input.objection, input.expected_version, action).await?;
        let by = tx.actor().staff().ok_or(Error::Forbidden)?;
        let evaluation = evaluation_of(&tx, &before).await?;
        let facts = EvaluationFacts::load(&tx, &evaluation).await?.with_days_off(&tx, tx.today()).await?;
        let people = store::staff::by_ids(tx.source(), before.agency, &[input.decider]).await?;
        let Some(person) = people.get(&input.decider) else {
            return Err(Refusal::not_found(["deciderId"]).into());
        };
        if person.status != StaffStatus::Active {
            return Err(Refusal::input(["deciderId"], Key::DeciderGone).into());
        }
        let context = facts.context(tx.actor().calendar);
        let terms = (context.document, context.days_off);
        let after = before.assign(input.decider, by, &input.reason, (tx.now(), tx.today()), terms)?;
        let why = after.detail.assigned.as_ref().map(|assigned| assigned.reason.clone());
        Ok(tx.change(&before, after, EventKind::ObjectionDeciderAssigned, why.as_deref()).await?.id)
    })
    .await
}

/// A decision on an objection.
#[derive(Clone, Debug, Serialize)]
pub struct DecideObjection {
    /// The objection.
    pub objection: ObjectionId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The grounds of the decision, 1 to 2,000 characters.
    pub reason: String,
    /// The new ratings; without new ratings, the decision upholds the result.
    pub ratings: NewRatings,
}

impl Command for DecideObjection {
    const OPERATION: &'static str = "decideObjection";
}

/// The outcome of a decision or of its dry run.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The objection; `None` after a dry run.
    pub objection: Option<ObjectionId>,
    /// The result after the decision; `None` for a replay, whose stored outcome has only the id.
    pub after: Option<Outcome>,
}

/// Decides on an objection: upholds the result, or changes the ratings and computes the predicate again. A dry run
/// writes nothing and returns the new predicate.
pub async fn decide_objection(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: DecideObjection,
    dry_run: bool,
) -> Result<Decided> {
    if dry_run {
        let after = env.dry_run(actor, |tx| async move { Ok(decide(&tx, input).await?.1) }).await?;
        return Ok(Decided { objection: None, after: Some(after) });
    }
    let decided =
        env.write_once(actor, key, input, |tx, input| async move { Ok(decide(&tx, input).await?.0) });
    Ok(Decided { objection: Some(decided.await?), after: None })
}

async fn decide(tx: &Tx, input: DecideObjection) -> Result<(ObjectionId, Outcome)> {
    let action = ObjectionAction::DecideObjection;
    let before = locked(tx, input.objection, input.expected_version, action).await?;
    before.permits(action, tx.today())?;
    let by = tx.actor().staff().ok_or(Error::Forbidden)?;
    let evaluation = evaluation_of(tx, &before).await?;
    let facts = EvaluationFacts::load(tx, &evaluation).await?;
    let context = facts.context(tx.actor().calendar);
    let decided = evaluation.decide(input.ratings, &input.reason, &context)?;
    let after = before.decide(by, &input.reason, (tx.now(), tx.today()), (&evaluation, &decided))?;
    let (outcome, why) = (Outcome::of(&decided), input.reason.trim().to_owned());
    let changed = after.status == ObjectionStatus::DecidedChanged;
    let done = tx.change(&before, after, EventKind::ObjectionDecided, Some(&why)).await?;
    let decided = tx.change(&evaluation, decided, EventKind::EvaluationDecided, Some(&why)).await?;
    if changed {
        reopen_year(tx, &decided, &done, by, &why).await?;
    }
    Ok((done.id, outcome))
}

/// Reopens the evaluation of the year that counts a changed part, so that its rater can decide again. The caller has
/// locked the plans of the year.
async fn reopen_year(
    tx: &Tx,
    part: &Evaluation,
    objection: &Objection,
    by: StaffId,
    why: &str,
) -> Result<()> {
    if part.kind != EvaluationKind::Annual {
        return Ok(());
    }
    let same = std::slice::from_ref(part);
    let others = store::evaluation::with_annual_siblings(tx.source(), [], same).await?;
    let periods = store::period::by_ids(tx.source(), part.agency, &[objection.period]).await?;
    let version = periods.get(&objection.period).map_or(0, |period| period.version);
    for year in others.into_iter().filter(|one| one.id != part.id) {
        if let Some(after) = year.reopen_for_part(part, why, by, (tx.now(), version)) {
            tx.change(&year, after, EventKind::EvaluationReopened, Some(why)).await?;
        }
    }
    Ok(())
}
