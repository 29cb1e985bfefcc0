//! Metrics for monitoring: their content and who can read them.

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

/// Requests the metrics from an address; returns status and body.
async fn metrics(app: &TestApp, from: &str, by_proxy: bool) -> (StatusCode, String) {
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

fn metric(text: &str, name: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

both!(metrics_count_requests_and_contain_no_personal_data, |app| async move {
    let employee = app.client(Person::Employee).await;
    let named = "query RahasiaSaya { viewer { staff { name nip } } }";
    employee.ok(named, json!({})).await;
    employee.ok(named, json!({})).await;
    assert_eq!(app.anonymous().error("{ viewer { roles } }", json!({})).await, "UNAUTHENTICATED");
    employee.error("{ absent }", json!({})).await;
    employee.error("{ broken", json!({})).await;
    let (status, text) = metrics(&app, "127.0.0.1", false).await;
    assert_eq!(status, StatusCode::OK);
    let count = |operation: &str, code: &str| {
        metric(&text, &format!("kinerja_requests_total{{operation=\"{operation}\",code=\"{code}\"}}"))
    };
    assert_eq!(count("query", "OK"), Some(2.0), "{text}");
    assert_eq!(count("query", "UNAUTHENTICATED"), Some(1.0), "{text}");
    assert_eq!(count("none", "GRAPHQL_VALIDATION_FAILED"), Some(1.0), "{text}");
    assert_eq!(count("none", "GRAPHQL_PARSE_FAILED"), Some(1.0), "{text}");
    assert_eq!(metric(&text, "kinerja_request_seconds_count{operation=\"query\"}"), Some(3.0), "{text}");
    assert_eq!(metric(&text, "kinerja_units_of_work"), Some(0.0), "{text}");
    assert!(metric(&text, "kinerja_sql_statements_total").is_some_and(|sent| sent > 5.0), "{text}");
    for pool in ["read", "write"] {
        // The exact number is unknown: a request may still be returning its connection.
        let idle = metric(&text, &format!("kinerja_connections{{pool=\"{pool}\",state=\"idle\"}}"));
        assert!(idle.is_some(), "{text}");
    }
    assert!(text.contains(&format!("version=\"{}\"", env!("CARGO_PKG_VERSION"))), "{text}");
    for secret in ["RahasiaSaya", "Employee", "1980010120"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
});

both!(metrics_are_available_only_from_the_same_machine, |app| async move {
    assert_eq!(metrics(&app, "::1", false).await.0, StatusCode::OK);
    assert_eq!(metrics(&app, "127.0.0.1", true).await.0, StatusCode::NOT_FOUND, "forwarded by a proxy");
    assert_eq!(metrics(&app, "192.0.2.1", false).await.0, StatusCode::NOT_FOUND);
});
