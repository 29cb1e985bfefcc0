//! The chain of command by day: dated superiors, vacant posts, delegations, and the people who can act.

use crate::{
    both,
    import::{import, upload},
    support::{Client, EVALUATION, Fields, Person, TestApp, ids},
    year,
};
use serde_json::{Value, json};
use service::{testing::city, tick::tick};

/// Who rates a person on a day.
async fn who_rates(client: &Client, who: Person, on: &str) -> Value {
    let query = "query($id: ID!, $on: Date) { whoRates(staffId: $id, on: $on) {
        rater { staff { id } } problem { kind } } }";
    client.ok(query, json!({ "id": ids::staff(who), "on": on })).await["whoRates"][0].clone()
}

/// The rater of a person on a day.
pub async fn rater_on(client: &Client, who: Person, on: &str) -> Value {
    who_rates(client, who, on).await["rater"]["staff"]["id"].clone()
}

/// Why nobody rates a person on a day.
pub async fn problem_on(client: &Client, who: Person, on: &str) -> Value {
    who_rates(client, who, on).await["problem"]["kind"].clone()
}

async fn assign(admin: &Client, who: Person, superior: Person, from: &str, version: i32) -> Value {
    let input = json!({
        "assignmentId": ids::assignment(who), "expectedVersion": version,
        "superiorAssignmentId": ids::assignment(superior), "from": from, "reason": "Mutasi",
    });
    admin.done("assignSuperior", "assignment { superior { id } }", input).await["assignment"].clone()
}

async fn delegated(
    admin: &Client,
    of: Person,
    to: Person,
    capacity: &str,
    from: &str,
    to_day: Value,
) -> Value {
    let input = json!({
        "assignmentId": ids::assignment(of), "delegateId": ids::staff(to), "capacity": capacity,
        "from": from, "to": to_day, "reason": "Dinas luar",
    });
    admin.done("createDelegation", "delegation { id version }", input).await["delegation"].clone()
}

async fn leave(admin: &Client, who: Person, last_day: &str) -> Value {
    let input = json!({
        "staffId": ids::staff(who), "expectedVersion": 1, "lastDay": last_day, "reason": "Pensiun",
    });
    admin.done("endStaff", "staff { id } warnings { kind message staff { id } }", input).await
}

async fn problems(client: &Client) -> Vec<Value> {
    let query = "query($unit: ID!) { reports { rosterProblems(orgUnitId: $unit) { totalCount problems(first: 100) { nodes {
        kind kindLabel message assignment { id } staff { id } orgUnit { id } whoCan { id } } } } } }";
    let found = client.ok(query, json!({ "unit": ids::unit(city::ROOT) })).await;
    found["reports"]["rosterProblems"]["problems"]["nodes"].as_array().expect("problems").clone()
}

both!(a_superior_applies_from_its_day, |app| async move {
    let admin = app.client(Person::Admin).await;
    let plan = year::approved(&app).await;
    app.set_clock("2026-07-15T02:00:00Z");
    assign(&admin, Person::Employee, Person::Head, "2026-07-01", 1).await;
    for (on, rater) in [
        ("2026-05-01", Person::Manager),
        ("2026-06-30", Person::Manager),
        ("2026-07-01", Person::Head),
        ("2026-07-15", Person::Head),
    ] {
        assert_eq!(rater_on(&admin, Person::Employee, on).await, ids::staff(rater), "{on}");
    }
    // Backdating changes only the days before the recorded change. Today's superior and the rater stay.
    let assigned = assign(&admin, Person::Employee, Person::Stranger, "2026-05-01", 2).await;
    assert_eq!(assigned["superior"]["id"], ids::assignment(Person::Head));
    for (on, rater) in [
        ("2026-04-30", Person::Manager),
        ("2026-05-01", Person::Stranger),
        ("2026-06-30", Person::Stranger),
        ("2026-07-01", Person::Head),
    ] {
        assert_eq!(rater_on(&admin, Person::Employee, on).await, ids::staff(rater), "{on}");
    }
    let query = "query($id: ID!) { plan(id: $id) { rater { staff { id } } } }";
    let read = admin.ok(query, json!({ "id": plan["id"] })).await;
    assert_eq!(read["plan"]["rater"]["staff"]["id"], ids::staff(Person::Head));
    let stranger = app.client(Person::Stranger).await;
    assert_eq!(stranger.ok(query, json!({ "id": plan["id"] })).await, json!({ "plan": null }));
    let query = "query($id: ID!, $on: Date) { node(id: $id) { ... on Assignment {
        superior(on: $on) { id } superiors { validFrom validTo assignment { id } } } } }";
    let read = admin.ok(query, json!({ "id": ids::assignment(Person::Employee), "on": "2026-05-01" })).await;
    let days = |who: Person, from: &str, to: Value| json!({ "validFrom": from, "validTo": to, "assignment": { "id": ids::assignment(who) } });
    let expected = json!({
        "superior": { "id": ids::assignment(Person::Stranger) },
        "superiors": [
            days(Person::Manager, "2025-01-01", json!("2026-05-01")),
            days(Person::Stranger, "2026-05-01", json!("2026-07-01")),
            days(Person::Head, "2026-07-01", Value::Null),
        ],
    });
    assert_eq!(read["node"], expected);
});

