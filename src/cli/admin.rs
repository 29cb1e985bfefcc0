//! `kinerja create-admin`: creates the first agency of an empty database and its administrator.

use super::{CliError, close, ready};
use crate::config::Config;
use clap::Args;
use service::{
    env::Clock,
    identity::{CreateAgency, create_agency},
};
use std::{io::Read, path::PathBuf};

/// The agency and its administrator. The password comes from a file or from standard input, never from an argument.
#[derive(Args)]
pub struct CreateAdmin {
    /// The agency's name, such as "Pemerintah Kota Bukittinggi".
    #[arg(long)]
    agency: String,
    /// The code of its root unit, as in the import files.
    #[arg(long, default_value = "ROOT")]
    code: String,
    /// The administrator's name.
    #[arg(long)]
    name: String,
    /// The user name to log in with.
    #[arg(long)]
    user: String,
    /// A file with the password in its first line; by default standard input.
    #[arg(long)]
    password_file: Option<PathBuf>,
}

impl CreateAdmin {
    pub async fn run(self, config: &Config) -> Result<(), CliError> {
        let read = match &self.password_file {
            Some(file) => std::fs::read_to_string(file).map_err(CliError::file(file))?,
            None => {
                let mut read = String::new();
                std::io::stdin().read_to_string(&mut read)?;
                read
            }
        };
        let password = read.lines().next().unwrap_or_default().to_owned();
        let env = ready(config, Clock::system()).await?;
        let Self { code, agency, name, user, .. } = self;
        let found = CreateAgency { code, agency, name, user, password };
        create_agency(&env, found).await?;
        println!("created the agency and its administrator; start the server with: kinerja serve");
        close(&env).await
    }
}
