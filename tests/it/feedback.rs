//! Feedback through HTTP: directions, texts in confidence and their release, replies, feedback that goes to the next plan.

use crate::{
    both,
    support::{Client, EVALUATION, Fields, PLAN, Person, TestApp, bad_input, ids},
    year,
};
use serde_json::{Value, json};
use service::{
    access,
    person::export,
    testing::{
        city,
        feedback::{exchange_authors, release_at_once},
    },
    tick::tick,
};

const GIVEN: &str = "feedback { id version direction aboutKind text author { name } givenAt reply } waits";

pub async fn released(app: &TestApp) -> u64 {
    tick(&app.env).await.expect("a tick").feedback_released
}

/// Gives feedback on the work of a person as a whole; returns the payload.
pub async fn give(client: &Client, to: Person, text: &str) -> Value {
    client.done("giveFeedback", GIVEN, json!({ "staffId": ids::staff(to), "text": text })).await
}

/// Hires another subordinate of the manager in the section; returns their id and their client.
pub async fn colleague(app: &TestApp, name: &str) -> (Value, Client) {
    hired(app, name, Person::Manager).await
}

async fn hired(app: &TestApp, name: &str, superior: Person) -> (Value, Client) {
    let admin = app.client(Person::Admin).await;
    let input = json!({ "name": name, "externalId": name, "employmentKind": "PNS", "assignment": {
        "orgUnitId": ids::unit(city::SECTION), "positionId": ids::position(),
        "superiorAssignmentId": ids::assignment(superior), "rank": "III/b", "leads": false, "from": "2026-01-05" } });
    let made = admin.done("createStaff", "staff { id }", input).await;
    let token = service::testing::guests::session_of(&app.env, ids::staff_of(&made["staff"]["id"]));
    (made["staff"]["id"].clone(), Client::new(app, Some(token.await.expect("a session"))))
}

/// The feedback on a plan, sorted by text, as a client sees it.
async fn feedback_on(client: &Client, plan: &Value) -> Vec<Value> {
    let query = "query($id: ID!) { plan(id: $id) { feedback { text direction author { name } givenAt } } }";
    let read = client.ok(query, json!({ "id": plan["id"] })).await;
    let mut found = read["plan"]["feedback"].as_array().expect("a list").clone();
    found.sort_by_key(|one| one["text"].to_string());
    found
}

fn texts(found: &[Value]) -> Vec<&str> {
    found.iter().map(|one| one["text"].as_str().expect("a text")).collect()
}

fn names(found: &[Value]) -> Vec<&str> {
    found.iter().map(|one| one["author"]["name"].as_str().unwrap_or("-")).collect()
}

