//! Tests that the audit finds tampering by the owner of the database, with checkpoints that someone else kept.

use crate::journal::{Journal, id, keys, payload, signer};
use proof::{
    audit::Finding,
    checkpoint::{Consistency, Inconsistency, SignError, follows},
    leaf::{ENTRY, ERASURE},
    tree::TreeError,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Tampers once, at random, with entries that a kept checkpoint covers. Returns what was done.
fn tamper(journal: &mut Journal, rng: &mut ChaCha8Rng) -> &'static str {
    let covered = journal.covered();
    let at = rng.random_range(0..covered);
    let other = rng.random_range(0..covered);
    match rng.random_range(0..13) {
        0 => {
            let leaf = &mut journal.entries[at].leaf;
            match rng.random_range(0..10) {
                0 => leaf.event_id = id(rng),
                1 => leaf.agency_id = id(rng),
                2 => leaf.kind.push('X'),
                3 => leaf.at += rng.random_range(1..1_000_000),
                4 => leaf.actor.kind.push('X'),
                5 => leaf.actor.id = Some(id(rng)),
                6 => leaf.subject.kind.push('X'),
                7 => leaf.subject.id = id(rng),
                8 => leaf.subject.version += 1,
                _ => leaf.request_id = Some(id(rng)),
            }
            "a column edited"
        }
        1 => {
            let mut forged = payload(rng);
            if let Some(real) = &journal.entries[at].payload {
                forged.salt.clone_from(&real.salt);
                forged.after = Some(format!("{}!", real.after.as_deref().unwrap_or_default()));
            }
            journal.entries[at].payload = Some(forged);
            "a payload edited"
        }
        2 => {
            let forged = payload(rng);
            journal.entries[at].leaf.commitment = forged.commitment();
            journal.entries[at].payload = Some(forged);
            "a payload edited with its commitment"
        }
        3 => {
            journal.entries.remove(at);
            "an entry deleted"
        }
        4 => {
            journal.entries.remove(at);
            renumber(journal);
            "an entry deleted, the others renumbered"
        }
        5 if at != other => {
            journal.entries.swap(at, other);
            "two entries swapped with their numbers"
        }
        6 if at != other => {
            journal.entries.swap(at, other);
            renumber(journal);
            "two entries swapped"
        }
        7 if at != other => {
            let one = journal.entries[at].payload.take();
            let two = journal.entries[other].payload.take();
            if (&one, &two) == (&None, &None) {
                journal.entries[at].payload = Some(payload(rng));
            } else {
                journal.entries[other].payload = one;
                journal.entries[at].payload = two;
            }
            "two payloads swapped"
        }
        8 => {
            journal.entries.truncate(at);
            "the end cut off"
        }
        9 => {
            journal.entries.truncate(at);
            journal.rehash();
            for _ in at..covered + 5 {
                journal.append(rng);
            }
            "a different history from one entry on"
        }
        10 => {
            let mut twin = journal.entries[at].clone();
            twin.leaf.event_id = id(rng);
            journal.entries.insert(at, twin);
            renumber(journal);
            "an entry slipped in"
        }
        11 => {
            let position = journal.entries.iter().position(|entry| entry.payload.is_some());
            if let Some(position) = position {
                journal.entries[position].payload = None;
            }
            "a payload removed without an erasure"
        }
        12 => {
            let leaf = &mut journal.entries[at].leaf;
            ERASURE.clone_into(&mut leaf.kind);
            ENTRY.clone_into(&mut leaf.subject.kind);
            leaf.subject.id = id(rng);
            "an entry turned into an erasure"
        }
        _ => {
            journal.entries[at].leaf.number = u64::try_from(covered + 100).expect("small");
            "a number changed"
        }
    }
}

fn renumber(journal: &mut Journal) {
    for (number, entry) in (1..).zip(&mut journal.entries) {
        entry.leaf.number = number;
    }
}

