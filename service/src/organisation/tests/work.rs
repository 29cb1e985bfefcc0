//! Plans, evaluations and activities in the random organisations. After each change, unfinished work has the rater that
//! a new search finds, and each unfinished evaluation without a rater is listed in the problems.

use super::*;
use crate::{
    activity::{ActivityRow, RecordActivities, record_activities},
    batch::Row,
    env::fresh_id,
    plan::{
        ActionPlanInput, ContentInput, CreatePlan, IndicatorInput, ResultInput, ReviewPlan, SubmitPlan,
        create_plan, review_plan, submit_plan,
    },
};
use domain::{
    activity::{Activity, ActivityInput, ActivityStatus},
    decision::Decision,
    evaluation::Evaluation,
    id::{DelegationId, PlanId},
    plan::{Approach, Aspect, Direction, Plan, PlanStatus, ResultKind, Target},
};

/// The unfinished work as stored.
pub(super) struct Work {
    plans: Vec<Plan>,
    evaluations: Vec<Evaluation>,
    activities: Vec<Activity>,
}

impl Work {
    async fn load(env: &Env) -> Result<Self> {
        let source = env.db.source();
        let mut plans = store::plan::load(source, Condition::all()).await?;
        let cancelled: BTreeSet<PlanId> =
            plans.iter().filter(|one| one.status == PlanStatus::Cancelled).map(|one| one.id).collect();
        plans.retain(|one| !one.status.is_terminal());
        let mut evaluations = store::evaluation::load(source, Condition::all()).await?;
        evaluations.retain(|one| one.status.is_unfinished() && !cancelled.contains(&one.plan));
        let mut activities = store::activity::load(source, Condition::all()).await?;
        let over = [ActivityStatus::Approved, ActivityStatus::Discarded];
        activities.retain(|one| !over.contains(&one.status));
        Ok(Self { plans, evaluations, activities })
    }
}

/// Lets everyone who has a rater write a plan, and the rater approve it.
pub(super) async fn planned(env: &Env) -> Result<()> {
    for who in city::PEOPLE.into_iter().filter(|who| who.superior().is_some()) {
        let owner = load_actor_in(env.db.reader(), env.now(), city::AGENCY, who.staff()).await?;
        let input = CreatePlan {
            assignment: who.assignment(),
            period: city::YEAR,
            content: Some(content()),
            copy_from: None,
        };
        let plan = create_plan(env, &owner, IdempotencyKey::NONE, input).await?;
        submit_plan(env, &owner, IdempotencyKey::NONE, SubmitPlan { plan, expected_version: 1 }).await?;
        let Some(rater) = who.superior().map(city::Person::staff) else { continue };
        let rater = load_actor_in(env.db.reader(), env.now(), city::AGENCY, rater).await?;
        let input = ReviewPlan { plan, expected_version: 2, decision: Decision::Approve };
        review_plan(env, &rater, IdempotencyKey::NONE, input).await?;
        let rows = vec![Row::well_formed(activity(env))];
        record_activities(env, &owner, IdempotencyKey::NONE, RecordActivities { plan, rows }).await?;
    }
    Ok(())
}

fn content() -> ContentInput {
    let indicator = IndicatorInput {
        id: None,
        aspect: Some(Aspect::Quantity),
        perspective: None,
        text: "Dokumen selesai".to_owned(),
        target: Target::value(domain::Decimal::whole(12)),
        unit: "dokumen".to_owned(),
        direction: Direction::HigherIsBetter,
        target_is_maximum: false,
    };
    let row = ResultInput {
        id: None,
        kind: ResultKind::Main,
        title: "Layanan tertib".to_owned(),
        serves: None,
        provisional: true,
        assigned_by: None,
        indicators: vec![indicator],
        action_plans: vec![ActionPlanInput {
            id: None,
            period: city::quarter(1),
            text: "Menyusun dokumen".to_owned(),
            target: None,
        }],
    };
    ContentInput { approach: Approach::Quantitative, results: vec![row], behaviour_expectations: Vec::new() }
}

