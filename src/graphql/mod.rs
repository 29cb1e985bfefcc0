//! The GraphQL schema: objects that wrap domain values, and thin resolvers that call use cases.
//!
//! The roots are merged from one small type per topic, which keeps compile time and generated code small.

mod activity;
mod allowed;
pub mod context;
mod criteria;
pub mod cursor;
mod enums;
pub mod error;
mod evaluation;
mod given;
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
mod plan;
mod reader;
mod regulation;
mod report;
pub mod scalars;
mod scoring;
mod service_config;
mod service_limits;
pub mod subscription;
mod worklist;

use crate::http::app::AppSettings;
use async_graphql::{MergedObject, SDLExportOptions, ValidationMode};
use service::Env;
use sha2::{Digest, Sha256};

/// The GraphQL schema.
pub type Schema = async_graphql::Schema<Query, Mutation, subscription::Subscription>;

/// Queries.
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

/// Mutations. A document may select one root field.
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

/// Who can use a root field at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Everyone, without a login.
    Public,
    /// Reporting tools with an API key, and everyone who is logged in.
    Reporting,
    /// Everyone who is logged in.
    SignedIn,
}

/// Returns who can use a root field. A field that is not listed needs a login, so new fields are closed by default.
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

/// Builds the schema over an environment.
#[must_use]
pub fn schema(env: Env, settings: &AppSettings) -> Schema {
    Schema::build(Query::default(), Mutation::default(), subscription::Subscription)
        .data(env)
        .data(settings.limits.clone())
        .data(settings.front.clone())
        .data(settings.streams.clone())
        // The document guard has validated what comes here.
        .validation_mode(ValidationMode::Fast)
        .disable_suggestions()
        .finish()
}

/// Returns the sorted SDL, as committed in `schema.graphql`.
#[must_use]
pub fn sdl(schema: &Schema) -> String {
    schema.sdl_with_options(
        SDLExportOptions::new().include_specified_by().sorted_fields().sorted_arguments().sorted_enum_items(),
    )
}

/// Returns a short hash of the SDL.
#[must_use]
pub fn fingerprint(schema: &Schema) -> String {
    format!("{:x}", Sha256::digest(sdl(schema)))[..16].to_owned()
}
