//! Trainings through HTTP: recorded by the person, verified by the team, recognised in the result.

use crate::{
    both,
    evidence::{PNG, upload},
    matrix::workshop,
    support::{Client, EVALUATION, Fields, Person, TestApp, bad_input, ids, refusals, with},
    year,
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};
use service::testing::city::{self, PEOPLE};
use tower::ServiceExt;

const SELECTION: &str = "training { id version status statusLabel kind kindLabel title hours startsOn endsOn certificateNumber
    evidence { kind name hash } supports { countsFor title planResultId criterionId } decidedBy { name } refusalReason
    staff { name } allowedActions { action allowed } }";

fn new(more: Value) -> Value {
    with(with(workshop("Pelayanan prima", 12), json!({ "clientKey": service::env::fresh_id() })), more)
}

/// A training that supports the first row of a plan.
fn of_row(plan: &Value, more: Value) -> Value {
    let row = &plan["currentRevision"]["results"][0]["id"];
    with(new(json!({ "supports": { "planId": plan["id"], "about": { "planResultId": row } } })), more)
}

async fn record(client: &Client, input: Value) -> Value {
    client.done("recordTraining", SELECTION, input).await["training"].clone()
}

fn of(training: &Value, more: Value) -> Value {
    with(json!({ "trainingId": training["id"], "expectedVersion": training["version"] }), more)
}

async fn verify(client: &Client, training: &Value) -> Value {
    client.done("verifyTraining", SELECTION, of(training, json!({ "verified": true }))).await["training"]
        .clone()
}

async fn quarter(client: &Client, plan: &Value, part: u32) -> Value {
    let all = year::evaluations(client, plan).await;
    all.iter().find(|one| one["period"]["part"] == part).expect("the part").clone()
}

/// Rates and finalises the first quarter.
async fn finalised(app: &TestApp, plan: &Value) -> Value {
    let manager = app.client(Person::Manager).await;
    let reported = year::reported_quarter(app, plan).await;
    let ratings = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" });
    let rated = manager.act(&EVALUATION, "rateEvaluation", &reported, ratings).await;
    let why = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
    manager.act(&EVALUATION, "finaliseEvaluation", &rated, why).await
}

const RECOGNISED: &str = "query($id: ID!) { evaluation(id: $id) { status predicate
    trainings { title hours countsFor of kindLabel reference sameCertificateAs training { id } }
    explanationNodes { code value evidence { title reference } }
    id: explanationText(locale: ID) en: explanationText(locale: EN) }
    verifyRecalculation(evaluationId: $id) { matches } }";

async fn waiting(client: &Client) -> Vec<Value> {
    let query = "{ viewer { worklist(kinds: [VERIFY_TRAINING], first: 50) { nodes { kind kindLabel deadline staff { name }
        subjectStatus subject { ... on Training { id title allowedActions { action allowed } } } } } } }";
    let read = client.ok(query, json!({})).await;
    read["viewer"]["worklist"]["nodes"].as_array().expect("a worklist").clone()
}

async fn hours(client: &Client, year: i32) -> Value {
    let query = "query($id: ID!, $year: Int!) { staffMember(by: { id: $id }) { trainingHours(year: $year) { hours target } } }";
    let read = client.ok(query, json!({ "id": ids::staff(Person::Employee), "year": year })).await;
    read["staffMember"].field("trainingHours").clone()
}

