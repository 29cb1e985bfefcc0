//! Delegations. Everyone in the agency can see them.

use crate::{
    db::{Keyset, Order, Page, PageRequest, SortKey, Source, any_of, counted},
    error::Result,
    store,
};
use domain::{
    assignment::Delegation,
    id::{AgencyId, AssignmentId, StaffId, UnitId},
    time::Date,
};
use entity::{
    assignment,
    delegation::{Column, Entity},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use serde::Serialize;

/// Filter for delegations; every condition must be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct DelegationFilter {
    /// Of this assignment.
    pub assignment: Option<AssignmentId>,
    /// Of the assignments in this unit and in those below it today.
    pub unit: Option<UnitId>,
    /// To this person.
    pub delegate: Option<StaffId>,
    /// In force on this day.
    pub on: Option<Date>,
}

/// Loads a page of an agency's delegations, ordered by their first day.
pub(crate) async fn list<C: ConnectionTrait>(
    source: Source<'_, C>,
    (agency, today): (AgencyId, Date),
    filter: &DelegationFilter,
    order: Order,
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Delegation>, Option<u64>)> {
    let mut which = Condition::all()
        .add(Column::AgencyId.eq(agency.0))
        .add_option(filter.assignment.map(|of| Column::AssignmentId.eq(of.0)))
        .add_option(filter.delegate.map(|to| Column::DelegateId.eq(to.0)));
    if let Some(day) = filter.on {
        which = which.add(store::delegation::open_on(day));
    }
    if let Some(unit) = filter.unit {
        let tree = store::org_unit::tree(source.connection, agency, today).await?;
        let column = (assignment::Entity, assignment::Column::UnitId);
        let there = assignment::Entity::find().select_only().column(assignment::Column::Id).filter(any_of(
            source.backend,
            column,
            tree.subtree(unit).iter().map(|unit| unit.0),
        ));
        which = which.add(Column::AssignmentId.in_subquery(there.into_query()));
    }
    let select = Entity::find().filter(which);
    let total = counted(source, &select, count).await?;
    let keyset = Keyset {
        columns: vec![Column::ValidFrom, Column::Id],
        order,
        key: |row: &entity::delegation::Model| vec![SortKey::Day(row.valid_from), SortKey::Id(row.id)],
        binding: format!("delegations {}", serde_json::to_string(filter)?),
    };
    let page = keyset.load(source.connection, select, request).await?;
    Ok((page.try_map(store::delegation::value)?, total))
}
