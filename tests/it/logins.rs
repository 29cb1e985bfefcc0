//! Logins through HTTP: device tokens, the client's address behind proxies, and passwords that are refused.

use crate::{
    both,
    support::{Person, TestApp, global},
};
use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Request, header},
};
use kinerja::http::{listen::Peer, settings::AppSettings};
use serde_json::{Value, json};
use tower::ServiceExt;

const PASSWORD: &str = "kata sandi yang panjang";
const WRONG: &str = "salah salah salah";
const LOGIN: &str = "mutation($input: LoginInput!) { login(input: $input) {
    accessToken refreshToken deviceToken errors { code } } }";

/// Sends a document from an address, with headers as a proxy adds them; returns status, `Retry-After` and body.
async fn send_from(
    app: &TestApp,
    peer: &str,
    headers: &[(&'static str, &str)],
    query: &str,
    input: Value,
) -> (u16, Option<String>, Value) {
    let body = json!({ "query": query, "variables": { "input": input } }).to_string();
    let mut request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/graphql-response+json")
        .extension(ConnectInfo(Peer(format!("{peer}:4711").parse().expect("an address"))));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body)).expect("a request");
    let response = app.router.clone().oneshot(request).await.expect("an answer");
    let status = response.status().as_u16();
    let retry = response.headers().get(header::RETRY_AFTER).map(|it| it.to_str().expect("text").to_owned());
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, retry, serde_json::from_slice(&bytes).expect("JSON"))
}

/// The code of the outcome of a login: OK, or that of the payload's or the answer's first error.
fn code(answer: &Value) -> &str {
    let failed = answer["errors"][0]["extensions"]["code"].as_str();
    failed.or(answer["data"]["login"]["errors"][0]["code"].as_str()).unwrap_or("OK")
}

