//! Logins with ID tokens of an issuer that the tests start.

use crate::{
    both,
    powers::{another, codes, grant_admin, superior},
    support::{
        Client, Fields, Person, TestApp, ids,
        issuer::{APP, SigningKey, TestIssuer, token},
    },
};
use futures_util::future::join_all;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use service::identity::{Issuer, IssuerSettings};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::net::TcpListener;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring},
};

const LOGIN: &str = "mutation($input: LoginWithTokenInput!) { loginWithToken(input: $input) {
    accessToken deviceToken viewer { staff { id } } errors { code path message } } }";

fn settings(issuer: &TestIssuer) -> IssuerSettings {
    IssuerSettings {
        issuer: issuer.name(),
        client_ids: vec!["other-app".to_owned(), APP.to_owned()],
        nip_claim: Some("nip".to_owned()),
        external_id_claim: Some("pegawai".to_owned()),
        ca_file: None,
    }
}

/// A server that accepts tokens of the issuer, and reads its keys as often as it likes.
fn behind(app: &TestApp, settings: IssuerSettings, timeout: Duration, pause: Duration) -> TestApp {
    let issuer = Issuer::with_timing(settings, timeout, pause).expect("settings");
    app.with_env(|mut env| {
        env.issuer = Some(Arc::new(issuer));
        env
    })
}

/// A new issuer and a server that trusts it.
async fn agency(app: &TestApp) -> (TestIssuer, TestApp) {
    let issuer = TestIssuer::start().await;
    let app = behind(app, settings(&issuer), Duration::from_secs(5), Duration::ZERO);
    (issuer, app)
}

async fn nonce(app: &TestApp) -> String {
    let started = app.anonymous().done("startLogin", "nonce issuer clientIds expiresAt", json!({})).await;
    started["nonce"].as_str().expect("a nonce").to_owned()
}

/// Logs in with a token; returns the payload.
async fn log_in(app: &TestApp, token: &str) -> Value {
    app.anonymous().ok(LOGIN, json!({ "input": { "token": token } })).await["loginWithToken"].clone()
}

/// The sentence of a refused login.
fn refused(login: &Value) -> &str {
    assert_eq!(login.field("accessToken"), &Value::Null, "{login:#}");
    assert_eq!(login["errors"][0]["code"], "BAD_USER_INPUT");
    assert_eq!(login["errors"][0]["path"], json!(["token"]));
    login["errors"][0]["message"].as_str().expect("a sentence")
}

/// The person who is logged in.
fn who(login: &Value) -> &Value {
    assert_eq!(login["errors"], json!([]), "{login:#}");
    login.field("viewer.staff.id")
}

async fn forget_failures(app: &TestApp) {
    service::testing::forget_attempts(&app.env).await.expect("a reset");
}

fn client(app: &TestApp, login: &Value) -> Client {
    let mut client = app.anonymous();
    client.token = login["accessToken"].as_str().map(str::to_owned);
    client
}

both!(a_token_opens_a_session_of_the_person_with_its_nip, |app| async move {
    let off = app.anonymous().refused("startLogin", "nonce", json!({})).await;
    assert_eq!(off, "BAD_USER_INPUT", "without an issuer");
    let (issuer, app) = agency(&app).await;
    let nip = Person::Employee.nip().expect("a NIP");
    let first = issuer.claims("s-1", Some(&nip), &nonce(&app).await);
    let login = log_in(&app, &issuer.sign(&first)).await;
    assert_eq!(who(&login), &json!(ids::staff(Person::Employee)));
    let own = client(&app, &login);
    own.ok("{ viewer { sessions { id } } }", json!({})).await;
    // The session is like any other: it can be ended.
    own.done("logout", "done", json!({})).await;
    assert_eq!(own.error("{ viewer { id } }", json!({})).await, "UNAUTHENTICATED");

    // From now on the subject decides: without the NIP, and with a NIP that no one has.
    for nip in [None, Some("199001012015011999")] {
        let claims = issuer.claims("s-1", nip, &nonce(&app).await);
        assert_eq!(who(&log_in(&app, &issuer.sign(&claims)).await), &json!(ids::staff(Person::Employee)));
    }
    // Another subject without a NIP is nobody.
    let stranger = issuer.claims("s-2", None, &nonce(&app).await);
    assert!(refused(&log_in(&app, &issuer.sign(&stranger)).await).contains("No active person"));

    service::journal::sequence(&app.env).await.expect("numbers");
    let query = "{ events(first: 100) { nodes { kind change { before after } } } }";
    let events = app.client(Person::Auditor).await.ok(query, json!({})).await["events"]["nodes"].clone();
    let linked = events.as_array().expect("entries").iter().filter(|one| one["kind"] == "LOGIN_LINKED");
    let linked: Vec<&Value> = linked.collect();
    assert_eq!(linked.len(), 1);
    assert_eq!(linked[0]["change"], json!({ "before": null, "after": null }));
    let query = "{ updates(after: \"start\", first: 100) { nodes { kind } } }";
    let updates = app.client(Person::Employee).await.ok(query, json!({})).await["updates"]["nodes"].clone();
    assert_eq!(updates, json!([{ "kind": "LOGIN_LINKED" }]), "the person is notified");
});

