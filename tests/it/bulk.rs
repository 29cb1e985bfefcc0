//! Batches of plans and evaluations through HTTP: one outcome for each row, and a superior's year with them.

use crate::{
    both,
    support::{Client, EVALUATION, Fields, PLAN, Person, TestApp, ids, refusals},
    year,
};
use serde_json::{Value, json};
use service::testing::{city, guests};
use std::cell::Cell;

pub const EVALUATIONS: &str =
    "results { row evaluation { id version status resultRating resultReason behaviourRating
    behaviourReason predicate } errors { code path message ... on ConflictError { currentVersion } } }";
const PLANS: &str = "results { row plan { id version status decisionNote evaluations { id } }
    errors { code path message ... on ConflictError { currentVersion } } }";

/// A person of the team, with their plan.
pub struct Member {
    pub client: Client,
    pub plan: Value,
}

/// Lets people of the manager's team submit their plans: the employee, the peer, and more to this number.
pub async fn team(app: &TestApp, people: usize) -> Vec<Member> {
    let admin = app.client(Person::Admin).await.without_replays();
    let mut members = Vec::with_capacity(people);
    for number in 0..people {
        let (client, post) = match [Person::Employee, Person::Peer].get(number) {
            Some(who) => (app.client(*who).await, json!(ids::assignment(*who))),
            None => {
                let input = json!({ "name": format!("Anggota {number}"), "externalId": format!("A-{number}"), "employmentKind": "PNS", "assignment": {
                    "orgUnitId": ids::unit(city::SECTION), "positionId": ids::position(), "rank": "III/a",
                    "superiorAssignmentId": ids::assignment(Person::Manager), "from": "2026-01-02" } });
                let made = admin.done("createStaff", "staff { id assignments { id } }", input).await;
                let token = guests::session_of(&app.env, ids::staff_of(&made["staff"]["id"])).await;
                let client = Client::new(app, Some(token.expect("a session")));
                (client, made["staff"]["assignments"][0]["id"].clone())
            }
        };
        let client = client.without_replays();
        let input = json!({ "assignmentId": post, "periodId": ids::year(), "content": year::content(None) });
        let plan = client.create(&PLAN, "createPlan", input).await;
        let plan = client.act(&PLAN, "submitPlan", &plan, json!({})).await;
        members.push(Member { client, plan });
    }
    members
}

/// Lets the manager approve all plans of the team in one request.
pub async fn approve(manager: &Client, members: &[Member]) -> Vec<Value> {
    let rows = members.iter().map(|member| PLAN.input(&member.plan, json!({ "decision": "APPROVE" })));
    let input = json!({ "rows": rows.collect::<Vec<_>>() });
    results(manager, "reviewPlans", PLANS, input).await
}

/// Runs a batch and returns the outcomes of its rows; the batch as a whole must be accepted.
pub async fn results(client: &Client, verb: &str, selection: &str, input: Value) -> Vec<Value> {
    client.done(verb, selection, input).await["results"].as_array().expect("results").clone()
}

/// Lets each member report a part of the year; 0 is the year itself.
pub async fn report(members: &[Member], part: u32) -> Vec<Value> {
    let mut reported = Vec::with_capacity(members.len());
    for Member { client, plan } in members {
        let all = year::evaluations(client, plan).await;
        let evaluation = all.iter().find(|one| one["period"]["part"] == part).expect("the part");
        let row = &plan["currentRevision"]["results"][0]["id"];
        let done = json!({ "realisations": [{ "planResultId": row, "text": "Selesai" }] });
        reported.push(client.act(&EVALUATION, "reportRealisation", evaluation, done).await);
    }
    reported
}

pub fn rating(evaluation: &Value, result: &str, reason: Option<&str>) -> Value {
    let more = json!({ "resultRating": result, "resultReason": reason, "behaviourRating": "AS_EXPECTED" });
    EVALUATION.input(evaluation, more)
}

/// The codes and paths of each row's errors.
fn outcomes(results: &[Value]) -> Vec<Vec<(String, String)>> {
    let of = |row: &Value| refusals(row).into_iter().map(|refusal| (refusal.code, refusal.path)).collect();
    results.iter().map(of).collect()
}

fn found(code: &str, path: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), path.to_owned())]
}