both!(a_training_is_recorded_verified_and_recognised, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager, team) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Team).await,
    );
    let kinds =
        employee.ok("{ trainingKinds { code label hasHours supports supportLabels } }", json!({})).await;
    let workshops = json!({ "code": "WORKSHOP", "label": "Workshop", "hasHours": true,
        "supports": ["RESULTS", "BEHAVIOUR"], "supportLabels": ["Results", "Behaviour"] });
    assert!(kinds["trainingKinds"].as_array().expect("kinds").contains(&workshops), "{kinds:#}");

    let file = upload(&employee, "sertifikat.png", PNG).await;
    let certificate = json!({ "hours": 32, "evidence": [{ "uploadId": file, "label": "Sertifikat" }] });
    let recorded = record(&employee, of_row(&plan, certificate)).await;
    assert_eq!((&recorded["status"], &recorded["kindLabel"]), (&json!("RECORDED"), &json!("Workshop")));
    assert_eq!(recorded["supports"]["title"], plan["currentRevision"]["results"][0]["title"]);
    assert_eq!(hours(&employee, 2026).await, json!({ "hours": 0, "target": 20 }));

    // It waits for the team and the admins of the unit, and for nobody else. Who sees it can read the certificate.
    for who in PEOPLE {
        let client = app.client(who).await;
        let waits = [Person::Team, Person::Admin].contains(&who);
        let items = waiting(&client).await;
        assert_eq!(items.len(), usize::from(waits), "{who:?} {items:#?}");
        for item in items {
            assert_eq!(item["subject"]["id"], recorded["id"]);
            assert_eq!(
                (&item["subjectStatus"], &item["staff"]["name"]),
                (&json!("RECORDED"), &recorded["staff"]["name"])
            );
            assert!(item["subject"]["allowedActions"].to_string().contains("\"VERIFY_TRAINING\""));
        }
        let node =
            client.ok("query($id: ID!) { node(id: $id) { id } }", json!({ "id": recorded["id"] })).await;
        let sees = node.field("node").is_object();
        let hidden = [Person::Peer, Person::Stranger, Person::Outsider].contains(&who);
        assert_eq!(sees, !hidden, "{who:?}");
        let expected = if sees { StatusCode::OK } else { StatusCode::NOT_FOUND };
        assert_eq!(download(&client, &file).await, expected, "{who:?}");
        let shown = hours(&client, 2026).await.is_object();
        assert_eq!(shown, !hidden, "{who:?}");
    }

    // Not verified: neither proposed nor counted. Verified: proposed to the person and the rater before the result is final.
    let open = quarter(&employee, &plan, 1).await;
    let proposed = async |client: &Client, of: &Value| {
        let all = RECOGNISED.replace("verifyRecalculation(evaluationId: $id) { matches }", "");
        client.ok(&all, json!({ "id": of["id"] })).await["evaluation"]["trainings"].clone()
    };
    assert_eq!(proposed(&employee, &open).await, json!([]));
    service::journal::sequence(&app.env).await.expect("numbers");
    let newest = employee.ok("{ updates(first: 1) { pageInfo { endCursor } } }", json!({})).await;
    let verified = verify(&team, &recorded).await;
    service::journal::sequence(&app.env).await.expect("numbers");
    let updates = "query($after: String) { updates(first: 50, after: $after) { nodes { kind subjectStatus
        subject { ... on Training { title } } } } }";
    let after = json!({ "after": newest["updates"]["pageInfo"]["endCursor"] });
    let updates = employee.ok(updates, after).await["updates"]["nodes"].clone();
    let expected = json!([{ "kind": "TRAINING_VERIFIED", "subjectStatus": "VERIFIED", "subject": { "title": "Pelayanan prima" } }]);
    assert_eq!(updates, expected, "the person learns of the decision");
    assert_eq!(
        (&verified["status"], &verified["decidedBy"]["name"]),
        (&json!("VERIFIED"), &json!("Team Contoh"))
    );
    let expected = json!([{ "title": "Pelayanan prima", "hours": 32, "countsFor": "RESULTS",
        "of": recorded["supports"]["title"], "kindLabel": "Workshop", "reference": "BPSDM, Pelayanan prima",
        "sameCertificateAs": null, "training": { "id": recorded["id"] } }]);
    assert_eq!(proposed(&employee, &open).await, expected);
    assert_eq!(proposed(&manager, &open).await, expected);
    assert_eq!(hours(&employee, 2026).await, json!({ "hours": 32, "target": 20 }));
    assert_eq!(hours(&employee, 2025).await, json!({ "hours": 0, "target": 20 }));

    let last = finalised(&app, &plan).await;
    let read = employee.ok(RECOGNISED, json!({ "id": last["id"] })).await;
    assert_eq!(
        (&read["evaluation"]["status"], &read["evaluation"]["predicate"]),
        (&json!("FINAL"), &json!("GOOD"))
    );
    assert_eq!(read["evaluation"]["trainings"], expected, "what was proposed");
    assert_eq!(read["verifyRecalculation"]["matches"], true);
    for (language, sentence) in [
        ("id", "diakui 20 JP sebagai bukti, tidak menambah nilai; batasnya 20 JP setahun"),
        ("en", "20 hours are recognised as evidence; they add no points; at most 20 hours count in a year"),
    ] {
        let text = read["evaluation"][language].as_str().expect("a text");
        assert!(text.contains(sentence), "{text}");
    }
    // A training of another quarter, and one that was verified later, leave the final result as it is.
    let later = record(&employee, of_row(&plan, json!({ "certificateNumber": "77" }))).await;
    verify(&team, &later).await;
    assert_eq!(employee.ok(RECOGNISED, json!({ "id": last["id"] })).await, read);
    let other = quarter(&employee, &plan, 2).await;
    assert_eq!(proposed(&employee, &other).await, json!([]), "it ended in the first quarter");

    // Lists show what happened.
    let list = "query($filter: TrainingFilter) { trainings(filter: $filter) { totalCount nodes { title } } }";
    for (filter, count) in [
        (json!({ "staffId": ids::staff(Person::Employee), "year": 2026 }), 2),
        (json!({ "year": 2025 }), 0),
        (json!({ "orgUnitId": ids::unit(city::SECTION), "status": ["VERIFIED"] }), 2),
        (json!({ "orgUnitId": ids::unit(city::OTHER_OFFICE) }), 0),
        (json!({ "kind": "AWARD" }), 0),
        (json!({ "status": ["RECORDED"] }), 0),
    ] {
        let found = team.ok(list, json!({ "filter": filter })).await;
        assert_eq!(found["trainings"]["totalCount"], count, "{filter}");
    }
    service::journal::sequence(&app.env).await.expect("numbers");
    let history =
        "query($id: ID!) { node(id: $id) { ... on Training { history { nodes { kind actor { name } } } } } }";
    let history = manager.ok(history, json!({ "id": recorded["id"] })).await;
    let entries = json!([{ "kind": "TRAINING_RECORDED", "actor": { "name": "Employee Contoh" } },
        { "kind": "TRAINING_VERIFIED", "actor": { "name": "Team Contoh" } }]);
    assert_eq!(history["node"]["history"]["nodes"], entries);
});

