//! The parts of a year that belong to a plan: those in which at least one month belongs to its assignment.
//!
//! Each change of a person's assignments can move a month from one of their plans to another. [`fit_evaluations`] then
//! opens, restores and cancels evaluations, so that each month is rated once.

use crate::{db::Tx, env::fresh_id, error::Result, regulation, store};
use domain::{
    assignment::Assignment,
    evaluation::{Evaluation, EvaluationKind, EvaluationStatus, open_for, periods_held},
    event::EventKind,
    id::{AssignmentId, EvaluationId, PeriodId, PlanId, StaffId},
    period::Period,
    plan::Plan,
    scoring::months_between,
    time::Date,
};
use std::collections::BTreeSet;

/// A person's assignments, and the plans of one year that are in force or closed, with their evaluations.
pub(super) struct PersonsYear {
    year: Vec<Period>,
    posts: Vec<Assignment>,
    /// Assignments that were recorded by mistake. No part belongs to their plans any more, except through evaluations
    /// that stay.
    withdrawn: BTreeSet<AssignmentId>,
    plans: Vec<Plan>,
    evaluations: Vec<Evaluation>,
}

impl PersonsYear {
    /// Loads the data for a year. `year` is the year with its parts.
    pub async fn load(tx: &Tx, plan: &Plan, year: Vec<Period>) -> Result<Self> {
        let posts = store::assignment::of_staff(tx.source(), plan.agency, &[plan.staff]).await?;
        let plans = store::plan::in_force_of(tx.source(), plan.staff, Some(plan.period)).await?;
        let evaluations = store::evaluation::of_plans(tx.source(), plans.iter().map(|plan| plan.id)).await?;
        let posts = posts.get(&plan.staff).cloned().unwrap_or_default();
        let (withdrawn, posts): (Vec<_>, Vec<_>) = posts.into_iter().partition(Assignment::is_withdrawn);
        let withdrawn = withdrawn.into_iter().map(|post| post.id).collect();
        Ok(Self { year, posts, withdrawn, plans, evaluations })
    }

    /// Finds the parts, and the year itself, that belong to a plan with these days. `next` is an assignment of the
    /// person that is not stored yet.
    pub fn periods_of(
        &self,
        plan: &Plan,
        days: (Date, Date),
        next: Option<&Assignment>,
    ) -> BTreeSet<PeriodId> {
        if self.withdrawn.contains(&plan.assignment) {
            return plan.kept.iter().copied().collect();
        }
        let others = other_days(self.posts.iter().chain(next), plan.assignment, &self.year);
        periods_held(days, &others, &BTreeSet::new(), &self.year)
    }

    /// Finds the parts for which a plan gets evaluations: open parts that belong to it and that no evaluation of
    /// another plan covers.
    pub fn to_open(&self, plan: &Plan) -> BTreeSet<PeriodId> {
        if self.withdrawn.contains(&plan.assignment) {
            return BTreeSet::new();
        }
        let others = other_days(self.posts.iter(), plan.assignment, &self.year);
        let rated = self.rated_before_absence(plan.id);
        let mut held = periods_held((plan.starts_on, plan.ends_on), &others, &rated, &self.year);
        for other in self.plans.iter().filter(|other| other.id != plan.id) {
            held.retain(|period| !other.kept.contains(period));
        }
        held.retain(|id| self.year.iter().any(|period| period.id == *id && period.is_open()));
        held
    }

