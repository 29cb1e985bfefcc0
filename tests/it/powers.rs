//! Power over results through the API: nobody gives it to themselves; with four eyes, giving it takes two people; and
//! API keys stop working when their owner loses the right.

use crate::{
    both,
    import::{import, upload},
    support::{Client, Person, TestApp, ids},
};
use serde_json::{Value, json};
use service::testing::city;

const WHO: &str = "errors { __typename code message ... on AnotherPersonError { whoCan { id } } }";
const LEFT_OUT: &str = "codes { staffId } leftOut { staffId errors { __typename code message ... on AnotherPersonError { whoCan { id } } } }";

/// Sends a mutation that another person must make; returns who can, after checking the kind of error.
pub async fn another(client: &Client, name: &str, input: Value) -> Value {
    let error = client.mutate_once(name, WHO, input).await["errors"][0].clone();
    let kind = (&error["__typename"], &error["code"]);
    assert_eq!(kind, (&json!("AnotherPersonError"), &json!("FORBIDDEN")), "{name}: {error}");
    json!(error["whoCan"].as_array().expect("people").iter().map(|one| &one["id"]).collect::<Vec<_>>())
}

pub async fn grant_admin(app: &TestApp, who: Person) -> Value {
    let admin = app.client(Person::Admin).await;
    let role = json!({ "staffId": ids::staff(who), "role": "ADMIN", "orgUnitId": ids::unit(city::ROOT) });
    admin.done("grantRole", "roleGrant { id }", role).await["roleGrant"]["id"].clone()
}

pub fn superior(of: Person, superior: Person, version: i32) -> Value {
    json!({
        "assignmentId": ids::assignment(of), "superiorAssignmentId": ids::assignment(superior),
        "expectedVersion": version, "from": "2026-03-02", "reason": "Penataan",
    })
}

pub fn codes(of: Person) -> Value {
    json!({ "recipients": { "staffIds": [ids::staff(of)] } })
}

pub fn delegation(of: Person, to: Person) -> Value {
    json!({
        "assignmentId": ids::assignment(of), "delegateId": ids::staff(to), "capacity": "PLT",
        "from": "2026-03-02", "reason": "Kosong",
    })
}

both!(an_acting_head_cannot_set_the_predicate_of_their_own_unit, |app| async move {
    app.env.clock.set("2026-04-02T02:00:00Z".parse().expect("an instant"));
    let admin = app.client(Person::Admin).await;
    admin.done("createDelegation", "delegation { id }", delegation(Person::Mayor, Person::Head)).await;
    let predicate = |unit: domain::id::UnitId| json!({ "orgUnitId": ids::unit(unit), "periodId": ids::quarter(1), "predicate": "OUTSTANDING" });
    let head = app.client(Person::Head).await;
    let who_can = another(&head, "setOrgUnitPredicate", predicate(city::OFFICE)).await;
    assert_eq!(who_can, json!([ids::staff(Person::Mayor), ids::staff(Person::Team)]));
    // They can for the other units below the mayor, and the mayor can for theirs.
    head.done("setOrgUnitPredicate", "orgUnitPredicate { id }", predicate(city::OTHER_OFFICE)).await;
    let mayor = app.client(Person::Mayor).await;
    mayor.done("setOrgUnitPredicate", "orgUnitPredicate { id }", predicate(city::OFFICE)).await;
});