both!(a_past_state_has_the_superiors_recorded_at_that_time, |app| async move {
    let admin = app.client(Person::Admin).await;
    app.set_clock("2026-03-03T02:00:00Z");
    assign(&admin, Person::Employee, Person::Head, "2026-03-02", 1).await;
    service::journal::sequence(&app.env).await.expect("numbers");
    let query = "query($id: ID!, $at: DateTime!) { staffAsOf(id: $id, at: $at) { id name assignments {
        superiors { validFrom assignment { id } } } } }";
    let as_of = async |at: &str| {
        let input = json!({ "id": ids::staff(Person::Employee), "at": at });
        admin.ok(query, input).await["staffAsOf"].clone()
    };
    let superior =
        |who: Person, from: &str| json!({ "validFrom": from, "assignment": { "id": ids::assignment(who) } });
    let before = as_of("2026-03-02T02:00:00Z").await;
    assert_eq!(before["assignments"][0]["superiors"], json!([superior(Person::Manager, "2025-01-01")]));
    let after = as_of("2026-03-03T02:00:00Z").await;
    let both = json!([superior(Person::Manager, "2025-01-01"), superior(Person::Head, "2026-03-02")]);
    assert_eq!(after["assignments"][0]["superiors"], both);
    assert_ne!(before["id"], after["id"]);
});

/// The rater of the first quarter's evaluation of a plan.
async fn rater_of_quarter(client: &Client, plan: &Value) -> Value {
    let query =
        "query($id: ID!) { plan(id: $id) { evaluations { period { part } rater { staff { id } } } } }";
    let read = client.ok(query, json!({ "id": plan["id"] })).await;
    let all = read["plan"]["evaluations"].as_array().expect("evaluations").clone();
    let first = all.iter().find(|one| one["period"]["part"] == 1).expect("the first quarter");
    first["rater"]["staff"]["id"].clone()
}

both!(evaluations_of_transferred_people_follow_a_delegation, |app| async move {
    let admin = app.client(Person::Admin).await;
    let plan = year::approved(&app).await;
    let acting =
        delegated(&admin, Person::Manager, Person::Peer, "PLH", "2026-03-02", json!("2026-05-01")).await;
    app.set_clock("2026-04-02T02:00:00Z");
    let moved = json!({
        "assignmentId": ids::assignment(Person::Employee), "expectedVersion": 1, "reason": "Mutasi",
        "to": {
            "orgUnitId": ids::unit(city::OTHER_OFFICE), "positionId": ids::position(), "from": "2026-04-01",
            "superiorAssignmentId": ids::assignment(Person::Stranger),
        },
    });
    admin.done("transferStaff", "assignment { id }", moved).await;
    assert_eq!(rater_of_quarter(&admin, &plan).await, ids::staff(Person::Peer));
    // By mutation, and by the end date in the tick.
    let longer = json!({
        "delegationId": acting["id"], "expectedVersion": 1, "to": "2026-04-20", "reason": "Kembali lebih awal",
    });
    admin.done("updateDelegation", "delegation { validTo }", longer).await;
    for (at, rater) in [("2026-04-19T02:00:00Z", Person::Peer), ("2026-04-20T02:00:00Z", Person::Manager)] {
        app.set_clock(at);
        tick(&app.env).await.expect("a tick");
        assert_eq!(rater_of_quarter(&admin, &plan).await, ids::staff(rater), "{at}");
    }
});