both!(tokens_that_are_not_right_in_everything_are_refused, |app| async move {
    let (issuer, app) = agency(&app).await;
    let nip = Person::Employee.nip().expect("a NIP");
    let rsa = SigningKey::rsa("rsa");
    issuer.answer(|answers| answers.keys.push(rsa.public()));
    let now = service::env::machine_now().timestamp();
    let good = async || issuer.claims("s-1", Some(&nip), &nonce(&app).await);
    let with = async |name: &str, value: Value| {
        let mut claims = good().await;
        claims[name] = value;
        issuer.sign(&claims)
    };
    let without = async |name: &str| {
        let mut claims = good().await;
        claims.as_object_mut().expect("an object").remove(name);
        issuer.sign(&claims)
    };
    let header = |alg: &str, kid: &str| json!({ "alg": alg, "typ": "JWT", "kid": kid });
    let other = SigningKey::curve("first");
    let mut wrong: Vec<(&str, String)> = vec![
        ("no signature", token(&issuer.key, &header("none", "first"), &good().await)),
        ("NONE", token(&issuer.key, &header("None", "first"), &good().await)),
        ("HMAC with the public key", token(&issuer.key, &header("HS256", "first"), &good().await)),
        ("HMAC with the RSA key", token(&rsa, &header("HS256", "rsa"), &good().await)),
        ("an algorithm of another kind of key", token(&issuer.key, &header("RS256", "first"), &good().await)),
        ("an algorithm of another curve", token(&issuer.key, &header("ES384", "first"), &good().await)),
        ("another key of the same name", token(&other, &header("ES256", "first"), &good().await)),
        ("an unknown key", token(&SigningKey::curve("third"), &header("ES256", "third"), &good().await)),
        (
            "a key in the header",
            token(&other, &json!({ "alg": "ES256", "kid": "first", "jwk": other.public() }), &good().await),
        ),
        (
            "an access token",
            token(&issuer.key, &json!({ "alg": "ES256", "kid": "first", "typ": "at+jwt" }), &good().await),
        ),
        (
            "an extension",
            token(&issuer.key, &json!({ "alg": "ES256", "kid": "first", "crit": ["b64"] }), &good().await),
        ),
        ("another issuer", with("iss", json!("https://sso.example")).await),
        ("another audience", with("aud", json!("someone-else")).await),
        ("several audiences without a party", with("aud", json!([APP, "someone-else"])).await),
        ("another party", with("azp", json!("someone-else")).await),
        ("a party that is no text", with("azp", json!(1)).await),
        ("expired", with("exp", json!(now - 120)).await),
        ("an expiry as text", with("exp", json!((now + 300).to_string())).await),
        ("issued in the future", with("iat", json!(now + 600)).await),
        ("issued long ago", with("iat", json!(now - 1_200)).await),
        ("not yet valid", with("nbf", json!(now + 600)).await),
        ("an empty subject", with("sub", json!("")).await),
        ("a long subject", with("sub", json!("s".repeat(300))).await),
        ("another nonce", with("nonce", json!("AAAA")).await),
        ("a nonce of another server", {
            let elsewhere = app.with_env(|env| env.with_vault(new_vault()));
            with("nonce", json!(nonce(&elsewhere).await)).await
        }),
        ("no JSON", "a.b.c".to_owned()),
        ("nothing", String::new()),
        ("too large", with("padding", json!("x".repeat(20_000))).await),
    ];
    for name in ["iss", "aud", "exp", "iat", "sub", "nonce"] {
        wrong.push(("without a claim", without(name).await));
    }
    let valid = issuer.sign(&good().await);
    let (text, signature) = valid.rsplit_once('.').expect("three parts");
    let changed: String = signature.chars().rev().collect();
    wrong.push(("a changed signature", format!("{text}.{changed}")));
    for (what, token) in wrong {
        let login = log_in(&app, &token).await;
        assert!(refused(&login).contains("not valid or has expired"), "{what}: {login:#}");
        forget_failures(&app).await;
    }
    // Control: the good token and its valid variants are accepted.
    for (what, token) in [
        ("the good token", valid),
        ("our party", with("azp", json!(APP)).await),
        ("several audiences", {
            let mut claims = good().await;
            (claims["aud"], claims["azp"]) = (json!(["someone-else", APP]), json!(APP));
            issuer.sign(&claims)
        }),
        ("the other app", with("aud", json!("other-app")).await),
        ("fractions of seconds", with("iat", json!(now as f64 + 0.5)).await),
        ("RS256", token(&rsa, &header("RS256", "rsa"), &good().await)),
        ("PS256", token(&rsa, &header("PS256", "rsa"), &good().await)),
    ] {
        assert_eq!(who(&log_in(&app, &token).await), &json!(ids::staff(Person::Employee)), "{what}");
    }
});

