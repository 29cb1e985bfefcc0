//! Tests in random organisations that a later day is as `whoRates` and `rosterProblems` foresaw it from scheduled
//! changes.

use super::*;
use crate::directory::{foreseen_problems, outlook_of};
use domain::{assignment::Outlook, roster::Problem};

/// Changes in a sequence.
const SCHEDULED: usize = 10;
/// Days from today to the last day that is foreseen.
const AHEAD: i64 = 30;

/// The state of a day: who rates each assignment that is open on it, and the gaps.
#[derive(Debug, PartialEq)]
struct Picture {
    raters: BTreeMap<AssignmentId, WhoRates>,
    gaps: BTreeSet<(ProblemKind, Option<AssignmentId>, String)>,
}

impl World<'_> {
    /// A post of another person than the admin. The rules about power may refuse that the admin schedules themselves as
    /// a superior, and a foreseen day does not apply these rules.
    fn post_of_another(&self, rng: &mut ChaCha8Rng) -> AssignmentId {
        let others: Vec<&Assignment> = self.posts.iter().filter(|post| !self.admin.is(post.staff)).collect();
        others.choose(rng).expect("a post").id
    }

    /// Schedules a random change, which the rules may refuse.
    async fn schedule(&self, rng: &mut ChaCha8Rng) -> Result<String> {
        let (env, admin) = (self.env, &self.admin);
        let (why, day) = ("Uji".to_owned(), self.day(rng, 1..AHEAD));
        Ok(match rng.random_range(0..3) {
            0 => {
                let (of, superior) = (self.post(rng), self.post_of_another(rng));
                let (assignment, expected_version) = (of.id, of.version);
                let input = AssignSuperior { assignment, expected_version, superior, from: day, reason: why };
                assign_superior(env, admin, IdempotencyKey::NONE, input, false).await?;
                format!("assign {assignment} {superior} {day}")
            }
            1 => {
                let staff = self.person(rng);
                let person = store::staff::by_ids(env.db.source(), city::AGENCY, &[staff]).await?;
                let expected_version = person.get(&staff).map_or(1, |person| person.version);
                let successor = rng.random_bool(0.4).then(|| self.post_of_another(rng));
                let input = EndStaff { staff, expected_version, last_day: day, reason: why, successor };
                end_staff(env, admin, IdempotencyKey::NONE, input, false).await?;
                format!("leaves {staff} {day} {successor:?}")
            }
            _ => {
                let of = self.post(rng);
                let placement = self.placement(rng);
                let superior = placement.superior.map(|_| self.post_of_another(rng));
                let placement = Placement { from: day, superior, ..placement };
                let successor = rng.random_bool(0.4).then(|| self.post_of_another(rng));
                let (assignment, expected_version) = (of.id, of.version);
                let said = format!("transfer {assignment} {placement:?} {successor:?}");
                let input = TransferStaff { assignment, expected_version, placement, reason: why, successor };
                transfer_staff(env, admin, IdempotencyKey::NONE, input, false).await?;
                said
            }
        })
    }

    async fn outlook(&self, on: Date) -> Result<Outlook> {
        let source = self.env.db.source();
        let due = store::scheduled_change::due(source, city::AGENCY, on).await?;
        outlook_of(source, city::AGENCY, &due, self.today).await
    }

    async fn picture(&self, on: Date, outlook: Outlook) -> Result<Picture> {
        let source = self.env.db.source();
        let found = foreseen_problems(source, city::AGENCY, &Among::Agency, (on, self.today), &outlook);
        let found: Vec<Problem> = found.await?;
        let mut posts: BTreeMap<AssignmentId, Assignment> =
            self.posts.iter().map(|post| (post.id, post.clone())).collect();
        posts.extend(outlook.changed().map(|post| (post.id, post.assignment.clone())));
        let mut raters = Raters::foreseen(city::AGENCY, on, outlook);
        let mut rated = BTreeMap::new();
        for post in posts.values().filter(|post| post.open_on(on)) {
            rated.insert(post.id, raters.find(source, post).await?);
        }
        // Leaves out failed changes, because on the day itself they have a different problem, and unfinished work,
        // which may be cancelled with its post.
        let is_of_day = |one: &Problem| {
            one.assignment.is_none_or(|id| rated.contains_key(&id) || one.kind == ProblemKind::NobodyCanAct)
        };
        let gaps = found.into_iter().filter(is_of_day).map(|one| {
            let counted = one.kind == ProblemKind::ChangeFailed
                || one.assignment.is_some_and(|id| !rated.contains_key(&id));
            let text = if counted { String::new() } else { one.message.render(domain::Locale::En) };
            (one.kind, one.assignment, text)
        });
        let gaps = gaps.collect();
        Ok(Picture { raters: rated, gaps })
    }
}

async fn comes_true(db: TestDb, seed: u64) {
    let connected = Db::connect(&db.options).await.expect("a connection");
    let now = "2026-03-02T02:00:00Z".parse().expect("an instant");
    let env = Env::new(connected, Clock::fixed(now), db.folder.path());
    city::found(&env).await.expect("a city");
    work::planned(&env).await.expect("plans");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut done = Vec::new();
    for number in 0..SCHEDULED {
        let world = World::load(&env).await;
        // Some changes of today come first, so that the scheduled ones meet vacant posts and acting heads.
        let change = if number < 3 { world.change(&mut rng).await } else { world.schedule(&mut rng).await };
        match change {
            Ok(what) => done.push(what),
            Err(Error::Refused(_) | Error::NotFound) => {}
            Err(error) => panic!("seed {seed}, after {done:?}: {error}"),
        }
    }
    let world = World::load(&env).await;
    let mut foreseen = Vec::new();
    for days in 1..=AHEAD {
        let on = world.today + Duration::days(days);
        let outlook = world.outlook(on).await.expect("an outlook");
        foreseen.push((on, world.picture(on, outlook).await.expect("a picture")));
    }
    let system = Actor { calendar: world.admin.calendar, ..Actor::system(city::AGENCY) };
    for (on, expected) in foreseen {
        env.clock.set(env.now() + Duration::days(1));
        apply_due(&env, &system).await.expect("changes");
        env.write(&system, renew_at_boundaries).await.expect("boundaries");
        let world = World::load(&env).await;
        assert_eq!(world.today, on);
        let found = world.picture(on, Outlook::default()).await.expect("a picture");
        assert_eq!(found, expected, "seed {seed} on {on}, after {done:#?}");
    }
    env.db.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreseen_day_comes_true_on_sqlite() {
    for seed in seeds(0, 8) {
        comes_true(TestDb::sqlite().await.expect("a database"), seed).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreseen_day_comes_true_on_postgresql() {
    for seed in seeds(1_000, 3) {
        let Some(db) = TestDb::postgres().await.expect("a database") else { return };
        comes_true(db, seed).await;
    }
}
