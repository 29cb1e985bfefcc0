//! Figures for API keys: none about few people, and none from which they can be computed.

#[path = "../../domain/src/disclosure/attack.rs"]
mod attack;

use crate::{
    both, both_in_a_city,
    bulk::{EVALUATIONS, approve, rating, report, results, team},
    support::{Client, EVALUATION, Fields, Person, TestApp, global, ids},
    year,
};
use attack::{Leak, Published, leaks};
use axum::{
    body::Body,
    http::{Request, header},
};
use domain::disclosure::{Columns, FEWEST, MINIMUM_GROUP, UnitCounts, ratings};
use serde_json::{Value, json};
use service::testing::city;
use std::collections::{BTreeMap, BTreeSet};
use tower::ServiceExt;

const PREDICATES: &str = "query($unit: ID!, $period: ID!, $depth: Int! = 0) { reports {
    predicateDistribution(orgUnitId: $unit, periodId: $period, depth: $depth) { computedAt { at } rows {
        orgUnit { id } staff good veryGood needsImprovement poor veryPoor notRated
        hidden { reason reasonLabel message fields } } } } }";
const EVALUATIONS_OF: &str = "query($unit: ID!, $period: ID!, $depth: Int! = 0) { reports {
    evaluationCompletion(orgUnitId: $unit, periodId: $period, depth: $depth) { rows {
        orgUnit { id } staff missing open selfReported ratedDraft finished hidden { reason } } } } }";
const PLANS: &str = "query($unit: ID!, $period: ID!) { reports {
    planCompletion(orgUnitId: $unit, periodId: $period, depth: 0) { rows {
        staff missing draft submitted returned approved hidden { reason fields } } } } }";
const YEAR_END: &str = "query($unit: ID!, $period: ID!, $depth: Int! = 0) { reports {
    yearEnd(orgUnitId: $unit, periodId: $period, depth: $depth) { rows(first: 100) { nodes {
        orgUnit { id } staff good veryGood needsImprovement poor veryPoor missing check { total } hidden { reason } } } } } }";

/// Fields of rows that are no figures.
const NOT_FIGURES: [&str; 2] = ["hidden", "orgUnit"];

/// A reporting tool with a key over a unit.
async fn tool(app: &TestApp, admin: &Client, unit: &str) -> Client {
    let key = json!({ "name": "Dasbor", "orgUnitId": unit });
    let mut tool = app.anonymous();
    tool.token = admin.done("createApiKey", "key", key).await["key"].as_str().map(str::to_owned);
    tool
}

async fn rows(client: &Client, query: &str, name: &str, unit: &str, period: &str, depth: i32) -> Vec<Value> {
    let variables = json!({ "unit": unit, "period": period, "depth": depth });
    let found = client.ok(query, variables).await["reports"][name]["rows"].clone();
    let rows = found.get("nodes").unwrap_or(&found);
    rows.as_array().expect("rows").clone()
}

