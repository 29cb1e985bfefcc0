use super::{ACTS_A_DAY, Act, Colleagues};
use crate::{CALENDAR, EMPLOYEE, Plan, SEED};
use service::{
    Env,
    db::Db,
    env::Clock,
    journal, synthetic,
    testing::{TestDb, audit, city, journal_shipped, whole},
};

const NOW: &str = "2026-10-15T02:00:00Z";

async fn at(db: &TestDb) -> Env {
    let connected = Db::connect(&db.options).await.expect("a connection");
    Env::new(connected, Clock::fixed(NOW.parse().expect("an instant")), db.folder.path())
}

async fn in_a_city(db: &TestDb) -> Env {
    let env = at(db).await;
    let today = CALENDAR.day(env.now());
    let plan = Plan { staff: 60, years: 1, seed: SEED, today };
    crate::city(&env, &plan, |_| {}).await.expect("a city");
    journal_shipped(&env).await.expect("regulations");
    env
}

async fn entries(env: &Env) -> i64 {
    whole::count(env, "event").await.expect("a count")
}

both!(they_act_through_the_use_cases_and_the_journal_verifies);

async fn they_act_through_the_use_cases_and_the_journal_verifies(db: TestDb) {
    let env = in_a_city(&db).await;
    let mut colleagues = Colleagues::of(&env, ACTS_A_DAY).await.expect("a query").expect("a city");
    let before = entries(&env).await;
    let mut acts = Vec::new();
    for _ in 0..64 {
        acts.push(colleagues.act().await.expect("an act"));
    }
    for act in [Act::Reported, Act::Reviewed, Act::Advised, Act::Planned] {
        assert!(acts.contains(&act), "{act:?} is missing in {acts:?}");
    }
    let refused = acts.iter().filter(|act| **act == Act::Refused).count();
    assert!(refused <= 4, "{acts:?}");
    assert!(entries(&env).await > before + 48);
    // Every second act concerns the employee.
    let of_employee: Vec<_> = acts.iter().step_by(2).collect();
    assert!(of_employee.iter().all(|act| matches!(act, Act::Reviewed | Act::Advised)), "{of_employee:?}");
    assert_eq!(audit::findings(&env).await.expect("entries"), Vec::<String>::new());
    journal::sequence(&env).await.expect("numbers");
    let report = journal::verify(&env, Vec::new(), |_| {}).await.expect("an audit");
    assert_eq!(report.findings, []);
}

both!(they_rest_when_the_acts_of_the_day_are_used_up);

async fn they_rest_when_the_acts_of_the_day_are_used_up(db: TestDb) {
    let env = in_a_city(&db).await;
    let mut colleagues = Colleagues::of(&env, 10).await.expect("a query").expect("a city");
    let mut acted = 0;
    for _ in 0..30 {
        acted += u32::from(colleagues.act().await.expect("an act") != Act::Rested);
    }
    assert!((1..=10).contains(&acted), "{acted}");
    let before = entries(&env).await;
    assert_eq!(colleagues.act().await.expect("an act"), Act::Rested);
    assert_eq!(entries(&env).await, before, "who rests writes nothing");
    // A restarted server does not begin again.
    let mut again = Colleagues::of(&env, 10).await.expect("a query").expect("a city");
    let mut more = 0;
    while again.act().await.expect("an act") != Act::Rested {
        more += 1;
        assert!(more <= 10);
    }
    assert!(more < 10, "{more} more after a restart");
    // The next day begins with all acts.
    env.clock.set(env.now() + chrono::Duration::days(1));
    assert_ne!(colleagues.act().await.expect("an act"), Act::Rested);
}

both!(the_employees_reports_of_a_day_are_bounded);

async fn the_employees_reports_of_a_day_are_bounded(db: TestDb) {
    let env = in_a_city(&db).await;
    let mut colleagues = Colleagues::of(&env, ACTS_A_DAY).await.expect("a query").expect("a city");
    let (_, employee) = synthetic::reader(&env).person(EMPLOYEE).await.expect("a query").expect("a login");
    let mut reached = 0;
    for turn in 0..160 {
        let act = colleagues.act().await.expect("an act");
        reached += u32::from(turn % 2 == 0 && matches!(act, Act::Reviewed | Act::Advised));
    }
    assert_eq!(reached, 80, "each second act still reaches the employee");
    let midnight = CALENDAR.start_of(CALENDAR.day(env.now()));
    let reports = synthetic::reader(&env).reports_since(employee, midnight).await.expect("a count");
    assert!((1..=12).contains(&reports), "{reports}");
}

#[tokio::test]
async fn they_do_nothing_in_a_real_city() {
    let db = TestDb::sqlite().await.expect("a database");
    let env = at(&db).await;
    assert!(Colleagues::of(&env, 10).await.expect("a query").is_none(), "an empty database");
    city::found(&env).await.expect("a city");
    assert!(Colleagues::of(&env, 10).await.expect("a query").is_none(), "real data");
}
