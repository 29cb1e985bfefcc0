//! Tests that numbers are gap-free and in commit order, and that a reader by number misses no entry.

use super::*;
use crate::{
    db::{Backend, Db},
    env::{Clock, Env},
    testing::{TestDb, city},
};
use domain::{ErrorCode, actor::Actor, event::EventKind};
use entity::{event, period};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sqlx};
use std::{collections::BTreeSet, time::Duration};

async fn env(db: &TestDb) -> Env {
    let connected = Db::connect(&db.options).await.expect("a connection");
    let env = Env::new(connected, Clock::system(), db.folder.path());
    city::found(&env).await.expect("the small city");
    env
}

/// Appends one entry and commits after the pause, so that the entry gets its `drawn` value long before the commit.
async fn change(env: &Env, pause: Duration) {
    let row = period::Entity::find_by_id(city::quarter(1).0).one(env.db.reader()).await.expect("a row");
    let before = crate::store::period::value(row.expect("a quarter")).expect("a value");
    env.write(&Actor::system(city::AGENCY), move |tx| async move {
        crate::db::append(&tx, EventKind::PeriodClosed, None, &before, None).await?;
        tokio::time::sleep(pause).await;
        Ok(())
    })
    .await
    .expect("a change");
}

both!(a_reader_gets_each_entry_of_many_writers_once_and_in_order);
both!(a_reader_resumes_at_its_cursor);
both!(a_reader_before_the_tail_starts_at_the_end);
both!(a_slow_change_does_not_expire_a_cursor);
both!(a_reader_by_drawn_misses_entries_that_commit_late);
both!(the_stored_tree_matches_the_entries);
both!(times_never_run_backwards);
both!(a_cursor_of_another_history_is_unknown);