async fn csv(client: &Client, name: &str, unit: &str, period: &str) -> String {
    let request = Request::get(format!("/exports/{name}.csv?unit={unit}&period={period}&depth=2"))
        .header(header::AUTHORIZATION, format!("Bearer {}", client.token.as_deref().expect("a key")))
        .body(Body::empty())
        .expect("a request");
    let response = client.app.router.clone().oneshot(request).await.expect("an answer");
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Closes the first quarter, in spite of unfinished work.
async fn close(admin: &Client, version: i32) {
    let input = json!({ "periodId": ids::quarter(1), "expectedVersion": version, "confirm": true });
    admin.done("closePeriod", "period { version }", input).await;
}

both!(keys_see_ratings_as_they_were_when_the_period_was_closed, |app: TestApp| async move {
    let (manager, admin) = (app.client(Person::Manager).await, app.client(Person::Admin).await);
    let auditor = app.client(Person::Auditor).await;
    let members = team(&app, 16).await;
    approve(&manager, &members).await;
    app.pass_the_end_of_quarter(1);
    let reported = report(&members, 1).await;
    let rated: Vec<Value> = reported.iter().map(|one| rating(one, "AS_EXPECTED", None)).collect();
    let rated = results(&manager, "rateEvaluations", EVALUATIONS, json!({ "rows": rated })).await;
    let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
    let final_rows: Vec<Value> =
        rated.iter().map(|row| EVALUATION.input(&row["evaluation"], reason.clone())).collect();
    let finals = results(&manager, "finaliseEvaluations", EVALUATIONS, json!({ "rows": final_rows })).await;
    let key = tool(&app, &admin, &ids::unit(city::ROOT)).await;
    let (root, quarter) = (ids::unit(city::ROOT), ids::quarter(1));

    // Before the closing there are no figures about ratings, in any report.
    for (query, name) in [
        (PREDICATES, "predicateDistribution"),
        (EVALUATIONS_OF, "evaluationCompletion"),
        (YEAR_END, "yearEnd"),
    ] {
        for row in rows(&key, query, name, &root, &quarter, 2).await {
            assert_eq!(row.field("hidden.reason"), "PERIOD_OPEN", "{name}: {row}");
            for figure in
                row.as_object().expect("a row").keys().filter(|name| !NOT_FIGURES.contains(&name.as_str()))
            {
                assert_eq!(row.field(figure), &Value::Null, "{figure}: {row}");
            }
        }
    }
    let first = rows(&key, PREDICATES, "predicateDistribution", &root, &quarter, 0).await[0].clone();
    assert_eq!(first.field("hidden.reasonLabel"), "Period not closed yet");
    assert!(first.field("hidden.message").as_str().expect("a sentence").ends_with("has been closed."));
    let sheet = csv(&key, "predicate-distribution", &root, "2026-Q1").await;
    assert!(sheet.lines().next().expect("a header").ends_with(",computed_at,hidden"), "{sheet}");
    assert!(sheet.lines().nth(1).expect("a row").ends_with(",PERIOD_OPEN"), "{sheet}");
    assert!(sheet.contains(",0,,,,,,,,2026-Q1,"), "{sheet}");

    close(&admin, 1).await;
    // Of the 24 people, 16 are rated good and 8 are not rated.
    let shown = rows(&key, PREDICATES, "predicateDistribution", &root, &quarter, 2).await;
    let figures = |row: &Value| ["staff", "good", "notRated", "poor"].map(|name| row[name].clone());
    assert_eq!(figures(&shown[0]), [json!(24), json!(16), json!(8), json!(0)], "{shown:#?}");
    assert_eq!(shown[0].field("hidden"), &Value::Null);
    // The other office has two people. The education office has 19, so the figures would show the remaining five.
    let office = shown.iter().find(|row| row["orgUnit"]["id"] == ids::unit(city::OTHER_OFFICE));
    let office = office.expect("the other office");
    assert_eq!(office.field("staff"), &Value::Null);
    assert_eq!(office.field("hidden.reason"), "FEW_PEOPLE");
    let all_hidden =
        ["staff", "veryGood", "good", "needsImprovement", "poor", "veryPoor", "notRated"].map(Value::from);
    assert_eq!(office.field("hidden.fields"), &json!(all_hidden));
    // Heads and auditors see exact figures.
    let exact = rows(&auditor, PREDICATES, "predicateDistribution", &root, &quarter, 2).await;
    let office = exact.iter().find(|row| row["orgUnit"]["id"] == ids::unit(city::OTHER_OFFICE));
    assert_eq!(office.expect("the office").field("staff"), 2);
    assert!(exact.iter().all(|row| row.field("hidden").is_null()));
    let head = app.client(Person::Head).await;
    let own = rows(&head, PREDICATES, "predicateDistribution", &ids::unit(city::OFFICE), &quarter, 0).await;
    assert!(own[0]["staff"].is_i64(), "{own:?}");
    let sheet = csv(&auditor, "predicate-distribution", &root, "2026-Q1").await;
    assert!(sheet.lines().skip(1).all(|line| line.ends_with("Z,")), "nothing is hidden: {sheet}");

    // The result of one person changes. The difference from the figures before would show this person's result.
    let period = json!({ "periodId": quarter, "expectedVersion": 2, "reason": "Perbaikan" });
    admin.done("reopenPeriod", "period { version }", period).await;
    let again = json!({ "reason": "Bukti baru" });
    manager.act(&EVALUATION, "reopenEvaluation", &finals[0]["evaluation"], again).await;
    let exact = rows(&auditor, PREDICATES, "predicateDistribution", &root, &quarter, 0).await;
    assert_eq!((&exact[0]["good"], &exact[0]["notRated"]), (&json!(15), &json!(9)));
    assert_eq!(rows(&key, PREDICATES, "predicateDistribution", &root, &quarter, 2).await, shown);
    close(&admin, 3).await;
    assert_eq!(rows(&key, PREDICATES, "predicateDistribution", &root, &quarter, 2).await, shown);
});

// It is the result of one person, the head.
both!(the_predicate_of_a_unit_is_hidden_with_its_number_of_people, |app: TestApp| async move {
    app.pass_the_end_of_quarter(1);
    let (admin, recorder) = (app.client(Person::Admin).await, app.client(Person::Team).await);
    let (office, quarter) = (ids::unit(city::OFFICE), ids::quarter(1));
    let predicate = json!({ "orgUnitId": office, "periodId": quarter, "predicate": "GOOD" });
    recorder.done("setOrgUnitPredicate", "orgUnitPredicate { id }", predicate).await;
    let query = "query($unit: ID!, $period: ID!, $depth: Int! = 0) { reports {
        yearEnd(orgUnitId: $unit, periodId: $period, depth: $depth) { rows(first: 100) { nodes {
            staff orgUnitPredicate } } } } }";
    let exact = rows(&admin, query, "yearEnd", &office, &quarter, 0).await;
    assert_eq!(exact, [json!({ "staff": 5, "orgUnitPredicate": "GOOD" })]);
    let tool = tool(&app, &admin, &office).await;
    let hidden = rows(&tool, query, "yearEnd", &office, &quarter, 0).await;
    assert_eq!(hidden, [json!({ "staff": null, "orgUnitPredicate": null })]);
});