both!(delegations_are_listed_changed_and_ended, |app| async move {
    let admin = app.client(Person::Admin).await;
    let plan = year::approved(&app).await;
    let made = delegated(&admin, Person::Manager, Person::Peer, "PLT", "2026-03-02", Value::Null).await;
    // Only one person acts at a time.
    for (from, to) in [("2026-03-02", Value::Null), ("2026-02-01", json!("2026-03-03"))] {
        let input = json!({
            "assignmentId": ids::assignment(Person::Manager), "delegateId": ids::staff(Person::Outsider),
            "capacity": "PLH", "from": from, "to": to, "reason": "Dinas luar",
        });
        assert_eq!(admin.refused("createDelegation", "delegation { id }", input).await, "BAD_USER_INPUT");
    }
    let list = "query($filter: DelegationFilter) { delegations(filter: $filter) { totalCount nodes {
        id version delegate { id } allowedActions { action allowed } } } }";
    let listed = async |client: &Client, filter: Value| {
        client.ok(list, json!({ "filter": filter })).await["delegations"].clone()
    };
    let outsider = app.client(Person::Outsider).await;
    for (filter, count) in [
        (json!({}), 1),
        (json!({ "assignmentId": ids::assignment(Person::Manager) }), 1),
        (json!({ "assignmentId": ids::assignment(Person::Head) }), 0),
        (json!({ "orgUnitId": ids::unit(city::OFFICE) }), 1),
        (json!({ "orgUnitId": ids::unit(city::OTHER_OFFICE) }), 0),
        (json!({ "delegateId": ids::staff(Person::Peer) }), 1),
        (json!({ "on": "2026-03-01" }), 0),
        (json!({ "on": "2026-03-02" }), 1),
    ] {
        assert_eq!(listed(&outsider, filter.clone()).await["totalCount"], count, "{filter}");
    }
    let allowed = |listed: &Value| {
        let all = listed["nodes"][0]["allowedActions"].as_array().expect("actions").clone();
        all.iter().map(|one| one["allowed"].as_bool().expect("a flag")).collect::<Vec<_>>()
    };
    assert_eq!(allowed(&listed(&admin, json!({})).await), [true, true]);
    assert_eq!(allowed(&listed(&outsider, json!({})).await), [false, false]);
    assert_eq!(rater_of_quarter(&admin, &plan).await, ids::staff(Person::Peer));

    let end = |version: i32| json!({ "delegationId": made["id"], "expectedVersion": version, "reason": "Salah orang" });
    assert_eq!(outsider.refused("endDelegation", "delegation { id }", end(1)).await, "FORBIDDEN");
    let ended = admin.done("endDelegation", "delegation { validTo version }", end(1)).await;
    assert_eq!(ended["delegation"], json!({ "validTo": "2026-03-02", "version": 2 }));
    assert_eq!(rater_of_quarter(&admin, &plan).await, ids::staff(Person::Manager));
    assert_eq!(admin.refused("endDelegation", "delegation { id }", end(2)).await, "INVALID_TRANSITION");
    assert_eq!(allowed(&listed(&admin, json!({})).await), [false, false]);
    // Another person can act for the same days now.
    delegated(&admin, Person::Manager, Person::Outsider, "PLH", "2026-03-02", json!("2026-04-01")).await;
});