both!(nobody_gives_themselves_power_or_chooses_their_rater, |app| async move {
    grant_admin(&app, Person::Stranger).await;
    let admin = app.client(Person::Admin).await;
    let other = json!([ids::staff(Person::Stranger)]);
    let me = ids::staff(Person::Admin);
    let leads = json!({ "staffId": me, "expectedVersion": 1, "leads": true });
    let place = |superior: Person, leads: bool| json!({ "orgUnitId": ids::unit(city::ROOT), "positionId": ids::position(), "superiorAssignmentId": ids::assignment(superior), "from": "2026-03-02", "leads": leads });
    let moved = |leads: bool, superior: Person| json!({ "assignmentId": ids::assignment(Person::Admin), "expectedVersion": 1, "reason": "Mutasi", "to": place(superior, leads) });
    let new = json!({ "name": "Baru", "externalId": "BARU-1", "employmentKind": "PNS", "assignment": place(Person::Admin, false) });
    let ahead = json!({ "assignmentId": ids::assignment(Person::Employee), "superiorAssignmentId": ids::assignment(Person::Admin), "expectedVersion": 1, "from": "2026-05-01", "reason": "Penataan" });
    let team = json!({ "staffId": me, "role": "PERFORMANCE_TEAM", "orgUnitId": ids::unit(city::ROOT) });
    for (name, input) in [
        ("assignSuperior", superior(Person::Employee, Person::Admin, 1)),
        ("assignSuperior", ahead),
        ("assignSuperior", superior(Person::Admin, Person::Stranger, 1)),
        ("createDelegation", delegation(Person::Head, Person::Admin)),
        ("createDelegation", delegation(Person::Secretary, Person::Stranger)),
        ("updateStaff", leads),
        ("transferStaff", moved(true, Person::Secretary)),
        ("transferStaff", moved(false, Person::Stranger)),
        ("createStaff", new),
        ("grantRole", team),
    ] {
        assert_eq!(another(&admin, name, input.clone()).await, other, "{name} {input}");
    }
    let nip = |who: Person| who.nip().expect("a NIP");
    let rows = format!("pegawai,atasan\n{},{}\n", nip(Person::Employee), nip(Person::Admin));
    let file = upload(&admin, &rows).await;
    for dry_run in [true, false] {
        let run = import(&admin, &file, dry_run).await;
        assert_eq!(run["status"], "REFUSED", "{run}");
        let why = run["failure"].as_str().expect("a sentence");
        assert!(why.contains("give themselves") && why.contains("Stranger Contoh"), "{why}");
    }
    // The other admin can.
    let other = app.client(Person::Stranger).await;
    other.done("assignSuperior", "assignment { id }", superior(Person::Employee, Person::Admin, 1)).await;
});

both!(with_four_eyes_power_and_code_come_from_two_people, |app| async move {
    let app = app.with_four_eyes();
    grant_admin(&app, Person::Head).await;
    let (admin, head) = (app.client(Person::Admin).await, app.client(Person::Head).await);
    let other = json!([ids::staff(Person::Head)]);
    // A code first: its issuer can't give power, with the code unused, used, and after the password has changed.
    let issued = admin.done("issueActivationCodes", "codes { code userName }", codes(Person::Outsider)).await;
    let give = || superior(Person::Employee, Person::Outsider, 1);
    assert_eq!(another(&admin, "assignSuperior", give()).await, other);
    let code = issued["codes"][0]["code"].clone();
    let (first, second) = ("kata sandi yang panjang", "kata sandi yang lain lagi");
    app.anonymous().done("activateAccount", "done", json!({ "code": code, "password": first })).await;
    assert_eq!(another(&admin, "assignSuperior", give()).await, other);
    let login = json!({ "user": issued["codes"][0]["userName"], "password": first });
    let mut own = app.anonymous();
    own.token = own.done("login", "accessToken", login).await["accessToken"].as_str().map(str::to_owned);
    own.done("changePassword", "done", json!({ "currentPassword": first, "newPassword": second })).await;
    assert_eq!(another(&admin, "assignSuperior", give()).await, other);
    let acting = delegation(Person::Head, Person::Outsider);
    assert_eq!(another(&admin, "createDelegation", acting).await, other);
    head.done("assignSuperior", "assignment { id }", give()).await;
    // The power first: the person who gave it can issue no code and change no NIP.
    let nip =
        |nip: &str| json!({ "staffId": ids::staff(Person::Outsider), "expectedVersion": 1, "nip": nip });
    let admins = json!([ids::staff(Person::Admin)]);
    assert_eq!(another(&head, "issueActivationCodes", codes(Person::Outsider)).await, admins);
    assert_eq!(another(&head, "updateStaff", nip("198001012005011099")).await, admins);
    head.done(
        "updateStaff",
        "staff { id }",
        json!({ "staffId": ids::staff(Person::Outsider), "expectedVersion": 1, "name": "Nama Baru" }),
    )
    .await;
    admin.done("issueActivationCodes", "codes { code }", codes(Person::Outsider)).await;
    service::journal::sequence(&app.env).await.expect("numbers");
    let report = service::journal::verify(&app.env, Vec::new(), |_| {}).await.expect("an audit");
    assert_eq!(report.findings, []);
});

