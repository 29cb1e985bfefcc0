//! A year with several assignments: each part is rated once, in the plan to which its months belong.

use super::{finalised, kinds, moved, parts, planned, sentences, statuses, transfer};
use crate::{
    both,
    support::{EVALUATION, Fields, Person, TestApp, ids, with},
    year,
};
use serde_json::{Value, json};

async fn first_plan(app: &TestApp, who: Person) -> Value {
    planned(app, who, &json!(ids::assignment(who)), Person::Manager).await
}

both!(each_part_belongs_to_the_plans_that_hold_a_month_of_it, |app| async move {
    // The first day of the new assignment, the parts of the old plan, the parts of the new one. Part 0 is the year.
    let table = [
        (Person::Employee, "2026-06-16", [0, 1, 2].as_slice(), [0, 2, 3, 4].as_slice()),
        (Person::Peer, "2026-06-17", &[0, 1, 2], &[0, 3, 4]),
        (Person::Team, "2026-04-16", &[0, 1], &[0, 2, 3, 4]),
    ];
    let mut old = Vec::new();
    for (who, ..) in table {
        old.push(first_plan(&app, who).await);
    }
    app.set_clock("2026-07-01T02:00:00Z");
    for ((who, day, of_old, of_new), plan) in table.into_iter().zip(&old) {
        let payload = moved(&app, who, day).await;
        let client = app.client(who).await;
        assert_eq!(parts(&client, plan).await, of_old, "{who:?}");
        let cancelled = kinds(&payload).iter().filter(|kind| **kind == "EVALUATION_CANCELLED").count();
        assert_eq!(cancelled, 5 - of_old.len(), "{who:?}");
        let next = planned(&app, who, payload.field("assignment.id"), Person::Stranger).await;
        assert_eq!(parts(&client, &next).await, of_new, "{who:?}");
        // It is due 30 days after its start, not in January.
        assert_eq!(next["late"], day < "2026-06-01", "{day}");
        let rated: Vec<i64> = statuses(&client, plan).await.into_keys().collect();
        assert_eq!(rated, [0, 1, 2, 3, 4], "cancelled evaluations stay stored");
    }
});

both!(a_cancelled_evaluation_accepts_no_work_and_is_in_no_worklist, |app| async move {
    let plan = first_plan(&app, Person::Employee).await;
    app.set_clock("2026-07-01T02:00:00Z");
    moved(&app, Person::Employee, "2026-07-01").await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let found = year::evaluations(&employee, &plan).await;
    let cancelled = found.iter().find(|one| one["period"]["part"] == 3).expect("the part");
    assert_eq!(cancelled["status"], "CANCELLED");
    app.set_clock("2026-11-20T02:00:00Z");
    let row = &plan["currentRevision"]["results"][0]["id"];
    let report = json!({ "realisations": [{ "planResultId": row, "text": "Selesai" }] });
    let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED", "unratedReportReason": "Pindah" });
    for (client, verb, more) in
        [(&employee, "reportRealisation", report), (&manager, "rateEvaluation", rating)]
    {
        assert_eq!(client.act_refused(&EVALUATION, verb, cancelled, more).await, "INVALID_TRANSITION");
    }
    let query = "{ viewer { worklist(first: 100) { nodes { kind subject { ... on Evaluation { id } } } } } }";
    for client in [&employee, &manager] {
        let work = client.ok(query, json!({})).await;
        assert!(!work.to_string().contains(cancelled["id"].as_str().expect("an id")), "{work:#}");
        assert!(
            work.to_string().contains("EVALUATION") || work.to_string().contains("REALISATION"),
            "{work:#}"
        );
    }
});

both!(a_backdated_transfer_is_refused_by_name_while_a_part_is_final, |app| async move {
    let (employee, manager, admin) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Admin).await,
    );
    let plan = first_plan(&app, Person::Employee).await;
    app.set_clock("2026-04-20T02:00:00Z");
    let quarter = finalised(&employee, &manager, &plan, 1, json!({})).await;
    let selection = "assignment { id }";
    for day in ["2026-03-30", "2026-03-31"] {
        for dry_run in [true, false] {
            let input = with(transfer(Person::Employee, day), json!({ "dryRun": dry_run }));
            let refusals = admin.refusals("transferStaff", selection, input).await;
            assert_eq!(refusals[0], ("INVALID_TRANSITION", "to.from"), "{day}");
            for word in ["Employee Contoh", "quarter 1 of 2026", "2026-03-31"] {
                assert!(refusals[0].message.contains(word), "{word}: {}", refusals[0].message);
            }
        }
    }
    let leaves = json!({ "staffId": ids::staff(Person::Employee), "expectedVersion": 1, "lastDay": "2026-03-30", "reason": "Pindah" });
    let refusals = admin.refusals("endStaff", "staff { id }", leaves).await;
    assert_eq!(refusals[0], ("INVALID_TRANSITION", "lastDay"));

    // Once reopened, it no longer prevents the transfer. Its part belongs to both plans, so it stays.
    let why = json!({ "reason": "Mutasi surut" });
    manager.act(&EVALUATION, "reopenEvaluation", &quarter, why).await;
    moved(&app, Person::Employee, "2026-03-10").await;
    assert_eq!(statuses(&employee, &plan).await[&1], "RATED_DRAFT");
});

