//! Changes to the organisation through HTTP, and the raters that result from them.

use crate::{
    both,
    support::{Client, Person, ids, paths},
    year,
};
use serde_json::{Value, json};
use service::testing::city;

const UNIT: &str = "orgUnit { id code name version parent { id } }";
const STAFF: &str =
    "staff { id name nip status version assignment { id leads rank version superior { id } } }";
const ASSIGNMENT: &str = "assignment { id version validFrom superior { id } unit { id } staff { id } }";

fn placement(unit: domain::id::UnitId, superior: Person) -> Value {
    json!({
        "orgUnitId": ids::unit(unit), "positionId": ids::position(), "rank": "iii/a",
        "superiorAssignmentId": ids::assignment(superior), "from": "2026-03-01",
    })
}

async fn rater_of(client: &Client, plan: &Value) -> Value {
    let query = "query($id: ID!) { plan(id: $id) { status rater { name capacity staff { id } } } }";
    client.ok(query, json!({ "id": plan["id"] })).await["plan"].clone()
}

both!(a_unit_can_be_created_changed_and_moved, |app| async move {
    let admin = app.client(Person::Admin).await;
    let input = json!({
        "parentId": ids::unit(city::OFFICE), "code": "DISDIK-2", "name": "Bidang Baru", "kind": "BIDANG",
        "validFrom": "2026-03-01", "idempotencyKey": "6d9a3c3e-58ba-4b0e-9d7e-6d2b7a7e2c11",
    });
    let unit = admin.done("createOrgUnit", UNIT, input.clone()).await["orgUnit"].clone();
    assert_eq!(unit["parent"]["id"], ids::unit(city::OFFICE));
    assert_eq!(admin.done("createOrgUnit", UNIT, input).await["orgUnit"], unit, "a replay");

    let change = json!({
        "orgUnitId": unit["id"], "expectedVersion": 1, "name": "Bidang Lain",
        "parentId": ids::unit(city::OTHER_OFFICE),
    });
    let moved = admin.done("updateOrgUnit", UNIT, change.clone()).await["orgUnit"].clone();
    assert_eq!((&moved["version"], &moved["name"]), (&json!(2), &json!("Bidang Lain")));
    assert_eq!(moved["parent"]["id"], ids::unit(city::OTHER_OFFICE));
    assert_eq!(admin.refused("updateOrgUnit", UNIT, change).await, "CONFLICT");

    // Refused: a parent below the unit itself, a code that another unit has, an unknown unit.
    let below = json!({
        "orgUnitId": ids::unit(city::OFFICE), "expectedVersion": 1, "parentId": ids::unit(city::SECTION),
    });
    assert_eq!(admin.refused("updateOrgUnit", UNIT, below).await, "BAD_USER_INPUT");
    let taken = json!({ "orgUnitId": unit["id"], "expectedVersion": 2, "code": "DISKOM" });
    assert_eq!(admin.refused("updateOrgUnit", UNIT, taken).await, "BAD_USER_INPUT");
    let document =
        "mutation($input: UpdateOrgUnitInput!) { updateOrgUnit(input: $input) { errors { code } } }";
    let unknown = domain::id::UnitId(service::testing::id(0xdead));
    let foreign = json!({ "input": { "orgUnitId": ids::unit(unknown), "expectedVersion": 1 } });
    assert_eq!(admin.error(document, foreign).await, "NOT_FOUND");
    let employee = app.client(Person::Employee).await;
    let rename = json!({ "orgUnitId": ids::unit(city::SECTION), "expectedVersion": 1, "name": "Milik saya" });
    assert_eq!(employee.refused("updateOrgUnit", UNIT, rename).await, "FORBIDDEN");
});

