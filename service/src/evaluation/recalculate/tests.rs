//! Stores random results and recomputes them, on both databases.

use super::*;
use crate::{
    db::{Db, Options, insert_many},
    env::Clock,
    regulation::{Format, StoredRegulation},
    testing::{
        TestDb,
        city::{self, AGENCY, Person},
        id,
    },
};
use domain::{
    Decimal,
    assignment::Capacity,
    evaluation::{EvaluationDetail, EvaluationKind, EvaluationStatus, OrgUnitPredicate},
    id::{PlanId, RegulationId},
    plan::{Direction, RaterSnapshot, ResultKind, Target},
    regulation::{AssignmentScope, shipped_documents},
    scoring::{
        Behaviour, BehaviourScore, CountsFor, EarlierPart, IndicatorFigures, PartResult, RecognisedTraining,
        ResultRow, Results, YearDecision, YearInput,
    },
};
use entity::{
    evaluation::{Column, Entity},
    plan,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::Expr};
use strum::IntoEnumIterator;

/// Environment variable with the number of results, a multiple of 20. CONTRIBUTING.md has the command.
const RESULTS: &str = "KINERJA_TEST_RESULTS";
const PARTS: u64 = 5;

fn results() -> u64 {
    std::env::var(RESULTS).map_or(1_500, |text| text.parse().expect("a number"))
}

fn any<T: Copy>(rng: &mut ChaCha8Rng, of: &[T]) -> T {
    of[rng.random_range(0..of.len())]
}

fn figure(rng: &mut ChaCha8Rng) -> Decimal {
    Decimal::from_hundredths(rng.random_range(1..=50_000))
}

fn indicator(rng: &mut ChaCha8Rng) -> IndicatorFigures {
    let (one, other) = (figure(rng), figure(rng));
    let range = rng.random_range(0..3) == 0;
    IndicatorFigures {
        label: "Dokumen selesai".to_owned(),
        target: Target { min: one.min(other), max: if range { one.max(other) } else { one.min(other) } },
        realisation: figure(rng),
        unit: "dokumen".to_owned(),
        direction: any(rng, &[Direction::HigherIsBetter, Direction::LowerIsBetter]),
        target_is_maximum: rng.random_range(0..10) == 0,
    }
}

/// PP 30/2019 with all parameters filled in by an agency, including points for training.
fn numeric() -> &'static RegulationDocument {
    static DOCUMENT: std::sync::LazyLock<RegulationDocument> = std::sync::LazyLock::new(|| {
        let decimal = |text: &str| text.parse::<Decimal>().expect("a figure");
        let mut document = shipped_documents()[1].clone();
        document.version = 9;
        let rules = document.numeric.as_mut().expect("numeric rules");
        for weight in rules.additional.scope_weights.values_mut() {
            weight.value = Some(decimal("10"));
        }
        rules.behaviour.shares.value = Some(domain::regulation::BehaviourShares {
            rater: decimal("60"),
            peers: decimal("20"),
            subordinates: decimal("20"),
        });
        document.training.points_per_hour.value = Some(decimal("0.07"));
        document.training.points_cap.value = Some(decimal("2"));
        assert!(document.is_complete());
        document
    });
    &DOCUMENT
}

fn score_of(rng: &mut ChaCha8Rng) -> Decimal {
    Decimal::from_hundredths(rng.random_range(0..=12_000))
}

fn figures(rng: &mut ChaCha8Rng) -> ScoreInput {
    let peers = rng.random_range(0..2) == 0;
    let main = |rng: &mut ChaCha8Rng, kind| ResultRow {
        label: "Layanan tertib".to_owned(),
        kind,
        group: None,
        scope: Some(any(rng, &AssignmentScope::iter().collect::<Vec<_>>())),
        is_action: false,
        indicators: (0..rng.random_range(1..=3)).map(|_| indicator(rng)).collect(),
    };
    let mut rows = vec![main(rng, ResultKind::Main)];
    for _ in 0..rng.random_range(0..=2) {
        rows.push(main(rng, ResultKind::Additional));
    }
    let values = (0..rng.random_range(1..=7))
        .map(|_| {
            let rater = score_of(rng);
            let others = peers.then(|| (score_of(rng), score_of(rng)));
            BehaviourScore {
                label: "Kerja sama".to_owned(),
                rater,
                peers: others.map(|others| others.0),
                subordinates: others.map(|others| others.1),
            }
        })
        .collect();
    ScoreInput {
        results: Results::Rows(rows),
        behaviour: Behaviour::Scores(values),
        peers,
        new_idea: rng.random_range(0..2) == 0,
        ..input(rng)
    }
}

