//! The schema's text is written by this test and reviewed in the diff.

use crate::support::{On, run};
use kinerja::{
    graphql,
    http::app::{App, AppSettings},
};

/// Set to write `schema.graphql` anew: `KINERJA_WRITE_SCHEMA=1 cargo test schema`.
const WRITE: &str = "KINERJA_WRITE_SCHEMA";

#[tokio::test(flavor = "multi_thread")]
async fn schema_graphql_is_up_to_date() {
    run(On::Sqlite, |app| async move {
        let app = App::new(app.env, &AppSettings::default()).expect("an app");
        let sdl = graphql::sdl(app.schema());
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
        if std::env::var_os(WRITE).is_some() {
            std::fs::write(path, &sdl).expect("schema.graphql is written");
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == sdl, "schema.graphql is out of date: run with {WRITE}=1 and review the diff");
    })
    .await;
}
