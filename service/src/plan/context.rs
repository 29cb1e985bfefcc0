//! The facts that plan transitions need, and the steps that all transitions have in common.

use crate::{
    db::{Command, Connection, IdempotencyKey, Source, Tx},
    directory::{FormSubject, forms},
    env::Env,
    error::{Error, Result},
    power, store,
};
use domain::{
    Refusal,
    action::PlanAction,
    actor::Actor,
    evaluation::{Evaluation, EvaluationKind},
    event::EventKind,
    id::PlanId,
    period::Period,
    plan::{Form, Plan, PlanContext},
    policy::{self, Relations},
    time::Calendar,
};

/// Data that plan transitions need.
pub(crate) struct PlanFacts {
    /// The year.
    pub period: Period,
    /// The plan's evaluations.
    pub evaluations: Vec<Evaluation>,
    /// The people on the form; loaded only for transitions that end the plan.
    pub form: Option<Form>,
}

impl PlanFacts {
    /// Loads the facts for a plan.
    pub async fn load<C: Connection>(source: Source<'_, C>, plan: &Plan) -> Result<Self> {
        let period = store::period::find(source, plan.agency, plan.period)
            .await?
            .ok_or_else(|| Error::internal("a plan without its year"))?;
        Ok(Self { period, evaluations: store::evaluation::of_plan(source, plan.id).await?, form: None })
    }

    /// Loads the facts for a transition that ends a plan.
    pub async fn load_to_end(tx: &Tx, plan: &Plan) -> Result<Self> {
        let facts = Self::load(tx.source(), plan).await?;
        Ok(Self { form: form_now(tx, plan).await?, ..facts })
    }

    /// Borrows the facts as the domain's context.
    pub fn context(&self, calendar: Calendar) -> PlanContext<'_> {
        let is_final = |evaluation: &&Evaluation| evaluation.status.is_final();
        let periodic = |evaluation: &&Evaluation| evaluation.kind == EvaluationKind::Periodic;
        PlanContext {
            period: &self.period,
            calendar,
            annual_final: self.evaluations.iter().filter(is_final).any(|evaluation| !periodic(&evaluation)),
            any_final: self.evaluations.iter().any(|evaluation| evaluation.status.is_final()),
            unfinished_periodic: self
                .evaluations
                .iter()
                .filter(periodic)
                .filter(|evaluation| evaluation.status.is_unfinished())
                .count(),
            form: self.form.as_ref(),
        }
    }
}

/// Loads the people on the plan's form, as the directory has them now.
pub(super) async fn form_now(tx: &Tx, plan: &Plan) -> Result<Option<Form>> {
    let subject = FormSubject { staff: plan.staff, assignment: plan.assignment, rater: plan.rater.clone() };
    Ok(forms(tx.source(), plan.agency, &[subject], tx.today()).await?.pop())
}

/// Locks and loads a plan with its facts. Fails unless the actor may do the action and the version matches.
pub(super) async fn load(
    tx: &Tx,
    id: PlanId,
    expected: i32,
    action: PlanAction,
) -> Result<(Plan, PlanFacts)> {
    store::lock_plans(tx, [id]).await?;
    let plan = store::plan::find(tx.source(), tx.actor(), id).await?.ok_or(Error::NotFound)?;
    policy::plan::decide(action, &Relations::of(tx.actor(), plan.staff, plan.unit, &plan.rater))?;
    power::must_be_of_another(tx, action, (plan.staff, plan.unit)).await?;
    if plan.version != expected {
        return Err(Refusal::conflict(plan.version).into());
    }
    let facts = match action {
        PlanAction::ClosePlan | PlanAction::CancelPlan => PlanFacts::load_to_end(tx, &plan).await?,
        _ => PlanFacts::load(tx.source(), &plan).await?,
    };
    Ok((plan, facts))
}

/// A transition that needs only the plan and its facts.
pub(super) struct Change {
    /// The plan.
    pub plan: PlanId,
    /// The version that the client read.
    pub expected: i32,
    /// The action.
    pub action: PlanAction,
    /// The kind of the journal entry.
    pub event: EventKind,
    /// The reason in the journal entry.
    pub reason: Option<String>,
}

/// Runs a transition, which a method of the domain decides, at most once for an idempotency key.
pub(super) async fn change<C, M>(
    env: &Env,
    actor: &Actor,
    key: IdempotencyKey,
    command: C,
    change: Change,
    method: M,
) -> Result<PlanId>
where
    C: Command,
    M: FnOnce(&Plan, C, &PlanContext<'_>, &Tx) -> std::result::Result<Plan, Vec<Refusal>> + Send + 'static,
{
    env.write_once(actor, key, command, move |tx, command| async move {
        let (before, facts) = load(&tx, change.plan, change.expected, change.action).await?;
        let after = method(&before, command, &facts.context(tx.actor().calendar), &tx)?;
        Ok(tx.change(&before, after, change.event, change.reason.as_deref()).await?.id)
    })
    .await
}
