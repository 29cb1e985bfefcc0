//! Subscriptions through real connections: nothing missed, nothing twice, and only what one may see.

use crate::{
    both,
    plan::{approved, draft, of, row, verb, with},
    support::{Client, Person, TestApp, ids},
};
use futures_util::{SinkExt, StreamExt};
use kinerja::http::{
    app::{App, AppSettings},
    listen,
    stream::StreamLimits,
};
use serde_json::{Value, json};
use service::{journal, testing::city};
use std::{future::pending, net::SocketAddr, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
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
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

async fn listening(app: &TestApp) -> Listening {
    let settings = AppSettings {
        streams: StreamLimits { check_ms: 200, ..StreamLimits::default() },
        ..AppSettings::default()
    };
    let served = App::new(app.env.clone(), &settings).expect("an app");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let serving = async move {
        let _ = listen::serve(listener, served, pending()).await;
    };
    let tasks = vec![
        tokio::spawn(journal::run(app.env.clone())),
        tokio::spawn(journal::tail(app.env.clone())),
        tokio::spawn(serving),
    ];
    Listening { address, tasks }
}

/// An app on a socket.
struct Phone(WebSocketStream<TcpStream>);

impl Listening {
    /// A client beside whom the sequencer writes.
    async fn client(&self, app: &TestApp, who: Person) -> Client {
        Client { amid_others: true, ..app.client(who).await }
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
    assert_eq!(phone.item("events").await["kind"], "PLAN_CREATED");
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
    let closed = timeout(Duration::from_secs(5), async {
        loop {
            if let Message::Close(Some(frame)) = phone.0.next().await.expect("a message").expect("a frame") {
                return u16::from(frame.code);
            }
        }
    });
    assert_eq!(closed.await.expect("in time"), 4403);
});