async fn a_reader_gets_each_entry_of_many_writers_once_and_in_order(db: TestDb) {
    const WRITERS: usize = 8;
    const EACH: usize = 25;
    let env = env(&db).await;
    let before = sequence(&env).await.expect("numbers");
    let servers = [
        tokio::spawn(run_sequencer(env.clone())),
        tokio::spawn(run_sequencer(env.clone())),
        tokio::spawn(run_tail(env.clone())),
    ];
    while env.journal().progress().0 < i64::try_from(before).expect("a number") {
        tokio::task::yield_now().await;
    }
    let mut reader =
        follow(&env, Topic::all(city::AGENCY), Start::Now, Retention::ThirtyDays).await.expect("a reader");
    let writers = (0..WRITERS).map(|writer| {
        let env = env.clone();
        tokio::spawn(async move {
            for number in 0..EACH {
                change(&env, Duration::from_millis((writer * number % 3) as u64)).await;
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let mut numbers = Vec::new();
    while numbers.len() < WRITERS * EACH {
        let next =
            tokio::time::timeout(Duration::from_secs(30), reader.next()).await.expect("entries in time");
        numbers.extend(next.expect("entries").iter().map(|entry| entry.number));
    }
    for writer in writers {
        writer.await.expect("a writer");
    }
    let first = i64::try_from(before).expect("a number") + 1;
    let expected: Vec<i64> = (first..).take(WRITERS * EACH).collect();
    assert_eq!(numbers, expected);
    servers.iter().for_each(tokio::task::JoinHandle::abort);
}

/// The position after the entry with this number.
async fn after(env: &Env, number: i64) -> Position {
    position(env, number).await.expect("read").expect("an entry")
}

async fn a_cursor_of_another_history_is_unknown(db: TestDb) {
    let env = env(&db).await;
    sequence(&env).await.expect("numbers");
    for _ in 0..5 {
        change(&env, Duration::ZERO).await;
    }
    sequence(&env).await.expect("numbers");
    let topic = Topic::all(city::AGENCY);
    let last = newest(&env).await.expect("a position");
    let lost = Start::After(last);
    let earlier = Start::After(after(&env, last.number - 3).await);
    let unmarked = |number| Start::After(Position { number, mark: None });
    let open = async |start| match page(&env, &topic, start, Retention::ThirtyDays, 100).await {
        Ok((found, _)) => Ok(found.len()),
        Err(error) => Err(error.code()),
    };
    // A cursor without a mark is valid up to the number that the migration stored.
    let text =
        format!("UPDATE meta SET value = '{}' WHERE key = 'last_cursor_without_mark'", last.number - 3);
    let text: &'static str = Box::leak(text.into_boxed_str());
    crate::testing::sql(&env, text).await.expect("written");
    assert_eq!((open(lost).await, open(earlier).await), (Ok(0), Ok(3)));
    assert_eq!((open(unmarked(last.number - 3)).await, open(unmarked(0)).await.is_ok()), (Ok(3), true));
    assert_eq!(open(unmarked(last.number - 2)).await, Err(ErrorCode::CursorUnknown));

    // The journal loses its last three entries while a server runs and a reader follows it.
    let tailing = tokio::spawn(run_tail(env.clone()));
    let mut reader = follow(&env, topic.clone(), Start::Now, Retention::ThirtyDays).await.expect("a reader");
    while env.journal().progress().0 < last.number {
        tokio::task::yield_now().await;
    }
    let lose = "DELETE FROM event WHERE number > (SELECT MAX(number) - 3 FROM event)";
    crate::testing::sql(&env, lose).await.expect("lost");
    assert_eq!((open(lost).await, open(earlier).await), (Err(ErrorCode::CursorUnknown), Ok(0)));
    let ended = tokio::time::timeout(Duration::from_secs(30), reader.next()).await.expect("in time");
    assert!(matches!(ended, Err(crate::Error::CursorUnknown)), "{ended:?}");
    // The journal then reuses the lost numbers and grows beyond them.
    for number in last.number - 2..=last.number + 2 {
        renumbered(&env, number).await;
    }
    assert!(newest(&env).await.expect("a position").number > last.number);
    assert_eq!((open(lost).await, open(earlier).await), (Err(ErrorCode::CursorUnknown), Ok(5)));
    assert_eq!(open(unmarked(last.number)).await, Err(ErrorCode::CursorUnknown));
    // Control: without its mark the cursor would be valid, and its reader would miss the three new entries before it.
    let reused = after(&env, last.number).await;
    assert_eq!((reused.number, open(Start::After(reused)).await), (last.number, Ok(2)));
    tailing.abort();
}

/// Appends a change and gives its entry a number, without the tree.
async fn renumbered(env: &Env, number: i64) {
    change(env, Duration::ZERO).await;
    let text = format!("UPDATE event SET number = {number} WHERE number IS NULL");
    crate::testing::sql(env, Box::leak(text.into_boxed_str())).await.expect("numbered");
}

async fn a_reader_resumes_at_its_cursor(db: TestDb) {
    let env = env(&db).await;
    let tailing = tokio::spawn(run_tail(env.clone()));
    sequence(&env).await.expect("numbers");
    for _ in 0..5 {
        change(&env, Duration::ZERO).await;
    }
    sequence(&env).await.expect("numbers");
    let topic = Topic::all(city::AGENCY);
    let (all, last) = page(&env, &topic, Start::Oldest, Retention::Forever, 1_000).await.expect("all");
    let numbers: Vec<i64> = all.iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, (1..=last.number).collect::<Vec<_>>());
    let middle = after(&env, last.number - 3).await;
    let mut reader =
        follow(&env, topic.clone(), Start::After(middle), Retention::ThirtyDays).await.expect("a reader");
    let next = reader.next().await.expect("entries");
    let numbers: Vec<i64> = next.iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, (middle.number + 1..=last.number).collect::<Vec<_>>());
    assert!(!reader.is_behind());

    // A topic without matches returns no entries but still advances the cursor.
    let nothing = Topic { subjects: Some(BTreeSet::new()), ..topic.clone() };
    assert_eq!(
        page(&env, &nothing, Start::After(after(&env, 2).await), Retention::Forever, 10).await.expect("none"),
        (Vec::new(), last)
    );

    // A cursor beyond the end is refused.
    assert!(follow(&env, topic.clone(), Start::After(last), Retention::ThirtyDays).await.is_ok());
    for retention in [Retention::ThirtyDays, Retention::Forever] {
        let start = Start::After(Position { number: last.number + 1, mark: last.mark });
        let beyond = follow(&env, topic.clone(), start, retention).await;
        assert!(matches!(beyond, Err(crate::Error::CursorUnknown)));
        let beyond = page(&env, &topic, start, retention, 10).await;
        assert!(matches!(beyond, Err(crate::Error::CursorUnknown)));
    }

    // A month later the cursor of a personal stream has expired; a cursor of the whole journal has not.
    env.clock.set(env.now() + chrono::Duration::days(31));
    let first = Start::After(after(&env, 1).await);
    let old = follow(&env, topic.clone(), first, Retention::ThirtyDays).await;
    assert!(matches!(old, Err(crate::Error::CursorExpired)));
    assert!(follow(&env, topic, first, Retention::Forever).await.is_ok());
    tailing.abort();
}

async fn a_reader_before_the_tail_starts_at_the_end(db: TestDb) {
    let env = env(&db).await;
    change(&env, Duration::ZERO).await;
    sequence(&env).await.expect("numbers");
    let end = newest(&env).await.expect("a number").number;
    assert!(end > 0);
    let mut reader =
        follow(&env, Topic::all(city::AGENCY), Start::Now, Retention::ThirtyDays).await.expect("a reader");
    change(&env, Duration::ZERO).await;
    sequence(&env).await.expect("numbers");
    let tailing = tokio::spawn(run_tail(env.clone()));
    let next = reader.next().await.expect("entries");
    assert_eq!(next.iter().map(|entry| entry.number).collect::<Vec<_>>(), [end + 1]);
    tailing.abort();
}

/// On PostgreSQL the change that starts first may get the last number. A cursor from before both stays valid.
async fn a_slow_change_does_not_expire_a_cursor(db: TestDb) {
    let env = env(&db).await;
    sequence(&env).await.expect("numbers");
    env.clock.set(env.now() + chrono::Duration::days(31));
    let cursor = newest(&env).await.expect("a number");
    let changing = |pause| {
        let env = env.clone();
        tokio::spawn(async move { change(&env, Duration::from_millis(pause)).await })
    };
    let slow = changing(300);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let fast = changing(0);
    if env.db.backend() == Backend::Postgres {
        fast.await.expect("the fast one");
        assert_eq!(sequence(&env).await.expect("numbers"), 1);
    }
    slow.await.expect("the slow one");
    // On SQLite the fast change waits for the slow one.
    while newest(&env).await.expect("a number").number < cursor.number + 2 {
        sequence(&env).await.expect("numbers");
    }
    let topic = Topic::all(city::AGENCY);
    let (found, _) =
        page(&env, &topic, Start::After(cursor), Retention::ThirtyDays, 10).await.expect("not expired");
    assert_eq!(found.len(), 2);
    let earlier = Start::After(after(&env, cursor.number - 1).await);
    let old = page(&env, &topic, earlier, Retention::ThirtyDays, 10).await;
    assert!(matches!(old, Err(crate::Error::CursorExpired)));
}

/// The negative control: on PostgreSQL the entry with the smaller `drawn` value may commit last.
async fn a_reader_by_drawn_misses_entries_that_commit_late(db: TestDb) {
    let env = env(&db).await;
    sequence(&env).await.expect("numbers");
    let slow = tokio::spawn({
        let env = env.clone();
        async move { change(&env, Duration::from_millis(300)).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let fast = tokio::spawn({
        let env = env.clone();
        async move { change(&env, Duration::ZERO).await }
    });
    if env.db.backend() == Backend::Postgres {
        fast.await.expect("the fast one");
        // A reader by `drawn` now reads the fast entry, and continues after it.
        let read = drawn(&env, 0).await;
        let naive = *read.last().expect("an entry");
        sequence(&env).await.expect("numbers");
        slow.await.expect("the slow one");
        assert_eq!(drawn(&env, naive).await, Vec::<i64>::new(), "the naive reader misses the slow one");
        assert_eq!(sequence(&env).await.expect("numbers"), 1, "the sequencer gives it the next number");
    } else {
        // SQLite has one writer at a time, so both orders are the same.
        slow.await.expect("the slow one");
        fast.await.expect("the fast one");
        assert_eq!(sequence(&env).await.expect("numbers"), 2);
    }
    let left = event::Entity::find().filter(event::Column::Number.is_null()).all(env.db.reader()).await;
    assert_eq!(left.expect("entries"), Vec::new());
}

/// Reads the `drawn` values of committed entries after a value.
async fn drawn(env: &Env, after: i64) -> Vec<i64> {
    let pool = env.db.reader().get_postgres_connection_pool();
    sqlx::query_scalar("SELECT drawn FROM event WHERE drawn > $1 ORDER BY drawn")
        .bind(after)
        .fetch_all(pool)
        .await
        .expect("the drawn values")
}

async fn the_stored_tree_matches_the_entries(db: TestDb) {
    let env = env(&db).await;
    for _ in 0..3 {
        change(&env, Duration::ZERO).await;
        sequence(&env).await.expect("numbers");
    }
    let rows = event::Entity::find()
        .order_by_asc(event::Column::Number)
        .all(env.db.reader())
        .await
        .expect("the entries");
    let mut recomputed = proof::tree::Frontier::new();
    for row in &rows {
        recomputed.append(sequencer::leaf_of(row).expect("a leaf").hash());
    }
    let ids = proof::tree::nodes_for_root(rows.len() as u64).expect("ids");
    let stored = sequencer::nodes(env.db.reader(), &ids).await.expect("nodes");
    let root = proof::tree::root(rows.len() as u64, &stored).expect("a root");
    assert_eq!(root, recomputed.root());
}

/// The times of all entries in the order of their numbers.
async fn times(env: &Env) -> Vec<i64> {
    let rows = event::Entity::find()
        .filter(event::Column::Number.is_not_null())
        .order_by_asc(event::Column::Number)
        .all(env.db.reader())
        .await
        .expect("the entries");
    rows.iter().map(|row| row.at).collect()
}

async fn times_never_run_backwards(db: TestDb) {
    let env = env(&db).await;
    let hour = chrono::Duration::hours(1);
    let start = env.now();
    change(&env, Duration::ZERO).await;
    sequence(&env).await.expect("numbers");
    // The clock is set back while the server runs.
    env.clock.set(start - hour);
    change(&env, Duration::ZERO).await;
    // Another server's clock is also an hour behind, and it has read none of the entries, as after a restart.
    let other = Env::new(env.db.clone(), Clock::shifted(-hour), db.folder.path());
    change(&other, Duration::ZERO).await;
    change(&env, Duration::ZERO).await;
    sequence(&other).await.expect("numbers");
    change(&other, Duration::ZERO).await;
    sequence(&env).await.expect("numbers");
    let times = times(&env).await;
    assert!(times.is_sorted(), "{times:?}");
    let expected = domain::time::to_micros(start);
    assert!(times.iter().rev().take(4).all(|at| *at >= expected), "{times:?} from {expected}");
    // When the clocks are right again, the times are too.
    env.clock.set(start + hour);
    change(&env, Duration::ZERO).await;
    sequence(&env).await.expect("numbers");
    let last = *self::times(&env).await.last().expect("an entry");
    assert!(last >= domain::time::to_micros(start + hour));
    // Negative control: the entries of the other server were written with its time.
    change(&Env::new(env.db.clone(), Clock::shifted(-hour), db.folder.path()), Duration::ZERO).await;
    let left = event::Entity::find().filter(event::Column::Number.is_null()).one(env.db.reader()).await;
    assert!(left.expect("entries").expect("an entry").at < last);
}
