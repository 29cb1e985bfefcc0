//! Scheduled changes: scheduled, shown, cancelled, and in force on their day.

use super::{CONSEQUENCES, kinds, parts, planned, sentences, transfer};
use crate::{
    both,
    support::{Client, Fields, Person, TestApp, ids, with},
};
use serde_json::{Value, json};
use service::{testing::audit, tick::tick};

const SCHEDULED: &str = "scheduledChange { id kind status effectiveOn version staff { id } scheduledBy { id }
    unit { code } superior { id } refusals { code message } }";

fn ending(who: Person, last_day: &str) -> Value {
    json!({ "staffId": ids::staff(who), "expectedVersion": 1, "lastDay": last_day, "reason": "Pensiun" })
}

fn superior(who: Person, from: &str) -> Value {
    json!({
        "assignmentId": ids::assignment(who), "expectedVersion": 1, "from": from, "reason": "Penataan",
        "superiorAssignmentId": ids::assignment(Person::Head),
    })
}

async fn on(app: &TestApp, day: &str) -> (u64, u64) {
    app.set_clock(&format!("{day}T02:00:00Z"));
    let report = tick(&app.env).await.expect("a tick");
    (report.changes_applied, report.changes_failed)
}

async fn person(client: &Client, who: Person) -> Value {
    let query = "query($id: ID!) { staffMember(by: { id: $id }) { status version
        assignment { validFrom unit { code } superior { id } } scheduledChanges { id kind status version refusals { code } } } }";
    client.ok(query, json!({ "id": ids::staff(who) })).await["staffMember"].clone()
}

both!(a_change_with_a_later_day_is_in_force_from_its_day, |app| async move {
    let admin = app.client(Person::Admin).await;
    let plan =
        planned(&app, Person::Employee, &json!(ids::assignment(Person::Employee)), Person::Manager).await;
    let selection = format!("assignment {{ id }} {SCHEDULED} {CONSEQUENCES}");
    let stored = audit::rows(&app.env).await.expect("counts");
    let rehearsed = admin
        .done(
            "transferStaff",
            &selection,
            with(transfer(Person::Employee, "2026-07-01"), json!({ "dryRun": true })),
        )
        .await;
    assert_eq!(audit::rows(&app.env).await.expect("counts"), stored, "a dry run writes nothing");
    let moved = admin.done("transferStaff", &selection, transfer(Person::Employee, "2026-07-01")).await;
    assert_eq!(moved.field("assignment"), &Value::Null);
    assert_eq!(sentences(&moved), sentences(&rehearsed));
    assert_eq!(
        kinds(&moved),
        [
            "CHANGE_SCHEDULED",
            "PLAN_CLOSED",
            "EVALUATION_CANCELLED",
            "EVALUATION_CANCELLED",
            "ASSIGNMENT_CLOSED",
            "ASSIGNMENT_OPENED"
        ]
    );
    let change = moved.field("scheduledChange");
    assert_eq!((&change["kind"], &change["effectiveOn"]), (&json!("TRANSFER"), &json!("2026-07-01")));
    assert_eq!(change.field("scheduledBy.id"), &json!(ids::staff(Person::Admin)));
    admin.done("assignSuperior", SCHEDULED, superior(Person::Peer, "2026-07-01")).await;
    let retires = admin.done("endStaff", SCHEDULED, ending(Person::Team, "2026-06-30")).await;
    assert_eq!(retires.field("scheduledChange.effectiveOn"), "2026-07-01");

    // The day before, nothing has changed.
    assert_eq!(on(&app, "2026-06-30").await, (0, 0));
    let before = person(&admin, Person::Employee).await;
    assert_eq!(before.field("assignment.unit.code"), "DISDIK-1");
    assert_eq!(before.field("scheduledChanges.0.status"), "SCHEDULED");
    assert_eq!(person(&admin, Person::Team).await["status"], "ACTIVE");
    // On the day, all three are in force; a second tick has nothing to do.
    assert_eq!(on(&app, "2026-07-01").await, (3, 0));
    assert_eq!(on(&app, "2026-07-02").await, (0, 0));
    let after = person(&admin, Person::Employee).await;
    assert_eq!(after.field("assignment.unit.code"), "DISKOM");
    assert_eq!(after.field("assignment.validFrom"), "2026-07-01");
    assert_eq!(after.field("scheduledChanges.0.status"), "APPLIED");
    assert_eq!(
        person(&admin, Person::Peer).await.field("assignment.superior.id"),
        &json!(ids::assignment(Person::Head))
    );
    assert_eq!(person(&admin, Person::Team).await["status"], "ENDED");
    assert_eq!(parts(&app.client(Person::Employee).await, &plan).await, [0, 1, 2]);
});

