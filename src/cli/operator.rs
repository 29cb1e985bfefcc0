//! `kinerja admin`: changes that need a second person, made by an operator on the machine. The journal records them
//! with the system as actor.

use super::{CliError, close, migrated};
use crate::config::Config;
use chrono::{NaiveDate, SecondsFormat};
use clap::{Args, Subcommand, ValueEnum};
use domain::assignment::Capacity;
use service::{criteria, identity, operator::Operator};

/// The change. People are named by NIP, by external id or by user name. On SQLite the server must be stopped.
#[derive(Args)]
pub struct Admin {
    #[command(subcommand)]
    change: Change,
}

/// In which capacity a person acts for another.
#[derive(Clone, Copy, ValueEnum)]
enum Acting {
    /// The post is vacant.
    Plt,
    /// The holder is away.
    Plh,
}

#[derive(Subcommand)]
enum Change {
    /// Issue a one-time code for an account, and print it. Earlier codes stop working.
    IssueCode {
        /// The person.
        #[arg(long)]
        staff: String,
    },
    /// Assign another superior.
    Assign {
        /// The person who gets another superior.
        #[arg(long)]
        staff: String,
        /// The new superior.
        #[arg(long)]
        superior: String,
        /// The first day; by default today.
        #[arg(long)]
        from: Option<NaiveDate>,
        /// The reason, for the journal.
        #[arg(long)]
        reason: String,
    },
    /// Let a person act for another one.
    Delegate {
        /// The person who holds the post.
        #[arg(long)]
        of: String,
        /// The person who acts.
        #[arg(long)]
        to: String,
        /// In which capacity.
        #[arg(long, value_enum)]
        capacity: Acting,
        /// The first day; by default today.
        #[arg(long)]
        from: Option<NaiveDate>,
        /// The end date (exclusive); by default open-ended.
        #[arg(long)]
        until: Option<NaiveDate>,
        /// The reason, for the journal.
        #[arg(long)]
        reason: String,
    },
    /// Record that a person heads the unit of their post.
    Lead {
        /// The person.
        #[arg(long)]
        staff: String,
    },
    /// Grant the role of the performance team.
    GrantTeam {
        /// The person.
        #[arg(long)]
        staff: String,
        /// The code of the unit.
        #[arg(long)]
        unit: String,
    },
    /// Remove the second factor of a person who has neither their phone nor a recovery code.
    RemoveSecondFactor {
        /// The person.
        #[arg(long)]
        staff: String,
    },
    /// Create a new key for secrets after the key that encrypted the second factors is lost. These second factors no
    /// longer work, but their recovery codes do.
    NewSecretsKey,
}

impl Admin {
    pub async fn run(self, config: &Config) -> Result<(), CliError> {
        let env = migrated(config, CliError::PendingMigrations).await?;
        let agency = criteria::agency(&env).await.map_err(|_| CliError::NoAgency)?;
        let operator = Operator::of(&env, agency).await?;
        match self.change {
            Change::IssueCode { staff } => {
                let issued = operator.issue_code(&staff).await?;
                println!(
                    "user name: {}\ncode: {}\nexpires: {}",
                    issued.user_name,
                    issued.code,
                    issued.expires_at.to_rfc3339_opts(SecondsFormat::Secs, true)
                );
            }
            Change::Assign { staff, superior, from, reason } => {
                operator.assign(&staff, &superior, from, reason).await?;
                println!("assigned");
            }
            Change::Delegate { of, to, capacity, from, until, reason } => {
                let capacity = match capacity {
                    Acting::Plt => Capacity::Plt,
                    Acting::Plh => Capacity::Plh,
                };
                operator.delegate(&of, &to, capacity, (from, until), reason).await?;
                println!("delegated");
            }
            Change::Lead { staff } => {
                operator.lead(&staff, true).await?;
                println!("recorded");
            }
            Change::GrantTeam { staff, unit } => {
                operator.grant_team(&staff, &unit).await?;
                println!("granted");
            }
            Change::RemoveSecondFactor { staff } => {
                let removed = operator.remove_second_factor(&staff).await?;
                println!("{}", if removed { "removed" } else { "this person has no second factor" });
            }
            Change::NewSecretsKey => {
                let file = config.secrets_key();
                let people = identity::replace_lost_vault(&env, &file).await?;
                println!(
                    "created {}: save it, apart from backups\nthe second factors of {people} people can't be used any more: \
                     they log in with recovery codes, or you remove their second factors\nstart the server again",
                    file.display()
                );
            }
        }
        close(&env).await
    }
}
