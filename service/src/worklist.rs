//! Tasks of the actor as ratee, rater or delegate, ordered by deadline.
//!
//! For each kind, the store finds the objects that wait for the actor. Then the rules drop what can't be acted on any more,
//! such as a draft of ratings in a closed period. Only `CreatePlan` is about an object that does not exist yet. Activities
//! are grouped by person.

pub use domain::task::Task as WorklistKind;

use crate::{
    db::{Page, PageRequest, page_of_list},
    dialogue as dialogues,
    directory::{self, Among},
    env::Env,
    error::{Error, Result},
    evaluation as evaluations, objection as objections, plan as plans,
    store::{self, waiting::Waiting},
    training as trainings,
};
use domain::{
    activity::Activity,
    actor::Actor,
    dialogue::{Dialogue, DialogueParty},
    evaluation::Evaluation,
    feedback::FeedbackRequest,
    id::{PeriodId, StaffId},
    objection::Objection,
    period::Period,
    plan::{Plan, PlanStatus, due_on},
    policy::{self, Allowed, Relations},
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
    /// A person's activities that wait for the same; the number of them.
    Activities(u64),
    /// An evaluation.
    Evaluation(Box<Evaluation>),
    /// An objection.
    Objection(Box<Objection>),
    /// A training.
    Training(Box<Training>),
    /// A dialogue with open agreements.
    Dialogue(Box<Dialogue>),
    /// A request of feedback.
    Request(Box<FeedbackRequest>),
    /// A gap in the chain of command.
    Roster(Box<Problem>),
}

/// A task of the actor.
#[derive(Clone, Debug)]
pub struct WorklistItem {
    /// The kind of task.
    pub kind: WorklistKind,
    /// The last day that is on time.
    pub deadline: Option<Date>,
    /// The owner of the plan, activity, evaluation or training; the employee of a dialogue; the person that
    /// feedback is asked about; the person whom nobody can rate.
    pub staff: StaffId,
    /// The object of the task.
    pub subject: WorklistSubject,
}

impl WorklistItem {
    /// Names the task in cursors. One object can wait for several.
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
            WorklistSubject::Training(training) => training.id.0,
            WorklistSubject::Dialogue(dialogue) => dialogue.id.0,
            WorklistSubject::Request(request) => request.id.0,
            WorklistSubject::Roster(problem) => problem.assignment.map_or(problem.staff.0, |of| of.0),
        }
    }
}

