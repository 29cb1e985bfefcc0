//! The life of a plan: from a draft to its end.

use super::*;
use crate::{both, support::EVALUATION};

both!(a_plan_is_written_submitted_and_approved, |app| async move {
    let employee = app.client(Person::Employee).await;
    let plan = draft(&employee, Person::Employee, &[row("Laporan bulanan")]).await;
    assert_eq!(
        (&plan["status"], &plan["version"], &plan["late"]),
        (&json!("DRAFT"), &json!(1), &json!(false))
    );
    assert_eq!((&plan["startsOn"], &plan["endsOn"]), (&json!("2026-01-01"), &json!("2026-12-31")));
    let rater = json!({ "name": "Manager Contoh", "capacity": "DEFINITIVE", "position": "Analis Contoh", "unit": "Bidang Contoh" });
    assert_eq!(plan["rater"], rater);
    let target = &plan["currentRevision"]["results"][0]["indicators"][0]["target"];
    assert_eq!(target, &json!({ "min": "12.00", "max": "12.00" }));

    let plan = employee.act(&PLAN, "submitPlan", &plan, json!({})).await;
    assert_eq!((&plan["status"], &plan["version"]), (&json!("SUBMITTED"), &json!(2)));
    assert_eq!(plan["late"], true, "March is after the end of January");
    assert_eq!(plan["evaluations"], json!([]));

    let manager = app.client(Person::Manager).await;
    let plan = manager.act(&PLAN, "reviewPlan", &plan, json!({ "decision": "APPROVE" })).await;
    assert_eq!((&plan["status"], &plan["effectiveRevision"]["number"]), (&json!("APPROVED"), &json!(1)));
    let opened = [("PERIODIC", 1), ("PERIODIC", 2), ("PERIODIC", 3), ("PERIODIC", 4), ("ANNUAL", 0)]
        .map(|(kind, part)| json!({ "kind": kind, "status": "OPEN", "period": { "part": part } }));
    assert_eq!(plan["evaluations"], json!(opened));
});

both!(a_plan_submitted_on_time_is_not_late, |app| async move {
    // The last minute of 31 January in Jakarta.
    app.set_clock("2026-01-31T16:59:00Z");
    let employee = app.client(Person::Employee).await;
    let plan = draft(&employee, Person::Employee, &[row("Laporan bulanan")]).await;
    assert_eq!(employee.act(&PLAN, "submitPlan", &plan, json!({})).await["late"], false);
});

both!(deadlines_use_the_time_zone_of_the_agency, |app| async move {
    let admin = app.client(Person::Admin).await;
    let root =
        json!({ "orgUnitId": ids::unit(city::ROOT), "expectedVersion": 1, "timeZone": "Asia/Jayapura" });
    admin.done("updateOrgUnit", "orgUnit { timeZone }", root).await;
    // Already 1 February in Jayapura, still 31 January in Jakarta.
    app.set_clock("2026-01-31T15:30:00Z");
    let employee = app.client(Person::Employee).await;
    let plan = draft(&employee, Person::Employee, &[row("Laporan bulanan")]).await;
    assert_eq!(employee.act(&PLAN, "submitPlan", &plan, json!({})).await["late"], true);
});

both!(a_replay_changes_nothing, |app| async move {
    let employee = app.client(Person::Employee).await;
    let mut input = new_plan(Person::Employee, &[row("Laporan bulanan")]);
    input["idempotencyKey"] = json!("5b0e4f0e-6a53-4d0c-9f7b-3a8a3f0f5f13");
    let plan = employee.create(&PLAN, "createPlan", input.clone()).await;
    assert_eq!(employee.create(&PLAN, "createPlan", input).await, plan);
    let key = json!({ "idempotencyKey": "5b0e4f0e-6a53-4d0c-9f7b-3a8a3f0f5f14" });
    let submitted = employee.act(&PLAN, "submitPlan", &plan, key.clone()).await;
    assert_eq!(
        employee.act(&PLAN, "submitPlan", &plan, key).await,
        submitted,
        "a replay with the old version returns the first outcome"
    );
    let all = employee.ok("{ plans { totalCount } }", json!({})).await;
    assert_eq!(all["plans"]["totalCount"], 1);
});

