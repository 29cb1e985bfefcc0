//! Dialogues through HTTP: the rater holds them, and either only the two people or everyone above can read them. Agreements
//! stay in the worklist until they are completed.

use crate::{
    both,
    support::{Client, Fields, Person, TestApp, bad_input, ids, paths, with},
    year,
};
use serde_json::{Value, json};
use service::{
    access,
    person::export,
    testing::city::{self, PEOPLE},
};

const SELECTION: &str = "dialogue { id version kind kindLabel heldOn text staff { name } superior { name } plan { id }
    agreements { number text doer doerLabel dueOn completedAt completedBy { name } note } allowedActions { action allowed code } }";

/// Texts of a counselling that only the two people may read.
const SAID: &str = "Kondisi keluarga mengganggu jam kerja";
const AGREED: &str = "Mengatur ulang jam masuk";
const NOTED: &str = "Sudah berjalan dua pekan";

/// Who can see the employee's plan.
const SEES: [Person; 8] = [
    Person::Employee,
    Person::Manager,
    Person::Head,
    Person::Secretary,
    Person::Mayor,
    Person::Team,
    Person::Admin,
    Person::Auditor,
];

fn of_plan(plan: &Value, kind: &str, more: Value) -> Value {
    let agreement = |text: &str, doer: &str, due: &str| json!({ "text": text, "doer": doer, "dueOn": due });
    let agreements = json!([
        agreement(AGREED, "EMPLOYEE", "2026-03-31"),
        agreement("Menyediakan pengganti", "SUPERIOR", "2026-03-09"),
        agreement("Mengikuti lokakarya arsip", "EMPLOYEE", "2026-03-20"),
    ]);
    let held = json!({ "planId": plan["id"], "kind": kind, "heldOn": "2026-03-02", "text": SAID,
        "agreements": agreements });
    with(held, more)
}

async fn hold(client: &Client, input: Value) -> Value {
    client.done("holdDialogue", SELECTION, input).await["dialogue"].clone()
}

fn agreement(dialogue: &Value, number: i32, more: Value) -> Value {
    let input =
        json!({ "dialogueId": dialogue["id"], "expectedVersion": dialogue["version"], "number": number });
    with(input, more)
}

/// The code with which a mutation is refused: in its payload, or as an error if its object is hidden.
pub async fn refusal(client: &Client, name: &str, input: Value) -> String {
    let mut type_name = name.to_owned();
    type_name[..1].make_ascii_uppercase();
    let document =
        format!("mutation($input: {type_name}Input!) {{ {name}(input: $input) {{ errors {{ code }} }} }}");
    let (_, answer) = client.send(&document, json!({ "input": input })).await;
    let codes = [&answer["errors"][0]["extensions"]["code"], &answer["data"][name]["errors"][0]["code"]];
    let code = codes.into_iter().find_map(Value::as_str);
    code.unwrap_or_else(|| panic!("{name} should be refused: {answer:#}")).to_owned()
}

async fn complete(client: &Client, dialogue: &Value, number: i32, more: Value) -> Value {
    let input = agreement(dialogue, number, more);
    client.done("completeAgreement", SELECTION, input).await["dialogue"].clone()
}

/// The deadlines of a person's agreements in the worklist, each with the dialogue.
async fn waiting(client: &Client) -> Vec<Value> {
    let query =
        "{ viewer { worklist(kinds: [COMPLETE_AGREEMENT], first: 50) { nodes { kindLabel deadline subjectStatus
        staff { name } subject { ... on Dialogue { id allowedActions { action allowed } } } } } } }";
    let read = client.ok(query, json!({})).await;
    let items = read["viewer"]["worklist"]["nodes"].as_array().expect("a worklist").clone();
    for item in &items {
        assert_eq!(
            item["subject"]["allowedActions"],
            json!([{ "action": "COMPLETE_AGREEMENT", "allowed": true }])
        );
        assert_eq!(
            (item.field("staff.name"), item.field("subjectStatus")),
            (&json!("Employee Contoh"), &Value::Null)
        );
    }
    items
}

async fn deadlines(client: &Client) -> Vec<String> {
    let items = waiting(client).await;
    items.iter().map(|item| item["deadline"].as_str().expect("a day").to_owned()).collect()
}