both!(a_scheduled_change_is_cancelled_by_an_admin_and_seen_by_the_person, |app| async move {
    let (admin, employee, peer) =
        (app.client(Person::Admin).await, app.client(Person::Employee).await, app.client(Person::Peer).await);
    let scheduled = admin.done("endStaff", SCHEDULED, ending(Person::Employee, "2026-12-31")).await;
    let change = scheduled.field("scheduledChange").clone();
    assert_eq!(person(&employee, Person::Employee).await.field("scheduledChanges.0.id"), &change["id"]);
    assert_eq!(person(&peer, Person::Employee).await["scheduledChanges"], json!([]), "it is personal");
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(peer.ok(node, json!({ "id": change["id"] })).await, json!({ "node": null }));
    let cancel = json!({ "scheduledChangeId": change["id"], "expectedVersion": 1, "reason": "Diperpanjang" });
    assert_eq!(employee.refused("cancelScheduledChange", SCHEDULED, cancel.clone()).await, "FORBIDDEN");
    let done = admin.done("cancelScheduledChange", SCHEDULED, cancel.clone()).await;
    assert_eq!(done.field("scheduledChange.status"), "CANCELLED");
    let again = with(cancel, json!({ "expectedVersion": 2 }));
    assert_eq!(admin.refused("cancelScheduledChange", SCHEDULED, again).await, "INVALID_TRANSITION");
    assert_eq!(on(&app, "2027-01-01").await, (0, 0));
    assert_eq!(person(&admin, Person::Employee).await["status"], "ACTIVE");
});

both!(a_change_that_fails_on_its_day_keeps_its_refusals, |app| async move {
    let admin = app.client(Person::Admin).await;
    admin.done("assignSuperior", SCHEDULED, superior(Person::Employee, "2026-07-01")).await;
    // The new superior leaves in between.
    admin.done("endStaff", "staff { id }", ending(Person::Head, "2026-03-01")).await;
    assert_eq!(on(&app, "2026-07-01").await, (0, 1));
    let found = person(&admin, Person::Employee).await;
    assert_eq!(found.field("scheduledChanges.0.status"), "FAILED");
    assert_eq!(found.field("scheduledChanges.0.refusals.0.code"), "BAD_USER_INPUT");
    assert_eq!(found.field("assignment.superior.id"), &json!(ids::assignment(Person::Manager)));
    assert_eq!(on(&app, "2026-07-02").await, (0, 0), "it is not tried again");
    let cancel = json!({ "scheduledChangeId": found["scheduledChanges"][0]["id"], "expectedVersion": 2, "reason": "Selesai" });
    admin.done("cancelScheduledChange", SCHEDULED, cancel).await;
});

both!(what_is_refused_today_cannot_be_scheduled, |app| async move {
    let admin = app.client(Person::Admin).await;
    let own = json!({
        "assignmentId": ids::assignment(Person::Employee), "expectedVersion": 1, "from": "2026-07-01",
        "superiorAssignmentId": ids::assignment(Person::Employee), "reason": "Penataan",
    });
    assert_eq!(admin.refused("assignSuperior", SCHEDULED, own).await, "BAD_USER_INPUT");
    let stale = with(ending(Person::Employee, "2026-12-31"), json!({ "expectedVersion": 7 }));
    assert_eq!(admin.refused("endStaff", SCHEDULED, stale).await, "CONFLICT");
    let blank = with(transfer(Person::Employee, "2026-07-01"), json!({ "reason": " " }));
    assert_eq!(admin.refused("transferStaff", SCHEDULED, blank).await, "BAD_USER_INPUT");
    let employee = app.client(Person::Employee).await;
    assert_eq!(
        employee.refused("endStaff", SCHEDULED, ending(Person::Employee, "2026-12-31")).await,
        "FORBIDDEN"
    );
    assert_eq!(person(&admin, Person::Employee).await["scheduledChanges"], json!([]));
    // Someone who leaves earlier takes their scheduled changes with them.
    admin.done("transferStaff", SCHEDULED, transfer(Person::Employee, "2026-07-01")).await;
    let left = admin.done("endStaff", CONSEQUENCES, ending(Person::Employee, "2026-03-01")).await;
    assert!(kinds(&left).contains(&"SCHEDULED_CHANGE_CANCELLED"), "{:?}", kinds(&left));
    assert_eq!(on(&app, "2026-07-01").await, (0, 0));
});

both!(the_same_change_is_scheduled_only_once, |app| async move {
    let admin = app.client(Person::Admin).await;
    let errors = "scheduledChange { id version }";
    let scheduled = admin.done("endStaff", SCHEDULED, ending(Person::Employee, "2026-12-31")).await;
    // Another last day is another ending of the same person.
    for last_day in ["2026-12-31", "2027-05-31"] {
        let refused = admin.mutate_once("endStaff", errors, ending(Person::Employee, last_day)).await;
        let error = &refused["errors"][0];
        assert_eq!(error["path"], json!(["lastDay"]), "{refused:#}");
        assert!(error["message"].as_str().is_some_and(|message| message.contains("2027-01-01")), "{error}");
    }
    let change = scheduled.field("scheduledChange");
    let cancel = json!({ "scheduledChangeId": change["id"], "expectedVersion": 1, "reason": "Diperpanjang" });
    admin.done("cancelScheduledChange", SCHEDULED, cancel).await;
    admin.done("endStaff", SCHEDULED, ending(Person::Employee, "2027-05-31")).await;

    admin.done("assignSuperior", SCHEDULED, superior(Person::Peer, "2026-07-01")).await;
    let again = admin.refused("assignSuperior", SCHEDULED, superior(Person::Peer, "2026-07-01")).await;
    assert_eq!(again, "BAD_USER_INPUT");
    admin.done("assignSuperior", SCHEDULED, superior(Person::Peer, "2026-08-01")).await;
    admin.done("transferStaff", SCHEDULED, transfer(Person::Team, "2026-07-01")).await;
    let again = admin.refused("transferStaff", SCHEDULED, transfer(Person::Team, "2026-07-01")).await;
    assert_eq!(again, "BAD_USER_INPUT");
});
