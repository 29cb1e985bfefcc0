//! Transitions of an activity: create, edit, submit, review, and their undoing.

use super::{Activity, ActivityInput, ActivityStatus, EVIDENCE_MAX, RULES};
use crate::{
    Decimal, Key, Message, Refusal,
    action::ActivityAction,
    decision::Decision,
    error::{TEXT_MAX, optional_text, text, unless_refused},
    evaluation::EvaluationStatus,
    id::{ActivityId, PeriodId},
    period::Period,
    plan::{Plan, PlanStatus, RaterSnapshot},
    time::{Calendar, Date, Instant},
};
use chrono::Duration;
use strum::IntoEnumIterator;
use uuid::Uuid;

/// Maximum length of the unit of a realisation, in characters.
const MEASURE_MAX: usize = 100;

/// A part of the plan's year, with the status of its evaluation.
#[derive(Clone, Debug)]
pub struct PartState {
    /// The part.
    pub period: Period,
    /// The status of the plan's evaluation of that part.
    pub evaluation: Option<EvaluationStatus>,
}

/// Data that activity transitions need.
#[derive(Clone, Debug)]
pub struct ActivityContext<'a> {
    /// The plan that it belongs to.
    pub plan: &'a Plan,
    /// The parts of the plan's year.
    pub parts: &'a [PartState],
    /// The calendar that maps instants to days.
    pub calendar: Calendar,
}

/// Input for a new activity.
#[derive(Clone, Debug)]
pub struct NewActivity {
    /// Its id.
    pub id: ActivityId,
    /// The key that the client chose.
    pub client_key: Uuid,
    /// The reported data.
    pub input: ActivityInput,
}

impl Activity {
    /// Creates a draft under a plan in force.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` if the plan is not in force or the evaluation of that day's part is final;
    /// `PERIOD_CLOSED`; or a refusal for each invalid field.
    pub fn create(
        new: NewActivity,
        context: &ActivityContext<'_>,
        received_at: Instant,
    ) -> Result<Self, Vec<Refusal>> {
        let plan = context.plan;
        if plan.status != PlanStatus::Approved {
            return Err(Refusal::transition_because(plan.status, &[], Key::PlanNotInForce).into());
        }
        let blank = Self {
            id: new.id,
            agency: plan.agency,
            plan: plan.id,
            assignment: plan.assignment,
            staff: plan.staff,
            unit: plan.unit,
            period: plan.period,
            result: None,
            action_plan: None,
            rater_assignment: plan.rater.assignment,
            rater_staff: plan.rater.staff,
            started_at: new.input.started_at,
            ended_at: new.input.ended_at,
            description: String::new(),
            realisation: None,
            measure: None,
            status: ActivityStatus::Draft,
            evidence: Vec::new(),
            claimed_at: None,
            received_at,
            late: false,
            return_reason: None,
            decided_at: None,
            mark_answer: None,
            client_key: new.client_key,
            version: 1,
        };
        let late = is_late(context.calendar.day(new.input.started_at), context.calendar.day(received_at));
        blank.filled(new.input, context, received_at).map(|activity| Self { late, ..activity })
    }

    /// Checks whether the state permits an action. Does not check who may run it.
    ///
    /// # Errors
    /// `INVALID_TRANSITION`, also when the evaluation of its part is final; or `PERIOD_CLOSED`.
    pub fn permits(&self, action: ActivityAction, context: &ActivityContext<'_>) -> Result<(), Refusal> {
        if !self.state_allows(action) {
            return Err(self.refused(Key::InvalidTransition));
        }
        if !matches!(context.plan.status, PlanStatus::Approved | PlanStatus::Closed) {
            return Err(self.refused(Key::PlanNotInForce));
        }
        match context.parts.iter().find(|part| part.period.id == self.period) {
            Some(part) => self.part_accepts_changes(part),
            None => Err(Refusal::not_found(["periodId"])),
        }
    }

    /// Corrects the activity. Moving it to a day more than seven days ago flags it as late.
    ///
    /// # Errors
    /// As [`Self::permits`], also for the part that it moves to; or a refusal for each invalid field.
    pub fn edit(
        &self,
        input: ActivityInput,
        context: &ActivityContext<'_>,
        at: Instant,
    ) -> Result<Self, Vec<Refusal>> {
        self.permits(ActivityAction::RecordActivities, context)?;
        let (before, after) = (context.calendar.day(self.started_at), context.calendar.day(input.started_at));
        let late = self.late || (before != after && is_late(after, context.calendar.day(at)));
        self.clone().filled(input, context, at).map(|activity| Self { late, ..activity })
    }

