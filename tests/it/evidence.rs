//! Files as evidence: upload, retry, the right to download, and refusals.

use crate::{
    both,
    import::put,
    support::{Client, Fields, Person, TestApp, ids, refusals},
    year,
};
use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use serde_json::{Value, json};
use service::testing::city::PEOPLE;
use tower::ServiceExt;

pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
const FILE: &str = "results { activity { id version evidence {
    kind url label name mediaType size hash receivedAt } }
    errors { code path message } }";

/// Announces a file of evidence; returns its id and address.
pub async fn announce(client: &Client, name: &str, size: usize) -> (Value, String) {
    let input = json!({ "purpose": "EVIDENCE", "name": name, "size": size });
    let made = client.done("createUpload", "uploadId url expiresAt", input).await;
    (made["uploadId"].clone(), made["url"].as_str().expect("an address").to_owned())
}

/// Uploads a file; returns its id.
pub async fn upload(client: &Client, name: &str, bytes: &[u8]) -> Value {
    let (id, url) = announce(client, name, bytes.len()).await;
    assert_eq!(put(&client.app, &url, bytes).await, StatusCode::NO_CONTENT);
    id
}

/// A new row with this evidence, starting at this hour (UTC).
pub fn row(hour: u32, evidence: Value) -> Value {
    json!({
        "target": { "clientKey": service::env::fresh_id() }, "description": format!("Tugas pukul {hour}"),
        "startedAt": format!("2026-03-01T{hour:02}:00:00Z"), "endedAt": format!("2026-03-01T{hour:02}:59:00Z"),
        "evidence": evidence,
    })
}

/// Records one row; returns its result.
pub async fn record(client: &Client, plan: &Value, row: Value) -> Value {
    let input = json!({ "planId": plan["id"], "rows": [row] });
    client.done("recordActivities", FILE, input).await["results"][0].clone()
}

/// Downloads a file; returns status, headers and bytes.
async fn get(app: &TestApp, url: &str, token: Option<&str>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut request = Request::get(url);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::empty()).expect("a request");
    let response = app.router.clone().oneshot(request).await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, headers, bytes.to_vec())
}

async fn status(app: &TestApp, url: &str, token: Option<&str>) -> StatusCode {
    get(app, url, token).await.0
}

/// The address of a file without its signature.
fn plain(id: &Value) -> String {
    format!("/evidence/{}", id.as_str().expect("an id"))
}

/// The files below the folder of uploads.
fn files(app: &TestApp) -> Vec<String> {
    let mut found = Vec::new();
    for folder in [app.env.uploads.to_path_buf(), app.env.uploads.join("evidence")] {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let entry = entry.expect("an entry");
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".part") || entry.path().parent().is_some_and(|of| of.ends_with("evidence")) {
                found.push(name);
            }
        }
    }
    found
}

const READ: &str = "query($id: ID!) { node(id: $id) { ... on Activity {
    evidence { kind name mediaType size hash download { url expiresAt } } } } }";

