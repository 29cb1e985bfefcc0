//! Sets of criteria: admins publish them, everyone can read them.

use crate::{
    both,
    support::{Fields, Person, TestApp, paths, refusals},
};
use serde_json::{Value, json};

const SETS: &str = "query($code: String = \"UJI\", $on: Date) { criteriaSets(filter: { code: $code, on: $on }) { totalCount edges { node { code name regulationCode validFrom validTo version criteria { code name weight behaviours } } } } }";

fn set(valid_from: &str, weights: [Option<&str>; 2]) -> Value {
    json!({
        "code": "UJI",
        "nameId": "Nilai dasar",
        "nameEn": "Core values",
        "regulationCode": "PERMENPANRB-6-2022",
        "validFrom": valid_from,
        "criteria": [
            { "code": "PELAYANAN", "nameId": "Berorientasi pelayanan", "nameEn": "Service", "behaviours": ["Ramah"], "weight": weights[0] },
            { "code": "AKUNTABEL", "nameId": "Akuntabel", "nameEn": "Accountable", "weight": weights[1] },
        ],
    })
}

const SELECTION: &str = "criteriaSet { code validFrom validTo version }";

async fn publish(app: &TestApp, valid_from: &str) -> Value {
    let admin = app.client(Person::Admin).await;
    admin.done("setCriteria", SELECTION, set(valid_from, [None, None])).await["criteriaSet"].clone()
}

both!(everyone_can_read_published_criteria, |app| async move {
    publish(&app, "2022-02-03").await;
    let read = app.anonymous().ok(SETS, json!({})).await["criteriaSets"].clone();
    assert_eq!(read["totalCount"], 1);
    let node = &read["edges"][0]["node"];
    assert_eq!(node["name"], "Core values");
    assert_eq!(node.field("validTo"), &Value::Null);
    assert_eq!(node["criteria"][0]["behaviours"], json!(["Ramah"]));

    let mut indonesian = app.anonymous();
    indonesian.language = "id";
    let in_force = "query($on: Date) { criteria(on: $on) { code name } }";
    let read = indonesian.ok(in_force, json!({})).await["criteria"].clone();
    assert_eq!(read.as_array().map(Vec::len), Some(9), "two new criteria beside the city's seven values");
    assert_eq!(read[8], json!({ "code": "AKUNTABEL", "name": "Akuntabel" }));
    assert_eq!(indonesian.ok(in_force, json!({ "on": "2022-02-02" })).await["criteria"], json!([]));
});

both!(a_new_set_ends_the_previous_one, |app| async move {
    publish(&app, "2022-02-03").await;
    let second = publish(&app, "2026-07-01").await;
    assert_eq!(second["version"], 1);
    assert_eq!(second.field("validTo"), &Value::Null);
    let read = app.anonymous().ok(SETS, json!({})).await["criteriaSets"].clone();
    assert_eq!(read["edges"][0]["node"]["validTo"], "2026-07-01");
    assert_eq!(read["edges"][0]["node"]["version"], 2);
    for (day, from) in [("2026-06-30", "2022-02-03"), ("2026-07-01", "2026-07-01")] {
        let on = app.anonymous().ok(SETS, json!({ "on": day })).await["criteriaSets"].clone();
        assert_eq!((&on["totalCount"], &on["edges"][0]["node"]["validFrom"]), (&json!(1), &json!(from)));
    }
});

both!(only_agency_admins_can_set_criteria, |app| async move {
    for who in [Person::Employee, Person::Head, Person::Team, Person::Auditor, Person::Mayor] {
        let client = app.client(who).await;
        let input = set("2022-02-03", [None, None]);
        assert_eq!(client.refused("setCriteria", SELECTION, input).await, "FORBIDDEN", "{who:?}");
    }
    let document = "mutation($input: SetCriteriaInput!) { setCriteria(input: $input) { errors { code } } }";
    let input = json!({ "input": set("2022-02-03", [None, None]) });
    assert_eq!(app.anonymous().error(document, input).await, "UNAUTHENTICATED");
});

