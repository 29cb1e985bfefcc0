//! The schema: objects over domain values, thin resolvers over use cases.
//!
//! The roots are merged from small groups, one a topic, so that no type grows past what the compiler and
//! the executor carry well.

mod activity;
mod allowed;
pub mod context;
mod criteria;
mod enums;
pub mod error;
mod evaluation;
pub mod global_id;
mod id;
mod identity;
mod import;
mod journal;
mod labels;
pub mod live;
pub mod loaders;
mod node;
mod organisation;
mod page;
mod period;
pub mod place;
mod plan;
mod regulation;
mod report;
mod scalars;
mod scoring;
mod service_config;
pub mod subscription;
mod worklist;

use crate::http::app::AppSettings;
use async_graphql::{MergedObject, SDLExportOptions};
use service::Env;
use sha2::{Digest, Sha256};

/// The schema.
pub type Schema = async_graphql::Schema<Query, Mutation, subscription::Subscription>;

/// All that can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    identity::IdentityQuery,
    node::NodeQuery,
    organisation::OrganisationQuery,
    criteria::CriteriaQuery,
    period::PeriodQuery,
    plan::PlanQuery,
    activity::ActivityQuery,
    evaluation::EvaluationQuery,
    regulation::RegulationQuery,
    scoring::SimulationQuery,
    scoring::RecalculationQuery,
    report::ReportQuery,
    journal::JournalQuery,
    service_config::ConfigQuery,
);

/// All that can be changed. One root field a document.
#[derive(MergedObject, Default)]
pub struct Mutation(
    identity::SessionMutation,
    identity::AccessMutation,
    organisation::OrganisationMutation,
    organisation::AssignmentMutation,
    import::ImportMutation,
    criteria::CriteriaMutation,
    regulation::RegulationMutation,
    period::PeriodMutation,
    plan::PlanContentMutation,
    plan::PlanDecisionMutation,
    activity::ActivityMutation,
    evaluation::RatingMutation,
    evaluation::FollowUpMutation,
    evaluation::RemarkMutation,
);

/// Who may use a root field at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Anybody, without a login.
    Public,
    /// A reporting tool with its key, and everybody logged in.
    Reporting,
    /// People who are logged in.
    SignedIn,
}

/// Who may use a root field. What is not listed needs a login, so that a new field is closed until
/// somebody opens it.
#[must_use]
pub fn access(field: &str) -> Access {
    match field {
        "login"
        | "refreshSession"
        | "activateAccount"
        | "serviceConfig"
        | "criteriaSets"
        | "criteria"
        | "regulations"
        | "simulateEvaluation"
        | "simulateCreditPoints"
        | "checkDistribution"
        | "checkNip" => Access::Public,
        "reports" | "periods" | "orgUnits" => Access::Reporting,
        _ => Access::SignedIn,
    }
}

/// Builds the schema over a world.
#[must_use]
pub fn schema(env: Env, settings: &AppSettings) -> Schema {
    Schema::build(Query::default(), Mutation::default(), subscription::Subscription)
        .data(env)
        .data(settings.limits.clone())
        .data(settings.streams.clone())
        .disable_suggestions()
        .finish()
}

/// The schema's text, sorted, as committed in `schema.graphql`.
#[must_use]
pub fn sdl(schema: &Schema) -> String {
    schema.sdl_with_options(
        SDLExportOptions::new().include_specified_by().sorted_fields().sorted_arguments().sorted_enum_items(),
    )
}

/// A short hash of the schema's text.
#[must_use]
pub fn fingerprint(schema: &Schema) -> String {
    format!("{:x}", Sha256::digest(sdl(schema)))[..16].to_owned()
}
