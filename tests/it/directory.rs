//! Visibility of units, people and assignments in the directory.

use crate::{
    both,
    support::{Client, Person, ids},
    year,
};
use serde_json::{Value, json};
use service::testing::city;

/// Queries people with a filter; returns their names.
async fn names(client: &Client, filter: Value) -> Vec<String> {
    let query = "query($filter: StaffFilter) { staff(filter: $filter, first: 50) { totalCount edges { node { name } } } }";
    let found = client.ok(query, json!({ "filter": filter })).await["staff"].clone();
    let edges = found["edges"].as_array().expect("edges").clone();
    assert_eq!(found["totalCount"], edges.len());
    edges.iter().map(|edge| edge["node"]["name"].as_str().expect("a name").to_owned()).collect()
}

both!(filters_do_not_reveal_hidden_fields, |app| async move {
    let (admin, outsider) = (app.client(Person::Admin).await, app.client(Person::Outsider).await);
    let mayor = json!({ "employmentKind": "NON_ASN" });
    assert_eq!(names(&admin, mayor.clone()).await, [Person::Mayor.name()]);
    assert_eq!(
        names(&outsider, mayor).await,
        Vec::<String>::new(),
        "a hidden employment kind does not match"
    );
    assert_eq!(names(&outsider, json!({ "employmentKind": "PNS" })).await, [Person::Outsider.name()]);
    let stranger = app.client(Person::Stranger).await;
    let below = names(&stranger, json!({ "employmentKind": "PNS" })).await;
    assert_eq!(
        below,
        [Person::Outsider.name(), Person::Stranger.name()],
        "themselves and their subordinates"
    );
});

both!(people_who_left_are_visible_only_with_access_to_personal_data, |app| async move {
    let admin = app.client(Person::Admin).await;
    let input = json!({
        "staffId": ids::staff(Person::Peer), "expectedVersion": 1, "lastDay": "2026-03-01", "reason": "Pensiun",
    });
    admin.done("endStaff", "staff { status }", input).await;
    let query = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id }
        staffMember(by: { id: $id }) { status } }";
    let outsider = app.client(Person::Outsider).await;
    let found = outsider.ok(query, json!({ "id": ids::staff(Person::Peer) })).await;
    assert_eq!(found, json!({ "node": null, "nodes": [null], "staffMember": null }));
    for who in [Person::Admin, Person::Auditor, Person::Manager] {
        let found = app.client(who).await.ok(query, json!({ "id": ids::staff(Person::Peer) })).await;
        assert_eq!(found["node"]["id"], ids::staff(Person::Peer), "{who:?}");
        assert_eq!(found["staffMember"]["status"], "ENDED", "{who:?}");
    }
});

both!(a_delegate_stops_rating_when_the_delegation_ends, |app| async move {
    let admin = app.client(Person::Admin).await;
    let plan = year::approved(&app).await;
    let input = json!({
        "assignmentId": ids::assignment(Person::Manager), "delegateId": ids::staff(Person::Peer),
        "capacity": "PLH", "from": "2026-03-05", "to": "2026-04-01", "reason": "Cuti",
    });
    admin.done("createDelegation", "delegation { id }", input).await;
    let rater = async || {
        let query = "query($id: ID!) { plan(id: $id) { rater { capacity staff { id } } } }";
        let plan = admin.ok(query, json!({ "id": plan["id"] })).await["plan"].clone();
        (plan["rater"]["staff"]["id"].clone(), plan["rater"]["capacity"].clone())
    };
    let manager = (json!(ids::staff(Person::Manager)), json!("DEFINITIVE"));
    assert_eq!(rater().await, manager, "not yet");
    // Once a part of the year has ended, feedback that waits for its end is looked for too.
    for (at, expected, statements) in [
        ("2026-03-05T01:00:00Z", (json!(ids::staff(Person::Peer)), json!("PLH")), 25),
        ("2026-04-01T01:00:00Z", manager.clone(), 26),
    ] {
        app.set_clock(at);
        service::tick::tick(&app.env).await.expect("a tick");
        assert_eq!(rater().await, expected, "{at}");
        let before = app.env.db().statements();
        service::tick::tick(&app.env).await.expect("a tick");
        assert_eq!(app.env.db().statements() - before, statements, "a second tick on the same day is cheap");
    }
    let peer = app.client(Person::Peer).await;
    let query = "query($id: ID!) { plan(id: $id) { id } }";
    let read = peer.ok(query, json!({ "id": plan["id"] })).await;
    assert_eq!(read, json!({ "plan": null }), "the delegation has ended");
});

