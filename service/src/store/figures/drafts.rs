//! Drafts of ratings, and the images of evaluations before an instant.

use super::lines;
use crate::{
    db::Source,
    error::{Error, Result},
};
use domain::{
    evaluation::{Evaluation, EvaluationStatus, Expectation},
    id::{AssignmentId, EvaluationId, StaffId, UnitId},
    period::Period,
    time::{Instant, to_micros},
};
use entity::{event, event_payload};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// An evaluation that is a draft, or that has changed since midnight and may have been a draft.
pub(crate) struct DraftLine {
    pub evaluation: EvaluationId,
    pub unit: UnitId,
    /// Whether the person heads the unit.
    pub leads: bool,
    pub status: EvaluationStatus,
    pub result_rating: Option<Expectation>,
    pub behaviour_rating: Option<Expectation>,
    pub staff: StaffId,
    pub rater_staff: StaffId,
    pub rater_assignment: AssignmentId,
    /// Whether it has changed since midnight.
    pub changed: bool,
}

#[derive(FromQueryResult)]
struct Row {
    evaluation: Uuid,
    unit: Uuid,
    leads: i64,
    status: String,
    result_rating: Option<String>,
    behaviour_rating: Option<String>,
    staff: Uuid,
    rater_staff: Uuid,
    rater_assignment: Uuid,
    changed: i64,
}

/// Evaluations without a predicate: drafts, and evaluations that have changed since midnight and may have been drafts
/// at midnight.
const DRAFTS: &str = "\
{subtree}
SELECT e.id AS evaluation, a.unit_id AS unit, CAST(CASE WHEN a.leads THEN 1 ELSE 0 END AS BIGINT) AS leads,
    e.status AS status, e.result_rating AS result_rating, e.behaviour_rating AS behaviour_rating,
    e.staff_id AS staff, e.rater_staff_id AS rater_staff, e.rater_assignment_id AS rater_assignment,
    CAST(CASE WHEN EXISTS (SELECT 1 FROM event v WHERE v.subject_id = e.id AND v.at >= {midnight})
        THEN 1 ELSE 0 END AS BIGINT) AS changed
FROM cover
JOIN assignment a ON a.unit_id = cover.unit
{active}
WHERE a.valid_from <= {on} AND (a.valid_to IS NULL OR a.valid_to > {on}) AND e.predicate IS NULL
    AND e.status <> 'CANCELLED'";

/// Finds the evaluations of a unit's subtree that are drafts, or that have changed since `midnight` and may have been
/// drafts then.
pub(crate) async fn drafts_since<C: ConnectionTrait>(
    source: Source<'_, C>,
    unit: UnitId,
    period: &Period,
    midnight: Instant,
) -> Result<Vec<DraftLine>> {
    let words = [("{midnight}", to_micros(midnight).into())];
    let found: Vec<Row> = lines(source, DRAFTS, unit, period, &words).await?;
    let line = |row: Row| {
        Ok(DraftLine {
            evaluation: EvaluationId(row.evaluation),
            unit: UnitId(row.unit),
            leads: row.leads == 1,
            status: row.status.parse().map_err(Error::internal)?,
            result_rating: rating(row.result_rating)?,
            behaviour_rating: rating(row.behaviour_rating)?,
            staff: StaffId(row.staff),
            rater_staff: StaffId(row.rater_staff),
            rater_assignment: AssignmentId(row.rater_assignment),
            changed: row.changed == 1,
        })
    };
    found.into_iter().map(line).collect()
}

fn rating(text: Option<String>) -> Result<Option<Expectation>> {
    text.map(|text| text.parse().map_err(Error::internal)).transpose()
}

/// Reads the last image of each of these evaluations from before an instant.
pub(crate) async fn images_before<C: ConnectionTrait>(
    source: Source<'_, C>,
    evaluations: &[EvaluationId],
    before: Instant,
) -> Result<HashMap<EvaluationId, Evaluation>> {
    let mut images = HashMap::new();
    for ids in evaluations.chunks(500) {
        let entries: Vec<(Uuid, Uuid)> = event::Entity::find()
            .select_only()
            .column(event::Column::SubjectId)
            .column(event::Column::Id)
            .filter(event::Column::SubjectId.is_in(ids.iter().map(|id| id.0)))
            .filter(event::Column::At.lt(to_micros(before)))
            .order_by_asc(event::Column::SubjectVersion)
            .into_tuple()
            .all(source.connection)
            .await?;
        // Keeps the last entry of each evaluation.
        let last: BTreeMap<Uuid, Uuid> = entries.into_iter().collect();
        let payloads = event_payload::Entity::find()
            .filter(event_payload::Column::EventId.is_in(last.into_values()))
            .all(source.connection)
            .await?;
        for image in payloads.into_iter().filter_map(|payload| payload.after) {
            let image: Evaluation = serde_json::from_str(&image)?;
            images.insert(image.id, image);
        }
    }
    Ok(images)
}