both!(each_row_has_its_own_outcome, |app| async move {
    let manager = app.client(Person::Manager).await;
    let members = team(&app, 4).await;
    approve(&manager, &members).await;
    app.pass_the_end_of_quarter(1);
    let reported = report(&members, 1).await;
    // The manager's own evaluation, which the manager may see and not rate.
    let own = year::submitted(&manager, Person::Manager, year::content(None)).await;
    let head = app.client(Person::Head).await;
    let own = head.act(&PLAN, "reviewPlan", &own, json!({ "decision": "APPROVE" })).await;
    let own = year::evaluations(&manager, &own).await;
    let own = own.iter().find(|one| one["period"]["part"] == 2).expect("the second quarter");

    let mut stale = rating(&reported[3], "AS_EXPECTED", None);
    stale["expectedVersion"] = json!(1);
    let mut malformed = rating(&reported[3], "AS_EXPECTED", None);
    malformed["evaluationId"] = json!("rusak");
    let mut unknown = rating(&reported[3], "AS_EXPECTED", None);
    unknown["evaluationId"] = json!(crate::support::ids::global(18, service::testing::id(0xdead)));
    let mut noted = rating(&reported[3], "AS_EXPECTED", None);
    noted["behaviourRatings"] = json!([{ "criterionId": "rusak", "rating": "ABOVE" }]);
    let rows = json!([
        rating(&reported[0], "ABOVE", Some("Melampaui target")),
        stale,
        malformed,
        unknown,
        noted,
        rating(own, "AS_EXPECTED", None),
        rating(&reported[1], "BELOW", Some("Dua berkas belum selesai")),
        rating(&reported[0], "AS_EXPECTED", None),
    ]);
    // `done` sends the batch a second time: the replay gives the same answer and writes nothing.
    let rated = results(&manager, "rateEvaluations", EVALUATIONS, json!({ "rows": rows })).await;
    let expected = [
        vec![],
        found("CONFLICT", ""),
        found("BAD_USER_INPUT", "evaluationId"),
        found("NOT_FOUND", "evaluationId"),
        found("BAD_USER_INPUT", "behaviourRatings.0.criterionId"),
        found("FORBIDDEN", ""),
        vec![],
        found("CONFLICT", ""),
    ];
    assert_eq!(outcomes(&rated), expected, "{rated:#?}");
    let order: Vec<&Value> = rated.iter().map(|row| &row["row"]).collect();
    assert_eq!(json!(order), json!([0, 1, 2, 3, 4, 5, 6, 7]));
    assert_eq!(rated[1]["errors"][0]["currentVersion"], reported[3]["version"]);
    // Each row has its own rating and reason.
    let of = |row: usize| {
        ["resultRating", "resultReason"].map(|field| rated[row]["evaluation"].field(field).clone())
    };
    assert_eq!(of(0), [json!("ABOVE"), json!("Melampaui target")]);
    assert_eq!(of(6), [json!("BELOW"), json!("Dua berkas belum selesai")]);
    for row in [1, 2, 3, 4, 5, 7] {
        assert_eq!(rated[row].field("evaluation"), &Value::Null, "{row}");
    }
    // One journal entry for each written object.
    service::journal::sequence(&app.env).await.expect("numbers");
    let history =
        "query($id: ID!) { evaluation(id: $id) { version history(first: 100) { edges { node { kind } } } } }";
    for (at, entries) in [(0, 1), (1, 1), (2, 0), (3, 0)] {
        let read = manager.ok(history, json!({ "id": reported[at]["id"] })).await["evaluation"].clone();
        let entries_found = read["history"]["edges"].as_array().expect("edges").iter();
        let rated = entries_found.filter(|edge| edge["node"]["kind"] == "EVALUATION_RATED").count();
        assert_eq!(rated, entries, "{at}");
    }
    // The rules of a row are those of the mutation of one evaluation: a reason is missing.
    let bare = json!([rating(&reported[2], "ABOVE", None), rating(&reported[2], "AS_EXPECTED", None)]);
    let drafts = results(&manager, "rateEvaluations", EVALUATIONS, json!({ "rows": bare })).await;
    assert_eq!(outcomes(&drafts), [found("BAD_USER_INPUT", "resultReason"), vec![]], "{drafts:#?}");
    let missing = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
    let rows = json!([
        EVALUATION.input(&rated[0]["evaluation"], json!({})),
        EVALUATION.input(&drafts[1]["evaluation"], missing),
    ]);
    let finals = results(&manager, "finaliseEvaluations", EVALUATIONS, json!({ "rows": rows })).await;
    assert_eq!(outcomes(&finals), [found("BAD_USER_INPUT", "missingUnitPredicateReason"), vec![]]);
    assert_eq!(finals[1]["evaluation"]["status"], "FINAL");
});