both!(a_submitted_plan_can_be_withdrawn, |app| async move {
    let employee = app.client(Person::Employee).await;
    let plan = draft(&employee, Person::Employee, &[row("Laporan bulanan")]).await;
    let plan = employee.act(&PLAN, "submitPlan", &plan, json!({})).await;
    let plan = employee.act(&PLAN, "withdrawPlan", &plan, json!({})).await;
    assert_eq!((&plan["status"], &plan["version"]), (&json!("DRAFT"), &json!(3)));
    assert_eq!(employee.act_refused(&PLAN, "withdrawPlan", &plan, json!({})).await, "INVALID_TRANSITION");
});

both!(a_returned_plan_can_be_corrected_and_resubmitted, |app| async move {
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let plan = draft(&employee, Person::Employee, &[row("Laporan")]).await;
    let plan = employee.act(&PLAN, "submitPlan", &plan, json!({})).await;
    let no_reason = json!({ "decision": "RETURN" });
    let refusals = manager.act_refusals(&PLAN, "reviewPlan", &plan, no_reason).await;
    assert_eq!(refusals, bad_input(["reason"]));
    let returned = json!({ "decision": "RETURN", "reason": "Sebutkan jenis laporan." });
    let plan = manager.act(&PLAN, "reviewPlan", &plan, returned).await;
    assert_eq!(
        (&plan["status"], &plan["decisionNote"]),
        (&json!("RETURNED"), &json!("Sebutkan jenis laporan."))
    );

    let mut better = row("Laporan bulanan");
    better["id"] = plan["currentRevision"]["results"][0]["id"].clone();
    let plan = employee.act(&PLAN, "updatePlan", &plan, json!({ "content": { "results": [better] } })).await;
    assert_eq!(plan["currentRevision"]["results"][0]["title"], "Laporan bulanan");
    let plan = employee.act(&PLAN, "submitPlan", &plan, json!({})).await;
    let plan = manager.act(&PLAN, "reviewPlan", &plan, json!({ "decision": "APPROVE" })).await;
    assert_eq!(plan["status"], "APPROVED");
    assert_eq!(plan.field("decisionNote"), &Value::Null);
});

both!(a_cancelled_plan_can_be_replaced_by_another, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    let admin = app.client(Person::Admin).await;
    let refusals = admin.act_refusals(&PLAN, "cancelPlan", &plan, json!({ "reason": " " })).await;
    assert_eq!(refusals, bad_input(["reason"]));
    let cancelled = admin.act(&PLAN, "cancelPlan", &plan, json!({ "reason": "Salah jabatan" })).await;
    assert_eq!(cancelled["status"], "CANCELLED");
    let employee = app.client(Person::Employee).await;
    assert_eq!(draft(&employee, Person::Employee, &[]).await["status"], "DRAFT");
});

both!(a_plan_closes_after_its_periodic_evaluations, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    let admin = app.client(Person::Admin).await;
    assert_eq!(admin.act_refused(&PLAN, "closePlan", &plan, json!({})).await, "INVALID_TRANSITION");
    let manager = app.client(Person::Manager).await;
    assert_eq!(manager.act_refused(&PLAN, "closePlan", &plan, json!({})).await, "FORBIDDEN");

    // The employee never reports; the rater rates each quarter after the reporting deadline.
    app.set_clock("2027-01-12T02:00:00Z");
    let document = "query($id: ID!) { plan(id: $id) { evaluations { id version kind } } }";
    let read = manager.ok(document, json!({ "id": plan["id"] })).await;
    for evaluation in read["plan"]["evaluations"].as_array().expect("evaluations") {
        if evaluation["kind"] == "ANNUAL" {
            continue;
        }
        let rating = json!({
            "resultRating": "AS_EXPECTED",
            "behaviourRating": "AS_EXPECTED",
            "unratedReportReason": "Tidak melapor",
        });
        let rated = manager.act(&EVALUATION, "rateEvaluation", evaluation, rating).await;
        let last = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
        manager.act(&EVALUATION, "finaliseEvaluation", &rated, last).await;
    }
    assert_eq!(
        admin.act_refused(&PLAN, "cancelPlan", &plan, json!({ "reason": "Keliru" })).await,
        "INVALID_TRANSITION",
        "an evaluation is final"
    );
    let closed = admin.act(&PLAN, "closePlan", &plan, json!({})).await;
    assert_eq!(closed["status"], "CLOSED");
    let employee = app.client(Person::Employee).await;
    let revise = json!({ "reason": "Terlambat" });
    assert_eq!(employee.act_refused(&PLAN, "revisePlan", &closed, revise).await, "INVALID_TRANSITION");
});

