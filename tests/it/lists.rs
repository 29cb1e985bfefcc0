//! Lists for the personnel office: granted roles, API keys, accounts, people who have left, units by code, people by
//! NIP; ranges, and lists that must not be cut without notice.

use crate::{
    both,
    support::{Client, Fields, Person, ids, paths},
};
use serde_json::{Value, json};
use service::testing::city;

const GRANTS: &str = "query($filter: RoleGrantFilter, $order: RoleGrantOrder, $first: Int, $after: String) {
    roleGrants(filter: $filter, orderBy: $order, first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage }
        nodes { id role revokedAt staff { id name } orgUnit { id code } } } }";
const KEYS: &str = "query($filter: ApiKeyFilter) { apiKeys(filter: $filter) { totalCount
    nodes { id name revokedAt expiresAt createdBy { id } orgUnit { id } } } }";
const ACCOUNTS: &str = "query($filter: AccountFilter) { accounts(filter: $filter, first: 100) { totalCount
    nodes { id userName activated activatedAt codeIssuedAt codeExpiresAt staff { id name } } } }";

async fn list(client: &Client, query: &str, name: &str, variables: Value) -> Vec<Value> {
    let found = client.ok(query, variables).await[name].clone();
    let nodes = found["nodes"].as_array().expect("nodes").clone();
    assert_eq!(found["totalCount"], nodes.len(), "{found:#}");
    nodes
}

fn names(nodes: &[Value]) -> Vec<&str> {
    nodes.iter().map(|node| node["staff"]["name"].as_str().expect("a name")).collect()
}