// An admin issues a code for another person, uses it to log in as this person, and tries to get power through this
// account.
both!(an_account_that_somebody_controls_counts_as_that_person, |app| async move {
    let app = app.with_four_eyes();
    grant_admin(&app, Person::Stranger).await;
    let admin = app.client(Person::Admin).await;
    let issued = admin.done("issueActivationCodes", "codes { code userName }", codes(Person::Outsider)).await;
    let (code, password) = (issued["codes"][0]["code"].clone(), "kata sandi yang panjang");
    app.anonymous().done("activateAccount", "done", json!({ "code": code, "password": password })).await;
    grant_admin(&app, Person::Outsider).await;
    let ghost = app.client(Person::Outsider).await;
    let other = json!([ids::staff(Person::Stranger)]);
    assert_eq!(another(&ghost, "assignSuperior", superior(Person::Admin, Person::Stranger, 1)).await, other);
    let to_friend = delegation(Person::Secretary, Person::Peer);
    assert_eq!(another(&ghost, "createDelegation", to_friend).await, other);
    // For people whose accounts nobody here controls, both are ordinary changes.
    ghost.done("assignSuperior", "assignment { id }", superior(Person::Employee, Person::Stranger, 1)).await;
});

both!(nobody_replaces_their_own_nip, |app| async move {
    grant_admin(&app, Person::Stranger).await;
    let app = app.with_four_eyes();
    let admin = app.client(Person::Admin).await;
    let nip =
        |who: Person, nip: &str| json!({ "staffId": ids::staff(who), "expectedVersion": 1, "nip": nip });
    let other = json!([ids::staff(Person::Stranger)]);
    assert_eq!(another(&admin, "updateStaff", nip(Person::Admin, "198001012005011098")).await, other);
    let stranger = app.client(Person::Stranger).await;
    stranger.done("updateStaff", "staff { id }", nip(Person::Admin, "198001012005011098")).await;
});

