//! What the state of an activity hangs on: its plan, and how far the evaluations of the year's parts are.

use crate::{db::Source, error::Result, store};
use domain::{
    Key, Message, Refusal,
    activity::{ActivityContext, PartState},
    evaluation::EvaluationKind,
    plan::Plan,
    time::Calendar,
};
use sea_orm::ConnectionTrait;

/// What stands around activities of a plan.
pub(crate) struct Surroundings {
    /// The plan.
    pub plan: Plan,
    /// The parts of its year.
    pub parts: Vec<PartState>,
}

impl Surroundings {
    /// Loads it.
    pub async fn of<C: ConnectionTrait>(source: Source<'_, C>, plan: Plan) -> Result<Self> {
        let evaluations = store::evaluation::of_plan(source, plan.id).await?;
        let parts = store::period::year(source, plan.period)
            .await?
            .into_iter()
            .filter(|period| !period.is_year())
            .map(|period| PartState {
                evaluation: evaluations
                    .iter()
                    .find(|of| of.period == period.id && of.kind == EvaluationKind::Periodic)
                    .map(|evaluation| evaluation.status),
                period,
            })
            .collect();
        Ok(Self { plan, parts })
    }

    /// As the domain takes it.
    pub fn context(&self) -> ActivityContext<'_> {
        ActivityContext { plan: &self.plan, parts: &self.parts, calendar: Calendar::JAKARTA }
    }
}

/// Refuses a batch that is empty or too large.
pub(super) fn check_batch(field: &str, rows: usize) -> std::result::Result<(), Refusal> {
    match rows {
        0 => Err(Refusal::required(field)),
        1..=super::BATCH_AT_MOST => Ok(()),
        _ => Err(Refusal::input(
            [field],
            Message::new(Key::TooMany).with("field", field).with("max", super::BATCH_AT_MOST),
        )),
    }
}
