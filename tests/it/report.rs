//! Reports by unit: GraphQL and CSV have the same figures, for permitted readers only.

use crate::{
    both,
    support::{Client, EVALUATION, Person, ids},
    year,
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};
use service::testing::city;
use tower::ServiceExt;

const REPORTS: &str = "query($unit: ID!, $period: ID!) { reports {
    planCompletion(orgUnitId: $unit, periodId: $period, depth: 2) {
        rows { orgUnitCode level staff missing draft submitted returned approved orgUnit { name } } }
    evaluationCompletion(orgUnitId: $unit, periodId: $period, depth: 0) {
        rows { staff missing open selfReported ratedDraft finished } }
    predicateDistribution(orgUnitId: $unit, periodId: $period, depth: 0) {
        rows { staff veryGood good notRated } computedAt { cursor at } }
} }";

async fn csv(client: &Client, name: &str, unit: &str, period: &str) -> (StatusCode, String) {
    let mut request = Request::get(format!("/exports/{name}?unit={unit}&period={period}&depth=2"));
    if let Some(token) = &client.token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::empty()).expect("a request");
    let response = client.app.router.clone().oneshot(request).await.expect("an answer");
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, String::from_utf8(bytes.to_vec()).expect("UTF-8"))
}

both!(an_unknown_export_and_a_doubled_parameter_are_named, |app| async move {
    let admin = app.client(Person::Admin).await;
    let (status, text) = csv(&admin, "nope.csv", "x", "x").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    for name in ["nope.csv", "plan-completion.csv", "evaluation-completion.csv", "predicate-distribution.csv"]
    {
        assert!(text.contains(name), "{text}");
    }
    let (status, text) = csv(&admin, "plan-completion.csv", "KOTA&unit=DISDIK", "2026").await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{text}");
    assert!(text.contains("unit") && text.contains("lebih dari sekali"), "{text}");
    let (status, text) = csv(&admin, "plan-completion.csv", "KOTA", "2026").await;
    assert_eq!(status, StatusCode::OK, "{text}");
});

const CHANGES: &str =
    "query($after: String) { events(first: 100, after: $after) { edges { node { kind } } } }";
const COMPUTED: &str =
    "query($unit: ID!, $period: ID!) { reports { planCompletion(orgUnitId: $unit, periodId: $period) {
    rows { submitted } computedAt { cursor } } } }";

both!(a_report_names_its_place_in_the_journal, |app| async move {
    let auditor = app.client(Person::Auditor).await;
    let variables = json!({ "unit": ids::unit(city::ROOT), "period": ids::year() });
    let report = async || {
        service::journal::sequence(&app.env).await.expect("numbers");
        let found = auditor.ok(COMPUTED, variables.clone()).await["reports"]["planCompletion"].clone();
        (found["rows"][0]["submitted"].as_i64().expect("a count"), found["computedAt"]["cursor"].clone())
    };
    let after = async |cursor: &Value| {
        auditor.ok(CHANGES, json!({ "after": cursor })).await["events"]["edges"].clone()
    };
    let (submitted, before) = report().await;
    assert!(before.is_string(), "{before}");
    // Nothing changed after the report; then a plan is submitted, which the next report counts.
    assert_eq!(after(&before).await, json!([]));
    let employee = app.client(Person::Employee).await;
    year::submitted(&employee, Person::Employee, year::content(None)).await;
    let (more, now) = report().await;
    assert_eq!(more, submitted + 1);
    let created = json!({ "node": { "kind": "PLAN_CREATED" } });
    assert_eq!(after(&before).await, json!([created, { "node": { "kind": "PLAN_SUBMITTED" } }]));
    assert_eq!(after(&now).await, json!([]));
});

