//! The router: nothing but what is listed here answers.

use super::{
    auth,
    documents::{self, Documents},
    exports,
    front::{Call, Complaint, Failure, Front, Served, Settings},
    guard::{Guard, Limits, Summary},
    health, journal,
    listen::Peer,
    metrics::{self, Metrics, MetricsFor, Outcome},
    negotiate, playground, sse,
    stream::{Execute, StreamLimits, Streams},
    uploads, ws,
};
use crate::graphql::{
    self, Access, Schema,
    context::{self, Caller},
};
use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    http::{HeaderName, HeaderValue, Method, header},
    response::Response,
    routing::{any, get, put},
};
use domain::actor::{Actor, Identity};
use service::{Env, Error, env::fresh_id};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tower_http::cors::CorsLayer;
use uuid::Uuid;

/// Who may read the schema through introspection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Introspection {
    /// Anybody.
    Everyone,
    /// Who is logged in.
    #[default]
    SignedIn,
    /// Nobody.
    Nobody,
}

/// What the server is set to.
#[derive(Clone, Debug, Default)]
pub struct AppSettings {
    /// Who may introspect.
    pub introspection: Introspection,
    /// Limits of documents.
    pub limits: Limits,
    /// Limits of HTTP requests.
    pub front: Settings,
    /// Origins of web pages that may call the API from a browser.
    pub allowed_origins: Vec<HeaderValue>,
    /// Limits of connections that stay open.
    pub streams: StreamLimits,
    /// Who may read the figures.
    pub metrics: MetricsFor,
    /// The trusted documents; with them, ordinary people may send no others.
    pub documents: Option<Arc<Documents>>,
}

/// What handlers share.
#[derive(Clone)]
pub struct App {
    /// The world of the use cases.
    pub env: Env,
    /// The connections that stay open.
    pub streams: Streams,
    schema: Schema,
    front: Front,
    introspection: Introspection,
    allowed_origins: Vec<HeaderValue>,
    metrics: Metrics,
    metrics_for: MetricsFor,
}

impl App {
    /// Over a world.
    ///
    /// # Errors
    /// Never with our own schema; it is read once more by the guard.
    pub fn new(env: Env, settings: &AppSettings) -> Result<Self, Error> {
        let schema = graphql::schema(env.clone(), settings);
        let subscribing = schema.clone();
        Self::running(env, schema, settings, Arc::new(move |request| subscribing.execute_stream(request)))
    }

    /// The same with something else that runs subscriptions.
    pub(super) fn running(
        env: Env,
        schema: Schema,
        settings: &AppSettings,
        execute: Execute,
    ) -> Result<Self, Error> {
        let guard = Guard::new(&graphql::sdl(&schema), settings.limits.clone()).map_err(Error::internal)?;
        let front = Front::new(Arc::new(guard), settings.front.clone()).trusting(settings.documents.clone());
        let AppSettings { introspection, allowed_origins, streams, metrics: metrics_for, .. } =
            settings.clone();
        let metrics = Metrics::new(&env, &graphql::fingerprint(&schema));
        let streams = Streams::new(env.clone(), streams, execute);
        Ok(Self { env, streams, schema, front, introspection, allowed_origins, metrics, metrics_for })
    }

    /// The routes.
    pub fn router(self) -> Router {
        let origins = cors(&self.allowed_origins);
        let routes = Router::new()
            .route("/graphql", any(serve_graphql))
            .route("/graphql/stream", any(sse::serve))
            .route("/graphql/assets/{name}", get(playground::asset))
            .route("/exports/{name}", get(exports::export))
            .route("/exports/import-template-units.csv", get(uploads::units))
            .route("/exports/import-template-positions.csv", get(uploads::positions))
            .route("/exports/import-template-staff.csv", get(uploads::staff))
            .route("/exports/import-template-superiors.csv", get(uploads::superiors))
            .route("/uploads/{id}", put(uploads::receive))
            .route("/journal/key", get(journal::key))
            .route("/journal/checkpoint", get(journal::latest))
            .route("/journal/checkpoint/{size}", get(journal::of_size))
            .route("/journal/consistency", get(journal::consistency))
            .route("/livez", get(health::live))
            .route("/readyz", get(health::ready))
            .route("/version", get(health::version))
            .route("/metrics", get(metrics::read))
            .with_state(self);
        // Without allowed origins nothing answers a preflight.
        match origins {
            Some(origins) => routes.layer(origins),
            None => routes,
        }
    }

    /// The figures.
    pub(super) const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Who may read the figures.
    pub(super) const fn metrics_for(&self) -> MetricsFor {
        self.metrics_for
    }

    /// The schema, for printing it.
    #[must_use]
    pub const fn schema(&self) -> &Schema {
        &self.schema
    }

