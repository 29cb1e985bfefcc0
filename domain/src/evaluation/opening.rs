//! The first day of each step of an evaluation. Reports are possible from the first day of the period (a part of the
//! year or the year), drafts of ratings from `rating_from`, and final ratings from the last day. A plan that ends
//! earlier, for example by a transfer, can be rated from its own last day. An annual result closes after the objection
//! period, no matter who has signed.

use super::{Evaluation, EvaluationContext, EvaluationStatus};
use crate::{
    Refusal,
    action::EvaluationAction,
    calendar::DaysOff,
    period::refuse_before,
    regulation::RegulationDocument,
    time::{Calendar, Date},
};

impl Evaluation {
    /// The first day on which an action is possible; `None` for an action that depends on no day.
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
            // These actions depend on the result, not on a day.
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
        self.opens_on(action, context).map_or(Ok(()), |opens_on| refuse_before(opens_on, today))
    }

    /// The same result with a longer objection period, if the agency's changed days off give a later last day. A
    /// removed day off does not shorten the objection period, because people rely on the last day that the server
    /// announced. `None` if the last day stays the same, or if it was before `today`.
    ///
    /// # Errors
    /// A parameter of the regulation is missing.
    pub fn with_longer_objection(
        &self,
        document: &RegulationDocument,
        days_off: &DaysOff,
        (calendar, today): (Calendar, Date),
    ) -> Result<Option<Self>, Refusal> {
        // The result of a part is not delivered: its objection period runs from FINAL on.
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

    /// The first day after the objection period, if the result can't close before it. This applies to an annual result,
    /// and to the result of a part if the regulation allows objections to parts. It no longer applies after a decision
    /// on an objection.
    fn objection_ends_before(&self) -> Option<Date> {
        let waits = self.status != EvaluationStatus::Decided;
        self.objection_until.filter(|_| waits).and_then(|last| last.succ_opt())
    }
}