both!(plans_are_reviewed_each_with_its_own_decision, |app| async move {
    let manager = app.client(Person::Manager).await;
    let members = team(&app, 4).await;
    let row = |member: usize, more: Value| PLAN.input(&members[member].plan, more);
    let rows = json!([
        row(0, json!({ "decision": "APPROVE" })),
        row(1, json!({ "decision": "RETURN" })),
        row(2, json!({ "decision": "RETURN", "reason": "Indikator belum terukur" })),
        row(3, json!({ "decision": "APPROVE", "expectedVersion": 7 })),
        row(0, json!({ "decision": "RETURN", "reason": "Terlambat" })),
    ]);
    let reviewed = results(&manager, "reviewPlans", PLANS, json!({ "rows": rows })).await;
    let expected =
        [vec![], found("BAD_USER_INPUT", "reason"), vec![], found("CONFLICT", ""), found("CONFLICT", "")];
    assert_eq!(outcomes(&reviewed), expected, "{reviewed:#?}");
    // Nobody else has changed the plan of the last row: the first row has.
    let sentence = |row: usize| reviewed[row]["errors"][0]["message"].as_str().expect("a sentence");
    assert!(sentence(3).starts_with("This has changed since"), "{}", sentence(3));
    assert!(sentence(4).starts_with("An earlier row of the same request"), "{}", sentence(4));
    assert_eq!(reviewed[0]["plan"]["status"], "APPROVED");
    assert_eq!(reviewed[0]["plan"]["evaluations"].as_array().map(Vec::len), Some(5));
    assert_eq!(
        (&reviewed[2]["plan"]["status"], &reviewed[2]["plan"]["decisionNote"]),
        (&json!("RETURNED"), &json!("Indikator belum terukur"))
    );
    // The two refused plans wait unchanged.
    for member in [1, 3] {
        let read = manager.read(&PLAN, &members[member].plan).await;
        assert_eq!(
            (&read["status"], &read["version"]),
            (&json!("SUBMITTED"), &members[member].plan["version"])
        );
    }
});

both!(a_batch_of_plans_or_evaluations_has_one_to_a_hundred_rows, |app| async move {
    let manager = app.client(Person::Manager).await;
    let nowhere =
        json!({ "evaluationId": ids::global(18, service::testing::id(0xdead)), "expectedVersion": 1 });
    let plan = json!({ "planId": ids::plan(0xdead), "expectedVersion": 1, "decision": "APPROVE" });
    for (verb, selection, row) in [
        ("reviewPlans", PLANS, &plan),
        ("rateEvaluations", EVALUATIONS, &nowhere),
        ("finaliseEvaluations", EVALUATIONS, &nowhere),
        ("deliverEvaluations", EVALUATIONS, &nowhere),
        ("signEvaluations", EVALUATIONS, &nowhere),
        ("closeEvaluations", EVALUATIONS, &nowhere),
    ] {
        for count in [0, 101] {
            let input = json!({ "rows": vec![row; count] });
            let refused = manager.refusals(verb, selection, input).await;
            assert_eq!((&*refused[0].code, &*refused[0].path), ("BAD_USER_INPUT", "rows"), "{verb} {count}");
        }
        let all = results(&manager, verb, selection, json!({ "rows": vec![row; 100] })).await;
        assert_eq!(all.len(), 100, "{verb}");
        assert!(all.iter().all(|row| refusals(row)[0].code == "NOT_FOUND"), "{verb}");
    }
});

both!(batches_in_other_orders_do_not_wait_for_each_other, |app| async move {
    let manager = app.client(Person::Manager).await.without_replays();
    let members = team(&app, 8).await;
    approve(&manager, &members).await;
    app.pass_the_end_of_quarter(1);
    let reported = report(&members, 1).await;
    let rows: Vec<Value> = reported.iter().map(|one| rating(one, "AS_EXPECTED", None)).collect();
    let reversed: Vec<Value> = rows.iter().rev().cloned().collect();
    let (one, other) = tokio::join!(
        results(&manager, "rateEvaluations", EVALUATIONS, json!({ "rows": rows })),
        results(&manager, "rateEvaluations", EVALUATIONS, json!({ "rows": reversed })),
    );
    let done = |rows: &[Value]| rows.iter().filter(|row| row["evaluation"].is_object()).count();
    let conflicts =
        |rows: &[Value]| outcomes(rows).iter().filter(|row| **row == found("CONFLICT", "")).count();
    assert_eq!(
        (done(&one) + done(&other), conflicts(&one) + conflicts(&other)),
        (8, 8),
        "{one:#?} {other:#?}"
    );
});

