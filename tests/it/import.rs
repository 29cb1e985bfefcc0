//! Importing an organisation: upload, dry run, import, repeated import.

use crate::{
    both, import_siasn,
    support::{Client, Fields, On, Person, TestApp, ids, run},
};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::{Value, json};
use service::testing::city;
use std::{fmt::Write, time::Duration};
use tower::ServiceExt;

const RUN: &str = "importRun { id status }";
const STAFF: &str = "nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan;golongan;kapasitas;pimpinan;mulai\n";

pub async fn put(app: &TestApp, url: &str, bytes: impl AsRef<[u8]>) -> StatusCode {
    let request = Request::put(url).body(Body::from(bytes.as_ref().to_owned())).expect("a request");
    app.router.clone().oneshot(request).await.expect("an answer").status()
}

/// Uploads a file; returns its global id.
pub async fn upload(admin: &Client, bytes: impl AsRef<[u8]>) -> Value {
    let input = json!({ "name": "berkas.csv", "size": bytes.as_ref().len() });
    let made = admin.done("createUpload", "uploadId url expiresAt", input).await;
    let url = made["url"].as_str().expect("an address");
    assert_eq!(put(&admin.app, url, &bytes).await, StatusCode::NO_CONTENT);
    assert_eq!(put(&admin.app, url, &bytes).await, StatusCode::NOT_FOUND, "the URL works once");
    made["uploadId"].clone()
}

/// How long an import may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// A minute.
    Short,
    /// Ten minutes, on a busy machine.
    Long,
}

/// Runs an import and waits until it has finished.
pub async fn import(admin: &Client, upload: &Value, dry_run: bool) -> Value {
    import_files(admin, std::slice::from_ref(upload), dry_run, Wait::Short).await
}

/// Runs an import of several files and waits until it has finished.
pub async fn import_files(admin: &Client, uploads: &[Value], dry_run: bool, wait: Wait) -> Value {
    let key = service::env::fresh_id();
    let (upload, further) = uploads.split_first().expect("a file");
    let mut input = json!({ "uploadId": upload, "dryRun": dry_run, "idempotencyKey": key });
    if !further.is_empty() {
        input["furtherUploadIds"] = json!(further);
    }
    let started = admin.done("importOrganisation", RUN, input.clone()).await["importRun"].clone();
    let again = admin.done("importOrganisation", RUN, input).await;
    assert_eq!(again["importRun"]["id"], started["id"], "a replay returns the same run");
    let query = "query($id: ID!) { node(id: $id) { id ... on ImportRun {
        status done total failure finishedAt
        changes { created updated unchanged refused warnings }
        rows(onlyProblems: true, first: 100) { totalCount edges { node {
            number sheet action label problems { code message field cell column whoCan severity } } } }
    } } }";
    for _ in 0..if wait == Wait::Long { 6_000 } else { 600 } {
        let run = admin.ok(query, json!({ "id": started["id"] })).await["node"].clone();
        if run.field("finishedAt").is_string() {
            return run;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the import did not finish");
}

async fn applied(admin: &Client, bytes: impl AsRef<[u8]>) -> Value {
    let id = upload(admin, bytes).await;
    let run = import(admin, &id, false).await;
    assert_eq!(run["status"], "APPLIED", "{run:#}");
    let id = id.as_str().expect("an id");
    let file = graphql::global_id::upload(id).expect("an upload").0.to_string();
    assert!(!admin.app.env.uploads.join(file).exists(), "an applied list is removed");
    run["changes"].clone()
}

fn counts(changes: &Value) -> [i64; 3] {
    ["created", "updated", "unchanged"].map(|key| changes[key].as_i64().expect("a number"))
}

both!(importing_an_organisation_again_changes_nothing, |app| async move {
    let admin = app.client(Person::Admin).await;
    let units = "Kode;Nama;Jenis;Kode Induk\nDINKES;Dinas Kesehatan;Dinas;KOTA\nDINKES-1;Bidang Gizi;BIDANG;DINKES\n\
                 DISKOM;Dinas Kominfo Baru;OPD;KOTA\n";
    assert_eq!(counts(&applied(&admin, units).await), [2, 1, 0]);
    let positions = "kode,nama,jenis,jenjang\nNUTRI,\"Nutrisionis, Ahli\",Fungsional,Ahli Muda\n";
    assert_eq!(counts(&applied(&admin, positions).await), [1, 0, 0]);
    let staff = format!(
        "{STAFF}199001012015011001;Satu Contoh;PNS;DINKES;ANALIS;IV/a;;ya;2025-01-01\n\
         19910101 201501 2 002;Dua Contoh;PNS;DINKES-1;NUTRI;III/b;DEFINITIF;tidak;2025-06-01\n\
         {};Peer Contoh;PNS;DISKOM;ANALIS;III/c;;;2026-03-01\n",
        Person::Peer.nip().expect("a NIP"),
    );
    assert_eq!(counts(&applied(&admin, &staff).await), [2, 1, 0]);
    let superiors = format!(
        "pegawai;atasan\n199101012015012002;199001012015011001\n199001012015011001;{}\n{};{}\n",
        Person::Secretary.nip().expect("a NIP"),
        Person::Peer.nip().expect("a NIP"),
        Person::Stranger.nip().expect("a NIP"),
    );
    let changes = counts(&applied(&admin, &superiors).await);
    assert_eq!((changes[0] + changes[1], changes[2]), (3, 0));

    for (text, rows) in [(units, 3), (positions, 1), (&*staff, 3), (&*superiors, 3)] {
        assert_eq!(counts(&applied(&admin, text).await), [0, 0, rows], "{text}");
    }

    let query = "query($nip: String!) { staffMember(by: { nip: $nip }) { name assignment {
        unit { code } position { code } rank superior { staff { name } } } assignments { id } } }";
    let dua = admin.ok(query, json!({ "nip": "199101012015012002" })).await["staffMember"].clone();
    assert_eq!(dua["assignment"]["position"]["code"], "NUTRI");
    assert_eq!(dua["assignment"]["superior"]["staff"]["name"], "Satu Contoh");
    let peer = admin.ok(query, json!({ "nip": Person::Peer.nip() })).await["staffMember"].clone();
    assert_eq!(peer["assignment"]["unit"]["code"], "DISKOM");
    assert_eq!(peer["assignments"].as_array().map(Vec::len), Some(2), "a transfer keeps the old assignment");
});

