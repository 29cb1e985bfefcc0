//! Subscriptions as multipart answers, as Apollo's clients for iOS and Kotlin read them.

use super::*;
use axum::{
    body::Body,
    http::{Request, header},
};
use tower::ServiceExt;

const ACCEPT: &str =
    "multipart/mixed;subscriptionSpec=1.0, application/graphql-response+json, application/json";

/// Posts a subscription. Returns the content type and the body, which must end.
async fn post(client: &Client, query: &str, variables: Value, headers: &[(&str, &str)]) -> (String, String) {
    let mut request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, ACCEPT)
        .header(header::AUTHORIZATION, format!("Bearer {}", client.token.as_deref().expect("a token")));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = json!({ "query": query, "variables": variables }).to_string();
    let request = request.body(Body::from(body)).expect("a request");
    let response = client.app.router.clone().oneshot(request).await.expect("an answer");
    let kind = response.headers()[header::CONTENT_TYPE].to_str().expect("text").to_owned();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX);
    let body = timeout(PATIENCE, body).await.expect("in time").expect("a body");
    (kind, String::from_utf8(body.to_vec()).expect("text"))
}

/// The text of a multipart answer that ends.
pub(super) async fn streamed(
    app: &TestApp,
    client: &Client,
    query: &str,
    variables: Value,
    headers: &[(&str, &str)],
) -> String {
    let client = Client { app: app.clone(), ..client.clone() };
    let (kind, text) = post(&client, query, variables, headers).await;
    assert_eq!(kind, "multipart/mixed;boundary=\"graphql\";subscriptionSpec=1.0", "{text}");
    assert!(text.ends_with("\r\n--graphql--\r\n"), "{text}");
    text
}

/// The payloads of the parts, without heartbeats.
fn payloads(text: &str) -> Vec<Value> {
    let parts = text.split("\r\n--graphql").filter_map(|part| part.split_once("\r\n\r\n"));
    let parts = parts.map(|(_, json)| serde_json::from_str::<Value>(json).expect("JSON"));
    parts.filter(|part| *part != json!({})).collect()
}

both!(missed_and_new_items_come_as_parts, |app| async move {
    let server = start_server(&app).await;
    let owner = server.client(&app, Person::Employee).await;
    let plan = draft(&owner, Person::Employee, &[row("Laporan")]).await;
    let reading = {
        let (app, owner) = (app.clone(), owner.clone());
        let variables = json!({ "plan": plan["id"], "after": "start", "first": 2 });
        tokio::spawn(async move { streamed(&app, &owner, OF_PLAN, variables, &[]).await })
    };
    until("the stream follows", || journal_progress(&app.env).1 == 1).await;
    owner.act(&PLAN, "submitPlan", &plan, json!({})).await;
    let items = payloads(&reading.await.expect("a body"));
    let kinds: Vec<&Value> =
        items.iter().map(|item| &item["payload"]["data"]["planUpdates"]["kind"]).collect();
    assert_eq!(kinds, ["PLAN_CREATED", "PLAN_SUBMITTED"]);
    // A client resumes after the cursor of an item.
    let cursor = &items[0]["payload"]["extensions"]["cursor"];
    let variables = json!({ "plan": plan["id"], "after": cursor, "first": 1 });
    let again = payloads(&streamed(&app, &owner, OF_PLAN, variables, &[]).await);
    assert_eq!(again.len(), 1);
    assert_eq!(again[0]["payload"]["data"], items[1]["payload"]["data"]);
});

both!(a_plan_that_is_not_visible_is_an_error_of_the_stream, |app| async move {
    let owner = app.client(Person::Employee).await;
    let plan = draft(&owner, Person::Employee, &[row("Laporan")]).await;
    let stranger = app.client(Person::Outsider).await;
    let text = streamed(&app, &stranger, OF_PLAN, json!({ "plan": plan["id"] }), &[]).await;
    let parts = payloads(&text);
    assert_eq!((parts.len(), parts[0].field("payload")), (1, &Value::Null), "{text}");
    assert_eq!(parts[0]["errors"][0]["extensions"]["code"], "NOT_FOUND");
});
