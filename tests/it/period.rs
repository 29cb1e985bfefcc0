//! Years with their parts, and the predicates of units.

use crate::{
    both,
    support::{Fields, Person, TestApp, global, paths, with},
    year,
};
use serde_json::{Value, json};
use service::testing::city;

const PERIOD: &str = "period { id year part startsOn endsOn planDeadline reportDeadline ratingDeadline status version parts { id part endsOn status version } }";

fn close(id: &Value, version: i32) -> Value {
    json!({ "periodId": id, "expectedVersion": version })
}

both!(an_admin_opens_a_year_with_its_parts, |app| async move {
    let admin = app.client(Person::Admin).await;
    let input = json!({ "year": 2027, "cycle": "MONTHLY", "reportDays": 5, "idempotencyKey": "5b0e4f0e-6a53-4d0c-9f7b-3a8a3f0f5f12" });
    let opened = admin.done("openPeriod", PERIOD, input.clone()).await;
    let year = &opened["period"];
    assert_eq!((&year["part"], &year["planDeadline"]), (&json!(0), &json!("2027-01-31")));
    assert_eq!(year["parts"].as_array().map(Vec::len), Some(12));
    assert_eq!(year["parts"][1]["endsOn"], "2027-02-28");
    assert_eq!(admin.done("openPeriod", PERIOD, input).await, opened, "a replay opens nothing");

    let list = "query($year: Int) { periods(filter: { year: $year, yearsOnly: true }) { totalCount edges { node { year } } } }";
    let employee = app.client(Person::Employee).await;
    assert_eq!(employee.ok(list, json!({})).await["periods"]["totalCount"], 2);
    assert_eq!(employee.ok(list, json!({ "year": 2027 })).await["periods"]["edges"][0]["node"]["year"], 2027);
});

both!(invalid_or_existing_years_are_refused, |app| async move {
    let admin = app.client(Person::Admin).await;
    let again = json!({ "year": 2026, "cycle": "QUARTERLY" });
    assert_eq!(admin.refused("openPeriod", PERIOD, again.clone()).await, "BAD_USER_INPUT");
    let invalid = json!({ "year": 1990, "cycle": "QUARTERLY", "reportDays": -1, "ratingDays": 400 });
    let refusals = admin.refusals("openPeriod", PERIOD, invalid).await;
    assert_eq!(paths(&refusals)[..3], ["year", "reportDays", "ratingDays"]);
    for who in [Person::Employee, Person::Team, Person::Auditor, Person::Secretary] {
        let client = app.client(who).await;
        let input = json!({ "year": 2028, "cycle": "QUARTERLY" });
        assert_eq!(client.refused("openPeriod", PERIOD, input).await, "FORBIDDEN", "{who:?}");
    }
});

both!(a_year_closes_after_its_parts, |app| async move {
    app.pass_the_end_of_year();
    let admin = app.client(Person::Admin).await;
    let year = json!(global(9, city::YEAR));
    assert_eq!(
        admin.refused("closePeriod", PERIOD, close(&year, 1)).await,
        "INVALID_TRANSITION",
        "parts are open"
    );
    let first = json!(global(9, city::quarter(1)));
    assert_eq!(admin.refused("closePeriod", PERIOD, close(&first, 7)).await, "CONFLICT");
    let head = app.client(Person::Head).await;
    assert_eq!(head.refused("closePeriod", PERIOD, close(&first, 1)).await, "FORBIDDEN");
    for quarter in 1..=4 {
        let part = json!(global(9, city::quarter(quarter)));
        let closed = admin.done("closePeriod", PERIOD, close(&part, 1)).await;
        assert_eq!(
            (&closed["period"]["status"], &closed["period"]["version"]),
            (&json!("CLOSED"), &json!(2))
        );
    }
    assert_eq!(
        admin.refused("closePeriod", PERIOD, close(&first, 2)).await,
        "INVALID_TRANSITION",
        "closed already"
    );
    let closed = admin.done("closePeriod", PERIOD, with(close(&year, 1), json!({ "confirm": true }))).await;
    assert_eq!(closed["period"]["status"], "CLOSED");

    let document = "mutation($input: ClosePeriodInput!) { closePeriod(input: $input) { errors { code } } }";
    let unknown = close(&json!(global(9, uuid::Uuid::from_u128(9))), 1);
    assert_eq!(admin.error(document, json!({ "input": unknown })).await, "NOT_FOUND");
    let unit = close(&json!(global(1, city::YEAR)), 1);
    assert_eq!(admin.refused("closePeriod", PERIOD, unit).await, "BAD_USER_INPUT");
});

const PREDICATE: &str =
    "orgUnitPredicate { predicate predicateLabel note version orgUnit { id } period { id } }";