/// The key of another server.
fn new_vault() -> service::identity::Vault {
    let folder = tempfile::tempdir().expect("a folder");
    service::identity::Vault::open(&folder.path().join("key")).expect("a key")
}

both!(a_token_works_once_even_at_the_same_time, |app| async move {
    let (issuer, app) = agency(&app).await;
    let nip = Person::Employee.nip().expect("a NIP");
    let token = issuer.sign(&issuer.claims("s-1", Some(&nip), &nonce(&app).await));
    let logins = join_all((0..6).map(|_| log_in(&app, &token))).await;
    assert_eq!(logins.iter().filter(|login| login["errors"] == json!([])).count(), 1, "{logins:#?}");
    refused(&log_in(&app, &token).await);
    // First logins at the same time link once.
    let nip = Person::Peer.nip().expect("a NIP");
    let mut tokens = Vec::new();
    for _ in 0..4 {
        tokens.push(issuer.sign(&issuer.claims("s-2", Some(&nip), &nonce(&app).await)));
    }
    for login in join_all(tokens.iter().map(|token| log_in(&app, token))).await {
        assert_eq!(who(&login), &json!(ids::staff(Person::Peer)));
    }
});

both!(conflicts_are_named_and_links_can_be_removed, |app| async move {
    let (issuer, app) = agency(&app).await;
    let [employee, peer] = [Person::Employee, Person::Peer].map(|who| who.nip().expect("a NIP"));
    let log_in_as = async |subject: &str, nip: &str| {
        let claims = issuer.claims(subject, Some(nip), &nonce(&app).await);
        log_in(&app, &issuer.sign(&claims)).await
    };
    let opened = log_in_as("s-1", &employee).await;
    assert_eq!(who(&opened), &json!(ids::staff(Person::Employee)));
    let admin = app.client(Person::Admin).await;
    // The subject of one person with the NIP of another.
    let login = log_in_as("s-1", &peer).await;
    assert!(refused(&login).contains(&Person::Peer.name()), "{login:#}");
    // A second subject of the same person.
    let login = log_in_as("s-9", &employee).await;
    assert!(refused(&login).contains(&Person::Employee.name()), "{login:#}");
    // NIP and id of two people.
    let update = "mutation($input: UpdateStaffInput!) { updateStaff(input: $input) { errors { code } } }";
    let input = json!({ "input": { "staffId": ids::staff(Person::Outsider), "expectedVersion": 1, "externalId": "P-7" } });
    assert_eq!(admin.ok(update, input).await["updateStaff"]["errors"], json!([]));
    let mut claims = issuer.claims("s-7", Some(&peer), &nonce(&app).await);
    claims["pegawai"] = json!("P-7");
    refused(&log_in(&app, &issuer.sign(&claims)).await);
    // Control: the id alone finds its person.
    let mut claims = issuer.claims("s-7", None, &nonce(&app).await);
    claims["pegawai"] = json!("P-7");
    assert_eq!(who(&log_in(&app, &issuer.sign(&claims)).await), &json!(ids::staff(Person::Outsider)));

    let list = "{ accounts(first: 100) { nodes { staff { id } loginLinks { issuer subject linkedAt } } } }";
    let links = async |client: &Client| {
        let accounts = client.ok(list, json!({})).await["accounts"]["nodes"].clone();
        let all = accounts.as_array().expect("accounts").iter();
        let all = all.flat_map(|one| one["loginLinks"].as_array().expect("links").clone());
        all.map(|link| link["subject"].as_str().expect("a subject").to_owned()).collect::<Vec<_>>()
    };
    let mut found = links(&admin).await;
    found.sort();
    assert_eq!(found, ["s-1", "s-7"]);
    let own = client(&app, &opened);
    assert_eq!(links(&own).await, ["s-1"], "people see their own");
    let unlink = json!({ "staffId": ids::staff(Person::Employee), "issuer": issuer.name() });
    assert_eq!(own.refused("unlinkLogin", "done", unlink.clone()).await, "FORBIDDEN");
    admin.done("unlinkLogin", "done", unlink).await;
    assert_eq!(links(&admin).await, ["s-7"]);
    assert_eq!(own.error("{ viewer { id } }", json!({})).await, "UNAUTHENTICATED", "its sessions have ended");
    assert_eq!(who(&log_in_as("s-9", &employee).await), &json!(ids::staff(Person::Employee)));
});

