//! The SQL statement of each report.

use crate::{
    db::{Backend, Source},
    env::Env,
    error::Result,
};
use domain::{id::UnitId, period::Period};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, QueryResult, Statement, Value};
use uuid::Uuid;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    /// Predicates of final evaluations.
    Predicates,
    /// Plans by status.
    Plans,
    /// Evaluations by status.
    Evaluations,
}

/// A count in one unit's subtree.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub unit: UnitId,
    pub code: String,
    pub name: String,
    pub level: i32,
    /// Predicate or status; none for assignments without either.
    pub key: Option<String>,
    pub count: i64,
}

#[derive(FromQueryResult)]
struct Counts {
    unit: Uuid,
    code: String,
    name: String,
    level: i32,
    key: Option<String>,
    count: i64,
}

/// Counts the assignments that are active on the period's last day, by unit (each with its subtree) and key.
pub(super) async fn grouped(
    env: &Env,
    unit: UnitId,
    depth: i32,
    period: &Period,
    counted: Counted,
) -> Result<Vec<Line>> {
    let key = match counted {
        Counted::Plans => "p.status",
        Counted::Evaluations => "e.status",
        Counted::Predicates => "e.predicate",
    };
    // A cancelled evaluation takes its assignment out of the denominator; plans are counted regardless.
    let counted = if counted == Counted::Plans { "" } else { NOT_CANCELLED };
    let text = QUERY.replace("{key}", key).replace("{active}", ACTIVE).replace("{counted}", counted);
    let mut values: Vec<Value> = Vec::new();
    let backend = env.db.backend();
    let text = bind(
        backend,
        &text,
        &mut values,
        &[
            ("{unit}", unit.0.into()),
            ("{depth}", depth.into()),
            ("{year}", period.parent.unwrap_or(period.id).0.into()),
            ("{period}", period.id.0.into()),
            ("{on}", period.ends_on.into()),
        ],
    );
    let rows = query(env, text, values).await?;
    rows.iter()
        .map(|row| {
            let Counts { unit, code, name, level, key, count } = Counts::from_query_result(row, "")?;
            Ok(Line { unit: UnitId(unit), code, name, level, key, count })
        })
        .collect()
}

/// Executes a bound statement.
pub(super) async fn query(env: &Env, text: String, values: Vec<Value>) -> Result<Vec<QueryResult>> {
    query_in(env.db.source(), text, values).await
}

/// Executes a bound statement on a connection.
pub(super) async fn query_in<C: ConnectionTrait>(
    source: Source<'_, C>,
    text: String,
    values: Vec<Value>,
) -> Result<Vec<QueryResult>> {
    let backend = match source.backend {
        Backend::Sqlite => DbBackend::Sqlite,
        Backend::Postgres => DbBackend::Postgres,
    };
    Ok(source.connection.query_all_raw(Statement::from_sql_and_values(backend, text, values)).await?)
}

/// `edge` is the unit tree on the day, `grp` the units with a row of their own, `cover` each of those with all units
/// below it. `counted` groups the assignments active on the day by their own unit and key, so that few rows are
/// joined to the tree.
///
/// Plans belong to a year, so a report on a part uses the plans of its year. Cancelled plans and their evaluations
/// are not counted. Both joins use a unique index.
const QUERY: &str = "\
WITH RECURSIVE edge (unit, parent) AS (
    SELECT unit_id, parent_id FROM org_unit_parent
    WHERE valid_from <= {on} AND (valid_to IS NULL OR valid_to > {on})
), grp (unit, level) AS (
    SELECT id, 0 FROM org_unit WHERE id = {unit}
    UNION ALL
    SELECT edge.unit, grp.level + 1 FROM grp JOIN edge ON edge.parent = grp.unit WHERE grp.level < {depth}
), cover (top, unit) AS (
    SELECT unit, unit FROM grp
    UNION ALL
    SELECT cover.top, edge.unit FROM cover JOIN edge ON edge.parent = cover.unit
), counted (unit, key, count) AS (
    SELECT a.unit_id, {key}, COUNT(*) FROM assignment a
    {active}
    WHERE a.valid_from <= {on} AND (a.valid_to IS NULL OR a.valid_to > {on}){counted}
    GROUP BY a.unit_id, {key}
)
SELECT u.id AS unit, u.code AS code, u.name AS name, grp.level AS level, counted.key AS key,
    CAST(COALESCE(SUM(counted.count), 0) AS BIGINT) AS count
FROM grp
JOIN org_unit u ON u.id = grp.unit
JOIN cover ON cover.top = grp.unit
LEFT JOIN counted ON counted.unit = cover.unit
GROUP BY u.id, u.code, u.name, grp.level, counted.key
ORDER BY grp.level, u.code, u.id, counted.key";

/// The condition that an evaluation is not cancelled.
pub(super) const NOT_CANCELLED: &str = " AND (e.status IS NULL OR e.status <> 'CANCELLED')";

/// Joins an assignment to its person (without NON_ASN), plan and evaluation.
pub(super) const ACTIVE: &str = "\
    JOIN staff s ON s.id = a.staff_id AND s.employment_kind <> 'NON_ASN'
    LEFT JOIN plan p ON p.assignment_id = a.id AND p.period_id = {year} AND p.status <> 'CANCELLED'
    LEFT JOIN evaluation e ON e.plan_id = p.id AND e.period_id = {period}";

/// Replaces words in braces by the database's placeholders, and collects their values in order.
pub(super) fn bind(backend: Backend, text: &str, values: &mut Vec<Value>, words: &[(&str, Value)]) -> String {
    let mut bound = String::with_capacity(text.len());
    let mut remaining = text;
    while let Some(start) = remaining.find('{') {
        bound.push_str(&remaining[..start]);
        remaining = &remaining[start..];
        let Some((word, value)) = words.iter().find(|(word, _)| remaining.starts_with(word)) else { break };
        match backend {
            Backend::Sqlite => {
                bound.push('?');
                values.push(value.clone());
            }
            Backend::Postgres => {
                // A word that occurs several times has one number.
                let number = values.iter().position(|known| known == value).unwrap_or_else(|| {
                    values.push(value.clone());
                    values.len() - 1
                });
                bound.push_str(&format!("${}", number + 1));
            }
        }
        remaining = &remaining[word.len()..];
    }
    bound.push_str(remaining);
    bound
}