both!(reports_count_a_subtree_by_unit, |app| async move {
    year::approved(&app).await;
    let variables = json!({ "unit": ids::unit(city::ROOT), "period": ids::quarter(1) });
    let auditor = app.client(Person::Auditor).await;
    let reports = auditor.ok(REPORTS, variables).await["reports"].clone();
    let plans = reports["planCompletion"]["rows"].as_array().expect("rows").clone();
    let codes: Vec<&Value> = plans.iter().map(|row| &row["orgUnitCode"]).collect();
    assert_eq!(codes, ["KOTA", "DISDIK", "DISKOM", "DISDIK-1"]);
    // The mayor is not a civil servant and is not counted.
    assert_eq!(
        (&plans[0]["staff"], &plans[0]["approved"], &plans[0]["missing"]),
        (&json!(10), &json!(1), &json!(9))
    );
    assert_eq!((&plans[1]["staff"], &plans[1]["approved"]), (&json!(5), &json!(1)));
    assert_eq!((&plans[2]["staff"], &plans[2]["approved"]), (&json!(2), &json!(0)));
    let evaluations = &reports["evaluationCompletion"]["rows"][0];
    assert_eq!((&evaluations["open"], &evaluations["missing"]), (&json!(1), &json!(9)));
    assert_eq!(reports["predicateDistribution"]["rows"][0]["notRated"], 10);

    let (status, csv) = csv(&auditor, "plan-completion.csv", &ids::unit(city::ROOT), &ids::quarter(1)).await;
    assert_eq!(status, StatusCode::OK);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(
        lines[0],
        "\u{feff}org_unit_id,org_unit_code,org_unit_name,level,staff,missing,draft,submitted,returned,approved,period,computed_at,hidden"
    );
    let city = format!("{},KOTA,Pemerintah Kota Contoh,0,10,9,0,0,0,1,2026-Q1,2026-", ids::unit(city::ROOT));
    assert!(lines[1].starts_with(&city) && lines[1].ends_with("Z,"), "{}", lines[1]);
    assert!(csv.ends_with("\r\n"), "RFC 4180");
    assert_eq!(lines.len(), 5);

    // The same by code and name, for an Indonesian spreadsheet.
    for (unit, period, expected) in [
        ("KOTA", "2026-q1&separator=;", ";2026-Q1;2026-"),
        ("kota", "2026&separator=Semicolon", ";2026;2026-"),
        ("%20Kota", "2026-Q1&separator=SEMICOLON", ";2026-Q1;2026-"),
    ] {
        let (status, csv) = self::csv(&auditor, "plan-completion.csv", unit, period).await;
        assert_eq!(status, StatusCode::OK, "{csv}");
        assert!(csv.starts_with("\u{feff}org_unit_id;org_unit_code;"), "{csv}");
        assert!(csv.lines().nth(1).expect("a row").contains(expected), "{csv}");
    }
    for (unit, period, said) in [
        ("TIDAK-ADA", "2026", "TIDAK-ADA"),
        ("KOTA", "2026-Q5", "2026-Q3"),
        ("KOTA", "2099", "2026-M07"),
        ("KOTA", "2026&separator=x", "comma, semicolon, tab"),
        ("KOTA", "2026&depht=0", "unit, period, depth, separator"),
    ] {
        let (status, body) = self::csv(&auditor, "plan-completion.csv", unit, period).await;
        let found = (status, body.contains("BAD_USER_INPUT"), body.contains(said));
        assert_eq!(found, (StatusCode::BAD_REQUEST, true, true), "{unit} {period}: {body}");
    }
});

both!(only_permitted_actors_can_read_reports_of_a_unit, |app| async move {
    let query = "query($unit: ID!, $period: ID!) { reports {
        planCompletion(orgUnitId: $unit, periodId: $period) { rows { staff } } } }";
    let office = json!({ "unit": ids::unit(city::OFFICE), "period": ids::year() });
    for who in [Person::Head, Person::Mayor, Person::Team, Person::Admin, Person::Auditor] {
        app.client(who).await.ok(query, office.clone()).await;
    }
    for who in [Person::Employee, Person::Manager, Person::Stranger] {
        assert_eq!(app.client(who).await.error(query, office.clone()).await, "FORBIDDEN", "{who:?}");
    }
    let (status, _) =
        csv(&app.anonymous(), "plan-completion.csv", &ids::unit(city::OFFICE), &ids::year()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let head = app.client(Person::Head).await;
    let (status, _) = csv(&head, "plan-completion.csv", &ids::unit(city::OTHER_OFFICE), &ids::year()).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, body) = csv(&head, "plan-completion.csv", "broken", &ids::year()).await;
    assert_eq!((status, body.contains("BAD_USER_INPUT")), (StatusCode::BAD_REQUEST, true));
    let (status, body) = csv(&head, "plan-completion.csv", &ids::unit(city::OFFICE), "x&depth=many").await;
    assert_eq!((status, body.contains("BAD_USER_INPUT")), (StatusCode::BAD_REQUEST, true));
    let (status, _) = csv(&head, "unknown.csv", &ids::unit(city::OFFICE), &ids::year()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    let admin = app.client(Person::Admin).await;
    let key = json!({ "name": "Dasbor", "orgUnitId": ids::unit(city::OFFICE) });
    let created = admin.done("createApiKey", "key", key).await;
    let mut tool = app.anonymous();
    tool.token = created["key"].as_str().map(str::to_owned);
    tool.ok(query, office.clone()).await;
    let root = json!({ "unit": ids::unit(city::ROOT), "period": ids::year() });
    assert_eq!(tool.error(query, root).await, "FORBIDDEN");
});