both!(keys_see_plans_of_the_year_without_few_people, |app: TestApp| async move {
    year::approved(&app).await;
    let admin = app.client(Person::Admin).await;
    let key = tool(&app, &admin, &ids::unit(city::ROOT)).await;
    let variables = |period: String| json!({ "unit": ids::unit(city::ROOT), "period": period });
    let of_key = key.ok(PLANS, variables(ids::quarter(1))).await["reports"]["planCompletion"].clone();
    let row = of_key.field("rows.0");
    // Ten people have one plan; the number of people without a plan would reveal the single plan.
    assert_eq!(row["staff"], 10);
    for hidden in ["missing", "draft", "submitted", "returned", "approved"] {
        assert_eq!(row.field(hidden), &Value::Null, "{hidden}");
    }
    assert_eq!(row.field("hidden.reason"), "FEW_PEOPLE");
    // The parts of a year can't be subtracted from each other.
    let of_year = key.ok(PLANS, variables(ids::year())).await["reports"]["planCompletion"].clone();
    assert_eq!(of_year, of_key);
    let exact = admin.ok(PLANS, variables(ids::year())).await["reports"]["planCompletion"].clone();
    assert_eq!(exact.field("rows.0.approved"), 1, "control");
    // Gaps in the chain of command are single people.
    let roster = "query($unit: ID!) { reports { rosterProblems(orgUnitId: $unit) { totalCount } } }";
    let unit = json!({ "unit": ids::unit(city::ROOT) });
    assert_eq!(key.ok(roster, unit.clone()).await.field("reports.rosterProblems.totalCount"), &Value::Null);
    assert!(admin.ok(roster, unit).await["reports"]["rosterProblems"]["totalCount"].is_i64(), "control");
});