both!(a_person_can_be_created_changed_and_ended, |app| async move {
    let admin = app.client(Person::Admin).await;
    let person = |nip: &str| {
        json!({
            "nip": nip, "name": "Baru Contoh, S.Kom.", "employmentKind": "PNS",
            "assignment": placement(city::SECTION, Person::Manager),
        })
    };
    let staff = admin.done("createStaff", STAFF, person("19900101 201501 1 001")).await["staff"].clone();
    assert_eq!(
        (&staff["nip"], &staff["assignment"]["rank"]),
        (&json!("199001012015011001"), &json!("III/a"))
    );
    assert_eq!(staff["assignment"]["superior"]["id"], ids::assignment(Person::Manager));

    // All invalid fields are reported at once. A NIP that another person has is reported once all fields are valid.
    let mut bad = person("199013012015011001");
    bad["name"] = json!(" ");
    bad["assignment"]["rank"] = json!("IX");
    let refusals = admin.refusals("createStaff", STAFF, bad).await;
    assert_eq!(paths(&refusals), ["name", "nip", "assignment.rank"]);
    assert_eq!(admin.refused("createStaff", STAFF, person("199001012015011001")).await, "BAD_USER_INPUT");

    let change =
        json!({ "staffId": staff["id"], "expectedVersion": 1, "name": "Baru Contoh", "rank": "III/b" });
    let changed = admin.done("updateStaff", STAFF, change.clone()).await["staff"].clone();
    assert_eq!((&changed["version"], &changed["assignment"]["rank"]), (&json!(2), &json!("III/b")));
    assert_eq!(admin.refused("updateStaff", STAFF, change).await, "CONFLICT");

    // A rank of another employment kind is refused, with the ranks of the kind; so is a stored one that would stay.
    let kind = |kind: &str, rank: Option<Value>| {
        let mut input = json!({ "staffId": staff["id"], "expectedVersion": 2, "employmentKind": kind });
        if let Some(rank) = rank {
            input["rank"] = rank;
        }
        input
    };
    for (input, said) in [
        (kind("PNS", Some(json!("IX"))), "choose one of: I/a, I/b"),
        (kind("PPPK", Some(json!("III/b"))), "choose one of: I, II, III, IV"),
        (kind("PPPK", None), "new rank, one of: I, II, III, IV"),
        (kind("NON_ASN", None), "have no rank"),
    ] {
        let refusals = admin.refusals("updateStaff", STAFF, input.clone()).await;
        assert_eq!(paths(&refusals), ["rank"], "{input}");
        assert!(refusals[0].message.contains(said), "{}", refusals[0].message);
    }
    let bad = json!({ "nip": null, "name": "X", "employmentKind": "PPPK", "externalId": "X-1",
        "assignment": placement(city::SECTION, Person::Manager) });
    let refusals = admin.refusals("createStaff", STAFF, bad).await;
    assert_eq!(paths(&refusals), ["assignment.rank"]);
    assert!(refusals[0].message.contains("one of: I, II, III"), "{}", refusals[0].message);

    let end = |day: &str| json!({ "staffId": staff["id"], "expectedVersion": 2, "lastDay": day, "reason": "Pindah instansi" });
    app.set_clock("2026-03-03T02:00:00Z");
    let ended = admin.done("endStaff", STAFF, end("2026-03-02")).await["staff"].clone();
    assert_eq!((&ended["status"], &ended["version"]), (&json!("ENDED"), &json!(3)));
});

both!(a_move_can_be_backdated, |app| async move {
    let admin = app.client(Person::Admin).await;
    let mv = |version: i32, parent: domain::id::UnitId, from: &str| {
        json!({
            "orgUnitId": ids::unit(city::SECTION), "expectedVersion": version, "parentId": ids::unit(parent),
            "parentFrom": from,
        })
    };
    for wrong in [
        mv(1, city::OTHER_OFFICE, "2026-03-03"),
        mv(1, city::OTHER_OFFICE, "2019-12-31"),
        mv(1, city::OFFICE, "2026-01-15"),
        json!({ "orgUnitId": ids::unit(city::SECTION), "expectedVersion": 1, "parentFrom": "2026-01-15" }),
    ] {
        assert_eq!(admin.refused("updateOrgUnit", UNIT, wrong).await, "BAD_USER_INPUT");
    }
    let moved =
        admin.done("updateOrgUnit", UNIT, mv(1, city::OTHER_OFFICE, "2026-01-15")).await["orgUnit"].clone();
    assert_eq!(
        (&moved["version"], &moved["parent"]["id"]),
        (&json!(2), &json!(ids::unit(city::OTHER_OFFICE)))
    );
    let parent_on = async |day: &str| {
        let query =
            "query($id: ID!, $on: Date) { node(id: $id) { ... on OrgUnit { parent(on: $on) { id } } } }";
        admin.ok(query, json!({ "id": ids::unit(city::SECTION), "on": day })).await["node"].clone()
    };
    let below = |unit| json!({ "parent": { "id": ids::unit(unit) } });
    assert_eq!(parent_on("2026-01-14").await, below(city::OFFICE));
    assert_eq!(parent_on("2026-01-15").await, below(city::OTHER_OFFICE));
    // Moving back from a later day keeps the earlier history.
    admin.done("updateOrgUnit", UNIT, mv(2, city::OFFICE, "2026-02-01")).await;
    assert_eq!(parent_on("2026-01-31").await, below(city::OTHER_OFFICE));
    assert_eq!(parent_on("2026-02-01").await, below(city::OFFICE));
    assert_eq!(parent_on("2019-12-31").await, json!({ "parent": null }));
});