async fn read(client: &Client, dialogue: &Value) -> Value {
    let query =
        "query($id: ID!) { node(id: $id) { ... on Dialogue { id version kind heldOn text staff { name }
        superior { name } agreements { number text note completedAt } } } }";
    client.ok(query, json!({ "id": dialogue["id"] })).await.field("node").clone()
}

both!(agreements_are_in_the_worklist_until_they_are_completed, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    service::journal::sequence(&app.env).await.expect("numbers");
    let newest = employee.ok("{ updates(first: 1) { pageInfo { endCursor } } }", json!({})).await;
    let held = hold(&manager, of_plan(&plan, "COACHING", json!({}))).await;
    assert_eq!(
        (&held["kindLabel"], &held["superior"]["name"]),
        (&json!("Coaching"), &json!("Manager Contoh"))
    );
    assert_eq!((&held["staff"]["name"], &held["plan"]["id"]), (&json!("Employee Contoh"), &plan["id"]));
    assert_eq!((&held["text"], &held["agreements"][0]["doerLabel"]), (&json!(SAID), &json!("Employee")));

    // One task for each of the two, with the earliest deadline of their agreements.
    assert_eq!(waiting(&employee).await[0]["kindLabel"], "Complete an agreement");
    assert_eq!(deadlines(&employee).await, ["2026-03-20"]);
    assert_eq!(deadlines(&manager).await, ["2026-03-09"]);
    for who in PEOPLE.into_iter().filter(|who| ![Person::Employee, Person::Manager].contains(who)) {
        assert_eq!(waiting(&app.client(who).await).await, Vec::<Value>::new(), "{who:?}");
    }
    let done = complete(&employee, &held, 3, json!({ "note": NOTED })).await;
    let third = &done["agreements"][2];
    assert_eq!((&third["note"], &third["completedBy"]["name"]), (&json!(NOTED), &json!("Employee Contoh")));
    assert_eq!(deadlines(&employee).await, ["2026-03-31"], "the next one");
    assert_eq!(deadlines(&manager).await, ["2026-03-09"]);
    // The superior completes an agreement of the employee too.
    let done = complete(&manager, &done, 1, json!({})).await;
    assert_eq!(done.field("agreements.0.note"), &Value::Null);
    assert_eq!(deadlines(&employee).await, Vec::<String>::new());
    let done = complete(&manager, &done, 2, json!({})).await;
    assert_eq!(deadlines(&manager).await, Vec::<String>::new());
    assert_eq!(
        done["allowedActions"],
        json!([{ "action": "COMPLETE_AGREEMENT", "allowed": false, "code": "INVALID_TRANSITION" }])
    );
    // A second dialogue without agreements is in no worklist.
    hold(&manager, of_plan(&plan, "PERFORMANCE_DIALOGUE", json!({ "agreements": [] }))).await;
    assert_eq!((waiting(&employee).await.len(), waiting(&manager).await.len()), (0, 0));

    // The employee gets the superior's changes as updates, the plan lists both dialogues, and the journal has every
    // step.
    service::journal::sequence(&app.env).await.expect("numbers");
    let updates = "query($after: String) { updates(first: 50, after: $after) { nodes { kind subjectStatus actor { name }
        subject { ... on Dialogue { text } } } } }";
    let after = json!({ "after": newest["updates"]["pageInfo"]["endCursor"] });
    let updates = employee.ok(updates, after).await["updates"]["nodes"].clone();
    let kinds: Vec<&Value> = updates.as_array().expect("updates").iter().map(|one| &one["kind"]).collect();
    assert_eq!(
        json!(kinds),
        json!(["DIALOGUE_HELD", "AGREEMENT_COMPLETED", "AGREEMENT_COMPLETED", "DIALOGUE_HELD"])
    );
    assert_eq!(updates[0]["subject"]["text"], SAID);
    let first = &updates[0];
    assert_eq!(first.field("subjectStatus"), &Value::Null);
    let list = "query($id: ID!) { plan(id: $id) { dialogues { kind version history { nodes { kind actor { name } } } } } }";
    let list = app.client(Person::Head).await.ok(list, json!({ "id": plan["id"] })).await;
    let kinds: Vec<&Value> =
        list["plan"]["dialogues"].as_array().expect("dialogues").iter().map(|one| &one["kind"]).collect();
    assert_eq!(json!(kinds), json!(["COACHING", "PERFORMANCE_DIALOGUE"]));
    let entry = |kind: &str, name: &str| json!({ "kind": kind, "actor": { "name": name } });
    let expected = json!([
        entry("DIALOGUE_HELD", "Manager Contoh"),
        entry("AGREEMENT_COMPLETED", "Employee Contoh"),
        entry("AGREEMENT_COMPLETED", "Manager Contoh"),
        entry("AGREEMENT_COMPLETED", "Manager Contoh"),
    ]);
    assert_eq!(list["plan"]["dialogues"][0]["history"]["nodes"], expected);
});