    /// Submits the activity to the rater.
    ///
    /// # Errors
    /// As [`Self::permits`].
    pub fn submit(&self, context: &ActivityContext<'_>) -> Result<Self, Refusal> {
        self.permits(ActivityAction::SubmitActivities, context)?;
        Ok(Self { status: ActivityStatus::Submitted, ..self.clone() })
    }

    /// Applies the rater's decision.
    ///
    /// # Errors
    /// As [`Self::permits`]; `BAD_USER_INPUT` for a return without a reason.
    pub fn review(
        &self,
        decision: &Decision,
        context: &ActivityContext<'_>,
        at: Instant,
    ) -> Result<Self, Refusal> {
        self.permits(ActivityAction::ReviewActivities, context)?;
        let return_reason = decision.checked_reason()?;
        let status =
            if return_reason.is_some() { ActivityStatus::Returned } else { ActivityStatus::Approved };
        Ok(Self { status, return_reason, decided_at: Some(at), ..self.clone() })
    }

    /// Discards a draft.
    ///
    /// # Errors
    /// As [`Self::permits`].
    pub fn discard(&self, context: &ActivityContext<'_>) -> Result<Self, Refusal> {
        self.permits(ActivityAction::DiscardActivities, context)?;
        Ok(Self { status: ActivityStatus::Discarded, ..self.clone() })
    }

    /// Takes a submitted activity back to a draft.
    ///
    /// # Errors
    /// As [`Self::permits`].
    pub fn withdraw(&self, context: &ActivityContext<'_>) -> Result<Self, Refusal> {
        self.permits(ActivityAction::WithdrawActivities, context)?;
        Ok(Self { status: ActivityStatus::Draft, ..self.clone() })
    }

    /// Takes the approval back: the activity waits for the decision of the plan's present rater again.
    ///
    /// # Errors
    /// As [`Self::permits`].
    pub fn reopen(&self, context: &ActivityContext<'_>) -> Result<Self, Refusal> {
        self.permits(ActivityAction::ReopenActivities, context)?;
        let reopened = Self { status: ActivityStatus::Submitted, decided_at: None, ..self.clone() };
        Ok(reopened.renew_rater(&context.plan.rater))
    }

    /// Whether the activity has the data of this input. Ignores its status.
    #[must_use]
    pub fn is_of(&self, input: &ActivityInput) -> bool {
        let same_text = |stored: Option<&str>, given: Option<&str>| {
            let given = given.map(str::trim).filter(|given| !crate::text::is_blank(given));
            stored == given
        };
        let same_evidence = self.evidence.len() == input.evidence.len()
            && self.evidence.iter().zip(&input.evidence).all(|(stored, given)| stored.is_of(given));
        // If the input has only a step, the row is the row of this step.
        let of_step = input.result.is_none() && input.action_plan.is_some();
        (self.result == input.result || of_step)
            && self.action_plan == input.action_plan
            && (self.started_at, self.ended_at) == (input.started_at, input.ended_at)
            && same_text(Some(&self.description), Some(&input.description))
            && same_text(self.measure.as_deref(), input.measure.as_deref())
            && self.realisation == input.realisation
            && self.claimed_at == input.claimed_at
            && same_evidence
    }

    /// Replaces the rater. An approved activity keeps its rater.
    #[must_use]
    pub fn renew_rater(&self, rater: &RaterSnapshot) -> Self {
        match self.status {
            ActivityStatus::Approved | ActivityStatus::Discarded => self.clone(),
            ActivityStatus::Draft | ActivityStatus::Submitted | ActivityStatus::Returned => {
                Self { rater_assignment: rater.assignment, rater_staff: rater.staff, ..self.clone() }
            }
        }
    }

    fn state_allows(&self, action: ActivityAction) -> bool {
        use ActivityAction as Do;
        use ActivityStatus::{Approved, Discarded, Draft, Returned, Submitted};
        match self.status {
            Draft => matches!(
                action,
                Do::RecordActivities | Do::SubmitActivities | Do::DiscardActivities | Do::AnswerMarks
            ),
            Returned => matches!(action, Do::RecordActivities | Do::SubmitActivities | Do::AnswerMarks),
            Submitted => matches!(action, Do::ReviewActivities | Do::WithdrawActivities | Do::AnswerMarks),
            Approved => matches!(action, Do::ReopenActivities | Do::AnswerMarks),
            Discarded => false,
        }
    }

