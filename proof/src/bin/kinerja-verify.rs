//! `kinerja-verify`: verifies receipts and checkpoints without the server, its database or the network.

use clap::{Parser, Subcommand, ValueEnum};
use proof::{
    Language, Localize,
    checkpoint::{Checkpoint, Consistency, Inconsistency, Keys, agree, follows},
    receipt::{Receipt, ReceiptError},
};
use std::{path::PathBuf, process::ExitCode};

const AFTER: &str = "\
Exit codes / kode keluar:
  0  everything was verified / semuanya terbukti
  1  a check failed: changed, forked, rewritten or forged / pemeriksaan gagal
  2  the command line is wrong / perintah salah
  3  a file or key can't be read / berkas atau kunci tidak terbaca
  4  verified, but a kept checkpoint could not be compared: give --proof / sebagian belum dapat dibandingkan";

/// Verify receipts and checkpoints of the kinerja journal.
///
/// Memeriksa tanda terima dan titik pemeriksaan jurnal kinerja.
#[derive(Parser)]
#[command(name = "kinerja-verify", version, after_help = AFTER)]
struct Arguments {
    /// Output language / bahasa keluaran.
    #[arg(long, global = true, value_enum, default_value = "id")]
    language: LanguageArgument,
    #[command(subcommand)]
    task: Task,
}

#[derive(Clone, Copy, ValueEnum)]
enum LanguageArgument {
    Id,
    En,
}

#[derive(Subcommand)]
enum Task {
    /// Verify a receipt, optionally with kept checkpoints / memeriksa tanda terima.
    Receipt {
        /// The receipt file from the server.
        file: PathBuf,
        /// A public key, or a file with one key per line; repeatable.
        #[arg(long, required = true)]
        key: Vec<String>,
        /// A checkpoint that you or others kept; repeatable.
        #[arg(long)]
        checkpoint: Vec<PathBuf>,
        /// A consistency proof between a kept checkpoint and the receipt's checkpoint; repeatable.
        #[arg(long)]
        proof: Vec<PathBuf>,
    },
    /// Verify that a later checkpoint extends an earlier one / memeriksa kesinambungan.
    Consistency {
        /// The earlier checkpoint.
        old: PathBuf,
        /// The later checkpoint.
        new: PathBuf,
        /// The consistency proof from the server; not needed for equal sizes.
        proof: Option<PathBuf>,
        /// A public key, or a file with one key per line; repeatable.
        #[arg(long, required = true)]
        key: Vec<String>,
    },
    /// Verify the signatures and the consistency of checkpoints / memeriksa titik pemeriksaan.
    Checkpoint {
        /// The checkpoint files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// A public key, or a file with one key per line; repeatable.
        #[arg(long, required = true)]
        key: Vec<String>,
        /// A consistency proof between two of them; repeatable.
        #[arg(long)]
        proof: Vec<PathBuf>,
    },
}

/// The result of a command: it decides the exit code, and contains the lines to print.
enum Outcome {
    Verified(Vec<String>),
    Failed(String),
    Unreadable(String),
    Uncompared(Vec<String>),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let language = match arguments.language {
        LanguageArgument::Id => Language::Id,
        LanguageArgument::En => Language::En,
    };
    let outcome = match arguments.task {
        Task::Receipt { file, key, checkpoint, proof } => receipt(language, &file, &key, &checkpoint, &proof),
        Task::Consistency { old, new, proof, key } => consistency(language, &old, &new, proof.as_ref(), &key),
        Task::Checkpoint { files, key, proof } => checkpoints(language, &files, &key, &proof),
    };
    let (code, lines) = match outcome.unwrap_or_else(|outcome| outcome) {
        Outcome::Verified(lines) => (0, lines),
        Outcome::Uncompared(lines) => (4, lines),
        Outcome::Failed(what) => (1, vec![format!("{}: {what}", words(language, "GAGAL", "FAILED"))]),
        Outcome::Unreadable(what) => {
            (3, vec![format!("{}: {what}", words(language, "TIDAK TERBACA", "UNREADABLE"))])
        }
    };
    for line in lines {
        if code == 0 || code == 4 { println!("{line}") } else { eprintln!("{line}") }
    }
    ExitCode::from(code)
}

const fn words<'a>(language: Language, id: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Id => id,
        Language::En => en,
    }
}

fn text(path: &PathBuf) -> Result<String, Outcome> {
    std::fs::read_to_string(path).map_err(|error| Outcome::Unreadable(format!("{}: {error}", path.display())))
}

fn json<T: serde::de::DeserializeOwned>(path: &PathBuf) -> Result<T, Outcome> {
    serde_json::from_str(&text(path)?)
        .map_err(|error| Outcome::Unreadable(format!("{}: {error}", path.display())))
}

/// Reads keys from the command line and from files.
fn keys(language: Language, given: &[String]) -> Result<Keys, Outcome> {
    let mut lines = Vec::new();
    for key in given {
        if Keys::parse([key]).is_ok() {
            lines.push(key.clone());
        } else {
            let file = text(&PathBuf::from(key))?;
            lines.extend(file.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned));
        }
    }
    Keys::parse(lines).map_err(|error| Outcome::Unreadable(error.localized(language)))
}

