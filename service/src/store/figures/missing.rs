//! The evaluations that are missing at the end of a year, and the predicates of heads.

use super::lines;
use crate::{
    db::Source,
    error::{Error, Result},
};
use domain::{
    evaluation::{EvaluationStatus, Predicate},
    id::{AssignmentId, EvaluationId, PlanId, StaffId, UnitId},
    period::Period,
    plan::PlanStatus,
    staff::StaffStatus,
    time::Date,
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::HashMap;
use uuid::Uuid;

/// An assignment that is active on a period's last day and has no final evaluation.
pub(crate) struct MissingLine {
    pub assignment: AssignmentId,
    pub staff: StaffId,
    pub unit: UnitId,
    /// Whether the person has left since then.
    pub has_left: bool,
    /// The first day of the assignment.
    pub valid_from: Date,
    pub plan: Option<PlanId>,
    pub plan_status: Option<PlanStatus>,
    pub evaluation: Option<EvaluationId>,
    pub status: Option<EvaluationStatus>,
    /// The rater of the evaluation, or of the plan.
    pub rater: Option<StaffId>,
}

#[derive(FromQueryResult)]
struct Row {
    assignment: Uuid,
    staff: Uuid,
    unit: Uuid,
    staff_status: String,
    valid_from: Date,
    plan: Option<Uuid>,
    plan_status: Option<String>,
    plan_rater: Option<Uuid>,
    evaluation: Option<Uuid>,
    status: Option<String>,
    rater: Option<Uuid>,
}

const MISSING: &str = "\
{subtree}
SELECT a.id AS assignment, a.staff_id AS staff, a.unit_id AS unit, s.status AS staff_status, a.valid_from AS valid_from, p.id AS plan, p.status AS plan_status,
    p.rater_staff_id AS plan_rater, e.id AS evaluation, e.status AS status, e.rater_staff_id AS rater
FROM cover
JOIN assignment a ON a.unit_id = cover.unit
{active}
JOIN org_unit u ON u.id = a.unit_id
WHERE a.valid_from <= {on} AND (a.valid_to IS NULL OR a.valid_to > {on}) AND e.predicate IS NULL{counted}
ORDER BY u.code, s.name_key, a.id";

/// Finds the assignments of a unit's subtree without a final evaluation in a period, by unit and name.
pub(crate) async fn missing<C: ConnectionTrait>(
    source: Source<'_, C>,
    unit: UnitId,
    period: &Period,
) -> Result<Vec<MissingLine>> {
    let found: Vec<Row> = lines(source, MISSING, unit, period, &[]).await?;
    let line = |row: Row| {
        Ok(MissingLine {
            assignment: AssignmentId(row.assignment),
            staff: StaffId(row.staff),
            unit: UnitId(row.unit),
            has_left: row.staff_status == StaffStatus::Ended.to_string(),
            valid_from: row.valid_from,
            plan: row.plan.map(PlanId),
            plan_status: row.plan_status.as_deref().map(str::parse).transpose().map_err(Error::internal)?,
            evaluation: row.evaluation.map(EvaluationId),
            status: row.status.as_deref().map(str::parse).transpose().map_err(Error::internal)?,
            rater: row.rater.or(row.plan_rater).map(StaffId),
        })
    };
    found.into_iter().map(line).collect()
}

const HEADS: &str = "\
WITH RECURSIVE edge (unit, parent) AS (
    SELECT unit_id, parent_id FROM org_unit_parent
    WHERE valid_from <= {on} AND (valid_to IS NULL OR valid_to > {on})
), grp (unit, level) AS (
    SELECT id, 0 FROM org_unit WHERE id = {unit}
    UNION ALL
    SELECT edge.unit, grp.level + 1 FROM grp JOIN edge ON edge.parent = grp.unit WHERE grp.level < {depth}
)
SELECT a.unit_id AS unit, e.predicate AS predicate FROM grp
JOIN assignment a ON a.unit_id = grp.unit AND a.leads
{active}
WHERE a.valid_from <= {on} AND (a.valid_to IS NULL OR a.valid_to > {on}) AND e.predicate IS NOT NULL";

#[derive(FromQueryResult)]
struct HeadRow {
    unit: Uuid,
    predicate: String,
}

/// Loads the predicates of the heads of a unit and of the units down to a depth below it.
pub(crate) async fn predicates_of_heads<C: ConnectionTrait>(
    source: Source<'_, C>,
    unit: UnitId,
    depth: i32,
    period: &Period,
) -> Result<HashMap<UnitId, Vec<Predicate>>> {
    let mut found: HashMap<UnitId, Vec<Predicate>> = HashMap::new();
    let rows: Vec<HeadRow> = lines(source, HEADS, unit, period, &[("{depth}", depth.into())]).await?;
    for row in rows {
        let predicate = row.predicate.parse().map_err(Error::internal)?;
        found.entry(UnitId(row.unit)).or_default().push(predicate);
    }
    Ok(found)
}
