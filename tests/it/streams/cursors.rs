//! Where a stream starts: its own cursor, that of the connection, and cursors that do not exist.

use super::*;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use graphql::cursor;
use service::journal::Position;

const OWN: &str = "subscription($after: String) { reviewUpdates(after: $after) { cursor kind } }";

fn number(cursor: &Value) -> i64 {
    let bytes = URL_SAFE_NO_PAD.decode(cursor.as_str().expect("a cursor")).expect("base64");
    let text = String::from_utf8(bytes).expect("text");
    let (number, _) = text.trim_start_matches('j').split_once('.').expect("a mark");
    number.parse().expect("a number")
}

/// A client of two streams. It keeps the last cursor of each, and drops items that it already has.
#[derive(Default)]
struct Follower {
    /// The numbers of the applied items of each stream, in order.
    applied: [Vec<i64>; 2],
    /// The cursor of the last applied item of each stream.
    last: [Value; 2],
    dropped: usize,
}

impl Follower {
    /// Reads until each stream has reached this number of items.
    async fn follow(&mut self, phone: &mut Phone, until: [usize; 2]) {
        while self.applied[0].len() < until[0] || self.applied[1].len() < until[1] {
            let next = phone.receive().await;
            assert_eq!(next["type"], "next", "{next:#}");
            let stream = usize::from(next["id"] == "reviews");
            let cursor = &next["payload"]["extensions"]["cursor"];
            match self.applied[stream].last() {
                Some(last) if number(cursor) <= *last => self.dropped += 1,
                _ => {
                    self.applied[stream].push(number(cursor));
                    self.last[stream] = cursor.clone();
                }
            }
        }
    }

    /// The smallest last cursor of the streams.
    fn smallest(&self) -> Value {
        self.last.iter().min_by_key(|cursor| number(cursor)).expect("an item").clone()
    }
}

async fn subscribe_both(phone: &mut Phone, plan: &Value) {
    phone.subscribe("plan", OF_PLAN, json!({ "plan": plan["id"] })).await;
    phone.subscribe("reviews", OWN, json!({})).await;
}

both!(two_streams_of_different_pace_resume_after_the_smallest_cursor, |app| async move {
    let server = start_server(&app).await;
    let owner = server.client(&app, Person::Employee).await;
    let rater = server.client(&app, Person::Manager).await;
    let mut plan = draft(&owner, Person::Employee, &[row("Laporan")]).await;
    // The rater's decision is in both streams; the owner's own changes are only in the stream of the plan.
    let returned = json!({ "decision": "RETURN", "reason": "Lengkapi" });
    plan = owner.act(&PLAN, "submitPlan", &plan, json!({})).await;
    plan = rater.act(&PLAN, "reviewPlan", &plan, returned.clone()).await;
    let mut follower = Follower::default();
    let mut phone = server.phone_after(&owner, json!("start")).await;
    subscribe_both(&mut phone, &plan).await;
    follower.follow(&mut phone, [3, 1]).await;
    for _ in 0..2 {
        plan = owner.act(&PLAN, "submitPlan", &plan, json!({})).await;
        plan = owner.act(&PLAN, "withdrawPlan", &plan, json!({})).await;
    }
    follower.follow(&mut phone, [7, 1]).await;
    assert!(follower.applied[0].last() > follower.applied[1].last(), "the plan is ahead");
    drop(phone);
    // Both streams miss something.
    plan = owner.act(&PLAN, "submitPlan", &plan, json!({})).await;
    plan = rater.act(&PLAN, "reviewPlan", &plan, returned.clone()).await;
    let mut phone = server.phone_after(&owner, follower.smallest()).await;
    subscribe_both(&mut phone, &plan).await;
    follower.follow(&mut phone, [9, 2]).await;
    assert_eq!(follower.dropped, 4, "the faster stream repeats what its client knows");
    // Nothing is missed: the streams from their beginning have the same items.
    let mut oracle = Follower::default();
    let mut phone = server.phone_after(&owner, json!("start")).await;
    subscribe_both(&mut phone, &plan).await;
    oracle.follow(&mut phone, [follower.applied[0].len(), follower.applied[1].len()]).await;
    assert_eq!(oracle.applied, follower.applied);
    assert_eq!(oracle.dropped, 0);
    // A stream's own cursor counts if it is later.
    let mut phone = server.phone_after(&owner, json!("start")).await;
    let last = follower.applied[1].last().expect("an item");
    phone.subscribe("reviews", OWN, json!({ "after": follower.last[1] })).await;
    plan = owner.act(&PLAN, "submitPlan", &plan, json!({})).await;
    rater.act(&PLAN, "reviewPlan", &plan, returned).await;
    let item = phone.item("reviewUpdates").await;
    assert!(number(&item["cursor"]) > *last, "{item:#}");
});