both!(acting_heads_can_read_unit_reports, |app| async move {
    let query = "query($unit: ID!, $period: ID!) { reports {
        planCompletion(orgUnitId: $unit, periodId: $period) { rows { staff } } } }";
    let office = json!({ "unit": ids::unit(city::OFFICE), "period": ids::year() });
    let section = json!({ "unit": ids::unit(city::SECTION), "period": ids::year() });
    let acts_for = async |holder: Person, delegate: Person| {
        let input = json!({
            "assignmentId": ids::assignment(holder), "delegateId": ids::staff(delegate),
            "capacity": "PLH", "from": "2026-03-02", "to": "2026-04-01", "reason": "Cuti",
        });
        app.client(Person::Admin).await.done("createDelegation", "delegation { id }", input).await;
    };
    app.set_clock("2026-03-02T02:00:00Z");
    acts_for(Person::Manager, Person::Peer).await;
    acts_for(Person::Head, Person::Outsider).await;
    // The manager does not head the office, so neither does their delegate.
    let peer = app.client(Person::Peer).await;
    peer.ok(query, section).await;
    assert_eq!(peer.error(query, office.clone()).await, "FORBIDDEN");
    app.client(Person::Outsider).await.ok(query, office.clone()).await;
    app.set_clock("2026-04-01T02:00:00Z");
    assert_eq!(app.client(Person::Outsider).await.error(query, office).await, "FORBIDDEN");
});

/// The employee's evaluation of the first quarter, with draft ratings.
async fn rated(app: &crate::support::TestApp, plan: &Value) -> Value {
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let found = year::evaluations(&manager, plan).await;
    let evaluation = found.iter().find(|one| one["period"]["part"] == 1).expect("the part");
    let row = &plan["currentRevision"]["results"][0]["id"];
    let report = json!({ "realisations": [{ "planResultId": row, "text": "Selesai" }] });
    let evaluation = employee.act(&EVALUATION, "reportRealisation", evaluation, report).await;
    app.pass_the_end_of_quarter(1);
    let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" });
    manager.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await
}

both!(draft_ratings_are_not_counted, |app| async move {
    let plan = year::approved(&app).await;
    let (manager, auditor) = (app.client(Person::Manager).await, app.client(Person::Auditor).await);
    let variables = json!({ "unit": ids::unit(city::SECTION), "period": ids::quarter(1) });
    let figures = || async {
        let reports = auditor.ok(REPORTS, variables.clone()).await["reports"].clone();
        let predicates = reports["predicateDistribution"]["rows"][0].clone();
        let states = reports["evaluationCompletion"]["rows"][0].clone();
        (
            predicates["good"].clone(),
            predicates["notRated"].clone(),
            states["ratedDraft"].clone(),
            states["finished"].clone(),
        )
    };
    let draft = rated(&app, &plan).await;
    assert_eq!(figures().await, (json!(0), json!(4), json!(1), json!(0)));
    let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
    let last = manager.act(&EVALUATION, "finaliseEvaluation", &draft, reason).await;
    assert_eq!(figures().await, (json!(1), json!(3), json!(0), json!(1)));
    manager.act(&EVALUATION, "reopenEvaluation", &last, json!({ "reason": "Bukti baru" })).await;
    assert_eq!(figures().await, (json!(0), json!(4), json!(1), json!(0)));
});

both!(a_report_needs_as_many_statements_at_every_depth, |app| async move {
    year::approved(&app).await;
    let auditor = app.client(Person::Auditor).await;
    let query = "query($unit: ID!, $period: ID!, $depth: Int!) { reports {
        predicateDistribution(orgUnitId: $unit, periodId: $period, depth: $depth) { rows { staff } } } }";
    let mut counts = Vec::new();
    for depth in [0, 0, 3] {
        let before = app.env.db().statements();
        let variables = json!({ "unit": ids::unit(city::ROOT), "period": ids::year(), "depth": depth });
        auditor.ok(query, variables).await;
        counts.push(app.env.db().statements() - before);
    }
    assert_eq!(counts[1], counts[2]);
    for depth in [-1, 11] {
        let variables = json!({ "unit": ids::unit(city::ROOT), "period": ids::year(), "depth": depth });
        assert_eq!(auditor.error(query, variables).await, "BAD_USER_INPUT", "{depth}");
    }
});

both!(a_report_counts_assignments_active_on_the_last_day, |app| async move {
    year::approved(&app).await;
    let (admin, auditor) = (app.client(Person::Admin).await, app.client(Person::Auditor).await);
    let query = "query($unit: ID!, $period: ID!) { reports {
        planCompletion(orgUnitId: $unit, periodId: $period, depth: 0) { rows { staff approved missing } } } }";
    let figures = |unit, quarter| {
        let auditor = auditor.clone();
        let variables = json!({ "unit": ids::unit(unit), "period": ids::quarter(quarter) });
        async move { auditor.ok(query, variables).await["reports"]["planCompletion"]["rows"][0].clone() }
    };
    assert_eq!(figures(city::SECTION, 1).await, json!({ "staff": 4, "approved": 1, "missing": 3 }));
    // A colleague leaves within the first quarter.
    let staff = admin
        .ok(
            "query($id: ID!) { node(id: $id) { ... on Staff { version } } }",
            json!({ "id": ids::staff(Person::Peer) }),
        )
        .await;
    let input = json!({
        "staffId": ids::staff(Person::Peer), "expectedVersion": staff["node"]["version"],
        "lastDay": "2026-03-01", "reason": "Pensiun",
    });
    admin.done("endStaff", "staff { id }", input).await;
    assert_eq!(figures(city::SECTION, 1).await, json!({ "staff": 3, "approved": 1, "missing": 2 }));
});
