//! Nobody finds out who wrote about them. The test makes two worlds that differ only in who wrote which text about a
//! person. Random sequences of queries by this person, over time and with the roles and posts that they get, must have
//! the same answers in both worlds.
//!
//! Anything that can be computed about an author from the answers would differ between the two worlds. So equal answers
//! show that no computation can recover a name or the text of one author.

use crate::{
    feedback::released,
    support::{Client, On, Person, TestApp, ids, run, with},
    year,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use service::testing::{city, feedback::release_at_once};

/// The people whom the feedback is about: three colleagues and one subordinate write about the head, three subordinates
/// about the manager.
const RATED: [Person; 2] = [Person::Head, Person::Manager];

/// Each rated person with those who write about them, in the order of the days on which they write. The rated people
/// may know that these authors write: only who wrote which text must stay unknown.
const AUTHORS: [(Person, &[Person]); 3] = [
    (Person::Head, &[Person::Stranger, Person::Admin, Person::Auditor]),
    (Person::Manager, &[Person::Employee, Person::Peer, Person::Team]),
    (Person::Head, &[Person::Manager]),
];

/// The texts; the second world has them in another order.
const TEXTS: [&str; 3] =
    ["Dengarkan warga lebih lama.", "Terima kasih atas bantuannya!", "Rapat terlalu panjang"];

const QUESTIONS: [&str; 13] = [
    "query($plan: ID!, $author: ID!) { node(id: $author) { id } plan(id: $plan) { version allowedActions { action allowed whoCan { name } }
        feedback { id text direction aboutKind author { name } givenAt version allowedActions { allowed whoCan { name } } } } }",
    "query($plan: ID!) { plan(id: $plan) { history(first: 100) { nodes { number kind at actor { name } subjectVersion
        change { before after reason } } } } }",
    "query($plan: ID!) { plan(id: $plan) { evaluations { status version feedback { text author { name } }
        history(first: 50) { nodes { number kind } } } } }",
    "{ updates(after: \"start\", first: 100) { nodes { cursor kind at actor { name } subjectVersion subject { __typename
        ... on Feedback { id text author { name } givenAt } } } pageInfo { hasNextPage } } }",
    "{ events(after: \"start\", first: 100, filter: { kinds: [FEEDBACK_GIVEN, FEEDBACK_RELEASED, FEEDBACK_REPLIED] }) { nodes { number kind at
        actor { name } subjectKind subjectVersion subject { ... on Feedback { text author { name } } } change { before after } } } }",
    "{ events(after: \"start\", first: 100) { nodes { number kind at actor { name } subjectKind } pageInfo { hasNextPage } } }",
    "{ viewer { worklist(first: 50) { totalCount nodes { kind deadline staff { name } } } waitingFeedback { text }
        subordinates(first: 20) { nodes { name feedbackDirections } } } }",
    "{ accessLog(first: 100) { totalCount nodes { kind operation count actor { name } staff { name } firstAt } } }",
    "{ staff(first: 50) { nodes { name version feedbackDirections allowedActions { action allowed } plans(first: 5) { nodes {
        feedback { text author { name } } } } } } }",
    "query($author: ID!) { node(id: $author) { ... on Staff { name version history(first: 50) { nodes { number kind at } }
        plans(first: 5) { nodes { status version } } assignments { allowedActions { allowed } } } } }",
    "{ evaluations(first: 50) { totalCount nodes { status version feedback { text direction author { name } } } } }",
    "{ criteriaSets(first: 5) { nodes { code version } } }",
    "{ viewer { feedbackRequests { status inConfidence declineReason from { name } to { name } dueOn requestedAt
        allowedActions { action allowed code message whoCan { name } } } } }",
];

/// A generator of random choices: SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % most as u64).expect("small")
    }
}

/// One of the two worlds.
struct World {
    app: TestApp,
    plans: Vec<Value>,
    /// The rated people.
    rated: Vec<Client>,
    /// The requests of the rated people, each with the person who asks and the person who is asked, until they are
    /// answered.
    requests: Vec<(Person, Person, Value)>,
    /// The person about whom the texts have other authors in this world.
    other: Option<Person>,
}

impl World {
    async fn found(app: TestApp, other: Option<Person>) -> Self {
        let mut plans = Vec::new();
        for (who, rater) in [(Person::Head, Person::Secretary), (Person::Manager, Person::Head)] {
            let plan = year::submitted(&app.client(who).await, who, year::content(None)).await;
            let input = crate::support::PLAN.input(&plan, json!({ "decision": "APPROVE" }));
            app.client(rater).await.done("reviewPlan", "plan { id }", input).await;
            plans.push(plan["id"].clone());
        }
        let mut world = Self { app, plans, rated: Vec::new(), requests: Vec::new(), other };
        world.log_in().await;
        world.request().await;
        world
    }

