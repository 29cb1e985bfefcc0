//! The router: only the routes listed here exist.

use super::{
    auth,
    budget::{Budgets, PROOF_COST, Payer, REPORT_COST, Remaining},
    client_address::TrustedProxies,
    connections::{ConnectionLimits, Connections},
    documents, evidence, exports,
    front::{Admitted, Call, Front, HttpError, Served},
    guard::{Summary, guard_of},
    health, home, journal, limits,
    listen::Peer,
    metrics::{self, Metrics, MetricsFor, Outcome},
    multipart, negotiate,
    places::{Place, Places},
    playground::{self, DemoLogin},
    refused,
    settings::{AppSettings, Introspection},
    sse,
    stream::{Execute, Streams},
    uploads, web, ws,
};
use async_graphql::parser::types::OperationType;
use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
    routing::{any, get, put},
};
use domain::{
    ErrorCode, Key, Message,
    actor::{Actor, Identity},
};
use graphql::{
    Access, Api,
    context::{self, Caller},
};
use service::{Env, Error, db::Work};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tower_http::cors::CorsLayer;

/// State that the handlers share.
#[derive(Clone)]
pub struct App {
    /// The environment of the use cases.
    pub env: Env,
    /// The open sockets and event streams.
    pub streams: Streams,
    connections: Connections,
    connection_limits: ConnectionLimits,
    api: Api,
    front: Front,
    introspection: Introspection,
    allowed_origins: Vec<HeaderValue>,
    metrics: Metrics,
    metrics_for: MetricsFor,
    trusted_proxies: Arc<TrustedProxies>,
    budgets: Budgets,
    places: Places,
    demo: Option<Arc<[DemoLogin]>>,
}

impl App {
    /// Creates the app.
    ///
    /// # Errors
    /// If the guard can't parse the schema, which does not happen with this server's schema.
    pub fn new(env: Env, settings: &AppSettings) -> Result<Self, Error> {
        let api = Api::new(env.clone(), settings.limits.clone(), limits::of(settings));
        let subscribing = api.clone();
        Self::with_executor(env, api, settings, Arc::new(move |request| subscribing.subscribe(request)))
    }

    /// Creates the app with another executor of subscriptions.
    pub(super) fn with_executor(
        env: Env,
        api: Api,
        settings: &AppSettings,
        execute: Execute,
    ) -> Result<Self, Error> {
        let guard = guard_of(&api, settings.limits.clone()).map_err(Error::internal)?;
        let own = web::documents().map_err(Error::internal)?;
        let front =
            Front::new(Arc::new(guard), settings.front.clone(), own).trusting(settings.documents.clone());
        let AppSettings {
            introspection,
            allowed_origins,
            streams,
            metrics: metrics_for,
            trusted_proxies,
            demo,
            ..
        } = settings.clone();
        let trusted_proxies = Arc::new(trusted_proxies);
        let connection_limits = settings.connections.clone();
        let connections =
            Connections::new(&connection_limits, settings.max_connections, trusted_proxies.clone());
        let metrics = Metrics::new(&env, &api.fingerprint(), &connections);
        let streams = Streams::new(env.clone(), streams, execute);
        Ok(Self {
            env,
            streams,
            connections,
            connection_limits,
            api,
            front,
            introspection,
            allowed_origins,
            metrics,
            metrics_for,
            trusted_proxies,
            budgets: Budgets::new(settings.cost_per_minute),
            places: Places::default(),
            demo: demo.map(Into::into),
        })
    }

