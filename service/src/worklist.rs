//! Tasks of the actor as ratee, rater or delegate, ordered by deadline.
//!
//! For each kind, the store finds the objects that wait for the actor. Then the rules remove objects that the actor can
//! no longer act on, such as a draft of ratings in a closed period. Only `CreatePlan` is about an object that does not
//! exist yet. Activities are grouped by person.

pub use domain::task::Task as WorklistKind;

use crate::{
    correction as corrections,
    db::{Page, PageRequest, page_of_list},
    dialogue as dialogues,
    directory::{self, Among},
    env::Env,
    error::{Error, Result},
    evaluation as evaluations, objection as objections, plan as plans, power,
    store::{self, waiting::Waiting},
    training as trainings,
};
use domain::{
    activity::Activity,
    actor::Actor,
    correction::Correction,
    dialogue::{Dialogue, DialogueParty},
    evaluation::Evaluation,
    feedback::FeedbackRequest,
    id::{EvaluationId, PlanId, StaffId, UnitId},
    objection::Objection,
    period::Period,
    plan::{Plan, PlanStatus, deadline_of_assignment},
    policy::{self, Allowed, Relations},
    recommendation::Recommendation,
    roster::Problem,
    time::Date,
    training::Training,
};
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The object of an item.
#[derive(Clone, Debug)]
pub enum WorklistSubject {
    /// A year without a plan.
    Period(Period),
    /// A plan.
    Plan(Box<Plan>),
    /// The number of a person's activities that wait for the same task.
    Activities(u64),
    /// An evaluation.
    Evaluation(Box<Evaluation>),
    /// An objection.
    Objection(Box<Objection>),
    /// A recommendation.
    Recommendation(Box<Recommendation>),
    /// A training.
    Training(Box<Training>),
    /// A request to correct a record.
    Correction(Box<Correction>),
    /// A dialogue with open agreements.
    Dialogue(Box<Dialogue>),
    /// A request for feedback.
    Request(Box<FeedbackRequest>),
    /// A gap in the chain of command.
    Roster(Box<Problem>),
}

/// A task of the actor.
#[derive(Clone, Debug)]
pub struct WorklistItem {
    /// The kind of task.
    pub kind: WorklistKind,
    /// The last day on which the task can be done in time.
    pub deadline: Option<Date>,
    /// The owner of the plan, activity, evaluation, training or record; the person whom the recommendation is about; the
    /// employee of a dialogue; the person whom the feedback is about; for a gap, the person whom nobody can rate.
    pub staff: StaffId,
    /// The object of the task.
    pub subject: WorklistSubject,
}

impl WorklistItem {
    /// Identifies the task in cursors. One object can wait for several tasks.
    fn key(&self) -> Uuid {
        let digest = Sha256::digest(format!("{:?} {}", self.kind, self.id()));
        Uuid::from_slice(&digest[..16]).unwrap_or_default()
    }

    fn id(&self) -> Uuid {
        match &self.subject {
            WorklistSubject::Period(period) => period.id.0,
            WorklistSubject::Plan(plan) => plan.id.0,
            WorklistSubject::Activities(_) => self.staff.0,
            WorklistSubject::Evaluation(evaluation) => evaluation.id.0,
            WorklistSubject::Objection(objection) => objection.id.0,
            WorklistSubject::Recommendation(made) => made.id.0,
            WorklistSubject::Training(training) => training.id.0,
            WorklistSubject::Correction(correction) => correction.id.0,
            WorklistSubject::Dialogue(dialogue) => dialogue.id.0,
            WorklistSubject::Request(request) => request.id.0,
            WorklistSubject::Roster(problem) => problem.assignment.map_or(problem.staff.0, |of| of.0),
        }
    }
}

/// Loads a page of the actor's tasks of these kinds, and counts all of them. Items with a deadline come first.
pub async fn worklist(
    env: &Env,
    actor: &Actor,
    kinds: &[WorklistKind],
    request: &PageRequest,
) -> Result<(Page<WorklistItem>, u64)> {
    let mut items = Vec::new();
    if let Some(me) = actor.staff() {
        let query = WorklistQuery { env, waiting: Waiting { actor, me, today: env.today(actor) } };
        items = query.items(&kinds.iter().copied().collect()).await?;
    }
    items.sort_by_key(|item| (item.deadline.is_none(), item.deadline, item.kind, item.id()));
    let total = items.len() as u64;
    Ok((page_of_list(&items, "worklist", WorklistItem::key, request)?, total))
}

