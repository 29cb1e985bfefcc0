//! The facts that evaluation transitions need, and the steps that all transitions have in common.

use super::{unrated::unrated, year};
use crate::{
    db::{Backend, Command, Connection, IdempotencyKey, Source, Tx},
    directory::{FormSubject, forms},
    env::Env,
    error::{Error, Result},
    power,
    regulation::{Library, LoadedRegulation},
    store,
};
use chrono::Duration;
use domain::{
    Refusal,
    action::EvaluationAction,
    actor::Actor,
    calendar::DaysOff,
    evaluation::{
        Evaluation, EvaluationContext, EvaluationKind, EvaluationStatus, OrgUnitPredicate, PeriodicState,
        YearContext,
    },
    event::EventKind,
    id::{CriterionId, EvaluationId, PeriodId, PlanId, StaffId, UnitId},
    period::Period,
    plan::{Form, Plan},
    policy::{self, Relations},
    scoring::RecognisedTraining,
    staff::StaffStatus,
    time::{Calendar, Date, Instant},
    training::recognised,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// Data that evaluation transitions need.
pub(crate) struct EvaluationFacts {
    /// The plan.
    pub plan: Plan,
    /// The year or part.
    pub period: Period,
    criteria: BTreeMap<CriterionId, String>,
    unit_predicate: Option<OrgUnitPredicate>,
    periodic: Vec<PeriodicState>,
    annual: Option<EvaluationStatus>,
    heads_unit: bool,
    has_left: bool,
    year: YearContext,
    trainings: Vec<RecognisedTraining>,
    unrated: BTreeSet<PeriodId>,
    days_off: DaysOff,
    reads_online: bool,
    form: Option<Form>,
    rules: Arc<LoadedRegulation>,
    at: Instant,
}

impl EvaluationFacts {
    /// Loads all facts that a transition of one evaluation needs.
    pub async fn load(tx: &Tx, evaluation: &Evaluation) -> Result<Self> {
        let (source, one) = (tx.source(), std::slice::from_ref(evaluation));
        let mut found = Self::load_many(source, &tx.regulations(), one, tx.now()).await?;
        let found = found
            .remove(&evaluation.id)
            .ok_or_else(|| Error::internal("an evaluation without its plan or period"))?;
        let assignments =
            store::assignment::by_ids(source, evaluation.agency, &[evaluation.assignment]).await?;
        let heads_unit = assignments.get(&evaluation.assignment).is_some_and(|assignment| assignment.leads);
        Ok(Self { heads_unit, ..found })
    }

    /// Adds the agency's days off from a day on.
    pub async fn with_days_off(self, tx: &Tx, from: Date) -> Result<Self> {
        let days_off = store::calendar::days_off(tx.source(), self.plan.agency, from).await?;
        Ok(Self { days_off, ..self })
    }

    /// Loads the facts for several evaluations of an agency, in the same number of statements as for one. They suffice
    /// to list the allowed actions, not to perform one.
    pub async fn load_many<C: Connection>(
        source: Source<'_, C>,
        regulations: &Library,
        evaluations: &[Evaluation],
        at: Instant,
    ) -> Result<HashMap<EvaluationId, Self>> {
        let Some(first) = evaluations.first() else { return Ok(HashMap::new()) };
        let plans: BTreeSet<PlanId> = evaluations.iter().map(|evaluation| evaluation.plan).collect();
        let periods: BTreeSet<PeriodId> = evaluations.iter().map(|evaluation| evaluation.period).collect();
        let units: BTreeSet<UnitId> = evaluations.iter().map(|evaluation| evaluation.unit).collect();
        let by_plan = store::plan::by_ids_unscoped(source, plans.iter().copied()).await?;
        let siblings = store::evaluation::with_annual_siblings(source, plans, evaluations).await?;
        let predicates = store::unit_predicate::of_units(source, units, periods.iter().copied()).await?;
        let periods: Vec<PeriodId> = periods.into_iter().collect();
        let periods = store::period::by_ids(source, first.agency, &periods).await?;
        let mut years = year::load_many(source, regulations, evaluations, (&siblings, &periods)).await?;
        let left = who_left(source, evaluations, &by_plan, at).await?;
        let sets = store::criteria_set::of_agency(source, first.agency).await?;
        let mut rules = HashMap::new();
        for evaluation in evaluations {
            if !rules.contains_key(&evaluation.regulation) {
                let loaded = regulations.pinned(source, evaluation.agency, &evaluation.regulation).await?;
                rules.insert(&evaluation.regulation, loaded);
            }
        }
        Ok(evaluations
            .iter()
            .filter_map(|evaluation| {
                let period = periods.get(&evaluation.period)?.clone();
                let in_force = sets.iter().filter(|set| set.open_on(period.ends_on));
                let criteria = in_force
                    .flat_map(|set| &set.criteria)
                    .map(|criterion| (criterion.id, criterion.name_id.clone()))
                    .collect();
                let of_unit = predicates
                    .iter()
                    .find(|set| (set.unit, set.period) == (evaluation.unit, evaluation.period))
                    .map(|set| set.predicate);
                let of_plan = || siblings.iter().filter(|sibling| sibling.plan == evaluation.plan);
                let facts = Self {
                    plan: by_plan.get(&evaluation.plan)?.clone(),
                    period,
                    criteria,
                    unit_predicate: of_unit,
                    periodic: of_plan()
                        .filter(|sibling| sibling.kind == EvaluationKind::Periodic)
                        .map(|sibling| PeriodicState { period: sibling.period, status: sibling.status })
                        .collect(),
                    annual: of_plan()
                        .find(|sibling| sibling.kind == EvaluationKind::Annual)
                        .map(|sibling| sibling.status),
                    heads_unit: years.get(&evaluation.id).is_some_and(|year| year.heads_unit),
                    has_left: left.contains(&evaluation.staff),
                    trainings: Vec::new(),
                    unrated: BTreeSet::new(),
                    days_off: DaysOff::default(),
                    reads_online: true,
                    form: None,
                    year: years.remove(&evaluation.id).map(|year| year.context).unwrap_or_default(),
                    rules: rules.get(&evaluation.regulation)?.clone(),
                    at,
                };
                Some((evaluation.id, facts))
            })
            .collect())
    }

    /// Borrows the facts as the domain's context.
    pub fn context(&self, calendar: Calendar) -> EvaluationContext<'_> {
        EvaluationContext {
            plan: &self.plan,
            period: &self.period,
            calendar,
            at: self.at,
            criteria: &self.criteria,
            unit_predicate: self.unit_predicate,
            periodic: &self.periodic,
            unrated: &self.unrated,
            annual: self.annual,
            heads_unit: self.heads_unit,
            has_left: self.has_left,
            year: &self.year,
            trainings: &self.trainings,
            days_off: &self.days_off,
            reads_online: self.reads_online,
            handed_over: None,
            form: self.form.as_ref(),
            document: &self.rules.document,
        }
    }
}

