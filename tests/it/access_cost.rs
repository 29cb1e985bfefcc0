//! What the access log costs reads. A benchmark for a quiet machine, not a test: it measures and prints, and limits nothing.
//! CONTRIBUTING.md has the command.

use crate::support::{Client, On, TestApp, ids::global, run_in_a_city_of};
use serde_json::json;
use service::{
    access,
    testing::{
        guests,
        visible::{City, Kind, Object, VisiblePart},
    },
};
use std::time::Instant;

/// Environment variable with the number of rounds.
const ROUNDS: &str = "KINERJA_ACCESS_ROUNDS";
/// Requests in a round for each kind of reading.
const REQUESTS: usize = 60;
/// Evaluations in a request.
const AT_ONCE: usize = 50;

const DOCUMENT: &str =
    "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Evaluation { status predicate resultRating } } }";

/// How the log takes part in a measurement.
#[derive(Clone, Copy)]
enum Log {
    Off,
    /// Each read was recorded earlier today.
    Known,
    /// Each read is the first of the day: it is recorded, and written with the others.
    First,
}

/// CPU time of this process in ms, with the database on SQLite. The kernel counts it in ticks of 10 ms.
fn spent() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("the times of this process");
    let fields: Vec<&str> = stat.rsplit(") ").next().expect("fields").split(' ').collect();
    [11, 12].map(|at| fields[at].parse::<u64>().expect("ticks")).iter().sum::<u64>() * 10
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

async fn cost(app: TestApp) {
    let app = app.without_limits();
    let city = City::read(&app.env).await.expect("a city");
    // The person who sees the most ratings.
    let rated = |who| -> Vec<String> {
        let sees =
            |one: &&Object| one.kind == Kind::Evaluation && city.visible_part(who, one) == VisiblePart::More;
        let seen = city.objects.iter().filter(|one| one.has_more).filter(sees);
        seen.map(|one| global(one.kind as u8, one.id)).collect()
    };
    let reader = *city.people.iter().max_by_key(|one| rated(**one).len()).expect("a person");
    let mut ids = rated(reader);
    ids.truncate(AT_ONCE);
    let client = Client::new(&app, Some(guests::session_of(&app.env, reader).await.expect("a session")));
    let log = app.env.access();
    let measure = async |kind: Log| {
        log.restart(!matches!(kind, Log::Off));
        if matches!(kind, Log::Known) {
            client.ok(DOCUMENT, json!({ "ids": ids })).await;
            access::flush(&app.env).await.expect("written");
        }
        let (cpu, begun) = (spent(), Instant::now());
        for _ in 0..REQUESTS {
            if matches!(kind, Log::First) {
                log.restart(true);
            }
            client.ok(DOCUMENT, json!({ "ids": ids })).await;
        }
        access::flush(&app.env).await.expect("written");
        let requests = REQUESTS as f64;
        ((spent() - cpu) as f64 / requests, begun.elapsed().as_secs_f64() * 1000.0 / requests)
    };
    let rounds = std::env::var(ROUNDS).map_or(20, |text| text.parse().expect("a number"));
    let mut found: [Vec<(f64, f64)>; 3] = Default::default();
    for _ in 0..rounds {
        // Each kind once forwards and once backwards, so that a drift of the machine counts for all.
        for kind in [0, 1, 2, 2, 1, 0] {
            found[kind].push(measure([Log::Off, Log::Known, Log::First][kind]).await);
        }
    }
    println!("{} ratings in each request, {} requests of each kind", ids.len(), rounds * 2 * REQUESTS);
    let figures = found.map(|all| {
        let (cpu, time) = all.into_iter().unzip();
        (median(cpu), median(time))
    });
    for (what, (cpu, time)) in
        ["without the log", "recorded earlier today", "first read of the day"].iter().zip(figures)
    {
        let more = |figure: f64, without: f64| (figure / without - 1.0) * 100.0;
        let (off, slow) = figures[0];
        println!(
            "{what}: {cpu:.2} ms of CPU ({:+.1} %), {time:.2} ms ({:+.1} %)",
            more(cpu, off),
            more(time, slow)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a benchmark; CONTRIBUTING.md has the command"]
async fn cost_of_the_access_log_sqlite() {
    run_in_a_city_of(On::Sqlite, 120, cost).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a benchmark; CONTRIBUTING.md has the command"]
async fn cost_of_the_access_log_postgres() {
    run_in_a_city_of(On::Postgres, 120, cost).await;
}