fn predicate(unit: domain::id::UnitId, version: Option<i32>) -> Value {
    json!({
        "orgUnitId": global(1, unit),
        "periodId": global(9, city::quarter(1)),
        "predicate": "OUTSTANDING",
        "note": "Sakip AA",
        "expectedVersion": version,
    })
}

async fn sets(app: &TestApp, who: Person, unit: domain::id::UnitId, version: Option<i32>) -> Value {
    app.pass_the_end_of_quarter(1);
    app.client(who).await.mutate_and_replay("setOrgUnitPredicate", PREDICATE, predicate(unit, version)).await
}

both!(the_head_above_or_the_team_sets_the_predicate_of_a_unit, |app| async move {
    let set = sets(&app, Person::Mayor, city::OFFICE, None).await;
    assert_eq!(set["errors"], json!([]));
    let value = &set["orgUnitPredicate"];
    assert_eq!((&value["predicateLabel"], &value["version"]), (&json!("Outstanding"), &json!(1)));
    assert_eq!(sets(&app, Person::Mayor, city::OFFICE, None).await["errors"][0]["code"], "CONFLICT");
    assert_eq!(sets(&app, Person::Mayor, city::OFFICE, Some(1)).await["orgUnitPredicate"]["version"], 2);
    assert_eq!(sets(&app, Person::Head, city::SECTION, None).await["errors"], json!([]));
    assert_eq!(sets(&app, Person::Team, city::OFFICE, Some(2)).await["orgUnitPredicate"]["version"], 3);

    let read = "query($unit: ID!, $period: ID!) { orgUnitPredicate(orgUnitId: $unit, periodId: $period) { predicate } }";
    let keys = json!({ "unit": global(1, city::OFFICE), "period": global(9, city::quarter(1)) });
    let peer = app.client(Person::Peer).await;
    assert_eq!(peer.ok(read, keys).await["orgUnitPredicate"]["predicate"], "OUTSTANDING");
});

both!(no_one_sets_the_predicate_of_their_own_unit, |app| async move {
    for who in
        [Person::Head, Person::Manager, Person::Employee, Person::Stranger, Person::Admin, Person::Auditor]
    {
        assert_eq!(sets(&app, who, city::OFFICE, None).await["errors"][0]["code"], "FORBIDDEN", "{who:?}");
    }
    assert_eq!(sets(&app, Person::Manager, city::SECTION, None).await["errors"][0]["code"], "FORBIDDEN");
});

both!(allowed_actions_match_rights_and_state, |app| async move {
    app.pass_the_end_of_quarter(1);
    let document = "{ periods(filter: { yearsOnly: true }) { edges { node { allowedActions { action allowed code } parts { allowedActions { allowed code } } } } } }";
    for (who, year, part) in [
        (Person::Admin, json!("INVALID_TRANSITION"), json!(null)),
        (Person::Employee, json!("FORBIDDEN"), json!("FORBIDDEN")),
    ] {
        let read = app.client(who).await.ok(document, json!({})).await;
        let node = &read["periods"]["edges"][0]["node"];
        let action = &node["allowedActions"][0];
        assert_eq!(
            (&action["action"], &action["allowed"], &action["code"]),
            (&json!("CLOSE_PERIOD"), &json!(false), &year)
        );
        assert_eq!(node.field("parts.0.allowedActions.0.code"), &part, "{who:?}");
    }
    sets(&app, Person::Mayor, city::OFFICE, None).await;
    let read = "query($unit: ID!, $period: ID!) { orgUnitPredicate(orgUnitId: $unit, periodId: $period) { setBy { name } allowedActions { action allowed code } } }";
    let keys = json!({ "unit": global(1, city::OFFICE), "period": global(9, city::quarter(1)) });
    for (who, allowed) in
        [(Person::Mayor, true), (Person::Team, true), (Person::Head, false), (Person::Admin, false)]
    {
        let found = app.client(who).await.ok(read, keys.clone()).await["orgUnitPredicate"].clone();
        assert_eq!(found["allowedActions"][0]["allowed"], allowed, "{who:?}");
        assert_eq!(found["setBy"]["name"], "Mayor Contoh");
    }
});

both!(a_closed_period_refuses_a_predicate, |app| async move {
    app.pass_the_end_of_quarter(1);
    let admin = app.client(Person::Admin).await;
    admin.done("closePeriod", PERIOD, close(&json!(global(9, city::quarter(1))), 1)).await;
    assert_eq!(sets(&app, Person::Mayor, city::OFFICE, None).await["errors"][0]["code"], "PERIOD_CLOSED");
});

const CLOSED: &str = "period { id status closedAt version } unfinished { kind kindLabel count }";

