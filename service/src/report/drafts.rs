//! Drafts of ratings in the dry run of the year's end: how many there were at last midnight, by the predicate that they
//! would give.
//!
//! A draft is the rater's alone until it is final, so its figures must not show anyone's draft:
//! - they are those of last midnight: nobody can save a draft and see what changes;
//! - drafts about the reader, or of evaluations that the reader rates, are left out;
//! - a unit has figures only with [`FEWEST`] drafts or more, and only if what is left of the unit above it, without the
//!   units below it that have figures, is empty or as many. The rule does not depend on the requested unit, so that two
//!   reports can't be subtracted from each other.

use super::{
    Request,
    year_end::{SUBTREE, lines},
};
use crate::{
    env::Env,
    error::{Error, Result},
    store,
};
use domain::{
    actor::Actor,
    evaluation::{Evaluation, EvaluationStatus, Expectation, Predicate},
    id::{AssignmentId, EvaluationId, StaffId, UnitId},
    period::Period,
    regulation::RegulationDocument,
    scoring::{Counts, by_matrix},
    time::{Instant, to_micros},
};
use entity::{event, event_payload};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The fewest drafts that a unit's figures count.
pub const FEWEST: usize = 5;

/// The drafts of a unit's subtree at last midnight, by predicate.
#[derive(Clone, Debug, Default)]
pub struct Drafts {
    /// The predicates of all drafts.
    pub counts: Counts,
    /// Those of the heads of the unit itself, whom some patterns don't count.
    pub(super) of_heads: Vec<Predicate>,
}

impl Drafts {
    /// Adds the drafts to counts, without those of the unit's heads if they don't count.
    pub(super) fn add_to(&self, counts: &mut Counts, counts_head: bool) {
        for (predicate, count) in &self.counts {
            let of_heads = self.of_heads.iter().filter(|head| !counts_head && *head == predicate).count();
            let more = count.saturating_sub(u32::try_from(of_heads).unwrap_or(u32::MAX));
            *counts.entry(*predicate).or_default() += more;
        }
    }
}

/// One draft at last midnight.
struct Draft {
    unit: UnitId,
    leads: bool,
    predicate: Predicate,
}

