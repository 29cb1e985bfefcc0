//! The dry run of the year-end closing: drafts as of last midnight next to final results, and its lists as connections.

use crate::{
    both,
    bulk::{EVALUATIONS, approve, rating, report, results, team},
    support::{Client, EVALUATION, Fields, Person, TestApp, ids},
};
use serde_json::{Value, json};
use service::testing::city;

const QUERY: &str =
    "query($unit: ID!, $period: ID!) { reports { yearEnd(orgUnitId: $unit, periodId: $period, depth: 1) {
    draftsAsOf rows(first: 100) { totalCount nodes { orgUnitCode missing good check { total }
        drafts { total veryGood good needsImprovement poor veryPoor check { total holds } } } } } } }";

/// The first quarter's rows of the office and of its section.
async fn rows(client: &Client) -> Vec<Value> {
    let variables = json!({ "unit": ids::unit(city::OFFICE), "period": ids::quarter(1) });
    let answer = client.ok(QUERY, variables).await["reports"]["yearEnd"].clone();
    answer["rows"]["nodes"].as_array().expect("rows").clone()
}

async fn drafts(client: &Client) -> Value {
    rows(client).await.iter().map(|row| row.field("drafts").clone()).collect()
}

/// Rates the evaluations as drafts: the first ones above expectation, the others as expected.
async fn rate(manager: &Client, evaluations: &[Value], above: usize) -> Vec<Value> {
    let of = |(at, one): (usize, &Value)| match at < above {
        true => rating(one, "ABOVE", Some("Melampaui target")),
        false => rating(one, "AS_EXPECTED", None),
    };
    let rows: Vec<Value> = evaluations.iter().enumerate().map(of).collect();
    let rated = results(manager, "rateEvaluations", EVALUATIONS, json!({ "rows": rows })).await;
    rated.into_iter().map(|row| row["evaluation"].clone()).collect()
}

both!(the_pattern_guides_before_anything_is_final, |app: TestApp| async move {
    let (manager, head) = (app.client(Person::Manager).await, app.client(Person::Head).await);
    let (team_of_office, auditor) = (app.client(Person::Team).await, app.client(Person::Auditor).await);
    let members = team(&app, 6).await;
    approve(&manager, &members).await;
    app.pass_the_end_of_quarter(1);
    let set =
        json!({ "orgUnitId": ids::unit(city::SECTION), "periodId": ids::quarter(1), "predicate": "GOOD" });
    head.done("setOrgUnitPredicate", "orgUnitPredicate { predicate }", set).await;
    let reported = report(&members, 1).await;
    let rated = rate(&manager, &reported, 2).await;
    // Today's drafts are not counted before midnight.
    assert_eq!(drafts(&head).await, json!([null, null]));
    app.set_clock("2026-04-02T02:00:00Z");
    let counts = |good: i64, total: i64| json!({ "total": total, "veryGood": 0, "good": good, "needsImprovement": 0, "poor": 0, "veryPoor": 0 });
    for reader in [&head, &team_of_office, &auditor] {
        let found = rows(reader).await;
        let section = found.iter().find(|row| row["orgUnitCode"] == "DISDIK-1").expect("the section");
        let mut drafts = section["drafts"].clone();
        assert_eq!(drafts["check"]["total"], 6, "{found:#?}");
        drafts.as_object_mut().expect("drafts").remove("check");
        // ABOVE for the results alone gives GOOD by the matrix.
        assert_eq!(drafts, counts(6, 6));
        assert_eq!(section["missing"], 8);
        assert_eq!(section["check"]["total"], 0);
    }
    // The drafts of the rater who reads the report are not counted, and neither is the draft about the reader; with it
    // there would be five.
    let as_key = {
        let admin = app.client(Person::Admin).await;
        let key = json!({ "name": "Dasbor", "orgUnitId": ids::unit(city::OFFICE) });
        let mut tool = app.anonymous();
        tool.token = admin.done("createApiKey", "key", key).await["key"].as_str().map(str::to_owned);
        tool
    };
    assert_eq!(drafts(&as_key).await, json!([null, null]));

    // Drafts that the rater saves today are counted tomorrow.
    let poor: Vec<Value> = rated
        .iter()
        .map(|one| {
            EVALUATION.input(
                one,
                json!({ "resultRating": "BELOW", "resultReason": "Belum tercapai",
                "behaviourRating": "BELOW", "behaviourReason": "Sering terlambat" }),
            )
        })
        .collect();
    let changed = results(&manager, "rateEvaluations", EVALUATIONS, json!({ "rows": poor })).await;
    assert_eq!(drafts(&head).await[1]["good"], 6);
    app.set_clock("2026-04-03T02:00:00Z");
    let after = drafts(&head).await[1].clone();
    assert_eq!((&after["good"], &after["total"]), (&json!(0), &json!(6)));

    // With one final result five drafts are left, with two only four: too few.
    for (at, left) in [(0, json!(5)), (1, Value::Null)] {
        let final_one = EVALUATION.input(&changed[at]["evaluation"], json!({}));
        results(&manager, "finaliseEvaluations", EVALUATIONS, json!({ "rows": [final_one] })).await;
        let found = drafts(&head).await[1].clone();
        assert_eq!(found.get("total").cloned().unwrap_or_default(), left, "{found}");
    }
});

