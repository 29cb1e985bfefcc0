//! Tests what each actor can read of each object in each state. Reads every field through every path to the object, and
//! compares the visible classes of confidentiality with the tables.

use super::{
    Cells, differences, table,
    world::{Actor, World, world},
};
use crate::{
    both,
    import::{import, upload},
    support::{
        Client, Fields, ids,
        sdl::{Sdl, named},
    },
    visibility::{Class, Classes},
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};
use service::testing::city;
use std::{collections::BTreeMap, fmt::Write};
use tower::ServiceExt;

/// The decision tables.
pub const TABLES: [(&str, &str); 7] = [
    ("people", include_str!("../data/matrix/people.txt")),
    ("plans", include_str!("../data/matrix/plans.txt")),
    ("activities", include_str!("../data/matrix/activities.txt")),
    ("evaluations", include_str!("../data/matrix/evaluations.txt")),
    ("trainings", include_str!("../data/matrix/trainings.txt")),
    ("dialogues", include_str!("../data/matrix/dialogues.txt")),
    ("figures", include_str!("../data/matrix/figures.txt")),
];

/// Fields about other people, which have their own rows in the tables.
const EXCLUDED: [(&str, &str); 4] =
    [("Rater", "nip"), ("Rater", "rank"), ("PersonSnapshot", "nip"), ("PersonSnapshot", "rank")];
/// Fields whose value depends on the actor. The tests of feedback read them as each actor.
const OF_THE_ACTOR: [(&str, &str); 3] = [
    ("Staff", "feedbackDirections"),
    ("Staff", "feedbackDirectionLabels"),
    ("Evaluation", "feedbackSummary"),
];
/// Objects with an id that nevertheless belong to their parent.
const CONTAINED: [(&str, &str); 9] = [
    ("Plan", "currentRevision"),
    ("Plan", "effectiveRevision"),
    ("Plan", "revisions"),
    ("Plan", "feedback"),
    ("PlanRevision", "results"),
    ("PlanResult", "indicators"),
    ("PlanResult", "actionPlans"),
    ("Evaluation", "feedback"),
    ("Evaluation", "recommendations"),
];

/// The schema with the confidentiality class of each field.
struct ClassifiedSchema {
    sdl: Sdl,
    classes: Classes,
}

impl ClassifiedSchema {
    /// Selects all fields of an object and of its parts. Omits other objects that it refers to, and fields whose value
    /// depends on the actor.
    fn selection(&self, of: &str, above: &[&str]) -> String {
        let mut text = String::new();
        for field in self.sdl.fields(of) {
            let (name, to) = (field.name.node.as_str(), named(&field.ty.node));
            let leads_away = self.sdl.is_node(to) && !CONTAINED.contains(&(of, name));
            if EXCLUDED.contains(&(of, name))
                || OF_THE_ACTOR.contains(&(of, name))
                || to == "AllowedAction"
                || to.ends_with("Connection")
                || leads_away
            {
                continue;
            }
            if !self.sdl.is_composite(to) {
                let _ = write!(text, " {name}");
            } else if !above.contains(&to) {
                let below = self.selection(to, &[above, &[to]].concat());
                let _ = write!(text, " {name} {{{below} }}");
            }
        }
        text
    }

    /// Returns the values of an object with their classes; omits null and empty values.
    fn values(&self, of: &str, object: &Value) -> BTreeMap<String, (Class, String)> {
        let mut found = BTreeMap::new();
        self.collect(of, object, Class::Directory, String::new(), &mut found);
        found
    }

