//! Transitions of a plan and its revisions: one method for each verb.

use super::{
    Form, Plan, PlanContent, PlanResult, PlanRevision, PlanStatus, RaterSnapshot, References, RevisionStatus,
    missing_for_submission, validate_content,
};
use crate::{
    Key, Message, Refusal,
    action::PlanAction,
    decision::Decision,
    error::{reason, unless_refused},
    id::{PeriodId, ResultId, RevisionId},
    period::Period,
    time::{Calendar, Date, Instant},
};
use chrono::{Datelike, Days};
use std::collections::BTreeSet;
use strum::IntoEnumIterator;

/// Days to submit a plan that starts after the beginning of the year. By default, plans of the whole year have as many
/// days: their deadline is 31 January.
const DAYS_TO_PLAN: u64 = 30;

/// Data that plan transitions need.
#[derive(Clone, Debug)]
pub struct PlanContext<'a> {
    /// The plan's year.
    pub period: &'a Period,
    /// The calendar of deadlines.
    pub calendar: Calendar,
    /// Whether its annual evaluation is final or later, which locks the plan.
    pub annual_final: bool,
    /// Whether any of its evaluations is final or later.
    pub any_final: bool,
    /// The number of its periodic evaluations that are not final yet.
    pub unfinished_periodic: usize,
    /// The people on the form, for transitions that finish it.
    pub form: Option<&'a Form>,
}

impl Plan {
    /// Checks whether the state permits an action. Does not check who may run it.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` with the actions that are permitted, or `PERIOD_CLOSED`.
    pub fn permits(&self, action: PlanAction, context: &PlanContext<'_>) -> Result<(), Refusal> {
        use PlanAction as Do;
        if !self.state_allows(action) {
            return Err(self.refused(Key::InvalidTransition));
        }
        let changes_contents = matches!(
            action,
            Do::UpdatePlan
                | Do::SubmitPlan
                | Do::WithdrawPlan
                | Do::ReviewPlan
                | Do::RevisePlan
                | Do::LinkPlanResult
        );
        if changes_contents && context.annual_final || action == Do::CancelPlan && context.any_final {
            return Err(self.refused(Key::LockedByEvaluation));
        }
        if action == Do::ClosePlan && context.unfinished_periodic > 0 {
            return Err(
                self.refused(Message::new(Key::EvaluationsOpen).with("count", context.unfinished_periodic))
            );
        }
        if changes_contents {
            context.period.must_be_open()?;
        }
        if action == Do::LinkPlanResult && !self.linkable().any(|row| row.provisional) {
            return Err(self.refused(Key::NothingProvisional));
        }
        Ok(())
    }

    /// Replaces the contents of the revision that is being written.
    ///
    /// # Errors
    /// As [`Self::permits`], or a refusal for each broken rule of the contents. Missing input is refused only at
    /// submission.
    pub fn update(
        &self,
        content: PlanContent,
        references: &References,
        context: &PlanContext<'_>,
    ) -> Result<Self, Vec<Refusal>> {
        self.permits(PlanAction::UpdatePlan, context)?;
        let earlier = self.revisions.iter().map(|revision| &revision.content);
        let refusals = validate_content(&content, references, earlier);
        let mut plan = self.clone();
        if let Some(revision) = plan.open_mut() {
            revision.content = content;
        }
        unless_refused(plan, refusals)
    }

    /// Submits the plan or its revision to the rater. Flags the plan as late, permanently, if the first submission is
    /// after the deadline.
    ///
    /// # Errors
    /// As [`Self::permits`], or a refusal for each missing input.
    pub fn submit(&self, context: &PlanContext<'_>, at: Instant) -> Result<Self, Vec<Refusal>> {
        self.permits(PlanAction::SubmitPlan, context)?;
        let mut plan = self.clone();
        let first = plan.submitted_at.is_none();
        plan.late |= first && context.calendar.day(at) > self.deadline(context.period);
        plan.submitted_at = Some(at);
        if plan.status != PlanStatus::Approved {
            plan.status = PlanStatus::Submitted;
        }
        let mut refusals = Vec::new();
        if let Some(revision) = plan.open_mut() {
            revision.status = RevisionStatus::Submitted;
            refusals = missing_for_submission(&revision.content);
        }
        unless_refused(plan, refusals)
    }

    /// Withdraws the submitted plan or revision before the rater decides: a plan becomes a draft again, a revision
    /// ends.
    ///
    /// # Errors
    /// As [`Self::permits`].
    pub fn withdraw(&self, context: &PlanContext<'_>) -> Result<Self, Refusal> {
        self.permits(PlanAction::WithdrawPlan, context)?;
        let mut plan = self.clone();
        let of_plan = plan.status == PlanStatus::Submitted;
        if of_plan {
            plan.status = PlanStatus::Draft;
        }
        if let Some(revision) = plan.open_mut() {
            revision.status = if of_plan { RevisionStatus::Draft } else { RevisionStatus::Withdrawn };
        }
        Ok(plan)
    }

