//! People who come back, and corrected NIPs that take the login with them.

use super::{CONSEQUENCES, elsewhere, kinds, parts, planned, sentences, statuses};
use crate::{
    both,
    import::{import, upload},
    support::{Client, Fields, Person, TestApp, ids, with},
};
use serde_json::{Value, json};
use service::testing::{audit, city};

const STAFF: &str = "staff { id status nip version assignment { id unit { code } } }";

async fn ended(app: &TestApp, who: Person, last_day: &str) -> Value {
    let input = json!({ "staffId": ids::staff(who), "expectedVersion": 1, "lastDay": last_day, "reason": "Salah catat" });
    app.client(Person::Admin).await.done("endStaff", STAFF, input).await["staff"].clone()
}

fn back(person: &Value, more: Value) -> Value {
    with(json!({ "staffId": person["id"], "expectedVersion": person["version"], "reason": "Kembali" }), more)
}

async fn read(client: &Client, who: Person) -> Value {
    let query =
        format!("query($id: ID!) {{ staffMember(by: {{ id: $id }}) {{ {} }} }}", &STAFF[8..STAFF.len() - 2]);
    client.ok(&query, json!({ "id": ids::staff(who) })).await["staffMember"].clone()
}

both!(a_mistaken_departure_is_undone_with_the_plan_and_its_evaluations, |app| async move {
    let admin = app.client(Person::Admin).await;
    let plan =
        planned(&app, Person::Employee, &json!(ids::assignment(Person::Employee)), Person::Manager).await;
    let person = ended(&app, Person::Employee, "2026-03-01").await;
    assert_eq!(person["status"], "ENDED");
    let manager = app.client(Person::Manager).await;
    assert_eq!(statuses(&manager, &plan).await[&4], "CANCELLED");

    let selection = format!("{STAFF} {CONSEQUENCES}");
    let stored = audit::rows(&app.env).await.expect("counts");
    let rehearsed = admin.done("reinstateStaff", &selection, back(&person, json!({ "dryRun": true }))).await;
    assert_eq!(audit::rows(&app.env).await.expect("counts"), stored);
    let done = admin.done("reinstateStaff", &selection, back(&person, json!({}))).await;
    assert_eq!(kinds(&done), kinds(&rehearsed));
    assert_eq!(kinds(&done)[..3], ["STAFF_REINSTATED", "ASSIGNMENT_REOPENED", "PLAN_REOPENED"]);
    assert_eq!(done.field("staff.status"), "ACTIVE");
    assert_eq!(done.field("staff.assignment.id"), &json!(ids::assignment(Person::Employee)));
    let employee = app.client(Person::Employee).await;
    assert_eq!(parts(&employee, &plan).await, [0, 1, 2, 3, 4]);
    let again = back(&json!({ "id": person["id"], "version": 3 }), json!({}));
    assert_eq!(admin.refused("reinstateStaff", STAFF, again).await, "INVALID_TRANSITION");
});

both!(an_undone_ending_lists_the_consequences_that_remain, |app| async move {
    let admin = app.client(Person::Admin).await;
    let acts = json!({ "assignmentId": ids::assignment(Person::Stranger), "delegateId": ids::staff(Person::Manager),
        "capacity": "PLH", "from": "2026-03-01", "reason": "Cuti" });
    admin.done("createDelegation", "delegation { id }", acts).await;
    let plan = json!({ "assignmentId": ids::assignment(Person::Manager), "periodId": ids::year(), "content": crate::year::content(None) });
    app.client(Person::Manager).await.create(&crate::support::PLAN, "createPlan", plan).await;
    let leaves = json!({ "staffId": ids::staff(Person::Manager), "expectedVersion": 1, "lastDay": "2026-03-01",
        "reason": "Salah catat", "successorAssignmentId": ids::assignment(Person::Head) });
    let person = admin.done("endStaff", STAFF, leaves).await["staff"].clone();
    let done = admin.done("reinstateStaff", CONSEQUENCES, back(&person, json!({}))).await;
    let listed = sentences(&done);
    for expected in [
        "Employee Contoh stays under Head Contoh. Assign Manager Contoh as the superior again if necessary.",
        "Manager Contoh does not act for Stranger Contoh any more. Delegate the powers again if necessary.",
        "The plan of Manager Contoh for the year 2026 stays cancelled and must be written again.",
    ] {
        assert!(listed.contains(&expected), "{expected}: {listed:#?}");
    }
});

