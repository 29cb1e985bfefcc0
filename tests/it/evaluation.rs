//! Evaluations through HTTP: rights, required reasons, visibility, and the end of a year.

mod follow_up;
mod recommendation;

use crate::{
    both,
    support::{Client, EVALUATION, Fields, PLAN, Person, TestApp, bad_input, ids, paths, refusals},
    year,
};
use serde_json::{Value, json};
use service::testing::city;

const RATINGS: &str = "query($id: ID!) { evaluation(id: $id) {
    status version resultRating behaviourRating resultReason behaviourReason predicate predicateLabel
    resultRatings { note } behaviourRatings { note } explanation { code } explanationNodes { code }
    recommendations { text } realisations { text } selfNote } }";

/// Everyone who can see the employee's plan, except the employee and the rater.
const OTHERS: [Person; 6] =
    [Person::Head, Person::Secretary, Person::Mayor, Person::Team, Person::Admin, Person::Auditor];

/// The evaluation of a part of the year; part 0 is the whole year.
async fn of_part(client: &Client, plan: &Value, part: u32) -> Value {
    let all = year::evaluations(client, plan).await;
    all.iter().find(|one| one["period"]["part"] == part).expect("the part").clone()
}

fn row(plan: &Value) -> &Value {
    &plan["currentRevision"]["results"][0]["id"]
}

async fn reported(employee: &Client, plan: &Value, part: u32) -> Value {
    let evaluation = of_part(employee, plan, part).await;
    let report = json!({
        "realisations": [{ "planResultId": row(plan), "text": "Tiga dokumen", "value": "3" }],
        "selfNote": "Lancar",
    });
    employee.act(&EVALUATION, "reportRealisation", &evaluation, report).await
}

fn as_expected() -> Value {
    json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" })
}

fn no_unit_predicate() -> Value {
    json!({ "missingUnitPredicateReason": "Belum ditetapkan" })
}

/// A final evaluation of a part, GOOD.
async fn finalised(app: &TestApp, plan: &Value, part: u32) -> Value {
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let evaluation = reported(&employee, plan, part).await;
    match part {
        0 => app.pass_the_end_of_year(),
        quarter => app.pass_the_end_of_quarter(quarter),
    }
    let evaluation = manager.act(&EVALUATION, "rateEvaluation", &evaluation, as_expected()).await;
    let mut input = no_unit_predicate();
    if part == 0 {
        let quarters =
            [1, 2, 3, 4].map(|quarter| json!({ "periodId": ids::quarter(quarter), "reason": "Baru mulai" }));
        input["gapReasons"] = json!(quarters);
    }
    manager.act(&EVALUATION, "finaliseEvaluation", &evaluation, input).await
}

both!(after_the_deadline_the_rater_can_rate_without_a_report, |app| async move {
    let plan = year::approved(&app).await;
    let manager = app.client(Person::Manager).await;
    let evaluation = of_part(&manager, &plan, 1).await;
    app.set_clock("2026-03-21T02:00:00Z");
    assert_eq!(
        manager.act_refused(&EVALUATION, "rateEvaluation", &evaluation, as_expected()).await,
        "INVALID_TRANSITION"
    );
    // The last day to report is 10 April in Jakarta.
    app.set_clock("2026-04-10T16:59:59Z");
    assert_eq!(
        manager.act_refused(&EVALUATION, "rateEvaluation", &evaluation, as_expected()).await,
        "INVALID_TRANSITION"
    );
    app.set_clock("2026-04-10T17:00:00Z");
    assert_eq!(
        manager.act_refusals(&EVALUATION, "rateEvaluation", &evaluation, as_expected()).await,
        bad_input(["unratedReportReason"])
    );
    let mut rating = as_expected();
    rating["unratedReportReason"] = json!("Tidak melapor");
    let rated = manager.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await;
    assert_eq!(rated["status"], "RATED_DRAFT");
    // Now it is too late to report.
    let employee = app.client(Person::Employee).await;
    let report = json!({ "realisations": [{ "planResultId": row(&plan), "text": "Maaf" }] });
    assert_eq!(
        employee.act_refused(&EVALUATION, "reportRealisation", &rated, report).await,
        "INVALID_TRANSITION"
    );
});

