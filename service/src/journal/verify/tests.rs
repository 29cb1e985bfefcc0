//! What the owner of the database does to the journal or to a row is found; what is lawful raises no alarm.

mod edit;
mod lawful;
mod tamper;
mod world;

use super::*;
use crate::{
    Error,
    db::Tx,
    journal::{self, Notary},
    testing::TestDb,
};
use domain::{actor::Actor, id::AgencyId};
use proof::{audit::Finding, checkpoint::Checkpoint};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use uuid::Uuid;
use world::World;

both!(an_honest_journal_and_its_rows_raise_no_alarm);
both!(tamperings_are_found);
both!(honest_runs_raise_no_alarm);
both!(without_kept_checkpoints_a_rehashed_tail_is_not_found);
both!(
    #[ignore = "takes minutes: CONTRIBUTING.md has the command"]
    ten_thousand_tamperings_and_a_thousand_honest_runs
);
both!(a_checkpoint_is_signed_only_where_it_follows_the_last_one);
both!(a_generated_city_is_clean);
both!(what_an_entry_says_can_be_erased_and_another_entry_tells_so);

/// Does something inside of a unit of work that is taken back, whatever comes of it.
async fn try_out<T, F>(env: &Env, work: impl FnOnce(Tx) -> F + Send + 'static) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let done = Arc::new(Mutex::new(None));
    let told = done.clone();
    let undone: Result<()> = env
        .write(&Actor::system(AgencyId(Uuid::nil())), move |tx| async move {
            let outcome = work(tx).await;
            *told.lock().expect("a lock") = Some(outcome);
            Err(Error::Forbidden)
        })
        .await;
    assert!(undone.is_err());
    done.lock().expect("a lock").take().unwrap_or_else(|| Err(Error::internal("it was not done: {undone:?}")))
}

async fn audited(tx: &Tx, kept: &[Checkpoint]) -> Result<Report> {
    verify_in(tx.source(), kept, &|_| {}).await
}

async fn an_honest_journal_and_its_rows_raise_no_alarm(db: TestDb) {
    let world = World::build(&db).await;
    let report = verify(&world.env, world.kept.clone(), |_| {}).await.expect("a report");
    assert_eq!(report.faults, []);
    assert_eq!(report.proven, world.kept.last().map_or(0, |last| last.size));
    assert!(report.proven < report.entries && report.unnumbered == 0, "{report:?}");
    assert!(report.erased > 0 && report.objects > 100, "{report:?}");
}

/// Tampers once for each seed and holds that it is found; gives how often what was done.
async fn tampered(world: &World, seeds: std::ops::Range<u64>) -> BTreeMap<String, usize> {
    let mut done = BTreeMap::new();
    for seed in seeds {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        // What the database itself refuses (a constraint) is no tampering: another one is tried.
        let (what, report) = loop {
            let kept = world.kept.clone();
            let mine = ChaCha8Rng::seed_from_u64(chance.random());
            let tried = try_out(&world.env, move |tx| async move {
                let Some(what) = tamper::once(&tx, &kept, mine).await? else { return Ok(None) };
                Ok(Some((what, audited(&tx, &kept).await)))
            });
            if let Ok(Some(done)) = tried.await {
                break done;
            }
        };
        // What can't even be read is found, too.
        if let Ok(report) = report {
            assert!(!report.faults.is_empty(), "seed {seed}: {what} was not found");
        }
        *done.entry(what).or_default() += 1;
    }
    done
}

async fn tamperings_are_found(db: TestDb) {
    let world = World::build(&db).await;
    let done = tampered(&world, 0..100).await;
    assert!(done.len() > 25, "{done:?}");
    // All was taken back.
    let report = verify(&world.env, world.kept.clone(), |_| {}).await.expect("a report");
    assert_eq!(report.faults, []);
}

async fn honest(world: &World, seeds: std::ops::Range<u64>) -> u64 {
    let mut erased = 0;
    for seed in seeds {
        let kept = world.kept.clone();
        let report = try_out(&world.env, move |tx| async move {
            lawful::acts(&tx, ChaCha8Rng::seed_from_u64(seed)).await?;
            journal::sequencer::batch(tx.clone()).await?;
            audited(&tx, &kept).await
        });
        let report = report.await.expect("a report");
        assert_eq!(report.faults, [], "seed {seed}");
        erased += report.erased;
    }
    erased
}

async fn honest_runs_raise_no_alarm(db: TestDb) {
    let world = World::build(&db).await;
    assert!(honest(&world, 0..20).await > 20);
}

/// The long form; CONTRIBUTING.md has the command.
async fn ten_thousand_tamperings_and_a_thousand_honest_runs(db: TestDb) {
    let world = World::build(&db).await;
    let erased = honest(&world, 0..1_000).await;
    println!("1000 honest runs: no alarm; {erased} erasures seen in them");
    let done = tampered(&world, 0..10_000).await;
    println!("{} tamperings, all found: {done:#?}", done.values().sum::<usize>());
}

/// The negative control: against nothing kept, who computes all anew is not seen.
async fn without_kept_checkpoints_a_rehashed_tail_is_not_found(db: TestDb) {
    let world = World::build(&db).await;
    let kept = world.kept.clone();
    let reports = try_out(&world.env, move |tx| async move {
        tamper::rewrite_the_last_entry(&tx, &kept).await?;
        Ok((audited(&tx, &[]).await?, audited(&tx, &kept).await?))
    });
    let (without, with) = reports.await.expect("reports");
    assert_eq!(without.faults, []);
    assert!(
        with.faults.iter().any(|fault| matches!(fault, Fault::Journal(Finding::RootDiffers { .. }))),
        "{with:?}"
    );
}

