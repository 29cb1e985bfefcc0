//! A demo as it starts, but smaller: its colleagues, and the examples of README.md, README.id.md and docs/DEMO.md.
//!
//! An example is a block `graphql` whose first line names the login. If a block `json` follows, it is the shortened
//! answer: the answer has its keys, at least its items, and the same codes (VERY_GOOD); names, figures and sentences
//! depend on the person.

use crate::cli::Server;
use chrono::Datelike;
use serde_json::Value;
use service::testing::TestDb;
use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

const PAGES: [&str; 3] = ["README.md", "README.id.md", "docs/DEMO.md"];

/// A demo with its size as the only option: its clock, its colleagues, and `--quiet`.
fn colleagues_act_unless_it_is_quiet(database: Option<&str>) {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = Server::start(folder.path(), database, &["--staff", "60", "--years", "1"]);
    let october = format!("Today is {}-10-15.", service::env::machine_now().year());
    assert!(demo.lines.iter().any(|line| line.ends_with(&october)), "{:?}", demo.lines);
    let (employee, superior) = (demo.token("pegawai"), demo.token("atasan"));
    let worklist =
        "{ viewer { worklist { totalCount nodes { subject { ... on ActivityGroup { activityCount } } } } } }";
    let before = demo.query(Some(&superior), worklist);
    let stream = "subscription { reviewUpdates { kind } }";
    let item =
        demo.first_item(&employee, stream, Duration::from_secs(10)).expect("an item within ten seconds");
    let kind = item["data"]["reviewUpdates"]["kind"].as_str().expect("a kind").to_owned();
    assert!(["ACTIVITY_REVIEWED", "FEEDBACK_GIVEN"].contains(&kind.as_str()), "{item:#}");
    let until = Instant::now() + Duration::from_secs(20);
    while demo.query(Some(&superior), worklist) == before {
        assert!(Instant::now() < until, "the superior's worklist does not move: {before:#}");
        std::thread::sleep(Duration::from_millis(250));
    }
    demo.stop();
    // The same city with `--quiet`: its clock continues, and nothing happens.
    let demo = Server::start(folder.path(), database, &["--quiet"]);
    assert!(demo.lines.iter().any(|line| line.ends_with(&october)), "{:?}", demo.lines);
    let employee = demo.token("pegawai");
    assert_eq!(demo.first_item(&employee, stream, Duration::from_secs(10)), None);
    demo.stop();
}

