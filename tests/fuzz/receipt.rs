//! The verifier of receipts: no bytes make it panic, and it accepts no changed receipt with other contents. The first
//! byte chooses the kind of input: a receipt, a checkpoint, a consistency proof, keys, or changes of a valid receipt. A
//! change has three bytes: a position and the byte to write there.

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
    /// The public key. `Keys` can't be shared by threads.
    key: String,
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

pub const WORDS: &[&str] = &[
    "\"number\":",
    "\"proof\":[",
    "\"payload\":null",
    "\"checkpoint\":\"",
    "kinerja.receipt.v1",
    "kinerja.consistency.v1",
    "null",
    "[]",
    "18446744073709551615",
    "-1",
    "\n\n\u{2014} ",
    "+",
    "=",
    "\\n",
    "\0\u{1}",
    "time 2026-11-24T05:41:00.000000Z\n",
];

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
        key: signer.public().to_owned(),
    }
});

struct Nodes(HashMap<NodeId, Hash>);

impl proof::tree::NodeReader for Nodes {
    fn node(&self, id: NodeId) -> Option<Hash> {
        self.0.get(&id).copied()
    }
}

/// Verifies a receipt; an accepted receipt must have the contents of the real one.
fn verify(text: &[u8]) -> String {
    let receipt = match serde_json::from_slice::<Receipt>(text) {
        Ok(receipt) => receipt,
        // The kind of error, and where in the receipt it is.
        Err(error) => return format!("{:?} {}", error.classify(), error.column() / 32),
    };
    let Journal { key, old, new, proof, receipt: real, .. } = &*JOURNAL;
    let keys = Keys::parse([key]).expect("a key");
    let kept = [old.clone(), new.clone()];
    let verified = receipt.verify(&keys, &kept, std::slice::from_ref(proof));
    if let Ok(verified) = &verified {
        assert_eq!(receipt.entry, leaf(receipt.entry.number));
        assert!(receipt.payload.as_ref().is_none_or(|it| *it == payload(receipt.entry.number)));
        assert_eq!((verified.checkpoint.size, verified.checkpoint.root), (new.size, new.root));
        assert_eq!(receipt.entry == real.entry, receipt.proof == real.proof);
    }
    format!("{:?}", verified.map(|verified| verified.disclosed))
}

pub fn seeds() -> Vec<Vec<u8>> {
    let proof = serde_json::to_string(&JOURNAL.proof).expect("JSON");
    let signer = Signer::from_seed("kinerja.example/journal", &[7; 32]).expect("a key");
    vec![
        format!("5{}", JOURNAL.text).into(),
        format!("1{}", JOURNAL.receipt.checkpoint).into(),
        format!("2{proof}").into(),
        format!("3{}", signer.public()).into(),
        format!("3{}", signer.secret()).into(),
        b"4\0\x10a\x01\x00b".to_vec(),
    ]
}

pub fn try_input(input: &[u8]) -> String {
    let (form, rest) = input.split_first().unwrap_or((&b'1', input));
    let Journal { key, old, new, text, .. } = &*JOURNAL;
    let outcome = match form % 5 {
        0 => verify(rest),
        1 => {
            let keys = Keys::parse([key]).expect("a key");
            let opened = keys.open(&String::from_utf8_lossy(rest));
            if let Ok(opened) = &opened {
                assert!(opened.origin == new.origin && opened.size <= new.size);
            }
            format!("{:?}", opened.map(|checkpoint| checkpoint.size))
        }
        2 => match serde_json::from_slice::<Consistency>(rest) {
            Ok(proof) => {
                let proofs = std::slice::from_ref(&proof);
                format!("{:?} {:?}", follows(old, new, Some(&proof)).is_ok(), agree(new, old, proofs).is_ok())
            }
            Err(error) => format!("{:?}", error.classify()),
        },
        3 => {
            let text = String::from_utf8_lossy(rest);
            format!("{} {}", Keys::parse(text.lines()).is_ok(), Signer::parse(&text).is_ok())
        }
        _ => {
            let mut changed = text.clone().into_bytes();
            for change in rest.chunks_exact(3) {
                let at = usize::from(u16::from_be_bytes([change[0], change[1]])) % changed.len();
                changed[at] = change[2];
            }
            verify(&changed)
        }
    };
    format!("{} {outcome}", form % 5)
}
