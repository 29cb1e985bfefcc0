//! Requests for feedback. Only the person who asked and the person who was asked can see a request. Requests are not
//! journalled; `docs/adr/0057` explains why.

use crate::{
    db::{self, Source, Tx, any_of},
    error::{Error, Result},
};
use domain::{
    actor::Actor,
    feedback::{FeedbackAbout, FeedbackRequest, RequestAnswer},
    id::{AgencyId, FeedbackRequestId, PlanId, StaffId},
    time::{from_micros, to_micros},
};
use entity::feedback_request::{ActiveModel, Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use std::collections::HashMap;

/// Stores a request.
pub(crate) async fn add(tx: &Tx, request: &FeedbackRequest) -> Result<()> {
    db::insert(tx, row(request)).await
}

/// Stores the answer to a request, unless it has one.
pub(crate) async fn answer(tx: &Tx, request: &FeedbackRequest) -> Result<()> {
    let which = Condition::all().add(Column::Id.eq(request.id.0)).add(Column::Answer.is_null());
    match db::update(tx, row(request), which).await? {
        0 => Err(domain::Refusal::request_answered().into()),
        _ => Ok(()),
    }
}

/// The condition for the requests that an actor can see: those that they made, and those made to them.
fn visible(actor: &Actor) -> Condition {
    let Some(me) = actor.staff() else { return Condition::all().add(Column::Id.is_null()) };
    let mine = Condition::any().add(Column::FromId.eq(me.0)).add(Column::ToId.eq(me.0));
    Condition::all().add(Column::AgencyId.eq(actor.agency.0)).add(mine)
}

/// Loads the requests that the actor made and those made to the actor, the newest first.
pub(crate) async fn of_actor<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
) -> Result<Vec<FeedbackRequest>> {
    load(source, visible(actor)).await
}

/// Loads the requests with these ids that the actor can see.
pub(crate) async fn by_ids<C: ConnectionTrait>(
    source: Source<'_, C>,
    actor: &Actor,
    ids: &[FeedbackRequestId],
) -> Result<HashMap<FeedbackRequestId, FeedbackRequest>> {
    let these = any_of(source.backend, (Entity, Column::Id), ids.iter().map(|id| id.0));
    let found = load(source, visible(actor).add(these)).await?;
    Ok(found.into_iter().map(|request| (request.id, request)).collect())
}

/// Loads the requests that one person made to another about a plan.
pub(crate) async fn between<C: ConnectionTrait>(
    source: Source<'_, C>,
    (from, to, plan): (StaffId, StaffId, PlanId),
) -> Result<Vec<FeedbackRequest>> {
    let which = Condition::all()
        .add(Column::FromId.eq(from.0))
        .add(Column::ToId.eq(to.0))
        .add(Column::PlanId.eq(plan.0));
    load(source, which).await
}

/// Loads the requests that a person has not answered.
pub(crate) async fn waiting<C: ConnectionTrait>(
    source: Source<'_, C>,
    (agency, me): (AgencyId, StaffId),
) -> Result<Vec<FeedbackRequest>> {
    let which = Condition::all()
        .add(Column::AgencyId.eq(agency.0))
        .add(Column::ToId.eq(me.0))
        .add(Column::Answer.is_null());
    load(source, which).await
}

async fn load<C: ConnectionTrait>(source: Source<'_, C>, which: Condition) -> Result<Vec<FeedbackRequest>> {
    let rows = Entity::find().filter(which).order_by_desc(Column::Id).all(source.connection).await?;
    rows.into_iter().map(value).collect()
}

fn value(row: Model) -> Result<FeedbackRequest> {
    let about = row.about_kind.parse().map_err(Error::internal)?;
    let answer = |status: String| -> Result<RequestAnswer> {
        Ok(RequestAnswer {
            status: status.parse().map_err(Error::internal)?,
            hidden: row.answer_hidden,
            reason: row.decline_reason.clone(),
        })
    };
    Ok(FeedbackRequest {
        id: FeedbackRequestId(row.id),
        agency: AgencyId(row.agency_id),
        plan: PlanId(row.plan_id),
        staff: StaffId(row.staff_id),
        from: StaffId(row.from_id),
        to: StaffId(row.to_id),
        in_confidence: row.in_confidence,
        about: FeedbackAbout::new(about, row.about_id.unwrap_or_default()),
        message: row.message.clone(),
        due_on: row.due_on,
        requested_at: from_micros(row.requested_at),
        answer: row.answer.clone().map(answer).transpose()?,
    })
}

fn row(request: &FeedbackRequest) -> ActiveModel {
    let answer = request.answer.as_ref();
    ActiveModel {
        id: Set(request.id.0),
        agency_id: Set(request.agency.0),
        plan_id: Set(request.plan.0),
        staff_id: Set(request.staff.0),
        from_id: Set(request.from.0),
        to_id: Set(request.to.0),
        in_confidence: Set(request.in_confidence),
        about_kind: Set(request.about.kind().to_string()),
        about_id: Set(request.about.id()),
        message: Set(request.message.clone()),
        due_on: Set(request.due_on),
        requested_at: Set(to_micros(request.requested_at)),
        answer: Set(answer.map(|answer| answer.status.to_string())),
        answer_hidden: Set(answer.is_some_and(|answer| answer.hidden)),
        decline_reason: Set(answer.and_then(|answer| answer.reason.clone())),
    }
}
