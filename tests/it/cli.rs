//! The command line, and the synthetic city.

mod commands;

use axum::{
    body::Body,
    http::{HeaderValue, Request},
};
use chrono::{Datelike, NaiveDate};
use generate::Plan;
use kinerja::http::{app::App, settings::AppSettings};
use serde_json::{Value, json};
use service::{
    Env,
    db::Db,
    env::Clock,
    testing::{
        TestDb,
        content::{Content, JOURNALLED, content, entries},
    },
};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};
use tower::ServiceExt;

fn kinerja(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kinerja"));
    command.current_dir(folder).env_clear().env("KINERJA_LOG", "warn");
    command
}

fn run(command: &mut Command) -> (bool, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (status.success(), text(stdout), text(stderr))
}

#[test]
fn environment_overrides_file_and_file_overrides_defaults() {
    let folder = tempfile::tempdir().expect("a folder");
    let checked = |command: &mut Command| -> Value {
        let (well, out, err) = run(command.arg("check-config"));
        assert!(well, "{err}");
        serde_json::from_str(&out).expect("JSON")
    };
    let config = checked(&mut kinerja(folder.path()));
    assert_eq!(config["listen"], "127.0.0.1:8000");
    assert_eq!(config["database_url"], "sqlite:./data/kinerja.db");

    std::fs::write(
        folder.path().join("kinerja.toml"),
        "listen = \"127.0.0.1:9000\"\nintrospection = \"nobody\"\n[limits]\ncost = 77\n",
    )
    .expect("a file");
    let config = checked(&mut kinerja(folder.path()));
    assert_eq!(config["listen"], "127.0.0.1:9000");
    assert_eq!((&config["introspection"], &config["limits"]["cost"]), (&json!("nobody"), &json!(77)));
    assert_eq!(config["limits"]["depth"], 15, "settings missing in the file keep their defaults");

    let config = checked(
        kinerja(folder.path())
            .env("KINERJA_LISTEN", "127.0.0.1:9001")
            .env("KINERJA_ALLOWED_ORIGINS", "[\"https://kinerja.example\"]")
            .env("DATABASE_URL", "postgres://app:rahasia@db/kinerja"),
    );
    assert_eq!(config["listen"], "127.0.0.1:9001");
    assert_eq!(config["introspection"], "nobody");
    assert_eq!(config["allowed_origins"], json!(["https://kinerja.example"]));
    assert_eq!(config["database_url"], "postgres://app:***@db/kinerja");
}

#[test]
fn unknown_settings_and_missing_files_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (well, _, err) = run(kinerja(folder.path()).arg("check-config").env("KINERJA_LISTE", "x"));
    assert!(!well && err.contains("liste"), "{err}");
    let (well, _, err) = run(kinerja(folder.path()).args(["check-config", "--config", "absent.toml"]));
    assert!(!well && err.contains("absent.toml"), "{err}");
    std::fs::write(folder.path().join("kinerja.toml"), "[limits]\nkost = 77\n").expect("a file");
    let (well, _, err) = run(kinerja(folder.path()).arg("check-config"));
    assert!(!well && err.contains("kost"), "{err}");
    for origin in ["*", "kinerja.example", "https://kinerja.example/"] {
        let folder = tempfile::tempdir().expect("a folder");
        let origins = format!("[\"{origin}\"]");
        let (well, _, err) =
            run(kinerja(folder.path()).arg("check-config").env("KINERJA_ALLOWED_ORIGINS", origins));
        assert!(!well && err.contains("not an origin"), "{origin}: {err}");
    }
}

#[test]
fn metrics_beyond_this_machine_need_their_own_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |name: &str, value: &str| run(kinerja(folder.path()).arg("check-config").env(name, value));
    let (well, _, err) = check("KINERJA_METRICS", "everyone");
    assert!(!well && err.contains("everyone"), "{err}");
    for (name, value) in [("KINERJA_METRICS_LISTEN", "0.0.0.0:9100"), ("KINERJA_METRICS", "nobody")] {
        let (well, out, err) = check(name, value);
        assert!(well && out.contains(value), "{out}{err}");
    }
}

