//! What a visitor of the demo finds: work that suits the post, consistent figures, special cases, and stories.

use super::{
    CALENDAR, Plan, SEED, city,
    planted::{LATE, LENIENT, SCHOOL, TRAINING_HOURS, TRAINING_TITLE},
    stories::{ADVISED, MENDED, MOVED, OBJECTED, REVISED, VACANT},
    work,
    year::share,
};
use domain::{
    assignment::Capacity,
    correction::CorrectionStatus,
    evaluation::{Evaluation, EvaluationKind, EvaluationStatus, Expectation, Predicate},
    event::EventKind,
    plan::{Plan as WorkPlan, PlanStatus, RevisionStatus},
    recommendation::RecommendationKind,
    training::{TrainingStatus, hours, recognised},
};
use service::{
    Env,
    db::Db,
    env::Clock,
    journal,
    testing::{TestDb, audit, journal_shipped, whole},
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const YEAR: i32 = 2026;

async fn generated(db: &TestDb, staff: u32, years: u32) -> Env {
    let connected = Db::connect(&db.options).await.expect("a connection");
    let now = format!("{YEAR}-10-15T02:00:00Z").parse().expect("an instant");
    let env = Env::new(connected, Clock::fixed(now), db.folder.path());
    let today = CALENDAR.day(env.now());
    let early = city(&env, &Plan { staff, years, seed: SEED, today }, |_| {}).await.expect("a city");
    assert!(early.is_empty(), "stories that ended early: {early:?}");
    journal_shipped(&env).await.expect("regulations");
    env
}

/// The plans and evaluations of the city, with the codes of units and positions.
struct Found {
    env: Env,
    units: BTreeMap<String, Uuid>,
    plans: Vec<WorkPlan>,
    evaluations: Vec<Evaluation>,
    posts: BTreeMap<Uuid, String>,
}

impl Found {
    async fn load(env: Env) -> Self {
        Self {
            units: whole::units(&env).await.expect("units"),
            posts: whole::posts(&env).await.expect("posts"),
            plans: whole::plans(&env).await.expect("plans"),
            evaluations: whole::evaluations(&env).await.expect("evaluations"),
            env,
        }
    }

    fn in_unit(&self, code: &str) -> Uuid {
        *self.units.get(code).unwrap_or_else(|| panic!("no unit {code}"))
    }

    fn of_year(&self, code: &str) -> Vec<&WorkPlan> {
        let unit = self.in_unit(code);
        let there = |plan: &&WorkPlan| plan.unit.0 == unit && chrono::Datelike::year(&plan.starts_on) == YEAR;
        self.plans.iter().filter(there).collect()
    }

    fn rated(&self) -> impl Iterator<Item = (&WorkPlan, &Evaluation)> {
        let plans: BTreeMap<_, _> = self.plans.iter().map(|plan| (plan.id, plan)).collect();
        let rated = self.evaluations.iter().filter(|one| one.predicate.is_some());
        rated.map(move |one| (plans[&one.plan], one))
    }

    /// The ids of objects with an entry of this kind.
    async fn entries(&self, kind: EventKind) -> Vec<Uuid> {
        whole::subjects(&self.env, kind).await.expect("entries")
    }
}

/// The mean achievement of an evaluation's realisations in percent of the targets of its period. Generated realisations
/// say what was due; those of the stories are of the third quarter.
fn achievement(plan: &WorkPlan, one: &Evaluation) -> i64 {
    let rows = plan.effective().map(|revision| revision.content.results.clone()).unwrap_or_default();
    let shares: Vec<i64> = one
        .detail
        .realisations
        .iter()
        .filter_map(|realisation| {
            let row = rows.iter().find(|row| row.id == realisation.result)?;
            let indicator = row.indicators.first()?;
            let target = indicator.target.min.hundredths() / 100;
            let said = realisation.text.split("dari target ").nth(1).and_then(|rest| rest.split(' ').next());
            let due = match said {
                Some(due) => due.parse().expect("a number"),
                None if work::is_level(&indicator.unit) => target,
                None => share(target, 3, 4),
            };
            Some(realisation.value?.hundredths() / due.max(1))
        })
        .collect();
    shares.iter().sum::<i64>() / i64::try_from(shares.len().max(1)).unwrap_or(1)
}

fn mean(values: &[i64]) -> i64 {
    values.iter().sum::<i64>() / i64::try_from(values.len().max(1)).unwrap_or(1)
}

both!(a_visitor_finds_what_the_documents_promise);

/// All checks use one city, because writing it and its journal takes nearly all of the time.
async fn a_visitor_finds_what_the_documents_promise(db: TestDb) {
    let found = Found::load(generated(&db, 400, 2).await).await;
    work_follows_the_post_and_ratings_follow_the_figures(&found);
    planted_special_cases_can_be_found(&found).await;
    stories(&found).await;
    the_journal_is_whole(&found.env).await;
}

fn work_follows_the_post_and_ratings_follow_the_figures(found: &Found) {
    let health = ["pasien", "obat", "kesehatan", "imunisasi", "keperawatan", "medis"];
    let school = ["mengajar", "murid", "perangkat ajar", "ketuntasan"];
    let mut seen = BTreeSet::new();
    for plan in &found.plans {
        let post = found.posts[&plan.assignment.0].as_str();
        let text = plan.revisions.iter().take(1).flat_map(|revision| &revision.content.results);
        let text: String = text
            .filter(|row| row.kind == domain::plan::ResultKind::Main)
            .map(|row| format!("{} {}\n", row.title, row.indicators[0].text).to_lowercase())
            .collect();
        let names = |words: &[&str]| words.iter().any(|word| text.contains(word));
        match post {
            "GURU-PT" | "GURU-MU" | "GURU-MA" | "KEPSEK" => {
                assert!(!names(&health), "{post}: {text}");
            }
            "DOKTER" | "PERAWAT" | "KAPUS" => assert!(!names(&school), "{post}: {text}"),
            _ => {}
        }
        let titles: Vec<&str> = text.lines().collect();
        assert_eq!(titles.iter().collect::<BTreeSet<_>>().len(), titles.len(), "twice: {text}");
        seen.insert(post.to_owned());
    }
    for post in ["SEKDA", "KEPSEK", "GURU-MU", "DOKTER", "PERAWAT", "KAPUS", "ANALIS", "PENGADMINISTRASI"] {
        assert!(seen.contains(post), "nobody is {post}");
    }
    let mut by_rating: BTreeMap<Expectation, Vec<i64>> = BTreeMap::new();
    let lenient = found.units.get(LENIENT);
    for (plan, one) in found.rated().filter(|(plan, _)| Some(&plan.unit.0) != lenient) {
        let achieved = achievement(plan, one);
        assert!((60..=150).contains(&achieved), "{achieved} percent");
        let rating = one.result_rating.expect("a rating");
        let fitting = match achieved {
            108.. => Expectation::Above,
            88.. => Expectation::AsExpected,
            _ => Expectation::Below,
        };
        assert_eq!(rating, fitting, "{achieved} percent");
        by_rating.entry(rating).or_default().push(achieved);
        let reasoned = one.detail.result_reason.is_some();
        assert_eq!(reasoned, rating != Expectation::AsExpected, "a reason unless as expected");
    }
    let [above, expected, below] = [Expectation::Above, Expectation::AsExpected, Expectation::Below]
        .map(|rating| mean(&by_rating[&rating]));
    assert!(above > expected + 5 && expected > below + 5, "{above}, {expected}, {below} percent");
    let all: usize = by_rating.values().map(Vec::len).sum();
    for (rating, few, many) in [(Expectation::Above, 5, 35), (Expectation::Below, 2, 20)] {
        let share = by_rating[&rating].len() * 100 / all;
        assert!((few..=many).contains(&share), "{share} percent are {rating:?}");
    }
}

async fn planted_special_cases_can_be_found(found: &Found) {
    // A lenient rater: everybody in the unit is rated very good.
    let unit = found.in_unit(LENIENT);
    let leads = |plan: &WorkPlan| found.posts[&plan.assignment.0] == "KAPUS";
    let lenient: Vec<_> = found.rated().filter(|(plan, _)| plan.unit.0 == unit && !leads(plan)).collect();
    assert!(lenient.len() > 4, "{} ratings", lenient.len());
    assert!(lenient.iter().all(|(_, one)| one.predicate == Some(Predicate::VeryGood)));
    // A late unit: late plans, and nobody's third quarter is final.
    let late = found.of_year(LATE);
    assert!(late.iter().any(|plan| plan.late) && late.len() > 1);
    assert!(found.plans.iter().filter(|plan| plan.unit.0 != found.in_unit(LATE)).all(|plan| !plan.late));
    let ids: BTreeSet<_> = late.iter().map(|plan| plan.id).collect();
    let third = |one: &&Evaluation| one.kind == EvaluationKind::Periodic && one.detail.reported_at.is_none();
    assert!(found.evaluations.iter().filter(third).any(|one| ids.contains(&one.plan)));
    // A school: trained teachers improve, the others stay the same.
    let school = found.in_unit(SCHOOL);
    let recommended = whole::recommendations(&found.env).await.expect("recommendations");
    let trained: BTreeSet<_> = recommended
        .into_iter()
        .filter(|made| made.kind == RecommendationKind::Training)
        .map(|made| made.staff.0)
        .collect();
    let of = |trained_ones: bool, this_year: bool| -> Vec<i64> {
        let rated = found.rated().filter(|(plan, _)| {
            let this = chrono::Datelike::year(&plan.starts_on) == YEAR;
            let teaches = found.posts[&plan.assignment.0].starts_with("GURU-");
            plan.unit.0 == school && teaches && this == this_year
        });
        let of = rated.filter(|(plan, _)| trained.contains(&plan.staff.0) == trained_ones);
        of.map(|(plan, one)| achievement(plan, one)).collect()
    };
    assert!(trained.len() > 1, "{} trained teachers", trained.len());
    let rise = mean(&of(true, true)) - mean(&of(true, false));
    let others = mean(&of(false, true)) - mean(&of(false, false));
    assert!(rise > 6 && rise > others + 5, "trained {rise}, others {others}");
    let counted = found.evaluations.iter().filter(|one| !one.detail.trainings.is_empty());
    assert_eq!(counted.map(|one| one.staff.0).collect::<BTreeSet<_>>(), trained);
}

async fn the_journal_is_whole(env: &Env) {
    assert_eq!(audit::findings(env).await.expect("entries"), Vec::<String>::new());
    journal::sequence(env).await.expect("numbers");
    let report = journal::verify(env, Vec::new(), |_| {}).await.expect("an audit");
    assert_eq!(report.findings, []);
}

/// The stories of the third quarter, each to its end.
async fn stories(found: &Found) {
    let mut people = BTreeSet::new();
    // Revised after a return.
    let revised: Vec<_> =
        found.of_year(REVISED).into_iter().filter(|plan| plan.revisions.len() > 1).collect();
    assert!(revised.len() > 2, "{} revised plans", revised.len());
    for plan in &revised {
        let last = plan.revisions.last().expect("a revision").status;
        assert!(matches!(last, RevisionStatus::Approved | RevisionStatus::Submitted), "{last:?}");
        people.insert(plan.staff);
    }
    let reviewed = found.entries(EventKind::PlanReviewed).await;
    assert!(revised.iter().all(|plan| reviewed.contains(&plan.id.0)));
    // Transferred: a closed plan before, an approved one with a rated quarter after.
    let moved: Vec<_> = found
        .of_year(MOVED.1)
        .into_iter()
        .filter(|plan| chrono::Datelike::month(&plan.starts_on) == 7)
        .collect();
    assert!(!moved.is_empty());
    for plan in &moved {
        assert_eq!(plan.status, PlanStatus::Approved);
        let old =
            found.of_year(MOVED.0).into_iter().find(|old| old.staff == plan.staff).expect("the old plan");
        assert!(old.ends_on < plan.starts_on);
        third_quarter_is_final(found, plan);
        people.insert(plan.staff);
    }
    // Vacant posts with acting heads, who rated the third quarter.
    let acting = whole::delegations(&found.env).await.expect("delegations");
    assert_eq!(acting.len(), VACANT.len());
    assert!(acting.iter().all(|row| row.capacity == Capacity::Plt));
    for (vacant, _) in VACANT {
        let team: Vec<_> =
            found.of_year(vacant).into_iter().filter(|plan| plan.status == PlanStatus::Approved).collect();
        assert!(!team.is_empty(), "nobody works in {vacant}");
        for plan in team {
            assert_eq!(plan.rater.capacity, Capacity::Plt);
            third_quarter_is_final(found, plan);
            people.insert(plan.staff);
        }
    }
    // Feedback that the superior of its author has read.
    let given = found.entries(EventKind::FeedbackGiven).await.len();
    let advised = found.of_year(ADVISED);
    assert!(given >= 2 * (advised.len() - 1).min(6), "{given} remarks");
    let read = whole::count(&found.env, "access_log").await.expect("a count");
    assert!(read > 2, "{read} reads");
    people.extend(advised.iter().skip(1).take(6).map(|plan| plan.staff));
    // Feedback in confidence, released without authors, and a reply.
    for (kind, count) in [(EventKind::FeedbackReleased, 3), (EventKind::FeedbackReplied, 1)] {
        assert_eq!(found.entries(kind).await.len(), count, "{kind}");
    }
    // A coaching and a counselling; one of three agreements is completed.
    for (kind, count) in [(EventKind::DialogueHeld, 2), (EventKind::AgreementCompleted, 1)] {
        assert_eq!(found.entries(kind).await.len(), count, "{kind}");
    }
    // Corrected results.
    let unit = found.in_unit(MENDED);
    let mended: Vec<_> = found
        .rated()
        .filter(|(plan, one)| plan.unit.0 == unit && !one.detail.reopenings.is_empty())
        .collect();
    assert!(mended.len() > 2, "{} mended results", mended.len());
    for (plan, one) in mended {
        assert_eq!((one.status, one.result_rating), (EvaluationStatus::Final, Some(Expectation::Above)));
        people.insert(plan.staff);
    }
    // Objections to results of the year before: changed, upheld, a day late.
    for (kind, count) in [
        (EventKind::ObjectionFiled, 2),
        (EventKind::ObjectionAnswered, 4),
        (EventKind::ObjectionDecided, 2),
        (EventKind::ObjectionInadmissible, 1),
    ] {
        assert_eq!(found.entries(kind).await.len(), count, "{kind}");
    }
    let unit = found.in_unit(OBJECTED);
    let decided: Vec<_> = found
        .rated()
        .filter(|(plan, one)| plan.unit.0 == unit && one.detail.objection.is_some())
        .map(|(_, one)| (one.status, one.detail.objection.and_then(|mark| mark.outcome)))
        .collect();
    assert!(
        decided.iter().all(|(status, outcome)| *status == EvaluationStatus::Decided && outcome.is_some())
    );
    assert_eq!(decided.len(), 2, "{decided:?}");
    trainings(found).await;
    corrections(found).await;
    assert!(people.len() >= 15, "{} people have stories", people.len());
}

/// A teacher's certificate counts once, those of the trained teachers count, and one training waits for the team.
async fn trainings(found: &Found) {
    let all = whole::trainings(&found.env).await.expect("trainings");
    let (stories, planted): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|training| training.title != TRAINING_TITLE);
    assert!(planted.len() > 1, "{} trained teachers", planted.len());
    for training in &planted {
        let counted = hours(std::slice::from_ref(training), YEAR);
        assert_eq!((counted, training.recommendation.is_some()), (TRAINING_HOURS, true));
    }
    let (waiting, verified): (Vec<_>, Vec<_>) =
        stories.into_iter().partition(|training| training.status == TrainingStatus::Recorded);
    assert_eq!((waiting.len(), verified.len(), hours(&verified, YEAR)), (1, 2, 12));
    let plan = verified[0].supports.as_ref().expect("a plan").plan;
    let days = chrono::NaiveDate::from_ymd_opt(YEAR, 7, 1).expect("a day")
        ..=chrono::NaiveDate::from_ymd_opt(YEAR, 9, 30).expect("a day");
    let shown = recognised(&verified, plan, &days);
    let same = shown.iter().filter_map(|one| one.registered.as_ref()?.same_as.as_ref());
    assert_eq!((shown.len(), same.count()), (2, 1));
}

