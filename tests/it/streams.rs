//! Tests subscriptions over real connections: no item is missed or repeated, and no one gets items that they can't see.

mod cursors;
mod multipart;
mod rights;
mod tokens;

use crate::{
    both,
    plan::{approved, draft, row},
    support::{Client, Fields, PLAN, Person, TestApp, ids},
};
use futures_util::{FutureExt, SinkExt, StreamExt};
use kinerja::http::{app::App, listen, settings::AppSettings, stream::StreamLimits};
use serde_json::{Value, json};
use service::{
    env::fresh_id,
    journal,
    testing::{city, journal_progress},
};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// The size of the network's buffers at each end of a connection, in bytes; Linux doubles it. Small, so that only few
/// items are on their way to a client that does not read.
const BUFFER_BYTES: u32 = 64 * 1024;
/// Maximum number of items that the server encodes and sends together.
const SENT_AT_ONCE: usize = 32;
/// Maximum number of bytes that a client reads ahead of the messages that the test takes.
const READ_AHEAD_BYTES: usize = 128 * 1024;

/// A server for the test's database with the task that reads the journal. Dropping it stops both.
struct RunningServer {
    address: SocketAddr,
    tasks: Vec<Task>,
    stop: oneshot::Sender<()>,
}

/// A task that is aborted on drop.
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn start_server(app: &TestApp) -> RunningServer {
    let mut server = start_server_without_sequencer(app, 200).await;
    server.tasks.push(Task(tokio::spawn(journal::run_sequencer(app.env.clone()))));
    server
}

/// Starts a server that neither numbers nor reads entries, and checks rights at this interval.
fn serve(app: &TestApp, check_ms: u64) -> RunningServer {
    let settings = AppSettings {
        streams: StreamLimits { check_ms, ..StreamLimits::default() },
        ..AppSettings::default()
    };
    let served = App::new(app.env.clone(), &settings).expect("an app");
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_send_buffer_size(BUFFER_BYTES).expect("a buffer");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a port");
    let listener = socket.listen(64).expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel();
    let serving = async move {
        listen::serve(listener, served, stopped.map(|_| ())).await;
    };
    RunningServer { address, tasks: vec![Task(tokio::spawn(serving))], stop }
}

/// Starts a server that does not number entries, and checks rights at this interval.
async fn start_server_without_sequencer(app: &TestApp, check_ms: u64) -> RunningServer {
    let mut server = serve(app, check_ms);
    let newest = journal::newest(&app.env).await.expect("a position").number;
    server.tasks.push(Task(tokio::spawn(journal::run_tail(app.env.clone()))));
    // A stream without a cursor starts at the last entry that the server has read.
    until("the journal is read", || journal_progress(&app.env).0 >= newest).await;
    server
}

/// Waits until a condition holds.
async fn until(what: &str, holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("not in time: {what}"));
}

/// How long a test waits for an expected event.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client on a WebSocket.
struct Phone(WebSocketStream<TcpStream>);

impl RunningServer {
    /// A client for use while the sequencer writes to the database.
    async fn client(&self, app: &TestApp, who: Person) -> Client {
        app.client(who).await.without_replays()
    }

    async fn phone(&self, client: &Client) -> Phone {
        self.phone_after(client, Value::Null).await
    }

