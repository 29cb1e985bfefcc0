//! Counts the drafts of ratings for the dry run of the year's end: those at last midnight, by the predicate that they
//! would give.
//!
//! Only the rater sees a draft until it is final, so the figures must not show anyone's draft:
//! - they are those of last midnight, so nobody can save a draft and see which figure changes;
//! - drafts about the reader, or of evaluations that the reader rates, are left out;
//! - a unit has figures only with [`FEWEST`] drafts or more, and only if the unit above it, without its units that have
//!   figures, has no drafts left or [`FEWEST`] or more. The rule does not depend on the requested unit, so that two
//!   reports can't be subtracted from each other.

use crate::{
    env::Env,
    error::Result,
    store::{
        self,
        figures::{drafts_since, images_before},
    },
};
use domain::{
    actor::Actor,
    evaluation::{EvaluationStatus, Predicate},
    id::{AssignmentId, EvaluationId, StaffId, UnitId},
    period::Period,
    regulation::RegulationDocument,
    scoring::{Counts, by_matrix},
    time::Instant,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The minimum number of drafts that the figures of a unit count.
pub const FEWEST: usize = 5;

/// The drafts of a unit's subtree at last midnight, by predicate.
#[derive(Clone, Debug, Default)]
pub struct Drafts {
    /// The predicates of all drafts.
    pub counts: Counts,
    /// The predicates of the drafts of the unit's own heads, whom some patterns don't count.
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
    let source = env.db.source();
    let found = drafts_since(source, UnitId(actor.agency.0), period, midnight).await?;
    let changed: Vec<EvaluationId> =
        found.iter().filter(|line| line.changed).map(|line| line.evaluation).collect();
    let images = images_before(source, &changed, midnight).await?;
    let mine = |staff: StaffId, rater: StaffId, assignment: AssignmentId| {
        staff == me
            || rater == me
            || actor.assignments.contains(&assignment)
            || actor.acting_for.contains(&assignment)
    };
    let mut drafts = Vec::new();
    for line in found {
        let (unit, leads) = (line.unit, line.leads);
        if mine(line.staff, line.rater_staff, line.rater_assignment) {
            continue;
        }
        let ratings = if line.changed {
            let Some(image) = images.get(&line.evaluation) else { continue };
            if mine(image.staff, image.rater.staff, image.rater.assignment) {
                continue;
            }
            (image.status == EvaluationStatus::RatedDraft)
                .then_some((image.result_rating, image.behaviour_rating))
        } else {
            (line.status == EvaluationStatus::RatedDraft)
                .then_some((line.result_rating, line.behaviour_rating))
        };
        let Some((Some(result), Some(behaviour))) = ratings else { continue };
        if let Some(predicate) = by_matrix(document, result, behaviour) {
            drafts.push(Draft { unit, leads, predicate });
        }
    }
    let tree = store::org_unit::tree(source.connection, actor.agency, period.ends_on).await?;
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

/// Finds the units whose figures can be shown. Uses only the number of drafts in each unit.
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
        // Everyone can compute the number of drafts in the units without figures, as a difference, so it must not be
        // about few people.
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
    use uuid::Uuid;

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
    fn no_figures_count_fewer_than_five_drafts() {
        for (counts, expected) in [
            (vec![(3, 4)], vec![]),
            (vec![(3, 5)], vec![1, 3]),
            (vec![(2, 5), (3, 5)], vec![1, 2, 3]),
            // The second unit has two drafts, which could be computed if the first unit had figures.
            (vec![(2, 5), (3, 2)], vec![1]),
            (vec![(2, 6), (3, 5), (1, 2)], vec![1, 2]),
            (vec![(4, 5), (5, 5)], vec![1, 2, 4, 5]),
            (vec![(4, 5), (5, 1)], vec![1, 2]),
            // The drafts of the unit's own people count towards this difference.
            (vec![(4, 5), (2, 3)], vec![1, 2]),
            (vec![(4, 5), (2, 5)], vec![1, 2, 4]),
        ] {
            assert_eq!(shown_with(&counts), expected, "{counts:?}");
        }
    }
}