/// Everything that a person gets of a dialogue: by its id, on its plan, in its history, in the journal of the agency, in the
/// updates, in the worklist, in the refusal of the mutation and after it.
async fn everything(app: &TestApp, who: Person, (plan, dialogue): (&Value, &Value)) -> String {
    let client = app.client(who).await;
    let content = "... on Dialogue { kind heldOn staff { name } superior { name } text agreements { text doer dueOn note }
        allowedActions { action allowed code message whoCan { name } } }";
    let entry = format!("nodes {{ kind receipt change {{ reason before after }} subject {{ {content} }} }}");
    let mut queries = vec![
        format!("node(id: $id) {{ {content} }} nodes(ids: [$id, $plan]) {{ {content} }} plan(id: $plan) {{ id }}"),
        format!("node(id: $id) {{ ... on Dialogue {{ plan {{ dialogues {{ {content} }} }} history(first: 10) {{ {entry} }} }} }}
            plan(id: $plan) {{ history(first: 10) {{ {entry} }} }}"),
        format!("node(id: $id) {{ id }} plan(id: $plan) {{ dialogues {{ {content} history(first: 10) {{ {entry} }} }} }}"),
        format!("node(id: $id) {{ id }} plan(id: $plan) {{ id }}
            updates(after: \"start\", first: 50) {{ nodes {{ kind subject {{ {content} }} }} }}"),
        format!("node(id: $id) {{ id }} plan(id: $plan) {{ id }}
            viewer {{ worklist(first: 50) {{ nodes {{ kind subject {{ {content} }} }} }} }}"),
    ];
    if [Person::Team, Person::Admin, Person::Auditor].contains(&who) {
        queries.push(format!(
            "node(id: $id) {{ id }} plan(id: $plan) {{ id }}
            events(first: 10, filter: {{ kinds: [DIALOGUE_HELD, AGREEMENT_COMPLETED] }}) {{ {entry} }}"
        ));
    }
    let mut all = String::new();
    for query in queries {
        let query = format!("query($id: ID!, $plan: ID!) {{ {query} }}");
        let ids = json!({ "id": dialogue["id"], "plan": plan["id"] });
        all += &client.ok(&query, ids).await.to_string();
    }
    // A wrong version, so that nothing changes.
    let input = with(agreement(dialogue, 1, json!({})), json!({ "expectedVersion": 99 }));
    let document = format!(
        "mutation($input: CompleteAgreementInput!) {{ completeAgreement(input: $input) {{ {SELECTION}
            errors {{ code message path }} }} }}"
    );
    all += &client.send(&document, json!({ "input": input })).await.1.to_string();
    access::flush(&app.env).await.expect("a flush");
    let export = export(&app.env, who.staff()).await.expect("an export");
    all + &serde_json::to_value(export).expect("JSON").to_string()
}

