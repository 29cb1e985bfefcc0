//! A checker over the whole journal, in one pass.
//!
//! The caller feeds the entries by number, as they stand in the database, with the checkpoints that were kept outside
//! of it. Every leaf is computed anew from its row, and the root at the size of each kept checkpoint is compared. What
//! the database stores beside (leaf and node hashes) only helps to say where the fault is: it proves nothing.

use crate::{
    Hash,
    checkpoint::{Checkpoint, Split},
    leaf::{Leaf, Payload},
    tree::Frontier,
};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// An entry as it stands in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The row.
    pub leaf: Leaf,
    /// The row of its payload, if there is one.
    pub payload: Option<Payload>,
    /// The stored hashes that its append completed (see [`crate::tree::nodes_completed_by`]), the leaf's first; None to
    /// leave them unchecked.
    pub stored: Option<Vec<Hash>>,
}

/// What is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// Entries are not there.
    #[error("entries {from} to {to} are missing")]
    Missing {
        /// The first.
        from: u64,
        /// The last.
        to: u64,
    },
    /// An entry stands where it has no place: a number twice, or out of order.
    #[error("entry {number} stands in the wrong place: {expected} was expected")]
    Misplaced {
        /// Its number.
        number: u64,
        /// The number that had to come.
        expected: u64,
    },
    /// An entry is not the one that was numbered.
    #[error("entry {number} was changed")]
    Changed {
        /// Its number.
        number: u64,
    },
    /// Two entries took each other's place.
    #[error("entries {one} and {other} were swapped")]
    Swapped {
        /// The smaller number.
        one: u64,
        /// The larger number.
        other: u64,
    },
    /// A stored hash of the tree is wrong, while the entry is not.
    #[error("a stored hash of level {level} beside entry {number} is wrong")]
    NodeDiffers {
        /// The entry whose append completed the node.
        number: u64,
        /// The level of the node.
        level: u8,
    },
    /// What an entry says is not what it committed to.
    #[error("what entry {number} says was changed")]
    PayloadChanged {
        /// Its number.
        number: u64,
    },
    /// What an entry says is gone, and no entry tells of an erasure.
    #[error("what entry {number} said is gone, and no later entry tells of its erasure")]
    PayloadMissing {
        /// Its number.
        number: u64,
    },
    /// An erasure names an entry that says all it said, or none.
    #[error("entry {number} tells of the erasure of {names}, which is not an erased entry before it")]
    NotErased {
        /// The number of the erasure.
        number: u64,
        /// The id that it names.
        names: Uuid,
    },
    /// The journal is shorter than a checkpoint says.
    #[error("the journal has {entries} entries, but a checkpoint was kept of {size}")]
    Truncated {
        /// How many there are.
        entries: u64,
        /// How many there were.
        size: u64,
    },
    /// The entries are not those of a kept checkpoint.
    #[error(
        "the first {size} entries are not those of the kept checkpoint; the last checkpoint that fits has {fits}"
    )]
    RootDiffers {
        /// The size of the checkpoint.
        size: u64,
        /// The size of the largest one that fits; the fault lies behind it.
        fits: u64,
    },
    /// The kept checkpoints contradict each other.
    #[error(transparent)]
    Split(#[from] Split),
}

/// What the whole pass shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many entries were read.
    pub entries: u64,
    /// How many of them, from the first on, are proven by a kept checkpoint; nothing is proven of those behind it.
    pub proven: u64,
    /// The root over all that was read.
    pub root: Hash,
    /// How many payloads were erased, each told by an entry.
    pub erased: u64,
    /// All faults, or the first [`MOST`] of them and those of roots.
    pub findings: Vec<Finding>,
}

/// How many findings are listed; a journal rewritten from the start would list millions.
pub const MOST: usize = 1_000;

/// The checker.
#[derive(Debug, Default)]
pub struct Audit {
    /// The roots to compare, by size.
    kept: BTreeMap<u64, Hash>,
    /// Over the entries as they stand.
    tree: Frontier,
    /// Over the stored leaf hashes: which stored node is wrong is asked of what is stored below it.
    told: Frontier,
    /// The number that has to come.
    expected: u64,
    /// The size of the largest kept checkpoint that fits, and of the smallest that does not.
    fits: u64,
    differs: Option<u64>,
    /// Entries without payload, until an erasure names them.
    gone: HashMap<Uuid, Gone>,
    erased: u64,
    /// Entries that are not what their stored hash says: the first of them, to tell a swap from a change.
    changed: Vec<(Leaf, Hash)>,
    findings: Vec<Finding>,
}

