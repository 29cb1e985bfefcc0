//! Results are decided in time: each step that decides one is refused before its day, with the day, by the mutation
//! and in `allowedActions`.

use crate::{
    both,
    support::{Client, EVALUATION, Fields, Person, TestApp, global, ids, with},
    year,
};
use serde_json::{Value, json};
use service::testing::city;

const ERRORS: &str = "evaluation { id version status } errors { __typename ... on TooEarlyError { code message path opensOn } }";

/// Sends a verb on an evaluation that must be refused as too early; returns the day.
async fn opens_on(client: &Client, verb: &str, evaluation: &Value, more: Value) -> Value {
    let payload = client.mutate_once(verb, ERRORS, EVALUATION.input(evaluation, more)).await;
    let error = &payload["errors"][0];
    assert_eq!((&error["__typename"], &error["code"]), (&json!("TooEarlyError"), &json!("TOO_EARLY")));
    let day = error["opensOn"].as_str().expect("a day");
    assert!(error["message"].as_str().is_some_and(|sentence| sentence.contains(day)), "{error}");
    assert_eq!(payload.field("evaluation"), &Value::Null, "nothing was written");
    error["opensOn"].clone()
}

/// Reads an action in `allowedActions`: whether it is allowed, the code, and the day.
async fn action(client: &Client, evaluation: &Value, name: &str) -> (Value, Value, Value) {
    let query = "query($id: ID!) { evaluation(id: $id) {
        allowedActions { action allowed code message opensOn } } }";
    let read = client.ok(query, json!({ "id": evaluation["id"] })).await;
    let all = read["evaluation"]["allowedActions"].as_array().expect("actions").clone();
    let one = all.into_iter().find(|one| one["action"] == name).expect("the action");
    if one["code"] == "TOO_EARLY" {
        let day = one["opensOn"].as_str().expect("a day");
        assert!(one["message"].as_str().is_some_and(|sentence| sentence.contains(day)), "{one}");
    }
    (one["allowed"].clone(), one["code"].clone(), one["opensOn"].clone())
}

fn too_early(day: &str) -> (Value, Value, Value) {
    (json!(false), json!("TOO_EARLY"), json!(day))
}

fn allowed() -> (Value, Value, Value) {
    (json!(true), Value::Null, Value::Null)
}

/// The plan's evaluation of a part of the year; part 0 is the whole year.
async fn of_part(client: &Client, plan: &Value, part: u32) -> Value {
    let all = year::evaluations(client, plan).await;
    all.iter().find(|one| one["period"]["part"] == part).expect("the part").clone()
}

fn report(plan: &Value) -> Value {
    let row = &plan["currentRevision"]["results"][0]["id"];
    json!({ "realisations": [{ "planResultId": row, "text": "Selesai" }] })
}

fn as_expected() -> Value {
    json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" })
}

fn final_input(part: u32) -> Value {
    let gaps: Vec<Value> =
        (1..=4).map(|part| json!({ "periodId": ids::quarter(part), "reason": "Baru mulai" })).collect();
    let input = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
    if part == 0 { with(input, json!({ "gapReasons": gaps })) } else { input }
}

/// Walks an evaluation to FINAL, and checks each step on the day before, on the day, and after it.
async fn walk(app: &TestApp, plan: &Value, part: u32, days: [(&str, &str); 3]) {
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let mut evaluation = of_part(&employee, plan, part).await;
    let steps = [
        (&employee, "reportRealisation", "REPORT_REALISATION", report(plan)),
        (&manager, "rateEvaluation", "RATE_EVALUATION", as_expected()),
        (&manager, "finaliseEvaluation", "FINALISE_EVALUATION", final_input(part)),
    ];
    for ((client, verb, name, input), (before, first)) in steps.into_iter().zip(days) {
        if !before.is_empty() {
            // The last microsecond of the day before, in Jakarta.
            app.set_clock(&format!("{before}T16:59:59.999999Z"));
            assert_eq!(opens_on(client, verb, &evaluation, input.clone()).await, first, "{part} {verb}");
            assert_eq!(action(client, &evaluation, name).await, too_early(first), "{part} {verb}");
            app.set_clock(&format!("{before}T17:00:00Z"));
        }
        assert_eq!(action(client, &evaluation, name).await, allowed(), "{part} {verb}");
        evaluation = client.act(&EVALUATION, verb, &evaluation, input).await;
    }
    assert_eq!(evaluation["status"], "FINAL");
}

both!(each_step_of_a_part_is_refused_before_its_day, |app| async move {
    let plan = year::approved(&app).await;
    walk(&app, &plan, 1, [("", ""), ("2026-03-20", "2026-03-21"), ("2026-03-30", "2026-03-31")]).await;
    let days = [("2026-06-30", "2026-07-01"), ("2026-09-19", "2026-09-20"), ("2026-09-29", "2026-09-30")];
    walk(&app, &plan, 3, days).await;
});