fn activity(env: &Env) -> ActivityRow {
    let input = ActivityInput {
        result: None,
        action_plan: None,
        started_at: env.now() - Duration::hours(2),
        ended_at: env.now() - Duration::hours(1),
        description: "Menyusun dokumen".to_owned(),
        realisation: None,
        measure: None,
        evidence: Vec::new(),
        claimed_at: None,
    };
    ActivityRow { edit: None, client_key: Some(fresh_id()), input }
}

impl World<'_> {
    /// Checks that unfinished work has the rater that a new search finds, and that unfinished evaluations that nobody
    /// can rate are listed.
    pub(super) async fn work(&self) -> Result<Option<String>> {
        let source = self.env.db.source();
        let work = Work::load(self.env).await?;
        let posts: BTreeMap<AssignmentId, &Assignment> = self.posts.iter().map(|one| (one.id, one)).collect();
        let found = problems(source, city::AGENCY, &Among::Agency, self.today, self.today).await?;
        let listed: BTreeSet<AssignmentId> = found.iter().filter_map(|one| one.assignment).collect();
        let mut raters = Raters::on(city::AGENCY, self.today);
        for one in &work.plans {
            let Some(rater) = raters.snapshot(source, posts[&one.assignment]).await? else { continue };
            if rater != one.rater {
                return Ok(Some(format!("plan {}: {:?} instead of {rater:?}", one.id, one.rater)));
            }
        }
        for one in &work.activities {
            let Some(rater) = raters.snapshot(source, posts[&one.assignment]).await? else { continue };
            if one.renew_rater(&rater) != *one {
                return Ok(Some(format!("activity {}: not {rater:?}", one.id)));
            }
        }
        for one in &work.evaluations {
            let of = posts[&one.assignment];
            let can_be_rated = matches!(raters.find(source, of).await?, WhoRates::Person(_));
            if !can_be_rated && !listed.contains(&of.id) {
                return Ok(Some(format!("evaluation {} of {} has nobody to rate it", one.id, of.id)));
            }
            let Some(rater) = raters.snapshot(source, of).await? else { continue };
            if rater != one.rater {
                return Ok(Some(format!("evaluation {}: {:?} instead of {rater:?}", one.id, one.rater)));
            }
        }
        Ok(None)
    }
}

/// A city on a day.
async fn city_on(db: &TestDb, now: &str) -> Env {
    let connected = Db::connect(&db.options).await.expect("a connection");
    let env = Env::new(connected, Clock::fixed(now.parse().expect("an instant")), db.folder.path());
    city::found(&env).await.expect("a city");
    planned(&env).await.expect("plans");
    env
}

async fn acts_for(env: &Env, post: city::Person, who: city::Person, until: Option<&str>) -> DelegationId {
    let world = World::load(env).await;
    let delegation = DelegationInput {
        delegate: who.staff(),
        capacity: Capacity::Plt,
        valid_from: world.today,
        valid_to: until.map(|day| day.parse().expect("a day")),
        reason: "Uji".to_owned(),
    };
    let input = Delegate { assignment: post.assignment(), delegation };
    let made = delegate(env, &world.admin, IdempotencyKey::NONE, input, false).await.expect("delegated");
    made.done.expect("a delegation")
}

async fn leaves(env: &Env, who: city::Person, last_day: &str, successor: Option<city::Person>) {
    let world = World::load(env).await;
    let people = store::staff::by_ids(env.db.source(), city::AGENCY, &[who.staff()]).await.expect("a person");
    let input = EndStaff {
        staff: who.staff(),
        expected_version: people[&who.staff()].version,
        last_day: last_day.parse().expect("a day"),
        reason: "Pensiun".to_owned(),
        successor: successor.map(city::Person::assignment),
    };
    end_staff(env, &world.admin, IdempotencyKey::NONE, input, false).await.expect("ended");
}

async fn no_fault(env: &Env) {
    assert_eq!(World::load(env).await.work().await.expect("a check"), None);
}

/// The raters of the unfinished evaluations of an assignment.
async fn raters_of(env: &Env, of: AssignmentId) -> BTreeSet<StaffId> {
    let work = Work::load(env).await.expect("the work");
    work.evaluations.iter().filter(|one| one.assignment == of).map(|one| one.rater.staff).collect()
}

