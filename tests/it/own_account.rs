//! What an account refuses to decide about a person who can act through it. The allowed actions and the mutations say the
//! same, for every kind of object.

use crate::{
    both,
    matrix::workshop,
    objection::answered,
    powers::{another, codes, delegation, grant_admin, superior},
    reopening::{delivered, finalised},
    support::{Client, EVALUATION, OBJECTION, Person, TestApp, ids, with},
};
use serde_json::{Value, json};
use service::testing::city;

/// Reads what an account can do to an object: whether the action is allowed, and the reason if not.
async fn allowed(client: &Client, id: &Value, action: &str) -> (bool, Value) {
    let actions = "{ allowedActions { action allowed message } }";
    let kinds = [
        "Plan",
        "Evaluation",
        "Objection",
        "Training",
        "Correction",
        "ScheduledChange",
        "OrgUnitPerformance",
        "Assignment",
        "Delegation",
    ];
    let kinds = kinds.map(|kind| format!("... on {kind} {actions}")).join(" ");
    let query =
        format!("query($id: ID!) {{ node(id: $id) {{ {kinds} ... on OrgUnitPerformance {actions} }} }}");
    let read = client.ok(&query, json!({ "id": id })).await;
    let all = read["node"]["allowedActions"].as_array().unwrap_or_else(|| panic!("no actions: {read}"));
    let one = all.iter().find(|one| one["action"] == action).unwrap_or_else(|| panic!("{action}: {read}"));
    (one["allowed"] == true, one["message"].clone())
}

/// The same account with four eyes and without.
struct Account {
    strict: Client,
    free: Client,
}

impl Account {
    async fn of(app: &TestApp, who: Person) -> Self {
        Self { strict: app.clone().with_four_eyes().client(who).await, free: app.client(who).await }
    }

    /// Checks that the action and the mutation are refused with four eyes, with one sentence, and that both are
    /// possible without.
    async fn refuses(&self, id: &Value, action: &str, mutation: &str, input: Value) {
        let (is_allowed, reason) = allowed(&self.strict, id, action).await;
        assert!(!is_allowed, "{action} of a person who controls the account");
        let selection = "errors { message }";
        let error = self.strict.mutate_once(mutation, selection, input.clone()).await["errors"][0].clone();
        assert_eq!(error["message"], reason, "{action} and {mutation}");
        another(&self.strict, mutation, input.clone()).await;
        let (is_allowed, reason) = allowed(&self.free, id, action).await;
        assert!(is_allowed, "{action}: {reason}");
        let done = self.free.mutate_once(mutation, "__typename", input).await;
        assert_eq!(done["errors"], json!([]), "{mutation}");
    }
}

/// Gives the account of one person to another: issues a code and uses it.
async fn take_over(app: &TestApp, by: Person, of: Person) {
    let issued = app.client(by).await.done("issueActivationCodes", "codes { code }", codes(of)).await;
    let account = json!({ "code": issued["codes"][0]["code"], "password": "kata sandi yang panjang" });
    app.anonymous().done("activateAccount", "done", account).await;
}

/// The manager can act through the employee's account, and so both through that of the stranger, who has all roles.
async fn taken_over(app: &TestApp) -> Account {
    for admin in [Person::Manager, Person::Employee, Person::Stranger] {
        grant_admin(app, admin).await;
    }
    let team = json!({ "staffId": ids::staff(Person::Stranger), "role": "PERFORMANCE_TEAM", "orgUnitId": ids::unit(city::ROOT) });
    app.client(Person::Admin).await.done("grantRole", "roleGrant { id }", team).await;
    take_over(app, Person::Manager, Person::Employee).await;
    take_over(app, Person::Employee, Person::Stranger).await;
    Account::of(app, Person::Stranger).await
}

/// An objection with its version of now.
async fn version(client: &Client, objection: &Value) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Objection { id version } } }";
    client.ok(query, json!({ "id": objection["id"] })).await["node"].clone()
}

fn of(kind: &str, object: &Value, more: Value) -> Value {
    let mut input = json!({ "expectedVersion": object["version"] });
    input[format!("{kind}Id")] = object["id"].clone();
    with(input, more)
}

