//! Number of SQL statements for typical queries. It must be the same for one parent as for twenty, and equal the
//! committed counts. This test can rewrite the counts; review them in the diff.

use crate::{
    both_in_a_city,
    support::{Client, TestApp},
};
use serde_json::{Value, json};
use std::fmt::Write;

/// Set this variable to rewrite the counts: `KINERJA_WRITE_STATEMENTS=1 cargo test --test it statements`.
const WRITE: &str = "KINERJA_WRITE_STATEMENTS";
const COUNTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/statements.txt");
/// Number of parents in the longer lists.
const MANY: usize = 20;

/// A query that apps typically send.
struct Typical {
    what: &'static str,
    /// The login that sends it.
    who: &'static str,
    document: &'static str,
    /// JSON pointer to the list of parents, of which `$n` are requested; empty if there is none.
    list: &'static str,
}

/// Fragments for the documents. No two branches of a document use the same loader at different depths: timing would
/// decide whether both are in one batch.
const FRAGMENTS: [&str; 4] = [
    "fragment Head on Plan { id status rater { name nip } orgUnit { name } assignment { position { name } }
        period { year } copiedFrom { id } effectiveRevision { number } evaluations { status kind }
        feedback { text author { name } } }",
    "fragment Rows on Plan { currentRevision { behaviourExpectations { text } results { title
        serves { title plan { id } } servedBy { nodes { title } } indicators { text } } } }",
    "fragment Actions on Plan { servableResults { nodes { title } } allowedActions { action allowed whoCan { name } }
        activities(first: 5) { edges { node { description planResult { title } period { part } } } } }",
    "fragment Ratings on Evaluation { id status resultRating behaviourRating predicate rater { name nip }
        orgUnit { name } period { part } plan { id status } resultRatings { rating } behaviourRatings { rating }
        explanation { code children { code } } feedback { text } recommendations { kind }
        signatures { at } allowedActions { action allowed } }",
];

