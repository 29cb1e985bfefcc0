//! Reads the plans that are visible to the actor.

pub use crate::store::lists::plans::PlanFilter;

use super::content::superiors_plans;
use crate::{
    db::{Order, Page, PageRequest},
    directory::{self, FormSubject},
    env::Env,
    error::{Error, Result},
    power,
    store::{self, lists::plans, plan::PlanProjection},
};
use domain::{
    actor::Actor,
    evaluation::Evaluation,
    id::{PeriodId, PlanId, ResultId, RevisionId, StaffId},
    period::Period,
    plan::{Form, Plan, PlanResult, PlanRevision, RevisionStatus},
    policy::{self, Allowed, Relations},
};
use std::collections::HashMap;

/// Loads a plan that is visible to the actor.
pub async fn plan(env: &Env, actor: &Actor, id: PlanId) -> Result<Plan> {
    store::plan::find(env.db.source(), actor, id).await?.ok_or(Error::NotFound)
}

/// Loads the plans with these ids that are visible to the actor, without their contents.
pub async fn by_ids(env: &Env, actor: &Actor, ids: &[PlanId]) -> Result<HashMap<PlanId, Plan>> {
    plans::by_ids(env.db.source(), actor, ids).await
}

/// Loads the revisions of these plans, oldest first. The caller has checked that the actor can see the plans.
pub async fn revisions(env: &Env, plans: &[PlanId]) -> Result<HashMap<PlanId, Vec<PlanRevision>>> {
    let found = store::plan::revisions(env.db.source(), plans.iter().map(|plan| plan.0)).await?;
    Ok(found.into_iter().map(|(plan, revisions)| (PlanId(plan), revisions)).collect())
}

/// Loads a page of the plans that are visible to the actor, without their contents, in order of creation. On request,
/// also counts all of them.
pub async fn list(
    env: &Env,
    actor: &Actor,
    filter: &PlanFilter,
    order: Order,
    request: &PageRequest,
    projection: PlanProjection,
    count: bool,
) -> Result<(Page<Plan>, Option<u64>)> {
    let today = env.today(actor);
    plans::list(env.db.source(), actor, today, filter, order, request, projection, count).await
}

/// Loads the first page of visible plans of each person, without their contents, newest first. Each page equals that
/// of [`list`] filtered by the person.
pub async fn of_staff(
    env: &Env,
    actor: &Actor,
    people: &[StaffId],
    first: usize,
    projection: PlanProjection,
) -> Result<HashMap<StaffId, Page<Plan>>> {
    plans::of_staff(env.db.source(), actor, people, first, projection).await
}

/// A result row of a plan, in one revision of its contents.
#[derive(Clone, Debug)]
pub struct PlanRow {
    /// The plan.
    pub plan: PlanId,
    /// The revision.
    pub revision: RevisionId,
    /// The row as it is in the revision.
    pub row: PlanResult,
}

/// The rows of a revision.
fn rows_of(plan: PlanId, revision: &PlanRevision) -> Vec<PlanRow> {
    let of_revision = |row: &PlanResult| PlanRow { plan, revision: revision.id, row: row.clone() };
    revision.content.results.iter().map(of_revision).collect()
}

/// Finds a row in the frozen revision, if there is one with the row; otherwise in the revision in force; otherwise in
/// the newest revision that has it.
#[must_use]
pub fn row_in_force(
    plan: PlanId,
    revisions: &[PlanRevision],
    frozen: Option<RevisionId>,
    result: ResultId,
) -> Option<PlanRow> {
    let frozen = revisions.iter().filter(|revision| Some(revision.id) == frozen);
    let in_force = revisions.iter().filter(|revision| revision.status == RevisionStatus::Approved);
    frozen.chain(in_force).chain(revisions.iter().rev()).find_map(|revision| {
        let row = revision.content.result(result)?.clone();
        Some(PlanRow { plan, revision: revision.id, row })
    })
}

/// Loads the plan of a revision if the actor can see it.
pub async fn plan_of_revision(env: &Env, actor: &Actor, id: RevisionId) -> Result<Option<Plan>> {
    plans::of_revision(env.db.source(), actor, id).await
}

/// Loads a row of a revision if its plan is visible to the actor. If the plan is not visible but a visible plan serves
/// it, loads the row only if the revision is or was in force.
pub async fn row_of_revision(
    env: &Env,
    actor: &Actor,
    id: RevisionId,
    of: impl Fn(&PlanResult) -> bool,
) -> Result<Option<PlanRow>> {
    let visible = plan_of_revision(env, actor, id).await?;
    let is_own = visible.is_some();
    let plan = match visible {
        Some(plan) => Some(plan),
        None => plans::served_of_revision(env.db.source(), actor, id).await?,
    };
    let was_in_force = |status| matches!(status, RevisionStatus::Approved | RevisionStatus::Replaced);
    Ok(plan.and_then(|plan| {
        let revision = plan.revisions.iter().find(|revision| revision.id == id)?;
        let rows = (is_own || was_in_force(revision.status)).then(|| rows_of(plan.id, revision))?;
        rows.into_iter().find(|row| of(&row.row))
    }))
}