    /// What judges documents and settles answers.
    pub(super) const fn front(&self) -> &Front {
        &self.front
    }

    /// Origins of web pages that may call.
    pub(super) fn allowed_origins(&self) -> &[HeaderValue] {
        &self.allowed_origins
    }

    /// What resolvers find in their context, if the caller may use the root fields at all.
    pub(super) fn enter(
        &self,
        caller: Arc<Caller>,
        summary: &Summary,
        call: Call,
        address: String,
    ) -> Result<context::Request, Failure> {
        admit(self, caller.actor(), summary).map_err(|error| failure(&error, call))?;
        let reads_data = summary.root_fields.iter().any(|field| !field.starts_with("__"));
        let actor = caller.actor().map(Arc::as_ref);
        if self.front.trusts() && !summary.trusted && reads_data && documents::is_ordinary(actor) {
            let message = Complaint::DocumentUntrusted.message(call.locale);
            return Err(Failure::new("OPERATION_NOT_ALLOWED", message));
        }
        Ok(context::Request::new(caller, call.locale, call.request_id, address))
    }
}

/// What browsers are told about pages of other origins. No cookie is ever read, so credentials stay out.
fn cors(origins: &[HeaderValue]) -> Option<CorsLayer> {
    (!origins.is_empty()).then(|| {
        CorsLayer::new()
            .allow_origin(origins.to_vec())
            .allow_methods([Method::GET, Method::POST, Method::PUT])
            .allow_headers([
                header::ACCEPT,
                header::ACCEPT_LANGUAGE,
                header::AUTHORIZATION,
                header::CONTENT_TYPE,
                HeaderName::from_static("last-event-id"),
            ])
            .max_age(Duration::from_secs(600))
    })
}

async fn serve_graphql(State(app): State<App>, request: Request) -> Response {
    if negotiate::wants_socket(request.method(), request.headers()) {
        return ws::open(app, request).await;
    }
    let (number, begun) = (fresh_id(), Instant::now());
    let call = Call { locale: negotiate::locale(request.headers()), request_id: number };
    let headers = request.headers().clone();
    let address = address(&request);
    let serve = app.front.serve(&app.schema, request, call, async |request, summary| {
        let authenticated = match auth::authenticate(&app.env, &headers).await {
            // What needs no login answers all the same: an app may refresh with the old token in its header.
            Err(Error::Unauthenticated) => None,
            found => found.map_err(|error| failure(&error, call))?,
        };
        let caller = Arc::new(Caller::new(authenticated));
        Ok(request.data(app.enter(caller, &summary, call, address)?))
    });
    match service::request::scope(number, serve).await {
        Served::Answer(mut response) => {
            if let Some(outcome) = response.extensions_mut().remove::<Outcome>() {
                app.metrics.request(outcome, begun.elapsed());
            }
            response
        }
        Served::Playground(_) => playground::page(),
    }
}

/// Whether the caller may use the root fields at all; what he sees behind them is decided by each load.
fn admit(app: &App, actor: Option<&Arc<Actor>>, summary: &Summary) -> Result<(), Error> {
    let least = match actor.map(|actor| actor.identity) {
        None => Access::Public,
        Some(Identity::ApiKey(_)) => Access::Reporting,
        Some(Identity::Staff(_) | Identity::System) => Access::SignedIn,
    };
    for field in &summary.root_fields {
        let needed = match field.as_str() {
            "__typename" => Access::Public,
            "__schema" | "__type" => match app.introspection {
                Introspection::Everyone => Access::Public,
                Introspection::SignedIn => Access::Reporting,
                Introspection::Nobody => return Err(Error::Forbidden),
            },
            field => graphql::access(field),
        };
        if needed > least {
            return Err(if least == Access::Public { Error::Unauthenticated } else { Error::Forbidden });
        }
    }
    Ok(())
}

/// A use case's failure before any resolver ran.
pub(super) fn failure(error: &Error, call: Call) -> Failure {
    let message = error.message().render(call.locale);
    match error {
        Error::Unauthenticated => Failure::new("UNAUTHENTICATED", message),
        Error::Forbidden => Failure::new("FORBIDDEN", message),
        other => {
            tracing::error!(request = %call.request_id, cause = %other, "a request failed by a fault of ours");
            Failure::new("INTERNAL_SERVER_ERROR", message).with("requestId", number(call.request_id))
        }
    }
}

fn number(id: Uuid) -> String {
    id.to_string()
}

/// The peer's address; a proxy in front is not believed unless it is configured.
pub(super) fn address(request: &Request) -> String {
    request
        .extensions()
        .get::<ConnectInfo<Peer>>()
        .map_or_else(|| "unknown".to_owned(), |ConnectInfo(Peer(peer))| peer.ip().to_string())
}
