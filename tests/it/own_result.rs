//! One's own result through the API: nobody reaches it through the accounts, posts and units of others.

use crate::{
    both,
    matrix::workshop,
    powers::{another, codes, delegation, grant_admin, superior},
    reopening::delivered,
    support::{Client, EVALUATION, OBJECTION, Person, TestApp, ids, with},
    year,
};
use serde_json::{Value, json};
use service::testing::city;

fn staff(people: &[Person]) -> Value {
    json!(people.iter().map(|one| ids::staff(*one)).collect::<Vec<_>>())
}

fn kind(of: Person, version: i32, kind: &str) -> Value {
    json!({ "staffId": ids::staff(of), "expectedVersion": version, "employmentKind": kind, "rank": null })
}

fn team(of: Person) -> Value {
    json!({ "staffId": ids::staff(of), "role": "PERFORMANCE_TEAM", "orgUnitId": ids::unit(city::OFFICE) })
}

/// Issues a code for a person and uses it.
async fn take_over(app: &TestApp, admin: &Client, of: Person) {
    let issued = admin.done("issueActivationCodes", "codes { code }", codes(of)).await;
    let account = json!({ "code": issued["codes"][0]["code"], "password": "kata sandi yang panjang" });
    app.anonymous().done("activateAccount", "done", account).await;
}

both!(nobody_changes_their_own_employment_kind, |app| async move {
    grant_admin(&app, Person::Stranger).await;
    let (admin, other) = (app.client(Person::Admin).await, app.client(Person::Stranger).await);
    let who_can = another(&admin, "updateStaff", kind(Person::Admin, 1, "NON_ASN")).await;
    assert_eq!(who_can, staff(&[Person::Stranger]));
    admin.done("updateStaff", "staff { id }", kind(Person::Peer, 1, "PPPK")).await;
    // The rules hold for people who are not appraised when another admin records that they are.
    other.done("updateStaff", "staff { id }", kind(Person::Admin, 1, "NON_ASN")).await;
    assert_eq!(
        another(&admin, "updateStaff", kind(Person::Admin, 2, "PNS")).await,
        staff(&[Person::Stranger])
    );
    let app = app.with_four_eyes();
    let (admin, other) = (app.client(Person::Admin).await, app.client(Person::Stranger).await);
    admin.done("issueActivationCodes", "codes { code }", codes(Person::Secretary)).await;
    assert_eq!(another(&other, "updateStaff", kind(Person::Admin, 2, "PNS")).await, json!([]));
});

both!(nobody_becomes_the_rater_of_a_person_who_controls_their_account, |app| async move {
    let app = app.with_four_eyes();
    for admin in [Person::Stranger, Person::Outsider] {
        grant_admin(&app, admin).await;
    }
    let (admin, other) = (app.client(Person::Admin).await, app.client(Person::Stranger).await);
    admin.done("issueActivationCodes", "codes { code }", codes(Person::Peer)).await;
    let under_peer = || superior(Person::Admin, Person::Peer, 1);
    assert_eq!(another(&other, "assignSuperior", under_peer()).await, staff(&[Person::Outsider]));
    // After the code of a third person was used, it is an ordinary change.
    take_over(&app, &app.client(Person::Outsider).await, Person::Peer).await;
    other.done("assignSuperior", "assignment { id }", under_peer()).await;
});

