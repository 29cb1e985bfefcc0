//! `kinerja audit`: verifies the journal and all rows, and erases payloads as the law requires.

use super::{CliError, LanguageArgument, close, existing, migrated, progress_bar};
use crate::config::Config;
use clap::{Args, Subcommand};
use proof::{
    Language, Localize,
    checkpoint::{Checkpoint, CheckpointError, Keys},
};
use service::journal::{self, Loss, Progress, Report, Step};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The command `kinerja audit`.
#[derive(Args)]
pub struct Audit {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Compare the journal with kept checkpoints, and every row with its last entry / memeriksa jurnal dan semua
    /// baris.
    Verify(Verify),
    /// Erase the payload of an entry, as the law may require; the entry stays / menghapus isi sebuah entri.
    Erase(Erase),
    /// Declare that entries of the journal or its key are lost, and begin a new origin / menyatakan kehilangan.
    DeclareLoss(DeclareLoss),
    /// Replace the key that signs the journal. Restart all servers afterwards / mengganti kunci.
    ReplaceKey,
}

#[derive(Args)]
struct Verify {
    /// Checkpoints that were kept outside the database: files or folders; default: the server's own folder.
    #[arg(long, num_args = 1..)]
    checkpoints: Vec<PathBuf>,
    /// The file with the public keys; default: the server's own file.
    #[arg(long)]
    key: Option<PathBuf>,
    /// The folder with the files of evidence, such as `uploads/evidence` of a backup; default: the folder or the bucket
    /// in the settings.
    #[arg(long)]
    evidence: Option<PathBuf>,
    /// Don't read the files of evidence, for an audit of the database alone.
    #[arg(long, conflicts_with = "evidence")]
    without_evidence: bool,
    /// Output language / bahasa keluaran.
    #[arg(long, value_enum, default_value = "id")]
    language: LanguageArgument,
}

#[derive(Args)]
struct Erase {
    /// The number of the entry, as in the API, or its id.
    #[arg(long)]
    event: String,
    /// The reason. It stays in the journal permanently, so it must not contain personal data.
    #[arg(long)]
    reason: String,
}

#[derive(Args)]
struct DeclareLoss {
    /// What was lost and why. It is published, so it must not contain personal data.
    #[arg(long)]
    reason: String,
}

impl Audit {
    pub async fn run(self, config: &Config) -> Result<(), CliError> {
        match self.task {
            Task::Verify(verify) => verify.run(config).await,
            Task::Erase(erase) => erase.run(config).await,
            Task::DeclareLoss(declare) => declare.run(config).await,
            Task::ReplaceKey => {
                let replaced = journal::replace_key(&config.journal_files())?;
                println!(
                    "restart all servers: until then they sign with the old key. It has signed {} entries so far; if it may \
                     have been stolen, say that it counts for no larger journal than its last one before the restart. Save \
                     the new key, and publish its public part:\n{}",
                    replaced.signed, replaced.public
                );
                Ok(())
            }
        }
    }
}

impl Verify {
    async fn run(self, config: &Config) -> Result<(), CliError> {
        let language = match self.language {
            LanguageArgument::Id => Language::Id,
            LanguageArgument::En => Language::En,
        };
        let kept = self.verified_checkpoints(config, language)?;
        let env = migrated(config, CliError::OtherSchema).await?;
        let bar = progress_bar("{msg} {wide_bar} {percent}% {elapsed}");
        let shown = bar.clone();
        let progress = move |Progress { step, done, total }| {
            shown.set_message(match step {
                Step::Entries => in_language(language, "entri", "entries"),
                Step::Rows => in_language(language, "baris", "rows"),
                Step::Files => in_language(language, "berkas bukti", "evidence"),
            });
            shown.set_length(total);
            shown.set_position(done);
        };
        let Kept { checkpoints, files } = kept;
        let losses = config.journal_files().losses()?;
        let losses = losses.iter().filter(|loss| checkpoints.iter().any(|kept| loss.concerns(kept)));
        let losses: Vec<String> = losses.map(|loss| declared(loss, language)).collect();
        let used = checkpoints.len();
        let report = match (self.without_evidence, &self.evidence) {
            (true, _) => journal::verify(&env, checkpoints, progress).await,
            (false, None) => {
                journal::verify_with_files(&env, checkpoints, &env.evidence.clone(), progress).await
            }
            (false, Some(folder)) => {
                let files = env.evidence.clone().in_folder(folder);
                journal::verify_with_files(&env, checkpoints, &files, progress).await
            }
        }?;
        bar.finish_and_clear();
        close(&env).await?;
        for finding in &report.findings {
            println!("{}", finding.localized(language));
        }
        for loss in losses {
            println!("{loss}");
        }
        println!("{}", summary(&report, (files, used), language));
        if report.findings.is_empty() {
            Ok(())
        } else {
            Err(CliError::AuditFailed(in_language(language, "PEMERIKSAAN GAGAL", "THE AUDIT FAILED")))
        }
    }

