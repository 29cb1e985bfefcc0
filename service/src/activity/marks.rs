//! Marks of activities, and people's answers to the marks.

use super::facts::ActivityFacts;
use crate::{
    db::{Command, IdempotencyKey},
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    Refusal,
    action::ActivityAction,
    activity::{Activity, Mark},
    actor::Actor,
    event::EventKind,
    id::ActivityId,
    policy::{self, Relations},
};
use serde::Serialize;
use std::collections::HashMap;

/// Computes the marks of each activity that is visible to the actor. Marks name only activities that the actor can see.
pub async fn marks(env: &Env, actor: &Actor, ids: &[ActivityId]) -> Result<HashMap<ActivityId, Vec<Mark>>> {
    let source = env.db.source();
    let activities: Vec<Activity> =
        store::activity::by_ids(source, actor, ids).await?.into_values().collect();
    let mut found = store::evidence_alike::find(source, actor, &activities).await?;
    let marks = |activity: Activity| {
        let found = found.remove(&activity.id).unwrap_or_default();
        (activity.id, activity.marks(&found))
    };
    Ok(activities.into_iter().map(marks).collect())
}

/// A person's answer to the marks of their activity.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerMarks {
    /// The activity.
    pub activity: ActivityId,
    /// The version that the client read.
    pub expected_version: i32,
    /// The answer.
    pub text: String,
}

impl Command for AnswerMarks {
    const OPERATION: &'static str = "answerMarks";
}

/// Records a person's answer to the marks of their activity; returns the activity.
pub async fn answer_marks(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: AnswerMarks,
) -> Result<ActivityId> {
    env.write_once(actor, key, input, move |tx, input| async move {
        let one = || async {
            let found = store::activity::by_ids(tx.source(), tx.actor(), &[input.activity]).await?;
            found.into_values().next().ok_or(Error::NotFound)
        };
        store::lock_plans(&tx, [one().await?.plan]).await?;
        let before = one().await?;
        let plan = store::plan::find(tx.source(), tx.actor(), before.plan).await?.ok_or(Error::NotFound)?;
        let facts = ActivityFacts::load(tx.source(), plan).await?;
        let relations = Relations::of(tx.actor(), before.staff, before.unit, &facts.plan.rater);
        policy::activity::decide(ActivityAction::AnswerMarks, &relations)?;
        if before.version != input.expected_version {
            return Err(Refusal::conflict(before.version).into());
        }
        let after = before.answer_marks(&input.text, &facts.context(tx.actor().calendar), tx.now())?;
        Ok(tx.change(&before, after, EventKind::ActivityMarksAnswered, None).await?.id)
    })
    .await
}