both!(people_who_left_and_corrected_numbers, |app| async move {
    let (issuer, app) = agency(&app).await;
    let nip = Person::Outsider.nip().expect("a NIP");
    let log_in_as = async |subject: &str, nip: Option<&str>| {
        let claims = issuer.claims(subject, nip, &nonce(&app).await);
        log_in(&app, &issuer.sign(&claims)).await
    };
    who(&log_in_as("s-1", Some(&nip)).await);
    let admin = app.client(Person::Admin).await;
    // A corrected NIP does not move the link, whichever side has the new NIP.
    let input =
        json!({ "staffId": ids::staff(Person::Outsider), "expectedVersion": 1, "nip": "199003032016031003" });
    admin.done("updateStaff", "staff { nip }", input).await;
    for nip in [nip.as_str(), "199003032016031003"] {
        assert_eq!(who(&log_in_as("s-1", Some(nip)).await), &json!(ids::staff(Person::Outsider)));
    }
    let end = json!({ "staffId": ids::staff(Person::Outsider), "expectedVersion": 2, "lastDay": "2026-03-01", "reason": "Pensiun" });
    admin.done("endStaff", "staff { status }", end).await;
    assert!(refused(&log_in_as("s-1", None).await).contains("No active person"));
    assert!(refused(&log_in_as("s-2", Some("199003032016031003")).await).contains("No active person"));
});

both!(failures_are_limited_and_a_password_still_works, |app| async move {
    let (issuer, app) = agency(&app).await;
    for _ in 0..20 {
        refused(&log_in(&app, "a.b.c").await);
    }
    let nip = Person::Employee.nip().expect("a NIP");
    let good = issuer.sign(&issuer.claims("s-1", Some(&nip), &nonce(&app).await));
    let input = json!({ "input": { "token": good } });
    assert_eq!(app.anonymous().error(LOGIN, input).await, "RATE_LIMITED");
    let password = json!({ "input": { "user": "employee", "password": "salah salah salah" } });
    let document = "mutation($input: LoginInput!) { login(input: $input) { errors { code } } }";
    let login = app.anonymous().ok(document, password).await;
    assert_eq!(login["login"]["errors"][0]["code"], "BAD_USER_INPUT", "passwords have a limit of their own");
    forget_failures(&app).await;
    who(&log_in(&app, &good).await);
});

