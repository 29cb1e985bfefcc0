//! `kinerja create-admin`: the first agency of an empty database and who administers it.

use super::{ready, text};
use crate::config::Config;
use clap::Args;
use service::{
    env::Clock,
    identity::{FoundAgency, found_agency},
};
use std::{io::Read, path::PathBuf};

/// Who and where. The password is read from a file or from standard input, never from an argument.
#[derive(Args)]
pub struct CreateAdmin {
    /// The agency's name, such as "Pemerintah Kota Bukittinggi".
    #[arg(long)]
    agency: String,
    /// The code of its root unit, as in the lists that will be imported.
    #[arg(long, default_value = "ROOT")]
    code: String,
    /// The administrator's name.
    #[arg(long)]
    name: String,
    /// What the administrator logs in with.
    #[arg(long)]
    user: String,
    /// A file whose first line is the password; by default standard input.
    #[arg(long)]
    password_file: Option<PathBuf>,
}

impl CreateAdmin {
    pub async fn run(self, config: &Config) -> Result<(), String> {
        let read = match &self.password_file {
            Some(file) => std::fs::read_to_string(file).map_err(text)?,
            None => {
                let mut read = String::new();
                std::io::stdin().read_to_string(&mut read).map_err(text)?;
                read
            }
        };
        let password = read.lines().next().unwrap_or_default().to_owned();
        let env = ready(config, Clock::system()).await?;
        let Self { code, agency, name, user, .. } = self;
        let found = FoundAgency { code, agency, name, user, password };
        found_agency(&env, found).await.map_err(|error| error.message().render(domain::Locale::En))?;
        println!("the agency and its administrator are there; start the server with: kinerja serve");
        env.db().clone().close().await.map_err(text)
    }
}
