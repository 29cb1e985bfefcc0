//! Random sequences of transfers, endings and returns: no month of a person's year is rated twice, and none is left
//! unrated without a finding. Runs for two seconds on each database; `KINERJA_MOVES_SECONDS` lengthens it,
//! `KINERJA_MOVES_SEED` repeats it.

use crate::{
    both,
    support::{Client, Fields, Person, TestApp, ids},
    year,
};
use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Value, json};
use service::testing::city;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

const PEOPLE: [Person; 3] = [Person::Employee, Person::Peer, Person::Outsider];

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A small generator of numbers (xorshift), so that a seed repeats a run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn day(text: &Value) -> Option<NaiveDate> {
    text.as_str().map(|text| text.parse().expect("a day"))
}

struct World {
    app: TestApp,
    admin: Client,
    raters: [Client; 2],
    dice: Dice,
    today: NaiveDate,
    /// The months that a final evaluation covers, by its id: those that belonged to its plan when it became final.
    rated: BTreeMap<String, BTreeSet<u32>>,
    closed: BTreeSet<i64>,
    /// How often each operation succeeded.
    done: BTreeMap<&'static str, usize>,
}

const PERSON: &str = "query($id: ID!) { staffMember(by: { id: $id }) { id status version
    assignments { id version validFrom validTo superior { staff { id } } }
    plans(first: 50) { nodes { id version status period { part } assignment { id }
        currentRevision { results { id } }
        evaluations { id kind status version period { part } } } } } }";

impl World {
    async fn new(app: TestApp, seed: u64) -> Self {
        Self {
            admin: app.client(Person::Admin).await,
            raters: [app.client(Person::Manager).await, app.client(Person::Stranger).await],
            dice: Dice(seed | 1),
            today: NaiveDate::from_ymd_opt(2026, 1, 5).expect("a day"),
            rated: BTreeMap::new(),
            closed: BTreeSet::new(),
            done: BTreeMap::new(),
            app,
        }
    }

    async fn read(&self, who: Person) -> Value {
        self.admin.ok(PERSON, json!({ "id": ids::staff(who) })).await["staffMember"].clone()
    }

    /// A day up to `back` days before today.
    fn earlier(&mut self, back: u64) -> NaiveDate {
        self.today - Days::new(self.dice.below(back + 1))
    }

    fn place(&mut self, from: NaiveDate) -> Value {
        let (unit, superior) = match self.dice.below(2) {
            0 => (city::SECTION, Person::Manager),
            _ => (city::OTHER_OFFICE, Person::Stranger),
        };
        json!({
            "orgUnitId": ids::unit(unit), "positionId": ids::position(), "rank": "III/c",
            "superiorAssignmentId": ids::assignment(superior), "from": from,
        })
    }

    async fn send(&mut self, client: &Client, name: &'static str, input: Value) -> bool {
        let payload = client.mutate_once(name, "__typename", input).await;
        let succeeded = payload["errors"] == json!([]);
        *self.done.entry(name).or_default() += usize::from(succeeded);
        succeeded
    }

    /// Runs one random operation; it may be refused.
    async fn step(&mut self) {
        let admin = self.admin.clone();
        let who = PEOPLE[usize::try_from(self.dice.below(3)).expect("an index")];
        let person = self.read(who).await;
        let current =
            person["assignments"].as_array().and_then(|all| all.first()).cloned().unwrap_or_default();
        match self.dice.below(12) {
            0 | 1 => {
                let days = 3 + self.dice.below(25);
                self.today =
                    (self.today + Days::new(days)).min(NaiveDate::from_ymd_opt(2026, 12, 28).expect("a day"));
                self.app.set_clock(&format!("{}T02:00:00Z", self.today));
            }
            2 | 3 => {
                let from = self.earlier(25);
                let input = json!({
                    "assignmentId": current["id"], "expectedVersion": current["version"], "reason": "Mutasi",
                    "to": self.place(from),
                });
                self.send(&admin, "transferStaff", input).await;
            }
            4 => {
                let last = self.earlier(20);
                let input = json!({ "staffId": person["id"], "expectedVersion": person["version"], "lastDay": last, "reason": "Pindah" });
                self.send(&admin, "endStaff", input).await;
            }
            5 | 6 => {
                let from = self.earlier(10);
                let assignment = (self.dice.below(2) == 0).then(|| self.place(from));
                let input = json!({ "staffId": person["id"], "expectedVersion": person["version"], "assignment": assignment, "reason": "Kembali" });
                self.send(&admin, "reinstateStaff", input).await;
            }
            7 | 8 => self.plan(who, &current).await,
            9 | 10 => self.finalise(who, &person).await,
            _ => {
                let quarter = 1 + i64::try_from(self.dice.below(3)).expect("a number");
                let input = json!({ "periodId": ids::quarter(u32::try_from(quarter).expect("a number")), "confirm": true, "expectedVersion": 1 });
                // Only one quarter in three is ever closed, and only after its end.
                let ends = NaiveDate::from_ymd_opt(2026, u32::try_from(quarter).expect("a number") * 3, 28)
                    .expect("a day");
                if quarter == 1
                    && self.today > ends + Days::new(20)
                    && self.send(&admin, "closePeriod", input).await
                {
                    self.closed.insert(quarter);
                }
            }
        }
    }

