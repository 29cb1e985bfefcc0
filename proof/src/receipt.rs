//! A receipt: the proof of one entry for the person that it concerns.
//!
//! A receipt contains the entry, its payload if the person can see it, the path to the root, and a signed checkpoint.
//! With the public key, anyone can verify it at any time without the server. Together with a checkpoint that someone
//! else kept, it also proves that the server did not show a second journal.

use crate::{
    Hash,
    checkpoint::{Checkpoint, CheckpointError, Consistency, Inconsistency, Keys, agree},
    leaf::{Leaf, Payload},
    tree,
};
use serde::{Deserialize, Serialize};

/// The format name of a [`Receipt`].
pub const RECEIPT: &str = "kinerja.receipt.v1";

/// The proof of one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Receipt {
    /// [`RECEIPT`].
    pub format: String,
    /// The entry without its payload.
    pub entry: Leaf,
    /// The payload, if it is disclosed.
    pub payload: Option<Payload>,
    /// The inclusion proof: the path from the leaf to the root of the checkpoint.
    pub proof: Vec<Hash>,
    /// A signed checkpoint.
    pub checkpoint: String,
}

/// Why a receipt is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// The receipt has another format.
    #[error("the format of the receipt is unknown")]
    Format,
    /// The checkpoint of the receipt is not accepted.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The tree of the checkpoint does not contain the entry at its number.
    #[error("the journal of the checkpoint does not contain the entry")]
    NotIncluded,
    /// The disclosed payload does not match the commitment of the entry.
    #[error("the disclosed payload is not the recorded payload")]
    OtherPayload,
    /// A kept checkpoint is inconsistent with the checkpoint of the receipt.
    #[error(transparent)]
    Inconsistent(#[from] Inconsistency),
}

/// The result of verifying a valid receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The checkpoint that covers the entry.
    pub checkpoint: Checkpoint,
    /// Whether the payload is disclosed, and therefore also proven.
    pub disclosed: bool,
    /// The number of kept checkpoints that are consistent with the receipt's checkpoint.
    pub agrees_with: usize,
    /// The sizes of kept checkpoints that could not be compared because the consistency proof is missing.
    pub uncompared: Vec<u64>,
}

impl Receipt {
    /// Builds a receipt from stored nodes, see [`tree::nodes_for_inclusion`]. `size` is the size of the checkpoint.
    pub fn new(
        entry: Leaf,
        payload: Option<Payload>,
        size: u64,
        checkpoint: String,
        nodes: &(impl tree::NodeReader + ?Sized),
    ) -> Result<Self, tree::TreeError> {
        let index = entry.number.checked_sub(1).ok_or(tree::TreeError::OutOfRange)?;
        let proof = tree::inclusion(index, size, nodes)?;
        Ok(Self { format: RECEIPT.to_owned(), entry, payload, proof, checkpoint })
    }

    /// Verifies the receipt with the public keys, and compares its checkpoint with the kept checkpoints. For sizes that
    /// differ, `proofs` must contain the consistency proof.
    pub fn verify(
        &self,
        keys: &Keys,
        kept: &[Checkpoint],
        proofs: &[Consistency],
    ) -> Result<Verified, ReceiptError> {
        if self.format != RECEIPT {
            return Err(ReceiptError::Format);
        }
        let checkpoint = keys.open(&self.checkpoint)?;
        let included = self.entry.number.checked_sub(1).is_some_and(|index| {
            tree::includes(checkpoint.size, checkpoint.root, index, self.entry.hash(), &self.proof)
        });
        if !included {
            return Err(ReceiptError::NotIncluded);
        }
        if self.payload.as_ref().is_some_and(|payload| payload.commitment() != self.entry.commitment) {
            return Err(ReceiptError::OtherPayload);
        }
        let mut uncompared = Vec::new();
        for other in kept {
            match agree(&checkpoint, other, proofs) {
                Ok(()) => {}
                Err(Inconsistency::Unproven { .. }) => uncompared.push(other.size),
                Err(split) => return Err(split.into()),
            }
        }
        Ok(Verified {
            checkpoint,
            disclosed: self.payload.is_some(),
            agrees_with: kept.len() - uncompared.len(),
            uncompared,
        })
    }
}