both!(admins_list_granted_roles_with_person_and_unit, |app| async move {
    let admin = app.client(Person::Admin).await;
    let before = list(&admin, GRANTS, "roleGrants", json!({ "first": 100 })).await;
    let grant = json!({
        "staffId": ids::staff(Person::Peer), "role": "PERFORMANCE_TEAM", "orgUnitId": ids::unit(city::SECTION),
    });
    let granted = admin.done("grantRole", "roleGrant { id staff { id } orgUnit { id } }", grant).await;
    assert_eq!(*granted.field("roleGrant.staff.id"), json!(ids::staff(Person::Peer)));
    let all = list(&admin, GRANTS, "roleGrants", json!({ "first": 100 })).await;
    assert_eq!(all.len(), before.len() + 1);
    let section = json!({ "filter": { "orgUnitId": ids::unit(city::SECTION) } });
    let found = list(&admin, GRANTS, "roleGrants", section.clone()).await;
    assert_eq!(names(&found), [Person::Peer.name()]);
    assert_eq!(
        (&found[0]["role"], found[0].field("orgUnit.id")),
        (&json!("PERFORMANCE_TEAM"), &json!(ids::unit(city::SECTION)))
    );
    let of_peer = json!({ "filter": { "staffId": ids::staff(Person::Peer), "role": "PERFORMANCE_TEAM" } });
    assert_eq!(list(&admin, GRANTS, "roleGrants", of_peer).await, found);
    let of_peer = json!({ "filter": { "staffId": ids::staff(Person::Peer), "role": "AUDITOR" } });
    assert_eq!(list(&admin, GRANTS, "roleGrants", of_peer).await, Vec::<Value>::new());

    // Pages meet without gap, in either order.
    for order in ["ASCENDING", "DESCENDING"] {
        let (mut after, mut seen) = (Value::Null, Vec::new());
        loop {
            let page = json!({ "first": 2, "after": after, "order": { "grantedAt": order } });
            let page = admin.ok(GRANTS, page).await["roleGrants"].clone();
            seen.extend(page["nodes"].as_array().expect("nodes").iter().map(|node| node["id"].clone()));
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(seen.len(), all.len(), "{order}");
    }

    // Everyone sees their own roles; a person who administers nothing sees no others.
    let own = list(&app.client(Person::Peer).await, GRANTS, "roleGrants", json!({})).await;
    assert_eq!(own, found);
    let outsider = app.client(Person::Outsider).await;
    assert_eq!(list(&outsider, GRANTS, "roleGrants", json!({})).await, Vec::<Value>::new());

    admin.done("revokeRole", "roleGrant { id }", json!({ "roleGrantId": found[0]["id"] })).await;
    assert_eq!(list(&admin, GRANTS, "roleGrants", section).await, Vec::<Value>::new());
    let revoked = list(&admin, GRANTS, "roleGrants", json!({ "filter": { "current": false } })).await;
    assert_eq!(names(&revoked), [Person::Peer.name()]);
    assert!(revoked[0]["revokedAt"].is_string());
});

both!(admins_list_api_keys_without_the_keys, |app| async move {
    let admin = app.client(Person::Admin).await;
    let expired = json!({
        "name": "Dasbor", "orgUnitId": ids::unit(city::OFFICE), "expiresAt": "2020-01-01T00:00:00Z",
    });
    let refusals = admin.refusals("createApiKey", "apiKeyId", expired).await;
    assert_eq!(paths(&refusals), ["expiresAt"]);
    let key = json!({ "name": "Dasbor", "orgUnitId": ids::unit(city::OFFICE) });
    let made = admin.done("createApiKey", "apiKeyId key", key).await;
    let found = list(&admin, KEYS, "apiKeys", json!({})).await;
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["id"], &found[0]["name"]), (&made["apiKeyId"], &json!("Dasbor")));
    assert_eq!(*found[0].field("createdBy.id"), json!(ids::staff(Person::Admin)));
    assert_eq!(*found[0].field("orgUnit.id"), json!(ids::unit(city::OFFICE)));
    let node = admin
        .ok("query($id: ID!) { node(id: $id) { ... on ApiKey { name } } }", json!({ "id": found[0]["id"] }));
    assert_eq!(*node.await.field("node.name"), json!("Dasbor"));
    let other = json!({ "filter": { "orgUnitId": ids::unit(city::OTHER_OFFICE) } });
    assert_eq!(list(&admin, KEYS, "apiKeys", other).await, Vec::<Value>::new());
    let employee = app.client(Person::Employee).await;
    assert_eq!(list(&employee, KEYS, "apiKeys", json!({})).await, Vec::<Value>::new());

    admin.done("revokeApiKey", "done", json!({ "apiKeyId": found[0]["id"] })).await;
    assert_eq!(list(&admin, KEYS, "apiKeys", json!({})).await, Vec::<Value>::new());
    let ended = list(&admin, KEYS, "apiKeys", json!({ "filter": { "current": false } })).await;
    assert!(ended[0]["revokedAt"].is_string(), "{ended:#?}");
});

both!(admins_list_accounts_activated_or_not, |app| async move {
    let admin = app.client(Person::Admin).await;
    let people = admin.ok("{ staff { totalCount } }", json!({})).await["staff"]["totalCount"].clone();
    let all = list(&admin, ACCOUNTS, "accounts", json!({})).await;
    assert_eq!(people, all.len(), "everyone, also without a code");
    let of = |nodes: &[Value], who: Person| {
        let found = nodes.iter().find(|node| node["staff"]["id"] == ids::staff(who));
        found.unwrap_or_else(|| panic!("{who:?}")).clone()
    };
    let before = of(&all, Person::Outsider);
    assert_eq!(before["activated"], false);
    assert_eq!(before.field("codeIssuedAt"), &Value::Null);

    let codes = json!({ "recipients": { "staffIds": [ids::staff(Person::Outsider)] } });
    let issued = admin.done("issueActivationCodes", "codes { code userName }", codes).await;
    let waiting = of(
        &list(&admin, ACCOUNTS, "accounts", json!({ "filter": { "activated": false } })).await,
        Person::Outsider,
    );
    assert_eq!(waiting["userName"], issued["codes"][0]["userName"]);
    assert!(waiting["codeExpiresAt"].is_string(), "{waiting:#}");
    let activate = json!({ "code": issued["codes"][0]["code"], "password": "kata sandi yang panjang" });
    app.anonymous().done("activateAccount", "done", activate).await;
    let active = of(
        &list(&admin, ACCOUNTS, "accounts", json!({ "filter": { "activated": true } })).await,
        Person::Outsider,
    );
    assert_eq!(active["activated"], true);
    assert_eq!(active.field("codeIssuedAt"), &Value::Null);
    assert!(active["activatedAt"].is_string(), "{active:#}");
    let section = json!({ "filter": { "orgUnitId": ids::unit(city::OTHER_OFFICE), "activated": true } });
    assert_eq!(names(&list(&admin, ACCOUNTS, "accounts", section).await), [Person::Outsider.name()]);
    let own = list(&app.client(Person::Employee).await, ACCOUNTS, "accounts", json!({})).await;
    assert_eq!(names(&own), [Person::Employee.name()]);
});

