//! `kinerja demo`: the server on a synthetic city, which the first start generates.

use super::{
    CliError, close, connect,
    generate::{Shown, make},
    serve,
};
use crate::{
    config::Config,
    http::{
        playground::{DemoCredential, DemoLogin},
        settings::Introspection,
    },
};
use chrono::{NaiveDate, NaiveTime, TimeZone, Utc};
use clap::Args;
use service::{
    criteria,
    env::Clock,
    synthetic::{self, State},
};
use std::{io::Write, os::unix::process::CommandExt, process::Command, str::FromStr};

/// The day on which a new city starts. It is always the same, so that every new demo shows the same results as the
/// documents.
const START: (i32, u32, u32) = (2026, 10, 15);

/// The start of a city's clock.
#[derive(Clone, Copy)]
enum Start {
    /// The clock is the machine's clock.
    Now,
    /// At nine in the morning of a day, in Jakarta.
    On(NaiveDate),
}

impl FromStr for Start {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "now" => Ok(Self::Now),
            day => day.parse().map(Self::On),
        }
    }
}

/// Options of the demo.
#[derive(Args)]
pub struct Demo {
    /// People of a new city: 50 to 50,000.
    #[arg(long, default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(50..=50_000))]
    staff: u32,
    /// Years of a new city, including the current one.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=6))]
    years: u32,
    /// The day on which the clock starts, such as 2026-03-02; it continues from there. A later start of the demo
    /// continues the clock or moves it forward, never back. A new city starts on 15 October 2026: it has the results of
    /// the year so far, and the third quarter is being rated. `now` uses the machine's clock, for apps that send their
    /// own times.
    #[arg(long)]
    clock: Option<Start>,
    /// Start no colleagues, and show no progress while the city is made. Without this option, a colleague changes
    /// something every few seconds, at most 2,000 times on a day of the city's clock.
    #[arg(long)]
    quiet: bool,
    /// The port, instead of the one in the settings; 0 for a free one.
    #[arg(long)]
    port: Option<u16>,
}

impl Demo {
    pub async fn run(self, config: Config) -> Result<(), CliError> {
        let mut config = config;
        config.four_eyes = config.four_eyes.or(Some(false));
        if config.database_url.is_none() {
            // Its own subdirectory, so that the demo never overwrites a real database.
            config.data_dir = config.data_dir.join("demo");
        }
        if let Some(port) = self.port {
            config.listen.set_port(port);
        }
        let listener = serve::bind(config.listen).await?;
        let address = listener.local_addr()?;
        let env = connect(&config, Clock::system()).await?;
        // Checked before the first write, so that the demo never changes real data.
        let state = synthetic::state(&env).await?;
        match state {
            State::Real => return Err(CliError::RealData),
            State::Unfinished => {
                return Err(CliError::UnfinishedCity { database: super::shown_database(&config) });
            }
            State::Empty | State::Synthetic => {}
        }
        env.db().migrate().await?;
        // Nine in the morning in Jakarta.
        let morning = NaiveTime::from_hms_opt(2, 0, 0).unwrap_or_default();
        let start = NaiveDate::from_ymd_opt(START.0, START.1, START.2);
        let day = match self.clock {
            Some(Start::On(day)) => Some(day),
            Some(Start::Now) => None,
            None => start.filter(|_| state == State::Empty),
        };
        let wanted = day.map(|day| Utc.from_utc_datetime(&day.and_time(morning)));
        synthetic::set_clock(&env, wanted).await?;
        if state == State::Empty {
            let today = generate::CALENDAR.day(env.now());
            let plan = generate::Plan { staff: self.staff, years: self.years, seed: generate::SEED, today };
            let shown = if self.quiet { Shown::Nothing } else { Shown::on_stderr(&plan) };
            make(&env, plan, shown).await?;
            close(&env).await?;
            return Err(CliError::Restart(restart()));
        }
        warn_of_losses(&env.db().unsafe_settings().await?);
        // Before the output, because a program that has read the last line may stop the demo at once.
        let signals = serve::Signals::watch()?;
        let demo = serve::DemoOptions { logins: logins(&env).await?, colleagues: !self.quiet };
        let lines = self::lines(address, &env).await?;
        let mut out = std::io::stdout().lock();
        out.write_all(lines.as_bytes()).and_then(|()| out.flush())?;
        drop(out);
        serve::until_stopped(&config, Introspection::Everyone, Some(demo), env, listener, signals).await
    }
}

/// Says on stderr what a crash of this PostgreSQL can lose. `serve` would refuse it; a demo has nothing to lose.
fn warn_of_losses(off: &[String]) {
    if off.is_empty() {
        return;
    }
    eprintln!(
        "WARNING: this PostgreSQL has these settings off: {}. A crash can lose acknowledged changes.\n\
         WARNING: that is enough for a demo with invented people. Never keep real data there: kinerja serve refuses it.",
        off.join(", ")
    );
}

/// Replaces this process by the same command, so that the server runs without the memory that generating the city took.
/// Returns only if that fails.
fn restart() -> std::io::Error {
    match std::env::current_exe() {
        Ok(program) => Command::new(program).args(std::env::args_os().skip(1)).exec(),
        Err(error) => error,
    }
}

/// The logins that the playground offers to browsers on this machine.
async fn logins(env: &service::Env) -> service::Result<Vec<DemoLogin>> {
    let password = generate::PASSWORD;
    let people = generate::logins(env).await?.into_iter().map(|login| DemoLogin {
        who: login.who,
        with: DemoCredential::Password { user: login.user, password },
    });
    let reporting = DemoLogin { who: "REPORTING", with: DemoCredential::Key { key: generate::API_KEY } };
    Ok(people.chain([reporting]).collect())
}

/// The output; programs read its last eight lines.
async fn lines(address: std::net::SocketAddr, env: &service::Env) -> service::Result<String> {
    let (_, calendar) = criteria::agency_and_calendar(env).await?;
    let mut lines = format!(
        "GraphQL API: http://{address}/graphql\n\
         Playground:  http://{address}/graphql (open it in a browser)\n\
         All people of this city are synthetic. Today is {}.\n",
        calendar.day(env.now())
    );
    for login in generate::logins(env).await? {
        lines += &format!("login: {} {} {}\n", login.user, generate::PASSWORD, login.who);
    }
    lines += &format!("apikey: {} REPORTING\n", generate::API_KEY);
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use service::{
        db::Db,
        testing::{TestDb, city},
    };

    #[tokio::test]
    async fn today_is_the_day_in_the_city() {
        let db = TestDb::sqlite().await.expect("a database");
        let connected = Db::connect(&db.options).await.expect("a connection");
        for (now, today) in [
            ("2026-03-02T16:59:59Z", "2026-03-02"),
            ("2026-03-02T17:00:00Z", "2026-03-03"),
            ("2026-12-31T20:00:00Z", "2027-01-01"),
        ] {
            let clock = Clock::fixed(now.parse().expect("an instant"));
            let env = service::Env::new(connected.clone(), clock, db.folder.path());
            if criteria::agency(&env).await.is_err() {
                city::found(&env).await.expect("the small city");
            }
            let address = ([127, 0, 0, 1], 8080).into();
            let lines = lines(address, &env).await.expect("the output");
            assert!(lines.contains(&format!("Today is {today}.")), "{now}: {lines}");
        }
    }
}
