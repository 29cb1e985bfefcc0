//! Marks of activities: their content for each reader, and the person's answer.

use crate::{
    both,
    evidence::{PNG, record, row, upload},
    support::{Client, Fields, Person},
    year,
};
use serde_json::{Value, json};

const MARKS: &str = "query($id: ID!) { node(id: $id) { ... on Activity { version
    marks { kind kindLabel sentence(locale: EN) elsewhere evidence { name url } activities { id staff { id } } }
    markAnswer { text answeredAt }
    evidence { marks { kind } }
    allowedActions { action allowed } } } }";

async fn read(client: &Client, activity: &Value) -> Value {
    client.ok(MARKS, json!({ "id": activity["id"] })).await["node"].clone()
}

/// The kinds of the marks of an activity, as this client sees them.
fn kinds(of: &Value) -> Vec<&str> {
    of["marks"].as_array().expect("marks").iter().map(|mark| mark["kind"].as_str().expect("a kind")).collect()
}

/// The mark of this kind.
fn mark<'a>(of: &'a Value, kind: &str) -> &'a Value {
    let found = of["marks"].as_array().expect("marks").iter().find(|mark| mark["kind"] == kind);
    found.unwrap_or_else(|| panic!("no {kind}: {of:#}"))
}

const TEXT: &str = "Menyusun laporan bulanan layanan administrasi bidang, edisi Maret";

both!(marks_name_only_what_the_reader_can_see, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let head = app.client(Person::Head).await;
    let outsider = app.client(Person::Outsider).await;
    let stranger = app.client(Person::Stranger).await;
    let of_other = year::submitted(&outsider, Person::Outsider, year::content(None)).await;
    stranger.act(&crate::support::PLAN, "reviewPlan", &of_other, json!({ "decision": "APPROVE" })).await;

    let with_text = |hour: u32, text: &str, evidence: Value| {
        let mut row = row(hour, evidence);
        row["description"] = json!(text);
        row
    };
    let own = upload(&employee, "foto.png", PNG).await;
    let evidence = json!([{ "uploadId": own }, { "url": "https://contoh.go.id/a" }]);
    let first = record(&employee, &plan, with_text(2, TEXT, evidence)).await["activity"].clone();
    let seen = read(&manager, &first).await;
    assert_eq!(kinds(&seen), ["LINK_CAN_CHANGE"]);
    assert_eq!(mark(&seen, "LINK_CAN_CHANGE")["evidence"]["url"], "https://contoh.go.id/a");
    assert_eq!(seen["evidence"], json!([{ "marks": [] }, { "marks": [{ "kind": "LINK_CAN_CHANGE" }] }]));

    // Someone whom the manager does not see has the same file and the same text.
    let theirs = upload(&outsider, "lain.png", PNG).await;
    let text = TEXT.to_uppercase().replace(' ', "  ");
    let other = record(&outsider, &of_other, with_text(3, &text, json!([{ "uploadId": theirs }]))).await;
    let other = other["activity"].clone();
    for client in [&manager, &employee] {
        let seen = read(client, &first).await;
        assert_eq!(kinds(&seen), ["SAME_FILE", "SAME_TEXT", "LINK_CAN_CHANGE"]);
        for kind in ["SAME_FILE", "SAME_TEXT"] {
            let found = mark(&seen, kind);
            assert_eq!((&found["activities"], &found["elsewhere"]), (&json!([]), &json!(true)), "{kind}");
            assert!(found["sentence"].as_str().expect("a sentence").contains("can't see"), "{found}");
        }
    }
    // A reader who sees both activities gets both names.
    let auditor = app.client(Person::Auditor).await;
    let seen = read(&auditor, &first).await;
    for kind in ["SAME_FILE", "SAME_TEXT"] {
        let found = mark(&seen, kind);
        assert_eq!(found["activities"][0]["id"], other["id"], "{kind}");
        assert_eq!(found["elsewhere"], false);
    }
    assert_eq!(kinds(&read(&auditor, &other).await), ["SAME_FILE", "SAME_TEXT"]);

    // The same file on another day, at the same time as another activity.
    let again = with_text(2, "Rapat", json!([{ "uploadId": own }]));
    let second = record(&employee, &plan, again).await["activity"].clone();
    let seen = read(&head, &second).await;
    assert_eq!(kinds(&seen), ["SAME_FILE", "OVERLAP"]);
    assert_eq!(mark(&seen, "SAME_FILE")["activities"][0]["id"], first["id"]);
    assert_eq!(mark(&seen, "OVERLAP")["activities"][0]["id"], first["id"]);
    assert_eq!(read(&head, &first).await["marks"][0]["activities"][0]["id"], second["id"]);

    // The control of all these marks: a discarded draft no longer counts.
    let rows = json!([{ "id": second["id"], "expectedVersion": 1 }]);
    employee.done("discardActivities", "results { row }", json!({ "rows": rows })).await;
    assert_eq!(kinds(&read(&employee, &first).await), ["SAME_FILE", "SAME_TEXT", "LINK_CAN_CHANGE"]);
    assert_eq!(mark(&read(&employee, &first).await, "SAME_FILE")["activities"], json!([]));
    assert_eq!(kinds(&read(&employee, &second).await), [""; 0]);
});