both!(texts_in_confidence_wait_for_three_people_and_the_end_of_a_part, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let (peer, team) = (app.client(Person::Peer).await, app.client(Person::Team).await);
    let (_, third) = colleague(&app, "Colleague Contoh").await;
    let given = give(&peer, Person::Employee, "Ramah kepada warga").await;
    assert_eq!((given.field("feedback"), given.field("waits")), (&Value::Null, &json!(true)));
    let criterion = json!({ "staffId": ids::staff(Person::Employee), "text": "Cepat tanggap",
        "about": { "criterionId": ids::criterion(1) } });
    team.done("giveFeedback", GIVEN, criterion).await;
    give(&team, Person::Employee, "Suka membantu").await;

    // Only the authors can read their texts.
    let own = "{ viewer { waitingFeedback { text direction aboutKind staff { name } } } }";
    let waiting = peer.ok(own, json!({})).await;
    assert_eq!(
        waiting["viewer"]["waitingFeedback"],
        json!([{ "text": "Ramah kepada warga", "direction": "PEER", "aboutKind": "GENERAL",
            "staff": { "name": "Employee Contoh" } }])
    );
    for client in [&employee, &manager, &third] {
        assert_eq!(client.ok(own, json!({})).await["viewer"]["waitingFeedback"], json!([]));
    }

    // Two people are not enough, even if they write many texts. The text of a third person who writes too late waits
    // for the next part.
    assert_eq!(released(&app).await, 0);
    app.pass_the_end_of_quarter(1);
    assert_eq!(released(&app).await, 0);
    give(&third, Person::Employee, "Selalu tepat waktu").await;
    assert_eq!(released(&app).await, 0);
    assert!(feedback_on(&manager, &plan).await.is_empty());
    app.pass_the_end_of_quarter(2);
    assert_eq!(released(&app).await, 4);
    assert_eq!(released(&app).await, 0, "a second run has nothing to do");

    // The rater sees who wrote; nobody else does.
    let all = ["Cepat tanggap", "Ramah kepada warga", "Selalu tepat waktu", "Suka membantu"];
    let rater = feedback_on(&manager, &plan).await;
    assert_eq!(texts(&rater), all);
    assert_eq!(names(&rater), ["Team Contoh", "Peer Contoh", "Colleague Contoh", "Team Contoh"]);
    for who in [
        Person::Employee,
        Person::Head,
        Person::Secretary,
        Person::Mayor,
        Person::Team,
        Person::Admin,
        Person::Auditor,
    ] {
        let seen = feedback_on(&app.client(who).await, &plan).await;
        assert_eq!((texts(&seen), names(&seen)), (all.to_vec(), vec!["-"; 4]), "{who:?}");
        for one in &seen {
            assert_eq!((one.field("direction"), one.field("givenAt")), (&json!("PEER"), &Value::Null));
        }
    }
    let query = "query($id: ID!) { plan(id: $id) { id } }";
    let id = json!({ "id": plan["id"] });
    for client in [&peer, &third, &app.client(Person::Outsider).await] {
        assert_eq!(client.ok(query, id.clone()).await.field("plan"), &Value::Null);
    }
    assert_eq!(peer.ok(own, json!({})).await["viewer"]["waitingFeedback"], json!([]));

    // The rater sees a summary of it next to the ratings; nobody else does.
    let query = "query($id: ID!) { plan(id: $id) { evaluations { kind period { part } feedbackSummary { month direction aboutKind
        criterionId texts people } } } }";
    let summaries = async |client: &Client| {
        let read = client.ok(query, json!({ "id": plan["id"] })).await;
        let all = read["plan"]["evaluations"].as_array().expect("evaluations").clone();
        let of = |part: i64| all.iter().find(|one| one["period"]["part"] == part).expect("the part");
        [0, 1, 2].map(|part| of(part)["feedbackSummary"].clone())
    };
    let value = json!({ "month": "2026-07-01", "direction": "PEER", "aboutKind": "BEHAVIOUR",
        "criterionId": ids::criterion(1), "texts": 1, "people": 1 });
    let at_large = json!({ "month": "2026-07-01", "direction": "PEER", "aboutKind": "GENERAL", "criterionId": null,
        "texts": 3, "people": 3 });
    let both = json!([value, at_large]);
    assert_eq!(summaries(&manager).await, [both.clone(), json!([]), both]);
    for client in [&employee, &team, &app.client(Person::Head).await] {
        assert_eq!(summaries(client).await, [json!([]), json!([]), json!([])]);
    }

    // It is listed with the ratings of the part that has ended, and the person is notified, without an actor.
    let query = "query($id: ID!) { plan(id: $id) { evaluations { period { part } feedback { text } } } }";
    let read = manager.ok(query, json!({ "id": plan["id"] })).await;
    for one in read["plan"]["evaluations"].as_array().expect("evaluations") {
        let expected = if one["period"]["part"] == 2 { 4 } else { 0 };
        assert_eq!(one["feedback"].as_array().expect("a list").len(), expected, "{one}");
    }
    let query = r#"{ updates(after: "start", first: 50, kinds: [FEEDBACK_RELEASED]) { nodes {
        at actor { name } subject { ... on Feedback { text author { name } } } } } }"#;
    service::journal::sequence(&app.env).await.expect("numbers");
    let updates =
        employee.ok(query, json!({})).await["updates"]["nodes"].as_array().expect("updates").clone();
    assert_eq!(updates.len(), 4);
    for one in &updates {
        assert_eq!((one.field("actor"), one.field("subject.author")), (&Value::Null, &Value::Null));
        assert_eq!(one["at"], updates[0]["at"], "all at one time");
    }

    // The journal has no name.
    let query = "query($plan: ID!) { plan(id: $plan) { feedback { id } } events(first: 20, filter: { kinds: [FEEDBACK_RELEASED] }) { nodes {
        actor { name } change { after } } } }";
    let read = app.client(Person::Auditor).await.ok(query, json!({ "plan": plan["id"] })).await;
    let images = read["events"].to_string();
    assert!(images.contains("Ramah kepada warga"), "control: {images}");
    for who in [Person::Peer, Person::Team] {
        assert!(!images.contains(&who.staff().0.to_string()), "{images}");
    }
});

