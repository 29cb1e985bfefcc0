//! Audits the whole journal in one pass.
//!
//! The caller passes the checkpoints that were kept outside the database, then the stored entries in order of their
//! numbers. The audit recomputes every leaf from its row and compares the root at the size of each kept checkpoint. The
//! stored leaf and node hashes prove nothing; they only help to locate the damage.

use crate::{
    Hash,
    checkpoint::{Checkpoint, Inconsistency},
    leaf::{Leaf, Payload},
    tree::Frontier,
};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// An entry as stored in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The row.
    pub leaf: Leaf,
    /// The row of its payload, if there is one.
    pub payload: Option<Payload>,
    /// The stored hashes that its append completed (see [`crate::tree::nodes_completed_by`]), the leaf first. If none,
    /// they are not checked.
    pub stored: Option<Vec<Hash>>,
}

/// A finding of the audit: an entry or hash that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// Entries are missing.
    #[error("entries {from} to {to} are missing")]
    Missing {
        /// The first missing number.
        from: u64,
        /// The last missing number.
        to: u64,
    },
    /// An entry is out of order, or its number is used twice.
    #[error("entry {number} is out of order: {expected} was expected")]
    Misplaced {
        /// The number of the entry.
        number: u64,
        /// The number that was expected.
        expected: u64,
    },
    /// An entry was changed after it was numbered.
    #[error("entry {number} was changed")]
    Changed {
        /// The number of the entry.
        number: u64,
    },
    /// Two entries were swapped.
    #[error("entries {one} and {other} were swapped")]
    Swapped {
        /// The smaller number.
        one: u64,
        /// The larger number.
        other: u64,
    },
    /// A stored hash of the tree is wrong, but the entry is right.
    #[error("the stored hash at level {level} of entry {number} is wrong")]
    NodeDiffers {
        /// The entry that completed the node when it was appended.
        number: u64,
        /// The level of the node.
        level: u8,
    },
    /// The payload of an entry does not match its commitment.
    #[error("the payload of entry {number} was changed")]
    PayloadChanged {
        /// The number of the entry.
        number: u64,
    },
    /// The payload of an entry is missing, and no entry records its erasure.
    #[error("the payload of entry {number} is missing, and no later entry records its erasure")]
    PayloadMissing {
        /// The number of the entry.
        number: u64,
    },
    /// An erasure names an entry that was not erased or does not exist.
    #[error("entry {number} records the erasure of {names}, which is not an earlier erased entry")]
    NotErased {
        /// The number of the erasure.
        number: u64,
        /// The id of the entry that it names.
        names: Uuid,
    },
    /// The journal is shorter than a kept checkpoint.
    #[error("the journal has {entries} entries, but a kept checkpoint has {size}")]
    Truncated {
        /// The number of entries found.
        entries: u64,
        /// The size of the checkpoint.
        size: u64,
    },
    /// The entries do not match a kept checkpoint.
    #[error(
        "the first {size} entries do not match the kept checkpoint; the last matching checkpoint has {fits} entries"
    )]
    RootDiffers {
        /// The size of the checkpoint.
        size: u64,
        /// The size of the largest matching checkpoint; the damage is after it.
        fits: u64,
    },
    /// The kept checkpoints contradict each other.
    #[error(transparent)]
    Inconsistent(#[from] Inconsistency),
}

/// The result of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The number of entries read.
    pub entries: u64,
    /// The number of entries, from the first on, that a kept checkpoint proves. Nothing is proven about later entries.
    pub proven: u64,
    /// The root over all entries read.
    pub root: Hash,
    /// The number of payloads that were erased. An entry records each erasure.
    pub erased: u64,
    /// All findings, or the first [`MAX_FINDINGS`] of them plus those about roots.
    pub findings: Vec<Finding>,
}

/// Maximum number of findings to list: a journal rewritten from the start would produce millions.
pub const MAX_FINDINGS: usize = 1_000;

/// The state of a running audit.
#[derive(Debug, Default)]
pub struct Audit {
    /// The roots of the kept checkpoints, by size.
    kept: BTreeMap<u64, Hash>,
    /// The tree over the recomputed leaves.
    tree: Frontier,
    /// The tree over the stored leaf hashes. It shows which stored nodes are wrong, even above a changed leaf.
    stored_tree: Frontier,
    /// The next number.
    expected: u64,
    /// The size of the largest kept checkpoint that matches.
    fits: u64,
    /// The size of the smallest kept checkpoint that does not match.
    differs: Option<u64>,
    /// Entries without a payload, by id.
    missing_payloads: HashMap<Uuid, MissingPayload>,
    erased: u64,
    /// Entries that differ from their stored leaf hash, with that hash. They distinguish a swap from a change.
    changed: Vec<(Leaf, Hash)>,
    findings: Vec<Finding>,
}

#[derive(Debug)]
struct MissingPayload {
    number: u64,
    /// Whether an erasure names the entry.
    erased: bool,
}

impl Audit {
    /// Starts an audit with the checkpoints that were kept outside the database. Open each of them with
    /// [`Keys::open`](crate::checkpoint::Keys::open).
    #[must_use]
    pub fn new(kept: &[Checkpoint]) -> Self {
        let mut audit = Self { expected: 1, ..Self::default() };
        for checkpoint in kept {
            if checkpoint.origin != kept.first().map_or("", |first| first.origin.as_str()) {
                audit.find(Inconsistency::OtherOrigin.into());
            }
            let root = *audit.kept.entry(checkpoint.size).or_insert(checkpoint.root);
            if root != checkpoint.root {
                audit.find(Inconsistency::Forked { size: checkpoint.size }.into());
            }
        }
        audit.compare();
        audit
    }