both!(each_refusal_names_the_invalid_criterion, |app| async move {
    let admin = app.client(Person::Admin).await;
    let mut input = set("2022-02-03", [Some("50"), Some("40")]);
    input["criteria"][1]["code"] = json!("PELAYANAN");
    let payload = admin.mutate_and_replay("setCriteria", SELECTION, input).await;
    assert_eq!(payload.field("criteriaSet"), &Value::Null);
    assert_eq!(paths(&refusals(&payload))[..2], ["criteria.1.code", "criteria"]);

    let mut input = set("2022-02-03", [None, None]);
    input["regulationCode"] = json!("PERATURAN-ENTAH");
    assert_eq!(admin.refused("setCriteria", SELECTION, input).await, "BAD_USER_INPUT");
    assert_eq!(app.anonymous().ok(SETS, json!({})).await["criteriaSets"]["totalCount"], 0);
});

both!(a_replayed_set_is_published_once, |app| async move {
    let admin = app.client(Person::Admin).await;
    let mut input = set("2022-02-03", [Some("60"), Some("40")]);
    input["idempotencyKey"] = json!("5b0e4f0e-6a53-4d0c-9f7b-3a8a3f0f5f11");
    let first = admin.done("setCriteria", SELECTION, input.clone()).await;
    assert_eq!(admin.done("setCriteria", SELECTION, input).await, first);
    assert_eq!(app.anonymous().ok(SETS, json!({})).await["criteriaSets"]["totalCount"], 1);
});

both!(the_regulations_are_public, |app| async move {
    let read = app.anonymous().ok("{ regulations { code version scheme effectiveFrom } }", json!({})).await;
    let expected = json!({ "code": "PERMENPANRB-6-2022", "version": 1, "scheme": "RATING_MATRIX", "effectiveFrom": "2022-02-03" });
    assert_eq!(read["regulations"][0], expected);
});

both!(a_set_is_corrected_before_its_first_use_and_not_afterwards, |app| async move {
    let admin = app.client(Person::Admin).await;
    publish(&app, "2026-02-03").await;
    let before = app.anonymous().ok(CRITERIA, json!({})).await["criteriaSets"].clone();
    let mut mended = set("2026-02-03", [Some("60"), Some("40")]);
    mended["criteria"][0]["nameEn"] = json!("Service orientation");
    mended["criteria"][1]["code"] = json!("TANGGUNG-JAWAB");
    mended["expectedVersion"] = json!(2);
    assert_eq!(admin.refused("setCriteria", SELECTION, mended.clone()).await, "CONFLICT");
    mended["expectedVersion"] = json!(1);
    let done = admin.done("setCriteria", SELECTION, mended.clone()).await;
    assert_eq!(done["criteriaSet"]["version"], 2);
    assert_eq!(done.field("criteriaSet.validTo"), &Value::Null);
    let after = app.anonymous().ok(CRITERIA, json!({})).await["criteriaSets"].clone();
    assert_eq!(after["totalCount"], 1);
    let (old, new) = (&before["edges"][0]["node"], &after["edges"][0]["node"]);
    assert_eq!(old["id"], new["id"]);
    // A criterion keeps its id as long as it keeps its code.
    assert_eq!(old["criteria"][0]["id"], new["criteria"][0]["id"]);
    assert_eq!(new["criteria"][0]["name"], "Service orientation");
    assert_ne!(old["criteria"][1]["id"], new["criteria"][1]["id"]);
    assert_eq!(new["criteria"][1]["code"], "TANGGUNG-JAWAB");

    // A plan names a criterion: from now on the set stays as it is, and the refusal says so.
    let employee = app.client(Person::Employee).await;
    let mut content = crate::year::content(None);
    content["behaviourExpectations"] = json!([{ "criterionId": new["criteria"][0]["id"], "text": "Ramah" }]);
    crate::year::submitted(&employee, Person::Employee, content).await;
    let mut late = mended.clone();
    late["criteria"][0]["nameEn"] = json!("Service");
    late["expectedVersion"] = json!(2);
    let refused = admin.refusals("setCriteria", SELECTION, late).await;
    assert_eq!(refused, [("BAD_USER_INPUT", "validFrom")]);
    assert!(refused[0].message.contains("in use"), "{refused:?}");
    // A set that is not stored can't be corrected.
    let mut nowhere = set("2027-01-01", [None, None]);
    nowhere["expectedVersion"] = json!(1);
    assert_eq!(admin.refusals("setCriteria", SELECTION, nowhere).await, [("NOT_FOUND", "code")]);
});

const CRITERIA: &str = "{ criteriaSets(filter: { code: \"UJI\" }) { totalCount edges { node { id version
    criteria { id code name } } } } }";