both!(released_texts_come_in_random_order, |app| async move {
    let plan = year::approved(&app).await;
    let authors = [
        app.client(Person::Peer).await,
        app.client(Person::Team).await,
        colleague(&app, "Colleague Contoh").await.1,
    ];
    let written: Vec<String> = (1..=12).map(|number| format!("Teks {number:02}")).collect();
    for (at, text) in written.iter().enumerate() {
        give(&authors[at % 3], Person::Employee, text).await;
    }
    app.pass_the_end_of_quarter(1);
    assert_eq!(released(&app).await, 12);
    service::journal::sequence(&app.env).await.expect("numbers");
    let employee = app.client(Person::Employee).await;
    // The chance that the random order equals the order of writing is one in 479 million.
    let query = r#"query($plan: ID!) { plan(id: $plan) { feedback { text } }
        updates(after: "start", first: 50, kinds: [FEEDBACK_RELEASED]) { nodes { subject { ... on Feedback { text } } } } }"#;
    let read = employee.ok(query, json!({ "plan": plan["id"] })).await;
    let in_plan = read["plan"]["feedback"].as_array().expect("a list").clone();
    let in_updates = read["updates"]["nodes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["subject"].clone())
        .collect();
    for found in [in_plan, in_updates] {
        let mut found: Vec<String> = texts(&found).into_iter().map(str::to_owned).collect();
        assert_ne!(found, written);
        found.sort();
        assert_eq!(found, written);
    }
});

both!(exports_of_both_sides_give_no_author_away, |app| async move {
    let plan = year::approved(&app).await;
    let texts = [(Person::Peer, "Satu"), (Person::Team, "Dua")];
    for (who, text) in texts {
        give(&app.client(who).await, Person::Employee, text).await;
    }
    give(&colleague(&app, "Colleague Contoh").await.1, Person::Employee, "Tiga").await;
    let exported = async |who: Person| {
        access::flush(&app.env).await.expect("a flush");
        let found =
            serde_json::to_value(export(&app.env, who.staff()).await.expect("an export")).expect("JSON");
        let sections = found["sections"].as_array().expect("sections").clone();
        move |name: &str| {
            let section = sections.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("{name}"));
            section["rows"].as_array().expect("rows").clone()
        }
    };
    let before = exported(Person::Employee).await;
    assert!(before("feedback").is_empty() && before("waiting_feedback").is_empty());
    assert_eq!(exported(Person::Peer).await("waiting_feedback")[0]["text"], "Satu");
    app.pass_the_end_of_quarter(1);
    assert_eq!(released(&app).await, 3);
    let about = exported(Person::Employee).await;
    assert_eq!(about("feedback").len(), 3);
    for section in ["feedback", "feedback_in_confidence", "event", "event_by_person", "access_log"] {
        let text = json!(about(section)).to_string();
        for (who, _) in texts {
            assert!(!text.contains(&who.staff().0.to_string()), "{section}: {text}");
        }
    }
    // The author's export contains their text, but nothing else that would show which of the released texts they wrote.
    let own = exported(Person::Peer).await;
    assert!(own("waiting_feedback").is_empty());
    let given = own("feedback_in_confidence");
    assert_eq!(given.len(), 1);
    assert_eq!((given[0].field("text"), given[0].get("id")), (&json!("Satu"), None));
    let read = feedback_on(&app.client(Person::Employee).await, &plan).await;
    assert_eq!(read.len(), 3);
});