    /// Adds the next entry. The caller reads the entries in order of their numbers, in one snapshot.
    pub fn add(&mut self, entry: Entry) {
        let Entry { leaf, payload, stored } = entry;
        let number = leaf.number;
        if number > self.expected {
            self.find(Finding::Missing { from: self.expected, to: number - 1 });
        } else if number < self.expected {
            self.find(Finding::Misplaced { number, expected: self.expected });
        }
        self.expected = self.expected.max(number.saturating_add(1));
        self.payload(&leaf, payload.as_ref());
        self.erasure(&leaf);
        let hash = leaf.hash();
        self.tree.append(hash);
        self.stored(leaf, hash, stored.as_deref());
        self.compare();
    }

    /// Finishes the audit.
    #[must_use]
    pub fn finish(mut self) -> Report {
        let entries = self.expected - 1;
        // A kept checkpoint was never reached: the journal is too short, or has gaps.
        match self.kept.keys().next_back() {
            Some(&size) if size > entries => self.findings.push(Finding::Truncated { entries, size }),
            Some(&size) if size > self.tree.size() => {
                self.differs.get_or_insert(size);
            }
            _ => {}
        }
        if let Some(size) = self.differs {
            self.findings.push(Finding::RootDiffers { size, fits: self.fits });
        }
        self.report_changed();
        let mut missing: Vec<u64> = self
            .missing_payloads
            .values()
            .filter(|missing| !missing.erased)
            .map(|missing| missing.number)
            .collect();
        missing.sort_unstable();
        for number in missing {
            self.find(Finding::PayloadMissing { number });
        }
        Report {
            entries: self.tree.size(),
            proven: self.fits,
            root: self.tree.root(),
            erased: self.erased,
            findings: self.findings,
        }
    }

    fn find(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        }
    }

    /// Compares the root, if there is a kept checkpoint of this size.
    fn compare(&mut self) {
        let size = self.tree.size();
        match self.kept.get(&size) {
            Some(root) if *root == self.tree.root() => self.fits = size,
            Some(_) => {
                self.differs.get_or_insert(size);
            }
            None => {}
        }
    }

    fn payload(&mut self, leaf: &Leaf, payload: Option<&Payload>) {
        let number = leaf.number;
        match payload {
            Some(payload) if payload.commitment() == leaf.commitment => {}
            Some(_) => self.find(Finding::PayloadChanged { number }),
            // The payload of an erasure contains only the reason, and is never erased.
            None if leaf.erases().is_some() => self.find(Finding::PayloadMissing { number }),
            None => {
                self.missing_payloads.insert(leaf.event_id, MissingPayload { number, erased: false });
            }
        }
    }

    fn erasure(&mut self, leaf: &Leaf) {
        let Some(names) = leaf.erases() else { return };
        match self.missing_payloads.get_mut(&names) {
            Some(missing) if !missing.erased => {
                missing.erased = true;
                self.erased += 1;
            }
            Some(_) => {}
            None => self.find(Finding::NotErased { number: leaf.number, names }),
        }
    }

    fn stored(&mut self, leaf: Leaf, hash: Hash, stored: Option<&[Hash]>) {
        let number = leaf.number;
        let first = stored.and_then(<[Hash]>::first).copied();
        let completed = self.stored_tree.append(first.unwrap_or(hash));
        let Some(stored) = stored else { return };
        for (level, node) in completed.iter().enumerate() {
            if stored.get(level) != Some(&node.hash) {
                self.find(Finding::NodeDiffers { number, level: node.id.level });
            }
        }
        if let Some(first) = first
            && first != hash
            && self.changed.len() < MAX_FINDINGS
        {
            self.changed.push((leaf, first));
        }
    }

    /// Reports changed entries. Two changed entries were swapped if each matches the stored hash of the other.
    fn report_changed(&mut self) {
        let changed = std::mem::take(&mut self.changed);
        let numbers: HashMap<Hash, u64> =
            changed.iter().map(|(leaf, stored)| (*stored, leaf.number)).collect();
        let fits_at =
            |leaf: &Leaf, number: u64| numbers.get(&Leaf { number, ..leaf.clone() }.hash()) == Some(&number);
        let mut reported = vec![false; changed.len()];
        for (at, (leaf, _)) in changed.iter().enumerate() {
            if reported.get(at) == Some(&true) {
                continue;
            }
            // A kept checkpoint proves this entry, so the stored hash was changed.
            if leaf.number <= self.fits {
                self.find(Finding::NodeDiffers { number: leaf.number, level: 0 });
                continue;
            }
            let other = changed
                .iter()
                .enumerate()
                .skip(at + 1)
                .take(MAX_SWAP_DISTANCE)
                .find(|(_, (other, _))| fits_at(leaf, other.number) && fits_at(other, leaf.number));
            match other {
                Some((partner, (other, _))) => {
                    reported.iter_mut().skip(partner).take(1).for_each(|reported| *reported = true);
                    self.find(Finding::Swapped { one: leaf.number, other: other.number });
                }
                None => self.find(Finding::Changed { number: leaf.number }),
            }
        }
    }
}

/// The number of following changed entries that are tried as the second entry of a swap.
const MAX_SWAP_DISTANCE: usize = 64;
