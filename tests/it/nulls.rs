//! Explicit null in the input of a change: it clears the field or is refused at its path; it is never ignored.

use crate::{
    both,
    support::{Client, Person, TestApp, ids, refusals, sdl::Sdl, with},
};
use serde_json::{Value, json};
use service::testing::city;
use std::collections::BTreeSet;

/// A change in which omitted fields stay unchanged.
struct Change {
    mutation: &'static str,
    /// The other fields that the input needs.
    base: Value,
    /// Fields that null clears: the field, and a query of its value with a JSON pointer.
    cleared: Vec<(&'static str, &'static str, &'static str)>,
    /// Fields that refuse null.
    refused: Vec<&'static str>,
}

/// The mutations that change some fields of an object.
async fn changes(admin: &Client) -> Vec<Change> {
    let unit = json!({ "parentId": ids::unit(city::ROOT), "code": "NOL", "name": "Unit", "kind": "BIDANG",
        "externalId": "U-1", "validFrom": "2026-01-01" });
    let unit = admin.done("createOrgUnit", "orgUnit { id }", unit).await["orgUnit"]["id"].clone();
    let ended = json!({ "orgUnitId": unit, "expectedVersion": 1, "validTo": "2026-12-01" });
    admin.done("updateOrgUnit", "orgUnit { id }", ended).await;
    let employee = json!(ids::staff(Person::Employee));
    let delegated = json!({ "assignmentId": ids::assignment(Person::Manager), "delegateId": ids::staff(Person::Peer),
        "capacity": "PLH", "from": "2026-03-03", "to": "2026-03-09", "reason": "Dinas luar" });
    let delegation = admin.done("createDelegation", "delegation { id }", delegated).await;
    let delegation = delegation["delegation"]["id"].clone();
    let level = json!({ "positionId": ids::position(), "expectedVersion": 1, "kind": "FUNCTIONAL", "level": "Ahli Muda" });
    admin.done("updatePosition", "position { id }", level).await;
    let external = json!({ "staffId": employee, "expectedVersion": 1, "externalId": "P-2", "rank": "III/c" });
    admin.done("updateStaff", "staff { id }", external).await;
    vec![
        Change {
            mutation: "updateOrgUnit",
            base: json!({ "orgUnitId": unit }),
            cleared: vec![
                (
                    "externalId",
                    "query($id: ID!) { node(id: $id) { ... on OrgUnit { history(first: 100) {
                        edges { node { change { after } } } } } } }",
                    LAST_IMAGE,
                ),
                (
                    "validTo",
                    "query($id: ID!) { node(id: $id) { ... on OrgUnit { validTo } } }",
                    "/node/validTo",
                ),
            ],
            refused: vec!["parentId", "parentFrom", "code", "name", "kind", "timeZone"],
        },
        Change {
            mutation: "updateStaff",
            base: json!({ "staffId": employee }),
            cleared: vec![
                (
                    "externalId",
                    "query($id: ID!) { staffMember(by: { id: $id }) { externalId } }",
                    "/staffMember/externalId",
                ),
                (
                    "rank",
                    "query($id: ID!) { staffMember(by: { id: $id }) { assignment { rank } } }",
                    "/staffMember/assignment/rank",
                ),
            ],
            // Without the NIP nothing would identify this person, whose external id is cleared by then.
            refused: vec!["name", "employmentKind", "leads", "nip"],
        },
        Change {
            mutation: "updatePosition",
            base: json!({ "positionId": ids::position() }),
            cleared: vec![(
                "level",
                "query($id: ID!) { node(id: $id) { ... on Position { level } } }",
                "/node/level",
            )],
            refused: vec!["code", "name", "kind"],
        },
        Change {
            mutation: "updatePeriod",
            base: json!({ "periodId": ids::quarter(2) }),
            cleared: vec![],
            refused: vec!["planDeadline", "ratingFrom", "reportDeadline", "ratingDeadline"],
        },
        Change {
            mutation: "updateDelegation",
            base: json!({ "delegationId": delegation, "reason": "Lebih lama" }),
            cleared: vec![(
                "to",
                "query($id: ID!) { node(id: $id) { ... on Delegation { to: validTo } } }",
                "/node/to",
            )],
            refused: vec!["capacity", "from"],
        },
    ]
}

/// In place of a query's pointer: the external id in the image of the last journal entry.
const LAST_IMAGE: &str = "/external_id";

/// Changes of whole contents: null means that there is no value, and replaces the stored value.
const WHOLE: [&str; 1] = ["updatePlan"];

async fn version(client: &Client, base: &Value) -> Value {
    let id =
        base.as_object().expect("an input").iter().find(|(name, _)| name.ends_with("Id")).expect("an id").1;
    let query = "query($id: ID!) { node(id: $id) { ... on OrgUnit { version } ... on Staff { version }
        ... on Position { version } ... on Period { version } ... on Delegation { version } } }";
    client.ok(query, json!({ "id": id })).await["node"]["version"].clone()
}

both!(null_clears_a_field_or_is_refused, |app: TestApp| async move {
    let admin = app.client(Person::Admin).await;
    for Change { mutation, base, cleared, refused } in changes(&admin).await {
        let id = base.as_object().and_then(|base| base.values().next()).expect("an id").clone();
        for (field, query, pointer) in cleared {
            let variables = json!({ "id": id });
            let input =
                with(base.clone(), json!({ "expectedVersion": version(&admin, &base).await, field: null }));
            admin.done(mutation, "__typename", input).await;
            service::journal::sequence(&app.env).await.expect("numbers");
            let mut read = admin.ok(query, variables).await;
            if pointer == LAST_IMAGE {
                let entries = read["node"]["history"]["edges"].as_array().expect("entries");
                read = entries.last().expect("an entry")["node"]["change"]["after"].clone();
            }
            assert!(read.pointer(pointer).is_some_and(Value::is_null), "{mutation} {field}: {read}");
        }
        for field in refused {
            let input =
                with(base.clone(), json!({ "expectedVersion": version(&admin, &base).await, field: null }));
            let payload = admin.mutate_once(mutation, "", input).await;
            assert_eq!(refusals(&payload), [("BAD_USER_INPUT", field)], "{mutation} {field}");
        }
    }
});

// The table contains every field of every change that can be null, so a new field needs a decision.
both!(every_field_of_a_change_that_can_be_null_is_tested, |app: TestApp| async move {
    let admin = app.client(Person::Admin).await;
    let sdl = Sdl::committed();
    let tested: BTreeSet<(String, &str)> = changes(&admin)
        .await
        .iter()
        .flat_map(|change| {
            let fields =
                change.cleared.iter().map(|(field, ..)| *field).chain(change.refused.iter().copied());
            fields.map(|field| (change.mutation.to_owned(), field)).collect::<Vec<_>>()
        })
        .collect();
    let mut found = BTreeSet::new();
    for mutation in sdl.fields("Mutation") {
        let name = mutation.name.node.as_str();
        if !name.starts_with("update") || WHOLE.contains(&name) {
            continue;
        }
        let ty = mutation.arguments[0].node.ty.node.to_string();
        let fields = sdl.nullable(ty.trim_end_matches('!'));
        found.extend(
            fields
                .into_iter()
                .filter(|field| *field != "idempotencyKey")
                .map(|field| (name.to_owned(), field)),
        );
    }
    assert_eq!(found, tested);
});