    async fn plan(&mut self, who: Person, current: &Value) {
        let owner = self.app.client(who).await;
        let input =
            json!({ "assignmentId": current["id"], "periodId": ids::year(), "content": year::content(None) });
        let selection = "plan { id version }";
        // A person who has left has no session.
        let query = "mutation($input: CreatePlanInput!) { createPlan(input: $input) { plan { id version } errors { code } } }";
        let (_, answer) = owner.send(query, json!({ "input": input })).await;
        let plan = answer["data"]["createPlan"]["plan"].clone();
        if !plan.is_object() {
            return;
        }
        let input = json!({ "planId": plan["id"], "expectedVersion": plan["version"] });
        let plan = owner.mutate_once("submitPlan", selection, input).await["plan"].clone();
        let input =
            json!({ "planId": plan["id"], "expectedVersion": plan["version"], "decision": "APPROVE" });
        for rater in self.raters.clone() {
            let (_, answer) = rater
                .send(
                    "mutation($input: ReviewPlanInput!) { reviewPlan(input: $input) { plan { id } errors { code } } }",
                    json!({ "input": input }),
                )
                .await;
            if answer["data"]["reviewPlan"]["plan"].is_object() {
                *self.done.entry("reviewPlan").or_default() += 1;
                return;
            }
        }
    }

    /// Makes the first quarter that is over and unfinished final, and sometimes closes it.
    async fn finalise(&mut self, who: Person, person: &Value) {
        for plan in person["plans"]["nodes"].as_array().expect("plans") {
            for evaluation in plan["evaluations"].as_array().expect("evaluations") {
                let part = evaluation.field("period.part").as_i64().expect("a part");
                if part == 0 || evaluation["status"] != "OPEN" || self.closed.contains(&part) {
                    continue;
                }
                let month = u32::try_from(part).expect("a part") * 3;
                if self.today < NaiveDate::from_ymd_opt(2026, month, 28).expect("a day") + Days::new(20) {
                    continue;
                }
                for rater in self.raters.clone() {
                    if self.rate(&rater, evaluation).await {
                        let held = months_held(person, plan.field("assignment.id"));
                        let of_part = held.into_iter().filter(|of| quarter_of(*of) == part).collect();
                        let id = evaluation["id"].as_str().expect("an id").to_owned();
                        self.rated.insert(id, of_part);
                        let _ = who;
                        return;
                    }
                }
            }
        }
    }

    async fn rate(&mut self, rater: &Client, evaluation: &Value) -> bool {
        let selection = "evaluation { id version }";
        let rating = json!({ "evaluationId": evaluation["id"], "expectedVersion": evaluation["version"],
            "resultRating": "AS_EXPECTED", "behaviourRating": "AS_EXPECTED", "unratedReportReason": "Tidak melapor" });
        let query = "mutation($input: RateEvaluationInput!) { rateEvaluation(input: $input) { evaluation { id version } errors { code } } }";
        let (_, answer) = rater.send(query, json!({ "input": rating })).await;
        let rated = answer["data"]["rateEvaluation"]["evaluation"].clone();
        if !rated.is_object() {
            return false;
        }
        let input = json!({ "evaluationId": rated["id"], "expectedVersion": rated["version"], "missingUnitPredicateReason": "Belum" });
        let last = rater.mutate_once("finaliseEvaluation", selection, input).await["evaluation"].clone();
        if !last.is_object() {
            return false;
        }
        *self.done.entry("finaliseEvaluation").or_default() += 1;
        if self.dice.below(2) == 0 {
            let input = json!({ "evaluationId": last["id"], "expectedVersion": last["version"] });
            self.send(rater, "closeEvaluation", input).await;
        }
        true
    }