both!(people_are_found_by_a_part_of_their_nip_and_units_by_code, |app| async move {
    let (admin, outsider) = (app.client(Person::Admin).await, app.client(Person::Outsider).await);
    let update = json!({
        "staffId": ids::staff(Person::Peer), "expectedVersion": 1, "nip": "198703152010011001",
    });
    admin.done("updateStaff", "staff { nip }", update).await;
    let query = "query($filter: StaffFilter) { staff(filter: $filter) { totalCount nodes { name } } }";
    let found = async |client: &Client, part: &str| {
        let found = client.ok(query, json!({ "filter": { "nip": part } })).await["staff"].clone();
        assert_eq!(found["totalCount"], found["nodes"].as_array().map_or(0, Vec::len));
        found["nodes"].clone()
    };
    for part in ["198703152010011001", "19870315", "0315 2010 01", " 011001"] {
        assert_eq!(found(&admin, part).await, json!([{ "name": Person::Peer.name() }]), "{part}");
        assert_eq!(found(&outsider, part).await, json!([]), "a hidden NIP does not match {part}");
    }
    assert_eq!(found(&admin, "99999999").await, json!([]));
    for part in ["", "19%", "1_8", "abc", "1987031520100110011"] {
        let (_, answer) = admin.send(query, json!({ "filter": { "nip": part } })).await;
        assert_eq!(*answer.field("errors.0.extensions.code"), json!("BAD_USER_INPUT"), "{part}");
    }

    let units =
        "query($filter: OrgUnitFilter) { orgUnits(filter: $filter) { totalCount nodes { id code } } }";
    let read = "query($id: ID!) { node(id: $id) { ... on OrgUnit { code } } }";
    let code = admin.ok(read, json!({ "id": ids::unit(city::SECTION) })).await.field("node.code").clone();
    let code = code.as_str().expect("a code").to_owned();
    for typed in [code.clone(), code.to_lowercase(), format!(" {code} ")] {
        let found = admin.ok(units, json!({ "filter": { "code": typed } })).await["orgUnits"].clone();
        let expected =
            json!({ "totalCount": 1, "nodes": [{ "id": ids::unit(city::SECTION), "code": code }] });
        assert_eq!(found, expected, "{typed}");
    }
    let none = admin.ok(units, json!({ "filter": { "code": "TIDAK-ADA" } })).await;
    assert_eq!(*none.field("orgUnits.totalCount"), json!(0));
});