/// Loads a page of the actor's tasks of these kinds, with their number. Items with a deadline come first.
pub async fn worklist(
    env: &Env,
    actor: &Actor,
    kinds: &[WorklistKind],
    request: &PageRequest,
) -> Result<(Page<WorklistItem>, u64)> {
    let mut items = Vec::new();
    if let Some(me) = actor.staff() {
        let query = WorklistQuery { env, waiting: Waiting { actor, me, today: env.today(actor) } };
        let wanted: BTreeSet<WorklistKind> = kinds.iter().copied().collect();
        for kind in wanted {
            items.extend(query.kind(kind).await?);
        }
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

/// Loads the first page of each of these people, as [`activities_of`] does for one.
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
    async fn kind(&self, kind: WorklistKind) -> Result<Vec<WorklistItem>> {
        match kind {
            WorklistKind::CreatePlan => self.years_without_plan().await,
            WorklistKind::SubmitPlan | WorklistKind::ReviewPlan => self.plans(kind).await,
            WorklistKind::SubmitActivities | WorklistKind::ReviewActivities => self.activities(kind).await,
            WorklistKind::ReportRealisation
            | WorklistKind::RateEvaluation
            | WorklistKind::FinaliseEvaluation
            | WorklistKind::DeliverEvaluation
            | WorklistKind::AcknowledgeEvaluation => self.evaluations(kind).await,
            WorklistKind::SignEvaluation => {
                let items = self.evaluations(kind).await?;
                Ok(items.into_iter().filter(|item| self.can_sign(item)).collect())
            }
            WorklistKind::AnswerObjection
            | WorklistKind::AssignObjectionDecider
            | WorklistKind::DecideObjection => self.objections(kind).await,
            WorklistKind::VerifyTraining => self.trainings(kind).await,
            WorklistKind::GiveFeedback => self.requests(kind).await,
            WorklistKind::CompleteAgreement => self.dialogues(kind).await,
            WorklistKind::FixRoster => self.roster().await,
        }
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
        let planned = self.waiting.planned(source).await?;
        let deadline = |year: &Period| {
            let unplanned = assignments.iter().filter(|one| !planned.contains(&(one.id, year.id)));
            unplanned.map(|assignment| due_on(assignment.valid_from, year)).min()
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

    async fn plans(&self, kind: WorklistKind) -> Result<Vec<WorklistItem>> {
        let plans = self.waiting.plans(self.env.db.source(), kind).await?;
        let ids: Vec<_> = plans.iter().map(|plan| plan.id).collect();
        let allowed = plans::actions(self.env, self.waiting.actor, &ids).await?;
        let plans: Vec<Plan> = plans.into_iter().filter(|plan| can(kind, allowed.get(&plan.id))).collect();
        let years = self.periods(plans.iter().map(|plan| plan.period)).await?;
        Ok(plans
            .into_iter()
            .map(|plan| WorklistItem {
                kind,
                // A revision has no deadline; the plan deadline of the year applied to the first submission.
                deadline: years
                    .get(&plan.period)
                    .filter(|_| plan.status != PlanStatus::Approved)
                    .map(|year| plan.due_on(year)),
                staff: plan.staff,
                subject: WorklistSubject::Plan(Box::new(plan)),
            })
            .collect())
    }

    /// Counts the activities of each person that can still be acted on, with their earliest deadline.
    async fn activities(&self, kind: WorklistKind) -> Result<Vec<WorklistItem>> {
        let groups = store::waiting::activities_by_person(self.env.db.source(), self.waiting, kind).await?;
        let item = |(staff, waiting, deadline)| WorklistItem {
            kind,
            deadline,
            staff,
            subject: WorklistSubject::Activities(waiting),
        };
        Ok(groups.into_iter().map(item).collect())
    }

    async fn evaluations(&self, kind: WorklistKind) -> Result<Vec<WorklistItem>> {
        let evaluations = self.waiting.evaluations(self.env.db.source(), kind).await?;
        let ids: Vec<_> = evaluations.iter().map(|evaluation| evaluation.id).collect();
        let allowed = evaluations::actions(self.env, self.waiting.actor, &ids).await?;
        let evaluations: Vec<Evaluation> =
            evaluations.into_iter().filter(|evaluation| can(kind, allowed.get(&evaluation.id))).collect();
        let periods = self.periods(evaluations.iter().map(|evaluation| evaluation.period)).await?;
        Ok(evaluations
            .into_iter()
            .map(|evaluation| WorklistItem {
                kind,
                deadline: periods
                    .get(&evaluation.period)
                    .and_then(|period| kind.deadline(&evaluation, period)),
                staff: evaluation.staff,
                subject: WorklistSubject::Evaluation(Box::new(evaluation)),
            })
            .collect())
    }

    /// Finds the objections that the actor can explain, decide, or assign a decider to. The days of a term are the deadline;
    /// finding a decider has none.
    async fn objections(&self, kind: WorklistKind) -> Result<Vec<WorklistItem>> {
        let Waiting { actor, today, .. } = self.waiting;
        let found = store::objection::waiting(self.env.db.source(), (actor, today), kind).await?;
        let can = |one: &Objection| can(kind, Some(&objections::actions(self.env, actor, one)));
        Ok(found
            .into_iter()
            .filter(can)
            .map(|objection| WorklistItem {
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

    /// Finds the trainings that the actor can verify. They have no deadline.
    async fn trainings(&self, kind: WorklistKind) -> Result<Vec<WorklistItem>> {
        let found = store::training::waiting(self.env.db.source(), self.waiting.actor, kind).await?;
        let can = |one: &Training| can(kind, Some(&trainings::actions(self.waiting.actor, one)));
        Ok(found
            .into_iter()
            .filter(can)
            .map(|training| WorklistItem {
                kind,
                deadline: None,
                staff: training.staff,
                subject: WorklistSubject::Training(Box::new(training)),
            })
            .collect())
    }

    /// Finds the dialogues with open agreements that the actor has to act on, each with the first day on which one is due.
    async fn dialogues(&self, kind: WorklistKind) -> Result<Vec<WorklistItem>> {
        let Waiting { actor, me, .. } = self.waiting;
        let found = store::dialogue::waiting(self.env.db.source(), (actor.agency, me)).await?;
        let can = |one: &Dialogue| can(kind, Some(&dialogues::actions(actor, one)));
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

    /// Finds the requests of feedback that the actor has not answered.
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

    async fn periods(&self, ids: impl Iterator<Item = PeriodId>) -> Result<HashMap<PeriodId, Period>> {
        let ids: BTreeSet<PeriodId> = ids.collect();
        let ids: Vec<PeriodId> = ids.into_iter().collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        store::period::by_ids(self.env.db.source(), self.waiting.actor.agency, &ids).await
    }

    fn can_sign(&self, item: &WorklistItem) -> bool {
        let WorklistSubject::Evaluation(evaluation) = &item.subject else { return false };
        let relations =
            Relations::of(self.waiting.actor, evaluation.staff, evaluation.unit, &evaluation.rater);
        policy::evaluation::signing_party(evaluation, &relations).is_some()
    }
}

/// Whether the actor can run the action of a kind of task now.
fn can(kind: WorklistKind, allowed: Option<&Vec<Allowed>>) -> bool {
    let Some(action) = kind.action() else { return true };
    allowed
        .is_some_and(|allowed| allowed.iter().any(|found| found.action == action && found.refusal.is_none()))
}
