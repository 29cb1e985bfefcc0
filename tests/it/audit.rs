//! Tests checkpoints and receipts through HTTP.

use crate::{
    both,
    support::{Client, EVALUATION, Person, TestApp},
    year,
};
use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use proof::{
    checkpoint::{Consistency, Keys, follows},
    receipt::Receipt,
};
use serde_json::{Value, json};
use service::journal;
use tower::ServiceExt;

/// Gets a path without login. Returns status, body and the `Cache-Control` header.
async fn get(app: &TestApp, path: &str) -> (StatusCode, String, String) {
    let request = Request::get(path).body(Body::empty()).expect("a request");
    let answer = app.router.clone().oneshot(request).await.expect("an answer");
    let (status, cache) = (answer.status(), answer.headers().get(header::CACHE_CONTROL).cloned());
    let body = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
    let cache = cache.map(|cache| cache.to_str().expect("a text").to_owned()).unwrap_or_default();
    (status, String::from_utf8(body.to_vec()).expect("a text"), cache)
}

/// Numbers the entries and signs a checkpoint, as a running server does on its own.
async fn sign_checkpoint(app: &TestApp) -> u64 {
    journal::sequence(&app.env).await.expect("numbers");
    journal::sign_checkpoint(&app.env).await.expect("signed").expect("it has grown")
}

async fn receipt(client: &Client, evaluation: &Value) -> Option<Receipt> {
    let query = "query($id: ID!) { evaluation(id: $id) { receipt } }";
    let data = client.ok(query, json!({ "id": evaluation["id"] })).await;
    let text = data["evaluation"]["receipt"].as_str()?;
    Some(serde_json::from_str(text).expect("a receipt"))
}

async fn keys(app: &TestApp) -> Keys {
    let (status, text, cache) = get(app, "/journal/key").await;
    assert_eq!((status, cache.as_str()), (StatusCode::OK, "public, max-age=3600"));
    Keys::parse(text.lines()).expect("keys")
}

both!(a_receipt_proves_an_evaluation_and_discloses_only_visible_payloads, |app: TestApp| async move {
    let app = app.signed();
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let evaluation = year::reported_quarter(&app, &plan).await;
    assert_eq!(receipt(&employee, &evaluation).await, None, "no checkpoint covers it yet");
    sign_checkpoint(&app).await;
    let keys = keys(&app).await;
    let mine = receipt(&employee, &evaluation).await.expect("a receipt");
    let verified = mine.verify(&keys, &[], &[]).expect("it is proven");
    assert!(verified.disclosed);
    assert_eq!((mine.entry.kind.as_str(), mine.entry.subject.version), ("REALISATION_REPORTED", 2));
    assert!(mine.payload.expect("what it says").after.expect("an image").contains("Selesai"));

    // The ratee's receipt proves the entry of a draft rating; only the rater's receipt discloses it.
    app.set_clock("2026-04-03T02:00:00Z");
    let rating = json!({ "resultRating": "BELOW", "resultReason": "Kurang dari sasaran", "behaviourRating": "AS_EXPECTED" });
    let evaluation = manager.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await;
    sign_checkpoint(&app).await;
    for (client, disclosed) in [(&employee, false), (&manager, true)] {
        let receipt = receipt(client, &evaluation).await.expect("a receipt");
        assert_eq!(receipt.entry.kind, "EVALUATION_RATED");
        assert_eq!(receipt.verify(&keys, &[], &[]).expect("it is proven").disclosed, disclosed);
        assert_eq!(serde_json::to_string(&receipt).expect("JSON").contains("BELOW"), disclosed);
    }
    let auditor = app.client(Person::Auditor).await;
    let query = "{ events(first: 100) { edges { node { number kind receipt change { after } } } } }";
    let events = auditor.ok(query, json!({})).await;
    for event in events["events"]["edges"].as_array().expect("events") {
        let node = &event["node"];
        let receipt: Receipt =
            serde_json::from_str(node["receipt"].as_str().expect("a receipt")).expect("JSON");
        receipt.verify(&keys, &[], &[]).expect("it is proven");
        assert_eq!(json!(receipt.entry.number), node["number"]);
        let draft = node["kind"] == "EVALUATION_RATED";
        assert_eq!(receipt.payload.is_none(), draft, "{node}");
    }
    let peer = app.client(Person::Peer).await;
    let query = "query($id: ID!) { evaluation(id: $id) { receipt } }";
    let read = peer.ok(query, json!({ "id": evaluation["id"] })).await;
    assert_eq!(read, json!({ "evaluation": null }));
});

both!(anyone_can_verify_that_a_checkpoint_extends_an_earlier_one, |app: TestApp| async move {
    assert_eq!(get(&app, "/journal/key").await.0, StatusCode::NOT_FOUND, "this server has no signing key");
    let app = app.signed();
    assert_eq!(get(&app, "/journal/checkpoint").await.0, StatusCode::NOT_FOUND, "nothing is signed yet");
    let from = sign_checkpoint(&app).await;
    year::approved(&app).await;
    let to = sign_checkpoint(&app).await;
    let keys = keys(&app).await;
    let (status, latest, cache) = get(&app, "/journal/checkpoint").await;
    assert_eq!((status, cache.as_str()), (StatusCode::OK, "public, max-age=30"));
    let (_, of_size, cache) = get(&app, &format!("/journal/checkpoint/{to}")).await;
    assert!(latest == of_size && cache.contains("immutable"));
    let (_, old, _) = get(&app, &format!("/journal/checkpoint/{from}")).await;
    let (old, new) = (keys.open(&old).expect("signed"), keys.open(&latest).expect("signed"));
    assert_eq!((old.size, new.size), (from, to));
    let (status, proof, _) = get(&app, &format!("/journal/consistency?from={from}&to={to}")).await;
    assert_eq!(status, StatusCode::OK);
    let proof: Consistency = serde_json::from_str(&proof).expect("a proof");
    assert_eq!(follows(&old, &new, Some(&proof)), Ok(()));
    for (path, expected) in [
        (format!("/journal/consistency?from={to}&to={from}"), StatusCode::NOT_FOUND),
        (format!("/journal/consistency?from={from}&to={}", to + 1), StatusCode::NOT_FOUND),
        (format!("/journal/consistency?from={from}"), StatusCode::BAD_REQUEST),
        (format!("/journal/checkpoint/{}", to + 1), StatusCode::NOT_FOUND),
        (format!("/journal/checkpoint/{}", u64::MAX), StatusCode::NOT_FOUND),
        ("/journal/checkpoint/x".to_owned(), StatusCode::NOT_FOUND),
        ("/journal".to_owned(), StatusCode::NOT_FOUND),
        ("/nope".to_owned(), StatusCode::NOT_FOUND),
    ] {
        let (status, body, _) = get(&app, &path).await;
        assert_eq!(status, expected, "{path}");
        assert!(status != StatusCode::NOT_FOUND || body.contains("\"code\":\"NOT_FOUND\""), "{path}: {body}");
    }
});
