//! Feedback on plans, and who wrote feedback in confidence.

use crate::{
    db::{self, Source, Tx, any_of},
    error::{Error, Result},
};
use domain::{
    feedback::{Candidate, Feedback, FeedbackAbout, FeedbackReply},
    id::{AgencyId, EvaluationId, FeedbackId, PlanId, StaffId, UnitId},
    plan::{Plan, PlanStatus},
    time::{from_micros, to_micros},
};
use entity::{
    feedback::{ActiveModel, Column, Entity, Model},
    feedback_author, plan,
};
use proof::leaf::commitment;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use std::collections::HashMap;
use uuid::Uuid;

/// Loads the feedback on plans, oldest first. It is visible to everyone who can see the plan.
pub(crate) async fn of_plans<C: ConnectionTrait>(
    source: Source<'_, C>,
    plans: &[PlanId],
) -> Result<HashMap<PlanId, Vec<Feedback>>> {
    let ids = plans.iter().map(|id| id.0);
    let rows = Entity::find()
        .filter(any_of(source.backend, (Entity, Column::PlanId), ids))
        .order_by_asc(Column::GivenAt)
        .order_by_asc(Column::Id)
        .all(source.connection)
        .await?;
    let mut found: HashMap<PlanId, Vec<Feedback>> = HashMap::new();
    for row in rows {
        found.entry(PlanId(row.plan_id)).or_default().push(value(row)?);
    }
    Ok(found)
}

/// Loads feedback by id. It is visible to everyone who can see its plan.
pub(crate) async fn find<C: ConnectionTrait>(
    source: Source<'_, C>,
    id: FeedbackId,
) -> Result<Option<Feedback>> {
    Entity::find_by_id(id.0).one(source.connection).await?.map(value).transpose()
}

/// Loads feedback by ids, without any scope.
pub(crate) async fn by_ids_unscoped<C: ConnectionTrait>(
    source: Source<'_, C>,
    ids: &[FeedbackId],
) -> Result<Vec<Feedback>> {
    let which = any_of(source.backend, (Entity, Column::Id), ids.iter().map(|id| id.0));
    let rows = Entity::find().filter(which).all(source.connection).await?;
    rows.into_iter().map(value).collect()
}

/// Loads the plans of a person that feedback can belong to.
pub(crate) async fn candidates<C: ConnectionTrait>(
    source: Source<'_, C>,
    person: StaffId,
) -> Result<Vec<Candidate>> {
    let which = Condition::all().add(plan::Column::StaffId.eq(person.0));
    let plans = super::plan::without_revisions(source, which).await?;
    let annual = super::evaluation::annual_of_plans(source, plans.iter().map(|plan| plan.id)).await?;
    let is_final = |plan: PlanId| annual.iter().any(|one| one.plan == plan && one.status.is_final());
    let candidate = |plan: &Plan| Candidate {
        plan: plan.id,
        starts_on: plan.starts_on,
        ends_on: plan.ends_on,
        is_open: plan.status != PlanStatus::Cancelled && !is_final(plan.id),
    };
    Ok(plans.iter().map(candidate).collect())
}

/// The author of feedback in confidence. The feedback itself contains only a salted hash of the author.
pub(crate) struct SealedAuthor {
    /// The feedback.
    pub feedback: FeedbackId,
    /// The author.
    pub author: StaffId,
    /// The salt.
    pub salt: String,
}

impl SealedAuthor {
    /// The salted hash of the author that the feedback contains.
    pub fn seal(&self) -> String {
        seal(&self.salt, self.feedback.0, self.author.0)
    }
}

/// The salted hash of the author of feedback.
pub(crate) fn seal(salt: &str, feedback: Uuid, author: Uuid) -> String {
    commitment(salt, Some(&author.to_string()), None, Some(&feedback.to_string()))
}

/// Stores who wrote feedback in confidence.
pub(crate) async fn keep_authors(tx: &Tx, authors: Vec<SealedAuthor>) -> Result<()> {
    let row = |one: SealedAuthor| feedback_author::ActiveModel {
        feedback_id: Set(one.feedback.0),
        author_id: Set(one.author.0),
        salt: Set(one.salt),
    };
    db::insert_many(tx, authors.into_iter().map(row).collect()).await
}

/// Finds who wrote feedback in confidence. The caller has checked that the actor may know.
pub(crate) async fn authors<C: ConnectionTrait>(
    source: Source<'_, C>,
    ids: &[FeedbackId],
) -> Result<HashMap<FeedbackId, StaffId>> {
    let column = (feedback_author::Entity, feedback_author::Column::FeedbackId);
    let which = any_of(source.backend, column, ids.iter().map(|id| id.0));
    let rows = feedback_author::Entity::find().filter(which).all(source.connection).await?;
    Ok(rows.into_iter().map(|row| (FeedbackId(row.feedback_id), StaffId(row.author_id))).collect())
}

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<Feedback> {
    Ok(Feedback {
        id: FeedbackId(row.id),
        agency: AgencyId(row.agency_id),
        plan: PlanId(row.plan_id),
        about: FeedbackAbout::new(row.about_kind.parse().map_err(Error::internal)?, row.about_id),
        evaluation: row.evaluation_id.map(EvaluationId),
        direction: row.direction.parse().map_err(Error::internal)?,
        author: row.author_id.map(StaffId),
        seal: row.seal,
        recipient: StaffId(row.staff_id),
        unit: UnitId(row.unit_id),
        text: row.text,
        given_at: from_micros(row.given_at),
        reply: row.reply.zip(row.replied_at).map(|(text, at)| FeedbackReply { text, at: from_micros(at) }),
        version: row.version,
    })
}

/// Converts a value to a row.
pub(crate) fn row(feedback: &Feedback) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(feedback.id.0),
        agency_id: Set(feedback.agency.0),
        staff_id: Set(feedback.recipient.0),
        unit_id: Set(feedback.unit.0),
        plan_id: Set(feedback.plan.0),
        evaluation_id: Set(feedback.evaluation.map(|evaluation| evaluation.0)),
        about_kind: Set(feedback.about.kind().to_string()),
        about_id: Set(feedback.about.id().unwrap_or(feedback.plan.0)),
        direction: Set(feedback.direction.to_string()),
        author_id: Set(feedback.author.map(|author| author.0)),
        seal: Set(feedback.seal.clone()),
        text: Set(feedback.text.clone()),
        given_at: Set(to_micros(feedback.given_at)),
        reply: Set(feedback.reply.as_ref().map(|reply| reply.text.clone())),
        replied_at: Set(feedback.reply.as_ref().map(|reply| to_micros(reply.at))),
        version: Set(feedback.version),
    })
}

record!(Feedback, Feedback, entity::feedback, {staff: recipient, unit: unit, plan: plan});
