//! Calendars of working days: the rights to set and read them, and the objection periods that depend on them.

use crate::{
    both,
    regulation::{SHIPPED, add, changed, final_year},
    support::{Client, EVALUATION, Fields, Person, TestApp, ids, paths, refusals},
};
use serde_json::{Value, json};
use service::testing::city;

const CALENDAR: &str = "query($year: Int!) { calendar(year: $year) {
    id year version days { date name jointLeave } allowedActions { action allowed code } } }";
const SELECTION: &str = "calendar { id year version days { date name jointLeave } }";

/// Days off of 2027; joint leave has a star.
fn days(days: &[&str]) -> Value {
    let off = |day: &&str| json!({ "date": day.trim_end_matches('*'), "name": "Libur contoh", "jointLeave": day.ends_with('*') });
    days.iter().map(off).collect()
}

fn year(version: Option<i32>, off: &[&str]) -> Value {
    let mut input = json!({ "year": 2027, "days": days(off) });
    if let Some(version) = version {
        input["expectedVersion"] = json!(version);
    }
    input
}

async fn read(client: &Client, year: i32) -> Value {
    client.ok(CALENDAR, json!({ "year": year })).await.field("calendar").clone()
}

both!(everyone_reads_the_calendar_that_an_admin_sets, |app| async move {
    let (admin, employee) = (app.client(Person::Admin).await, app.client(Person::Employee).await);
    let before = employee.ok(CALENDAR, json!({ "year": 2027 })).await;
    assert_eq!(before.field("calendar"), &Value::Null);
    let set = year(None, &["2027-03-10", "2027-03-09*"]);
    let made = admin.mutate_and_replay("setCalendar", SELECTION, set).await["calendar"].clone();
    assert_eq!((&made["version"], &made["days"]), (&json!(1), &days(&["2027-03-09*", "2027-03-10"])));
    let seen = read(&employee, 2027).await;
    assert_eq!((&seen["id"], &seen["days"]), (&made["id"], &made["days"]));
    let refused = json!([{ "action": "SET_CALENDAR", "allowed": false, "code": "FORBIDDEN" }]);
    assert_eq!(seen["allowedActions"], refused);
    let allowed = json!([{ "action": "SET_CALENDAR", "allowed": true, "code": null }]);
    assert_eq!(read(&admin, 2027).await["allowedActions"], allowed);

    let changed = admin.done("setCalendar", SELECTION, year(Some(1), &["2027-03-11"])).await;
    assert_eq!((&changed["calendar"]["id"], &changed["calendar"]["version"]), (&made["id"], &json!(2)));
    // The same days again change nothing.
    let same = admin.done("setCalendar", SELECTION, year(Some(2), &["2027-03-11"])).await;
    assert_eq!(same["calendar"]["version"], 2);
    let other = employee.ok(CALENDAR, json!({ "year": 2026 })).await;
    assert_eq!(other.field("calendar"), &Value::Null);

    service::journal::sequence(&app.env).await.expect("numbers");
    let node = "query($id: ID!) { node(id: $id) { ... on Calendar { year history { edges { node {
        kind kindLabel subjectKind subjectId subjectVersion change { before after } } } } } } }";
    let read = employee.ok(node, json!({ "id": made["id"] })).await["node"].clone();
    assert_eq!(read["year"], 2027);
    let entries: Vec<&Value> =
        read["history"]["edges"].as_array().expect("entries").iter().map(|edge| &edge["node"]).collect();
    assert_eq!(entries.len(), 2);
    assert_eq!(
        (&entries[1]["kind"], &entries[1]["kindLabel"], &entries[1]["subjectKind"]),
        (&json!("CALENDAR_SET"), &json!("Calendar set"), &json!("CALENDAR"))
    );
    assert_eq!((&entries[1]["subjectId"], &entries[1]["subjectVersion"]), (&made["id"], &json!(2)));
    assert_eq!(entries[1]["change"]["after"]["days"][0]["date"], "2027-03-11");
    // Images have the names of the domain.
    assert_eq!(entries[1]["change"]["before"]["days"][0].field("joint_leave"), &json!(true));
});

both!(only_admins_and_the_team_of_the_agency_set_a_calendar, |app| async move {
    let set = || year(None, &["2027-03-10"]);
    // The team of an office has the role over this office only.
    for who in [
        Person::Employee,
        Person::Manager,
        Person::Head,
        Person::Secretary,
        Person::Mayor,
        Person::Team,
        Person::Auditor,
    ] {
        let refused = app.client(who).await.refused("setCalendar", SELECTION, set()).await;
        assert_eq!(refused, "FORBIDDEN", "{who:?}");
    }
    let admin = app.client(Person::Admin).await;
    let role = json!({ "staffId": ids::staff(Person::Team), "role": "PERFORMANCE_TEAM", "orgUnitId": ids::unit(city::ROOT) });
    admin.done("grantRole", "roleGrant { id }", role).await;
    let team = app.client(Person::Team).await;
    assert_eq!(team.done("setCalendar", SELECTION, set()).await["calendar"]["version"], 1);
    let document = "mutation($input: SetCalendarInput!) { setCalendar(input: $input) { errors { code } } }";
    assert_eq!(app.anonymous().error(document, json!({ "input": set() })).await, "UNAUTHENTICATED");
    assert_eq!(app.anonymous().error(CALENDAR, json!({ "year": 2027 })).await, "UNAUTHENTICATED");
});