    /// A socket that sends this cursor with `connection_init`.
    async fn phone_after(&self, client: &Client, after: Value) -> Phone {
        let mut request = format!("ws://{}/graphql", self.address).into_client_request().expect("a request");
        let protocol = "graphql-transport-ws".parse().expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let tcp = TcpSocket::new_v4().expect("a socket");
        tcp.set_recv_buffer_size(BUFFER_BYTES).expect("a buffer");
        let tcp = tcp.connect(self.address).await.expect("a connection");
        let (socket, _) = client_async(request, tcp).await.expect("a socket");
        let mut phone = Phone(socket);
        let payload = json!({ "token": client.token, "after": after });
        phone.send(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(phone.receive().await["type"], "connection_ack");
        phone
    }

    /// Opens an event stream (server-sent events). Returns the connection.
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

    async fn receive(&mut self) -> Value {
        let next = timeout(PATIENCE, async {
            loop {
                match self.0.next().await.expect("a message").expect("a frame") {
                    Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
                    Message::Ping(_) | Message::Pong(_) => {}
                    other => panic!("unexpected: {other:?}"),
                }
            }
        });
        next.await.expect("in time")
    }

    /// Checks that the server has sent nothing else by the time it answers a ping.
    async fn is_silent(&mut self) {
        self.send(json!({ "type": "ping" })).await;
        let next = self.receive().await;
        assert_eq!(next["type"], "pong", "{next:#}");
    }

    /// Waits for the server's close frame. Returns its code and reason.
    async fn closed(&mut self) -> (u16, String) {
        let closed = timeout(PATIENCE, async {
            loop {
                if let Message::Close(Some(frame)) = self.0.next().await.expect("a message").expect("a frame")
                {
                    return (u16::from(frame.code), frame.reason.to_string());
                }
            }
        });
        closed.await.expect("in time")
    }

    /// Waits for the next item of the subscription.
    async fn item(&mut self, field: &str) -> Value {
        let next = self.receive().await;
        assert_eq!(next["type"], "next", "{next:#}");
        assert_eq!(next["payload"].get("errors"), None, "{next:#}");
        next["payload"]["data"][field].clone()
    }
}

const OF_PLAN: &str = "subscription($plan: ID!, $after: String, $first: Int) {
    planUpdates(planId: $plan, after: $after, first: $first) {
        cursor kind subjectVersion subject { __typename ... on Plan { id status } } } }";

both!(plan_updates_arrive_without_gap_or_repeat, |app| async move {
    let server = start_server(&app).await;
    let owner = server.client(&app, Person::Employee).await;
    let plan = draft(&owner, Person::Employee, &[row("Laporan")]).await;
    // Missed entries come first.
    let mut phone = server.phone(&owner).await;
    phone.subscribe("1", OF_PLAN, json!({ "plan": plan["id"], "after": "start" })).await;
    let first = phone.item("planUpdates").await;
    assert_eq!(first["kind"], "PLAN_CREATED");
    // New entries follow, with the current state of the object.
    let submitted = owner.act(&PLAN, "submitPlan", &plan, json!({})).await;
    let item = phone.item("planUpdates").await;
    assert_eq!((&item["kind"], &item["subject"]["status"]), (&json!("PLAN_SUBMITTED"), &json!("SUBMITTED")));
    let rater = server.client(&app, Person::Manager).await;
    rater.act(&PLAN, "reviewPlan", &submitted, json!({ "decision": "APPROVE" })).await;
    let mut live = vec![first, item];
    while live.iter().filter(|item| item["kind"] == "EVALUATION_OPENED").count() < 5 {
        live.push(phone.item("planUpdates").await);
    }
    // A client that resumes at any cursor gets exactly the later entries.
    let all: Vec<&Value> = live.iter().map(|item| &item["cursor"]).collect();
    for from in [0, 1, live.len() - 2] {
        let mut again = server.phone(&owner).await;
        let after = &live[from]["cursor"];
        let remaining = live.len() - 1 - from;
        again
            .subscribe("r", OF_PLAN, json!({ "plan": plan["id"], "after": after, "first": remaining }))
            .await;
        for expected in &all[from + 1..] {
            assert_eq!(&again.item("planUpdates").await["cursor"], *expected);
        }
        assert_eq!(again.receive().await["type"], "complete", "the stream completes after `first` items");
    }
    // A person without access to the plan can't subscribe to it.
    let stranger = server.client(&app, Person::Outsider).await;
    let mut phone = server.phone(&stranger).await;
    phone.subscribe("1", OF_PLAN, json!({ "plan": plan["id"], "after": "start" })).await;
    let refused = phone.receive().await;
    assert_eq!(
        (&refused["type"], &refused["payload"][0]["extensions"]["code"]),
        (&json!("error"), &json!("NOT_FOUND"))
    );
});

const EVENTS: &str = "subscription { events { cursor kind } }";

/// Makes Peer an auditor. Returns the id of the grant.
async fn granted(admin: &Client) -> Value {
    let grant =
        json!({ "staffId": ids::staff(Person::Peer), "role": "AUDITOR", "orgUnitId": ids::unit(city::ROOT) });
    admin.done("grantRole", "roleGrant { id }", grant).await["roleGrant"]["id"].clone()
}

/// Appends entries until the server ends a stream of the whole journal, because its reader has lost the role. The server
/// renews the rights of all connections of a person together, so those of the others have ended, too.
async fn until_refused(stream: &mut Phone, mut append: impl AsyncFnMut()) {
    let refused = async {
        loop {
            append().await;
            let next = stream.receive().await;
            if next["type"] != "next" {
                return next;
            }
        }
    };
    let end = timeout(PATIENCE, refused).await.expect("in time");
    assert_eq!(end["type"], "error", "{end:#}");
    assert_eq!(end["payload"][0]["extensions"]["code"], "FORBIDDEN", "{end:#}");
}

