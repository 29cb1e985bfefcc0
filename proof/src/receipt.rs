//! A receipt: the proof of one entry for the person whom it concerns.
//!
//! It holds the entry, what it says if the person may see it, the path to the root, and a signed checkpoint. With the
//! public key it can be verified for ever, without the server. With a checkpoint that somebody else kept it also shows
//! that the server had no second journal.

use crate::{
    Hash,
    checkpoint::{Checkpoint, CheckpointError, Consistency, Keys, Split, agree},
    leaf::{Leaf, Payload},
    tree,
};
use serde::{Deserialize, Serialize};

/// The form of a [`Receipt`].
pub const RECEIPT: &str = "kinerja.receipt.v1";

/// The proof of one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Receipt {
    /// [`RECEIPT`].
    pub format: String,
    /// The entry, without what it says of people.
    pub entry: Leaf,
    /// What it says, if it is disclosed.
    pub payload: Option<Payload>,
    /// The path from the leaf to the root of the checkpoint.
    pub proof: Vec<Hash>,
    /// A signed checkpoint.
    pub checkpoint: String,
}

/// Why a receipt proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It is of another form.
    #[error("not a receipt of this form")]
    Form,
    /// Its checkpoint is not taken.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The entry is not in the tree of the checkpoint at its place.
    #[error("the entry does not stand in the journal of the checkpoint")]
    NotIncluded,
    /// The disclosed payload is not what the entry committed to.
    #[error("what the receipt discloses is not what was recorded")]
    OtherPayload,
    /// A checkpoint that was kept tells of another journal.
    #[error(transparent)]
    Split(#[from] Split),
}

/// What a valid receipt shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The checkpoint that the entry stands in.
    pub checkpoint: Checkpoint,
    /// Whether the payload is disclosed, and so proven too.
    pub disclosed: bool,
    /// With how many of the kept checkpoints it was compared, and agrees.
    pub agrees_with: usize,
    /// The sizes of kept checkpoints which could not be compared for want of a proof of consistency.
    pub uncompared: Vec<u64>,
}

impl Receipt {
    /// A receipt from stored nodes, see [`tree::nodes_for_inclusion`]; `size` is that of the signed checkpoint.
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

    /// Verifies it with the public keys, against checkpoints that were kept elsewhere and proofs of consistency
    /// between their sizes and this one's.
    pub fn verify(
        &self,
        keys: &Keys,
        kept: &[Checkpoint],
        proofs: &[Consistency],
    ) -> Result<Verified, ReceiptError> {
        if self.format != RECEIPT {
            return Err(ReceiptError::Form);
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
                Err(Split::Unproven { .. }) => uncompared.push(other.size),
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