/// The figures of a row with the columns that they count; those that are hidden are left out.
fn figures(row: &Value) -> Vec<(Vec<usize>, u32)> {
    let columns: [(&str, Vec<usize>); 13] = [
        ("staff", (0..ratings::WIDTH).collect()),
        ("good", vec![ratings::GOOD]),
        ("veryGood", vec![ratings::VERY_GOOD]),
        ("needsImprovement", vec![ratings::NEEDS_IMPROVEMENT]),
        ("poor", vec![ratings::POOR]),
        ("veryPoor", vec![ratings::VERY_POOR]),
        ("notRated", ratings::NOT_RATED.to_vec()),
        ("open", vec![ratings::OPEN]),
        ("selfReported", vec![ratings::SELF_REPORTED]),
        ("ratedDraft", vec![ratings::RATED_DRAFT]),
        ("finished", ratings::FINISHED.to_vec()),
        // The first `missing` is that of the report on evaluations. In the report on the year's end, `missing` counts
        // all people without a rating.
        ("missing", vec![ratings::MISSING]),
        ("missing", ratings::NOT_RATED.to_vec()),
    ];
    let is_year_end = row.get("check").is_some();
    let of_report = columns
        .into_iter()
        .enumerate()
        .filter(|(place, (name, _))| *name != "missing" || (*place == 12) == is_year_end);
    of_report
        .filter_map(|(_, (name, columns))| {
            let count = row.get(name)?.as_u64()?;
            Some((columns, u32::try_from(count).expect("a count")))
        })
        .collect()
}

both_in_a_city!(nothing_hidden_can_be_computed_from_all_reports_of_a_city, |app: TestApp| async move {
    service::tick::tick(&app.env).await.expect("a tick");
    let admin = app.client_of("admin").await;
    let auditor = app.client_of("auditor").await;
    let mut all_units = Vec::new();
    let mut after = Value::Null;
    loop {
        let query = "query($after: String) { orgUnits(first: 100, after: $after) {
            pageInfo { hasNextPage endCursor } nodes { id parent { id } } } }";
        let page = admin.ok(query, json!({ "after": after })).await["orgUnits"].clone();
        all_units.extend(page["nodes"].as_array().expect("units").clone());
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    let root = all_units.iter().find(|unit| unit.field("parent").is_null()).expect("the root")["id"].clone();
    let root = root.as_str().expect("an id");
    let key = tool(&app, &admin, root).await;
    let periods = "{ periods(filter: { status: CLOSED }, first: 100) { nodes { id endsOn } } }";
    let periods = admin.ok(periods, json!({})).await["periods"]["nodes"].clone();
    let (mut shown, mut unprotected) = (0, 0);
    for period in periods.as_array().expect("periods").iter().take(2) {
        let period = period["id"].as_str().expect("an id");
        // The counts of each unit without its subunits, which the attacker must not find out.
        let mut totals: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (query, name) in [(PREDICATES, "predicateDistribution"), (EVALUATIONS_OF, "evaluationCompletion")]
        {
            for row in rows(&auditor, query, name, root, period, 10).await {
                let unit = row["orgUnit"]["id"].as_str().expect("an id").to_owned();
                let total = totals.entry(unit).or_insert_with(|| vec![0; ratings::WIDTH]);
                for (columns, count) in figures(&row) {
                    if let [column] = columns[..] {
                        total[column] = count;
                    }
                }
            }
        }
        let known: Vec<&Value> = all_units
            .iter()
            .filter(|unit| totals.contains_key(unit["id"].as_str().expect("an id")))
            .collect();
        let place = |id: &Value| known.iter().position(|unit| unit["id"] == *id);
        let number = |place: usize| domain::id::UnitId(uuid::Uuid::from_u128(place as u128 + 1));
        let units: Vec<UnitCounts> = known
            .iter()
            .enumerate()
            .map(|(at, unit)| {
                let mut own = totals[unit["id"].as_str().expect("an id")].clone();
                for child in known.iter().filter(|child| child["parent"]["id"] == unit["id"]) {
                    let below = &totals[child["id"].as_str().expect("an id")];
                    own.iter_mut().zip(below).for_each(|(own, below)| *own -= below);
                }
                UnitCounts { unit: number(at), parent: place(&unit["parent"]["id"]).map(number), own }
            })
            .collect();
        // Every report, of every unit, at several depths.
        let mut published: BTreeMap<(usize, Vec<usize>), BTreeSet<u32>> = BTreeMap::new();
        for unit in &known {
            let unit = unit["id"].as_str().expect("an id");
            for (query, name) in [
                (PREDICATES, "predicateDistribution"),
                (EVALUATIONS_OF, "evaluationCompletion"),
                (YEAR_END, "yearEnd"),
            ] {
                for depth in [0, 2] {
                    for row in rows(&key, query, name, unit, period, depth).await {
                        let at = place(&row["orgUnit"]["id"]).expect("a unit");
                        for (columns, count) in figures(&row) {
                            published.entry((at, columns)).or_default().insert(count);
                        }
                    }
                }
            }
        }
        assert!(published.values().all(|counts| counts.len() == 1), "figures differ: {published:?}");
        let published: Vec<Published> = published
            .into_iter()
            .map(|((unit, columns), counts)| Published {
                unit,
                columns,
                count: *counts.first().expect("one"),
            })
            .collect();
        shown += published.len();
        let found = leaks(&units, ratings::COLUMNS, &published, MINIMUM_GROUP);
        assert_eq!(found, Vec::<Leak>::new(), "{period}");
        unprotected +=
            leaks(&units, ratings::COLUMNS, &small_ones_hidden(&totals, &known), MINIMUM_GROUP).len();
    }
    assert!(shown > 0, "the key sees no figures");
    assert!(unprotected > 0, "control: hiding only small figures protects this city, too");
});