/// Loads the people on the forms of visible plans: the people stored when the plan ended or when its annual evaluation
/// became final, otherwise those that the directory has now.
pub async fn forms(env: &Env, actor: &Actor, ids: &[PlanId]) -> Result<HashMap<PlanId, Form>> {
    let source = env.db.source();
    let plans = by_ids(env, actor, ids).await?;
    let (ended, open): (Vec<Plan>, Vec<Plan>) =
        plans.into_values().partition(|plan| plan.form.is_some() && plan.status.is_terminal());
    let mut found: HashMap<PlanId, Form> =
        ended.into_iter().filter_map(|plan| Some((plan.id, plan.form?))).collect();
    for evaluation in store::evaluation::annual_of_plans(source, open.iter().map(|plan| plan.id)).await? {
        found.extend(evaluation.form.map(|form| (evaluation.plan, form)));
    }
    let open: Vec<Plan> = open.into_iter().filter(|plan| !found.contains_key(&plan.id)).collect();
    let subject = |plan: &Plan| FormSubject {
        staff: plan.staff,
        assignment: plan.assignment,
        rater: plan.rater.clone(),
    };
    let subjects: Vec<FormSubject> = open.iter().map(subject).collect();
    let now = directory::forms(source, actor.agency, &subjects, env.today(actor)).await?;
    found.extend(open.iter().map(|plan| plan.id).zip(now));
    Ok(found)
}

/// For each visible plan, loads the rows of the superior's plan in force that its rows can serve.
pub async fn servable_results(
    env: &Env,
    actor: &Actor,
    ids: &[PlanId],
) -> Result<HashMap<PlanId, Vec<PlanRow>>> {
    let source = env.db.source();
    let plans = store::plan::by_ids(source, actor, ids).await?;
    let superiors = superiors_plans(source, plans.values()).await?;
    Ok(plans
        .into_iter()
        .filter_map(|(id, plan)| {
            let superior = superiors.get(&(plan.rater.assignment, plan.period))?;
            Some((id, rows_of(superior.id, superior.effective()?)))
        })
        .collect())
}

/// Loads the rows with these ids, as they are in force, from plans that are visible to the actor or that a visible plan
/// serves. So anyone who can see a row can also see the superior's row that it serves.
pub async fn results(env: &Env, actor: &Actor, ids: &[ResultId]) -> Result<HashMap<ResultId, PlanRow>> {
    let source = env.db.source();
    let of_plan = store::plan::plans_of_results(source, ids).await?;
    let plans = plans::visible_or_served(source, actor, of_plan.values().copied()).await?;
    Ok(of_plan
        .into_iter()
        .filter_map(|(result, plan)| {
            let plan = plans.get(&plan)?;
            Some((result, row_in_force(plan.id, &plan.revisions, None, result)?))
        })
        .collect())
}

/// Lists what the actor can do to each visible plan.
pub async fn actions(env: &Env, actor: &Actor, ids: &[PlanId]) -> Result<HashMap<PlanId, Vec<Allowed>>> {
    let found = with_actions(env, actor, ids).await?;
    Ok(found.into_iter().map(|(plan, _, allowed)| (plan.id, allowed)).collect())
}

/// Loads the plans with these ids that are visible to the actor, each with its year and the actions of [`actions`].
pub(crate) async fn with_actions(
    env: &Env,
    actor: &Actor,
    ids: &[PlanId],
) -> Result<Vec<(Plan, Period, Vec<Allowed>)>> {
    let source = env.db.source();
    let plans = store::plan::by_ids(source, actor, ids).await?;
    let years: Vec<PeriodId> = plans.values().map(|plan| plan.period).collect();
    let years = store::period::by_ids(source, actor.agency, &years).await?;
    let mut evaluations = evaluations_of_plans(env, ids).await?;
    let assignments = plans.values().map(|plan| plan.assignment);
    let below = store::assignment::below_actor(source, actor, assignments).await?;
    let mut found = Vec::new();
    for (id, plan) in plans {
        let Some(period) = years.get(&plan.period).cloned() else { continue };
        let facts =
            super::PlanFacts { period, evaluations: evaluations.remove(&id).unwrap_or_default(), form: None };
        let relations = Relations::of(actor, plan.staff, plan.unit, &plan.rater)
            .with_chain(below.contains(&plan.assignment));
        let allowed = policy::plan::allowed_actions(&plan, &relations, &facts.context(actor.calendar));
        found.push((plan, facts.period, allowed));
    }
    let lists = found.iter_mut().map(|(plan, _, allowed)| ((plan.staff, plan.unit), allowed));
    power::refuse_in_list(env, actor, lists).await?;
    Ok(found)
}

/// Loads the evaluations of these plans. The caller has checked that the actor can see the plans.
pub async fn evaluations_of_plans(env: &Env, plans: &[PlanId]) -> Result<HashMap<PlanId, Vec<Evaluation>>> {
    let mut found: HashMap<PlanId, Vec<Evaluation>> = HashMap::new();
    for evaluation in store::evaluation::of_plans(env.db.source(), plans.iter().copied()).await? {
        found.entry(evaluation.plan).or_default().push(evaluation);
    }
    Ok(found)
}
