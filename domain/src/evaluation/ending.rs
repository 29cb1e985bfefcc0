//! The effect on a plan's evaluations when the plan ends before its last day (by a transfer, or because the person
//! leaves), or when its first day is corrected.

use super::{Evaluation, EvaluationStatus};
use crate::{
    Key, Message, Refusal, action::EvaluationAction, consequence::period_name, id::PeriodId, period::Period,
    time::Date,
};
use std::collections::BTreeSet;

/// The effect on an evaluation when its plan ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AfterEnding {
    /// A month of its part still belongs to the plan, or the part ends before the plan does.
    Unchanged,
    /// Cancelled: no month of its part belongs to the plan.
    Cancelled(Box<Evaluation>),
    /// The annual evaluation was delivered, or the evaluation of a part was closed, before the earlier end was
    /// recorded. It stays and covers its whole part.
    Kept,
}

impl Evaluation {
    /// Decides what happens to the evaluation if its plan ends. `end` is the new end date (exclusive) of the plan,
    /// `held` are the parts in which a month still belongs to the plan, `person` is the name for the sentence.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` while the ratings are FINAL and its part reaches the new end: they must be reopened first.
    pub fn after_ending(
        &self,
        end: Date,
        period: &Period,
        held: &BTreeSet<PeriodId>,
        person: &str,
    ) -> Result<AfterEnding, Refusal> {
        if self.status.is_unfinished() {
            return Ok(match held.contains(&self.period) {
                true => AfterEnding::Unchanged,
                false => AfterEnding::Cancelled(Box::new(self.cancelled())),
            });
        }
        if self.status == EvaluationStatus::Cancelled || period.ends_on < end {
            return Ok(AfterEnding::Unchanged);
        }
        let message = Message::new(Key::FinalEvaluationTouched).with("day", period.ends_on);
        self.must_not_be_final(message, period, person)?;
        Ok(AfterEnding::Kept)
    }

    /// Whether the evaluation stays as it is when the first day of its plan is corrected. `days` are the days that the
    /// plan gains or loses. An evaluation that is final or later stays if its part has some of these days; all others
    /// follow the months that belong to the plan afterwards.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` while the ratings are FINAL and its part has some of these days: they must be reopened
    /// first.
    pub fn stays_at_start(
        &self,
        (first, last): (Date, Date),
        period: &Period,
        person: &str,
    ) -> Result<bool, Refusal> {
        let is_over = !self.status.is_unfinished() && self.status != EvaluationStatus::Cancelled;
        if !is_over || last < period.starts_on || period.ends_on < first {
            return Ok(false);
        }
        self.must_not_be_final(Message::new(Key::FinalEvaluationTouchedByStart), period, person)?;
        Ok(true)
    }

    fn must_not_be_final(&self, message: Message, period: &Period, person: &str) -> Result<(), Refusal> {
        if self.status != EvaluationStatus::Final {
            return Ok(());
        }
        let message = message.with("person", person).with_words("part", &period_name(period));
        let allowed = [EvaluationAction::ReopenEvaluation.into()];
        Err(Refusal::transition_because(self.status, &allowed, message))
    }

    /// Cancels an unfinished evaluation because its plan is cancelled or ends. Reports and drafts stay stored.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` from FINAL on, and if it is cancelled already.
    pub fn cancel(&self) -> Result<Self, Refusal> {
        if self.status.is_unfinished() {
            Ok(self.cancelled())
        } else {
            Err(self.refused(Key::InvalidTransition))
        }
    }

    /// Gives a cancelled evaluation its earlier status back, because the ending of its plan is undone.
    ///
    /// # Errors
    /// `INVALID_TRANSITION` unless it is cancelled.
    pub fn restore(&self) -> Result<Self, Refusal> {
        if self.status != EvaluationStatus::Cancelled {
            return Err(self.refused(Key::InvalidTransition));
        }
        let is_rated =
            self.result_rating.is_some() || self.behaviour_rating.is_some() || self.detail.scores.is_some();
        let status = match self.detail.reported_at {
            _ if is_rated || self.detail.unrated_report_reason.is_some() => EvaluationStatus::RatedDraft,
            Some(_) => EvaluationStatus::SelfReported,
            None => EvaluationStatus::Open,
        };
        Ok(Self { status, ..self.clone() })
    }

    fn cancelled(&self) -> Self {
        Self { status: EvaluationStatus::Cancelled, ..self.clone() }
    }
}
