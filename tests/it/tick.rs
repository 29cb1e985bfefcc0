//! The tick, which runs due time-based transitions.

use crate::{
    both,
    support::{Client, EVALUATION, PLAN, Person, TestApp, ids},
    year,
};
use serde_json::{Value, json};
use service::tick::{TickReport, tick};

async fn run(app: &TestApp) -> TickReport {
    tick(&app.env).await.expect("a tick")
}

fn did(report: TickReport) -> (u64, u64) {
    (report.deemed_accepted, report.plans_closed)
}

/// Makes all evaluations of the employee final, all GOOD, and returns the annual one.
async fn rated(app: &TestApp, plan: &Value) -> Value {
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let row = &plan["currentRevision"]["results"][0]["id"];
    let found = year::evaluations(&manager, plan).await;
    let mut annual = Value::Null;
    for part in [1, 2, 3, 4, 0] {
        let evaluation = found.iter().find(|one| one["period"]["part"] == part).expect("the part");
        match part {
            0 => app.pass_the_end_of_year(),
            quarter => app.pass_the_end_of_quarter(quarter),
        }
        let report = json!({ "realisations": [{ "planResultId": row, "text": "Selesai" }] });
        let evaluation = employee.act(&EVALUATION, "reportRealisation", evaluation, report).await;
        let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" });
        let evaluation = manager.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await;
        let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
        annual = manager.act(&EVALUATION, "finaliseEvaluation", &evaluation, reason).await;
    }
    annual
}

async fn status(client: &Client, query: &str, id: &Value) -> Value {
    client.ok(query, json!({ "id": id })).await["node"]["status"].clone()
}

const OF_EVALUATION: &str = "query($id: ID!) { node(id: $id) { ... on Evaluation { status version } } }";
const OF_PLAN: &str = "query($id: ID!) { node(id: $id) { ... on Plan { status } } }";

both!(a_delivered_result_is_deemed_accepted_after_the_deadline, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager, head) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Head).await,
    );
    let annual = rated(&app, &plan).await;
    let annual = manager.act(&EVALUATION, "deliverEvaluation", &annual, json!({})).await;
    assert_eq!(did(run(&app).await), (0, 0));
    // Delivered on 1 January: the objection period ends on 15 January in Jakarta.
    app.set_clock("2027-01-15T16:59:59Z");
    assert_eq!(did(run(&app).await), (0, 0));
    assert_eq!(status(&employee, OF_EVALUATION, &annual["id"]).await, "DELIVERED");
    app.set_clock("2027-01-15T17:00:00Z");
    assert_eq!(did(run(&app).await), (1, 0));
    assert_eq!(did(run(&app).await), (0, 0), "a second run has nothing to do");
    assert_eq!(status(&employee, OF_EVALUATION, &annual["id"]).await, "DEEMED_ACCEPTED");

    // It closes without the employee's signature and records that it is missing.
    let version =
        json!({ "id": annual["id"], "version": annual["version"].as_i64().expect("a version") + 1 });
    let signed = manager.act(&EVALUATION, "signEvaluation", &version, json!({})).await;
    let signed = head.act(&EVALUATION, "signEvaluation", &signed, json!({})).await;
    let closed = manager.act(&EVALUATION, "closeEvaluation", &signed, json!({})).await;
    assert_eq!(closed["status"], "CLOSED");
    let query = "query($id: ID!) { evaluation(id: $id) { signatures { party } } }";
    let read = employee.ok(query, json!({ "id": annual["id"] })).await;
    assert_eq!(
        read["evaluation"]["signatures"],
        json!([{ "party": "RATER" }, { "party": "RATERS_SUPERIOR" }])
    );
});

both!(only_old_uploads_are_removed, |app| async move {
    let ago = |hours: i64| (service::env::machine_now() - chrono::Duration::hours(hours)).into();
    let made = |name: String, hours: i64| {
        let path = app.env.uploads.join(name);
        let file = std::fs::File::create_new(&path).expect("a file");
        file.set_modified(ago(hours)).expect("its time");
        path
    };
    let id = || service::env::fresh_id();
    let old = [made(id().to_string(), 24), made(format!("{}.{}.part", id(), id().simple()), 2)];
    let remaining = [
        made(id().to_string(), 22),
        made(format!("{}.{}.part", id(), id().simple()), 0),
        made("catatan.txt".to_owned(), 99 * 24),
    ];
    assert_eq!(run(&app).await.files_removed, 2);
    assert!(old.iter().all(|path| !path.exists()) && remaining.iter().all(|path| path.exists()));
    assert_eq!(run(&app).await.files_removed, 0);
});

both!(an_acknowledged_result_stays_acknowledged, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let annual = rated(&app, &plan).await;
    let annual = manager.act(&EVALUATION, "deliverEvaluation", &annual, json!({})).await;
    let annual = employee.act(&EVALUATION, "acknowledgeEvaluation", &annual, json!({})).await;
    app.set_clock("2027-03-01T02:00:00Z");
    assert_eq!(did(run(&app).await), (0, 0));
    assert_eq!(status(&employee, OF_EVALUATION, &annual["id"]).await, "ACKNOWLEDGED");
});

both!(a_finished_plan_closes_with_its_year, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, admin) = (app.client(Person::Employee).await, app.client(Person::Admin).await);
    // A colleague's unfinished plan stays open.
    let peer = app.client(Person::Peer).await;
    let waiting = year::submitted(&peer, Person::Peer, year::content(None)).await;
    let manager = app.client(Person::Manager).await;
    manager.act(&PLAN, "reviewPlan", &waiting, json!({ "decision": "APPROVE" })).await;
    rated(&app, &plan).await;
    assert_eq!(did(run(&app).await), (0, 0), "the year is open");
    for period in [ids::quarter(1), ids::quarter(2), ids::quarter(3), ids::quarter(4), ids::year()] {
        let input = json!({ "periodId": period, "expectedVersion": 1, "confirm": true });
        admin.done("closePeriod", "period { status }", input).await;
    }
    assert_eq!(did(run(&app).await), (0, 1));
    assert_eq!(did(run(&app).await), (0, 0));
    assert_eq!(status(&employee, OF_PLAN, &plan["id"]).await, "CLOSED");
    assert_eq!(status(&peer, OF_PLAN, &waiting["id"]).await, "APPROVED");
});
