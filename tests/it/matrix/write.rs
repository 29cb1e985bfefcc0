//! Tests which actors can run each mutation in a state that allows it. Each attempt runs on a copy of the database; a
//! refused one must not change a byte.

use super::{
    Cells, differences, table,
    world::{Actor, World, workshop, world},
};
use crate::{
    import::upload,
    support::{Client, On, Person, TestApp, ids, run, sdl::Sdl, with},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use service::testing::city;
use std::collections::BTreeSet;

/// The decision table.
pub const TABLE: &str = include_str!("../data/matrix/mutations.txt");

/// Mutations without a login, which every actor can run.
pub const WITHOUT_LOGIN: [&str; 5] =
    ["login", "startLogin", "loginWithToken", "refreshSession", "activateAccount"];

/// Mutations that need the last day of the quarter, while the others of their state are sent in March.
const AFTER_THE_QUARTER: [&str; 2] = ["setOrgUnitPredicate", "closePeriod"];

/// A client key.
const KEY: &str = "0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2d8f98";

/// A row of the table: its name and the input.
type Attempt = (&'static str, Value);

/// Returns the mutations to try before the employee has a plan.
async fn at_the_start(world: &World) -> Vec<Attempt> {
    let head = ids::assignment(Person::Head);
    let sessions = world.client("emp").ok("{ viewer { sessions { id } } }", json!({})).await;
    let team = json!(ids::global(21, service::testing::id(0x7000 + Person::Team as u128 + 1)));
    let placement = |unit: Value, superior: Value| json!({ "orgUnitId": unit, "positionId": ids::position(), "superiorAssignmentId": superior, "from": "2026-03-02" });
    let role =
        |role: &str| json!({ "staffId": world.id("peer"), "role": role, "orgUnitId": world.id("section") });
    vec![
        ("createPlan", json!({ "assignmentId": world.id("employee_post"), "periodId": world.id("year") })),
        ("createOrgUnit", json!({ "code": "BARU", "name": "Subbagian Baru", "kind": "SUBBAG", "parentId": world.id("section"), "validFrom": "2026-03-01" })),
        ("updateOrgUnit", world.change("orgUnitId", "section", json!({ "name": "Bidang Baru" })).await),
        ("createStaff", json!({ "name": "Orang Baru", "externalId": "BARU-1", "employmentKind": "PNS", "assignment": placement(world.id("section"), world.id("manager_post")) })),
        ("updateStaff", world.change("staffId", "employee", json!({ "name": "Nama Baru" })).await),
        ("transferStaff", world.change("assignmentId", "employee_post", json!({ "reason": "Mutasi", "to": placement(json!(ids::unit(city::OFFICE)), json!(head)) })).await),
        ("assignSuperior", world.change("assignmentId", "employee_post", json!({ "superiorAssignmentId": head, "from": "2026-03-02", "reason": "Penataan" })).await),
        ("createDelegation", json!({ "assignmentId": world.id("employee_post"), "delegateId": ids::staff(Person::Outsider), "capacity": "PLH", "from": "2026-03-02", "reason": "Dinas luar" })),
        ("updateDelegation", world.change("delegationId", "delegation", json!({ "to": "2026-04-01", "reason": "Kembali lebih awal" })).await),
        ("endDelegation", world.change("delegationId", "delegation", json!({ "reason": "Kembali" })).await),
        ("endStaff", world.change("staffId", "employee", json!({ "lastDay": "2026-03-01", "reason": "Pensiun", "successorAssignmentId": world.id("manager_post") })).await),
        ("reinstateStaff", world.change("staffId", "left", json!({ "reason": "Salah catat" })).await),
        ("cancelScheduledChange", json!({ "scheduledChangeId": world.id("scheduled"), "expectedVersion": 1, "reason": "Diperpanjang" })),
        ("setOrgUnitPredicate", json!({ "orgUnitId": world.id("section"), "periodId": world.id("quarter"), "predicate": "GOOD" })),
        ("openPeriod", json!({ "year": 2027, "cycle": "QUARTERLY" })),
        ("updatePeriod", world.change("periodId", "quarter", json!({ "ratingFrom": "2026-03-15" })).await),
        ("closePeriod", world.change("periodId", "quarter", json!({ "confirm": true })).await),
        ("reopenPeriod", world.change("periodId", "closed_quarter", json!({ "reason": "Keliru" })).await),
        ("updatePosition", json!({ "positionId": ids::position(), "expectedVersion": 1, "name": "Jabatan Baru" })),
        ("setCalendar", json!({ "year": 2027, "days": [{ "date": "2027-01-01", "name": "Tahun Baru" }] })),
        ("setCriteria", json!({ "code": "UJI", "nameId": "Uji", "nameEn": "Test", "regulationCode": "PERMENPANRB-6-2022", "validFrom": "2027-01-01", "criteria": [{ "code": "A", "nameId": "A", "nameEn": "A" }] })),
        ("createUpload", json!({ "name": "berkas.csv", "size": 10 })),
        ("createUpload(EVIDENCE)", json!({ "purpose": "EVIDENCE", "name": "foto.png", "size": 10 })),
        ("addRegulation", json!({ "uploadId": world.id("file"), "dryRun": true })),
        ("importOrganisation", json!({ "uploadId": world.id("file"), "dryRun": true })),
        ("grantRole", role("PERFORMANCE_TEAM")),
        ("grantRole(AUDITOR)", role("AUDITOR")),
        ("revokeRole", json!({ "roleGrantId": team })),
        ("createApiKey", json!({ "name": "Dasbor", "orgUnitId": ids::unit(city::OFFICE) })),
        ("takeOverApiKey", json!({ "apiKeyId": world.id("key") })),
        ("revokeApiKey", json!({ "apiKeyId": world.id("key") })),
        ("issueActivationCodes", json!({ "recipients": { "staffIds": [world.id("employee")] } })),
        ("issueActivationCodes(unit)", json!({ "recipients": { "orgUnitId": world.id("section") } })),
        ("removeSecondFactor", json!({ "staffId": world.id("employee") })),
        ("unlinkLogin", json!({ "staffId": world.id("employee"), "issuer": "https://sso.example" })),
        ("logout", json!({})),
        ("revokeSession", json!({ "sessionId": sessions["viewer"]["sessions"][0]["id"] })),
        ("startSecondFactor", json!({ "currentPassword": "salah\u{0}" })),
        ("confirmSecondFactor", json!({ "code": "123456" })),
        ("changePassword", json!({ "currentPassword": "salah salah salah", "newPassword": "pendek" })),
    ]
}

/// Returns the mutations to try while the plan is in force and nothing is reported.
async fn in_force(world: &World) -> Vec<Attempt> {
    let plan = async |more| world.change("planId", "plan", more).await;
    let activity = json!({ "target": { "clientKey": "0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2d8f99" },
        "planResultId": world.id("row"), "description": "Rapat",
        "startedAt": "2026-02-27T01:00:00Z", "endedAt": "2026-02-27T02:00:00Z" });
    let reported = json!({ "realisations": [{ "planResultId": world.id("row"), "text": "Selesai" }] });
    let feedback = json!({ "planId": world.id("plan"), "about": { "planResultId": world.id("row") },
        "evaluationId": world.id("q1"), "text": "Rapi." });
    vec![
        ("revisePlan", plan(json!({ "reason": "Tugas baru" })).await),
        (
            "linkPlanResult",
            plan(json!({ "planResultId": world.id("loose_row"), "servesId": world.id("managers_row") }))
                .await,
        ),
        ("cancelPlan", plan(json!({ "reason": "Salah buat" })).await),
        ("giveFeedback", feedback),
        ("giveFeedback(person)", json!({ "staffId": world.id("employee"), "text": "Rapi." })),
        (
            "replyFeedback",
            json!({ "feedbackId": world.id("feedback"), "expectedVersion": 1, "text": "Terima kasih." }),
        ),
        ("requestFeedback", with(world.request("manager"), json!({ "toId": ids::staff(Person::Head) }))),
        ("declineFeedback", json!({ "feedbackRequestId": world.id("feedback_request") })),
        (
            "giveFeedback(request)",
            json!({ "planId": world.id("plan"), "text": "Rapi.", "feedbackRequestId": world.id("feedback_request") }),
        ),
        ("holdDialogue", world.dialogue("COACHING")),
        ("completeAgreement", world.change("dialogueId", "coaching", json!({ "number": 1 })).await),
        (
            "completeAgreement(superior)",
            world.change("dialogueId", "counselling", json!({ "number": 2 })).await,
        ),
        ("recordActivities", json!({ "planId": world.id("plan"), "rows": [activity] })),
        ("submitActivities", json!({ "rows": rows(world).await })),
        ("discardActivities", json!({ "rows": rows(world).await })),
        ("answerMarks", world.change("activityId", "activity", json!({ "text": "Sudah benar" })).await),
        ("reportRealisation", world.change("evaluationId", "q1", reported).await),
        ("recordTraining", with(workshop("Arsip digital", 4), json!({ "clientKey": KEY }))),
        ("recordTraining(plan)", with(world.training(5, "row"), json!({ "clientKey": KEY }))),
        ("verifyTraining", world.change("trainingId", "training", json!({ "verified": true })).await),
        ("withdrawTraining", world.change("trainingId", "training", json!({})).await),
        ("requestCorrection", with(world.correction("NAME"), json!({ "clientKey": KEY }))),
        (
            "resolveCorrection",
            world
                .change("correctionId", "correction", json!({ "outcome": "DECLINED", "answer": "Sesuai" }))
                .await,
        ),
        ("withdrawCorrection", world.change("correctionId", "correction", json!({})).await),
    ]
}

/// Returns the contents of a plan that refer to another row and to a criterion.
fn contents(world: &World) -> Value {
    let mut row = crate::plan::row("Laporan");
    row["id"] = world.id("row");
    row["servesId"] = world.id("managers_row");
    row["assignedBy"] = Value::Null;
    let expectation = json!({ "criterionId": ids::criterion(1), "text": "Ramah di loket" });
    json!({ "results": [row], "behaviourExpectations": [expectation] })
}

async fn rows(world: &World) -> Value {
    json!([{ "id": world.id("activity"), "expectedVersion": world.version("activity").await }])
}

/// Makes a batch of one row of the input of a mutation of one object.
fn one_row(row: Value) -> Value {
    json!({ "rows": [row] })
}

/// Returns the mutations to try in a state of the walk.
async fn attempts(world: &World, state: &'static str) -> Vec<Attempt> {
    let plan = async |more| world.change("planId", "plan", more).await;
    let quarter = async |more| world.change("evaluationId", "q1", more).await;
    let year = async || world.change("evaluationId", "annual", json!({})).await;
    match state {
        "START" => at_the_start(world).await,
        "DRAFT" => {
            vec![
                ("updatePlan", plan(json!({ "content": contents(world) })).await),
                ("submitPlan", plan(json!({})).await),
            ]
        }
        "SUBMITTED" => vec![
            ("withdrawPlan", plan(json!({})).await),
            ("reviewPlan", plan(json!({ "decision": "APPROVE" })).await),
            ("reviewPlans", one_row(plan(json!({ "decision": "APPROVE" })).await)),
        ],
        "APPROVED" => in_force(world).await,
        "ACTIVITY_SUBMITTED" => {
            vec![
                ("reviewActivities", json!({ "rows": rows(world).await, "decision": "APPROVE" })),
                ("withdrawActivities", json!({ "rows": rows(world).await })),
            ]
        }
        "ACTIVITY_APPROVED" => {
            vec![("reopenActivities", json!({ "rows": rows(world).await, "reason": "Salah setuju" }))]
        }
        "REPORTED" => {
            let rated = quarter(world.ratings("q1").await).await;
            vec![("rateEvaluation", rated.clone()), ("rateEvaluations", one_row(rated))]
        }
        "RATED" => {
            let missing = json!({ "missingUnitPredicateReason": "Belum ditetapkan" });
            let finalised = quarter(missing).await;
            vec![("finaliseEvaluation", finalised.clone()), ("finaliseEvaluations", one_row(finalised))]
        }
        "FINAL" => vec![("reopenEvaluation", quarter(json!({ "reason": "Salah ketik" })).await)],
        "QUARTERS_FINAL" => vec![("closePlan", plan(json!({})).await)],
        "YEAR_FINAL" => {
            vec![("deliverEvaluation", year().await), ("deliverEvaluations", one_row(year().await))]
        }
        "DELIVERED" => {
            let mistake = json!({ "reason": "Angka keliru" });
            vec![
                ("acknowledgeEvaluation", year().await),
                ("reopenEvaluation(delivered)", world.change("evaluationId", "annual", mistake).await),
                ("fileObjection", world.change("evaluationId", "annual", world.grounds()).await),
            ]
        }
        "OBJECTED" => vec![
            ("answerObjection", world.objected(json!({ "text": "Bukti terlampir" })).await),
            ("withdrawObjection", world.objected(json!({})).await),
        ],
        "OBJECTION_HEARD" => {
            vec![("decideObjection", world.objected(json!({ "reason": "Sesuai bukti" })).await)]
        }
        "OBJECTION_UNROUTED" => {
            let decider =
                json!({ "deciderId": ids::staff(Person::Outsider), "reason": "Tidak ikut menilai" });
            vec![("assignObjectionDecider", world.objected(decider).await)]
        }
        "ACKNOWLEDGED" => {
            vec![("signEvaluation", year().await), ("signEvaluations", one_row(year().await))]
        }
        "SIGNED" => vec![("closeEvaluation", year().await), ("closeEvaluations", one_row(year().await))],
        "CLOSED" => {
            let advice = json!({ "evaluationId": world.id("annual"), "kind": "ROTATION", "text": "Layak." });
            let done = json!({ "outcome": "FOLLOWED_UP", "note": "Sudah dibahas" });
            vec![
                ("makeRecommendation", advice),
                ("followUpRecommendation", world.change("recommendationId", "promotion", done.clone()).await),
                ("followUpRecommendation(man)", world.change("recommendationId", "coaching", done).await),
            ]
        }
        _ => Vec::new(),
    }
}

/// Returns the name of a row's mutation.
fn verb(row: &str) -> &str {
    row.split('(').next().expect("a name")
}

/// Sends a mutation; returns the table's word for its result.
async fn send(client: &Client, row: &str, input: &Value) -> String {
    let verb = verb(row);
    let mut ty = verb.to_owned();
    ty[..1].make_ascii_uppercase();
    let rows = if input.get("rows").is_some() { "results { errors { code } }" } else { "" };
    let document =
        format!("mutation($input: {ty}Input!) {{ {verb}(input: $input) {{ errors {{ code }} {rows} }} }}");
    let (_, answer) = client.send(&document, json!({ "input": input })).await;
    let payload = &answer["data"][verb];
    if let Some(code) = answer["errors"][0]["extensions"]["code"].as_str() {
        return match code {
            "UNAUTHENTICATED" => "u",
            "FORBIDDEN" => "X",
            "NOT_FOUND" => "0",
            other => other,
        }
        .to_owned();
    }
    let refused = [&payload["errors"][0], &payload["results"][0]["errors"][0]];
    match refused.iter().find_map(|error| error["code"].as_str()) {
        None if payload.is_object() => "+",
        None => "nothing",
        Some("FORBIDDEN") => "F",
        Some("NOT_FOUND") => "0",
        Some("BAD_USER_INPUT") => "i",
        Some(other) => other,
    }
    .to_owned()
}

/// Sends each mutation as each actor, always on an unchanged copy of the database.
async fn fill(world: &World, attempts: Vec<Attempt>, cells: &mut Cells) {
    let mut copy = world.app.fork().await;
    let mut bytes = copy.bytes();
    for (row, input) in attempts {
        copy.env.clock.set(world.app.env.now());
        for Actor { name, client } in &world.actors {
            if AFTER_THE_QUARTER.contains(&row) {
                copy.pass_the_end_of_quarter(1);
            }
            let client = Client { app: copy.clone(), ..client.clone() };
            let word = send(&client, row, &input).await;
            if word == "+" {
                copy = world.app.fork().await;
                bytes = copy.bytes();
            } else {
                assert!(copy.bytes() == bytes, "{row} by {name} was refused ({word}) and has written");
            }
            cells.insert((row.to_owned(), (*name).to_owned()), word);
        }
    }
}

/// Decodes a global id to its type and UUID.
fn decoded(text: &str) -> Option<(u8, [u8; 16])> {
    let bytes: [u8; 18] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    let uuid = bytes[2..].try_into().ok()?;
    (bytes[0] == 1).then_some((bytes[1], uuid))
}

/// Returns invalid replacements of an id: unknown, of the other agency, of another type, malformed.
fn invalid_ids(kind: u8, uuid: [u8; 16]) -> Vec<String> {
    let of = |kind: u8, uuid: u128| ids::global(kind, service::testing::id(uuid));
    let elsewhere = match kind {
        1 => Some(0xf001),
        2 => Some(0xf003),
        3 => Some(0xf002),
        4 => Some(0xf004),
        _ => None,
    };
    let other_type = if kind == 11 { 16 } else { 11 };
    let mut invalid = vec![of(kind, 0xdead), of(other_type, u128::from_be_bytes(uuid)), "x".to_owned()];
    invalid.extend(elsewhere.map(|uuid| of(kind, uuid)));
    invalid
}

/// Replaces each id of an input in turn with invalid ones; returns the changed inputs with a description.
fn with_invalid_ids(input: &Value, path: &str) -> Vec<(String, Value)> {
    match input {
        Value::String(text) => {
            let invalid = decoded(text).into_iter().flat_map(|(kind, uuid)| invalid_ids(kind, uuid));
            invalid.map(|id| (format!("{path} {id}"), json!(id))).collect()
        }
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| {
                with_invalid_ids(value, &format!("{path}.{name}")).into_iter().map(move |(path, value)| {
                    let mut changed = input.clone();
                    changed[name] = value;
                    (path, changed)
                })
            })
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(index, value)| {
                with_invalid_ids(value, &format!("{path}.{index}")).into_iter().map(move |(path, value)| {
                    let mut changed = input.clone();
                    changed[index] = value;
                    (path, changed)
                })
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// An otherwise valid input with one unknown, foreign, wrongly typed or malformed id is refused and writes nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invalid_ids_are_refused_in_every_input() {
    run(On::Sqlite, |app: TestApp| async move {
        let mut world = world(&app).await;
        let file = upload(world.client("admin"), "Kode;Nama;Jenis;Kode Induk\nX;Dinas X;Dinas;KOTA\n").await;
        world.ids.insert("file", file);
        let table = table(TABLE);
        let (mut findings, mut tried) = (Vec::new(), 0);
        world
            .walk(async |world: &World, state| {
                let copy = world.app.fork().await;
                let before = copy.bytes();
                for (row, input) in attempts(world, state).await {
                    let may = |name: &str| table[&(row.to_owned(), name.to_owned())] == "+";
                    let legal = world.actors.iter().find(|actor| may(actor.name));
                    let Some(Actor { name, client }) = legal else { continue };
                    let client = Client { app: copy.clone(), ..client.clone() };
                    for (path, input) in with_invalid_ids(&input, "input") {
                        let word = send(&client, row, &input).await;
                        tried += 1;
                        if !["0", "i", "BAD_USER_INPUT"].contains(&word.as_str()) || copy.bytes() != before {
                            findings.push(format!("{row} by {name}, {path}: {word}"));
                        }
                    }
                }
            })
            .await;
        assert!(findings.is_empty(), "{findings:#?}");
        assert_eq!(tried, 341, "inputs with an id of another kind");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mutations_are_allowed_as_in_the_table() {
    run(On::Sqlite, |app: TestApp| async move {
        let sdl = Sdl::committed();
        let mut world = world(&app).await;
        let file = upload(world.client("admin"), "Kode;Nama;Jenis;Kode Induk\nX;Dinas X;Dinas;KOTA\n").await;
        world.ids.insert("file", file);
        let mut cells = Cells::new();
        world
            .walk(async |world: &World, state| {
                fill(world, attempts(world, state).await, &mut cells).await;
            })
            .await;
        let tried: BTreeSet<&str> = cells.keys().map(|(row, _)| verb(row)).collect();
        let all = sdl.fields("Mutation");
        let all: BTreeSet<&str> = all.iter().map(|field| field.name.node.as_str()).collect();
        let missing: Vec<_> = all.difference(&tried).filter(|verb| !WITHOUT_LOGIN.contains(verb)).collect();
        assert!(
            missing.is_empty(),
            "no attempt for {missing:?}: add rows to tests/it/data/matrix/mutations.txt"
        );
        let found = differences(&table(TABLE), &cells);
        assert!(found.is_empty(), "{found:#?}");
    })
    .await;
}
