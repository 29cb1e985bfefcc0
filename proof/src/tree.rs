//! The Merkle tree of RFC 6962 over stored hashes.
//!
//! Hashing and proofs are those of `tlog_tiles`, a port of Go's `sumdb/tlog`. This module lays them out for a table
//! `journal_node (level, index, hash)`: a node is stored when its subtree is complete, and never changes. Since a
//! database answers asynchronously and this crate is pure, proofs are made in two steps: ask which nodes are needed
//! (one statement reads them all), then make the proof from [`Nodes`].

use crate::Hash;
use std::{cell::RefCell, collections::HashMap};
use tlog_tiles::{Error as Fault, HashReader};

/// The address of a node: `level` 0 are the leaves; node `index` of a level stands over 2^level leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// 0 for a leaf.
    pub level: u8,
    /// From 0, from the left.
    pub index: u64,
}

impl NodeId {
    fn of(dense: u64) -> Self {
        let (level, index) = tlog_tiles::split_stored_hash_index(dense);
        Self { level, index }
    }
}

/// A node with its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where.
    pub id: NodeId,
    /// What.
    pub hash: Hash,
}

/// Why there is no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// A node that was asked for is not there.
    #[error("a stored node of the tree is missing")]
    MissingNode,
    /// Such a leaf or such a pair of sizes does not exist.
    #[error("no such leaf or sizes")]
    OutOfRange,
}

/// Reads stored nodes.
pub trait NodeReader {
    /// The hash of a stored node.
    fn node(&self, id: NodeId) -> Option<Hash>;
}

/// Nodes in memory.
pub type Nodes = HashMap<NodeId, Hash>;

impl NodeReader for Nodes {
    fn node(&self, id: NodeId) -> Option<Hash> {
        self.get(&id).copied()
    }
}

struct Stored<'a, R: ?Sized>(&'a R);

impl<R: NodeReader + ?Sized> HashReader for Stored<'_, R> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, Fault> {
        indexes
            .iter()
            .map(|&dense| self.0.node(NodeId::of(dense)).map(Into::into).ok_or(Fault::IndexesNotInTree))
            .collect()
    }
}

/// Notes what is asked for. The questions do not depend on the answers.
#[derive(Default)]
struct Asked(RefCell<Vec<u64>>);

impl HashReader for Asked {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, Fault> {
        self.0.borrow_mut().extend(indexes);
        Ok(vec![tlog_tiles::Hash::default(); indexes.len()])
    }
}

impl Asked {
    fn nodes(self) -> Vec<NodeId> {
        self.0.into_inner().into_iter().map(NodeId::of).collect()
    }
}

fn fault(fault: Fault) -> TreeError {
    match fault {
        Fault::IndexesNotInTree => TreeError::MissingNode,
        _ => TreeError::OutOfRange,
    }
}

/// The largest tree that is taken; the library's own arithmetic is safe well beyond.
pub const MAX_SIZE: u64 = 1 << 62;

fn in_range(size: u64) -> Result<(), TreeError> {
    if size <= MAX_SIZE { Ok(()) } else { Err(TreeError::OutOfRange) }
}

/// The nodes that the append which made a tree of `size` leaves completed, the leaf itself first.
#[must_use]
pub fn nodes_completed_by(size: u64) -> Vec<NodeId> {
    if size == 0 {
        return Vec::new();
    }
    (0..=size.trailing_zeros())
        .filter_map(|level| u8::try_from(level).ok())
        .map(|level| NodeId { level, index: (size >> level) - 1 })
        .collect()
}

/// The nodes that the root of a tree of `size` needs; a [`Frontier`] starts from them.
pub fn nodes_for_root(size: u64) -> Result<Vec<NodeId>, TreeError> {
    in_range(size)?;
    Ok(tlog_tiles::sub_tree_index(0, size, Vec::new()).into_iter().map(NodeId::of).collect())
}

/// The nodes that [`inclusion`] needs.
pub fn nodes_for_inclusion(index: u64, size: u64) -> Result<Vec<NodeId>, TreeError> {
    in_range(size)?;
    let asked = Asked::default();
    tlog_tiles::prove_record(size, index, &asked).map_err(fault)?;
    Ok(asked.nodes())
}

/// The nodes that [`consistency`] needs.
pub fn nodes_for_consistency(old: u64, new: u64) -> Result<Vec<NodeId>, TreeError> {
    in_range(new)?;
    if old == 0 {
        return Ok(Vec::new());
    }
    let asked = Asked::default();
    tlog_tiles::prove_tree(new, old, &asked).map_err(fault)?;
    Ok(asked.nodes())
}

