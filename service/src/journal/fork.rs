//! Finds where a lost history of the journal and the present one diverge: the last entry up to which both are known to
//! agree.

use super::{checkpoint::last_row, loss::JournalFiles, sequencer::nodes};
use crate::{
    env::Env,
    error::{Error, Result},
    keys::{
        file::read,
        notary::{checkpoint_files, keys, size_of},
    },
};
use proof::{
    Hash,
    checkpoint::{Checkpoint, Keys},
    tree::{self, nodes_for_root},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The file that records the last restore of a backup, beside the key.
pub(super) const RESTORED: &str = "restored.json";

/// The state of the journal directly after the last restore of a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RestoredTo {
    pub size: u64,
    pub root: Hash,
    /// Whether another backup was restored before in the same origin. If so, the restored journal may contain entries
    /// that were never signed.
    pub again: bool,
}

/// The number of entries in which two histories agree from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fork {
    pub size: u64,
    /// Whether the next entry is known to differ. If not, later entries may agree too.
    pub exact: bool,
}

/// The root of the tree over the first `size` entries of the present journal.
async fn root_at(env: &Env, size: u64) -> Result<Hash> {
    let stored = nodes(env.db.reader(), &nodes_for_root(size).map_err(Error::internal)?).await?;
    tree::root(size, &stored).map_err(Error::internal)
}

async fn agrees(env: &Env, size: u64, root: Hash) -> Result<bool> {
    Ok(root_at(env, size).await? == root)
}

/// Verifies a kept checkpoint and reads it; `None` if none of these keys signed it.
fn opened(keys: &Keys, text: Option<&str>) -> Option<Checkpoint> {
    keys.open(text?).ok()
}

/// Finds the largest number of entries, at most `most`, in which both histories are known to agree. Compares the last
/// restore, and the checkpoints in the database and beside the key.
pub(super) async fn find(env: &Env, files: &JournalFiles, most: u64) -> Result<Fork> {
    let mut fork = Fork { size: 0, exact: false };
    let public = files.public()?;
    if public.is_empty() {
        return Ok(fork);
    }
    let keys = keys(&public)?;
    let row = last_row(env).await?.and_then(|row| opened(&keys, Some(&row.note)));
    if let Some(known) = row.filter(|known| known.size <= most)
        && agrees(env, known.size, known.root).await?
    {
        fork.size = known.size;
    }
    // Files are named by size. If the journal agrees with one, it agrees with all smaller ones.
    let kept = checkpoint_files(&files.checkpoints())?;
    let kept: BTreeMap<u64, _> = kept.into_iter().filter_map(|path| Some((size_of(&path)?, path))).collect();
    let kept: Vec<_> = kept.into_iter().filter(|(size, _)| (fork.size + 1..=most).contains(size)).collect();
    let (mut low, mut high) = (0, kept.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let Some((_, path)) = kept.get(middle) else { break };
        match opened(&keys, read(path)?.as_deref()) {
            Some(known) if known.size <= most && agrees(env, known.size, known.root).await? => {
                fork.size = fork.size.max(known.size);
                low = middle + 1;
            }
            _ => high = middle,
        }
    }
    if let Some(restored) = files.restored()?
        && (fork.size..=most).contains(&restored.size)
        && agrees(env, restored.size, restored.root).await?
    {
        fork = Fork { size: restored.size, exact: !restored.again };
    }
    Ok(fork)
}
