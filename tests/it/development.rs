//! The report on results after a development gap: its figures, its rights, and the figures that API keys see.

mod people;

use crate::{
    both, both_in_a_city,
    support::{Client, Fields, Person, TestApp, global, ids, run_in_a_city_of_years},
};
use domain::{
    evaluation::{
        Expectation::{AsExpected, Below},
        Predicate::{Good, NeedsImprovement, Poor, VeryGood},
    },
    recommendation::RecommendationKind::{self, Coaching, ImprovementPlan, Promotion, TalentPool, Training},
};
use people::{BEFORE, Case, Then, Trained};
use serde_json::{Value, json};
use service::testing::city;

const QUERY: &str = "query($unit: ID!, $period: ID!) { reports {
    developmentOutcome(orgUnitId: $unit, periodId: $period) {
        orgUnit { code } year yearBefore staff people
        withTraining { people rose same fell } withoutTraining { people rose same fell }
        excluded { noResult left moved } hidden { reason fields } computedAt { cursor at }
        indicators { text measure direction directionLabel people
            yearBefore { target { min max } realisation } year { target { min } realisation } } } } }";

async fn report(client: &Client, unit: &str, period: &str) -> Value {
    let variables = json!({ "unit": unit, "period": period });
    client.ok(QUERY, variables).await["reports"]["developmentOutcome"].clone()
}

async fn of_section(client: &Client) -> Value {
    report(client, &ids::unit(city::SECTION), &ids::year()).await
}

fn group(rose: i64, same: i64, fell: i64) -> Value {
    json!({ "people": rose + same + fell, "rose": rose, "same": same, "fell": fell })
}