const TYPICAL: &[Typical] = &[
    Typical {
        what: "viewer with roles and sessions",
        who: "atasan",
        document: "{ viewer { roles sessions { id }
            staff { name nip assignment { unit { name } position { name } superior { staff { name } } } } } }",
        list: "",
    },
    Typical {
        what: "viewer with worklist",
        who: "atasan",
        document: "query($n: Int!) { viewer { worklist(first: $n) { totalCount nodes { kind deadline staff { name } subject {
            ... on Plan { id planStatus: status } ... on ActivityGroup { activityCount }
            ... on Evaluation { id evaluationStatus: status } } } } } }",
        list: "",
    },
    Typical {
        what: "worklist of one kind with actions",
        who: "kepala",
        document: "query($n: Int!) { viewer { worklist(kinds: [REVIEW_ACTIVITIES], first: $n) { nodes { staff { name } subject {
            ... on ActivityGroup { activities(first: 5) { nodes { id plan { id } planResult { title }
            allowedActions { action allowed } } } } } } } } }",
        list: "",
    },
    Typical {
        what: "subordinates with assignments, plans, evaluations",
        who: "atasan",
        document: "{ viewer { subordinates(first: 100) { nodes { name nip assignment { unit { name } position { name } }
            plans(first: 1) { edges { node { status } } } evaluations(first: 5) { edges { node { status } } } } } } }",
        list: "",
    },
    Typical {
        what: "people with unit, plans, evaluations",
        who: "admin",
        document: "query($n: Int!) { staff(first: $n) { edges { node { id name assignment { unit { name } }
            plans(first: 3) { edges { node { id status } } }
            evaluations(first: 12) { edges { node { id status predicate } } } } } } }",
        list: "/staff/edges",
    },
    Typical {
        what: "people with all their details",
        who: "admin",
        document: "query($n: Int!) { staff(first: $n, orderBy: { name: DESCENDING }) { totalCount edges { cursor node { name nip externalId
            employmentKind endedOn allowedActions { action allowed }
            assignments { rank unit { name parent { name } } position { name } superior { staff { name nip } } }
            plans(first: 2) { edges { cursor node { currentRevision { results { title } } evaluations { status } } } }
            evaluations(first: 2) { edges { node { plan { id } period { part } allowedActions { action } } } } } } } }",
        list: "/staff/edges",
    },
    Typical {
        what: "a person",
        who: "admin",
        document: "query($staff: ID!) { staffMember(by: { id: $staff }) { name nip assignment { unit { name } }
            plans(first: 3) { edges { node { status } } } evaluations(first: 5) { edges { node { status } } } } }",
        list: "",
    },
    Typical {
        what: "who rates a person",
        who: "admin",
        document: "query($staff: ID!) { whoRates(staffId: $staff) { assignment { unit { name } } rater { name } } }",
        list: "",
    },
    Typical {
        what: "a plan with related objects",
        who: "admin",
        document: "query($plan: ID!) { plan(id: $plan) { ...Head } }",
        list: "",
    },
    Typical {
        what: "a plan with its rows",
        who: "admin",
        document: "query($plan: ID!) { plan(id: $plan) { ...Rows } }",
        list: "",
    },
    Typical {
        what: "a plan with activities and actions",
        who: "admin",
        document: "query($plan: ID!) { plan(id: $plan) { ...Actions } }",
        list: "",
    },
    Typical {
        what: "plans with related objects",
        who: "admin",
        document: "query($n: Int!) { plans(first: $n, filter: { status: [APPROVED] }) { edges { node { ...Head } } } }",
        list: "/plans/edges",
    },
    Typical {
        what: "plans with their rows",
        who: "admin",
        document: "query($plans: [ID!]!) { nodes(ids: $plans) { ... on Plan { ...Rows } } }",
        list: "/nodes",
    },
    Typical {
        what: "plans with activities and actions",
        who: "kepala",
        document: "query($n: Int!) { plans(first: $n, filter: { status: [APPROVED] }) {
            edges { node { ...Actions } } } }",
        list: "/plans/edges",
    },
    Typical {
        what: "plans below a unit head",
        who: "kepala",
        document: "query($n: Int!, $year: ID!) { plans(first: $n, filter: { periodId: $year }) { totalCount
            edges { cursor node { staff { name } status } } pageInfo { hasNextPage endCursor } } }",
        list: "/plans/edges",
    },
    Typical {
        what: "activities",
        who: "admin",
        document: "query($n: Int!) { activities(first: $n) { edges { node { description staff { name }
            plan { status } planResult { title plan { id } } period { part } evidence { url }
            allowedActions { action allowed whoCan { name } } } } } }",
        list: "/activities/edges",
    },
    Typical {
        what: "an evaluation with ratings and explanation",
        who: "admin",
        document: "query($evaluation: ID!) { evaluation(id: $evaluation) { ...Ratings } }",
        list: "",
    },
    Typical {
        what: "evaluations with ratings and explanation",
        who: "admin",
        document: "query($n: Int!) { evaluations(first: $n) { edges { node { ...Ratings } } } }",
        list: "/evaluations/edges",
    },
    Typical {
        what: "evaluations of a unit",
        who: "kepala",
        document: "query($n: Int!, $root: ID!) { evaluations(first: $n, filter: { orgUnitId: $root }) {
            edges { node { staff { name } predicate } } } }",
        list: "/evaluations/edges",
    },
    Typical {
        what: "feedback on a plan",
        who: "admin",
        document: "query($plan: ID!) { plan(id: $plan) { feedback { text author { name } } } }",
        list: "",
    },
    Typical {
        what: "dialogues on a plan",
        who: "admin",
        document: "query($plan: ID!) { plan(id: $plan) { dialogues { kind text agreements { text } } } }",
        list: "",
    },
    Typical {
        what: "report of predicates",
        who: "admin",
        document: "query($root: ID!, $year: ID!) { reports { predicateDistribution(orgUnitId: $root, periodId: $year,
            depth: 3) { computedAt { at } rows { veryGood orgUnit { name } } } } }",
        list: "",
    },
    Typical {
        what: "report of plans",
        who: "admin",
        document: "query($root: ID!, $year: ID!) { reports { planCompletion(orgUnitId: $root, periodId: $year, depth: 3) {
            rows { approved orgUnit { name } } } } }",
        list: "",
    },
    Typical {
        what: "report of evaluations",
        who: "admin",
        document: "query($root: ID!, $year: ID!) { reports { evaluationCompletion(orgUnitId: $root, periodId: $year,
            depth: 3) { rows { finished orgUnit { name } } } } }",
        list: "",
    },
    Typical {
        what: "report of the year's end",
        who: "admin",
        document: "query($root: ID!, $year: ID!) { reports { yearEnd(orgUnitId: $root, periodId: $year, depth: 3) {
            rows(first: 100) { edges { node { missing check { holds } orgUnit { name } } } }
            missingEvaluations(first: 100) { edges { node { staff { name } waitsFor { name } } } } } } }",
        list: "",
    },
    Typical {
        what: "report of what followed a gap",
        who: "admin",
        document: "query($root: ID!, $year: ID!) { reports { developmentOutcome(orgUnitId: $root, periodId: $year) {
            people withTraining { people rose } withoutTraining { people rose } indicators { text } orgUnit { name } } } }",
        list: "",
    },
    Typical {
        what: "criteria and regulations",
        who: "admin",
        document: "{ criteria { name } criteriaSets { edges { node { criteria { code } } } } regulations { code } }",
        list: "",
    },
    Typical {
        what: "periods",
        who: "admin",
        document: "{ periods(filter: { yearsOnly: true }) { totalCount
            edges { node { year parts { part allowedActions { action } } } } } }",
        list: "",
    },
    Typical {
        what: "units with heads, children, people",
        who: "admin",
        document: "query($n: Int!) { orgUnits(first: $n) { edges { node { name parent { name }
            before: parent(on: \"2026-01-01\") { name } head { staff { name } position { name } }
            children(first: 5) { edges { node { name head { leads } children(first: 5) { edges { node { name } } } } } }
            staff(first: 3) { edges { node { name assignment { unit { name } } } } } } } } }",
        list: "/orgUnits/edges",
    },
    Typical {
        what: "positions",
        who: "admin",
        document: "query($n: Int!) { positions(first: $n) { totalCount edges { node { name } } } }",
        list: "",
    },
    Typical {
        what: "the predicate of a unit",
        who: "admin",
        document: "query($root: ID!, $year: ID!) { orgUnitPredicate(orgUnitId: $root, periodId: $year) { predicate } }",
        list: "",
    },
    Typical {
        what: "people with trainings and hours",
        who: "admin",
        document: "query($n: Int!) { staff(first: $n) { edges { node { name trainingHours { hours target }
            trainings { title status allowedActions { action allowed } } } } } }",
        list: "/staff/edges",
    },
    Typical {
        what: "people with corrections",
        who: "admin",
        document: "query($n: Int!) { staff(first: $n) { edges { node { name corrections { subject status
            allowedActions { action allowed } } } } } }",
        list: "/staff/edges",
    },
    Typical {
        what: "evaluations with trainings",
        who: "admin",
        document: "query($n: Int!) { evaluations(first: $n) { edges { node { status trainings { title training { id } } } } } }",
        list: "/evaluations/edges",
    },
    Typical {
        what: "nodes of several kinds",
        who: "admin",
        document: "query($nodes: [ID!]!) { nodes(ids: $nodes) { __typename
            ... on Staff { name } ... on Plan { planStatus: status } ... on Evaluation { evaluationStatus: status } } }",
        list: "/nodes",
    },
    Typical { what: "settings and labels", who: "pegawai", document: "{ serviceConfig { version } }", list: "" },
];