async fn ends(env: &Env, delegation: DelegationId) {
    let world = World::load(env).await;
    let input = EndDelegation { delegation, expected_version: 1, to: None, reason: "Selesai".to_owned() };
    end_delegation(env, &world.admin, IdempotencyKey::NONE, input, false).await.expect("ended");
}

/// Places the head below the head of the other office, so that there is a level between the head and the secretary, who
/// rates the admin.
async fn below_the_stranger(env: &Env) {
    let world = World::load(env).await;
    let input = AssignSuperior {
        assignment: city::Person::Head.assignment(),
        expected_version: 1,
        superior: city::Person::Stranger.assignment(),
        from: "2026-02-01".parse().expect("a day before the head leaves"),
        reason: "Uji".to_owned(),
    };
    assign_superior(env, &world.admin, IdempotencyKey::NONE, input, false).await.expect("assigned");
}

/// The rater of a person who acts for their next two superiors is three levels above. A person who acts for the post
/// below their own is in the chain twice.
async fn an_acting_head_follows_changes_far_above(db: TestDb) {
    let env = city_on(&db, "2026-03-02T02:00:00Z").await;
    use city::Person::{Auditor, Employee, Head, Manager, Outsider, Stranger};
    below_the_stranger(&env).await;
    leaves(&env, Manager, "2026-03-01", None).await;
    let of_manager = acts_for(&env, Manager, Head, None).await;
    let above = acts_for(&env, Stranger, Auditor, None).await;
    no_fault(&env).await;
    ends(&env, above).await;
    no_fault(&env).await;

    ends(&env, of_manager).await;
    leaves(&env, Head, "2026-03-01", None).await;
    acts_for(&env, Manager, Employee, None).await;
    let of_head = acts_for(&env, Head, Employee, None).await;
    assert_eq!(raters_of(&env, Employee.assignment()).await, [Stranger.staff()].into());
    let above = acts_for(&env, Stranger, Outsider, None).await;
    assert_eq!(raters_of(&env, Employee.assignment()).await, [Outsider.staff()].into());
    no_fault(&env).await;
    ends(&env, above).await;
    assert_eq!(raters_of(&env, Employee.assignment()).await, [Stranger.staff()].into());
    ends(&env, of_head).await;
    no_fault(&env).await;
}

/// The employee moves to another office on 1 July; their unfinished work stays with the manager.
async fn employee_moves(env: &Env) {
    use city::Person::{Employee, Stranger};
    let admin = World::load(env).await.admin;
    let placement = Placement {
        unit: city::OTHER_OFFICE,
        position: city::POSITION,
        rank: None,
        superior: Some(Stranger.assignment()),
        capacity: Capacity::Definitive,
        leads: false,
        from: "2026-07-01".parse().expect("a day"),
    };
    let (assignment, reason) = (Employee.assignment(), "Mutasi".to_owned());
    let input = TransferStaff { assignment, expected_version: 1, placement, reason, successor: None };
    transfer_staff(env, &admin, IdempotencyKey::NONE, input, false).await.expect("moved");
}

