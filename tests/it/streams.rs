//! Subscriptions through real connections: nothing missed, nothing twice, and only what one may see.

use crate::{
    both,
    plan::{approved, draft, of, row, verb, with},
    support::{Client, Person, TestApp, ids},
};
use futures_util::{FutureExt, SinkExt, StreamExt};
use kinerja::http::{
    app::{App, AppSettings},
    listen,
    stream::StreamLimits,
};
use serde_json::{Value, json};
use service::{env::fresh_id, journal, testing::city};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// A server over the test's city that listens and reads the journal, until it is dropped.
struct Listening {
    address: SocketAddr,
    tasks: Vec<Task>,
    stop: oneshot::Sender<()>,
}

/// Ends with what holds it.
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn listening(app: &TestApp) -> Listening {
    let mut server = serving(app, 200).await;
    server.tasks.push(Task(tokio::spawn(journal::run_sequencer(app.env.clone()))));
    server
}

/// One that numbers nothing, and looks at rights after so many milliseconds.
async fn serving(app: &TestApp, check_ms: u64) -> Listening {
    let settings = AppSettings {
        streams: StreamLimits { check_ms, ..StreamLimits::default() },
        ..AppSettings::default()
    };
    let served = App::new(app.env.clone(), &settings).expect("an app");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel();
    let serving = async move {
        let _ = listen::serve(listener, served, stopped.map(|_| ())).await;
    };
    let tasks = vec![Task(tokio::spawn(journal::run_tail(app.env.clone()))), Task(tokio::spawn(serving))];
    Listening { address, tasks, stop }
}

/// An app on a socket.
struct Phone(WebSocketStream<TcpStream>);

impl Listening {
    /// A client beside whom the sequencer writes.
    async fn client(&self, app: &TestApp, who: Person) -> Client {
        Client { concurrent_writes: true, ..app.client(who).await }
    }

    async fn phone(&self, client: &Client) -> Phone {
        let mut request = format!("ws://{}/graphql", self.address).into_client_request().expect("a request");
        let protocol = "graphql-transport-ws".parse().expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let tcp = TcpStream::connect(self.address).await.expect("a connection");
        let (socket, _) = client_async(request, tcp).await.expect("a socket");
        let mut phone = Phone(socket);
        phone.send(json!({ "type": "connection_init", "payload": { "token": client.token } })).await;
        assert_eq!(phone.heard().await["type"], "connection_ack");
        phone
    }

    /// An event stream: what comes of it until its end.
    async fn events(&self, client: &Client, query: &str, variables: Value) -> TcpStream {
        let mut tcp = TcpStream::connect(self.address).await.expect("a connection");
        let body = json!({ "query": query, "variables": variables }).to_string();
        let request = format!(
            "POST /graphql/stream HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            client.token.as_deref().expect("a token"),
            body.len()
        );
        tcp.write_all(request.as_bytes()).await.expect("sent");
        tcp
    }
}

impl Phone {
    async fn send(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.expect("sent");
    }

    async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.send(json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    async fn heard(&mut self) -> Value {
        self.heard_within(Duration::from_secs(10)).await.expect("in time")
    }

    async fn heard_within(&mut self, time: Duration) -> Option<Value> {
        let next = timeout(time, async {
            loop {
                match self.0.next().await.expect("a message").expect("a frame") {
                    Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
                    Message::Ping(_) | Message::Pong(_) => {}
                    other => panic!("unexpected: {other:?}"),
                }
            }
        });
        next.await.ok()
    }

    /// The code and the reason of the server's end of the socket.
    async fn closed(&mut self) -> (u16, String) {
        let closed = timeout(Duration::from_secs(5), async {
            loop {
                if let Message::Close(Some(frame)) = self.0.next().await.expect("a message").expect("a frame")
                {
                    return (u16::from(frame.code), frame.reason.to_string());
                }
            }
        });
        closed.await.expect("in time")
    }

    /// The next item of the one subscription.
    async fn item(&mut self, field: &str) -> Value {
        let next = self.heard().await;
        assert_eq!(next["type"], "next", "{next:#}");
        assert_eq!(next["payload"].get("errors"), None, "{next:#}");
        next["payload"]["data"][field].clone()
    }
}

const OF_PLAN: &str = "subscription($plan: ID!, $after: String, $first: Int) {
    planUpdates(planId: $plan, after: $after, first: $first) {
        cursor kind subjectVersion subject { __typename ... on Plan { id status } } } }";

