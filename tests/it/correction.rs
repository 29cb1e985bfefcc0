//! Corrections of personnel data through HTTP: requested by the person, answered by an admin of the unit, and hidden from
//! the superior whom they are about.

use crate::{
    both,
    evidence::{PNG, upload},
    support::{Client, Fields, Person, bad_input, ids, paths, with},
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};
use service::testing::city::{self, PEOPLE};
use tower::ServiceExt;

const SELECTION: &str = "correction { id version subject subjectLabel recorded proposed reason on status statusLabel dueOn
    evidence { kind name } answer resolvedBy { name } resolvedAt change { kind kindLabel at subjectId subjectVersion }
    staff { name } orgUnit { id } allowedActions { action allowed code } }";

/// A request about a part of the record.
fn new(subject: &str, more: Value) -> Value {
    let input = json!({ "clientKey": service::env::fresh_id(), "subject": subject, "proposed": "Head Contoh",
        "reason": "Pindah tugas menurut surat keputusan", "on": "2026-02-02" });
    with(input, more)
}

async fn request(client: &Client, subject: &str) -> Value {
    client.done("requestCorrection", SELECTION, new(subject, json!({}))).await["correction"].clone()
}

fn of(correction: &Value, more: Value) -> Value {
    with(json!({ "correctionId": correction["id"], "expectedVersion": correction["version"] }), more)
}

fn fixed() -> Value {
    json!({ "outcome": "FIXED" })
}

fn declined() -> Value {
    json!({ "outcome": "DECLINED", "answer": "Sesuai surat keputusan" })
}

async fn resolve(client: &Client, correction: &Value, answer: Value) -> Value {
    client.done("resolveCorrection", SELECTION, of(correction, answer)).await["correction"].clone()
}

/// The admin puts the employee under the head of the office.
async fn assign(admin: &Client, version: i32) {
    let input = json!({ "assignmentId": ids::assignment(Person::Employee), "expectedVersion": version,
        "superiorAssignmentId": ids::assignment(Person::Head), "from": "2026-03-01", "reason": "Perbaikan data" });
    admin.done("assignSuperior", "assignment { id }", input).await;
}

/// The code of the refusal: in the payload, or of the request if the correction is hidden.
async fn refused(client: &Client, verb: &str, input: Value) -> Value {
    let ty = format!("{}Input", verb.replacen(&verb[..1], &verb[..1].to_uppercase(), 1));
    let document = format!("mutation($input: {ty}!) {{ {verb}(input: $input) {{ errors {{ code }} }} }}");
    let (_, answer) = client.send(&document, json!({ "input": input })).await;
    match answer.get("errors") {
        Some(errors) => errors[0]["extensions"]["code"].clone(),
        None => answer["data"][verb]["errors"][0]["code"].clone(),
    }
}

async fn waiting(client: &Client) -> Vec<Value> {
    let query = "{ viewer { worklist(kinds: [RESOLVE_CORRECTION], first: 50) { nodes { kind kindLabel deadline
        staff { name } subjectStatus subject { ... on Correction { id subject allowedActions { action allowed } } } } } } }";
    let read = client.ok(query, json!({})).await;
    read["viewer"]["worklist"]["nodes"].as_array().expect("a worklist").clone()
}

async fn sees(client: &Client, correction: &Value) -> bool {
    let read = client.ok("query($id: ID!) { node(id: $id) { id } }", json!({ "id": correction["id"] })).await;
    let listed = client.ok("{ corrections(first: 100) { nodes { id } } }", json!({})).await;
    let below = "query($id: ID!) { staffMember(by: { id: $id }) { corrections { id } } }";
    let below = client.ok(below, json!({ "id": ids::staff(Person::Employee) })).await;
    let is = |all: &Value| {
        let all = all.as_array().expect("corrections");
        all.iter().any(|one| one["id"] == correction["id"])
    };
    let node = read.field("node").is_object();
    assert_eq!(is(&listed["corrections"]["nodes"]), node);
    assert_eq!(is(&below["staffMember"]["corrections"]), node);
    node
}

async fn download(client: &Client, id: &Value) -> StatusCode {
    let mut request = Request::get(format!("/evidence/{}", id.as_str().expect("an id")));
    if let Some(token) = &client.token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::empty()).expect("a request");
    client.app.router.clone().oneshot(request).await.expect("an answer").status()
}

