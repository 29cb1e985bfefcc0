//! Locks plans for decisions that depend on several rows.
//!
//! Some rules span tables. An activity may not change after the evaluation of its period is final. A plan may not
//! change after the annual evaluation is final. Nothing may change in a closed period. A version guards a single row
//! only. Such decisions therefore lock the plan first, so that they run one after another and read each other's
//! commits. SQLite has only one writer and needs no locks.

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

/// Locks these plans, and their periods against closing, until the unit of work ends.
///
/// Rows read before the lock may be stale: read them again, or rely on the version check. The lock order is always
/// periods, then plans, each by id, so that two units of work never deadlock.
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
    // A weaker lock than FOR UPDATE: others may still insert rows that refer to the plan.
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