fn case(
    before: (domain::evaluation::Predicate, &'static [domain::evaluation::Expectation]),
    recommended: Option<RecommendationKind>,
    then: Then,
) -> Case {
    Case { before: Some(before), recommended, then }
}

/// Twelve people with a gap, and six without.
fn by_hand() -> Vec<Case> {
    let rated = |predicate, trained| Then::Result(predicate, &[], trained);
    vec![
        // Below GOOD.
        case((NeedsImprovement, &[]), None, rated(Good, Trained::Yes)),
        case((Poor, &[]), Some(Training), rated(NeedsImprovement, Trained::Yes)),
        case((NeedsImprovement, &[]), Some(Coaching), rated(NeedsImprovement, Trained::Yes)),
        case((NeedsImprovement, &[]), None, rated(Poor, Trained::No)),
        // A training with the certificate of another one does not count.
        case((NeedsImprovement, &[]), None, rated(Good, Trained::Again)),
        // If the predicate stays the same, the value that was below expectation decides.
        case((Good, &[AsExpected, Below]), None, Then::Result(Good, &[Below, AsExpected], Trained::Yes)),
        case((Good, &[AsExpected, Below]), None, Then::Result(Good, &[AsExpected, Below], Trained::No)),
        // Recommended to develop.
        case((Good, &[]), Some(Training), rated(VeryGood, Trained::Yes)),
        case((Good, &[]), Some(ImprovementPlan), rated(Good, Trained::No)),
        // Excluded.
        case((NeedsImprovement, &[]), None, Then::Unrated),
        case((NeedsImprovement, &[]), None, Then::Left),
        case((NeedsImprovement, &[]), None, Then::Moved),
        // No gap.
        case((Good, &[AsExpected]), None, rated(VeryGood, Trained::Yes)),
        case((Good, &[]), Some(Promotion), rated(Good, Trained::No)),
        case((VeryGood, &[]), Some(Training), rated(VeryGood, Trained::Yes)),
        case((VeryGood, &[]), Some(TalentPool), Then::Left),
        Case { before: None, recommended: None, then: rated(Poor, Trained::No) },
        Case { before: None, recommended: None, then: Then::Unrated },
    ]
}

both!(the_report_compares_the_results_after_each_gap, |app: TestApp| async move {
    people::write(&app, &by_hand()).await;
    app.set_clock("2027-02-01T02:00:00Z");
    let auditor = app.client(Person::Auditor).await;
    service::journal::sequence(&app.env).await.expect("numbers");
    let mut found = of_section(&auditor).await;
    assert!(found.field("computedAt.cursor").is_string(), "{found:#}");
    found.as_object_mut().expect("a report").remove("computedAt");
    let of_year =
        |target: &str, realisation: Value| json!({ "target": { "min": target }, "realisation": realisation });
    let expected = json!({
        "orgUnit": { "code": "DISDIK-1" }, "year": 2026, "yearBefore": 2025,
        // The small city has four more people.
        "staff": 22, "people": 12,
        "withTraining": group(4, 1, 0),
        "withoutTraining": group(1, 2, 1),
        "excluded": { "noResult": 1, "left": 1, "moved": 1 },
        "hidden": null,
        "indicators": [
            { "text": "MURID YANG MENCAPAI KETUNTASAN BELAJAR ", "measure": "persen",
              "direction": "HIGHER_IS_BETTER", "directionLabel": "Higher is better", "people": 12,
              "yearBefore": { "target": { "min": "80.00", "max": "80.00" }, "realisation": "76.00" },
              "year": of_year("85.00", json!("86.00")) },
            { "text": "Kegiatan pencegahan perundungan", "measure": "persen",
              "direction": "HIGHER_IS_BETTER", "directionLabel": "Higher is better", "people": 9,
              "yearBefore": null, "year": of_year("10.00", Value::Null) },
        ],
    });
    assert_eq!(found, expected, "{found:#}");
    // The report of a part is that of its year, and a unit counts its subunits too.
    let mut part = report(&auditor, &ids::unit(city::SECTION), &ids::quarter(2)).await;
    part.as_object_mut().expect("a report").remove("computedAt");
    assert_eq!(part, expected);
    for unit in [city::OFFICE, city::ROOT] {
        let above = report(&auditor, &ids::unit(unit), &ids::year()).await;
        for figure in ["people", "withTraining", "withoutTraining", "excluded"] {
            assert_eq!(above[figure], expected[figure], "{figure}");
        }
        // Their heads have no plan.
        assert_eq!(above["indicators"], json!([]));
    }
    let other = report(&auditor, &ids::unit(city::OTHER_OFFICE), &ids::year()).await;
    assert_eq!((&other["staff"], &other["people"]), (&json!(2), &json!(0)));
    // The year before has no year before it.
    let first = report(&auditor, &ids::unit(city::SECTION), &global(9, BEFORE.0)).await;
    assert_eq!((first.field("yearBefore"), first.field("staff")), (&Value::Null, &json!(0)));
    assert_eq!(first["indicators"], json!([]));
});

both!(the_report_needs_as_many_statements_for_more_people, |app: TestApp| async move {
    let rows = people::write(&app, &by_hand()).await;
    app.set_clock("2027-02-01T02:00:00Z");
    let auditor = app.client(Person::Auditor).await;
    of_section(&auditor).await;
    let statements = async || {
        let before = app.env.db().statements();
        let found = of_section(&auditor).await;
        (app.env.db().statements() - before, found["people"].clone())
    };
    let (few, people) = statements().await;
    assert_eq!(people, 12);
    people::add(&app, &by_hand().repeat(5), &rows).await;
    assert_eq!(statements().await, (few, json!(72)));
});

both!(a_result_that_is_no_longer_final_is_not_compared, |app: TestApp| async move {
    people::write(&app, &by_hand()[..1]).await;
    app.set_clock("2027-02-01T02:00:00Z");
    let auditor = app.client(Person::Auditor).await;
    assert_eq!(of_section(&auditor).await["withTraining"], group(1, 0, 0));
    // As after a reopening: a draft, whose ratings nobody but the rater can see.
    let fork = match app.env.db().backend() {
        service::db::Backend::Sqlite => app.fork().await,
        service::db::Backend::Postgres => return,
    };
    let draft = "UPDATE evaluation SET status = 'RATED_DRAFT', predicate = NULL WHERE period_id IN
        (SELECT id FROM period WHERE year = 2026)";
    service::testing::sql(&fork.env, draft).await.expect("SQL");
    let auditor = fork.client(Person::Auditor).await;
    let found = of_section(&auditor).await;
    assert_eq!((&found["people"], &found["withTraining"]), (&json!(1), &group(0, 0, 0)));
    assert_eq!(found["excluded"]["noResult"], 1);
});

both!(only_readers_of_the_units_reports_can_read_it, |app: TestApp| async move {
    people::write(&app, &by_hand()).await;
    app.set_clock("2027-02-01T02:00:00Z");
    let office = json!({ "unit": ids::unit(city::OFFICE), "period": ids::year() });
    for who in [Person::Head, Person::Mayor, Person::Team, Person::Admin, Person::Auditor] {
        let found = app.client(who).await.ok(QUERY, office.clone()).await;
        assert_eq!(found.field("reports.developmentOutcome.people"), 12, "{who:?}");
    }
    for who in [Person::Employee, Person::Manager, Person::Stranger] {
        assert_eq!(app.client(who).await.error(QUERY, office.clone()).await, "FORBIDDEN", "{who:?}");
    }
    let own = of_section(&app.client(Person::Manager).await).await;
    assert_eq!((&own["people"], own["indicators"].as_array().map(Vec::len)), (&json!(12), Some(2)));
    let unknown =
        json!({ "unit": ids::unit(city::OFFICE), "period": global(9, service::testing::id(0xdead)) });
    assert_eq!(app.client(Person::Auditor).await.error(QUERY, unknown).await, "NOT_FOUND");
});

async fn tool(app: &TestApp) -> Client {
    let admin = app.client(Person::Admin).await;
    let key = json!({ "name": "Dasbor", "orgUnitId": ids::unit(city::ROOT) });
    let mut tool = app.anonymous();
    tool.token = admin.done("createApiKey", "key", key).await["key"].as_str().map(str::to_owned);
    tool
}

async fn close(app: &TestApp) {
    let admin = app.client(Person::Admin).await;
    for period in [1, 2, 3, 4, 0].map(ids::quarter) {
        let input = json!({ "periodId": period, "expectedVersion": 1, "confirm": true });
        admin.done("closePeriod", "period { version }", input).await;
    }
}

/// People of a predicate with a training who rose, others who stayed, and some who left.
fn groups(predicate: domain::evaluation::Predicate, [trained, others, left]: [usize; 3]) -> Vec<Case> {
    let before = (predicate, &[][..]);
    let rose = case(before, None, Then::Result(VeryGood, &[], Trained::Yes));
    let same = case(before, None, Then::Result(predicate, &[], Trained::No));
    let gone = case(before, None, Then::Left);
    [vec![rose; trained], vec![same; others], vec![gone; left]].concat()
}

/// The manager recommends a training to somebody who was rated good in the year before.
async fn recommend(app: &TestApp) {
    let manager = app.client(Person::Manager).await;
    let query = "query($period: ID!) { evaluations(first: 100, filter: { periodId: $period }) {
        nodes { id predicate staff { name } } } }";
    let found = manager.ok(query, json!({ "period": global(9, BEFORE.0) })).await;
    let nodes = found.field("evaluations.nodes").as_array().expect("evaluations").clone();
    let one = nodes
        .iter()
        .find(|one| one["predicate"] == "GOOD" && one["staff"]["name"] != Person::Manager.name())
        .expect("a person");
    let input = json!({ "evaluationId": one["id"], "kind": "TRAINING", "text": "Asesmen kelas" });
    manager.done("makeRecommendation", "recommendation { kind }", input).await;
}

