//! Annual work plans through HTTP: from a draft to contents in force, and refusals.

mod contents;
mod refusals;
mod revisions;
mod visibility;
mod walk;

use crate::support::{Client, Fields, PLAN, Person, TestApp, bad_input, global, ids};
use serde_json::{Value, json};
use service::testing::city;

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
            "measure": "laporan",
        }],
        "actionPlans": [{ "periodId": ids::quarter(1), "text": "Menyusun laporan" }],
    })
}

/// The input of `createPlan` for a person's own assignment in 2026.
pub fn new_plan(who: Person, rows: &[Value]) -> Value {
    json!({
        "assignmentId": ids::assignment(who),
        "periodId": ids::year(),
        "content": { "results": rows },
    })
}

/// Creates a draft.
pub async fn draft(client: &Client, who: Person, rows: &[Value]) -> Value {
    client.create(&PLAN, "createPlan", new_plan(who, rows)).await
}

/// A plan that the superior has approved.
pub async fn approved(app: &TestApp, who: Person, rows: &[Value]) -> Value {
    let owner = app.client(who).await;
    let plan = draft(&owner, who, rows).await;
    let plan = owner.act(&PLAN, "submitPlan", &plan, json!({})).await;
    let rater = app.client(who.superior().expect("a superior")).await;
    rater.act(&PLAN, "reviewPlan", &plan, json!({ "decision": "APPROVE" })).await
}