/// A year in which earlier plans cover some months.
fn year(rng: &mut ChaCha8Rng, weighted: bool) -> YearInput {
    let predicates: Vec<Predicate> = Predicate::iter().collect();
    let before = (1..=rng.random_range(1..=2_u128))
        .map(|number| EarlierPart {
            evaluation: EvaluationId(id(number)),
            label: "Analis, Bidang Lama".to_owned(),
            months: rng.random_range(1..=4),
            result: if rng.random_range(0..4) == 0 {
                PartResult::LeftOut { reason: "Penilai lama pensiun".to_owned() }
            } else {
                PartResult::Rated { predicate: any(rng, &predicates), score: weighted.then(|| score_of(rng)) }
            },
        })
        .collect();
    let decision = (!weighted).then(|| YearDecision {
        predicate: any(rng, &predicates),
        reason: "Target tahunan tercapai".to_owned(),
    });
    YearInput { label: "Kepala Seksi".to_owned(), months: rng.random_range(0..=4), before, decision }
}

fn input(rng: &mut ChaCha8Rng) -> ScoreInput {
    let ratings: Vec<Expectation> = Expectation::iter().collect();
    let behaviour = any(rng, &ratings);
    let results = match rng.random_range(0..3) {
        0 => Results::Rating(any(rng, &ratings)),
        1 => Results::Unit(any(rng, &OrgUnitPredicate::iter().collect::<Vec<_>>())),
        _ => Results::Rows(
            (0..rng.random_range(1..=3))
                .map(|_| ResultRow {
                    label: "Layanan tertib".to_owned(),
                    kind: ResultKind::Main,
                    group: None,
                    scope: None,
                    is_action: false,
                    indicators: (0..rng.random_range(1..=3)).map(|_| indicator(rng)).collect(),
                })
                .collect(),
        ),
    };
    let trainings = (0..rng.random_range(0..=2))
        .map(|number| RecognisedTraining {
            reference: format!("S-{number}"),
            title: "Pelayanan prima".to_owned(),
            hours: rng.random_range(1..=60),
            counts_for: any(rng, &[CountsFor::Results, CountsFor::Behaviour]),
            of: None,
            registered: None,
        })
        .collect();
    ScoreInput {
        results,
        behaviour: Behaviour::Rating(behaviour),
        trainings,
        ..ScoreInput::ratings(behaviour, behaviour)
    }
}

fn rater() -> RaterSnapshot {
    RaterSnapshot {
        assignment: Person::Manager.assignment(),
        staff: Person::Manager.staff(),
        name: "Contoh".to_owned(),
        nip: None,
        position: "Kepala Bidang".to_owned(),
        unit_name: "Bidang".to_owned(),
        capacity: Capacity::Definitive,
        superior_assignment: None,
        superior_staff: None,
    }
}

/// Makes the evaluation with this number. Five consecutive numbers belong to one plan: the first is the annual
/// evaluation, the others are the quarters.
fn evaluation(number: u64, rng: &mut ChaCha8Rng) -> Evaluation {
    // The schemes alternate from plan to plan. For two of every four plans, the year also has earlier plans.
    let by_figures = number / PARTS % 2 == 1;
    let document = if by_figures { numeric() } else { &shipped_documents()[0] };
    let split = number.is_multiple_of(PARTS) && number / PARTS % 4 < 2;
    let any_input = |rng: &mut ChaCha8Rng| {
        let inputs = if by_figures { figures(rng) } else { input(rng) };
        ScoreInput { year: split.then(|| year(rng, by_figures)), ..inputs }
    };
    // Figures that can't be computed exactly are refused, so draw again.
    let (inputs, scored) = std::iter::repeat_with(|| any_input(rng))
        .find_map(|inputs| score(document, &inputs).ok().map(|scored| (inputs, scored)))
        .expect("a score");
    let rating = |code: &str| scored.tree.rating(code).and_then(|word| word.parse().ok());
    let (result, behaviour) = (rating("RESULT_RATING"), rating("BEHAVIOUR_RATING"));
    let part = u32::try_from(number % PARTS).expect("a part");
    Evaluation {
        id: EvaluationId(id(0x90_0000 + u128::from(number))),
        agency: AGENCY,
        plan: PlanId(id(0x80_0000 + u128::from(number / PARTS))),
        assignment: Person::Employee.assignment(),
        staff: Person::Employee.staff(),
        unit: Person::Employee.unit(),
        period: if part == 0 { city::YEAR } else { city::quarter(part) },
        kind: if part == 0 { EvaluationKind::Annual } else { EvaluationKind::Periodic },
        status: EvaluationStatus::Final,
        rater: rater(),
        form: None,
        regulation: document.reference(),
        detail: EvaluationDetail {
            inputs: Some(inputs),
            score: Some(scored.tree),
            ..EvaluationDetail::default()
        },
        result_rating: result,
        behaviour_rating: behaviour,
        predicate: Some(scored.predicate),
        unit_predicate: None,
        delivered_at: None,
        finalised_at: None,
        objection_until: None,
        version: 1,
    }
}