both!(each_refusal_names_the_invalid_day, |app| async move {
    let admin = app.client(Person::Admin).await;
    let mut input = year(None, &["2027-03-10", "2026-03-10", "2027-03-10"]);
    input["days"][0]["name"] = json!(" ");
    let payload = admin.mutate_and_replay("setCalendar", SELECTION, input).await;
    assert_eq!(payload.field("calendar"), &Value::Null);
    assert_eq!(paths(&refusals(&payload)), ["days.0.name", "days.1.date", "days.2.date"]);
    let far = json!({ "year": 1999, "days": [] });
    assert_eq!(paths(&refusals(&admin.mutate_and_replay("setCalendar", SELECTION, far).await)), ["year"]);
    // A year without a calendar has no version; one with a calendar has one.
    assert_eq!(admin.refused("setCalendar", SELECTION, year(Some(1), &[])).await, "NOT_FOUND");
    admin.done("setCalendar", SELECTION, year(None, &["2027-03-10"])).await;
    for version in [None, Some(2)] {
        assert_eq!(
            admin.refused("setCalendar", SELECTION, year(version, &[])).await,
            "CONFLICT",
            "{version:?}"
        );
    }
    assert_eq!(read(&admin, 2027).await["days"], days(&["2027-03-10"]));
});

/// A version of the regulation that counts working days.
fn in_working_days() -> String {
    let next = changed(SHIPPED, "version = 1", "version = 2");
    let counting = "[objection.counting]\nconfidence = \"uncertain\"\nvalue = ";
    changed(&next, &format!("{counting}\"CALENDAR\""), &format!("{counting}\"WORKING\""))
}

async fn until(client: &Client, evaluation: &Value) -> Value {
    let query = "query($id: ID!) { evaluation(id: $id) { objectionUntil version } }";
    client.ok(query, json!({ "id": evaluation["id"] })).await["evaluation"].clone()
}

async fn extensions(app: &TestApp, client: &Client) -> usize {
    service::journal::sequence(&app.env).await.expect("numbers");
    let query = "{ updates(after: \"start\", kinds: [OBJECTION_EXTENDED]) { edges { node { kind } } } }";
    client.ok(query, json!({})).await["updates"]["edges"].as_array().expect("updates").len()
}

// A result that is delivered on Friday 1 January 2027: the last of 14 working days is Thursday 21 January.
both!(a_moved_holiday_never_shortens_a_running_time_to_object, |app| async move {
    let admin = app.client(Person::Admin).await;
    let (employee, manager, head) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Head).await,
    );
    add(&admin, "aturan.toml", &in_working_days(), false).await;
    admin.done("setCalendar", SELECTION, year(None, &["2027-01-12*"])).await;
    let last = final_year(&app, "AS_EXPECTED", "AS_EXPECTED").await;
    let delivered = manager.act(&EVALUATION, "deliverEvaluation", &last, json!({})).await;
    assert_eq!(until(&employee, &delivered).await["objectionUntil"], "2027-01-22", "the calendar counts");

    // The day off is removed: the last day that was announced to the employee still counts.
    admin.done("setCalendar", SELECTION, year(Some(1), &["2027-02-10*"])).await;
    let kept = until(&employee, &delivered).await;
    assert_eq!((&kept["objectionUntil"], &kept["version"]), (&json!("2027-01-22"), &delivered["version"]));
    assert_eq!(extensions(&app, &employee).await, 0);

    // Two days off are added within the objection period: it gets longer, and the employee is notified.
    let set = year(Some(2), &["2027-01-13", "2027-01-14*"]);
    admin.mutate_and_replay("setCalendar", SELECTION, set).await;
    let longer = until(&employee, &delivered).await;
    assert_eq!(longer["objectionUntil"], "2027-01-25");
    assert_eq!(extensions(&app, &employee).await, 1);

    // The negative control: for a result that is delivered again, the days are counted again, and it gets the earlier
    // day.
    admin.done("setCalendar", SELECTION, year(Some(3), &[])).await;
    let kept = until(&employee, &delivered).await;
    assert_eq!(kept["objectionUntil"], "2027-01-25");
    let current = json!({ "id": delivered["id"], "version": kept["version"] });
    let why = json!({ "reason": "Angka realisasi keliru" });
    let draft = head.act(&EVALUATION, "reopenEvaluation", &current, why).await;
    let gaps: Vec<Value> =
        (1..=4).map(|part| json!({ "periodId": ids::quarter(part), "reason": "Baru mulai" })).collect();
    let input = json!({ "missingUnitPredicateReason": "Belum ditetapkan", "gapReasons": gaps });
    let again = manager.act(&EVALUATION, "finaliseEvaluation", &draft, input).await;
    let again = manager.act(&EVALUATION, "deliverEvaluation", &again, json!({})).await;
    assert_eq!(until(&employee, &again).await["objectionUntil"], "2027-01-21");
});