#[test]
fn ten_thousand_tamperings_are_all_found() {
    let mut counts = std::collections::BTreeMap::new();
    let mut missed_without_checkpoints = 0;
    let journals: Vec<Journal> =
        (0..500).map(|seed| Journal::grow(&mut ChaCha8Rng::seed_from_u64(seed), 2 + seed % 38)).collect();
    for (seed, honest) in (500..10_500).zip(journals.iter().cycle()) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut tampered = honest.clone();
        let what = tamper(&mut tampered, &mut rng);
        let rehashed = rng.random_bool(0.5);
        if rehashed {
            tampered.rehash();
        }
        assert_ne!(honest.entries, tampered.entries, "seed {seed}: {what} changed nothing");
        let report = tampered.audit(&honest.kept);
        assert!(!report.findings.is_empty(), "seed {seed}: {what} was not found (rehashed: {rehashed})");
        *counts.entry(what).or_insert(0) += 1;
        // The negative control: without kept checkpoints the audit misses rehashed journals.
        if rehashed && tampered.audit(&[]).findings.is_empty() {
            missed_without_checkpoints += 1;
        }
    }
    assert_eq!(counts.len(), 14, "{counts:?}");
    assert!(counts.values().all(|times| *times > 200), "{counts:?}");
    assert!(missed_without_checkpoints > 1_000, "{missed_without_checkpoints}");
}

#[test]
fn a_thousand_honest_journals_have_no_findings() {
    let mut erased = 0;
    for seed in 0..1_000 {
        let mut rng = ChaCha8Rng::seed_from_u64(1_000_000 + seed);
        let size = rng.random_range(1..80);
        let mut journal = Journal::grow(&mut rng, size);
        let report = journal.audit(&journal.kept);
        assert_eq!(report.findings, [], "seed {seed}");
        assert_eq!(report.proven, u64::try_from(journal.covered()).expect("small"));
        assert_eq!((report.entries, report.root), (journal.frontier.size(), journal.frontier.root()));
        erased += report.erased;
        // Each checkpoint extends the one before it.
        journal.keep();
        for (old, new) in journal.kept.iter().zip(journal.kept.iter().skip(1)) {
            let proof = Consistency::new(old.size, new.size, &journal.nodes).expect("a proof");
            assert_eq!(follows(old, new, Some(&proof)), Ok(()), "seed {seed}");
        }
        let last = journal.kept.last().cloned().expect("kept");
        assert_eq!(journal.audit(&[last]).proven, journal.frontier.size());
    }
    assert!(erased > 1_000, "{erased}");
}

#[test]
fn a_forked_journal_cannot_prove_that_it_extends_the_kept_checkpoint() {
    for seed in 0..300 {
        let mut rng = ChaCha8Rng::seed_from_u64(2_000_000 + seed);
        let honest = Journal::grow(&mut rng, 30);
        let covered = honest.covered();
        let kept = honest.kept.last().expect("kept");
        let mut forked = honest.clone();
        forked.entries.truncate(rng.random_range(0..covered));
        forked.rehash();
        while forked.frontier.size() < kept.size + 7 {
            forked.append(&mut rng);
            let size = forked.frontier.size();
            // Worst case: the owner has the signing key.
            let signed = signer().sign(size, forked.frontier.root(), None).expect("signed");
            let forged = keys().open(&signed).expect("a checkpoint");
            let verdict = match Consistency::new(kept.size, size, &forked.nodes) {
                Ok(proof) => follows(kept, &forged, Some(&proof)),
                Err(_) => follows(kept, &forged, None),
            };
            match size.cmp(&kept.size) {
                std::cmp::Ordering::Less => {
                    assert_eq!(verdict, Err(Inconsistency::Shrunk { from: kept.size, to: size }))
                }
                std::cmp::Ordering::Equal => assert_eq!(verdict, Err(Inconsistency::Forked { size })),
                std::cmp::Ordering::Greater => {
                    assert_eq!(verdict, Err(Inconsistency::Rewritten { from: kept.size, to: size }));
                }
            }
        }
    }
}