both!(an_operator_is_the_second_person_of_a_single_admin, |app| async move {
    let app = app.with_four_eyes();
    let admin = app.client(Person::Admin).await;
    admin.done("assignSuperior", "assignment { id }", superior(Person::Employee, Person::Outsider, 1)).await;
    let error =
        admin.mutate_once("issueActivationCodes", WHO, codes(Person::Outsider)).await["errors"][0].clone();
    assert!(error["message"].as_str().expect("a sentence").contains("kinerja admin"), "{error}");
    assert_eq!(error["whoCan"], json!([]));
    // For a whole unit, the other people get their codes, and the answer lists those who don't: here also the people
    // who rate the admin.
    let everybody = json!({ "recipients": { "orgUnitId": ids::unit(city::ROOT) } });
    let issued = admin.done("issueActivationCodes", LEFT_OUT, everybody).await;
    let left_out = issued["leftOut"].as_array().expect("people");
    let one =
        left_out.iter().find(|one| one["staffId"] == ids::staff(Person::Outsider)).expect("the outsider");
    let refusal = &one["errors"][0];
    assert_eq!((&refusal["message"], &refusal["whoCan"]), (&error["message"], &error["whoCan"]), "{one}");
    let codes_of = issued["codes"].as_array().expect("codes");
    let is_left_out = |code: &Value| left_out.iter().any(|one| one["staffId"] == code["staffId"]);
    assert!(!codes_of.is_empty() && !codes_of.iter().any(is_left_out), "{issued}");
    let operator = service::operator::Operator::of(&app.env, city::AGENCY).await.expect("an operator");
    let nip = |who: Person| who.nip().expect("a NIP");
    let code = operator.issue_code(&nip(Person::Outsider)).await.expect("a code");
    assert_eq!(code.staff, Person::Outsider.staff());
    admin.done("assignSuperior", "assignment { id }", superior(Person::Peer, Person::Outsider, 1)).await;
    admin.done("issueActivationCodes", "codes { code }", codes(Person::Peer)).await;
    another(&admin, "assignSuperior", superior(Person::Employee, Person::Peer, 2)).await;
    let why = || "Penataan".to_owned();
    operator.assign(&nip(Person::Employee), &nip(Person::Peer), None, why()).await.expect("assigned");
    let (head, stranger) = (nip(Person::Head), nip(Person::Stranger));
    let plt = domain::assignment::Capacity::Plt;
    operator.delegate(&head, &stranger, plt, (None, None), why()).await.expect("delegated");
    operator.lead(&nip(Person::Peer), true).await.expect("recorded");
    operator.grant_team(&nip(Person::Peer), "DISKOM").await.expect("granted");
    let unknown = operator.grant_team(&nip(Person::Peer), "NOPE").await.expect_err("no such unit").message();
    assert_eq!(unknown.render(domain::Locale::En), "Code of the unit \"NOPE\" is unknown.");
    assert!(operator.issue_code("199912312024011999").await.is_err(), "nobody has this NIP");
});

both!(a_key_ends_with_the_right_of_its_owner_until_an_admin_takes_it_over, |app| async move {
    let grant = grant_admin(&app, Person::Stranger).await;
    let (admin, stranger) = (app.client(Person::Admin).await, app.client(Person::Stranger).await);
    let key = json!({ "name": "Dasbor", "orgUnitId": ids::unit(city::ROOT) });
    let key = stranger.done("createApiKey", "apiKeyId key", key).await;
    let mut tool = app.anonymous();
    tool.token = key["key"].as_str().map(str::to_owned);
    let report = "query($unit: ID!, $period: ID!) { reports { predicateDistribution(orgUnitId: $unit, periodId: $period) { computedAt { at } } } }";
    let of = json!({ "unit": ids::unit(city::ROOT), "period": ids::quarter(1) });
    tool.ok(report, of.clone()).await;
    admin.done("revokeRole", "roleGrant { id }", json!({ "roleGrantId": grant })).await;
    assert_eq!(tool.error(report, of.clone()).await, "UNAUTHENTICATED");
    let id = json!({ "apiKeyId": key["apiKeyId"] });
    let works = "apiKey { works createdBy { id } takenOverBy { id } }";
    let listed = admin.ok("{ apiKeys { nodes { works takenOverAt } } }", json!({})).await;
    assert_eq!(listed["apiKeys"]["nodes"], json!([{ "works": false, "takenOverAt": null }]));
    let taken = admin.done("takeOverApiKey", works, id.clone()).await;
    let people = json!({ "works": true, "createdBy": { "id": ids::staff(Person::Stranger) }, "takenOverBy": { "id": ids::staff(Person::Admin) } });
    assert_eq!(taken["apiKey"], people);
    tool.ok(report, of.clone()).await;
    admin.done("revokeApiKey", "done", id.clone()).await;
    assert_eq!(admin.refused("takeOverApiKey", works, id).await, "BAD_USER_INPUT");
    assert_eq!(tool.error(report, of).await, "UNAUTHENTICATED");
});