both!(only_the_two_people_can_read_a_counselling_dialogue, |app: TestApp| async move {
    let app = app.signed().without_limits();
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let held = hold(&manager, of_plan(&plan, "COUNSELLING", json!({}))).await;
    let done = complete(&employee, &held, 1, json!({ "note": NOTED })).await;
    service::journal::sequence(&app.env).await.expect("numbers");
    service::journal::sign_checkpoint(&app.env).await.expect("a checkpoint");
    for who in PEOPLE {
        let seen = read(&app.client(who).await, &done).await;
        assert_eq!(seen.is_object(), SEES.contains(&who), "{who:?}");
        let two = [Person::Employee, Person::Manager].contains(&who);
        if seen.is_object() {
            let parties = (seen.field("superior.name"), seen.field("staff.name"));
            assert_eq!(parties, (&json!("Manager Contoh"), &json!("Employee Contoh")), "{who:?}");
            assert_eq!((&seen["kind"], &seen["heldOn"]), (&json!("COUNSELLING"), &json!("2026-03-02")));
            assert_eq!((seen.field("text").is_string(), seen.field("agreements").is_array()), (two, two));
        }
        let all = everything(&app, who, (&plan, &done)).await;
        for secret in [SAID, AGREED, NOTED] {
            assert_eq!(all.contains(secret), two, "{who:?} {secret}: {all}");
        }
    }
    // The superior's export omits the texts, because they are data of the employee. The employee's export contains
    // them.
    let of_superior = exported(&app, Person::Manager).await;
    assert!(!of_superior.to_string().contains(SAID));
    let held = section(&of_superior, "dialogue_held");
    assert_eq!(
        (held[0].field("kind"), held[0].field("held_on")),
        (&json!("COUNSELLING"), &json!("2026-03-02"))
    );
    let own = exported(&app, Person::Employee).await;
    assert_eq!(section(&own, "dialogue")[0]["text"], SAID);
    assert_eq!(*section(&own, "dialogue")[0].field("kind_label.en"), "Counselling");
    assert_eq!(section(&own, "dialogue_held").len(), 0);
    assert_eq!(readers(&app, &done).await, Vec::<Value>::new(), "nobody read it but the two");
});

async fn exported(app: &TestApp, who: Person) -> Value {
    access::flush(&app.env).await.expect("a flush");
    serde_json::to_value(export(&app.env, who.staff()).await.expect("an export")).expect("JSON")
}

fn section<'a>(export: &'a Value, name: &str) -> &'a Vec<Value> {
    let sections = export.field("sections").as_array().expect("sections");
    let section = sections.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("{name}"));
    section.field("rows").as_array().expect("rows")
}

/// The people who read the content of a dialogue, from the access log as the employee sees it.
async fn readers(app: &TestApp, dialogue: &Value) -> Vec<Value> {
    access::flush(&app.env).await.expect("a flush");
    let query =
        "{ accessLog(filter: { kind: DIALOGUE_READ }, first: 100) { nodes { objectId actor { name } } } }";
    let read = app.client(Person::Employee).await.ok(query, json!({})).await;
    let nodes = read["accessLog"]["nodes"].as_array().expect("entries");
    let of_dialogue = nodes.iter().filter(|one| one["objectId"] == dialogue["id"]);
    of_dialogue.map(|one| one["actor"]["name"].clone()).collect()
}

both!(other_dialogues_are_read_by_everyone_who_sees_the_plan, |app: TestApp| async move {
    let app = app.without_limits();
    let plan = year::approved(&app).await;
    let manager = app.client(Person::Manager).await;
    for kind in ["PERFORMANCE_DIALOGUE", "COACHING"] {
        let held = hold(&manager, of_plan(&plan, kind, json!({}))).await;
        let done = complete(&manager, &held, 1, json!({ "note": NOTED })).await;
        service::journal::sequence(&app.env).await.expect("numbers");
        assert_eq!(readers(&app, &done).await, Vec::<Value>::new(), "the two are not recorded");
        for who in PEOPLE {
            let all = everything(&app, who, (&plan, &done)).await;
            for text in [SAID, AGREED, NOTED] {
                assert_eq!(all.contains(text), SEES.contains(&who), "{kind} {who:?} {text}: {all}");
            }
        }
        // The employee sees who read it.
        let mut expected: Vec<Value> = SEES[2..].iter().map(|who| json!(who.name())).collect();
        let mut readers = readers(&app, &done).await;
        expected.sort_by_key(Value::to_string);
        readers.sort_by_key(Value::to_string);
        assert_eq!(readers, expected, "{kind}");
    }
});