both!(a_reporting_key_can_read_units_but_no_people, |app| async move {
    let admin = app.client(Person::Admin).await;
    let input = json!({ "name": "Dasbor", "orgUnitId": ids::unit(service::testing::city::ROOT) });
    let key = admin.done("createApiKey", "key", input).await["key"].as_str().expect("a key").to_owned();
    let reporting = Client { token: Some(key), ..app.anonymous() };
    let units =
        reporting.ok("{ orgUnits { edges { node { name kind parent { name } } } } }", json!({})).await;
    assert_eq!(units["orgUnits"]["edges"].as_array().map(Vec::len), Some(4));
    let people = "{ orgUnits { edges { node { staff { edges { node { name } } } } } } }";
    assert_eq!(reporting.error(people, json!({})).await, "FORBIDDEN");
});

both!(heads_and_children_of_units_load_in_a_constant_number_of_statements, |app| async move {
    let (admin, outsider) = (app.client(Person::Admin).await, app.client(Person::Outsider).await);
    let query = "query($first: Int) { orgUnits(first: $first) { edges { node { code head { staff { name } }
        children(first: 5) { edges { cursor node { code } } pageInfo { hasNextPage } } } } } }";
    let ask = async |first: i32| {
        let before = app.env.db().statements();
        let units = outsider.ok(query, json!({ "first": first })).await["orgUnits"]["edges"].clone();
        (app.env.db().statements() - before, units)
    };
    ask(1).await;
    let ((few, _), (many, units)) = (ask(2).await, ask(4).await);
    assert_eq!(few, many, "no additional statement for each unit");
    let found: Vec<(Value, Value, usize)> = units
        .as_array()
        .expect("units")
        .iter()
        .map(|edge| {
            let node = &edge["node"];
            let children = node["children"]["edges"].as_array().map_or(0, Vec::len);
            (node["code"].clone(), node["head"]["staff"]["name"].clone(), children)
        })
        .collect();
    let expected = [
        ("DISDIK-1", Person::Manager, 0),
        ("DISKOM", Person::Stranger, 0),
        ("DISDIK", Person::Head, 1),
        ("KOTA", Person::Mayor, 2),
    ];
    assert_eq!(found, expected.map(|(code, head, below)| (json!(code), json!(head.name()), below)));

    // A cursor from a page that was loaded for many parents continues in the list of one parent.
    let query = "query($id: ID!, $first: Int, $after: String) { node(id: $id) { ... on OrgUnit {
        children(first: $first, after: $after) { edges { cursor node { code } } pageInfo { hasNextPage } } } } }";
    let root = ids::unit(service::testing::city::ROOT);
    let page = admin.ok(query, json!({ "id": root, "first": 1 })).await["node"]["children"].clone();
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let cursor = &page["edges"][0]["cursor"];
    let remaining = admin.ok(query, json!({ "id": root, "first": 5, "after": cursor })).await["node"].clone();
    assert_eq!(remaining["children"]["edges"][0]["node"]["code"], "DISDIK");
    assert_eq!(remaining["children"]["edges"].as_array().map(Vec::len), Some(1));
});