both!(names_are_found_as_people_type_them, |app| async move {
    let admin = app.client(Person::Admin).await;
    let names = [
        "Émilia  Nur\u{2019}aini,\u{200b} S.Pd.",
        "ZUL\u{00a0}FIKRI",
        "Andi Zulfikri",
        "émir Contoh",
        "Łukasz Weiß",
        "Ørsted Contoh",
    ];
    for (number, name) in names.into_iter().enumerate() {
        let input = json!({
            "name": name, "externalId": format!("CARI-{number}"), "employmentKind": "NON_ASN", "assignment": {
                "orgUnitId": ids::unit(city::SECTION), "positionId": ids::position(),
                "superiorAssignmentId": ids::assignment(Person::Manager), "from": "2026-01-02" },
        });
        admin.done("createStaff", "staff { id }", input).await;
    }
    let query = "query($filter: StaffFilter) { staff(filter: $filter, first: 100) { nodes { name } } }";
    let find = async |text: &str| -> Vec<String> {
        let found = admin.ok(query, json!({ "filter": { "name": text } })).await["staff"].clone();
        found["nodes"]
            .as_array()
            .expect("people")
            .iter()
            .map(|one| one["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    // Stored without invisible letters and runs of spaces.
    let teacher = "Émilia Nur\u{2019}aini, S.Pd.";
    for typed in
        ["emilia", "ÉMILIA", "nuraini", "Nur'aini", "nur aini", "aini  emilia", "emilia nur\u{2019}aini s.pd"]
    {
        assert_eq!(find(typed).await, [teacher], "{typed}");
    }
    assert_eq!(find("fikri").await, ["Andi Zulfikri", "ZUL FIKRI"], "sorted by name, without regard to case");
    assert_eq!(
        find("em").await,
        [teacher, "émir Contoh", "Employee Contoh"],
        "an accent does not move a name"
    );
    for typed in ["weiss", "WEISS", "Weiß", "lukasz", "łukasz", "Lukasz WEIẞ"] {
        assert_eq!(find(typed).await, ["Łukasz Weiß"], "{typed}");
    }
    let among = ["Manager Contoh", "Mayor Contoh", "Ørsted Contoh", "Outsider Contoh", "Peer Contoh"];
    let all = find("contoh").await;
    let found: Vec<&String> = all.iter().filter(|one| among.contains(&one.as_str())).collect();
    assert_eq!(found, among, "such a letter stands where people look for it");
});

both!(people_who_have_left_are_listed, |app| async move {
    let admin = app.client(Person::Admin).await;
    let ended = json!({
        "staffId": ids::staff(Person::Peer), "expectedVersion": 1, "lastDay": "2026-03-01", "reason": "Pensiun",
    });
    admin.done("endStaff", "staff { status }", ended).await;
    let query = "query($filter: StaffFilter) { staff(filter: $filter) { totalCount nodes { name status assignments { validTo } } } }";
    let filter = json!({ "filter": { "active": false, "orgUnitId": ids::unit(city::OFFICE) } });
    let found = admin.ok(query, filter).await["staff"].clone();
    assert_eq!(found["totalCount"], 1);
    assert_eq!(found["nodes"][0]["name"], Person::Peer.name());
    assert_eq!(found["nodes"][0]["assignments"][0]["validTo"], "2026-03-02");
});

both!(a_range_that_ends_before_it_begins_is_refused, |app| async move {
    let employee = app.client(Person::Employee).await;
    let query = "query($filter: ActivityFilter) { activities(filter: $filter) { totalCount } }";
    let range = |from: &str, until: &str| json!({ "filter": { "from": from, "until": until } });
    let reversed = range("2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z");
    assert_eq!(employee.error(query, reversed).await, "BAD_USER_INPUT");
    employee.ok(query, range("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z")).await;
});

both!(criteria_of_more_than_a_hundred_sets_are_all_listed, |app| async move {
    let admin = app.client(Person::Admin).await.without_replays();
    let count = async || {
        let found = admin.ok("{ criteria { code } }", json!({})).await;
        found["criteria"].as_array().expect("criteria").len()
    };
    let before = count().await;
    for number in 0..101 {
        let set = json!({
            "code": format!("SET-{number}"), "nameId": "Uji", "nameEn": "Test", "regulationCode": "PERMENPANRB-6-2022",
            "validFrom": "2026-01-01", "criteria": [{ "code": "SATU", "nameId": "Satu", "nameEn": "One" }],
        });
        admin.done("setCriteria", "criteriaSet { id }", set).await;
    }
    assert_eq!(count().await, before + 101);
});