both!(a_dialogue_belongs_to_the_person_who_held_it, |app: TestApp| async move {
    let plan = year::approved(&app).await;
    let (manager, head) = (app.client(Person::Manager).await, app.client(Person::Head).await);
    let (employee, admin) = (app.client(Person::Employee).await, app.client(Person::Admin).await);
    let counselling = hold(&manager, of_plan(&plan, "COUNSELLING", json!({}))).await;
    let coaching = hold(&manager, of_plan(&plan, "COACHING", json!({}))).await;
    let moved = json!({ "assignmentId": ids::assignment(Person::Employee), "expectedVersion": 1,
        "superiorAssignmentId": ids::assignment(Person::Head), "from": "2026-03-02", "reason": "Penataan" });
    admin.done("assignSuperior", "assignment { id }", moved).await;
    let query = "query($id: ID!) { plan(id: $id) { rater { name } dialogues { id } } }";
    let seen = head.ok(query, json!({ "id": plan["id"] })).await;
    assert_eq!(
        (seen.field("plan.rater.name"), seen["plan"]["dialogues"].as_array().map(Vec::len)),
        (&json!("Head Contoh"), Some(2))
    );

    // The new rater did not hold the dialogue: they can read the coaching, as before, but complete no agreement.
    assert_eq!(read(&head, &counselling).await.field("text"), &Value::Null);
    assert_eq!(read(&head, &coaching).await["text"], SAID);
    let input = agreement(&coaching, 2, json!({}));
    assert_eq!(head.refused("completeAgreement", SELECTION, input).await, "FORBIDDEN");
    assert_eq!(waiting(&head).await.len(), 0);

    // The former rater can no longer see the plan, but can still read the dialogue and complete its agreements.
    let hidden = manager.ok(query, json!({ "id": plan["id"] })).await;
    assert_eq!(hidden.field("plan"), &Value::Null);
    for dialogue in [&counselling, &coaching] {
        assert_eq!(read(&manager, dialogue).await["text"], SAID);
        let done = complete(&manager, dialogue, 2, json!({})).await;
        assert_eq!(done.field("plan"), &Value::Null);
    }
    service::journal::sequence(&app.env).await.expect("numbers");
    let history = "query($id: ID!) { node(id: $id) { ... on Dialogue { history { nodes { kind change { after } } } } } }";
    let history = manager.ok(history, json!({ "id": counselling["id"] })).await;
    let entries = history["node"]["history"]["nodes"].as_array().expect("entries").clone();
    assert_eq!(entries.len(), 2);
    assert!(entries[0]["change"]["after"].to_string().contains(SAID), "{entries:#?}");
    let refused = refusal(&manager, "holdDialogue", of_plan(&plan, "COACHING", json!({}))).await;
    assert_eq!(refused, "NOT_FOUND");
    let again = hold(&head, of_plan(&plan, "COACHING", json!({ "agreements": [] }))).await;
    assert_eq!(again["superior"]["name"], "Head Contoh");
    assert!(!read(&manager, &again).await.is_object());
    assert_eq!(read(&employee, &again).await["text"], SAID);
});

