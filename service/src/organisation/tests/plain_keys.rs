//! The migration that computes the keys of names again, after letters such as ß and Ø became plain in them.

use super::*;
use crate::testing::sql;
use domain::text::sort_key;
use entity::{org_unit, position, staff};

/// The names and keys of all people, units and positions.
async fn keys(env: &Env) -> Vec<(String, String)> {
    let reader = env.db.reader();
    let people = staff::Entity::find().all(reader).await.expect("people");
    let units = org_unit::Entity::find().all(reader).await.expect("units");
    let positions = position::Entity::find().all(reader).await.expect("positions");
    let people = people.into_iter().map(|row| (row.name, row.name_key));
    let units = units.into_iter().map(|row| (row.name, row.name_key));
    people.chain(units).chain(positions.into_iter().map(|row| (row.name, row.name_key))).collect()
}

async fn computed_again(db: TestDb) {
    let connected = Db::connect(&db.options).await.expect("a connection");
    let now = "2026-03-02T02:00:00Z".parse().expect("an instant");
    let env = Env::new(connected, Clock::fixed(now), db.folder.path());
    city::found(&env).await.expect("a city");
    for text in [
        "UPDATE staff SET name = 'Łukasz Weiß, M.Sc.', name_key = 'łukasz weiß m sc' WHERE name = 'Employee Contoh'",
        "UPDATE staff SET name = 'José Ævar', name_key = 'jose ævar' WHERE name = 'Peer Contoh'",
        "UPDATE org_unit SET name = 'Ørsted', name_key = 'ørsted' WHERE code = 'KOTA'",
        "UPDATE position SET name = 'Đang', name_key = 'đang'",
        "DELETE FROM seaql_migrations WHERE version = 'm20261129_000002_plain_keys'",
    ] {
        sql(&env, text).await.expect("old keys");
    }
    let wrong = |keys: &[(String, String)]| keys.iter().filter(|(name, key)| *key != sort_key(name)).count();
    let before = keys(&env).await;
    assert!(wrong(&before) >= 4, "{before:?}");
    env.db.migrate().await.expect("migrated");
    let after = keys(&env).await;
    assert_eq!((wrong(&after), after.len()), (0, before.len()), "{after:?}");
    assert!(after.contains(&("Łukasz Weiß, M.Sc.".to_owned(), "lukasz weiss m sc".to_owned())), "{after:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_of_names_are_computed_again_on_sqlite() {
    computed_again(TestDb::sqlite().await.expect("a database")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_of_names_are_computed_again_on_postgresql() {
    if let Some(db) = TestDb::postgres().await.expect("a database") {
        computed_again(db).await;
    }
}
