//! Refusals, which must write nothing.

use super::*;
use crate::both;

both!(a_stale_version_is_a_conflict, |app| async move {
    let employee = app.client(Person::Employee).await;
    let plan = draft(&employee, Person::Employee, &[row("Laporan")]).await;
    verb(&employee, "updatePlan", with(&plan, json!({ "content": {} }))).await;
    let document = "mutation($input: SubmitPlanInput!) { submitPlan(input: $input) { plan { id } errors { code ... on ConflictError { currentVersion } } } }";
    let answer = employee.ok(document, json!({ "input": of(&plan) })).await;
    assert_eq!(
        answer["submitPlan"],
        json!({ "plan": null, "errors": [{ "code": "CONFLICT", "currentVersion": 2 }] })
    );
});

both!(only_permitted_actors_can_run_each_verb, |app| async move {
    let employee = app.client(Person::Employee).await;
    let plan = draft(&employee, Person::Employee, &[row("Laporan")]).await;
    let more = |name: &str| match name {
        "updatePlan" => json!({ "content": {} }),
        "reviewPlan" => json!({ "decision": "APPROVE" }),
        "revisePlan" | "cancelPlan" => json!({ "reason": "Alasan" }),
        _ => json!({}),
    };
    let verbs =
        ["updatePlan", "submitPlan", "withdrawPlan", "reviewPlan", "revisePlan", "cancelPlan", "closePlan"];
    let entitled = |name: &str, who: Person| match name {
        "updatePlan" | "submitPlan" | "withdrawPlan" => who == Person::Employee,
        "reviewPlan" => who == Person::Manager,
        "revisePlan" => matches!(who, Person::Employee | Person::Manager),
        _ => who == Person::Admin,
    };
    let watchers = [
        Person::Employee,
        Person::Manager,
        Person::Head,
        Person::Secretary,
        Person::Team,
        Person::Admin,
        Person::Auditor,
    ];
    for who in watchers {
        let client = app.client(who).await;
        for name in verbs {
            if !entitled(name, who) {
                let input = with(&plan, more(name));
                assert_eq!(client.refused(name, SELECTION, input).await, "FORBIDDEN", "{who:?} {name}");
            }
        }
    }
    // People who can't see the plan can't learn that it exists.
    for who in [Person::Peer, Person::Outsider, Person::Stranger] {
        let client = app.client(who).await;
        for name in verbs {
            let document = format!(
                "mutation($input: {}{}Input!) {{ {name}(input: $input) {{ errors {{ code }} }} }}",
                name[..1].to_uppercase(),
                &name[1..]
            );
            let input = json!({ "input": with(&plan, more(name)) });
            assert_eq!(client.error(&document, input).await, "NOT_FOUND", "{who:?} {name}");
        }
    }
    assert_eq!(read(&employee, &plan).await, plan, "nothing was written");
});

both!(each_verb_needs_the_right_status, |app| async move {
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let plan = draft(&employee, Person::Employee, &[row("Laporan")]).await;
    let review = |plan: &Value| with(plan, json!({ "decision": "APPROVE" }));
    assert_eq!(manager.refused("reviewPlan", SELECTION, review(&plan)).await, "INVALID_TRANSITION");
    assert_eq!(
        employee.refused("revisePlan", SELECTION, with(&plan, json!({ "reason": "x" }))).await,
        "INVALID_TRANSITION"
    );
    let plan = verb(&employee, "submitPlan", of(&plan)).await;
    let edit = with(&plan, json!({ "content": {} }));
    assert_eq!(employee.refused("updatePlan", SELECTION, edit).await, "INVALID_TRANSITION");
    let document = "mutation($input: SubmitPlanInput!) { submitPlan(input: $input) { errors { code ... on TransitionError { from allowed } } } }";
    let answer = employee.ok(document, json!({ "input": of(&plan) })).await;
    let error = &answer["submitPlan"]["errors"][0];
    assert_eq!((&error["code"], &error["from"]), (&json!("INVALID_TRANSITION"), &json!("SUBMITTED")));
    let allowed = error["allowed"].as_array().expect("actions");
    assert!(allowed.contains(&json!("WITHDRAW_PLAN")) && !allowed.contains(&json!("SUBMIT_PLAN")));
    let plan = verb(&manager, "reviewPlan", review(&plan)).await;
    assert_eq!(
        manager.refused("reviewPlan", SELECTION, review(&plan)).await,
        "INVALID_TRANSITION",
        "decided already"
    );
});