both!(an_earlier_plan_can_be_copied, |app| async move {
    let head = approved(&app, Person::Head, &[row("Layanan dinas")]).await;
    let mut serving = row("Laporan bidang");
    serving["servesId"] = head["currentRevision"]["results"][0]["id"].clone();
    serving["assignedBy"] = Value::Null;
    let old = approved(&app, Person::Manager, &[serving]).await;

    let admin = app.client(Person::Admin).await;
    let next = admin.done("openPeriod", "period { id }", json!({ "year": 2027, "cycle": "QUARTERLY" })).await;
    app.set_clock("2027-01-05T02:00:00Z");
    let manager = app.client(Person::Manager).await;
    let input = json!({
        "assignmentId": ids::assignment(Person::Manager),
        "periodId": next["period"]["id"],
        "copyFrom": old["id"],
    });
    let mut both = input.clone();
    both["content"] = json!({ "results": [] });
    assert_eq!(
        manager.refused("createPlan", PLAN.selection, both).await,
        "BAD_USER_INPUT",
        "copyFrom and content exclude each other"
    );
    let copy = manager.create(&PLAN, "createPlan", input.clone()).await;
    let (new, old) = (&copy["currentRevision"]["results"][0], &old["currentRevision"]["results"][0]);
    assert_eq!(
        (&new["title"], &new["provisional"]),
        (&old["title"], &json!(true)),
        "the served row belongs to another year"
    );
    assert_eq!(new["actionPlans"][0]["period"]["part"], 1);
    assert_ne!(new.field("id"), old.field("id"));
    assert_eq!(copy["startsOn"], "2027-01-01");

    let peer = app.client(Person::Peer).await;
    let mut theirs = input;
    theirs["assignmentId"] = json!(ids::assignment(Person::Peer));
    assert_eq!(
        peer.refused("createPlan", PLAN.selection, theirs).await,
        "NOT_FOUND",
        "no one can copy another person's plan"
    );
});

both!(a_copy_uses_the_criteria_in_force, |app| async move {
    let employee = app.client(Person::Employee).await;
    let mut input = new_plan(Person::Employee, &[row("Laporan")]);
    input["content"]["behaviourExpectations"] = json!([
        { "criterionId": ids::criterion(1), "text": "Ramah di loket" },
        { "criterionId": ids::criterion(2), "text": "Laporan tepat waktu" },
    ]);
    let old = employee.create(&PLAN, "createPlan", input).await;
    // The next year has a new set with the same code and only one of the values.
    let admin = app.client(Person::Admin).await;
    let read = app.anonymous().ok("{ criteria { id code } }", json!({})).await;
    let code = read["criteria"][0]["code"].clone();
    let set = json!({
        "code": "BERAKHLAK",
        "nameId": "Nilai",
        "nameEn": "Values",
        "regulationCode": "PERMENPANRB-6-2022",
        "validFrom": "2027-01-01",
        "criteria": [{ "code": code, "nameId": "Pelayanan", "nameEn": "Service" }],
    });
    let set = admin.done("setCriteria", "criteriaSet { criteria { id } }", set).await["criteriaSet"].clone();
    let next = admin.done("openPeriod", "period { id }", json!({ "year": 2027, "cycle": "QUARTERLY" })).await;
    app.set_clock("2027-01-05T02:00:00Z");
    let employee = app.client(Person::Employee).await;
    let input = json!({
        "assignmentId": ids::assignment(Person::Employee),
        "periodId": next["period"]["id"],
        "copyFrom": old["id"],
    });
    let expected = "plan { currentRevision { behaviourExpectations { criterionId text } } }";
    let copy = employee.done("createPlan", expected, input).await["plan"].clone();
    let expectations = json!([{ "criterionId": set["criteria"][0]["id"], "text": "Ramah di loket" }]);
    assert_eq!(copy["currentRevision"]["behaviourExpectations"], expectations);
});
