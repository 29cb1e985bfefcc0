//! What becomes of recommendations: who is responsible, who follows them up, and trainings that answer them.

use super::*;
use crate::{dialogue::refusal, matrix::workshop, support::with};
use service::testing::city::PEOPLE;

const SELECTION: &str =
    "recommendation { id version kind status statusLabel responsible responsibleLabel staff { name }
    evaluation { id } followUp { by { name } note training { id } } allowedActions { action allowed code } }";

/// Who can see the ratings of the employee.
const SEES: [Person; 8] = [
    Person::Employee,
    Person::Manager,
    Person::Head,
    Person::Secretary,
    Person::Mayor,
    Person::Team,
    Person::Admin,
    Person::Auditor,
];

async fn recommend(client: &Client, evaluation: &Value, kind: &str) -> Value {
    let input = json!({ "evaluationId": evaluation["id"], "kind": kind, "text": "Layak." });
    client.done("makeRecommendation", SELECTION, input).await["recommendation"].clone()
}

fn of(made: &Value, outcome: &str, note: &str) -> Value {
    json!({ "recommendationId": made["id"], "expectedVersion": made["version"], "outcome": outcome, "note": note })
}

async fn follow_up(client: &Client, made: &Value, outcome: &str) -> Value {
    let input = of(made, outcome, "Sudah dibahas");
    client.done("followUpRecommendation", SELECTION, input).await["recommendation"].clone()
}

/// The kinds of the recommendations in a person's worklist.
async fn waiting(client: &Client) -> Vec<String> {
    let query = "{ viewer { worklist(kinds: [FOLLOW_UP_RECOMMENDATION], first: 50) { totalCount nodes { kindLabel deadline
        subjectStatus staff { name } subject { ... on Recommendation { kind allowedActions { action allowed } } } } } } }";
    let read = client.ok(query, json!({})).await["viewer"]["worklist"].clone();
    let items = read["nodes"].as_array().expect("a worklist");
    assert_eq!(read["totalCount"], items.len());
    for item in items {
        assert_eq!(
            (item.field("deadline"), item.field("subjectStatus"), item.field("staff.name")),
            (&Value::Null, &json!("OPEN"), &json!("Employee Contoh"))
        );
        let allowed = json!([{ "action": "FOLLOW_UP_RECOMMENDATION", "allowed": true }]);
        assert_eq!(item["subject"]["allowedActions"], allowed);
    }
    items.iter().map(|item| item["subject"]["kind"].as_str().expect("a kind").to_owned()).collect()
}

both!(a_recommendation_waits_for_who_is_responsible_and_is_followed_up_once, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager, team) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Team).await,
    );
    let annual = finalised(&app, &plan, 0).await;
    let coaching = recommend(&manager, &annual, "COACHING").await;
    let reward = recommend(&manager, &annual, "REWARD").await;
    assert_eq!(
        (&coaching["responsible"], &coaching["responsibleLabel"], &coaching["statusLabel"]),
        (&json!("RATER"), &json!("Rater"), &json!("Open"))
    );
    assert_eq!(
        (&reward["responsible"], &reward["evaluation"]["id"]),
        (&json!("PERFORMANCE_TEAM"), &annual["id"])
    );
    assert_eq!(reward.field("followUp"), &Value::Null);

    // The rater coaches; the team and the admins of the unit decide on rewards.
    for who in PEOPLE {
        let expected: &[&str] = match who {
            Person::Manager => &["COACHING"],
            Person::Team | Person::Admin => &["REWARD"],
            _ => &[],
        };
        assert_eq!(waiting(&app.client(who).await).await, expected, "{who:?}");
    }
    let bare = team.refusals("followUpRecommendation", SELECTION, of(&reward, "FOLLOWED_UP", " ")).await;
    assert_eq!(bare, bad_input(["note"]));
    let stale = with(of(&reward, "FOLLOWED_UP", "x"), json!({ "expectedVersion": 7 }));
    assert_eq!(team.refused("followUpRecommendation", SELECTION, stale).await, "CONFLICT");

    // Nobody else, whom the ratings are hidden from or not.
    for (made, may) in [
        (&coaching, [Person::Manager, Person::Head, Person::Team, Person::Admin].as_slice()),
        (&reward, [Person::Team, Person::Admin].as_slice()),
    ] {
        for who in PEOPLE.into_iter().filter(|who| !may.contains(who)) {
            let expected = if SEES.contains(&who) { "FORBIDDEN" } else { "NOT_FOUND" };
            let client = app.client(who).await;
            let found = refusal(&client, "followUpRecommendation", of(made, "DECLINED", "x")).await;
            assert_eq!(found, expected, "{who:?} {}", made["kind"]);
        }
    }

    // The person learns of it.
    service::journal::sequence(&app.env).await.expect("numbers");
    let newest = employee.ok("{ updates(first: 100) { pageInfo { endCursor } } }", json!({})).await;
    let done = follow_up(&team, &reward, "FOLLOWED_UP").await;
    let declined = follow_up(&manager, &coaching, "DECLINED").await;
    assert_eq!(
        (&done["status"], &declined["status"], &declined["statusLabel"]),
        (&json!("FOLLOWED_UP"), &json!("DECLINED"), &json!("Declined"))
    );
    let expected = json!({ "by": { "name": "Team Contoh" }, "note": "Sudah dibahas", "training": null });
    assert_eq!(done["followUp"], expected);
    service::journal::sequence(&app.env).await.expect("numbers");
    let query = "query($after: String) { updates(first: 50, after: $after) { nodes { kind } } }";
    let after = json!({ "after": newest["updates"]["pageInfo"]["endCursor"] });
    assert_eq!(
        employee.ok(query, after).await["updates"]["nodes"],
        json!([{ "kind": "RECOMMENDATION_FOLLOWED_UP" }, { "kind": "RECOMMENDATION_DECLINED" }])
    );

    // Once.
    let again = of(&done, "DECLINED", "x");
    assert_eq!(team.refused("followUpRecommendation", SELECTION, again).await, "INVALID_TRANSITION");
    for who in [&manager, &team] {
        assert_eq!(waiting(who).await, <[&str; 0]>::default());
    }
});