both!(nobody_chooses_who_rates_them_by_other_posts, |app| async move {
    grant_admin(&app, Person::Manager).await;
    let (admin, other) = (app.client(Person::Admin).await, app.client(Person::Manager).await);
    let can = staff(&[Person::Manager]);
    let to_superior = delegation(Person::Secretary, Person::Mayor);
    assert_eq!(another(&admin, "createDelegation", to_superior).await, can);
    // Below the mayor, the auditor could become the superior of the secretary, who rates the admin.
    other.done("assignSuperior", "assignment { id }", superior(Person::Auditor, Person::Mayor, 1)).await;
    let above = superior(Person::Secretary, Person::Auditor, 1);
    assert_eq!(another(&admin, "assignSuperior", above).await, can);
    // Everyone with the right can record who acts for the rater's superior.
    admin.done("createDelegation", "delegation { id }", delegation(Person::Mayor, Person::Outsider)).await;
    let since = with(delegation(Person::Secretary, Person::Peer), json!({ "from": "2026-02-20" }));
    let made = other.done("createDelegation", "delegation { id }", since).await;
    let end = json!({ "delegationId": made["delegation"]["id"], "expectedVersion": 1, "reason": "Selesai" });
    assert_eq!(another(&admin, "endDelegation", end.clone()).await, can);
    other.done("endDelegation", "delegation { id }", end).await;
});

both!(nobody_cancels_a_change_of_another_person_that_ends_their_power, |app| async move {
    for admin in [Person::Stranger, Person::Manager] {
        grant_admin(&app, admin).await;
    }
    let (admin, other) = (app.client(Person::Admin).await, app.client(Person::Stranger).await);
    let manager = app.client(Person::Manager).await;
    for (of, by, can) in [
        (Person::Admin, &admin, [Person::Manager, Person::Stranger]),
        (Person::Employee, &manager, [Person::Admin, Person::Stranger]),
    ] {
        let ahead = with(superior(of, Person::Team, 1), json!({ "from": "2026-05-01" }));
        let made = other.done("assignSuperior", "scheduledChange { id version }", ahead).await;
        let change = &made["scheduledChange"];
        let cancel = json!({ "scheduledChangeId": change["id"], "expectedVersion": change["version"], "reason": "Batal" });
        assert_eq!(another(by, "cancelScheduledChange", cancel.clone()).await, staff(&sorted(can)));
        // Without the assignment, the change would fail on its day.
        let above = of.superior().expect("a superior");
        let place = json!({ "orgUnitId": ids::unit(city::OFFICE), "positionId": ids::position(), "superiorAssignmentId": ids::assignment(above), "from": "2026-03-02" });
        let leave = json!({ "assignmentId": ids::assignment(of), "expectedVersion": 1, "reason": "Mutasi", "to": place });
        assert_eq!(another(by, "transferStaff", leave).await, staff(&sorted(can)));
        other.done("cancelScheduledChange", "scheduledChange { status }", cancel).await;
    }
});

/// In the order of the answers, which is that of the ids.
fn sorted(mut people: [Person; 2]) -> [Person; 2] {
    people.sort_by_key(|one| one.staff());
    people
}

both!(a_head_does_not_reach_the_predicate_of_their_own_unit, |app| async move {
    let app = app.with_four_eyes();
    for admin in [Person::Head, Person::Auditor] {
        grant_admin(&app, admin).await;
    }
    let (head, other) = (app.client(Person::Head).await, app.client(Person::Auditor).await);
    let can = staff(&[Person::Admin, Person::Auditor]);
    let moved = json!({ "orgUnitId": ids::unit(city::OFFICE), "expectedVersion": 1, "parentId": ids::unit(city::OTHER_OFFICE) });
    let leads = json!({ "staffId": ids::staff(Person::Head), "expectedVersion": 1, "leads": false });
    for (name, input) in [
        ("issueActivationCodes", codes(Person::Team)),
        ("issueActivationCodes", codes(Person::Mayor)),
        ("updateOrgUnit", moved),
        ("grantRole", team(Person::Outsider)),
        ("updateStaff", leads),
    ] {
        assert_eq!(another(&head, name, input.clone()).await, can, "{name} {input}");
    }
    // The head takes over the account first. Then another person gives it power.
    take_over(&app, &head, Person::Outsider).await;
    other.done("grantRole", "roleGrant { id }", team(Person::Outsider)).await;
    app.set_clock("2026-04-02T02:00:00Z");
    let outsider = app.client(Person::Outsider).await;
    let predicate = json!({ "orgUnitId": ids::unit(city::OFFICE), "periodId": ids::quarter(1), "predicate": "OUTSTANDING" });
    let can = another(&outsider, "setOrgUnitPredicate", predicate.clone()).await;
    assert_eq!(can, staff(&[Person::Mayor, Person::Team]));
    let team = app.client(Person::Team).await;
    team.done("setOrgUnitPredicate", "orgUnitPredicate { id }", predicate).await;
});