#[test]
fn only_a_journal_that_extends_the_last_checkpoint_is_signed() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut journal = Journal::grow(&mut rng, 0);
    let mut last = None;
    for _ in 0..9 {
        let tip = (journal.frontier.size(), journal.frontier.root());
        for _ in 0..2 {
            let signed = signer().sign_following(last.as_ref(), tip, None, &journal.nodes).expect("signed");
            last = Some(keys().open(&signed).expect("a checkpoint"));
        }
        journal.append(&mut rng);
        journal.append(&mut rng);
    }
    let last = last.expect("signed");
    let next = |journal: &Journal| {
        let tip = (journal.frontier.size(), journal.frontier.root());
        signer().sign_following(Some(&last), tip, None, &journal.nodes).map(|_| ())
    };
    assert_eq!(next(&journal), Ok(()));
    let mut rewritten = journal.clone();
    rewritten.entries[3].leaf.at += 1;
    rewritten.rehash();
    assert_eq!(next(&rewritten), Err(SignError::Inconsistent(Inconsistency::Rewritten { from: 16, to: 18 })));
    rewritten.entries.truncate(16);
    rewritten.rehash();
    assert_eq!(next(&rewritten), Err(SignError::Inconsistent(Inconsistency::Forked { size: 16 })));
    // A restore from an old backup.
    rewritten.entries = journal.entries[..10].to_vec();
    rewritten.rehash();
    assert_eq!(next(&rewritten), Err(SignError::Inconsistent(Inconsistency::Shrunk { from: 16, to: 10 })));
    journal.nodes.clear();
    assert_eq!(next(&journal), Err(SignError::Tree(TreeError::MissingNode)));
}

#[test]
fn findings_locate_the_damage() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut honest = Journal::grow(&mut rng, 0);
    for _ in 0..20 {
        honest.append(&mut rng);
        honest.keep();
    }
    honest.kept.retain(|checkpoint| [0, 5, 10, 20].contains(&checkpoint.size));
    let differs = |size, fits| Finding::RootDiffers { size, fits };

    let mut changed = honest.clone();
    changed.entries[6].leaf.subject.version += 1;
    assert_eq!(changed.audit(&honest.kept).findings, [differs(10, 5), Finding::Changed { number: 7 }]);
    changed.rehash();
    assert_eq!(changed.audit(&honest.kept).findings, [differs(10, 5)]);

    let mut swapped = honest.clone();
    swapped.entries.swap(6, 8);
    for at in [6, 8] {
        swapped.entries[at].stored.clone_from(&honest.entries[at].stored);
    }
    renumber(&mut swapped);
    assert_eq!(swapped.audit(&honest.kept).findings, [differs(10, 5), Finding::Swapped { one: 7, other: 9 }]);

    let mut deleted = honest.clone();
    deleted.entries.drain(6..8);
    let findings = deleted.audit(&honest.kept).findings;
    assert!(findings.contains(&Finding::Missing { from: 7, to: 8 }), "{findings:?}");
    assert!(findings.contains(&differs(10, 5)), "{findings:?}");

    let mut short = honest.clone();
    short.entries.truncate(12);
    assert_eq!(short.audit(&honest.kept).findings, [Finding::Truncated { entries: 12, size: 20 }]);

    let mut missing = honest.clone();
    missing.entries[2].payload = None;
    assert_eq!(missing.audit(&honest.kept).findings, [Finding::PayloadMissing { number: 3 }]);

    let mut edited = honest.clone();
    edited.entries[2].payload.as_mut().expect("present").reason = Some("lain".to_owned());
    assert_eq!(edited.audit(&honest.kept).findings, [Finding::PayloadChanged { number: 3 }]);

    let mut node = honest.clone();
    node.entries[3].stored.as_mut().expect("present")[2] = honest.frontier.root();
    assert_eq!(node.audit(&honest.kept).findings, [Finding::NodeDiffers { number: 4, level: 2 }]);
    node.entries[3].stored = Some(Vec::new());
    assert_eq!(node.audit(&honest.kept).findings.len(), 3);
    node.entries[3].stored = None;
    assert_eq!(node.audit(&honest.kept).findings, []);

    let mut two = honest.kept.clone();
    two[1].root = honest.frontier.root();
    two.push(honest.kept[1].clone());
    assert!(
        honest
            .audit(&two)
            .findings
            .contains(&Finding::Inconsistent(Inconsistency::Forked { size: two[1].size }))
    );
}
