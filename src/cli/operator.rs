//! `kinerja admin`: changes that need a second person, made by an operator on the machine. The journal records them
//! with the system as actor.

use super::{CliError, close, ready};
use crate::config::Config;
use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use domain::assignment::Capacity;
use service::{criteria, env::Clock, operator::Operator};

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
        /// The person whose post it is.
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
}

impl Admin {
    pub async fn run(self, config: &Config) -> Result<(), CliError> {
        let env = ready(config, Clock::system()).await?;
        let agency = criteria::agency(&env).await.map_err(|_| CliError::NoAgency)?;
        let operator = Operator::of(&env, agency).await?;
        match self.change {
            Change::IssueCode { staff } => {
                let issued = operator.issue_code(&staff).await?;
                println!("user name: {}\ncode: {}", issued.user_name, issued.code);
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
        }
        close(&env).await
    }
}
