//! Contents of inputs: malformed scalars and ids, characters that can't be stored, blank texts.
//!
//! The walks take each mutation from the schema, so a new mutation is tested without a change here.

use crate::{
    both,
    matrix::WITHOUT_LOGIN,
    support::{Client, Person, TestApp, ids, sdl::Sdl},
    year,
};
use axum::http::StatusCode;
use serde_json::{Value, json};
use service::testing::audit;

/// Invalid texts of a scalar. Each has the right JSON shape.
fn invalid(scalar: &str) -> Vec<Value> {
    match scalar {
        "ID" => vec![json!("rusak"), json!(""), json!(7), json!(crate::support::sdl::unknown_id(200))],
        "Date" => ["31-01-2026", "2026-02-30", "2026-1-31", "+026-01-31", ""].map(Value::from).to_vec(),
        "DateTime" => ["2026-01-31", "2026-01-31T09:30:00", "kemarin", ""].map(Value::from).to_vec(),
        "Decimal" => ["2,5", "1.234", "1e3", "12345678901234", ""].map(Value::from).to_vec(),
        "UUID" => ["rusak", "0b9f4a4e", ""].map(Value::from).to_vec(),
        _ => Vec::new(),
    }
}

/// Replaces the value at a path.
fn with(input: &Value, path: &[String], value: Value) -> Value {
    let mut changed = input.clone();
    let mut at = &mut changed;
    for step in path {
        at = match step.parse::<usize>() {
            Ok(index) => &mut at[index],
            Err(_) => &mut at[step],
        };
    }
    *at = value;
    changed
}

/// Sends a mutation; returns status and answer.
async fn send(client: &Client, sdl: &Sdl, name: &str, input: &Value) -> (StatusCode, Value) {
    let fields = sdl.fields("Mutation");
    let field = fields.iter().find(|field| field.name.node == name).expect("the mutation");
    let ty = field.arguments[0].node.ty.node.to_string();
    let rows = if input.get("rows").is_some() { "results { row errors { code message path } }" } else { "" };
    let document = format!(
        "mutation($input: {ty}) {{ {name}(input: $input) {{ errors {{ code message path }} {rows} }} }}"
    );
    client.send(&document, json!({ "input": input })).await
}