    /// Applies the rater's decision to the plan or its revision. An approved revision replaces the one in force.
    ///
    /// # Errors
    /// As [`Self::permits`]; `BAD_USER_INPUT` for a return without a reason.
    pub fn review(
        &self,
        decision: &Decision,
        context: &PlanContext<'_>,
        at: Instant,
    ) -> Result<Self, Refusal> {
        self.permits(PlanAction::ReviewPlan, context)?;
        let note = decision.checked_reason()?;
        let mut plan = self.clone();
        let approved = note.is_none();
        if approved {
            for revision in &mut plan.revisions {
                if revision.status == RevisionStatus::Approved {
                    revision.status = RevisionStatus::Replaced;
                }
            }
        }
        if let Some(revision) = plan.open_mut() {
            revision.status = if approved { RevisionStatus::Approved } else { RevisionStatus::Returned };
            revision.decided_at = Some(at);
        }
        if plan.status == PlanStatus::Submitted {
            plan.status = if approved { PlanStatus::Approved } else { PlanStatus::Returned };
        }
        plan.decided_at = Some(at);
        plan.decision_note = note;
        Ok(plan)
    }

    /// Starts a revision with the contents in force.
    ///
    /// # Errors
    /// As [`Self::permits`]; `BAD_USER_INPUT` without a reason.
    pub fn revise(
        &self,
        id: RevisionId,
        why: &str,
        context: &PlanContext<'_>,
        at: Instant,
    ) -> Result<Self, Refusal> {
        self.permits(PlanAction::RevisePlan, context)?;
        let why = reason("reason", why)?;
        let mut plan = self.clone();
        let number = self.revisions.iter().map(|revision| revision.number).max().unwrap_or_default() + 1;
        plan.revisions.push(PlanRevision {
            id,
            number,
            status: RevisionStatus::Draft,
            reason: Some(why),
            content: self.effective().map(|revision| revision.content.clone()).unwrap_or_default(),
            created_at: at,
            decided_at: None,
        });
        Ok(plan)
    }

    /// Links a provisional row to a row of the superior's plan, in the contents in force and in the open ones.
    ///
    /// # Errors
    /// As [`Self::permits`], or a refusal for each broken rule: a row that is unknown or not provisional, a target row
    /// that is not the superior's.
    pub fn link_result(
        &self,
        result: ResultId,
        serves: ResultId,
        superior_results: &BTreeSet<ResultId>,
        context: &PlanContext<'_>,
    ) -> Result<Self, Vec<Refusal>> {
        self.permits(PlanAction::LinkPlanResult, context)?;
        let mut refusals = Vec::new();
        let mut plan = self.clone();
        for row in plan
            .revisions
            .iter_mut()
            .filter(|revision| is_linkable(revision))
            .flat_map(|revision| &mut revision.content.results)
            .filter(|row| row.id == result && row.provisional)
        {
            row.serves = Some(serves);
            row.provisional = false;
        }
        if !self.linkable().any(|row| row.id == result) {
            refusals.push(Refusal::not_found(["planResultId"]));
        } else if !self.linkable().any(|row| row.id == result && row.provisional) {
            refusals.push(Refusal::input(["planResultId"], Key::NotProvisional));
        }
        if !superior_results.contains(&serves) {
            refusals.push(Refusal::not_found(["servesId"]));
        }
        unless_refused(plan, refusals)
    }

    /// Cancels the plan and withdraws its open revision.
    ///
    /// # Errors
    /// As [`Self::permits`]; `BAD_USER_INPUT` without a reason. The caller writes the reason to the journal.
    pub fn cancel(&self, why: &str, context: &PlanContext<'_>) -> Result<Self, Refusal> {
        self.permits(PlanAction::CancelPlan, context)?;
        reason("reason", why)?;
        Ok(self.ended(PlanStatus::Cancelled, context.form))
    }

    /// Closes the plan at the end of the year and withdraws its open revision.
    ///
    /// # Errors
    /// As [`Self::permits`].
    pub fn close(&self, context: &PlanContext<'_>) -> Result<Self, Refusal> {
        self.permits(PlanAction::ClosePlan, context)?;
        Ok(self.ended(PlanStatus::Closed, context.form))
    }

    /// Closes the plan because its assignment ends, even with unfinished evaluations. `on` is the assignment's end date
    /// (exclusive); `form` are the people on its form; `kept` the periods with an evaluation that stays. The caller
    /// cancels plans that are not approved. A closed plan can only be shortened. A plan that would end before it begins
    /// keeps its days if it has evaluations that stay.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` for a plan that is neither approved nor closed; `BAD_USER_INPUT` if `on` is not after the
    /// first day and no evaluation stays.
    pub fn close_with_assignment(
        &self,
        on: Date,
        form: Option<&Form>,
        kept: Vec<PeriodId>,
    ) -> Result<Self, Refusal> {
        if !matches!(self.status, PlanStatus::Approved | PlanStatus::Closed) {
            return Err(self.refused(Key::InvalidTransition));
        }
        let ends_on = match on.pred_opt().filter(|last| *last >= self.starts_on) {
            Some(last) => self.ends_on.min(last),
            None if kept.is_empty() && self.status == PlanStatus::Approved => {
                return Err(Refusal::input(["on"], Key::EndBeforeStart));
            }
            None => self.ends_on,
        };
        Ok(Self { ends_on, kept, ..self.ended(PlanStatus::Closed, form) })
    }

