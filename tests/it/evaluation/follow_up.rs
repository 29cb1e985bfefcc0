//! What follows a result: signatures, feedback, recommendations; and lists.

use super::*;

both!(three_parties_sign_the_annual_document, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager, head) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Head).await,
    );
    let annual = finalised(&app, &plan, 0).await;
    assert_eq!(
        employee.act_refused(&EVALUATION, "acknowledgeEvaluation", &annual, json!({})).await,
        "INVALID_TRANSITION"
    );
    assert_eq!(employee.act_refused(&EVALUATION, "deliverEvaluation", &annual, json!({})).await, "FORBIDDEN");
    let annual = manager.act(&EVALUATION, "deliverEvaluation", &annual, json!({})).await;
    assert_eq!(
        manager.act_refused(&EVALUATION, "deliverEvaluation", &annual, json!({})).await,
        "INVALID_TRANSITION"
    );
    assert_eq!(
        manager.act_refused(&EVALUATION, "reopenEvaluation", &annual, json!({ "reason": "x" })).await,
        "FORBIDDEN"
    );
    let read = employee
        .ok("query($id: ID!) { evaluation(id: $id) { objectionUntil } }", json!({ "id": annual["id"] }))
        .await;
    assert_eq!(read["evaluation"]["objectionUntil"], "2027-01-15");
    assert_eq!(
        manager.act_refused(&EVALUATION, "acknowledgeEvaluation", &annual, json!({})).await,
        "FORBIDDEN"
    );
    let annual = employee.act(&EVALUATION, "acknowledgeEvaluation", &annual, json!({})).await;
    let annual = employee.act(&EVALUATION, "signEvaluation", &annual, json!({})).await;
    assert_eq!(
        employee.act_refused(&EVALUATION, "signEvaluation", &annual, json!({})).await,
        "INVALID_TRANSITION"
    );
    for who in [Person::Secretary, Person::Team, Person::Auditor] {
        assert_eq!(
            app.client(who).await.act_refused(&EVALUATION, "signEvaluation", &annual, json!({})).await,
            "FORBIDDEN",
            "{who:?}"
        );
    }
    assert_eq!(manager.act_refused(&EVALUATION, "closeEvaluation", &annual, json!({})).await, "TOO_EARLY");
    app.set_clock("2027-01-16T02:00:00Z");
    assert_eq!(
        manager.act_refused(&EVALUATION, "closeEvaluation", &annual, json!({})).await,
        "INVALID_TRANSITION"
    );
    let annual = head.act(&EVALUATION, "signEvaluation", &annual, json!({})).await;
    let annual = manager.act(&EVALUATION, "signEvaluation", &annual, json!({})).await;
    assert_eq!(employee.act_refused(&EVALUATION, "closeEvaluation", &annual, json!({})).await, "FORBIDDEN");
    let annual = manager.act(&EVALUATION, "closeEvaluation", &annual, json!({})).await;
    assert_eq!(annual["status"], "CLOSED");
});

