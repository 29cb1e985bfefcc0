//! Tests that the audit finds each random tampering by an owner of the database, and reports nothing for lawful
//! changes.

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
use proof::{audit, checkpoint::Checkpoint};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use uuid::Uuid;
use world::World;

both!(an_honest_journal_and_its_rows_have_no_findings);
both!(tamperings_are_found);
both!(honest_runs_have_no_findings);
both!(without_kept_checkpoints_a_rehashed_end_is_not_found);
both!(
    #[ignore = "takes minutes: CONTRIBUTING.md has the command"]
    ten_thousand_tamperings_and_a_thousand_honest_runs
);
both!(a_checkpoint_is_signed_only_if_it_extends_the_last_one);
both!(a_generated_city_has_no_findings);
both!(a_payload_can_be_erased_and_a_new_entry_records_the_erasure);

/// Runs the work inside a unit of work that is always rolled back.
async fn try_out<T, F>(env: &Env, work: impl FnOnce(Tx) -> F + Send + 'static) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let done = Arc::new(Mutex::new(None));
    let result = done.clone();
    let undone: Result<()> = env
        .write(&Actor::system(AgencyId(Uuid::nil())), move |tx| async move {
            let outcome = work(tx).await;
            *result.lock().expect("a lock") = Some(outcome);
            Err(Error::Forbidden)
        })
        .await;
    assert!(undone.is_err());
    done.lock()
        .expect("a lock")
        .take()
        .unwrap_or_else(|| Err(Error::internal("the work did not run: {undone:?}")))
}

async fn audited(tx: &Tx, kept: &[Checkpoint]) -> Result<Report> {
    verify_in(tx.source(), kept, &|_| {}).await
}

async fn an_honest_journal_and_its_rows_have_no_findings(db: TestDb) {
    let world = World::build(&db).await;
    let report = verify(&world.env, world.kept.clone(), |_| {}).await.expect("a report");
    assert_eq!(report.findings, []);
    assert_eq!(report.proven, world.kept.last().map_or(0, |last| last.size));
    assert!(report.proven < report.entries && report.unnumbered == 0, "{report:?}");
    assert!(report.erased > 0 && report.objects > 100, "{report:?}");
}

/// Tampers once for each seed and asserts that the audit finds it. Returns how often each tampering was done.
async fn tampered(world: &World, seeds: std::ops::Range<u64>) -> BTreeMap<String, usize> {
    let mut done = BTreeMap::new();
    for seed in seeds {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        // If a constraint of the database rejects the tampering, try another one.
        let (what, report) = loop {
            let kept = world.kept.clone();
            let own = ChaCha8Rng::seed_from_u64(rng.random());
            let tried = try_out(&world.env, move |tx| async move {
                let Some(what) = tamper::once(&tx, &kept, own).await? else { return Ok(None) };
                Ok(Some((what, audited(&tx, &kept).await)))
            });
            if let Ok(Some(done)) = tried.await {
                break done;
            }
        };
        // An audit that fails with an error has found the tampering too.
        if let Ok(report) = report {
            assert!(!report.findings.is_empty(), "seed {seed}: {what} was not found");
        }
        *done.entry(what).or_default() += 1;
    }
    done
}

async fn tamperings_are_found(db: TestDb) {
    let world = World::build(&db).await;
    let done = tampered(&world, 0..100).await;
    assert!(done.len() > 25, "{done:?}");
    // All tamperings were rolled back.
    let report = verify(&world.env, world.kept.clone(), |_| {}).await.expect("a report");
    assert_eq!(report.findings, []);
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
        assert_eq!(report.findings, [], "seed {seed}");
        erased += report.erased;
    }
    erased
}

async fn honest_runs_have_no_findings(db: TestDb) {
    let world = World::build(&db).await;
    assert!(honest(&world, 0..20).await > 20);
}