both!(objects_list_their_allowed_actions, |app| async move {
    let query =
        "query($unit: ID!, $staff: ID!, $assignment: ID!) { nodes(ids: [$unit, $staff, $assignment]) {
        ... on OrgUnit { allowedActions { action allowed code } }
        ... on Staff { allowedActions { action allowed code } }
        ... on Assignment { allowedActions { action allowed code } } } }";
    let ask = async |client: &Client| {
        let variables = json!({
            "unit": ids::unit(service::testing::city::SECTION), "staff": ids::staff(Person::Peer),
            "assignment": ids::assignment(Person::Peer),
        });
        let nodes = client.ok(query, variables).await["nodes"].clone();
        let all = nodes.as_array().expect("nodes").iter().flat_map(|node| {
            node["allowedActions"].as_array().expect("actions").iter().map(|action| {
                let name = action["action"].as_str().expect("a name").to_owned();
                (name, action["code"].as_str().unwrap_or("OPEN").to_owned())
            })
        });
        all.collect::<Vec<_>>()
    };
    let names = [
        "UPDATE_ORG_UNIT",
        "CREATE_ORG_UNIT",
        "CREATE_STAFF",
        "UPDATE_STAFF",
        "END_STAFF",
        "REINSTATE_STAFF",
        "TRANSFER_STAFF",
        "ASSIGN_SUPERIOR",
        "CREATE_DELEGATION",
    ];
    let all = |code: &str| names.map(|name| (name.to_owned(), code.to_owned())).to_vec();
    let admin = app.client(Person::Admin).await;
    let mut open = all("OPEN");
    // The person has not left.
    open[5].1 = "INVALID_TRANSITION".to_owned();
    assert_eq!(ask(&admin).await, open);
    assert_eq!(ask(&app.client(Person::Manager).await).await, all("FORBIDDEN"));

    let input = json!({
        "staffId": ids::staff(Person::Peer), "expectedVersion": 1, "lastDay": "2026-03-01", "reason": "Pensiun",
    });
    admin.done("endStaff", "staff { id }", input).await;
    let after = ask(&admin).await;
    let closed: Vec<&str> = after
        .iter()
        .filter(|(_, code)| code == "INVALID_TRANSITION")
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(closed, ["UPDATE_STAFF", "END_STAFF", "TRANSFER_STAFF", "ASSIGN_SUPERIOR"]);
});

both!(ended_assignments_are_personal_data, |app| async move {
    let admin = app.client(Person::Admin).await;
    let moved = json!({
        "assignmentId": ids::assignment(Person::Peer), "expectedVersion": 1, "reason": "Mutasi",
        "to": {
            "orgUnitId": ids::unit(service::testing::city::OFFICE), "positionId": ids::position(),
            "superiorAssignmentId": ids::assignment(Person::Head), "from": "2026-03-01",
        },
    });
    admin.done("transferStaff", "assignment { id }", moved).await;
    let query = "query($id: ID!) { staffMember(by: { id: $id }) { assignments { unit { code } } } }";
    for (who, expected) in [
        (Person::Outsider, vec!["DISDIK"]),
        (Person::Peer, vec!["DISDIK", "DISDIK-1"]),
        (Person::Auditor, vec!["DISDIK", "DISDIK-1"]),
    ] {
        let found = app.client(who).await.ok(query, json!({ "id": ids::staff(Person::Peer) })).await;
        let units: Vec<&str> = found["staffMember"]["assignments"]
            .as_array()
            .expect("assignments")
            .iter()
            .map(|assignment| assignment["unit"]["code"].as_str().expect("a code"))
            .collect();
        assert_eq!(units, expected, "{who:?}");
    }

    let end = json!({
        "staffId": ids::staff(Person::Team), "expectedVersion": 1, "lastDay": "2026-03-01", "reason": "Pensiun",
    });
    admin.done("endStaff", "staff { id }", end).await;
    let left = json!({ "active": false, "orgUnitId": ids::unit(service::testing::city::OFFICE) });
    assert_eq!(names(&admin, left.clone()).await, [Person::Team.name()]);
    assert_eq!(names(&app.client(Person::Outsider).await, left).await, Vec::<String>::new());
});