#[tokio::test]
async fn serve_refuses_a_postgres_that_loses_acknowledged_changes() {
    let Some(db) = TestDb::postgres().await.expect("a database") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("{}?options[synchronous_commit]=off", db.options.url);
    let serve = |allow: &str| {
        run(kinerja(folder.path())
            .arg("serve")
            .env("KINERJA_LISTEN", "127.0.0.1:0")
            .env("KINERJA_ALLOW_UNSAFE_POSTGRES", allow)
            .env("DATABASE_URL", &url))
    };
    let (well, _, err) = serve("false");
    assert!(!well && err.contains("synchronous_commit") && err.contains("KINERJA_ALLOW_UNSAFE"), "{err}");
    // The next check refuses: this database has no agency.
    let (well, _, err) = serve("true");
    assert!(!well && err.contains("the settings allow that") && err.contains("create-admin"), "{err}");
}

/// Starts a demo and returns what it says on stderr until it listens.
fn said_by_a_demo(database: Option<&str>, options: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let mut demo = kinerja(folder.path())
        .args(["demo", "--staff", "60", "--years", "2", "--port", "0"])
        .args(options)
        .envs(database.map(|url| ("DATABASE_URL", url)))
        .env("KINERJA_LOG", "info")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let lines = BufReader::new(demo.stderr.take().expect("a pipe")).lines().map_while(Result::ok);
    let said: Vec<String> = lines.take_while(|line| !line.contains("listening")).collect();
    demo.kill().and_then(|()| demo.wait()).expect("killed");
    said.join("\n")
}

#[test]
fn a_demo_shows_its_progress_unless_it_is_quiet() {
    let said = said_by_a_demo(None, &[]);
    for line in ["0 %, units and people", "50 %, plans", "100 %, journal"] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(!said.contains("WARNING"), "{said}");
    let said = said_by_a_demo(None, &["--quiet"]);
    assert!(!said.contains("making the city"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_warns_of_a_postgres_that_loses_acknowledged_changes() {
    let Some(db) = TestDb::postgres().await.expect("a database") else { return };
    let url = format!("{}?options[synchronous_commit]=off", db.options.url);
    let demo = move || said_by_a_demo(Some(&url), &["--quiet"]);
    let said = tokio::task::spawn_blocking(demo).await.expect("it starts");
    let warning = said.lines().find(|line| line.starts_with("WARNING: ")).unwrap_or_default();
    assert!(warning.contains("synchronous_commit") && said.contains("serve refuses"), "{said}");
}

#[test]
fn a_server_needs_files_for_its_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let with_files = |files: &str, connections: &str| {
        let mut command = Command::new("prlimit");
        command.arg(format!("--nofile={files}")).arg(env!("CARGO_BIN_EXE_kinerja"));
        command.args(["demo", "--quiet", "--staff", "50", "--years", "1", "--port", "0"]);
        command.current_dir(folder.path()).env_clear().env("KINERJA_LOG", "warn");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("KINERJA_MAX_CONNECTIONS", connections);
        command
    };
    let (well, _, err) = run(&mut with_files("120:120", "100"));
    assert!(!well && err.contains("may open 120 files") && err.contains("ulimit -n"), "{err}");
    // A soft limit is raised, and a higher number of connections is lowered with a warning.
    let mut demo = with_files("120:200", "100")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut warning = String::new();
    let read = BufReader::new(demo.stderr.take().expect("a pipe")).read_line(&mut warning);
    demo.kill().and_then(|()| demo.wait()).expect("killed");
    read.expect("a line");
    assert!(warning.contains("fitting=72"), "{warning}");
}

#[tokio::test]
async fn cors_allows_only_configured_origins() {
    let db = TestDb::sqlite().await.expect("a database");
    let connected = Db::connect(&db.options).await.expect("a connection");
    let env = Env::new(connected, Clock::system(), db.folder.path());
    let preflight = async |allowed: &[&'static str]| {
        let allowed_origins = allowed.iter().map(|origin| HeaderValue::from_static(origin)).collect();
        let settings = AppSettings { allowed_origins, ..AppSettings::default() };
        let request = Request::options("/graphql")
            .header("origin", "https://kinerja.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type")
            .body(Body::empty())
            .expect("a request");
        let router = App::new(env.clone(), &settings).expect("a server").router();
        let answer = router.oneshot(request).await.expect("an answer");
        answer.headers().get("access-control-allow-origin").cloned()
    };
    let own = "https://kinerja.example";
    assert_eq!(preflight(&[own]).await, Some(HeaderValue::from_static(own)));
    assert_eq!(preflight(&["https://other.example"]).await, None);
    assert_eq!(preflight(&[]).await, None);
}

#[test]
fn the_schema_is_printed_without_a_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let (well, out, err) = run(kinerja(folder.path()).arg("print-schema"));
    assert!(well, "{err}");
    assert!(out.contains("type Query {") && out.contains("schema {"));
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0, "it leaves nothing behind");
}