both!(three_subordinates_write_about_their_superior, |app| async move {
    let manager = app.client(Person::Manager).await;
    let head = app.client(Person::Head).await;
    let plan = year::submitted(&manager, Person::Manager, year::content(None)).await;
    for (who, text) in [(Person::Employee, "Satu"), (Person::Peer, "Dua"), (Person::Team, "Tiga")] {
        let given = give(&app.client(who).await, Person::Manager, text).await;
        assert_eq!(given["waits"], true);
    }
    // The plan is submitted only: feedback needs no approved plan.
    app.pass_the_end_of_quarter(1);
    assert_eq!(released(&app).await, 3);
    let seen = feedback_on(&manager, &plan).await;
    assert_eq!((texts(&seen), names(&seen)), (vec!["Dua", "Satu", "Tiga"], vec!["-"; 3]));
    assert_eq!(seen[0]["direction"], "SUBORDINATE");
    assert_eq!(names(&feedback_on(&head, &plan).await), ["Peer Contoh", "Employee Contoh", "Team Contoh"]);

    // The head's own rater does not see the names: only the head sees them, as the rater of the plan.
    assert_eq!(names(&feedback_on(&app.client(Person::Secretary).await, &plan).await), ["-"; 3]);

    // The journal proves the names that are kept apart.
    let findings = async || {
        service::journal::sequence(&app.env).await.expect("numbers");
        service::journal::verify(&app.env, Vec::new(), |_| {}).await.expect("an audit").findings
    };
    exchange_authors(&app.env).await.expect("other authors");
    let found = findings().await;
    assert!(
        found.len() == 2 && found.iter().all(|one| one.to_string().contains("author")),
        "exchanged authors are found: {found:#?}"
    );
    exchange_authors(&app.env).await.expect("the authors again");
    assert!(findings().await.is_empty());
});

both!(an_admin_can_not_be_two_of_three_colleagues, |app| async move {
    let admin = app.client(Person::Admin).await;
    let plan = year::submitted(&admin, Person::Admin, year::content(None)).await;
    for (who, text) in [(Person::Head, "Satu"), (Person::Stranger, "Dua"), (Person::Auditor, "Tiga")] {
        give(&app.client(who).await, Person::Admin, text).await;
    }
    let codes = json!({ "recipients": { "staffIds": [ids::staff(Person::Stranger)] } });
    admin.mutate_once("issueActivationCodes", "codes { staffId }", codes).await;
    app.pass_the_end_of_quarter(1);
    assert_eq!(released(&app).await, 0, "only two of the three are independent");
    assert!(feedback_on(&admin, &plan).await.is_empty());
    // The control: without the rule the texts would be there.
    assert_eq!(release_at_once(&app.env, city::AGENCY).await.expect("a release"), 3);
});

