//! Renews the rater of unfinished work after a transfer, a change of superior or a delegation. Finished work keeps its
//! rater.

use super::rater_of;
use crate::{
    db::{Tx, any_of},
    error::Result,
    store,
};
use domain::{
    activity::ActivityStatus,
    assignment::Assignment,
    evaluation::EvaluationStatus,
    event::EventKind,
    id::{AssignmentId, StaffId},
    plan::{PlanStatus, RaterSnapshot},
};
use entity::{activity, assignment, evaluation, plan};
use sea_orm::{ColumnTrait, Condition};
use std::collections::{BTreeSet, HashMap};

/// A rater snapshot names the rater and their superior, so a change affects two levels below.
const LEVELS: usize = 2;

/// Renews the rater for these assignments and for those up to two levels below. Appends one journal entry for each
/// changed object.
pub(crate) async fn renew(tx: &Tx, changed: BTreeSet<AssignmentId>, why: Option<&str>) -> Result<()> {
    let reached = reached(tx, changed).await?;
    let ids = || reached.keys().map(|id| id.0);
    let of = |column| any_of(tx.backend(), column, ids());
    let plans = Condition::all().add(of((plan::Entity, plan::Column::AssignmentId))).add(
        plan::Column::Status.is_not_in([PlanStatus::Closed, PlanStatus::Cancelled].map(|is| is.to_string())),
    );
    let plans = store::plan::load(tx.source(), plans).await?;
    store::lock_plans(tx, plans.iter().map(|plan| plan.id)).await?;
    let evaluations = Condition::all()
        .add(any_of(tx.backend(), (evaluation::Entity, evaluation::Column::AssignmentId), ids()))
        .add(evaluation::Column::Status.is_in(unfinished()));
    let evaluations = store::evaluation::load(tx.source(), evaluations).await?;
    let activities = Condition::all()
        .add(any_of(tx.backend(), (activity::Entity, activity::Column::AssignmentId), ids()))
        .add(activity::Column::Status.ne(ActivityStatus::Approved.to_string()));
    let activities = store::activity::load(tx.source(), activities).await?;

    let mut raters = Raters::of(tx, &reached).await?;
    for before in plans {
        let Some(rater) = raters.find(tx, &reached, before.assignment).await? else { continue };
        if rater != before.rater {
            let after = before.renew_rater(rater)?;
            tx.change(&before, after, EventKind::RaterRenewed, why).await?;
        }
    }
    for before in evaluations {
        let Some(rater) = raters.find(tx, &reached, before.assignment).await? else { continue };
        if rater != before.rater {
            let after = before.renew_rater(rater)?;
            tx.change(&before, after, EventKind::RaterRenewed, why).await?;
        }
    }
    for before in activities {
        let Some(rater) = raters.find(tx, &reached, before.assignment).await? else { continue };
        let after = before.renew_rater(&rater);
        if after != before {
            tx.change(&before, after, EventKind::RaterRenewed, why).await?;
        }
    }
    Ok(())
}

fn unfinished() -> Vec<String> {
    use strum::IntoEnumIterator;
    EvaluationStatus::iter()
        .filter(|status| status.is_unfinished())
        .map(|status| status.to_string())
        .collect()
}

/// Loads the current assignments that a change affects.
async fn reached(tx: &Tx, changed: BTreeSet<AssignmentId>) -> Result<HashMap<AssignmentId, Assignment>> {
    let changed: Vec<AssignmentId> = changed.into_iter().collect();
    let today = tx.today();
    let mut reached = store::assignment::by_ids(tx.source(), tx.actor().agency, &changed).await?;
    reached.retain(|_, assignment| assignment.open_on(today));
    let mut above: Vec<_> = changed.iter().map(|id| id.0).collect();
    for _ in 0..LEVELS {
        let which = store::assignment::open_on(today).add(any_of(
            tx.backend(),
            (assignment::Entity, assignment::Column::SuperiorId),
            std::mem::take(&mut above),
        ));
        for below in store::assignment::load(tx.source(), which).await? {
            above.push(below.id.0);
            reached.insert(below.id, below);
        }
    }
    Ok(reached)
}

/// Cache of raters: assignments with the same superior share a rater, except those of delegates.
struct Raters {
    delegates: BTreeSet<StaffId>,
    found: HashMap<AssignmentId, Option<RaterSnapshot>>,
}

impl Raters {
    async fn of(tx: &Tx, reached: &HashMap<AssignmentId, Assignment>) -> Result<Self> {
        let superiors: BTreeSet<AssignmentId> =
            reached.values().filter_map(|assignment| assignment.superior).collect();
        let superiors: Vec<AssignmentId> = superiors.into_iter().collect();
        let above = store::assignment::by_ids(tx.source(), tx.actor().agency, &superiors).await?;
        let above = above.values().filter_map(|superior| superior.superior);
        let on = tx.today();
        let acting = superiors.iter().copied().chain(above);
        let delegates = store::delegation::of_assignments(tx.source(), acting, on).await?;
        let delegates = delegates.into_iter().map(|delegation| delegation.delegate).collect();
        Ok(Self { delegates, found: HashMap::new() })
    }

    async fn find(
        &mut self,
        tx: &Tx,
        reached: &HashMap<AssignmentId, Assignment>,
        id: AssignmentId,
    ) -> Result<Option<RaterSnapshot>> {
        let Some(assignment) = reached.get(&id) else { return Ok(None) };
        let shared = assignment.superior.filter(|_| !self.delegates.contains(&assignment.staff));
        if let Some(rater) = shared.and_then(|superior| self.found.get(&superior)) {
            return Ok(rater.clone());
        }
        let rater = rater_of(tx.source(), assignment, tx.today()).await?;
        if let Some(superior) = shared {
            self.found.insert(superior, rater.clone());
        }
        Ok(rater)
    }
}