both!(each_step_of_the_year_is_refused_before_its_day, |app| async move {
    let plan = year::approved(&app).await;
    let days = [("", ""), ("2026-12-20", "2026-12-21"), ("2026-12-30", "2026-12-31")];
    walk(&app, &plan, 0, days).await;
    let manager = app.client(Person::Manager).await;
    let annual = of_part(&manager, &plan, 0).await;
    // A result that an older server made final too early is not delivered, signed or followed up either.
    app.set_clock("2026-02-28T02:00:00Z");
    for verb in ["deliverEvaluation", "signEvaluation"] {
        assert_eq!(opens_on(&manager, verb, &annual, json!({})).await, "2026-12-31", "{verb}");
    }
    let advice = json!({ "evaluationId": annual["id"], "kind": "PROMOTION", "text": "Layak." });
    let refused = manager.refused("makeRecommendation", "recommendation { id }", advice).await;
    assert_eq!(refused, "TOO_EARLY");
    assert_eq!(action(&manager, &annual, "MAKE_RECOMMENDATION").await, too_early("2026-12-31"));
});

both!(a_plan_that_ended_is_rated_from_its_last_day, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let second = of_part(&employee, &plan, 2).await;
    let annual = of_part(&employee, &plan, 0).await;
    app.set_clock("2026-05-20T02:00:00Z");
    let second = employee.act(&EVALUATION, "reportRealisation", &second, report(&plan)).await;
    let annual = employee.act(&EVALUATION, "reportRealisation", &annual, report(&plan)).await;
    for (evaluation, first) in [(&second, "2026-06-20"), (&annual, "2026-12-21")] {
        assert_eq!(opens_on(&manager, "rateEvaluation", evaluation, as_expected()).await, first);
    }
    // The employee moves away on 20 May; their last day in the old post is 19 May.
    let transfer = json!({
        "assignmentId": ids::assignment(Person::Employee), "expectedVersion": 1, "reason": "Mutasi",
        "to": {
            "orgUnitId": ids::unit(city::OTHER_OFFICE), "positionId": ids::position(), "rank": "III/c",
            "superiorAssignmentId": ids::assignment(Person::Stranger), "from": "2026-05-20",
        },
    });
    app.client(Person::Admin).await.done("transferStaff", "assignment { id }", transfer).await;
    for evaluation in [&second, &annual] {
        let evaluation = manager.read(&EVALUATION, evaluation).await;
        app.set_clock("2026-05-18T16:59:59Z");
        assert_eq!(opens_on(&manager, "rateEvaluation", &evaluation, as_expected()).await, "2026-05-19");
        app.set_clock("2026-05-20T02:00:00Z");
        let draft = manager.act(&EVALUATION, "rateEvaluation", &evaluation, as_expected()).await;
        app.set_clock("2026-05-18T02:00:00Z");
        assert_eq!(opens_on(&manager, "finaliseEvaluation", &draft, json!({})).await, "2026-05-19");
        app.set_clock("2026-05-20T02:00:00Z");
        assert_eq!(action(&manager, &draft, "FINALISE_EVALUATION").await, allowed());
    }
});

both!(the_rater_of_a_person_who_has_left_does_not_wait_for_a_report, |app| async move {
    let plan = year::approved(&app).await;
    let (admin, manager) = (app.client(Person::Admin).await, app.client(Person::Manager).await);
    app.set_clock("2026-05-19T02:00:00Z");
    let second = of_part(&manager, &plan, 2).await;
    let ending = json!({
        "staffId": ids::staff(Person::Employee), "expectedVersion": 1, "lastDay": "2026-05-19", "reason": "Pensiun",
    });
    admin.done("endStaff", "scheduledChange { id }", ending).await;
    let waiting = async || {
        let query = "{ viewer { worklist(kinds: [RATE_EVALUATION]) { totalCount } } }";
        manager.ok(query, json!({})).await["viewer"]["worklist"]["totalCount"].clone()
    };
    // On the last day the person still works and can report. Only the first part is late.
    assert_eq!(action(&manager, &second, "RATE_EVALUATION").await, too_early("2026-06-20"));
    assert_eq!(waiting().await, 1);
    app.set_clock("2026-05-19T17:00:00Z");
    service::tick::tick(&app.env).await.expect("a tick");
    // The parts that the plan still has, and the year, wait for the rater from the day after the last day.
    assert_eq!(waiting().await, 3);
    let without = json!({ "unratedReportReason": "Pensiun sebelum melapor" });
    for part in [2, 0] {
        let evaluation = of_part(&manager, &plan, part).await;
        assert_eq!(evaluation["status"], "OPEN");
        assert_eq!(action(&manager, &evaluation, "RATE_EVALUATION").await, allowed());
        let rating = with(as_expected(), without.clone());
        let rated = manager.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await;
        assert_eq!(action(&manager, &rated, "FINALISE_EVALUATION").await, allowed());
    }
});