both!(a_closed_part_stays_and_is_not_rated_again, |app| async move {
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let plan = first_plan(&app, Person::Employee).await;
    app.set_clock("2026-04-20T02:00:00Z");
    let quarter = finalised(&employee, &manager, &plan, 1, json!({})).await;
    manager.act(&EVALUATION, "closeEvaluation", &quarter, json!({})).await;
    let payload = moved(&app, Person::Employee, "2026-03-10").await;
    assert_eq!(kinds(&payload).iter().filter(|kind| **kind == "EVALUATION_KEPT").count(), 1);
    let kept = "The evaluation of Employee Contoh for quarter 1 of 2026 stays in force, because its status is already Closed.";
    assert!(sentences(&payload).contains(&kept), "{:#?}", sentences(&payload));
    assert_eq!(statuses(&employee, &plan).await[&1], "CLOSED");
    let next = planned(&app, Person::Employee, payload.field("assignment.id"), Person::Stranger).await;
    // March belongs to the new assignment, but the first quarter was rated as a whole.
    assert_eq!(parts(&employee, &next).await, [0, 2, 3, 4]);
});

both!(a_new_plan_opens_no_part_of_a_closed_period_and_the_year_says_so, |app| async move {
    let admin = app.client(Person::Admin).await;
    app.set_clock("2026-04-20T02:00:00Z");
    admin
        .done(
            "closePeriod",
            "period { status }",
            json!({ "periodId": ids::quarter(1), "expectedVersion": 1 }),
        )
        .await;
    // The person had no plan in their first assignment.
    let payload = moved(&app, Person::Employee, "2026-02-10").await;
    let plan = planned(&app, Person::Employee, payload.field("assignment.id"), Person::Stranger).await;
    let (employee, rater) = (app.client(Person::Employee).await, app.client(Person::Stranger).await);
    assert_eq!(parts(&employee, &plan).await, [0, 2, 3, 4]);
    // The year's rater must explain the quarter that no one rates.
    app.set_clock("2027-01-05T02:00:00Z");
    for part in [2, 3, 4] {
        finalised(&employee, &rater, &plan, part, json!({})).await;
    }
    let found = year::evaluations(&employee, &plan).await;
    let annual = found.iter().find(|one| one["kind"] == "ANNUAL").expect("the annual one");
    let row = &plan["currentRevision"]["results"][0]["id"];
    let report = json!({ "realisations": [{ "planResultId": row, "text": "Selesai" }] });
    let annual = employee.act(&EVALUATION, "reportRealisation", annual, report).await;
    let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" });
    let annual = rater.act(&EVALUATION, "rateEvaluation", &annual, rating).await;
    let reasons = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
    let refusals = rater.act_refusals(&EVALUATION, "finaliseEvaluation", &annual, reasons.clone()).await;
    assert_eq!(refusals[0], ("BAD_USER_INPUT", "gapReasons"));
    let gap = json!({ "gapReasons": [{ "periodId": ids::quarter(1), "reason": "Belum ada SKP" }] });
    let annual = rater.act(&EVALUATION, "finaliseEvaluation", &annual, with(reasons, gap)).await;
    assert_eq!(annual["status"], "FINAL");
});

both!(a_plan_begun_in_mid_year_is_due_thirty_days_later, |app| async move {
    app.set_clock("2026-07-01T02:00:00Z");
    moved(&app, Person::Employee, "2026-07-01").await;
    let employee = app.client(Person::Employee).await;
    let query = "{ viewer { worklist(kinds: [CREATE_PLAN], first: 5) { nodes { deadline } } } }";
    let work = employee.ok(query, json!({})).await;
    assert_eq!(work["viewer"]["worklist"]["nodes"], json!([{ "deadline": "2026-07-31" }]));
    let team = app.client(Person::Team).await;
    let work = team.ok(query, json!({})).await;
    assert_eq!(work["viewer"]["worklist"]["nodes"], json!([{ "deadline": "2026-01-31" }]));
    let query =
        "query($unit: ID!, $period: ID!) { reports { yearEnd(orgUnitId: $unit, periodId: $period, depth: 0) {
        missingEvaluations { nodes { staff { id } next deadline } } } } }";
    let unit = ids::unit(service::testing::city::OTHER_OFFICE);
    let admin = app.client(Person::Admin).await;
    let report = admin.ok(query, json!({ "unit": unit, "period": ids::year() })).await;
    let missing =
        report["reports"]["yearEnd"]["missingEvaluations"]["nodes"].as_array().expect("a list").clone();
    let deadline = |who: Person| {
        let line = missing.iter().find(|line| line["staff"]["id"] == ids::staff(who));
        line.expect("a line").field("deadline").clone()
    };
    assert_eq!(
        (deadline(Person::Employee), deadline(Person::Outsider)),
        (json!("2026-07-31"), json!("2026-01-31"))
    );
});

both!(the_last_days_of_a_year_make_no_evaluation_of_the_year, |app| async move {
    let plan = first_plan(&app, Person::Employee).await;
    app.set_clock("2026-12-20T02:00:00Z");
    let payload = moved(&app, Person::Employee, "2026-12-20").await;
    let next = planned(&app, Person::Employee, payload.field("assignment.id"), Person::Stranger).await;
    let employee = app.client(Person::Employee).await;
    assert_eq!(parts(&employee, &plan).await, [0, 1, 2, 3, 4], "December belongs to the old assignment");
    assert_eq!(parts(&employee, &next).await, [0_i64; 0]);
});

both!(cancelling_a_plan_cancels_its_evaluations, |app| async move {
    let plan = first_plan(&app, Person::Employee).await;
    let admin = app.client(Person::Admin).await;
    let why = json!({ "reason": "Salah buat" });
    admin.act(&crate::support::PLAN, "cancelPlan", &plan, why).await;
    let employee = app.client(Person::Employee).await;
    assert!(statuses(&employee, &plan).await.values().all(|status| status == "CANCELLED"));
    let again = first_plan(&app, Person::Employee).await;
    assert_eq!(parts(&employee, &again).await, [0, 1, 2, 3, 4]);
});
