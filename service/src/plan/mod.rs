//! Annual work plans.

mod cancel;
mod cascade;
mod close;
mod content;
mod context;
mod create;
mod first_day;
mod link;
mod parts;
mod read;
mod review;
mod revise;
mod submit;
mod transfer;
mod update;
mod withdraw;

pub use crate::store::plan::PlanProjection;
pub use cancel::{CancelPlan, cancel_plan};
pub use cascade::serving;
pub use close::{ClosePlan, close_plan};
pub use content::{ActionPlanInput, BehaviourExpectationInput, ContentInput, IndicatorInput, ResultInput};
pub(crate) use context::PlanFacts;
pub use create::{CreatePlan, create_plan};
pub(crate) use first_day::begin_with_assignment;
pub use link::{LinkPlanResult, link_plan_result};
pub(crate) use parts::{fit_evaluations, other_days};
pub(crate) use read::with_actions;
pub use read::{
    PlanFilter, PlanRow, actions, by_ids, evaluations_of_plans, forms, list, of_staff, plan,
    plan_of_revision, results, revisions, row_in_force, row_of_revision, servable_results,
};
pub use review::{ReviewPlan, review_plan, review_plans};
pub use revise::{RevisePlan, revise_plan};
pub use submit::{SubmitPlan, submit_plan};
pub(crate) use transfer::{PlanEnding, continue_with_assignment, end_with_assignment};
pub use update::{UpdatePlan, update_plan};
pub use withdraw::{WithdrawPlan, withdraw_plan};