both!(keys_are_cached_and_read_again_for_an_unknown_one, |app| async move {
    let issuer = TestIssuer::start().await;
    let quick = behind(&app, settings(&issuer), Duration::from_secs(5), Duration::ZERO);
    let slow = behind(&app, settings(&issuer), Duration::from_secs(5), Duration::from_secs(60));
    let nip = Person::Employee.nip().expect("a NIP");
    let log_in_by = async |app: &TestApp, key: &SigningKey| {
        let claims = issuer.claims("s-1", Some(&nip), &nonce(app).await);
        let header = json!({ "alg": "ES256", "kid": key.kid });
        log_in(app, &token(key, &header, &claims)).await
    };
    for app in [&quick, &slow] {
        let before = issuer.asked();
        for _ in 0..3 {
            who(&log_in_by(app, &issuer.key).await);
        }
        assert_eq!(issuer.asked() - before, 1, "once for three logins");
    }
    // The issuer changes its key.
    let second = SigningKey::curve("second");
    issuer.answer(|answers| answers.keys = vec![second.public()]);
    who(&log_in_by(&quick, &second).await);
    refused(&log_in_by(&quick, &issuer.key).await);
    // Unknown keys do not make the server ask more often than the pause allows.
    let before = issuer.asked();
    for number in 0..5 {
        refused(&log_in_by(&slow, &SigningKey::curve(&format!("unknown-{number}"))).await);
    }
    assert_eq!(issuer.asked(), before);
    who(&log_in_by(&slow, &issuer.key).await);
});

both!(an_issuer_that_answers_wrongly_opens_no_session, |app| async move {
    let nip = Person::Employee.nip().expect("a NIP");
    type Wrong = fn(&mut crate::support::issuer::Answers);
    let wrongs: [(&str, Wrong); 7] = [
        ("another name", |answers| answers.issuer = Some("https://sso.example".to_owned())),
        ("keys over plain HTTP", |answers| answers.jwks_uri = Some("http://sso.example/keys".to_owned())),
        ("no address", |answers| answers.jwks_uri = Some("file:///etc/passwd".to_owned())),
        ("a redirect", |answers| answers.status = 302),
        ("a failure", |answers| answers.status = 500),
        ("a large answer", |answers| answers.padding = 300 * 1024),
        ("a slow answer", |answers| answers.delay = Duration::from_secs(30)),
    ];
    for (what, wrong) in wrongs {
        let issuer = TestIssuer::start().await;
        let app = behind(&app, settings(&issuer), Duration::from_secs(2), Duration::ZERO);
        let token = issuer.sign(&issuer.claims("s-1", Some(&nip), &nonce(&app).await));
        let mut right = None;
        issuer.answer(|answers| {
            right = Some(answers.clone());
            wrong(answers);
        });
        let begun = Instant::now();
        let input = json!({ "input": { "token": token } });
        assert_eq!(app.anonymous().error(LOGIN, input).await, "OVERLOADED", "{what}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{what}: {:?}", begun.elapsed());
        // Control: the same token works once the issuer answers rightly; nothing was begun before.
        issuer.answer(|answers| *answers = right.take().expect("the right answers"));
        assert_eq!(log_in(&app, &token).await["errors"], json!([]), "{what}");
        let unlink = json!({ "staffId": ids::staff(Person::Employee), "issuer": issuer.name() });
        app.client(Person::Admin).await.done("unlinkLogin", "done", unlink).await;
    }
    // After a failure the next logins do not wait for it too.
    let issuer = TestIssuer::start().await;
    let app = behind(&app, settings(&issuer), Duration::from_secs(2), Duration::from_secs(60));
    let token = issuer.sign(&issuer.claims("s-1", Some(&nip), &nonce(&app).await));
    issuer.answer(|answers| answers.delay = Duration::from_secs(30));
    let input = json!({ "input": { "token": token } });
    let begun = Instant::now();
    for _ in 0..10 {
        assert_eq!(app.anonymous().error(LOGIN, input.clone()).await, "OVERLOADED");
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "one wait for ten logins: {:?}", begun.elapsed());
});

