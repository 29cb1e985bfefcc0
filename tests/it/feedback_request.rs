//! Requests for feedback through HTTP: open ones with their answers, and those in confidence, whose answers nobody can
//! see.

use crate::{
    both,
    dialogue::refusal,
    feedback::{colleague, released},
    support::{Client, Fields, Person, TestApp, bad_input, ids, with},
    year,
};
use serde_json::{Value, json};
use service::{access, person::export, testing::city::PEOPLE};

const SELECTION: &str = "feedbackRequest { id status statusLabel inConfidence dueOn message aboutKind aboutId declineReason
    from { name } to { name } staff { name } plan { id } allowedActions { action allowed code whoCan { name } } }";

const GIVEN: &str = "feedback { id text } waits";

/// The text and the reason by which answers in confidence are recognised.
const TEXT: &str = "Sabar di loket";
const REASON: &str = "Belum cukup mengenal";

fn of(plan: &Value, to: &Value, more: Value) -> Value {
    with(json!({ "planId": plan["id"], "toId": to, "dueOn": "2026-03-20" }), more)
}

fn staff(who: Person) -> Value {
    json!(ids::staff(who))
}

async fn ask(client: &Client, input: Value) -> Value {
    client.done("requestFeedback", SELECTION, input).await["feedbackRequest"].clone()
}

async fn decline(client: &Client, request: &Value, reason: &str) -> Value {
    let input = json!({ "feedbackRequestId": request["id"], "reason": reason });
    client.done("declineFeedback", SELECTION, input).await["feedbackRequest"].clone()
}

async fn read(client: &Client, request: &Value) -> Value {
    let query =
        "query($id: ID!) { node(id: $id) { ... on FeedbackRequest { id status declineReason message } } }";
    client.ok(query, json!({ "id": request["id"] })).await.field("node").clone()
}

async fn waiting(client: &Client) -> Vec<Value> {
    let query = "{ viewer { worklist(kinds: [GIVE_FEEDBACK], first: 50) { nodes { kindLabel deadline subjectStatus staff { name }
        subject { ... on FeedbackRequest { id allowedActions { action allowed } } } } } } }";
    let read = client.ok(query, json!({})).await;
    read["viewer"]["worklist"]["nodes"].as_array().expect("a worklist").clone()
}

