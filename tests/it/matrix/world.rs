//! The actors and objects of the decision tables, and the walk of a plan and its evaluations through all states.

use crate::{
    plan::row,
    support::{Client, Person, TestApp, ids, with},
};
use serde_json::{Value, json};
use service::testing::{
    city,
    guests::{self, FOREIGNER},
};

/// An actor, named as in the tables.
pub struct Actor {
    pub name: &'static str,
    pub client: Client,
}

/// The city with all actors of the tables.
pub struct World {
    pub app: TestApp,
    pub actors: Vec<Actor>,
    /// Global ids of the objects by name.
    pub ids: std::collections::BTreeMap<&'static str, Value>,
}

impl World {
    /// Returns the client of an actor.
    pub fn client(&self, name: &str) -> &Client {
        &self.actors.iter().find(|actor| actor.name == name).unwrap_or_else(|| panic!("{name}")).client
    }

    /// Returns the global id of an object.
    pub fn id(&self, name: &str) -> Value {
        self.ids.get(name).cloned().unwrap_or_else(|| panic!("{name}"))
    }

    /// Reads the current version of an object as admin.
    pub async fn version(&self, name: &str) -> i64 {
        let query = "query($id: ID!) { node(id: $id) { ... on Plan { version } ... on Activity { version }
            ... on Evaluation { version } ... on Assignment { version } ... on Staff { version }
            ... on OrgUnit { version } ... on Period { version } ... on Delegation { version }
            ... on Training { version } ... on Correction { version } ... on Dialogue { version }
            ... on Recommendation { version } } }";
        let read = self.client("admin").ok(query, json!({ "id": self.id(name) })).await;
        read["node"]["version"].as_i64().unwrap_or_else(|| panic!("{name}: {read}"))
    }

    /// Builds the input of a change: the object's id in `field`, its current version, and the fields of `more`.
    pub async fn change(&self, field: &str, name: &str, more: Value) -> Value {
        let mut input = json!({ "expectedVersion": self.version(name).await });
        input[field] = self.id(name);
        with(input, more)
    }

    async fn done(&self, who: &str, verb: &str, input: Value) -> Value {
        let selection = match verb {
            "createPlan" | "submitPlan" | "reviewPlan" | "withdrawPlan" | "updatePlan" => {
                "plan { id currentRevision { results { id } } evaluations { id kind period { part } } }"
            }
            "recordActivities" | "submitActivities" | "reviewActivities" => {
                "results { activity { id } errors { code message } }"
            }
            "giveFeedback" => "feedback { id }",
            "recordTraining" | "verifyTraining" => "training { id }",
            "requestCorrection" => "correction { id }",
            "holdDialogue" => "dialogue { id }",
            "requestFeedback" => "feedbackRequest { id }",
            "makeRecommendation" | "followUpRecommendation" => "recommendation { id }",
            "fileObjection" | "answerObjection" | "withdrawObjection" | "decideObjection" => {
                "objection { id status }"
            }
            _ => "evaluation { id status }",
        };
        self.client(who).done(verb, selection, input).await
    }
}

/// Creates a person with an assignment; returns the global ids of both.
async fn hire(admin: &Client, name: &str, unit: String, superior: Value, leads: bool) -> (Value, Value) {
    let input = json!({
        "name": name, "externalId": name, "employmentKind": "PNS",
        "assignment": {
            "orgUnitId": unit, "positionId": ids::position(), "superiorAssignmentId": superior,
            "rank": "III/b", "leads": leads, "from": "2026-01-05",
        },
    });
    let made = admin.done("createStaff", "staff { id assignments { id } }", input).await;
    (made["staff"]["id"].clone(), made["staff"]["assignments"][0]["id"].clone())
}

/// Returns a client for the person with a global id.
async fn client_of(app: &TestApp, staff: &Value) -> Client {
    let mut client = app.anonymous();
    let token = guests::session_of(&app.env, ids::staff_of(staff)).await.expect("a session");
    client.token = Some(token);
    client
}

