//! Tests an overloaded server, and a server without a free connection to its database: every transport answers
//! OVERLOADED, and the server begins nothing.

use crate::support::{On, Person, ids};
use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use futures_util::{FutureExt, SinkExt, StreamExt};
use kinerja::http::{app::App, listen, settings::AppSettings};
use serde_json::{Value, json};
use service::{
    Env,
    db::Db,
    env::Clock,
    testing::{TestDb, city},
};
use std::time::Duration;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_tungstenite::{
    client_async,
    tungstenite::{Message, client::IntoClientRequest},
};
use tower::ServiceExt;

/// A server that waits this long for a connection to its database.
async fn server(db: &mut TestDb, wait: Duration) -> (Env, App) {
    db.options.acquire_timeout = wait;
    let connected = Db::connect(&db.options).await.expect("a connection");
    let now = "2026-03-02T02:00:00Z".parse().expect("an instant");
    let env = Env::new(connected, Clock::fixed(now), db.folder.path());
    city::found(&env).await.expect("a city");
    let app = App::new(env.clone(), &AppSettings::default()).expect("an app");
    (env, app)
}

struct Answer {
    status: u16,
    retry_after: Option<String>,
    body: Value,
}

impl Answer {
    fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
    }

    fn is_overloaded(&self, what: &str) {
        assert_eq!((self.status, self.code()), (503, "OVERLOADED"), "{what}: {:#}", self.body);
        assert_eq!(self.retry_after.as_deref(), Some("1"), "{what}");
        assert!(self.body.get("data").is_none(), "{what}: execution has not begun");
    }
}

async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.expect("an answer");
    let status = response.status().as_u16();
    let retry_after =
        response.headers().get(header::RETRY_AFTER).map(|it| it.to_str().expect("text").to_owned());
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    Answer { status, retry_after, body: serde_json::from_slice(&bytes).unwrap_or_default() }
}

fn post(uri: &str, token: &str, accept: &str, body: &Value) -> Request<Body> {
    Request::post(uri)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, accept)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::from(body.to_string()))
        .expect("a request")
}

const GRAPHQL: &str = "application/graphql-response+json";

/// The code and reason that a socket is closed with after its `connection_init`.
async fn closed_after_init(app: App, token: &str) -> (u16, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(listen::serve(listener, app, stopped.map(|_| ())));
    let mut request = format!("ws://{address}/graphql").into_client_request().expect("a request");
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("a header"));
    let tcp = TcpStream::connect(address).await.expect("a connection");
    let (mut socket, _) = client_async(request, tcp).await.expect("a socket");
    let init = json!({ "type": "connection_init", "payload": { "token": token } });
    socket.send(Message::text(init.to_string())).await.expect("sent");
    let closed = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Close(Some(frame)))) => {
                    return (u16::from(frame.code), frame.reason.to_string());
                }
                Some(Ok(Message::Text(text))) => panic!("unexpected: {text}"),
                Some(Ok(_)) => {}
                other => panic!("no close frame: {other:?}"),
            }
        }
    };
    let closed = tokio::time::timeout(Duration::from_secs(60), closed).await.expect("in time");
    let _ = stop.send(());
    serving.await.expect("no panic");
    closed
}

const CREATE: &str =
    "mutation($input: CreatePlanInput!) { createPlan(input: $input) { plan { id } errors { code } } }";

