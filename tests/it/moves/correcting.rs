//! Transfers that were recorded by mistake and are corrected: on the same day, by a mutation or by an import.

use super::{CONSEQUENCES, elsewhere, finalised, kinds, moved, parts, planned, sentences, statuses};
use crate::{
    both,
    import::{import, upload},
    support::{Client, EVALUATION, Fields, Person, ids, with},
};
use serde_json::{Value, json};
use service::testing::city;

const POST: &str = "assignment { id unit { code } superior { id } }";
const HEADER: &str = "nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan;golongan;kapasitas;pimpinan;mulai";

/// The transfer of an assignment to the person's own section.
fn back(assignment: &Value, from: &str) -> Value {
    json!({
        "assignmentId": assignment, "expectedVersion": 1, "reason": "Salah catat", "to": {
            "orgUnitId": ids::unit(city::SECTION), "positionId": ids::position(), "from": from,
            "superiorAssignmentId": ids::assignment(Person::Manager),
        },
    })
}

async fn superior_of(admin: &Client, who: Person) -> Value {
    let query = "query($id: ID!) { staffMember(by: { id: $id }) { assignment { superior { id } } } }";
    admin.ok(query, json!({ "id": ids::staff(who) })).await["staffMember"]["assignment"]["superior"].clone()
}

/// The person's assignments, newest first: unit, first day, end date.
async fn history(admin: &Client, who: Person) -> Vec<[String; 3]> {
    let query = "query($id: ID!) { staffMember(by: { id: $id }) { assignments { unit { code } validFrom validTo } } }";
    let found = admin.ok(query, json!({ "id": ids::staff(who) })).await["staffMember"]["assignments"].clone();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let one = |one: &Value| [text(one.field("unit.code")), text(&one["validFrom"]), text(&one["validTo"])];
    found.as_array().expect("assignments").iter().map(one).collect()
}

both!(a_transfer_is_undone_on_its_day_with_the_plan_and_its_evaluations, |app| async move {
    let admin = app.client(Person::Admin).await;
    let own = json!(ids::assignment(Person::Employee));
    let plan = planned(&app, Person::Employee, &own, Person::Manager).await;
    app.set_clock("2026-07-01T02:00:00Z");
    let wrong = moved(&app, Person::Employee, "2026-07-01").await.field("assignment.id").clone();
    let employee = app.client(Person::Employee).await;
    assert_eq!(statuses(&employee, &plan).await[&4], "CANCELLED");
    let selection = format!("{POST} {CONSEQUENCES}");
    let rehearsed = admin
        .done("transferStaff", &selection, with(back(&wrong, "2026-07-01"), json!({ "dryRun": true })))
        .await;
    let done = admin.done("transferStaff", &selection, back(&wrong, "2026-07-01")).await;
    assert_eq!(kinds(&rehearsed), kinds(&done));
    assert_eq!(done.field("assignment.id"), &own, "the assignment from before continues");
    assert_eq!(kinds(&done)[..3], ["ASSIGNMENT_CLOSED", "ASSIGNMENT_REOPENED", "PLAN_REOPENED"]);
    assert!(sentences(&done)[0].ends_with("from 2026-07-01 is withdrawn."), "{:#?}", sentences(&done));
    assert_eq!(parts(&employee, &plan).await, [0, 1, 2, 3, 4]);
    let section = history(&admin, Person::Employee).await;
    let withdrawn = ["DISKOM", "2026-07-01", "2026-07-01"].map(str::to_owned);
    assert!(section.len() == 2 && section.contains(&withdrawn), "{section:?}");
    // A withdrawn assignment can't be transferred again.
    let again = with(back(&wrong, "2026-07-01"), json!({ "expectedVersion": 2 }));
    assert_eq!(admin.refused("transferStaff", POST, again).await, "INVALID_TRANSITION");
});