/// The published figures if only small figures are hidden.
fn small_ones_hidden(totals: &BTreeMap<String, Vec<u32>>, known: &[&Value]) -> Vec<Published> {
    let mut published = Vec::new();
    for (unit, of) in known.iter().enumerate() {
        let total = &totals[of["id"].as_str().expect("an id")];
        let everybody: u32 = total.iter().sum();
        if everybody < MINIMUM_GROUP {
            continue;
        }
        published.push(Published { unit, columns: (0..ratings::WIDTH).collect(), count: everybody });
        for (column, count) in total.iter().copied().enumerate() {
            if count == 0 || (count >= FEWEST && count < everybody) {
                published.push(Published { unit, columns: vec![column], count });
            }
        }
    }
    published
}

both!(the_figures_of_a_period_closed_by_an_earlier_version_are_kept_by_the_tick, |app: TestApp| async move {
    let admin = app.client(Person::Admin).await;
    app.pass_the_end_of_quarter(1);
    close(&admin, 1).await;
    service::testing::sql(&app.env, "DELETE FROM closed_figures").await.expect("SQL");
    let key = tool(&app, &admin, &ids::unit(city::ROOT)).await;
    let (root, quarter) = (ids::unit(city::ROOT), global(9, city::quarter(1).0));
    let before = rows(&key, PREDICATES, "predicateDistribution", &root, &quarter, 0).await;
    assert_eq!(before[0].field("hidden.reason"), "PERIOD_OPEN");
    let kept = service::tick::tick(&app.env).await.expect("a tick");
    assert_eq!(kept.figures_kept, 1);
    let after = rows(&key, PREDICATES, "predicateDistribution", &root, &quarter, 0).await;
    assert_eq!(after[0]["staff"], 10);
    assert_eq!(service::tick::tick(&app.env).await.expect("a tick").figures_kept, 0);
});
