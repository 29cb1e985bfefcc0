//! Tests that the migration that adds superiors by day fills them from the journal.

use super::*;
use crate::testing::sql;
use entity::{assignment_superior, event, event_payload};
use proof::leaf::commitment;
use sea_orm::{ColumnTrait, Set};

/// Reads the derived rows of superiors.
async fn derived(
    env: &Env,
) -> (Vec<assignment::Model>, Vec<assignment_superior::Model>, BTreeSet<(Uuid, Uuid)>) {
    let source = env.db.source();
    let mut posts = assignment::Entity::find().all(source.connection).await.expect("assignments");
    posts.sort_by_key(|row| row.id);
    let mut days = assignment_superior::Entity::find().all(source.connection).await.expect("days");
    days.sort_by_key(|row| (row.assignment_id, row.valid_from));
    let pairs = superior_closure::Entity::find().all(source.connection).await.expect("pairs");
    (posts, days, pairs.into_iter().map(|row| (row.ancestor_id, row.descendant_id)).collect())
}

/// Removes the superiors by day from the images and the tables, as in a database from before the migration.
async fn forget(env: &Env) {
    let entries = event::Entity::find()
        .filter(event::Column::SubjectKind.eq("ASSIGNMENT"))
        .all(env.db.reader())
        .await
        .expect("entries");
    let without = |image: &str| {
        let mut image: serde_json::Value = serde_json::from_str(image).expect("an image");
        image.as_object_mut().expect("an object").remove("superiors").expect("superiors");
        image.to_string()
    };
    env.write(&Actor::system(city::AGENCY), move |tx| async move {
        for entry in entries {
            let payload = event_payload::Entity::find_by_id(entry.id).one(tx.connection()).await?;
            let payload = payload.expect("a payload");
            let (before, after) =
                (payload.before.as_deref().map(without), payload.after.as_deref().map(without));
            let stated =
                commitment(&payload.salt, payload.reason.as_deref(), before.as_deref(), after.as_deref());
            let row = event_payload::ActiveModel {
                event_id: Set(entry.id),
                before: Set(before),
                after: Set(after),
                ..Default::default()
            };
            event_payload::Entity::update(row).exec(tx.connection()).await?;
            event::Entity::update_many()
                .col_expr(event::Column::Commitment, sea_orm::sea_query::Expr::value(stated))
                .filter(event::Column::Id.eq(entry.id))
                .exec(tx.connection())
                .await?;
        }
        Ok(())
    })
    .await
    .expect("old images");
    for text in [
        "DROP TABLE assignment_superior",
        "DROP TABLE superior_closure",
        "ALTER TABLE assignment DROP COLUMN superiors",
        "DELETE FROM seaql_migrations WHERE version = 'm20261127_000003_superiors'",
    ] {
        sql(env, text).await.expect("an old table");
    }
}

async fn filled_from_the_journal(db: TestDb) {
    let connected = Db::connect(&db.options).await.expect("a connection");
    let env = Env::new(
        connected,
        Clock::fixed("2026-03-02T02:00:00Z".parse().expect("an instant")),
        db.folder.path(),
    );
    city::found(&env).await.expect("a city");
    // 23:30 in UTC is the next day in Jakarta; 16:59 in UTC is the last minute of the day.
    for (at, superior) in [
        ("2026-03-04T23:30:00Z", city::Person::Head),
        ("2026-03-09T16:59:00Z", city::Person::Secretary),
        ("2026-03-09T16:59:30Z", city::Person::Stranger),
        ("2026-03-20T02:00:00Z", city::Person::Manager),
    ] {
        env.clock.set(at.parse().expect("an instant"));
        let world = World::load(&env).await;
        let of =
            world.posts.iter().find(|post| post.id == city::Person::Employee.assignment()).expect("a post");
        let input = AssignSuperior {
            assignment: of.id,
            expected_version: of.version,
            superior: superior.assignment(),
            from: world.today,
            reason: "Uji".to_owned(),
        };
        assign_superior(&env, &world.admin, IdempotencyKey::NONE, input, false).await.expect("assigned");
    }
    let world = World::load(&env).await;
    let input = EndStaff {
        staff: city::Person::Peer.staff(),
        expected_version: 1,
        last_day: world.today,
        reason: "Pensiun".to_owned(),
        successor: None,
    };
    end_staff(&env, &world.admin, IdempotencyKey::NONE, input, false).await.expect("ended");
    let expected = derived(&env).await;
    let employee = city::Person::Employee.assignment().0;
    assert_eq!(expected.1.iter().filter(|row| row.assignment_id == employee).count(), 4);
    forget(&env).await;
    env.db.migrate().await.expect("migrated");
    assert_eq!(derived(&env).await, expected);
    journal::sequence(&env).await.expect("numbers");
    let report = journal::verify(&env, Vec::new(), |_| {}).await.expect("an audit");
    assert_eq!(report.findings, []);
    // The audit replays the superiors, because the images do not contain them.
    sql(&env, "UPDATE assignment SET superiors = replace(superiors, '2026-03-20', '2026-03-21')")
        .await
        .expect("an edit");
    let report = journal::verify(&env, Vec::new(), |_| {}).await.expect("an audit");
    assert!(!report.findings.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn superiors_by_day_are_filled_from_the_journal_on_sqlite() {
    filled_from_the_journal(TestDb::sqlite().await.expect("a database")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn superiors_by_day_are_filled_from_the_journal_on_postgresql() {
    if let Some(db) = TestDb::postgres().await.expect("a database") {
        filled_from_the_journal(db).await;
    }
}