fn plan(number: u64) -> plan::ActiveModel {
    let day = |text: &str| text.parse().expect("a day");
    plan::ActiveModel {
        id: Set(id(0x80_0000 + u128::from(number))),
        agency_id: Set(AGENCY.0),
        assignment_id: Set(Person::Employee.assignment().0),
        staff_id: Set(Person::Employee.staff().0),
        unit_id: Set(Person::Employee.unit().0),
        period_id: Set(city::YEAR.0),
        // A person can have several plans for the same year only if all but one are cancelled.
        status: Set("CANCELLED".to_owned()),
        starts_on: Set(day("2026-01-01")),
        ends_on: Set(day("2026-12-31")),
        rater_assignment_id: Set(Person::Manager.assignment().0),
        rater_staff_id: Set(Person::Manager.staff().0),
        rater: Set("{}".to_owned()),
        form: Set(None),
        kept: Set(None),
        late: Set(false),
        copied_from: Set(None),
        decision_note: Set(None),
        created_at: Set(0),
        submitted_at: Set(None),
        decided_at: Set(None),
        version: Set(1),
    }
}

async fn stored(options: &Options, folder: &std::path::Path) -> Env {
    let db = Db::connect(options).await.expect("a connection");
    let env = Env::new(db, Clock::system(), folder);
    city::found(&env).await.expect("a city");
    let text = serde_json::to_string(numeric()).expect("JSON");
    let own =
        StoredRegulation::new(RegulationId(id(0xa0_0000)), AGENCY, numeric(), Format::Json, text, env.now());
    env.write(&Actor::system(AGENCY), |tx| async move {
        tx.create(own, domain::event::EventKind::RegulationAdded, None).await?;
        Ok(())
    })
    .await
    .expect("a regulation");
    // Computed before the unit of work begins, because PostgreSQL ends a transaction that is idle for too long.
    let mut rng = ChaCha8Rng::seed_from_u64(2026);
    let rows = (0..results()).map(|number| store::evaluation::row(&evaluation(number, &mut rng)));
    let rows = rows.collect::<Result<Vec<_>>>().expect("rows");
    env.write(&Actor::system(AGENCY), |tx| async move {
        insert_many(&tx, (0..results() / PARTS).map(plan).collect()).await?;
        insert_many(&tx, rows).await
    })
    .await
    .expect("stored");
    env
}