both!(people_who_can_see_the_activity_can_download, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await;
    let id = upload(&employee, "foto rapat é.png", PNG).await;
    assert_eq!(status(&app, &plain(&id), employee.token.as_deref()).await, StatusCode::OK, "before its use");
    let manager = app.client(Person::Manager).await;
    let before = status(&app, &plain(&id), manager.token.as_deref()).await;
    assert_eq!(before, StatusCode::NOT_FOUND, "no activity has it yet");

    let recorded = record(&employee, &plan, row(2, json!([{ "uploadId": id, "label": "Foto" }]))).await;
    let evidence = &recorded["activity"]["evidence"][0];
    assert_eq!(evidence["kind"], "FILE", "{recorded:#}");
    assert_eq!(
        (evidence["name"].as_str(), evidence["mediaType"].as_str()),
        (Some("foto rapat é.png"), Some("image/png"))
    );
    assert_eq!(evidence["size"].as_u64(), Some(PNG.len() as u64));
    assert!(evidence.field("url").is_null());
    assert_eq!(evidence["hash"].as_str().map(str::len), Some(64));

    let mut seen = 0;
    for who in PEOPLE {
        let client = app.client(who).await;
        let node = client.ok(READ, json!({ "id": recorded["activity"]["id"] })).await["node"].clone();
        let expected = if node.is_null() { StatusCode::NOT_FOUND } else { StatusCode::OK };
        assert_eq!(status(&app, &plain(&id), client.token.as_deref()).await, expected, "{who:?}");
        if expected == StatusCode::OK {
            seen += 1;
            let url = node["evidence"][0]["download"]["url"].as_str().expect("an address").to_owned();
            assert_eq!(get(&app, &url, None).await.2, PNG, "{who:?}");
        }
    }
    assert!((5..PEOPLE.len()).contains(&seen), "{seen} of {} see it", PEOPLE.len());
    assert_eq!(status(&app, &plain(&id), None).await, StatusCode::UNAUTHORIZED);
    let unknown = ids::global(24, service::testing::id(0xdead));
    assert_eq!(status(&app, &plain(&json!(unknown)), employee.token.as_deref()).await, StatusCode::NOT_FOUND);
    assert_eq!(
        status(&app, "/evidence/..%2fkinerja.db", employee.token.as_deref()).await,
        StatusCode::NOT_FOUND
    );

    let (_, headers, _) = get(&app, &plain(&id), employee.token.as_deref()).await;
    for (name, value) in [
        ("content-type", "image/png"),
        (
            "content-disposition",
            "attachment; filename=\"foto rapat _.png\"; filename*=UTF-8''foto%20rapat%20%C3%A9.png",
        ),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cache-control", "private, no-store"),
    ] {
        assert_eq!(headers.get(name).and_then(|found| found.to_str().ok()), Some(value), "{name}");
    }

    // The control: once the activity no longer has the file, the same people get nothing.
    let edit = json!({ "correction": { "id": recorded["activity"]["id"], "expectedVersion": 1 } });
    let mut without = row(2, json!([]));
    without["target"] = edit;
    record(&employee, &plan, without).await;
    assert_eq!(status(&app, &plain(&id), manager.token.as_deref()).await, StatusCode::NOT_FOUND);
    assert_eq!(
        status(&app, &plain(&id), employee.token.as_deref()).await,
        StatusCode::OK,
        "their own upload"
    );
});

both!(a_signed_address_ends_with_its_session_and_fits_one_file, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await;
    let (id, other) = (upload(&employee, "a.png", PNG).await, upload(&employee, "b.txt", b"Selesai").await);
    let evidence = json!([{ "uploadId": id }, { "uploadId": other }]);
    let recorded = record(&employee, &plan, row(2, evidence)).await;
    let manager = app.client(Person::Manager).await;
    let node = manager.ok(READ, json!({ "id": recorded["activity"]["id"] })).await["node"].clone();
    let address =
        |number: usize| node["evidence"][number]["download"]["url"].as_str().expect("an address").to_owned();
    assert_eq!(status(&app, &address(0), None).await, StatusCode::OK);
    let (_, secret) =
        address(0).split_once("?token=").map(|(a, b)| (a.to_owned(), b.to_owned())).expect("a secret");
    let mixed = format!("{}?token={secret}", plain(&other));
    assert_eq!(status(&app, &mixed, None).await, StatusCode::NOT_FOUND, "the secret of another file");
    let changed = format!("{}A{}", &secret[..30], &secret[31..]);
    if changed != secret {
        let changed = format!("{}?token={changed}", plain(&id));
        assert_eq!(status(&app, &changed, None).await, StatusCode::NOT_FOUND, "a changed expiry or session");
    }
    for broken in ["", "x", &secret[..20]] {
        let url = format!("{}?token={broken}", plain(&id));
        assert_eq!(status(&app, &url, manager.token.as_deref()).await, StatusCode::NOT_FOUND, "{broken}");
    }
    // The URL of an upload does not work for a download.
    let (announced, receiving) = announce(&employee, "c.png", 3).await;
    let secret = receiving.split_once("?token=").expect("a secret").1;
    let url = format!("{}?token={secret}", plain(&announced));
    assert_eq!(status(&app, &url, None).await, StatusCode::NOT_FOUND);

    manager.done("logout", "done", json!({})).await;
    assert_eq!(status(&app, &address(0), None).await, StatusCode::NOT_FOUND, "after the logout");
});