#[derive(FromQueryResult)]
struct Line {
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

/// Evaluations without a predicate that are drafts, or that have changed since midnight and may have been drafts.
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

/// Counts the drafts of these units, each with its subtree. A unit without figures is left out.
pub(super) async fn drafts(
    env: &Env,
    actor: &Actor,
    period: &Period,
    document: &RegulationDocument,
    midnight: Instant,
    units: &[UnitId],
) -> Result<HashMap<UnitId, Drafts>> {
    let Some(me) = actor.staff() else { return Ok(HashMap::new()) };
    let agency = Request { unit: UnitId(actor.agency.0), period: period.id, depth: 0 };
    let words = [("{midnight}", to_micros(midnight).into())];
    let text = DRAFTS.replace("{subtree}", SUBTREE);
    let found = lines::<Line>(env, &text, agency.unit, period, &words).await?;
    let changed: Vec<Uuid> =
        found.iter().filter(|line| line.changed == 1).map(|line| line.evaluation).collect();
    let images = images_before(env, &changed, midnight).await?;
    let mine = |staff: StaffId, rater: StaffId, assignment: AssignmentId| {
        staff == me
            || rater == me
            || actor.assignments.contains(&assignment)
            || actor.acting_for.contains(&assignment)
    };
    let mut drafts = Vec::new();
    for line in found {
        let (unit, leads) = (UnitId(line.unit), line.leads == 1);
        if mine(StaffId(line.staff), StaffId(line.rater_staff), AssignmentId(line.rater_assignment)) {
            continue;
        }
        let ratings = if line.changed == 1 {
            let Some(image) = images.get(&EvaluationId(line.evaluation)) else { continue };
            if mine(image.staff, image.rater.staff, image.rater.assignment) {
                continue;
            }
            (image.status == EvaluationStatus::RatedDraft)
                .then_some((image.result_rating, image.behaviour_rating))
        } else {
            let is_draft = line.status == EvaluationStatus::RatedDraft.to_string();
            is_draft
                .then(|| Ok::<_, Error>((rating(line.result_rating)?, rating(line.behaviour_rating)?)))
                .transpose()?
        };
        let Some((Some(result), Some(behaviour))) = ratings else { continue };
        if let Some(predicate) = by_matrix(document, result, behaviour) {
            drafts.push(Draft { unit, leads, predicate });
        }
    }
    let tree = store::org_unit::tree(env.db.reader(), actor.agency, period.ends_on).await?;
    let mut own: BTreeMap<UnitId, usize> = BTreeMap::new();
    for draft in &drafts {
        *own.entry(draft.unit).or_default() += 1;
    }
    let shown = shown(&own, UnitId(actor.agency.0), &|unit| tree.children(unit).to_vec());
    Ok(units
        .iter()
        .filter(|unit| shown.contains(unit))
        .map(|unit| {
            let below = tree.subtree(*unit);
            let mut of_unit = Drafts::default();
            for draft in drafts.iter().filter(|draft| below.contains(&draft.unit)) {
                *of_unit.counts.entry(draft.predicate).or_default() += 1;
                if draft.leads && draft.unit == *unit {
                    of_unit.of_heads.push(draft.predicate);
                }
            }
            (*unit, of_unit)
        })
        .collect())
}

fn rating(text: Option<String>) -> Result<Option<Expectation>> {
    text.map(|text| text.parse().map_err(Error::internal)).transpose()
}

/// Reads what these evaluations were before an instant.
async fn images_before(
    env: &Env,
    evaluations: &[Uuid],
    before: Instant,
) -> Result<HashMap<EvaluationId, Evaluation>> {
    let mut images = HashMap::new();
    for ids in evaluations.chunks(500) {
        let entries: Vec<(Uuid, Uuid)> = event::Entity::find()
            .select_only()
            .column(event::Column::SubjectId)
            .column(event::Column::Id)
            .filter(event::Column::SubjectId.is_in(ids.iter().copied()))
            .filter(event::Column::At.lt(to_micros(before)))
            .order_by_asc(event::Column::SubjectVersion)
            .into_tuple()
            .all(env.db.reader())
            .await?;
        // The last entry of each evaluation stays.
        let last: BTreeMap<Uuid, Uuid> = entries.into_iter().collect();
        let payloads = event_payload::Entity::find()
            .filter(event_payload::Column::EventId.is_in(last.into_values()))
            .all(env.db.reader())
            .await?;
        for image in payloads.into_iter().filter_map(|payload| payload.after) {
            let image: Evaluation = serde_json::from_str(&image)?;
            images.insert(image.id, image);
        }
    }
    Ok(images)
}

/// Finds the units whose figures can be shown, from the number of drafts in each unit alone.
fn shown(
    own: &BTreeMap<UnitId, usize>,
    root: UnitId,
    children: &dyn Fn(UnitId) -> Vec<UnitId>,
) -> BTreeSet<UnitId> {
    let mut totals = BTreeMap::new();
    total(root, own, children, &mut totals);
    let count = |unit: UnitId| totals.get(&unit).copied().unwrap_or(0);
    let mut shown = BTreeSet::new();
    let mut open: Vec<UnitId> = (count(root) >= FEWEST).then_some(root).into_iter().collect();
    while let Some(unit) = open.pop() {
        shown.insert(unit);
        let mut below: Vec<UnitId> =
            children(unit).into_iter().filter(|child| count(*child) >= FEWEST).collect();
        below.sort_by_key(|child| (count(*child), *child));
        // What the units without figures have is the difference: it must not be that of few people.
        let rest = |below: &[UnitId]| count(unit) - below.iter().map(|child| count(*child)).sum::<usize>();
        while !below.is_empty() && (1..FEWEST).contains(&rest(&below)) {
            below.remove(0);
        }
        open.extend(below);
    }
    shown
}

fn total(
    unit: UnitId,
    own: &BTreeMap<UnitId, usize>,
    children: &dyn Fn(UnitId) -> Vec<UnitId>,
    totals: &mut BTreeMap<UnitId, usize>,
) -> usize {
    let below: usize = children(unit).into_iter().map(|child| total(child, own, children, totals)).sum();
    let all = own.get(&unit).copied().unwrap_or(0) + below;
    totals.insert(unit, all);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(number: u128) -> UnitId {
        UnitId(Uuid::from_u128(number))
    }

    /// A root (1) with two units (2, 3); below the first are two more (4, 5).
    fn shown_with(counts: &[(u128, usize)]) -> Vec<u128> {
        let own = counts.iter().map(|(number, count)| (unit(*number), *count)).collect();
        let children = |of: UnitId| match of.0.as_u128() {
            1 => vec![unit(2), unit(3)],
            2 => vec![unit(4), unit(5)],
            _ => Vec::new(),
        };
        shown(&own, unit(1), &children).into_iter().map(|unit| unit.0.as_u128()).collect()
    }

    #[test]
    fn no_figures_are_those_of_fewer_than_five_drafts() {
        for (counts, expected) in [
            (vec![(3, 4)], vec![]),
            (vec![(3, 5)], vec![1, 3]),
            (vec![(2, 5), (3, 5)], vec![1, 2, 3]),
            // The second unit has two drafts: with the figures of the first one they could be computed.
            (vec![(2, 5), (3, 2)], vec![1]),
            (vec![(2, 6), (3, 5), (1, 2)], vec![1, 2]),
            (vec![(4, 5), (5, 5)], vec![1, 2, 4, 5]),
            (vec![(4, 5), (5, 1)], vec![1, 2]),
            // The drafts of the unit itself count as what is left of it.
            (vec![(4, 5), (2, 3)], vec![1, 2]),
            (vec![(4, 5), (2, 5)], vec![1, 2, 4]),
        ] {
            assert_eq!(shown_with(&counts), expected, "{counts:?}");
        }
    }
}
