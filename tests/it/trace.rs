//! Journal entries about access (codes, passwords, API keys and roles), and the people who are notified of them.

use crate::{
    both,
    support::{Client, Fields, Person, TestApp, ids},
};
use serde_json::{Value, json};
use service::testing::city;

const FIRST_PASSWORD: &str = "kata sandi yang panjang";
const SECOND_PASSWORD: &str = "kata sandi yang lain lagi";

/// Numbers the entries written so far, as a running server does on its own.
async fn number_entries(app: &TestApp) {
    service::journal::sequence(&app.env).await.expect("numbers");
}

/// Issues a code for the outsider; returns it with the user name.
async fn issue(app: &TestApp) -> (String, Value) {
    let recipients = json!({ "recipients": { "staffIds": [ids::staff(Person::Outsider)] } });
    let admin = app.client(Person::Admin).await;
    let issued = admin.done("issueActivationCodes", "codes { code userName }", recipients).await;
    let code = issued.field("codes.0.code").as_str().expect("a code").to_owned();
    (code, issued.field("codes.0.userName").clone())
}

/// Logs in with a password; returns the client.
async fn log_in(app: &TestApp, user: &Value, password: &str) -> Client {
    let login = json!({ "user": user, "password": password });
    let login = app.anonymous().done("login", "accessToken", login).await;
    let mut client = app.anonymous();
    client.token = login["accessToken"].as_str().map(str::to_owned);
    client
}

/// The kinds and subjects of the entries about access that a reader of the journal sees.
async fn entries(client: &Client) -> Vec<Value> {
    let query = "{ events(first: 100) { nodes { kind subjectKind subjectId actor { id } change { reason before after } } } }";
    let events = client.ok(query, json!({})).await["events"]["nodes"].clone();
    let all = events.as_array().expect("entries").iter();
    all.filter(|entry| ["ACCOUNT", "API_KEY"].contains(&entry["subjectKind"].as_str().unwrap_or_default()))
        .cloned()
        .collect()
}

fn kinds(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["kind"].as_str().expect("a kind")).collect()
}

both!(codes_passwords_and_keys_are_journalled_without_secrets, |app| async move {
    let (code, user) = issue(&app).await;
    let activate = json!({ "code": code, "password": FIRST_PASSWORD });
    app.anonymous().done("activateAccount", "done", activate).await;
    let own = log_in(&app, &user, FIRST_PASSWORD).await;
    let change = json!({ "currentPassword": FIRST_PASSWORD, "newPassword": SECOND_PASSWORD });
    own.done("changePassword", "done", change).await;
    // A second code replaces a forgotten password.
    let (code, _) = issue(&app).await;
    app.anonymous()
        .done("activateAccount", "done", json!({ "code": code, "password": FIRST_PASSWORD }))
        .await;
    let admin = app.client(Person::Admin).await;
    let key = json!({ "name": "Dasbor", "orgUnitId": ids::unit(city::OFFICE) });
    let key = admin.done("createApiKey", "apiKeyId key", key).await;
    for _ in 0..2 {
        admin.done("revokeApiKey", "done", json!({ "apiKeyId": key["apiKeyId"] })).await;
    }
    number_entries(&app).await;

    let expected = [
        "ACTIVATION_CODE_ISSUED",
        "ACCOUNT_ACTIVATED",
        "PASSWORD_CHANGED",
        "ACTIVATION_CODE_ISSUED",
        "PASSWORD_CHANGED",
        "API_KEY_CREATED",
        "API_KEY_REVOKED",
    ];
    for who in [Person::Auditor, Person::Admin] {
        let found = entries(&app.client(who).await).await;
        assert_eq!(kinds(&found), expected, "{who:?}");
        let nothing = json!({ "reason": null, "before": null, "after": null });
        assert!(found.iter().all(|entry| entry["change"] == nothing), "{found:#?}");
        let by: Vec<&Value> = found.iter().map(|entry| entry.field("actor")).collect();
        let (admin, outsider) =
            (json!({ "id": ids::staff(Person::Admin) }), json!({ "id": ids::staff(Person::Outsider) }));
        let nobody = json!(null);
        assert_eq!(by, [&admin, &nobody, &outsider, &admin, &nobody, &admin, &admin]);
        assert_eq!(found[5]["subjectId"], key["apiKeyId"]);
    }
    // The performance team can read the journal, but not its entries about access.
    assert_eq!(kinds(&entries(&app.client(Person::Team).await).await), Vec::<&str>::new());
});

