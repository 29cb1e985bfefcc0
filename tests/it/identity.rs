//! Logins, sessions, activation codes, roles and API keys through HTTP.

use crate::{
    both,
    support::{Fields, Person, TestApp},
};
use futures_util::future::join_all;
use kinerja::http::settings::AppSettings;
use serde_json::{Value, json};
use service::testing::city;

const VIEWER: &str = "{ viewer { roles } }";

fn staff_id(app: &TestApp, who: Person) -> String {
    let _ = app;
    global(3, who.staff().0)
}

both!(revoking_a_session_and_changing_the_password_end_access, |app| async move {
    let (old, new) = ("kata sandi yang panjang", "kata sandi yang lain lagi");
    let user = activate(&app, Person::Employee, old).await;
    let log_in = async |password: &str| {
        let login = app
            .anonymous()
            .mutate_and_replay("login", LOGIN, json!({ "user": user, "password": password }))
            .await;
        let mut client = app.anonymous();
        client.token = login["accessToken"].as_str().map(str::to_owned);
        client
    };
    let (phone, desk) = (log_in(old).await, log_in(old).await);
    let sessions = desk.ok("{ viewer { sessions { id current } } }", json!({})).await;
    let other = sessions["viewer"]["sessions"].as_array().expect("sessions").iter();
    let other = other.clone().find(|session| session["current"] == false).expect("the phone's session");
    desk.done("revokeSession", "done", json!({ "sessionId": other["id"] })).await;
    assert_eq!(phone.error(VIEWER, json!({})).await, "UNAUTHENTICATED");
    desk.ok(VIEWER, json!({})).await;

    let wrong = json!({ "currentPassword": new, "newPassword": new });
    assert_eq!(desk.refused("changePassword", "done", wrong).await, "BAD_USER_INPUT");
    desk.done("changePassword", "done", json!({ "currentPassword": old, "newPassword": new })).await;
    assert_eq!(desk.error(VIEWER, json!({})).await, "UNAUTHENTICATED");
    assert!(log_in(old).await.token.is_none());
    log_in(new).await.ok(VIEWER, json!({})).await;
});

/// Encodes a global id.
fn global(kind: u8, id: uuid::Uuid) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let mut bytes = vec![1, kind];
    bytes.extend_from_slice(id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

async fn activate(app: &TestApp, who: Person, password: &str) -> Value {
    let admin = app.client(Person::Admin).await;
    let issued = admin
        .done(
            "issueActivationCodes",
            "codes { code userName }",
            json!({ "recipients": { "staffIds": [staff_id(app, who)] } }),
        )
        .await;
    let code = issued["codes"][0].clone();
    let input = json!({ "code": code["code"], "password": password });
    app.anonymous().done("activateAccount", "done", input).await;
    code["userName"].clone()
}

const LOGIN: &str = "accessToken refreshToken expiresAt";

both!(activation_login_and_refresh_work_and_a_reused_refresh_token_ends_the_session, |app| async move {
    let password = "kata sandi yang panjang";
    let user = activate(&app, Person::Employee, password).await;
    let anonymous = app.anonymous();
    let login = anonymous.done("login", LOGIN, json!({ "user": user, "password": password })).await;
    let mut client = anonymous.clone();
    client.token = login["accessToken"].as_str().map(str::to_owned);
    assert_eq!(client.ok(VIEWER, json!({})).await["viewer"]["roles"], json!(["EMPLOYEE"]));

    let refresh = json!({ "refreshToken": login["refreshToken"] });
    let renewed = anonymous.done("refreshSession", LOGIN, refresh.clone()).await;
    assert_ne!(renewed.field("accessToken"), login.field("accessToken"));
    let sessions = {
        client.token = renewed["accessToken"].as_str().map(str::to_owned);
        client.ok("{ viewer { sessions { id current } } }", json!({})).await
    };
    assert_eq!(sessions["viewer"]["sessions"].as_array().map(Vec::len), Some(1));
    assert_eq!(sessions["viewer"]["sessions"][0]["current"], json!(true));

    // The first refresh token was already used: using it again means theft and ends the session.
    let again = "mutation($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken } }";
    assert_eq!(anonymous.error(again, json!({ "input": refresh })).await, "UNAUTHENTICATED");
    assert_eq!(client.error(VIEWER, json!({})).await, "UNAUTHENTICATED");
});

/// Activates an account and logs in; returns the tokens.
async fn login(app: &TestApp) -> Value {
    let password = "kata sandi yang panjang";
    let user = activate(app, Person::Employee, password).await;
    app.anonymous().done("login", LOGIN, json!({ "user": user, "password": password })).await
}

async fn refresh(app: &TestApp, tokens: &Value) -> Result<Value, String> {
    const AGAIN: &str = "mutation($input: RefreshSessionInput!) { refreshSession(input: $input) {
        accessToken refreshToken } }";
    let input = json!({ "input": { "refreshToken": tokens["refreshToken"] } });
    let (_, answer) = app.anonymous().send(AGAIN, input).await;
    match answer["errors"][0]["extensions"]["code"].as_str() {
        Some(code) => Err(code.to_owned()),
        None => Ok(answer["data"]["refreshSession"].clone()),
    }
}