both!(who_may_give_feedback_in_which_direction, |app| async move {
    year::approved(&app).await;
    let query = "query($id: ID!) { node(id: $id) { ... on Staff { feedbackDirections } } }";
    let employee = json!({ "id": ids::staff(Person::Employee) });
    for (who, expected) in [
        (Person::Mayor, json!(["SUPERIOR"])),
        (Person::Head, json!(["SUPERIOR"])),
        (Person::Manager, json!(["SUPERIOR"])),
        (Person::Employee, json!(["SELF"])),
        (Person::Peer, json!(["PEER"])),
        (Person::Team, json!(["PEER"])),
        (Person::Admin, json!([])),
        (Person::Auditor, json!([])),
        (Person::Stranger, json!([])),
        (Person::Outsider, json!([])),
    ] {
        let client = app.client(who).await;
        assert_eq!(
            client.ok(query, employee.clone()).await["node"]["feedbackDirections"],
            expected,
            "{who:?}"
        );
        let input = json!({ "staffId": ids::staff(Person::Employee), "text": "Baik" });
        if expected == json!([]) {
            assert_eq!(client.refused("giveFeedback", GIVEN, input).await, "FORBIDDEN", "{who:?}");
            continue;
        }
        let given = client.done("giveFeedback", GIVEN, input).await;
        let open = expected != json!(["PEER"]);
        assert_eq!(given["waits"], !open, "{who:?}");
        if open {
            assert_eq!(given["feedback"]["direction"], expected[0], "{who:?}");
            assert_eq!(given["feedback"]["author"]["name"], who.name());
            assert!(given["feedback"]["givenAt"].is_string());
        }
        let other =
            json!({ "staffId": ids::staff(Person::Employee), "text": "Baik", "direction": "SUBORDINATE" });
        assert_eq!(client.refused("giveFeedback", GIVEN, other).await, "FORBIDDEN", "{who:?}");
    }
    let manager = app.client(Person::Manager).await;
    let directions = manager.ok(query, json!({ "id": ids::staff(Person::Mayor) })).await;
    assert_eq!(directions["node"]["feedbackDirections"], json!([]), "the mayor is not appraised");
    let mayor = json!({ "staffId": ids::staff(Person::Mayor), "text": "Baik" });
    let secretary = app.client(Person::Secretary).await;
    assert_eq!(secretary.refusals("giveFeedback", GIVEN, mayor).await, bad_input(["staffId"]));
    let neither = manager.refusals("giveFeedback", GIVEN, json!({ "text": "Baik" })).await;
    assert_eq!(neither, bad_input(["planId"]));

    // A person who acts for a colleague's superior chooses the direction.
    let admin = app.client(Person::Admin).await;
    let (deputy, peer) = hired(&app, "Deputy Contoh", Person::Head).await;
    let acting = json!({ "assignmentId": ids::assignment(Person::Manager), "delegateId": deputy,
        "capacity": "PLH", "from": "2026-03-02", "reason": "Dinas luar" });
    admin.done("createDelegation", "delegation { id }", acting).await;
    assert_eq!(
        peer.ok(query, employee.clone()).await["node"]["feedbackDirections"],
        json!(["SUPERIOR", "PEER"])
    );
    let input = |direction: Option<&str>| json!({ "staffId": ids::staff(Person::Employee), "text": "Baik", "direction": direction });
    assert_eq!(peer.refusals("giveFeedback", GIVEN, input(None)).await, bad_input(["direction"]));
    let open = peer.done("giveFeedback", GIVEN, input(Some("SUPERIOR"))).await;
    assert_eq!(open["feedback"]["author"]["name"], "Deputy Contoh");
    assert_eq!(peer.done("giveFeedback", GIVEN, input(Some("PEER"))).await["waits"], true);
});

both!(texts_in_confidence_name_no_row_and_leave_no_trace_of_a_mistake, |app| async move {
    let plan = year::approved(&app).await;
    let peer = app.client(Person::Peer).await;
    let row = &plan["currentRevision"]["results"][0]["id"];
    let employee = json!(ids::staff(Person::Employee));
    let about_row = json!({ "staffId": employee, "text": "Baik", "about": { "planResultId": row } });
    assert_eq!(peer.refusals("giveFeedback", GIVEN, about_row).await, bad_input(["about"]));
    let unknown = ids::global(7, service::testing::id(0xdead));
    let input = json!({ "staffId": employee, "text": "Baik", "about": { "criterionId": unknown } });
    assert_eq!(peer.refused("giveFeedback", GIVEN, input.clone()).await, "NOT_FOUND");
    // An auditor who gets feedback could see who tried to write.
    access::flush(&app.env).await.expect("a flush");
    let auditor = app.client(Person::Auditor).await;
    let log = "{ accessLog(first: 100) { nodes { operation actor { name } } } }";
    let read = auditor.ok(log, json!({})).await;
    assert!(!read.to_string().contains("giveFeedback"), "{read}");
    // The control: on a plan the same mistake is recorded, because open feedback has a name anyway.
    let mut open = input;
    open.as_object_mut().expect("an object").remove("staffId");
    open["planId"] = plan["id"].clone();
    assert_eq!(app.client(Person::Manager).await.refused("giveFeedback", GIVEN, open).await, "NOT_FOUND");
    access::flush(&app.env).await.expect("a flush");
    assert!(auditor.ok(log, json!({})).await.to_string().contains("giveFeedback"));
});