both!(unfinished_work_needs_a_confirmation, |app| async move {
    let admin = app.client(Person::Admin).await;
    let (employee, peer) = (app.client(Person::Employee).await, app.client(Person::Peer).await);
    let plan = year::approved(&app).await;
    year::submitted(&peer, Person::Peer, year::content(None)).await;
    let row = json!({
        "target": { "clientKey": "0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2d8f10" }, "description": "Tugas",
        "startedAt": "2026-03-01T01:00:00Z", "endedAt": "2026-03-01T02:00:00Z",
    });
    let results = "results { activity { id version } errors { code } }";
    let recorded =
        employee.done("recordActivities", results, json!({ "planId": plan["id"], "rows": [row] })).await;
    let activity = &recorded["results"][0]["activity"];
    let version = json!({ "rows": [{ "id": activity["id"], "expectedVersion": activity["version"] }] });
    employee.done("submitActivities", results, version).await;

    app.pass_the_end_of_year();
    let part = json!(global(9, city::quarter(1)));
    let refused = admin.mutate_once("closePeriod", CLOSED, close(&part, 1)).await;
    assert_eq!(refused.field("period"), &Value::Null);
    assert_eq!(paths(&crate::support::refusals(&refused)), ["confirm"]);
    let of_part = json!([
        { "kind": "ACTIVITY_NOT_REVIEWED", "kindLabel": "Activities not reviewed", "count": 1 },
        { "kind": "EVALUATION_NOT_REPORTED", "kindLabel": "Evaluations not reported", "count": 1 },
    ]);
    assert_eq!(refused["unfinished"], of_part);
    let sentence = refused["errors"][0]["message"].as_str().expect("a sentence");
    assert!(sentence.contains("Activities not reviewed: 1; Evaluations not reported: 1"), "{sentence}");
    // Someone without the right gets no figures.
    let by_head = app.client(Person::Head).await.mutate_once("closePeriod", CLOSED, close(&part, 1)).await;
    assert_eq!((&by_head["errors"][0]["code"], &by_head["unfinished"]), (&json!("FORBIDDEN"), &json!([])));
    // Nothing was written: the version is the same.
    let confirmed = with(close(&part, 1), json!({ "confirm": true }));
    let closed = admin.done("closePeriod", CLOSED, confirmed).await;
    assert_eq!((&closed["period"]["status"], &closed["unfinished"]), (&json!("CLOSED"), &of_part));
    for quarter in 2..=4 {
        let part = json!(global(9, city::quarter(quarter)));
        admin.done("closePeriod", CLOSED, with(close(&part, 1), json!({ "confirm": true }))).await;
    }
    let year = json!(global(9, city::YEAR));
    let refused = admin.mutate_once("closePeriod", CLOSED, close(&year, 1)).await;
    let kinds: Vec<_> =
        refused["unfinished"].as_array().expect("a list").iter().map(|one| &one["kind"]).collect();
    assert_eq!(json!(kinds), json!(["PLAN_MISSING", "PLAN_NOT_APPROVED", "EVALUATION_NOT_REPORTED"]));
    admin.done("closePeriod", CLOSED, with(close(&year, 1), json!({ "confirm": true }))).await;
});

both!(a_finished_period_needs_no_confirmation, |app| async move {
    app.pass_the_end_of_quarter(1);
    let admin = app.client(Person::Admin).await;
    let closed = admin.done("closePeriod", CLOSED, close(&json!(global(9, city::quarter(1))), 1)).await;
    assert_eq!(closed["unfinished"], json!([]));
    assert_eq!(closed["period"]["closedAt"], "2026-04-01T02:00:00.000000Z");
});