    fn collect(
        &self,
        of: &str,
        object: &Value,
        above: Class,
        path: String,
        found: &mut BTreeMap<String, (Class, String)>,
    ) {
        for (name, value) in object.as_object().into_iter().flatten() {
            let Some(field) = self.sdl.fields(of).into_iter().find(|field| field.name.node == *name) else {
                continue;
            };
            let own = self.classes.of(of, name);
            // A nested value is at least as confidential as its parent.
            let class = if rank(own) > rank(above) { own } else { above };
            let path = format!("{path}.{name}");
            let items = match value {
                Value::Array(items) => items.iter().collect(),
                one => vec![one],
            };
            for (index, item) in items.into_iter().enumerate() {
                match item {
                    Value::Null => {}
                    Value::Object(_) => {
                        self.collect(named(&field.ty.node), item, class, format!("{path}.{index}"), found);
                    }
                    scalar => {
                        found.insert(format!("{path}.{index}"), (class, scalar.to_string()));
                    }
                }
            }
        }
    }

    /// Compares the visible part of an object with all its values, and returns the table's word for it.
    fn word(&self, of: &str, all: &Value, visible: &Value) -> String {
        if visible.is_null() {
            return "-".to_owned();
        }
        let (all, visible) = (self.values(of, all), self.values(of, visible));
        let more = visible.iter().find(|(path, value)| all.get(*path) != Some(value));
        if let Some((path, _)) = more {
            return format!("more:{path}");
        }
        let mut word = "nothing".to_owned();
        for (class, letter) in
            [(Class::Directory, "d"), (Class::Personal, "p"), (Class::Rating, "r"), (Class::Dialogue, "t")]
        {
            let of_class: Vec<_> = all.iter().filter(|(_, (found, _))| *found == class).collect();
            let hidden: Vec<_> = of_class.iter().filter(|(path, _)| !visible.contains_key(*path)).collect();
            match (hidden.first(), hidden.len() == of_class.len()) {
                (None, _) if !of_class.is_empty() => word = letter.to_owned(),
                (Some((path, _)), false) => return format!("{letter} without {path}"),
                _ => {}
            }
        }
        word
    }
}

fn rank(class: Class) -> u8 {
    match class {
        Class::Frame | Class::Public | Class::Directory => 0,
        Class::Personal => 1,
        Class::Rating | Class::Dialogue => 2,
        other => panic!("{other:?} is not allowed inside an object about a person"),
    }
}

/// An object to read, and its column in the tables.
struct Target {
    table: &'static str,
    column: &'static str,
    kind: &'static str,
    object: &'static str,
    /// The person that the object is about.
    owner: &'static str,
    /// An actor who can see all its values.
    sees_all: &'static str,
}

/// Returns the query paths to an object of a type; `F` is the fragment with its fields.
fn paths(kind: &str) -> &'static str {
    match kind {
        "Plan" => {
            "plan(id: $id) { ...F } plans(filter: { staffId: $staff }, first: 100) { edges { node { ...F } } }
             staffMember(by: { id: $staff }) { plans(first: 100) { edges { node { ...F } } } }"
        }
        "Activity" => {
            "activities(filter: { staffId: $staff }, first: 100) { edges { node { ...F } } }
             plans(filter: { staffId: $staff }) { edges { node { activities { edges { node { ...F } } } } } }"
        }
        "Evaluation" => {
            "evaluation(id: $id) { ...F } evaluations(filter: { staffId: $staff }, first: 100) { edges { node { ...F } } }
             staffMember(by: { id: $staff }) { evaluations(first: 100) { edges { node { ...F } } } }"
        }
        "Training" => {
            "trainings(filter: { staffId: $staff }, first: 100) { edges { node { ...F } } }
             staffMember(by: { id: $staff }) { trainings(year: 2026) { ...F } }"
        }
        "Dialogue" => "plans(filter: { staffId: $staff }) { edges { node { dialogues { ...F } } } }",
        "Staff" => "staffMember(by: { id: $id }) { ...F }",
        "Assignment" => "staffMember(by: { id: $staff }) { assignments { ...F } }",
        _ => "",
    }
}