/// Generates a small city from a seed in an empty database; returns its content and counts of entries.
async fn city_in(db: &TestDb, seed: u64, today: &str) -> (Content, (usize, usize)) {
    let connected = Db::connect(&db.options).await.expect("a connection");
    let today: NaiveDate = today.parse().expect("a day");
    let now = today.and_hms_opt(2, 0, 0).expect("a time").and_utc();
    let env = Env::new(connected, Clock::fixed(now), db.folder.path());
    let plan = Plan { staff: 60, years: 3, seed, today };
    generate::city(&env, &plan, |_| {}).await.expect("a city");
    assert_eq!(generate::logins(&env).await.expect("logins").len(), 7);
    let ticked = service::tick::tick(&env).await.expect("a tick");
    assert_eq!(ticked, service::tick::TickReport::default(), "no time-based transition is due");
    (content(&env).await.expect("the content"), entries(&env).await.expect("entries"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_seed_gives_the_same_city_on_both_databases() {
    let sqlite = async || TestDb::sqlite().await.expect("a SQLite database");
    let (first, (subjects, broken)) = city_in(&sqlite().await, 7, "2026-08-20").await;
    let objects: usize = JOURNALLED.iter().map(|table| first[table].0).sum();
    assert_eq!((subjects, first["event"].0, broken), (objects, objects, 0), "one entry an object");
    assert_eq!(first["staff"].0, 60);
    assert_eq!(first["criterion"].0, 7);
    assert_eq!(first["period"].0, 15);
    for (table, (rows, _)) in &first {
        assert!(*rows > 0, "{table} is empty");
    }
    assert_eq!(city_in(&sqlite().await, 7, "2026-08-20").await.0, first);
    assert_ne!(city_in(&sqlite().await, 8, "2026-08-20").await.0, first);
    if let Some(db) = TestDb::postgres().await.expect("a PostgreSQL database") {
        assert_eq!(city_in(&db, 7, "2026-08-20").await.0, first);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_city_can_be_generated_for_any_day_of_the_year() {
    for today in ["2026-01-01", "2026-01-20", "2026-02-01", "2026-04-12", "2028-02-29", "2026-12-31"] {
        let (content, (_, broken)) = city_in(&TestDb::sqlite().await.expect("a database"), 7, today).await;
        assert_eq!((content["staff"].0, broken), (60, 0), "{today}");
    }
}

/// A running server. Dropping it kills it, also when a test fails.
pub(crate) struct Server {
    child: Child,
    pub lines: Vec<String>,
    address: String,
}

impl Server {
    /// Starts a small demo without colleagues on a day.
    fn demo(folder: &Path, clock: &str) -> Self {
        Self::start(folder, None, &["--quiet", "--staff", "60", "--years", "2", "--clock", clock])
    }

    /// Starts a demo and reads its output up to the line with the API key.
    pub fn start(folder: &Path, database: Option<&str>, options: &[&str]) -> Self {
        let mut child = kinerja(folder)
            .args(["demo", "--port", "0"])
            .args(options)
            .envs(database.map(|url| ("DATABASE_URL", url)))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let mut lines = Vec::new();
        for line in BufReader::new(child.stdout.take().expect("its output")).lines() {
            let line = line.expect("a line");
            lines.push(line.clone());
            if line.starts_with("apikey: ") {
                break;
            }
        }
        let address = lines.first().and_then(|line| line.split("http://").nth(1)).expect("its address");
        let address = address.trim_end_matches("/graphql").to_owned();
        Self { child, lines, address }
    }

    /// Sends a request and returns the connection with its answer.
    fn send(&self, line: &str, token: Option<&str>, accept: &str, body: &str) -> TcpStream {
        let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        write!(
            stream,
            "{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAccept: {accept}\r\n\
             Content-Type: application/json\r\n{token}Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .expect("a request");
        stream
    }

    /// Returns the whole answer to a GET request.
    pub fn get(&self, path: &str, token: &str) -> String {
        let mut answer = String::new();
        let mut stream = self.send(&format!("GET {path}"), Some(token), "*/*", "");
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// Logs in with a demo login and returns the access token.
    pub fn token(&self, user: &str) -> String {
        let line = self.lines.iter().find(|line| line.starts_with(&format!("login: {user} ")));
        let password = line.and_then(|line| line.split(' ').nth(2)).expect("a login");
        let login = format!(
            "mutation {{ login(input: {{ user: \"{user}\", password: \"{password}\" }}) {{ accessToken }} }}"
        );
        let answer = self.query(None, &login);
        answer["data"]["login"]["accessToken"].as_str().expect("a token").to_owned()
    }

    /// Subscribes and returns the first item that arrives within this time.
    pub fn first_item(&self, token: &str, document: &str, within: Duration) -> Option<Value> {
        let until = Instant::now() + within;
        let body = json!({ "query": document }).to_string();
        let stream = self.send("POST /graphql/stream", Some(token), "text/event-stream", &body);
        stream.set_read_timeout(Some(Duration::from_millis(200))).expect("a time limit");
        let (mut reader, mut read) = (BufReader::new(stream), Vec::new());
        while Instant::now() < until {
            // Bytes that were read before the time limit stay in `read`.
            match reader.read_until(b'\n', &mut read) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(_) => continue,
            }
            let line = String::from_utf8(std::mem::take(&mut read)).expect("text");
            if let Some(data) = line.strip_prefix("data: {") {
                return Some(serde_json::from_str(&format!("{{{data}")).expect("JSON"));
            }
        }
        None
    }

    pub fn query(&self, token: Option<&str>, query: &str) -> Value {
        let body = json!({ "query": query }).to_string();
        let mut answer = String::new();
        let mut stream = self.send("POST /graphql", token, "application/json", &body);
        stream.read_to_string(&mut answer).expect("an answer");
        let json = &answer[answer.find('{').expect("JSON")..=answer.rfind('}').expect("JSON")];
        serde_json::from_str(json).expect("JSON")
    }

    /// Stops it with SIGTERM, as a service manager does.
    pub fn stop(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
        assert!(self.child.wait().expect("it ends").success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_demo_prints_its_logins_and_refuses_to_move_its_clock_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = Server::demo(folder.path(), "2026-03-02");
    let last: Vec<Vec<&str>> =
        demo.lines[demo.lines.len() - 8..].iter().map(|line| line.split(' ').collect()).collect();
    let roles: Vec<&str> = last[..7].iter().map(|words| words[3]).collect();
    let expected = ["EMPLOYEE", "SUPERIOR", "UNIT_HEAD", "PERFORMANCE_TEAM", "ADMIN", "AUDITOR", "MAYOR"];
    assert_eq!(roles, expected);
    assert_eq!((last[7][0], last[7][2]), ("apikey:", "REPORTING"));
    for words in &last[..7] {
        assert_eq!((words[0], words.len()), ("login:", 4));
        let login = format!(
            "mutation {{ login(input: {{ user: \"{}\", password: \"{}\" }}) {{ accessToken errors {{ code }} }} }}",
            words[1], words[2]
        );
        let answer = demo.query(None, &login);
        let token = answer["data"]["login"]["accessToken"].as_str().expect("a token");
        let answer = demo.query(Some(token), "{ viewer { roles worklist { totalCount } } }");
        let viewer = &answer["data"]["viewer"];
        let role = if roles[..3].contains(&words[3]) || words[3] == "MAYOR" { "EMPLOYEE" } else { words[3] };
        assert!(viewer["roles"].as_array().is_some_and(|roles| roles.contains(&json!(role))), "{answer:#}");
        if words[3] == "SUPERIOR" {
            assert_ne!(viewer["worklist"]["totalCount"], json!(0), "the superior's worklist has items");
        }
    }
    let answer = demo.query(Some(last[7][1]), "{ __schema { queryType { name } } }");
    assert!(answer["data"]["__schema"].is_object(), "{answer:#}");
    demo.stop();

    // The same day continues the demo, a later day moves its clock forward, an earlier day is refused.
    let demo = Server::demo(folder.path(), "2026-03-02");
    assert!(demo.lines.iter().any(|line| line.ends_with("Today is 2026-03-02.")));
    demo.stop();
    let demo = Server::demo(folder.path(), "2026-04-10");
    assert!(demo.lines.iter().any(|line| line.ends_with("Today is 2026-04-10.")));
    demo.stop();
    let (well, _, err) = run(kinerja(folder.path()).args(["demo", "--port", "0", "--clock", "2026-03-02"]));
    assert!(!well && err.contains("never goes back"), "{err}");

    let database = format!("sqlite:{}", folder.path().join("data/demo/kinerja.db").display());
    let (well, _, err) = run(kinerja(folder.path())
        .arg("serve")
        .env("KINERJA_LISTEN", "127.0.0.1:0")
        .env("DATABASE_URL", &database));
    assert!(!well && err.contains("synthetic"), "{err}");
}
