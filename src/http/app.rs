//! The router: only the routes listed here exist.

use super::{
    auth,
    client_address::TrustedProxies,
    documents::{self, Documents},
    exports,
    front::{Call, Front, HttpError, Served, Settings},
    guard::{Limits, Summary, guard},
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
use domain::{
    ErrorCode, Key,
    actor::{Actor, Identity},
};
use service::{Env, Error};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tower_http::cors::CorsLayer;

/// Who may read the schema through introspection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Introspection {
    /// Everyone.
    Everyone,
    /// People who are logged in, and API keys.
    #[default]
    SignedIn,
    /// No one.
    Nobody,
}

/// Settings of the HTTP server.
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
    /// Limits of sockets and event streams.
    pub streams: StreamLimits,
    /// Who may read the metrics.
    pub metrics: MetricsFor,
    /// The proxies whose headers give the client's address.
    pub trusted_proxies: TrustedProxies,
    /// The trusted documents; with them, people without a role may send no others.
    pub documents: Option<Arc<Documents>>,
}

/// State that the handlers share.
#[derive(Clone)]
pub struct App {
    /// The environment of the use cases.
    pub env: Env,
    /// The open sockets and event streams.
    pub streams: Streams,
    schema: Schema,
    front: Front,
    introspection: Introspection,
    allowed_origins: Vec<HeaderValue>,
    metrics: Metrics,
    metrics_for: MetricsFor,
    trusted_proxies: Arc<TrustedProxies>,
}

impl App {
    /// Creates the app.
    ///
    /// # Errors
    /// If the guard can't parse the schema, which does not happen with this server's schema.
    pub fn new(env: Env, settings: &AppSettings) -> Result<Self, Error> {
        let schema = graphql::schema(env.clone(), settings);
        let subscribing = schema.clone();
        Self::with_executor(
            env,
            schema,
            settings,
            Arc::new(move |request| subscribing.execute_stream(request)),
        )
    }

    /// Creates the app with another executor of subscriptions.
    pub(super) fn with_executor(
        env: Env,
        schema: Schema,
        settings: &AppSettings,
        execute: Execute,
    ) -> Result<Self, Error> {
        let guard = guard(&graphql::sdl(&schema), settings.limits.clone()).map_err(Error::internal)?;
        let front = Front::new(Arc::new(guard), settings.front.clone()).trusting(settings.documents.clone());
        let AppSettings {
            introspection,
            allowed_origins,
            streams,
            metrics: metrics_for,
            trusted_proxies,
            ..
        } = settings.clone();
        let trusted_proxies = Arc::new(trusted_proxies);
        let metrics = Metrics::new(&env, &graphql::fingerprint(&schema));
        let streams = Streams::new(env.clone(), streams, execute);
        Ok(Self {
            env,
            streams,
            schema,
            front,
            introspection,
            allowed_origins,
            metrics,
            metrics_for,
            trusted_proxies,
        })
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
        // Without allowed origins there is no CORS layer, so browsers refuse pages of other origins.
        match origins {
            Some(origins) => routes.layer(origins),
            None => routes,
        }
    }

    /// The metrics.
    pub(super) const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Who may read the metrics.
    pub(super) const fn metrics_for(&self) -> MetricsFor {
        self.metrics_for
    }

    /// The schema, for printing it.
    #[must_use]
    pub const fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The HTTP front, which checks documents and settles answers.
    pub(super) const fn front(&self) -> &Front {
        &self.front
    }

    /// Origins of web pages that may call the API.
    pub(super) fn allowed_origins(&self) -> &[HeaderValue] {
        &self.allowed_origins
    }

    /// The address of the client, behind trusted proxies if there are any.
    pub(super) fn address(&self, request: &Request) -> String {
        let peer = request.extensions().get::<ConnectInfo<Peer>>();
        peer.map_or_else(
            || "unknown".to_owned(),
            |ConnectInfo(Peer(peer))| self.trusted_proxies.client(peer.ip(), request.headers()).to_string(),
        )
    }

    /// Creates the context of resolvers. Fails if the caller may not use one of the root fields.
    pub(super) fn resolver_context(
        &self,
        caller: Arc<Caller>,
        summary: &Summary,
        call: Call,
        address: String,
    ) -> Result<context::Request, HttpError> {
        admit(self, caller.actor(), summary).map_err(|error| HttpError::of(&error, call))?;
        let reads_data = summary.root_fields.iter().any(|field| !field.starts_with("__"));
        let actor = caller.actor().map(Arc::as_ref);
        if self.front.trusts() && !summary.trusted && reads_data && documents::needs_trusted_documents(actor)
        {
            return Err(HttpError::new(ErrorCode::OperationNotAllowed, Key::DocumentUntrusted, call.locale));
        }
        Ok(context::Request::new(caller, call.locale, call.request_id, address))
    }
}

/// The CORS answers for pages of other origins. Without cookies there are no credentials to allow.
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
    let (call, begun) = (Call::new(negotiate::locale(request.headers())), Instant::now());
    let headers = request.headers().clone();
    let address = app.address(&request);
    let serve = app.front.serve(&app.schema, request, call, async |request, summary| {
        let authenticated = match auth::authenticate(&app.env, &headers).await {
            // Public fields still answer: an app may refresh its session with the old token in the header.
            Err(Error::Unauthenticated) => None,
            authenticated => authenticated.map_err(|error| HttpError::of(&error, call))?,
        };
        let caller = Arc::new(Caller::new(authenticated));
        Ok(request.data(app.resolver_context(caller, &summary, call, address)?))
    });
    match service::request::scope(call.request_id, serve).await {
        Served::Answer(mut response) => {
            if let Some(outcome) = response.extensions_mut().remove::<Outcome>() {
                app.metrics.request(outcome, begun.elapsed());
            }
            response
        }
        Served::Playground(_) => playground::page(),
    }
}

/// Checks whether the caller may use the root fields. Each load then decides which objects they can see.
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
