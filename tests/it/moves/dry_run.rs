//! Dry runs list the consequences of the run, in both languages, and write nothing.

use super::{CONSEQUENCES, kinds, moved, sentences, transfer};
use crate::{
    both,
    import::{import, upload},
    support::{Client, Fields, Person, ids, with},
    year,
};
use serde_json::{Value, json};
use service::testing::audit;

/// The mutations with a dry run: name, the object of the payload, the input, and the kinds of consequences in order.
fn changes() -> Vec<(&'static str, &'static str, Value, Vec<&'static str>)> {
    let superior = json!({
        "assignmentId": ids::assignment(Person::Employee), "expectedVersion": 1, "from": "2026-03-02",
        "superiorAssignmentId": ids::assignment(Person::Head), "reason": "Penataan",
    });
    let delegation = json!({
        "assignmentId": ids::assignment(Person::Manager), "delegateId": ids::staff(Person::Peer),
        "capacity": "PLH", "from": "2026-03-02", "to": "2026-04-01", "reason": "Cuti",
    });
    let ending = json!({
        "staffId": ids::staff(Person::Manager), "expectedVersion": 1, "lastDay": "2026-03-01",
        "reason": "Pensiun", "successorAssignmentId": ids::assignment(Person::Head),
    });
    let renewed = ["RATER_RENEWED"; 6];
    let after = |first: &[&'static str]| first.iter().copied().chain(renewed).collect::<Vec<_>>();
    vec![
        (
            "transferStaff",
            "assignment",
            transfer(Person::Employee, "2026-03-01"),
            vec![
                "PLAN_CLOSED",
                "EVALUATION_CANCELLED",
                "EVALUATION_CANCELLED",
                "EVALUATION_CANCELLED",
                "ASSIGNMENT_CLOSED",
                "ASSIGNMENT_OPENED",
            ],
        ),
        ("assignSuperior", "assignment", superior, after(&["SUPERIOR_ASSIGNED"])),
        ("createDelegation", "delegation", delegation, after(&["DELEGATED"])),
        (
            "endStaff",
            "staff",
            ending,
            after(&[
                "ASSIGNMENT_CLOSED",
                "SUPERIOR_ASSIGNED",
                "SUPERIOR_ASSIGNED",
                "SUPERIOR_ASSIGNED",
                "STAFF_ENDED",
            ]),
        ),
    ]
}

/// Tries one change as a dry run and then really, with the same idempotency key.
async fn tried(admin: &Client, change: (&'static str, &'static str, Value, Vec<&'static str>)) {
    let (name, object, input, expected) = change;
    let selection = format!("{object} {{ id }} {CONSEQUENCES}");
    let input = with(input, json!({ "idempotencyKey": service::env::fresh_id() }));
    let stored = audit::rows(&admin.app.env).await.expect("the tables can be counted");
    let rehearsed = admin.done(name, &selection, with(input.clone(), json!({ "dryRun": true }))).await;
    let now = audit::rows(&admin.app.env).await.expect("the tables can be counted");
    assert_eq!(now, stored, "a dry run of {name} writes nothing");
    assert_eq!(rehearsed.field(object), &Value::Null, "{name}");
    assert_eq!(kinds(&rehearsed), expected, "{name}: {:#?}", sentences(&rehearsed));

    let done = admin.done(name, &selection, input).await;
    assert!(done.field(object).is_object(), "the key of the dry run is free: {name}");
    assert_eq!(kinds(&done), expected, "{name}");
    assert_eq!(sentences(&done), sentences(&rehearsed), "{name}");
}

both!(a_dry_run_of_a_transfer_lists_what_the_run_does, |app| async move {
    year::approved(&app).await;
    tried(&app.client(Person::Admin).await, changes().remove(0)).await;
});

both!(a_dry_run_of_a_superior_lists_what_the_run_does, |app| async move {
    year::approved(&app).await;
    tried(&app.client(Person::Admin).await, changes().remove(1)).await;
});

both!(a_dry_run_of_a_delegation_lists_what_the_run_does, |app| async move {
    year::approved(&app).await;
    tried(&app.client(Person::Admin).await, changes().remove(2)).await;
});

both!(a_dry_run_of_an_ending_lists_what_the_run_does, |app| async move {
    year::approved(&app).await;
    tried(&app.client(Person::Admin).await, changes().remove(3)).await;
});

both!(a_head_rates_on_their_last_day_and_leaves_a_gap_after_it, |app| async move {
    let admin = app.client(Person::Admin).await;
    let input = json!({
        "staffId": ids::staff(Person::Manager), "expectedVersion": 1, "lastDay": "2026-03-02", "reason": "Pensiun",
    });
    let selection = format!(
        "staff {{ id }} scheduledChange {{ effectiveOn }} warnings {{ kind staff {{ id }} }} {CONSEQUENCES}"
    );
    for dry_run in [true, false] {
        let payload =
            admin.done("endStaff", &selection, with(input.clone(), json!({ "dryRun": dry_run }))).await;
        assert!(kinds(&payload).contains(&"ROSTER_GAP"), "{payload:#}");
        let warned = payload["warnings"].as_array().expect("warnings").iter();
        let gone: Vec<_> =
            warned.filter(|one| one["kind"] == "SUPERIOR_GONE").map(|one| &one["staff"]["id"]).collect();
        let below = [Person::Employee, Person::Peer, Person::Team].map(|who| json!(ids::staff(who)));
        assert_eq!(gone, below.iter().collect::<Vec<_>>(), "{payload:#}");
        let day = payload.field("scheduledChange").get("effectiveOn").cloned();
        assert_eq!(day, (!dry_run).then(|| json!("2026-03-03")), "{payload:#}");
    }
    let manager = app.client(Person::Manager).await;
    year::approved(&app).await;
    let status = "query($id: ID!) { staffMember(by: { id: $id }) { status } }";
    let read = async || admin.ok(status, json!({ "id": ids::staff(Person::Manager) })).await;
    assert_eq!(read().await["staffMember"]["status"], "ACTIVE");
    app.set_clock("2026-03-03T02:00:00Z");
    service::tick::tick(&app.env).await.expect("a tick");
    assert_eq!(read().await["staffMember"]["status"], "ENDED");
    assert_eq!(manager.error("{ viewer { staff { id } } }", json!({})).await, "UNAUTHENTICATED");
});

both!(sentences_name_the_superior_of_the_changed_days, |app| async move {
    year::approved(&app).await;
    let admin = app.client(Person::Admin).await;
    let ending = json!({
        "staffId": ids::staff(Person::Manager), "expectedVersion": 1, "lastDay": "2026-03-02", "reason": "Pensiun",
        "successorAssignmentId": ids::assignment(Person::Head), "dryRun": true,
    });
    let listed = admin.done("endStaff", CONSEQUENCES, ending).await;
    assert!(
        sentences(&listed).contains(&"Head Contoh becomes the superior of Employee Contoh."),
        "{listed:#}"
    );
    assert!(kinds(&listed).contains(&"RATER_RENEWED"), "{listed:#}");
    let assign = |superior: Person, from: &str, version: i32| {
        json!({
            "assignmentId": ids::assignment(Person::Peer), "expectedVersion": version, "from": from,
            "superiorAssignmentId": ids::assignment(superior), "reason": "Penataan",
        })
    };
    admin.done("assignSuperior", CONSEQUENCES, assign(Person::Head, "2026-03-02", 1)).await;
    let listed = admin.done("assignSuperior", CONSEQUENCES, assign(Person::Stranger, "2026-02-01", 2)).await;
    let expected =
        "Stranger Contoh becomes the superior of Peer Contoh for the days from 2026-02-01 until 2026-03-01.";
    assert_eq!(sentences(&listed)[0], expected);
    let columns = listed.field("consequences.0.columns.0");
    assert_eq!(
        (&columns["before"], &columns["after"]),
        (&json!("Manager Contoh"), &json!("Stranger Contoh"))
    );
});

both!(a_dry_run_is_refused_as_the_run_is, |app| async move {
    let (admin, employee) = (app.client(Person::Admin).await, app.client(Person::Employee).await);
    for (name, object, input, _) in changes() {
        let selection = format!("{object} {{ id }} {CONSEQUENCES}");
        for dry_run in [true, false] {
            let input = with(input.clone(), json!({ "dryRun": dry_run }));
            assert_eq!(employee.refused(name, &selection, input.clone()).await, "FORBIDDEN", "{name}");
            let blank = with(input, json!({ "reason": " " }));
            let refusals = admin.refusals(name, &selection, blank).await;
            assert_eq!(refusals[0], ("BAD_USER_INPUT", "reason"), "{name}");
        }
    }
});

both!(consequences_have_subjects_and_sentences_in_both_languages, |app| async move {
    year::approved(&app).await;
    let done = moved(&app, Person::Employee, "2026-03-01").await;
    assert_eq!(
        sentences(&done)[..2],
        [
            "The plan of Employee Contoh for the year 2026 closes; its last day is 2026-02-28.",
            "The evaluation of Employee Contoh for quarter 2 of 2026 is cancelled.",
        ]
    );
    let subjects = |payload: &Value| {
        let listed = payload.field("consequences").as_array().expect("a list").clone();
        listed.iter().map(|one| one.field("subject.__typename").clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        subjects(&done),
        ["Plan", "Evaluation", "Evaluation", "Evaluation", "Assignment", "Assignment"]
    );
    let admin = Client { language: "id", ..app.client(Person::Admin).await };
    let input = json!({
        "assignmentId": ids::assignment(Person::Peer), "expectedVersion": 1, "from": "2026-03-02", "dryRun": true,
        "superiorAssignmentId": ids::assignment(Person::Head), "reason": "Penataan",
    });
    let selection = "consequences { kindLabel sentence english: sentence(locale: EN) columns { field label before after } }";
    let listed = admin.done("assignSuperior", selection, input).await;
    assert_eq!(
        listed["consequences"][0],
        json!({
            "kindLabel": "Atasan berganti", "sentence": "Atasan Peer Contoh menjadi Head Contoh.",
            "english": "Head Contoh becomes the superior of Peer Contoh.",
            "columns": [{ "field": "superiorAssignmentId", "label": "Penempatan atasan",
                          "before": "Manager Contoh", "after": "Head Contoh" }],
        })
    );
});

both!(a_dry_run_of_an_import_lists_what_the_import_does, |app| async move {
    let admin = app.client(Person::Admin).await;
    year::approved(&app).await;
    let nip = |who: Person| who.nip().expect("a NIP");
    let file = format!(
        "nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan;golongan;kapasitas;pimpinan;mulai\n\
         {};Employee Contoh;PNS;DISKOM;ANALIS;III/c;;;2026-03-01\n\
         {};Peer Nama Baru;PNS;DISDIK-1;ANALIS;III/d;;;\n\
         199001012015011001;Orang Baru;PNS;DISDIK-1;ANALIS;III/a;;;2026-03-01\n",
        nip(Person::Employee),
        nip(Person::Peer),
    );
    let file = upload(&admin, &file).await;
    let query = "query($id: ID!) { node(id: $id) { ... on ImportRun { status consequences(first: 50) {
        totalCount nodes { kind sentence columns { field before after } } } } } }";
    let mut lists = Vec::new();
    for dry_run in [true, false] {
        let stored = audit::rows(&app.env).await.expect("the tables can be counted");
        let run = import(&admin, &file, dry_run).await;
        let read = admin.ok(query, json!({ "id": run["id"] })).await["node"].clone();
        assert_eq!(read["status"], if dry_run { "READY" } else { "APPLIED" }, "{run:#}");
        let now = audit::rows(&app.env).await.expect("the tables can be counted");
        assert_eq!(now == stored, dry_run);
        lists.push(read["consequences"].clone());
    }
    assert_eq!(lists[0], lists[1], "the run does what the dry run lists");
    let listed = lists[0]["nodes"].as_array().expect("a list");
    let kinds: Vec<&str> = listed.iter().filter_map(|one| one["kind"].as_str()).collect();
    assert_eq!(
        kinds,
        [
            "DATA_CHANGED",
            "PLAN_CLOSED",
            "EVALUATION_CANCELLED",
            "EVALUATION_CANCELLED",
            "EVALUATION_CANCELLED",
            "ASSIGNMENT_CLOSED",
            "ASSIGNMENT_OPENED",
            "DATA_CHANGED",
            "ROSTER_GAP",
        ],
        "{listed:#?}"
    );
    let name = json!([{ "field": "name", "before": "Peer Contoh", "after": "Peer Nama Baru" }]);
    assert_eq!(listed[0]["columns"], name);
    assert_eq!(listed[7]["columns"], json!([{ "field": "rank", "before": "III/c", "after": "III/d" }]));
    assert_eq!(listed[7]["sentence"], "Data of Peer Nama Baru changes: Rank.");
});
