//! Compares the speed of reads through the server with that of the database alone.
//!
//! Sixteen keep-alive connections send the requests of a logged-in person over HTTP to the real server, on a
//! generated city on PostgreSQL. The baseline is pgbench: sixteen clients execute only the SQL statements of such a
//! request, prepared, on the same database in the same run.
//!
//! `TEST_PG_URL=postgres://…/postgres cargo bench --bench read -- [SECONDS [RUNS]]`

use axum::http::StatusCode;
use generate::{Plan, SEED};
use kinerja::http::{app::App, listen, settings::AppSettings};
use serde_json::{Value, json};
use service::{
    Env,
    db::{Db, Watch},
    env::Clock,
    testing::{TestDb, session_of_user},
};
use std::{
    error::Error,
    net::SocketAddr,
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

type Outcome<T> = Result<T, Box<dyn Error>>;

const CONNECTIONS: usize = 16;
/// Number of people in the generated city.
const PEOPLE: u32 = 300;

/// A measured query.
struct Measured {
    what: &'static str,
    who: &'static str,
    document: &'static str,
    /// Allowed number of SQL statements per request.
    statements: std::ops::RangeInclusive<usize>,
}

const FIFTY: &str = "{ staff(first: 50) { edges { node { id name assignment { unit { id name } }
    plans(first: 3) { edges { node { id status } } }
    evaluations(first: 12) { edges { node { id status predicate } } } } } } }";

const MEASURED: [Measured; 3] = [
    Measured {
        what: "50 people, each with unit, 3 plans, 12 evaluations; an admin",
        who: "admin",
        document: FIFTY,
        statements: 4..=6,
    },
    Measured {
        what: "the same; a unit head, who can see the rows below them in the chain of superiors",
        who: "kepala",
        document: FIFTY,
        statements: 4..=6,
    },
    Measured {
        what: "one row with one edge",
        who: "admin",
        document: "query($evaluation: ID!) { evaluation(id: $evaluation) { id status staff { name } } }",
        statements: 2..=2,
    },
];

/// The server, and the statements that it has sent to the database.
struct Server {
    address: SocketAddr,
    env: Env,
    url: String,
    sent: Arc<Mutex<Option<Vec<String>>>>,
    _db: TestDb,
}

impl Server {
    async fn start() -> Outcome<Self> {
        let mut db = TestDb::postgres()
            .await?
            .ok_or("TEST_PG_URL must be the URL of a PostgreSQL server where databases can be created")?;
        let sent: Arc<Mutex<Option<Vec<String>>>> = Arc::default();
        let recorded = sent.clone();
        db.options.readers = u32::try_from(CONNECTIONS)?;
        db.options.watch = Some(Watch::new(move |statement| {
            if let Some(sent) = recorded.lock().expect("the list of statements").as_mut() {
                sent.push(statement.to_string());
            }
        }));
        let now = "2026-08-20T02:00:00Z".parse()?;
        let env = Env::new(Db::connect(&db.options).await?, Clock::fixed(now), db.folder.path());
        let plan = Plan { staff: PEOPLE, years: 3, seed: SEED, today: now.date_naive() };
        generate::city(&env, &plan, |_| {}).await?;
        let url = db.options.url.clone();
        run(Command::new("psql").args(["-qXc", "VACUUM ANALYZE"]).arg(&url))?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let app = App::new(env.clone(), &AppSettings::default())?;
        tokio::spawn(listen::serve(listener, app, std::future::pending()));
        Ok(Self { address, env, url, sent, _db: db })
    }

    /// Returns the bytes of a document's HTTP request.
    async fn request(&self, who: &str, document: &str, variables: Value) -> Outcome<Vec<u8>> {
        let token = session_of_user(&self.env, who).await?;
        let body = json!({ "query": document, "variables": variables }).to_string();
        let (host, length) = (self.address, body.len());
        Ok(format!(
            "POST /graphql HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\naccept: application/graphql-response+json\r\n\
             content-length: {length}\r\n\r\n{body}"
        )
        .into_bytes())
    }

    /// Returns the SQL statements of a request with a cached session.
    async fn statements(&self, request: &[u8]) -> Outcome<Vec<String>> {
        let mut connection = Connection::open(self.address).await?;
        connection.exchange(request).await?;
        *self.sent.lock().expect("the list of statements") = Some(Vec::new());
        connection.exchange(request).await?;
        Ok(self.sent.lock().expect("the list of statements").take().unwrap_or_default())
    }
}

/// A keep-alive connection. It parses only the length of a response, to use little of the CPU that it shares with the
/// server.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; 1024 * 1024] })
    }

    /// Sends a request and returns the body of its response, which must have status 200.
    async fn exchange(&mut self, request: &[u8]) -> Outcome<&[u8]> {
        self.stream.write_all(request).await?;
        let (mut filled, mut body) = (0, None);
        loop {
            let read = self.stream.read(&mut self.buffer[filled..]).await?;
            if read == 0 {
                return Err("the server hung up".into());
            }
            filled += read;
            if body.is_none() {
                body = body_of(&self.buffer[..filled])?;
            }
            if let Some((start, end)) = body
                && filled >= end
            {
                return Ok(&self.buffer[start..end]);
            }
        }
    }
}

