//! Second factors: enrolment, logins with a code, recovery codes, removal, and the setting that makes them compulsory.

use crate::{
    both,
    support::{Client, Fields, Person, TestApp, ids},
};
use axum::{
    body::Body,
    http::{Request, header},
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use service::{
    identity::{self, Validity},
    testing::{city, forget_used_codes},
};
use totp_rs::{Builder, Secret, Totp};
use tower::ServiceExt;

const PASSWORD: &str = "kata sandi yang panjang";
const WRONG: &str = "000000";
const LOGIN: &str = "mutation($input: LoginInput!) { login(input: $input) {
    accessToken refreshToken secondFactorMissing viewer { id } errors { code path message } } }";

/// A person with a password, and later a second factor.
struct Owner {
    app: TestApp,
    user: Value,
    secret: Option<Totp>,
    recovery_codes: Vec<String>,
}

impl Owner {
    /// Activates the account of a person.
    async fn of(app: &TestApp, who: Person) -> Self {
        let recipients = json!({ "recipients": { "staffIds": [ids::staff(who)] } });
        let admin = app.client(Person::Admin).await;
        let issued = admin.done("issueActivationCodes", "codes { code userName }", recipients).await;
        let activate = json!({ "code": issued.field("codes.0.code"), "password": PASSWORD });
        app.anonymous().done("activateAccount", "done", activate).await;
        let user = issued.field("codes.0.userName").clone();
        Self { app: app.clone(), user, secret: None, recovery_codes: Vec::new() }
    }

    /// Logs in; returns the payload.
    async fn log_in_with(&self, password: &str, code: Option<&str>) -> Value {
        let input = json!({ "user": self.user, "password": password, "code": code });
        self.app.anonymous().ok(LOGIN, json!({ "input": input })).await["login"].clone()
    }

    async fn log_in(&self, code: Option<&str>) -> Value {
        self.log_in_with(PASSWORD, code).await
    }

    fn client(&self, login: &Value) -> Client {
        assert_eq!(login["errors"], json!([]));
        let mut client = self.app.anonymous();
        client.token = login["accessToken"].as_str().map(str::to_owned);
        client
    }

    /// Adds a second factor in a new session; returns its client.
    async fn enrol(&mut self) -> Client {
        let client = self.client(&self.log_in(None).await);
        self.start(&client).await;
        client.done("confirmSecondFactor", "done", json!({ "code": self.code() })).await;
        forget_used_codes(&self.app.env).await.expect("a reset");
        client
    }

    async fn start(&mut self, client: &Client) -> Value {
        let input = json!({ "currentPassword": PASSWORD });
        let started = client.done("startSecondFactor", "secret uri recoveryCodes", input).await;
        let secret = Secret::try_from_base32(started["secret"].as_str().expect("a secret")).expect("base32");
        self.secret = Some(Builder::new().with_secret(secret).build().expect("a secret"));
        let codes = started["recoveryCodes"].as_array().expect("codes").iter();
        self.recovery_codes = codes.map(|code| code.as_str().expect("a code").to_owned()).collect();
        started
    }

    /// The code that the app shows now, or some steps of 30 seconds later.
    fn code_after(&self, steps: i64) -> String {
        let seconds = service::env::machine_now().timestamp() + 30 * steps;
        let secret = self.secret.as_ref().expect("a second factor");
        secret.generate(u64::try_from(seconds).expect("a time")).to_string()
    }

    fn code(&self) -> String {
        self.code_after(0)
    }
}

/// The path of the only error of a login; no login then has tokens.
fn refused(login: &Value) -> &str {
    assert_eq!(login.field("accessToken"), &Value::Null);
    assert_eq!(login.field("viewer"), &Value::Null);
    assert_eq!(login["errors"].as_array().map(Vec::len), Some(1), "{login:#}");
    assert_eq!(login["errors"][0]["code"], "BAD_USER_INPUT");
    login["errors"][0]["path"][0].as_str().expect("a path")
}