both!(a_batch_is_charged_for_each_row, |app| async move {
    let manager = app.client(Person::Manager).await;
    let document = "mutation($input: FinaliseEvaluationsInput!) { finaliseEvaluations(input: $input) {
        results { row evaluation { id } errors { code } } errors { code } } }";
    let row = json!({ "evaluationId": ids::global(18, service::testing::id(0xdead)), "expectedVersion": 1 });
    let mut costs = Vec::new();
    for rows in [1, 30, 100] {
        let (_, answer) = manager.send(document, json!({ "input": { "rows": vec![&row; rows] } })).await;
        costs.push(answer["extensions"]["cost"]["requested"].as_u64().expect("a cost"));
    }
    // A payload with ten assumed errors, and for each row 12 units, the outcome, the evaluation and one error.
    assert_eq!(costs, [11 + 15, 11 + 30 * 15, 11 + 100 * 15]);
});

/// The superior, who counts requests.
struct Superior {
    client: Client,
    requests: Cell<u32>,
}

impl Superior {
    async fn ask(&self, document: &str, variables: Value, list: &str) -> Vec<Value> {
        self.requests.set(self.requests.get() + 1);
        let found = self.client.ok(document, variables).await;
        let edges = found[list]["edges"].as_array().expect("edges").clone();
        edges.into_iter().map(|edge| edge["node"].clone()).collect()
    }

    /// Runs a batch in which no row may be refused.
    async fn run(&self, verb: &str, selection: &str, input: Value) -> Vec<Value> {
        self.requests.set(self.requests.get() + 1);
        let all = results(&self.client, verb, selection, input).await;
        assert!(outcomes(&all).iter().all(Vec::is_empty), "{verb}: {all:#?}");
        all
    }

    /// The evaluations of the team in a part of the year, or in the year.
    async fn evaluations(&self, period: &str) -> Vec<Value> {
        let document =
            "query($period: ID!) { evaluations(first: 100, filter: { ratedByMe: true, periodId: $period }) {
            edges { node { id version status kind staff { name } } } } }";
        self.ask(document, json!({ "period": period }), "evaluations").await
    }

    /// Takes one step with all evaluations of the team; returns them.
    async fn step(&self, verb: &str, evaluations: &[Value], more: Value) -> Vec<Value> {
        let rows: Vec<Value> = evaluations.iter().map(|one| EVALUATION.input(one, more.clone())).collect();
        let all = self.run(verb, EVALUATIONS, json!({ "rows": rows })).await;
        all.into_iter().map(|row| row["evaluation"].clone()).collect()
    }

    /// Reviews the activities that people submitted since the last call.
    async fn review_activities(&self) -> usize {
        let document = "{ activities(first: 100, filter: { ratedByMe: true, status: [SUBMITTED] }) {
            edges { node { id version description staff { name } } } } }";
        let waiting = self.ask(document, json!({}), "activities").await;
        let row = |one: &Value| json!({ "id": one["id"], "expectedVersion": one["version"] });
        let rows: Vec<Value> = waiting.iter().map(row).collect();
        if !rows.is_empty() {
            let selection = "results { row activity { status } errors { code path message } }";
            self.run("reviewActivities", selection, json!({ "rows": rows, "decision": "APPROVE" })).await;
        }
        rows.len()
    }

    /// Rates a part of the year with a different reason for each person, and makes it final.
    async fn rate(&self, period: &str) -> Vec<Value> {
        let waiting = self.evaluations(period).await;
        assert_eq!(waiting.len(), PEOPLE);
        let rows: Vec<Value> = waiting
            .iter()
            .enumerate()
            .map(|(at, one)| match at % 3 {
                0 => rating(one, "ABOVE", Some(&format!("Melampaui target ke-{at}"))),
                1 => rating(one, "AS_EXPECTED", None),
                _ => rating(one, "BELOW", Some(&format!("Belum tercapai: berkas {at}"))),
            })
            .collect();
        let rated = self.run("rateEvaluations", EVALUATIONS, json!({ "rows": rows })).await;
        let rated: Vec<Value> = rated.into_iter().map(|row| row["evaluation"].clone()).collect();
        self.step(
            "finaliseEvaluations",
            &rated,
            json!({ "missingUnitPredicateReason": "Ditetapkan akhir tahun" }),
        )
        .await
    }
}

/// Number of people in the superior's team.
const PEOPLE: usize = 30;