/// The root of the first `size` leaves.
pub fn root(size: u64, nodes: &(impl NodeReader + ?Sized)) -> Result<Hash, TreeError> {
    in_range(size)?;
    tlog_tiles::tree_hash(size, &Stored(nodes)).map(Into::into).map_err(fault)
}

/// The proof that leaf `index` stands in the tree of `size` leaves.
pub fn inclusion(index: u64, size: u64, nodes: &(impl NodeReader + ?Sized)) -> Result<Vec<Hash>, TreeError> {
    in_range(size)?;
    let proof = tlog_tiles::prove_record(size, index, &Stored(nodes)).map_err(fault)?;
    Ok(proof.into_iter().map(Into::into).collect())
}

/// The proof that the first `old` leaves of the tree of `new` leaves are the tree of `old` leaves.
pub fn consistency(old: u64, new: u64, nodes: &(impl NodeReader + ?Sized)) -> Result<Vec<Hash>, TreeError> {
    in_range(new)?;
    if old == 0 {
        return Ok(Vec::new());
    }
    let proof = tlog_tiles::prove_tree(new, old, &Stored(nodes)).map_err(fault)?;
    Ok(proof.into_iter().map(Into::into).collect())
}

/// No honest proof is longer; a longer one is not even computed.
const LONGEST: usize = 2 * 64;

fn library(proof: &[Hash]) -> Option<Vec<tlog_tiles::Hash>> {
    (proof.len() <= LONGEST).then(|| proof.iter().copied().map(Into::into).collect())
}

/// Whether a proof shows that the tree with this size and root has this leaf.
#[must_use]
pub fn includes(size: u64, root: Hash, index: u64, leaf: Hash, proof: &[Hash]) -> bool {
    in_range(size).is_ok()
        && library(proof).is_some_and(|proof| {
            tlog_tiles::check_record(&proof, size, root.into(), index, leaf.into()).is_ok()
        })
}

/// Whether a proof shows that the newer tree begins with the older one. Every tree begins with the empty one.
#[must_use]
pub fn extends(old: (u64, Hash), new: (u64, Hash), proof: &[Hash]) -> bool {
    if in_range(new.0).is_err() {
        return false;
    }
    if old.0 == 0 {
        return proof.is_empty() && old.1 == tlog_tiles::EMPTY_HASH.into();
    }
    library(proof)
        .is_some_and(|proof| tlog_tiles::check_tree(&proof, new.0, new.1.into(), old.0, old.1.into()).is_ok())
}

/// The right edge of a growing tree: the roots of its complete subtrees, at most one for each bit of its size. All
/// that a sequencer needs in order to append.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    edge: Vec<Node>,
}

impl NodeReader for Frontier {
    fn node(&self, id: NodeId) -> Option<Hash> {
        self.edge.iter().find(|node| node.id == id).map(|node| node.hash)
    }
}

impl Frontier {
    /// Of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Of a stored tree of `size` leaves, from the nodes that [`nodes_for_root`] names.
    pub fn at(size: u64, nodes: &(impl NodeReader + ?Sized)) -> Result<Self, TreeError> {
        let edge = nodes_for_root(size)?
            .into_iter()
            .map(|id| nodes.node(id).map(|hash| Node { id, hash }).ok_or(TreeError::MissingNode))
            .collect::<Result<_, _>>()?;
        Ok(Self { size, edge })
    }

    /// How many leaves there are; the next leaf has this index.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.edge
            .iter()
            .rev()
            .map(|node| tlog_tiles::Hash::from(node.hash))
            .reduce(|right, left| tlog_tiles::node_hash(left, right))
            .unwrap_or(tlog_tiles::EMPTY_HASH)
            .into()
    }

    /// Appends a leaf and gives the nodes to store, the leaf first: those of [`nodes_completed_by`] the new size.
    pub fn append(&mut self, leaf: Hash) -> Vec<Node> {
        self.size += 1;
        let mut made = Vec::new();
        for id in nodes_completed_by(self.size) {
            let hash = match (made.last(), id.level) {
                (_, 0) | (None, _) => leaf,
                // The edge ends with the left neighbour of each subtree that is completed.
                (Some(&Node { hash: right, .. }), _) => match self.edge.pop() {
                    Some(left) => tlog_tiles::node_hash(left.hash.into(), right.into()).into(),
                    None => right,
                },
            };
            made.push(Node { id, hash });
        }
        self.edge.extend(made.last());
        made
    }
}