both!(a_login_asks_for_a_code_once_enrolled_and_takes_each_once, |app| async move {
    let mut owner = Owner::of(&app, Person::Outsider).await;
    let client = owner.client(&owner.log_in(None).await);
    let wrong = json!({ "currentPassword": "salah salah salah" });
    assert_eq!(client.refused("startSecondFactor", "secret", wrong).await, "BAD_USER_INPUT");
    let early = json!({ "code": "123456" });
    assert_eq!(client.refused("confirmSecondFactor", "done", early).await, "BAD_USER_INPUT");
    let started = owner.start(&client).await;
    assert_eq!(started["secret"].as_str().map(str::len), Some(32), "160 bits in base32");
    let (secret, user) =
        (started["secret"].as_str().unwrap_or_default(), owner.user.as_str().unwrap_or_default());
    assert_eq!(started["uri"], format!("otpauth://totp/kinerja:{user}?secret={secret}&issuer=kinerja"));
    assert_eq!(owner.recovery_codes.len(), 10);
    // Not confirmed: the password is still enough. Starting again replaces the secret.
    assert_eq!(owner.log_in(None).await["errors"], json!([]));
    let first = owner.code();
    owner.start(&client).await;
    for wrong in [&first, WRONG] {
        assert_eq!(
            client.refused("confirmSecondFactor", "done", json!({ "code": wrong })).await,
            "BAD_USER_INPUT"
        );
    }
    let confirming = owner.code();
    // The client replays it: the same code confirms once more, without effect.
    client.done("confirmSecondFactor", "done", json!({ "code": confirming })).await;
    let again = json!({ "currentPassword": PASSWORD });
    assert_eq!(client.refused("startSecondFactor", "secret", again).await, "BAD_USER_INPUT");

    assert_eq!(refused(&owner.log_in(None).await), "code");
    assert_eq!(refused(&owner.log_in(Some(" ")).await), "code");
    assert_eq!(refused(&owner.log_in(Some(WRONG)).await), "code");
    assert_eq!(refused(&owner.log_in(Some(&confirming)).await), "code", "used for the confirmation");
    let next = owner.code_after(1);
    let spaced = format!("{} {}", &next[..3], &next[3..]);
    assert_eq!(owner.log_in(Some(&spaced)).await["errors"], json!([]), "control: the next code");
    assert_eq!(refused(&owner.log_in(Some(&next)).await), "code", "used");
    forget_used_codes(&app.env).await.expect("a reset");
    assert_eq!(refused(&owner.log_in(Some(&owner.code_after(3))).await), "code", "too early");
    assert_eq!(refused(&owner.log_in_with("salah salah salah", Some(&owner.code())).await), "user");
});

both!(a_recovery_code_works_once_and_secrets_stay_out_of_the_journal, |app| async move {
    let mut owner = Owner::of(&app, Person::Outsider).await;
    let client = owner.enrol().await;
    let code = owner.recovery_codes[3].to_lowercase().replace('-', " ");
    assert_eq!(owner.log_in(Some(&code)).await["errors"], json!([]));
    assert_eq!(refused(&owner.log_in(Some(&code)).await), "code", "used");
    assert_eq!(
        owner.log_in(Some(&owner.recovery_codes[4])).await["errors"],
        json!([]),
        "control: another one"
    );
    assert_eq!(owner.log_in(Some(&owner.code())).await["errors"], json!([]), "the app still works");
    forget_used_codes(&app.env).await.expect("a reset");
    client.done("removeSecondFactor", "done", json!({ "code": owner.code() })).await;

    service::journal::sequence(&app.env).await.expect("numbers");
    let expected =
        ["SECOND_FACTOR_ADDED", "RECOVERY_CODE_USED", "RECOVERY_CODE_USED", "SECOND_FACTOR_REMOVED"];
    let query = "{ events(first: 100) { nodes { kind subjectKind change { reason before after } } } }";
    let events = app.client(Person::Auditor).await.ok(query, json!({})).await["events"]["nodes"].clone();
    let about = |kinds: &Value| -> Vec<String> {
        let all = kinds.as_array().expect("entries").iter();
        let all = all.map(|one| one["kind"].as_str().expect("a kind").to_owned());
        all.filter(|kind| expected.contains(&kind.as_str())).collect()
    };
    assert_eq!(about(&events), expected);
    let nothing = json!({ "reason": null, "before": null, "after": null });
    let accounts = events.as_array().expect("entries").iter().filter(|one| one["subjectKind"] == "ACCOUNT");
    assert!(accounts.clone().count() >= 4 && accounts.clone().all(|one| one["change"] == nothing));
    // The person is notified of every change, even of those made in their name.
    let query = "{ updates(after: \"start\", first: 100) { nodes { kind } } }";
    let updates = client.ok(query, json!({})).await["updates"]["nodes"].clone();
    assert_eq!(about(&updates), expected);
    let others = app.client(Person::Stranger).await.ok(query, json!({})).await["updates"]["nodes"].clone();
    assert_eq!(about(&others), Vec::<String>::new());
});

both!(the_stored_secret_is_encrypted_for_its_account, |app| async move {
    let (mut one, mut other) =
        (Owner::of(&app, Person::Outsider).await, Owner::of(&app, Person::Employee).await);
    one.enrol().await;
    other.enrol().await;
    // People who can write to the database can't give an account a secret that they know.
    service::testing::swap_second_factors(&app.env).await.expect("a swap");
    assert_eq!(refused(&one.log_in(Some(&other.code())).await), "code");
    service::testing::swap_second_factors(&app.env).await.expect("a swap");
    assert_eq!(one.log_in(Some(&one.code())).await["errors"], json!([]), "control");
});

