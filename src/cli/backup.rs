//! `kinerja backup` and `kinerja restore`.

use super::{CliError, shown_database};
use crate::config::Config;
use clap::Args;
use proof::Localize;
use service::{
    backup::{BackUp, Restore, Restored},
    db::Options,
};
use std::path::PathBuf;

/// Options of a backup.
#[derive(Args)]
pub struct Backup {
    /// The folder for the backup; it must not exist yet / folder cadangan, belum boleh ada.
    folder: PathBuf,
    /// The folder of `pg_dump`, if it is not in the path.
    #[arg(long)]
    pg_bin: Option<PathBuf>,
}

/// Options of a restore.
#[derive(Args)]
pub struct RestoreBackup {
    /// The folder of the backup / folder cadangan.
    folder: PathBuf,
    /// Put an existing database and existing uploads aside, and restore in their place.
    #[arg(long)]
    replace: bool,
    /// A checkpoint that someone else kept, newer than the backup: it shows how many entries are lost.
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    /// Restore a backup of a database in which the audit had findings.
    #[arg(long)]
    accept_findings: bool,
    /// The folder of `pg_restore`, if it is not in the path.
    #[arg(long)]
    pg_bin: Option<PathBuf>,
}

impl Backup {
    pub async fn run(self, config: &Config) -> Result<(), CliError> {
        let backing_up = BackUp {
            options: Options::new(config.database()),
            uploads: config.uploads(),
            journal: config.journal_files(),
            in_bucket: config.evidence_url.is_some(),
            tools: self.pg_bin,
        };
        let (manifest, report) = backing_up.write(&self.folder).await?;
        let journal = &manifest.journal;
        println!(
            "{}: {} entries with the root {}, {} of them proven by checkpoints, {} files, {} files of evidence compared with \
             their hash",
            self.folder.display(),
            journal.entries,
            journal.root,
            report.proven,
            manifest.files.len(),
            report.files
        );
        for finding in &report.findings {
            println!("{}", finding.localized(proof::Language::En));
        }
        if report.findings.is_empty() {
            Ok(())
        } else {
            Err(CliError::AuditFailed("the backup is complete, but the audit of the database has findings"))
        }
    }
}

impl RestoreBackup {
    pub async fn run(self, config: &Config) -> Result<(), CliError> {
        let checkpoint = match &self.checkpoint {
            Some(file) => Some(std::fs::read_to_string(file).map_err(CliError::file(file))?),
            None => None,
        };
        let restoring = Restore {
            options: Options::new(config.database()),
            uploads: config.uploads(),
            journal: config.journal_files(),
            in_bucket: config.evidence_url.is_some(),
            secrets_key: config.secrets_key(),
            tools: self.pg_bin,
            replace: self.replace,
            accept_findings: self.accept_findings,
            checkpoint,
        };
        let restored = restoring.run(&self.folder).await?;
        print!("{}", lines(&restored, &shown_database(config), config));
        Ok(())
    }
}

fn lines(restored: &Restored, database: &str, config: &Config) -> String {
    let Restored { manifest, report, aside, lost, missing_key, unreadable_second_factors } = restored;
    let mut lines = format!(
        "{database}: restored the backup of {}: {} entries, {} objects, {} files of evidence, {} findings; all sessions have \
         ended\n",
        manifest.at,
        report.entries,
        report.objects,
        report.files,
        report.findings.len()
    );
    if let Some(aside) = aside {
        lines += &format!("the previous database is {aside}: remove it when you no longer need it\n");
    }
    for finding in &report.findings {
        lines += &format!("{}\n", finding.localized(proof::Language::En));
    }
    if *unreadable_second_factors > 0 {
        lines += &format!(
            "the second factors of {unreadable_second_factors} people can't be read: bring the key {} back. If it is lost, \
             create another one with: kinerja admin new-secrets-key\n",
            config.secrets_key().display()
        );
    }
    if let Some(lost) = lost {
        lines += &format!(
            "the journal had signed {} entries by {}: the last {} of them are lost\n",
            lost.size,
            lost.time().unwrap_or_else(|| "an unknown time".to_owned()),
            lost.size - manifest.journal.entries
        );
    }
    if let Some(key) = missing_key {
        lines += &format!(
            "the key that signs the journal is missing: bring it back as {}. Without it the server does not start. \
             Only if the key is lost, declare that: kinerja audit declare-loss --reason \"…\"\n",
            key.display()
        );
    }
    if lost.is_some() {
        lines += "nothing is signed until you declare the loss: kinerja audit declare-loss --reason \"…\"\n";
    } else {
        lines += "no loss is known here. If the server ran after the backup, compare with the newest checkpoint that \
                  someone else keeps: kinerja audit verify --checkpoints FILE\n";
    }
    lines
}
