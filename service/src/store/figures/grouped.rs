//! Counts of people by predicate or status.

use super::{ACTIVE, NOT_CANCELLED, of_period, rows};
use crate::{db::Source, error::Result};
use domain::{id::UnitId, period::Period};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// The objects that are counted, and the key by which they are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// Predicates of final evaluations.
    Predicates,
    /// Plans by status.
    Plans,
    /// Evaluations by status.
    Evaluations,
}

/// A count in one unit's subtree.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub unit: UnitId,
    pub code: String,
    pub name: String,
    pub level: i32,
    /// Predicate or status; `None` for assignments without either.
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
pub(crate) async fn grouped<C: ConnectionTrait>(
    source: Source<'_, C>,
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
    // An assignment whose evaluation is cancelled does not count, except in the count of plans.
    let counted = if counted == Counted::Plans { "" } else { NOT_CANCELLED };
    let text = QUERY.replace("{key}", key).replace("{active}", ACTIVE).replace("{counted}", counted);
    let mut words = of_period(period);
    words.extend([("{unit}", unit.0.into()), ("{depth}", depth.into())]);
    let found: Vec<Counts> = rows(source, &text, &words).await?;
    let line = |Counts { unit, code, name, level, key, count }| Line {
        unit: UnitId(unit),
        code,
        name,
        level,
        key,
        count,
    };
    Ok(found.into_iter().map(line).collect())
}

/// `edge` is the unit tree on the day, `grp` the units that get lines in the report, and `cover` each of these with all
/// units below it. `counted` groups the assignments active on the day by their own unit and key, so that few rows are
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