/// Lets three people record and submit an activity on the twentieth of a month.
async fn submit_activities(members: &[Member], month: usize) {
    for at in [month, month + 12, month + 24].into_iter().filter(|at| *at < PEOPLE) {
        let Member { client, plan } = &members[at];
        let row = json!({
            "target": { "clientKey": service::env::fresh_id() }, "description": format!("Berkas {month}"),
            "startedAt": format!("2026-{:02}-20T01:00:00Z", month + 1),
            "endedAt": format!("2026-{:02}-20T02:00:00Z", month + 1),
        });
        let selection = "results { activity { id version } errors { code } }";
        let input = json!({ "planId": plan["id"], "rows": [row] });
        let recorded = results(client, "recordActivities", selection, input).await;
        let activity = &recorded[0]["activity"];
        let rows = json!([{ "id": activity["id"], "expectedVersion": activity["version"] }]);
        results(client, "submitActivities", selection, json!({ "rows": rows })).await;
    }
}

both!(a_superior_of_thirty_needs_fewer_than_sixty_requests_a_year, |app| async move {
    app.set_clock("2026-01-05T02:00:00Z");
    let members = team(&app, PEOPLE).await;
    let client = app.client(Person::Manager).await.without_replays();
    // The login.
    let superior = Superior { client, requests: Cell::new(1) };

    let document = "{ plans(first: 100, filter: { ratedByMe: true, status: [SUBMITTED] }) {
        edges { node { id version currentRevision { results { title } } } } } }";
    let plans = superior.ask(document, json!({}), "plans").await;
    let rows: Vec<Value> =
        plans.iter().map(|plan| PLAN.input(plan, json!({ "decision": "APPROVE" }))).collect();
    assert_eq!(rows.len(), PEOPLE);
    superior.run("reviewPlans", PLANS, json!({ "rows": rows })).await;

    // Each month the superior reviews activities, each quarter they rate thirty people.
    let mut reviewed = 0;
    for month in 0..12 {
        app.set_clock(&format!("2026-{:02}-21T02:00:00Z", month + 1));
        submit_activities(&members, month).await;
        reviewed += superior.review_activities().await;
        if month % 3 == 2 {
            let quarter = month as u32 / 3 + 1;
            app.pass_the_end_of_quarter(quarter);
            report(&members, quarter).await;
            let finals = superior.rate(&ids::quarter(quarter)).await;
            superior.step("closeEvaluations", &finals, json!({})).await;
        }
    }
    assert_eq!(reviewed, PEOPLE);

    let head = app.client(Person::Head).await.without_replays();
    report(&members, 0).await;
    let finals = superior.rate(&ids::year()).await;
    let delivered = superior.step("deliverEvaluations", &finals, json!({})).await;
    let mut acknowledged = Vec::new();
    for (member, one) in members.iter().zip(in_order_of(&members, &delivered).await) {
        acknowledged.push(member.client.act(&EVALUATION, "acknowledgeEvaluation", &one, json!({})).await);
    }
    let waiting = superior.evaluations(&ids::year()).await;
    let signed = superior.step("signEvaluations", &waiting, json!({})).await;
    let rows: Vec<Value> = signed.iter().map(|one| EVALUATION.input(one, json!({}))).collect();
    let signed = results(&head, "signEvaluations", EVALUATIONS, json!({ "rows": rows })).await;
    assert!(outcomes(&signed).iter().all(Vec::is_empty), "{signed:#?}");
    app.set_clock("2027-02-15T02:00:00Z");
    let waiting = superior.evaluations(&ids::year()).await;
    let closed = superior.step("closeEvaluations", &waiting, json!({})).await;
    assert!(closed.iter().all(|one| one["status"] == "CLOSED"), "{closed:#?}");
    assert_eq!(closed.len(), PEOPLE);
    // The thirty people have different results.
    let predicates: std::collections::BTreeSet<&str> =
        closed.iter().filter_map(|one| one["predicate"].as_str()).collect();
    assert!(predicates.len() > 1, "{predicates:?}");
    let requests = superior.requests.get();
    println!("the superior's year took {requests} requests");
    assert!(requests < 60, "{requests} requests");
});

/// The evaluations in the order of the members whose plans they belong to.
async fn in_order_of(members: &[Member], evaluations: &[Value]) -> Vec<Value> {
    let mut ordered = Vec::with_capacity(members.len());
    for Member { client, plan } in members {
        let own = year::evaluations(client, plan).await;
        let is_own = |one: &&Value| own.iter().any(|known| known["id"] == one["id"]);
        ordered.push(evaluations.iter().find(is_own).expect("the member's evaluation").clone());
    }
    ordered
}
