//! Tests that a declared loss names the lost entries, and that no other key signs.

use super::*;
use crate::{
    db::Db,
    env::Clock,
    journal::verify,
    testing::{TestDb, city, sql},
};
use domain::{actor::Actor, event::EventKind};
use sea_orm::EntityTrait;

const ORIGIN: &str = "contoh.go.id/jurnal";

fn files(folder: &Path) -> JournalFiles {
    JournalFiles { key: folder.join("key"), origin: ORIGIN.to_owned(), witness: None }
}

async fn env(db: &TestDb) -> Env {
    let connected = Db::connect(&db.options).await.expect("a connection");
    let env = Env::new(connected, Clock::system(), db.folder.path());
    city::found(&env).await.expect("the small city");
    env
}

/// Appends and numbers this many entries.
async fn entries(env: &Env, count: usize) {
    for _ in 0..count {
        let row = entity::period::Entity::find_by_id(city::quarter(1).0).one(env.db.reader()).await;
        let before = crate::store::period::value(row.expect("a row").expect("a quarter")).expect("a value");
        let system = Actor::system(city::AGENCY);
        let appended = env.write(&system, move |tx| async move {
            crate::db::append(&tx, EventKind::PeriodClosed, None, &before, None).await
        });
        appended.await.expect("an entry");
    }
    sequence(env).await.expect("numbers");
}

async fn sign(env: &Env, files: &JournalFiles) -> u64 {
    let signing = env.clone().signed_by(files.open().expect("a key"));
    sign_checkpoint(&signing).await.expect("signed").expect("a checkpoint")
}

/// Takes the database back to its first entries, as a restore does.
async fn lose_after(env: &Env, size: u64) {
    for text in [
        format!("DELETE FROM event_payload WHERE event_id IN (SELECT id FROM event WHERE number > {size})"),
        format!("DELETE FROM event WHERE number > {size}"),
        format!("DELETE FROM journal_node WHERE (position + 1) * (1 << level) > {size}"),
        format!("DELETE FROM journal_checkpoint WHERE size > {size}"),
    ] {
        sql(env, Box::leak(text.into_boxed_str())).await.expect("lost");
    }
}

/// Makes a journal that lost five signed entries and then got seven others. Returns the number of entries that it kept.
async fn with_a_loss(env: &Env, files: &JournalFiles, after_checkpoint: usize) -> u64 {
    sequence(env).await.expect("numbers");
    let signed = sign(env, files).await;
    entries(env, after_checkpoint).await;
    let backup = signed + after_checkpoint as u64;
    let root = continues(env, None).await.expect("a root").0.1;
    entries(env, 5).await;
    assert_eq!(sign(env, files).await, backup + 5);
    lose_after(env, backup).await;
    let (last, text) = files.last_signed().expect("read").expect("a checkpoint");
    if after_checkpoint > 0 {
        files.remember("", Some((&last, &text)), (backup, root)).expect("remembered");
    }
    entries(env, 7).await;
    backup
}

both!(a_declared_loss_names_the_lost_entries);
both!(only_the_key_that_signed_last_signs);

async fn a_declared_loss_names_the_lost_entries(db: TestDb) {
    // First a restored journal with two entries that no checkpoint covers, then a journal whose loss only checkpoints
    // show.
    for after_checkpoint in [2, 0] {
        let folder = tempfile::tempdir().expect("a folder");
        let files = files(folder.path());
        let own = match db.options.file() {
            Some(_) => TestDb::sqlite().await.expect("a database"),
            None => TestDb::postgres().await.expect("a database").expect("PostgreSQL"),
        };
        let env = env(&own).await;
        let backup = with_a_loss(&env, &files, after_checkpoint).await;
        let lost = files.last_signed().expect("read").expect("a checkpoint").0;
        let loss = declare_loss(&env, &files, "Cakram rusak").await.expect("declared");
        let exact = after_checkpoint > 0;
        let expected = LostEntries { from: backup + 1, to: backup + 5, exact, new: 7 };
        assert_eq!((loss.entries, loss.size), (Some(expected), backup + 7));
        assert_eq!(files.losses().expect("losses"), std::slice::from_ref(&loss));
        assert!(loss.concerns(&lost) && loss.finding.contains(&format!("{} to {}", backup + 1, backup + 5)));
        let kept = Checkpoint { size: backup, ..lost.clone() };
        assert!(!loss.concerns(&kept), "a checkpoint from before the loss");
        assert!(!verify(&env, vec![lost], |_| {}).await.expect("an audit").findings.is_empty());
        assert!(declare_loss(&env, &files, "Lagi").await.is_err(), "nothing more is lost");
    }
}

async fn only_the_key_that_signed_last_signs(db: TestDb) {
    let env = env(&db).await;
    let folder = tempfile::tempdir().expect("a folder");
    let files = files(folder.path());
    entries(&env, 1).await;
    let signed = sign(&env, &files).await;
    let first = std::fs::read_to_string(&files.key).expect("a key");
    // Another key with the same name.
    std::fs::remove_file(&files.key).expect("removed");
    create_key(&files.key, ORIGIN).expect("another key");
    let refused = files.open().expect_err("another key").to_string();
    assert!(refused.contains("not the key that signed this journal last"), "{refused}");
    std::fs::write(&files.key, &first).expect("the key");
    let replaced = replace_key(&files).expect("replaced");
    assert_eq!(replaced.signed, signed);
    assert!(files.open().expect("the new key").public().starts_with(&replaced.public));
    // The replaced key signs nothing more.
    let second = std::fs::read_to_string(&files.key).expect("a key");
    std::fs::write(&files.key, &first).expect("the old key");
    assert!(files.open().is_err());
    std::fs::write(&files.key, &second).expect("the new key");
    entries(&env, 1).await;
    sign(&env, &files).await;

    // A declared loss begins another origin, and the first one's keys stay known.
    lose_after(&env, signed).await;
    declare_loss(&env, &files, "Cakram rusak").await.expect("declared");
    assert_eq!(files.public().expect("keys").lines().count(), 3);
    // The whole folder is lost except the current key. An operator puts the key back at the path that the error names.
    let key = files.current_key();
    let (current, public) = (std::fs::read_to_string(&key).expect("a key"), files.public().expect("keys"));
    let (last, text) = files.last_signed().expect("read").expect("a checkpoint");
    let empty = tempfile::tempdir().expect("a folder");
    let restored = super::tests::files(empty.path());
    let root = continues(&env, None).await.expect("a root").0.1;
    restored.remember(&public, Some((&last, &text)), (last.size, root)).expect("remembered");
    let missing = restored.require_key(&env).await.expect_err("no key").to_string();
    assert!(missing.contains("origin-2/key") && missing.contains("--reason"), "{missing}");
    std::fs::write(restored.current_key(), current).expect("the key");
    restored.require_key(&env).await.expect("the key");
    assert_eq!(restored.open().expect("the key").public(), public, "all keys stay listed");
}

#[test]
fn a_witness_that_cant_be_written_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let with = |witness: PathBuf| JournalFiles { witness: Some(witness), ..files(folder.path()) };
    with(folder.path().to_owned()).require_witness().expect("a folder");
    let refused = with(folder.path().join("absent")).require_witness().expect_err("no folder").to_string();
    assert!(refused.contains("absent") && refused.contains("ReadWritePaths"), "{refused}");
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("a file");
    assert!(with(file).require_witness().is_err());
}
