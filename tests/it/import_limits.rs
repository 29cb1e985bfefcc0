//! Imports stay within their budget, and every run ends; uploads have a quota.

use crate::{
    both,
    import::{import, put, upload},
    support::{Client, Fields, On, Person, run},
};
use axum::http::StatusCode;
use serde_json::{Value, json};
use service::testing::sql;
use std::{
    fmt::Write as _,
    io::{Cursor, Write},
};
use zip::{ZipWriter, write::SimpleFileOptions};

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A workbook with one sheet of superiors, and further parts.
fn workbook(rows: &str, further: &[(&str, String)]) -> Vec<u8> {
    let text =
        |place: &str, text: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let header = format!("{}{}", text("A1", "pegawai"), text("B1", "atasan"));
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let mut parts = vec![
        (
            "_rels/.rels",
            format!("<Relationships>{}</Relationships>", relation("r1", "officeDocument", "xl/workbook.xml")),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships>{}{}{}</Relationships>",
                relation("r1", "worksheet", "worksheets/sheet1.xml"),
                relation("r2", "sharedStrings", "sharedStrings.xml"),
                relation("r3", "styles", "styles.xml"),
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet><sheetData><row r=\"1\">{header}</row>{rows}</sheetData></worksheet>"),
        ),
    ];
    for (name, empty) in [("xl/sharedStrings.xml", "<sst/>"), ("xl/styles.xml", "<styleSheet/>")] {
        let given = further.iter().find(|(given, _)| *given == name).map(|(_, text)| text.clone());
        parts.push((name, given.unwrap_or_else(|| empty.to_owned())));
    }
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, SimpleFileOptions::default()).expect("a part");
        archive.write_all(text.as_bytes()).expect("a part");
    }
    archive.finish().expect("an archive").into_inner()
}

/// Checks a file and returns status, failure and rows of the run, which must end.
async fn checked(admin: &Client, bytes: impl AsRef<[u8]>) -> Value {
    let id = upload(admin, bytes).await;
    import(admin, &id, true).await
}

fn row_of(person: Person, superior: Person) -> [String; 2] {
    [person, superior].map(|who| who.nip().expect("a NIP"))
}

both!(small_files_that_need_much_memory_do_not_end_the_server, |app| async move {
    let admin = app.client(Person::Admin).await;
    let [person, superior] = row_of(Person::Peer, Person::Manager);
    let row = format!(
        "<row r=\"2\"><c r=\"A2\" t=\"str\"><v>{person}</v></c><c r=\"B2\" t=\"str\"><v>{superior}</v></c></row>"
    );
    let far = format!("{row}<row r=\"1048576\"><c r=\"XFD1048576\" t=\"str\"><v> </v></c></row>");
    let formats = format!(
        "<styleSheet><numFmts><numFmt numFmtId=\"200\" formatCode=\"{}\"/></numFmts><cellXfs>{}</cellXfs></styleSheet>",
        "0".repeat(500_000),
        "<xf numFmtId=\"200\"/>".repeat(60_000)
    );
    let lying = "<sst uniqueCount=\"4000000000\"><si><t>a</t></si></sst>".to_owned();
    for (name, file) in [
        ("a space in the last cell", workbook(&far, &[])),
        ("a count that is not true", workbook(&row, &[("xl/sharedStrings.xml", lying)])),
        ("one long format in many styles", workbook(&row, &[("xl/styles.xml", formats)])),
    ] {
        let run = checked(&admin, file).await;
        assert_eq!((&run["status"], &run["total"]), (&json!("READY"), &json!(1)), "{name}: {run:#}");
    }
});

