//! `kinerja generate`: fills a database with a synthetic city, with progress.

use super::{CliError, close, progress_bar, ready};
use crate::config::Config;
use chrono::Datelike;
use clap::Args;
use generate::Plan;
use service::{Env, env::Clock, journal};

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
        make(&env, Plan { staff: self.staff, years: self.years, seed: self.seed, today }).await?;
        println!(
            "generated a synthetic city of {} people with {} years up to {}",
            self.staff,
            self.years,
            today.year()
        );
        close(&env).await
    }
}

/// Generates the city with a progress bar on stderr.
pub async fn make(env: &Env, plan: Plan) -> Result<(), CliError> {
    let bar = progress_bar("{msg:20} {wide_bar} {percent}% {elapsed}");
    bar.set_length(u64::from(plan.staff) * u64::from(plan.years));
    let shown = bar.clone();
    generate::city(env, &plan, move |progress| {
        shown.set_message(progress.what);
        shown.set_position(progress.done);
    })
    .await?;
    // Streams begin at the last numbered entry. A server that first had to number all entries would deliver nothing for
    // a while.
    bar.set_message("journal");
    journal::sequence(env).await?;
    bar.finish_and_clear();
    Ok(())
}
