//! `kinerja import`: imports the personnel office's lists without a server, all or nothing.

use super::{CliError, LanguageArgument, close, error::sentence, progress_bar, ready};
use crate::config::Config;
use clap::Args;
use domain::{Key, Labelled, Locale, Message};
use service::{
    criteria,
    env::Clock,
    identity,
    import::{ImportFile, Progress, Report, apply, check, rehearse},
};
use std::{path::PathBuf, sync::Arc};

/// The files and whether to apply them.
#[derive(Args)]
pub struct Import {
    /// CSV files, workbooks, or folders of them, read as one import; each sheet at most once. See docs/IMPORT.md.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Write the rows; without it the files are only checked.
    #[arg(long)]
    apply: bool,
    /// The reason, for the journal; by default the names of the files.
    #[arg(long)]
    reason: Option<String>,
    /// Output language / bahasa keluaran.
    #[arg(long, value_enum, default_value = "id")]
    language: LanguageArgument,
}

impl Import {
    pub async fn run(self, config: &Config) -> Result<(), CliError> {
        if let Some(absent) = self.files.iter().find(|file| !file.exists()) {
            return Err(CliError::NoFile(absent.clone()));
        }
        let env = ready(config, Clock::system()).await?;
        let agency = criteria::agency(&env).await.map_err(|_| CliError::NoAgency)?;
        let actor = identity::system(&env, agency).await?;
        let files: Vec<ImportFile> = self.files.iter().cloned().map(ImportFile::from).collect();
        let bar = progress_bar("{wide_bar} {percent}% {elapsed}");
        let shown = bar.clone();
        let progress: Progress = Arc::new(move |done, total| {
            shown.set_length(total as u64);
            shown.set_position(done as u64);
        });
        let outcome = if self.apply {
            let names = self.files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>();
            let reason = self.reason.unwrap_or_else(|| names.join(", "));
            apply(&env, &actor, &files, Some(reason), progress).await
        } else {
            match check(&env, &actor, &files, progress.clone()).await {
                Ok(report) if !report.is_refused() => rehearse(&env, &actor, &files, progress).await,
                checked => checked,
            }
        };
        bar.finish_and_clear();
        let locale = Locale::from(self.language);
        let render = |key| Message::new(key).render(locale);
        let report = outcome.map_err(|error| CliError::Sentence(sentence(&error, locale)))?;
        print!("{}", lines(&report, locale));
        close(&env).await?;
        if report.is_refused() {
            return Err(CliError::Sentence(render(Key::ImportRefusedWhole)));
        }
        println!("{}", render(if self.apply { Key::ImportWritten } else { Key::ImportOnlyChecked }));
        Ok(())
    }
}

/// The findings and the consequences, one a line, and the counts.
fn lines(report: &Report, locale: Locale) -> String {
    let mut lines = String::new();
    for row in &report.rows {
        for finding in row.findings.iter().chain(&row.further()) {
            let message = finding.refusal.message.render(locale);
            let place = match &finding.cell {
                Some(cell) => {
                    Message::new(Key::ImportCell).with("place", &cell.place).with("column", &cell.column)
                }
                None => Message::new(Key::ImportRow).with("row", row.number),
            };
            let label = if row.label.is_empty() { String::new() } else { format!(" ({})", row.label) };
            lines += &format!(
                "{}, {}{label}: {message} [{}; {}]\n",
                row.sheet.label(locale),
                place.render(locale),
                finding.severity.label(locale),
                finding.fixer.label(locale),
            );
        }
    }
    for consequence in &report.consequences {
        lines += &format!("{}\n", consequence.sentence.render(locale));
    }
    let counts = report.counts;
    let counts = Message::new(Key::ImportCounts)
        .with("created", counts.created)
        .with("updated", counts.updated)
        .with("unchanged", counts.unchanged)
        .with("refused", counts.refused)
        .with("warnings", counts.warnings);
    format!("{lines}{}\n", counts.render(locale))
}
