//! People of the section with results of two years, written as a batch: one row a person.

use crate::support::{Person, TestApp};
use chrono::NaiveDate;
use domain::{
    Decimal,
    assignment::{Assignment, Capacity, DatedSuperior},
    evaluation::{
        Evaluation, EvaluationDetail, EvaluationKind, EvaluationStatus, Expectation, Predicate, Realisation,
        ValueRating,
    },
    id::{
        AssignmentId, CriterionId, EvaluationId, IndicatorId, PeriodId, PlanId, RecommendationId, ResultId,
        RevisionId, StaffId, TrainingId, UnitId,
    },
    period::{Cycle, NewYear, open_year},
    plan::{
        Approach, Aspect, Direction, Indicator, Plan, PlanContent, PlanResult, PlanRevision, PlanStatus,
        RaterSnapshot, ResultKind, RevisionStatus, Target,
    },
    recommendation::{Recommendation, RecommendationKind, RecommendationStatus},
    regulation::{self, RegulationRef},
    scoring::{CountsFor, Label, RecognisedTraining, Registered},
    staff::{EmploymentKind, Staff, StaffStatus},
    time::Instant,
};
use service::{
    env::fresh_id,
    synthetic::{self, Batch},
    testing::{city, id, sql},
};

/// A person, by their results.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The result of 2025: predicate and values.
    pub before: Option<(Predicate, &'static [Expectation])>,
    pub recommended: Option<RecommendationKind>,
    pub then: Then,
}

/// The result of 2026, or the reason why there is none.
#[derive(Clone, Copy, Debug)]
pub enum Then {
    Result(Predicate, &'static [Expectation], Trained),
    Unrated,
    Left,
    Moved,
}

/// The trainings of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trained {
    No,
    Yes,
    /// The certificate of another training, which counts already.
    Again,
}