/// The code and full path of each error of a payload; paths of rows start with `rows` and the row's position.
fn errors(payload: &Value) -> Vec<(String, String)> {
    let own = payload["errors"].as_array().into_iter().flatten().map(|error| (String::new(), error));
    let rows = payload["results"].as_array().into_iter().flatten();
    let rows = rows.flat_map(|row| {
        let errors = row["errors"].as_array().into_iter().flatten();
        errors.map(move |error| (format!("rows.{}.", row["row"]), error))
    });
    own.chain(rows)
        .map(|(prefix, error)| {
            let path = error["path"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let path: Vec<&str> = path.collect();
            (error["code"].as_str().unwrap_or("none").to_owned(), format!("{prefix}{}", path.join(".")))
        })
        .collect()
}

/// Replaces each leaf of each mutation's input and checks that the payload refuses exactly its path.
async fn walk(app: &TestApp, values: impl Fn(&str) -> Vec<Value>) -> usize {
    let sdl = Sdl::committed();
    let before = audit::rows(&app.env).await.expect("counts");
    let (mut findings, mut tried) = (Vec::new(), 0);
    for field in sdl.fields("Mutation") {
        let name = field.name.node.as_str();
        let ty = field.arguments[0].node.ty.node.to_string();
        let (input, leaves) = sdl.full_input(ty.trim_end_matches('!'));
        let client = match WITHOUT_LOGIN.contains(&name) {
            true => app.anonymous(),
            false => app.client(Person::Admin).await,
        };
        // The logout without invalid values ends its session, so it uses a separate session.
        let client_of_control = match name {
            "logout" => app.client(Person::Admin).await,
            _ => client.clone(),
        };
        let own = errors(&send(&client_of_control, &sdl, name, &input).await.1["data"][name]);
        for leaf in leaves {
            for value in values(&leaf.scalar) {
                let mut input = input.clone();
                if input.get("idempotencyKey").is_some() {
                    input["idempotencyKey"] = json!(service::env::fresh_id());
                }
                let input = with(&input, &leaf.path, value.clone());
                let (status, answer) = send(&client, &sdl, name, &input).await;
                tried += 1;
                let mut found = errors(&answer["data"][name]);
                // The input with all fields may itself break a rule, such as "exactly one of".
                for known in &own {
                    let also = found.iter().position(|one| one == known).filter(|_| found.len() > 1);
                    also.map(|at| found.remove(at));
                }
                let expected = [("BAD_USER_INPUT".to_owned(), leaf.path.join("."))];
                if status != StatusCode::OK || answer.get("errors").is_some() || found != expected {
                    findings.push(format!("{name} {} {value}: {answer}", leaf.path.join(".")));
                }
            }
        }
    }
    assert_eq!(audit::rows(&app.env).await.expect("counts"), before, "something was written");
    assert!(findings.is_empty(), "{} of {tried}: {findings:#?}", findings.len());
    tried
}

both!(a_malformed_scalar_or_id_is_refused_at_its_path, |app| async move {
    let tried = walk(&app, invalid).await;
    assert!(tried > 500, "only {tried} tried");
});

both!(a_text_that_cannot_be_stored_is_refused_at_its_path, |app| async move {
    let nul = |scalar: &str| match scalar {
        "String" => vec![json!("a\0b"), json!("\0")],
        _ => Vec::new(),
    };
    let tried = walk(&app, nul).await;
    assert!(tried > 100, "only {tried} tried");
});

/// A new row of one hour on the day before the tests' today.
fn row(number: u32) -> Value {
    json!({
        "target": { "clientKey": format!("0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2d{number:04x}") },
        "description": format!("Tugas {number}"), "realisation": "1",
        "startedAt": "2026-03-01T01:00:00Z", "endedAt": "2026-03-01T02:00:00Z",
        "evidence": [{ "url": "https://contoh.go.id/a", "label": "Berkas" }],
    })
}

const RESULTS: &str = "results { row activity { id version status } errors { code message path } }";

both!(a_row_with_a_malformed_value_does_not_stop_the_other_rows, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await;
    let edit = json!(crate::support::sdl::unknown_id(11));
    let broken: Vec<(&str, Value)> = vec![
        ("target.clientKey", json!("rusak")),
        ("planResultId", json!("rusak")),
        ("actionPlanId", json!("rusak")),
        ("startedAt", json!("2026-03-01")),
        ("endedAt", json!("kemarin")),
        ("claimedAt", json!("kemarin")),
        ("realisation", json!("2,5")),
        ("description", json!("a\0b")),
        ("measure", json!("a\0b")),
        ("evidence.0.url", json!("https://contoh.go.id/\0")),
        ("evidence.0.label", json!("\0")),
        ("target.correction.id", edit.clone()),
    ];
    let mut rows = vec![row(0)];
    for (number, (path, value)) in (1..).zip(&broken) {
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        let mut row = row(number);
        if path.last().is_some_and(|last| last == "id") {
            row["target"] = json!({ "correction": { "id": "", "expectedVersion": 1 } });
        }
        rows.push(with(&row, &path, value.clone()));
    }
    rows.push(row(99));
    let last = rows.len() - 1;
    let key = service::env::fresh_id();
    let input = json!({ "planId": plan["id"], "rows": rows, "idempotencyKey": key });
    let payload = employee.done("recordActivities", RESULTS, input.clone()).await;
    let expected: Vec<(String, String)> = (1..)
        .zip(&broken)
        .map(|(number, (path, _))| ("BAD_USER_INPUT".to_owned(), format!("rows.{number}.{path}")))
        .collect();
    assert_eq!(errors(&payload), expected);
    let stored: Vec<usize> =
        (0..=last).filter(|row| payload["results"][row]["activity"]["id"].is_string()).collect();
    assert_eq!(stored, [0, last]);
    // The idempotency key is bound to the input as the client sent it, including refused rows.
    let mut other = input.clone();
    other["rows"][7]["realisation"] = json!("2,6");
    let document = format!(
        "mutation($input: RecordActivitiesInput!) {{ recordActivities(input: $input) {{ {RESULTS} errors {{ code }} }} }}"
    );
    assert_eq!(employee.error(&document, json!({ "input": other })).await, "KEY_REUSED");

    // The batches that only name activities.
    let good = [0, last].map(|row| payload["results"][row]["activity"].clone());
    let named = |activities: &[Value; 2]| {
        let of = |one: &Value| json!({ "id": one["id"], "expectedVersion": one["version"] });
        let bad = json!({ "id": "rusak", "expectedVersion": 1 });
        json!([of(&activities[0]), bad, of(&activities[1])])
    };
    let submitted = employee.done("submitActivities", RESULTS, json!({ "rows": named(&good) })).await;
    assert_eq!(errors(&submitted), [("BAD_USER_INPUT".to_owned(), "rows.1.id".to_owned())]);
    let good = [0, 2].map(|row: usize| submitted["results"][row]["activity"].clone());
    let input = json!({ "rows": named(&good), "decision": "APPROVE" });
    let reviewed = app.client(Person::Manager).await.done("reviewActivities", RESULTS, input).await;
    assert_eq!(errors(&reviewed), [("BAD_USER_INPUT".to_owned(), "rows.1.id".to_owned())]);
    for row in [0, 2] {
        assert_eq!(reviewed["results"][row]["activity"]["status"], "APPROVED");
    }
});