/// A transferred person's evaluations follow the successor of the former superior. Without a successor the problems
/// list the person, until an admin assigns a superior to the ended assignment.
async fn unfinished_work_follows_the_successor(db: TestDb) {
    let env = city_on(&db, "2026-07-10T02:00:00Z").await;
    use city::Person::{Employee, Head, Manager, Secretary};
    employee_moves(&env).await;
    assert_eq!(raters_of(&env, Employee.assignment()).await, [Manager.staff()].into());
    leaves(&env, Manager, "2026-07-09", Some(Head)).await;
    assert_eq!(raters_of(&env, Employee.assignment()).await, [Head.staff()].into());
    no_fault(&env).await;
    let on = |day: &str| day.parse::<Date>().expect("a day");
    let ended = store::assignment::find(env.db.source(), city::AGENCY, Employee.assignment()).await;
    let ended = ended.expect("read").expect("an assignment");
    let superiors = ["2026-06-30", "2026-07-09", "2026-07-10"].map(|day| ended.superior_on(on(day)));
    let [manager, head] = [Manager, Head].map(|who| Some(who.assignment()));
    assert_eq!(superiors, [manager, manager, head], "the days before the end keep their superior");

    leaves(&env, Head, "2026-07-09", None).await;
    let listed = problems(env.db.source(), city::AGENCY, &Among::Agency, on("2026-07-10"), on("2026-07-10"));
    let listed = listed.await.expect("problems");
    let of_ended =
        listed.iter().find(|one| one.assignment == Some(Employee.assignment())).expect("a problem");
    assert_eq!(of_ended.kind, ProblemKind::SuperiorGone);
    no_fault(&env).await;
    let world = World::load(&env).await;
    let assigned = |from: &str, version: i32| AssignSuperior {
        assignment: Employee.assignment(),
        expected_version: version,
        superior: Secretary.assignment(),
        from: on(from),
        reason: "Kosong".to_owned(),
    };
    let past = assigned("2026-06-30", ended.version);
    let refused = assign_superior(&env, &world.admin, IdempotencyKey::NONE, past, false).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "its own days are over");
    let now = assigned("2026-07-10", ended.version);
    assign_superior(&env, &world.admin, IdempotencyKey::NONE, now, false).await.expect("assigned");
    assert_eq!(raters_of(&env, Employee.assignment()).await, [Secretary.staff()].into());
    no_fault(&env).await;
    journal::sequence(&env).await.expect("numbers");
    let report = journal::verify(&env, Vec::new(), |_| {}).await.expect("an audit");
    assert_eq!(report.findings, []);
}

/// An import that brings the new head of a unit hands over the unfinished work that depended on the earlier head.
async fn an_imported_head_gets_unfinished_work(db: TestDb) {
    let env = city_on(&db, "2026-07-10T02:00:00Z").await;
    use city::Person::{Employee, Manager, Peer};
    employee_moves(&env).await;
    leaves(&env, Manager, "2026-07-09", None).await;
    let nip = "198501012010011099";
    let text = format!(
        "nip;nama;jenis_kepegawaian;kode_unit;kode_jabatan;pimpinan;mulai\n\
         {nip};Kepala Baru;PNS;DISDIK-1;ANALIS;ya;2026-07-10\n"
    );
    let path = db.folder.path().join("kepala.csv");
    std::fs::write(&path, text).expect("a file");
    let world = World::load(&env).await;
    let files = [crate::import::ImportFile::from(path)];
    let progress: crate::import::Progress = std::sync::Arc::new(|_, _| {});
    let report = crate::import::apply(&env, &world.admin, &files, None, progress).await.expect("imported");
    assert_eq!(report.counts.created, 1);
    let people = store::staff::load(env.db.source(), Condition::all()).await.expect("people");
    let head = people.iter().find(|one| one.nip.as_deref() == Some(nip)).expect("the head").id;
    assert_eq!(raters_of(&env, Employee.assignment()).await, [head].into());
    assert_eq!(
        raters_of(&env, Peer.assignment()).await,
        [Manager.staff()].into(),
        "the file names no superior"
    );
    no_fault(&env).await;
    journal::sequence(&env).await.expect("numbers");
    let report = journal::verify(&env, Vec::new(), |_| {}).await.expect("an audit");
    assert_eq!(report.findings, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_imported_head_gets_unfinished_work_on_sqlite() {
    an_imported_head_gets_unfinished_work(TestDb::sqlite().await.expect("a database")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_imported_head_gets_unfinished_work_on_postgresql() {
    if let Some(db) = TestDb::postgres().await.expect("a database") {
        an_imported_head_gets_unfinished_work(db).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acting_head_follows_changes_far_above_on_sqlite() {
    an_acting_head_follows_changes_far_above(TestDb::sqlite().await.expect("a database")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acting_head_follows_changes_far_above_on_postgresql() {
    if let Some(db) = TestDb::postgres().await.expect("a database") {
        an_acting_head_follows_changes_far_above(db).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unfinished_work_follows_the_successor_on_sqlite() {
    unfinished_work_follows_the_successor(TestDb::sqlite().await.expect("a database")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unfinished_work_follows_the_successor_on_postgresql() {
    if let Some(db) = TestDb::postgres().await.expect("a database") {
        unfinished_work_follows_the_successor(db).await;
    }
}