/// Finds the people who have left among those who have not reported although their plan has ended. Needs no statement
/// if there are no such evaluations.
async fn who_left<C: Connection>(
    source: Source<'_, C>,
    evaluations: &[Evaluation],
    plans: &HashMap<PlanId, Plan>,
    at: Instant,
) -> Result<BTreeSet<StaffId>> {
    // Also true on the last day by UTC, because in time zones ahead of UTC the next day may have begun.
    let has_ended = |plan: &Plan| plan.ends_on <= at.date_naive();
    let unreported = evaluations.iter().filter(|one| one.status == EvaluationStatus::Open);
    let ended = unreported.filter(|one| plans.get(&one.plan).is_some_and(has_ended));
    let people: BTreeSet<StaffId> = ended.map(|one| one.staff).collect();
    let Some(first) = evaluations.first().filter(|_| !people.is_empty()) else { return Ok(BTreeSet::new()) };
    let people = store::staff::by_ids(source, first.agency, &Vec::from_iter(people)).await?;
    let left = people.into_values().filter(|person| person.status == StaffStatus::Ended);
    Ok(left.map(|person| person.id).collect())
}

/// A transition of an evaluation.
pub(super) struct Transition {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// The version that the client read.
    pub expected: i32,
    /// The action.
    pub action: EvaluationAction,
    /// The kind of the journal entry.
    pub event: EventKind,
    /// The reason in the journal entry.
    pub reason: Option<String>,
}

