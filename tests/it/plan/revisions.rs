//! Revisions of an approved plan.

use super::*;
use crate::both;

both!(an_approved_revision_replaces_the_contents, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    let old = plan["currentRevision"]["results"][0]["id"].clone();
    let key = plan["currentRevision"]["results"][0]["rowKey"].clone();
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let plan = employee.act(&PLAN, "revisePlan", &plan, json!({ "reason": "Target naik" })).await;
    assert_eq!((&plan["status"], &plan["effectiveRevision"]["number"]), (&json!("APPROVED"), &json!(1)));
    assert_eq!(
        (&plan["currentRevision"]["number"], &plan["currentRevision"]["reason"]),
        (&json!(2), &json!("Target naik"))
    );

    let mut more = row("Laporan");
    more["id"] = old.clone();
    let content = json!({ "content": { "results": [more, row("Arsip")] } });
    let plan = employee.act(&PLAN, "updatePlan", &plan, content).await;
    let plan = employee.act(&PLAN, "submitPlan", &plan, json!({})).await;
    assert_eq!(plan["currentRevision"]["status"], "SUBMITTED");
    let plan = manager.act(&PLAN, "reviewPlan", &plan, json!({ "decision": "APPROVE" })).await;
    let states = json!([{ "number": 1, "status": "REPLACED" }, { "number": 2, "status": "APPROVED" }]);
    assert_eq!((&plan["revisions"], &plan["currentRevision"]["results"][0]["rowKey"]), (&states, &key));
    assert_eq!(
        plan["evaluations"].as_array().map(Vec::len),
        Some(5),
        "the approval of a revision opens no more evaluations"
    );
});

both!(a_withdrawn_revision_leaves_the_plan_as_it_was, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let plan = manager.act(&PLAN, "revisePlan", &plan, json!({ "reason": "Anggaran berubah" })).await;
    assert_eq!(
        employee.act_refused(&PLAN, "revisePlan", &plan, json!({ "reason": "Lagi" })).await,
        "INVALID_TRANSITION",
        "a revision is already open"
    );
    let plan = employee.act(&PLAN, "submitPlan", &plan, json!({})).await;
    let plan = employee.act(&PLAN, "withdrawPlan", &plan, json!({})).await;
    let states = json!([{ "number": 1, "status": "APPROVED" }, { "number": 2, "status": "WITHDRAWN" }]);
    assert_eq!((&plan["status"], &plan["revisions"]), (&json!("APPROVED"), &states));
    assert_eq!(plan["currentRevision"]["number"], 1);
});

both!(a_returned_revision_can_be_corrected, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let plan = employee.act(&PLAN, "revisePlan", &plan, json!({ "reason": "Target naik" })).await;
    let plan = employee.act(&PLAN, "submitPlan", &plan, json!({})).await;
    let plan = manager
        .act(&PLAN, "reviewPlan", &plan, json!({ "decision": "RETURN", "reason": "Kurang rinci" }))
        .await;
    assert_eq!(
        (&plan["status"], &plan["currentRevision"]["status"]),
        (&json!("APPROVED"), &json!("RETURNED"))
    );
    let plan = employee.act(&PLAN, "submitPlan", &plan, json!({})).await;
    assert_eq!(plan["currentRevision"]["status"], "SUBMITTED");
});
