//! The first day of each step of an evaluation. A part of the year is reported from its first day, its ratings are
//! drafted from the day that the period names, and they become final from its last day; so is the year. A plan that
//! ends earlier, for example by a transfer, is rated from its own last day.

use super::{Evaluation, EvaluationContext};
use crate::{Refusal, action::EvaluationAction, period::must_have_come, time::Date};

impl EvaluationContext<'_> {
    /// The first day on which an action is possible; `None` if it has no such day.
    #[must_use]
    pub fn opens_on(&self, action: EvaluationAction) -> Option<Date> {
        use EvaluationAction as Do;
        let (plan, period) = (self.plan, self.period);
        match action {
            Do::ReportRealisation => Some(period.starts_on.max(plan.starts_on)),
            Do::RateEvaluation if plan.ends_on < period.ends_on => Some(plan.ends_on),
            Do::RateEvaluation => Some(period.rating_from),
            Do::FinaliseEvaluation
            | Do::DeliverEvaluation
            | Do::SignEvaluation
            | Do::CloseEvaluation
            | Do::MakeRecommendation => Some(period.ends_on.min(plan.ends_on)),
            // They answer or take back a result that exists.
            Do::AcknowledgeEvaluation | Do::ReopenEvaluation => None,
        }
    }
}

impl Evaluation {
    /// Refuses an action before its day.
    pub(super) fn must_have_opened(
        action: EvaluationAction,
        context: &EvaluationContext<'_>,
    ) -> Result<(), Refusal> {
        let today = context.calendar.day(context.at);
        context.opens_on(action).map_or(Ok(()), |opens_on| must_have_come(opens_on, today))
    }
}
