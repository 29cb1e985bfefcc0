//! Selects the people in the subtrees of units.

use super::{assignment, org_unit::placed_on};
use crate::db::{Backend, any_of};
use domain::{
    id::{AgencyId, UnitId},
    time::Date,
};
use entity::{assignment as assigned, org_unit, org_unit_parent, staff};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{
        Alias, CommonTableExpression, Expr, ExprTrait, IntoCondition, JoinType, Query, SelectStatement,
        SimpleExpr, UnionType, WithClause,
    },
};

/// Common table expression: each requested unit with each unit of its subtree.
const REACH: &str = "reach";
/// Subquery: each requested unit with each person in its subtree.
const BELOW: &str = "below";
const TOP: &str = "top";
const UNIT: &str = "unit";

fn of(table: &str, column: &str) -> SimpleExpr {
    Expr::col((Alias::new(table), Alias::new(column)))
}

/// The expression for the requested unit of a row of [`staff_below`].
pub(crate) fn top() -> SimpleExpr {
    of(BELOW, TOP)
}

/// Selects the people assigned on a day to each of these units or their subtrees, each person once per requested unit.
pub(crate) fn staff_below(
    backend: Backend,
    agency: AgencyId,
    units: &[UnitId],
    on: Date,
) -> Select<staff::Entity> {
    let reach = CommonTableExpression::new()
        .query(reach(backend, agency, units, on))
        .columns([Alias::new(TOP), Alias::new(UNIT)])
        .table_name(Alias::new(REACH))
        .to_owned();
    let is_assigned = of(REACH, UNIT).equals(assigned::Column::UnitId.as_column_ref());
    let below = Query::select()
        .distinct()
        .expr(of(REACH, TOP))
        .column(assigned::Column::StaffId.as_column_ref())
        .from(Alias::new(REACH))
        .join(JoinType::InnerJoin, assigned::Entity, is_assigned)
        .cond_where(assignment::open_on(on))
        .with_cte(WithClause::new().recursive(true).cte(reach).to_owned())
        .to_owned();
    let mut select = staff::Entity::find();
    let is_person = of(BELOW, "staff_id").equals(staff::Column::Id.as_column_ref());
    QuerySelect::query(&mut select).join_subquery(
        JoinType::InnerJoin,
        below,
        Alias::new(BELOW),
        is_person.into_condition(),
    );
    select
}

fn reach(backend: Backend, agency: AgencyId, units: &[UnitId], on: Date) -> SelectStatement {
    let tops = org_unit::Entity::find()
        .select_only()
        .column(org_unit::Column::Id)
        .column(org_unit::Column::Id)
        .filter(org_unit::Column::AgencyId.eq(agency.0))
        .filter(any_of(backend, (org_unit::Entity, org_unit::Column::Id), units.iter().map(|unit| unit.0)));
    let is_below = of(REACH, UNIT).equals(org_unit_parent::Column::ParentId.as_column_ref());
    let deeper = Query::select()
        .expr(of(REACH, TOP))
        .column(org_unit_parent::Column::UnitId.as_column_ref())
        .from(Alias::new(REACH))
        .join(JoinType::InnerJoin, org_unit_parent::Entity, is_below)
        .cond_where(placed_on(on))
        .to_owned();
    // UNION removes duplicates, so the recursion ends even on a cycle.
    tops.into_query().union(UnionType::Distinct, deeper).to_owned()
}
