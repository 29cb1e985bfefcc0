//! The Merkle tree of RFC 6962 over stored hashes.
//!
//! `tlog_tiles`, a port of Go's `sumdb/tlog`, computes hashes and proofs. This module maps them to a table
//! `journal_node (level, index, hash)`: a node is stored when its subtree is complete, and never changes. A database
//! answers asynchronously, but this crate is pure and synchronous. So a proof takes two steps: list the nodes that it
//! needs (the caller reads them in one statement), then build the proof from [`Nodes`].

use crate::Hash;
use std::{cell::RefCell, collections::HashMap};
use tlog_tiles::{Error as LibraryError, HashReader};

/// The address of a node. Level 0 contains the leaves; a node of a level covers 2^level leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// The level: 0 for a leaf.
    pub level: u8,
    /// The position in the level, from the left, starting at 0.
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
    /// The address of the node.
    pub id: NodeId,
    /// The hash of the node.
    pub hash: Hash,
}

/// Why a proof or root could not be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// A needed node is missing.
    #[error("a stored node of the tree is missing")]
    MissingNode,
    /// The leaf does not exist, or the sizes are not possible.
    #[error("the leaf or the size is out of range")]
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

struct StoredNodes<'a, R: ?Sized>(&'a R);

impl<R: NodeReader + ?Sized> HashReader for StoredNodes<'_, R> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, LibraryError> {
        indexes
            .iter()
            .map(|&dense| {
                self.0.node(NodeId::of(dense)).map(Into::into).ok_or(LibraryError::IndexesNotInTree)
            })
            .collect()
    }
}

/// Records which nodes a proof needs. They do not depend on the hashes.
#[derive(Default)]
struct RecordingReader(RefCell<Vec<u64>>);

impl HashReader for RecordingReader {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, LibraryError> {
        self.0.borrow_mut().extend(indexes);
        Ok(vec![tlog_tiles::Hash::default(); indexes.len()])
    }
}

impl RecordingReader {
    fn nodes(self) -> Vec<NodeId> {
        self.0.into_inner().into_iter().map(NodeId::of).collect()
    }
}

fn tree_error(error: LibraryError) -> TreeError {
    match error {
        LibraryError::IndexesNotInTree => TreeError::MissingNode,
        _ => TreeError::OutOfRange,
    }
}

/// The largest accepted tree; the library's arithmetic is safe far beyond it.
pub const MAX_SIZE: u64 = 1 << 62;

fn in_range(size: u64) -> Result<(), TreeError> {
    if size <= MAX_SIZE { Ok(()) } else { Err(TreeError::OutOfRange) }
}

/// The nodes that the append of leaf number `size` (counted from 1) completed, the leaf first.
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
    let asked = RecordingReader::default();
    tlog_tiles::prove_record(size, index, &asked).map_err(tree_error)?;
    Ok(asked.nodes())
}

/// The nodes that [`consistency`] needs.
pub fn nodes_for_consistency(old: u64, new: u64) -> Result<Vec<NodeId>, TreeError> {
    in_range(new)?;
    if old == 0 {
        return Ok(Vec::new());
    }
    let asked = RecordingReader::default();
    tlog_tiles::prove_tree(new, old, &asked).map_err(tree_error)?;
    Ok(asked.nodes())
}

/// Computes the root of the first `size` leaves.
pub fn root(size: u64, nodes: &(impl NodeReader + ?Sized)) -> Result<Hash, TreeError> {
    in_range(size)?;
    tlog_tiles::tree_hash(size, &StoredNodes(nodes)).map(Into::into).map_err(tree_error)
}

/// Builds the proof that the tree of `size` leaves contains leaf `index`.
pub fn inclusion(index: u64, size: u64, nodes: &(impl NodeReader + ?Sized)) -> Result<Vec<Hash>, TreeError> {
    in_range(size)?;
    let proof = tlog_tiles::prove_record(size, index, &StoredNodes(nodes)).map_err(tree_error)?;
    Ok(proof.into_iter().map(Into::into).collect())
}

/// Builds the proof that the tree of `new` leaves extends the tree of `old` leaves.
pub fn consistency(old: u64, new: u64, nodes: &(impl NodeReader + ?Sized)) -> Result<Vec<Hash>, TreeError> {
    in_range(new)?;
    if old == 0 {
        return Ok(Vec::new());
    }
    let proof = tlog_tiles::prove_tree(new, old, &StoredNodes(nodes)).map_err(tree_error)?;
    Ok(proof.into_iter().map(Into::into).collect())
}

/// The maximum length of a valid proof. Longer ones are rejected without computing hashes.
const MAX_PROOF_LENGTH: usize = 2 * 64;

fn to_library(proof: &[Hash]) -> Option<Vec<tlog_tiles::Hash>> {
    (proof.len() <= MAX_PROOF_LENGTH).then(|| proof.iter().copied().map(Into::into).collect())
}

/// Whether the proof shows that the tree with this size and root contains this leaf.
#[must_use]
pub fn includes(size: u64, root: Hash, index: u64, leaf: Hash, proof: &[Hash]) -> bool {
    in_range(size).is_ok()
        && to_library(proof).is_some_and(|proof| {
            tlog_tiles::check_record(&proof, size, root.into(), index, leaf.into()).is_ok()
        })
}

/// Whether the proof shows that the newer tree extends the older one. Every tree extends the empty one.
#[must_use]
pub fn extends(old: (u64, Hash), new: (u64, Hash), proof: &[Hash]) -> bool {
    if in_range(new.0).is_err() {
        return false;
    }
    if old.0 == 0 {
        return proof.is_empty() && old.1 == tlog_tiles::EMPTY_HASH.into();
    }
    to_library(proof)
        .is_some_and(|proof| tlog_tiles::check_tree(&proof, new.0, new.1.into(), old.0, old.1.into()).is_ok())
}

/// The right edge of a growing tree: the roots of its complete subtrees, at most one per bit of its size. An append
/// needs nothing else.
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
    /// The frontier of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Loads the frontier of a stored tree of `size` leaves, from the nodes that [`nodes_for_root`] names.
    pub fn at(size: u64, nodes: &(impl NodeReader + ?Sized)) -> Result<Self, TreeError> {
        let edge = nodes_for_root(size)?
            .into_iter()
            .map(|id| nodes.node(id).map(|hash| Node { id, hash }).ok_or(TreeError::MissingNode))
            .collect::<Result<_, _>>()?;
        Ok(Self { size, edge })
    }

    /// The number of leaves; also the index of the next leaf.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
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

    /// Appends a leaf. Returns the completed nodes to store, the leaf first (see [`nodes_completed_by`]).
    pub fn append(&mut self, leaf: Hash) -> Vec<Node> {
        self.size += 1;
        let mut completed = Vec::new();
        for id in nodes_completed_by(self.size) {
            let hash = match (completed.last(), id.level) {
                (_, 0) | (None, _) => leaf,
                // The edge ends with the left neighbour of each subtree that is completed.
                (Some(&Node { hash: right, .. }), _) => match self.edge.pop() {
                    Some(left) => tlog_tiles::node_hash(left.hash.into(), right.into()).into(),
                    None => right,
                },
            };
            completed.push(Node { id, hash });
        }
        self.edge.extend(completed.last());
        completed
    }
}