    /// Lets the rated people ask everyone who will write about them.
    async fn request(&mut self) {
        for (about, authors) in AUTHORS {
            let who = RATED.iter().position(|rated| *rated == about).expect("a rated person");
            for author in authors {
                let input =
                    json!({ "planId": self.plans[who], "toId": ids::staff(*author), "dueOn": "2026-12-31" });
                let asked = self.rated[who]
                    .done("requestFeedback", "feedbackRequest { id inConfidence }", input)
                    .await;
                let asked = &asked["feedbackRequest"];
                assert_eq!(asked["inConfidence"], true);
                self.requests.push((about, *author, asked["id"].clone()));
            }
        }
    }

    /// Sessions last an hour of the machine's clock; new ones have the rights of now at once.
    async fn log_in(&mut self) {
        self.rated.clear();
        for who in RATED {
            self.rated.push(self.app.client(who).await);
        }
    }

    /// The answer to a question of a rated person, without values that are random in each world.
    async fn ask(&self, who: usize, question: usize, author: Person) -> String {
        service::access::flush(&self.app.env).await.expect("a flush");
        let variables = json!({ "plan": self.plans[who], "author": ids::staff(author) });
        let (_, answer) = self.rated[who].send(QUESTIONS[question], variables).await;
        let mut answer = answer;
        let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
        assert_ne!(code, "GRAPHQL_VALIDATION_FAILED", "{answer}");
        let mut numbers = Vec::new();
        comparable(&mut answer, &mut numbers);
        numbers.sort_unstable();
        format!("{answer} released as {numbers:?}")
    }

    /// Writes a text, as the answer to the request if it is the author's first.
    async fn write(&mut self, about: Person, author: Person, number: usize) {
        let shift = usize::from(self.other == Some(about));
        let text = TEXTS[(number + shift) % TEXTS.len()];
        let mut input = json!({ "staffId": ids::staff(about), "text": text });
        let is_same = |(of, to, _): &(Person, Person, Value)| (*of, *to) == (about, author);
        if let Some(at) = self.requests.iter().position(is_same) {
            let (.., request) = self.requests.remove(at);
            input = with(input, json!({ "feedbackRequestId": request }));
        }
        let given = self.app.client(author).await.done("giveFeedback", "waits", input).await;
        assert_eq!(given["waits"], true);
    }
}

/// Removes differences between the worlds that reveal nothing: random ids and hashes, the text of cursors, and the
/// order of lists, which is random for feedback. The order of the released texts in the journal is random too. So this
/// compares only the set of their numbers, not the number of each text; `feedback` tests that the order is random.
fn comparable(value: &mut Value, released: &mut Vec<i64>) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(|item| comparable(item, released));
            items.sort_by_cached_key(ToString::to_string);
        }
        Value::Object(fields) => {
            for random in ["cursor", "cost", "seal", "requestId"] {
                fields.remove(random);
            }
            if fields.get("kind") == Some(&json!("FEEDBACK_RELEASED")) {
                released.extend(fields.remove("number").and_then(|number| number.as_i64()));
            }
            fields.values_mut().for_each(|field| comparable(field, released));
        }
        Value::String(text) => {
            if let Ok(Value::Object(image)) = serde_json::from_str(text) {
                *value = Value::Object(image);
                return comparable(value, released);
            }
            *text = without_random_ids(text);
        }
        _ => {}
    }
}

/// The ids of the small city are the same in all worlds; all others are made at random.
fn without_random_ids(text: &str) -> String {
    let is_of_city = |uuid: uuid::Uuid| uuid.as_u128() < 1 << 32;
    if let Ok(uuid) = text.parse::<uuid::Uuid>() {
        return if is_of_city(uuid) { text.to_owned() } else { "(an id)".to_owned() };
    }
    match URL_SAFE_NO_PAD.decode(text) {
        Ok(bytes) if bytes.len() >= 18 => match uuid::Uuid::from_slice(&bytes[2..18]) {
            Ok(uuid) if !is_of_city(uuid) => format!("(an id of kind {})", bytes[1]),
            _ => text.to_owned(),
        },
        _ => text.to_owned(),
    }
}

