//! `kinerja generate`: fills a database with a synthetic city, with progress.

use super::{CliError, close, progress_bar, ready};
use crate::config::Config;
use chrono::Datelike;
use clap::Args;
use generate::{Plan, Progress};
use indicatif::ProgressBar;
use service::{Env, env::Clock, journal};
use std::{cell::Cell, io::IsTerminal};

/// The size of the city.
#[derive(Args)]
pub struct Generate {
    /// People, 50 to 50,000.
    #[arg(long, default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(50..=50_000))]
    staff: u32,
    /// Years, including the current one.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=6))]
    years: u32,
    /// The same seed gives the same city.
    #[arg(long, default_value_t = generate::SEED)]
    seed: u64,
}

impl Generate {
    pub async fn run(self, config: &Config) -> Result<(), CliError> {
        let env = ready(config, Clock::system()).await?;
        let today = generate::CALENDAR.day(env.now());
        let plan = Plan { staff: self.staff, years: self.years, seed: self.seed, today };
        make(&env, plan, Shown::on_stderr(&plan)).await?;
        println!(
            "generated a synthetic city of {} people with {} years up to {}",
            self.staff,
            self.years,
            today.year()
        );
        close(&env).await
    }
}

/// How the progress of making a city is shown.
pub enum Shown {
    /// Not at all.
    Nothing,
    /// As a bar, in a terminal.
    Bar(ProgressBar),
    /// As a line for each step and for each tenth of it.
    Lines {
        /// The progress at the end.
        total: u64,
        /// The last line.
        last: Cell<Option<(&'static str, u64)>>,
    },
}

impl Shown {
    /// A bar if stderr is a terminal, otherwise lines.
    pub fn on_stderr(plan: &Plan) -> Self {
        let total = u64::from(plan.staff) * u64::from(plan.years);
        if !std::io::stderr().is_terminal() {
            return Self::Lines { total, last: Cell::new(None) };
        }
        let bar = progress_bar("{msg:20} {wide_bar} {percent}% {elapsed}");
        bar.set_length(total);
        Self::Bar(bar)
    }

    fn show(&self, progress: Progress) {
        match self {
            Self::Nothing => {}
            Self::Bar(bar) => {
                bar.set_message(progress.what);
                bar.set_position(progress.done);
            }
            Self::Lines { total, last } => {
                if let Some(line) = next_line(last, *total, progress) {
                    eprintln!("{line}");
                }
            }
        }
    }
}

/// The line for this progress, unless the last line says the same.
fn next_line(last: &Cell<Option<(&'static str, u64)>>, total: u64, progress: Progress) -> Option<String> {
    let percent = progress.done * 10 / total.max(1) * 10;
    let line = Some((progress.what, percent));
    (last.replace(line) != line).then(|| format!("making the city: {percent:>3} %, {}", progress.what))
}

/// Generates the city and shows its progress.
pub async fn make(env: &Env, plan: Plan, shown: Shown) -> Result<(), CliError> {
    generate::city(env, &plan, |progress| shown.show(progress)).await?;
    // Streams begin at the last numbered entry. A server that first had to number all entries would deliver nothing for
    // a while.
    let done = u64::from(plan.staff) * u64::from(plan.years);
    shown.show(Progress { what: "journal", done });
    journal::sequence(env).await?;
    if let Shown::Bar(bar) = shown {
        bar.finish_and_clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_has_a_line_for_each_tenth() {
        let last = Cell::new(None);
        let line = |what, done| next_line(&last, 400, Progress { what, done });
        assert_eq!(line("units", 0).as_deref(), Some("making the city:   0 %, units"));
        assert_eq!(line("units", 0), None);
        let lines = (0..=400).filter_map(|done| line("plans", done)).count();
        assert_eq!(lines, 11);
        assert_eq!(line("journal", 400).as_deref(), Some("making the city: 100 %, journal"));
    }
}
