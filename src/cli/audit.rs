//! `kinerja audit`: proves that nobody rewrote the journal or a row behind its back; erases what the law asks.

use super::{connect, text};
use crate::config::Config;
use clap::{Args, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use proof::{Language, Say, checkpoint::Checkpoint};
use service::{
    env::Clock,
    journal::{self, Progress, Report, Step},
};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// What to do.
#[derive(Args)]
pub struct Audit {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Hold the whole journal against kept checkpoints, and every row against its last entry / memeriksa jurnal dan
    /// semua baris.
    Verify(Verify),
    /// Erase what an entry says of people, as the law may ask; the entry stays / menghapus isi sebuah entri.
    Erase(Erase),
}

#[derive(Args)]
struct Verify {
    /// Checkpoints that were kept outside the database: files, or folders of them; by default the server's own.
    #[arg(long, num_args = 1..)]
    checkpoints: Vec<PathBuf>,
    /// The file with the public keys; by default the server's own.
    #[arg(long)]
    key: Option<PathBuf>,
    /// The language of the answer / bahasa jawaban.
    #[arg(long, value_enum, default_value = "id")]
    language: Tongue,
}

#[derive(Args)]
struct Erase {
    /// The entry: its number, as the API shows it, or its id.
    #[arg(long)]
    event: String,
    /// Why: it stands in the journal for ever, so no word of the person.
    #[arg(long)]
    reason: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Tongue {
    Id,
    En,
}

impl Audit {
    pub async fn run(self, config: &Config) -> Result<(), String> {
        match self.task {
            Task::Verify(verify) => verify.run(config).await,
            Task::Erase(erase) => erase.run(config).await,
        }
    }
}

impl Verify {
    async fn run(self, config: &Config) -> Result<(), String> {
        let language = match self.language {
            Tongue::Id => Language::Id,
            Tongue::En => Language::En,
        };
        let kept = self.kept(config, language)?;
        let env = connect(config, Clock::system()).await?;
        if env.db().pending_migrations().await.map_err(text)? > 0 {
            return Err("the database has another shape than this program: audit it with the program that \
                        serves it, or run kinerja migrate"
                .to_owned());
        }
        let bar = ProgressBar::new(0);
        bar.set_style(ProgressStyle::with_template("{msg} {wide_bar} {percent}% {elapsed}").map_err(text)?);
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
        let report = journal::verify(&env, kept, progress).await.map_err(text)?;
        bar.finish_and_clear();
        env.db().clone().close().await.map_err(text)?;
        for fault in &report.faults {
            println!("{}", fault.say(language));
        }
        println!("{}", summary(&report, checkpoints, language));
        if report.faults.is_empty() {
            Ok(())
        } else {
            Err(words(language, "PEMERIKSAAN GAGAL", "THE AUDIT FAILED").to_owned())
        }
    }

    /// The checkpoints, each signed by a known key.
    fn kept(&self, config: &Config, language: Language) -> Result<Vec<Checkpoint>, String> {
        let key = config.journal_key();
        let file = self.key.clone().unwrap_or_else(|| journal::public_keys(&key));
        let keys = journal::keys(&read(&file)?).map_err(|error| format!("{}: {error}", file.display()))?;
        let given = if self.checkpoints.is_empty() {
            vec![key.with_file_name("checkpoints")]
        } else {
            self.checkpoints.clone()
        };
        let mut kept = Vec::new();
        for path in given {
            let files = if path.is_dir() { journal::kept_files(&path).map_err(text)? } else { vec![path] };
            for file in files {
                let opened = keys.open(&read(&file)?);
                kept.push(opened.map_err(|error| format!("{}: {}", file.display(), error.say(language)))?);
            }
        }
        Ok(kept)
    }
}

impl Erase {
    async fn run(self, config: &Config) -> Result<(), String> {
        let env = connect(config, Clock::system()).await?;
        let id = match (self.event.parse::<i64>(), self.event.parse::<Uuid>()) {
            (Ok(number), _) => journal::id_of(&env, number).await.map_err(text)?,
            (_, Ok(id)) => id,
            _ => return Err(format!("{} is neither a number nor an id", self.event)),
        };
        journal::erase(&env, id, self.reason).await.map_err(|error| match error {
            service::Error::Internal(_) => error.to_string(),
            refused => refused.message().render(domain::Locale::En),
        })?;
        // Where no server runs, nobody else numbers it.
        journal::sequence(&env).await.map_err(text)?;
        env.db().clone().close().await.map_err(text)?;
        println!("what entry {} said is erased; another entry tells so", self.event);
        Ok(())
    }
}

fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

const fn words(language: Language, id: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Id => id,
        Language::En => en,
    }
}

fn summary(report: &Report, checkpoints: usize, language: Language) -> String {
    let Report { entries, proven, unnumbered, erased, objects, faults } = report;
    let faults = faults.len();
    match language {
        Language::Id => format!(
            "{entries} entri, {proven} di antaranya terbukti oleh {checkpoints} titik pemeriksaan tersimpan; \
             {unnumbered} belum bernomor; {erased} isi dihapus secara sah\n\
             {objects} objek dibandingkan dengan entri terakhirnya\n\
             {faults} temuan"
        ),
        Language::En => format!(
            "{entries} entries, {proven} of them proven by {checkpoints} kept checkpoints; {unnumbered} without a \
             number yet; {erased} erased lawfully\n\
             {objects} objects held against their last entry\n\
             {faults} findings"
        ),
    }
}