both!(an_invalid_evidence_link_is_refused_before_other_input, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await;
    let evaluation = of_part(&employee, &plan, 1).await;
    let foreign = ids::global(13, service::testing::id(0xdead));
    let report = json!({ "realisations": [
        { "planResultId": row(&plan), "text": " " },
        { "planResultId": foreign, "text": "x" },
        { "planResultId": row(&plan), "text": "dua kali", "evidence": [{ "url": "ftp://x" }] },
    ] });
    let refusals = employee.act_refusals(&EVALUATION, "reportRealisation", &evaluation, report).await;
    assert_eq!(refusals, bad_input(["realisations.2.evidence.0.url"]));
});

both!(all_invalid_and_missing_input_is_refused_at_once, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let evaluation = of_part(&employee, &plan, 1).await;
    let foreign = ids::global(13, service::testing::id(0xdead));
    let report = json!({ "realisations": [
        { "planResultId": row(&plan), "text": " " },
        { "planResultId": foreign, "text": "x" },
        { "planResultId": row(&plan), "text": "dua kali" },
    ] });
    let refusals = employee.act_refusals(&EVALUATION, "reportRealisation", &evaluation, report).await;
    let expected = ["realisations.0.text", "realisations.1.planResultId", "realisations.2.planResultId"];
    assert_eq!(paths(&refusals), expected);
    assert_eq!(
        employee
            .act_refusals(&EVALUATION, "reportRealisation", &evaluation, json!({ "realisations": [] }))
            .await,
        bad_input(["realisations"])
    );

    let evaluation = reported(&employee, &plan, 1).await;
    app.pass_the_end_of_quarter(1);
    let rating = json!({
        "resultRating": "ABOVE", "behaviourRating": "BELOW",
        "resultRatings": [{ "planResultId": foreign, "rating": "ABOVE" }],
        "behaviourRatings": [
            { "criterionId": ids::criterion(1), "rating": "ABOVE" },
            { "criterionId": ids::criterion(1), "rating": "BELOW" },
        ],
    });
    let refusals = manager.act_refusals(&EVALUATION, "rateEvaluation", &evaluation, rating).await;
    let expected =
        ["resultReason", "behaviourReason", "resultRatings.0.planResultId", "behaviourRatings.1.criterionId"];
    assert_eq!(paths(&refusals), expected);

    // A draft needs no ratings; a final evaluation does.
    let draft = manager.act(&EVALUATION, "rateEvaluation", &evaluation, json!({})).await;
    let refusals = manager.act_refusals(&EVALUATION, "finaliseEvaluation", &draft, json!({})).await;
    assert_eq!(refusals, bad_input(["missingUnitPredicateReason", "resultRating", "behaviourRating"]));
    // No refusal has written anything.
    let read = manager.ok(RATINGS, json!({ "id": draft["id"] })).await["evaluation"].clone();
    assert_eq!(read["version"], draft["version"]);
});

both!(only_the_rater_can_see_a_draft, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let evaluation = reported(&employee, &plan, 1).await;
    app.pass_the_end_of_quarter(1);
    let rating = json!({
        "resultRating": "ABOVE", "behaviourRating": "BELOW", "resultReason": "Cepat", "behaviourReason": "Kasar",
        "resultRatings": [{ "planResultId": row(&plan), "rating": "ABOVE", "note": "Cepat" }],
        "behaviourRatings": [{ "criterionId": ids::criterion(1), "rating": "BELOW", "note": "Kasar" }],
    });
    let draft = manager.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await;
    let read = manager.ok(RATINGS, json!({ "id": draft["id"] })).await["evaluation"].clone();
    assert_eq!((&read["resultRating"], &read["resultReason"]), (&json!("ABOVE"), &json!("Cepat")));
    let hidden = json!({
        "status": "RATED_DRAFT", "version": 3,
        "resultRating": null, "behaviourRating": null, "resultReason": null, "behaviourReason": null,
        "predicate": null, "predicateLabel": null, "resultRatings": [], "behaviourRatings": [],
        "explanation": null, "explanationNodes": [], "recommendations": [],
        "realisations": [{ "text": "Tiga dokumen" }], "selfNote": "Lancar",
    });
    for who in OTHERS.into_iter().chain([Person::Employee]) {
        let read = app.client(who).await.ok(RATINGS, json!({ "id": draft["id"] })).await;
        assert_eq!(read["evaluation"], hidden, "{who:?}");
    }
    let last = manager.act(&EVALUATION, "finaliseEvaluation", &draft, no_unit_predicate()).await;
    assert_eq!(last["predicate"], "POOR");
    for who in OTHERS.into_iter().chain([Person::Employee, Person::Manager]) {
        let read =
            app.client(who).await.ok(RATINGS, json!({ "id": draft["id"] })).await["evaluation"].clone();
        assert_eq!(read["predicate"], "POOR", "{who:?}");
        assert_eq!(read["behaviourRatings"], json!([{ "note": "Kasar" }]), "{who:?}");
        assert_eq!(read["explanationNodes"].as_array().map(Vec::len), Some(3), "{who:?}");
    }
    for who in [Person::Peer, Person::Stranger, Person::Outsider] {
        let read = app.client(who).await.ok(RATINGS, json!({ "id": draft["id"] })).await;
        assert_eq!(read, json!({ "evaluation": null }), "{who:?}");
    }
});