async fn outcome(app: &TestApp, peer: &str, headers: &[(&'static str, &str)], user: &str) -> String {
    let input = json!({ "user": user, "password": WRONG });
    code(&send_from(app, peer, headers, LOGIN, input).await.2).to_owned()
}

/// Activates the account of a person with a password; returns the payload.
async fn activate(app: &TestApp, who: Person, password: &str) -> Value {
    let admin = app.client(Person::Admin).await;
    let input = json!({ "recipients": { "staffIds": [global(3, who.staff().0)] } });
    let issued = admin.done("issueActivationCodes", "codes { code }", input).await;
    let input = json!({ "code": issued["codes"][0]["code"], "password": password });
    app.anonymous().mutate_once("activateAccount", "done", input).await
}

both!(a_device_token_ends_with_its_session_or_the_password, |app| async move {
    let app = app.behind(&AppSettings::default());
    assert_eq!(activate(&app, Person::Employee, PASSWORD).await["errors"], json!([]));
    let log_in = async |device: &Value| {
        let input = json!({ "user": "employee", "password": PASSWORD, "deviceToken": device });
        send_from(&app, "198.51.100.1", &[], LOGIN, input).await.2["data"]["login"].clone()
    };
    let (phone, desk) = (log_in(&Value::Null).await, log_in(&Value::Null).await);
    assert_ne!(phone["deviceToken"], desk["deviceToken"]);
    // An unknown token is ignored: the device gets a new one.
    let known = async |session: &Value| {
        log_in(&session["deviceToken"]).await["deviceToken"] == session["deviceToken"]
    };
    let client = |session: &Value| {
        let mut client = app.anonymous();
        client.token = session["accessToken"].as_str().map(str::to_owned);
        client
    };
    assert!(known(&phone).await && known(&desk).await, "a login keeps the token");

    client(&phone).done("logout", "done", json!({})).await;
    assert!(known(&phone).await, "a logout keeps it too");

    let lost = log_in(&phone["deviceToken"]).await;
    let sessions = client(&lost).ok("{ viewer { sessions { id current } } }", json!({})).await;
    let sessions = sessions["viewer"]["sessions"].as_array().expect("sessions").clone();
    let current = sessions.iter().find(|session| session["current"] == true).expect("the session");
    client(&desk).done("revokeSession", "done", json!({ "sessionId": current["id"] })).await;
    assert!(!known(&phone).await, "a revoked session ends its device token");
    assert!(known(&desk).await, "but no other");

    let wrong = json!({ "currentPassword": WRONG, "newPassword": "kata sandi yang lain lagi" });
    for _ in 0..5 {
        assert_eq!(client(&desk).refused("changePassword", "done", wrong.clone()).await, "BAD_USER_INPUT");
    }
    let change = "mutation($input: ChangePasswordInput!) { changePassword(input: $input) { done } }";
    assert_eq!(client(&desk).error(change, json!({ "input": wrong })).await, "RATE_LIMITED");
    let input = json!({ "user": "employee", "password": PASSWORD, "deviceToken": desk["deviceToken"] });
    let (_, _, limited) = send_from(&app, "198.51.100.1", &[], LOGIN, input).await;
    assert_eq!(code(&limited), "RATE_LIMITED", "a login of the device counts with its password changes");

    let other = log_in(&Value::Null).await;
    let right = json!({ "currentPassword": PASSWORD, "newPassword": "kata sandi yang lain lagi" });
    client(&other).done("changePassword", "done", right).await;
    for session in [&phone, &desk, &other] {
        let input = json!({ "user": "employee", "password": "kata sandi yang lain lagi",
            "deviceToken": session["deviceToken"] });
        let renewed = send_from(&app, "198.51.100.1", &[], LOGIN, input).await.2["data"]["login"].clone();
        assert_eq!(renewed["errors"], json!([]));
        assert_ne!(renewed["deviceToken"], session["deviceToken"], "a new password ends all device tokens");
    }
});

both!(a_rate_limited_login_is_not_counted_and_gives_the_time_to_wait, |app| async move {
    for _ in 0..5 {
        assert_eq!(outcome(&app, "203.0.113.1", &[], "employee").await, "BAD_USER_INPUT");
    }
    for _ in 0..30 {
        let input = json!({ "user": "EMPLOYEE", "password": WRONG });
        let (_, _, answer) = send_from(&app, "203.0.113.200", &[], LOGIN, input).await;
        assert_eq!(code(&answer), "RATE_LIMITED", "{answer:#}");
        let seconds = answer["errors"][0]["extensions"]["retryAfterSeconds"].as_i64().expect("seconds");
        assert!((600..=900).contains(&seconds), "{seconds}");
    }
    // The thirty refusals did not use up the twenty failures of the block.
    assert_eq!(outcome(&app, "203.0.113.1", &[], "peer").await, "BAD_USER_INPUT");
});

both!(only_trusted_proxies_give_the_address_of_a_client, |app| async move {
    let trusting = AppSettings {
        trusted_proxies: serde_json::from_value(json!("10.0.0.0/8")).expect("a list"),
        ..AppSettings::default()
    };
    let behind = app.behind(&trusting);
    let by = |client: &'static str| [("x-forwarded-for", client)];
    // Each client behind the trusted proxy has its own limit; addresses that the client wrote do not count.
    for _ in 0..5 {
        assert_eq!(
            outcome(&behind, "10.0.0.1", &by("192.0.2.1, 198.51.100.1"), "employee").await,
            "BAD_USER_INPUT"
        );
    }
    assert_eq!(
        outcome(&behind, "10.0.0.2", &by("192.0.2.99, 198.51.100.7"), "employee").await,
        "RATE_LIMITED"
    );
    let forwarded = [("forwarded", "for=192.0.2.1, for=\"198.51.100.7:80\"")];
    assert_eq!(outcome(&behind, "10.0.0.2", &forwarded, "employee").await, "RATE_LIMITED");
    assert_eq!(outcome(&behind, "10.0.0.1", &by("198.51.101.1"), "employee").await, "BAD_USER_INPUT");
    // Anyone else can write into these headers, so they don't count.
    for number in 0..5 {
        let spoofed = format!("192.0.{number}.1");
        let headers = [("x-forwarded-for", spoofed.as_str()), ("forwarded", "for=192.0.2.77")];
        assert_eq!(outcome(&behind, "203.0.113.1", &headers, "peer").await, "BAD_USER_INPUT");
    }
    assert_eq!(outcome(&behind, "203.0.113.1", &by("192.0.99.1"), "peer").await, "RATE_LIMITED");
    // Negative control: without the setting, all clients of the proxy are one.
    for number in 0..5 {
        let client = format!("192.0.{number}.1");
        let header = [("x-forwarded-for", client.as_str())];
        assert_eq!(outcome(&app, "10.9.0.1", &header, "manager").await, "BAD_USER_INPUT");
    }
    assert_eq!(outcome(&app, "10.9.0.1", &by("192.0.99.1"), "manager").await, "RATE_LIMITED");
});

both!(common_passwords_are_refused, |app| async move {
    let nip = Person::Employee.nip().expect("a NIP");
    for bad in ["Password123!", "qwertyuiop12", "indonesia123", nip.as_str(), "Employee Contoh"] {
        let refused = activate(&app, Person::Employee, bad).await;
        assert_eq!(refused["errors"][0]["code"], "BAD_USER_INPUT", "{bad}");
        assert_eq!(refused["errors"][0]["path"], json!(["password"]), "{bad}");
        assert!(refused["errors"][0]["message"].as_str().expect("text").contains("easy to guess"), "{bad}");
    }
    // A refused password does not use up the code.
    let admin = app.client(Person::Admin).await;
    let input = json!({ "recipients": { "staffIds": [global(3, Person::Peer.staff().0)] } });
    let issued = admin.done("issueActivationCodes", "codes { code }", input).await;
    let code = issued["codes"][0]["code"].clone();
    let input = |password: &str| json!({ "code": code, "password": password });
    let anonymous = app.anonymous();
    assert_eq!(anonymous.refused("activateAccount", "done", input("password1234")).await, "BAD_USER_INPUT");
    anonymous.done("activateAccount", "done", input(PASSWORD)).await;

    let login = anonymous.done("login", "accessToken", json!({ "user": "peer", "password": PASSWORD })).await;
    let mut peer = app.anonymous();
    peer.token = login["accessToken"].as_str().map(str::to_owned);
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "password1234" });
    let refused = peer.mutate_once("changePassword", "done", change).await;
    assert_eq!(refused["errors"][0]["path"], json!(["newPassword"]));
    peer.ok("{ viewer { roles } }", json!({})).await;
});