    /// Reads the checkpoints and verifies that a known key signed each of them. A folder may contain other files too.
    fn verified_checkpoints(&self, config: &Config, language: Language) -> Result<Kept, CliError> {
        let files = config.journal_files();
        let file = self.key.clone().unwrap_or_else(|| journal::public_keys(&files.current_key()));
        let keys = journal::keys(&read(&file)?).map_err(|error| CliError::content(&file, error))?;
        let own = vec![files.checkpoints()];
        let given = if self.checkpoints.is_empty() { &own } else { &self.checkpoints };
        let mut kept = Kept::default();
        for path in given {
            if !path.is_dir() {
                kept.add(path, &keys, language)?;
                continue;
            }
            let before = kept.checkpoints.len();
            for file in journal::files_below(path)? {
                kept.add_if_signed(&file, &keys, language)?;
            }
            // A new journal has none yet.
            if kept.checkpoints.len() == before && !self.checkpoints.is_empty() {
                return Err(CliError::NoCheckpoints(path.clone()));
            }
        }
        Ok(kept)
    }
}

/// Maximum size of a checkpoint in bytes; larger files of a folder are not read as checkpoints.
const LARGEST_CHECKPOINT: u64 = 64 * 1024;

/// The checkpoints to compare with, and the number of files that were read to find them.
#[derive(Default)]
struct Kept {
    checkpoints: Vec<Checkpoint>,
    files: usize,
}

impl Kept {
    /// Adds a file that must be a checkpoint.
    fn add(&mut self, file: &Path, keys: &Keys, language: Language) -> Result<(), CliError> {
        self.files += 1;
        let opened = keys.open(&read(file)?);
        self.checkpoints.push(opened.map_err(|error| CliError::content(file, error.localized(language)))?);
        Ok(())
    }

    /// Adds a file of a folder if it is a signed note, whatever its name is. A note that no known key has signed is an
    /// error.
    fn add_if_signed(&mut self, file: &Path, keys: &Keys, language: Language) -> Result<(), CliError> {
        self.files += 1;
        if std::fs::metadata(file).map_err(CliError::file(file))?.len() > LARGEST_CHECKPOINT {
            return Ok(());
        }
        let bytes = std::fs::read(file).map_err(CliError::file(file))?;
        match keys.open(&String::from_utf8_lossy(&bytes)) {
            Ok(checkpoint) => self.checkpoints.push(checkpoint),
            Err(CheckpointError::Malformed) => {}
            Err(error) => return Err(CliError::content(file, error.localized(language))),
        }
        Ok(())
    }
}

/// The sentence for a kept checkpoint that a declared loss concerns.
fn declared(loss: &Loss, language: Language) -> String {
    let Some(lost) = loss.entries else { return String::new() };
    let (at, reason, origin) = (&loss.at, &loss.reason, &loss.origin);
    match language {
        Language::Id => format!(
            "kehilangan entri {} sampai {} telah dinyatakan pada {at} ({reason}); jurnal berlanjut sebagai {origin}",
            lost.from, lost.to
        ),
        Language::En => format!(
            "the loss of the entries {} to {} was declared at {at} ({reason}); the journal goes on as {origin}",
            lost.from, lost.to
        ),
    }
}

impl Erase {
    async fn run(self, config: &Config) -> Result<(), CliError> {
        let env = existing(config).await?;
        let id = match (self.event.parse::<i64>(), self.event.parse::<Uuid>()) {
            (Ok(number), _) => journal::entry_id(&env, number).await?,
            (_, Ok(id)) => id,
            _ => return Err(CliError::NotAnEntry(self.event)),
        };
        journal::erase(&env, id, self.reason).await?;
        // Numbers the new entry, because perhaps no server is running that would do it.
        journal::sequence(&env).await?;
        close(&env).await?;
        println!("the payload of entry {} is erased; a new entry records the erasure", self.event);
        Ok(())
    }
}

impl DeclareLoss {
    async fn run(self, config: &Config) -> Result<(), CliError> {
        let files = config.journal_files();
        let env = migrated(config, CliError::OtherSchema).await?;
        let loss = journal::declare_loss(&env, &files, &self.reason).await?;
        close(&env).await?;
        println!(
            "declared: {}\nthe journal goes on as {} from {} entries; save its key {}, and publish its public part:\n{}\n\
             (re)start the servers",
            loss.finding,
            loss.origin,
            loss.size,
            files.current_key().display(),
            files.public()?.lines().next().unwrap_or_default()
        );
        Ok(())
    }
}

fn read(file: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(file).map_err(CliError::file(file))
}

const fn in_language(language: Language, id: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Id => id,
        Language::En => en,
    }
}

fn summary(report: &Report, (read, used): (usize, usize), language: Language) -> String {
    let Report { entries, root: _, proven, unnumbered, erased, objects, files, findings, has_more } = report;
    let findings = match (findings.len(), has_more, language) {
        (listed, false, _) => listed.to_string(),
        (listed, true, Language::Id) => format!("lebih dari {listed}"),
        (listed, true, Language::En) => format!("more than {listed}"),
    };
    match language {
        Language::Id => format!(
            "{entries} entri, {proven} di antaranya terbukti oleh {used} titik pemeriksaan tersimpan \
             ({read} berkas dibaca); {unnumbered} belum bernomor; {erased} isi dihapus secara sah\n\
             {objects} objek dibandingkan dengan entri terakhirnya, {files} berkas bukti dengan sidiknya\n\
             {findings} temuan"
        ),
        Language::En => format!(
            "{entries} entries, {proven} of them proven by {used} kept checkpoints ({read} files read); \
             {unnumbered} not numbered yet; {erased} payloads lawfully erased\n\
             {objects} objects compared with their last entry, {files} files of evidence with their hash\n\
             {findings} findings"
        ),
    }
}