/// The paths of the payload's errors, sorted.
fn paths(payload: &Value) -> Vec<String> {
    let mut paths: Vec<String> = errors(payload).into_iter().map(|(_, path)| path).collect();
    paths.sort();
    paths
}

both!(malformed_values_are_reported_with_all_other_refusals, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, admin) = (app.client(Person::Employee).await, app.client(Person::Admin).await);
    let mut faulty = row(1);
    faulty["realisation"] = json!("2,5");
    faulty["startedAt"] = json!("kemarin");
    faulty["planResultId"] = json!("rusak");
    faulty["description"] = json!("\u{200b}");
    faulty["evidence"][0]["url"] = json!("ftp://x");
    let input = json!({ "planId": plan["id"], "rows": [row(2), faulty] });
    let payload = employee.done("recordActivities", RESULTS, input).await;
    assert_eq!(
        paths(&payload),
        [
            "rows.1.description",
            "rows.1.evidence.0.url",
            "rows.1.planResultId",
            "rows.1.realisation",
            "rows.1.startedAt"
        ]
    );
    assert!(payload["results"][0]["activity"]["id"].is_string());

    let unit = json!({ "parentId": ids::unit(service::testing::city::ROOT), "code": " ", "name": "\u{3164}",
        "kind": "BIDANG", "validFrom": "01-03-2026", "idempotencyKey": "rusak" });
    let before = audit::rows(&app.env).await.expect("counts");
    let (_, answer) = send(&admin, &Sdl::committed(), "createOrgUnit", &unit).await;
    assert_eq!(paths(&answer["data"]["createOrgUnit"]), ["code", "idempotencyKey", "name", "validFrom"]);

    let indicator = |min: &str, max: &str| json!({ "aspect": "QUANTITY", "text": "Dokumen", "targetMin": min, "targetMax": max, "measure": "dokumen" });
    let content = json!({ "results": [
        { "kind": "MAIN", "title": "Hasil", "servesId": "rusak", "indicators": [indicator("1,5", "2"), indicator("2", "x")],
          "actionPlans": [{ "periodId": "rusak", "text": "Langkah" }] },
        { "kind": "MAIN", "title": "x".repeat(2_001), "indicators": [indicator("3", "x")] },
    ], "behaviourExpectations": [{ "criterionId": "rusak", "text": "Ramah" }] });
    let create = |content: Value| json!({ "assignmentId": ids::assignment(Person::Peer), "periodId": ids::year(), "content": content });
    let peer = app.client(Person::Peer).await;
    let payload = peer.mutate_once("createPlan", "plan { id }", create(content)).await;
    assert_eq!(
        paths(&payload),
        [
            "content.behaviourExpectations.0.criterionId",
            "content.results.0.actionPlans.0.periodId",
            "content.results.0.indicators.0.targetMin",
            "content.results.0.indicators.1.targetMax",
            "content.results.0.servesId",
            "content.results.1.indicators.0.targetMax",
        ]
    );
    // Without a malformed id the plan's rules run as well.
    let content = json!({ "results": [
        { "kind": "MAIN", "title": "x".repeat(2_001), "provisional": true, "indicators": [indicator("3", "x"), indicator("2,0", "1")] },
    ] });
    let payload = peer.mutate_once("createPlan", "plan { id }", create(content)).await;
    assert_eq!(
        paths(&payload),
        [
            "content.results.0.indicators.0.targetMax",
            "content.results.0.indicators.1.targetMin",
            "content.results.0.title"
        ]
    );
    assert_eq!(audit::rows(&app.env).await.expect("counts"), before, "nothing was written");
});