both!(a_plan_is_followed_without_gap_or_repeat, |app| async move {
    let server = listening(&app).await;
    let owner = server.client(&app, Person::Employee).await;
    let plan = draft(&owner, Person::Employee, &[row("Laporan")]).await;
    // What was missed comes first.
    let mut phone = server.phone(&owner).await;
    phone.subscribe("1", OF_PLAN, json!({ "plan": plan["id"], "after": "start" })).await;
    let first = phone.item("planUpdates").await;
    assert_eq!(first["kind"], "PLAN_CREATED");
    // Then what happens now, with the object as it is by then.
    let submitted = verb(&owner, "submitPlan", of(&plan)).await;
    let item = phone.item("planUpdates").await;
    assert_eq!((&item["kind"], &item["subject"]["status"]), (&json!("PLAN_SUBMITTED"), &json!("SUBMITTED")));
    let rater = server.client(&app, Person::Manager).await;
    verb(&rater, "reviewPlan", with(&submitted, json!({ "decision": "APPROVE" }))).await;
    let mut live = vec![first, item];
    while live.iter().filter(|item| item["kind"] == "EVALUATION_OPENED").count() < 5 {
        live.push(phone.item("planUpdates").await);
    }
    // Whoever comes back, wherever, gets what followed and nothing else.
    let all: Vec<&Value> = live.iter().map(|item| &item["cursor"]).collect();
    for from in [0, 1, live.len() - 2] {
        let mut again = server.phone(&owner).await;
        let after = &live[from]["cursor"];
        let rest = live.len() - 1 - from;
        again.subscribe("r", OF_PLAN, json!({ "plan": plan["id"], "after": after, "first": rest })).await;
        for expected in &all[from + 1..] {
            assert_eq!(&again.item("planUpdates").await["cursor"], *expected);
        }
        assert_eq!(again.heard().await["type"], "complete", "after as many as were asked for");
    }
    // What concerns others is not for everybody.
    let stranger = server.client(&app, Person::Outsider).await;
    let mut phone = server.phone(&stranger).await;
    phone.subscribe("1", OF_PLAN, json!({ "plan": plan["id"], "after": "start" })).await;
    let refused = phone.heard().await;
    assert_eq!(
        (&refused["type"], &refused["payload"][0]["extensions"]["code"]),
        (&json!("error"), &json!("NOT_FOUND"))
    );
});

both!(a_role_taken_back_is_felt_by_a_running_stream, |app| async move {
    let server = listening(&app).await;
    let admin = server.client(&app, Person::Admin).await;
    let grant =
        json!({ "staffId": ids::staff(Person::Peer), "role": "AUDITOR", "orgUnitId": ids::unit(city::ROOT) });
    let grant = admin.done("grantRole", "roleGrant { id }", grant).await["roleGrant"]["id"].clone();
    let auditor = server.client(&app, Person::Peer).await;
    let mut phone = server.phone(&auditor).await;
    phone.subscribe("1", "subscription { events { cursor kind } }", json!({})).await;
    let owner = server.client(&app, Person::Employee).await;
    let plan = draft(&owner, Person::Employee, &[row("Laporan")]).await;
    // The grant may have got its number only now.
    while phone.item("events").await["kind"] != "PLAN_CREATED" {}
    admin.done("revokeRole", "roleGrant { id }", json!({ "roleGrantId": grant })).await;
    // It may be heard still; soon nothing is.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    verb(&owner, "submitPlan", of(&plan)).await;
    while let Some(heard) = phone.heard_within(Duration::from_millis(1_500)).await {
        assert_ne!(heard["payload"]["data"]["events"]["kind"], "PLAN_SUBMITTED", "{heard:#}");
    }
});

both!(a_session_that_ends_ends_its_streams, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    let server = listening(&app).await;
    let owner = server.client(&app, Person::Employee).await;
    let mut phone = server.phone(&owner).await;
    phone.subscribe("1", OF_PLAN, json!({ "plan": plan["id"] })).await;
    owner.done("logout", "done", json!({})).await;
    assert_eq!(phone.closed().await.0, 4403);
});

/// Records so many activities, a hundred at once.
async fn record(owner: &Client, plan: &Value, count: usize, description: &str) {
    let row = |_| {
        json!({ "clientKey": fresh_id(), "description": description,
            "startedAt": "2026-03-01T02:00:00Z", "endedAt": "2026-03-01T02:59:00Z" })
    };
    for _ in 0..count.div_ceil(100) {
        let rows: Vec<Value> = (0..count.min(100)).map(row).collect();
        let done = owner.done(
            "recordActivities",
            "results { activity { id } }",
            json!({ "planId": plan["id"], "rows": rows }),
        );
        assert_ne!(done.await["results"][0]["activity"], Value::Null);
    }
}

