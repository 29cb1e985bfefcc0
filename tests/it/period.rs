//! Years with their parts, and the predicates of units.

use crate::{
    both,
    support::{Fields, Person, TestApp, global, paths},
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
    app.pass_the_end_of(0);
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
    let closed = admin.done("closePeriod", PERIOD, close(&year, 1)).await;
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
    app.pass_the_end_of(1);
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
    app.pass_the_end_of(1);
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
    app.pass_the_end_of(1);
    let admin = app.client(Person::Admin).await;
    admin.done("closePeriod", PERIOD, close(&json!(global(9, city::quarter(1))), 1)).await;
    assert_eq!(sets(&app, Person::Mayor, city::OFFICE, None).await["errors"][0]["code"], "PERIOD_CLOSED");
});