both!(a_superior_is_asked_and_answers, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let head = app.client(Person::Head).await;
    let row = &plan["currentRevision"]["results"][0];
    let about = json!({ "about": { "planResultId": row["id"] }, "message": "Apa yang kurang?" });
    let asked = ask(&employee, of(&plan, &staff(Person::Manager), about)).await;
    assert_eq!((&asked["status"], &asked["statusLabel"]), (&json!("REQUESTED"), &json!("Asked")));
    assert_eq!((&asked["inConfidence"], &asked["aboutKind"]), (&json!(false), &json!("RESULT")));
    assert_eq!((&asked["aboutId"], &asked["plan"]["id"]), (&row["rowKey"], &plan["id"]));

    // It is in the worklist of the person who was asked until they answer.
    let items = waiting(&manager).await;
    assert_eq!((items.len(), &items[0]["deadline"]), (1, &json!("2026-03-20")));
    assert_eq!(items[0]["subject"]["id"], asked["id"]);
    assert_eq!(items[0]["staff"]["name"], "Employee Contoh");
    let allowed = json!([{ "action": "GIVE_FEEDBACK", "allowed": true }, { "action": "DECLINE_FEEDBACK", "allowed": true }]);
    assert_eq!(items[0]["subject"]["allowedActions"], allowed);
    let give =
        json!({ "planId": plan["id"], "text": "Lampiran belum lengkap.", "feedbackRequestId": asked["id"] });
    manager.done("giveFeedback", GIVEN, give.clone()).await;
    assert_eq!(waiting(&manager).await.len(), 0);
    assert_eq!(read(&employee, &asked).await["status"], "GIVEN");
    let again = manager.refused("giveFeedback", GIVEN, give).await;
    assert_eq!(again, "INVALID_TRANSITION");

    // The person who was asked declines, with a reason that the person who asked can read.
    let asked = ask(&employee, of(&plan, &staff(Person::Head), json!({}))).await;
    assert_eq!(decline(&head, &asked, REASON).await["status"], "DECLINED");
    let seen = read(&employee, &asked).await;
    assert_eq!((&seen["status"], &seen["declineReason"]), (&json!("DECLINED"), &json!(REASON)));
    let again = json!({ "feedbackRequestId": asked["id"] });
    assert_eq!(head.refused("declineFeedback", SELECTION, again).await, "INVALID_TRANSITION");

    // The rater asks the person themselves. Nobody but the two sees a request.
    let asked =
        ask(&manager, of(&plan, &staff(Person::Employee), json!({ "message": "Bagaimana menurut Anda?" })))
            .await;
    for who in PEOPLE {
        let two = [Person::Employee, Person::Manager].contains(&who);
        assert_eq!(read(&app.client(who).await, &asked).await.is_object(), two, "{who:?}");
    }
    let input = json!({ "planId": plan["id"], "text": "Saya terbantu.", "feedbackRequestId": asked["id"] });
    employee.done("giveFeedback", GIVEN, input).await;
    assert_eq!(read(&manager, &asked).await["status"], "GIVEN");
    let list = "{ viewer { feedbackRequests { status to { name } } } }";
    let list = employee.ok(list, json!({})).await["viewer"]["feedbackRequests"].clone();
    let row = |status: &str, to: &str| json!({ "status": status, "to": { "name": to } });
    let expected =
        [row("GIVEN", "Employee Contoh"), row("DECLINED", "Head Contoh"), row("GIVEN", "Manager Contoh")];
    assert_eq!(list, json!(expected), "the newest first");
});

/// Everything by which somebody could learn that a person answered a request in confidence. The clock of the tests does
/// not move, so that nothing else changes.
async fn seen(app: &TestApp, who: Person, (plan, requests): (&Value, &[Value])) -> Value {
    service::journal::sequence(&app.env).await.expect("numbers");
    access::flush(&app.env).await.expect("a flush");
    let client = app.client(who).await;
    let request = "id status statusLabel inConfidence declineReason allowedActions { action allowed code message whoCan { name } }";
    let ids: Vec<&Value> = requests.iter().map(|request| &request["id"]).collect();
    let mut all = Vec::new();
    for query in [
        format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on FeedbackRequest {{ {request} }} }}
            viewer {{ feedbackRequests {{ {request} }} waitingFeedback {{ text }} }} }}"),
        "query($ids: [ID!]!, $plan: ID!) { nodes(ids: $ids) { id } plan(id: $plan) { version feedback { text author { name } }
            allowedActions { action allowed } history(first: 100) { nodes { number kind at } }
            evaluations { version status feedback { text } } } }"
            .to_owned(),
        "query($ids: [ID!]!) { nodes(ids: $ids) { id } viewer { worklist(first: 50) { totalCount nodes { kind deadline } } }
            updates(after: \"start\", first: 100) { nodes { cursor kind at } pageInfo { endCursor hasNextPage } } }"
            .to_owned(),
        "query($ids: [ID!]!) { nodes(ids: $ids) { id } staff(first: 50) { nodes { name version feedbackDirections } } }".to_owned(),
    ] {
        all.push(client.ok(&query, json!({ "ids": ids, "plan": plan["id"] })).await);
    }
    // For auditors and admins the whole journal, with its end; FORBIDDEN for others.
    let events = "{ events(after: \"start\", first: 100) { nodes { number kind at actor { name } } pageInfo { endCursor } } }";
    let (_, mut events) = client.send(events, json!({})).await;
    events.as_object_mut().expect("an answer").remove("extensions");
    if let Some(error) = events["errors"].get_mut(0) {
        error["extensions"] = json!({});
    }
    all.push(events);
    let export = serde_json::to_value(export(&app.env, who.staff()).await.expect("an export")).expect("JSON");
    let sections = export.field("sections").as_array().expect("sections").clone();
    // The export contains the person's logins and reads.
    let of_reading = ["session", "access_log", "known_device"].map(|name| json!(name));
    all.extend(sections.into_iter().filter(|one| !of_reading.contains(&one["name"])));
    json!(all)
}