/// The names of the figures that are hidden from a reader.
fn hidden(report: &Value) -> Vec<String> {
    let fields = report["hidden"]["fields"].as_array().cloned().unwrap_or_default();
    fields.iter().map(|name| name.as_str().expect("a name").to_owned()).collect()
}

both!(keys_see_groups_of_the_closed_year_without_few_people, |app: TestApp| async move {
    let mut cases = groups(NeedsImprovement, [6, 7, 5]);
    cases.extend(vec![case((Good, &[]), None, Then::Result(Good, &[], Trained::No)); 6]);
    people::write(&app, &cases).await;
    app.set_clock("2027-03-01T02:00:00Z");
    let (key, root) = (tool(&app).await, ids::unit(city::ROOT));
    // Before the closing there are no figures for keys.
    let open = report(&key, &root, &ids::year()).await;
    assert_eq!(open["hidden"]["reason"], "PERIOD_OPEN");
    assert_eq!(hidden(&open).len(), 13, "{open:#}");
    assert_eq!((open.field("staff"), open.field("withTraining.rose")), (&Value::Null, &Value::Null));
    close(&app).await;
    let shown = report(&key, &root, &ids::year()).await;
    assert_eq!(shown.field("hidden"), &Value::Null, "{shown:#}");
    assert_eq!((&shown["staff"], &shown["people"]), (&json!(34), &json!(18)));
    assert_eq!((&shown["withTraining"], &shown["withoutTraining"]), (&group(6, 0, 0), &group(0, 7, 0)));
    assert_eq!(shown["excluded"], json!({ "noResult": 0, "left": 5, "moved": 0 }));
    // The head's figures are about one person.
    assert_eq!(shown["indicators"], json!([]));
    // The other office is too small.
    let small = report(&key, &ids::unit(city::OTHER_OFFICE), &ids::year()).await;
    assert_eq!(small["hidden"]["reason"], "FEW_PEOPLE");
    assert_eq!(hidden(&small).len(), 13);

    // A year that an earlier version closed has kept figures without these; the tick adds them.
    let earlier = "UPDATE closed_figures SET content = REPLACE(content, '\"development\"', '\"earlier\"')";
    service::testing::sql(&app.env, earlier).await.expect("SQL");
    assert_eq!(report(&key, &root, &ids::year()).await["hidden"]["reason"], "PERIOD_OPEN");
    service::tick::tick(&app.env).await.expect("a tick");
    assert_eq!(report(&key, &root, &ids::year()).await, shown);
    assert_eq!(service::tick::tick(&app.env).await.expect("a tick").figures_kept, 0);

    // Later changes do not alter them: the difference would be one person.
    recommend(&app).await;
    let auditor = app.client(Person::Auditor).await;
    let exact = report(&auditor, &root, &ids::year()).await;
    assert_eq!((&exact["people"], &exact["withoutTraining"]), (&json!(19), &group(0, 8, 0)), "control");
    assert_eq!(report(&key, &root, &ids::year()).await, shown);
});