/// What happens between the questions: on each day someone writes, a part of the year ends, a rated person gets a role.
#[derive(Clone, Copy)]
enum Step {
    Write(usize, usize),
    EndOfQuarter(u32),
    Role(&'static str),
}

const STEPS: [Step; 16] = [
    Step::Write(0, 0),
    Step::Write(1, 0),
    Step::Write(0, 1),
    Step::Role("PERFORMANCE_TEAM"),
    Step::Write(1, 1),
    Step::Write(2, 0),
    // Two authors each: nothing may be released.
    Step::EndOfQuarter(1),
    Step::Write(0, 2),
    Step::Write(1, 2),
    Step::Role("AUDITOR"),
    Step::EndOfQuarter(2),
    Step::Role("ADMIN"),
    // One more author, and the earlier authors write again.
    Step::Write(0, 1),
    Step::Write(1, 0),
    Step::EndOfQuarter(3),
    Step::EndOfQuarter(4),
];

impl World {
    async fn take(&mut self, step: Step, at_once: bool) {
        match step {
            Step::Write(group, number) => {
                let (about, authors) = AUTHORS[group];
                self.write(about, authors[number], number).await;
            }
            Step::EndOfQuarter(quarter) => self.app.pass_the_end_of_quarter(quarter),
            Step::Role(role) => {
                let mayor = self.app.client(Person::Admin).await;
                for who in RATED {
                    let unit = if role == "AUDITOR" { city::ROOT } else { city::OFFICE };
                    let grant =
                        json!({ "staffId": ids::staff(who), "role": role, "orgUnitId": ids::unit(unit) });
                    mayor.mutate_and_replay("grantRole", "roleGrant { id }", grant).await;
                }
            }
        }
        if at_once {
            release_at_once(&self.app.env, city::AGENCY).await.expect("a release");
        } else {
            released(&self.app).await;
        }
        service::journal::sequence(&self.app.env).await.expect("numbers");
        self.log_in().await;
        self.app.env.clock.set(self.app.env.now() + chrono::Duration::hours(1));
    }
}

/// The number of sequences of questions with an answer that differs between the worlds, and the number of texts read in
/// all.
async fn differing(mut worlds: [World; 2], who: usize, sequences: usize, at_once: bool) -> (usize, usize) {
    let mut dice = Dice(0x05ee_da11);
    let (mut differing, mut seen) = (0, 0);
    let per_step = sequences.div_ceil(STEPS.len());
    for step in STEPS {
        for world in &mut worlds {
            world.take(step, at_once).await;
        }
        for _ in 0..per_step {
            let mut differs = false;
            for _ in 0..1 + dice.below(3) {
                let question = dice.below(QUESTIONS.len());
                let authors = AUTHORS[dice.below(AUTHORS.len())].1;
                let author = authors[dice.below(authors.len())];
                let [first, second] = &worlds;
                let answers =
                    (first.ask(who, question, author).await, second.ask(who, question, author).await);
                seen += usize::from(TEXTS.iter().any(|text| answers.0.contains(text)));
                differs |= answers.0 != answers.1;
                if !at_once {
                    assert_eq!(answers.0, answers.1, "{:?} asks {}", RATED[who], QUESTIONS[question]);
                }
            }
            differing += usize::from(differs);
        }
    }
    (differing, seen)
}

/// Runs two worlds on one kind of database. Different people wrote the texts about one of the rated people, who asks
/// the questions.
async fn compared(on: On, who: usize, sequences: usize, at_once: bool) {
    run(on, |first| async move {
        run(on, |second| async move {
            let worlds = [World::found(first, None).await, World::found(second, Some(RATED[who])).await];
            let (differing, seen) = differing(worlds, who, sequences, at_once).await;
            assert!(seen > sequences / 20, "the questions must find texts: {seen}");
            if at_once {
                assert!(
                    differing > sequences / 20,
                    "texts that are shown at once give authors away: {differing}"
                );
            } else {
                assert_eq!(differing, 0);
            }
        })
        .await;
    })
    .await;
}

macro_rules! sequences {
    ($($name:ident: $on:ident $who:literal $sequences:literal $at_once:literal;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            compared(On::$on, $who, $sequences, $at_once).await;
        }
    )*};
}

// A thousand sequences on SQLite, half of them by each of the two; fewer on the slower database.
sequences! {
    five_hundred_sequences_of_the_head_recover_no_author_sqlite: Sqlite 0 500 false;
    five_hundred_sequences_of_the_manager_recover_no_author_sqlite: Sqlite 1 500 false;
    sequences_of_the_head_recover_no_author_postgres: Postgres 0 100 false;
    sequences_of_the_manager_recover_no_author_postgres: Postgres 1 100 false;
    the_control_recovers_authors_sqlite: Sqlite 0 100 true;
    the_control_recovers_authors_postgres: Postgres 1 100 true;
}