both!(a_reader_does_not_see_the_drafts_that_they_wrote, |app: TestApp| async move {
    let manager = app.client(Person::Manager).await;
    let admin = app.client(Person::Admin).await;
    let members = team(&app, 6).await;
    approve(&manager, &members).await;
    app.pass_the_end_of_quarter(1);
    let reported = report(&members, 1).await;
    rate(&manager, &reported, 0).await;
    app.set_clock("2026-04-02T02:00:00Z");
    assert_eq!(drafts(&admin).await[1]["total"], 6);
    // The manager heads the section and wrote all drafts.
    let variables = json!({ "unit": ids::unit(city::SECTION), "period": ids::quarter(1) });
    let own = manager.ok(QUERY, variables.clone()).await["reports"]["yearEnd"].clone();
    assert_eq!(own.field("rows.nodes.0.drafts"), &Value::Null);
    // A member who may read the report does not see the draft about them.
    let grant = json!({ "staffId": ids::staff(Person::Peer), "role": "PERFORMANCE_TEAM", "orgUnitId": ids::unit(city::OFFICE) });
    admin.done("grantRole", "roleGrant { id }", grant).await;
    let peer = app.client(Person::Peer).await;
    assert_eq!(drafts(&peer).await[1]["total"], 5);
});

both!(the_lists_of_the_dry_run_are_connections, |app: TestApp| async move {
    let admin = app.client(Person::Admin).await;
    let query = "query($unit: ID!, $period: ID!, $after: String) { reports { yearEnd(orgUnitId: $unit, periodId: $period, depth: 2) {
        rows(first: 2) { totalCount pageInfo { hasNextPage } edges { cursor node { orgUnitCode } } }
        missingEvaluations(first: 4, after: $after) { totalCount pageInfo { hasNextPage endCursor }
            edges { node { staff { name } } } } } } }";
    let (mut after, mut names, mut pages) = (Value::Null, Vec::new(), 0);
    loop {
        let variables = json!({ "unit": ids::unit(city::ROOT), "period": ids::year(), "after": after });
        let found = admin.ok(query, variables).await["reports"]["yearEnd"].clone();
        assert_eq!(
            (&found["rows"]["totalCount"], &found["rows"]["pageInfo"]["hasNextPage"]),
            (&json!(4), &json!(true))
        );
        let missing = &found["missingEvaluations"];
        assert_eq!(missing["totalCount"], 10);
        let edges = missing["edges"].as_array().expect("edges");
        names.extend(edges.iter().map(|edge| edge["node"]["staff"]["name"].to_string()));
        pages += 1;
        if missing["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = missing["pageInfo"]["endCursor"].clone();
    }
    let different: std::collections::BTreeSet<&String> = names.iter().collect();
    assert_eq!((pages, names.len(), different.len()), (3, 10, 10));
});