both!(a_malformed_value_is_explained_in_the_readers_language, |app| async move {
    let plan = year::approved(&app).await;
    let mut employee = app.client(Person::Employee).await;
    let mut faulty = row(1);
    faulty["realisation"] = json!("2,5");
    let input = json!({ "planId": plan["id"], "rows": [faulty] });
    for (language, words) in [("id", ["2,5", "12.50", "titik"]), ("en", ["2,5", "12.50", "point"])] {
        employee.language = language;
        let payload = employee.done("recordActivities", RESULTS, input.clone()).await;
        let message = payload["results"][0]["errors"][0]["message"].as_str().expect("a sentence").to_owned();
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
    }
});

both!(a_text_with_nul_in_a_query_is_refused_at_its_path, |app| async move {
    let employee = app.client(Person::Employee).await;
    let nul = json!("a\0");
    for (document, variables, path) in [
        (
            "query($n: String) { staff(filter: { name: $n }) { totalCount } }",
            json!({ "n": nul }),
            json!(["filter", "name"]),
        ),
        (
            "query($f: StaffFilter) { staff(filter: $f) { totalCount } }",
            json!({ "f": { "name": nul } }),
            json!(["filter", "name"]),
        ),
        (
            "query($n: String = \"a\\u0000\") { staff(filter: { name: $n }) { totalCount } }",
            json!({}),
            json!(["filter", "name"]),
        ),
        ("{ staff(filter: { name: \"a\\u0000\" }) { totalCount } }", json!({}), json!(["filter", "name"])),
        ("{ orgUnits(filter: { name: \"a\\u0000\" }) { totalCount } }", json!({}), json!(["filter", "name"])),
        ("{ staffMember(by: { externalId: \"\\u0000\" }) { id } }", json!({}), json!(["by", "externalId"])),
        (
            "{ criteriaSets(filter: { code: \"\\u0000\" }) { totalCount } }",
            json!({}),
            json!(["filter", "code"]),
        ),
        (
            "query($n: String!) { ...all } fragment all on Query { checkNip(value: $n) { __typename } }",
            json!({ "n": nul }),
            json!(["value"]),
        ),
        ("{ viewer { staff { history(after: \"\\u0000\") { totalCount } } } }", json!({}), json!(["after"])),
        (
            "mutation($i: SubmitPlanInput!, $c: String) { submitPlan(input: $i) { plan { history(after: $c) { totalCount } } errors { code } } }",
            json!({ "i": { "planId": ids::plan(1), "expectedVersion": 1 }, "c": nul }),
            json!(["after"]),
        ),
    ] {
        let (_, answer) = employee.send(document, variables).await;
        let error = &answer["errors"][0];
        let found = (&error["extensions"]["code"], &error["extensions"]["path"]);
        assert_eq!(found, (&json!("BAD_USER_INPUT"), &path), "{document}: {answer:#}");
        assert!(answer.get("data").is_none_or(Value::is_null), "{document}: {answer:#}");
    }
    // A variable that the document does not declare reaches no resolver.
    let (status, _) = employee.send("{ viewer { staff { name } } }", json!({ "other": "a\0" })).await;
    assert_eq!(status, StatusCode::OK);
});

