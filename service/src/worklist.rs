//! Tasks of the actor as ratee, rater or delegate, ordered by deadline.
//!
//! Each kind has one statement that selects objects by status and by their relation to the actor; that relation also
//! authorises. Then the rules drop what can't be acted on any more, such as a draft of ratings in a closed period. Only
//! `CreatePlan` is about an object that does not exist yet. Activities are grouped by person: see [`activities`].

mod activities;
mod kind;

pub use activities::{activities_of, activities_of_groups};
pub use kind::WorklistKind;

use crate::{
    db::{Backend, Page, PageRequest, any_of, page_of_list},
    env::Env,
    error::Result,
    evaluation as evaluations,
    organisation::{self, Among},
    plan as plans, store,
};
use domain::{
    actor::Actor,
    evaluation::{Evaluation, EvaluationKind, EvaluationStatus},
    id::{PeriodId, StaffId},
    period::{Period, PeriodStatus},
    plan::{Plan, PlanStatus, RevisionStatus, due_on},
    policy::{self, Allowed, Relations},
    roster::Problem,
    time::Date,
};
use entity::{activity, assignment, evaluation, period, plan, plan_revision};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, SelectStatement, SimpleExpr},
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
    /// The owner of the plan, activity or evaluation; the person whom nobody can rate.
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
        let query = WorklistQuery { env, actor, me, today: env.today(actor) };
        let wanted: BTreeSet<WorklistKind> = kinds.iter().copied().collect();
        for kind in wanted {
            items.extend(query.kind(kind).await?);
        }
    }
    items.sort_by_key(|item| (item.deadline.is_none(), item.deadline, item.kind, item.id()));
    let total = items.len() as u64;
    Ok((page_of_list(&items, "worklist", WorklistItem::key, request)?, total))
}

struct WorklistQuery<'a> {
    env: &'a Env,
    actor: &'a Actor,
    me: StaffId,
    today: Date,
}

