//! Reads all objects of a small database, without a scope.

use crate::{
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    assignment::Delegation, correction::Correction, evaluation::Evaluation, event::EventKind, plan::Plan,
    recommendation::Recommendation, training::Training,
};
use entity::{assignment, event, org_unit, position, recommendation};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The ids of units by code.
pub async fn units(env: &Env) -> Result<BTreeMap<String, Uuid>> {
    let rows = org_unit::Entity::find().all(env.db.reader()).await?;
    Ok(rows.into_iter().map(|row| (row.code, row.id)).collect())
}

/// The codes of positions by assignment.
pub async fn posts(env: &Env) -> Result<BTreeMap<Uuid, String>> {
    let positions = position::Entity::find().all(env.db.reader()).await?;
    let codes: BTreeMap<Uuid, String> = positions.into_iter().map(|row| (row.id, row.code)).collect();
    let rows = assignment::Entity::find().all(env.db.reader()).await?;
    let post = |row: assignment::Model| Some((row.id, codes.get(&row.position_id)?.clone()));
    Ok(rows.into_iter().filter_map(post).collect())
}

/// All plans.
pub async fn plans(env: &Env) -> Result<Vec<Plan>> {
    store::plan::load(env.db.source(), Condition::all()).await
}

/// All evaluations.
pub async fn evaluations(env: &Env) -> Result<Vec<Evaluation>> {
    store::evaluation::load(env.db.source(), Condition::all()).await
}

/// All delegations.
pub async fn delegations(env: &Env) -> Result<Vec<Delegation>> {
    store::delegation::load(env.db.source(), Condition::all()).await
}

/// All recommendations.
pub async fn recommendations(env: &Env) -> Result<Vec<Recommendation>> {
    let rows = recommendation::Entity::find().all(env.db.reader()).await?;
    rows.into_iter().map(store::recommendation::value).collect()
}

/// All trainings.
pub async fn trainings(env: &Env) -> Result<Vec<Training>> {
    store::training::load(env.db.source(), Condition::all()).await
}

/// All corrections.
pub async fn corrections(env: &Env) -> Result<Vec<Correction>> {
    store::correction::load(env.db.source(), Condition::all()).await
}

/// The ids of the objects with an entry of this kind.
pub async fn subjects(env: &Env, kind: EventKind) -> Result<Vec<Uuid>> {
    let which = event::Entity::find().filter(event::Column::Kind.eq(kind.to_string()));
    let rows = which.all(env.db.reader()).await?;
    Ok(rows.into_iter().map(|row| row.subject_id).collect())
}

/// The request id of each entry, in the order in which the entries were written; `None` for an entry that no request
/// made.
pub async fn requests(env: &Env) -> Result<Vec<Option<Uuid>>> {
    let rows = event::Entity::find().order_by_asc(event::Column::Id).all(env.db.reader()).await?;
    Ok(rows.into_iter().map(|row| row.request_id).collect())
}

/// Counts rows; `from` is a table, or a table with `WHERE` and a condition.
pub async fn count(env: &Env, from: &'static str) -> Result<i64> {
    let reader = env.db.reader();
    let text = format!("SELECT COUNT(*) FROM {from}");
    let row = reader.query_one_raw(Statement::from_string(reader.get_database_backend(), text)).await?;
    Ok(row.ok_or(Error::NotFound)?.try_get_by_index(0)?)
}