    fn refused(&self, why: Key) -> Refusal {
        let allowed: Vec<&str> =
            ActivityAction::iter().filter(|action| self.state_allows(*action)).map(Into::into).collect();
        Refusal::transition_because(self.status, &allowed, why)
    }

    fn part_accepts_changes(&self, part: &PartState) -> Result<(), Refusal> {
        if part.evaluation.is_some_and(EvaluationStatus::is_final) {
            return Err(self.refused(Key::LockedByEvaluation));
        }
        part.period.must_be_open()
    }

    fn filled(
        mut self,
        input: ActivityInput,
        context: &ActivityContext<'_>,
        at: Instant,
    ) -> Result<Self, Vec<Refusal>> {
        let mut refusals = check_times(&input, context, at);
        let day = context.calendar.day(input.started_at);
        match context.parts.iter().find(|part| part.period.contains(day)) {
            Some(part) if context.plan.covers(day) => {
                self.part_accepts_changes(part)?;
                self.period = part.period.id;
            }
            Some(_) | None => {
                let message = Message::new(Key::OutsidePlan)
                    .with("from", context.plan.starts_on)
                    .with("to", context.plan.ends_on);
                refusals.push(Refusal::input(["startedAt"], message));
            }
        }
        self.link(&input, context.plan, self.period, &mut refusals);
        self.started_at = input.started_at;
        self.ended_at = input.ended_at;
        self.description = text("description", &input.description, TEXT_MAX, &mut refusals);
        self.measure = optional_text("measure", input.measure.as_deref(), MEASURE_MAX, &mut refusals);
        if input.realisation.is_some_and(|realisation| realisation < Decimal::ZERO) {
            let message = Message::new(Key::OutOfRange)
                .with("field", "realisation")
                .with("min", 0)
                .with("max", Decimal::MAX);
            refusals.push(Refusal::input(["realisation"], message));
        }
        self.realisation = input.realisation;
        if input.evidence.len() > EVIDENCE_MAX {
            let message = Message::new(Key::TooMany).with("field", "evidence").with("max", EVIDENCE_MAX);
            refusals.push(Refusal::input(["evidence"], message));
        }
        self.evidence = input.evidence;
        self.claimed_at = input.claimed_at;
        unless_refused(self, refusals)
    }

    /// Sets the row and the step. If the input has only a step, the row is the row of this step.
    fn link(&mut self, input: &ActivityInput, plan: &Plan, part: PeriodId, refusals: &mut Vec<Refusal>) {
        let content = plan.effective().map(|revision| &revision.content);
        let row = input.result.and_then(|result| content?.result(result));
        if input.result.is_some() && row.is_none() && input.result != self.result {
            refusals.push(Refusal::not_found(["planResultId"]));
        }
        self.result = input.result;
        if let Some(step) = input.action_plan {
            match content.and_then(|content| content.result_of_action_plan(step)) {
                Some(of_step)
                    if input.result.is_none_or(|result| result == of_step.id)
                        && of_step
                            .action_plans
                            .iter()
                            .any(|known| known.id == step && known.period == part) =>
                {
                    self.result = Some(of_step.id);
                }
                None if input.action_plan == self.action_plan => {}
                Some(_) | None => refusals.push(Refusal::not_found(["actionPlanId"])),
            }
        }
        self.action_plan = input.action_plan;
    }
}

fn check_times(input: &ActivityInput, context: &ActivityContext<'_>, at: Instant) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let latest = at + Duration::minutes(RULES.clock_ahead_minutes);
    if input.ended_at <= input.started_at {
        refusals.push(Refusal::input(["endedAt"], Key::EndBeforeStart));
    } else if input.ended_at - input.started_at > Duration::hours(RULES.hours_max) {
        refusals.push(Refusal::input(
            ["endedAt"],
            Message::new(Key::TooLongActivity).with("hours", RULES.hours_max),
        ));
    }
    for (field, instant) in [
        ("startedAt", Some(input.started_at)),
        ("endedAt", Some(input.ended_at)),
        ("claimedAt", input.claimed_at),
    ] {
        if instant.is_some_and(|instant| instant > latest) {
            refusals.push(Refusal::input(
                [field],
                Message::new(Key::InTheFuture).with("today", context.calendar.day(at)),
            ));
        }
    }
    refusals
}

fn is_late(day: Date, received_on: Date) -> bool {
    received_on - day > Duration::days(RULES.late_after_days)
}
