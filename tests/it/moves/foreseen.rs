//! Future days with the scheduled changes up to them, and superiors whose assignments begin later.

use crate::{
    both,
    import::{import, upload},
    superiors::{problem_on, rater_on},
    support::{Person, ids},
};
use serde_json::{Value, json};
use service::{testing::city, tick::tick};

both!(a_future_day_has_the_scheduled_changes, |app| async move {
    let (admin, outsider) = (app.client(Person::Admin).await, app.client(Person::Outsider).await);
    let ahead = json!({
        "assignmentId": ids::assignment(Person::Employee), "expectedVersion": 1, "from": "2026-07-01",
        "superiorAssignmentId": ids::assignment(Person::Head), "reason": "Penataan",
    });
    admin.done("assignSuperior", "scheduledChange { id }", ahead).await;
    let ending = json!({
        "staffId": ids::staff(Person::Manager), "expectedVersion": 1, "lastDay": "2026-08-31", "reason": "Pensiun",
    });
    admin.done("endStaff", "scheduledChange { id }", ending).await;
    let transfer = json!({
        "assignmentId": ids::assignment(Person::Peer), "expectedVersion": 1, "reason": "Mutasi",
        "to": {
            "orgUnitId": ids::unit(city::OTHER_OFFICE), "positionId": ids::position(), "from": "2026-10-01",
            "superiorAssignmentId": ids::assignment(Person::Stranger),
        },
    });
    admin.done("transferStaff", "scheduledChange { id }", transfer).await;
    for (who, on, rater) in [
        (Person::Employee, "2026-06-30", Person::Manager),
        (Person::Employee, "2026-07-01", Person::Head),
        (Person::Peer, "2026-08-31", Person::Manager),
        (Person::Manager, "2026-08-31", Person::Head),
        (Person::Peer, "2026-10-01", Person::Stranger),
    ] {
        assert_eq!(rater_on(&admin, who, on).await, ids::staff(rater), "{who:?} {on}");
    }
    let query = "query($id: ID!, $on: Date) { whoRates(staffId: $id, on: $on) { assignment { id } } }";
    for on in ["2026-09-01", "2026-09-30"] {
        assert_eq!(problem_on(&admin, Person::Peer, on).await, "SUPERIOR_GONE");
        let of_manager = json!({ "id": ids::staff(Person::Manager), "on": on });
        assert_eq!(admin.ok(query, of_manager).await, json!({ "whoRates": [] }), "they have left");
    }
    // A person who can't see the scheduled changes sees no effect of them here either.
    assert_eq!(rater_on(&outsider, Person::Peer, "2026-10-01").await, ids::staff(Person::Manager));
    let query = "query($unit: ID!, $on: Date) { reports { rosterProblems(orgUnitId: $unit, on: $on) {
        problems(first: 100) { nodes { kind message assignment { id } } } } } }";
    let problems_on = async |on: &str| {
        let found = admin.ok(query, json!({ "unit": ids::unit(city::ROOT), "on": on })).await;
        found["reports"]["rosterProblems"]["problems"]["nodes"].as_array().expect("problems").clone()
    };
    let kinds = |found: &[Value]| found.iter().map(|one| one["kind"].clone()).collect::<Vec<_>>();
    assert_eq!(problems_on("2026-08-31").await, Vec::<Value>::new());
    let vacant = problems_on("2026-09-01").await;
    assert_eq!(kinds(&vacant), ["SUPERIOR_GONE", "SUPERIOR_GONE", "NOBODY_CAN_ACT"]);
    let later = problems_on("2026-10-01").await;
    assert_eq!(kinds(&later), ["SUPERIOR_GONE", "NOBODY_CAN_ACT"]);
    assert!(later[0]["message"].as_str().is_some_and(|text| text.contains("2026-09-01")), "{later:#?}");
    service::journal::sequence(&app.env).await.expect("numbers");
    let query =
        "query($id: ID!, $at: DateTime!) { staffAsOf(id: $id, at: $at) { note assignments { validTo } } }";
    let state = async |at: &str| {
        admin.ok(query, json!({ "id": ids::staff(Person::Peer), "at": at })).await["staffAsOf"].clone()
    };
    let before = json!({ "note": null, "assignments": [{ "validTo": null }] });
    assert_eq!(state("2026-09-30T16:59:59Z").await, before, "the transfer comes later");
    let after = state("2026-09-30T17:00:00Z").await;
    assert!(after["note"].as_str().is_some_and(|note| note.contains("2026-10-01")), "{after}");

    // On these days everything is as the queries foresaw, including the id of the new assignment.
    let query = "query($id: ID!, $on: Date) { whoRates(staffId: $id, on: $on) {
        assignment { id validFrom unit { code } } rater { name superior { name } } } }";
    let of_peer = json!({ "id": ids::staff(Person::Peer), "on": "2026-10-01" });
    let foreseen = admin.ok(query, of_peer.clone()).await;
    for (on, applied) in [("2026-07-01", 1), ("2026-09-01", 1), ("2026-10-01", 1)] {
        app.set_clock(&format!("{on}T02:00:00Z"));
        assert_eq!(tick(&app.env).await.expect("a tick").changes_applied, applied, "{on}");
        if on == "2026-09-01" {
            assert_eq!(problems_on(on).await, vacant);
        }
    }
    assert_eq!(problems_on("2026-10-01").await, later);
    assert_eq!(admin.ok(query, of_peer).await, foreseen);
    assert_eq!(rater_on(&outsider, Person::Peer, "2026-10-01").await, ids::staff(Person::Stranger));
});

both!(a_superior_who_begins_later_is_not_called_gone, |app| async move {
    let admin = app.client(Person::Admin).await;
    let nip = Person::Manager.nip().expect("a NIP");
    let text = format!(
        "nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan;pimpinan;mulai\n\
         {nip};Manager Contoh;PNS;DISDIK-1;ANALIS;ya;2025-06-01\n"
    );
    let run = import(&admin, &upload(&admin, text).await, false).await;
    assert_eq!(run["status"], "APPLIED", "{run:#}");
    let query = "query($id: ID!, $on: Date) { whoRates(staffId: $id, on: $on) { rater { name } problem { message } } }";
    let on = async |on: &str| {
        let found = admin.ok(query, json!({ "id": ids::staff(Person::Employee), "on": on })).await;
        found["whoRates"][0].clone()
    };
    let before = on("2025-05-31").await;
    let message = before["problem"]["message"].as_str().expect("a sentence");
    assert!(message.contains("only from 2025-06-01 on"), "{message}");
    assert_eq!(on("2025-06-01").await["rater"]["name"], "Manager Contoh");
});