both!(few_people_in_a_group_hide_it_from_keys, |app: TestApp| async move {
    // Four were trained.
    let mut cases = groups(NeedsImprovement, [4, 12, 0]);
    cases.extend(vec![case((Good, &[]), None, Then::Result(Good, &[], Trained::No)); 12]);
    people::write(&app, &cases).await;
    app.set_clock("2027-03-01T02:00:00Z");
    close(&app).await;
    let (key, root) = (tool(&app).await, ids::unit(city::ROOT));
    let found = report(&key, &root, &ids::year()).await;
    // The people with and without training add up to the sixteen, so both figures are hidden.
    assert_eq!(found["people"], 16, "{found:#}");
    assert_eq!(found["hidden"]["reason"], "FEW_PEOPLE");
    for figure in
        ["withTraining.people", "withTraining.rose", "withoutTraining.people", "withoutTraining.same"]
    {
        assert_eq!(found.field(figure), &Value::Null, "{figure}");
        assert!(hidden(&found).contains(&figure.to_owned()));
    }
    let auditor = app.client(Person::Auditor).await;
    let exact = report(&auditor, &root, &ids::year()).await;
    assert_eq!(
        (exact.field("withTraining"), exact.field("hidden")),
        (&group(4, 0, 0), &Value::Null),
        "control"
    );
});