both!(nobody_learns_of_an_answer_in_confidence, |app: TestApp| async move {
    let app = app.without_limits();
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let (peer, team) = (app.client(Person::Peer).await, app.client(Person::Team).await);
    let (third_id, third) = colleague(&app, "Colleague Contoh").await;
    let mut requests = Vec::new();
    for to in [staff(Person::Peer), staff(Person::Team), third_id] {
        let asked = ask(&employee, of(&plan, &to, json!({}))).await;
        assert_eq!((&asked["inConfidence"], &asked["aboutKind"]), (&json!(true), &json!("GENERAL")));
        requests.push(asked);
        requests.push(ask(&manager, of(&plan, &to, json!({}))).await);
    }
    let asked = &requests;
    let others = [
        Person::Employee,
        Person::Manager,
        Person::Head,
        Person::Mayor,
        Person::Admin,
        Person::Auditor,
        Person::Stranger,
    ];
    let mut before = Vec::new();
    for who in others {
        before.push(seen(&app, who, (&plan, asked)).await);
    }
    let own = seen(&app, Person::Peer, (&plan, asked)).await;
    // Of two requests to each: one given, one declined; the third colleague does nothing.
    for client in [&peer, &team] {
        let items = waiting(client).await;
        assert_eq!(items.len(), 2);
        let about = staff(Person::Employee);
        let answered: Vec<&Value> = items.iter().map(|item| &item["subject"]).collect();
        let input = json!({ "staffId": about, "text": TEXT, "feedbackRequestId": answered[0]["id"] });
        assert_eq!(client.done("giveFeedback", GIVEN, input).await["waits"], true);
        assert_eq!(decline(client, answered[1], REASON).await["status"], "DECLINED");
        assert_eq!(waiting(client).await.len(), 0);
        let own = read(client, answered[1]).await;
        assert_eq!((&own["status"], &own["declineReason"]), (&json!("DECLINED"), &json!(REASON)));
        assert_eq!(read(client, answered[0]).await["status"], "GIVEN");
    }
    for (who, before) in others.iter().zip(&before) {
        let after = seen(&app, *who, (&plan, asked)).await;
        assert_eq!(after, *before, "{who:?}");
        assert!(!after.to_string().contains(REASON) && !after.to_string().contains(TEXT));
    }
    // The control: with the same queries, a person who was asked sees their own answers.
    let after = seen(&app, Person::Peer, (&plan, asked)).await;
    assert_ne!(after, own);
    assert!(after.to_string().contains(REASON) && after.to_string().contains(TEXT));
    // A second request to the same person shows nothing either: it is refused whatever they did. Nor does an attempt of
    // somebody else to answer or decline the request.
    for to in [staff(Person::Peer), staff(Person::Team)] {
        let again = employee.refusals("requestFeedback", SELECTION, of(&plan, &to, json!({}))).await;
        assert_eq!(again, bad_input(["toId"]));
    }
    for request in asked {
        let input = json!({ "feedbackRequestId": request["id"] });
        for (client, code) in
            [(&employee, ["FORBIDDEN", "NOT_FOUND"]), (&manager, ["NOT_FOUND", "FORBIDDEN"])]
        {
            let mine = usize::from(request["from"]["name"] == "Manager Contoh");
            assert_eq!(refusal(client, "declineFeedback", input.clone()).await, code[mine]);
        }
        let input = json!({ "planId": plan["id"], "text": "Baik", "feedbackRequestId": request["id"] });
        let refused = employee.refusals("giveFeedback", GIVEN, input).await;
        assert_eq!(refused[0], ("NOT_FOUND", "feedbackRequestId"));
    }

    // Attempts of the people who were asked are not in the access log.
    let input = json!({ "feedbackRequestId": asked[4]["id"] });
    assert_eq!(refusal(&peer, "declineFeedback", input).await, "NOT_FOUND");
    access::flush(&app.env).await.expect("a flush");
    let log = "{ accessLog(first: 100) { nodes { operation actor { name } } } }";
    let log = app.client(Person::Auditor).await.ok(log, json!({})).await;
    let entries = log["accessLog"]["nodes"].as_array().expect("entries").clone();
    assert!(entries.iter().all(|one| one["operation"] != "declineFeedback"), "{entries:#?}");

    // After the release of three texts the statuses are as before.
    let input = json!({ "staffId": staff(Person::Employee), "text": "Cekatan" });
    third.done("giveFeedback", GIVEN, input).await;
    app.pass_the_end_of_quarter(1);
    assert_eq!(released(&app).await, 3);
    for request in asked {
        for client in [&employee, &manager] {
            let seen = read(client, request).await;
            assert!(!seen.is_object() || seen["status"] == "REQUESTED", "{seen}");
        }
    }
});