async fn grant(admin: &Client, who: Person, role: &str) {
    let over = match role {
        "AUDITOR" => city::ROOT,
        _ => city::OFFICE,
    };
    let input = json!({ "staffId": ids::staff(who), "role": role, "orgUnitId": ids::unit(over) });
    admin.done("grantRole", "roleGrant { id }", input).await;
}

both!(a_wrong_superior_is_corrected, |app| async move {
    let (employee, manager, admin) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Admin).await,
    );
    let file = upload(&employee, "sk.png", PNG).await;
    let proof = json!({ "evidence": [{ "uploadId": file, "label": "Surat keputusan" }] });
    let requested = employee.done("requestCorrection", SELECTION, new("SUPERIOR", proof)).await;
    let requested = requested["correction"].clone();
    assert_eq!(
        (&requested["status"], &requested["subjectLabel"], &requested["recorded"], &requested["dueOn"]),
        (&json!("REQUESTED"), &json!("Superior"), &json!("Manager Contoh"), &json!("2026-03-09"))
    );
    assert_eq!(requested["orgUnit"]["id"], ids::unit(city::SECTION));

    // Only the admin of the unit has it in the worklist, with its deadline. The superior and the team can't see it.
    for who in PEOPLE {
        let client = app.client(who).await;
        let items = waiting(&client).await;
        assert_eq!(items.len(), usize::from(who == Person::Admin), "{who:?} {items:#?}");
        for item in items {
            assert_eq!(item["subject"]["id"], requested["id"]);
            assert_eq!(
                (&item["deadline"], &item["subjectStatus"], &item["staff"]["name"]),
                (&requested["dueOn"], &json!("REQUESTED"), &json!("Employee Contoh"))
            );
            assert!(item["subject"]["allowedActions"].to_string().contains("\"RESOLVE_CORRECTION\""));
        }
        let expected = [Person::Employee, Person::Admin, Person::Auditor].contains(&who);
        assert_eq!(sees(&client, &requested).await, expected, "{who:?}");
        let status = if expected { StatusCode::OK } else { StatusCode::NOT_FOUND };
        assert_eq!(download(&client, &file).await, status, "{who:?}");
    }

    // FIXED needs a change of the record, which the answer names. The person gets an update.
    let refused = admin.refusals("resolveCorrection", SELECTION, of(&requested, fixed())).await;
    assert_eq!(refused, bad_input(["outcome"]));
    assert!(refused[0].message.contains("Superior"), "{refused:?}");
    assign(&admin, 1).await;
    service::journal::sequence(&app.env).await.expect("numbers");
    let newest = employee.ok("{ updates(first: 1) { pageInfo { endCursor } } }", json!({})).await;
    let answer = with(fixed(), json!({ "answer": "Atasan sudah diganti" }));
    let answered = resolve(&admin, &requested, answer).await;
    assert_eq!(
        (&answered["status"], &answered["answer"], &answered["resolvedBy"]["name"]),
        (&json!("FIXED"), &json!("Atasan sudah diganti"), &json!("Admin Contoh"))
    );
    assert_eq!(answered["recorded"], "Manager Contoh", "what it said then");
    let change = &answered["change"];
    assert_eq!(
        (&change["kind"], &change["kindLabel"], &change["subjectId"], &change["subjectVersion"]),
        (
            &json!("SUPERIOR_ASSIGNED"),
            &json!("Superior assigned"),
            &json!(ids::assignment(Person::Employee)),
            &json!(2)
        )
    );
    service::journal::sequence(&app.env).await.expect("numbers");
    let updates = "query($after: String) { updates(first: 50, after: $after) { nodes { kind subjectStatus
        subject { ... on Correction { subject answer } } } } }";
    let after = json!({ "after": newest["updates"]["pageInfo"]["endCursor"] });
    let updates = employee.ok(updates, after).await["updates"]["nodes"].clone();
    let expected = json!([{ "kind": "CORRECTION_FIXED", "subjectStatus": "FIXED",
        "subject": { "subject": "SUPERIOR", "answer": "Atasan sudah diganti" } }]);
    assert_eq!(updates, expected);
    assert_eq!(waiting(&admin).await, Vec::<Value>::new());

    // The history has both entries for those who see it, and none for the superior whom the request is about.
    let history = "query($id: ID!) { node(id: $id) { ... on Correction { history { nodes { kind actor { name } } } } } }";
    let read = employee.ok(history, json!({ "id": requested["id"] })).await;
    let entries = json!([{ "kind": "CORRECTION_REQUESTED", "actor": { "name": "Employee Contoh" } },
        { "kind": "CORRECTION_FIXED", "actor": { "name": "Admin Contoh" } }]);
    assert_eq!(read["node"]["history"]["nodes"], entries);
    assert!(!sees(&manager, &requested).await);
    // A new request about the same part is possible now, and it stores the new value.
    assert_eq!(request(&employee, "SUPERIOR").await["recorded"], "Head Contoh");
});