/// Creates the city with all actors. The employee has no plan yet. The peer has an approved plan and a final first
/// evaluation by their former superior, who has since moved to another unit.
pub async fn world(app: &TestApp) -> World {
    guests::found_elsewhere(&app.env).await.expect("another agency");
    let mut actors = Vec::new();
    for (name, who) in [
        ("emp", Person::Employee),
        ("man", Person::Manager),
        ("head", Person::Head),
        ("sec", Person::Secretary),
        ("mayor", Person::Mayor),
        ("peer", Person::Peer),
        ("team", Person::Team),
        ("admin", Person::Admin),
        ("audit", Person::Auditor),
        ("strng", Person::Stranger),
        ("outs", Person::Outsider),
    ] {
        actors.push(Actor { name, client: app.client(who).await });
    }
    let admin = app.client(Person::Admin).await;
    let post = |who| json!(ids::assignment(who));
    let (section, other) = (ids::unit(city::SECTION), ids::unit(city::OTHER_OFFICE));
    let mut ids = std::collections::BTreeMap::new();

    let stranger = post(Person::Stranger);
    for (name, role, over) in [
        ("oteam", "PERFORMANCE_TEAM", city::OTHER_OFFICE),
        ("oadm", "ADMIN", city::OFFICE),
        ("xadm", "ADMIN", city::OTHER_OFFICE),
    ] {
        let (person, _) = hire(&admin, name, other.clone(), stranger.clone(), false).await;
        let grant = json!({ "staffId": person, "role": role, "orgUnitId": ids::unit(over) });
        admin.done("grantRole", "roleGrant { id }", grant).await;
        actors.push(Actor { name, client: client_of(app, &person).await });
    }
    let (head_of_unit, _) = hire(&admin, "uhead", section.clone(), post(Person::Head), true).await;
    actors.push(Actor { name: "uhead", client: client_of(app, &head_of_unit).await });

    let (former, former_post) = hire(&admin, "formr", section.clone(), post(Person::Head), false).await;
    for who in [Person::Employee, Person::Peer] {
        let input = json!({
            "assignmentId": post(who), "expectedVersion": 1, "superiorAssignmentId": former_post,
            "from": "2026-01-05", "reason": "Penataan",
        });
        admin.done("assignSuperior", "assignment { id }", input).await;
    }
    actors.push(Actor { name: "formr", client: client_of(app, &former).await });
    let (left, _) = hire(&admin, "left", section.clone(), post(Person::Manager), false).await;
    actors.push(Actor { name: "left", client: client_of(app, &left).await });
    let (acting, _) = hire(&admin, "actng", other.clone(), stranger.clone(), false).await;
    actors.push(Actor { name: "actng", client: client_of(app, &acting).await });
    let key = json!({ "name": "Dasbor", "orgUnitId": ids::unit(city::OFFICE) });
    let key = admin.done("createApiKey", "apiKeyId key", key).await;
    let mut tool = app.anonymous();
    tool.token = key["key"].as_str().map(str::to_owned);
    actors.push(Actor { name: "key", client: tool });
    let mut foreigner = app.anonymous();
    foreigner.token = Some(guests::session_of(&app.env, FOREIGNER).await.expect("a session"));
    actors.push(Actor { name: "forgn", client: foreigner });
    actors.push(Actor { name: "anon", client: app.anonymous() });

    for (name, person) in
        [("employee", Person::Employee), ("manager", Person::Manager), ("peer", Person::Peer)]
    {
        ids.insert(name, json!(ids::staff(person)));
    }
    ids.insert("key", key["apiKeyId"].clone());
    ids.insert("employee_post", post(Person::Employee));
    ids.insert("manager_post", post(Person::Manager));
    ids.insert("left", left.clone());
    ids.insert("former", former);
    ids.insert("former_post", former_post.clone());
    ids.insert("section", json!(section));
    ids.insert("year", json!(ids::year()));
    ids.insert("quarter", json!(ids::quarter(1)));
    // A part of an earlier year that is closed.
    let earlier = json!({ "year": 2024, "cycle": "QUARTERLY" });
    let earlier = admin.done("openPeriod", "period { parts { id } }", earlier).await;
    let part = earlier["period"]["parts"][0]["id"].clone();
    let close = json!({ "periodId": part, "expectedVersion": 1 });
    admin.done("closePeriod", "period { id }", close).await;
    ids.insert("closed_quarter", part);
    let mut world = World { app: app.clone(), actors, ids };
    world.peers_year().await;

    let moved = json!({
        "assignmentId": former_post, "expectedVersion": 1, "reason": "Mutasi", "successorAssignmentId": post(Person::Manager),
        "to": { "orgUnitId": other, "positionId": ids::position(), "superiorAssignmentId": stranger,
                "rank": "III/b", "from": "2026-03-02" },
    });
    admin.done("transferStaff", "assignment { id }", moved).await;
    let ended =
        json!({ "staffId": left, "expectedVersion": 1, "lastDay": "2026-03-01", "reason": "Pensiun" });
    admin.done("endStaff", "staff { id }", ended).await;
    let (retiree, _) = hire(&admin, "retire", section.clone(), post(Person::Manager), false).await;
    let later =
        json!({ "staffId": retiree, "expectedVersion": 1, "lastDay": "2028-12-31", "reason": "Pensiun" });
    let later = admin.done("endStaff", "scheduledChange { id }", later).await;
    world.ids.insert("scheduled", later["scheduledChange"]["id"].clone());
    let delegated = json!({
        "assignmentId": post(Person::Manager), "delegateId": acting, "capacity": "PLH", "from": "2026-03-01", "reason": "Dinas luar",
    });
    let delegated = admin.done("createDelegation", "delegation { id }", delegated).await;
    world.ids.insert("delegation", delegated["delegation"]["id"].clone());
    // Approves the manager's plan, so that the employee's rows can refer to it.
    let plan = world.new_plan("man", "manager_post", json!([row("Bidang")])).await;
    world.ids.insert("managers_row", plan["currentRevision"]["results"][0]["id"].clone());
    world.ids.insert("managers_plan", plan["id"].clone());
    world.approve("man", "head", "managers_plan").await;
    world
}