/// A method of the domain that decides on a transition.
pub(super) trait Method:
    FnOnce(&Evaluation, &EvaluationContext<'_>, &Tx) -> std::result::Result<Evaluation, Vec<Refusal>> + Send
{
}

impl<M> Method for M where
    M: FnOnce(&Evaluation, &EvaluationContext<'_>, &Tx) -> std::result::Result<Evaluation, Vec<Refusal>>
        + Send
{
}

/// Runs a transition, which a method of the domain decides, at most once for an idempotency key.
pub(super) async fn change<C, M>(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    command: C,
    what: Transition,
    method: M,
) -> Result<EvaluationId>
where
    C: Command,
    M: FnOnce(&Evaluation, C, &EvaluationContext<'_>, &Tx) -> std::result::Result<Evaluation, Vec<Refusal>>
        + Send
        + 'static,
{
    env.write_once(actor, key, command, move |tx, command| async move {
        transition(&tx, what, |evaluation, context, tx| method(evaluation, command, context, tx)).await
    })
    .await
}

/// Loads an evaluation with its facts, checks the permission and the version, and stores the result of the method.
pub(super) async fn transition(tx: &Tx, what: Transition, method: impl Method) -> Result<EvaluationId> {
    let before =
        store::evaluation::find(tx.source(), tx.actor(), what.evaluation).await?.ok_or(Error::NotFound)?;
    lock(tx, &before, what.action).await?;
    let mut facts = EvaluationFacts::load(tx, &before).await?;
    if matches!(what.action, EvaluationAction::DeliverEvaluation | EvaluationAction::FinaliseEvaluation) {
        // A result may have been handed over on paper up to a year ago.
        facts = facts.with_days_off(tx, tx.today() - Duration::days(366)).await?;
    }
    if what.action == EvaluationAction::DeliverEvaluation {
        facts.reads_online = store::credentials::account::reads_online(tx, before.staff).await?;
    }
    if what.action == EvaluationAction::FinaliseEvaluation {
        let subject =
            FormSubject { staff: before.staff, assignment: before.assignment, rater: before.rater.clone() };
        facts.form = forms(tx.source(), before.agency, &[subject], tx.today()).await?.pop();
        facts.unrated = unrated(tx, &before, &facts.plan).await?;
        let verified = store::training::verified_of(tx.source(), [before.staff]).await?.remove(&before.staff);
        let days = facts.period.starts_on..=facts.period.ends_on;
        facts.trainings = recognised(&verified.unwrap_or_default(), before.plan, &days);
    }
    let relations = Relations::of(tx.actor(), before.staff, before.unit, &before.rater);
    let reopener = policy::evaluation::Reopener::of(&before, &facts.period);
    policy::evaluation::decide(what.action, &relations, reopener)?;
    power::must_be_of_another(tx, what.action, (before.staff, before.unit)).await?;
    if before.version != what.expected {
        return Err(Refusal::conflict(before.version).into());
    }
    let after = method(&before, &facts.context(tx.actor().calendar), tx)?;
    Ok(tx.change(&before, after, what.event, what.reason.as_deref()).await?.id)
}

/// Locks the plans of several evaluations at once, for a batch.
pub(super) async fn lock_all(
    tx: &Tx,
    evaluations: impl Iterator<Item = EvaluationId>,
    action: EvaluationAction,
) -> Result<()> {
    if tx.backend() == Backend::Sqlite {
        return Ok(());
    }
    let ids: Vec<EvaluationId> = evaluations.collect();
    let mut plans = BTreeSet::new();
    let found =
        store::evaluation::by_ids(tx.source(), tx.actor(), &ids, store::evaluation::Projection::FULL).await?;
    for evaluation in found.values() {
        plans.extend(plans_to_lock(tx, evaluation, action).await?);
    }
    store::lock_plans(tx, plans).await
}

async fn lock(tx: &Tx, before: &Evaluation, action: EvaluationAction) -> Result<()> {
    store::lock_plans(tx, plans_to_lock(tx, before, action).await?).await
}

/// Finds the plans to lock: the plan of the evaluation, or all plans of the person in that year if the transition
/// affects their other evaluations. A part of the year must not change while the annual evaluation that counts it
/// becomes final.
async fn plans_to_lock(tx: &Tx, before: &Evaluation, action: EvaluationAction) -> Result<Vec<PlanId>> {
    let affects_others =
        matches!(action, EvaluationAction::FinaliseEvaluation | EvaluationAction::ReopenEvaluation);
    if !(affects_others && before.kind == EvaluationKind::Annual) {
        return Ok(vec![before.plan]);
    }
    store::plan::of_same_year(tx.source(), before.staff, before.plan).await
}