/// Collects all objects with this id in a response.
fn objects<'a>(answer: &'a Value, id: &Value, found: &mut Vec<&'a Value>) {
    match answer {
        Value::Object(fields) if fields.get("id") == Some(id) && fields.contains_key("__typename") => {
            found.push(answer);
        }
        Value::Object(fields) => fields.values().for_each(|value| objects(value, id, found)),
        Value::Array(items) => items.iter().for_each(|value| objects(value, id, found)),
        _ => {}
    }
}

/// Reads an object through all paths. Returns the object or null. If a request fails or the paths differ, returns the
/// table's word for that.
async fn read(
    schema: &ClassifiedSchema,
    client: &Client,
    world: &World,
    target: &Target,
) -> Result<Value, String> {
    let (kind, id) = (target.kind, world.id(target.object));
    let document = format!(
        "query($id: ID!, $staff: ID!) {{ node(id: $id) {{ ...F }} nodes(ids: [$id]) {{ ...F }} {} viewer {{ staff {{ id }} }}
         again: staffMember(by: {{ id: $staff }}) {{ id }} }} fragment F on {kind} {{ __typename{} }}",
        paths(kind),
        schema.selection(kind, &[kind]),
    );
    let (_, answer) = client.send(&document, json!({ "id": id, "staff": world.id(target.owner) })).await;
    match answer["errors"][0]["extensions"]["code"].as_str() {
        Some("UNAUTHENTICATED") => return Err("u".to_owned()),
        Some("FORBIDDEN") => return Err("F".to_owned()),
        Some(other) => panic!("{document}\n{other} {answer:#}"),
        None => {}
    }
    let mut found = Vec::new();
    objects(&answer["data"], &id, &mut found);
    let there = answer.field("data.node");
    // The paths through the person work only if the person is visible.
    let mut wanted = 2 + paths(kind).matches("...F").count();
    if there.is_null() {
        wanted = 0;
    } else if answer.field("data.again").is_null() && kind != "Staff" {
        wanted -= paths(kind).matches("staffMember").count();
    }
    if found.len() != wanted || found.iter().any(|one| *one != there) {
        return Err(format!("paths differ: {} of {wanted}", found.len()));
    }
    Ok(there.clone())
}

async fn fill(
    schema: &ClassifiedSchema,
    world: &World,
    target: &Target,
    cells: &mut BTreeMap<&'static str, Cells>,
) {
    let all = read(schema, world.client(target.sees_all), world, target).await.expect("all values");
    assert!(all.is_object(), "{} {}", target.table, target.column);
    for Actor { name, client } in &world.actors {
        let word = match read(schema, client, world, target).await {
            Ok(visible) => schema.word(target.kind, &all, &visible),
            Err(word) => word,
        };
        let key = ((*name).to_owned(), target.column.to_owned());
        cells.entry(target.table).or_default().insert(key, word);
    }
}

/// Returns the objects to read in a state of the walk.
fn targets(state: &'static str) -> Vec<Target> {
    let of = |table, kind, object, owner, sees_all| {
        move |column| Target { table, column, kind, object, owner, sees_all }
    };
    let person = |object| of("people", "Staff", object, object, "admin")(object);
    let post = |object, owner| of("people", "Assignment", object, owner, "admin")(object);
    let plan = of("plans", "Plan", "plan", "employee", "admin");
    let activity = of("activities", "Activity", "activity", "employee", "admin");
    let quarter = of("evaluations", "Evaluation", "q1", "employee", "man");
    let year = of("evaluations", "Evaluation", "annual", "employee", "man");
    match state {
        "START" => vec![
            person("employee"),
            person("manager"),
            person("left"),
            person("former"),
            post("employee_post", "employee"),
            post("former_post", "former"),
            of("plans", "Plan", "peers_plan", "peer", "admin")("peers_plan"),
            of("plans", "Plan", "managers_plan", "manager", "admin")("managers_plan"),
            of("evaluations", "Evaluation", "peers_quarter", "peer", "formr")("peers_quarter"),
        ],
        "DRAFT" => {
            vec![plan(state), of("plans", "PlanResult", "managers_row", "manager", "admin")("managers_row")]
        }
        "SUBMITTED" | "RETURNED" => vec![plan(state)],
        "APPROVED" => vec![
            plan(state),
            activity("DRAFT"),
            quarter("OPEN"),
            of("trainings", "Training", "training", "employee", "admin")("RECORDED"),
            of("trainings", "Training", "verified_training", "employee", "admin")("VERIFIED"),
            of("dialogues", "Dialogue", "coaching", "employee", "man")("COACHING"),
            of("dialogues", "Dialogue", "counselling", "employee", "man")("COUNSELLING"),
        ],
        "ACTIVITY_SUBMITTED" => vec![activity("SUBMITTED")],
        "ACTIVITY_RETURNED" => vec![activity("RETURNED")],
        "ACTIVITY_APPROVED" => vec![activity("APPROVED")],
        "REPORTED" | "RATED" | "FINAL" | "REOPENED" => vec![quarter(state)],
        "YEAR_RATED" | "YEAR_FINAL" | "DELIVERED" | "ACKNOWLEDGED" | "SIGNED" | "CLOSED" => vec![year(state)],
        _ => Vec::new(),
    }
}