impl World {
    async fn new_plan(&self, who: &str, post: &str, rows: Value) -> Value {
        let input = json!({
            "assignmentId": self.id(post), "periodId": self.id("year"), "content": { "results": rows },
        });
        self.done(who, "createPlan", input).await["plan"].clone()
    }

    async fn approve(&self, owner: &str, rater: &str, plan: &'static str) -> Value {
        self.done(owner, "submitPlan", self.change("planId", plan, json!({})).await).await;
        let input = self.change("planId", plan, json!({ "decision": "APPROVE" })).await;
        self.done(rater, "reviewPlan", input).await["plan"].clone()
    }

    async fn peers_year(&mut self) {
        self.ids.insert("peer_post", json!(ids::assignment(Person::Peer)));
        let plan = self.new_plan("peer", "peer_post", json!([row("Laporan")])).await;
        self.ids.insert("peers_plan", plan["id"].clone());
        let plan = self.approve("peer", "formr", "peers_plan").await;
        self.ids.insert("peers_quarter", evaluation(&plan, 1));
        let row = plan["currentRevision"]["results"][0]["id"].clone();
        self.report("peer", "peers_quarter", &row).await;
        // The evaluation is final after the quarter; the other steps of the tables are from March again.
        let now = self.app.env.now();
        self.app.pass_the_end_of_quarter(1);
        self.rate("formr", "peers_quarter").await;
        self.finalise("formr", "peers_quarter", json!({})).await;
        self.app.env.clock.set(now);
    }

    async fn report(&self, who: &str, name: &str, row: &Value) {
        let more = json!({ "realisations": [{ "planResultId": row, "value": "3", "text": "Tiga laporan",
            "evidence": [{ "url": "https://contoh.go.id/bukti" }] }], "selfNote": "Sesuai rencana" });
        self.done(who, "reportRealisation", self.change("evaluationId", name, more).await).await;
    }

    async fn rate(&self, who: &str, name: &str) {
        let more = self.ratings(name).await;
        self.done(who, "rateEvaluation", self.change("evaluationId", name, more).await).await;
    }