both!(a_wrong_unit_is_corrected_and_its_people_are_released, |app| async move {
    let admin = app.client(Person::Admin).await;
    let wrong = moved(&app, Person::Employee, "2026-03-02").await.field("assignment.id").clone();
    let under = |who: Person, superior: &Value| {
        json!({ "assignmentId": ids::assignment(who), "expectedVersion": 1, "superiorAssignmentId": superior,
            "from": "2026-03-02", "reason": "Penataan" })
    };
    admin.done("assignSuperior", POST, under(Person::Peer, &wrong)).await;
    let elsewhere = with(elsewhere("2026-03-02"), json!({ "orgUnitId": ids::unit(city::OFFICE) }));
    let input =
        json!({ "assignmentId": wrong, "expectedVersion": 1, "reason": "Salah unit", "to": elsewhere });
    let right = admin.done("transferStaff", POST, input.clone()).await["assignment"].clone();
    assert_eq!(right.field("unit.code"), "DISDIK");
    assert_ne!(right["id"], wrong);
    assert_eq!(superior_of(&admin, Person::Peer).await["id"], ids::assignment(Person::Manager), "as before");
    // In the same unit, they follow: only the position was wrong.
    let version = json!({ "expectedVersion": 3 });
    admin.done("assignSuperior", POST, with(under(Person::Peer, &right["id"]), version)).await;
    let input = with(input, json!({ "assignmentId": right["id"] }));
    let next = admin.done("transferStaff", POST, input).await["assignment"].clone();
    assert_eq!(superior_of(&admin, Person::Peer).await["id"], next["id"]);
    assert_eq!(history(&admin, Person::Employee).await.len(), 4, "the history is kept");
});

both!(the_plan_of_a_withdrawn_assignment_keeps_only_what_is_closed, |app| async move {
    let (admin, employee, stranger) = (
        app.client(Person::Admin).await,
        app.client(Person::Employee).await,
        app.client(Person::Stranger).await,
    );
    app.set_clock("2026-06-05T02:00:00Z");
    let wrong = moved(&app, Person::Employee, "2026-06-01").await.field("assignment.id").clone();
    let plan = planned(&app, Person::Employee, &wrong, Person::Stranger).await;
    app.set_clock("2026-06-30T02:00:00Z");
    let quarter = finalised(&employee, &stranger, &plan, 2, json!({})).await;
    stranger.act(&EVALUATION, "closeEvaluation", &quarter, json!({})).await;
    let elsewhere = with(elsewhere("2026-06-01"), json!({ "orgUnitId": ids::unit(city::OFFICE) }));
    let input =
        json!({ "assignmentId": wrong, "expectedVersion": 1, "reason": "Salah unit", "to": elsewhere });
    let right = admin.done("transferStaff", &format!("assignment {{ id }} {CONSEQUENCES}"), input).await;
    assert!(!kinds(&right).contains(&"EVALUATION_RESTORED"), "{:#?}", sentences(&right));
    assert_eq!(parts(&stranger, &plan).await, [2]);
    let next = planned(&app, Person::Employee, right.field("assignment.id"), Person::Stranger).await;
    assert_eq!(parts(&employee, &next).await, [0, 3, 4], "the closed part is not rated again");
});

