//! Concurrent reviews, and undoing activities.

use super::*;

both!(no_activity_is_stored_while_its_evaluation_becomes_final, |app| async move {
    const ROUNDS: u32 = 25;
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await.without_replays();
    let manager = app.client(Person::Manager).await.without_replays();
    let mut evaluation = finalise(&app, &plan).await;
    let mut recorded = 0;
    for round in 0..ROUNDS {
        evaluation =
            manager.act(&EVALUATION, "reopenEvaluation", &evaluation, json!({ "reason": "Uji" })).await;
        let reports = (0..3).map(|number| {
            let (employee, plan) = (employee.clone(), plan.clone());
            tokio::spawn(async move { record(&employee, &plan, json!([row(round * 3 + number, 3)])).await })
        });
        let reports: Vec<_> = reports.collect();
        let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
        evaluation = manager.act(&EVALUATION, "finaliseEvaluation", &evaluation, reason).await;
        for report in reports {
            let results = report.await.expect("a report");
            recorded += u32::from(code(&results[0]) == "none");
        }
    }
    let mut is_final = false;
    for kind in service::testing::audit::kinds(&app.env).await.expect("the journal") {
        match kind.as_str() {
            "EVALUATION_FINALISED" => is_final = true,
            "EVALUATION_REOPENED" => is_final = false,
            "ACTIVITY_RECORDED" => {
                assert!(!is_final, "an activity was stored under a final evaluation, of {recorded} recorded")
            }
            _ => {}
        }
    }
});

both!(only_one_of_two_concurrent_reviews_succeeds, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await.without_replays();
    let manager = app.client(Person::Manager).await.without_replays();
    for number in 0..12 {
        let one = submitted(&employee, &plan, number * 2, 1).await;
        let other = submitted(&employee, &plan, number * 2 + 1, 2).await;
        let decide = || {
            let (manager, rows) = (manager.clone(), json!([version(&one), version(&other)]));
            let input = json!({ "rows": rows, "decision": "APPROVE" });
            tokio::spawn(async move { results(&manager, "reviewActivities", input).await })
        };
        let (first, second) = (decide(), decide());
        let results: Vec<Value> =
            [first.await.expect("an answer"), second.await.expect("an answer")].concat();
        let mut codes: Vec<String> = results.iter().map(code).collect();
        codes.sort();
        assert_eq!(codes, ["CONFLICT", "CONFLICT", "none", "none"]);
    }
});

both!(people_undo_what_they_did_with_activities, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let first = record(&employee, &plan, json!([row(1, 1), row(2, 2)])).await;
    let of = |activity: &Value| json!({ "rows": [version(activity)] });
    // A draft is discarded: it no longer counts, and its key can't be used again.
    let discarded = results(&employee, "discardActivities", of(&first[0]["activity"])).await;
    let discarded = discarded[0]["activity"].clone();
    assert_eq!((&discarded["status"], &discarded["version"]), (&json!("DISCARDED"), &json!(2)));
    let counted = "query($plan: ID!) { activities { totalCount } discarded: activities(filter: { status: [DISCARDED] }) {
        totalCount } plan(id: $plan) { activities { edges { node { id } } } } }";
    let read = employee.ok(counted, json!({ "plan": plan["id"] })).await;
    assert_eq!((&read["activities"]["totalCount"], &read["discarded"]["totalCount"]), (&json!(1), &json!(1)));
    assert_eq!(read["plan"]["activities"]["edges"].as_array().map(Vec::len), Some(1));
    let mut overlapping = row(3, 1);
    overlapping["description"] = json!("Pada waktu yang sama");
    let again = record(&employee, &plan, json!([row(1, 1), overlapping])).await;
    assert_eq!(again[0]["activity"], discarded);
    assert_eq!(again[1]["overlaps"], json!([]));
    for verb in ["discardActivities", "submitActivities", "withdrawActivities"] {
        assert_eq!(code(&results(&employee, verb, of(&discarded)).await[0]), "INVALID_TRANSITION", "{verb}");
    }

    // A submitted activity is taken back before the rater decides, and not afterwards.
    let submitted = results(&employee, "submitActivities", of(&first[1]["activity"])).await;
    let withdrawn = results(&employee, "withdrawActivities", of(&submitted[0]["activity"])).await;
    assert_eq!(withdrawn[0]["activity"]["status"], "DRAFT");
    let submitted = results(&employee, "submitActivities", of(&withdrawn[0]["activity"])).await;
    let approved = review(&manager, &submitted[0]["activity"], "APPROVE", None).await["activity"].clone();
    assert_eq!(code(&results(&employee, "withdrawActivities", of(&approved)).await[0]), "INVALID_TRANSITION");

    // The rater takes an approval back with a reason, and can then return the activity.
    let reopen = |reason: &str| json!({ "rows": [version(&approved)], "reason": reason });
    let blank = manager.mutate_and_replay("reopenActivities", RESULTS, reopen(" ")).await;
    assert_eq!(refusals(&blank), [("BAD_USER_INPUT", "reason")]);
    assert_eq!(code(&results(&employee, "reopenActivities", reopen("Keliru")).await[0]), "FORBIDDEN");
    let reopened =
        results(&manager, "reopenActivities", reopen("Keliru setuju")).await[0]["activity"].clone();
    assert_eq!(reopened["status"], "SUBMITTED");
    service::journal::sequence(&app.env).await.expect("numbers");
    let updates = "{ updates(after: \"start\", first: 100) { edges { node { kind } } } }";
    let updates = employee.ok(updates, json!({})).await;
    let kinds = updates["updates"]["edges"].as_array().expect("edges");
    assert!(kinds.iter().any(|edge| edge["node"]["kind"] == "ACTIVITY_REOPENED"), "{updates:#}");
    let history =
        "query($id: ID!) { node(id: $id) { ... on Activity { history(first: 20) { edges { node { kind
        change { reason } } } } } } }";
    let history = employee.ok(history, json!({ "id": approved["id"] })).await;
    let last =
        history["node"]["history"]["edges"].as_array().and_then(|edges| edges.last()).expect("an entry");
    assert_eq!(last["node"], json!({ "kind": "ACTIVITY_REOPENED", "change": { "reason": "Keliru setuju" } }));
    let returned = review(&manager, &reopened, "RETURN", Some("Bukti belum ada")).await;
    assert_eq!(returned["activity"]["status"], "RETURNED");
});

both!(a_final_evaluation_locks_the_undoing_of_its_activities, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let draft = record(&employee, &plan, json!([row(1, 1)])).await[0]["activity"].clone();
    let waiting = submitted(&employee, &plan, 2, 2).await;
    let approved = submitted(&employee, &plan, 3, 3).await;
    let approved = review(&manager, &approved, "APPROVE", None).await["activity"].clone();
    finalise(&app, &plan).await;
    for (client, verb, activity, reason) in [
        (&employee, "discardActivities", &draft, None),
        (&employee, "withdrawActivities", &waiting, None),
        (&manager, "reopenActivities", &approved, Some("Keliru")),
    ] {
        let mut input = json!({ "rows": [version(activity)] });
        if let Some(reason) = reason {
            input["reason"] = json!(reason);
        }
        assert_eq!(code(&results(client, verb, input).await[0]), "INVALID_TRANSITION", "{verb}");
    }
});
