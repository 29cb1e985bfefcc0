//! The command line: one file for each command that needs more than one call.

mod admin;
mod audit;
mod backup;
mod demo;
mod error;
mod generate;
mod import;
mod operator;
mod person;
mod recalculate;
mod serve;

use crate::{
    config::Config,
    http::{app::App, settings::AppSettings},
    telemetry,
};
use clap::{Parser, Subcommand, ValueEnum};
pub use error::CliError;
use indicatif::{ProgressBar, ProgressStyle};
use service::{
    Env,
    db::{Db, Options, shown_address},
    env::Clock,
    tick::TickReport,
};
use std::{path::PathBuf, process::ExitCode};

/// GraphQL API server for the performance appraisal of Indonesian civil servants.
#[derive(Parser)]
#[command(version, about)]
pub struct Cli {
    /// The settings file; by default kinerja.toml, if it exists.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

/// The language of a command's output.
#[derive(Clone, Copy, ValueEnum)]
enum LanguageArgument {
    Id,
    En,
}

impl From<LanguageArgument> for domain::Locale {
    fn from(language: LanguageArgument) -> Self {
        match language {
            LanguageArgument::Id => Self::Id,
            LanguageArgument::En => Self::En,
        }
    }
}

#[derive(Subcommand)]
enum Command {
    /// Start the server on a synthetic but realistic Bukittinggi; the first start generates the city.
    Demo(demo::Demo),
    /// Start the server.
    Serve,
    /// Run pending migrations.
    Migrate,
    /// Run due time-based transitions once: accept results, close plans, delete expired data.
    Tick,
    /// Import units, positions, people and superiors; a dry run without --apply.
    Import(import::Import),
    /// Recalculate the final results of a year and compare them to the last digit; fails on a difference.
    Recalculate(recalculate::Recalculate),
    /// Print the schema.
    PrintSchema,
    /// Check the settings and print them without secrets.
    CheckConfig,
    /// Create the first agency of an empty database and its administrator.
    CreateAdmin(admin::CreateAdmin),
    /// Make a change that needs a second person, as operator of the server.
    Admin(operator::Admin),
    /// Verify that no one rewrote the journal or a row; erase the payload of an entry.
    Audit(audit::Audit),
    /// Export all data that is stored about a person.
    Person(person::Person),
    /// List the data that a person or API key could read on some days, and the data that they did read.
    Breach(person::Breach),
    /// Back up the database and uploaded files into a folder, and audit the backup / mencadangkan.
    Backup(backup::Backup),
    /// Restore a backup: verify it, audit it, then put it in place of the database / memulihkan cadangan.
    Restore(backup::RestoreBackup),
    /// Fill a database with a synthetic city.
    Generate(generate::Generate),
}

/// Parses the command line and runs the command on a new runtime; prints an error for people.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.map_err(CliError::from).and_then(|runtime| runtime.block_on(run(cli))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kinerja: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command.
///
/// # Errors
/// Every error, with a sentence for people.
pub async fn run(cli: Cli) -> Result<(), CliError> {
    let config = Config::load(cli.config.as_deref())?;
    telemetry::start(&config).map_err(CliError::Log)?;
    match cli.command {
        Command::Demo(demo) => demo.run(config).await,
        Command::Serve => serve::run(config).await,
        Command::Migrate => {
            let env = connect(&config, Clock::system()).await?;
            let pending = env.db().pending_migrations().await?;
            env.db().migrate().await?;
            println!("ran {pending} migrations");
            Ok(())
        }
        Command::Import(import) => import.run(&config).await,
        Command::Tick => {
            let env = migrated(&config, CliError::PendingMigrations).await?;
            print!("{}", done(&service::tick::tick(&env).await?));
            Ok(())
        }
        Command::Recalculate(recalculate) => recalculate.run(&config).await,
        Command::PrintSchema => {
            // The schema needs an environment, but no real database.
            let folder = temporary_folder()?;
            let config = Config { data_dir: folder.clone(), database_url: None, ..config };
            let env = connect(&config, Clock::system()).await?;
            let app = App::new(env, &AppSettings::default())?;
            print!("{}", app.api().sdl());
            Ok(std::fs::remove_dir_all(folder)?)
        }
        Command::CheckConfig => {
            println!("{}", config.without_secrets());
            Ok(())
        }
        Command::CreateAdmin(create) => create.run(&config).await,
        Command::Admin(admin) => admin.run(&config).await,
        Command::Audit(audit) => audit.run(&config).await,
        Command::Person(person) => person.run(&config).await,
        Command::Breach(breach) => breach.run(&config).await,
        Command::Backup(backup) => backup.run(&config).await,
        Command::Restore(restore) => restore.run(&config).await,
        Command::Generate(generate) => generate.run(&config).await,
    }
}

/// The database's URL without its password.
fn shown_database(config: &Config) -> String {
    shown_address(&config.database())
}

/// The results of a tick, one per line.
fn done(report: &TickReport) -> String {
    let TickReport {
        powers_moved,
        changes_applied,
        changes_failed,
        deemed_accepted,
        silences_recorded,
        feedback_released,
        evaluations_closed,
        plans_closed,
        figures_kept,
        expired,
        imports_ended,
        files_removed,
    } = report;
    [
        (powers_moved, "assignments whose delegation began or ended"),
        (changes_applied, "scheduled changes that came into force"),
        (changes_failed, "scheduled changes that were refused on their day"),
        (deemed_accepted, "annual results deemed accepted"),
        (silences_recorded, "objections in which the silence of a side was recorded"),
        (feedback_released, "texts of feedback that can be read now"),
        (evaluations_closed, "annual results closed"),
        (plans_closed, "plans closed"),
        (figures_kept, "closed periods whose figures were kept"),
        (expired, "expired sessions, codes, attempts, outcomes and entries of the access log removed"),
        (imports_ended, "interrupted imports marked as failed"),
        (files_removed, "uploaded files removed"),
    ]
    .map(|(count, what)| format!("{count} {what}\n"))
    .concat()
}

fn temporary_folder() -> Result<PathBuf, CliError> {
    let folder = std::env::temp_dir().join(format!("kinerja-{}", service::env::fresh_id()));
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Connects to the configured database, whether or not it is migrated.
async fn connect(config: &Config, clock: Clock) -> Result<Env, CliError> {
    let db = Db::connect(&Options::new(config.database())).await?;
    let uploads = config.uploads();
    std::fs::create_dir_all(&uploads).map_err(CliError::file(&uploads))?;
    let mut env = Env::new(db, clock, &uploads);
    env.refresh_grace = chrono::Duration::seconds(config.refresh_grace_seconds.into());
    env.minimum_group = config.minimum_group;
    env.access_log_days = config.access_log_days;
    env.imports.memory_bytes = config.import_memory_bytes;
    env.evidence.file_bytes = config.evidence_file_bytes.into();
    env.evidence.person_bytes = i64::try_from(config.evidence_person_bytes).unwrap_or(i64::MAX);
    if let Some(bucket) = &config.evidence_url {
        env.evidence = env.evidence.in_bucket(bucket)?;
    }
    env.separation.four_eyes = config.four_eyes.unwrap_or(true);
    Ok(env.with_logins_waiting(config.logins_waiting))
}

/// Connects to the configured database, which must exist: a command with wrong settings must not create another
/// database.
async fn existing(config: &Config) -> Result<Env, CliError> {
    let none = || CliError::NoDatabase { database: shown_database(config) };
    if Options::new(config.database()).file().is_some_and(|file| !file.is_file()) {
        return Err(none());
    }
    let env = connect(config, Clock::system()).await?;
    if env.db().is_migrated().await? { Ok(env) } else { Err(none()) }
}

/// Connects to the configured database, which must have no pending migrations.
async fn migrated(config: &Config, otherwise: CliError) -> Result<Env, CliError> {
    let env = existing(config).await?;
    if env.db().pending_migrations().await? > 0 { Err(otherwise) } else { Ok(env) }
}

/// Connects to the configured database and runs pending migrations.
async fn ready(config: &Config, clock: Clock) -> Result<Env, CliError> {
    let env = connect(config, clock).await?;
    env.db().migrate().await?;
    Ok(env)
}

/// Closes the database.
async fn close(env: &Env) -> Result<(), CliError> {
    Ok(env.db().clone().close().await?)
}

/// A progress bar on stderr.
fn progress_bar(template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style)
}
