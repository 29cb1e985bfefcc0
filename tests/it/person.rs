//! The data that is stored about a person, and the data that a person could read and did read.

use crate::{
    both,
    support::{EVALUATION, Fields, Person, TestApp, ids},
    year,
};
use domain::time::Date;
use serde_json::{Value, json};
use service::{
    person::{BreachOf, breach, breach_of, export, staff_named},
    testing::city,
};

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

async fn exported(app: &TestApp, who: Person) -> Value {
    service::access::flush(&app.env).await.expect("a flush");
    let export = export(&app.env, who.staff()).await.expect("an export");
    serde_json::to_value(export).expect("JSON")
}

fn section<'a>(export: &'a Value, name: &str) -> &'a Vec<Value> {
    let sections = export.field("sections").as_array().expect("sections");
    let section = sections.iter().find(|section| section.field("name") == name).expect(name);
    section.field("rows").as_array().expect("rows")
}

async fn report(app: &TestApp, who: Person, from: &str, until: &str) -> Value {
    service::access::flush(&app.env).await.expect("a flush");
    let found = breach(&app.env, BreachOf::Staff(who.staff()), day(from), day(until)).await;
    serde_json::to_value(found.expect("a report")).expect("JSON")
}

/// The days on which a person could be read, with the reasons.
fn days(report: &Value, who: Person) -> Option<&Value> {
    let all = report.field("could_read").as_array().expect("people");
    let one = all.iter().find(|one| *one.field("person.name") == who.name())?;
    Some(one.field("days"))
}

both!(
    an_export_has_the_rows_the_journal_and_the_trail_without_drafts_and_secrets,
    |app: TestApp| async move {
        let plan = year::approved(&app).await;
        let manager = app.client(Person::Manager).await;
        let evaluation = year::reported_quarter(&app, &plan).await;
        let rating = json!({ "resultRating": "ABOVE", "resultReason": "RAHASIA-DRAF", "behaviourRating": "AS_EXPECTED" });
        let draft = manager.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await;
        let found = exported(&app, Person::Employee).await;
        let text = found.to_string();
        assert!(!text.contains("RAHASIA-DRAF"), "a draft is the rater's alone");
        for secret in ["hash", "token", "salt"] {
            assert!(
                !text.contains(&format!("_{secret}\"")) && !text.contains(&format!("\"{secret}\"")),
                "{secret}"
            );
        }
        assert_eq!(section(&found, "staff")[0]["nip"], Person::Employee.nip().expect("a NIP"));
        assert_eq!(*section(&found, "staff")[0].field("status_label.en"), "Active");
        assert_eq!(section(&found, "plan").len(), 1);
        assert!(section(&found, "plan_revision")[0].field("content").is_object());
        let draft_row = |row: &&Value| row["status"] == "RATED_DRAFT";
        let drafts: Vec<&Value> = section(&found, "evaluation").iter().filter(draft_row).collect();
        assert_eq!(drafts.len(), 1);
        assert_eq!(*drafts[0].field("status_label.en"), "Draft of ratings");
        let entries = section(&found, "event");
        assert!(
            entries.iter().any(|entry| entry["kind"] == "PLAN_REVIEWED" && entry.field("after").is_object()),
            "{entries:#?}"
        );

        let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
        manager.act(&EVALUATION, "finaliseEvaluation", &draft, reason).await;
        let head = app.client(Person::Head).await;
        head.ok("{ evaluations(first: 100) { nodes { predicate } } }", json!({})).await;
        let found = exported(&app, Person::Employee).await;
        assert!(found.to_string().contains("RAHASIA-DRAF"), "control: now it is final");
        let read_by: Vec<&Value> =
            section(&found, "access_log").iter().map(|row| row.field("actor_id")).collect();
        assert!(read_by.contains(&&json!(Person::Head.staff().0)), "{read_by:?}");
        // The rater's export does not contain the employee's ratings.
        let of_manager = exported(&app, Person::Manager).await;
        assert!(!of_manager.to_string().contains("RAHASIA-DRAF"));
        assert_eq!(section(&of_manager, "rated").len(), 5);
        assert!(
            section(&of_manager, "event_by_person")
                .iter()
                .any(|entry| entry["kind"] == "EVALUATION_FINALISED")
        );
    }
);