async fn a_checkpoint_is_signed_only_where_it_follows_the_last_one(db: TestDb) {
    let world = World::build(&db).await;
    let key = db.folder.path().join("journal/key");
    std::fs::create_dir_all(key.parent().expect("a folder")).expect("a folder");
    let env = world.env.clone().signed_by(Notary::open(&key, "contoh.go.id/jurnal").expect("a notary"));
    let size = journal::sign_checkpoint(&env).await.expect("signed");
    assert_eq!(size, Some(journal::checkpoint::size(env.db.reader()).await.expect("a size")));
    assert_eq!(journal::sign_checkpoint(&env).await.expect("nothing new"), None);
    let first = journal::checkpoint(&env, None).await.expect("read").expect("a checkpoint");
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&key).expect("a key").permissions());
    assert_eq!(mode & 0o777, 0o600);

    // Another server that shares the folder has the same key; it goes on.
    let other = Notary::open(&key, "contoh.go.id/jurnal").expect("a notary");
    let public = journal::keys(other.public()).expect("keys");
    let env = world.env.clone().signed_by(other);
    assert!(Notary::open(&key, "lain.go.id/jurnal").is_err(), "the key of another journal is not taken");
    env.write(&Actor::system(world.agency), |tx| async move {
        lawful::acts(&tx, ChaCha8Rng::seed_from_u64(1)).await
    })
    .await
    .expect("lawful acts");
    journal::sequence(&env).await.expect("numbers");
    let grown = journal::sign_checkpoint(&env).await.expect("signed").expect("grown");
    let second = journal::checkpoint(&env, Some(grown)).await.expect("read").expect("a checkpoint");
    let (first, second) = (public.open(&first).expect("opened"), public.open(&second).expect("opened"));
    let proof = journal::consistency(&env, first.size, second.size).await.expect("read");
    assert_eq!(proof::checkpoint::follows(&first, &second, proof.as_ref()), Ok(()));
    let files = journal::checkpoint_files(&key.with_file_name("checkpoints")).expect("files");
    assert_eq!(files.len(), 3, "{files:?}");
    let report = verify(&env, vec![first, second], |_| {}).await.expect("a report");
    assert_eq!((report.faults, report.proven), (Vec::new(), grown));

    // A journal that was cut, or rewritten, gets no signature.
    env.write(&Actor::system(world.agency), |tx| async move { tamper::cut_the_last_entry(&tx).await })
        .await
        .expect("cut");
    let refused = journal::sign_checkpoint(&env).await;
    assert!(format!("{refused:?}").contains("shrank"), "{refused:?}");
}

async fn a_generated_city_is_clean(db: TestDb) {
    let env = world::generated(&db).await;
    journal::sequence(&env).await.expect("numbers");
    let report = verify(&env, Vec::new(), |_| {}).await.expect("a report");
    assert_eq!(report.faults, []);
    assert!(report.objects > 500 && report.proven == 0, "{report:?}");
}

async fn what_an_entry_says_can_be_erased_and_another_entry_tells_so(db: TestDb) {
    use entity::{event, event_payload};
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
    let world = World::build(&db).await;
    let env = &world.env;
    let entries =
        event::Entity::find().order_by_desc(event::Column::SubjectVersion).all(env.db.reader()).await;
    let last = entries.expect("entries").into_iter().find(|row| row.subject_version > 1).expect("a change");
    let first = event::Entity::find()
        .filter(event::Column::SubjectId.eq(last.subject_id))
        .filter(event::Column::SubjectVersion.eq(last.subject_version - 1))
        .one(env.db.reader())
        .await
        .expect("read")
        .expect("the entry before");
    let reason = || "Permohonan tertulis".to_owned();
    let refused = journal::erase(env, last.id, reason()).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "the present state stays: {refused:?}");
    assert!(matches!(journal::erase(env, first.id, " ".to_owned()).await, Err(Error::Refused(_))));
    // By chance it may have been erased already.
    let there =
        event_payload::Entity::find_by_id(first.id).one(env.db.reader()).await.expect("read").is_some();
    assert_eq!(journal::erase(env, first.id, reason()).await.is_ok(), there);
    assert!(matches!(journal::erase(env, first.id, reason()).await, Err(Error::NotFound)));
    let erasure = event::Entity::find()
        .filter(event::Column::SubjectId.eq(first.id))
        .filter(event::Column::Kind.eq(proof::leaf::ERASURE))
        .filter(event::Column::SubjectKind.eq(proof::leaf::ENTRY))
        .one(env.db.reader())
        .await
        .expect("read")
        .expect("an entry that tells so");
    assert!(matches!(journal::erase(env, erasure.id, reason()).await, Err(Error::Forbidden)));
    journal::sequence(env).await.expect("numbers");
    let report = verify(env, world.kept.clone(), |_| {}).await.expect("a report");
    assert_eq!(report.faults, []);
}

#[test]
fn the_names_of_an_erasure_are_those_of_the_proof() {
    use domain::event::{EventKind, SubjectKind};
    assert_eq!(EventKind::EntryErased.to_string(), proof::leaf::ERASURE);
    assert_eq!(SubjectKind::Entry.to_string(), proof::leaf::ENTRY);
}
