//! `kinerja import`: reads units, positions, people and superiors in; a dry run unless told to apply.

use super::{ready, text};
use crate::config::Config;
use clap::Args;
use domain::{Locale, actor::Actor};
use indicatif::ProgressBar;
use service::{criteria, env::Clock, import};
use std::{path::PathBuf, sync::Arc};

/// What to read.
#[derive(Args)]
pub struct Import {
    /// A CSV or XLSX file, or a folder of them. See docs/IMPORT.md for the columns.
    path: PathBuf,
    /// Write it, all or nothing; without this the report only says what would change and what is wrong.
    #[arg(long)]
    apply: bool,
}

impl Import {
    pub async fn run(self, config: &Config) -> Result<(), String> {
        let env = ready(config, Clock::system()).await?;
        let agency = criteria::agency(&env)
            .await
            .map_err(|_| "there is no agency yet; make it with: kinerja create-admin".to_owned())?;
        let actor = Actor::system(agency);
        let bar = ProgressBar::new(0);
        let shown = bar.clone();
        let progress: import::Progress = Arc::new(move |done, total| {
            shown.set_length(total as u64);
            shown.set_position(done as u64);
        });
        let report = if self.apply {
            import::apply(&env, &actor, &self.path, None, progress).await
        } else {
            import::check(&env, &actor, &self.path, progress).await
        };
        bar.finish_and_clear();
        let report = report.map_err(|error| error.message().render(Locale::En))?;
        for row in &report.rows {
            for problem in &row.problems {
                println!(
                    "{} row {} ({}): {} [{}]",
                    row.sheet,
                    row.number,
                    row.label,
                    problem.refusal.message.render(Locale::En),
                    problem.fixer
                );
            }
        }
        println!("{:?}", report.counts);
        env.db().clone().close().await.map_err(text)?;
        match (report.is_refused(), self.apply) {
            (true, _) => Err("nothing was written: correct the rows above".to_owned()),
            (false, true) => Ok(()),
            (false, false) => {
                println!("a dry run: nothing was written; add --apply to write it");
                Ok(())
            }
        }
    }
}
