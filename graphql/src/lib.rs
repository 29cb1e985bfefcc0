//! The GraphQL schema: objects that wrap domain values, and thin resolvers that call use cases.
//!
//! The roots are merged from one small type per topic, which keeps compile time and generated code small.

mod activity;
mod allowed;
mod calendar;
mod consequence;
pub mod context;
mod correction;
mod criteria;
pub mod cursor;
mod dialogue;
pub mod error;
mod evaluation;
mod feedback;
pub mod global_id;
mod hidden;
mod id;
mod identity;
mod import;
mod journal;
mod labels;
pub mod live;
pub mod loaders;
mod node;
mod objection;
mod organisation;
mod page;
mod period;
mod plan;
mod reader;
mod refused;
mod regulation;
mod report;
mod right;
mod scoring;
mod service_config;
mod service_limits;
mod state;
mod subject_status;
pub mod subscription;
mod training;
mod weight;
mod worklist;
mod written;

use async_graphql::{Executor, MergedObject, Request, Response, SDLExportOptions, ValidationMode, Value};
use document::Limits;
use futures_util::{future::BoxFuture, stream::BoxStream};
use service::Env;
use sha2::{Digest, Sha256};
use std::{
    fmt,
    sync::{Arc, OnceLock},
};

pub use service_limits::ServerLimits;
pub use values::scalars;
use values::{enums, given};

type Schema = async_graphql::Schema<Query, Mutation, subscription::Subscription>;

/// The API: the schema over an environment. Cheap to clone.
///
/// Its methods are not generic, so that the code of all resolvers is compiled here and not again in each user.
#[derive(Clone)]
pub struct Api {
    schema: Schema,
    sdl: Arc<str>,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Api")
    }
}

impl Api {
    /// Builds the schema over an environment, with the limits of documents and of the server around it.
    #[must_use]
    pub fn new(env: Env, limits: Limits, server: ServerLimits) -> Self {
        let schema = Schema::build(Query::default(), Mutation::default(), subscription::Subscription)
            .data(env)
            .data(limits)
            .data(server)
            // The document guard has already validated the document.
            .validation_mode(ValidationMode::Fast)
            .disable_suggestions()
            .finish();
        // The schema is the same over every environment.
        static SDL: OnceLock<Arc<str>> = OnceLock::new();
        let sdl = SDL.get_or_init(|| export(&schema)).clone();
        Self { schema, sdl }
    }

    /// The sorted SDL, as committed in `schema.graphql`.
    #[must_use]
    pub fn sdl(&self) -> &str {
        &self.sdl
    }

    /// A short hash of the SDL.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!("{:x}", Sha256::digest(&*self.sdl))[..16].to_owned()
    }

    /// Executes a query or a mutation.
    #[must_use]
    pub fn run(&self, request: Request) -> BoxFuture<'_, Response> {
        Box::pin(async move { with_description(self.schema.execute(request).await) })
    }

    /// Executes a subscription.
    #[must_use]
    pub fn subscribe(&self, request: Request) -> BoxStream<'static, Response> {
        Box::pin(self.schema.execute_stream(request))
    }
}

/// Writes the schema as sorted SDL with its description.
fn export(schema: &Schema) -> Arc<str> {
    let sdl = schema.sdl_with_options(
        SDLExportOptions::new().include_specified_by().sorted_fields().sorted_arguments().sorted_enum_items(),
    );
    let described = format!("\"\"\"\n{DESCRIPTION}\n\"\"\"\nschema {{");
    sdl.replacen("schema {", &described, 1).into()
}

/// The description of the schema.
const DESCRIPTION: &str = "Performance appraisal of civil servants: plans, activities and evaluations, under the \
    regulations that apply to them. Enumerations may get new values and objects new fields; clients must accept both.";

/// The description that async-graphql returns for `__schema { description }`; the library has no setting for it.
const LIBRARYS_DESCRIPTION: &str = "A GraphQL Schema defines the capabilities of a GraphQL server. It exposes all \
    available types and directives on the server, as well as the entry points for query, mutation, and subscription \
    operations.";

/// Replaces the library's description by the schema's own in the response to an introspection query.
fn with_description(mut response: Response) -> Response {
    if let Value::Object(roots) = &mut response.data {
        let objects = roots.values_mut().filter_map(|root| match root {
            Value::Object(fields) => Some(fields),
            _ => None,
        });
        for field in objects.flat_map(|fields| fields.values_mut()) {
            if matches!(&*field, Value::String(text) if text == LIBRARYS_DESCRIPTION) {
                *field = Value::from(DESCRIPTION);
            }
        }
    }
    response
}

impl Executor for Api {
    fn execute<'life0, 'async_trait>(&'life0 self, request: Request) -> BoxFuture<'async_trait, Response>
    where
        'life0: 'async_trait,
    {
        self.run(request)
    }

    fn execute_stream(
        &self,
        request: Request,
        _: Option<Arc<async_graphql::Data>>,
    ) -> BoxStream<'static, Response> {
        self.subscribe(request)
    }
}

/// Queries.
#[derive(MergedObject, Default)]
pub struct Query(
    identity::IdentityQuery,
    identity::AccessQuery,
    identity::AccessLogQuery,
    node::NodeQuery,
    state::StateQuery,
    organisation::OrganisationQuery,
    organisation::DelegationQuery,
    criteria::CriteriaQuery,
    calendar::CalendarQuery,
    period::PeriodQuery,
    plan::PlanQuery,
    activity::ActivityQuery,
    evaluation::EvaluationQuery,
    objection::ObjectionQuery,
    training::TrainingQuery,
    correction::CorrectionQuery,
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
    identity::SecondFactorMutation,
    identity::TokenLoginMutation,
    organisation::OrganisationMutation,
    organisation::AssignmentMutation,
    organisation::PositionMutation,
    organisation::DelegationMutation,
    organisation::ScheduledChangeMutation,
    import::ImportMutation,
    criteria::CriteriaMutation,
    calendar::CalendarMutation,
    regulation::RegulationMutation,
    period::PeriodMutation,
    plan::PlanContentMutation,
    plan::PlanDecisionMutation,
    activity::ActivityMutation,
    evaluation::RatingMutation,
    evaluation::EvaluationsMutation,
    evaluation::FollowUpMutation,
    evaluation::RecommendationMutation,
    feedback::FeedbackMutation,
    feedback::RequestMutation,
    dialogue::DialogueMutation,
    objection::ObjectionMutation,
    training::TrainingMutation,
    correction::CorrectionMutation,
);

/// Who can use a root field. Use cases check all further rights.
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
        | "startLogin"
        | "loginWithToken"
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

/// Whether a root field can be used by a session that must add a second factor first.
#[must_use]
pub fn adds_second_factor(field: &str) -> bool {
    access(field) == Access::Public
        || matches!(field, "startSecondFactor" | "confirmSecondFactor" | "logout" | "__typename")
}