    /// The routes.
    pub fn router(self) -> Router {
        let origins = cors(&self.allowed_origins);
        let proofs = Router::new()
            .route("/journal/key", get(journal::key))
            .route("/journal/checkpoint", get(journal::latest))
            .route("/journal/checkpoint/{size}", get(journal::of_size))
            .route("/journal/consistency", get(journal::consistency))
            .route_layer(from_fn_with_state(self.clone(), charge_proof));
        let routes = Router::new()
            .route("/", get(home::serve))
            .route("/web/{name}", get(web::asset))
            .route("/graphql", any(serve_graphql))
            .route("/graphql/stream", any(sse::serve))
            .route("/graphql/assets/{name}", get(playground::asset))
            .route("/exports/{name}", get(exports::export))
            .route("/exports/import-templates.xlsx", get(uploads::workbook))
            .route("/exports/import-template-units.csv", get(uploads::units))
            .route("/exports/import-template-positions.csv", get(uploads::positions))
            .route("/exports/import-template-staff.csv", get(uploads::staff))
            .route("/exports/import-template-superiors.csv", get(uploads::superiors))
            .route("/uploads/{id}", put(uploads::receive))
            .route("/evidence/{id}", get(evidence::download))
            .merge(proofs)
            .route("/livez", get(health::live))
            .route("/readyz", get(health::ready))
            .route("/version", get(health::version))
            .route("/metrics", get(metrics::read))
            .layer(from_fn(refused::explain))
            .with_state(self);
        // Without allowed origins there is no CORS layer, so browsers refuse pages of other origins.
        match origins {
            Some(origins) => routes.layer(origins),
            None => routes,
        }
    }

    /// The open connections and their limits.
    pub(super) const fn connections(&self) -> (&Connections, &ConnectionLimits) {
        (&self.connections, &self.connection_limits)
    }

    /// The metrics.
    pub(super) const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Who may read the metrics.
    pub(super) const fn metrics_for(&self) -> MetricsFor {
        self.metrics_for
    }

    /// The API, for printing its schema.
    #[must_use]
    pub const fn api(&self) -> &Api {
        &self.api
    }

    /// The logins of a demo; `None` on every other server.
    pub(super) fn demo(&self) -> Option<&[DemoLogin]> {
        self.demo.as_deref()
    }

    /// The HTTP front, which checks documents and completes answers.
    pub(super) const fn front(&self) -> &Front {
        &self.front
    }

    /// Origins of web pages that may call the API.
    pub(super) fn allowed_origins(&self) -> &[HeaderValue] {
        &self.allowed_origins
    }

    /// The address of the client. If trusted proxies forwarded the request, they give the address.
    pub(super) fn address(&self, request: &Request) -> String {
        let peer = request.extensions().get::<ConnectInfo<Peer>>();
        peer.map_or_else(
            || "unknown".to_owned(),
            |ConnectInfo(Peer(peer))| self.trusted_proxies.client(peer.ip(), request.headers()).to_string(),
        )
    }

    /// Admits an operation: charges its cost to the caller's budget and adds the data that resolvers need.
    ///
    /// # Errors
    /// UNAUTHENTICATED or FORBIDDEN if the caller may not use one of the root fields, OPERATION_NOT_ALLOWED for a
    /// document that is not trusted, RATE_LIMITED if the budget is spent. Nothing has run then.
    pub(super) fn admit(
        &self,
        request: async_graphql::Request,
        caller: Arc<Caller>,
        summary: &Summary,
        call: Call,
        address: String,
    ) -> Result<Admitted, HttpError> {
        check_access(self, &caller, summary).map_err(|error| HttpError::of(&error, call))?;
        let reads_data = summary.root_fields.iter().any(|field| !field.starts_with("__"));
        let actor = caller.actor().map(Arc::as_ref);
        if self.front.trusts() && !summary.trusted && reads_data && documents::needs_trusted_documents(actor)
        {
            return Err(HttpError::new(ErrorCode::OperationNotAllowed, Key::DocumentUntrusted, call.locale));
        }
        let budget = self.charge(actor, &address, summary.cost, call)?;
        let context = context::Request::new(caller, call.locale, call.request_id, address);
        let request = request.data(context).data(self.env.for_work(work(summary)));
        Ok(Admitted { request, budget, place: None })
    }

    /// Takes a place for an operation of this class, and waits for it if necessary.
    ///
    /// # Errors
    /// OVERLOADED if there are too many operations.
    pub(super) async fn place(&self, work: Work, call: Call) -> Result<Place, HttpError> {
        // Not logged: an overload would flood the log. The metrics count it.
        self.places
            .take(work)
            .await
            .map_err(|error| HttpError::new(error.code(), error.message(), call.locale))
    }