/// Returns the word for a response that has either all data or none.
fn outcome(answer: &Value, field: &str) -> String {
    match answer["errors"][0]["extensions"]["code"].as_str() {
        Some("UNAUTHENTICATED") => "u",
        Some("FORBIDDEN") => "F",
        Some("NOT_FOUND") => "0",
        Some(other) => other,
        None if [json!(null), json!([])].contains(answer.field("data").field(field)) => "-",
        None => "v",
    }
    .to_owned()
}

/// Tests who can read report figures, unit predicates, feedback and import runs.
async fn figures(world: &World) -> Cells {
    let admin = world.client("admin");
    let file = upload(admin, "Kode;Nama;Jenis;Kode Induk\nDINKES;Dinas Kesehatan;Dinas;KOTA\n").await;
    let run = import(admin, &file, true).await["id"].clone();
    let set =
        json!({ "orgUnitId": ids::unit(city::OTHER_OFFICE), "periodId": ids::year(), "predicate": "GOOD" });
    let now = world.app.env.now();
    world.app.pass_the_end_of_year();
    world.client("mayor").done("setOrgUnitPredicate", "orgUnitPredicate { version }", set).await;
    world.app.env.clock.set(now);
    let report = "query($unit: ID!, $period: ID!) { reports { predicateDistribution(orgUnitId: $unit, periodId: $period) { rows { good } }
        planCompletion(orgUnitId: $unit, periodId: $period) { rows { draft } }
        evaluationCompletion(orgUnitId: $unit, periodId: $period) { rows { open } } } }";
    let of = |unit| json!({ "unit": ids::unit(unit), "period": ids::year() });
    let other = json!({ "unit": ids::unit(city::OTHER_OFFICE), "period": ids::year() });
    let predicate = "query($unit: ID!, $period: ID!) { orgUnitPredicate(orgUnitId: $unit, periodId: $period) { predicate } }";
    let feedback = "query($plan: ID!) { plan(id: $plan) { feedback { text } } }";
    let access = access(world).await;
    let mut cells = Cells::new();
    for Actor { name, client } in &world.actors {
        let mut put = |column: &str, word| {
            cells.insert(((*name).to_owned(), column.to_owned()), word);
        };
        for (column, unit) in [
            ("section", city::SECTION),
            ("office", city::OFFICE),
            ("other", city::OTHER_OFFICE),
            ("city", city::ROOT),
        ] {
            put(column, outcome(&client.send(report, of(unit)).await.1, "reports"));
        }
        put("export", export(client, "predicate-distribution").await);
        put("predicate", outcome(&client.send(predicate, other.clone()).await.1, "orgUnitPredicate"));
        let node = "query($id: ID!) { node(id: $id) { ... on ImportRun { total rows { totalCount } } } }";
        put("import", outcome(&client.send(node, json!({ "id": run })).await.1, "node"));
        let about = json!({ "plan": world.id("plan") });
        put("feedback", outcome(&client.send(feedback, about).await.1, "plan"));
        for (column, id) in &access {
            let list = match *column {
                "grant" => "roleGrants",
                "api_key" => "apiKeys",
                _ => "accounts",
            };
            put(column, listed(client, list, id).await);
        }
    }
    cells
}