both!(a_running_stream_stops_after_its_role_is_revoked, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    journal::sequence(&app.env).await.expect("numbers");
    let server = start_server(&app).await;
    let admin = server.client(&app, Person::Admin).await;
    let grant = granted(&admin).await;
    let mut phone = server.phone(&server.client(&app, Person::Peer).await).await;
    phone.subscribe("1", EVENTS, json!({})).await;
    // Another auditor keeps the role.
    let mut other = server.phone(&server.client(&app, Person::Auditor).await).await;
    other.subscribe("1", EVENTS, json!({})).await;
    let manager = server.client(&app, Person::Manager).await;
    until("both streams follow", || journal_progress(&app.env).1 == 2).await;
    let draft = draft(&manager, Person::Manager, &[row("Laporan")]).await;
    // Skip earlier entries: the grant itself may arrive first.
    while phone.item("events").await["kind"] != "PLAN_CREATED" {}
    admin.done("revokeRole", "roleGrant { id }", json!({ "roleGrantId": grant })).await;
    // Items may still arrive for a short time; after that, none.
    let employee = server.client(&app, Person::Employee).await;
    until_refused(&mut phone, async || record(&employee, &plan, 1, "Tugas").await).await;
    manager.act(&PLAN, "submitPlan", &draft, json!({})).await;
    while other.item("events").await["kind"] != "PLAN_SUBMITTED" {}
    phone.is_silent().await;
});

both!(the_end_of_a_session_closes_its_sockets, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    let server = start_server(&app).await;
    let owner = server.client(&app, Person::Employee).await;
    let mut phone = server.phone(&owner).await;
    phone.subscribe("1", OF_PLAN, json!({ "plan": plan["id"] })).await;
    owner.done("logout", "done", json!({})).await;
    assert_eq!(phone.closed().await.0, 4403);
});

/// Records this many activities, in batches of up to a hundred.
async fn record(owner: &Client, plan: &Value, count: usize, description: &str) {
    let row = |_| {
        json!({ "target": { "clientKey": fresh_id() }, "description": description,
            "startedAt": "2026-03-01T02:00:00Z", "endedAt": "2026-03-01T02:59:00Z" })
    };
    for _ in 0..count.div_ceil(100) {
        let rows: Vec<Value> = (0..count.min(100)).map(row).collect();
        let done = owner.done(
            "recordActivities",
            "results { activity { id } }",
            json!({ "planId": plan["id"], "rows": rows }),
        );
        for result in done.await["results"].as_array().expect("results") {
            assert!(result["activity"]["id"].is_string(), "{result:#}");
        }
    }
}

const OF_UNIT: &str = "subscription($unit: ID!, $first: Int) {
    activityUpdates(orgUnitId: $unit, after: \"start\", first: $first) {
        cursor kind actor { name } subject { ... on Activity { id description status } } } }";

both!(catching_up_on_many_items_sends_as_many_statements_as_on_few, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    record(&app.client(Person::Employee).await, &plan, 200, "Tugas").await;
    journal::sequence(&app.env).await.expect("numbers");
    let server = start_server_without_sequencer(&app, 60_000).await;
    let rater = app.client(Person::Manager).await;
    let mut counts = Vec::new();
    for first in [20, 200] {
        let mut phone = server.phone(&rater).await;
        let before = app.env.db().statements();
        phone.subscribe("1", OF_UNIT, json!({ "unit": ids::unit(city::ROOT), "first": first })).await;
        for _ in 0..first {
            let item = phone.item("activityUpdates").await;
            assert_eq!(item["subject"]["description"], "Tugas");
            assert_eq!(item["actor"]["name"], Person::Employee.name());
        }
        assert_eq!(phone.receive().await["type"], "complete");
        counts.push(app.env.db().statements() - before);
    }
    // Allow a few more statements: the server also polls the journal once a second.
    assert!(counts[1] <= counts[0] + 4 && counts[1] <= 20, "{counts:?}");
});

/// The length of a large description in bytes, and how often an item repeats it.
const LARGE: (usize, usize) = (1_960, 25);