/// Whether the access token is valid.
async fn is_good(app: &TestApp, tokens: &Value) -> bool {
    let mut client = app.anonymous();
    client.token = tokens["accessToken"].as_str().map(str::to_owned);
    match &client.send(VIEWER, json!({})).await.1 {
        answer if answer.get("errors").is_none() => {
            assert_eq!(answer["data"]["viewer"]["roles"], json!(["EMPLOYEE"]));
            true
        }
        answer => {
            assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
            false
        }
    }
}

both!(a_refresh_can_be_repeated_if_the_response_was_lost, |app| async move {
    let first = login(&app).await;
    let lost = refresh(&app, &first).await.expect("tokens");
    let got = refresh(&app, &first).await.expect("tokens once more");
    assert!(!is_good(&app, &lost).await, "the tokens of the lost response are invalid");
    assert!(is_good(&app, &got).await);
    // The client has received the response, so the previous refresh token is invalid; using it again means theft.
    assert_eq!(refresh(&app, &first).await, Err("UNAUTHENTICATED".to_owned()));
    assert!(!is_good(&app, &got).await, "the session has ended");
    assert_eq!(refresh(&app, &got).await, Err("UNAUTHENTICATED".to_owned()));
});

both!(an_older_refresh_token_ends_the_session, |app| async move {
    let first = login(&app).await;
    let second = refresh(&app, &first).await.expect("tokens");
    let third = refresh(&app, &second).await.expect("tokens");
    let fourth = refresh(&app, &third).await.expect("tokens");
    // The client has used no access token; only the later refreshes show that it received the responses.
    assert_eq!(refresh(&app, &first).await, Err("UNAUTHENTICATED".to_owned()));
    assert!(!is_good(&app, &fourth).await);
});

both!(a_refresh_repeated_after_the_grace_period_ends_the_session, |app| async move {
    let mut app = app;
    app.env.refresh_grace = chrono::Duration::milliseconds(-1);
    let app = app.behind(&AppSettings::default());
    let first = login(&app).await;
    let second = refresh(&app, &first).await.expect("tokens");
    assert_eq!(refresh(&app, &first).await, Err("UNAUTHENTICATED".to_owned()));
    assert!(!is_good(&app, &second).await);
});

both!(two_simultaneous_refreshes_keep_the_session, |app| async move {
    let first = login(&app).await;
    let both = tokio::join!(refresh(&app, &first), refresh(&app, &first));
    let both = [both.0.expect("tokens"), both.1.expect("tokens")];
    let good = [is_good(&app, &both[0]).await, is_good(&app, &both[1]).await];
    assert_eq!(good.iter().filter(|good| **good).count(), 1, "only the tokens issued last are valid");
});

both!(simultaneous_requests_with_one_token_share_one_lookup, |app| async move {
    const NOTHING: &str = "{ viewer { __typename } }";
    let mut counts = Vec::new();
    for requests in [1, 40] {
        let client = app.client(Person::Employee).await;
        let before = app.env.db().statements();
        join_all((0..requests).map(|_| client.ok(NOTHING, json!({})))).await;
        counts.push(app.env.db().statements() - before);
    }
    assert_eq!(counts[0], counts[1], "one token lookup for all simultaneous requests");
});

