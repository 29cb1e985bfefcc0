//! `kinerja demo`: the server over a synthetic city that the first start makes.

use super::{connect, generate::make, serve, text};
use crate::{config::Config, http::app::Introspection};
use chrono::{NaiveDate, NaiveTime, TimeZone, Utc};
use clap::Args;
use service::{
    env::Clock,
    generate,
    synthetic::{self, State},
};
use std::{io::Write, os::unix::process::CommandExt, process::Command};

/// How to start.
#[derive(Args)]
pub struct Demo {
    /// People of the city, when it is made: 50 to 50,000.
    #[arg(long, default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(50..=50_000))]
    staff: u32,
    /// Years of the city, when it is made, the running one included.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=6))]
    years: u32,
    /// The day that the clock starts at, such as 2026-03-02: it runs on from there. A later start goes on, or
    /// jumps forward; never back.
    #[arg(long)]
    clock: Option<NaiveDate>,
    /// The port, in place of the one of the settings; 0 takes a free one.
    #[arg(long)]
    port: Option<u16>,
}

impl Demo {
    pub async fn run(self, config: Config) -> Result<(), String> {
        let mut config = config;
        if config.database_url.is_none() {
            // Beside a real database of the same directory, never in its place.
            config.data_dir = config.data_dir.join("demo");
        }
        if let Some(port) = self.port {
            config.listen.set_port(port);
        }
        let listener = serve::bind(&config).await?;
        let address = listener.local_addr().map_err(text)?;
        let env = connect(&config, Clock::system()).await?;
        // Looked at before anything is changed: a database of real data is left as it is.
        let state = synthetic::state(&env).await.map_err(text)?;
        match state {
            State::Real => return Err("this database holds real data; demo leaves it as it is".to_owned()),
            State::Unfinished => {
                let database = super::shown_database(&config);
                return Err(format!(
                    "making the city in {database} was interrupted; remove it and start demo again"
                ));
            }
            State::Empty | State::Synthetic => {}
        }
        env.db().migrate().await.map_err(text)?;
        // Nine in the morning in Jakarta.
        let morning = NaiveTime::from_hms_opt(2, 0, 0).unwrap_or_default();
        let wanted = self.clock.map(|day| Utc.from_utc_datetime(&day.and_time(morning)));
        synthetic::set_clock(&env, wanted).await.map_err(text)?;
        if state == State::Empty {
            let today = env.now().date_naive();
            make(&env, generate::Plan { staff: self.staff, years: self.years, seed: generate::SEED, today })
                .await?;
            env.db().clone().close().await.map_err(text)?;
            return Err(begin_anew());
        }
        // Before the lines: whoever reads the last one may stop the demo at once.
        let signals = serve::Signals::watch()?;
        let lines = self::lines(address, &env).await.map_err(text)?;
        let mut out = std::io::stdout().lock();
        out.write_all(lines.as_bytes()).and_then(|()| out.flush()).map_err(text)?;
        drop(out);
        serve::until_stopped(&config, Introspection::Everyone, env, listener, signals).await
    }
}

/// Starts the same command in place of this process, to serve the city that is there now: what was needed to make it
/// would stay in memory. Comes back only where that fails.
fn begin_anew() -> String {
    let failure = match std::env::current_exe() {
        Ok(program) => Command::new(program).args(std::env::args_os().skip(1)).exec(),
        Err(failure) => failure,
    };
    format!("the city is made, but can't be served: {failure}; start demo again")
}

/// What is printed; programs read the last seven lines.
async fn lines(address: std::net::SocketAddr, env: &service::Env) -> service::Result<String> {
    let mut lines = format!(
        "GraphQL API: http://{address}/graphql\n\
         Playground:  http://{address}/graphql (open it in a browser)\n\
         All people of this city are synthetic. Today is {}.\n",
        env.now().date_naive()
    );
    for login in generate::logins(env).await? {
        lines += &format!("login: {} {} {}\n", login.user, generate::PASSWORD, login.who);
    }
    lines += &format!("apikey: {} REPORTING\n", generate::API_KEY);
    Ok(lines)
}