both!(an_admin_reopens_a_closed_period_with_a_reason, |app| async move {
    app.pass_the_end_of_year();
    let (admin, head) = (app.client(Person::Admin).await, app.client(Person::Head).await);
    let part = json!(global(9, city::quarter(1)));
    let reopen =
        |id: &Value, version: i32, reason: &str| with(close(id, version), json!({ "reason": reason }));
    assert_eq!(admin.refused("reopenPeriod", PERIOD, reopen(&part, 1, "x")).await, "INVALID_TRANSITION");
    for quarter in 1..=4 {
        admin.done("closePeriod", CLOSED, close(&json!(global(9, city::quarter(quarter))), 1)).await;
    }
    assert_eq!(head.refused("reopenPeriod", PERIOD, reopen(&part, 2, "x")).await, "FORBIDDEN");
    assert_eq!(admin.refused("reopenPeriod", PERIOD, reopen(&part, 1, "x")).await, "CONFLICT");
    assert_eq!(paths(&admin.refusals("reopenPeriod", PERIOD, reopen(&part, 2, " ")).await), ["reason"]);
    let selection = "period { status closedAt }";
    let opened = admin.done("reopenPeriod", selection, reopen(&part, 2, "Laporan susulan")).await;
    assert_eq!(opened["period"]["status"], "OPEN");
    assert_eq!(opened.field("period.closedAt"), &Value::Null);
    let history = "query($id: ID!) { node(id: $id) { ... on Period { history(first: 10) { edges { node { kind change { reason } } } } } } }";
    service::journal::sequence(&app.env).await.expect("numbers");
    let read = admin.ok(history, json!({ "id": part })).await;
    let edges = read["node"]["history"]["edges"].as_array().expect("entries").clone();
    let last = &edges.last().expect("an entry")["node"];
    assert_eq!(
        (&last["kind"], &last["change"]["reason"]),
        (&json!("PERIOD_REOPENED"), &json!("Laporan susulan"))
    );

    // A part of a closed year is reopened after its year.
    admin.done("closePeriod", CLOSED, close(&part, 3)).await;
    let year = json!(global(9, city::YEAR));
    admin.done("closePeriod", CLOSED, with(close(&year, 1), json!({ "confirm": true }))).await;
    let refusals = admin.refusals("reopenPeriod", PERIOD, reopen(&part, 4, "x")).await;
    assert_eq!(refusals[0].code, "INVALID_TRANSITION");
    assert!(refusals[0].message.contains("reopen the year first"), "{refusals:?}");
    let actions =
        "query($id: ID!) { node(id: $id) { ... on Period { allowedActions { action allowed code } } } }";
    for (id, allowed) in [(&part, false), (&year, true)] {
        let read = admin.ok(actions, json!({ "id": id })).await;
        let all = read["node"]["allowedActions"].as_array().expect("actions").clone();
        let one = all.iter().find(|one| one["action"] == "REOPEN_PERIOD").expect("the action");
        assert_eq!(one["allowed"], allowed);
    }
    admin.done("reopenPeriod", "period { id }", reopen(&year, 2, "Keliru")).await;
    admin.done("reopenPeriod", "period { id }", reopen(&part, 4, "Keliru")).await;
});

both!(an_admin_changes_the_days_of_a_period, |app| async move {
    let (admin, team) = (app.client(Person::Admin).await, app.client(Person::Team).await);
    let part = json!(global(9, city::quarter(1)));
    let days = |version: i32, more: Value| with(close(&part, version), more);
    let selection =
        "period { ratingFrom reportDeadline ratingDeadline planDeadline version parts { planDeadline } }";
    let from = json!({ "ratingFrom": "2026-03-10" });
    assert_eq!(team.refused("updatePeriod", selection, days(1, from.clone())).await, "FORBIDDEN");
    assert_eq!(admin.refused("updatePeriod", selection, days(5, from.clone())).await, "CONFLICT");
    let wrong = json!({ "ratingFrom": "2026-04-01", "reportDeadline": "2026-03-30", "planDeadline": "2026-02-28", "ratingDeadline": "9 April" });
    let refusals = admin.refusals("updatePeriod", selection, days(1, wrong)).await;
    assert_eq!(paths(&refusals)[0], "ratingDeadline", "{refusals:?}");
    let wrong =
        json!({ "ratingFrom": "2026-04-01", "reportDeadline": "2026-03-30", "planDeadline": "2026-02-28" });
    let refusals = admin.refusals("updatePeriod", selection, days(1, wrong)).await;
    assert_eq!(paths(&refusals), ["ratingFrom", "reportDeadline", "planDeadline"]);
    let more =
        json!({ "ratingFrom": "2026-03-10", "reportDeadline": "2026-04-15", "ratingDeadline": "2026-04-30" });
    let changed = admin.done("updatePeriod", selection, days(1, more)).await;
    assert_eq!(
        changed["period"],
        json!({ "ratingFrom": "2026-03-10", "reportDeadline": "2026-04-15", "ratingDeadline": "2026-04-30",
            "planDeadline": "2026-01-31", "version": 2, "parts": [] })
    );
    // From the new day on, predicates of units can be set.
    app.set_clock("2026-03-10T02:00:00Z");
    let set = app.client(Person::Mayor).await;
    set.done("setOrgUnitPredicate", PREDICATE, predicate(city::OFFICE, None)).await;

    // The deadline for plans belongs to the year and its parts.
    let year = with(close(&json!(global(9, city::YEAR)), 1), json!({ "planDeadline": "2026-02-28" }));
    let changed = admin.done("updatePeriod", selection, year).await;
    assert_eq!(changed["period"]["planDeadline"], "2026-02-28");
    let of_parts = json!(vec![json!({ "planDeadline": "2026-02-28" }); 4]);
    assert_eq!(changed["period"]["parts"], of_parts);

    app.pass_the_end_of_quarter(1);
    admin.done("closePeriod", CLOSED, close(&part, 3)).await;
    let late = json!({ "ratingDeadline": "2026-05-15" });
    assert_eq!(admin.refused("updatePeriod", selection, days(4, late)).await, "PERIOD_CLOSED");
});
