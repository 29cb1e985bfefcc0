//! `kinerja import`: reads lists of the personnel office in without a server, all or nothing.

use super::{ready, text};
use crate::config::Config;
use clap::Args;
use domain::Locale;
use indicatif::{ProgressBar, ProgressStyle};
use service::{
    Error, criteria,
    env::Clock,
    identity,
    import::{Progress, Report, apply, check},
};
use std::{fmt::Write, path::PathBuf, sync::Arc};

/// What to read in.
#[derive(Args)]
pub struct Import {
    /// CSV files, workbooks, or folders of them, read as one: each sheet once at most. See docs/IMPORT.md.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Write it; without, the files are only checked.
    #[arg(long)]
    apply: bool,
    /// Why, for the journal; by default the names of the files.
    #[arg(long)]
    reason: Option<String>,
}

impl Import {
    pub async fn run(self, config: &Config) -> Result<(), String> {
        if let Some(absent) = self.files.iter().find(|file| !file.exists()) {
            return Err(format!("there is no file {}", absent.display()));
        }
        let env = ready(config, Clock::system()).await?;
        let agency = criteria::agency(&env)
            .await
            .map_err(|_| "there is no agency yet; make it with: kinerja create-admin".to_owned())?;
        let actor = identity::system(&env, agency).await.map_err(text)?;
        let bar = ProgressBar::new(0);
        bar.set_style(ProgressStyle::with_template("{wide_bar} {percent}% {elapsed}").map_err(text)?);
        let shown = bar.clone();
        let progress: Progress = Arc::new(move |done, total| {
            shown.set_length(total as u64);
            shown.set_position(done as u64);
        });
        let outcome = if self.apply {
            let names = self.files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>();
            let reason = self.reason.unwrap_or_else(|| names.join(", "));
            apply(&env, &actor, &self.files, Some(reason), progress).await
        } else {
            check(&env, &actor, &self.files, progress).await
        };
        bar.finish_and_clear();
        let report = outcome.map_err(|error| match error {
            Error::Internal(_) => error.to_string(),
            refused => refused.message().render(Locale::En),
        })?;
        print!("{}", told(&report)?);
        env.db().clone().close().await.map_err(text)?;
        if report.is_refused() {
            return Err("nothing was written: put the rows right and import again".to_owned());
        }
        println!("{}", if self.apply { "written" } else { "nothing was written; write it with --apply" });
        Ok(())
    }
}

/// The rows with something wrong, one a line, and the counts.
fn told(report: &Report) -> Result<String, String> {
    let mut lines = String::new();
    for row in &report.rows {
        for problem in &row.findings {
            let message = problem.refusal.message.render(Locale::En);
            let column = problem.refusal.path.join(".");
            writeln!(
                lines,
                "{} row {} {column} ({}): {message} [{}, for {}]",
                row.sheet, row.number, row.label, problem.severity, problem.fixer
            )
            .map_err(text)?;
        }
    }
    let counts = report.counts;
    writeln!(
        lines,
        "{} created, {} updated, {} unchanged, {} refused, {} warnings",
        counts.created, counts.updated, counts.unchanged, counts.refused, counts.warnings
    )
    .map_err(text)?;
    Ok(lines)
}
