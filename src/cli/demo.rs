//! `kinerja demo`: the server over a synthetic city that the first start makes.

use super::{generate::make, ready, serve, text};
use crate::{config::Config, http::app::Introspection};
use chrono::{NaiveDate, NaiveTime, TimeZone, Utc};
use clap::Args;
use service::{env::Clock, generate, synthetic};

/// How to start.
#[derive(Args)]
pub struct Demo {
    /// People of the city, when it is made: 50 to 50,000.
    #[arg(long, default_value_t = 4_000)]
    staff: u32,
    /// Years of the city, when it is made, the running one included.
    #[arg(long, default_value_t = 3)]
    years: u32,
    /// The day that the clock starts at, such as 2026-03-02: it runs on from there. A later start goes on, or
    /// jumps forward; never back.
    #[arg(long)]
    clock: Option<NaiveDate>,
}

impl Demo {
    pub async fn run(self, config: Config) -> Result<(), String> {
        let config = Config {
            introspection: Introspection::Everyone,
            data_dir: if config.database_url.is_none() {
                config.data_dir.join("demo")
            } else {
                config.data_dir.clone()
            },
            ..config
        };
        let env = ready(&config, Clock::system()).await?;
        // Nine in the morning in Jakarta.
        let morning = NaiveTime::from_hms_opt(2, 0, 0).unwrap_or_default();
        let wanted = self.clock.map(|day| Utc.from_utc_datetime(&day.and_time(morning)));
        synthetic::set_clock(&env, wanted).await.map_err(text)?;
        let listener = serve::bind(&config).await?;
        if synthetic::is_empty(&env).await.map_err(text)? {
            let plan = generate::Plan {
                staff: self.staff,
                years: self.years,
                seed: 1375,
                today: env.now().date_naive(),
            };
            make(&env, plan).await?;
        } else if !synthetic::is_marked(&env).await.map_err(text)? {
            return Err("this database holds real data; demo refuses it".to_owned());
        }
        println!("GraphQL API: http://{}/graphql", config.listen);
        println!("Playground:  http://{}/graphql (open it in a browser)", config.listen);
        println!("All people of this city are synthetic. Today is {}.", env.now().date_naive());
        for login in generate::logins(&env).await.map_err(text)? {
            println!("login: {} {} {}", login.user, generate::PASSWORD, login.who);
        }
        println!("apikey: {} REPORTING", generate::API_KEY);
        serve::until_stopped(&config, env, listener).await
    }
}