async fn on_every_transport(on: On) {
    let db = match on {
        On::Sqlite => Some(TestDb::sqlite().await.expect("a SQLite database")),
        On::Postgres => TestDb::postgres().await.expect("a PostgreSQL database"),
    };
    let Some(mut db) = db else { return };
    let (env, app) = server(&mut db, Duration::from_millis(300)).await;
    let router = app.clone().router();
    // A token that the server has cached, and those that it has to look up.
    let cached = city::session_of(&env, Person::Employee).await.expect("a session");
    let viewer = json!({ "query": "{ viewer { staff { id } } }" });
    let answer = send(&router, post("/graphql", &cached, GRAPHQL, &viewer)).await;
    assert_eq!(answer.status, 200, "{:#}", answer.body);
    let mut fresh = Vec::new();
    for _ in 0..4 {
        fresh.push(city::session_of(&env, Person::Admin).await.expect("a session"));
    }
    let create = json!({ "query": CREATE, "variables": { "input": {
        "assignmentId": ids::assignment(Person::Employee), "periodId": ids::year(),
        "idempotencyKey": service::env::fresh_id() } } });
    let plans = json!({ "query": "{ plans { edges { node { id } } } }" });
    let events = json!({ "query": "subscription { reviewUpdates { cursor } }" });
    let export = Request::get("/exports/predicate-distribution.csv?unit=x&period=x")
        .header(header::AUTHORIZATION, format!("Bearer {}", fresh[1]))
        .body(Body::empty())
        .expect("a request");

    let occupied = env.db().occupy().await.expect("all connections");
    let (looked_up, read, written, plain, exported, streamed, connected) = tokio::join!(
        send(&router, post("/graphql", &fresh[0], GRAPHQL, &viewer)),
        send(&router, post("/graphql", &cached, GRAPHQL, &plans)),
        send(&router, post("/graphql", &cached, GRAPHQL, &create)),
        send(&router, post("/graphql", &cached, "application/json", &plans)),
        send(&router, export),
        send(&router, post("/graphql/stream", &fresh[2], "text/event-stream", &events)),
        closed_after_init(app, &fresh[3]),
    );
    drop(occupied);

    looked_up.is_overloaded("/graphql, when the token is looked up");
    read.is_overloaded("/graphql, when a query reads");
    written.is_overloaded("/graphql, when a mutation begins");
    exported.is_overloaded("an export");
    streamed.is_overloaded("an event stream");
    assert_eq!(connected, (1013, "OVERLOADED: try again in 1 s".to_owned()), "connection_init");
    // A client that accepts `application/json` only gets the same status.
    assert_eq!((plain.status, plain.code()), (503, "OVERLOADED"));
    assert_eq!(plain.retry_after.as_deref(), Some("1"));

    // With connections free again the same requests succeed, so nothing else was wrong with them.
    for (token, body) in [(&fresh[0], &viewer), (&cached, &plans), (&cached, &create)] {
        let answer = send(&router, post("/graphql", token, GRAPHQL, body)).await;
        assert_eq!((answer.status, answer.body.get("errors")), (200, None), "{:#}", answer.body);
    }
}

mod a_full_pool_is_overloaded {
    use super::{On, on_every_transport};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        on_every_transport(On::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        on_every_transport(On::Postgres).await;
    }
}

/// Places of queries that run at the same time.
const RUNNING: usize = 16;
/// Requests that are sent at once: more than run and wait.
const SENT: usize = 200;

async fn of_many_requests(on: On) {
    let db = match on {
        On::Sqlite => Some(TestDb::sqlite().await.expect("a SQLite database")),
        On::Postgres => TestDb::postgres().await.expect("a PostgreSQL database"),
    };
    let Some(mut db) = db else { return };
    // Those that run wait for a connection until the others are refused.
    let (env, app) = server(&mut db, Duration::from_secs(60)).await;
    let router = app.router();
    let token = city::session_of(&env, Person::Employee).await.expect("a session");
    let plans = json!({ "query": "{ plans { edges { node { id } } } }" });
    let occupied = env.db().occupy().await.expect("all connections");
    let mut requests = JoinSet::new();
    for _ in 0..SENT {
        let (router, request) = (router.clone(), post("/graphql", &token, GRAPHQL, &plans));
        requests.spawn(async move { send(&router, request).await });
    }
    for _ in RUNNING..SENT {
        let refused = requests.join_next().await.expect("a request").expect("no panic");
        refused.is_overloaded("a query without a place");
    }
    drop(occupied);
    let served = requests.join_all().await;
    assert_eq!(served.len(), RUNNING);
    for answer in served {
        assert_eq!((answer.status, answer.body.get("errors")), (200, None), "{:#}", answer.body);
    }
}

mod more_requests_than_places_are_overloaded {
    use super::{On, of_many_requests};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        of_many_requests(On::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        of_many_requests(On::Postgres).await;
    }
}
