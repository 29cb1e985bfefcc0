//! Annual work plans through HTTP: from a draft to contents in force, and refusals.

mod contents;
mod refusals;
mod revisions;
mod visibility;
mod walk;

use crate::support::{Client, Person, TestApp, global};
use serde_json::{Value, json};
use service::testing::city;

/// Kinds of global ids.
pub const STAFF: u8 = 3;
pub const ASSIGNMENT: u8 = 4;
pub const PERIOD: u8 = 9;
pub const PLAN: u8 = 11;

/// The selection that the tests read.
pub const SELECTION: &str =
    "plan { id version status late startsOn endsOn decisionNote rater { name capacity position unit }
    currentRevision { number status reason results { id kind title provisional assignedBy serves { id title }
        indicators { id text unit direction target { min max } } actionPlans { id text period { part } } } }
    effectiveRevision { number } revisions { number status } evaluations { kind status period { part } } }";

/// A complete result row.
pub fn row(title: &str) -> Value {
    json!({
        "kind": "MAIN",
        "title": title,
        "assignedBy": "Kepala bidang",
        "indicators": [{
            "aspect": "QUANTITY",
            "text": "Jumlah laporan",
            "targetMin": "12",
            "unit": "laporan",
        }],
        "actionPlans": [{ "periodId": global(PERIOD, city::quarter(1)), "text": "Menyusun laporan" }],
    })
}

/// The input of `createPlan` for a person's own assignment in 2026.
pub fn new_plan(who: Person, rows: &[Value]) -> Value {
    json!({
        "assignmentId": global(ASSIGNMENT, who.assignment()),
        "periodId": global(PERIOD, city::YEAR),
        "content": { "results": rows },
    })
}

/// The input of a verb without further fields.
pub fn of(plan: &Value) -> Value {
    json!({ "planId": plan["id"], "expectedVersion": plan["version"] })
}

/// The input of a verb with more fields.
pub fn with(plan: &Value, more: Value) -> Value {
    let mut input = of(plan);
    for (name, value) in more.as_object().expect("an object") {
        input[name] = value.clone();
    }
    input
}

/// Creates a draft.
pub async fn draft(client: &Client, who: Person, rows: &[Value]) -> Value {
    client.done("createPlan", SELECTION, new_plan(who, rows)).await["plan"].clone()
}

/// Runs a verb that must succeed and returns the plan.
pub async fn verb(client: &Client, name: &str, input: Value) -> Value {
    client.done(name, SELECTION, input).await["plan"].clone()
}

/// A plan that the superior has approved.
pub async fn approved(app: &TestApp, who: Person, rows: &[Value]) -> Value {
    let owner = app.client(who).await;
    let plan = draft(&owner, who, rows).await;
    let plan = verb(&owner, "submitPlan", of(&plan)).await;
    let rater = app.client(who.superior().expect("a superior")).await;
    verb(&rater, "reviewPlan", with(&plan, json!({ "decision": "APPROVE" }))).await
}

/// Reads the plan as this client sees it now.
pub async fn read(client: &Client, plan: &Value) -> Value {
    let document = format!("query($id: ID!) {{ {} }}", SELECTION.replacen("plan {", "plan(id: $id) {", 1));
    client.ok(&document, json!({ "id": plan["id"] })).await["plan"].clone()
}