both!(a_phone_repeats_every_step_of_an_upload, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await;
    let key = service::env::fresh_id();
    let input =
        json!({ "purpose": "EVIDENCE", "name": "foto.png", "size": PNG.len(), "idempotencyKey": key });
    let first = employee.mutate_once("createUpload", "uploadId url", input.clone()).await;
    let second = employee.mutate_once("createUpload", "uploadId url", input).await;
    assert_eq!(first, second, "an answer that was lost comes again, with the address");
    let url = first["url"].as_str().expect("an address");

    // Uploads that are cut off, too long or too short: no file is left, and the URL still works.
    assert!(files(&app).is_empty());
    assert_eq!(put(&app, url, &PNG[..PNG.len() - 1]).await, StatusCode::BAD_REQUEST);
    assert_eq!(put(&app, url, [PNG, b"x"].concat()).await, StatusCode::BAD_REQUEST);
    assert!(files(&app).is_empty(), "{:?}", files(&app));
    let early = record(&employee, &plan, row(2, json!([{ "uploadId": first["uploadId"] }]))).await;
    assert_eq!(refusals(&early), [("NOT_FOUND", "evidence.0.uploadId")], "it has not arrived");

    assert_eq!(put(&app, url, PNG).await, StatusCode::NO_CONTENT);
    assert_eq!(put(&app, url, PNG).await, StatusCode::NO_CONTENT, "the same file again");
    let mut other = PNG.to_vec();
    other[20] ^= 1;
    assert_eq!(put(&app, url, other).await, StatusCode::BAD_REQUEST, "another file");
    assert_eq!(files(&app).len(), 1, "{:?}", files(&app));

    // The queue of the phone sends its row again.
    let row = row(2, json!([{ "uploadId": first["uploadId"] }]));
    let recorded = record(&employee, &plan, row.clone()).await;
    assert_eq!(record(&employee, &plan, row).await["activity"]["id"], recorded["activity"]["id"]);
});

both!(what_is_not_accepted_is_refused, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await;
    for (name, size, path) in [
        ("../../etc/passwd.txt", 3, "name"),
        ("foto.exe", 3, "name"),
        ("halaman.html", 3, "name"),
        ("gambar.svg", 3, "name"),
        ("fo\u{202e}gpj.txt", 3, "name"),
        (".txt", 3, "name"),
        ("foto.png", 0, "size"),
        ("foto.png", 10_485_761, "size"),
    ] {
        let input = json!({ "purpose": "EVIDENCE", "name": name, "size": size });
        assert_eq!(
            employee.refusals("createUpload", "uploadId url", input).await,
            [("BAD_USER_INPUT", path)],
            "{name}"
        );
    }
    for (name, bytes) in [
        ("foto.png", &b"<html><script>alert(1)</script></html>"[..]),
        ("foto.jpg", PNG),
        ("surat.docx", b"PK\x03\x04\x14\0\0\0\x08\0 a zip of something else"),
        ("catatan.txt", b"<!DOCTYPE html><html></html>"),
        ("catatan.txt", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"),
        ("catatan.csv", b"#!/bin/sh\nexit"),
    ] {
        let (id, url) = announce(&employee, name, bytes.len()).await;
        assert_eq!(put(&app, &url, bytes).await, StatusCode::BAD_REQUEST, "{name}");
        let recorded = record(&employee, &plan, row(2, json!([{ "uploadId": id }]))).await;
        assert_eq!(refusals(&recorded), [("NOT_FOUND", "evidence.0.uploadId")], "{name}");
    }
    assert!(files(&app).is_empty(), "{:?}", files(&app));

    // A PDF that contains HTML is a PDF, and is sent as one.
    let pdf = b"%PDF-1.7\n<html><script>alert(document.domain)</script>";
    let id = upload(&employee, "surat.pdf", pdf).await;
    let (_, headers, bytes) = get(&app, &plain(&id), employee.token.as_deref()).await;
    assert_eq!(
        (headers.get("content-type").expect("a type").as_bytes(), &bytes[..]),
        (&b"application/pdf"[..], &pdf[..])
    );

    // Files of others, files for imports, and both or neither of link and file.
    let peer = app.client(Person::Peer).await;
    let foreign = upload(&peer, "a.png", PNG).await;
    let admin = app.client(Person::Admin).await;
    let for_import = crate::import::upload(&admin, "nip;nama").await;
    for (evidence, expected) in [
        (json!({ "uploadId": foreign }), ("NOT_FOUND", "evidence.0.uploadId")),
        (json!({ "uploadId": for_import }), ("NOT_FOUND", "evidence.0.uploadId")),
        (json!({ "uploadId": "rusak" }), ("BAD_USER_INPUT", "evidence.0.uploadId")),
        (json!({ "uploadId": id, "url": "https://contoh.go.id" }), ("BAD_USER_INPUT", "evidence.0.uploadId")),
        (json!({ "label": "Foto" }), ("BAD_USER_INPUT", "evidence.0.uploadId")),
    ] {
        let recorded = record(&employee, &plan, row(2, json!([evidence]))).await;
        assert_eq!(refusals(&recorded), [expected], "{evidence}");
    }
    assert_eq!(status(&app, &plain(&for_import), admin.token.as_deref()).await, StatusCode::NOT_FOUND);
});

