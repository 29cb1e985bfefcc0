//! The figures for an operator's monitoring: what they tell, and to whom.

use crate::{
    both,
    support::{Person, TestApp},
};
use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Request, StatusCode, header},
};
use kinerja::http::listen::Peer;
use serde_json::json;
use std::net::{IpAddr, SocketAddr};
use tower::ServiceExt;

/// The figures as a caller from an address gets them.
async fn figures(app: &TestApp, from: &str, by_proxy: bool) -> (StatusCode, String) {
    let peer = Peer(SocketAddr::new(from.parse::<IpAddr>().expect("an address"), 4000));
    let mut request = Request::get("/metrics").extension(ConnectInfo(peer));
    if by_proxy {
        request = request.header("x-forwarded-for", "203.0.113.7");
    }
    let request = request.body(Body::empty()).expect("a request");
    let answer = app.router.clone().oneshot(request).await.expect("an answer");
    let status = answer.status();
    if status == StatusCode::OK {
        let kind = answer.headers()[header::CONTENT_TYPE].to_str().expect("text");
        assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    }
    let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
    (status, String::from_utf8(bytes.to_vec()).expect("text"))
}

fn figure(text: &str, name: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

both!(figures_count_what_happens_and_name_nobody, |app| async move {
    let employee = app.client(Person::Employee).await;
    let named = "query RahasiaSaya { viewer { staff { name nip } } }";
    employee.ok(named, json!({})).await;
    employee.ok(named, json!({})).await;
    assert_eq!(app.anonymous().error("{ viewer { roles } }", json!({})).await, "UNAUTHENTICATED");
    employee.error("{ absent }", json!({})).await;
    employee.error("{ broken", json!({})).await;
    let (status, text) = figures(&app, "127.0.0.1", false).await;
    assert_eq!(status, StatusCode::OK);
    let count = |operation: &str, code: &str| {
        figure(&text, &format!("kinerja_requests_total{{operation=\"{operation}\",code=\"{code}\"}}"))
    };
    assert_eq!(count("query", "OK"), Some(2.0), "{text}");
    assert_eq!(count("query", "UNAUTHENTICATED"), Some(1.0), "{text}");
    assert_eq!(count("query", "GRAPHQL_VALIDATION_FAILED"), Some(1.0), "{text}");
    assert_eq!(count("none", "GRAPHQL_PARSE_FAILED"), Some(1.0), "{text}");
    assert_eq!(figure(&text, "kinerja_request_seconds_count{operation=\"query\"}"), Some(4.0), "{text}");
    assert_eq!(figure(&text, "kinerja_units_of_work"), Some(0.0), "{text}");
    assert!(figure(&text, "kinerja_sql_statements_total").is_some_and(|sent| sent > 5.0), "{text}");
    for pool in ["read", "write"] {
        // Who has just used a connection may still be giving it back.
        let idle = figure(&text, &format!("kinerja_connections{{pool=\"{pool}\",state=\"idle\"}}"));
        assert!(idle.is_some(), "{text}");
    }
    assert!(text.contains(&format!("version=\"{}\"", env!("CARGO_PKG_VERSION"))), "{text}");
    for secret in ["RahasiaSaya", "Employee", "1980010120"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
});

both!(figures_answer_the_same_machine_only, |app| async move {
    assert_eq!(figures(&app, "::1", false).await.0, StatusCode::OK);
    assert_eq!(figures(&app, "127.0.0.1", true).await.0, StatusCode::NOT_FOUND, "what a proxy passes on");
    assert_eq!(figures(&app, "192.0.2.1", false).await.0, StatusCode::NOT_FOUND);
});