both!(an_ending_is_undone_for_a_month_and_then_needs_an_assignment, |app| async move {
    let admin = app.client(Person::Admin).await;
    let peer = ended(&app, Person::Peer, "2026-03-01").await;
    let employee = ended(&app, Person::Employee, "2026-03-01").await;
    app.set_clock("2026-04-01T02:00:00Z");
    assert_eq!(
        admin.done("reinstateStaff", STAFF, back(&peer, json!({}))).await["staff"]["status"],
        "ACTIVE"
    );
    app.set_clock("2026-04-02T02:00:00Z");
    let refusals = admin.refusals("reinstateStaff", STAFF, back(&employee, json!({}))).await;
    assert_eq!(refusals[0], ("BAD_USER_INPUT", "assignment"));
    for (day, path) in [
        ("2026-03-01", Some("assignment.from")),
        ("2026-04-03", Some("assignment.from")),
        ("2026-04-02", None),
    ] {
        let input = back(&employee, json!({ "assignment": elsewhere(day), "dryRun": true }));
        let payload = admin.mutate_once("reinstateStaff", CONSEQUENCES, input).await;
        let found = crate::support::refusals(&payload);
        assert_eq!(found.first().map(|refusal| refusal.path.as_str()), path, "{day}");
    }
});

both!(a_returner_has_a_new_assignment_and_needs_a_new_code, |app| async move {
    let admin = app.client(Person::Admin).await;
    let plan = planned(&app, Person::Team, &json!(ids::assignment(Person::Team)), Person::Manager).await;
    let person = ended(&app, Person::Team, "2026-03-01").await;
    app.set_clock("2026-08-20T02:00:00Z");
    let input = back(&person, json!({ "assignment": elsewhere("2026-08-20") }));
    let done = admin.done("reinstateStaff", &format!("{STAFF} {CONSEQUENCES}"), input).await;
    assert_eq!(kinds(&done), ["STAFF_REINSTATED", "ACCESS_RESET"]);
    assert_eq!(done.field("staff.assignment.unit.code"), "DISKOM");
    let team = app.client(Person::Team).await;
    let roles = team.ok("{ viewer { roleGrants { id } } }", json!({})).await;
    assert_eq!(roles["viewer"]["roleGrants"], json!([]), "the role must be granted again");
    // January and February belong to the first plan, September to December to the second; no one rates the months away.
    let next = planned(&app, Person::Team, done.field("staff.assignment.id"), Person::Stranger).await;
    assert_eq!(parts(&team, &plan).await, [0, 1]);
    assert_eq!(parts(&team, &next).await, [0, 3, 4]);
});

both!(the_nip_of_someone_who_left_names_the_person_to_reinstate, |app| async move {
    let admin = app.client(Person::Admin).await;
    ended(&app, Person::Employee, "2026-03-01").await;
    let nip = Person::Employee.nip().expect("a NIP");
    let input = json!({ "nip": nip, "name": "Employee Contoh", "employmentKind": "PNS", "assignment": elsewhere("2026-03-02") });
    let query =
        "mutation($input: CreateStaffInput!) { createStaff(input: $input) { errors { code message path
        ... on PersonHasLeftError { staffId } } } }";
    let answer = admin.ok(query, json!({ "input": input })).await;
    let error = &answer["createStaff"]["errors"][0];
    assert_eq!((&error["code"], &error["path"]), (&json!("BAD_USER_INPUT"), &json!(["nip"])));
    assert_eq!(error["staffId"], ids::staff(Person::Employee));
    assert!(error["message"].as_str().expect("a sentence").contains("Employee Contoh"), "{error}");

    let file = format!(
        "nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan;golongan;kapasitas;pimpinan;mulai\n{nip};Employee Contoh;PNS;DISDIK-1;ANALIS;III/c;;;\n"
    );
    let file = upload(&admin, &file).await;
    let run = import(&admin, &file, true).await;
    assert_eq!(run["status"], "REFUSED");
    let query = "query($id: ID!) { node(id: $id) { ... on ImportRun { rows { nodes { problems { field staffId } } } } } }";
    let rows = admin.ok(query, json!({ "id": run["id"] })).await;
    let problem = json!({ "field": "nip", "staffId": ids::staff(Person::Employee) });
    assert_eq!(rows["node"]["rows"]["nodes"][0]["problems"], json!([problem]));
});

/// Issues codes; returns the user name of each person.
async fn user_names(admin: &Client, recipients: Value) -> Vec<(Value, String)> {
    let payload = admin
        .done("issueActivationCodes", "codes { staffId userName code }", json!({ "recipients": recipients }))
        .await;
    let codes = payload["codes"].as_array().expect("codes").clone();
    codes
        .iter()
        .map(|code| (code["staffId"].clone(), code["userName"].as_str().expect("a name").to_owned()))
        .collect()
}