both!(feedback_appears_with_its_plan_and_evaluation, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let open = of_part(&manager, &plan, 2).await;
    let recorded = employee
        .done(
            "recordActivities",
            "results { activity { id } }",
            json!({ "planId": plan["id"], "rows": [{
                "target": { "clientKey": "0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2d0001" }, "description": "Tugas",
                "startedAt": "2026-03-01T01:00:00Z", "endedAt": "2026-03-01T02:00:00Z",
            }] }),
        )
        .await;
    let about = [
        json!({ "planResultId": row(&plan) }),
        json!({ "activityId": recorded["results"][0]["activity"]["id"] }),
        json!({ "criterionId": ids::criterion(2) }),
    ];
    let give = |text: &str, about: &Value, evaluation: &Value| json!({ "planId": plan["id"], "about": about, "text": text, "evaluationId": evaluation });
    for (number, about) in about.iter().enumerate() {
        let input = give(&format!("Baik {number}"), about, &open["id"]);
        manager.done("giveFeedback", "feedback { id }", input).await;
    }
    manager.done("giveFeedback", "feedback { id }", give("Tanpa kolom", &about[0], &Value::Null)).await;
    let document = "mutation($input: GiveFeedbackInput!) { giveFeedback(input: $input) { errors { code } } }";
    let both = json!({ "planResultId": row(&plan), "criterionId": ids::criterion(1) });
    for about in [both, json!({})] {
        let input = json!({ "input": give("x", &about, &Value::Null) });
        assert_eq!(manager.error(document, input).await, "BAD_USER_INPUT", "{about}");
    }
    for (input, expected) in [
        (give(" ", &about[0], &Value::Null), "BAD_USER_INPUT"),
        (
            give("x", &json!({ "criterionId": ids::global(7, service::testing::id(0xdead)) }), &Value::Null),
            "NOT_FOUND",
        ),
        (give("x", &about[0], &json!(ids::global(18, service::testing::id(0xdead)))), "NOT_FOUND"),
    ] {
        assert_eq!(
            manager.refused("giveFeedback", "feedback { id }", input.clone()).await,
            expected,
            "{input}"
        );
    }
    let others = give("x", &about[0], &Value::Null);
    let team = app.client(Person::Team).await;
    assert_eq!(team.refused("giveFeedback", "feedback { id }", others).await, "FORBIDDEN");

    let query = "query($plan: ID!, $evaluation: ID!) {
        plan(id: $plan) { feedback { text author { name } } }
        evaluation(id: $evaluation) { feedback { text } } }";
    let variables = json!({ "plan": plan["id"], "evaluation": open["id"] });
    let read = employee.ok(query, variables.clone()).await;
    let texts = |list: &Value| -> Vec<String> {
        let list = list.as_array().expect("a list").iter();
        list.map(|feedback| feedback["text"].as_str().expect("a text").to_owned()).collect()
    };
    assert_eq!(texts(&read["plan"]["feedback"]), ["Baik 0", "Baik 1", "Baik 2", "Tanpa kolom"]);
    assert_eq!(texts(&read["evaluation"]["feedback"]), ["Baik 0", "Baik 1", "Baik 2"]);
    let hidden = app.client(Person::Peer).await.ok(query, variables).await;
    assert_eq!(hidden, json!({ "plan": null, "evaluation": null }));

    // A final evaluation accepts no more feedback.
    let last = finalised(&app, &plan, 1).await;
    let late = give("Terlambat", &about[0], &last["id"]);
    assert_eq!(manager.refused("giveFeedback", "feedback { id }", late).await, "INVALID_TRANSITION");
});

both!(superiors_can_recommend_on_a_final_annual_evaluation, |app| async move {
    let plan = year::approved(&app).await;
    let manager = app.client(Person::Manager).await;
    let quarter = finalised(&app, &plan, 1).await;
    let input = |evaluation: &Value, text: &str| json!({ "evaluationId": evaluation["id"], "kind": "TRAINING", "text": text });
    let selection = "recommendation { id kind text author { name } }";
    let early = of_part(&manager, &plan, 0).await;
    assert_eq!(
        manager.refused("makeRecommendation", selection, input(&early, "x")).await,
        "INVALID_TRANSITION"
    );
    assert_eq!(
        manager.refused("makeRecommendation", selection, input(&quarter, "x")).await,
        "INVALID_TRANSITION"
    );
    let (employee, admin) = (app.client(Person::Employee).await, app.client(Person::Admin).await);
    let annual = reported(&employee, &plan, 0).await;
    app.pass_the_end_of_year();
    let annual = manager.act(&EVALUATION, "rateEvaluation", &annual, as_expected()).await;
    let gaps = [2, 3, 4].map(|quarter| json!({ "periodId": ids::quarter(quarter), "reason": "Baru mulai" }));
    let extra = json!({ "missingUnitPredicateReason": "Belum", "gapReasons": gaps });
    let annual = manager.act(&EVALUATION, "finaliseEvaluation", &annual, extra).await;
    for who in [&employee, &admin] {
        assert_eq!(who.refused("makeRecommendation", selection, input(&annual, "x")).await, "FORBIDDEN");
    }
    assert_eq!(manager.refused("makeRecommendation", selection, input(&annual, " ")).await, "BAD_USER_INPUT");
    let made = manager.done("makeRecommendation", selection, input(&annual, "Diklat arsip")).await;
    assert_eq!(made["recommendation"]["text"], "Diklat arsip");
    let head = app.client(Person::Head).await;
    head.done("makeRecommendation", selection, input(&annual, "Setuju")).await;
    let read = employee.ok(RATINGS, json!({ "id": annual["id"] })).await;
    assert_eq!(
        read["evaluation"]["recommendations"],
        json!([{ "text": "Diklat arsip" }, { "text": "Setuju" }])
    );
});