both!(a_controlled_account_verifies_no_training_of_its_controller, |app| async move {
    let app = app.with_four_eyes();
    for admin in [Person::Auditor, Person::Stranger] {
        grant_admin(&app, admin).await;
    }
    let admin = app.client(Person::Admin).await;
    take_over(&app, &admin, Person::Auditor).await;
    let new = with(workshop("Pelayanan prima", 12), json!({ "clientKey": service::env::fresh_id() }));
    let training = admin.done("recordTraining", "training { id version }", new).await["training"].clone();
    let decision =
        json!({ "trainingId": training["id"], "expectedVersion": training["version"], "verified": true });
    let puppet = app.client(Person::Auditor).await;
    assert_eq!(another(&puppet, "verifyTraining", decision.clone()).await, staff(&[Person::Stranger]));
    let stranger = app.client(Person::Stranger).await;
    stranger.done("verifyTraining", "training { status }", decision).await;
});

both!(a_rater_of_a_later_day_or_an_ended_post_counts, |app| async move {
    let plan = year::approved(&app).await;
    let app = app.with_four_eyes();
    for admin in [Person::Outsider, Person::Employee] {
        grant_admin(&app, admin).await;
    }
    let (admin, other) = (app.client(Person::Admin).await, app.client(Person::Outsider).await);
    let later = with(delegation(Person::Secretary, Person::Peer), json!({ "from": "2026-06-01" }));
    other.done("createDelegation", "delegation { id }", later).await;
    assert_eq!(
        another(&admin, "issueActivationCodes", codes(Person::Peer)).await,
        staff(&[Person::Employee])
    );
    // The manager still rates the work in the post that the employee leaves.
    year::reported_quarter(&app, &plan).await;
    let place = json!({ "orgUnitId": ids::unit(city::OTHER_OFFICE), "positionId": ids::position(), "superiorAssignmentId": ids::assignment(Person::Stranger), "from": "2026-04-02" });
    let moved = json!({ "assignmentId": ids::assignment(Person::Employee), "expectedVersion": 1, "reason": "Mutasi", "to": place });
    admin.done("transferStaff", "assignment { id }", moved).await;
    let employee = app.client(Person::Employee).await;
    let can = another(&employee, "issueActivationCodes", codes(Person::Manager)).await;
    assert_eq!(can, staff(&sorted([Person::Admin, Person::Outsider])));
});

both!(nobody_chooses_who_decides_on_their_objection_by_a_delegation, |app| async move {
    grant_admin(&app, Person::Employee).await;
    let employee = app.client(Person::Employee).await;
    employee.done("createDelegation", "delegation { id }", delegation(Person::Head, Person::Outsider)).await;
    let annual = delivered(&app).await;
    let ground = json!({ "about": null, "text": "Target tercapai", "evidence": [] });
    let filed = EVALUATION.input(&annual, json!({ "grounds": [ground] }));
    let objection = employee.create(&OBJECTION, "fileObjection", filed).await;
    assert_eq!(objection["decider"]["name"], "Head Contoh", "not the person whom the employee recorded");
    let outsider = app.client(Person::Outsider).await;
    let decision = json!({ "reason": "Sesuai" });
    let refused = outsider.act_refused(&OBJECTION, "decideObjection", &objection, decision).await;
    assert_eq!(refused, "FORBIDDEN");
});