/// A name was corrected, with the change of the record, and one request waits for an admin within five working days.
async fn corrections(found: &Found) {
    let all = whole::corrections(&found.env).await.expect("corrections");
    let [fixed, waiting] = &all[..] else { panic!("{all:?}") };
    let change = fixed.resolution.as_ref().and_then(|answer| answer.change.as_ref()).expect("a change");
    assert_eq!((fixed.status, change.kind), (CorrectionStatus::Fixed, EventKind::StaffUpdated));
    let due = chrono::NaiveDate::from_ymd_opt(YEAR, 10, 20).expect("a day");
    assert_eq!((waiting.status, waiting.due_on), (CorrectionStatus::Requested, due));
}

fn third_quarter_is_final(found: &Found, plan: &WorkPlan) {
    let of_plan =
        found.evaluations.iter().filter(|one| one.plan == plan.id && one.kind == EvaluationKind::Periodic);
    let finished: Vec<_> = of_plan.filter(|one| one.detail.self_note.is_some()).collect();
    assert_eq!(finished.len(), 1, "a report with a note");
    assert_eq!(finished[0].status, EvaluationStatus::Final);
}

/// The control: on another day there are no stories, and each object has one entry.
#[tokio::test]
async fn there_are_no_stories_on_other_days() {
    let db = TestDb::sqlite().await.expect("a database");
    let connected = Db::connect(&db.options).await.expect("a connection");
    let env = Env::new(
        connected,
        Clock::fixed("2026-08-20T02:00:00Z".parse().expect("an instant")),
        db.folder.path(),
    );
    let today = CALENDAR.day(env.now());
    city(&env, &Plan { staff: 250, years: 1, seed: SEED, today }, |_| {}).await.expect("a city");
    assert_eq!(whole::count(&env, "delegation").await.expect("a count"), 0);
    let changed = whole::count(&env, "event WHERE subject_version > 1").await.expect("a count");
    assert_eq!(changed, 0);
    let rated = whole::count(&env, "evaluation").await.expect("a count");
    let plans = whole::count(&env, "plan").await.expect("a count");
    assert!(rated > plans);
}