both!(people_are_found_by_nip_and_keys_by_id, |app: TestApp| async move {
    let nip = Person::Employee.nip().expect("a NIP");
    let found = staff_named(&app.env, &format!(" {nip} ")).await.expect("the employee");
    assert_eq!(found.id, Person::Employee.staff().0);
    assert!(staff_named(&app.env, "tidak-ada").await.is_err());
    let admin = app.client(Person::Admin).await;
    let new = json!({ "name": "Dasbor", "orgUnitId": ids::unit(city::OFFICE) });
    admin.done("createApiKey", "key", new).await;
    let keys = "{ apiKeys(first: 1) { nodes { id } } }";
    let key = admin.ok(keys, json!({})).await["apiKeys"]["nodes"][0]["id"].clone();
    let id = ids::staff_of(&key).0;
    let of = breach_of(&app.env, &id.to_string()).await.expect("the key");
    assert_eq!(of, BreachOf::ApiKey(id.into()));
    let mut tool = app.anonymous();
    let new = json!({ "name": "Lain", "orgUnitId": ids::unit(city::OFFICE) });
    tool.token = admin.done("createApiKey", "key", new).await["key"].as_str().map(str::to_owned);
    tool.error("{ staff(first: 1) { nodes { id } } }", json!({})).await;
    let report = breach(&app.env, of, day("2026-03-01"), day("2026-03-31")).await.expect("a report");
    let report = serde_json::to_value(report).expect("JSON");
    assert_eq!((report.field("read"), report.field("could_read")), (&json!([]), &json!([])));
});

both!(a_breach_lists_what_was_and_what_could_be_read, |app: TestApp| async move {
    let plan = year::approved(&app).await;
    let manager = app.client(Person::Manager).await;
    let evaluation = year::reported_quarter(&app, &plan).await;
    let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" });
    let draft = manager.act(&EVALUATION, "rateEvaluation", &evaluation, rating).await;
    let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
    manager.act(&EVALUATION, "finaliseEvaluation", &draft, reason).await;
    let of_manager = report(&app, Person::Manager, "2026-03-01", "2026-04-30").await;
    let read = of_manager.field("read").as_array().expect("reads");
    assert_eq!(read.len(), 1, "{of_manager:#}");
    assert_eq!(*read[0].field("staff.name"), Person::Employee.name());
    assert_eq!(*read[0].field("kind_label.en"), "Ratings read");
    let always = json!([{ "from": "2026-03-01", "until": "2026-04-30", "because": ["SUPERIOR"] }]);
    assert_eq!(days(&of_manager, Person::Employee), Some(&always));
    assert_eq!(days(&of_manager, Person::Head), None);
    assert_eq!(of_manager.field("rater_of").as_array().map(Vec::len), Some(5));
    // Nothing was read outside these days.
    let earlier = report(&app, Person::Manager, "2026-03-01", "2026-03-31").await;
    assert_eq!(earlier.field("read"), &json!([]));

    // A role for some days, and powers of another for some days.
    let admin = app.client(Person::Admin).await;
    app.set_clock("2026-04-06T02:00:00Z");
    let grant = json!({ "staffId": ids::staff(Person::Outsider), "role": "PERFORMANCE_TEAM", "orgUnitId": ids::unit(city::SECTION) });
    let granted = admin.done("grantRole", "roleGrant { id }", grant).await["roleGrant"].clone();
    app.set_clock("2026-04-08T02:00:00Z");
    let revoke = json!({ "roleGrantId": granted["id"] });
    admin.done("revokeRole", "roleGrant { id }", revoke).await;
    let acting = json!({
        "assignmentId": ids::assignment(Person::Manager), "delegateId": ids::staff(Person::Outsider),
        "capacity": "PLH", "from": "2026-04-20", "to": "2026-04-22", "reason": "Cuti",
    });
    admin.done("createDelegation", "delegation { id }", acting).await;
    let of_outsider = report(&app, Person::Outsider, "2026-04-01", "2026-04-30").await;
    let expected = json!([
        { "from": "2026-04-06", "until": "2026-04-08", "because": ["PERFORMANCE_TEAM"] },
        { "from": "2026-04-20", "until": "2026-04-21", "because": ["ACTING_SUPERIOR"] },
    ]);
    assert_eq!(days(&of_outsider, Person::Employee), Some(&expected), "{of_outsider:#}");
    // An auditor could read everyone.
    let of_auditor = report(&app, Person::Auditor, "2026-04-01", "2026-04-01").await;
    assert_eq!(of_auditor.field("could_read").as_array().map(Vec::len), Some(10));
});
