//! `kinerja audit`: verifies the journal and all rows, and erases payloads as the law requires.

use super::{CliError, LanguageArgument, close, connect, migrated, progress_bar};
use crate::config::Config;
use clap::{Args, Subcommand};
use proof::{Language, Localize, checkpoint::Checkpoint};
use service::{
    env::Clock,
    journal::{self, Progress, Report, Step},
};
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
    /// Replace the key that signs the journal; restart all servers then / mengganti kunci.
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
    /// Output language / bahasa keluaran.
    #[arg(long, value_enum, default_value = "id")]
    language: LanguageArgument,
}

#[derive(Args)]
struct Erase {
    /// The number of the entry, as in the API, or its id.
    #[arg(long)]
    event: String,
    /// The reason. It stays in the journal for ever, so it must not contain personal data.
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
                let public = journal::replace_key(&config.journal_files())?;
                println!("restart all servers, and publish the new key:\n{public}");
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
        let kept = self.kept(config, language)?;
        let env = migrated(config, CliError::OtherSchema).await?;
        let bar = progress_bar("{msg} {wide_bar} {percent}% {elapsed}");
        let shown = bar.clone();
        let progress = move |Progress { step, done, total }| {
            shown.set_message(match step {
                Step::Entries => words(language, "entri", "entries"),
                Step::Rows => words(language, "baris", "rows"),
            });
            shown.set_length(total);
            shown.set_position(done);
        };
        let checkpoints = kept.len();
        let report = journal::verify(&env, kept, progress).await?;
        bar.finish_and_clear();
        close(&env).await?;
        for finding in &report.findings {
            println!("{}", finding.localized(language));
        }
        println!("{}", summary(&report, checkpoints, language));
        if report.findings.is_empty() {
            Ok(())
        } else {
            Err(CliError::AuditFailed(words(language, "PEMERIKSAAN GAGAL", "THE AUDIT FAILED")))
        }
    }

    /// Reads the checkpoints and verifies that a known key signed each of them.
    fn kept(&self, config: &Config, language: Language) -> Result<Vec<Checkpoint>, CliError> {
        let files = config.journal_files();
        let file = self.key.clone().unwrap_or_else(|| journal::public_keys(&files.current_key()));
        let keys = journal::keys(&read(&file)?).map_err(|error| CliError::content(&file, error))?;
        let given =
            if self.checkpoints.is_empty() { vec![files.checkpoints()] } else { self.checkpoints.clone() };
        let mut kept = Vec::new();
        for path in given {
            let files = if path.is_dir() { journal::checkpoint_files(&path)? } else { vec![path] };
            for file in files {
                let opened = keys.open(&read(&file)?);
                kept.push(opened.map_err(|error| CliError::content(&file, error.localized(language)))?);
            }
        }
        Ok(kept)
    }
}

impl Erase {
    async fn run(self, config: &Config) -> Result<(), CliError> {
        let env = connect(config, Clock::system()).await?;
        let id = match (self.event.parse::<i64>(), self.event.parse::<Uuid>()) {
            (Ok(number), _) => journal::entry_id(&env, number).await?,
            (_, Ok(id)) => id,
            _ => return Err(CliError::NotAnEntry(self.event)),
        };
        journal::erase(&env, id, self.reason).await?;
        // If no server is running, nothing else numbers the new entry.
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
            "declared: {}\nthe journal goes on as {} from {} entries; publish its key:\n{}\n(re)start the servers",
            loss.finding,
            loss.origin,
            loss.size,
            files.public()?.lines().next().unwrap_or_default()
        );
        Ok(())
    }
}

fn read(file: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(file).map_err(CliError::file(file))
}

const fn words(language: Language, id: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Id => id,
        Language::En => en,
    }
}

fn summary(report: &Report, checkpoints: usize, language: Language) -> String {
    let Report { entries, root: _, proven, unnumbered, erased, objects, findings, has_more } = report;
    let findings = match (findings.len(), has_more, language) {
        (listed, false, _) => listed.to_string(),
        (listed, true, Language::Id) => format!("lebih dari {listed}"),
        (listed, true, Language::En) => format!("more than {listed}"),
    };
    match language {
        Language::Id => format!(
            "{entries} entri, {proven} di antaranya terbukti oleh {checkpoints} titik pemeriksaan tersimpan; \
             {unnumbered} belum bernomor; {erased} isi dihapus secara sah\n\
             {objects} objek dibandingkan dengan entri terakhirnya\n\
             {findings} temuan"
        ),
        Language::En => format!(
            "{entries} entries, {proven} of them proven by {checkpoints} kept checkpoints; {unnumbered} not \
             numbered yet; {erased} payloads lawfully erased\n\
             {objects} objects compared with their last entry\n\
             {findings} findings"
        ),
    }
}
