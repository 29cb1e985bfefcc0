//! Writes the entries that wait, and removes old ones.

use super::{Access, Times};
use crate::{
    db::Tx,
    env::{Env, fresh_id},
    error::Result,
};
use chrono::Duration;
use domain::{actor::Actor, id::AgencyId, time::to_micros};
use entity::access_log::{ActiveModel, Column, Entity};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Set,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// Entries in one statement.
const BATCH: usize = 500;
/// Old entries that are removed in one unit of work.
const REMOVED: u64 = 5_000;
/// The time between two writes.
const PAUSE: std::time::Duration = std::time::Duration::from_secs(2);

/// Writes the entries that wait, again and again. A failed write is tried again.
pub async fn run(env: Env) {
    loop {
        tokio::time::sleep(PAUSE).await;
        if let Err(cause) = flush(&env).await {
            tracing::warn!(%cause, "the access log could not be written; will retry");
        }
    }
}

/// Writes the entries that wait. Those that can't be written wait again.
pub async fn flush(env: &Env) -> Result<u64> {
    let mut waiting: Vec<(Access, Times)> = env.access.state().waiting.drain().collect();
    // In the same order on all servers, so that two of them don't wait for each other's rows.
    waiting.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut done = 0;
    let mut failure = None;
    for batch in waiting.chunks(BATCH) {
        if failure.is_none() {
            let rows = batch.to_vec();
            match env.write(&nobody(), move |tx| async move { write(&tx, rows).await }).await {
                Ok(()) => done += batch.len() as u64,
                Err(cause) => failure = Some(cause),
            }
        }
        if failure.is_some() {
            let mut state = env.access.state();
            let lost = batch.iter().filter(|(access, times)| !state.add(access.clone(), *times)).count();
            env.access.0.lost.fetch_add(lost as u64, Ordering::Relaxed);
        }
    }
    env.access.0.written.fetch_add(done, Ordering::Relaxed);
    failure.map_or(Ok(done), Err)
}

fn nobody() -> Actor {
    Actor::system(AgencyId(Uuid::nil()))
}

/// One row a day for each read; refusals are counted in theirs.
async fn write(tx: &Tx, waiting: Vec<(Access, Times)>) -> Result<()> {
    let key = [Column::Day, Column::ActorId, Column::Kind, Column::ObjectId, Column::Operation];
    let once = OnConflict::columns(key).do_nothing().to_owned();
    let counted = OnConflict::columns(key)
        .value(Column::Count, Expr::col((Entity, Column::Count)).add(Expr::cust("excluded.count")))
        .value(Column::LastAt, Expr::cust("excluded.last_at"))
        .to_owned();
    let (reads, refusals): (Vec<_>, Vec<_>) =
        waiting.into_iter().partition(|(access, _)| access.kind.is_read());
    for (rows, on_conflict) in [(reads, once), (refusals, counted)] {
        if rows.is_empty() {
            continue;
        }
        Entity::insert_many(rows.into_iter().map(row))
            .on_conflict(on_conflict)
            .exec_without_returning(tx.connection())
            .await?;
    }
    Ok(())
}

fn row((access, times): (Access, Times)) -> ActiveModel {
    let Access { agency, day, actor, by_key, kind, operation, object_kind, object, staff } = access;
    ActiveModel {
        id: Set(fresh_id()),
        agency_id: Set(agency),
        day: Set(day),
        actor_id: Set(actor),
        by_key: Set(by_key),
        kind: Set(kind.to_string()),
        operation: Set(operation),
        object_kind: Set(object_kind),
        object_id: Set(object),
        staff_id: Set(staff),
        count: Set(times.count),
        first_at: Set(to_micros(times.first)),
        last_at: Set(to_micros(times.last)),
    }
}

/// Removes entries that are older than the setting allows.
pub(crate) async fn expire(env: &Env) -> Result<u64> {
    let oldest = env.now().date_naive() - Duration::days(i64::from(env.access_log_days));
    let mut removed = 0;
    loop {
        let old = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Day.lt(oldest))
            .limit(REMOVED)
            .into_query();
        let batch = env
            .write(&nobody(), move |tx| async move {
                let delete = Entity::delete_many().filter(Column::Id.in_subquery(old));
                Ok(delete.exec(tx.connection()).await?.rows_affected)
            })
            .await?;
        removed += batch;
        if batch < REMOVED {
            return Ok(removed);
        }
    }
}