both!(what_is_wrong_is_refused_at_its_field, |app: TestApp| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    // Only the rater holds a dialogue on the plan.
    for who in PEOPLE.into_iter().filter(|who| *who != Person::Manager) {
        let input = of_plan(&plan, "COACHING", json!({}));
        let refused = refusal(&app.client(who).await, "holdDialogue", input).await;
        let expected = if SEES.contains(&who) { "FORBIDDEN" } else { "NOT_FOUND" };
        assert_eq!(refused, expected, "{who:?}");
    }
    let due = |day: &str| json!({ "agreements": [{ "text": AGREED, "doer": "EMPLOYEE", "dueOn": day }] });
    let input = |more: Value| of_plan(&plan, "COACHING", more);
    for (more, path) in [
        (json!({ "heldOn": "2026-03-03" }), "heldOn"),
        (json!({ "heldOn": "2025-12-31", "agreements": [] }), "heldOn"),
        (json!({ "text": " " }), "text"),
        (due("2026-03-01"), "agreements.0.dueOn"),
        (due("2027-03-04"), "agreements.0.dueOn"),
    ] {
        let refused = manager.refusals("holdDialogue", SELECTION, input(more)).await;
        assert_eq!(refused, bad_input([path]));
    }
    for day in ["2026-03-02", "2027-03-03"] {
        let held = hold(&manager, input(due(day))).await;
        assert_eq!(held["agreements"][0]["dueOn"], day);
    }
    // Malformed values are reported together with all other errors; with valid values, the other errors stay the same.
    let faults = json!({ "text": " ", "agreements": [{ "text": "x".repeat(2_001), "doer": "EMPLOYEE", "dueOn": "2026-03-31" }] });
    let malformed = json!({ "heldOn": "kemarin", "planId": "rusak", "idempotencyKey": "rusak" });
    let sorted = async |input: Value| {
        let refused = manager.refusals("holdDialogue", SELECTION, input).await;
        let mut paths: Vec<String> = paths(&refused).into_iter().map(str::to_owned).collect();
        paths.sort();
        paths
    };
    assert_eq!(sorted(input(faults.clone())).await, ["agreements.0.text", "text"]);
    let keys = json!({ "heldOn": "kemarin", "idempotencyKey": "rusak" });
    let all = sorted(input(with(faults.clone(), keys))).await;
    assert_eq!(all, ["agreements.0.text", "heldOn", "idempotencyKey", "text"]);
    assert_eq!(sorted(input(with(faults, malformed))).await, ["heldOn", "idempotencyKey", "planId"]);

    let held = hold(&manager, input(json!({}))).await;
    for (number, who, code) in [
        (2, Person::Employee, "FORBIDDEN"),
        (1, Person::Head, "FORBIDDEN"),
        (1, Person::Team, "FORBIDDEN"),
        (1, Person::Admin, "FORBIDDEN"),
        (1, Person::Auditor, "FORBIDDEN"),
        (9, Person::Auditor, "FORBIDDEN"),
        (1, Person::Peer, "NOT_FOUND"),
        (1, Person::Stranger, "NOT_FOUND"),
    ] {
        let input = agreement(&held, number, json!({}));
        let refused = refusal(&app.client(who).await, "completeAgreement", input).await;
        assert_eq!(refused, code, "{who:?} {number}");
    }
    let unknown = employee.refusals("completeAgreement", SELECTION, agreement(&held, 4, json!({}))).await;
    assert_eq!(unknown[0], ("NOT_FOUND", "number"));
    let stale = agreement(&held, 1, json!({ "expectedVersion": 7 }));
    assert_eq!(employee.refused("completeAgreement", SELECTION, stale).await, "CONFLICT");
    let long = agreement(&held, 1, json!({ "note": "x".repeat(2_001) }));
    assert_eq!(employee.refusals("completeAgreement", SELECTION, long).await, bad_input(["note"]));
    let done = complete(&employee, &held, 1, json!({})).await;
    for client in [&employee, &manager] {
        let again = agreement(&done, 1, json!({}));
        assert_eq!(client.refused("completeAgreement", SELECTION, again).await, "INVALID_TRANSITION");
    }

    // A cancelled plan accepts no new dialogue; earlier agreements still have to be completed.
    let query = "query($id: ID!) { plan(id: $id) { version } }";
    let version = manager.ok(query, json!({ "id": plan["id"] })).await["plan"]["version"].clone();
    let cancel = json!({ "planId": plan["id"], "expectedVersion": version, "reason": "Salah buat" });
    app.client(Person::Admin).await.done("cancelPlan", "plan { id }", cancel).await;
    assert_eq!(manager.refused("holdDialogue", SELECTION, input(json!({}))).await, "INVALID_TRANSITION");
    complete(&employee, &done, 3, json!({})).await;
});

both!(a_person_who_acts_for_the_rater_can_hold_a_dialogue, |app: TestApp| async move {
    let plan = year::approved(&app).await;
    let (admin, outsider) = (app.client(Person::Admin).await, app.client(Person::Outsider).await);
    let acting = json!({ "assignmentId": ids::assignment(Person::Manager), "delegateId": ids::staff(Person::Outsider),
        "capacity": "PLH", "from": "2026-03-02", "reason": "Dinas luar" });
    admin.done("createDelegation", "delegation { id }", acting).await;
    let held = hold(&outsider, of_plan(&plan, "COUNSELLING", json!({}))).await;
    assert_eq!(held["superior"]["name"], "Outsider Contoh");
    assert_eq!(deadlines(&outsider).await, ["2026-03-09"]);
    // The rater for whom they acted did not hold the dialogue.
    let manager = app.client(Person::Manager).await;
    assert_eq!(read(&manager, &held).await.field("text"), &Value::Null);
    assert_eq!(waiting(&manager).await.len(), 0);
    let refused = manager.refused("completeAgreement", SELECTION, agreement(&held, 2, json!({}))).await;
    assert_eq!(refused, "FORBIDDEN");
    let unit = ids::unit(city::SECTION);
    let query = "query($unit: ID!) { plans(filter: { orgUnitId: $unit }, first: 20) { nodes { dialogues { text } } } }";
    let all = manager.ok(query, json!({ "unit": unit })).await;
    assert!(!all.to_string().contains(SAID), "{all}");
});
