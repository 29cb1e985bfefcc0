//! Refused verbs on plans.

use super::*;
use crate::{both, support::refusals};

both!(a_stale_version_is_a_conflict, |app| async move {
    let employee = app.client(Person::Employee).await;
    let plan = draft(&employee, Person::Employee, &[row("Laporan")]).await;
    employee.act(&PLAN, "updatePlan", &plan, json!({ "content": {} })).await;
    let document = "mutation($input: SubmitPlanInput!) { submitPlan(input: $input) { plan { id } errors { code ... on ConflictError { currentVersion } } } }";
    let answer = employee.ok(document, json!({ "input": PLAN.input(&plan, json!({})) })).await;
    assert_eq!(
        answer["submitPlan"],
        json!({ "plan": null, "errors": [{ "code": "CONFLICT", "currentVersion": 2 }] })
    );
});

both!(people_without_the_right_are_refused_each_verb, |app| async move {
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
    let readers = [
        Person::Employee,
        Person::Manager,
        Person::Head,
        Person::Secretary,
        Person::Team,
        Person::Admin,
        Person::Auditor,
    ];
    for who in readers {
        let client = app.client(who).await;
        for name in verbs {
            if !entitled(name, who) {
                let code = client.act_refused(&PLAN, name, &plan, more(name)).await;
                assert_eq!(code, "FORBIDDEN", "{who:?} {name}");
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
            let input = json!({ "input": PLAN.input(&plan, more(name)) });
            assert_eq!(client.error(&document, input).await, "NOT_FOUND", "{who:?} {name}");
        }
    }
    assert_eq!(employee.read(&PLAN, &plan).await, plan, "nothing was written");
});

both!(verbs_are_refused_in_a_wrong_status, |app| async move {
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let plan = draft(&employee, Person::Employee, &[row("Laporan")]).await;
    let approve = json!({ "decision": "APPROVE" });
    let code = manager.act_refused(&PLAN, "reviewPlan", &plan, approve.clone()).await;
    assert_eq!(code, "INVALID_TRANSITION");
    assert_eq!(
        employee.act_refused(&PLAN, "revisePlan", &plan, json!({ "reason": "x" })).await,
        "INVALID_TRANSITION"
    );
    let plan = employee.act(&PLAN, "submitPlan", &plan, json!({})).await;
    let edit = json!({ "content": {} });
    assert_eq!(employee.act_refused(&PLAN, "updatePlan", &plan, edit).await, "INVALID_TRANSITION");
    let document = "mutation($input: SubmitPlanInput!) { submitPlan(input: $input) { errors { code ... on TransitionError { from allowed } } } }";
    let answer = employee.ok(document, json!({ "input": PLAN.input(&plan, json!({})) })).await;
    let error = &answer["submitPlan"]["errors"][0];
    assert_eq!((&error["code"], &error["from"]), (&json!("INVALID_TRANSITION"), &json!("SUBMITTED")));
    let allowed = json!([
        "WITHDRAW_PLAN",
        "REVIEW_PLAN",
        "LINK_PLAN_RESULT",
        "CANCEL_PLAN",
        "GIVE_FEEDBACK",
        "REQUEST_FEEDBACK",
        "HOLD_DIALOGUE",
    ]);
    assert_eq!(error["allowed"], allowed);
    let plan = manager.act(&PLAN, "reviewPlan", &plan, approve.clone()).await;
    assert_eq!(
        manager.act_refused(&PLAN, "reviewPlan", &plan, approve).await,
        "INVALID_TRANSITION",
        "decided already"
    );
});

both!(a_plan_needs_a_rater_an_owner_and_a_year, |app| async move {
    let mayor = app.client(Person::Mayor).await;
    assert_eq!(
        mayor.refused("createPlan", PLAN.selection, new_plan(Person::Mayor, &[])).await,
        "BAD_USER_INPUT"
    );
    let employee = app.client(Person::Employee).await;
    assert_eq!(
        employee.refused("createPlan", PLAN.selection, new_plan(Person::Peer, &[])).await,
        "FORBIDDEN"
    );
    let mut quarter = new_plan(Person::Employee, &[]);
    quarter["periodId"] = json!(ids::quarter(1));
    assert_eq!(
        employee.refused("createPlan", PLAN.selection, quarter).await,
        "NOT_FOUND",
        "a plan needs a year"
    );
    draft(&employee, Person::Employee, &[]).await;
    let again = new_plan(Person::Employee, &[]);
    assert_eq!(
        employee.refused("createPlan", PLAN.selection, again).await,
        "BAD_USER_INPUT",
        "one plan a year"
    );
});

both!(invalid_and_unknown_ids_are_refused, |app| async move {
    let employee = app.client(Person::Employee).await;
    let document = "mutation($input: SubmitPlanInput!) { submitPlan(input: $input) { errors { code } } }";
    let input = |id: &str| json!({ "planId": id, "expectedVersion": 1 });
    for id in [ids::staff(Person::Employee), "bukan-id".to_owned()] {
        let code = employee.refused("submitPlan", PLAN.selection, input(&id)).await;
        assert_eq!(code, "BAD_USER_INPUT", "{id}");
    }
    let unknown = ids::plan(5);
    assert_eq!(employee.error(document, json!({ "input": input(&unknown) })).await, "NOT_FOUND");
    let read = employee.ok("query($id: ID!) { plan(id: $id) { id } }", json!({ "id": unknown })).await;
    assert_eq!(read, json!({ "plan": null }));
});

both!(a_closed_year_refuses_changes, |app| async move {
    let employee = app.client(Person::Employee).await;
    let plan = draft(&employee, Person::Employee, &[row("Laporan")]).await;
    let admin = app.client(Person::Admin).await;
    app.pass_the_end_of_year();
    for period in [ids::quarter(1), ids::quarter(2), ids::quarter(3), ids::quarter(4), ids::year()] {
        let input = json!({ "periodId": period, "expectedVersion": 1, "confirm": true });
        admin.done("closePeriod", "period { id }", input).await;
    }
    assert_eq!(employee.act_refused(&PLAN, "submitPlan", &plan, json!({})).await, "PERIOD_CLOSED");
    let peer = app.client(Person::Peer).await;
    assert_eq!(
        peer.refused("createPlan", PLAN.selection, new_plan(Person::Peer, &[])).await,
        "PERIOD_CLOSED"
    );
});

both!(only_one_of_several_concurrent_creations_succeeds, |app| async move {
    let employee = app.client(Person::Employee).await;
    let begin =
        || employee.mutate_once("createPlan", "plan { id }", new_plan(Person::Employee, &[row("Laporan")]));
    let all = futures_util::future::join_all((0..6).map(|_| begin())).await;
    let made = all.iter().filter(|payload| payload["plan"].is_object()).count();
    let refused = all.iter().filter(|payload| payload["errors"][0]["code"] == "BAD_USER_INPUT").count();
    assert_eq!((made, refused), (1, 5), "{all:#?}");
});

both!(one_of_two_concurrent_verbs_is_a_conflict, |app| async move {
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let plan = draft(&employee, Person::Employee, &[row("Laporan")]).await;
    let plan = employee.act(&PLAN, "submitPlan", &plan, json!({})).await;
    let on = |more: Value| PLAN.input(&plan, more);
    let approve = manager.mutate_once("reviewPlan", PLAN.selection, on(json!({ "decision": "APPROVE" })));
    let withdraw = employee.mutate_once("withdrawPlan", PLAN.selection, on(json!({})));
    let (approve, withdraw) = tokio::join!(approve, withdraw);
    let status = match (&refusals(&approve)[..], &refusals(&withdraw)[..]) {
        ([], [refusal]) if refusal.code == "CONFLICT" => "APPROVED",
        ([refusal], []) if refusal.code == "CONFLICT" => "DRAFT",
        other => panic!("one is a conflict: {other:#?}"),
    };
    assert_eq!(employee.read(&PLAN, &plan).await["status"], status);
});