both!(what_can_not_be_corrected_says_what_to_do, |app| async move {
    let admin = app.client(Person::Admin).await;
    let wrong = moved(&app, Person::Employee, "2026-03-02").await.field("assignment.id").clone();
    let refusals = admin.refusals("transferStaff", POST, back(&wrong, "2026-02-01")).await;
    assert_eq!(refusals[0], ("BAD_USER_INPUT", "to.from"));
    for words in ["began on 2026-03-02", "give 2026-03-02 as the first day", "give 2026-03-03 or a later day"]
    {
        assert!(refusals[0].message.contains(words), "{}", refusals[0].message);
    }
    let leaves = json!({ "staffId": ids::staff(Person::Employee), "expectedVersion": 1, "lastDay": "2026-03-01", "reason": "Pindah" });
    let refusals = admin.refusals("endStaff", "staff { id }", leaves).await;
    assert_eq!(refusals[0], ("BAD_USER_INPUT", "lastDay"));
    assert!(refusals[0].message.contains("Give 2026-03-02 or a later one"), "{}", refusals[0].message);
    let acts = json!({ "assignmentId": ids::assignment(Person::Manager), "delegateId": ids::staff(Person::Outsider),
        "capacity": "PLH", "from": "2026-03-02", "to": "2026-03-02", "reason": "Cuti" });
    let refusals = admin.refusals("createDelegation", "delegation { id }", acts).await;
    assert_eq!(refusals[0], ("BAD_USER_INPUT", "to"));
    assert!(refusals[0].message.contains("2026-03-03 at the earliest"), "{}", refusals[0].message);
    // After a month it is history.
    app.set_clock("2026-04-03T02:00:00Z");
    let refusals = admin.refusals("transferStaff", POST, back(&wrong, "2026-03-02")).await;
    assert_eq!(refusals[0], ("BAD_USER_INPUT", "to.from"));
    assert!(refusals[0].message.contains("for 31 days only"), "{}", refusals[0].message);
});

both!(a_wrong_transfer_of_an_import_is_corrected_by_another_file, |app| async move {
    let admin = Client { language: "id", ..app.client(Person::Admin).await };
    let query = "query($id: ID!) { staffMember(by: { id: $id }) { nip name assignment { id rank validFrom unit { code } position { code } } } }";
    let read =
        async || admin.ok(query, json!({ "id": ids::staff(Person::Employee) })).await["staffMember"].clone();
    let plan =
        planned(&app, Person::Employee, &json!(ids::assignment(Person::Employee)), Person::Manager).await;
    let first = read().await;
    let row = |unit: &str, from: &str| {
        let text = |name: &str| first.field(name).as_str().expect("a text").to_owned();
        let (nip, name, position) = (text("nip"), text("name"), text("assignment.position.code"));
        format!("{HEADER}\n{nip};{name};PNS;{unit};{position};;;;{from}\n")
    };
    let run = async |file: String, dry_run| {
        let id = upload(&admin, file).await;
        import(&admin, &id, dry_run).await
    };
    let original = row("DISDIK-1", first.field("assignment.validFrom").as_str().expect("a day"));
    app.set_clock("2026-07-01T02:00:00Z");
    assert_eq!(run(row("DISKOM", ""), false).await["status"], "APPLIED");
    let employee = app.client(Person::Employee).await;
    assert_eq!(statuses(&employee, &plan).await[&4], "CANCELLED");
    // Another wrong unit, then the file from before.
    assert_eq!(run(row("DISDIK", "2026-07-01"), false).await["status"], "APPLIED");
    assert_eq!(read().await.field("assignment.unit.code"), "DISDIK");
    let refused = run(row("DISKOM", "2026-06-01"), true).await;
    let problem = refused["rows"]["edges"][0]["node"]["problems"][0].clone();
    assert_eq!((&refused["status"], &problem["cell"]), (&json!("REFUSED"), &json!("I2")), "{refused:#}");
    assert!(
        problem["message"].as_str().is_some_and(|text| text.contains("isi 2026-07-01 sebagai hari pertama")),
        "{problem}"
    );
    for (dry_run, status) in [(true, "READY"), (false, "APPLIED")] {
        let undone = run(original.clone(), dry_run).await;
        assert_eq!(
            (&undone["status"], &undone["changes"]["updated"]),
            (&json!(status), &json!(1)),
            "{undone:#}"
        );
    }
    assert_eq!(read().await, first, "as before");
    assert_eq!(parts(&employee, &plan).await, [0, 1, 2, 3, 4]);
    let again = run(original, false).await;
    assert_eq!(again["changes"]["unchanged"], 1, "{again:#}");
    assert_eq!(history(&admin, Person::Employee).await.len(), 3, "the history is kept");
});