both!(the_person_concerned_is_notified_of_their_access, |app| async move {
    number_entries(&app).await;
    let query = "query($after: String) { updates(after: $after, first: 100) { nodes { kind actor { id } } pageInfo { endCursor } } }";
    let outsider = app.client(Person::Outsider).await;
    let after = outsider.ok(query, json!({})).await["updates"]["pageInfo"]["endCursor"].clone();
    let (code, user) = issue(&app).await;
    app.anonymous()
        .done("activateAccount", "done", json!({ "code": code, "password": FIRST_PASSWORD }))
        .await;
    let own = log_in(&app, &user, FIRST_PASSWORD).await;
    own.done(
        "changePassword",
        "done",
        json!({ "currentPassword": FIRST_PASSWORD, "newPassword": SECOND_PASSWORD }),
    )
    .await;
    let admin = app.client(Person::Admin).await;
    let grant = json!({
        "staffId": ids::staff(Person::Outsider), "role": "PERFORMANCE_TEAM", "orgUnitId": ids::unit(city::OTHER_OFFICE),
    });
    let granted = admin.done("grantRole", "roleGrant { id }", grant).await;
    admin
        .done("revokeRole", "roleGrant { id }", json!({ "roleGrantId": granted.field("roleGrant.id") }))
        .await;
    number_entries(&app).await;

    let own = log_in(&app, &user, SECOND_PASSWORD).await;
    let read = async |client: &Client| {
        let found = client.ok(query, json!({ "after": after })).await["updates"]["nodes"].clone();
        found.as_array().expect("updates").clone()
    };
    let expected =
        ["ACTIVATION_CODE_ISSUED", "ACCOUNT_ACTIVATED", "PASSWORD_CHANGED", "ROLE_GRANTED", "ROLE_REVOKED"];
    assert_eq!(kinds(&read(&own).await), expected, "updates about access include the person's own actions");
    for who in [Person::Stranger, Person::Employee] {
        assert_eq!(kinds(&read(&app.client(who).await).await), Vec::<&str>::new(), "{who:?}");
    }
});

// The performance team and the head of an office do not see who was granted which role there, so neither may the journal
// tell them.
both!(entries_of_roles_are_seen_by_those_who_see_the_grant, |app| async move {
    let admin = app.client(Person::Admin).await;
    let grant = json!({
        "staffId": ids::staff(Person::Peer), "role": "PERFORMANCE_TEAM", "orgUnitId": ids::unit(city::OFFICE),
    });
    let granted = admin.done("grantRole", "roleGrant { id }", grant).await;
    let id = granted.field("roleGrant.id").clone();
    admin.done("revokeRole", "roleGrant { id }", json!({ "roleGrantId": id })).await;
    number_entries(&app).await;
    let query = "query($unit: ID) { events(first: 100, filter: { orgUnitId: $unit }) { nodes { kind subjectId change { after } } } }";
    for (who, sees) in [
        (Person::Admin, true),
        (Person::Auditor, true),
        (Person::Team, false),
        (Person::Head, false),
        (Person::Manager, false),
    ] {
        let client = app.client(who).await;
        let of_unit = json!({ "unit": ids::unit(city::OFFICE) });
        for variables in [json!({}), of_unit] {
            let (_, answer) = client.send(query, variables).await;
            let found = answer["data"]["events"]["nodes"].as_array().cloned().unwrap_or_default();
            let of_role: Vec<&Value> = found.iter().filter(|entry| entry["subjectId"] == id).collect();
            let expected: &[&str] = if sees { &["ROLE_GRANTED", "ROLE_REVOKED"] } else { &[] };
            let kinds: Vec<&str> =
                of_role.iter().map(|entry| entry["kind"].as_str().expect("a kind")).collect();
            assert_eq!(kinds, expected, "{who:?}: {answer}");
            assert!(of_role.iter().all(|entry| entry["change"]["after"].is_object()), "{who:?}: {of_role:?}");
        }
        let (_, node) = client.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
        assert_eq!(node["data"]["node"]["id"] == id, sees, "{who:?}: {node}");
    }
});

both!(a_code_is_accepted_with_or_without_its_dashes, |app| async move {
    for write in [
        (|code| code) as fn(String) -> String,
        |code| code.replace('-', ""),
        |code| format!(" {} ", code.to_lowercase()),
        |code| code.replace('-', " "),
        |code| code.replace('-', "\u{2013}"),
        |code| code.replace('-', "\u{a0}- "),
    ] {
        let (code, _) = issue(&app).await;
        let typed = write(code);
        let activate = json!({ "code": typed, "password": FIRST_PASSWORD });
        app.anonymous().done("activateAccount", "done", activate).await;
    }
    let (code, _) = issue(&app).await;
    for wrong in [code[1..].to_owned(), format!("{code}A"), String::new()] {
        let activate = json!({ "code": wrong, "password": FIRST_PASSWORD });
        assert_eq!(app.anonymous().refused("activateAccount", "done", activate).await, "BAD_USER_INPUT");
    }
});

both!(the_core_values_come_with_their_behaviours_in_both_languages, |app| async move {
    let query = "{ criteria { code id: behaviours(locale: ID) en: behaviours(locale: EN) behaviours } }";
    let mut anonymous = app.anonymous();
    for language in ["id", "en"] {
        anonymous.language = language;
        let criteria = anonymous.ok(query, json!({})).await["criteria"].clone();
        let criteria = criteria.as_array().expect("criteria");
        assert_eq!(criteria.len(), 7);
        let of = |name: &str| {
            criteria.iter().flat_map(|one| one[name].as_array().expect("texts").clone()).collect::<Vec<_>>()
        };
        assert_eq!((of("id").len(), of("en").len()), (21, 21));
        assert!(of("id").iter().zip(of("en")).all(|(id, en)| *id != en));
        assert_eq!(of("behaviours"), of(language), "in the language of the request");
    }
});