#[test]
fn colleagues_act_in_a_demo_unless_it_is_quiet_on_sqlite() {
    colleagues_act_unless_it_is_quiet(None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn colleagues_act_in_a_demo_unless_it_is_quiet_on_postgres() {
    let Some(db) = TestDb::postgres().await.expect("a database") else { return };
    let url = db.options.url.clone();
    tokio::task::spawn_blocking(move || colleagues_act_unless_it_is_quiet(Some(&url)))
        .await
        .expect("it acts");
}

struct Block {
    language: String,
    text: String,
    /// Where the block begins in its page.
    at: usize,
}

fn blocks(page: &str) -> Vec<Block> {
    let parts: Vec<&str> = page.split("```").collect();
    let mut found = Vec::new();
    let mut at = 0;
    for (number, part) in parts.iter().enumerate() {
        if number % 2 == 1 {
            let (language, text) = part.split_once('\n').expect("a block has lines");
            found.push(Block { language: language.to_owned(), text: text.to_owned(), at });
        }
        at += part.len() + 3;
    }
    found
}

/// Compares an answer with its shortened form; returns the first difference.
fn differs(short: &Value, full: &Value, place: &str) -> Option<String> {
    let is_code =
        |text: &str| text.len() > 2 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    match (short, full) {
        (Value::Object(short), Value::Object(full)) => short.iter().find_map(|(key, value)| {
            let place = format!("{place}.{key}");
            full.get(key)
                .map_or_else(|| Some(format!("{place} is missing")), |full| differs(value, full, &place))
        }),
        (Value::Array(short), Value::Array(full)) if short.len() > full.len() => {
            Some(format!("{place} has {} items", full.len()))
        }
        (Value::Array(short), Value::Array(full)) => {
            let pairs = short.iter().zip(full).enumerate();
            pairs
                .into_iter()
                .find_map(|(number, (short, full))| differs(short, full, &format!("{place}[{number}]")))
        }
        (Value::String(short), Value::String(full)) if is_code(short) && short != full => {
            Some(format!("{place} is {full}, not {short}"))
        }
        (short, full) => (std::mem::discriminant(short) != std::mem::discriminant(full))
            .then(|| format!("{place} is {full}, not of the kind of {short}")),
    }
}

#[test]
fn a_shortened_answer_that_does_not_fit_is_noticed() {
    let full: Value = serde_json::json!({ "a": [{ "code": "VERY_GOOD", "text": "x" }], "n": 1 });
    for (short, place) in [
        (serde_json::json!({ "a": [{ "code": "GOOD" }] }), "a[0].code"),
        (serde_json::json!({ "b": 1 }), "b is missing"),
        (serde_json::json!({ "a": [{}, {}] }), "1 items"),
        (serde_json::json!({ "n": null }), "n is 1"),
    ] {
        let found = differs(&short, &full, "");
        assert!(found.as_ref().is_some_and(|found| found.contains(place)), "{short}: {found:?}");
    }
    let short = serde_json::json!({ "a": [{ "code": "VERY_GOOD", "text": "y" }] });
    assert_eq!(differs(&short, &full, ""), None);
}

#[test]
fn the_examples_of_the_pages_work_on_a_new_demo() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = Server::start(folder.path(), None, &["--staff", "300", "--years", "2"]);
    let year = service::env::machine_now().year().to_string();
    let mut tokens: BTreeMap<String, String> = BTreeMap::new();
    let mut documents: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for name in PAGES {
        let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a page");
        let blocks = blocks(&page);
        let build = page.find("cargo run --release").unwrap_or(page.len());
        let (mut logged_in, mut exports) = (0, 0);
        for (number, block) in blocks.iter().enumerate() {
            let answer = blocks.get(number + 1).map(|next| (next.language.as_str(), next.text.as_str()));
            if block.language == "graphql" {
                let (login, document) = block.text.split_once('\n').expect("a login and a document");
                let user = login.strip_prefix("# ").expect("the first line names the login");
                let token = tokens.entry(user.to_owned()).or_insert_with(|| demo.token(user)).clone();
                assert!(name == PAGES[2] || block.at < build, "{name}: {document} comes after the build");
                documents.entry(name).or_default().push(block.text.clone());
                let full = if document.starts_with("subscription") {
                    demo.first_item(&token, document, Duration::from_secs(10))
                        .expect("an item within ten seconds")
                } else {
                    demo.query(Some(&token), document)
                };
                assert!(full.get("errors").is_none(), "{name}: {document}{full:#}");
                if let Some(("json", text)) = answer {
                    let short: Value = serde_json::from_str(text).expect("JSON");
                    assert_eq!(differs(&short, &full, "data"), None, "{name}: {document}{full:#}");
                }
                let data = full["data"].to_string();
                assert!(!data.ends_with("\"edges\":[]}}"), "{name}: an empty list: {document}{full:#}");
            }
            for call in block.text.lines().filter(|_| block.language == "sh") {
                if let Some((_, body)) = call.split_once("-d '").filter(|(_, body)| body.contains("mutation"))
                {
                    let body: Value = serde_json::from_str(body.trim_end_matches('\'')).expect("JSON");
                    let answer = demo.query(None, body["query"].as_str().expect("a document"));
                    assert!(answer["data"]["login"]["accessToken"].is_string(), "{name}: {answer:#}");
                    logged_in += 1;
                }
                if let Some((_, path)) = call.split_once("8000/exports/") {
                    let path = path.split('"').next().unwrap_or_default().replace("2026", &year);
                    let token = tokens.entry("walikota".to_owned()).or_insert_with(|| demo.token("walikota"));
                    let csv = demo.get(&format!("/exports/{path}"), token);
                    assert!(csv.starts_with("HTTP/1.1 200"), "{name}: {csv}");
                    let shown = answer.filter(|(language, _)| *language == "csv");
                    let head = shown.and_then(|(_, text)| text.lines().next()).unwrap_or("org_unit_id,");
                    assert!(csv.contains(head), "{name}: {csv}");
                    exports += 1;
                }
            }
        }
        if name != PAGES[2] {
            assert_eq!((logged_in, exports), (1, 1), "{name}: a login and a distribution");
        }
    }
    assert_eq!(documents[PAGES[0]], documents[PAGES[1]], "both pages show the same requests");
    assert_eq!(documents[PAGES[0]].len(), 3, "an explained result, a worklist and a stream");
    demo.stop();
}