/// Loads the first ids of a list.
async fn first_ids(admin: &Client, list: &str) -> Vec<Value> {
    let found =
        admin.ok(&format!("{{ {list}(first: {MANY}) {{ edges {{ node {{ id }} }} }} }}"), json!({})).await;
    found[list]["edges"].as_array().expect("edges").iter().map(|edge| edge["node"]["id"].clone()).collect()
}

/// Executes a document with a new, uncached session; returns the number of statements and the answer.
///
/// A new session for each document makes the count reproducible: any test in this process that ends a session clears
/// the token cache.
async fn count(app: &TestApp, who: &str, document: &str, variables: &Value) -> (u64, Value) {
    let client = app.client_of(who).await;
    let before = app.env.db().statements();
    let answer = client.ok(document, variables.clone()).await;
    (app.env.db().statements() - before, answer)
}

async fn counts(app: &TestApp) -> String {
    let admin = app.client_of("admin").await;
    let (staff, mut plans, evaluations) = (
        first_ids(&admin, "staff").await,
        first_ids(&admin, "plans").await,
        first_ids(&admin, "evaluations").await,
    );
    let found = admin
        .ok(
            "{ periods(filter: { year: 2026, yearsOnly: true }) { edges { node { id } } }
               orgUnits(filter: { kind: AGENCY }) { edges { node { id } } } }",
            json!({}),
        )
        .await;
    // The first plan has rows that serve others and rows that are served.
    let document = "{ viewer { staff { plans(first: 1) { edges { node { id } } } } } }";
    let of_head = app.client_of("kepala").await.ok(document, json!({})).await;
    plans.insert(0, of_head["viewer"]["staff"]["plans"]["edges"][0]["node"]["id"].clone());
    let (year, root) =
        (&found["periods"]["edges"][0]["node"]["id"], &found["orgUnits"]["edges"][0]["node"]["id"]);
    let mut lines = format!(
        "# SQL statements of typical queries, without those of authentication (at most every five seconds).\n\
         # The same on both databases, and for one parent as for {MANY}. Written by the test `statements`:\n\
         # {WRITE}=1 cargo test --test it statements\n"
    );
    // A server reads regulations once and caches them.
    count(app, "admin", "{ regulations { code } }", &json!({})).await;
    for Typical { what, who, document, list } in TYPICAL {
        let mut document = (*document).to_owned();
        for fragment in FRAGMENTS {
            let name = fragment.split(' ').nth(1).expect("a name");
            if document.contains(&format!("...{name}")) {
                document.push_str(fragment);
            }
        }
        let (login, _) = count(app, who, "{ viewer { __typename } }", &json!({})).await;
        let mut sizes = Vec::new();
        for n in [1, MANY] {
            let nodes: Vec<_> = [&staff, &plans, &evaluations].iter().flat_map(|ids| &ids[..n]).collect();
            let variables = json!({ "n": n, "staff": staff[3], "plan": plans[0], "plans": plans[..n], "evaluation": evaluations[0],
                "year": year, "root": root, "nodes": nodes });
            let (statements, answer) = count(app, who, &document, &variables).await;
            if !list.is_empty() {
                let parents = answer.pointer(list).and_then(Value::as_array).map_or(0, Vec::len);
                assert!(parents >= n.min(10), "{what}: {parents} parents");
            }
            sizes.push(statements - login);
        }
        assert_eq!(sizes[0], sizes[1], "{what}: as many statements for one parent as for {MANY}");
        writeln!(lines, "{:3}  {what}", sizes[0]).expect("a line");
    }
    lines
}

both_in_a_city!(typical_queries_need_the_committed_number_of_statements, |app| async move {
    let counted = counts(&app).await;
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(COUNTS, &counted).expect("the counts are written");
    }
    let committed = std::fs::read_to_string(COUNTS).unwrap_or_default();
    assert!(committed == counted, "run with {WRITE}=1 and review the diff; the counts are now\n{counted}");
});