both!(people_without_the_right_are_refused_each_verb, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let evaluation = of_part(&employee, &plan, 1).await;
    let report = json!({ "realisations": [{ "planResultId": row(&plan), "text": "Selesai" }] });
    for who in OTHERS.into_iter().chain([Person::Manager]) {
        let client = app.client(who).await;
        assert_eq!(
            client.act_refused(&EVALUATION, "reportRealisation", &evaluation, report.clone()).await,
            "FORBIDDEN",
            "{who:?}"
        );
    }
    let evaluation = reported(&employee, &plan, 1).await;
    for who in OTHERS.into_iter().chain([Person::Employee]) {
        let client = app.client(who).await;
        for (verb, extra) in [("rateEvaluation", as_expected()), ("finaliseEvaluation", json!({}))] {
            assert_eq!(
                client.act_refused(&EVALUATION, verb, &evaluation, extra).await,
                "FORBIDDEN",
                "{who:?} {verb}"
            );
        }
    }
    for who in [Person::Peer, Person::Stranger] {
        let document =
            "mutation($input: RateEvaluationInput!) { rateEvaluation(input: $input) { evaluation { id } } }";
        let input = json!({ "input": EVALUATION.input(&evaluation, as_expected()) });
        assert_eq!(app.client(who).await.error(document, input).await, "NOT_FOUND", "{who:?}");
    }
    // A conflict returns the stored version.
    let stale = json!({ "id": evaluation["id"], "version": 1 });
    let selection = "evaluation { id } errors { ... on ConflictError { currentVersion } }";
    let payload =
        manager.mutate_and_replay("rateEvaluation", selection, EVALUATION.input(&stale, as_expected())).await;
    assert_eq!(refusals(&payload)[0].code, "CONFLICT");
    assert_eq!(payload["errors"][0]["currentVersion"], evaluation["version"]);
});

both!(allowed_actions_match_rights_and_state, |app| async move {
    let plan = year::approved(&app).await;
    let actions =
        "query($id: ID!) { evaluation(id: $id) { allowedActions { action allowed code whoCan { name } } } }";
    let allowed = |client: Client, evaluation: Value| async move {
        let read = client.ok(actions, json!({ "id": evaluation["id"] })).await;
        let all = read["evaluation"]["allowedActions"].as_array().expect("actions").clone();
        let mut open: Vec<String> = Vec::new();
        for action in all {
            if action["allowed"] == true {
                open.push(action["action"].as_str().expect("a name").to_owned());
            } else {
                assert!(action["code"].is_string(), "{action:#}");
            }
        }
        open
    };
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let annual = of_part(&employee, &plan, 0).await;
    assert_eq!(allowed(employee.clone(), annual.clone()).await, ["REPORT_REALISATION"]);
    assert!(allowed(manager.clone(), annual.clone()).await.is_empty());
    let annual = finalised(&app, &plan, 0).await;
    assert!(allowed(employee.clone(), annual.clone()).await.is_empty(), "it is not delivered yet");
    let of_manager = ["DELIVER_EVALUATION", "SIGN_EVALUATION", "REOPEN_EVALUATION", "MAKE_RECOMMENDATION"];
    let mut found = allowed(manager.clone(), annual.clone()).await;
    let mut expected = of_manager.map(str::to_owned).to_vec();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    assert!(allowed(app.client(Person::Auditor).await, annual.clone()).await.is_empty());
});

