//! Files an objection, and finds who decides on it.

use crate::{
    db::{Command, IdempotencyKey, Tx},
    env::{Env, fresh_id},
    error::{Error, Result},
    evaluation::EvaluationFacts,
    store,
};
use domain::{
    Refusal,
    action::EvaluationAction,
    actor::Actor,
    assignment::Acting,
    evaluation::Evaluation,
    event::EventKind,
    id::{EvaluationId, EvidenceId, ObjectionId, StaffId},
    objection::{Filing, GroundInput, Objection, ObjectionStatus},
    policy::{self, Relations},
};
use serde::Serialize;
use std::collections::BTreeSet;

/// An objection to file.
#[derive(Clone, Debug, Serialize)]
pub struct FileObjection {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// The version of it that the client read.
    pub expected_version: i32,
    /// The grounds.
    pub grounds: Vec<GroundInput>,
}

impl Command for FileObjection {
    const OPERATION: &'static str = "fileObjection";
}

/// Files an objection of the ratee. After the last day of the objection period, it is recorded as inadmissible and
/// nothing else changes.
pub async fn file_objection(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    input: FileObjection,
) -> Result<ObjectionId> {
    env.write_once(actor, key, input, |tx, input| async move {
        let source = tx.source();
        let found = store::evaluation::find(source, tx.actor(), input.evaluation).await?;
        let plan = found.ok_or(Error::NotFound)?.plan;
        store::lock_plans(&tx, [plan]).await?;
        let before =
            store::evaluation::find(source, tx.actor(), input.evaluation).await?.ok_or(Error::NotFound)?;
        let facts = EvaluationFacts::load(&tx, &before).await?.with_days_off(&tx, tx.today()).await?;
        let relations = Relations::of(tx.actor(), before.staff, before.unit, &before.rater);
        let reopener = policy::evaluation::Reopener::of(&before, &facts.period);
        policy::evaluation::decide(EvaluationAction::FileObjection, &relations, reopener)?;
        if before.version != input.expected_version {
            return Err(Refusal::conflict(before.version).into());
        }
        let context = facts.context(tx.actor().calendar);
        let barred = barred(&tx, &before).await?;
        let decider = decider(&tx, &before, &barred).await?;
        let mut ids = || EvidenceId(fresh_id());
        let filing = Filing { id: ObjectionId(fresh_id()), barred, decider, ids: &mut ids };
        let filed = Objection::file(input.grounds, &before, &context, filing)?;
        let after = before.object(&filed, &context)?;
        let late = filed.status == ObjectionStatus::Inadmissible;
        let event = if late { EventKind::ObjectionInadmissible } else { EventKind::ObjectionFiled };
        let filed = tx.create(filed, event, None).await?;
        if !late {
            tx.change(&before, after, EventKind::EvaluationObjected, None).await?;
        }
        Ok(filed.id)
    })
    .await
}

/// Finds the people who may not decide: those who rated the result or reopened it.
async fn barred(tx: &Tx, evaluation: &Evaluation) -> Result<Vec<StaffId>> {
    let rated = [EventKind::EvaluationRated, EventKind::EvaluationFinalised];
    let mut found: BTreeSet<StaffId> = store::event::actors(tx.source(), evaluation.id.0, &rated).await?;
    found.insert(evaluation.rater.staff);
    found.extend(evaluation.detail.reopenings.iter().map(|reopening| reopening.by));
    Ok(found.into_iter().collect())
}

/// Finds the decider: a person who today has the powers of the post above the rater's and may decide. An acting
/// official comes before the holder of the post.
async fn decider(tx: &Tx, evaluation: &Evaluation, barred: &[StaffId]) -> Result<Option<Acting>> {
    let (source, agency, today) = (tx.source(), evaluation.agency, tx.today());
    let post = evaluation.rater.assignment;
    let posts = store::assignment::posts(source, agency, &[post]).await?;
    let Some(above) = posts.get(&post).and_then(|post| post.superior_on(today)) else { return Ok(None) };
    let posts = store::assignment::posts(source, agency, &[above]).await?;
    let Some(post) = posts.get(&above) else { return Ok(None) };
    let may = |one: &Acting| one.staff != evaluation.staff && !barred.contains(&one.staff);
    Ok(post.acting_on(today).find(may))
}