both!(allowed_actions_know_who_controls_the_account, |app| async move {
    let puppet = taken_over(&app).await;
    let (admin, employee) = (app.client(Person::Admin).await, app.client(Person::Employee).await);
    let new = with(workshop("Pelayanan prima", 12), json!({ "clientKey": service::env::fresh_id() }));
    let training = employee.done("recordTraining", "training { id version }", new).await["training"].clone();
    let new = json!({ "clientKey": service::env::fresh_id(), "subject": "UNIT", "proposed": "Bidang Lain",
        "reason": "Keliru" });
    let request = employee.done("requestCorrection", "correction { id version }", new).await;
    let correction = request["correction"].clone();
    let ahead = with(superior(Person::Employee, Person::Head, 1), json!({ "from": "2026-05-01" }));
    let made = admin.done("assignSuperior", "scheduledChange { id version }", ahead).await;
    let change = made["scheduledChange"].clone();

    puppet
        .refuses(
            &training["id"],
            "VERIFY_TRAINING",
            "verifyTraining",
            of("training", &training, json!({ "verified": true })),
        )
        .await;
    let declined = json!({ "outcome": "DECLINED", "answer": "Sesuai surat keputusan" });
    puppet
        .refuses(
            &correction["id"],
            "RESOLVE_CORRECTION",
            "resolveCorrection",
            of("correction", &correction, declined),
        )
        .await;
    let cancel = of("scheduledChange", &change, json!({ "reason": "Batal" }));
    puppet.refuses(&change["id"], "CANCEL_SCHEDULED_CHANGE", "cancelScheduledChange", cancel).await;

    // Who rates the employee.
    let acting = delegation(Person::Manager, Person::Outsider);
    let manager = json!(ids::assignment(Person::Manager));
    puppet.refuses(&manager, "CREATE_DELEGATION", "createDelegation", acting).await;
    let query = "{ delegations(first: 1) { nodes { id version } } }";
    let acting = admin.ok(query, json!({})).await["delegations"]["nodes"][0].clone();
    let end = of("delegation", &acting, json!({ "reason": "Selesai", "to": "2026-03-09" }));
    puppet.refuses(&acting["id"], "END_DELEGATION", "endDelegation", end).await;
});

both!(a_controlled_account_decides_nothing_about_a_result_of_its_controller, |app| async move {
    let puppet = taken_over(&app).await;
    let admin = app.client(Person::Admin).await;
    let acting = delegation(Person::Head, Person::Stranger);
    admin.done("createDelegation", "delegation { id }", acting).await;
    take_over(&app, Person::Employee, Person::Outsider).await;
    let annual = delivered(&app).await;
    let (employee, manager, head) = (
        app.client(Person::Employee).await,
        app.client(Person::Manager).await,
        app.client(Person::Head).await,
    );
    let reopen = EVALUATION.input(&annual, json!({ "reason": "Keliru" }));
    puppet.refuses(&annual["id"], "REOPEN_EVALUATION", "reopenEvaluation", reopen).await;

    // Nobody is left who may decide on an objection.
    let last = finalised(&manager, &employee.read(&EVALUATION, &annual).await).await;
    let annual = manager.act(&EVALUATION, "deliverEvaluation", &last, json!({})).await;
    let draft = head.act(&EVALUATION, "reopenEvaluation", &annual, json!({ "reason": "Keliru" })).await;
    let last = finalised(&manager, &draft).await;
    let annual = manager.act(&EVALUATION, "deliverEvaluation", &last, json!({})).await;
    let ground = json!({ "about": null, "text": "Target tercapai", "evidence": [] });
    let filed = EVALUATION.input(&annual, json!({ "grounds": [ground] }));
    let objection = employee.create(&OBJECTION, "fileObjection", filed).await;
    assert_eq!(objection["status"], "FILED");
    let to = json!({ "deciderId": ids::staff(Person::Outsider), "reason": "Tidak ikut menilai" });
    puppet
        .refuses(
            &objection["id"],
            "ASSIGN_OBJECTION_DECIDER",
            "assignObjectionDecider",
            OBJECTION.input(&objection, to),
        )
        .await;
    let objection = answered(&app, &version(&employee, &objection).await).await;
    let decider = Account::of(&app, Person::Outsider).await;
    let decision = OBJECTION.input(&objection, json!({ "reason": "Sesuai bukti" }));
    decider.refuses(&objection["id"], "DECIDE_OBJECTION", "decideObjection", decision).await;

    for signer in [&manager, &head] {
        let annual = signer.read(&EVALUATION, &annual).await;
        signer.act(&EVALUATION, "signEvaluation", &annual, json!({})).await;
    }
    let close = EVALUATION.input(&employee.read(&EVALUATION, &annual).await, json!({}));
    puppet.refuses(&annual["id"], "CLOSE_EVALUATION", "closeEvaluation", close).await;
});