both!(imports_a_workbook_with_headers_of_a_personnel_office, |app| async move {
    let admin = app.client(Person::Admin).await;
    let workbook = include_bytes!("data/organisation.xlsx");
    assert_eq!(counts(&applied(&admin, workbook).await), [5, 0, 0]);
    assert_eq!(counts(&applied(&admin, workbook).await), [0, 0, 5]);
    let query = "query { staffMember(by: { externalId: \"1002\" }) { nip name assignment {
        validFrom rank leads unit { name kind head { staff { name } } } position { name level }
        superior { validFrom staff { externalId } } } } }";
    let found = admin.ok(query, json!({})).await["staffMember"].clone();
    let assignment = json!({
        "validFrom": "2025-06-01", "rank": "III/b", "leads": false,
        "unit": { "name": "Dinas Kesehatan", "kind": "OPD", "head": { "staff": { "name": "Satu Contoh" } } },
        "position": { "name": "Nutrisionis", "level": "Ahli Muda" },
        "superior": { "validFrom": "2025-01-01", "staff": { "externalId": "1001" } },
    });
    assert_eq!(found, json!({ "nip": "199101012015012002", "name": "Dua Contoh", "assignment": assignment }));
});

both!(rows_that_interchange_ids_of_two_people_are_refused, |app| async move {
    let admin = app.client(Person::Admin).await;
    let rows = |first: &str, second: &str| {
        format!(
            "nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan;id_eksternal\n\
             199001012015011001;Satu Contoh;PNS;DISKOM;ANALIS;{first}\n\
             199101012015012002;Dua Contoh;PNS;DISKOM;ANALIS;{second}\n"
        )
    };
    assert_eq!(counts(&applied(&admin, rows("E1", "E2")).await), [2, 0, 0]);
    // Interchanged, and as a chain: the second person would get the NIP of the first, who gets a new one.
    let chain = rows("E2", "E9");
    for text in [rows("E2", "E1"), chain] {
        let run = import(&admin, &upload(&admin, &text).await, false).await;
        assert_eq!(run["status"], "REFUSED", "{run:#}");
        let problems = run["rows"]["edges"][0]["node"]["problems"].as_array().expect("problems").clone();
        let cells: Vec<(&Value, &Value)> = problems.iter().map(|one| (&one["cell"], &one["field"])).collect();
        assert_eq!(
            cells[..2],
            [(&json!("A2"), &json!("nip")), (&json!("F2"), &json!("externalId"))],
            "{run:#}"
        );
        let why = problems[0]["message"].as_str().expect("a sentence");
        assert!(why.contains("Satu Contoh") && why.contains("Dua Contoh"), "{why}");
    }
    assert_eq!(counts(&applied(&admin, rows("E1", "E2")).await), [0, 0, 2]);
});