both!(a_units_predicate_is_refused_before_its_day, |app| async move {
    let head = app.client(Person::Head).await;
    let set = |period: String, version: Option<i32>| json!({ "orgUnitId": ids::unit(city::SECTION), "periodId": period, "predicate": "GOOD", "expectedVersion": version });
    let selection = "orgUnitPredicate { version allowedActions { allowed code opensOn } } errors { ... on TooEarlyError { opensOn } }";
    for (period, before, first) in [
        (ids::quarter(1), "2026-03-20", "2026-03-21"),
        (ids::quarter(4), "2026-12-20", "2026-12-21"),
        (ids::year(), "2026-12-20", "2026-12-21"),
    ] {
        app.set_clock(&format!("{before}T16:59:59Z"));
        let refused = head.mutate_once("setOrgUnitPredicate", selection, set(period.clone(), None)).await;
        assert_eq!(
            (&refused["errors"][0]["code"], &refused["errors"][0]["opensOn"]),
            (&json!("TOO_EARLY"), &json!(first))
        );
        app.set_clock(&format!("{before}T17:00:00Z"));
        let done = head.done("setOrgUnitPredicate", selection, set(period.clone(), None)).await;
        assert_eq!(done["orgUnitPredicate"]["allowedActions"][0]["allowed"], true);
    }
    app.set_clock("2026-03-20T02:00:00Z");
    let changed = head.mutate_once("setOrgUnitPredicate", selection, set(ids::quarter(1), Some(1))).await;
    assert_eq!(changed["errors"][0]["opensOn"], "2026-03-21");
    let query = "query($unit: ID!, $period: ID!) { orgUnitPredicate(orgUnitId: $unit, periodId: $period) {
        allowedActions { allowed code opensOn } } }";
    let of = json!({ "unit": ids::unit(city::SECTION), "period": ids::quarter(1) });
    assert_eq!(
        head.ok(query, of).await["orgUnitPredicate"]["allowedActions"][0],
        json!({ "allowed": false, "code": "TOO_EARLY", "opensOn": "2026-03-21" })
    );
});

both!(a_period_is_not_closed_before_its_last_day, |app| async move {
    let admin = app.client(Person::Admin).await;
    let selection = "period { status closedAt } errors { ... on TooEarlyError { opensOn } }";
    let query = "query($id: ID!) { node(id: $id) { ... on Period { ratingFrom closedAt
        allowedActions { action allowed code opensOn } } } }";
    let part = global(9, city::quarter(1));
    let close = json!({ "periodId": part, "expectedVersion": 1 });
    for now in ["2026-02-28T02:00:00Z", "2026-03-30T16:59:59Z"] {
        app.set_clock(now);
        let refused = admin.mutate_once("closePeriod", selection, close.clone()).await;
        assert_eq!(
            (&refused["errors"][0]["code"], &refused["errors"][0]["opensOn"]),
            (&json!("TOO_EARLY"), &json!("2026-03-31"))
        );
        let read = admin.ok(query, json!({ "id": part })).await["node"].clone();
        let actions = read["allowedActions"].as_array().expect("actions");
        let one = actions.iter().find(|one| one["action"] == "CLOSE_PERIOD").expect("the action");
        assert_eq!((&one["code"], &one["opensOn"]), (&json!("TOO_EARLY"), &json!("2026-03-31")));
        assert_eq!(read["ratingFrom"], "2026-03-21");
        assert_eq!(read.field("closedAt"), &Value::Null);
    }
    app.set_clock("2026-03-30T17:00:00Z");
    let closed = admin.done("closePeriod", selection, close).await;
    assert_eq!(closed["period"], json!({ "status": "CLOSED", "closedAt": "2026-03-30T17:00:00.000000Z" }));
});

both!(the_worklist_has_ratings_from_their_day, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let first = of_part(&employee, &plan, 1).await;
    let reported = employee.act(&EVALUATION, "reportRealisation", &first, report(&plan)).await;
    let query = "query($kinds: [WorklistKind!]) { viewer { worklist(kinds: $kinds) { nodes { kind } } } }";
    let waiting = async |kind: &str| {
        let read = manager.ok(query, json!({ "kinds": [kind] })).await;
        read["viewer"]["worklist"]["nodes"].as_array().map(Vec::len)
    };
    assert_eq!(waiting("RATE_EVALUATION").await, Some(0));
    app.set_clock("2026-03-21T02:00:00Z");
    assert_eq!(waiting("RATE_EVALUATION").await, Some(1));
    manager.act(&EVALUATION, "rateEvaluation", &reported, as_expected()).await;
    assert_eq!(waiting("FINALISE_EVALUATION").await, Some(0));
    app.set_clock("2026-03-31T02:00:00Z");
    assert_eq!(waiting("FINALISE_EVALUATION").await, Some(1));
});