both!(a_superior_who_left_is_listed_as_a_gap, |app| async move {
    let (admin, team) = (app.client(Person::Admin).await, app.client(Person::Team).await);
    let plan =
        year::submitted(&app.client(Person::Employee).await, Person::Employee, year::content(None)).await;
    assert_eq!(problems(&admin).await, Vec::<Value>::new());
    let left = leave(&admin, Person::Manager, "2026-03-01").await;
    let kinds = |found: &[Value]| {
        let mut kinds: Vec<String> =
            found.iter().map(|one| one["kind"].as_str().expect("a kind").to_owned()).collect();
        kinds.sort();
        kinds
    };
    let warned = left["warnings"].as_array().expect("warnings").clone();
    let expected = ["NOBODY_CAN_ACT", "SUPERIOR_GONE", "SUPERIOR_GONE", "SUPERIOR_GONE"];
    assert_eq!(kinds(&warned), expected);
    let found = problems(&admin).await;
    assert_eq!(kinds(&found), expected);
    for one in &found {
        assert_eq!(one["whoCan"], json!([{ "id": ids::staff(Person::Admin) }]));
        let message = one["message"].as_str().expect("a sentence");
        assert!(message.contains("Manager Contoh") && message.contains("2026-03-02"), "{message}");
    }
    // Nobody can rate, and the answer gives the reason.
    let query = "query($id: ID!, $on: Date) { whoRates(staffId: $id, on: $on) {
        rater { name } problem { kind message } } }";
    let rates = async |on: &str| {
        let input = json!({ "id": ids::staff(Person::Employee), "on": on });
        admin.ok(query, input).await["whoRates"][0].clone()
    };
    assert_eq!(rates("2026-03-01").await["rater"]["name"], "Manager Contoh");
    let today = rates("2026-03-02").await;
    assert_eq!(today.field("rater"), &Value::Null);
    assert_eq!(today["problem"]["kind"], "SUPERIOR_GONE");
    let worklist = "query { viewer { worklist(kinds: [FIX_ROSTER]) {
        totalCount nodes { kind kindLabel staff { id } subject { ... on RosterProblem { kind message } } } } } }";
    for (client, count) in [(&team, 4), (&admin, 4), (&app.client(Person::Peer).await, 0)] {
        let items = client.ok(worklist, json!({})).await;
        assert_eq!(items["viewer"]["worklist"]["nodes"].as_array().map(Vec::len), Some(count));
    }
    let open = json!({ "year": 2027, "cycle": "QUARTERLY" });
    let opened = admin.done("openPeriod", "period { year } roster { totalCount }", open).await;
    assert_eq!(opened["roster"]["totalCount"], 4);

    // A Plt closes the gap: the submitted plan waits for them, and newcomers can be placed under the vacant post.
    delegated(&admin, Person::Manager, Person::Outsider, "PLT", "2026-03-02", Value::Null).await;
    assert_eq!(problems(&admin).await, Vec::<Value>::new());
    let query = "query($id: ID!) { plan(id: $id) { rater { capacity staff { id } } } }";
    let read = admin.ok(query, json!({ "id": plan["id"] })).await;
    let acting = json!({ "capacity": "PLT", "staff": { "id": ids::staff(Person::Outsider) } });
    assert_eq!(read["plan"]["rater"], acting);
    let newcomer = |from: &str| {
        json!({
            "name": "Baru Contoh", "externalId": "BARU-1", "employmentKind": "PNS",
            "assignment": {
                "orgUnitId": ids::unit(city::SECTION), "positionId": ids::position(), "from": from,
                "superiorAssignmentId": ids::assignment(Person::Manager),
            },
        })
    };
    app.set_clock("2026-03-05T02:00:00Z");
    let made = admin.done("createStaff", "staff { id } warnings { kind }", newcomer("2026-03-02")).await;
    assert_eq!(made["warnings"], json!([]));
});

both!(newcomers_are_not_placed_under_a_post_that_nobody_holds, |app| async move {
    let admin = app.client(Person::Admin).await;
    leave(&admin, Person::Manager, "2026-03-01").await;
    let newcomer = json!({
        "name": "Baru Contoh", "externalId": "BARU-1", "employmentKind": "PNS",
        "assignment": {
            "orgUnitId": ids::unit(city::SECTION), "positionId": ids::position(), "from": "2026-03-02",
            "superiorAssignmentId": ids::assignment(Person::Manager),
        },
    });
    assert_eq!(admin.refused("createStaff", "staff { id }", newcomer).await, "BAD_USER_INPUT");
});

both!(a_person_who_acts_for_their_superior_is_rated_by_the_next_superior, |app| async move {
    let admin = app.client(Person::Admin).await;
    let plan = year::approved(&app).await;
    leave(&admin, Person::Manager, "2026-03-01").await;
    let acting =
        delegated(&admin, Person::Manager, Person::Employee, "PLT", "2026-03-02", json!("2026-04-01")).await;
    assert_eq!(rater_of_quarter(&admin, &plan).await, ids::staff(Person::Head));
    assert_eq!(rater_on(&admin, Person::Employee, "2026-03-31").await, ids::staff(Person::Head));
    assert_eq!(rater_on(&admin, Person::Peer, "2026-03-31").await, ids::staff(Person::Employee));
    assert_eq!(problem_on(&admin, Person::Employee, "2026-04-01").await, "SUPERIOR_GONE");
    // If somebody acts for the superior above, this person rates.
    delegated(&admin, Person::Head, Person::Outsider, "PLH", "2026-03-02", json!("2026-03-10")).await;
    assert_eq!(rater_of_quarter(&admin, &plan).await, ids::staff(Person::Outsider));
    app.set_clock("2026-03-10T02:00:00Z");
    tick(&app.env).await.expect("a tick");
    assert_eq!(rater_of_quarter(&admin, &plan).await, ids::staff(Person::Head));
    let ended = json!({ "delegationId": acting["id"], "expectedVersion": 1, "reason": "Selesai" });
    admin.done("endDelegation", "delegation { id }", ended).await;
    assert_eq!(problem_on(&admin, Person::Employee, "2026-03-10").await, "SUPERIOR_GONE");
});

