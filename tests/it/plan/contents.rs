//! The rows of a plan and their links to the superior's rows.

use super::*;
use crate::both;

both!(a_row_can_only_serve_a_row_of_the_superiors_plan_in_force, |app| async move {
    let head = approved(&app, Person::Head, &[row("Layanan dinas")]).await;
    let served = head["currentRevision"]["results"][0]["id"].clone();
    let manager = app.client(Person::Manager).await;
    let plan = draft(&manager, Person::Manager, &[]).await;
    let servable = "query($id: ID!) { plan(id: $id) { servableResults { nodes { id title } } } }";
    let read = manager.ok(servable, json!({ "id": plan["id"] })).await;
    assert_eq!(read["plan"]["servableResults"]["nodes"], json!([{ "id": served, "title": "Layanan dinas" }]));

    let mut serving = row("Laporan bidang");
    serving["servesId"] = served.clone();
    let plan =
        manager.act(&PLAN, "updatePlan", &plan, json!({ "content": { "results": [serving.clone()] } })).await;
    assert_eq!(plan["currentRevision"]["results"][0]["serves"]["title"], "Layanan dinas");

    // A row can't serve a plan that is not in force, or the plan of a person who is not the superior.
    let employee = app.client(Person::Employee).await;
    for foreign in [&plan["currentRevision"]["results"][0]["id"], &served] {
        serving["servesId"] = foreign.clone();
        let input = new_plan(Person::Employee, &[serving.clone()]);
        let refusals = employee.refusals("createPlan", PLAN.selection, input).await;
        assert_eq!(refusals[0].path, "content.results.0.servesId");
    }
});

both!(a_provisional_row_can_be_linked_without_a_revision, |app| async move {
    let mut provisional = row("Laporan");
    provisional["provisional"] = json!(true);
    let plan = approved(&app, Person::Employee, &[provisional, row("Arsip")]).await;
    let manager = approved(&app, Person::Manager, &[row("Laporan bidang")]).await;
    let employee = app.client(Person::Employee).await;
    let rows = &plan["currentRevision"]["results"];
    let link = |row: &Value, serves: &Value| json!({ "planResultId": row["id"], "servesId": serves });
    let served = &manager["currentRevision"]["results"][0]["id"];

    assert_eq!(
        employee.act_refused(&PLAN, "linkPlanResult", &plan, link(&rows[1], served)).await,
        "BAD_USER_INPUT"
    );
    let own = link(&rows[0], &rows[1]["id"]);
    assert_eq!(
        employee.act_refused(&PLAN, "linkPlanResult", &plan, own).await,
        "NOT_FOUND",
        "not a row of the superior's plan"
    );
    let linked = employee.act(&PLAN, "linkPlanResult", &plan, link(&rows[0], served)).await;
    let row = &linked["currentRevision"]["results"][0];
    assert_eq!((&row["serves"]["id"], &row["provisional"]), (served, &json!(false)));
    assert_eq!(linked["revisions"], json!([{ "number": 1, "status": "APPROVED" }]));

    let serving = "query($id: ID!) { plan(id: $id) { effectiveRevision { results { servedBy { nodes { title plan { id } } } } } } }";
    let head = app.client(Person::Head).await;
    for client in [&head, &app.client(Person::Manager).await, &employee] {
        let read = client.ok(serving, json!({ "id": manager["id"] })).await;
        if client.token == employee.token {
            assert_eq!(read, json!({ "plan": null }), "the employee can't see the superior's whole plan");
        } else {
            let by = &read["plan"]["effectiveRevision"]["results"][0]["servedBy"]["nodes"];
            assert_eq!(by, &json!([{ "title": "Laporan", "plan": { "id": plan["id"] } }]));
        }
    }
});

both!(updated_rows_keep_their_ids, |app| async move {
    let employee = app.client(Person::Employee).await;
    let plan = draft(&employee, Person::Employee, &[row("Satu"), row("Dua")]).await;
    let before = plan["currentRevision"]["results"].clone();
    let mut updated = row("Dua, diubah");
    updated["id"] = before[1]["id"].clone();
    updated["indicators"][0]["id"] = before[1]["indicators"][0]["id"].clone();
    updated["indicators"][0]["targetMin"] = json!("10");
    updated["indicators"][0]["targetMax"] = json!("15.5");
    let content = json!({ "content": { "results": [row("Tiga"), updated] } });
    let plan = employee.act(&PLAN, "updatePlan", &plan, content).await;
    let after = &plan["currentRevision"]["results"];
    assert_eq!(after.as_array().map(Vec::len), Some(2), "an omitted row is removed");
    assert_eq!((&after[1]["id"], &after[1]["title"]), (&before[1]["id"], &json!("Dua, diubah")));
    assert_eq!(after[1]["indicators"][0]["id"], before[1]["indicators"][0]["id"]);
    assert_eq!(after[1]["indicators"][0]["target"], json!({ "min": "10.00", "max": "15.50" }));
    assert_ne!(after.field("0.id"), before.field("0.id"));
});

both!(all_refusals_of_the_contents_come_at_once, |app| async move {
    let employee = app.client(Person::Employee).await;
    let mut invalid = row("x");
    invalid["id"] = json!(global(13, uuid::Uuid::from_u128(77)));
    invalid["indicators"][0]["targetMax"] = json!("4");
    invalid["indicators"][0]["perspective"] = json!("BUDGET");
    invalid["actionPlans"][0]["periodId"] = json!(ids::year());
    let input = new_plan(Person::Employee, &[row("baik"), invalid]);
    let refusals = employee.refusals("createPlan", PLAN.selection, input).await;
    let expected = [
        "content.results.1.id",
        "content.results.1.indicators.0.targetMax",
        "content.results.1.indicators.0.perspective",
        "content.results.1.actionPlans.0.periodId",
    ];
    assert_eq!(refusals, bad_input(expected));
    assert_eq!(employee.ok("{ plans { totalCount } }", json!({})).await["plans"]["totalCount"], 0);
});

both!(missing_contents_are_refused_at_submission, |app| async move {
    let employee = app.client(Person::Employee).await;
    let mut bare = row("Laporan");
    bare["indicators"][0]["measure"] = json!("");
    let mut empty = row(" ");
    empty["indicators"] = json!([]);
    empty["kind"] = json!("ADDITIONAL");
    let plan = draft(&employee, Person::Employee, &[bare, empty]).await;
    // The first is a target without a unit.
    let expected = ["results.0.indicators.0.measure", "results.1.title", "results.1.indicators"];
    let refusals = employee.act_refusals(&PLAN, "submitPlan", &plan, json!({})).await;
    assert_eq!(refusals, bad_input(expected));
    assert_eq!(employee.read(&PLAN, &plan).await["status"], "DRAFT");
});