both!(a_new_superior_rates_unfinished_work, |app| async move {
    let admin = app.client(Person::Admin).await;
    let plan = year::approved(&app).await;
    let assign = |who: Person, superior: Person, version: i32| {
        json!({
            "assignmentId": ids::assignment(who), "expectedVersion": version,
            "superiorAssignmentId": ids::assignment(superior), "from": "2026-03-02", "reason": "Mutasi",
        })
    };
    let assigned = admin.done("assignSuperior", ASSIGNMENT, assign(Person::Employee, Person::Head, 1)).await;
    assert_eq!(assigned["assignment"]["superior"]["id"], ids::assignment(Person::Head));
    let employee = app.client(Person::Employee).await;
    assert_eq!(rater_of(&employee, &plan).await["rater"]["staff"]["id"], ids::staff(Person::Head));
    let evaluation = year::evaluations(&employee, &plan).await[0].clone();
    let query = "query($id: ID!) { evaluation(id: $id) { rater { staff { id } } } }";
    let rater = employee.ok(query, json!({ "id": evaluation["id"] })).await;
    assert_eq!(rater["evaluation"]["rater"]["staff"]["id"], ids::staff(Person::Head));

    for (input, code) in [
        (assign(Person::Employee, Person::Manager, 1), "CONFLICT"),
        (assign(Person::Head, Person::Manager, 1), "BAD_USER_INPUT"),
        (assign(Person::Employee, Person::Employee, 2), "BAD_USER_INPUT"),
        (assign(Person::Peer, Person::Admin, 1), "FORBIDDEN"),
    ] {
        assert_eq!(admin.refused("assignSuperior", ASSIGNMENT, input).await, code);
    }
});

both!(a_delegate_rates_instead_of_the_holder, |app| async move {
    let admin = app.client(Person::Admin).await;
    let plan = year::approved(&app).await;
    let delegate = |to: Person, capacity: &str| {
        json!({
            "assignmentId": ids::assignment(Person::Manager), "delegateId": ids::staff(to), "capacity": capacity,
            "from": "2026-03-02", "to": "2026-04-01", "reason": "Cuti",
        })
    };
    let selection = "delegation { id capacity validTo delegate { id } assignment { id } version }";
    assert_eq!(
        admin.refused("createDelegation", selection, delegate(Person::Peer, "DEFINITIVE")).await,
        "BAD_USER_INPUT"
    );
    assert_eq!(
        admin.refused("createDelegation", selection, delegate(Person::Manager, "PLH")).await,
        "BAD_USER_INPUT"
    );
    assert_eq!(
        admin.refused("createDelegation", selection, delegate(Person::Admin, "PLH")).await,
        "FORBIDDEN"
    );
    let made =
        admin.done("createDelegation", selection, delegate(Person::Peer, "PLH")).await["delegation"].clone();
    assert_eq!(made["delegate"]["id"], ids::staff(Person::Peer));
    let now = rater_of(&app.client(Person::Employee).await, &plan).await;
    assert_eq!(now["rater"]["staff"]["id"], ids::staff(Person::Peer));
    assert_eq!(now["rater"]["capacity"], "PLH");
    let query = "query($id: ID!) { node(id: $id) { id ... on Delegation { reason } } }";
    assert_eq!(admin.ok(query, json!({ "id": made["id"] })).await["node"]["reason"], "Cuti");
});

both!(a_transfer_closes_one_assignment_and_opens_another, |app| async move {
    let admin = app.client(Person::Admin).await;
    let plan = year::approved(&app).await;
    let transfer = json!({
        "assignmentId": ids::assignment(Person::Employee), "expectedVersion": 1, "reason": "Mutasi",
        "to": placement(city::OTHER_OFFICE, Person::Stranger),
    });
    let moved = admin.done("transferStaff", ASSIGNMENT, transfer.clone()).await["assignment"].clone();
    assert_eq!(moved["unit"]["id"], ids::unit(city::OTHER_OFFICE));
    assert_eq!(moved["staff"]["id"], ids::staff(Person::Employee));
    assert_eq!(admin.refused("transferStaff", ASSIGNMENT, transfer).await, "CONFLICT");
    let employee = app.client(Person::Employee).await;
    assert_eq!(rater_of(&employee, &plan).await["status"], "CLOSED");
});

both!(subordinates_of_a_transferred_head_get_the_successor_as_superior, |app| async move {
    let admin = app.client(Person::Admin).await;
    let plan = year::approved(&app).await;
    let transfer = json!({
        "assignmentId": ids::assignment(Person::Manager), "expectedVersion": 1, "reason": "Promosi",
        "to": placement(city::OTHER_OFFICE, Person::Stranger),
        "successorAssignmentId": ids::assignment(Person::Head),
    });
    admin.done("transferStaff", ASSIGNMENT, transfer).await;
    let employee = app.client(Person::Employee).await;
    assert_eq!(rater_of(&employee, &plan).await["rater"]["staff"]["id"], ids::staff(Person::Head));
});