both!(an_inline_text_with_nul_in_a_mutation_is_refused_in_the_payload, |app| async move {
    let document =
        "mutation { login(input: { user: \"a\\u0000b\", password: \"xxxxxxxxxxxx\", client: \"\\u0000\" }) {
        accessToken errors { code path } } }";
    let (status, answer) = app.anonymous().send(document, json!({})).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(paths(&answer["data"]["login"]), ["client", "user"], "{answer:#}");
});

both!(an_import_with_nul_ends_with_a_finding, |app| async move {
    let admin = app.client(Person::Admin).await;
    for (file, column) in [
        ("Kode;Nama;Jenis;Kode Induk\nA;Dinas \0 A;Dinas;KOTA\nB;Dinas B;Dinas;KOTA\n", "name"),
        ("Kode;Nama;Jenis;Kode Induk\n\0;Dinas A;Dinas;KOTA\n", "code"),
    ] {
        let file = crate::import::upload(&admin, file).await;
        let run = crate::import::import(&admin, &file, true).await;
        assert_eq!(run["status"], "REFUSED", "{run:#}");
        let rows = run["rows"]["edges"].as_array().into_iter().flatten();
        let mut found = rows.flat_map(|row| row["node"]["problems"].as_array().into_iter().flatten());
        let is_found = found.any(|one| one["code"] == "BAD_USER_INPUT" && one["field"] == column);
        assert!(is_found, "{run:#}");
    }
    // A column that the import does not know is not read.
    let file = "Kode;Nama;Jenis;Kode Induk;Lain\nA;Dinas A;Dinas;KOTA;\0\n";
    let file = crate::import::upload(&admin, file).await;
    assert_eq!(crate::import::import(&admin, &file, true).await["status"], "READY");
    let file = crate::import::upload(&admin, "Kode;Nama;Jenis;Kode Induk;\0\nA;Dinas A;Dinas;KOTA;\n").await;
    let run = crate::import::import(&admin, &file, true).await;
    assert_eq!((&run["status"], &run["changes"]["warnings"]), (&json!("READY"), &json!(1)), "{run:#}");
});

/// Texts in which a reader sees nothing.
const BLANK: [&str; 12] = [
    "",
    "  ",
    "\u{a0}",
    "\u{200b}\u{200d}",
    "\u{feff}",
    "\u{3164}",
    "\u{115f}\u{1160}",
    "\u{2800}",
    "\u{301}",
    "\u{202e}",
    "\u{ad}",
    "\u{7}\n\t",
];

both!(texts_of_invisible_letters_count_as_blank, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager, admin) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Admin).await,
    );
    let before = audit::rows(&app.env).await.expect("counts");
    for blank in BLANK {
        let of_plan =
            |more: &str| json!({ "planId": plan["id"], "expectedVersion": plan["version"], more: blank });
        let staff = |name: &str| json!({ "staffId": ids::staff(Person::Employee), "expectedVersion": 1, name: blank });
        for (client, verb, selection, input, path) in [
            (&employee, "revisePlan", "plan { id }", of_plan("reason"), "reason"),
            (&admin, "cancelPlan", "plan { id }", of_plan("reason"), "reason"),
            (&admin, "updateStaff", "staff { id }", staff("name"), "name"),
            (
                &admin,
                "updateOrgUnit",
                "orgUnit { id }",
                json!({ "orgUnitId": ids::unit(service::testing::city::ROOT), "expectedVersion": 1, "name": blank }),
                "name",
            ),
            (
                &manager,
                "giveFeedback",
                "feedback { id }",
                json!({ "planId": plan["id"],
                "about": { "planResultId": plan["currentRevision"]["results"][0]["id"] }, "text": blank }),
                "text",
            ),
        ] {
            let payload = client.mutate_once(verb, selection, input).await;
            assert_eq!(paths(&payload), [path], "{verb} {blank:?}: {payload:#}");
        }
        let mut blank_row = row(1);
        blank_row["description"] = json!(blank);
        let input = json!({ "planId": plan["id"], "rows": [blank_row] });
        let payload = employee.done("recordActivities", RESULTS, input).await;
        assert_eq!(paths(&payload), ["rows.0.description"], "{blank:?}");
    }
    assert_eq!(audit::rows(&app.env).await.expect("counts"), before, "nothing was written");
});
