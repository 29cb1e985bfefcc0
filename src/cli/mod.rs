//! The command line: one file a command that does more than one call.

mod admin;
mod audit;
mod demo;
mod generate;
mod import;
mod recalculate;
mod serve;

use crate::{
    config::Config,
    graphql,
    http::app::{App, AppSettings},
    telemetry,
};
use clap::{Parser, Subcommand};
use service::{
    Env,
    db::{Db, Options},
    env::Clock,
};
use std::path::PathBuf;

/// GraphQL API server for the performance appraisal of Indonesian civil servants.
#[derive(Parser)]
#[command(version, about)]
pub struct Cli {
    /// The settings file; by default kinerja.toml if it is there.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server on a synthetic, lifelike Bukittinggi; makes the city on the first start.
    Demo(demo::Demo),
    /// Start the server.
    Serve,
    /// Bring the database to the newest shape.
    Migrate,
    /// Do once what time alone brings about: results deemed accepted, plans closed, expiry.
    Tick,
    /// Read units, positions, people and superiors in: a dry run unless --apply is given.
    Import(import::Import),
    /// Compute the final results of a year again and compare them to the last digit; fails on a difference.
    Recalculate(recalculate::Recalculate),
    /// Print the schema.
    PrintSchema,
    /// Check the settings and print them without secrets.
    CheckConfig,
    /// Make the first agency of an empty database and its administrator.
    CreateAdmin(admin::CreateAdmin),
    /// Prove that nobody rewrote the journal or a row; erase what an entry says.
    Audit(audit::Audit),
    /// Fill a database with a synthetic city.
    Generate(generate::Generate),
}

/// Runs a command.
///
/// # Errors
/// What went wrong, for a person.
pub async fn run(cli: Cli) -> Result<(), String> {
    let config = Config::load(cli.config.as_deref())?;
    telemetry::start(&config)?;
    match cli.command {
        Command::Demo(demo) => demo.run(config).await,
        Command::Serve => serve::run(config).await,
        Command::Migrate => {
            let env = connect(&config, Clock::system()).await?;
            let pending = env.db().pending_migrations().await.map_err(text)?;
            env.db().migrate().await.map_err(text)?;
            println!("{pending} changes were made");
            Ok(())
        }
        Command::Import(import) => import.run(&config).await,
        Command::Tick => {
            let env = ready(&config, Clock::system()).await?;
            let report = service::tick::tick(&env).await.map_err(text)?;
            println!("{report:?}");
            Ok(())
        }
        Command::Recalculate(recalculate) => recalculate.run(&config).await,
        Command::PrintSchema => {
            // The schema needs a world to be built over, but no database of anybody's.
            let folder = tempfile_folder()?;
            let config = Config { data_dir: folder.clone(), database_url: None, ..config };
            let env = connect(&config, Clock::system()).await?;
            let app = App::new(env, &AppSettings::default()).map_err(text)?;
            print!("{}", graphql::sdl(app.schema()));
            std::fs::remove_dir_all(folder).map_err(text)
        }
        Command::CheckConfig => {
            println!("{}", config.shown());
            Ok(())
        }
        Command::CreateAdmin(create) => create.run(&config).await,
        Command::Audit(audit) => audit.run(&config).await,
        Command::Generate(generate) => generate.run(&config).await,
    }
}

/// The database's URL without its password.
fn shown_database(config: &Config) -> String {
    crate::config::without_password(&config.database())
}

fn tempfile_folder() -> Result<PathBuf, String> {
    let folder = std::env::temp_dir().join(format!("kinerja-{}", service::env::fresh_id()));
    std::fs::create_dir_all(&folder).map_err(text)?;
    Ok(folder)
}

/// The world over the configured database, whatever its shape.
async fn connect(config: &Config, clock: Clock) -> Result<Env, String> {
    let db = Db::connect(&Options::new(config.database())).await.map_err(text)?;
    let uploads = config.uploads();
    std::fs::create_dir_all(&uploads).map_err(|error| format!("{}: {error}", uploads.display()))?;
    let mut env = Env::new(db, clock, &uploads);
    env.refresh_grace = chrono::Duration::seconds(config.refresh_grace_seconds.into());
    Ok(env)
}

/// The world over the configured database in the newest shape.
async fn ready(config: &Config, clock: Clock) -> Result<Env, String> {
    let env = connect(config, clock).await?;
    env.db().migrate().await.map_err(text)?;
    Ok(env)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