// The memory for a file does not depend on the database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_above_the_budget_are_refused_with_numbers() {
    run(On::Sqlite, |app| async move {
    let admin = Client { language: "id", ..app.client(Person::Admin).await };
    let mut rows = String::new();
    for number in 2..=110_001 {
        let _ = write!(rows, "<row r=\"{number}\"><c><v>1</v></c></row>");
    }
    let csv = format!("pegawai;atasan\n{}", "1\n".repeat(110_000));
    for file in [workbook(&rows, &[]), csv.into_bytes()] {
        let run = checked(&admin, file).await;
        let failure = run["failure"].as_str().expect("a sentence");
        assert_eq!(run["status"], "REFUSED");
        assert!(failure.contains("110000 baris") && failure.contains("100000"), "{failure}");
        assert_eq!(run["rows"]["totalCount"], 0);
    }
    let texts = format!("<sst>{}</sst>", format!("<si><t>{}</t></si>", "y".repeat(900)).repeat(40_000));
    let run = checked(&admin, workbook("", &[("xl/sharedStrings.xml", texts)])).await;
    let failure = run["failure"].as_str().expect("a sentence");
    assert!(failure.contains("70 MiB") && failure.contains("64 MiB"), "{failure}");

    let limits =
        "{ serviceConfig { limits { importRows importMemoryBytes importUnpackedBytes importProblems } } }";
    let limits = admin.ok(limits, json!({})).await["serviceConfig"]["limits"].clone();
    let expected = json!({
        "importRows": 100_000, "importMemoryBytes": 67_108_864, "importUnpackedBytes": 536_870_912, "importProblems": 10_000
    });
    assert_eq!(limits, expected);
    })
    .await;
}

both!(every_run_ends_for_any_file, |app| async move {
    let admin = app.client(Person::Admin).await;
    for (name, file) in [
        ("no text", vec![0; 1_000]),
        ("UTF-16", vec![0xff, 0xfe, b'n', 0, b'i', 0, b'p', 0]),
        ("not UTF-8", b"pegawai;atasan\n1;\xe9\n".to_vec()),
        ("an old workbook", [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat()),
        ("a broken archive", b"PK\x03\x04 tidak lengkap".to_vec()),
        ("a cut workbook", workbook("", &[])[..500].to_vec()),
        ("an open quotation mark", [b"pegawai;atasan\n\"".to_vec(), vec![b'x'; 2 << 20]].concat()),
        ("deep elements", workbook(&"<a>".repeat(100_000), &[])),
    ] {
        let run = checked(&admin, file).await;
        assert_eq!(run["status"], "REFUSED", "{name}: {run:#}");
        assert!(run["failure"].is_string(), "{name}: {run:#}");
    }
    // A character that can't be stored is a problem of its row.
    let [person, superior] = row_of(Person::Peer, Person::Manager);
    let text = format!("pegawai;atasan\n{person};{superior}\0\n\0;\u{1b}[2J\n");
    let run = checked(&admin, text).await;
    assert_eq!((&run["status"], &run["changes"]["refused"]), (&json!("REFUSED"), &json!(2)), "{run:#}");
    let message = run["rows"]["edges"][0]["node"]["problems"][0]["message"].as_str().expect("a sentence");
    assert!(message.contains("atasan") && message.contains("U+0000"), "{message}");

    // A file that is no longer there.
    let id = upload(&admin, "pegawai;atasan\n1;2\n").await;
    for file in std::fs::read_dir(&*app.env.uploads).expect("files") {
        let _ = std::fs::remove_file(file.expect("a file").path());
    }
    let run = import(&admin, &id, true).await;
    assert_eq!(run["status"], "REFUSED", "{run:#}");

    // A run whose server has stopped.
    sql(&app.env, "UPDATE import_run SET status = 'CHECKING', finished_at = NULL, created_at = 1")
        .await
        .expect("SQL");
    assert!(service::tick::tick(&app.env).await.expect("a tick").imports_ended > 0);
    let run = import(&admin, &id, true).await;
    assert_eq!(run["status"], "REFUSED", "{run:#}");
});

both!(problems_above_the_limit_are_counted, |app| async move {
    let admin = Client { language: "id", ..app.client(Person::Admin).await };
    let mut text = "pegawai;atasan;catatan\n".to_owned();
    for number in 0..5_500 {
        writeln!(text, "tak-{number};ada-{number};x").expect("a row");
    }
    let run = checked(&admin, &text).await;
    assert_eq!((&run["status"], &run["changes"]["refused"]), (&json!("REFUSED"), &json!(5_500)));
    assert_eq!(run["rows"]["totalCount"], 5_501, "the header's warning and every row with an error");

    let query = "query($id: ID!, $after: String) { node(id: $id) { ... on ImportRun {
        rows(onlyProblems: true, first: 100, after: $after) {
            pageInfo { endCursor hasNextPage } edges { node { number problems { message severity } } } } } } }";
    let id = upload(&admin, &text).await;
    let input = json!({ "uploadId": id, "dryRun": true });
    let started =
        admin.done("importOrganisation", "importRun { id }", input).await["importRun"]["id"].clone();
    let ended = "query($id: ID!) { node(id: $id) { ... on ImportRun { finishedAt } } }";
    while admin.ok(ended, json!({ "id": started })).await.field("node.finishedAt").is_null() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let (mut after, mut listed, mut counted) = (Value::Null, 0, 0);
    loop {
        let page = admin.ok(query, json!({ "id": started, "after": after })).await["node"]["rows"].clone();
        for edge in page["edges"].as_array().expect("rows") {
            for problem in edge["node"]["problems"].as_array().expect("problems") {
                let message = problem["message"].as_str().expect("a sentence");
                match message.split_once(" masalah pada baris ini tidak dirinci") {
                    Some((count, _)) => counted += count.parse::<u32>().expect("a number"),
                    None => listed += 1,
                }
            }
        }
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!((listed, counted), (10_000, 1_001));
});