both!(wrong_codes_count_like_wrong_passwords, |app| async move {
    let mut owner = Owner::of(&app, Person::Outsider).await;
    owner.enrol().await;
    for _ in 0..7 {
        assert_eq!(refused(&owner.log_in(None).await), "code", "the client could not know: not counted");
    }
    for _ in 0..5 {
        assert_eq!(refused(&owner.log_in(Some(WRONG)).await), "code");
    }
    let right = json!({ "user": owner.user, "password": PASSWORD, "code": owner.code() });
    assert_eq!(app.anonymous().error(LOGIN, json!({ "input": right })).await, "RATE_LIMITED");
});

both!(one_code_opens_one_session_even_at_the_same_time, |app| async move {
    let mut owner = Owner::of(&app, Person::Outsider).await;
    owner.enrol().await;
    let code = owner.code();
    let logins = join_all((0..5).map(|_| owner.log_in(Some(&code)))).await;
    let opened = logins.iter().filter(|login| login["errors"] == json!([])).count();
    assert_eq!(opened, 1, "{logins:#?}");
});

both!(people_remove_their_own_with_a_code_and_admins_that_of_others, |app| async move {
    let (mut outsider, mut auditor) =
        (Owner::of(&app, Person::Outsider).await, Owner::of(&app, Person::Auditor).await);
    let own = outsider.enrol().await;
    auditor.enrol().await;
    for without in [json!({}), json!({ "code": WRONG }), json!({ "staffId": ids::staff(Person::Outsider) })] {
        assert_eq!(own.refused("removeSecondFactor", "done", without).await, "BAD_USER_INPUT");
    }
    assert_eq!(refused(&outsider.log_in(None).await), "code", "control: it is still there");
    let lost = json!({ "staffId": ids::staff(Person::Outsider) });
    for who in [Person::Employee, Person::Auditor, Person::Team] {
        let refusal = app.client(who).await.refused("removeSecondFactor", "done", lost.clone()).await;
        assert_eq!(refusal, "FORBIDDEN", "{who:?}");
    }
    let admin = app.client(Person::Admin).await;
    let list = "{ accounts(first: 100) { nodes { secondFactorSince staff { id } } } }";
    let since = async || {
        let accounts = admin.ok(list, json!({})).await["accounts"]["nodes"].clone();
        let accounts = accounts.as_array().expect("accounts").clone();
        accounts.iter().filter(|one| one["secondFactorSince"].is_string()).count()
    };
    assert_eq!(since().await, 2);
    admin.done("removeSecondFactor", "done", lost).await;
    assert_eq!(since().await, 1);
    assert_eq!(outsider.log_in(None).await["errors"], json!([]), "a password is enough again");
    assert_eq!(refused(&auditor.log_in(None).await), "code");
});

both!(a_returner_needs_a_new_second_factor, |app| async move {
    let mut owner = Owner::of(&app, Person::Outsider).await;
    owner.enrol().await;
    service::testing::reset_access_of(&app.env, Person::Outsider.staff()).await.expect("a reset");
    let owner = Owner::of(&app, Person::Outsider).await;
    assert_eq!(owner.log_in(None).await["errors"], json!([]));
});