both!(lists_contain_only_visible_evaluations, |app| async move {
    let plan = year::approved(&app).await;
    let manager = app.client(Person::Manager).await;
    finalised(&app, &plan, 1).await;
    let query = "query($filter: EvaluationFilter) { evaluations(filter: $filter, first: 100) {
        totalCount edges { node { id kind staff { name } period { part } orgUnit { code } plan { id } } } } }";
    let count = |client: Client, filter: Value| async move {
        let page = client.ok(query, json!({ "filter": filter })).await["evaluations"].clone();
        assert_eq!(page["totalCount"], json!(page["edges"].as_array().map(Vec::len)), "{filter}");
        page["totalCount"].clone()
    };
    for (filter, expected) in [
        (json!({}), 5),
        (json!({ "kind": "ANNUAL" }), 1),
        (json!({ "status": ["FINAL"] }), 1),
        (json!({ "status": [] }), 0),
        (json!({ "periodId": ids::quarter(2) }), 1),
        (json!({ "orgUnitId": ids::unit(city::ROOT) }), 5),
        (json!({ "orgUnitId": ids::unit(city::OTHER_OFFICE) }), 0),
        (json!({ "ratedByMe": true, "planId": plan["id"] }), 5),
        (json!({ "ratedByMe": false }), 0),
        (json!({ "staffId": ids::staff(Person::Peer) }), 0),
    ] {
        assert_eq!(count(manager.clone(), filter.clone()).await, expected, "{filter}");
    }
    for (who, expected) in
        [(Person::Employee, 5), (Person::Auditor, 5), (Person::Peer, 0), (Person::Stranger, 0)]
    {
        assert_eq!(count(app.client(who).await, json!({})).await, expected, "{who:?}");
    }
    // The evaluations of one person, in pages.
    let query = "query($id: ID!, $after: String) { node(id: $id) { ... on Staff {
        evaluations(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { id } } } } } }";
    let (mut ids_read, mut after) = (std::collections::BTreeSet::new(), Value::Null);
    for _ in 0..3 {
        let variables = json!({ "id": ids::staff(Person::Employee), "after": after });
        let page = manager.ok(query, variables).await["node"]["evaluations"].clone();
        for edge in page["edges"].as_array().expect("edges") {
            ids_read.insert(edge["node"]["id"].as_str().expect("an id").to_owned());
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(ids_read.len(), 5);
});

both!(a_longer_list_needs_no_more_statements, |app| async move {
    let plan = year::approved(&app).await;
    let manager = app.client(Person::Manager).await;
    let query = "query($first: Int) { evaluations(first: $first) { edges { node {
        staff { name } period { part } orgUnit { name } plan { status } feedback { text } recommendations { text }
        allowedActions { action allowed whoCan { name } } } } } }";
    manager.ok(query, json!({ "first": 1 })).await;
    let count = |first: u32| {
        let (app, manager) = (app.clone(), manager.clone());
        async move {
            let before = app.env.db().statements();
            manager.ok(query, json!({ "first": first })).await;
            app.env.db().statements() - before
        }
    };
    let (few, many) = (count(1).await, count(5).await);
    assert_eq!((few, many), (16, 16));
    drop(plan);
});