/// The long form of the tests above. CONTRIBUTING.md has the command.
async fn ten_thousand_tamperings_and_a_thousand_honest_runs(db: TestDb) {
    let world = World::build(&db).await;
    let erased = honest(&world, 0..1_000).await;
    println!("1000 honest runs without findings; they contained {erased} erasures");
    let done = tampered(&world, 0..10_000).await;
    println!("{} tamperings, all found: {done:#?}", done.values().sum::<usize>());
}

/// The negative control: without kept checkpoints the audit does not find a rewrite with recomputed hashes.
async fn without_kept_checkpoints_a_rehashed_end_is_not_found(db: TestDb) {
    let world = World::build(&db).await;
    let kept = world.kept.clone();
    let reports = try_out(&world.env, move |tx| async move {
        tamper::rewrite_the_last_entry(&tx, &kept).await?;
        Ok((audited(&tx, &[]).await?, audited(&tx, &kept).await?))
    });
    let (without, with) = reports.await.expect("reports");
    assert_eq!(without.findings, []);
    assert!(
        with.findings
            .iter()
            .any(|finding| matches!(finding, Finding::Journal(audit::Finding::RootDiffers { .. }))),
        "{with:?}"
    );
}

async fn a_checkpoint_is_signed_only_if_it_extends_the_last_one(db: TestDb) {
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

    // Another server that shares the folder uses the same key and continues from the last checkpoint.
    let other = Notary::open(&key, "contoh.go.id/jurnal").expect("a notary");
    let public = journal::keys(other.public()).expect("keys");
    let env = world.env.clone().signed_by(other);
    assert!(Notary::open(&key, "lain.go.id/jurnal").is_err(), "the key of another journal is rejected");
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
    assert_eq!((report.findings, report.proven), (Vec::new(), grown));

    // A truncated journal gets no signature.
    env.write(&Actor::system(world.agency), |tx| async move { tamper::cut_the_last_entry(&tx).await })
        .await
        .expect("cut");
    let refused = journal::sign_checkpoint(&env).await;
    assert!(format!("{refused:?}").contains("shrank"), "{refused:?}");
}

async fn a_generated_city_has_no_findings(db: TestDb) {
    let env = world::generated(&db).await;
    journal::sequence(&env).await.expect("numbers");
    let report = verify(&env, Vec::new(), |_| {}).await.expect("a report");
    assert_eq!(report.findings, []);
    assert!(report.objects > 500 && report.proven == 0, "{report:?}");
}

async fn a_payload_can_be_erased_and_a_new_entry_records_the_erasure(db: TestDb) {
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
    assert!(matches!(refused, Err(Error::Refused(_))), "the current state can't be erased: {refused:?}");
    assert!(matches!(journal::erase(env, first.id, " ".to_owned()).await, Err(Error::Refused(_))));
    // The random world may have erased it already.
    let has_payload =
        event_payload::Entity::find_by_id(first.id).one(env.db.reader()).await.expect("read").is_some();
    assert_eq!(journal::erase(env, first.id, reason()).await.is_ok(), has_payload);
    assert!(matches!(journal::erase(env, first.id, reason()).await, Err(Error::NotFound)));
    let erasure = event::Entity::find()
        .filter(event::Column::SubjectId.eq(first.id))
        .filter(event::Column::Kind.eq(proof::leaf::ERASURE))
        .filter(event::Column::SubjectKind.eq(proof::leaf::ENTRY))
        .one(env.db.reader())
        .await
        .expect("read")
        .expect("the entry of the erasure");
    assert!(matches!(journal::erase(env, erasure.id, reason()).await, Err(Error::Forbidden)));
    journal::sequence(env).await.expect("numbers");
    let report = verify(env, world.kept.clone(), |_| {}).await.expect("a report");
    assert_eq!(report.findings, []);
}

#[test]
fn domain_and_proof_use_the_same_names_for_an_erasure() {
    use domain::event::{EventKind, SubjectKind};
    assert_eq!(EventKind::EntryErased.to_string(), proof::leaf::ERASURE);
    assert_eq!(SubjectKind::Entry.to_string(), proof::leaf::ENTRY);
}
