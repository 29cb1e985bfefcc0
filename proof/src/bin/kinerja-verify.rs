//! `kinerja-verify`: checks receipts and checkpoints without the server, its database or the network.

use clap::{Parser, Subcommand, ValueEnum};
use proof::{
    Language, Say,
    checkpoint::{Checkpoint, Consistency, Keys, Split, agree, follows},
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

/// Checks receipts and checkpoints of the journal of kinerja.
///
/// Memeriksa tanda terima dan titik pemeriksaan jurnal kinerja.
#[derive(Parser)]
#[command(name = "kinerja-verify", version, after_help = AFTER)]
struct Arguments {
    /// The language of the answers / bahasa jawaban.
    #[arg(long, global = true, value_enum, default_value = "id")]
    language: Tongue,
    #[command(subcommand)]
    task: Task,
}

#[derive(Clone, Copy, ValueEnum)]
enum Tongue {
    Id,
    En,
}

#[derive(Subcommand)]
enum Task {
    /// Checks a receipt, also against checkpoints that were kept / memeriksa tanda terima.
    Receipt {
        /// The receipt, as the server gave it.
        file: PathBuf,
        /// A public key, or a file with one on each line; may be given again.
        #[arg(long, required = true)]
        key: Vec<String>,
        /// A checkpoint that was kept; may be given again.
        #[arg(long)]
        checkpoint: Vec<PathBuf>,
        /// A proof of consistency between a kept checkpoint and that of the receipt; may be given again.
        #[arg(long)]
        proof: Vec<PathBuf>,
    },
    /// Checks that a later checkpoint goes on from an earlier one / memeriksa kesinambungan.
    Consistency {
        /// The earlier checkpoint.
        old: PathBuf,
        /// The later checkpoint.
        new: PathBuf,
        /// The proof that the server gave for their sizes; not needed for equal sizes.
        proof: Option<PathBuf>,
        /// A public key, or a file with one on each line; may be given again.
        #[arg(long, required = true)]
        key: Vec<String>,
    },
    /// Checks the signatures of checkpoints and that none contradicts another / memeriksa titik pemeriksaan.
    Checkpoint {
        /// The checkpoints.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// A public key, or a file with one on each line; may be given again.
        #[arg(long, required = true)]
        key: Vec<String>,
        /// A proof of consistency between two of them; may be given again.
        #[arg(long)]
        proof: Vec<PathBuf>,
    },
}

/// How it ended: the exit code and what to say.
enum End {
    Verified(Vec<String>),
    Failed(String),
    Unreadable(String),
    Uncompared(Vec<String>),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let language = match arguments.language {
        Tongue::Id => Language::Id,
        Tongue::En => Language::En,
    };
    let end = match arguments.task {
        Task::Receipt { file, key, checkpoint, proof } => receipt(language, &file, &key, &checkpoint, &proof),
        Task::Consistency { old, new, proof, key } => consistency(language, &old, &new, proof.as_ref(), &key),
        Task::Checkpoint { files, key, proof } => checkpoints(language, &files, &key, &proof),
    };
    let (code, lines) = match end.unwrap_or_else(|end| end) {
        End::Verified(lines) => (0, lines),
        End::Uncompared(lines) => (4, lines),
        End::Failed(what) => (1, vec![format!("{}: {what}", words(language, "GAGAL", "FAILED"))]),
        End::Unreadable(what) => {
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

fn text(path: &PathBuf) -> Result<String, End> {
    std::fs::read_to_string(path).map_err(|error| End::Unreadable(format!("{}: {error}", path.display())))
}

fn json<T: serde::de::DeserializeOwned>(path: &PathBuf) -> Result<T, End> {
    serde_json::from_str(&text(path)?)
        .map_err(|error| End::Unreadable(format!("{}: {error}", path.display())))
}

/// Keys as they stand on the command line or in files.
fn keys(language: Language, given: &[String]) -> Result<Keys, End> {
    let mut lines = Vec::new();
    for key in given {
        if Keys::parse([key]).is_ok() {
            lines.push(key.clone());
        } else {
            let file = text(&PathBuf::from(key))?;
            lines.extend(file.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned));
        }
    }
    Keys::parse(lines).map_err(|error| End::Unreadable(error.say(language)))
}

fn open(language: Language, keys: &Keys, path: &PathBuf) -> Result<Checkpoint, End> {
    keys.open(&text(path)?)
        .map_err(|error| End::Failed(format!("{}: {}", path.display(), error.say(language))))
}

fn receipt(
    language: Language,
    file: &PathBuf,
    key: &[String],
    kept: &[PathBuf],
    proofs: &[PathBuf],
) -> Result<End, End> {
    let keys = keys(language, key)?;
    let receipt: Receipt = json(file)?;
    let kept = kept.iter().map(|path| open(language, &keys, path)).collect::<Result<Vec<_>, _>>()?;
    let proofs = proofs.iter().map(json).collect::<Result<Vec<Consistency>, _>>()?;
    let verified = receipt.verify(&keys, &kept, &proofs).map_err(|error| match error {
        ReceiptError::Form => End::Unreadable(error.say(language)),
        _ => End::Failed(error.say(language)),
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
        return Ok(End::Verified(lines));
    }
    for size in verified.uncompared {
        let (from, to) = (size.min(verified.checkpoint.size), size.max(verified.checkpoint.size));
        lines.push(Split::Unproven { from, to }.say(language));
    }
    Ok(End::Uncompared(lines))
}

fn consistency(
    language: Language,
    old: &PathBuf,
    new: &PathBuf,
    proof: Option<&PathBuf>,
    key: &[String],
) -> Result<End, End> {
    let keys = keys(language, key)?;
    let (old, new) = (open(language, &keys, old)?, open(language, &keys, new)?);
    let proof: Option<Consistency> = proof.map(json).transpose()?;
    match follows(&old, &new, proof.as_ref()) {
        Ok(()) => Ok(End::Verified(vec![match language {
            Language::Id => format!("SAH: {} entri berlanjut menjadi {} entri", old.size, new.size),
            Language::En => format!("VERIFIED: {} entries go on to {} entries", old.size, new.size),
        }])),
        Err(split @ Split::Unproven { .. }) => Ok(End::Uncompared(vec![split.say(language)])),
        Err(split) => Err(End::Failed(split.say(language))),
    }
}

fn checkpoints(
    language: Language,
    files: &[PathBuf],
    key: &[String],
    proofs: &[PathBuf],
) -> Result<End, End> {
    let keys = keys(language, key)?;
    let mut opened = files.iter().map(|path| open(language, &keys, path)).collect::<Result<Vec<_>, _>>()?;
    let proofs = proofs.iter().map(json).collect::<Result<Vec<Consistency>, _>>()?;
    opened.sort_by_key(|checkpoint| checkpoint.size);
    let mut lines: Vec<String> = opened.iter().map(|checkpoint| describe(language, checkpoint)).collect();
    let mut uncompared = false;
    for (one, other) in opened.iter().zip(opened.iter().skip(1)) {
        match agree(one, other, &proofs) {
            Ok(()) => {}
            Err(split @ Split::Unproven { .. }) => {
                uncompared = true;
                lines.push(split.say(language));
            }
            Err(split) => return Err(End::Failed(split.say(language))),
        }
    }
    Ok(if uncompared { End::Uncompared(lines) } else { End::Verified(lines) })
}

fn describe(language: Language, checkpoint: &Checkpoint) -> String {
    let Checkpoint { origin, size, root, .. } = checkpoint;
    let at = checkpoint.time().unwrap_or_else(|| "-".to_owned());
    match language {
        Language::Id => format!("titik pemeriksaan: {origin}, {size} entri, akar {root}, waktu {at}"),
        Language::En => format!("checkpoint: {origin}, {size} entries, root {root}, time {at}"),
    }
}