both!(the_superior_it_is_about_sees_it_in_no_role, |app| async move {
    let (employee, admin) = (app.client(Person::Employee).await, app.client(Person::Admin).await);
    grant(&admin, Person::Manager, "ADMIN").await;
    grant(&admin, Person::Manager, "AUDITOR").await;
    grant(&admin, Person::Head, "ADMIN").await;
    let (manager, head) = (app.client(Person::Manager).await, app.client(Person::Head).await);
    let about = request(&employee, "SUPERIOR").await;
    let other = request(&employee, "NAME").await;
    service::journal::sequence(&app.env).await.expect("numbers");
    let events = "{ events(first: 100, filter: { kinds: [CORRECTION_REQUESTED] }) { nodes { subjectId } } }";
    for (client, visible) in
        [(&manager, vec![&other]), (&head, vec![&about, &other]), (&admin, vec![&about, &other])]
    {
        let listed = client.ok("{ corrections(first: 9) { totalCount nodes { id } } }", json!({})).await;
        let expected: Vec<Value> = visible.iter().map(|one| json!({ "id": one["id"] })).collect();
        assert_eq!(listed["corrections"]["nodes"], json!(expected));
        assert_eq!(listed["corrections"]["totalCount"], visible.len());
        assert_eq!(waiting(client).await.len(), visible.len());
        let read = client.ok(events, json!({})).await;
        let expected: Vec<Value> = visible.iter().map(|one| json!({ "subjectId": one["id"] })).collect();
        assert_eq!(read["events"]["nodes"], json!(expected));
    }
    assert!(!sees(&manager, &about).await);
    assert_eq!(refused(&manager, "resolveCorrection", of(&about, declined())).await, "NOT_FOUND");
    assert_eq!(resolve(&manager, &other, declined()).await["status"], "DECLINED", "not about the manager");
    assert_eq!(resolve(&head, &about, declined()).await["status"], "DECLINED");
    let answered =
        employee.ok("{ viewer { staff { corrections { subject status answer } } } }", json!({})).await;
    let one = |subject: &str| json!({ "subject": subject, "status": "DECLINED", "answer": "Sesuai surat keputusan" });
    assert_eq!(
        answered["viewer"]["staff"]["corrections"],
        json!([one("NAME"), one("SUPERIOR")]),
        "newest first"
    );
});