/// Returns the range of the body, once the head has arrived.
fn body_of(answer: &[u8]) -> Outcome<Option<(usize, usize)>> {
    let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&answer[..end])?.to_ascii_lowercase();
    if !head.starts_with(&format!("http/1.1 {}", StatusCode::OK.as_u16())) {
        return Err(head.into());
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.ok_or("a response without content-length")?.trim().parse()?;
    Ok(Some((end + 4, end + 4 + length)))
}

/// Result of one run.
struct Run {
    per_second: f64,
    latencies: Vec<Duration>,
}

/// Sends a request on all connections again and again for this time.
async fn load(address: SocketAddr, request: Arc<[u8]>, time: Duration) -> Outcome<Run> {
    let begin = Instant::now();
    let clients: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let request = request.clone();
            tokio::spawn(async move {
                let mut connection = Connection::open(address).await.map_err(|error| error.to_string())?;
                let mut latencies = Vec::new();
                while begin.elapsed() < time {
                    let sent = Instant::now();
                    connection.exchange(&request).await.map_err(|error| error.to_string())?;
                    latencies.push(sent.elapsed());
                }
                Ok::<_, String>(latencies)
            })
        })
        .collect();
    let mut latencies = Vec::new();
    for client in clients {
        latencies.extend(client.await??);
    }
    Ok(Run { per_second: latencies.len() as f64 / begin.elapsed().as_secs_f64(), latencies })
}

/// Measures with pgbench how often per second the database executes only the statements.
fn baseline(url: &str, script: &Path, time: Duration) -> Outcome<f64> {
    let clients = CONNECTIONS.to_string();
    let output = run(Command::new("pgbench")
        .args(["-n", "-M", "prepared", "-j", "2", "-c", &clients, "-T", &time.as_secs().to_string(), "-f"])
        .arg(script)
        .arg(url))?;
    let tps = output.lines().find_map(|line| line.strip_prefix("tps = "));
    Ok(tps.and_then(|line| line.split(' ').next()).ok_or("pgbench printed no tps")?.parse()?)
}

fn run(command: &mut Command) -> Outcome<String> {
    let done = command.output().map_err(|error| format!("{:?}: {error}", command.get_program()))?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).into_owned().into());
    }
    Ok(String::from_utf8(done.stdout)?)
}

/// Adds the type to arrays of ids, which is missing in the printed statement.
fn typed(statement: &str) -> String {
    let mut parts = statement.split("ARRAY [");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("ARRAY[");
        text.push_str(&part.replacen(']', "]::uuid[]", 1));
    }
    text
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(index).map_or(0.0, |latency| latency.as_secs_f64() * 1000.0)
}

async fn measure(server: &Server, measured: &Measured, time: Duration, runs: usize) -> Outcome<()> {
    let evaluation = {
        let request = server
            .request("admin", "{ evaluations(first: 1) { edges { node { id } } } }", Value::Null)
            .await?;
        let mut connection = Connection::open(server.address).await?;
        let answer: Value = serde_json::from_slice(connection.exchange(&request).await?)?;
        answer["data"]["evaluations"]["edges"][0]["node"]["id"].clone()
    };
    let variables = json!({ "evaluation": evaluation });
    let request: Arc<[u8]> = server.request(measured.who, measured.document, variables).await?.into();
    let statements = server.statements(&request).await?;
    let mut connection = Connection::open(server.address).await?;
    let answer = connection.exchange(&request).await?;
    let bytes = answer.len();
    let answer: Value = serde_json::from_slice(answer)?;
    if answer.get("errors").is_some() {
        return Err(answer.to_string().into());
    }
    println!("\n{}", measured.what);
    println!("  {} statements per request, {bytes} bytes", statements.len());
    if !measured.statements.contains(&statements.len()) {
        return Err(
            format!("a request should send {:?} statements: {statements:#?}", measured.statements).into()
        );
    }
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("baseline.sql");
    let lines: Vec<_> = statements.iter().map(|statement| format!("{};\n", typed(statement))).collect();
    std::fs::write(&script, lines.concat())?;
    // Short runs to warm up.
    baseline(&server.url, &script, Duration::from_secs(1))?;
    load(server.address, request.clone(), Duration::from_secs(1)).await?;
    let (mut baselines, mut rates, mut latencies) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        baselines.push(baseline(&server.url, &script, time)?);
        let run = load(server.address, request.clone(), time).await?;
        rates.push(run.per_second);
        latencies.extend(run.latencies);
    }
    latencies.sort_unstable();
    let (baseline, rate) = (median(baselines), median(rates));
    println!("  baseline (pgbench, prepared): {baseline:.0} per second");
    println!(
        "  this server:                  {rate:.0} requests per second, {:.3} of the baseline",
        rate / baseline
    );
    println!("  p50 {:.2} ms, p99 {:.2} ms", percentile(&latencies, 50), percentile(&latencies, 99));
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let numbers: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let time = Duration::from_secs(numbers.first().copied().unwrap_or(5).try_into()?);
    let runs = numbers.get(1).copied().unwrap_or(5);
    let server = Server::start().await?;
    println!("{PEOPLE} people, three years; {CONNECTIONS} connections; medians of {runs} runs of {time:?}");
    for measured in &MEASURED {
        measure(&server, measured, time, runs).await?;
    }
    Ok(())
}