const OF_UNIT: &str = "subscription($unit: ID!, $first: Int) {
    activityUpdates(orgUnitId: $unit, after: \"start\", first: $first) {
        cursor kind actor { name } subject { ... on Activity { id description status } } } }";

both!(a_long_replay_sends_as_many_statements_as_a_short_one, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    record(&app.client(Person::Employee).await, &plan, 200, "Tugas").await;
    journal::sequence(&app.env).await.expect("numbers");
    let server = serving(&app, 60_000).await;
    let rater = app.client(Person::Manager).await;
    let mut counts = Vec::new();
    for first in [20, 200] {
        let mut phone = server.phone(&rater).await;
        let before = app.env.db().statements();
        phone.subscribe("1", OF_UNIT, json!({ "unit": ids::unit(city::ROOT), "first": first })).await;
        for _ in 0..first {
            let item = phone.item("activityUpdates").await;
            assert_eq!(item["subject"]["description"], "Tugas");
            assert_ne!(item["actor"]["name"], Value::Null);
        }
        assert_eq!(phone.heard().await["type"], "complete");
        counts.push(app.env.db().statements() - before);
    }
    // The journal is looked at once a second meanwhile.
    assert!(counts[1] <= counts[0] + 4 && counts[1] <= 20, "{counts:?}");
});

/// How many of 200 large items of a replay come to an auditor, who reads three, and the others a while later.
async fn replayed(app: &TestApp, server: &Listening, revoked: bool) -> usize {
    let admin = server.client(app, Person::Admin).await;
    let grant =
        json!({ "staffId": ids::staff(Person::Peer), "role": "AUDITOR", "orgUnitId": ids::unit(city::ROOT) });
    let grant = admin.done("grantRole", "roleGrant { id }", grant).await["roleGrant"]["id"].clone();
    let mut phone = server.phone(&server.client(app, Person::Peer).await).await;
    let many: String = (0..25).map(|number| format!("d{number}: description ")).collect();
    let large = OF_UNIT.replace("description", &many);
    phone.subscribe("1", &large, json!({ "unit": ids::unit(city::ROOT) })).await;
    for _ in 0..3 {
        phone.item("activityUpdates").await;
    }
    let revoke = json!({ "roleGrantId": grant });
    if revoked {
        admin.done("revokeRole", "roleGrant { id }", revoke.clone()).await;
    }
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let mut items = 3;
    while phone.heard_within(Duration::from_millis(1_500)).await.is_some() {
        items += 1;
    }
    if !revoked {
        admin.done("revokeRole", "roleGrant { id }", revoke).await;
    }
    items
}

both!(rights_that_end_in_the_middle_of_a_replay_end_it, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    record(&app.client(Person::Employee).await, &plan, 200, &"panjang ".repeat(245)).await;
    let server = listening(&app).await;
    // The negative control: nothing else keeps them back.
    assert_eq!(replayed(&app, &server, false).await, 200);
    let items = replayed(&app, &server, true).await;
    assert!(items < 200, "what was on its way already may come, the rest may not: {items}");
});

both!(a_server_that_stops_tells_where_to_go_on_also_who_has_heard_nothing, |app| async move {
    let owner = app.client(Person::Employee).await;
    let plan = draft(&owner, Person::Employee, &[row("Laporan")]).await;
    journal::sequence(&app.env).await.expect("numbers");
    let server = listening(&app).await;
    let owner = server.client(&app, Person::Employee).await;
    let mut phone = server.phone(&owner).await;
    // Without a cursor, from now on.
    phone.subscribe("1", OF_PLAN, json!({ "plan": plan["id"] })).await;
    let mut events = server.events(&owner, OF_PLAN, json!({ "plan": plan["id"] })).await;
    phone.send(json!({ "type": "ping" })).await;
    assert_eq!(phone.heard().await["type"], "pong");
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.stop.send(()).expect("told");
    let (code, reason) = phone.closed().await;
    assert_eq!(code, 1001);
    let cursor = reason.strip_prefix("resume ").expect("a cursor");
    let mut told = String::new();
    timeout(Duration::from_secs(5), events.read_to_string(&mut told))
        .await
        .expect("in time")
        .expect("an end");
    assert!(told.contains(&format!("\nid: {cursor}\n\n")) && !told.contains("event:"), "{told}");
    // What happens while no server is there for him comes once, from the next one.
    verb(&owner, "submitPlan", of(&plan)).await;
    let next = listening(&app).await;
    let mut phone = next.phone(&owner).await;
    phone.subscribe("1", OF_PLAN, json!({ "plan": plan["id"], "after": cursor, "first": 1 })).await;
    assert_eq!(phone.item("planUpdates").await["kind"], "PLAN_SUBMITTED");
    assert_eq!(phone.heard().await["type"], "complete");
});