both!(one_wrong_row_refuses_the_whole_import, |app| async move {
    let admin = app.client(Person::Admin).await;
    let text = format!(
        "{STAFF}199001012015011001;Satu Contoh;PNS;DISKOM;ANALIS;III/a;;;\n\
         199013012015011002;Dua Contoh;PNS;DISKOM;ANALIS;III/a;;;\n\
         199201012015011003;Tiga Contoh;PNS;TIDAKADA;ANALIS;III/a;;;\n\
         199301012015011004;Empat Contoh;Pensiunan;DISKOM;ANALIS;III/a;;;\n"
    );
    let id = upload(&admin, &text).await;
    for dry_run in [true, false] {
        let run = import(&admin, &id, dry_run).await;
        assert_eq!((&run["status"], &run["changes"]["refused"]), (&json!("REFUSED"), &json!(3)), "{run:#}");
        let rows: Vec<[Value; 3]> = run["rows"]["edges"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|edge| {
                let (row, problem) = (&edge["node"], &edge["node"]["problems"][0]);
                [row["number"].clone(), problem["field"].clone(), problem["whoCan"].clone()]
            })
            .collect();
        let expected = [
            [json!(3), json!("nip"), json!("PERSONNEL_AGENCY")],
            [json!(4), json!("unitCode"), json!("UNIT_ADMIN")],
            [json!(5), json!("employmentKind"), json!("IMPORTER")],
        ];
        assert_eq!(rows, expected);
    }
    let query = "query { staffMember(by: { nip: \"199001012015011001\" }) { id } }";
    assert_eq!(admin.ok(query, json!({})).await, json!({ "staffMember": null }), "all or nothing");
});

both!(a_dry_run_writes_nothing_and_a_loop_is_refused, |app| async move {
    let admin = app.client(Person::Admin).await;
    let id = upload(&admin, "kode;nama;jenis;kode_induk\nBARU;Unit Baru;OPD;KOTA\n").await;
    let run = import(&admin, &id, true).await;
    assert_eq!((&run["status"], &run["changes"]["created"]), (&json!("READY"), &json!(1)));
    let found = admin.ok("{ orgUnits(filter: { name: \"Unit Baru\" }) { totalCount } }", json!({})).await;
    assert_eq!(found["orgUnits"]["totalCount"], 0);

    let nip = |who: Person| who.nip().expect("a NIP");
    let text = format!("pegawai;atasan\n{};{}\n", nip(Person::Head), nip(Person::Employee));
    let id = upload(&admin, &text).await;
    let run = import(&admin, &id, false).await;
    let message = &run["rows"]["edges"][0]["node"]["problems"][0]["message"];
    assert_eq!(run["status"], "REFUSED");
    assert!(message.as_str().expect("a message").contains("Employee Contoh"), "{message}");

    let id = upload(&admin, "foo;bar\n1;2\n").await;
    let run = import(&admin, &id, false).await;
    assert_eq!(run["status"], "REFUSED");
    assert!(run["failure"].is_string(), "{run:#}");
});

both!(only_agency_admins_import, |app| async move {
    let employee = app.client(Person::Employee).await;
    let input = json!({ "name": "berkas.csv", "size": 10 });
    assert_eq!(employee.refused("createUpload", "uploadId", input).await, "FORBIDDEN");
    let admin = app.client(Person::Admin).await;
    let large = json!({ "name": "berkas.csv", "size": 67_108_865 });
    assert_eq!(admin.refused("createUpload", "uploadId", large).await, "BAD_USER_INPUT");

    let made = admin.done("createUpload", "uploadId url", json!({ "name": "a.csv", "size": 3 })).await;
    let url = made["url"].as_str().expect("an address");
    assert_eq!(put(&app, url, "1234").await, StatusCode::BAD_REQUEST, "more than announced");
    assert_eq!(put(&app, url, "12").await, StatusCode::BAD_REQUEST, "less than announced");
    let forged = format!("{}?token=x", url.split('?').next().expect("a path"));
    assert_eq!(put(&app, &forged, "123").await, StatusCode::NOT_FOUND);
    let early = json!({ "uploadId": made["uploadId"], "dryRun": true });
    assert_eq!(admin.refused("importOrganisation", RUN, early).await, "BAD_USER_INPUT");

    let wrong = json!({ "uploadId": ids::unit(city::ROOT), "dryRun": true });
    assert_eq!(admin.refused("importOrganisation", RUN, wrong).await, "BAD_USER_INPUT");
    for template in ["import-template-staff.csv", "import-templates.xlsx"] {
        let template = Request::get(format!("/exports/{template}")).body(Body::empty()).expect("a request");
        let answer = app.router.clone().oneshot(template).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
    }
});

/// Imports many people twice. Guards against one statement for each row.
async fn import_many(on: On) {
    run(on, |app| async move {
        let admin = app.client(Person::Admin).await;
        let mut text = STAFF.to_owned();
        let people = import_siasn::people();
        for number in 0..people {
            let (sex, sequence) = (number / 999 % 2 + 1, number % 999 + 1);
            let day = number / 1_998 + 1;
            writeln!(
                text,
                "199001{day:02}201501{sex}{sequence:03};Orang {number:04};PNS;DISKOM;ANALIS;III/a;;;"
            )
            .expect("a row");
        }
        let before = app.env.db().statements();
        assert_eq!(counts(&applied(&admin, &text).await), [i64::try_from(people).expect("a number"), 0, 0]);
        assert!(app.env.db().statements() - before < 1_000, "{}", app.env.db().statements() - before);
        assert_eq!(counts(&applied(&admin, &text).await), [0, 0, i64::try_from(people).expect("a number")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_people_need_few_statements_sqlite() {
    import_many(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_people_need_few_statements_postgres() {
    import_many(On::Postgres).await;
}