    /// Returns an input with ratings, reasons and notes.
    pub async fn ratings(&self, name: &str) -> Value {
        let query = "query($id: ID!) { evaluation(id: $id) { realisations { planResultId } } }";
        let read = self.client("admin").ok(query, json!({ "id": self.id(name) })).await;
        json!({
            "resultRating": "ABOVE", "resultReason": "Melampaui target",
            "behaviourRating": "ABOVE", "behaviourReason": "Teladan",
            "resultRatings": [{ "planResultId": read["evaluation"]["realisations"][0]["planResultId"],
                "rating": "ABOVE", "note": "Rapi" }],
            "behaviourRatings": [{ "criterionId": ids::criterion(1), "rating": "ABOVE", "note": "Ramah" }],
        })
    }

    async fn finalise(&self, who: &str, name: &str, more: Value) {
        let mut more = more;
        more["missingUnitPredicateReason"] = json!("Belum ditetapkan");
        self.done(who, "finaliseEvaluation", self.change("evaluationId", name, more).await).await;
    }

    /// Moves the employee's plan and evaluations through the year and calls `visit` in every state.
    pub async fn walk(&mut self, mut visit: impl AsyncFnMut(&Self, &'static str)) {
        visit(self, "START").await;
        let mut serving = row("Laporan");
        serving["servesId"] = self.id("managers_row");
        serving["assignedBy"] = Value::Null;
        let mut loose = row("Rapat");
        loose["provisional"] = json!(true);
        loose["assignedBy"] = Value::Null;
        let plan = self.new_plan("emp", "employee_post", json!([serving, loose])).await;
        self.ids.insert("plan", plan["id"].clone());
        self.ids.insert("row", plan["currentRevision"]["results"][0]["id"].clone());
        self.ids.insert("loose_row", plan["currentRevision"]["results"][1]["id"].clone());
        visit(self, "DRAFT").await;
        self.done("emp", "submitPlan", self.change("planId", "plan", json!({})).await).await;
        visit(self, "SUBMITTED").await;
        let back =
            self.change("planId", "plan", json!({ "decision": "RETURN", "reason": "Kurang rinci" })).await;
        self.done("man", "reviewPlan", back).await;
        visit(self, "RETURNED").await;
        let plan = self.approve("emp", "man", "plan").await;
        for (name, part) in [("annual", 0), ("q1", 1), ("q2", 2), ("q3", 3), ("q4", 4)] {
            self.ids.insert(name, evaluation(&plan, part));
        }
        let activity = json!({ "planId": self.id("plan"), "rows": [{
            "target": { "clientKey": "0b9f4a4e-0f1e-4b5b-9d55-0d6f6b2d8f10" }, "planResultId": self.id("row"),
            "startedAt": "2026-03-01T01:00:00Z", "endedAt": "2026-03-01T04:00:00Z", "description": "Menyusun",
            "realisation": "1", "measure": "dokumen", "evidence": [{ "url": "https://contoh.go.id/bukti", "label": "Foto" }],
            "claimedAt": "2026-03-01T05:00:00Z" }] });
        let recorded = self.done("emp", "recordActivities", activity).await;
        self.ids.insert("activity", recorded["results"][0]["activity"]["id"].clone());
        let about = json!({ "planId": self.id("plan"), "about": { "planResultId": self.id("row") },
            "evaluationId": self.id("q1"), "text": "Lengkapi lampiran." });
        let given = self.done("man", "giveFeedback", about).await;
        self.ids.insert("feedback", given["feedback"]["id"].clone());
        self.trainings().await;
        let wrong = self.done("emp", "requestCorrection", self.correction("SUPERIOR")).await;
        self.ids.insert("correction", wrong["correction"]["id"].clone());
        self.dialogues().await;
        let asked = self.done("emp", "requestFeedback", self.request("manager")).await;
        self.ids.insert("feedback_request", asked["feedbackRequest"]["id"].clone());
        visit(self, "APPROVED").await;
        self.activity_and_quarters(&mut visit).await;
        self.year_end(&mut visit).await;
    }

    /// Records two trainings of the employee, of which the team verifies one.
    async fn trainings(&mut self) {
        for (name, hours) in [("training", 8), ("verified_training", 12)] {
            let made = self.done("emp", "recordTraining", self.training(hours, "row")).await;
            self.ids.insert(name, made["training"]["id"].clone());
        }
        let verified = self.change("trainingId", "verified_training", json!({ "verified": true })).await;
        self.done("team", "verifyTraining", verified).await;
    }

    /// Records a coaching and a counselling of the employee by man.
    async fn dialogues(&mut self) {
        for (name, kind) in [("coaching", "COACHING"), ("counselling", "COUNSELLING")] {
            let made = self.done("man", "holdDialogue", self.dialogue(kind)).await;
            self.ids.insert(name, made["dialogue"]["id"].clone());
        }
    }

    /// A dialogue with the employee, with an agreement for each of the two.
    pub fn dialogue(&self, kind: &str) -> Value {
        let agreement =
            |doer: &str| json!({ "text": "Melengkapi arsip", "doer": doer, "dueOn": "2026-03-31" });
        json!({ "planId": self.id("plan"), "kind": kind, "heldOn": "2026-03-01", "text": "Beban kerja",
            "agreements": [agreement("EMPLOYEE"), agreement("SUPERIOR")] })
    }

    /// A request for feedback about the employee to somebody.
    pub fn request(&self, to: &str) -> Value {
        json!({ "planId": self.id("plan"), "toId": self.id(to), "dueOn": "2026-03-31" })
    }

    /// A training of these hours to record, for a result row of the employee's plan.
    pub fn training(&self, hours: i32, row: &str) -> Value {
        let supports = json!({ "planId": self.id("plan"), "about": { "planResultId": self.id(row) } });
        with(
            json!({ "clientKey": service::env::fresh_id(), "supports": supports }),
            workshop(&format!("Pelayanan prima {hours}"), hours),
        )
    }

    /// A correction of a part of the record to request.
    pub fn correction(&self, subject: &str) -> Value {
        json!({ "clientKey": service::env::fresh_id(), "subject": subject, "proposed": "Head Contoh",
            "reason": "Pindah tugas" })
    }

    async fn activity_and_quarters(&self, visit: &mut impl AsyncFnMut(&Self, &'static str)) {
        let rows = async || json!([{ "id": self.id("activity"), "expectedVersion": self.version("activity").await }]);
        self.done("emp", "submitActivities", json!({ "rows": rows().await })).await;
        visit(self, "ACTIVITY_SUBMITTED").await;
        let back = json!({ "rows": rows().await, "decision": "RETURN", "reason": "Bukti tidak terbaca" });
        self.done("man", "reviewActivities", back).await;
        visit(self, "ACTIVITY_RETURNED").await;
        self.done("emp", "submitActivities", json!({ "rows": rows().await })).await;
        let approve = json!({ "rows": rows().await, "decision": "APPROVE" });
        self.done("man", "reviewActivities", approve).await;
        visit(self, "ACTIVITY_APPROVED").await;

        self.app.pass_the_end_of_quarter(1);
        self.report("emp", "q1", &self.id("row")).await;
        visit(self, "REPORTED").await;
        self.rate("man", "q1").await;
        visit(self, "RATED").await;
        self.finalise("man", "q1", json!({})).await;
        visit(self, "FINAL").await;
        let again = self.change("evaluationId", "q1", json!({ "reason": "Salah ketik" })).await;
        self.done("man", "reopenEvaluation", again).await;
        visit(self, "REOPENED").await;
        self.finalise("man", "q1", json!({})).await;
    }

    async fn year_end(&mut self, visit: &mut impl AsyncFnMut(&Self, &'static str)) {
        self.app.pass_the_end_of_year();
        for quarter in ["q2", "q3", "q4"] {
            self.report("emp", quarter, &self.id("row")).await;
            self.rate("man", quarter).await;
            self.finalise("man", quarter, json!({})).await;
        }
        visit(self, "QUARTERS_FINAL").await;
        self.report("emp", "annual", &self.id("row")).await;
        self.rate("man", "annual").await;
        visit(self, "YEAR_RATED").await;
        self.finalise("man", "annual", json!({})).await;
        visit(self, "YEAR_FINAL").await;
        let step = async |who: &'static str, verb: &'static str| {
            self.done(who, verb, self.change("evaluationId", "annual", json!({})).await).await;
        };
        step("man", "deliverEvaluation").await;
        visit(self, "DELIVERED").await;
        self.objections(visit).await;
        step("emp", "acknowledgeEvaluation").await;
        visit(self, "ACKNOWLEDGED").await;
        for who in ["emp", "man", "head"] {
            step(who, "signEvaluation").await;
        }
        self.app.set_clock("2027-02-01T02:00:00Z");
        visit(self, "SIGNED").await;
        step("man", "closeEvaluation").await;
        for (name, kind) in [("promotion", "PROMOTION"), ("coaching", "COACHING")] {
            let advice = json!({ "evaluationId": self.id("annual"), "kind": kind, "text": "Layak." });
            let made = self.done("head", "makeRecommendation", advice).await;
            self.ids.insert(name, made["recommendation"]["id"].clone());
        }
        visit(self, "CLOSED").await;
    }
}

impl World {
    /// Objects to the year's result, first while the rater's superior may decide, then after they have reopened it; both
    /// objections are withdrawn.
    async fn objections(&self, visit: &mut impl AsyncFnMut(&Self, &'static str)) {
        let year = async |more| self.change("evaluationId", "annual", more).await;
        self.done("emp", "fileObjection", year(self.grounds()).await).await;
        visit(self, "OBJECTED").await;
        for who in ["emp", "man"] {
            let answer = self.objected(json!({ "text": "Bukti terlampir" })).await;
            self.done(who, "answerObjection", answer).await;
        }
        visit(self, "OBJECTION_HEARD").await;
        self.done("emp", "withdrawObjection", self.objected(json!({})).await).await;
        self.done("head", "reopenEvaluation", year(json!({ "reason": "Angka keliru" })).await).await;
        self.finalise("man", "annual", json!({})).await;
        // The clock of the test does not move by itself, and the time of the delivery identifies the receipt.
        self.app.env.clock.set(self.app.env.now() + chrono::Duration::seconds(1));
        self.done("man", "deliverEvaluation", year(json!({})).await).await;
        self.done("emp", "fileObjection", year(self.grounds()).await).await;
        visit(self, "OBJECTION_UNROUTED").await;
        self.done("emp", "withdrawObjection", self.objected(json!({})).await).await;
    }

    /// The grounds of an objection.
    pub fn grounds(&self) -> Value {
        json!({ "grounds": [{ "about": { "planResultId": self.id("row") }, "text": "Target sudah tercapai",
            "evidence": [{ "url": "https://contoh.go.id/bukti" }] }] })
    }

    /// Returns an input that changes the objection to the year's result.
    pub async fn objected(&self, more: Value) -> Value {
        let query = "query($id: ID!) { evaluation(id: $id) { objection { id version } } }";
        let read = self.client("admin").ok(query, json!({ "id": self.id("annual") })).await;
        let found = &read["evaluation"]["objection"];
        let mut input = more;
        input["objectionId"] = found["id"].clone();
        input["expectedVersion"] = found["version"].clone();
        input
    }
}

/// Returns the id of the evaluation of a part of the year; 0 is the annual one.
fn evaluation(plan: &Value, part: i64) -> Value {
    let all = plan["evaluations"].as_array().expect("evaluations");
    all.iter().find(|one| one["period"]["part"] == part).expect("the part")["id"].clone()
}

/// A workshop in February. A caller may add the row or value that it supports.
pub fn workshop(title: &str, hours: i32) -> Value {
    json!({ "kind": "WORKSHOP", "title": title, "organiser": "BPSDM", "hours": hours,
        "startsOn": "2026-02-19", "endsOn": "2026-02-20", "certificateNumber": title,
        "evidence": [{ "url": "https://contoh.go.id/sertifikat" }] })
}