both!(what_is_wrong_is_refused_at_its_field, |app: TestApp| async move {
    let plan = year::approved(&app).await;
    let (employee, admin) = (app.client(Person::Employee).await, app.client(Person::Admin).await);
    let peer = staff(Person::Peer);
    let row = &plan["currentRevision"]["results"][0]["id"];
    let manager = staff(Person::Manager);
    for (to, more, path) in [
        (&peer, json!({ "message": "Bagaimana rapat kemarin?" }), "message"),
        (&peer, json!({ "about": { "planResultId": row } }), "about"),
        (&peer, json!({ "about": { "criterionId": ids::criterion(1) } }), "about"),
        (&manager, json!({ "dueOn": "2026-03-01" }), "dueOn"),
        (&manager, json!({ "dueOn": "2027-03-04" }), "dueOn"),
        (&manager, json!({ "dueOn": "besok" }), "dueOn"),
        (&manager, json!({ "message": "x".repeat(2_001) }), "message"),
        (&staff(Person::Stranger), json!({}), "toId"),
        (&staff(Person::Employee), json!({}), "toId"),
    ] {
        let refused = employee.refusals("requestFeedback", SELECTION, of(&plan, to, more.clone())).await;
        assert_eq!(refused, bad_input([path]), "{more}");
    }
    // Malformed values are reported together with all other errors.
    let faults = json!({ "message": "x".repeat(2_001), "dueOn": "besok", "idempotencyKey": "rusak" });
    let refused = employee.refusals("requestFeedback", SELECTION, of(&plan, &manager, faults)).await;
    let mut found: Vec<&str> = refused.iter().map(|one| one.path.as_str()).collect();
    found.sort_unstable();
    assert_eq!(found, ["dueOn", "idempotencyKey", "message"]);
    for who in PEOPLE {
        let sees =
            [Person::Head, Person::Secretary, Person::Mayor, Person::Team, Person::Admin, Person::Auditor];
        let expected = match who {
            Person::Employee | Person::Manager => continue,
            _ if sees.contains(&who) => "FORBIDDEN",
            _ => "NOT_FOUND",
        };
        let client = app.client(who).await;
        let refused = refusal(&client, "requestFeedback", of(&plan, &manager, json!({}))).await;
        assert_eq!(refused, expected, "{who:?}");
    }
    let query = "query($id: ID!) { plan(id: $id) { version } }";
    let version = employee.ok(query, json!({ "id": plan["id"] })).await["plan"]["version"].clone();
    let cancel = json!({ "planId": plan["id"], "expectedVersion": version, "reason": "Salah buat" });
    admin.done("cancelPlan", "plan { id }", cancel).await;
    let refused = employee.refused("requestFeedback", SELECTION, of(&plan, &manager, json!({}))).await;
    assert_eq!(refused, "INVALID_TRANSITION");
});