    /// Begins the plan on another day, because the first day of its assignment is corrected. `kept` are the periods
    /// with an evaluation that stays.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` for a cancelled plan; `BAD_USER_INPUT` if it would begin after it ends.
    pub fn begin_with_assignment(&self, starts_on: Date, kept: &[PeriodId]) -> Result<Self, Refusal> {
        if self.status == PlanStatus::Cancelled {
            return Err(self.refused(Key::InvalidTransition));
        }
        if starts_on > self.ends_on {
            return Err(Refusal::input(["on"], Key::EndBeforeStart));
        }
        let mut plan = Self { starts_on, ..self.clone() };
        plan.kept.extend(kept.iter().filter(|period| !self.kept.contains(period)));
        Ok(plan)
    }

    /// Puts a closed plan in force again, because the end of its assignment was recorded by mistake. `period` is its
    /// year.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` unless it is closed; `PERIOD_CLOSED`.
    pub fn reopen(&self, period: &Period) -> Result<Self, Refusal> {
        if self.status != PlanStatus::Closed {
            return Err(self.refused(Key::InvalidTransition));
        }
        period.must_be_open()?;
        let (status, ends_on) = (PlanStatus::Approved, period.ends_on);
        Ok(Self { status, ends_on, form: None, kept: Vec::new(), ..self.clone() })
    }

    /// Replaces the rater after a transfer, a change of superior or a delegation.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` for a closed or cancelled plan; `BAD_USER_INPUT` if the new rater is the owner.
    pub fn renew_rater(&self, rater: RaterSnapshot) -> Result<Self, Refusal> {
        if self.status.is_terminal() {
            return Err(self.refused(Key::InvalidTransition));
        }
        if rater.staff == self.staff {
            return Err(Refusal::input(["superiorAssignmentId"], Key::OwnRater));
        }
        Ok(Self { rater, ..self.clone() })
    }

    /// The last day to submit on time, see [`deadline_of_assignment`].
    #[must_use]
    pub fn deadline(&self, period: &Period) -> Date {
        deadline_of_assignment(self.starts_on, period)
    }

    fn state_allows(&self, action: PlanAction) -> bool {
        use PlanAction as Do;
        use PlanStatus::{Approved, Draft, Returned, Submitted};
        let open = self.open_revision().map(|revision| revision.status);
        match action {
            Do::UpdatePlan | Do::SubmitPlan => {
                matches!(self.status, Draft | Returned | Approved)
                    && open.is_some_and(RevisionStatus::is_editable)
            }
            Do::WithdrawPlan | Do::ReviewPlan => {
                matches!(self.status, Submitted | Approved) && open == Some(RevisionStatus::Submitted)
            }
            Do::RevisePlan => self.status == Approved && open.is_none(),
            Do::LinkPlanResult | Do::CancelPlan => !self.status.is_terminal(),
            Do::ClosePlan => self.status == Approved,
            Do::GiveFeedback | Do::RequestFeedback | Do::HoldDialogue => self.status != PlanStatus::Cancelled,
        }
    }

    fn refused(&self, why: impl Into<Message>) -> Refusal {
        let allowed: Vec<&str> =
            PlanAction::iter().filter(|action| self.state_allows(*action)).map(Into::into).collect();
        Refusal::transition_because(self.status, &allowed, why)
    }

    fn linkable(&self) -> impl Iterator<Item = &PlanResult> {
        self.revisions
            .iter()
            .filter(|revision| is_linkable(revision))
            .flat_map(|revision| &revision.content.results)
    }

    fn open_mut(&mut self) -> Option<&mut PlanRevision> {
        self.revisions.iter_mut().rev().find(|revision| revision.status.is_open())
    }

    fn ended(&self, status: PlanStatus, form: Option<&Form>) -> Self {
        let mut plan = Self { status, form: form.cloned(), ..self.clone() };
        if let Some(revision) = plan.open_mut() {
            revision.status = RevisionStatus::Withdrawn;
        }
        plan
    }
}

/// The last day to submit a plan: the year's deadline, or 30 days after the plan's first day if that is later. A start
/// before the year counts as a start on the first day of the year. `period` is the year or a part of it.
#[must_use]
pub fn deadline_of_assignment(starts_on: Date, period: &Period) -> Date {
    let own = starts_on.checked_add_days(Days::new(DAYS_TO_PLAN)).unwrap_or(starts_on);
    let begins_later = (starts_on.year(), starts_on.ordinal()) > (period.year, 1);
    if begins_later { own.max(period.plan_deadline) } else { period.plan_deadline }
}

/// Whether a link changes this revision: the one in force, or an open one.
fn is_linkable(revision: &PlanRevision) -> bool {
    revision.status.is_open() || revision.status == RevisionStatus::Approved
}
