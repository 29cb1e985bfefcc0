//! The first day of each step of an evaluation. For a part of the year, reports begin on its first day, drafts of
//! ratings on the day that the period names, and final ratings on its last day. The same applies to the year. A plan
//! that ends earlier, for example by a transfer, is rated from its own last day. An annual result closes after the days
//! to object, no matter who has signed.

use super::{Evaluation, EvaluationContext, EvaluationStatus};
use crate::{
    Refusal,
    action::EvaluationAction,
    calendar::DaysOff,
    period::must_have_come,
    regulation::RegulationDocument,
    time::{Calendar, Date},
};

impl Evaluation {
    /// The first day on which an action is possible; `None` if it has no such day.
    #[must_use]
    pub fn opens_on(&self, action: EvaluationAction, context: &EvaluationContext<'_>) -> Option<Date> {
        use EvaluationAction as Do;
        let (plan, period) = (context.plan, context.period);
        let last = period.ends_on.min(plan.ends_on);
        match action {
            Do::ReportRealisation => Some(period.starts_on.max(plan.starts_on)),
            Do::RateEvaluation if plan.ends_on < period.ends_on => Some(plan.ends_on),
            Do::RateEvaluation => Some(period.rating_from),
            Do::CloseEvaluation => Some(self.objection_ends_before().map_or(last, |day| day.max(last))),
            Do::FinaliseEvaluation | Do::DeliverEvaluation | Do::SignEvaluation | Do::MakeRecommendation => {
                Some(last)
            }
            // These actions answer or take back a result that exists.
            Do::AcknowledgeEvaluation | Do::ReopenEvaluation | Do::FileObjection => None,
        }
    }

    /// Refuses an action before its day.
    pub(super) fn must_have_opened(
        &self,
        action: EvaluationAction,
        context: &EvaluationContext<'_>,
    ) -> Result<(), Refusal> {
        let today = context.calendar.day(context.at);
        self.opens_on(action, context).map_or(Ok(()), |opens_on| must_have_come(opens_on, today))
    }

    /// The same result with a later last day to object, if changed days off of the agency now give a later one. A day
    /// off that moves into the time to object lengthens it. A day off that moves out of it does not shorten it, because
    /// people rely on the day that the server announced. `None` if the last day stays the same, or if it was before
    /// `today`.
    ///
    /// # Errors
    /// A parameter of the regulation is missing.
    pub fn with_longer_objection(
        &self,
        document: &RegulationDocument,
        days_off: &DaysOff,
        (calendar, today): (Calendar, Date),
    ) -> Result<Option<Self>, Refusal> {
        // A part has no delivery: it waits from FINAL on.
        let waits = matches!(
            self.status,
            EvaluationStatus::Final | EvaluationStatus::Delivered | EvaluationStatus::Acknowledged
        );
        let (Some(until), Some(received)) = (self.objection_until, self.received_on(calendar)) else {
            return Ok(None);
        };
        if !waits || until < today {
            return Ok(None);
        }
        let again = document.objection_until(received, days_off)?;
        Ok((again > until).then(|| Self { objection_until: Some(again), ..self.clone() }))
    }

    /// The first day after the days to object, if the result waits for them. An annual result waits; the result of a
    /// part waits if the regulation allows objections to parts. A decision ends the wait.
    fn objection_ends_before(&self) -> Option<Date> {
        let waits = self.status != EvaluationStatus::Decided;
        self.objection_until.filter(|_| waits).and_then(|last| last.succ_opt())
    }
}