both!(a_final_evaluation_can_be_reopened_with_a_reason, |app| async move {
    let plan = year::approved(&app).await;
    let (manager, admin) = (app.client(Person::Manager).await, app.client(Person::Admin).await);
    let last = finalised(&app, &plan, 1).await;
    assert_eq!(
        admin.act_refused(&EVALUATION, "reopenEvaluation", &last, json!({ "reason": "x" })).await,
        "FORBIDDEN"
    );
    assert_eq!(
        manager.act_refusals(&EVALUATION, "reopenEvaluation", &last, json!({ "reason": " " })).await,
        bad_input(["reason"])
    );
    let draft = manager.act(&EVALUATION, "reopenEvaluation", &last, json!({ "reason": "Bukti baru" })).await;
    assert_eq!(draft["status"], "RATED_DRAFT");
    assert_eq!(draft.field("predicate"), &Value::Null);
    let employee = app.client(Person::Employee).await;
    let read = employee.ok(RATINGS, json!({ "id": draft["id"] })).await["evaluation"].clone();
    assert_eq!(read.field("resultRating"), &Value::Null);
    let last = manager.act(&EVALUATION, "finaliseEvaluation", &draft, no_unit_predicate()).await;

    // After the period is closed, only an admin can reopen it.
    let input = json!({ "periodId": ids::quarter(1), "expectedVersion": 1 });
    admin.done("closePeriod", "period { status }", input).await;
    assert_eq!(
        manager.act_refused(&EVALUATION, "reopenEvaluation", &last, json!({ "reason": "x" })).await,
        "FORBIDDEN"
    );
    let draft =
        admin.act(&EVALUATION, "reopenEvaluation", &last, json!({ "reason": "Putusan inspektorat" })).await;
    let last = manager.act(&EVALUATION, "finaliseEvaluation", &draft, no_unit_predicate()).await;
    let closed = manager.act(&EVALUATION, "closeEvaluation", &last, json!({})).await;
    assert_eq!(closed["status"], "CLOSED");
    assert_eq!(
        admin.act_refused(&EVALUATION, "reopenEvaluation", &closed, json!({ "reason": "x" })).await,
        "INVALID_TRANSITION"
    );
});

both!(a_closed_period_refuses_reports_and_ratings, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let evaluation = reported(&employee, &plan, 1).await;
    app.pass_the_end_of_quarter(1);
    let input = json!({ "periodId": ids::quarter(1), "expectedVersion": 1, "confirm": true });
    app.client(Person::Admin).await.done("closePeriod", "period { status }", input).await;
    let report = json!({ "realisations": [{ "planResultId": row(&plan), "text": "Selesai" }] });
    assert_eq!(
        employee.act_refused(&EVALUATION, "reportRealisation", &evaluation, report).await,
        "PERIOD_CLOSED"
    );
    assert_eq!(
        manager.act_refused(&EVALUATION, "rateEvaluation", &evaluation, as_expected()).await,
        "PERIOD_CLOSED"
    );
});