async fn download(client: &Client, id: &Value) -> StatusCode {
    let mut request = Request::get(format!("/evidence/{}", id.as_str().expect("an id")));
    if let Some(token) = &client.token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::empty()).expect("a request");
    client.app.router.clone().oneshot(request).await.expect("an answer").status()
}

both!(one_certificate_counts_once_and_the_second_is_explained, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, team) = (app.client(Person::Employee).await, app.client(Person::Team).await);
    let value = json!({ "supports": { "planId": plan["id"], "about": { "criterionId": ids::criterion(1) } },
        "certificateNumber": "pelayanan-PRIMA", "title": "Pelayanan prima II" });
    let other = json!({ "certificateNumber": "8/2026", "title": "Arsip", "hours": 4 });
    // A training of the year before, for the hours alone, with the same file as a training of this year.
    let file = upload(&employee, "sertifikat.png", PNG).await;
    let scan = json!([{ "uploadId": file }]);
    let before = json!({ "title": "Diklat dasar", "startsOn": "2025-12-01", "endsOn": "2025-12-19",
        "certificateNumber": null, "evidence": scan, "hours": 30 });
    let again =
        json!({ "title": "Diklat dasar", "certificateNumber": "lain", "evidence": scan, "hours": 30 });
    for input in
        [of_row(&plan, json!({})), of_row(&plan, value), of_row(&plan, other), new(before), new(again)]
    {
        let recorded = record(&employee, input).await;
        verify(&team, &recorded).await;
    }
    // 12 and 4 hours count in 2026. The training for the value has the same certificate as the first training, and the
    // last training has a certificate of the year before.
    assert_eq!(hours(&employee, 2026).await["hours"], 16);
    assert_eq!(hours(&employee, 2025).await["hours"], 30);
    let last = finalised(&app, &plan).await;
    let read = employee.ok(RECOGNISED, json!({ "id": last["id"] })).await;
    let trainings = read["evaluation"]["trainings"].as_array().expect("trainings");
    let same: Vec<[&Value; 2]> =
        trainings.iter().map(|one| [&one["title"], one.field("sameCertificateAs")]).collect();
    assert_eq!(
        json!(same),
        json!([
            ["Pelayanan prima", null],
            ["Pelayanan prima II", "\"Pelayanan prima\" (2026)"],
            ["Arsip", null]
        ])
    );
    for (language, sentence) in [
        (
            "id",
            "sertifikatnya sama dengan \"Pelayanan prima\" (2026), yang sudah dihitung; tidak dihitung dua kali",
        ),
        (
            "en",
            "has the same certificate as \"Pelayanan prima\" (2026), which counts already; not counted twice",
        ),
    ] {
        let text = read["evaluation"][language].as_str().expect("a text");
        assert!(text.contains(sentence), "{text}");
    }
    assert_eq!(read["verifyRecalculation"]["matches"], true);
});