both!(a_plan_needs_a_rater_an_owner_and_a_year, |app| async move {
    let mayor = app.client(Person::Mayor).await;
    assert_eq!(mayor.refused("createPlan", SELECTION, new_plan(Person::Mayor, &[])).await, "BAD_USER_INPUT");
    let employee = app.client(Person::Employee).await;
    assert_eq!(employee.refused("createPlan", SELECTION, new_plan(Person::Peer, &[])).await, "FORBIDDEN");
    let mut quarter = new_plan(Person::Employee, &[]);
    quarter["periodId"] = json!(global(PERIOD, city::quarter(1)));
    assert_eq!(employee.refused("createPlan", SELECTION, quarter).await, "NOT_FOUND", "a plan needs a year");
    draft(&employee, Person::Employee, &[]).await;
    let again = new_plan(Person::Employee, &[]);
    assert_eq!(employee.refused("createPlan", SELECTION, again).await, "BAD_USER_INPUT", "one plan a year");
});

both!(invalid_and_unknown_ids_are_refused, |app| async move {
    let employee = app.client(Person::Employee).await;
    let document = "mutation($input: SubmitPlanInput!) { submitPlan(input: $input) { errors { code } } }";
    let input = |id: &str| json!({ "planId": id, "expectedVersion": 1 });
    for id in [global(STAFF, Person::Employee.staff()), "bukan-id".to_owned()] {
        assert_eq!(employee.refused("submitPlan", SELECTION, input(&id)).await, "BAD_USER_INPUT", "{id}");
    }
    let unknown = global(PLAN, uuid::Uuid::from_u128(5));
    assert_eq!(employee.error(document, json!({ "input": input(&unknown) })).await, "NOT_FOUND");
    let read = employee
        .ok(
            "query($id: ID!) { plan(id: $id) { id } }",
            json!({ "id": global(PLAN, uuid::Uuid::from_u128(5)) }),
        )
        .await;
    assert_eq!(read["plan"], Value::Null);
});

both!(a_closed_year_refuses_changes, |app| async move {
    let employee = app.client(Person::Employee).await;
    let plan = draft(&employee, Person::Employee, &[row("Laporan")]).await;
    let admin = app.client(Person::Admin).await;
    for period in [city::quarter(1), city::quarter(2), city::quarter(3), city::quarter(4), city::YEAR] {
        let input = json!({ "periodId": global(PERIOD, period), "expectedVersion": 1 });
        admin.done("closePeriod", "period { id }", input).await;
    }
    assert_eq!(employee.refused("submitPlan", SELECTION, of(&plan)).await, "PERIOD_CLOSED");
    let peer = app.client(Person::Peer).await;
    assert_eq!(peer.refused("createPlan", SELECTION, new_plan(Person::Peer, &[])).await, "PERIOD_CLOSED");
});

both!(of_concurrent_creations_only_one_succeeds, |app| async move {
    let employee = app.client(Person::Employee).await;
    let begin =
        || employee.mutate("createPlan", "plan { id }", new_plan(Person::Employee, &[row("Laporan")]));
    let all = futures_util::future::join_all((0..6).map(|_| begin())).await;
    let made = all.iter().filter(|payload| payload["plan"].is_object()).count();
    let refused = all.iter().filter(|payload| payload["errors"][0]["code"] == "BAD_USER_INPUT").count();
    assert_eq!((made, refused), (1, 5), "{all:#?}");
});

both!(of_two_concurrent_decisions_one_is_a_conflict, |app| async move {
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let plan = draft(&employee, Person::Employee, &[row("Laporan")]).await;
    let plan = verb(&employee, "submitPlan", of(&plan)).await;
    let approve = manager.mutate("reviewPlan", SELECTION, with(&plan, json!({ "decision": "APPROVE" })));
    let withdraw = employee.mutate("withdrawPlan", SELECTION, of(&plan));
    let (approve, withdraw) = tokio::join!(approve, withdraw);
    let codes = [&approve["errors"][0]["code"], &withdraw["errors"][0]["code"]];
    assert_eq!(codes.iter().filter(|code| ***code == "CONFLICT").count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| code.is_null()).count(), 1, "{codes:?}");
    let status = read(&employee, &plan).await["status"].clone();
    assert_eq!(status, if approve["plan"].is_object() { "APPROVED" } else { "DRAFT" });
});
