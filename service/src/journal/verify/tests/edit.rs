//! Edits any column of any row, as the owner of the database can.

use crate::{db::Tx, error::Result};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use sea_orm::{
    ColumnTrait, ColumnType, ConnectionTrait, EntityTrait, FromQueryResult, IdenStatic, Iterable, ModelTrait,
    PrimaryKeyToColumn, QueryFilter, QueryOrder, Statement, Value, sea_query::Expr,
};
use serde::Serialize;
use uuid::Uuid;

/// Picks a random row. Rows are ordered by key, so the choice depends only on the seed.
pub async fn pick<E>(tx: &Tx, rng: &mut ChaCha8Rng) -> Result<Option<E::Model>>
where
    E: EntityTrait,
    E::Model: FromQueryResult,
{
    let mut query = E::find();
    for key in E::PrimaryKey::iter() {
        query = query.order_by_asc(key.into_column());
    }
    let rows = query.all(tx.connection()).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let at = rng.random_range(0..rows.len());
    Ok(rows.into_iter().nth(at))
}

/// The condition that selects this row by its key.
fn of<E: EntityTrait>(row: &E::Model) -> sea_orm::Condition {
    E::PrimaryKey::iter().fold(sea_orm::Condition::all(), |all, key| {
        let column = key.into_column();
        all.add(column.eq(row.get(column)))
    })
}

/// Sets a random column of a random row to another value. Returns the table and column; `None` if nothing changed.
pub async fn any<E>(tx: &Tx, rng: &mut ChaCha8Rng, without: &[&str]) -> Result<Option<String>>
where
    E: EntityTrait,
    E::Model: Serialize,
{
    let Some(row) = pick::<E>(tx, rng).await? else { return Ok(None) };
    let Some(other) = pick::<E>(tx, rng).await? else { return Ok(None) };
    let columns: Vec<E::Column> =
        E::Column::iter().filter(|column| !without.contains(&column.as_str())).collect();
    let column = columns[rng.random_range(0..columns.len())];
    let value = if rng.random_bool(0.3) { other.get(column) } else { changed(column, row.get(column), rng) };
    if value == row.get(column) {
        return Ok(None);
    }
    set::<E>(tx, &row, column, value).await?;
    Ok(Some(format!("{}.{}", E::default().table_name(), column.as_str())))
}

/// Sets a column of a row.
pub async fn set<E: EntityTrait>(tx: &Tx, row: &E::Model, column: E::Column, value: Value) -> Result<()> {
    E::update_many().col_expr(column, Expr::value(value)).filter(of::<E>(row)).exec(tx.connection()).await?;
    Ok(())
}

/// Removes a random row.
pub async fn delete<E: EntityTrait>(tx: &Tx, rng: &mut ChaCha8Rng) -> Result<Option<String>> {
    let Some(row) = pick::<E>(tx, rng).await? else { return Ok(None) };
    E::delete_many().filter(of::<E>(&row)).exec(tx.connection()).await?;
    Ok(Some(format!("{} deleted", E::default().table_name())))
}

/// Inserts a copy of a random row with a new id.
pub async fn twin<E: EntityTrait>(tx: &Tx, rng: &mut ChaCha8Rng) -> Result<Option<String>> {
    let Some(row) = pick::<E>(tx, rng).await? else { return Ok(None) };
    let table = E::default().table_name().to_owned();
    let columns: Vec<E::Column> = E::Column::iter().collect();
    let names: Vec<&str> = columns.iter().map(IdenStatic::as_str).collect();
    let values: Vec<Value> = columns
        .iter()
        .map(|column| if column.as_str() == "id" { id(rng).into() } else { row.get(*column) })
        .collect();
    let backend = tx.connection().get_database_backend();
    let places: Vec<String> = (1..=values.len())
        .map(
            |place| {
                if backend == sea_orm::DbBackend::Postgres { format!("${place}") } else { "?".to_owned() }
            },
        )
        .collect();
    let text = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), places.join(", "));
    tx.connection().execute_raw(Statement::from_sql_and_values(backend, text, values)).await?;
    Ok(Some(format!("{table} twice")))
}

pub fn id(rng: &mut ChaCha8Rng) -> Uuid {
    Uuid::from_u128(rng.random())
}

/// Returns another value of the same type.
fn changed<C: ColumnTrait>(column: C, value: Value, rng: &mut ChaCha8Rng) -> Value {
    match column.def().get_column_type() {
        ColumnType::Uuid => id(rng).into(),
        ColumnType::Boolean => match value {
            Value::Bool(Some(flag)) => (!flag).into(),
            _ => true.into(),
        },
        ColumnType::Integer => match value {
            Value::Int(Some(number)) => (number + 1).into(),
            _ => 1_i32.into(),
        },
        ColumnType::BigInteger => match value {
            Value::BigInt(Some(number)) => (number + rng.random_range(1..100)).into(),
            _ => 1_i64.into(),
        },
        ColumnType::Date => match value {
            Value::ChronoDate(Some(day)) => (day + chrono::Duration::days(1)).into(),
            _ => chrono::NaiveDate::from_ymd_opt(2026, 1, 1).into(),
        },
        _ => match value {
            Value::String(Some(text)) => edited(&text, rng).into(),
            _ => "x".into(),
        },
    }
}

/// Changes a text. In a JSON document, changes one random value.
fn edited(text: &str, rng: &mut ChaCha8Rng) -> String {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(mut document) if document.is_object() || document.is_array() => {
            disturb(&mut document, rng);
            document.to_string()
        }
        _ => format!("{text}x"),
    }
}

fn disturb(value: &mut serde_json::Value, rng: &mut ChaCha8Rng) {
    use serde_json::Value as Json;
    match value {
        Json::Object(fields) if !fields.is_empty() => {
            let at = rng.random_range(0..fields.len());
            if let Some(value) = fields.values_mut().nth(at) {
                disturb(value, rng);
            }
        }
        Json::Array(items) if !items.is_empty() => {
            let at = rng.random_range(0..items.len());
            disturb(&mut items[at], rng);
        }
        Json::Object(fields) => {
            fields.insert("x".to_owned(), Json::from(1));
        }
        Json::Array(items) => items.push(Json::from("x")),
        Json::String(text) => text.push('x'),
        Json::Bool(flag) => *flag = !*flag,
        Json::Number(number) => *value = Json::from(number.as_i64().unwrap_or(0) + 1),
        Json::Null => *value = Json::from("x"),
    }
}