both!(the_person_replies_once, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let input = json!({ "planId": plan["id"], "text": "Perbanyak dialog dengan warga." });
    let given = manager.done("giveFeedback", GIVEN, input).await["feedback"].clone();
    assert_eq!((&given["aboutKind"], &given["direction"]), (&json!("GENERAL"), &json!("SUPERIOR")));
    let reply = |version: i32| json!({ "feedbackId": given["id"], "expectedVersion": version, "text": "Siap, mulai pekan ini." });
    for who in [Person::Manager, Person::Head, Person::Team, Person::Admin, Person::Auditor] {
        let refused = app.client(who).await.refused("replyFeedback", GIVEN, reply(1)).await;
        assert_eq!(refused, "FORBIDDEN", "{who:?}");
    }
    assert_eq!(employee.refused("replyFeedback", GIVEN, reply(2)).await, "CONFLICT");
    let actions =
        "query($id: ID!) { node(id: $id) { ... on Feedback { version reply repliedAt allowedActions {
        action allowed code whoCan { name } } } } }";
    let before = employee.ok(actions, json!({ "id": given["id"] })).await["node"].clone();
    assert_eq!(
        before["allowedActions"],
        json!([{ "action": "REPLY_FEEDBACK", "allowed": true, "code": null, "whoCan": [{ "name": "Employee Contoh" }] }])
    );
    let replied = employee.done("replyFeedback", GIVEN, reply(1)).await["feedback"].clone();
    assert_eq!((&replied["reply"], &replied["version"]), (&json!("Siap, mulai pekan ini."), &json!(2)));
    assert_eq!(employee.refused("replyFeedback", GIVEN, reply(2)).await, "INVALID_TRANSITION");
});

both!(after_the_year_is_final_feedback_goes_to_the_next_plan, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let admin = app.client(Person::Admin).await;
    let give = async |text: &str, about: Value| {
        let input = json!({ "planId": plan["id"], "text": text, "about": about });
        manager.done("giveFeedback", GIVEN, input).await
    };
    for part in [1, 2, 3, 4, 0] {
        let found = year::evaluations(&manager, &plan).await;
        let one = found.iter().find(|one| one["period"]["part"] == part).expect("the part").clone();
        app.pass_the_end_of_quarter(if part == 0 { 4 } else { part });
        let row = &plan["currentRevision"]["results"][0]["id"];
        let report = json!({ "realisations": [{ "planResultId": row, "text": "Selesai" }] });
        let one = employee.act(&EVALUATION, "reportRealisation", &one, report).await;
        let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" });
        let one = manager.act(&EVALUATION, "rateEvaluation", &one, rating).await;
        if part == 0 {
            assert_eq!(give("Sebelum final", Value::Null).await.field("waits"), &json!(false));
        }
        let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
        manager.act(&EVALUATION, "finaliseEvaluation", &one, reason).await;
    }
    let row = json!({ "planResultId": plan["currentRevision"]["results"][0]["id"] });
    assert_eq!(give("Baris tetap di SKP-nya", row).await["waits"], false);
    assert_eq!(give("Untuk tahun depan", Value::Null).await.field("waits"), &json!(true));
    let criterion = json!({ "criterionId": ids::criterion(2) });
    assert_eq!(give("Perilaku tahun depan", criterion).await["waits"], true);
    assert_eq!(released(&app).await, 0, "there is no next plan");
    let opened =
        admin.done("openPeriod", "period { id }", json!({ "year": 2027, "cycle": "QUARTERLY" })).await;
    let input =
        json!({ "assignmentId": ids::assignment(Person::Employee), "periodId": opened["period"]["id"] });
    let next = employee.create(&PLAN, "createPlan", input).await;
    assert_eq!(released(&app).await, 2);
    let seen = feedback_on(&employee, &next).await;
    assert_eq!(texts(&seen), ["Perilaku tahun depan", "Untuk tahun depan"]);
    assert_eq!(names(&seen), ["Manager Contoh"; 2], "open feedback keeps its author");
    assert_eq!(give("Langsung ke SKP berikut", Value::Null).await.field("waits"), &json!(false));
    assert_eq!(feedback_on(&employee, &next).await.len(), 3);
    assert_eq!(texts(&feedback_on(&employee, &plan).await), ["Baris tetap di SKP-nya", "Sebelum final"]);
});

both!(the_control_shows_texts_at_once, |app| async move {
    let plan = year::approved(&app).await;
    give(&app.client(Person::Peer).await, Person::Employee, "Satu").await;
    assert_eq!(released(&app).await, 0);
    // The first part must have ended, as for every release.
    app.pass_the_end_of_quarter(1);
    assert_eq!(release_at_once(&app.env, city::AGENCY).await.expect("a release"), 1);
    assert_eq!(texts(&feedback_on(&app.client(Person::Employee).await, &plan).await), ["Satu"]);
});