#[derive(Debug)]
struct Gone {
    number: u64,
    told: bool,
}

impl Audit {
    /// Against checkpoints that were kept outside the database; each came out of
    /// [`Keys::open`](crate::checkpoint::Keys::open).
    #[must_use]
    pub fn new(kept: &[Checkpoint]) -> Self {
        let mut audit = Self { expected: 1, ..Self::default() };
        for checkpoint in kept {
            if checkpoint.origin != kept.first().map_or("", |first| first.origin.as_str()) {
                audit.find(Split::OtherOrigin.into());
            }
            let root = *audit.kept.entry(checkpoint.size).or_insert(checkpoint.root);
            if root != checkpoint.root {
                audit.find(Split::Forked { size: checkpoint.size }.into());
            }
        }
        audit.compare();
        audit
    }

    /// Takes the next entry. The caller reads them in the order of their numbers, in one snapshot.
    pub fn entry(&mut self, entry: Entry) {
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

    /// What was found.
    #[must_use]
    pub fn finish(mut self) -> Report {
        let entries = self.expected - 1;
        // What was never reached: the journal ends before it, or has gaps.
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
        self.tell_changed();
        let mut missing: Vec<u64> =
            self.gone.values().filter(|gone| !gone.told).map(|gone| gone.number).collect();
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
        if self.findings.len() < MOST {
            self.findings.push(finding);
        }
    }

    /// Compares the root if a checkpoint was kept of just this size.
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
            // An erasure says nothing of people that it could lose: it tells why.
            None if leaf.erases().is_some() => self.find(Finding::PayloadMissing { number }),
            None => {
                self.gone.insert(leaf.event_id, Gone { number, told: false });
            }
        }
    }

    fn erasure(&mut self, leaf: &Leaf) {
        let Some(names) = leaf.erases() else { return };
        match self.gone.get_mut(&names) {
            Some(gone) if !gone.told => {
                gone.told = true;
                self.erased += 1;
            }
            Some(_) => {}
            None => self.find(Finding::NotErased { number: leaf.number, names }),
        }
    }

    fn stored(&mut self, leaf: Leaf, hash: Hash, stored: Option<&[Hash]>) {
        let number = leaf.number;
        let first = stored.and_then(<[Hash]>::first).copied();
        let made = self.told.append(first.unwrap_or(hash));
        let Some(stored) = stored else { return };
        for (level, node) in made.iter().enumerate() {
            if stored.get(level) != Some(&node.hash) {
                self.find(Finding::NodeDiffers { number, level: node.id.level });
            }
        }
        if let Some(first) = first
            && first != hash
            && self.changed.len() < MOST
        {
            self.changed.push((leaf, first));
        }
    }

    /// Two changed entries of which each would fit at the other's place were swapped.
    fn tell_changed(&mut self) {
        let changed = std::mem::take(&mut self.changed);
        let numbers: HashMap<Hash, u64> =
            changed.iter().map(|(leaf, stored)| (*stored, leaf.number)).collect();
        let fits_at =
            |leaf: &Leaf, number: u64| numbers.get(&Leaf { number, ..leaf.clone() }.hash()) == Some(&number);
        let mut told = vec![false; changed.len()];
        for (at, (leaf, _)) in changed.iter().enumerate() {
            if told.get(at) == Some(&true) {
                continue;
            }
            // The root over the entries as they stand is a kept one: then the stored hash is what was changed.
            if leaf.number <= self.fits {
                self.find(Finding::NodeDiffers { number: leaf.number, level: 0 });
                continue;
            }
            let other = changed
                .iter()
                .enumerate()
                .skip(at + 1)
                .take(NEIGHBOURS)
                .find(|(_, (other, _))| fits_at(leaf, other.number) && fits_at(other, leaf.number));
            match other {
                Some((there, (other, _))) => {
                    told.iter_mut().skip(there).take(1).for_each(|told| *told = true);
                    self.find(Finding::Swapped { one: leaf.number, other: other.number });
                }
                None => self.find(Finding::Changed { number: leaf.number }),
            }
        }
    }
}

/// How many changed entries behind one are tried as its partner in a swap.
const NEIGHBOURS: usize = 64;
