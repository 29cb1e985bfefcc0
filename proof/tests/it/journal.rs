//! A journal in memory: what a server stores, and the checkpoints that someone else keeps.

use proof::{
    audit::{Audit, Entry, Report},
    checkpoint::{Checkpoint, Keys, Signer},
    leaf::{Actor, ENTRY, ERASURE, Leaf, Payload, Subject},
    tree::{Frontier, Nodes, nodes_completed_by},
};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

pub const ORIGIN: &str = "kinerja.example.go.id/journal";

/// The signing key of all tests.
pub fn signer() -> Signer {
    Signer::from_seed(ORIGIN, &[7; 32]).expect("a key")
}

pub fn keys() -> Keys {
    Keys::parse([signer().public()]).expect("a key")
}

#[derive(Clone)]
pub struct Journal {
    pub entries: Vec<Entry>,
    pub nodes: Nodes,
    pub frontier: Frontier,
    /// Checkpoints that someone else keeps.
    pub kept: Vec<Checkpoint>,
}

pub fn id(rng: &mut ChaCha8Rng) -> Uuid {
    Uuid::from_u128(rng.random())
}

pub fn payload(rng: &mut ChaCha8Rng) -> Payload {
    Payload {
        salt: format!("{:032x}", rng.random::<u128>()),
        reason: rng.random_bool(0.3).then(|| "alasan".to_owned()),
        before: rng.random_bool(0.7).then(|| format!("{{\"rating\":{}}}", rng.random_range(0..5))),
        after: Some(format!("{{\"rating\":{}}}", rng.random_range(0..5))),
    }
}

/// A random leaf, as a use case would write it.
fn leaf(rng: &mut ChaCha8Rng, number: u64, payload: &Payload) -> Leaf {
    let staff = rng.random_bool(0.8);
    Leaf {
        number,
        event_id: id(rng),
        agency_id: id(rng),
        kind: ["PLAN_REVIEWED", "ACTIVITY_REVIEWED", "EVALUATION_RATED"][rng.random_range(0..3)].to_owned(),
        at: 1_795_498_860_000_000 + i64::try_from(number).expect("small"),
        actor: Actor { kind: if staff { "STAFF" } else { "SYSTEM" }.to_owned(), id: staff.then(|| id(rng)) },
        subject: Subject { kind: "EVALUATION".to_owned(), id: id(rng), version: rng.random_range(1..9) },
        request_id: rng.random_bool(0.9).then(|| id(rng)),
        commitment: payload.commitment(),
    }
}

impl Journal {
    /// Builds an honest journal: entries, with random erasures and kept checkpoints between them.
    pub fn grow(rng: &mut ChaCha8Rng, entries: u64) -> Self {
        let mut journal =
            Self { entries: Vec::new(), nodes: Nodes::new(), frontier: Frontier::new(), kept: Vec::new() };
        while journal.frontier.size() < entries {
            if rng.random_bool(0.1) && !journal.erase(rng).is_empty() {
                continue;
            }
            journal.append(rng);
            if rng.random_bool(0.15) {
                journal.keep();
            }
        }
        if journal.kept.is_empty() {
            journal.keep();
        }
        journal
    }

    pub fn append(&mut self, rng: &mut ChaCha8Rng) {
        let payload = payload(rng);
        let leaf = leaf(rng, self.frontier.size() + 1, &payload);
        self.store(leaf, Some(payload));
    }

    /// Lawfully erases one remaining payload. Returns the id of its entry, or nothing if no payload remains.
    fn erase(&mut self, rng: &mut ChaCha8Rng) -> Vec<Uuid> {
        let erasable: Vec<usize> = (0..self.entries.len())
            .filter(|&at| self.entries[at].payload.is_some() && self.entries[at].leaf.erases().is_none())
            .collect();
        if erasable.is_empty() {
            return Vec::new();
        }
        let at = erasable[rng.random_range(0..erasable.len())];
        self.entries[at].payload = None;
        let names = self.entries[at].leaf.event_id;
        let why = payload(rng);
        let mut erasure = leaf(rng, self.frontier.size() + 1, &why);
        ERASURE.clone_into(&mut erasure.kind);
        erasure.subject = Subject { kind: ENTRY.to_owned(), id: names, version: 1 };
        self.store(erasure, Some(why));
        vec![names]
    }

    fn store(&mut self, leaf: Leaf, payload: Option<Payload>) {
        let completed = self.frontier.append(leaf.hash());
        assert_eq!(
            completed.iter().map(|node| node.id).collect::<Vec<_>>(),
            nodes_completed_by(self.frontier.size())
        );
        self.nodes.extend(completed.iter().map(|node| (node.id, node.hash)));
        let stored = Some(completed.into_iter().map(|node| node.hash).collect());
        self.entries.push(Entry { leaf, payload, stored });
    }

    /// Keeps a checkpoint, unsigned: signing is slow in a debug build and tested elsewhere.
    pub fn keep(&mut self) {
        let (size, root) = (self.frontier.size(), self.frontier.root());
        self.kept.push(Checkpoint { origin: ORIGIN.to_owned(), size, root, at: None });
    }

    /// The number of entries that the kept checkpoints cover.
    pub fn covered(&self) -> usize {
        let size = self.kept.iter().map(|checkpoint| checkpoint.size).max().unwrap_or(0);
        usize::try_from(size).expect("small")
    }

    /// Recomputes all stored hashes, as the owner of the database can.
    pub fn rehash(&mut self) {
        self.nodes = Nodes::new();
        self.frontier = Frontier::new();
        for entry in std::mem::take(&mut self.entries) {
            self.store(entry.leaf, entry.payload);
        }
    }

    pub fn audit(&self, kept: &[Checkpoint]) -> Report {
        let mut audit = Audit::new(kept);
        for entry in &self.entries {
            audit.add(entry.clone());
        }
        audit.finish()
    }
}