/// Looks for a role, key or account in its list and by its id, which must agree; returns the table's word.
async fn listed(client: &Client, list: &str, id: &Value) -> String {
    let query = format!(
        "query($id: ID!) {{ {list}(first: 100) {{ totalCount nodes {{ id }} }} node(id: $id) {{ id }} }}"
    );
    let (_, answer) = client.send(&query, json!({ "id": id })).await;
    let word = outcome(&answer, list);
    if word != "v" {
        return word;
    }
    let found = answer.field("data").field(list);
    let nodes = found["nodes"].as_array().expect("nodes");
    assert_eq!(found["totalCount"], nodes.len(), "{answer:#}");
    let is_listed = nodes.iter().any(|node| node["id"] == *id);
    assert_eq!(is_listed, answer.field("data.node")["id"] == *id, "list and node differ: {answer:#}");
    if is_listed { "v" } else { "-" }.to_owned()
}

/// Returns the ids of the role of the performance team over the office, of a reporting key over the office, and of the
/// employee's account.
async fn access(world: &World) -> [(&'static str, Value); 3] {
    let admin = world.client("admin");
    let grants =
        "{ roleGrants(filter: { role: PERFORMANCE_TEAM }, first: 100) { nodes { id staff { id } } } }";
    let grants = admin.ok(grants, json!({})).await["roleGrants"]["nodes"].clone();
    let team = json!(ids::staff(crate::support::Person::Team));
    let grant = grants.as_array().expect("grants").iter().find(|grant| grant["staff"]["id"] == team);
    let accounts = admin.ok("{ accounts(first: 100) { nodes { id staff { id } } } }", json!({})).await;
    let accounts = accounts["accounts"]["nodes"].as_array().expect("accounts").clone();
    let account = accounts.iter().find(|account| account["staff"]["id"] == world.id("employee"));
    [
        ("grant", grant.expect("the role")["id"].clone()),
        ("api_key", world.id("key")),
        ("account", account.expect("the account")["id"].clone()),
    ]
}

/// Downloads a report of the office as CSV; returns the word for the status.
async fn export(client: &Client, name: &str) -> String {
    let address = format!("/exports/{name}.csv?unit={}&period={}", ids::unit(city::OFFICE), ids::year());
    let mut request = Request::get(address);
    if let Some(token) = &client.token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::empty()).expect("a request");
    match client.app.router.clone().oneshot(request).await.expect("an answer").status() {
        StatusCode::OK => "v".to_owned(),
        StatusCode::UNAUTHORIZED => "u".to_owned(),
        StatusCode::FORBIDDEN => "F".to_owned(),
        StatusCode::NOT_FOUND => "0".to_owned(),
        other => other.to_string(),
    }
}

both!(objects_are_visible_as_in_the_tables, |app| async move {
    let mut world = world(&app.without_limits()).await;
    let schema = ClassifiedSchema { sdl: Sdl::committed(), classes: Classes::committed() };
    let mut cells = BTreeMap::new();
    world
        .walk(async |world: &World, state| {
            for target in targets(state) {
                fill(&schema, world, &target, &mut cells).await;
            }
        })
        .await;
    cells.insert("figures", figures(&world).await);
    let found: Vec<String> = TABLES
        .iter()
        .flat_map(|(name, expected)| {
            differences(&table(expected), &cells[name])
                .into_iter()
                .map(move |found| format!("{name}: {found}"))
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");
});
