//! The one statement behind each report.

use crate::{db::Backend, env::Env, error::Result};
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

/// A count of one unit's subtree.
#[derive(Debug)]
pub(super) struct Line {
    pub unit: UnitId,
    pub code: String,
    pub name: String,
    pub level: i32,
    /// Predicate or status; none where there is nothing.
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

/// Counts assignments that are active on the period's last day by unit (each with its subtree) and key.
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
    let text = QUERY.replace("{key}", key).replace("{active}", ACTIVE);
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

/// Sends a statement that was bound.
pub(super) async fn query(env: &Env, text: String, values: Vec<Value>) -> Result<Vec<QueryResult>> {
    let backend = match env.db.backend() {
        Backend::Sqlite => DbBackend::Sqlite,
        Backend::Postgres => DbBackend::Postgres,
    };
    Ok(env.db.reader().query_all_raw(Statement::from_sql_and_values(backend, text, values)).await?)
}

/// `edge`: the tree on the day. `grp`: the units that have a row. `cover`: each of them with all below.
/// `counted`: who is active on the day, by his own unit and key, so that the tree meets few rows.
///
/// A plan is of the year; a part of a year asks for the plans of its year. Cancelled plans, and with them their
/// evaluations, count for nothing. Both joins follow a unique index.
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
    WHERE a.valid_from <= {on} AND (a.valid_to IS NULL OR a.valid_to > {on})
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

/// Joined to an assignment: the person, who is no outsider, with the plan and the evaluation.
pub(super) const ACTIVE: &str = "\
    JOIN staff s ON s.id = a.staff_id AND s.employment_kind <> 'NON_ASN'
    LEFT JOIN plan p ON p.assignment_id = a.id AND p.period_id = {year} AND p.status <> 'CANCELLED'
    LEFT JOIN evaluation e ON e.plan_id = p.id AND e.period_id = {period}";

/// Puts the database's own placeholders in place of the words, and their values in order.
pub(super) fn bind(backend: Backend, text: &str, values: &mut Vec<Value>, words: &[(&str, Value)]) -> String {
    let mut bound = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        bound.push_str(&rest[..start]);
        rest = &rest[start..];
        let Some((word, value)) = words.iter().find(|(word, _)| rest.starts_with(word)) else { break };
        match backend {
            Backend::Sqlite => {
                bound.push('?');
                values.push(value.clone());
            }
            Backend::Postgres => {
                // One number for each word, however often it stands there.
                let number = values.iter().position(|known| known == value).unwrap_or_else(|| {
                    values.push(value.clone());
                    values.len() - 1
                });
                bound.push_str(&format!("${}", number + 1));
            }
        }
        rest = &rest[word.len()..];
    }
    bound.push_str(rest);
    bound
}