both!(login_returns_the_person_who_logged_in, |app| async move {
    let password = "kata sandi yang panjang";
    let user = activate(&app, Person::Employee, password).await;
    let viewer = "refreshToken viewer { roles staff { id nip } sessions { current } }";
    // The viewer is the person who logged in, regardless of the token in the header.
    for client in [app.anonymous(), app.client(Person::Admin).await] {
        let input = json!({ "user": user, "password": password });
        let login = client.done("login", viewer, input).await;
        assert_eq!(login["viewer"]["staff"]["id"], staff_id(&app, Person::Employee));
        assert_eq!(
            login["viewer"]["staff"]["nip"].as_str(),
            Person::Employee.nip().as_deref(),
            "one's own NIP"
        );
        assert_eq!(login["viewer"]["roles"], json!(["EMPLOYEE"]));
        let refresh = json!({ "refreshToken": login["refreshToken"] });
        let renewed = client.done("refreshSession", viewer, refresh).await;
        assert_eq!(renewed["viewer"], login["viewer"]);
    }
    let wrong = app
        .anonymous()
        .mutate_and_replay("login", viewer, json!({ "user": user, "password": "salah salah" }))
        .await;
    assert_eq!(wrong.field("viewer"), &Value::Null);
});

both!(a_token_is_invalid_after_logout, |app| async move {
    let client = app.client(Person::Employee).await;
    client.ok(VIEWER, json!({})).await;
    client.done("logout", "done", json!({})).await;
    assert_eq!(client.error(VIEWER, json!({})).await, "UNAUTHENTICATED");
    // Public fields still work with an invalid token: an app may refresh with the old token in its header.
    client.ok("{ serviceConfig { version } }", json!({})).await;
});

both!(an_unknown_user_and_a_wrong_password_give_the_same_error, |app| async move {
    let user = activate(&app, Person::Employee, "kata sandi yang panjang").await;
    let anonymous = app.anonymous();
    let wrong = anonymous
        .mutate_and_replay("login", LOGIN, json!({ "user": user, "password": "salah salah salah" }))
        .await;
    let unknown = anonymous
        .mutate_and_replay("login", LOGIN, json!({ "user": "nobody", "password": "salah salah salah" }))
        .await;
    assert_eq!(wrong, unknown);
    assert_eq!(wrong["errors"][0]["code"], "BAD_USER_INPUT");
});

both!(repeated_failed_logins_are_rate_limited, |app| async move {
    let anonymous = app.anonymous();
    let input = json!({ "user": "employee", "password": "salah salah salah" });
    for _ in 0..5 {
        assert_eq!(anonymous.refused("login", LOGIN, input.clone()).await, "BAD_USER_INPUT");
    }
    let document = "mutation($input: LoginInput!) { login(input: $input) { accessToken } }";
    assert_eq!(anonymous.error(document, json!({ "input": input })).await, "RATE_LIMITED");
});

both!(granting_and_revoking_a_role_can_be_replayed, |app| async move {
    let admin = app.client(Person::Admin).await;
    let input = json!({
        "staffId": staff_id(&app, Person::Peer),
        "role": "AUDITOR",
        "orgUnitId": global(1, city::ROOT.0),
        "idempotencyKey": "5b0e4f0e-6a53-4d0c-9f7b-3a8a3f0f5f10",
    });
    let granted = admin.done("grantRole", "roleGrant { id role version }", input.clone()).await;
    let replayed = admin.done("grantRole", "roleGrant { id role version }", input.clone()).await;
    assert_eq!(granted, replayed);
    let peer = app.client(Person::Peer).await;
    assert_eq!(peer.ok(VIEWER, json!({})).await["viewer"]["roles"], json!(["EMPLOYEE", "AUDITOR"]));

    let mut other = input;
    other["role"] = json!("ADMIN");
    let document = "mutation($input: GrantRoleInput!) { grantRole(input: $input) { roleGrant { id } } }";
    assert_eq!(admin.error(document, json!({ "input": other })).await, "KEY_REUSED");

    let grant = granted["roleGrant"]["id"].clone();
    let revoked =
        admin.done("revokeRole", "roleGrant { revokedAt version }", json!({ "roleGrantId": grant })).await;
    assert_eq!(revoked["roleGrant"]["version"], 2);
    assert_eq!(peer.ok(VIEWER, json!({})).await["viewer"]["roles"], json!(["EMPLOYEE"]));
});