both!(a_cursor_beyond_the_journal_is_refused_everywhere, |app| async move {
    let auditor = app.client(Person::Auditor).await;
    approved(&app, Person::Employee, &[row("Laporan")]).await;
    journal::sequence(&app.env).await.expect("numbers");
    let server = start_server(&app).await;
    let newest = journal::newest(&app.env).await.expect("a number");
    let first = journal::position(&app.env, 1).await.expect("read").expect("an entry");
    let cursor = |number: i64, Position { mark, .. }| json!(cursor::encode(Position { number, mark }));
    let all = "subscription($after: String) { events(after: $after) { cursor } }";
    for (beyond, code) in [
        (cursor(newest.number + 1, newest), "CURSOR_UNKNOWN"),
        (cursor(i64::MAX, newest), "CURSOR_UNKNOWN"),
        // Of another history: the number is reached, but by another entry.
        (cursor(newest.number, first), "CURSOR_UNKNOWN"),
        // Of a release without marks.
        (json!(URL_SAFE_NO_PAD.encode(format!("j{}", newest.number))), "CURSOR_UNKNOWN"),
        (json!("nonsense"), "BAD_USER_INPUT"),
    ] {
        // A socket: the stream's own cursor, then that of the connection.
        for (connection, own) in
            [(Value::Null, &beyond), (beyond.clone(), &Value::Null), (beyond.clone(), &cursor(1, first))]
        {
            let mut phone = server.phone_after(&auditor, connection.clone()).await;
            for query in [OWN, all] {
                phone.subscribe("1", query, json!({ "after": own })).await;
                let refused = phone.receive().await;
                assert_eq!(refused["type"], "error", "{connection} {own}: {refused:#}");
                assert_eq!(refused["payload"][0]["extensions"]["code"], code, "{refused:#}");
            }
            phone.is_silent().await;
        }
        // Event streams: the argument, then `Last-Event-ID`.
        let mut events = server.events(&auditor, OWN, json!({ "after": beyond })).await;
        let mut text = String::new();
        while !text.contains("event: complete") {
            let mut some = [0; 4_096];
            let read = timeout(PATIENCE, events.read(&mut some)).await.expect("in time").expect("read");
            assert!(read > 0, "{text}");
            text.push_str(&String::from_utf8_lossy(&some[..read]));
        }
        assert!(text.contains(code), "{text}");
        let last = beyond.as_str().expect("a cursor");
        let text = multipart::streamed(&app, &auditor, OWN, json!({}), &[("last-event-id", last)]).await;
        assert!(text.contains(code), "{text}");
        // Queries.
        for query in [
            "query($after: String) { updates(after: $after) { pageInfo { endCursor } } }",
            "query($after: String) { events(after: $after) { pageInfo { endCursor } } }",
        ] {
            assert_eq!(auditor.error(query, json!({ "after": beyond })).await, code, "{query}");
        }
    }
    // The end itself is known.
    let mut phone = server.phone_after(&auditor, cursor(newest.number, newest)).await;
    phone.subscribe("1", all, json!({})).await;
    phone.is_silent().await;
});

both!(a_stream_that_opens_before_the_journal_is_read_starts_at_its_end, |app| async move {
    let owner = app.client(Person::Employee).await.without_replays();
    let plan = draft(&owner, Person::Employee, &[row("Laporan")]).await;
    journal::sequence(&app.env).await.expect("numbers");
    let server = serve(&app, 200);
    let mut phone = server.phone(&owner).await;
    phone.subscribe("1", OF_PLAN, json!({ "plan": plan["id"] })).await;
    until("the stream follows", || journal_progress(&app.env).1 == 1).await;
    assert_eq!(journal_progress(&app.env).0, 0, "the journal is not read yet");
    let _tasks = [
        Task(tokio::spawn(journal::run_tail(app.env.clone()))),
        Task(tokio::spawn(journal::run_sequencer(app.env.clone()))),
    ];
    owner.act(&PLAN, "submitPlan", &plan, json!({})).await;
    assert_eq!(phone.item("planUpdates").await["kind"], "PLAN_SUBMITTED");
});