impl WorklistQuery<'_> {
    async fn kind(&self, kind: WorklistKind) -> Result<Vec<WorklistItem>> {
        use EvaluationStatus as Status;
        match kind {
            WorklistKind::CreatePlan => self.years_without_plan().await,
            WorklistKind::SubmitPlan => {
                let own = plan::Column::StaffId.eq(self.me.0);
                let editable = [RevisionStatus::Draft, RevisionStatus::Returned];
                self.plans(kind, own.into(), &[PlanStatus::Draft, PlanStatus::Returned], &editable).await
            }
            WorklistKind::ReviewPlan => {
                let rated = self.rated(
                    plan::Column::RaterAssignmentId,
                    plan::Column::RaterStaffId,
                    plan::Column::StaffId,
                );
                self.plans(kind, rated, &[PlanStatus::Submitted], &[RevisionStatus::Submitted]).await
            }
            WorklistKind::SubmitActivities | WorklistKind::ReviewActivities => self.activities(kind).await,
            WorklistKind::ReportRealisation => {
                let over = self.open_periods().and_where(period::Column::EndsOn.lt(self.today)).to_owned();
                let which = self.own().add(of(&[Status::Open])).add(in_periods(over));
                self.evaluations(kind, which).await
            }
            WorklistKind::RateEvaluation => {
                let unreported =
                    self.open_periods().and_where(period::Column::ReportDeadline.lt(self.today)).to_owned();
                let unreported = Condition::all().add(of(&[Status::Open])).add(in_periods(unreported));
                let begun =
                    self.open_periods().and_where(period::Column::RatingFrom.lte(self.today)).to_owned();
                let reported = Condition::all()
                    .add(of(&[Status::SelfReported]))
                    .add(in_periods(self.open_periods()))
                    .add(Condition::any().add(in_periods(begun)).add(self.of_ended_plans()));
                let which = self.rated_evaluations().add(Condition::any().add(unreported).add(reported));
                self.evaluations(kind, which).await
            }
            WorklistKind::FinaliseEvaluation => {
                let over = period::Entity::find()
                    .select_only()
                    .column(period::Column::Id)
                    .filter(period::Column::EndsOn.lte(self.today))
                    .into_query();
                let over = Condition::any().add(in_periods(over)).add(self.of_ended_plans());
                self.evaluations(kind, self.rated_evaluations().add(of(&[Status::RatedDraft])).add(over))
                    .await
            }
            WorklistKind::DeliverEvaluation => {
                self.evaluations(kind, self.rated_evaluations().add(annual()).add(of(&[Status::Final]))).await
            }
            WorklistKind::AcknowledgeEvaluation => {
                self.evaluations(kind, self.own().add(annual()).add(of(&[Status::Delivered]))).await
            }
            WorklistKind::SignEvaluation => {
                let unsigned = [
                    Status::Final,
                    Status::Delivered,
                    Status::Acknowledged,
                    Status::DeemedAccepted,
                    Status::Decided,
                ];
                let which =
                    Condition::any().add(self.own()).add(self.rated_evaluations()).add(self.rated_below());
                let items = self
                    .evaluations(kind, Condition::all().add(annual()).add(of(&unsigned)).add(which))
                    .await?;
                Ok(items.into_iter().filter(|item| self.can_sign(item)).collect())
            }
            WorklistKind::FixRoster => self.roster().await,
        }
    }

    /// Finds the gaps in the chain of command of the units that the actor manages as performance team or admin.
    async fn roster(&self) -> Result<Vec<WorklistItem>> {
        let Some(among) = Among::managed_by(self.actor) else { return Ok(Vec::new()) };
        let (source, today) = (self.env.db.source(), self.today);
        let found = organisation::problems(source, self.actor.agency, &among, today, today).await?;
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
        let source = self.env.db.source();
        let person = store::staff::by_ids(source, self.actor.agency, &[self.me]).await?.remove(&self.me);
        if !person.is_some_and(|person| person.employment_kind.is_appraised()) {
            return Ok(Vec::new());
        }
        let years = Condition::all()
            .add(period::Column::AgencyId.eq(self.actor.agency.0))
            .add(period::Column::Part.eq(0))
            .add(period::Column::Status.eq(PeriodStatus::Open.to_string()))
            .add(period::Column::EndsOn.gte(self.today));
        let years = store::period::load(source, years).await?;
        let open = store::assignment::open_on(self.today)
            .add(assignment::Column::AgencyId.eq(self.actor.agency.0))
            .add(assignment::Column::StaffId.eq(self.me.0))
            .add(assignment::Column::SuperiorId.is_not_null());
        let assignments = store::assignment::load(source, open).await?;
        let planned: BTreeSet<(Uuid, Uuid)> = plan::Entity::find()
            .select_only()
            .columns([plan::Column::AssignmentId, plan::Column::PeriodId])
            .filter(plan::Column::StaffId.eq(self.me.0))
            .filter(plan::Column::Status.ne(PlanStatus::Cancelled.to_string()))
            .into_tuple()
            .all(source.connection)
            .await?
            .into_iter()
            .collect();
        let deadline = |year: &Period| {
            let unplanned =
                assignments.iter().filter(|assignment| !planned.contains(&(assignment.id.0, year.id.0)));
            unplanned.map(|assignment| due_on(assignment.valid_from, year)).min()
        };
        let item = |year: Period| {
            Some(WorklistItem {
                kind: WorklistKind::CreatePlan,
                deadline: Some(deadline(&year)?),
                staff: self.me,
                subject: WorklistSubject::Period(year),
            })
        };
        Ok(years.into_iter().filter_map(item).collect())
    }

    /// Loads plans with one of these statuses, and approved plans with a revision that has one of `revisions`.
    async fn plans(
        &self,
        kind: WorklistKind,
        owner: Condition,
        states: &[PlanStatus],
        revisions: &[RevisionStatus],
    ) -> Result<Vec<WorklistItem>> {
        let source = self.env.db.source();
        let revised = plan_revision::Entity::find()
            .select_only()
            .column(plan_revision::Column::PlanId)
            .filter(plan_revision::Column::Status.is_in(revisions.iter().map(ToString::to_string)))
            .into_query();
        let revised = Condition::all()
            .add(plan::Column::Status.eq(PlanStatus::Approved.to_string()))
            .add(plan::Column::Id.in_subquery(revised));
        let states = plan::Column::Status.is_in(states.iter().map(ToString::to_string));
        let select = plan::Entity::find()
            .filter(plan::Column::AgencyId.eq(self.actor.agency.0))
            .filter(plan::Column::PeriodId.in_subquery(self.open_periods()))
            .filter(owner)
            .filter(Condition::any().add(states).add(revised));
        let plans = store::plan::with_revisions(source, select.all(source.connection).await?).await?;
        let ids: Vec<_> = plans.iter().map(|plan| plan.id).collect();
        let allowed = plans::actions(self.env, self.actor, &ids).await?;
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
        let deadline = match kind {
            WorklistKind::SubmitActivities => "report_deadline",
            _ => "rating_deadline",
        };
        let earliest = format!("MIN((SELECT p.{deadline} FROM period p WHERE p.id = activity.period_id))");
        let groups: Vec<(Uuid, i64, Option<Date>)> = activity::Entity::find()
            .select_only()
            .column(activity::Column::StaffId)
            .column_as(activity::Column::Id.count(), "waiting")
            .expr_as(Expr::cust(earliest), "deadline")
            .filter(activities::waiting(self.env.db.backend(), self.actor, self.me, kind))
            .group_by(activity::Column::StaffId)
            .into_tuple()
            .all(self.env.db.source().connection)
            .await?;
        let item = |(staff, waiting, deadline)| WorklistItem {
            kind,
            deadline,
            staff: StaffId(staff),
            subject: WorklistSubject::Activities(u64::try_from(waiting).unwrap_or_default()),
        };
        Ok(groups.into_iter().map(item).collect())
    }

    async fn evaluations(&self, kind: WorklistKind, which: Condition) -> Result<Vec<WorklistItem>> {
        let source = self.env.db.source();
        let select = evaluation::Entity::find()
            .filter(evaluation::Column::AgencyId.eq(self.actor.agency.0))
            .filter(evaluation::Column::PlanId.not_in_subquery(cancelled()))
            .filter(which);
        let rows = select.all(source.connection).await?;
        let evaluations = rows.into_iter().map(store::evaluation::value).collect::<Result<Vec<_>>>()?;
        let ids: Vec<_> = evaluations.iter().map(|evaluation| evaluation.id).collect();
        let allowed = evaluations::actions(self.env, self.actor, &ids).await?;
        let evaluations: Vec<Evaluation> =
            evaluations.into_iter().filter(|evaluation| can(kind, allowed.get(&evaluation.id))).collect();
        let periods = self.periods(evaluations.iter().map(|evaluation| evaluation.period)).await?;
        Ok(evaluations
            .into_iter()
            .map(|evaluation| WorklistItem {
                kind,
                deadline: periods
                    .get(&evaluation.period)
                    .and_then(|period| deadline(kind, &evaluation, period)),
                staff: evaluation.staff,
                subject: WorklistSubject::Evaluation(Box::new(evaluation)),
            })
            .collect())
    }

    async fn periods(&self, ids: impl Iterator<Item = PeriodId>) -> Result<HashMap<PeriodId, Period>> {
        let ids: BTreeSet<PeriodId> = ids.collect();
        let ids: Vec<PeriodId> = ids.into_iter().collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        store::period::by_ids(self.env.db.source(), self.actor.agency, &ids).await
    }

    /// Selects the ids of open years and parts.
    fn open_periods(&self) -> SelectStatement {
        open_periods(self.actor)
    }

    /// Selects evaluations of plans with a last day that has come. They are rated from that day.
    fn of_ended_plans(&self) -> SimpleExpr {
        let ended = plan::Entity::find()
            .select_only()
            .column(plan::Column::Id)
            .filter(plan::Column::EndsOn.lte(self.today))
            .into_query();
        evaluation::Column::PlanId.in_subquery(ended)
    }

    fn own(&self) -> Condition {
        Condition::all().add(evaluation::Column::StaffId.eq(self.me.0))
    }

    fn rated_evaluations(&self) -> Condition {
        let (assignment, person) = (evaluation::Column::RaterAssignmentId, evaluation::Column::RaterStaffId);
        self.rated(assignment, person, evaluation::Column::StaffId)
    }

    /// The actor is the recorded rater or has the rater's powers, and is not the ratee: no one can rate themselves.
    fn rated<C: ColumnTrait>(&self, assignment: C, person: C, owner: C) -> Condition {
        rated(self.backend(), self.actor, self.me, (assignment, person, owner))
    }

    /// Selects evaluations of which the actor may be the rater's superior. `can_sign` then checks the rater snapshot.
    fn rated_below(&self) -> Condition {
        let below = assignment::Entity::find()
            .select_only()
            .column(assignment::Column::Id)
            .filter(any_of(
                self.backend(),
                (assignment::Entity, assignment::Column::SuperiorId),
                self.powers(),
            ))
            .into_query();
        Condition::all().add(evaluation::Column::RaterAssignmentId.in_subquery(below))
    }

    fn can_sign(&self, item: &WorklistItem) -> bool {
        let WorklistSubject::Evaluation(evaluation) = &item.subject else { return false };
        let relations = Relations::of(self.actor, evaluation.staff, evaluation.unit, &evaluation.rater);
        policy::evaluation::signing_party(evaluation, &relations).is_some()
    }

    fn powers(&self) -> impl Iterator<Item = Uuid> {
        powers(self.actor)
    }

    fn backend(&self) -> Backend {
        self.env.db.backend()
    }
}