/// Loads a page of the activities of a person that wait for the actor, oldest first.
pub async fn activities_of(
    env: &Env,
    actor: &Actor,
    of: (WorklistKind, StaffId),
    request: &PageRequest,
    count: bool,
) -> Result<(Page<Activity>, Option<u64>)> {
    let me = actor.staff().ok_or(Error::Forbidden)?;
    let waiting = Waiting { actor, me, today: env.today(actor) };
    store::waiting::activities_of(env.db.source(), waiting, of, request, count).await
}

/// Loads the first page of activities for each of these people, as [`activities_of`] does for one person.
pub async fn activities_of_groups(
    env: &Env,
    actor: &Actor,
    kind: WorklistKind,
    people: &[StaffId],
    first: usize,
) -> Result<HashMap<StaffId, Page<Activity>>> {
    let me = actor.staff().ok_or(Error::Forbidden)?;
    let waiting = Waiting { actor, me, today: env.today(actor) };
    store::waiting::activities_of_groups(env.db.source(), waiting, kind, people, first).await
}

struct WorklistQuery<'a> {
    env: &'a Env,
    waiting: Waiting<'a>,
}

impl WorklistQuery<'_> {
    /// Finds the tasks of these kinds. Kinds about the same sort of object share a statement, because the first screen
    /// of an app asks for all kinds and usually finds few tasks.
    async fn items(&self, wanted: &BTreeSet<WorklistKind>) -> Result<Vec<WorklistItem>> {
        let about = |waits: fn(&WorklistKind) -> bool| -> Vec<WorklistKind> {
            wanted.iter().copied().filter(waits).collect()
        };
        let mut items = self.plans(&about(|kind| !kind.plans().is_empty())).await?;
        items.extend(self.activities(&about(|kind| !kind.activities().is_empty())).await?);
        items.extend(self.evaluations(&about(|kind| !kind.evaluations().is_empty())).await?);
        items.extend(self.objections(&about(|kind| kind.objections().is_some())).await?);
        for kind in about(|kind| kind.recommendations().is_some()) {
            items.extend(self.recommendations(kind).await?);
        }
        for kind in about(|kind| kind.trainings().is_some()) {
            items.extend(self.trainings(kind).await?);
        }
        for kind in about(|kind| kind.corrections().is_some()) {
            items.extend(self.corrections(kind).await?);
        }
        if wanted.contains(&WorklistKind::GiveFeedback) {
            items.extend(self.requests(WorklistKind::GiveFeedback).await?);
        }
        if wanted.contains(&WorklistKind::CompleteAgreement) {
            items.extend(self.dialogues(WorklistKind::CompleteAgreement).await?);
        }
        if wanted.contains(&WorklistKind::CreatePlan) {
            items.extend(self.years_without_plan().await?);
        }
        if wanted.contains(&WorklistKind::FixRoster) {
            items.extend(self.roster().await?);
        }
        Ok(items)
    }

    /// Finds the gaps in the chain of command of the units that the actor manages as performance team or admin.
    async fn roster(&self) -> Result<Vec<WorklistItem>> {
        let Waiting { actor, today, .. } = self.waiting;
        let Some(among) = Among::managed_by(actor) else { return Ok(Vec::new()) };
        let found = directory::problems(self.env.db.source(), actor.agency, &among, today, today).await?;
        Ok(found
            .into_iter()
            .map(|problem| WorklistItem {
                kind: WorklistKind::FixRoster,
                deadline: None,
                staff: problem.staff,
                subject: WorklistSubject::Roster(Box::new(problem)),
            })
            .collect())
    }

    /// Loads open years that have not ended and for which an assignment of the actor has no plan.
    async fn years_without_plan(&self) -> Result<Vec<WorklistItem>> {
        let (source, Waiting { actor, me, .. }) = (self.env.db.source(), self.waiting);
        let person = store::staff::by_ids(source, actor.agency, &[me]).await?.remove(&me);
        if !person.is_some_and(|person| person.employment_kind.is_appraised()) {
            return Ok(Vec::new());
        }
        let (years, assignments) = self.waiting.years(source).await?;
        if years.is_empty() || assignments.is_empty() {
            return Ok(Vec::new());
        }
        let planned = self.waiting.planned(source).await?;
        let deadline = |year: &Period| {
            let unplanned = assignments.iter().filter(|one| !planned.contains(&(one.id, year.id)));
            unplanned.map(|assignment| deadline_of_assignment(assignment.valid_from, year)).min()
        };
        let item = |year: Period| {
            Some(WorklistItem {
                kind: WorklistKind::CreatePlan,
                deadline: Some(deadline(&year)?),
                staff: me,
                subject: WorklistSubject::Period(year),
            })
        };
        Ok(years.into_iter().filter_map(item).collect())
    }

    async fn plans(&self, kinds: &[WorklistKind]) -> Result<Vec<WorklistItem>> {
        let waiting = self.waiting.plans(self.env.db.source(), kinds).await?;
        if waiting.is_empty() {
            return Ok(Vec::new());
        }
        let found = plans::with_actions(self.env, self.waiting.actor, &distinct(&waiting)).await?;
        let found: HashMap<PlanId, _> = found.into_iter().map(|found| (found.0.id, found)).collect();
        let item = |(kind, id)| {
            let (plan, year, allowed) = found.get(&id)?;
            can(kind, allowed).then(|| WorklistItem {
                kind,
                // A revision has no deadline; the plan deadline of the year applied to the first submission.
                deadline: (plan.status != PlanStatus::Approved).then(|| plan.deadline(year)),
                staff: plan.staff,
                subject: WorklistSubject::Plan(Box::new(plan.clone())),
            })
        };
        Ok(waiting.into_iter().filter_map(item).collect())
    }

    /// Counts, for each person, the activities on which the actor can still act, and finds their earliest deadline.
    async fn activities(&self, kinds: &[WorklistKind]) -> Result<Vec<WorklistItem>> {
        let groups = store::waiting::activities_by_person(self.env.db.source(), self.waiting, kinds).await?;
        let item = |(kind, staff, waiting, deadline)| WorklistItem {
            kind,
            deadline,
            staff,
            subject: WorklistSubject::Activities(waiting),
        };
        Ok(groups.into_iter().map(item).collect())
    }

    async fn evaluations(&self, kinds: &[WorklistKind]) -> Result<Vec<WorklistItem>> {
        let waiting = self.waiting.evaluations(self.env.db.source(), kinds).await?;
        if waiting.is_empty() {
            return Ok(Vec::new());
        }
        let found = evaluations::with_actions(self.env, self.waiting.actor, &distinct(&waiting)).await?;
        let found: HashMap<EvaluationId, _> = found.into_iter().map(|found| (found.0.id, found)).collect();
        let item = |(kind, id)| {
            let (evaluation, period, allowed) = found.get(&id)?;
            let waits =
                can(kind, allowed) && (kind != WorklistKind::SignEvaluation || self.can_sign(evaluation));
            waits.then(|| WorklistItem {
                kind,
                deadline: kind.deadline(evaluation, period),
                staff: evaluation.staff,
                subject: WorklistSubject::Evaluation(Box::new(evaluation.clone())),
            })
        };
        Ok(waiting.into_iter().filter_map(item).collect())
    }

    /// Selects the objects that the actor can act on, also as far as accounts decide it.
    async fn possible<T>(
        &self,
        found: Vec<T>,
        of: impl Fn(&T) -> ((StaffId, UnitId), Vec<Allowed>),
        can: impl Fn(&T, &[Allowed]) -> bool,
    ) -> Result<impl Iterator<Item = T>> {
        let mut lists: Vec<((StaffId, UnitId), Vec<Allowed>)> = found.iter().map(of).collect();
        let objects = lists.iter_mut().map(|(of, allowed)| (*of, allowed));
        power::refuse_in_list(self.env, self.waiting.actor, objects).await?;
        let both = found.into_iter().zip(lists);
        Ok(both.filter(move |(one, (_, allowed))| can(one, allowed)).map(|(one, _)| one))
    }

    /// Finds the objections for which the actor can explain their side, decide, or assign a decider. Explanations and
    /// decisions have a deadline; assigning a decider has none.
    async fn objections(&self, kinds: &[WorklistKind]) -> Result<Vec<WorklistItem>> {
        let Waiting { actor, today, .. } = self.waiting;
        let found = store::objection::waiting(self.env.db.source(), (actor, today), kinds).await?;
        let of = |(_, one): &(WorklistKind, Objection)| {
            ((one.staff, one.unit), objections::actions(self.env, actor, one))
        };
        let can = |(kind, _): &(WorklistKind, Objection), allowed: &[Allowed]| can(*kind, allowed);
        Ok(self
            .possible(found, of, can)
            .await?
            .map(|(kind, objection)| WorklistItem {
                kind,
                deadline: match kind {
                    WorklistKind::AnswerObjection => objection.answer_until,
                    WorklistKind::DecideObjection => objection.decide_until,
                    _ => None,
                },
                staff: objection.staff,
                subject: WorklistSubject::Objection(Box::new(objection)),
            })
            .collect())
    }

    /// Finds the recommendations that the actor is responsible for. They have no deadline.
    async fn recommendations(&self, kind: WorklistKind) -> Result<Vec<WorklistItem>> {
        let found = evaluations::waiting_recommendations(self.env, self.waiting, kind).await?;
        let item = |made: Recommendation| WorklistItem {
            kind,
            deadline: None,
            staff: made.staff,
            subject: WorklistSubject::Recommendation(Box::new(made)),
        };
        Ok(found.into_iter().map(item).collect())
    }

    /// Finds the trainings that the actor can verify. They have no deadline.
    async fn trainings(&self, kind: WorklistKind) -> Result<Vec<WorklistItem>> {
        let found = store::training::waiting(self.env.db.source(), self.waiting.actor, kind).await?;
        let of = |one: &Training| ((one.staff, one.unit), trainings::actions(self.waiting.actor, one));
        let can = |_: &Training, allowed: &[Allowed]| can(kind, allowed);
        Ok(self
            .possible(found, of, can)
            .await?
            .map(|training| WorklistItem {
                kind,
                deadline: None,
                staff: training.staff,
                subject: WorklistSubject::Training(Box::new(training)),
            })
            .collect())
    }

    /// Finds the corrections that the actor can answer.
    async fn corrections(&self, kind: WorklistKind) -> Result<Vec<WorklistItem>> {
        let found = store::correction::waiting(self.env.db.source(), self.waiting.actor, kind).await?;
        let of = |one: &Correction| ((one.staff, one.unit), corrections::actions(self.waiting.actor, one));
        let can = |_: &Correction, allowed: &[Allowed]| can(kind, allowed);
        Ok(self
            .possible(found, of, can)
            .await?
            .map(|correction| WorklistItem {
                kind,
                deadline: Some(correction.due_on),
                staff: correction.staff,
                subject: WorklistSubject::Correction(Box::new(correction)),
            })
            .collect())
    }

    /// Finds the dialogues with open agreements that the actor has to act on, each with the first day on which one is
    /// due.
    async fn dialogues(&self, kind: WorklistKind) -> Result<Vec<WorklistItem>> {
        let Waiting { actor, me, .. } = self.waiting;
        let found = store::dialogue::waiting(self.env.db.source(), (actor.agency, me)).await?;
        let can = |one: &Dialogue| can(kind, &dialogues::actions(actor, one));
        let due = |one: &Dialogue| one.due_on(one.party(me).unwrap_or(DialogueParty::Employee));
        Ok(found
            .into_iter()
            .filter(can)
            .map(|dialogue| WorklistItem {
                kind,
                deadline: due(&dialogue),
                staff: dialogue.staff,
                subject: WorklistSubject::Dialogue(Box::new(dialogue)),
            })
            .collect())
    }

    /// Finds the requests for feedback that the actor has not answered.
    async fn requests(&self, kind: WorklistKind) -> Result<Vec<WorklistItem>> {
        let Waiting { actor, me, .. } = self.waiting;
        let found = store::feedback_request::waiting(self.env.db.source(), (actor.agency, me)).await?;
        let item = |request: FeedbackRequest| WorklistItem {
            kind,
            deadline: Some(request.due_on),
            staff: request.staff,
            subject: WorklistSubject::Request(Box::new(request)),
        };
        Ok(found.into_iter().map(item).collect())
    }

    fn can_sign(&self, evaluation: &Evaluation) -> bool {
        let relations =
            Relations::of(self.waiting.actor, evaluation.staff, evaluation.unit, &evaluation.rater);
        policy::evaluation::signing_party(evaluation, &relations).is_some()
    }
}

/// Returns the ids without duplicates.
fn distinct<T: Copy + Ord>(waiting: &[(WorklistKind, T)]) -> Vec<T> {
    waiting.iter().map(|(_, id)| *id).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Whether the actor can now run the action that completes this kind of task.
fn can(kind: WorklistKind, allowed: &[Allowed]) -> bool {
    let Some(action) = kind.action() else { return true };
    allowed.iter().any(|found| found.action == action && found.refusal.is_none())
}