    /// The months that final ratings of the person's other plans cover and after which the person was away. A person
    /// who returns in such a month is not rated for it a second time. This does not apply to transfers: a transfer that
    /// affects final ratings is refused, or the plan records that the ratings stay.
    fn rated_before_absence(&self, plan: PlanId) -> BTreeSet<Date> {
        let finals = self
            .evaluations
            .iter()
            .filter(|one| one.plan != plan && one.kind == EvaluationKind::Periodic && one.status.is_final());
        let months = finals.filter_map(|one| {
            let period = self.year.iter().find(|period| period.id == one.period)?;
            let plan = self.plans.iter().find(|plan| plan.id == one.plan)?;
            let next = plan.ends_on.succ_opt()?;
            let was_away = !self.posts.iter().any(|post| post.valid_from == next);
            let days = (plan.starts_on.max(period.starts_on), plan.ends_on.min(period.ends_on));
            was_away.then(|| months_between(days.0, days.1))
        });
        months.flatten().collect()
    }
}

/// Opens the evaluations of a newly approved plan.
pub(super) async fn open_evaluations(tx: &Tx, plan: &Plan) -> Result<()> {
    let year = store::period::year(tx.source(), plan.period).await?;
    let persons_year = PersonsYear::load(tx, plan, year).await?;
    open(tx, plan, &persons_year.year, &persons_year.to_open(plan)).await
}

async fn open(tx: &Tx, plan: &Plan, year: &[Period], parts: &BTreeSet<PeriodId>) -> Result<()> {
    if parts.is_empty() {
        return Ok(());
    }
    let rules =
        regulation::for_evaluations(tx.source(), &tx.regulations(), plan.agency, plan.starts_on).await?;
    for opened in open_for(plan, year, parts, &rules, || EvaluationId(fresh_id())) {
        tx.create(opened, EventKind::EvaluationOpened, None).await?;
    }
    Ok(())
}

/// Opens, restores and cancels evaluations of all plans of a person, so that they match the months that belong to each
/// plan now. Final evaluations stay.
pub(crate) async fn fit_evaluations(tx: &Tx, staff: StaffId, why: &str) -> Result<()> {
    let plans = store::plan::in_force_of(tx.source(), staff, None).await?;
    let years: BTreeSet<PeriodId> = plans.iter().map(|plan| plan.period).collect();
    store::lock_plans(tx, plans.iter().map(|plan| plan.id)).await?;
    for of_year in years {
        let year = store::period::year(tx.source(), of_year).await?;
        let is_open = year.iter().any(|period| period.id == of_year && period.is_open());
        let Some(plan) = plans.iter().find(|plan| plan.period == of_year).filter(|_| is_open) else {
            continue;
        };
        let persons_year = PersonsYear::load(tx, plan, year).await?;
        for plan in &persons_year.plans {
            fit_plan(tx, &persons_year, plan, why).await?;
        }
    }
    Ok(())
}

async fn fit_plan(tx: &Tx, persons_year: &PersonsYear, plan: &Plan, why: &str) -> Result<()> {
    let held = persons_year.periods_of(plan, (plan.starts_on, plan.ends_on), None);
    let mut to_open = persons_year.to_open(plan);
    for before in persons_year.evaluations.iter().filter(|one| one.plan == plan.id) {
        let wanted = to_open.remove(&before.period);
        if before.status == EvaluationStatus::Cancelled && wanted {
            let after = before.restore()?;
            tx.change(before, after, EventKind::EvaluationRestored, Some(why)).await?;
        } else if before.status.is_unfinished() && !held.contains(&before.period) {
            tx.change(before, before.cancel()?, EventKind::EvaluationCancelled, Some(why)).await?;
        }
    }
    open(tx, plan, &persons_year.year, &to_open).await
}

/// The first and the last day in the year of each assignment, except the assignment `but`.
pub(crate) fn other_days<'a>(
    posts: impl Iterator<Item = &'a Assignment>,
    but: AssignmentId,
    year: &[Period],
) -> Vec<(Date, Date)> {
    let ends_on = year.iter().map(|period| period.ends_on).max().unwrap_or_default();
    posts
        .filter(|post| post.id != but)
        .map(|post| (post.valid_from, post.last_day().map_or(ends_on, |last| last.min(ends_on))))
        .filter(|(first, last)| first <= last)
        .collect()
}
