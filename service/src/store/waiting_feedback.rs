//! Feedback that waits for its release. Only its author can read it, and it is not journalled; `docs/adr/0052` explains
//! why.

use crate::{
    db::{self, Source, Tx, any_of},
    error::{Error, Result},
};
use domain::{
    feedback::{FeedbackAbout, FeedbackDirection, WaitingFeedback},
    id::{AgencyId, StaffId},
    period::Period,
    plan::PlanStatus,
    time::{Date, from_micros, to_micros},
};
use entity::{
    period, plan,
    waiting_feedback::{ActiveModel, Column, Entity, Model},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Set,
    sea_query::{Expr, ExprTrait},
};
use std::collections::BTreeSet;
use strum::IntoEnumIterator;
use uuid::Uuid;

/// Stores a text.
pub(crate) async fn add(tx: &Tx, waiting: &WaitingFeedback) -> Result<()> {
    db::insert(tx, row(waiting)).await
}

/// Loads the texts of an author, the newest first.
pub(crate) async fn by_author<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    author: StaffId,
) -> Result<Vec<WaitingFeedback>> {
    let which = Condition::all().add(Column::AgencyId.eq(agency.0)).add(Column::AuthorId.eq(author.0));
    let rows = Entity::find().filter(which).order_by_desc(Column::Id).all(source.connection).await?;
    rows.into_iter().map(value).collect()
}

/// Loads the texts about a person.
pub(crate) async fn about(tx: &Tx, agency: AgencyId, person: StaffId) -> Result<Vec<WaitingFeedback>> {
    let which = Condition::all().add(Column::AgencyId.eq(agency.0)).add(Column::StaffId.eq(person.0));
    let rows = Entity::find().filter(which).order_by_asc(Column::Id).all(tx.connection()).await?;
    rows.into_iter().map(value).collect()
}

/// Which texts [`people_with`] looks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sought {
    /// True: feedback in confidence; false: open feedback.
    pub confidential: bool,
    /// Texts given on this day or earlier.
    pub until: Date,
    /// The minimum number of authors of one direction.
    pub authors: usize,
    /// A plan of the person must not have ended before this day.
    pub planned: Date,
}

/// Finds the people about whom enough texts wait and who have a plan, in the order of their ids.
pub(crate) async fn people_with<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    sought: Sought,
) -> Result<BTreeSet<StaffId>> {
    let directions = FeedbackDirection::iter().filter(|one| one.is_confidential() == sought.confidential);
    let planned = plan::Entity::find()
        .select_only()
        .column(plan::Column::StaffId)
        .filter(plan::Column::AgencyId.eq(agency.0))
        .filter(plan::Column::Status.ne(PlanStatus::Cancelled.to_string()))
        .filter(plan::Column::EndsOn.gte(sought.planned))
        .into_query();
    let people = Expr::col((Entity, Column::AuthorId)).count_distinct();
    let authors = i64::try_from(sought.authors).map_err(Error::internal)?;
    let found: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::StaffId)
        .filter(Column::AgencyId.eq(agency.0))
        .filter(Column::Direction.is_in(directions.map(|one| one.to_string())))
        .filter(Column::GivenOn.lte(sought.until))
        .filter(Column::StaffId.in_subquery(planned))
        .group_by(Column::StaffId)
        .group_by(Column::Direction)
        .having(people.gte(authors))
        .into_tuple()
        .all(source.connection)
        .await?;
    Ok(found.into_iter().map(StaffId).collect())
}

/// Finds the part of a year of the agency that ended most recently.
pub(crate) async fn last_part<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    today: Date,
) -> Result<Option<Period>> {
    let found = period::Entity::find()
        .filter(period::Column::AgencyId.eq(agency.0))
        .filter(period::Column::Part.gt(0))
        .filter(period::Column::EndsOn.lt(today))
        .order_by_desc(period::Column::EndsOn)
        .one(source.connection)
        .await?;
    found.map(super::period::value).transpose()
}

/// Removes texts that have been released.
pub(crate) async fn remove(tx: &Tx, ids: impl Iterator<Item = Uuid>) -> Result<()> {
    let which = any_of(tx.backend(), (Entity, Column::Id), ids);
    Entity::delete_many().filter(which).exec(tx.connection()).await?;
    Ok(())
}

fn value(row: Model) -> Result<WaitingFeedback> {
    Ok(WaitingFeedback {
        id: row.id,
        agency: AgencyId(row.agency_id),
        recipient: StaffId(row.staff_id),
        direction: row.direction.parse().map_err(Error::internal)?,
        about: FeedbackAbout::new(
            row.about_kind.parse().map_err(Error::internal)?,
            row.about_id.unwrap_or_default(),
        ),
        author: StaffId(row.author_id),
        text: row.text,
        given_at: from_micros(row.given_at),
        given_on: row.given_on,
    })
}

fn row(waiting: &WaitingFeedback) -> ActiveModel {
    ActiveModel {
        id: Set(waiting.id),
        agency_id: Set(waiting.agency.0),
        staff_id: Set(waiting.recipient.0),
        direction: Set(waiting.direction.to_string()),
        about_kind: Set(waiting.about.kind().to_string()),
        about_id: Set(waiting.about.id()),
        author_id: Set(waiting.author.0),
        text: Set(waiting.text.clone()),
        given_at: Set(to_micros(waiting.given_at)),
        given_on: Set(waiting.given_on),
    }
}