/// The rows of the manager's plans: one in both years, one only in 2026, and one to which nobody contributes.
pub struct Rows {
    both: [ResultId; 2],
    later: ResultId,
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

/// The year before that of the small city.
pub const BEFORE: PeriodId = PeriodId(uuid::Uuid::from_u128(0x5100));

/// Writes the year 2025, the plans of the manager and the people of the section.
pub async fn write(app: &TestApp, cases: &[Case]) -> Rows {
    let mut batch = Batch::new(city::AGENCY);
    let founded = at("2025-01-02T02:00:00Z");
    let mut number = 0;
    let ids = || {
        number += 1;
        PeriodId(id(0x5100 + number - 1))
    };
    let new = NewYear {
        year: 2025,
        cycle: Cycle::Quarterly,
        plan_deadline: None,
        report_days: None,
        rating_days: None,
    };
    for period in open_year(city::AGENCY, &new, ids).expect("a year") {
        batch.period(&period, founded).expect("a row");
    }
    let rows = manager(&mut batch);
    insert(app, batch).await;
    add(app, cases, &rows).await;
    rows
}

/// Writes more people of the section.
pub async fn add(app: &TestApp, cases: &[Case], rows: &Rows) {
    let mut batch = Batch::new(city::AGENCY);
    for case in cases {
        person(&mut batch, case, rows);
    }
    insert(app, batch).await;
}

async fn insert(app: &TestApp, batch: Batch) {
    // Only an unfinished synthetic city is written in batches.
    sql(&app.env, "INSERT INTO meta (key, value) VALUES ('synthetic', 'begun')").await.expect("a mark");
    synthetic::write(app.env.clone(), batch).await.expect("rows");
    sql(&app.env, "DELETE FROM meta WHERE key = 'synthetic'").await.expect("no mark");
}

fn person(batch: &mut Batch, case: &Case, rows: &Rows) {
    let staff = StaffId(fresh_id());
    let left = matches!(case.then, Then::Left);
    let since = day(2025, 1, 1);
    let until = matches!(case.then, Then::Left | Then::Moved).then(|| day(2026, 7, 1));
    let one = Staff {
        id: staff,
        agency: city::AGENCY,
        nip: None,
        name: "Anggota".to_owned(),
        employment_kind: EmploymentKind::Pns,
        status: if left { StaffStatus::Ended } else { StaffStatus::Active },
        ended_on: left.then(|| day(2026, 6, 30)),
        end_reason: left.then(|| "Pensiun".to_owned()),
        external_id: Some(staff.0.to_string()),
        source: None,
        version: 1,
    };
    batch.staff(&one, at("2025-01-02T02:00:00Z")).expect("a row");
    let above = [Person::Manager, Person::Head, Person::Secretary, Person::Mayor];
    let post = assigned(batch, staff, (city::SECTION, &above), (since, until));
    let plan = |batch: &mut Batch, year, assignment, serves: &[ResultId]| {
        let rows = serves
            .iter()
            .map(|serves| row(ResultId(fresh_id()), "Layanan tertib", Some(*serves), "Berkas selesai", 12));
        let plan = planned(year, (staff, assignment, city::SECTION), rater(Person::Manager), rows.collect());
        batch.plan(&plan, plan.created_at).expect("a row");
        plan
    };
    if let Some((predicate, values)) = case.before {
        let plan = plan(batch, BEFORE, post, &rows.both[..1]);
        let result =
            rated(&plan, predicate, EvaluationDetail { behaviour_ratings: given(values), ..<_>::default() });
        batch.evaluation(&result, at("2026-01-20T02:00:00Z")).expect("a row");
        if let Some(kind) = case.recommended {
            let made = Recommendation {
                id: RecommendationId(fresh_id()),
                agency: city::AGENCY,
                evaluation: result.id,
                staff,
                author: Person::Manager.staff(),
                kind,
                text: "Perlu dikembangkan".to_owned(),
                made_at: at("2026-01-21T02:00:00Z"),
                status: RecommendationStatus::Open,
                follow_up: None,
                version: 1,
            };
            batch.recommendation(&made).expect("a row");
        }
    }
    match case.then {
        Then::Result(predicate, values, trained) => {
            let plan = plan(batch, city::YEAR, post, &[rows.both[1], rows.later]);
            let detail = EvaluationDetail {
                behaviour_ratings: given(values),
                trainings: trainings(trained),
                ..<_>::default()
            };
            batch.evaluation(&rated(&plan, predicate, detail), at("2027-01-20T02:00:00Z")).expect("a row");
        }
        Then::Unrated => {
            plan(batch, city::YEAR, post, &rows.both[1..]);
        }
        Then::Left => {}
        Then::Moved => {
            let above = [Person::Stranger, Person::Secretary, Person::Mayor];
            assigned(batch, staff, (city::OTHER_OFFICE, &above), (day(2026, 7, 1), None));
        }
    }
}

/// The manager's plans and final results of both years.
fn manager(batch: &mut Batch) -> Rows {
    let who = (Person::Manager.staff(), Person::Manager.assignment(), city::SECTION);
    let rows = Rows { both: [ResultId(fresh_id()), ResultId(fresh_id())], later: ResultId(fresh_id()) };
    let pupils = "Murid yang mencapai ketuntasan belajar";
    let unlinked = || row(ResultId(fresh_id()), "Arsip tertib", None, "Arsip", 4);
    for (year, content, value) in [
        (BEFORE, vec![row(rows.both[0], "Mutu pembelajaran", None, pupils, 80), unlinked()], 76),
        (
            city::YEAR,
            vec![
                // The same indicator, written a little differently.
                row(rows.both[1], "Mutu pembelajaran", None, &format!("{} ", pupils.to_uppercase()), 85),
                row(rows.later, "Sekolah aman", None, "Kegiatan pencegahan perundungan", 10),
                unlinked(),
            ],
            86,
        ),
    ] {
        let plan = planned(year, who, rater(Person::Head), content);
        let reported = Realisation {
            result: plan.revisions[0].content.results[0].id,
            indicator: Some(plan.revisions[0].content.results[0].indicators[0].id),
            value: Some(Decimal::whole(value)),
            text: "Tercapai".to_owned(),
            evidence: Vec::new(),
        };
        batch.plan(&plan, plan.created_at).expect("a row");
        let detail = EvaluationDetail { realisations: vec![reported], ..<_>::default() };
        batch.evaluation(&rated(&plan, Predicate::Good, detail), plan.created_at).expect("a row");
    }
    rows
}

fn assigned(
    batch: &mut Batch,
    staff: StaffId,
    (unit, above): (UnitId, &[Person]),
    (from, until): (NaiveDate, Option<NaiveDate>),
) -> AssignmentId {
    let superior = above[0].assignment();
    let assignment = Assignment {
        id: AssignmentId(fresh_id()),
        agency: city::AGENCY,
        staff,
        unit,
        position: city::POSITION,
        rank: Some("III/a".to_owned()),
        superior: Some(superior),
        superiors: vec![DatedSuperior { superior, from, after_end: false }],
        capacity: Capacity::Definitive,
        leads: false,
        valid_from: from,
        valid_to: until,
        never_held: false,
        version: 1,
    };
    let above: Vec<AssignmentId> = above.iter().map(|who| who.assignment()).collect();
    batch.assignment(&assignment, &above, at("2025-01-02T02:00:00Z")).expect("a row");
    assignment.id
}

fn rater(who: Person) -> RaterSnapshot {
    let above = who.superior().expect("a superior");
    RaterSnapshot {
        assignment: who.assignment(),
        staff: who.staff(),
        name: who.name(),
        nip: who.nip(),
        position: "Analis Contoh".to_owned(),
        unit_name: "Bidang Contoh".to_owned(),
        capacity: Capacity::Definitive,
        superior_assignment: Some(above.assignment()),
        superior_staff: Some(above.staff()),
    }
}

fn row(id: ResultId, title: &str, serves: Option<ResultId>, indicator: &str, target: i64) -> PlanResult {
    PlanResult {
        id,
        kind: ResultKind::Main,
        title: title.to_owned(),
        serves,
        provisional: false,
        assigned_by: serves.is_none().then(|| "Pimpinan".to_owned()),
        indicators: vec![Indicator {
            id: IndicatorId(fresh_id()),
            aspect: Some(Aspect::Quantity),
            perspective: None,
            text: indicator.to_owned(),
            target: Target::value(Decimal::whole(target)),
            unit: "persen".to_owned(),
            direction: Direction::HigherIsBetter,
            target_is_maximum: false,
        }],
        action_plans: Vec::new(),
    }
}

fn planned(
    year: PeriodId,
    (staff, assignment, unit): (StaffId, AssignmentId, UnitId),
    rater: RaterSnapshot,
    results: Vec<PlanResult>,
) -> Plan {
    let number = if year == BEFORE { 2025 } else { 2026 };
    let created_at = at(&format!("{number}-01-10T02:00:00Z"));
    Plan {
        id: PlanId(fresh_id()),
        agency: city::AGENCY,
        assignment,
        staff,
        unit,
        period: year,
        status: PlanStatus::Approved,
        starts_on: day(number, 1, 1),
        ends_on: day(number, 12, 31),
        rater,
        form: None,
        kept: Vec::new(),
        late: false,
        copied_from: None,
        revisions: vec![PlanRevision {
            id: RevisionId(fresh_id()),
            number: 1,
            status: RevisionStatus::Approved,
            reason: None,
            content: PlanContent {
                results,
                behaviour_expectations: Vec::new(),
                approach: Approach::Quantitative,
            },
            created_at,
            decided_at: Some(created_at),
        }],
        created_at,
        submitted_at: Some(created_at),
        decided_at: Some(created_at),
        decision_note: None,
        version: 1,
    }
}

fn rated(plan: &Plan, predicate: Predicate, detail: EvaluationDetail) -> Evaluation {
    let finalised_at = plan.created_at + chrono::Duration::days(375);
    Evaluation {
        id: EvaluationId(fresh_id()),
        agency: city::AGENCY,
        plan: plan.id,
        assignment: plan.assignment,
        staff: plan.staff,
        unit: plan.unit,
        period: plan.period,
        kind: EvaluationKind::Annual,
        status: EvaluationStatus::Closed,
        rater: plan.rater.clone(),
        form: None,
        regulation: RegulationRef { code: regulation::PERMENPANRB_6_2022.to_owned(), version: 1 },
        detail,
        result_rating: Some(Expectation::AsExpected),
        behaviour_rating: Some(Expectation::AsExpected),
        predicate: Some(predicate),
        unit_predicate: None,
        delivered_at: Some(finalised_at),
        finalised_at: Some(finalised_at),
        objection_until: Some((finalised_at + chrono::Duration::days(14)).date_naive()),
        version: 1,
    }
}

fn given(values: &[Expectation]) -> Vec<ValueRating> {
    let value = |(number, rating): (u128, &Expectation)| ValueRating {
        criterion: CriterionId(id(0x8000 + number)),
        rating: *rating,
        note: None,
    };
    (1..).zip(values).map(value).collect()
}

fn trainings(trained: Trained) -> Vec<RecognisedTraining> {
    let recognised = |same_as: Option<&str>| RecognisedTraining {
        reference: "BPSDM, 7".to_owned(),
        title: "Asesmen kelas".to_owned(),
        hours: 32,
        counts_for: CountsFor::Results,
        of: Some("Layanan tertib".to_owned()),
        registered: Some(Registered {
            training: TrainingId(fresh_id()),
            kind: Label::same("Lokakarya"),
            same_as: same_as.map(str::to_owned),
        }),
    };
    match trained {
        Trained::No => Vec::new(),
        Trained::Yes => vec![recognised(None)],
        Trained::Again => vec![recognised(Some("\"Asesmen kelas\" (2025)"))],
    }
}
