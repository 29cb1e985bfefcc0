//! Compares the files of evidence with the hashes in their rows and in the objects that use them.

use super::{Finding, Progress, Report, Step};
use crate::{
    files::{Damage, Evidence, FileName},
    store::evidence::KeptFile,
};
use uuid::Uuid;

fn finding(id: Uuid, damage: Damage) -> Finding {
    match damage {
        Damage::Missing => Finding::EvidenceMissing { id },
        Damage::Changed => Finding::EvidenceChanged { id },
        Damage::Unreadable => Finding::EvidenceUnreadable { id },
    }
}

/// Reads each file as a whole.
pub(super) async fn verify(
    report: &mut Report,
    files: &Evidence,
    expected: &[KeptFile],
    progress: &(dyn Fn(Progress) + Send + Sync),
) {
    let total = expected.len() as u64;
    for KeptFile { id, sha256, size } in expected {
        if let Some(damage) = files.files.check(&FileName::new(*id, sha256), sha256, *size).await {
            report.add(finding(*id, damage));
        }
        report.files += 1;
        progress(Progress { step: Step::Files, done: report.files, total });
    }
}

/// Compares files whose size and SHA-256 are known already. The key is the file name in the folder of evidence.
pub(crate) fn compare_saved<'a>(
    report: &mut Report,
    expected: &[KeptFile],
    saved: impl Fn(&str) -> Option<(u64, &'a str)>,
) {
    for KeptFile { id, sha256, size } in expected {
        let damage = match saved(FileName::new(*id, sha256).text()) {
            None => Some(Damage::Missing),
            Some((bytes, hash)) => {
                let fits = size.is_none_or(|size| u64::try_from(size) == Ok(bytes)) && hash == sha256;
                (!fits).then_some(Damage::Changed)
            }
        };
        if let Some(damage) = damage {
            report.add(finding(*id, damage));
        }
        report.files += 1;
    }
}
