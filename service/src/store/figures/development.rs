//! The people of a year with their results of this year and of the next one.

use super::{ACTIVE, NOT_CANCELLED, SUBTREE, rows};
use crate::{
    db::{Source, any_of},
    error::{Error, Result},
};
use domain::{
    development::DEVELOPING,
    evaluation::{Predicate, Realisation, ValueRating},
    id::{AssignmentId, EvaluationId, PeriodId, PlanId, ResultId, UnitId},
    period::Period,
    plan::PlanStatus,
    scoring::RecognisedTraining,
};
use entity::evaluation;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Value};
use serde::Deserialize;
use std::collections::HashMap;
use uuid::Uuid;

/// The number of documents that one statement reads: SQLite binds at most 32,766 values.
const DOCUMENTS: usize = 10_000;

/// Which people are read: those in a unit's subtree on the last day of the first year, or all of the agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    Subtree(UnitId),
    Agency,
}

/// A person who was active on the last day of the first year, with one of their assignments on the last day of the next
/// year. A person with several assignments on that day has several lines.
pub(crate) struct YearsLine {
    pub assignment: AssignmentId,
    pub unit: UnitId,
    /// The final evaluation of the first year, with its predicate.
    pub first: Option<(EvaluationId, Predicate)>,
    /// Whether a value of this evaluation may be rated below expectation. Only its document shows whether one is.
    pub may_have_low_values: bool,
    /// Whether a recommendation to develop was made on it.
    pub recommended: bool,
    /// An assignment on the last day of the next year, with its unit; `None` if they had left.
    pub next_post: Option<(AssignmentId, UnitId)>,
    /// The final evaluation of that assignment in the next year, with its predicate.
    pub next: Option<(EvaluationId, Predicate)>,
}

#[derive(FromQueryResult)]
struct Row {
    assignment: Uuid,
    unit: Uuid,
    evaluation: Option<Uuid>,
    predicate: Option<String>,
    low: i64,
    recommended: i64,
    next_assignment: Option<Uuid>,
    next_unit: Option<Uuid>,
    next_evaluation: Option<Uuid>,
    next_predicate: Option<String>,
}

/// A document with a value below expectation contains the text `"rating":"BELOW"`; documents with other ratings below
/// expectation contain it too. So only few documents have to be read as a whole. `REPLACE` distinguishes capital and
/// small letters on both databases; on SQLite `LIKE` does not.
const YEARS: &str = "\
SELECT a.id AS assignment, a.unit_id AS unit, e.id AS evaluation, e.predicate AS predicate,
    CAST(CASE WHEN e.predicate IS NOT NULL AND REPLACE(e.detail, '\"rating\":\"BELOW\"', '') <> e.detail THEN 1 ELSE 0 END AS BIGINT) AS low,
    CAST(CASE WHEN EXISTS (SELECT 1 FROM recommendation r WHERE r.evaluation_id = e.id AND r.kind IN ({kinds}))
        THEN 1 ELSE 0 END AS BIGINT) AS recommended,
    b.id AS next_assignment, b.unit_id AS next_unit, f.id AS next_evaluation, f.predicate AS next_predicate
FROM {people}
{active}
LEFT JOIN assignment b ON b.staff_id = a.staff_id
    AND b.valid_from <= {next_on} AND (b.valid_to IS NULL OR b.valid_to > {next_on})
LEFT JOIN plan q ON q.assignment_id = b.id AND q.period_id = {next} AND q.status <> 'CANCELLED'
LEFT JOIN evaluation f ON f.plan_id = q.id AND f.period_id = {next} AND f.predicate IS NOT NULL
WHERE a.valid_from <= {on} AND (a.valid_to IS NULL OR a.valid_to > {on}){counted}
ORDER BY a.id, b.id";

