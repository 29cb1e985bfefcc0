//! People who move, leave and come back: dry runs, the evaluations of a year with several assignments, returns.

mod ahead;
mod correcting;
mod dry_run;
mod first_day;
mod foreseen;
mod random;
mod returning;
mod transfer;

use crate::{
    support::{Client, EVALUATION, Fields, PLAN, Person, TestApp, ids},
    year,
};
use serde_json::{Value, json};
use service::testing::city;
use std::collections::BTreeMap;

/// The consequences of a change, as tests compare them.
pub const CONSEQUENCES: &str =
    "consequences { kind sentence subject { __typename } staff { id } columns { field before after } }";

/// The kinds of a payload's consequences, in order.
pub fn kinds(payload: &Value) -> Vec<&str> {
    let listed = payload.field("consequences").as_array().expect("a list");
    listed.iter().map(|one| one.field("kind").as_str().expect("a kind")).collect()
}

/// The sentences of a payload's consequences, in order.
pub fn sentences(payload: &Value) -> Vec<&str> {
    let listed = payload.field("consequences").as_array().expect("a list");
    listed.iter().map(|one| one.field("sentence").as_str().expect("a sentence")).collect()
}

/// A placement in the other office, below its head.
pub fn elsewhere(from: &str) -> Value {
    json!({
        "orgUnitId": ids::unit(city::OTHER_OFFICE), "positionId": ids::position(), "rank": "III/c",
        "superiorAssignmentId": ids::assignment(Person::Stranger), "from": from,
    })
}

/// The input that transfers a person of the section to the other office.
pub fn transfer(who: Person, from: &str) -> Value {
    json!({
        "assignmentId": ids::assignment(who), "expectedVersion": 1, "reason": "Mutasi", "to": elsewhere(from),
    })
}

/// Transfers a person; returns the payload.
pub async fn moved(app: &TestApp, who: Person, from: &str) -> Value {
    let selection = format!("assignment {{ id }} {CONSEQUENCES}");
    app.client(Person::Admin).await.done("transferStaff", &selection, transfer(who, from)).await
}

/// Creates the plan of a person's assignment and lets the rater approve it.
pub async fn planned(app: &TestApp, who: Person, assignment: &Value, rater: Person) -> Value {
    let (owner, rater) = (app.client(who).await, app.client(rater).await);
    let input =
        json!({ "assignmentId": assignment, "periodId": ids::year(), "content": year::content(None) });
    let plan = owner.create(&PLAN, "createPlan", input).await;
    let plan = owner.act(&PLAN, "submitPlan", &plan, json!({})).await;
    rater.act(&PLAN, "reviewPlan", &plan, json!({ "decision": "APPROVE" })).await
}

/// The status of each evaluation of a plan, by part; 0 is the year.
pub async fn statuses(client: &Client, plan: &Value) -> BTreeMap<i64, String> {
    let found = year::evaluations(client, plan).await;
    let status = |one: &Value| {
        let part = one.field("period.part").as_i64().expect("a part");
        (part, one.field("status").as_str().expect("a status").to_owned())
    };
    found.iter().map(status).collect()
}

/// The parts of a plan whose evaluations are not cancelled.
pub async fn parts(client: &Client, plan: &Value) -> Vec<i64> {
    let found = statuses(client, plan).await;
    found.into_iter().filter(|(_, status)| status != "CANCELLED").map(|(part, _)| part).collect()
}

/// Reports, rates and finalises the evaluation of a part.
pub async fn finalised(owner: &Client, rater: &Client, plan: &Value, part: i64, more: Value) -> Value {
    let found = year::evaluations(owner, plan).await;
    let evaluation = found.iter().find(|one| one["period"]["part"] == part).expect("the part");
    let row = &plan["currentRevision"]["results"][0]["id"];
    let report = json!({ "realisations": [{ "planResultId": row, "text": "Selesai" }] });
    let evaluation = owner.act(&EVALUATION, "reportRealisation", evaluation, report).await;
    let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" });
    let evaluation = rater.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await;
    let mut reasons = more;
    reasons["missingUnitPredicateReason"] = json!("Belum ditetapkan");
    rater.act(&EVALUATION, "finaliseEvaluation", &evaluation, reasons).await
}
