//! Reads the rows of subordinates' plans that serve a row.

use super::read::PlanRow;
use crate::{env::Env, error::Result, store};
use domain::{
    actor::Actor,
    id::{PlanId, ResultId},
};
use std::collections::{BTreeSet, HashMap};

/// Loads the rows that serve these rows, oldest first, from plans that are visible to the actor.
///
/// Leaves out rows that are neither in the revision in force nor in the revision being edited.
pub async fn serving(env: &Env, actor: &Actor, ids: &[ResultId]) -> Result<HashMap<ResultId, Vec<PlanRow>>> {
    let source = env.db.source();
    let anchors = store::plan::serving(source, ids).await?;
    if anchors.is_empty() {
        return Ok(HashMap::new());
    }
    let plans: BTreeSet<PlanId> = anchors.iter().map(|anchor| anchor.plan).collect();
    let plans: Vec<PlanId> = plans.into_iter().collect();
    let plans = store::plan::by_ids(source, actor, &plans).await?;
    let mut found: HashMap<ResultId, Vec<PlanRow>> = HashMap::new();
    for anchor in anchors {
        let Some(plan) = plans.get(&anchor.plan) else { continue };
        let contents = plan.current().into_iter().chain(plan.effective());
        let mut rows = contents
            .filter_map(|revision| Some((revision.id, revision.content.result(anchor.row)?)))
            .filter(|(_, row)| row.serves == Some(anchor.serves));
        if let Some((revision, row)) = rows.next() {
            let row = PlanRow { plan: plan.id, revision, row: row.clone() };
            found.entry(anchor.serves).or_default().push(row);
        }
    }
    Ok(found)
}