/// The values for the words in braces of a statement about two years.
fn of_years(first: &Period, next: &Period) -> Vec<(&'static str, Value)> {
    vec![
        ("{year}", first.id.0.into()),
        ("{period}", first.id.0.into()),
        ("{on}", first.ends_on.into()),
        ("{next}", next.id.0.into()),
        ("{next_on}", next.ends_on.into()),
    ]
}

/// Reads everyone who was active on the last day of a year, counted as in the reports, with their results of the next
/// year.
pub(crate) async fn people_of_years<C: ConnectionTrait>(
    source: Source<'_, C>,
    whose: Whose,
    first: &Period,
    next: &Period,
) -> Result<Vec<YearsLine>> {
    let mut words = of_years(first, next);
    let text = match whose {
        Whose::Subtree(unit) => {
            words.push(("{unit}", unit.0.into()));
            format!("{SUBTREE}\n{YEARS}")
                .replace("{people}", "cover\nJOIN assignment a ON a.unit_id = cover.unit")
                .replace("{counted}", NOT_CANCELLED)
        }
        Whose::Agency => {
            words.push(("{agency}", first.agency.0.into()));
            let counted = format!(" AND a.agency_id = {{agency}}{NOT_CANCELLED}");
            YEARS.replace("{people}", "assignment a").replace("{counted}", &counted)
        }
    };
    let kinds = DEVELOPING.map(|kind| format!("'{kind}'")).join(", ");
    let text = text.replace("{active}", ACTIVE).replace("{kinds}", &kinds);
    let found: Vec<Row> = rows(source, &text, &words).await?;
    found.into_iter().map(line).collect()
}

/// A final evaluation with its predicate.
fn result(evaluation: Option<Uuid>, predicate: Option<String>) -> Result<Option<(EvaluationId, Predicate)>> {
    let Some((id, predicate)) = evaluation.zip(predicate) else { return Ok(None) };
    Ok(Some((EvaluationId(id), predicate.parse().map_err(Error::internal)?)))
}

fn line(row: Row) -> Result<YearsLine> {
    let next_post = row.next_assignment.zip(row.next_unit);
    Ok(YearsLine {
        assignment: AssignmentId(row.assignment),
        unit: UnitId(row.unit),
        first: result(row.evaluation, row.predicate)?,
        may_have_low_values: row.low == 1,
        recommended: row.recommended == 1,
        next_post: next_post.map(|(assignment, unit)| (AssignmentId(assignment), UnitId(unit))),
        next: result(row.next_evaluation, row.next_predicate)?,
    })
}

/// The part of an evaluation's document that the report needs.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Rated {
    /// The ratings of behaviour values.
    pub behaviour_ratings: Vec<ValueRating>,
    /// The recognised trainings.
    #[serde(default)]
    pub trainings: Vec<RecognisedTraining>,
}

/// Reads the values and trainings of these final evaluations.
pub(crate) async fn rated<C: ConnectionTrait>(
    source: Source<'_, C>,
    evaluations: &[EvaluationId],
) -> Result<HashMap<EvaluationId, Rated>> {
    let mut found = HashMap::with_capacity(evaluations.len());
    for ids in evaluations.chunks(DOCUMENTS) {
        let which =
            any_of(source.backend, (evaluation::Entity, evaluation::Column::Id), ids.iter().map(|id| id.0));
        let documents: Vec<(Uuid, String)> = evaluation::Entity::find()
            .select_only()
            .columns([evaluation::Column::Id, evaluation::Column::Detail])
            .filter(which)
            .filter(evaluation::Column::Predicate.is_not_null())
            .into_tuple()
            .all(source.connection)
            .await?;
        for (id, document) in documents {
            found.insert(EvaluationId(id), serde_json::from_str(&document)?);
        }
    }
    Ok(found)
}

/// A row of the plan of a unit's head, and a person whose plan contributes to it, directly or through other plans.
pub(crate) struct Contribution {
    pub row: ResultId,
    pub assignment: AssignmentId,
}