both!(a_reopening_before_the_closing_is_no_way_round_it, |app| async move {
    let plan = year::approved(&app).await;
    let (manager, admin) = (app.client(Person::Manager).await, app.client(Person::Admin).await);
    let last = finalised(&app, &plan, 1).await;
    let close =
        |version: i32| json!({ "periodId": ids::quarter(1), "expectedVersion": version, "confirm": true });
    let reopen =
        |version: i32| json!({ "periodId": ids::quarter(1), "expectedVersion": version, "reason": "Keliru" });
    let why = json!({ "reason": "Bukti baru" });
    // The rater reopens, then the period is closed at the same time.
    let draft = manager.act(&EVALUATION, "reopenEvaluation", &last, why.clone()).await;
    admin.done("closePeriod", "period { status }", close(1)).await;
    for now in ["2026-04-01T02:00:00Z", "2026-04-02T02:00:00Z"] {
        app.set_clock(now);
        let refused = manager.act_refused(&EVALUATION, "rateEvaluation", &draft, as_expected()).await;
        assert_eq!(refused, "PERIOD_CLOSED");
        let refused =
            manager.act_refused(&EVALUATION, "finaliseEvaluation", &draft, no_unit_predicate()).await;
        assert_eq!(refused, "PERIOD_CLOSED");
        let query = "query($id: ID!) { evaluation(id: $id) { allowedActions { action code } } }";
        let read = manager.ok(query, json!({ "id": draft["id"] })).await;
        let actions = read["evaluation"]["allowedActions"].as_array().expect("actions").clone();
        let rate = actions.iter().find(|one| one["action"] == "RATE_EVALUATION").expect("the action");
        assert_eq!(rate["code"], "PERIOD_CLOSED");
    }
    // An admin reopens the period for it. After the next closing, only evaluations that an admin reopens accept
    // ratings.
    admin.done("reopenPeriod", "period { status }", reopen(2)).await;
    let last = manager.act(&EVALUATION, "finaliseEvaluation", &draft, no_unit_predicate()).await;
    admin.done("closePeriod", "period { status }", close(3)).await;
    let draft = admin.act(&EVALUATION, "reopenEvaluation", &last, why.clone()).await;
    let draft = manager.act(&EVALUATION, "rateEvaluation", &draft, as_expected()).await;
    // That reopening is before the closing that follows.
    admin.done("reopenPeriod", "period { status }", reopen(4)).await;
    admin.done("closePeriod", "period { status }", close(5)).await;
    let refused = manager.act_refused(&EVALUATION, "finaliseEvaluation", &draft, no_unit_predicate()).await;
    assert_eq!(refused, "PERIOD_CLOSED");
});

both!(the_year_needs_final_parts_or_reasons, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let quarter = finalised(&app, &plan, 1).await;
    let annual = reported(&employee, &plan, 0).await;
    app.pass_the_end_of_year();
    let annual = manager.act(&EVALUATION, "rateEvaluation", &annual, as_expected()).await;
    let gap = |quarter: u32| json!({ "periodId": ids::quarter(quarter), "reason": "Cuti besar" });
    let mut input = no_unit_predicate();
    assert_eq!(
        manager.act_refusals(&EVALUATION, "finaliseEvaluation", &annual, input.clone()).await,
        bad_input(["gapReasons"])
    );
    // A reason for a final part is refused.
    input["gapReasons"] = json!([gap(1), gap(2), gap(3), gap(4)]);
    assert_eq!(
        manager.act_refusals(&EVALUATION, "finaliseEvaluation", &annual, input.clone()).await,
        bad_input(["gapReasons.0.periodId"])
    );
    input["gapReasons"] = json!([gap(2), gap(3), gap(4)]);
    let annual = manager.act(&EVALUATION, "finaliseEvaluation", &annual, input).await;
    assert_eq!(annual["predicate"], "GOOD");
    // The final year locks its parts and the plan.
    assert_eq!(
        manager.act_refused(&EVALUATION, "reopenEvaluation", &quarter, json!({ "reason": "x" })).await,
        "INVALID_TRANSITION"
    );
    let plan = manager.read(&PLAN, &plan).await;
    let reason = json!({ "reason": "x" });
    assert_eq!(manager.act_refused(&PLAN, "revisePlan", &plan, reason).await, "INVALID_TRANSITION");
});

both!(a_final_evaluation_keeps_the_units_predicate, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager, head) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Head).await,
    );
    app.pass_the_end_of_quarter(1);
    let set =
        json!({ "orgUnitId": ids::unit(city::SECTION), "periodId": ids::quarter(1), "predicate": "GOOD" });
    let set = head.done("setOrgUnitPredicate", "orgUnitPredicate { version }", set).await;
    let evaluation = reported(&employee, &plan, 1).await;
    let evaluation = manager.act(&EVALUATION, "rateEvaluation", &evaluation, as_expected()).await;
    let last = manager.act(&EVALUATION, "finaliseEvaluation", &evaluation, json!({})).await;
    let change = json!({
        "orgUnitId": ids::unit(city::SECTION), "periodId": ids::quarter(1), "predicate": "OUTSTANDING",
        "expectedVersion": set["orgUnitPredicate"]["version"],
    });
    head.done("setOrgUnitPredicate", "orgUnitPredicate { predicate }", change).await;
    let query = "query($id: ID!) { evaluation(id: $id) { orgUnitPredicate } }";
    let read = employee.ok(query, json!({ "id": last["id"] })).await;
    assert_eq!(read["evaluation"]["orgUnitPredicate"], "GOOD");
});
