//! Holds plans for a decision that hangs on more than one row.
//!
//! An activity may not move once the evaluation of its part is final, nor a plan once the year's is; a period
//! that closes takes no more changes. Versions guard single rows only, so that whoever decides across these
//! tables takes the plan first: decisions on one plan come one after the other, and none misses what another
//! has just committed. SQLite has one writer and needs none of it.

use crate::{
    db::{Backend, Tx, any_of},
    error::Result,
};
use domain::id::PlanId;
use entity::{period, plan};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::LockType,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Waits until nobody else decides on these plans, and keeps their periods from closing, until the unit of work
/// ends. What was read before may be stale then: read anew, or let the version tell.
///
/// The order is the same everywhere, so that two units of work never wait for each other: periods, then plans,
/// each by id.
pub(crate) async fn lock_plans(tx: &Tx, plans: impl IntoIterator<Item = PlanId>) -> Result<()> {
    if tx.backend() == Backend::Sqlite {
        return Ok(());
    }
    let plans: BTreeSet<Uuid> = plans.into_iter().map(|plan| plan.0).collect();
    if plans.is_empty() {
        return Ok(());
    }
    let these = || any_of(tx.backend(), (plan::Entity, plan::Column::Id), plans.iter().copied());
    let years =
        || plan::Entity::find().select_only().column(plan::Column::PeriodId).filter(these()).into_query();
    let of_years = Condition::any()
        .add(period::Column::Id.in_subquery(years()))
        .add(period::Column::ParentId.in_subquery(years()));
    let periods = period::Entity::find()
        .select_only()
        .column(period::Column::Id)
        .filter(of_years)
        .order_by_asc(period::Column::Id)
        .lock_shared();
    // Not the strongest lock: rows that refer to the plan may still be written.
    let plans = plan::Entity::find()
        .select_only()
        .column(plan::Column::Id)
        .filter(these())
        .order_by_asc(plan::Column::Id)
        .lock(LockType::NoKeyUpdate);
    let (connection, backend) = (tx.connection(), sea_orm::DbBackend::Postgres);
    connection.query_all_raw(periods.build(backend)).await?;
    connection.query_all_raw(plans.build(backend)).await?;
    Ok(())
}
