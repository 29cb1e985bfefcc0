//! The verifier of receipts: no bytes make it panic, and no changed receipt says something else and is accepted. The
//! first byte chooses: the input is a receipt, a checkpoint, a consistency proof, keys, or changes of a valid receipt,
//! each in three bytes: a position and what is written there.

#![no_main]

use libfuzzer_sys::fuzz_target;
use proof::{
    Hash,
    checkpoint::{Checkpoint, Consistency, Keys, Signer, agree, follows},
    leaf::{Actor, Leaf, Payload, Subject},
    receipt::Receipt,
    tree::{Frontier, NodeId},
};
use std::{collections::HashMap, sync::LazyLock};
use uuid::Uuid;

struct Journal {
    keys: Keys,
    old: Checkpoint,
    new: Checkpoint,
    proof: Consistency,
    receipt: Receipt,
    text: String,
}

fn payload(number: u64) -> Payload {
    Payload {
        salt: "garam".to_owned(),
        reason: None,
        before: None,
        after: Some(format!("{{\"n\":{number}}}")),
    }
}

fn leaf(number: u64) -> Leaf {
    Leaf {
        number,
        event_id: Uuid::from_u128(number.into()),
        agency_id: Uuid::from_u128(1),
        kind: "PLAN_SUBMITTED".to_owned(),
        at: 1_772_000_000_000_000,
        actor: Actor { kind: "STAFF".to_owned(), id: Some(Uuid::from_u128(2)) },
        subject: Subject { kind: "PLAN".to_owned(), id: Uuid::from_u128(3), version: 4 },
        request_id: None,
        commitment: payload(number).commitment(),
    }
}

static JOURNAL: LazyLock<Journal> = LazyLock::new(|| {
    let signer = Signer::from_seed("kinerja.example/journal", &[7; 32]).expect("a key");
    let keys = Keys::parse([signer.public()]).expect("a key");
    let mut nodes: HashMap<NodeId, Hash> = HashMap::new();
    let mut frontier = Frontier::new();
    let mut signed = Vec::new();
    for number in 1..=7 {
        nodes.extend(frontier.append(leaf(number).hash()).into_iter().map(|node| (node.id, node.hash)));
        signed.push(signer.sign(number, frontier.root(), Some(1_772_000_000_000_000)).expect("a checkpoint"));
    }
    let nodes = Nodes(nodes);
    let receipt = Receipt::new(leaf(3), Some(payload(3)), 7, signed[6].clone(), &nodes).expect("a receipt");
    Journal {
        old: keys.open(&signed[3]).expect("a checkpoint"),
        new: keys.open(&signed[6]).expect("a checkpoint"),
        proof: Consistency::new(4, 7, &nodes).expect("a proof"),
        text: serde_json::to_string(&receipt).expect("JSON"),
        receipt,
        keys,
    }
});

struct Nodes(HashMap<NodeId, Hash>);

impl proof::tree::NodeReader for Nodes {
    fn node(&self, id: NodeId) -> Option<Hash> {
        self.0.get(&id).copied()
    }
}

/// Verifies a receipt; an accepted one says what the real one says.
fn verify(text: &[u8]) {
    let Ok(receipt) = serde_json::from_slice::<Receipt>(text) else { return };
    let Journal { keys, old, new, proof, receipt: real, .. } = &*JOURNAL;
    let kept = [old.clone(), new.clone()];
    if let Ok(verified) = receipt.verify(keys, &kept, std::slice::from_ref(proof)) {
        assert_eq!(receipt.entry, leaf(receipt.entry.number));
        assert!(receipt.payload.as_ref().is_none_or(|it| *it == payload(receipt.entry.number)));
        assert_eq!((verified.checkpoint.size, verified.checkpoint.root), (new.size, new.root));
        assert_eq!(receipt.entry == real.entry, receipt.proof == real.proof);
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((form, rest)) = data.split_first() else { return };
    let Journal { keys, old, new, text, .. } = &*JOURNAL;
    match form % 5 {
        0 => verify(rest),
        1 => {
            let text = String::from_utf8_lossy(rest);
            if let Ok(opened) = keys.open(&text) {
                assert!(opened.origin == new.origin && opened.size <= new.size);
            }
        }
        2 => {
            let Ok(proof) = serde_json::from_slice::<Consistency>(rest) else { return };
            let _ = (follows(old, new, Some(&proof)), agree(new, old, std::slice::from_ref(&proof)));
        }
        3 => {
            let text = String::from_utf8_lossy(rest);
            let _ = (Keys::parse(text.lines()).is_ok(), Signer::parse(&text).is_ok());
        }
        _ => {
            let mut changed = text.clone().into_bytes();
            for change in rest.chunks_exact(3) {
                let at = usize::from(u16::from_be_bytes([change[0], change[1]])) % changed.len();
                changed[at] = change[2];
            }
            verify(&changed);
        }
    }
});
