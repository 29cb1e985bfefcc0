//! `kinerja person export` and `kinerja breach`: the data that is stored about a person, and the data that a person or
//! API key could read and did read.

use super::{CliError, close, migrated};
use crate::config::Config;
use clap::{Args, Subcommand};
use domain::time::Date;
use serde::Serialize;
use service::person;
use std::io::{ErrorKind, Write};

/// The command `kinerja person`.
#[derive(Args)]
pub struct Person {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Print all data that is stored about a person as JSON, with labels, journal entries and the access log.
    Export(Export),
}

#[derive(Args)]
struct Export {
    /// NIP, user name or id of the person.
    #[arg(long)]
    staff: String,
}

/// The command `kinerja breach`.
#[derive(Args)]
pub struct Breach {
    /// NIP, user name or id of a person, or id of an API key.
    #[arg(long)]
    actor: String,
    /// The first day, such as 2026-01-31.
    #[arg(long)]
    from: Date,
    /// The last day.
    #[arg(long)]
    until: Date,
}

impl Person {
    pub async fn run(self, config: &Config) -> Result<(), CliError> {
        let Task::Export(Export { staff }) = self.task;
        let env = migrated(config, CliError::PendingMigrations).await?;
        let found = person::staff_named(&env, &staff).await.map_err(|error| unknown(error, &staff))?;
        print(&person::export(&env, found.id.into()).await?)?;
        close(&env).await
    }
}

impl Breach {
    pub async fn run(self, config: &Config) -> Result<(), CliError> {
        if self.until < self.from {
            return Err(CliError::RangeReversed);
        }
        let env = migrated(config, CliError::PendingMigrations).await?;
        let of = person::breach_of(&env, &self.actor).await.map_err(|error| unknown(error, &self.actor))?;
        print(&person::breach(&env, of, self.from, self.until).await?)?;
        close(&env).await
    }
}

fn unknown(error: service::Error, name: &str) -> CliError {
    match error {
        service::Error::NotFound => CliError::NoSuchPerson(name.to_owned()),
        other => other.into(),
    }
}

fn print(report: &impl Serialize) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(report).map_err(std::io::Error::other)?;
    match writeln!(std::io::stdout(), "{text}") {
        // The program that reads the output has ended; that is no error.
        Err(cause) if cause.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}