both!(a_reopened_result_hides_its_recommendations, |app| async move {
    let plan = year::approved(&app).await;
    let (manager, team) = (app.client(Person::Manager).await, app.client(Person::Team).await);
    let annual = finalised(&app, &plan, 0).await;
    let made = recommend(&manager, &annual, "ROTATION").await;
    assert_eq!(waiting(&team).await, ["ROTATION"]);
    manager.act(&EVALUATION, "reopenEvaluation", &annual, json!({ "reason": "Bukti baru" })).await;
    assert_eq!(waiting(&team).await, <[&str; 0]>::default());
    let found = refusal(&team, "followUpRecommendation", of(&made, "FOLLOWED_UP", "x")).await;
    assert_eq!(found, "NOT_FOUND");
    let read = team.ok("query($id: ID!) { node(id: $id) { id } }", json!({ "id": made["id"] })).await;
    assert_eq!(read.field("node"), &Value::Null);
});

both!(a_verified_training_answers_its_recommendation, |app| async move {
    let plan = year::approved(&app).await;
    let (employee, manager, team) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Team).await,
    );
    let annual = finalised(&app, &plan, 0).await;
    let made = recommend(&manager, &annual, "TRAINING").await;
    let mut trainings = Vec::new();
    for title in ["Pengarsipan digital", "Pengarsipan lanjutan", "Pengarsipan dasar"] {
        let more = json!({ "clientKey": service::env::fresh_id(), "recommendationId": made["id"] });
        let input = with(workshop(title, 12), more);
        trainings.push(
            employee.done("recordTraining", "training { id version }", input).await["training"].clone(),
        );
    }
    let decide = async |training: &Value, decision: Value| {
        let input = json!({ "trainingId": training["id"], "expectedVersion": training["version"] });
        team.done("verifyTraining", "training { status }", with(input, decision)).await;
        let query = "query($id: ID!) { node(id: $id) { ... on Recommendation { status version
            followUp { note by { name } training { id } } } } }";
        team.ok(query, json!({ "id": made["id"] })).await["node"].clone()
    };
    let open = decide(&trainings[0], json!({ "verified": false, "reason": "Bukan sertifikat" })).await;
    assert_eq!((&open["status"], &open["version"]), (&json!("OPEN"), &json!(1)));
    assert_eq!(waiting(&team).await, ["TRAINING"]);
    let answered = decide(&trainings[1], json!({ "verified": true })).await;
    let training =
        json!({ "note": null, "by": { "name": "Team Contoh" }, "training": { "id": trainings[1]["id"] } });
    assert_eq!((&answered["status"], &answered["followUp"]), (&json!("FOLLOWED_UP"), &training));
    assert_eq!(waiting(&team).await, <[&str; 0]>::default());
    // The first one stays.
    assert_eq!(decide(&trainings[2], json!({ "verified": true })).await, answered);
});
