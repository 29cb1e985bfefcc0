//! A stream ends when its reader has lost every right to its items, instead of staying open without items.

use super::*;
use std::collections::BTreeMap;

const UNIT: &str = "subscription($unit: ID!) { activityUpdates(orgUnitId: $unit) { cursor } }";
const PLAN_UPDATES: &str = "subscription($plan: ID!) { planUpdates(planId: $plan) { cursor } }";

both!(idle_streams_end_when_their_reader_loses_the_role, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    journal::sequence(&app.env).await.expect("numbers");
    let server = start_server(&app).await;
    let admin = server.client(&app, Person::Admin).await;
    let grant = granted(&admin).await;
    let peer = server.client(&app, Person::Peer).await;
    let mut phone = server.phone(&peer).await;
    phone.subscribe("journal", EVENTS, json!({})).await;
    phone.subscribe("plan", PLAN_UPDATES, json!({ "plan": plan["id"] })).await;
    phone.subscribe("other office", UNIT, json!({ "unit": ids::unit(city::OTHER_OFFICE) })).await;
    // These do not depend on the role: the own unit, and the own objects.
    phone.subscribe("own unit", UNIT, json!({ "unit": ids::unit(city::SECTION) })).await;
    phone.subscribe("own", "subscription { reviewUpdates { cursor } }", json!({})).await;
    // A reader who never had the right to see anything in a unit can still follow it.
    let mut stranger = server.phone(&server.client(&app, Person::Outsider).await).await;
    stranger.subscribe("1", UNIT, json!({ "unit": ids::unit(city::SECTION) })).await;
    until("all streams follow", || journal_progress(&app.env).1 == 6).await;
    admin.done("revokeRole", "roleGrant { id }", json!({ "roleGrantId": grant })).await;
    let mut ended = BTreeMap::new();
    while ended.len() < 3 {
        let next = phone.receive().await;
        // The stream of the journal may still deliver the grant.
        if next["type"] != "next" {
            assert_eq!(next["type"], "error", "{next:#}");
            ended.insert(next["id"].clone().to_string(), next["payload"][0]["extensions"]["code"].clone());
        }
    }
    let expected = [("journal", "FORBIDDEN"), ("other office", "FORBIDDEN"), ("plan", "NOT_FOUND")];
    let expected = expected.map(|(id, code)| (json!(id).to_string(), json!(code)));
    assert_eq!(ended, BTreeMap::from(expected));
    phone.is_silent().await;
    stranger.is_silent().await;
    until("the others go on", || journal_progress(&app.env).1 == 3).await;
});

both!(a_stream_ends_when_its_plan_is_hidden_by_a_change_of_others, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    journal::sequence(&app.env).await.expect("numbers");
    // The server does not check rights during the test, so only the hidden entry can end the stream.
    let mut server = start_server_without_sequencer(&app, 60_000).await;
    server.tasks.push(Task(tokio::spawn(journal::run_sequencer(app.env.clone()))));
    let admin = server.client(&app, Person::Admin).await;
    let mut phone = server.phone(&server.client(&app, Person::Manager).await).await;
    phone.subscribe("1", PLAN_UPDATES, json!({ "plan": plan["id"] })).await;
    let mut owner = server.phone(&server.client(&app, Person::Employee).await).await;
    owner.subscribe("1", PLAN_UPDATES, json!({ "plan": plan["id"] })).await;
    until("both streams follow", || journal_progress(&app.env).1 == 2).await;
    // The manager leaves, and the plan gets another rater.
    let transfer = json!({
        "assignmentId": ids::assignment(Person::Manager), "expectedVersion": 1, "reason": "Promosi",
        "to": {
            "orgUnitId": ids::unit(city::OTHER_OFFICE), "positionId": ids::position(), "rank": "iii/a",
            "superiorAssignmentId": ids::assignment(Person::Stranger), "from": "2026-03-01",
        },
        "successorAssignmentId": ids::assignment(Person::Head),
    });
    admin.done("transferStaff", "assignment { id }", transfer).await;
    let ended = phone.receive().await;
    assert_eq!(ended["type"], "error", "{ended:#}");
    assert_eq!(ended["payload"][0]["extensions"]["code"], "NOT_FOUND", "{ended:#}");
    assert_eq!(owner.receive().await["type"], "next", "the owner sees the new rater");
});