both!(the_open_uploads_of_a_person_are_limited, |app| async move {
    let admin = Client { language: "id", ..app.client(Person::Admin).await };
    let announce = |name: u32| {
        let admin = admin.clone();
        let document = "mutation($input: CreateUploadInput!) { createUpload(input: $input) { uploadId errors { message } } }";
        async move {
            let input = json!({ "input": { "name": format!("{name}.csv"), "size": 67_108_864 } });
            admin.ok(document, input).await["createUpload"].clone()
        }
    };
    let made = futures_util::future::join_all((0..20).map(announce)).await;
    let (done, refused): (Vec<&Value>, Vec<&Value>) = made.iter().partition(|one| one["errors"] == json!([]));
    assert_eq!((done.len(), refused.len()), (5, 15), "{made:#?}");
    let message = refused[0]["errors"][0]["message"].as_str().expect("a sentence");
    assert!(message.contains("5 unggahan") && message.contains("15 menit"), "{message}");

    // Expired ones no longer count, and are removed.
    sql(&app.env, "UPDATE upload SET expires_at = 1").await.expect("SQL");
    let small = json!({ "name": "a.csv", "size": 3 });
    let made = admin.done("createUpload", "uploadId url", small.clone()).await;
    service::tick::tick(&app.env).await.expect("a tick");
    assert_eq!(put(&app, made["url"].as_str().expect("an address"), "1;2").await, StatusCode::NO_CONTENT);

    // Received files count until they are removed.
    sql(&app.env, "UPDATE upload SET size = 1073741824").await.expect("SQL");
    let document =
        "mutation($input: CreateUploadInput!) { createUpload(input: $input) { errors { message } } }";
    let refused = admin.ok(document, json!({ "input": small })).await["createUpload"]["errors"][0].clone();
    assert!(refused["message"].as_str().expect("a sentence").contains("1025 MiB"), "{refused}");
});

both!(the_running_imports_of_a_person_are_limited, |app| async move {
    let admin = app.client(Person::Admin).await;
    let id = upload(&admin, "pegawai;atasan\n1;2\n").await;
    for _ in 0..3 {
        import(&admin, &id, true).await;
    }
    sql(&app.env, "UPDATE import_run SET status = 'CHECKING', finished_at = NULL").await.expect("SQL");
    let input = json!({ "uploadId": id, "dryRun": true });
    assert_eq!(admin.refused("importOrganisation", "importRun { id }", input).await, "BAD_USER_INPUT");
    sql(&app.env, "UPDATE import_run SET status = 'FAILED', finished_at = 1").await.expect("SQL");
    assert_eq!(import(&admin, &id, true).await["status"], "REFUSED");
});

both!(concurrent_runs_all_end, |app| async move {
    let admin = app.client(Person::Admin).await;
    let id = upload(&admin, "kode;nama;jenis;kode_induk\nBARU;Unit Baru;OPD;KOTA\n").await;
    let runs = futures_util::future::join_all((0..3).map(|_| import(&admin, &id, true))).await;
    assert!(runs.iter().all(|run| run["status"] == "READY"), "{runs:#?}");
});
