//! Tests that honest receipts verify and all others are rejected.

use crate::journal::{Journal, id, keys, signer};
use proof::{
    checkpoint::{CheckpointError, Consistency, Inconsistency},
    receipt::{Receipt, ReceiptError},
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn receipt(journal: &Journal, at: usize) -> Receipt {
    let size = journal.frontier.size();
    let signed = signer().sign(size, journal.frontier.root(), Some(1_795_498_860_000_000)).expect("signed");
    let entry = journal.entries[at].clone();
    Receipt::new(entry.leaf, entry.payload, size, signed, &journal.nodes).expect("a receipt")
}

#[test]
fn every_receipt_verifies_against_every_kept_checkpoint() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let journal = Journal::grow(&mut rng, 60);
    let size = journal.frontier.size();
    let proofs: Vec<_> = journal
        .kept
        .iter()
        .map(|kept| Consistency::new(kept.size, size, &journal.nodes).expect("a proof"))
        .collect();
    for at in 0..journal.entries.len() {
        let receipt = receipt(&journal, at);
        let text = serde_json::to_string(&receipt).expect("JSON");
        let read: Receipt = serde_json::from_str(&text).expect("a receipt");
        assert_eq!(read, receipt);
        let verified = read.verify(&keys(), &journal.kept, &proofs).expect("valid");
        assert_eq!((verified.agrees_with, verified.uncompared.len()), (journal.kept.len(), 0));
        assert_eq!(verified.disclosed, journal.entries[at].payload.is_some());
        let alone = read.verify(&keys(), &journal.kept, &[]).expect("valid");
        assert_eq!(alone.agrees_with + alone.uncompared.len(), journal.kept.len());
        let hidden = Receipt { payload: None, ..read };
        assert!(!hidden.verify(&keys(), &[], &[]).expect("valid").disclosed);
    }
}

#[test]
fn a_kept_checkpoint_exposes_a_receipt_of_a_second_journal() {
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    let mut honest = Journal::grow(&mut rng, 20);
    honest.keep();
    let mut second = honest.clone();
    second.entries[3].leaf.subject.id = id(&mut rng);
    second.rehash();
    let forged = receipt(&second, 3);
    assert!(forged.verify(&keys(), &[], &[]).is_ok());
    let size = honest.frontier.size();
    let last = honest.kept.last().cloned().expect("kept");
    assert_eq!(
        forged.verify(&keys(), &[last], &[]),
        Err(ReceiptError::Inconsistent(Inconsistency::Forked { size }))
    );
}

#[test]
fn each_defect_of_a_receipt_has_its_own_error() {
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    let mut journal = Journal::grow(&mut rng, 0);
    for _ in 0..9 {
        journal.append(&mut rng);
    }
    let good = receipt(&journal, 4);
    let verify = |receipt: &Receipt| receipt.verify(&keys(), &[], &[]).map(|_| ());
    assert_eq!(verify(&good), Ok(()));
    let mut form = good.clone();
    form.format.push('x');
    assert_eq!(verify(&form), Err(ReceiptError::Format));
    let mut moved = good.clone();
    moved.entry.number = 6;
    assert_eq!(verify(&moved), Err(ReceiptError::NotIncluded));
    for number in [0, 10, u64::MAX] {
        moved.entry.number = number;
        assert_eq!(verify(&moved), Err(ReceiptError::NotIncluded));
    }
    let mut other = good.clone();
    other.payload.as_mut().expect("disclosed").reason = Some("lain".to_owned());
    assert_eq!(verify(&other), Err(ReceiptError::OtherPayload));
    let mut unsigned = good.clone();
    unsigned.checkpoint = unsigned.checkpoint.replace("\n9\n", "\n10\n");
    assert_eq!(verify(&unsigned), Err(ReceiptError::Checkpoint(CheckpointError::BadSignature)));
    for proof in [Vec::new(), vec![good.proof[0]; 3], [good.proof.clone(), good.proof.clone()].concat()] {
        assert_eq!(verify(&Receipt { proof, ..good.clone() }), Err(ReceiptError::NotIncluded));
    }
}

/// Damages the text of receipts at random: the receipt is rejected, or still has the same content.
#[test]
fn damaged_receipts_never_verify_with_other_content() {
    let mut rng = ChaCha8Rng::seed_from_u64(14);
    let journal = Journal::grow(&mut rng, 33);
    let keys = keys();
    let mut parsed = 0;
    for round in 0..20_000 {
        let good = receipt_text(&journal, round % journal.entries.len());
        let mut bytes = good.0.clone().into_bytes();
        for _ in 0..rng.random_range(1..3) {
            let at = rng.random_range(0..bytes.len());
            match rng.random_range(0..3) {
                0 => bytes[at] ^= 1 << rng.random_range(0..7),
                1 => bytes[at] = bytes[rng.random_range(0..bytes.len())],
                _ => {
                    bytes.remove(at);
                }
            }
        }
        let Ok(read) = serde_json::from_slice::<Receipt>(&bytes) else { continue };
        parsed += 1;
        if read.verify(&keys, &[], &[]).is_ok() {
            assert_eq!(read, good.1, "{}", String::from_utf8_lossy(&bytes));
        }
    }
    assert!(parsed > 5_000, "{parsed}");
}

thread_local! {
    static TEXTS: std::cell::RefCell<std::collections::HashMap<usize, (String, Receipt)>> = Default::default();
}

/// Caches each receipt, because signing is slow in a debug build.
fn receipt_text(journal: &Journal, at: usize) -> (String, Receipt) {
    TEXTS.with_borrow_mut(|texts| {
        texts
            .entry(at)
            .or_insert_with(|| {
                let receipt = receipt(journal, at);
                (serde_json::to_string(&receipt).expect("JSON"), receipt)
            })
            .clone()
    })
}

/// Damages a signed checkpoint at random: it is rejected, or still has the same content.
#[test]
fn damaged_checkpoints_never_open_with_other_content() {
    let mut rng = ChaCha8Rng::seed_from_u64(15);
    let journal = Journal::grow(&mut rng, 7);
    let signed = receipt(&journal, 0).checkpoint;
    let keys = keys();
    let good = keys.open(&signed).expect("a checkpoint");
    let mut refused = 0;
    for _ in 0..5_000 {
        let mut bytes = signed.clone().into_bytes();
        let at = rng.random_range(0..bytes.len());
        match rng.random_range(0..3) {
            0 => bytes[at] ^= 1 << rng.random_range(0..8),
            1 => bytes.insert(at, bytes[rng.random_range(0..bytes.len())]),
            _ => bytes.truncate(at),
        }
        let Ok(text) = String::from_utf8(bytes) else { continue };
        match keys.open(&text) {
            Ok(read) => assert_eq!(read, good, "{text}"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 3_000, "{refused}");
}
