//! Feedback on plans.

use crate::{
    db::{Source, any_of},
    error::{Error, Result},
};
use domain::{
    feedback::{Feedback, FeedbackAbout},
    id::{AgencyId, EvaluationId, FeedbackId, PlanId, StaffId, UnitId},
    time::{from_micros, to_micros},
};
use entity::feedback::{ActiveModel, Column, Entity, Model};
use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use std::collections::HashMap;

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

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<Feedback> {
    Ok(Feedback {
        id: FeedbackId(row.id),
        agency: AgencyId(row.agency_id),
        plan: PlanId(row.plan_id),
        about: FeedbackAbout::new(row.about_kind.parse().map_err(Error::internal)?, row.about_id),
        evaluation: row.evaluation_id.map(EvaluationId),
        author: StaffId(row.author_id),
        recipient: StaffId(row.staff_id),
        unit: UnitId(row.unit_id),
        text: row.text,
        given_at: from_micros(row.given_at),
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
        about_id: Set(feedback.about.id()),
        author_id: Set(feedback.author.0),
        text: Set(feedback.text.clone()),
        given_at: Set(to_micros(feedback.given_at)),
        version: Set(feedback.version),
    })
}

record!(Feedback, Feedback, entity::feedback, {staff: recipient, unit: unit, plan: plan});
