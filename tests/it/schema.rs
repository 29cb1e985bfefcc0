//! Tests that `schema.graphql` is up to date and that tests send every mutation.

use crate::support::{On, run, sdl::Sdl, sources::sources};
use kinerja::http::{app::App, settings::AppSettings};

/// Set this variable to regenerate `schema.graphql`: `KINERJA_WRITE_SCHEMA=1 cargo test --test it schema`.
const WRITE: &str = "KINERJA_WRITE_SCHEMA";

#[tokio::test(flavor = "multi_thread")]
async fn schema_graphql_is_up_to_date() {
    run(On::Sqlite, |app| async move {
        let app = App::new(app.env, &AppSettings::default()).expect("an app");
        let sdl = app.api().sdl();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
        if std::env::var_os(WRITE).is_some() {
            std::fs::write(path, sdl).expect("schema.graphql is written");
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == sdl, "schema.graphql is out of date: run with {WRITE}=1 and review the diff");
    })
    .await;
}

/// Checks that each mutation's name occurs in a test. `Client::mutate_and_replay` also replays it.
#[test]
fn every_mutation_is_sent_by_a_test() {
    let tests: String = sources().into_values().collect();
    let sdl = include_str!("../../schema.graphql");
    let mutations = sdl.split_once("\ntype Mutation {").and_then(|(_, rest)| rest.split_once("\n}"));
    let mutations = mutations.expect("the mutations").0.lines().filter_map(|line| {
        let (name, _) = line.strip_prefix('\t')?.split_once('(')?;
        (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(name)
    });
    let mutations: Vec<&str> = mutations.collect();
    assert_eq!(mutations.len(), Sdl::committed().fields("Mutation").len(), "{mutations:?}");
    let unsent: Vec<_> = mutations.iter().filter(|name| !tests.contains(&format!("\"{name}\""))).collect();
    assert!(unsent.is_empty(), "no test sends {unsent:?}");
}