both!(positions_are_found_by_name_code_and_kind, |app| async move {
    let client = app.client(Person::Outsider).await;
    let query = "query($filter: PositionFilter) { positions(filter: $filter) { totalCount edges { node {
        id code kindLabel(locale: ID) } } } }";
    for (filter, codes) in [
        (json!(null), vec!["ANALIS", "WALIKOTA"]),
        (json!({ "name": "wali" }), vec!["WALIKOTA"]),
        (json!({ "code": "ANALIS" }), vec!["ANALIS"]),
        (json!({ "kind": "POLITICAL", "code": "ANALIS" }), vec![]),
    ] {
        let found = client.ok(query, json!({ "filter": filter })).await["positions"].clone();
        let edges = found["edges"].as_array().expect("edges");
        let found_codes: Vec<_> =
            edges.iter().map(|edge| edge["node"]["code"].as_str().expect("a code")).collect();
        assert_eq!(found_codes, codes);
        assert_eq!(found["totalCount"], edges.len());
    }
});

both!(an_admin_of_the_agency_updates_positions, |app| async move {
    let admin = app.client(Person::Admin).await;
    let read = "{ positions(first: 10) { edges { node { id code name kind level version
        allowedActions { action allowed } } } } }";
    let all = admin.ok(read, json!({})).await;
    let position = all["positions"]["edges"]
        .as_array()
        .and_then(|edges| edges.iter().find(|edge| edge["node"]["id"] == json!(ids::position())))
        .expect("the position")["node"]
        .clone();
    assert_eq!(position["allowedActions"], json!([{ "action": "UPDATE_POSITION", "allowed": true }]));
    let input = |more: Value| {
        crate::support::with(json!({ "positionId": position["id"], "expectedVersion": 1 }), more)
    };
    let selection = "position { id code name kind level version }";
    let renamed =
        admin.done("updatePosition", selection, input(json!({ "name": "  Analis Kepegawaian " }))).await;
    assert_eq!(
        (&renamed["position"]["name"], &renamed["position"]["code"], &renamed["position"]["version"]),
        (&json!("Analis Kepegawaian"), &position["code"], &json!(2))
    );
    assert_eq!(
        admin.refused("updatePosition", selection, input(json!({ "name": "Lain" }))).await,
        "CONFLICT"
    );
    let input = |more: Value| {
        crate::support::with(json!({ "positionId": position["id"], "expectedVersion": 2 }), more)
    };
    let other = all["positions"]["edges"]
        .as_array()
        .expect("edges")
        .iter()
        .find(|edge| edge["node"]["id"] != position["id"]);
    let taken = other.expect("another position")["node"]["code"].clone();
    let refused =
        admin.refusals("updatePosition", selection, input(json!({ "code": taken, "name": " " }))).await;
    assert_eq!(refused, [("BAD_USER_INPUT", "name")]);
    let refused = admin.refusals("updatePosition", selection, input(json!({ "code": taken }))).await;
    assert_eq!(refused, [("BAD_USER_INPUT", "code")]);
    // Codes that differ only by small and capital letters are one code for people.
    let lower = taken.as_str().expect("a code").to_lowercase();
    let refused = admin.refusals("updatePosition", selection, input(json!({ "code": lower }))).await;
    assert_eq!(refused, [("BAD_USER_INPUT", "code")]);
    let unit = json!({ "parentId": ids::unit(city::ROOT), "code": "Uji-1", "name": "Unit", "kind": "BIDANG",
        "validFrom": "2026-01-01" });
    admin.done("createOrgUnit", "orgUnit { id }", unit.clone()).await;
    for code in ["Uji-1", "UJI-1", "uji-1"] {
        let unit = crate::support::with(unit.clone(), json!({ "code": code }));
        let refused = admin.refusals("createOrgUnit", "orgUnit { id }", unit).await;
        assert_eq!(refused, [("BAD_USER_INPUT", "code")], "{code}");
    }
    // People see the new name; an admin of one unit can't change it.
    let employee = app.client(Person::Employee).await;
    let own = employee.ok("{ viewer { staff { assignment { position { name } } } } }", json!({})).await;
    assert_eq!(own["viewer"]["staff"]["assignment"]["position"]["name"], "Analis Kepegawaian");
    let refused = employee.refused("updatePosition", selection, input(json!({ "name": "Lain" }))).await;
    assert_eq!(refused, "FORBIDDEN");
});