both!(a_person_has_a_quota_and_few_open_uploads, |app| async move {
    let small = app.with_env(|mut env| {
        env.evidence.person_bytes = 2 * i64::try_from(PNG.len()).expect("a size");
        env
    });
    let employee = small.client(Person::Employee).await;
    for name in ["a.png", "b.png"] {
        upload(&employee, name, PNG).await;
    }
    let more = json!({ "purpose": "EVIDENCE", "name": "c.txt", "size": 1 });
    assert_eq!(
        employee.refusals("createUpload", "uploadId", more.clone()).await,
        [("BAD_USER_INPUT", "size")]
    );
    small.client(Person::Peer).await.done("createUpload", "uploadId", more).await;

    let peer = app.client(Person::Peer).await;
    for number in 1..20 {
        announce(&peer, &format!("{number}.png"), 1).await;
    }
    let more = json!({ "purpose": "EVIDENCE", "name": "x.png", "size": 1 });
    assert_eq!(peer.refusals("createUpload", "uploadId", more).await, [("BAD_USER_INPUT", "size")]);
});

both!(only_files_that_nothing_uses_are_removed_after_a_day, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await;
    let (used, unused) =
        (upload(&employee, "a.png", PNG).await, upload(&employee, "b.txt", b"Selesai").await);
    let (expired, _) = announce(&employee, "c.png", 3).await;
    record(&employee, &plan, row(2, json!([{ "uploadId": used }]))).await;
    service::tick::tick(&app.env).await.expect("a tick");
    assert_eq!(files(&app).len(), 2, "nothing is a day old");
    service::testing::sql(&app.env, "UPDATE evidence_file SET created_at = created_at - 90000000000")
        .await
        .expect("older files");
    assert_eq!(service::tick::tick(&app.env).await.expect("a tick").files_removed, 1);
    assert_eq!(files(&app).len(), 1);
    assert_eq!(status(&app, &plain(&used), employee.token.as_deref()).await, StatusCode::OK);
    for gone in [unused, expired] {
        assert_eq!(status(&app, &plain(&gone), employee.token.as_deref()).await, StatusCode::NOT_FOUND);
        let recorded = record(&employee, &plan, row(4, json!([{ "uploadId": gone }]))).await;
        assert_eq!(refusals(&recorded), [("NOT_FOUND", "evidence.0.uploadId")]);
    }
});

both!(lost_and_changed_files_are_noticed, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await;
    let id = upload(&employee, "foto.png", PNG).await;
    record(&employee, &plan, row(2, json!([{ "uploadId": id, "label": "Foto" }]))).await;
    let audit = async || {
        let files = app.env.evidence.clone();
        let report = service::journal::verify_with_files(&app.env, Vec::new(), &files, |_| {}).await;
        let report = report.expect("an audit");
        (report.files, report.findings.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    assert_eq!(audit().await, (1, Vec::new()));
    let [name] = &files(&app)[..] else { panic!("one file") };
    let path = app.env.uploads.join("evidence").join(name);
    let file_id = name.split_at(36).0;

    let mut changed = PNG.to_vec();
    changed[20] ^= 1;
    std::fs::write(&path, &changed).expect("a changed file");
    assert_eq!(audit().await, (1, vec![format!("the file of evidence {file_id} was changed")]));
    let request = Request::get(plain(&id)).header(header::AUTHORIZATION, bearer(&employee));
    let request = request.body(Body::empty()).expect("a request");
    let response = app.router.clone().oneshot(request).await.expect("an answer");
    assert!(axum::body::to_bytes(response.into_body(), usize::MAX).await.is_err(), "it never ends well");

    std::fs::remove_file(&path).expect("removed");
    assert_eq!(audit().await, (1, vec![format!("the file of evidence {file_id} is missing")]));
    let (status, _, body) = get(&app, &plain(&id), employee.token.as_deref()).await;
    let body = String::from_utf8_lossy(&body).into_owned();
    assert_eq!(status, StatusCode::NOT_FOUND, "{body}");
    assert!(body.contains("tidak ada lagi pada server"), "{body}");
    std::fs::write(&path, PNG).expect("the file");
    assert_eq!(audit().await, (1, Vec::new()));
});

fn bearer(client: &Client) -> String {
    format!("Bearer {}", client.token.as_deref().unwrap_or_default())
}