#[derive(FromQueryResult)]
struct ContributionRow {
    top: Uuid,
    assignment: Uuid,
}

/// The plans of the heads of a unit in both years, each with its final evaluation.
const HEADS: &str = "\
SELECT p.id AS plan, p.period_id AS year, e.detail AS detail FROM assignment a
JOIN plan p ON p.assignment_id = a.id AND p.status IN ({in_force})
LEFT JOIN evaluation e ON e.plan_id = p.id AND e.period_id = p.period_id AND e.predicate IS NOT NULL
WHERE a.unit_id = {unit} AND a.leads AND (
    (p.period_id = {year} AND a.valid_from <= {on} AND (a.valid_to IS NULL OR a.valid_to > {on}))
    OR (p.period_id = {next} AND a.valid_from <= {next_on} AND (a.valid_to IS NULL OR a.valid_to > {next_on})))";

/// The rows below those of the heads' plans. UNION removes duplicates, so the recursion ends.
const CONTRIBUTIONS: &str = "\
WITH RECURSIVE heads (plan, year, detail) AS (
{heads}
), below (top, id) AS (
    SELECT r.id, r.id FROM plan_result r JOIN heads ON heads.plan = r.plan_id
    UNION
    SELECT below.top, r.id FROM below JOIN plan_result r ON r.serves_id = below.id AND r.active
)
SELECT DISTINCT below.top AS top, p.assignment_id AS assignment
FROM below JOIN plan_result r ON r.id = below.id JOIN plan p ON p.id = r.plan_id
WHERE r.id <> below.top";

/// The plan of a unit's head in one of the years.
pub(crate) struct HeadPlan {
    pub plan: PlanId,
    pub year: PeriodId,
    /// The realisations that the head reported; empty without a final evaluation.
    pub realisations: Vec<Realisation>,
}

#[derive(FromQueryResult)]
struct HeadRow {
    plan: Uuid,
    year: Uuid,
    detail: Option<String>,
}

#[derive(Default, Deserialize)]
struct Reported {
    realisations: Vec<Realisation>,
}

fn heads_in_force() -> String {
    let in_force = [PlanStatus::Approved, PlanStatus::Closed].map(|status| format!("'{status}'")).join(", ");
    HEADS.replace("{in_force}", &in_force)
}

/// Finds the plans in force of the heads of a unit on the last days of two years.
pub(crate) async fn plans_of_heads<C: ConnectionTrait>(
    source: Source<'_, C>,
    unit: UnitId,
    first: &Period,
    next: &Period,
) -> Result<Vec<HeadPlan>> {
    let mut words = of_years(first, next);
    words.push(("{unit}", unit.0.into()));
    let found: Vec<HeadRow> = rows(source, &format!("{}\nORDER BY p.id", heads_in_force()), &words).await?;
    let plan = |row: HeadRow| {
        let reported: Option<Reported> = row.detail.as_deref().map(serde_json::from_str).transpose()?;
        Ok(HeadPlan {
            plan: PlanId(row.plan),
            year: PeriodId(row.year),
            realisations: reported.unwrap_or_default().realisations,
        })
    };
    found.into_iter().map(plan).collect()
}

/// Finds who contributes to the rows of these plans, directly or through plans in between.
pub(crate) async fn contributions<C: ConnectionTrait>(
    source: Source<'_, C>,
    unit: UnitId,
    first: &Period,
    next: &Period,
) -> Result<Vec<Contribution>> {
    let mut words = of_years(first, next);
    words.push(("{unit}", unit.0.into()));
    let text = CONTRIBUTIONS.replace("{heads}", &heads_in_force());
    let found: Vec<ContributionRow> = rows(source, &text, &words).await?;
    let of = |row: ContributionRow| Contribution {
        row: ResultId(row.top),
        assignment: AssignmentId(row.assignment),
    };
    Ok(found.into_iter().map(of).collect())
}
