//! Evaluations and recommendations.

mod context;
mod finalise;
mod follow_up;
mod rate;
mod read;
mod recalculate;
mod recommend;
mod report;
mod unrated;
mod year;

pub use crate::store::evaluation::{Frozen, Projection};
pub(crate) use context::EvaluationFacts;
pub use finalise::{
    FinaliseEvaluation, ReopenEvaluation, finalise_evaluation, finalise_evaluations, reopen_evaluation,
};
pub use follow_up::{
    AcknowledgeEvaluation, CloseEvaluation, DeliverEvaluation, EvaluationVersion, SignEvaluation,
    acknowledge_evaluation, close_evaluation, close_evaluations, deliver_evaluation, deliver_evaluations,
    sign_evaluation, sign_evaluations,
};
pub use rate::{RateEvaluation, rate_evaluation, rate_evaluations};
pub(crate) use read::record_ratings_read;
pub(crate) use read::with_actions;
pub use read::{
    EvaluationFilter, actions, by_ids, evaluation, forms, frozen, list, of_plans, of_staff,
    see_and_record_ratings,
};
pub use recalculate::{
    Deviation, MAX_DEVIATING, Recalculation, YearRecalculation, recalculate, verify_recalculation,
    what_would_reach,
};
pub(crate) use recommend::waiting_recommendations;
pub use recommend::{
    FollowUpRecommendation, Recommend, follow_up_recommendation, recommend, recommendation,
    recommendation_actions, recommendations,
};
pub use report::{ReportRealisation, report_realisation};
pub use year::{frozen_year, years};