/// Changes a stored value directly in the database.
async fn falsify(env: &Env, number: u64, column: Column, word: &'static str) {
    env.write(&Actor::system(AGENCY), move |tx| async move {
        Entity::update_many()
            .col_expr(column, Expr::value(word))
            .filter(Column::Id.eq(id(0x90_0000 + u128::from(number))))
            .exec(tx.connection())
            .await?;
        Ok(())
    })
    .await
    .expect("changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_recompute_results_identically() {
    let sqlite = TestDb::sqlite().await.expect("a database");
    let postgres = TestDb::postgres().await.expect("a database");
    let mut documents: Vec<Vec<String>> = Vec::new();
    for db in std::iter::once(sqlite).chain(postgres) {
        let env = stored(&db.options, db.folder.path()).await;
        let (mut progress, results) = (Vec::new(), results());
        let done =
            recalculate(&env, 2026, true, |done, total| progress.push((done, total))).await.expect("done");
        assert_eq!((done.evaluations, done.total_deviating), (results, 0), "{:?}", done.deviating);
        assert_eq!(done.plain.0, results);
        let batches = (1..=results.div_ceil(BATCH as u64)).map(|batch| batch * BATCH as u64);
        let reports: Vec<_> = batches.map(|done| (done.min(results), results)).collect();
        assert_eq!(progress, reports, "one report a batch");
        let none = recalculate(&env, 2025, false, |_, _| ()).await.expect("done");
        assert_eq!(none.evaluations, 0);
        documents.push(
            Entity::find()
                .select_only()
                .column(Column::Detail)
                .order_by_asc(Column::Id)
                .into_tuple()
                .all(env.db.reader())
                .await
                .expect("documents"),
        );

        every_tree_adds_up(documents.last().expect("documents"));
        // The recalculation finds an altered value and names its field.
        falsify(&env, 7, Column::Predicate, "VERY_POOR_").await;
        assert!(recalculate(&env, 2026, false, |_, _| ()).await.is_err(), "an unknown predicate");
        let right = explained_predicate(&env, 7).await;
        let wrong = if right == "GOOD" { "POOR" } else { "GOOD" };
        falsify(&env, 7, Column::Predicate, wrong).await;
        let done = recalculate(&env, 2026, false, |_, _| ()).await.expect("done");
        assert_eq!(done.total_deviating, 1);
        let (found, deviations) = &done.deviating[0];
        assert_eq!(*found, EvaluationId(id(0x90_0007)));
        assert_eq!((deviations[0].field, deviations[0].stored.as_deref()), ("predicate", Some(wrong)));
        assert_eq!(deviations[0].computed.as_deref(), Some(right.as_str()));
    }
    assert!(documents.windows(2).all(|pair| pair[0] == pair[1]), "both databases store identical documents");
}

/// Checks that every stored tree follows its rules, and that both schemes and years with several plans occur.
fn every_tree_adds_up(documents: &[String]) {
    let mut kinds = std::collections::BTreeMap::<String, u64>::new();
    for document in documents {
        let detail: EvaluationDetail = serde_json::from_str(document).expect("a document");
        let tree = detail.score.expect("a tree");
        let rules =
            if tree.regulation == numeric().reference() { numeric() } else { &shipped_documents()[0] };
        assert_eq!(tree.verify(rules), []);
        *kinds.entry(tree.root.rule).or_default() += 1;
    }
    // For each scheme, a twentieth of the results belongs to years with several plans.
    let (years, others) = (results() / 20, results() * 9 / 20);
    let counts: Vec<(&str, u64)> = kinds.iter().map(|(rule, count)| (rule.as_str(), *count)).collect();
    assert_eq!(
        counts,
        [("DECISION", years), ("MATRIX", others), ("PREDICATE_BAND", others), ("YEAR_BAND", years)],
        "by rule of the root"
    );
}

/// The predicate at the root of an evaluation's explanation.
async fn explained_predicate(env: &Env, number: u64) -> String {
    let detail: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Detail)
        .filter(Column::Id.eq(id(0x90_0000 + u128::from(number))))
        .into_tuple()
        .all(env.db.reader())
        .await
        .expect("a document");
    let detail: EvaluationDetail = serde_json::from_str(&detail[0]).expect("a document");
    detail.score.expect("a tree").root.exact
}

#[test]
fn each_field_of_a_tree_is_compared() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let result = stored_result(evaluation(0, &mut rng));
    let document = &shipped_documents()[0];
    assert_eq!(result.compare(document).1, []);
    let altered = |change: &dyn Fn(&mut ScoreTree)| {
        let mut tree = result.tree.clone().expect("a tree");
        change(&mut tree);
        let changed = StoredResult { tree: Some(tree), inputs: result.inputs.clone(), ..result };
        let found = changed.compare(document).1;
        found.into_iter().map(|one| (one.node, one.field)).collect::<Vec<_>>()
    };
    let root = || Some("1".to_owned());
    assert_eq!(altered(&|tree| tree.root.exact = "GOOD_".to_owned()), [(root(), "exact")]);
    assert_eq!(altered(&|tree| tree.root.label.en.push('!')), [(root(), "label")]);
    assert_eq!(altered(&|tree| tree.root.source = None), [(root(), "source")]);
    assert_eq!(altered(&|tree| tree.regulation.version = 9), [(None, "regulation")]);
    let removed = altered(&|tree| tree.root.children.clear());
    assert!(removed.len() >= 2 && removed.iter().all(|(_, field)| *field == "node"), "{removed:?}");
}