both!(each_actor_may_do_their_part_in_each_state, |app| async move {
    let (employee, admin) = (app.client(Person::Employee).await, app.client(Person::Admin).await);
    let verbs = [("resolveCorrection", declined()), ("withdrawCorrection", json!({}))];
    for end in ["", "DECLINED", "WITHDRAWN", "FIXED"] {
        let requested = request(&employee, "NAME").await;
        let now = match end {
            "DECLINED" => resolve(&admin, &requested, declined()).await,
            "WITHDRAWN" => {
                employee.done("withdrawCorrection", SELECTION, of(&requested, json!({}))).await["correction"]
                    .clone()
            }
            "FIXED" => {
                let read = "query($id: ID!) { staffMember(by: { id: $id }) { version } }";
                let read = admin.ok(read, json!({ "id": ids::staff(Person::Employee) })).await;
                let named = json!({ "staffId": ids::staff(Person::Employee), "name": "Employee Contoh, S.E.",
                    "expectedVersion": read["staffMember"]["version"] });
                admin.done("updateStaff", "staff { id }", named).await;
                let done = resolve(&admin, &requested, fixed()).await;
                assert_eq!(done["change"]["kind"], "STAFF_UPDATED");
                done
            }
            _ => requested.clone(),
        };
        for who in PEOPLE {
            let client = app.client(who).await;
            for (verb, more) in &verbs {
                let right = match *verb {
                    "resolveCorrection" => Person::Admin,
                    _ => Person::Employee,
                };
                let hidden = ![Person::Employee, Person::Admin, Person::Auditor].contains(&who);
                let expected = match (hidden, who == right, end) {
                    (true, ..) => "NOT_FOUND",
                    (_, false, _) => "FORBIDDEN",
                    // Left out here, because it would end this walk; it is tried below.
                    (_, true, "") => continue,
                    (_, true, _) => "INVALID_TRANSITION",
                };
                let found = refused(&client, verb, of(&now, more.clone())).await;
                assert_eq!(found, expected, "{verb} by {who:?} in {end}");
            }
        }
        if end.is_empty() {
            let stale = json!({ "expectedVersion": 7 });
            for (client, verb, more) in
                [(&admin, verbs[0].0, &verbs[0].1), (&employee, verbs[1].0, &verbs[1].1)]
            {
                let late = with(of(&now, more.clone()), stale.clone());
                assert_eq!(refused(client, verb, late).await, "CONFLICT");
            }
            employee.done("withdrawCorrection", SELECTION, of(&now, json!({}))).await;
        }
    }
    // Nobody can answer their own request, not even as admin.
    let own = request(&admin, "RANK").await;
    assert_eq!(refused(&admin, "resolveCorrection", of(&own, declined())).await, "FORBIDDEN");
    assert_eq!(waiting(&admin).await, Vec::<Value>::new());
    // Lists are filtered.
    let list = "query($filter: CorrectionFilter) { corrections(filter: $filter) { totalCount } }";
    for (filter, count) in [
        (json!({}), 5),
        (json!({ "staffId": ids::staff(Person::Employee) }), 4),
        (json!({ "subject": ["RANK", "NIP"] }), 1),
        (json!({ "status": ["WITHDRAWN"] }), 2),
        (json!({ "orgUnitId": ids::unit(city::OFFICE) }), 4),
        (json!({ "orgUnitId": ids::unit(city::OTHER_OFFICE) }), 0),
    ] {
        let found = admin.ok(list, json!({ "filter": filter })).await;
        assert_eq!(found["corrections"]["totalCount"], count, "{filter}");
    }
});

both!(what_is_wrong_is_refused_at_its_field, |app| async move {
    let (employee, admin) = (app.client(Person::Employee).await, app.client(Person::Admin).await);
    // One open request for each part of the record; the sentence names the open one.
    let input = new("UNIT", json!({}));
    let requested = employee.done("requestCorrection", SELECTION, input.clone()).await["correction"].clone();
    assert_eq!(requested["recorded"], "Bidang Contoh");
    let again = employee.refusals("requestCorrection", SELECTION, new("UNIT", json!({}))).await;
    assert_eq!(again, bad_input(["subject"]));
    assert!(again[0].message.contains("2026-03-02") && again[0].message.contains("2026-03-09"), "{again:?}");
    // A client key permanently identifies one request, also after its answer.
    let resent =
        async || employee.done("requestCorrection", SELECTION, input.clone()).await["correction"].clone();
    assert_eq!(resent().await["id"], requested["id"]);
    resolve(&admin, &requested, declined()).await;
    assert_eq!(resent().await["status"], "DECLINED");
    let other = with(input.clone(), json!({ "proposed": "Bidang Lain" }));
    assert_eq!(employee.refusals("requestCorrection", SELECTION, other).await[0], ("CONFLICT", "clientKey"));

    // Malformed keys are reported together with all other errors. The control has the same errors without them.
    let open = request(&employee, "NIP").await;
    let faulty = json!({ "proposed": " ", "reason": "", "on": "2026-03-03", "evidence": [{ "url": "javascript:alert(1)" }] });
    let faulty = new("NIP", faulty);
    let rest = ["evidence.0.url", "on", "proposed", "reason", "subject"];
    let sorted = async |client: &Client, verb: &str, input: Value| {
        let found = client.refusals(verb, SELECTION, input).await;
        let mut found: Vec<String> = paths(&found).into_iter().map(str::to_owned).collect();
        found.sort();
        found
    };
    assert_eq!(sorted(&employee, "requestCorrection", faulty.clone()).await, rest, "the control");
    let bad = with(faulty, json!({ "clientKey": "rusak", "idempotencyKey": "rusak" }));
    let expected = ["clientKey", "evidence.0.url", "idempotencyKey", "on", "proposed", "reason", "subject"];
    assert_eq!(sorted(&employee, "requestCorrection", bad).await, expected);
    let long = json!({ "answer": "x".repeat(2_001) });
    let answer = with(of(&open, fixed()), long);
    assert_eq!(
        sorted(&admin, "resolveCorrection", answer.clone()).await,
        ["answer", "outcome"],
        "the control"
    );
    let bad = with(answer, json!({ "idempotencyKey": "rusak" }));
    assert_eq!(sorted(&admin, "resolveCorrection", bad).await, ["answer", "idempotencyKey", "outcome"]);
    let bare = of(&open, json!({ "outcome": "DECLINED", "answer": " " }));
    assert_eq!(sorted(&admin, "resolveCorrection", bare).await, ["answer"]);
    let unknown = json!({ "correctionId": "rusak", "expectedVersion": 1 });
    assert_eq!(sorted(&employee, "withdrawCorrection", unknown).await, ["correctionId"]);
});