fn powers(actor: &Actor) -> impl Iterator<Item = Uuid> {
    actor.assignments.union(&actor.acting_for).map(|assignment| assignment.0)
}

fn open_periods(actor: &Actor) -> SelectStatement {
    period::Entity::find()
        .select_only()
        .column(period::Column::Id)
        .filter(period::Column::AgencyId.eq(actor.agency.0))
        .filter(period::Column::Status.eq(PeriodStatus::Open.to_string()))
        .into_query()
}

/// The condition that the actor rates: columns of the rater's assignment, the rater and the owner.
fn rated<C: ColumnTrait>(
    backend: Backend,
    actor: &Actor,
    me: StaffId,
    (assignment, person, owner): (C, C, C),
) -> Condition {
    let rater =
        Condition::any().add(any_of(backend, assignment.as_column_ref(), powers(actor))).add(person.eq(me.0));
    Condition::all().add(owner.ne(me.0)).add(rater)
}

/// Whether the actor can run the action of a kind of task now.
fn can(kind: WorklistKind, allowed: Option<&Vec<Allowed>>) -> bool {
    let Some(action) = kind.action() else { return true };
    allowed
        .is_some_and(|allowed| allowed.iter().any(|found| found.action == action && found.refusal.is_none()))
}

fn annual() -> SimpleExpr {
    evaluation::Column::Kind.eq(EvaluationKind::Annual.to_string())
}

fn of(states: &[EvaluationStatus]) -> SimpleExpr {
    evaluation::Column::Status.is_in(states.iter().map(ToString::to_string))
}

fn in_periods(ids: SelectStatement) -> SimpleExpr {
    evaluation::Column::PeriodId.in_subquery(ids)
}

fn cancelled() -> SelectStatement {
    plan::Entity::find()
        .select_only()
        .column(plan::Column::Id)
        .filter(plan::Column::Status.eq(PlanStatus::Cancelled.to_string()))
        .into_query()
}

/// The last day that is on time for a task.
fn deadline(kind: WorklistKind, evaluation: &Evaluation, period: &Period) -> Option<Date> {
    match kind {
        WorklistKind::ReportRealisation => Some(period.report_deadline),
        WorklistKind::AcknowledgeEvaluation => evaluation.objection_until,
        WorklistKind::SignEvaluation => None,
        _ => Some(period.rating_deadline),
    }
}