both!(an_issuer_is_reached_by_tls_with_a_trusted_certificate, |app| async move {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
    let address = listener.local_addr().expect("an address");
    let issuer = TestIssuer::at(format!("https://localhost:{}", address.port()));
    let certificate = CertificateDer::from(include_bytes!("data/issuer/server.der").to_vec());
    let key = PrivateKeyDer::try_from(include_bytes!("data/issuer/server.key.der").to_vec()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a certificate");
    let (acceptor, router) = (TlsAcceptor::from(Arc::new(config)), issuer.router());
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let (acceptor, router) = (acceptor.clone(), router.clone());
            tokio::spawn(async move {
                let Ok(tls) = acceptor.accept(tcp).await else { return };
                let service = hyper_util::service::TowerToHyperService::new(router);
                let http = hyper::server::conn::http1::Builder::new();
                let _ = http.serve_connection(hyper_util::rt::TokioIo::new(tls), service).await;
            });
        }
    });
    let nip = Person::Employee.nip().expect("a NIP");
    let trusting = IssuerSettings {
        ca_file: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/issuer/ca.pem").into()),
        ..settings(&issuer)
    };
    let (timeout, pause) = (Duration::from_secs(5), Duration::ZERO);
    let token = issuer.sign(&issuer.claims(
        "s-1",
        Some(&nip),
        &nonce(&behind(&app, settings(&issuer), timeout, pause)).await,
    ));
    let input = json!({ "input": { "token": token } });
    let distrusting = behind(&app, settings(&issuer), timeout, pause);
    assert_eq!(distrusting.anonymous().error(LOGIN, input).await, "OVERLOADED", "an unknown authority");
    who(&log_in(&behind(&app, trusting, timeout, pause), &token).await);
});

#[test]
fn wrong_settings_of_an_issuer_are_refused() {
    let right = || IssuerSettings {
        issuer: "https://sso.example/realms/asn".to_owned(),
        client_ids: vec![APP.to_owned()],
        nip_claim: Some("nip".to_owned()),
        external_id_claim: None,
        ca_file: None,
    };
    Issuer::new(right()).expect("control: the right settings");
    for wrong in [
        IssuerSettings { issuer: "http://sso.example".to_owned(), ..right() },
        IssuerSettings { issuer: String::new(), ..right() },
        IssuerSettings { client_ids: Vec::new(), ..right() },
        IssuerSettings { client_ids: vec![" ".to_owned()], ..right() },
        IssuerSettings { nip_claim: None, ..right() },
        IssuerSettings { ca_file: Some("/does/not/exist.pem".into()), ..right() },
    ] {
        assert!(Issuer::new(wrong.clone()).is_err(), "{wrong:?}");
    }
}

// The first token is linked to the account whose NIP or external id it names, whatever code was used since.
both!(a_person_who_gave_an_external_id_stays_in_control, |app| async move {
    let app = app.with_four_eyes();
    let (_issuer, trusting) = agency(&app).await;
    grant_admin(&app, Person::Auditor).await;
    let (admin, other) = (app.client(Person::Admin).await, app.client(Person::Auditor).await);
    let id =
        json!({ "staffId": ids::staff(Person::Outsider), "expectedVersion": 1, "externalId": "PEG-888" });
    admin.done("updateStaff", "staff { id }", id).await;
    let give = || superior(Person::Employee, Person::Outsider, 1);
    another(&admin, "assignSuperior", give()).await;
    let issued = other.done("issueActivationCodes", "codes { code }", codes(Person::Outsider)).await;
    let account = json!({ "code": issued["codes"][0]["code"], "password": "kata sandi yang panjang" });
    app.anonymous().done("activateAccount", "done", account).await;
    another(&trusting.client(Person::Admin).await, "assignSuperior", give()).await;
    // Where nobody logs in with tokens, the code of another person ends the control.
    admin.done("assignSuperior", "assignment { id }", give()).await;
});