both!(the_answer_is_due_in_working_days, |app| async move {
    let off = |day: &str| json!({ "date": day, "name": "Libur contoh", "jointLeave": false });
    let admin = app.client(Person::Admin).await;
    for (year, days) in [(2026, vec![off("2026-03-05"), off("2026-03-11")]), (2027, vec![off("2027-01-01")])]
    {
        admin.done("setCalendar", "calendar { id }", json!({ "year": year, "days": days })).await;
    }
    // A Monday, with a holiday on Thursday; a Saturday; the last second of a day before the new year, and the next day.
    let due = [
        ("2026-03-02T02:00:00Z", "NAME", "2026-03-10"),
        ("2026-03-07T02:00:00Z", "RANK", "2026-03-16"),
        ("2026-12-29T16:59:59Z", "UNIT", "2027-01-06"),
        ("2026-12-29T17:00:00Z", "POSITION", "2027-01-07"),
    ];
    for (clock, subject, due) in due {
        app.set_clock(clock);
        let employee = app.client(Person::Employee).await;
        assert_eq!(request(&employee, subject).await["dueOn"], due, "{clock}");
    }
    let listed = waiting(&app.client(Person::Admin).await).await;
    let deadlines: Vec<&Value> = listed.iter().map(|item| &item["deadline"]).collect();
    assert_eq!(json!(deadlines), json!(due.map(|(_, _, due)| due)), "by deadline");
});

both!(the_roster_check_counts_open_corrections, |app| async move {
    let (employee, admin) = (app.client(Person::Employee).await, app.client(Person::Admin).await);
    let about = request(&employee, "SUPERIOR").await;
    request(&employee, "NAME").await;
    request(&app.client(Person::Outsider).await, "NAME").await;
    let query = "query($unit: ID!) { reports { rosterProblems(orgUnitId: $unit) { openCorrections } } }";
    let open = "reports.rosterProblems.openCorrections";
    let read = async |client: &Client, unit| client.ok(query, json!({ "unit": ids::unit(unit) })).await;
    let count = async |client: &Client, unit| read(client, unit).await.field(open).clone();
    assert_eq!(count(&admin, city::ROOT).await, 3);
    assert_eq!(count(&admin, city::OFFICE).await, 2);
    assert_eq!(count(&app.client(Person::Auditor).await, city::OFFICE).await, 2);
    for who in [Person::Team, Person::Manager, Person::Head] {
        let found = read(&app.client(who).await, city::SECTION).await;
        assert_eq!(found.field(open), &Value::Null, "{who:?}");
    }
    grant(&admin, Person::Manager, "ADMIN").await;
    assert_eq!(
        count(&app.client(Person::Manager).await, city::OFFICE).await,
        1,
        "without the one about them"
    );
    let year = json!({ "year": 2027, "cycle": "QUARTERLY" });
    let opened =
        admin.done("openPeriod", "period { year } roster { totalCount openCorrections }", year).await;
    assert_eq!(opened["roster"]["openCorrections"], 3);
    resolve(&admin, &about, declined()).await;
    assert_eq!(count(&admin, city::OFFICE).await, 1);
});