    /// Compares the evaluations of each person with the months that belong to the plans, counted day by day.
    async fn check(&self) {
        for who in PEOPLE {
            let person = self.read(who).await;
            let mut evaluations = Vec::new();
            let mut planned = BTreeSet::new();
            for plan in person["plans"]["nodes"].as_array().expect("plans") {
                if !["APPROVED", "CLOSED"].contains(&plan["status"].as_str().expect("a status")) {
                    continue;
                }
                let held = months_held(&person, plan.field("assignment.id"));
                planned.extend(held.iter().copied());
                for evaluation in plan["evaluations"].as_array().expect("evaluations") {
                    let part = evaluation.field("period.part").as_i64().expect("a part");
                    if part != 0 && evaluation["status"] != "CANCELLED" {
                        let of_part = held.iter().copied().filter(|month| quarter_of(*month) == part);
                        let id = evaluation["id"].as_str().expect("an id").to_owned();
                        evaluations.push((id, of_part.collect::<BTreeSet<u32>>()));
                    }
                }
            }
            let mut raters: BTreeMap<u32, &str> = BTreeMap::new();
            for (id, _) in &evaluations {
                for month in self.rated.get(id).into_iter().flatten() {
                    let other = raters.insert(*month, id);
                    assert_eq!(other, None, "{who:?}: month {month} is rated twice: {person:#}");
                }
            }
            for (id, held) in evaluations.iter().filter(|(id, _)| !self.rated.contains_key(id)) {
                let own: Vec<u32> =
                    held.iter().copied().filter(|month| !raters.contains_key(month)).collect();
                assert!(!own.is_empty(), "{who:?}: an evaluation without a month: {person:#}");
                raters.extend(own.into_iter().map(|month| (month, id.as_str())));
            }
            for month in planned.iter().filter(|month| !self.closed.contains(&quarter_of(**month))) {
                assert!(raters.contains_key(month), "{who:?}: no one rates month {month}: {person:#}");
            }
        }
    }
}

const fn quarter_of(month: u32) -> i64 {
    (month as i64 + 2) / 3
}

/// The months of 2026 in which an assignment has more days than any other one; on a tie, the later one.
fn months_held(person: &Value, assignment: &Value) -> BTreeSet<u32> {
    let mut days: BTreeMap<u32, BTreeMap<(NaiveDate, String), u32>> = BTreeMap::new();
    for post in person["assignments"].as_array().expect("assignments") {
        let from = day(post.field("validFrom")).expect("a start");
        let to = day(post.field("validTo"));
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day");
        for date in first.iter_days().take_while(|date| date.year() == 2026) {
            if from <= date && to.is_none_or(|to| date < to) {
                let id = post["id"].as_str().expect("an id").to_owned();
                *days.entry(date.month()).or_default().entry((from, id)).or_default() += 1;
            }
        }
    }
    let holder = |posts: &BTreeMap<(NaiveDate, String), u32>| {
        posts.iter().max_by_key(|(post, days)| (**days, post.0)).map(|(post, _)| post.1.clone())
    };
    days.iter()
        .filter(|(_, posts)| holder(posts).as_deref() == assignment.as_str())
        .map(|(month, _)| *month)
        .collect()
}

both!(no_month_is_rated_twice_or_by_nobody, |app| async move {
    let seed = setting("KINERJA_MOVES_SEED", 20_261_127);
    let until = Instant::now() + Duration::from_secs(setting("KINERJA_MOVES_SECONDS", 2));
    let mut world = World::new(app, seed).await;
    world.app.set_clock("2026-01-05T02:00:00Z");
    for who in PEOPLE {
        let person = world.read(who).await;
        world.plan(who, &person["assignments"][0]).await;
    }
    let mut steps = 0;
    while Instant::now() < until || steps < 60 {
        world.step().await;
        world.check().await;
        steps += 1;
    }
    println!("seed {seed}: {steps} steps until {}, succeeded: {:?}", world.today, world.done);
    assert!(world.done.get("transferStaff").is_some_and(|count| *count > 0), "{:?}", world.done);
});
