//! `kinerja recalculate`: recalculates the final results of a year and compares them to the last digit.

use super::{CliError, close, migrated, progress_bar};
use crate::config::Config;
use clap::Args;
use service::evaluation::{self, Deviation, YearRecalculation};
use std::time::Duration;

/// The year to recalculate.
#[derive(Args)]
pub struct Recalculate {
    /// The year; includes its parts.
    #[arg(long)]
    year: i32,
}

impl Recalculate {
    pub async fn run(self, config: &Config) -> Result<(), CliError> {
        let env = migrated(config, CliError::PendingMigrations).await?;
        let bar = progress_bar("{pos}/{len} {wide_bar} {percent}% {per_sec} {elapsed}");
        let shown = bar.clone();
        let done = evaluation::recalculate(&env, self.year, true, move |done, total| {
            shown.set_length(total);
            shown.set_position(done);
        })
        .await;
        bar.finish_and_clear();
        close(&env).await?;
        let done = done?;
        print!("{}", lines(self.year, &done));
        match done.total_deviating {
            0 => Ok(()),
            count => Err(CliError::Deviations(count)),
        }
    }
}

/// The report.
fn lines(year: i32, done: &YearRecalculation) -> String {
    let (plain, plain_took) = done.plain;
    let mut report = format!(
        "{year}: {} final evaluations recalculated in {:.2} s, {} evaluations/s\n",
        done.evaluations,
        done.took.as_secs_f64(),
        rate(done.evaluations, done.took),
    );
    report += &format!(
        "a plain loop that scores {plain} of these inputs in memory: {} evaluations/s; ratio {}\n",
        rate(plain, plain_took),
        ratio(done, plain_took),
    );
    for (id, deviations) in &done.deviating {
        report += &format!("{}:\n", graphql::global_id::of_evaluation(*id));
        for Deviation { node, field, stored, computed } in deviations {
            let node = node.as_deref().unwrap_or("result");
            let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
            report += &format!("  {node} {field}: stored {}, computed {}\n", shown(stored), shown(computed));
        }
    }
    report += &format!("{} differences\n", done.total_deviating);
    report
}

/// The count per second, as a whole number.
fn rate(count: u64, took: Duration) -> u128 {
    (u128::from(count) * 1_000_000).checked_div(took.as_micros()).unwrap_or(0)
}

/// The speed per evaluation relative to the plain loop, with three decimals.
fn ratio(done: &YearRecalculation, plain_took: Duration) -> String {
    let whole = done.took.as_nanos() * u128::from(done.plain.0);
    let plain = plain_took.as_nanos() * u128::from(done.evaluations);
    match (plain * 1_000).checked_div(whole) {
        Some(thousandths) => format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000),
        None => "-".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_per_evaluation() {
        let done = YearRecalculation {
            evaluations: 200,
            took: Duration::from_millis(40),
            plain: (100, Duration::from_millis(5)),
            ..YearRecalculation::default()
        };
        assert_eq!(ratio(&done, done.plain.1), "0.250");
        assert_eq!(rate(done.evaluations, done.took), 5_000);
        assert!(lines(2026, &done).ends_with("0 differences\n"));
    }
}
