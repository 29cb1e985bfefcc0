//! Visibility of plans, lists, and allowed actions.

use super::*;
use crate::{both, support::refusals};

both!(a_plan_is_visible_only_to_those_concerned, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    let document = "query($id: ID!) { plan(id: $id) { id } plans { totalCount } }";
    let see = [
        Person::Employee,
        Person::Manager,
        Person::Head,
        Person::Secretary,
        Person::Mayor,
        Person::Team,
        Person::Admin,
        Person::Auditor,
    ];
    for who in city::PEOPLE {
        let read = app.client(who).await.ok(document, json!({ "id": plan["id"] })).await;
        let sees = see.contains(&who);
        assert_eq!(read["plan"].is_object(), sees, "{who:?}");
        assert_eq!(read["plans"]["totalCount"], i32::from(sees), "{who:?}");
    }
    let anonymous = app.anonymous().error(document, json!({ "id": plan["id"] })).await;
    assert_eq!(anonymous, "UNAUTHENTICATED");
});

both!(plans_are_filtered_and_paged, |app| async move {
    for who in [Person::Employee, Person::Peer, Person::Manager] {
        approved(&app, who, &[row("Laporan")]).await;
    }
    draft(&app.client(Person::Outsider).await, Person::Outsider, &[]).await;
    let admin = app.client(Person::Admin).await;
    let document = "query($filter: PlanFilter, $first: Int, $after: String) { plans(filter: $filter, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { staff { name } } } } }";
    let count = async |client: &Client, filter: Value| {
        client.ok(document, json!({ "filter": filter })).await["plans"]["totalCount"].clone()
    };
    assert_eq!(count(&admin, json!({})).await, 4);
    assert_eq!(count(&admin, json!({ "status": ["DRAFT", "SUBMITTED"] })).await, 1);
    assert_eq!(count(&admin, json!({ "orgUnitId": ids::unit(city::OFFICE) })).await, 3, "the subtree");
    assert_eq!(count(&admin, json!({ "staffId": ids::staff(Person::Peer) })).await, 1);
    assert_eq!(count(&admin, json!({ "periodId": ids::quarter(1) })).await, 0);
    let manager = app.client(Person::Manager).await;
    assert_eq!(count(&manager, json!({ "ratedByMe": true })).await, 2);
    assert_eq!(count(&manager, json!({ "ratedByMe": false })).await, 1);

    let mut names = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = admin.ok(document, json!({ "first": 3, "after": after })).await["plans"].clone();
        names.extend(
            page["edges"].as_array().expect("edges").iter().map(|edge| edge["node"]["staff"]["name"].clone()),
        );
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(names, ["Employee Contoh", "Peer Contoh", "Manager Contoh", "Outsider Contoh"]);
});

both!(allowed_actions_match_rights_and_state, |app| async move {
    let employee = app.client(Person::Employee).await;
    let plan = draft(&employee, Person::Employee, &[row("Laporan")]).await;
    let document = "query($id: ID!) { plan(id: $id) { allowedActions { action allowed code message whoCan { name } } } }";
    let action_of = async |client: &Client, action: &str| {
        let read = client.ok(document, json!({ "id": plan["id"] })).await;
        let actions = read["plan"]["allowedActions"].as_array().expect("actions").clone();
        actions.into_iter().find(|item| item["action"] == action).expect("the action")
    };
    let submit = action_of(&employee, "SUBMIT_PLAN").await;
    assert_eq!((submit.field("allowed"), submit.field("code")), (&json!(true), &Value::Null));
    assert_eq!(submit["whoCan"], json!([{ "name": "Employee Contoh" }]));
    let review = action_of(&employee, "REVIEW_PLAN").await;
    assert_eq!((&review["allowed"], &review["code"]), (&json!(false), &json!("FORBIDDEN")));
    assert_eq!(review["whoCan"], json!([{ "name": "Manager Contoh" }]));
    let manager = app.client(Person::Manager).await;
    assert_eq!(action_of(&manager, "REVIEW_PLAN").await["code"], "INVALID_TRANSITION");
    employee.act(&PLAN, "submitPlan", &plan, json!({})).await;
    assert_eq!(action_of(&manager, "REVIEW_PLAN").await["allowed"], true);
    assert_eq!(action_of(&app.client(Person::Admin).await, "CANCEL_PLAN").await["allowed"], true);
});

both!(the_person_and_the_chain_of_superiors_can_give_feedback_on_a_plan, |app| async move {
    let plan = approved(&app, Person::Employee, &[row("Laporan")]).await;
    let query = "query($id: ID!) { plan(id: $id) { allowedActions { action allowed } } }";
    for who in city::PEOPLE {
        let client = app.client(who).await;
        let input = json!({
            "planId": plan["id"],
            "about": { "planResultId": plan["currentRevision"]["results"][0]["id"] },
            "text": "Kerja yang rapi.",
        });
        let read = client.ok(query, json!({ "id": plan["id"] })).await;
        let Some(actions) = read["plan"]["allowedActions"].as_array() else { continue };
        let feedback = actions.iter().find(|item| item["action"] == "GIVE_FEEDBACK").expect("the action");
        let may = matches!(
            who,
            Person::Employee | Person::Manager | Person::Head | Person::Secretary | Person::Mayor
        );
        assert_eq!(feedback["allowed"], may, "{who:?}");
        // An admin who heads no unit can't give feedback.
        let given = refusals(&client.mutate_and_replay("giveFeedback", "feedback { id }", input).await);
        let code = given.first().map(|refusal| refusal.code.as_str());
        assert_eq!(code, (!may).then_some("FORBIDDEN"), "{who:?}");
    }
});

both!(a_longer_list_needs_no_more_statements, |app| async move {
    let document = "{ plans(first: 20) { edges { node { id staff { name } orgUnit { name } period { year } evaluations { status period { part } } allowedActions { allowed } currentRevision { results { serves { title } servedBy { nodes { title } } } } } } } }";
    let head = approved(&app, Person::Head, &[row("Layanan")]).await;
    let mut serving = row("Laporan");
    serving["servesId"] = head["currentRevision"]["results"][0]["id"].clone();
    approved(&app, Person::Manager, &[serving]).await;
    let admin = app.client(Person::Admin).await;
    let statements = async || {
        admin.ok(document, json!({})).await;
        let before = app.env.db().statements();
        admin.ok(document, json!({})).await;
        app.env.db().statements() - before
    };
    let few = statements().await;
    for who in [Person::Employee, Person::Peer, Person::Team, Person::Outsider] {
        draft(&app.client(who).await, who, &[row("Laporan")]).await;
    }
    assert_eq!(statements().await, few);
});
