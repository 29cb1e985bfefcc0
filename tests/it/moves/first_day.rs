//! Imports that correct the first day of an assignment: the plan and its evaluations follow, within the rules of a transfer.

use super::{finalised, moved, parts, planned};
use crate::{
    both,
    import::{import, upload},
    support::{Client, EVALUATION, Fields, PLAN, Person, ids},
};
use serde_json::{Value, json};

const HEADER: &str = "nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan;golongan;kapasitas;pimpinan;mulai";

/// Imports the present assignment of the employee with another first day.
async fn begins(admin: &Client, from: &str) -> Value {
    placed(admin, None, from).await
}

/// Imports an assignment of the employee in a unit, by default the present one.
async fn placed(admin: &Client, unit: Option<&str>, from: &str) -> Value {
    let query = "query($id: ID!) { staffMember(by: { id: $id }) { nip name assignment { unit { code } position { code } } } }";
    let read = admin.ok(query, json!({ "id": ids::staff(Person::Employee) })).await["staffMember"].clone();
    let text = |name: &str| read.field(name).as_str().expect("a text").to_owned();
    let (present, position) = (text("assignment.unit.code"), text("assignment.position.code"));
    let unit = unit.unwrap_or(&present);
    let file = format!("{HEADER}\n{};{};PNS;{unit};{position};;;;{from}\n", text("nip"), text("name"));
    import(admin, &upload(admin, file).await, false).await
}

both!(an_import_does_not_move_a_transfer_over_an_earlier_assignment, |app| async move {
    let admin = app.client(Person::Admin).await;
    app.set_clock("2026-07-10T02:00:00Z");
    moved(&app, Person::Employee, "2026-07-01").await;
    for day in ["2026-03-01", "2026-06-30", "2026-07-02"] {
        let run = begins(&admin, day).await;
        assert_eq!(run["status"], "REFUSED", "{day}: {run:#}");
        assert!(run.to_string().contains("2026-06-30"), "the last day of the earlier one: {run:#}");
    }
    let query = "query($id: ID!, $on: Date) { whoRates(staffId: $id, on: $on) { rater { staff { id } } } }";
    let rated = admin.ok(query, json!({ "id": ids::staff(Person::Employee), "on": "2026-04-15" })).await;
    assert_eq!(rated["whoRates"].as_array().map(Vec::len), Some(1), "{rated:#}");
});

both!(an_import_moves_the_plan_with_the_first_day, |app| async move {
    let (admin, employee, manager) = (
        app.client(Person::Admin).await,
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
    );
    let plan =
        planned(&app, Person::Employee, &json!(ids::assignment(Person::Employee)), Person::Manager).await;
    app.set_clock("2026-06-10T02:00:00Z");
    for (day, expected) in [("2026-05-01", &[0, 2, 3, 4][..]), ("2026-02-01", &[0, 1, 2, 3, 4])] {
        let run = begins(&admin, day).await;
        assert_eq!(run["status"], "APPLIED", "{run:#}");
        assert_eq!(parts(&employee, &plan).await, expected, "{day}");
        let query = "query($id: ID!) { plan(id: $id) { startsOn } }";
        assert_eq!(employee.ok(query, json!({ "id": plan["id"] })).await["plan"]["startsOn"], day);
    }
    let quarter = finalised(&employee, &manager, &plan, 1, json!({})).await;
    let run = begins(&admin, "2026-05-01").await;
    assert_eq!(run["status"], "REFUSED", "{run:#}");
    assert!(run.to_string().contains("quarter 1 of 2026"), "{run:#}");
    // A closed part stays and is listed.
    manager.act(&EVALUATION, "closeEvaluation", &quarter, json!({})).await;
    let run = begins(&admin, "2026-05-01").await;
    assert_eq!(run["status"], "APPLIED", "{run:#}");
    let query = "query($id: ID!) { node(id: $id) { ... on ImportRun { consequences { nodes { kind } } } } }";
    let listed = admin.ok(query, json!({ "id": run["id"] })).await;
    assert!(listed.to_string().contains("EVALUATION_KEPT"), "{listed:#}");
    assert_eq!(parts(&employee, &plan).await, [0, 1, 2, 3, 4]);
});

both!(an_import_refuses_a_backdated_transfer_while_a_closed_plan_has_final_ratings, |app| async move {
    let (admin, employee, manager) = (
        app.client(Person::Admin).await,
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
    );
    let plan =
        planned(&app, Person::Employee, &json!(ids::assignment(Person::Employee)), Person::Manager).await;
    app.set_clock("2027-01-05T02:00:00Z");
    for quarter in 1..=4 {
        finalised(&employee, &manager, &plan, quarter, json!({})).await;
    }
    admin.act(&PLAN, "closePlan", &plan, json!({})).await;
    let run = placed(&admin, Some("DISKOM"), "2026-12-10").await;
    assert_eq!(run["status"], "REFUSED", "{run:#}");
    assert!(run.to_string().contains("quarter 4 of 2026"), "{run:#}");
});