fn open(language: Language, keys: &Keys, path: &PathBuf) -> Result<Checkpoint, Outcome> {
    keys.open(&text(path)?)
        .map_err(|error| Outcome::Failed(format!("{}: {}", path.display(), error.localized(language))))
}

fn receipt(
    language: Language,
    file: &PathBuf,
    key: &[String],
    kept: &[PathBuf],
    proofs: &[PathBuf],
) -> Result<Outcome, Outcome> {
    let keys = keys(language, key)?;
    let receipt: Receipt = json(file)?;
    let kept = kept.iter().map(|path| open(language, &keys, path)).collect::<Result<Vec<_>, _>>()?;
    let proofs = proofs.iter().map(json).collect::<Result<Vec<Consistency>, _>>()?;
    let verified = receipt.verify(&keys, &kept, &proofs).map_err(|error| match error {
        ReceiptError::Format => Outcome::Unreadable(error.localized(language)),
        _ => Outcome::Failed(error.localized(language)),
    })?;
    let entry = &receipt.entry;
    let mut lines = vec![
        match language {
            Language::Id => format!("SAH: entri {} ({}) tercatat", entry.number, entry.kind),
            Language::En => format!("VERIFIED: entry {} ({}) was recorded", entry.number, entry.kind),
        },
        describe(language, &verified.checkpoint),
        words(
            language,
            if verified.disclosed { "isi: terbukti" } else { "isi: tidak diungkap" },
            if verified.disclosed { "payload: proven" } else { "payload: not disclosed" },
        )
        .to_owned(),
        match language {
            Language::Id => format!("cocok dengan {} titik pemeriksaan tersimpan", verified.agrees_with),
            Language::En => format!("agrees with {} kept checkpoints", verified.agrees_with),
        },
    ];
    if verified.uncompared.is_empty() {
        return Ok(Outcome::Verified(lines));
    }
    for size in verified.uncompared {
        let (from, to) = (size.min(verified.checkpoint.size), size.max(verified.checkpoint.size));
        lines.push(Inconsistency::Unproven { from, to }.localized(language));
    }
    Ok(Outcome::Uncompared(lines))
}

fn consistency(
    language: Language,
    old: &PathBuf,
    new: &PathBuf,
    proof: Option<&PathBuf>,
    key: &[String],
) -> Result<Outcome, Outcome> {
    let keys = keys(language, key)?;
    let (old, new) = (open(language, &keys, old)?, open(language, &keys, new)?);
    let proof: Option<Consistency> = proof.map(json).transpose()?;
    match follows(&old, &new, proof.as_ref()) {
        Ok(()) => Ok(Outcome::Verified(vec![match language {
            Language::Id => format!("SAH: {} entri berlanjut menjadi {} entri", old.size, new.size),
            Language::En => {
                format!("VERIFIED: the journal of {} entries extends to {} entries", old.size, new.size)
            }
        }])),
        Err(inconsistency @ Inconsistency::Unproven { .. }) => {
            Ok(Outcome::Uncompared(vec![inconsistency.localized(language)]))
        }
        Err(inconsistency) => Err(Outcome::Failed(inconsistency.localized(language))),
    }
}

fn checkpoints(
    language: Language,
    files: &[PathBuf],
    key: &[String],
    proofs: &[PathBuf],
) -> Result<Outcome, Outcome> {
    let keys = keys(language, key)?;
    let mut opened = files.iter().map(|path| open(language, &keys, path)).collect::<Result<Vec<_>, _>>()?;
    let proofs = proofs.iter().map(json).collect::<Result<Vec<Consistency>, _>>()?;
    opened.sort_by_key(|checkpoint| checkpoint.size);
    let mut lines: Vec<String> = opened.iter().map(|checkpoint| describe(language, checkpoint)).collect();
    let mut uncompared = false;
    for (one, other) in opened.iter().zip(opened.iter().skip(1)) {
        match agree(one, other, &proofs) {
            Ok(()) => {}
            Err(inconsistency @ Inconsistency::Unproven { .. }) => {
                uncompared = true;
                lines.push(inconsistency.localized(language));
            }
            Err(inconsistency) => return Err(Outcome::Failed(inconsistency.localized(language))),
        }
    }
    Ok(if uncompared { Outcome::Uncompared(lines) } else { Outcome::Verified(lines) })
}

fn describe(language: Language, checkpoint: &Checkpoint) -> String {
    let Checkpoint { origin, size, root, .. } = checkpoint;
    let at = checkpoint.time().unwrap_or_else(|| "-".to_owned());
    match language {
        Language::Id => format!("titik pemeriksaan: {origin}, {size} entri, akar {root}, waktu {at}"),
        Language::En => format!("checkpoint: {origin}, {size} entries, root {root}, time {at}"),
    }
}