both!(where_it_is_compulsory_a_session_without_one_can_only_add_it, |app| async move {
    let strict = app.with_env(|mut env| {
        env.second_factor_required = true;
        env
    });
    // Control: where it is optional, the same login is complete.
    let admin = Owner::of(&app, Person::Admin).await;
    let optional = admin.log_in(None).await;
    assert_eq!(optional["secondFactorMissing"], false);
    let mut admin = Owner { app: strict.clone(), ..admin };
    let login = admin.log_in(None).await;
    assert_eq!(login["secondFactorMissing"], true);
    assert_eq!(login.field("viewer"), &Value::Null);
    let client = admin.client(&login);
    // Everything else is refused: reads, changes, lists, exports, and streams.
    let viewer = "{ viewer { id } }";
    for query in [viewer, "{ reports { __typename } }", "{ serviceConfig { version } viewer { id } }"] {
        let (_, answer) = client.send(query, json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{query} {answer:#}");
        assert!(answer["errors"][0]["message"].as_str().is_some_and(|text| text.contains("second factor")));
    }
    let grant = json!({ "input": { "staffId": ids::staff(Person::Employee), "role": "ADMIN", "orgUnitId": ids::unit(city::OFFICE) } });
    let change = "mutation($input: GrantRoleInput!) { grantRole(input: $input) { errors { code } } }";
    assert_eq!(client.error(change, grant).await, "FORBIDDEN");
    let export = async |client: &Client| {
        let token = client.token.clone().expect("a token");
        let uri = format!("/exports/plan-completion.csv?unit={}&period=2026", ids::unit(city::OFFICE));
        let request = Request::get(uri).header(header::AUTHORIZATION, format!("Bearer {token}"));
        let request = request.body(Body::empty()).expect("a request");
        strict.router.clone().oneshot(request).await.expect("an answer").status().as_u16()
    };
    assert_eq!(export(&client).await, 403);
    let validity = async |client: &Client| {
        let token = client.token.clone().expect("a token");
        let found = identity::authenticate_uncached(&strict.env, &token).await.expect("a session");
        let credential = found.credential().expect("a session");
        identity::validity(&strict.env, &[credential]).await.expect("validity")[&credential]
    };
    assert_eq!(validity(&client).await, Validity::Ended, "no stream stays open");
    // A refresh does not give the session more rights.
    let refresh = "mutation($input: RefreshSessionInput!) { refreshSession(input: $input) {
        accessToken secondFactorMissing viewer { id } errors { code } } }";
    let input = json!({ "input": { "refreshToken": login["refreshToken"] } });
    let renewed = strict.anonymous().ok(refresh, input).await["refreshSession"].clone();
    assert_eq!(renewed["secondFactorMissing"], true);
    assert_eq!(renewed.field("viewer"), &Value::Null);
    let client = admin.client(&renewed);
    assert_eq!(client.error(viewer, json!({})).await, "FORBIDDEN");

    admin.start(&client).await;
    client.done("confirmSecondFactor", "done", json!({ "code": admin.code() })).await;
    client.ok(viewer, json!({})).await;
    assert_ne!(validity(&client).await, Validity::Ended);
    assert_ne!(export(&client).await, 403);
    forget_used_codes(&app.env).await.expect("a reset");
    let login = admin.log_in(Some(&admin.code())).await;
    assert_eq!(login["secondFactorMissing"], false);

    // People without such a role need none; once they have one, their session is as limited.
    let employee = Owner { app: strict.clone(), ..Owner::of(&app, Person::Outsider).await };
    let login = employee.log_in(None).await;
    assert_eq!(login["secondFactorMissing"], false);
    let own = employee.client(&login);
    own.ok(viewer, json!({})).await;
    let grant = json!({ "staffId": ids::staff(Person::Outsider), "role": "AUDITOR", "orgUnitId": ids::unit(city::ROOT) });
    client.done("grantRole", "roleGrant { id }", grant).await;
    assert_eq!(own.error(viewer, json!({})).await, "FORBIDDEN");
    assert_eq!(validity(&own).await, Validity::Ended);
});

both!(a_lost_key_for_secrets_locks_nobody_out, |app| async move {
    let mut owner = Owner::of(&app, Person::Employee).await;
    owner.enrol().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("secrets");
    // The server must not create a new key by itself, because people have second factors.
    let missing = service::identity::open_vault(&app.env, &file).await.expect_err("a lost key").to_string();
    assert!(missing.contains("of 1 people") && missing.contains("new-secrets-key"), "{missing}");
    assert!(!file.exists());
    assert_eq!(service::identity::replace_lost_vault(&app.env, &file).await.expect("a new key"), 1);
    assert!(service::identity::replace_lost_vault(&app.env, &file).await.is_err(), "it is there now");
    let vault = service::identity::open_vault(&app.env, &file).await.expect("the new key");
    owner.app = app.with_env(|env| env.with_vault(vault));
    let login = owner.log_in(Some(&owner.code())).await;
    assert_eq!(refused(&login), "code");
    let message = login["errors"][0]["message"].as_str().expect("a sentence");
    assert!(message.contains("its key is lost") && message.contains("recovery codes"), "{message}");
    let recovery = owner.recovery_codes[0].clone();
    assert_eq!(owner.log_in(Some(&recovery)).await["errors"], json!([]));
    assert_eq!(refused(&owner.log_in(Some(&recovery)).await), "code", "used up");
    let env = &owner.app.env;
    let operator = service::operator::Operator::of(env, service::testing::city::AGENCY).await.expect("one");
    let nip = Person::Employee.nip().expect("a NIP");
    assert!(operator.remove_second_factor(&nip).await.expect("removed"));
    assert!(!operator.remove_second_factor(&nip).await.expect("nothing to remove"));
    assert_eq!(owner.log_in(None).await["errors"], json!([]));
    let kinds = service::testing::audit::kinds(env).await.expect("entries");
    assert_eq!(kinds.iter().filter(|kind| *kind == "SECOND_FACTOR_REMOVED").count(), 1);
});