both!(late_and_claimed_times_are_marked, |app| async move {
    let plan = year::approved(&app).await;
    let employee = app.client(Person::Employee).await;
    let mut late = row(2, json!([]));
    late["startedAt"] = json!("2026-02-10T02:00:00Z");
    late["endedAt"] = json!("2026-02-10T03:00:00Z");
    late["claimedAt"] = json!("2026-02-10T03:00:00Z");
    let late = record(&employee, &plan, late).await["activity"].clone();
    assert_eq!(kinds(&read(&employee, &late).await), ["LATE", "CLAIMED_TIME"]);
    let mut fresh = row(4, json!([]));
    fresh["claimedAt"] = json!("2026-03-01T06:00:00Z");
    let fresh = record(&employee, &plan, fresh).await["activity"].clone();
    assert_eq!(kinds(&read(&employee, &fresh).await), [""; 0]);
});

both!(the_person_answers_and_the_rater_reads_it, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager) = (app.client(Person::Employee).await, app.client(Person::Manager).await);
    let link = json!([{ "url": "https://contoh.go.id/a" }]);
    let activity = record(&employee, &plan, row(2, link)).await["activity"].clone();
    assert_eq!(read(&employee, &activity).await.field("markAnswer"), &Value::Null);
    let answer = |version: i32, text: &str| json!({ "activityId": activity["id"], "expectedVersion": version, "text": text });
    let payload = "activity { version markAnswer { text } }";
    let done = employee.done("answerMarks", payload, answer(1, "Folder ini tidak diubah lagi")).await;
    assert_eq!(done["activity"]["version"], 2);
    let seen = read(&manager, &activity).await;
    assert_eq!(seen["markAnswer"]["text"], "Folder ini tidak diubah lagi");
    assert!(seen["markAnswer"]["answeredAt"].is_string());
    assert_eq!(employee.refused("answerMarks", payload, answer(1, "Lagi")).await, "CONFLICT");
    assert_eq!(employee.refused("answerMarks", payload, answer(2, "  ")).await, "BAD_USER_INPUT");
    assert_eq!(manager.refused("answerMarks", payload, answer(2, "Saya")).await, "FORBIDDEN");
    let stranger = app.client(Person::Stranger).await;
    let query = "mutation($input: AnswerMarksInput!) { answerMarks(input: $input) { activity { id } } }";
    assert_eq!(stranger.error(query, json!({ "input": answer(2, "Saya") })).await, "NOT_FOUND");
    let history = "query($id: ID!) { node(id: $id) { ... on Activity { history { nodes { kind } } } } }";
    service::journal::sequence(&app.env).await.expect("numbers");
    let history = manager.ok(history, json!({ "id": activity["id"] })).await;
    assert_eq!(history["node"]["history"]["nodes"][1]["kind"], "ACTIVITY_MARKS_ANSWERED");
});