both!(nobody_is_listed_as_their_own_ratee_or_named_after_they_left, |app| async move {
    let admin = app.client(Person::Admin).await;
    let plan = year::approved(&app).await;
    delegated(&admin, Person::Manager, Person::Employee, "PLH", "2026-03-02", json!("2026-03-05")).await;
    let employee = app.client(Person::Employee).await;
    let query = "{ evaluations(first: 50, filter: { ratedByMe: true }) { totalCount }
        plans(first: 50, filter: { ratedByMe: true }) { totalCount } viewer { subordinates(first: 50) { nodes { id } } } }";
    let read = employee.ok(query, json!({})).await;
    assert_eq!((&read["evaluations"]["totalCount"], &read["plans"]["totalCount"]), (&json!(0), &json!(0)));
    let subordinates = read["viewer"]["subordinates"]["nodes"].to_string();
    assert!(subordinates.contains(&ids::staff(Person::Peer)), "{subordinates}");
    assert!(!subordinates.contains(&ids::staff(Person::Employee)), "{subordinates}");

    app.set_clock("2026-03-06T02:00:00Z");
    tick(&app.env).await.expect("a tick");
    let who_can = async || {
        let query = "query($id: ID!) { plan(id: $id) { allowedActions { action whoCan { id } } } }";
        let read = admin.ok(query, json!({ "id": plan["id"] })).await;
        let all = read["plan"]["allowedActions"].as_array().expect("actions").clone();
        all.iter().find(|one| one["action"] == "REVIEW_PLAN").expect("an action")["whoCan"].clone()
    };
    assert_eq!(who_can().await, json!([{ "id": ids::staff(Person::Manager) }]));
    leave(&admin, Person::Manager, "2026-03-05").await;
    assert_eq!(who_can().await, json!([]), "nobody can act");
});

const STAFF: &str = "nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan;golongan;kapasitas;pimpinan;mulai\n";

async fn applied(admin: &Client, text: &str) -> Value {
    let file = upload(admin, text).await;
    let checked = import(admin, &file, true).await;
    assert_eq!(checked["status"], "READY", "{checked:#}");
    let run = import(admin, &upload(admin, text).await, false).await;
    assert_eq!(run["status"], "APPLIED", "{run:#}");
    run["changes"].clone()
}