async fn hired(admin: &Client, nip: &str, name: &str) -> Value {
    let place = json!({
        "orgUnitId": ids::unit(city::SECTION), "positionId": ids::position(), "rank": "III/a",
        "superiorAssignmentId": ids::assignment(Person::Manager), "from": "2026-03-01",
    });
    let input = json!({ "nip": nip, "name": name, "employmentKind": "PNS", "assignment": place });
    admin.done("createStaff", STAFF, input).await["staff"].clone()
}

both!(a_corrected_nip_takes_the_login_with_it, |app| async move {
    let admin = app.client(Person::Admin).await;
    let (x, y) = ("199001012015011082", "199001012015011085");
    let first = hired(&admin, x, "Pertama Contoh").await;
    let names = user_names(&admin, json!({ "staffIds": [first["id"]] })).await;
    assert_eq!(names, [(first["id"].clone(), x.to_owned())]);
    let corrected = json!({ "staffId": first["id"], "expectedVersion": 1, "nip": y });
    admin.done("updateStaff", STAFF, corrected).await;
    let names = user_names(&admin, json!({ "staffIds": [first["id"]] })).await;
    assert_eq!(names[0].1, y, "the login follows at once, before anyone needs the old name");
    let second = hired(&admin, x, "Kedua Contoh").await;
    let names = user_names(&admin, json!({ "staffIds": [second["id"]] })).await;
    assert_eq!(names, [(second["id"].clone(), x.to_owned())]);
    let names = user_names(&admin, json!({ "orgUnitId": ids::unit(city::SECTION) })).await;
    let of = |person: &Value| {
        names.iter().find(|(staff, _)| *staff == person["id"]).map(|(_, name)| name.as_str())
    };
    assert_eq!((of(&first), of(&second)), (Some(y), Some(x)));
    assert_eq!(names.len(), 6, "the other people of the unit get codes too");
});

both!(people_whose_nips_are_corrected_keep_their_accounts, |app| async move {
    let admin = app.client(Person::Admin).await;
    let (x, y, z) = ("199001012015011082", "199001012015011085", "199001012015011088");
    let mut people = Vec::new();
    for (nip, name, external) in [(x, "Pertama Contoh", "E1"), (y, "Kedua Contoh", "E2")] {
        let person = hired(&admin, nip, name).await;
        let input = json!({ "staffId": person["id"], "expectedVersion": 1, "externalId": external });
        admin.done("updateStaff", STAFF, input).await;
        people.push(person);
    }
    user_names(&admin, json!({ "staffIds": [people[0]["id"], people[1]["id"]] })).await;
    // An import does not interchange the NIPs of two people; an admin corrects them one by one. Then one of them is
    // corrected by import, and a new person has the freed NIP.
    let header =
        "nip;id_eksternal;nama;jenis_kepegawaian;kode_unit;kode_jabatan;golongan;kapasitas;pimpinan;mulai\n";
    let row = |nip: &str, external: &str, name: &str| {
        format!("{nip};{external};{name};PNS;DISDIK-1;ANALIS;III/a;;;2026-03-01\n")
    };
    let swap = format!("{header}{}{}", row(y, "E1", "Pertama Contoh"), row(x, "E2", "Kedua Contoh"));
    let run = import(&admin, &upload(&admin, &swap).await, false).await;
    assert_eq!(run["status"], "REFUSED", "{run:#}");
    for (who, version, nip) in [(0, 2, "199001012015011091"), (1, 2, x), (0, 3, y)] {
        let input = json!({ "staffId": people[who]["id"], "expectedVersion": version, "nip": nip });
        admin.done("updateStaff", STAFF, input).await;
    }
    let names = user_names(&admin, json!({ "staffIds": [people[0]["id"], people[1]["id"]] })).await;
    for (person, nip) in people.iter().zip([y, x]) {
        assert!(names.contains(&(person["id"].clone(), nip.to_owned())), "{names:?}");
    }
    let freed = format!("{header}{}{}", row(x, "E3", "Ketiga Contoh"), row(z, "E2", "Kedua Contoh"));
    let run = import(&admin, &upload(&admin, &freed).await, false).await;
    assert_eq!(run["status"], "APPLIED", "{run:#}");
    let names = user_names(&admin, json!({ "staffIds": [people[1]["id"]] })).await;
    assert_eq!(names[0].1, z);
    assert_eq!(read(&admin, Person::Employee).await["status"], "ACTIVE");
});
