//! Delegations: for a limited time, another person acts for an assignment.

use crate::{
    db::{Source, any_of},
    error::{Error, Result},
};
use domain::{
    assignment::Delegation,
    id::{AgencyId, AssignmentId, DelegationId, StaffId},
    time::Date,
};
use entity::delegation::{ActiveModel, Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};

/// The condition that a delegation is current on a day.
pub(crate) fn open_on(day: Date) -> Condition {
    Condition::all()
        .add(Column::ValidFrom.lte(day))
        .add(Condition::any().add(Column::ValidTo.is_null()).add(Column::ValidTo.gt(day)))
}

/// Loads the delegations of assignments that are current on a day, oldest first.
pub(crate) async fn of_assignments<C: ConnectionTrait>(
    source: Source<'_, C>,
    assignments: impl IntoIterator<Item = AssignmentId>,
    on: Date,
) -> Result<Vec<Delegation>> {
    let ids = assignments.into_iter().map(|id| id.0);
    load(source, open_on(on).add(any_of(source.backend, (Entity, Column::AssignmentId), ids))).await
}

/// Loads all past, current and future delegations of assignments, oldest first.
pub(crate) async fn of_posts<C: ConnectionTrait>(
    source: Source<'_, C>,
    assignments: impl IntoIterator<Item = AssignmentId>,
) -> Result<Vec<Delegation>> {
    let ids = assignments.into_iter().map(|id| id.0);
    load(source, Condition::all().add(any_of(source.backend, (Entity, Column::AssignmentId), ids))).await
}

/// Loads the delegations that match a condition, oldest first.
pub(crate) async fn load<C: ConnectionTrait>(
    source: Source<'_, C>,
    which: Condition,
) -> Result<Vec<Delegation>> {
    let rows = Entity::find()
        .filter(which)
        .order_by_asc(Column::ValidFrom)
        .order_by_asc(Column::Id)
        .all(source.connection)
        .await?;
    rows.into_iter().map(value).collect()
}

/// Converts a row to a value.
pub(crate) fn value(row: Model) -> Result<Delegation> {
    Ok(Delegation {
        id: DelegationId(row.id),
        agency: AgencyId(row.agency_id),
        assignment: AssignmentId(row.assignment_id),
        delegate: StaffId(row.delegate_id),
        capacity: row.capacity.parse().map_err(Error::internal)?,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        reason: row.reason,
        version: row.version,
    })
}

/// Converts a value to a row.
pub(crate) fn row(delegation: &Delegation) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: Set(delegation.id.0),
        agency_id: Set(delegation.agency.0),
        assignment_id: Set(delegation.assignment.0),
        delegate_id: Set(delegation.delegate.0),
        capacity: Set(delegation.capacity.to_string()),
        valid_from: Set(delegation.valid_from),
        valid_to: Set(delegation.valid_to),
        reason: Set(delegation.reason.clone()),
        version: Set(delegation.version),
    })
}

record!(Delegation, Delegation, entity::delegation, {staff: delegate});

/// Loads all delegations of an agency.
pub(crate) async fn of_agency<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
) -> Result<Vec<Delegation>> {
    load(source, Condition::all().add(Column::AgencyId.eq(agency.0))).await
}

/// Loads a delegation of an agency.
pub(crate) async fn find<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    id: DelegationId,
) -> Result<Option<Delegation>> {
    let which = Condition::all().add(Column::AgencyId.eq(agency.0)).add(Column::Id.eq(id.0));
    Ok(load(source, which).await?.pop())
}

/// The condition that a delegation ends after a day, or has no end.
fn ends_after(day: Date) -> Condition {
    Condition::any().add(Column::ValidTo.is_null()).add(Column::ValidTo.gt(day))
}

/// Loads the delegations of an assignment that have not ended by a day.
pub(crate) async fn unended_of<C: ConnectionTrait>(
    source: Source<'_, C>,
    assignment: AssignmentId,
    by: Date,
) -> Result<Vec<Delegation>> {
    let which = Condition::all().add(Column::AssignmentId.eq(assignment.0)).add(ends_after(by));
    load(source, which).await
}

/// Loads the delegations to people that have not ended by a day.
pub(crate) async fn unended_to<C: ConnectionTrait>(
    source: Source<'_, C>,
    delegates: &[StaffId],
    by: Date,
) -> Result<Vec<Delegation>> {
    let to_one = any_of(source.backend, (Entity, Column::DelegateId), delegates.iter().map(|one| one.0));
    load(source, Condition::all().add(to_one).add(ends_after(by))).await
}

/// Loads the delegations to a person with this end date (exclusive).
pub(crate) async fn ended_to<C: ConnectionTrait>(
    source: Source<'_, C>,
    delegate: StaffId,
    end: Date,
) -> Result<Vec<Delegation>> {
    load(source, Condition::all().add(Column::DelegateId.eq(delegate.0)).add(Column::ValidTo.eq(end))).await
}

/// Loads the delegations of an agency that began or ended after `since` and until `until` (inclusive).
pub(crate) async fn begun_or_ended<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    since: Option<Date>,
    until: Date,
) -> Result<Vec<Delegation>> {
    let passed = |column: Column| {
        Condition::all().add(column.lte(until)).add_option(since.map(|since| column.gt(since)))
    };
    let which = Condition::all()
        .add(Column::AgencyId.eq(agency.0))
        .add(Condition::any().add(passed(Column::ValidFrom)).add(passed(Column::ValidTo)));
    load(source, which).await
}

/// Loads the delegations of an agency that are current on a day.
pub(crate) async fn of_agency_on<C: ConnectionTrait>(
    source: Source<'_, C>,
    agency: AgencyId,
    day: Date,
) -> Result<Vec<Delegation>> {
    load(source, Condition::all().add(Column::AgencyId.eq(agency.0)).add(open_on(day))).await
}