both!(a_gap_despite_a_good_predicate_is_hidden_with_all_others, |app: TestApp| async move {
    // The report on ratings of 2025 shows the number of people below GOOD. Together with the number of gaps, it would
    // reveal the three people as the difference.
    let mut cases = groups(NeedsImprovement, [6, 7, 0]);
    cases.extend(vec![case((Good, &[Below]), None, Then::Result(Good, &[Below], Trained::No)); 3]);
    cases.extend(vec![case((Good, &[]), None, Then::Result(Good, &[], Trained::No)); 9]);
    people::write(&app, &cases).await;
    app.set_clock("2027-03-01T02:00:00Z");
    close(&app).await;
    let (key, root) = (tool(&app).await, ids::unit(city::ROOT));
    let found = report(&key, &root, &ids::year()).await;
    assert_eq!(
        (found.field("people"), found.field("withoutTraining.people")),
        (&Value::Null, &Value::Null),
        "{found:#}"
    );
    // Nobody with a good predicate was trained, but this figure is hidden too.
    assert_eq!(found.field("withTraining.people"), &Value::Null);
    assert_eq!(found["staff"], 35);
});

both_in_a_city!(the_current_year_of_a_city_has_no_results_yet, |app: TestApp| async move {
    let head = app.client_of("walikota").await;
    let years = "{ periods(filter: { yearsOnly: true }, first: 5) { nodes { id year } }
        orgUnits(first: 1, filter: { code: \"SD-01\" }) { nodes { id } } }";
    let found = head.ok(years, json!({})).await;
    let unit = found.field("orgUnits.nodes.0.id").as_str().expect("the school");
    let years = found.field("periods.nodes").as_array().expect("years").clone();
    let current = years.iter().find(|year| year["year"] == 2026).expect("the current year");
    let school = report(&head, unit, current["id"].as_str().expect("an id")).await;
    assert_eq!(
        (school.field("withTraining.people"), school.field("withoutTraining.people")),
        (&json!(0), &json!(0))
    );
    assert_eq!(school["people"], school["excluded"]["noResult"], "{school:#}");
});

/// Checks the statements of docs/DEMO.md about the school.
async fn trained_teachers_rise(app: TestApp) {
    let mayor = app.client_of("walikota").await;
    let query = "{ periods(filter: { yearsOnly: true }, first: 5) { nodes { id year } }
        orgUnits(first: 1, filter: { code: \"SD-01\" }) { nodes { id } } }";
    let found = mayor.ok(query, json!({})).await;
    let unit = found.field("orgUnits.nodes.0.id").as_str().expect("the school");
    let years = found.field("periods.nodes").as_array().expect("years").clone();
    let last = years.iter().find(|year| year["year"] == 2025).expect("the finished year");
    let school = report(&mayor, unit, last["id"].as_str().expect("an id")).await;
    let count = |group: &str, figure: &str| school[group][figure].as_i64().expect("a count");
    let (trained, others) = (count("withTraining", "people"), count("withoutTraining", "people"));
    assert!(trained > 1 && others > 1, "{school:#}");
    // Of the trained ones more rose than of the others.
    let (rose, others_rose) = (count("withTraining", "rose"), count("withoutTraining", "rose"));
    assert!(rose > 1 && rose * others > others_rose * trained, "{school:#}");
    let indicators = school["indicators"].as_array().expect("indicators");
    let pupils =
        indicators.iter().find(|one| one["text"] == "Murid sekolah yang mencapai ketuntasan belajar");
    let pupils = pupils.unwrap_or_else(|| panic!("what pupils reach: {school:#}"));
    assert!(pupils["people"].as_i64() > Some(0), "{pupils:#}");
    for year in ["yearBefore", "year"] {
        assert!(pupils[year]["realisation"].is_string(), "{pupils:#}");
    }
}

/// A city with two finished years, as the demo has them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trained_teachers_of_the_demo_rise_on_sqlite() {
    run_in_a_city_of_years(crate::support::On::Sqlite, (160, 3), trained_teachers_rise).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trained_teachers_of_the_demo_rise_on_postgres() {
    run_in_a_city_of_years(crate::support::On::Postgres, (160, 3), trained_teachers_rise).await;
}