both!(a_definitive_and_an_acting_post_are_both_imported, |app| async move {
    let admin = app.client(Person::Admin).await;
    let units = "kode;nama;jenis;kode_induk\nUJI;Dinas Uji;DINAS;KOTA\nUJI-1;Bidang Uji;BIDANG;UJI\n";
    applied(&admin, units).await;
    applied(
        &admin,
        "kode;nama;jenis;jenjang\nUJI-KEPALA;Kepala Uji;JPT PRATAMA;\nUJI-STAF;Analis Uji;PELAKSANA;\n",
    )
    .await;
    let heads = "199001012015011001;Kepala Uji;PNS;UJI;UJI-KEPALA;IV/b;;ya;2025-01-01\n";
    applied(&admin, &format!("{STAFF}{heads}")).await;
    let both = format!(
        "{STAFF}199001012015011048;Rangkap Uji;PNS;UJI;UJI-STAF;III/a;DEFINITIF;;2025-03-01\n\
         199001012015011048;Rangkap Uji;PNS;UJI-1;UJI-KEPALA;III/a;PLT;ya;2025-03-01\n\
         199001012015011049;Staf Uji;PNS;UJI-1;UJI-STAF;III/a;;;2025-03-01\n"
    );
    let changes = applied(&admin, &both).await;
    assert_eq!((&changes["created"], &changes["refused"]), (&json!(3), &json!(0)));
    let again = applied(&admin, &both).await;
    assert_eq!((&again["created"], &again["unchanged"]), (&json!(0), &json!(3)));
    let superiors =
        "pegawai;atasan\n199001012015011048;199001012015011001\n199001012015011049;199001012015011048\n";
    applied(&admin, superiors).await;
    let again = applied(&admin, superiors).await;
    assert_eq!(again["unchanged"], json!(2));

    let query =
        "query { delegations(filter: { on: \"2026-03-02\" }) { nodes { capacity validFrom delegate { name }
        assignment { staff { id } validFrom validTo unit { code } position { code } } } }
        both: staffMember(by: { nip: \"199001012015011048\" }) { id assignments { validTo }
            assignment { capacity unit { code } } }
        below: staffMember(by: { nip: \"199001012015011049\" }) { id } }";
    let read = admin.ok(query, json!({})).await;
    let delegation = json!({
        "capacity": "PLT", "validFrom": "2025-03-01", "delegate": { "name": "Rangkap Uji" },
        // The post is vacant from the beginning: nobody has held it, not even for a day.
        "assignment": {
            "staff": null, "validFrom": "2025-03-01", "validTo": "2025-03-01",
            "unit": { "code": "UJI-1" }, "position": { "code": "UJI-KEPALA" },
        },
    });
    assert_eq!(read["both"]["assignments"], json!([{ "validTo": null }]));
    assert_eq!(read["delegations"]["nodes"], json!([delegation]));
    assert_eq!(read["both"]["assignment"], json!({ "capacity": "DEFINITIVE", "unit": { "code": "UJI" } }));
    let query = "query($id: ID!) { whoRates(staffId: $id) { rater { name capacity superior { name } } } }";
    let rated = admin.ok(query, json!({ "id": read["below"]["id"] })).await;
    let acting = json!({ "name": "Rangkap Uji", "capacity": "PLT", "superior": { "name": "Kepala Uji" } });
    assert_eq!(rated["whoRates"][0]["rater"], acting);
    let rated = admin.ok(query, json!({ "id": read["both"]["id"] })).await;
    assert_eq!(rated["whoRates"][0]["rater"]["name"], "Kepala Uji");
});

both!(final_ratings_keep_their_rater, |app: TestApp| async move {
    let admin = app.client(Person::Admin).await;
    let plan = year::approved(&app).await;
    let reported = year::reported_quarter(&app, &plan).await;
    let manager = app.client(Person::Manager).await;
    let rating = json!({ "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED" });
    let rated = manager.act(&EVALUATION, "rateEvaluation", &reported, rating).await;
    let reason = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
    manager.act(&EVALUATION, "finaliseEvaluation", &rated, reason).await;
    assign(&admin, Person::Employee, Person::Head, "2026-02-01", 1).await;
    delegated(&admin, Person::Head, Person::Outsider, "PLH", "2026-03-01", Value::Null).await;
    assert_eq!(rater_of_quarter(&admin, &plan).await, ids::staff(Person::Manager));
    assert_eq!(rater_on(&admin, Person::Employee, "2026-02-01").await, ids::staff(Person::Head));
});

both!(a_change_that_failed_on_its_day_is_a_problem_until_it_is_cancelled, |app| async move {
    let admin = app.client(Person::Admin).await;
    let ahead = json!({
        "assignmentId": ids::assignment(Person::Outsider), "expectedVersion": 1, "from": "2026-04-01",
        "superiorAssignmentId": ids::assignment(Person::Peer), "reason": "Mutasi",
    });
    let scheduled = admin.done("assignSuperior", "scheduledChange { id version }", ahead).await;
    let id = scheduled["scheduledChange"]["id"].clone();
    leave(&admin, Person::Peer, "2026-03-01").await;
    assert_eq!(problems(&admin).await, Vec::<Value>::new(), "it waits for its day");
    app.set_clock("2026-04-01T02:00:00Z");
    tick(&app.env).await.expect("a tick");
    let found = problems(&admin).await;
    assert_eq!((found.len(), &found[0]["kind"]), (1, &json!("CHANGE_FAILED")));
    assert_eq!(found[0]["staff"]["id"], ids::staff(Person::Outsider));
    assert_eq!(found[0]["whoCan"], json!([{ "id": ids::staff(Person::Admin) }]));
    let cancel = json!({ "scheduledChangeId": id, "expectedVersion": 2, "reason": "Tidak jadi" });
    admin.done("cancelScheduledChange", "scheduledChange { status }", cancel).await;
    assert_eq!(problems(&admin).await, Vec::<Value>::new());
});