both!(what_is_wrong_is_refused_at_its_field, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, team, admin) =
        (app.client(Person::Employee).await, app.client(Person::Team).await, app.client(Person::Admin).await);
    let future = json!({ "endsOn": "2026-12-31" });
    let kind = json!({ "kind": "KOPI" });
    let award = json!({ "kind": "AWARD" });
    let bare = json!({ "evidence": [] });
    let both = json!({ "evidence": [{ "url": "javascript:alert(1)" }] });
    let day = json!({ "startsOn": "kemarin" });
    for (input, path) in [
        (future, "endsOn"),
        (kind, "kind"),
        (award, "hours"),
        (bare, "evidence"),
        (both, "evidence.0.url"),
        (day, "startsOn"),
    ] {
        let refused = employee.refusals("recordTraining", SELECTION, of_row(&plan, input)).await;
        assert_eq!(refused, bad_input([path]));
    }
    let foreign = of_row(&plan, json!({}));
    let refused = app.client(Person::Manager).await.refusals("recordTraining", SELECTION, foreign).await;
    assert_eq!(refused[0], ("NOT_FOUND", "supports.planId"), "a plan of someone else");

    // A client key permanently identifies one training.
    let input = of_row(&plan, json!({}));
    let recorded = record(&employee, input.clone()).await;
    assert_eq!(record(&employee, input.clone()).await["id"], recorded["id"]);
    let other = with(input.clone(), json!({ "hours": 13 }));
    assert_eq!(employee.refusals("recordTraining", SELECTION, other).await[0], ("CONFLICT", "clientKey"));

    // Refused with a reason, which the person reads; recorded again; withdrawn.
    let bare = of(&recorded, json!({ "verified": false, "reason": " " }));
    assert_eq!(team.refusals("verifyTraining", SELECTION, bare).await, bad_input(["reason"]));
    let no = of(&recorded, json!({ "verified": false, "reason": "Sertifikat tidak terbaca" }));
    team.done("verifyTraining", SELECTION, no).await;
    let read = "query($id: ID!) { node(id: $id) { ... on Training { version status refusalReason } } }";
    let seen = employee.ok(read, json!({ "id": recorded["id"] })).await["node"].clone();
    assert_eq!(
        (&seen["status"], &seen["refusalReason"]),
        (&json!("REFUSED"), &json!("Sertifikat tidak terbaca"))
    );
    for verb in ["verifyTraining", "withdrawTraining"] {
        let late = json!({ "trainingId": recorded["id"], "expectedVersion": seen["version"] });
        let (client, late) = match verb {
            "verifyTraining" => (&team, with(late, json!({ "verified": true }))),
            _ => (&employee, late),
        };
        assert_eq!(client.refused(verb, SELECTION, late).await, "INVALID_TRANSITION", "{verb}");
    }
    let second = record(&employee, of_row(&plan, json!({}))).await;
    let stale = with(of(&second, json!({ "verified": true })), json!({ "expectedVersion": 7 }));
    assert_eq!(team.refused("verifyTraining", SELECTION, stale).await, "CONFLICT");
    let gone = employee.done("withdrawTraining", SELECTION, of(&second, json!({}))).await;
    assert_eq!(gone["training"]["status"], "WITHDRAWN");
    let kept = "query($id: ID!) { staffMember(by: { id: $id }) { trainings { status } } }";
    let kept = employee.ok(kept, json!({ "id": ids::staff(Person::Employee) })).await;
    assert_eq!(kept["staffMember"]["trainings"], json!([{ "status": "REFUSED" }]));

    // The team verifies for others, never for themselves; an admin of the unit does that.
    let own = record(&team, new(json!({}))).await;
    let yes = of(&own, json!({ "verified": true }));
    assert_eq!(team.refused("verifyTraining", SELECTION, yes).await, "FORBIDDEN");
    assert_eq!(waiting(&team).await, Vec::<Value>::new());
    assert_eq!(verify(&admin, &own).await["status"], "VERIFIED");
});

both!(raters_no_longer_name_trainings, |app| async move {
    let plan = year::approved(&app).await;
    let manager = app.client(Person::Manager).await;
    let reported = year::reported_quarter(&app, &plan).await;
    let named =
        json!([{ "reference": "S-1", "title": "Pelayanan prima", "hours": 20, "countsFor": "BEHAVIOUR" }]);
    let rating = |trainings: Value| json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED", "trainings": trainings });
    let refused = manager.act_refusals(&EVALUATION, "rateEvaluation", &reported, rating(named.clone())).await;
    assert_eq!(refused, bad_input(["trainings"]));
    assert!(refused[0].message.contains("people record their own"), "{refused:?}");
    let row = EVALUATION.input(&reported, rating(named));
    let batch = manager
        .mutate_once("rateEvaluations", "results { errors { code message path } }", json!({ "rows": [row] }))
        .await;
    assert_eq!(refusals(&batch["results"][0])[0], ("BAD_USER_INPUT", "trainings"));
    manager.act(&EVALUATION, "rateEvaluation", &reported, rating(json!([]))).await;
});
