//! Tests that the unit of work refuses to commit a change without a journal entry, and that a check commits nothing.

use crate::{
    db::Record,
    env::{Clock, Env},
    error::Error,
    testing::{TestDb, audit, city},
};
use domain::{Key, Refusal, actor::Actor, event::EventKind};
use entity::period;
use sea_orm::EntityTrait;

async fn env(db: &TestDb) -> Env {
    let connected = crate::db::Db::connect(&db.options).await.expect("a connection");
    let env = Env::new(connected, Clock::system(), db.folder.path());
    city::found(&env).await.expect("the small city");
    env
}

async fn refuses(db: TestDb) {
    let env = env(&db).await;
    let before = audit::rows(&env).await.expect("counts");
    let stored = period::Entity::find_by_id(city::YEAR.0).one(env.db.reader()).await.expect("a row");
    let year = crate::store::period::value(stored.expect("the year")).expect("a value");

    let silent = year.clone();
    let result = env
        .write(&Actor::system(city::AGENCY), move |tx| async move {
            tx.changed(<domain::period::Period as Record>::SUBJECT, silent.id.0);
            let mut changed = silent.clone();
            changed.set_version(2);
            Record::update(&changed, &silent, &tx).await?;
            Ok(())
        })
        .await;
    assert!(matches!(result, Err(Error::Internal(_))), "{result:?}");
    assert_eq!(audit::rows(&env).await.expect("counts"), before);
    let stored = period::Entity::find_by_id(city::YEAR.0).one(env.db.reader()).await.expect("a row");
    assert_eq!(stored.expect("the year").version, 1);

    // A check of an input with a malformed value commits nothing, even if the use case succeeds.
    let malformed = Refusal::input(["lastDay"], Key::NotADay);
    let (checked, actor) = (year.clone(), Actor::system(city::AGENCY));
    let check = env.write(&actor, move |tx| async move {
        tx.change(&checked, checked.clone(), EventKind::PeriodClosed, None).await?;
        Ok(())
    });
    let result = crate::db::check_only(vec![malformed.clone()], check).await;
    assert!(matches!(&result, Err(Error::Refused(found)) if *found == [malformed]), "{result:?}");
    assert_eq!(audit::rows(&env).await.expect("counts"), before);

    // Negative control: the same change with a journal entry is committed.
    env.write(&Actor::system(city::AGENCY), move |tx| async move {
        tx.change(&year, year.clone(), EventKind::PeriodClosed, None).await?;
        Ok(())
    })
    .await
    .expect("a journalled change");
    assert_eq!(audit::rows(&env).await.expect("counts")["event"], before["event"] + 1);
}

mod a_change_without_a_journal_entry_is_refused {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        refuses(TestDb::sqlite().await.expect("a database")).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(db) = TestDb::postgres().await.expect("a database") {
            refuses(db).await;
        }
    }
}