    /// Charges a caller's budget. Returns the remaining budget.
    ///
    /// # Errors
    /// RATE_LIMITED if the budget does not cover the cost.
    pub(super) fn charge(
        &self,
        actor: Option<&Actor>,
        address: &str,
        cost: u64,
        call: Call,
    ) -> Result<Option<Remaining>, HttpError> {
        let Some(payer) = Payer::of(actor, address) else { return Ok(None) };
        self.budgets.charge(&payer, cost).map_err(|seconds| {
            let message = Message::new(Key::BudgetSpent).with("seconds", seconds);
            HttpError::new(ErrorCode::RateLimited, message, call.locale)
                .with("retryAfterSeconds", seconds)
                .with("requested", cost)
                .with("limit", "costPerMinute")
        })
    }
}

/// The CORS answers for pages of other origins. They allow no credentials, because the API uses no cookies.
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

/// Charges the sender's block of addresses for a proof of the journal.
async fn charge_proof(State(app): State<App>, request: Request, next: Next) -> Response {
    let call = Call::new(negotiate::locale(request.headers()));
    match app.charge(None, &app.address(&request), PROOF_COST, call) {
        Ok(_) => next.run(request).await,
        Err(error) => error.into_plain_response(),
    }
}

async fn serve_graphql(State(app): State<App>, request: Request) -> Response {
    if negotiate::wants_socket(request.method(), request.headers()) {
        return ws::open(app, request).await;
    }
    let (call, begun) = (Call::new(negotiate::locale(request.headers())), Instant::now());
    let headers = request.headers().clone();
    let address = app.address(&request);
    let from = address.clone();
    let serve = app.front.serve(&app.api, request, call, async |request, summary| {
        // The place comes first, because even authentication is work. Logins need no place: they have their own queue
        // for password hashes, and waiting logins would otherwise occupy the places of changes.
        let place =
            if needs_no_login(&summary) { None } else { Some(app.place(work(&summary), call).await?) };
        let authenticated = match auth::authenticate(&app.env, &headers).await {
            // Public fields must still work, because an app may refresh its session while it sends the old token in the
            // header.
            Err(Error::Unauthenticated) => None,
            authenticated => authenticated.map_err(|error| HttpError::of(&error, call))?,
        };
        let caller = Arc::new(Caller::new(authenticated));
        Ok(Admitted { place, ..app.admit(request, caller, &summary, call, from)? })
    });
    match service::request::scope(call.request_id, serve).await {
        Served::Answer(mut response) => {
            if let Some(outcome) = response.extensions_mut().remove::<Outcome>() {
                app.metrics.request(outcome, begun.elapsed());
            }
            response
        }
        Served::Playground(request) => playground::page(&app, &request),
        Served::Subscription(checked) => multipart::serve(app, *checked, &headers, address, call).await,
    }
}

/// The class of work of an operation.
fn work(summary: &Summary) -> Work {
    match summary.operation {
        OperationType::Query if summary.cost >= REPORT_COST => Work::Report,
        OperationType::Query => Work::Read,
        OperationType::Mutation | OperationType::Subscription => Work::Change,
    }
}

/// Whether an operation contains only mutations for people who are not logged in.
fn needs_no_login(summary: &Summary) -> bool {
    let is_public = |field: &String| graphql::access(field) == Access::Public;
    summary.operation == OperationType::Mutation && summary.root_fields.iter().all(is_public)
}

/// Checks whether the caller may use the root fields. Each load then decides which objects they can see.
fn check_access(app: &App, caller: &Caller, summary: &Summary) -> Result<(), Error> {
    if let Some(found) = caller.authenticated()
        && !summary.root_fields.iter().all(|field| graphql::adds_second_factor(field))
    {
        auth::complete(found.clone())?;
    }
    let least = match caller.actor().map(|actor| actor.identity) {
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
            if let Some(actor) = caller.actor() {
                app.env.access().refused(&app.env, actor, field, None);
            }
            return Err(if least == Access::Public { Error::Unauthenticated } else { Error::Forbidden });
        }
    }
    Ok(())
}