/// Sends 200 large items to an auditor who reads three of them and then the others. Returns how many arrived. With
/// `revoked`, the server has taken the role from the auditor before they read on.
async fn caught_up(app: &TestApp, server: &RunningServer, plans: [&Value; 2], revoked: bool) -> usize {
    let admin = server.client(app, Person::Admin).await;
    let grant = granted(&admin).await;
    let auditor = server.client(app, Person::Peer).await;
    let mut phone = server.phone(&auditor).await;
    let many: String = (0..LARGE.1).map(|number| format!("d{number}: description ")).collect();
    let large = OF_UNIT.replace("description", &many);
    phone.subscribe("1", &large, json!({ "unit": ids::unit(city::ROOT) })).await;
    for _ in 0..3 {
        phone.item("activityUpdates").await;
    }
    let revoke = json!({ "roleGrantId": grant });
    if revoked {
        let mut probe = server.phone(&auditor).await;
        probe.subscribe("1", EVENTS, json!({})).await;
        admin.done("revokeRole", "roleGrant { id }", revoke.clone()).await;
        let employee = server.client(app, Person::Employee).await;
        until_refused(&mut probe, async || record(&employee, plans[0], 1, "Tugas").await).await;
    }
    // The last entry is about the auditor's own activity, which they see without the role.
    let last = format!("Penutup {revoked}");
    record(&auditor, plans[1], 1, &last).await;
    let mut items = 3;
    loop {
        let item = phone.item("activityUpdates").await;
        let text = item.field("subject.d0").as_str().expect("a text");
        if text == last {
            break;
        }
        items += usize::from(text.len() == LARGE.0);
    }
    phone.is_silent().await;
    if !revoked {
        admin.done("revokeRole", "roleGrant { id }", revoke).await;
    }
    items
}

both!(catching_up_stops_when_rights_end, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    let of_auditor = approved(&app, Person::Peer, &[row("Laporan")]).await;
    record(&app.client(Person::Employee).await, &plan, 200, &"panjang.".repeat(LARGE.0 / 8)).await;
    journal::sequence(&app.env).await.expect("numbers");
    let server = start_server(&app).await;
    // The negative control: without revocation all items arrive.
    assert_eq!(caught_up(&app, &server, [&plan, &of_auditor], false).await, 200);
    // After the revocation only items that were already sent arrive: those of one send, and those in the buffers of the
    // network and the client.
    let buffers = 2 * 2 * BUFFER_BYTES as usize + READ_AHEAD_BYTES;
    let most = 3 + SENT_AT_ONCE + buffers.div_ceil(LARGE.0 * LARGE.1);
    let items = caught_up(&app, &server, [&plan, &of_auditor], true).await;
    assert!(items <= most, "{items} of at most {most}");
});

both!(a_server_that_shuts_down_sends_a_cursor_even_without_items, |app| async move {
    let owner = app.client(Person::Employee).await;
    let plan = draft(&owner, Person::Employee, &[row("Laporan")]).await;
    journal::sequence(&app.env).await.expect("numbers");
    let server = start_server(&app).await;
    let owner = server.client(&app, Person::Employee).await;
    let mut phone = server.phone(&owner).await;
    // Without a cursor the stream starts at the end of the journal.
    phone.subscribe("1", OF_PLAN, json!({ "plan": plan["id"] })).await;
    let mut events = server.events(&owner, OF_PLAN, json!({ "plan": plan["id"] })).await;
    until("both streams follow", || journal_progress(&app.env).1 == 2).await;
    phone.is_silent().await;
    server.stop.send(()).expect("stopped");
    let (code, reason) = phone.closed().await;
    assert_eq!(code, 1001);
    let cursor = reason.strip_prefix("resume ").expect("a cursor");
    let mut text = String::new();
    timeout(PATIENCE, events.read_to_string(&mut text)).await.expect("in time").expect("an end");
    assert!(text.contains(&format!("\nid: {cursor}\n\n")) && !text.contains("event:"), "{text}");
    // The next server delivers each change that was made while no server was connected, exactly once.
    owner.act(&PLAN, "submitPlan", &plan, json!({})).await;
    let next = start_server(&app).await;
    let mut phone = next.phone(&owner).await;
    phone.subscribe("1", OF_PLAN, json!({ "plan": plan["id"], "after": cursor, "first": 1 })).await;
    assert_eq!(phone.item("planUpdates").await["kind"], "PLAN_SUBMITTED");
    assert_eq!(phone.receive().await["type"], "complete");
});