both!(only_admins_can_grant_roles, |app| async move {
    let employee = app.client(Person::Employee).await;
    let input = json!({ "staffId": staff_id(&app, Person::Employee), "role": "ADMIN", "orgUnitId": global(1, city::ROOT.0) });
    let document = "mutation($input: GrantRoleInput!) { grantRole(input: $input) { roleGrant { id } } }";
    assert_eq!(employee.refused("grantRole", "roleGrant { id }", input.clone()).await, "FORBIDDEN");
    assert_eq!(app.anonymous().error(document, json!({ "input": input })).await, "UNAUTHENTICATED");
});

// Unit admins can't gain access to the whole agency through the people of their unit.
both!(admins_cannot_grant_more_than_they_have, |app| async move {
    let admin = app.client(Person::Admin).await;
    let role = |who, role: &str, unit: domain::id::UnitId| json!({ "staffId": staff_id(&app, who), "role": role, "orgUnitId": global(1, unit.0) });
    admin.done("grantRole", "roleGrant { id }", role(Person::Head, "ADMIN", city::OFFICE)).await;
    let head = app.client(Person::Head).await;
    let auditor = role(Person::Peer, "AUDITOR", city::SECTION);
    assert_eq!(head.refused("grantRole", "roleGrant { id }", auditor.clone()).await, "FORBIDDEN");
    let codes = json!({ "recipients": { "staffIds": [staff_id(&app, Person::Peer)] } });
    head.done("issueActivationCodes", "codes { userName }", codes.clone()).await;
    admin.done("grantRole", "roleGrant { id }", auditor).await;
    assert_eq!(head.refused("issueActivationCodes", "codes { userName }", codes).await, "FORBIDDEN");
    let unit = json!({ "recipients": { "orgUnitId": global(1, city::OFFICE.0) } });
    let selection = "codes { name } leftOut { staffId name errors { code message ... on AnotherPersonError { whoCan { id } } } }";
    let issued = head.done("issueActivationCodes", selection, unit).await;
    let left_out = issued["leftOut"].as_array().expect("people");
    let peer = left_out.iter().find(|one| one["name"] == "Peer Contoh").expect("named");
    assert_eq!(peer["staffId"], staff_id(&app, Person::Peer));
    let error = &peer["errors"][0];
    assert!(error["message"].as_str().is_some_and(|text| text.contains("Admin Contoh")), "{error}");
    assert_eq!(error["whoCan"], json!([{ "id": staff_id(&app, Person::Admin) }]), "{error}");
    let names: Vec<_> = issued["codes"].as_array().expect("codes").iter().map(|code| &code["name"]).collect();
    assert!(
        names.contains(&&json!("Employee Contoh")) && !names.contains(&&json!("Peer Contoh")),
        "{names:?}"
    );
});

both!(an_api_key_works_until_revoked, |app| async move {
    let admin = app.client(Person::Admin).await;
    let created = admin
        .done(
            "createApiKey",
            "apiKeyId key",
            json!({ "name": "Dasbor", "orgUnitId": global(1, city::ROOT.0) }),
        )
        .await;
    let mut tool = app.anonymous();
    tool.token = created["key"].as_str().map(str::to_owned);
    let units = "{ orgUnits(first: 1) { totalCount } }";
    tool.ok(units, json!({})).await;
    assert_eq!(tool.error(VIEWER, json!({})).await, "FORBIDDEN");
    admin.done("revokeApiKey", "done", json!({ "apiKeyId": created["apiKeyId"] })).await;
    assert_eq!(tool.error(units, json!({})).await, "UNAUTHENTICATED");
});
