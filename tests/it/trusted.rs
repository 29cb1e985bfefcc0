//! Trusted documents through HTTP. With a manifest, people without a special role can run only its documents.

use crate::{
    both,
    support::{Client, Person, TestApp},
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use kinerja::http::{
    documents::Documents,
    settings::{AppSettings, Introspection},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tower::ServiceExt;

const WHO: &str = "query Who { viewer { roles } }";
const STREAM: &str = "subscription Stream { reviewUpdates { cursor } }";

fn id_of(text: &str) -> String {
    let digits: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

/// Returns the same database behind a server with a manifest.
fn with_manifest(app: &TestApp) -> TestApp {
    let manifest = json!({ id_of(WHO): WHO, id_of(STREAM): STREAM }).to_string();
    let documents = Documents::read(&manifest).expect("a manifest");
    let settings = AppSettings {
        introspection: Introspection::SignedIn,
        documents: Some(Arc::new(documents)),
        ..AppSettings::default()
    };
    app.behind(&settings)
}

/// Posts a body without changing it.
async fn post(client: &Client, path: &str, body: Value) -> (StatusCode, Value) {
    let accept = if path == "/graphql" { "application/graphql-response+json" } else { "text/event-stream" };
    let mut request =
        Request::post(path).header(header::CONTENT_TYPE, "application/json").header(header::ACCEPT, accept);
    if let Some(token) = &client.token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    answer(client, request.body(Body::from(body.to_string())).expect("a request")).await
}

async fn get(client: &Client, query: &str) -> (StatusCode, Value) {
    let token = client.token.as_deref().unwrap_or_default();
    let request = Request::get(format!("/graphql?{query}"))
        .header(header::ACCEPT, "application/graphql-response+json")
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    answer(client, request.body(Body::empty()).expect("a request")).await
}

async fn answer(client: &Client, request: Request<Body>) -> (StatusCode, Value) {
    let response = client.app.router.clone().oneshot(request).await.expect("an answer");
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.starts_with("text/event-stream")) {
        return (status, Value::Null);
    }
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, serde_json::from_slice(&bytes).expect("JSON"))
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

both!(without_a_manifest_any_document_runs_and_document_ids_are_refused, |app| async move {
    let employee = app.client(Person::Employee).await;
    employee.ok("{ viewer { roles } }", json!({})).await;
    let (status, answer) = post(&employee, "/graphql", json!({ "documentId": id_of(WHO) })).await;
    assert_eq!((status, code(&answer)), (StatusCode::UNPROCESSABLE_ENTITY, "DOCUMENT_REFUSED"), "{answer}");
    assert!(answer.get("data").is_none());
});

both!(a_trusted_document_runs_by_id, |app| async move {
    let app = with_manifest(&app);
    let employee = app.client(Person::Employee).await;
    let roles = json!({ "viewer": { "roles": ["EMPLOYEE"] } });
    let id = id_of(WHO);
    for named in [id.clone(), id.to_uppercase().replace("SHA256", "sha256"), id["sha256:".len()..].to_owned()]
    {
        let (_, answer) = post(&employee, "/graphql", json!({ "documentId": named })).await;
        assert_eq!(answer["data"], roles, "{named}: {answer}");
    }
    let (_, answer) = post(&employee, "/graphql", json!({ "documentId": id, "operationName": "Who" })).await;
    assert_eq!(answer["data"], roles);
    let (_, answer) = get(&employee, &format!("documentId={id}")).await;
    assert_eq!(answer["data"], roles, "{answer}");
    // The text of a trusted document works like its id.
    let (_, answer) = post(&employee, "/graphql", json!({ "query": WHO })).await;
    assert_eq!(answer["data"], roles);

    for (body, expected) in [
        (json!({ "documentId": id, "query": WHO }), "BAD_REQUEST"),
        (json!({ "documentId": 7 }), "BAD_REQUEST"),
        (json!({ "documentId": "" }), "DOCUMENT_REFUSED"),
        (json!({ "documentId": id_of("{ __typename }") }), "DOCUMENT_REFUSED"),
        (json!({ "documentId": id, "operationName": "Other" }), "OPERATION_RESOLUTION_FAILURE"),
        (json!({ "documentId": id_of(STREAM) }), "BAD_REQUEST"),
    ] {
        let (status, answer) = post(&employee, "/graphql", body.clone()).await;
        assert_eq!((status, code(&answer)), (StatusCode::UNPROCESSABLE_ENTITY, expected), "{body}: {answer}");
    }
    let (_, answer) = get(&employee, &format!("documentId={id}&query=%7Bviewer%7Broles%7D%7D")).await;
    assert_eq!(code(&answer), "BAD_REQUEST");
});

both!(with_a_manifest_only_special_roles_run_other_documents, |app| async move {
    let app = with_manifest(&app);
    let free = "{ viewer { roles } }";
    for (who, allowed) in [
        (Person::Employee, false),
        (Person::Manager, false),
        (Person::Head, false),
        (Person::Team, true),
        (Person::Admin, true),
        (Person::Auditor, true),
    ] {
        let client = app.client(who).await;
        let (status, answer) = post(&client, "/graphql", json!({ "query": free })).await;
        if allowed {
            assert_eq!(status, StatusCode::OK, "{who:?}: {answer}");
        } else {
            assert_eq!((status, code(&answer)), (StatusCode::FORBIDDEN, "OPERATION_NOT_ALLOWED"), "{who:?}");
        }
        // Introspection has its own setting.
        client.ok("{ __schema { queryType { name } } }", json!({})).await;
    }
    let anonymous = app.anonymous();
    assert_eq!(anonymous.error("{ criteria { id } }", json!({})).await, "OPERATION_NOT_ALLOWED");
    assert_eq!(anonymous.error(free, json!({})).await, "UNAUTHENTICATED");
    assert_eq!(anonymous.ok("{ __typename }", json!({})).await, json!({ "__typename": "Query" }));

    let admin = app.client(Person::Admin).await;
    let key =
        json!({ "name": "Dasbor", "orgUnitId": crate::support::ids::unit(service::testing::city::ROOT) });
    let key = admin.done("createApiKey", "key", key).await["key"].as_str().map(str::to_owned);
    let reporting = Client { token: key, ..app.anonymous() };
    reporting.ok("{ orgUnits(first: 1) { edges { node { id } } } }", json!({})).await;
});

both!(streams_also_require_trusted_documents, |app| async move {
    let app = with_manifest(&app);
    let employee = app.client(Person::Employee).await;
    let path = "/graphql/stream";
    let free = "subscription { reviewUpdates { cursor at } }";
    let (status, answer) = post(&employee, path, json!({ "query": free })).await;
    assert_eq!((status, code(&answer)), (StatusCode::FORBIDDEN, "OPERATION_NOT_ALLOWED"));
    let (status, answer) = post(&employee, path, json!({ "documentId": id_of("x") })).await;
    assert_eq!((status, code(&answer)), (StatusCode::UNPROCESSABLE_ENTITY, "DOCUMENT_REFUSED"));
    let (status, _) = post(&employee, path, json!({ "documentId": id_of(STREAM) })).await;
    assert_eq!(status, StatusCode::OK);
});

/// Written by Apollo's and Relay's own tools from the same selections: see the texts.
const MANIFESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/manifests");
const APOLLO_WHO: &str = "5a7d064677b92ed0be5aa73ba2cc3570590083b3dc04f317c3ff48299fc514d9";
const APOLLO_REVIEWS: &str = "c245459619407987c8cb29a3182f023f90759592ee4b2615027ccefcaf20b264";
/// relay-compiler's default is MD5.
const RELAY_WHO: &str = "d635bfc866f0eb8d0cef40af80ef5b6e";

fn persisted(id: &str) -> Value {
    json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": id } } })
}

both!(manifests_of_apollo_and_relay_are_trusted_together, |app| async move {
    let documents = Documents::load(std::path::Path::new(MANIFESTS)).expect("two manifests");
    let settings = AppSettings { documents: Some(Arc::new(documents)), ..AppSettings::default() };
    let app = app.behind(&settings);
    let employee = app.client(Person::Employee).await;
    let roles = json!(["EMPLOYEE"]);
    let printed = "query WhoQuery { viewer { roles staff { ...Who_person id __typename } __typename } }
        fragment Who_person on Staff { name __typename }";
    for body in [
        json!({ "documentId": APOLLO_WHO }),
        json!({ "documentId": RELAY_WHO }),
        persisted(APOLLO_WHO),
        persisted(RELAY_WHO),
        // The text as the app's author wrote it, as another client prints it, and printed with its hash in the
        // extension.
        json!({ "query": "query Who { viewer { roles staff { ...Person } } } fragment Person on Staff { name }" }),
        json!({ "query": printed }),
        json!({ "query": printed, "extensions": persisted(APOLLO_WHO)["extensions"] }),
    ] {
        let (status, answer) = post(&employee, "/graphql", body.clone()).await;
        assert_eq!(status, StatusCode::OK, "{body}: {answer}");
        assert_eq!(answer["data"]["viewer"]["roles"], roles, "{body}: {answer}");
    }
    let extensions = r#"%7B%22persistedQuery%22%3A%7B%22version%22%3A1%2C%22sha256Hash%22%3A%22ID%22%7D%7D"#;
    let (_, answer) = get(&employee, &format!("extensions={}", extensions.replace("ID", APOLLO_WHO))).await;
    assert_eq!(answer["data"]["viewer"]["roles"], roles, "{answer}");
    assert_eq!(code(&get(&employee, "variables=%7B%7D").await.1), "BAD_REQUEST");
    for stream in [json!({ "documentId": APOLLO_REVIEWS }), persisted(APOLLO_REVIEWS)] {
        assert_eq!(post(&employee, "/graphql/stream", stream).await.0, StatusCode::OK);
    }
    // A text with another selection is not trusted, and an unknown id is refused.
    let more = printed.replace("Staff { name", "Staff { name nip");
    assert_eq!(code(&post(&employee, "/graphql", json!({ "query": more })).await.1), "OPERATION_NOT_ALLOWED");
    for unknown in [persisted(&APOLLO_WHO.replace('5', "6")), json!({ "documentId": "Who" })] {
        assert_eq!(code(&post(&employee, "/graphql", unknown).await.1), "DOCUMENT_REFUSED");
    }
});
