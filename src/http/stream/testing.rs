//! A running server with scripted subscriptions, for tests of the transports.

use super::{Execute, StreamLimits};
use crate::http::{app::App, limits, listen, settings::AppSettings};
use async_graphql::{Response, Value as Data, value};
use axum::http::HeaderValue;
use futures_util::{StreamExt, stream};
use service::{
    Env,
    db::Db,
    env::Clock,
    testing::{
        TestDb,
        city::{self, Person},
    },
};
use std::{net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// A running server. It stops on request or at the end of the test.
pub struct Server {
    pub env: Env,
    pub app: App,
    pub address: SocketAddr,
    pub stop: Option<oneshot::Sender<()>>,
    pub serving: JoinHandle<()>,
    db: TestDb,
}

fn item(number: i64) -> Response {
    Response::new(value!({ "events": { "cursor": format!("c{number}"), "#cursor": format!("c{number}") } }))
}

/// Scripts of items, by the name of the operation.
fn script() -> Execute {
    Arc::new(|mut request| {
        let text = request.query.clone();
        if text.contains("nope") {
            let mut error = async_graphql::ServerError::new("Unknown field", None);
            error.extensions = None;
            return stream::iter([Response::from_errors(vec![error])]).boxed();
        }
        if text.contains("echo") {
            // The `after` argument, as the executor would read it.
            let document = request.parsed_query().expect("a document").clone();
            let (_, operation) = document.operations.iter().next().expect("an operation");
            let field = match &operation.node.selection_set.node.items[0].node {
                async_graphql::parser::types::Selection::Field(field) => field.node.clone(),
                _ => panic!("no field"),
            };
            let after = field.get_argument("after").expect("an argument").node.clone();
            let after = after.into_const_with(|name| request.variables.get(&name).cloned().ok_or(()));
            return stream::iter([Response::new(value!({ "after": after.expect("a value") }))]).boxed();
        }
        if text.contains("three") {
            return stream::iter((1..=3).map(item)).boxed();
        }
        if text.contains("hot") {
            // Always ready, and large.
            let filling = "x".repeat(2_000);
            return stream::iter(1_i64..)
                .map(move |number| {
                    let data: Data =
                        value!({ "events": { "text": filling.clone(), "#cursor": format!("c{number}") } });
                    Response::new(data)
                })
                .boxed();
        }
        if text.contains("bug") {
            return stream::iter([1]).map(|_| -> Response { panic!("a bug") }).boxed();
        }
        if text.contains("broken") {
            let mut error = async_graphql::ServerError::new("Too slow", None);
            error.path = vec![async_graphql::PathSegment::Field("events".to_owned())];
            let extensions = error.extensions.get_or_insert_default();
            extensions.set("code", "SUBSCRIPTION_LAGGED");
            return stream::iter([item(7), Response::from_errors(vec![error]), item(8)]).boxed();
        }
        stream::iter([item(1)]).chain(stream::pending()).boxed()
    })
}

/// Short timeouts, so that the tests are quick.
pub fn limits() -> StreamLimits {
    StreamLimits { check_ms: 100, init_ms: 400, send_ms: 700, ..StreamLimits::default() }
}

/// Starts a server.
pub async fn server(limits: StreamLimits) -> Server {
    let db = TestDb::sqlite().await.expect("a database");
    let connected = Db::connect(&db.options).await.expect("a connection");
    let now = "2026-03-02T02:00:00Z".parse().expect("an instant");
    let env = Env::new(connected, Clock::fixed(now), db.folder.path());
    city::found(&env).await.expect("the small city");
    let settings = AppSettings {
        streams: limits,
        allowed_origins: vec![HeaderValue::from_static("https://app.example")],
        ..AppSettings::default()
    };
    let api = graphql::Api::new(env.clone(), settings.limits.clone(), limits::of(&settings));
    let app = App::with_executor(env.clone(), api, &settings, script()).expect("an app");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel();
    let served = app.clone();
    let serving = tokio::spawn(async move {
        listen::serve(listener, served, async {
            let _ = stopped.await;
        })
        .await
    });
    Server { env, app, address, stop: Some(stop), serving, db }
}

impl Server {
    /// The environment of another server on the same database.
    pub fn another(&self) -> Env {
        Env::new(self.env.db().clone(), self.env.clock.clone(), self.db.folder.path())
    }

    /// An access token of a person.
    pub async fn token(&self, who: Person) -> String {
        city::session_of(&self.env, who).await.expect("a session")
    }
}
