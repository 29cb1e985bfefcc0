//! Tests that bad input gives an error with a code and a message in the caller's language, and changes nothing.

use crate::{
    both,
    support::{Client, EVALUATION, Person, ids, with},
    year,
};
use axum::http::StatusCode;
use serde_json::{Value, json};
use service::testing::{audit, city};

/// A bad input: description, mutation, selection of the payload, input, expected code.
type Bad<'a> = (&'a str, &'a str, &'a str, Value, &'a str);

async fn bad_payloads(client: &Client, plan: &Value, bad: &[Bad<'_>]) {
    for (what, verb, selection, input, code) in bad {
        let before = audit::rows(&client.app.env).await.expect("counts");
        let mut type_name = (*verb).to_owned();
        type_name[..1].make_ascii_uppercase();
        let query = format!(
            "mutation($input: {type_name}Input!) {{ {verb}(input: $input) {{ {selection} errors {{ code message }} }} }}"
        );
        for language in ["id", "en"] {
            let mut client = client.clone();
            client.language = language;
            let (_, answer) = client.send(&query, json!({ "input": input })).await;
            let payload = &answer["data"][*verb];
            let error = [&payload["errors"][0], &payload["results"][0]["errors"][0], &answer["errors"][0]]
                .into_iter()
                .find(|error| error.is_object())
                .unwrap_or_else(|| panic!("{what} is not refused: {answer:#}"));
            let found = error["code"].as_str().or(error["extensions"]["code"].as_str());
            assert_eq!(found, Some(*code), "{what}: {answer:#}");
            assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{what}");
        }
        assert_eq!(audit::rows(&client.app.env).await.expect("counts"), before, "{what}: {plan}");
    }
}

both!(bad_input_is_refused_with_a_code_and_changes_nothing, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager, admin) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Admin).await,
    );
    let found = year::evaluations(&employee, &plan).await;
    let first = found.iter().find(|one| one["period"]["part"] == 1).expect("the first part").clone();
    let row = plan["currentRevision"]["results"][0]["id"].clone();
    let activity = |more: Value| {
        let row = json!({
            "target": { "clientKey": "0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2d8f12" }, "startedAt": "2026-03-01T01:00:00Z",
            "endedAt": "2026-03-01T02:00:00Z", "description": "Rapat",
        });
        json!({ "planId": plan["id"], "rows": [with(row, more)] })
    };
    let results = "results { errors { code message } }";
    let of_plan = |version: i64| json!({ "planId": plan["id"], "expectedVersion": version });
    let version = plan["version"].as_i64().expect("a version");
    let rate = |more: Value| EVALUATION.input(&first, more);
    let new_plan = |assignment: String, period: String, content: Value| json!({ "assignmentId": assignment, "periodId": period, "content": content });
    let peer = app.client(Person::Peer).await;
    let indicator = |unit: &str, min: &str, max: &str| {
        json!({ "results": [{ "kind": "MAIN", "title": "Hasil", "provisional": true, "indicators": [{
            "aspect": "QUANTITY", "text": "Dokumen", "targetMin": min, "targetMax": max, "measure": unit }] }] })
    };

    bad_payloads(
        &employee,
        &plan,
        &[
            (
                "an end before the start",
                "recordActivities",
                results,
                activity(json!({ "endedAt": "2026-03-01T00:00:00Z" })),
                "BAD_USER_INPUT",
            ),
            (
                "more than a day",
                "recordActivities",
                results,
                activity(json!({ "startedAt": "2026-02-27T00:00:00Z" })),
                "BAD_USER_INPUT",
            ),
            (
                "an activity of tomorrow",
                "recordActivities",
                results,
                activity(json!({ "startedAt": "2026-03-03T01:00:00Z", "endedAt": "2026-03-03T02:00:00Z" })),
                "BAD_USER_INPUT",
            ),
            (
                "no description",
                "recordActivities",
                results,
                activity(json!({ "description": " " })),
                "BAD_USER_INPUT",
            ),
            (
                "no client key",
                "recordActivities",
                results,
                activity(json!({ "target": { "clientKey": null } })),
                "BAD_USER_INPUT",
            ),
            (
                "a link with a forbidden scheme",
                "recordActivities",
                results,
                activity(json!({ "evidence": [{ "url": "file:///etc/passwd" }] })),
                "BAD_USER_INPUT",
            ),
            (
                "an unknown plan row",
                "recordActivities",
                results,
                activity(json!({ "planResultId": ids::plan(1) })),
                "BAD_USER_INPUT",
            ),
            (
                "an empty batch",
                "recordActivities",
                results,
                json!({ "planId": plan["id"], "rows": [] }),
                "BAD_USER_INPUT",
            ),
            (
                "submitting a plan in force",
                "submitPlan",
                "plan { id }",
                of_plan(version),
                "INVALID_TRANSITION",
            ),
            (
                "a stale version",
                "revisePlan",
                "plan { id }",
                with(of_plan(version - 1), json!({ "reason": "x" })),
                "CONFLICT",
            ),
            (
                "a revision without a reason",
                "revisePlan",
                "plan { id }",
                with(of_plan(version), json!({ "reason": " " })),
                "BAD_USER_INPUT",
            ),
            (
                "approving one's own plan",
                "reviewPlan",
                "plan { id }",
                with(of_plan(version), json!({ "decision": "APPROVE" })),
                "FORBIDDEN",
            ),
            (
                "rating oneself",
                "rateEvaluation",
                "evaluation { id }",
                rate(json!({ "resultRating": "ABOVE" })),
                "FORBIDDEN",
            ),
            (
                "an empty report",
                "reportRealisation",
                "evaluation { id }",
                rate(json!({ "realisations": [] })),
                "BAD_USER_INPUT",
            ),
            (
                "a second plan for the same days",
                "createPlan",
                "plan { id }",
                new_plan(ids::assignment(Person::Employee), ids::year(), json!({})),
                "BAD_USER_INPUT",
            ),
            (
                "a foreign assignment",
                "createPlan",
                "plan { id }",
                new_plan(ids::assignment(Person::Peer), ids::year(), json!({})),
                "FORBIDDEN",
            ),
            (
                "an id of another type",
                "submitPlan",
                "plan { id }",
                json!({ "planId": row, "expectedVersion": 1 }),
                "BAD_USER_INPUT",
            ),
            (
                "a malformed id",
                "submitPlan",
                "plan { id }",
                json!({ "planId": "x", "expectedVersion": 1 }),
                "BAD_USER_INPUT",
            ),
            (
                "an unknown plan",
                "submitPlan",
                "plan { id }",
                json!({ "planId": ids::plan(1), "expectedVersion": 1 }),
                "NOT_FOUND",
            ),
            (
                "opening a year",
                "openPeriod",
                "period { id }",
                json!({ "year": 2027, "cycle": "MONTHLY" }),
                "FORBIDDEN",
            ),
        ],
    )
    .await;
    bad_payloads(
        &peer,
        &plan,
        &[
            (
                "a target with minimum above maximum",
                "createPlan",
                "plan { id }",
                new_plan(ids::assignment(Person::Peer), ids::year(), indicator("dokumen", "5", "3")),
                "BAD_USER_INPUT",
            ),
            (
                "a part instead of a year",
                "createPlan",
                "plan { id }",
                new_plan(ids::assignment(Person::Peer), ids::quarter(1), json!({})),
                "NOT_FOUND",
            ),
            (
                "an unknown criterion",
                "createPlan",
                "plan { id }",
                new_plan(
                    ids::assignment(Person::Peer),
                    ids::year(),
                    json!({ "behaviourExpectations": [{ "criterionId": ids::criterion(99), "text": "x" }] }),
                ),
                "BAD_USER_INPUT",
            ),
        ],
    )
    .await;
    // Ratings can be drafted, and no report has come yet.
    app.set_clock("2026-03-21T02:00:00Z");
    bad_payloads(
        &manager,
        &plan,
        &[
            (
                "rating before the report",
                "rateEvaluation",
                "evaluation { id }",
                rate(json!({ "resultRating": "ABOVE" })),
                "INVALID_TRANSITION",
            ),
            (
                "finalising before rating",
                "finaliseEvaluation",
                "evaluation { id }",
                rate(json!({})),
                "INVALID_TRANSITION",
            ),
            (
                "feedback without text",
                "giveFeedback",
                "feedback { id }",
                json!({ "planId": plan["id"], "about": { "planResultId": row }, "text": "" }),
                "BAD_USER_INPUT",
            ),
            (
                "a recommendation on a quarter",
                "makeRecommendation",
                "recommendation { id }",
                json!({ "evaluationId": first["id"], "kind": "PROMOTION", "text": "x" }),
                "INVALID_TRANSITION",
            ),
            (
                "an unknown enum value",
                "makeRecommendation",
                "recommendation { id }",
                json!({ "evaluationId": first["id"], "kind": "BONUS", "text": "x" }),
                "BAD_USER_INPUT",
            ),
        ],
    )
    .await;
    bad_payloads(&admin, &plan, &[
        ("a year that is already open", "openPeriod", "period { id }", json!({ "year": 2026, "cycle": "MONTHLY" }), "BAD_USER_INPUT"),
        ("a year long ago", "openPeriod", "period { id }", json!({ "year": 1999, "cycle": "MONTHLY" }), "BAD_USER_INPUT"),
        ("closing a year with open parts", "closePeriod", "period { id }", json!({ "periodId": ids::year(), "expectedVersion": 1 }), "INVALID_TRANSITION"),
        ("weights that do not sum to 100", "setCriteria", "criteriaSet { id }", json!({ "code": "X", "nameId": "X", "nameEn": "X", "regulationCode": "PERMENPANRB-6-2022", "validFrom": "2027-01-01", "criteria": [{ "code": "A", "nameId": "A", "nameEn": "A", "weight": "40" }] }), "BAD_USER_INPUT"),
        ("an unknown regulation", "setCriteria", "criteriaSet { id }", json!({ "code": "X", "nameId": "X", "nameEn": "X", "regulationCode": "UU-1", "validFrom": "2027-01-01", "criteria": [{ "code": "A", "nameId": "A", "nameEn": "A" }] }), "BAD_USER_INPUT"),
        ("the role REPORTING", "grantRole", "roleGrant { id }", json!({ "staffId": ids::staff(Person::Peer), "role": "REPORTING", "orgUnitId": ids::unit(city::ROOT) }), "BAD_USER_INPUT"),
    ])
    .await;
    // A page size out of range and a malformed cursor are also refused.
    for query in [
        "{ staff(first: -1) { totalCount } }",
        "{ staff(first: 101) { totalCount } }",
        "{ staff(first: 1, after: \"x\") { edges { cursor } } }",
    ] {
        assert_eq!(employee.error(query, json!({})).await, "BAD_USER_INPUT", "{query}");
    }
});

both!(malformed_http_requests_are_refused, |app| async move {
    use axum::{
        body::Body,
        http::{Request, header},
    };
    use tower::ServiceExt;
    for (body, kind, status) in [
        ("{\"query\":".to_owned(), "application/json", StatusCode::BAD_REQUEST),
        ("[]".to_owned(), "application/json", StatusCode::UNPROCESSABLE_ENTITY),
        ("{ }".to_owned(), "text/plain", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (
            format!("{{\"query\":\"{{ x }}\",\"pad\":\"{}\"}}", "x".repeat(2 << 20)),
            "application/json",
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
    ] {
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, kind)
            .header(header::ACCEPT, "application/graphql-response+json")
            .body(Body::from(body))
            .expect("a request");
        let response = app.router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), status);
    }
});
